//! The network of `ufm-networks` for the digits, as in the figures: kept runs of `cargo xtask figures` are taken up.

use anyhow::Result;
use ufm_advice::{Scaling, Totals, advise};
use ufm_networks::{
    architecture::Architecture,
    experiment::{Experiment, Handle},
    loss::Loss,
    optimiser::Optimiser,
    plan::{Plan, Profile, Remedy},
};
use ufm_support::workspace;
use ufm_theory::problem::{Batch, ImbalanceRatio, LearningRate, Samples, Steps};

use crate::{
    GRID,
    linear::equal_speeds,
    score::{Path, Rule, rows},
};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=10;

/// `β` of the effective number.
const BETA: f64 = 0.999;

/// All rules. Of two class sizes every weighting is a power, the effective number too.
pub fn study() -> Result<Vec<String>> {
    let data = ufm_data::digits::load(0)?;
    let mut all = Vec::new();
    for ratio in [10.0] {
        let plan = Plan {
            architecture: Architecture::SmallCnn,
            width: None,
            loss: Loss::CrossEntropy,
            optimiser: Optimiser::Sgd,
            learning_rate: LearningRate::new(0.1)?,
            batch: Batch::new(64.0)?,
            steps: Steps::new(1000.0)?,
            profile: Profile::Step,
            majority: vec![0, 1, 2, 3, 4],
            majority_samples: Some(Samples::new(120.0)?),
            ratio: Some(ImbalanceRatio::new(ratio)?),
            test_samples: None,
            measured_samples: None,
            moments: None,
            shuffled_labels: false,
            remedy: Remedy::default(),
        };
        let mut equalising = 0.0;
        for seed in SEEDS {
            let (train, _) = plan.samples(&data, seed)?;
            let first = train.image(0).iter().map(|&x| f64::from(x)).collect();
            let mut totals = Totals::new(first);
            for (i, &label) in train.labels().iter().enumerate() {
                totals.add(usize::from(label), train.image(i))?;
            }
            let names: Vec<String> = (0..10).map(|class| class.to_string()).collect();
            let advice = advise(&totals.finish(&names, Scaling::Centred)?, &[])?;
            equalising += equal_speeds(&advice)? / SEEDS.count() as f64;
        }
        let equalising = (100.0 * equalising).round() / 100.0;
        let counts = plan.counts(&data.train)?;
        let (large, small) = (counts[0] as f64, counts[9] as f64);
        let effective = |n: f64| (1.0 - BETA) / (1.0 - BETA.powf(n));
        let effective = (effective(small) / effective(large)).ln() / (large / small).ln();
        let mut gammas: Vec<f64> = GRID.to_vec();
        gammas.extend(
            [equalising, effective]
                .into_iter()
                .filter(|g| !GRID.contains(g)),
        );
        gammas.sort_by(f64::total_cmp);
        let experiment = Experiment {
            plan,
            gammas,
            seeds: SEEDS.collect(),
        };
        let store = workspace::target()
            .ok()
            .map(|target| target.join("networks"));
        let results = experiment.run(&data, store.as_deref(), &Handle::default())?;
        let rule = |name: String, gamma: f64, of_grid: bool| Rule {
            name,
            gamma,
            of_grid,
            paths: results
                .of(gamma)
                .map(|run| -> Path {
                    let recalls = |moment: &ufm_networks::training::Checkpoint| {
                        (0..10)
                            .map(|class| moment.test.recall(class).unwrap_or(0.0))
                            .collect()
                    };
                    run.moments.iter().map(recalls).collect()
                })
                .collect(),
        };
        let mut rules: Vec<Rule> = GRID
            .iter()
            .map(|&gamma| rule(format!("power {gamma}"), gamma, true))
            .collect();
        rules.push(rule("effective number".into(), effective, false));
        rules.push(rule("equal speeds".into(), equalising, false));
        all.extend(rows(
            &format!("digits step R={ratio}"),
            "small-cnn",
            &rules,
        )?);
    }
    Ok(all)
}
