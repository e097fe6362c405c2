//! What empirical claims share: the experiments on the UCI digits and on MNIST, and what is read off them.
//!
//! The experiments are those of `figures/parameters.toml`, trained once and kept. Stopping steps and steps of largest
//! difference are chosen on other seeds than those that measure what they give: for the digits on the first half of the seeds, for MNIST,
//! which has fewer, for each seed on all others.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock},
};

use serde::Deserialize;
use ufm_data::{DataError, DataSet};
use ufm_networks::{
    NetworkError,
    experiment::{Experiment, Handle, Results},
    metrics::logit_spectrum,
    statistics::{Interval, Paired},
    study::{Study, StudyPart, store},
    training::Checkpoint,
};
use ufm_theory::{
    problem::{ImbalanceRatio, Samples, StepProfile},
    spectrum::Mode,
};

use crate::{CheckError, Evidence, Finding};

/// Level of every test.
pub const LEVEL: f64 = 0.01;

/// How the data of a claim or of its control are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// As in the parameter file: `R = 10`.
    Imbalanced,
    /// Equal classes, `R = 1`, with as many samples in all.
    Balanced,
    /// Labels of the training samples shuffled.
    Shuffled,
}

type Done = OnceLock<Mutex<BTreeMap<String, Arc<Results>>>>;

/// An experiment on the digits; trained at most once, whoever asks.
pub fn digits(part: StudyPart, data: Data) -> Result<Arc<Results>, CheckError> {
    digits_of(part, data, &[])
}

/// The same with other seeds than those of the figures, and the exponents 0 and 1; with the usual ones for none.
pub fn digits_of(part: StudyPart, data: Data, seeds: &[u64]) -> Result<Arc<Results>, CheckError> {
    static DONE: Done = OnceLock::new();
    let mut experiment = parameters()?.digits.experiment(part, false);
    if !seeds.is_empty() {
        experiment.seeds = seeds.to_vec();
        experiment.gammas = vec![0.0, 1.0];
    }
    if data != Data::Imbalanced {
        experiment
            .gammas
            .retain(|gamma| [0.0, 0.5, 1.0].contains(gamma));
    }
    let plan = &mut experiment.plan;
    match data {
        Data::Imbalanced => {}
        Data::Balanced => {
            if let Some((samples, ratio)) = plan.sizes()? {
                let share = (1.0 + 1.0 / ratio) / 2.0;
                plan.majority_samples = Some(Samples::new((samples as f64 * share).round())?);
                plan.ratio = Some(ImbalanceRatio::new(1.0)?);
            }
        }
        Data::Shuffled => plan.shuffled_labels = true,
    }
    trained(&DONE, experiment, || ufm_data::digits::load(0))
}

/// An experiment on MNIST, the one of the figures; trained at most once, whoever asks.
///
/// # Errors
/// [`CheckError::NotRun`] if its files are not at hand.
pub fn mnist(part: StudyPart) -> Result<Arc<Results>, CheckError> {
    static DONE: Done = OnceLock::new();
    let checkout = ufm_support::workspace::root().unwrap_or_default();
    let folder = match ufm_data::mnist::locate(None, &checkout) {
        Ok(folder) => folder,
        // A folder that is named must be right; only its absence everywhere is no error.
        Err(error) if ufm_data::mnist::variable().is_some() => return Err(error.into()),
        Err(_) => {
            return Err(CheckError::NotRun(
                "the files of MNIST are not at hand; fetch them with: cargo xtask data mnist"
                    .into(),
            ));
        }
    };
    let experiment = parameters()?.mnist.experiment(part, false);
    trained(&DONE, experiment, || ufm_data::mnist::load(&folder))
}

/// The results of an experiment, from memory, from kept runs, or from training.
fn trained(
    done: &'static Done,
    experiment: Experiment,
    load: impl Fn() -> Result<DataSet, DataError> + Sync,
) -> Result<Arc<Results>, CheckError> {
    let key = format!("{experiment:?}");
    let mut done = match done.get_or_init(Mutex::default).lock() {
        Ok(done) => done,
        Err(poisoned) => poisoned.into_inner(),
    };
    if let Some(results) = done.get(&key) {
        return Ok(results.clone());
    }
    // In a pool of its own, awaited by a thread that belongs to none: a thread that waits in a pool takes up other
    // work, which may be a check that waits for the lock held here.
    let run = || -> Result<Results, NetworkError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .build()
            .map_err(|error| NetworkError::Backend(error.to_string()))?;
        let data = load()?;
        pool.install(|| experiment.run(&data, Some(&store()), &Handle::default()))
    };
    let results = std::thread::scope(|scope| scope.spawn(run).join())
        .map_err(|_| NetworkError::Backend("training stopped short".into()))??;
    let results = Arc::new(results);
    done.insert(key, results.clone());
    Ok(results)
}

/// The studies that claims read.
#[derive(Deserialize)]
struct Studies {
    digits: Study,
    mnist: Study,
}

fn parameters() -> Result<Studies, CheckError> {
    toml::from_str(include_str!("../../figures/parameters.toml"))
        .map_err(|error| CheckError::Parameters(error.to_string()))
}

/// Test accuracy of one class.
pub fn class_accuracy(class: usize) -> impl Fn(&Checkpoint) -> f64 {
    move |moment| moment.test.recall(class).unwrap_or(f64::NAN)
}

/// The first recorded step from which on `holds` is true of every recorded step.
pub fn from_then_on(results: &Results, holds: impl Fn(usize) -> bool) -> Option<usize> {
    let steps = results.steps();
    let last = steps.iter().rposition(|&step| !holds(step));
    steps.get(last.map_or(0, |place| place + 1)).copied()
}

/// Adds mean and half-width of the 95 % interval to what was measured.
pub fn measured(evidence: &mut Evidence, what: &str, values: &[f64]) -> Result<(), CheckError> {
    let found = Interval::of(values)?;
    evidence.measured(format!("{what}: mean"), found.mean);
    evidence.measured(
        format!("{what}: half-width of its 95 % interval"),
        found.half_width,
    );
    Ok(())
}

/// Adds the test accuracies of both groups at a step to what was measured.
pub fn measured_groups(
    evidence: &mut Evidence,
    results: &Results,
    gamma: f64,
    step: usize,
) -> Result<(), CheckError> {
    for (name, majority) in [("majority", true), ("minority", false)] {
        let values = results.values(gamma, step, test_accuracy(results, majority));
        measured(
            evidence,
            &format!("γ = {gamma}: {name} at step {step}"),
            &values,
        )?;
    }
    Ok(())
}

/// Mean test accuracy of the majority or of the minority classes.
pub fn test_accuracy(results: &Results, majority: bool) -> impl Fn(&Checkpoint) -> f64 + '_ {
    move |moment| {
        let plan = &results.experiment.plan;
        moment
            .test
            .balanced_accuracy(|class| plan.is_majority(class) == majority)
    }
}

/// Mean training accuracy of the majority or of the minority classes.
pub fn training_accuracy(results: &Results, majority: bool) -> impl Fn(&Checkpoint) -> f64 + '_ {
    move |moment| {
        let plan = &results.experiment.plan;
        moment
            .train
            .balanced_accuracy(|class| plan.is_majority(class) == majority)
    }
}

/// The amplitude `s/σ` of one mode in the training logits.
pub fn amplitude(results: &Results, mode: Mode) -> impl Fn(&Checkpoint) -> f64 + '_ {
    move |moment| {
        let plan = &results.experiment.plan;
        let order = plan.order(moment.train.classes());
        let majority = plan.majority.len();
        // Of the samples that are trained on, of which not all may be measured.
        plan.sizes()
            .and_then(|sizes| {
                let (large, ratio) = sizes.map_or((1.0, 1.0), |(n, ratio)| (n as f64, ratio));
                let small = (large / ratio).round();
                let step =
                    StepProfile::from_groups((majority, large), (order.len() - majority, small))?;
                logit_spectrum(&step, &order, &moment.logits)
            })
            .ok()
            .and_then(|found| found.into_iter().find(|(m, _)| *m == mode))
            .map_or(f64::NAN, |(_, fraction)| fraction)
    }
}

/// `ln` of how many times as late the minority's directions reach a quarter of `σ` as the majority's, for every seed.
pub fn ln_delay(results: &Results, gamma: f64) -> Vec<f64> {
    let time = |mode| results.ln_times(gamma, 0.25, amplitude(results, mode));
    let (late, early) = (time(Mode::Minority), time(Mode::Majority));
    late.iter()
        .zip(&early)
        .map(|(late, early)| late - early)
        .collect()
}

/// The recorded step at which `a` exceeds `b` most on average over the first half of the seeds.
pub fn peak(results: &Results, a: f64, b: f64, measure: impl Fn(&Checkpoint) -> f64) -> usize {
    let half = results.experiment.seeds.len() / 2;
    let mean = |gamma, step| {
        results
            .values(gamma, step, &measure)
            .iter()
            .take(half)
            .sum::<f64>()
    };
    let advantage = |step: &usize| mean(a, *step) - mean(b, *step);
    results
        .steps()
        .into_iter()
        .max_by(|x, y| advantage(x).total_cmp(&advantage(y)))
        .unwrap_or(0)
}

/// Adds several paired one-sided tests to the evidence as one finding: the largest of their probabilities, each against [`LEVEL`].
pub fn tests(evidence: &mut Evidence, id: &'static str, what: &str, tests: Vec<(String, Paired)>) {
    let mut finding = Finding::within(
        id,
        LEVEL,
        format!("{what}: largest p-value of the paired one-sided tests"),
    );
    for (of, test) in tests {
        finding.observe(
            || format!("{of}, {} seeds", test.difference.n),
            test.p_value,
        );
        evidence.measured(
            format!("{what}, {of}: mean difference"),
            test.difference.mean,
        );
        evidence.measured(
            format!("{what}, {of}: half-width of its 95 % interval"),
            test.difference.half_width,
        );
        evidence.measured(format!("{what}, {of}: p"), test.p_value);
    }
    evidence.push(finding);
}

/// Adds a paired one-sided test to the evidence as the finding `id`: its probability against [`LEVEL`], and mean, interval, effect size and number
/// of seeds as measured values.
pub fn test(evidence: &mut Evidence, id: &'static str, what: &str, test: &Paired) {
    let mut finding = Finding::within(
        id,
        LEVEL,
        format!("{what}: p-value of the paired one-sided test"),
    );
    finding.observe(|| format!("{} seeds", test.difference.n), test.p_value);
    evidence.push(finding);
    evidence.measured(format!("{what}: mean difference"), test.difference.mean);
    evidence.measured(
        format!("{what}: half-width of its 95 % interval"),
        test.difference.half_width,
    );
    evidence.measured(format!("{what}: effect size d_z"), test.effect);
    evidence.measured(format!("{what}: p"), test.p_value);
    evidence.measured(format!("{what}: seeds"), test.difference.n as f64);
}
