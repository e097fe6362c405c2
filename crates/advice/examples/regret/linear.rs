//! A linear softmax classifier from zero, by stochastic gradient descent.

use anyhow::{Context as _, Result};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use rayon::prelude::*;
use ufm_advice::{Advice, Scaling, Totals, advise};

use crate::{
    GRID,
    problem::{Problem, Samples},
    score::{Path, Rule, rows},
};

/// Steps of a run, each of so many samples.
const STEPS: usize = 1500;
const BATCH: usize = 32;

/// Runs of each rule.
const SEEDS: u64 = 12;

/// `β` of the effective number `(1 − βⁿ)/(1 − β)` (Cui et al. 2019).
const BETA: f64 = 0.999;

/// All rules on one problem.
pub fn study(problem: &Problem) -> Result<Vec<String>> {
    let mut names: Vec<(String, bool)> =
        GRID.iter().map(|g| (format!("power {g}"), true)).collect();
    names.push(("effective number".into(), false));
    // Of two classes there is one direction of labels less their mean: no two speeds to compare.
    let has_speeds = problem.counts.len() > 2;
    if has_speeds {
        names.push(("equal speeds".into(), false));
    }
    let runs: Vec<Vec<(f64, Path)>> = (1..=SEEDS)
        .into_par_iter()
        .map(|seed| {
            let (train, test) = problem.draw(seed)?;
            let power = |gamma: f64| -> Vec<f64> {
                problem
                    .counts
                    .iter()
                    .map(|&n| (n as f64).powf(-gamma))
                    .collect()
            };
            let effective: Vec<f64> = problem
                .counts
                .iter()
                .map(|&n| (1.0 - BETA) / (1.0 - BETA.powf(n as f64)))
                .collect();
            let mut weights: Vec<(f64, Vec<f64>)> = GRID.iter().map(|&g| (g, power(g))).collect();
            weights.push((f64::NAN, effective));
            if has_speeds {
                let equalising = equalising(&train)?;
                weights.push((equalising, power(equalising)));
            }
            Ok(weights
                .into_iter()
                .map(|(gamma, weights)| (gamma, run(&train, &test, &weights, seed)))
                .collect())
        })
        .collect::<Result<_>>()?;
    let rules: Vec<Rule> = names
        .into_iter()
        .enumerate()
        .map(|(i, (name, of_grid))| Rule {
            name,
            of_grid,
            gamma: runs.iter().map(|run| run[i].0).sum::<f64>() / runs.len() as f64,
            paths: runs.iter().map(|run| run[i].1.clone()).collect(),
        })
        .collect();
    rows(&problem.name, "linear", &rules)
}

/// The exponent at which speeds are closest together.
fn equalising(train: &Samples) -> Result<f64> {
    let classes = train.labels.iter().max().map_or(0, |&last| last + 1);
    let mut totals = Totals::new(train.features[0].iter().map(|&x| f64::from(x)).collect());
    for (&class, x) in train.labels.iter().zip(&train.features) {
        totals.add(class, x)?;
    }
    let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
    let advice = advise(&totals.finish(&names, Scaling::Raw)?, &[])?;
    equal_speeds(&advice)
}

/// Of the features.
pub fn equal_speeds(advice: &Advice) -> Result<f64> {
    let given = advice.given.as_ref();
    given
        .and_then(|given| given.view.equalising_exponent)
        .context("no exponent makes speeds more equal than another")
}

/// Accuracy of each class on the test samples, after 1, 2, 3, 4, 6, 8, … steps.
fn run(train: &Samples, test: &Samples, weights: &[f64], seed: u64) -> Path {
    let (k, p) = (weights.len(), train.features[0].len());
    let mean: f64 =
        train.labels.iter().map(|&y| weights[y]).sum::<f64>() / train.labels.len() as f64;
    let square: f64 = train
        .features
        .iter()
        .flatten()
        .map(|&x| f64::from(x * x))
        .sum::<f64>()
        / train.features.len() as f64;
    let rate = 0.5 / square;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut model = vec![vec![0.0_f32; p + 1]; k];
    let mut path = Vec::new();
    let mut record = 1;
    for step in 1..=STEPS {
        let mut gradient = vec![vec![0.0_f32; p + 1]; k];
        for _ in 0..BATCH {
            let i = (random.next_u64() % train.labels.len() as u64) as usize;
            let (x, y) = (&train.features[i], train.labels[i]);
            let logits: Vec<f64> = model.iter().map(|row| logit(row, x)).collect();
            let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let shares: Vec<f64> = logits.iter().map(|z| (z - top).exp()).collect();
            let total: f64 = shares.iter().sum();
            for (class, row) in gradient.iter_mut().enumerate() {
                let error = f64::from(u8::from(class == y)) - shares[class] / total;
                let factor = (weights[y] / mean * error / BATCH as f64) as f32;
                for (g, &x) in row.iter_mut().zip(x) {
                    *g += factor * x;
                }
                row[p] += factor;
            }
        }
        for (row, gradient) in model.iter_mut().zip(&gradient) {
            for (w, g) in row.iter_mut().zip(gradient) {
                *w += rate as f32 * g;
            }
        }
        if step == record || step == STEPS {
            path.push(recalls(&model, test));
            record = (record + 1).max(record * 4 / 3);
        }
    }
    path
}

/// The last entry is the bias, of an input that is 1.
fn logit(row: &[f32], x: &[f32]) -> f64 {
    let (eights, rest) = x.as_chunks::<8>();
    let (of_eights, of_rest) = row[..x.len()].as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (x, w) in eights.iter().zip(of_eights) {
        for i in 0..8 {
            sums[i] += x[i] * w[i];
        }
    }
    let rest: f32 = rest.iter().zip(of_rest).map(|(x, w)| x * w).sum();
    f64::from(sums.iter().sum::<f32>() + rest + row[x.len()])
}

fn recalls(model: &[Vec<f32>], test: &Samples) -> Vec<f64> {
    let mut right = vec![(0.0, 0.0); model.len()];
    for (x, &y) in test.features.iter().zip(&test.labels) {
        let logits: Vec<f64> = model.iter().map(|row| logit(row, x)).collect();
        let beaten = (0..logits.len()).any(|class| class != y && logits[class] >= logits[y]);
        right[y].0 += f64::from(u8::from(!beaten));
        right[y].1 += 1.0;
    }
    right.into_iter().map(|(right, all)| right / all).collect()
}
