//! Many runs of one plan: every weight exponent with every seed, in parallel, each kept when it is finished.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ufm_data::DataSet;

use crate::{
    NetworkError,
    plan::Plan,
    statistics::{Interval, Paired},
    training::{Moment, Run, train},
};

/// A plan with the exponents and seeds to run it for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Experiment {
    /// What all runs share.
    pub plan: Plan,
    /// Weight exponents `γ`.
    pub gammas: Vec<f64>,
    /// Seeds; runs of equal seed share samples, initial weights and the order of samples.
    pub seeds: Vec<u64>,
}

/// What a running experiment asks and tells.
#[derive(Default)]
pub struct Control {
    steps: AtomicUsize,
    stop: AtomicBool,
}

impl Control {
    /// Steps done so far, those of kept runs included.
    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }

    /// Asks every run to stop at its next step; finished runs are kept.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// All runs of an experiment, by increasing exponent and then in the order of the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// What was run.
    pub experiment: Experiment,
    runs: Vec<Run>,
}

impl Experiment {
    /// Steps of all runs together.
    pub fn steps(&self) -> usize {
        self.gammas.len() * self.seeds.len() * self.plan.steps.get()
    }

    /// Runs everything that `store` does not hold already, on the threads of the current pool.
    ///
    /// The results do not depend on the number of threads. In `store` a finished run is a file whose name is a digest of the plan,
    /// the data, the exponent, the seed and the program text that trains, so that a run is never taken for another;
    /// `None` keeps nothing.
    ///
    /// # Errors
    /// [`NetworkError::Stopped`] if `control` asked for it, [`NetworkError::Store`] if a file cannot be written, else the first error
    /// of a run.
    pub fn run(
        &self,
        data: &DataSet,
        store: Option<&Path>,
        control: &Control,
    ) -> Result<Results, NetworkError> {
        let fingerprint = fingerprint(&self.plan, data);
        let mut gammas = self.gammas.clone();
        gammas.sort_by(f64::total_cmp);
        gammas.dedup();
        let wanted: Vec<(f64, u64)> = gammas
            .iter()
            .flat_map(|&gamma| self.seeds.iter().map(move |&seed| (gamma, seed)))
            .collect();
        // One job at a time to each thread: runs take equally long.
        let runs: Vec<Option<Run>> = wanted
            .par_iter()
            .with_max_len(1)
            .map(|&(gamma, seed)| {
                if control.stopped() {
                    return Ok(None);
                }
                let path = store.map(|folder| folder.join(name(&fingerprint, gamma, seed)));
                if let Some(run) = path.as_deref().and_then(read) {
                    control
                        .steps
                        .fetch_add(self.plan.steps.get(), Ordering::Relaxed);
                    return Ok(Some(run));
                }
                let run = train(&self.plan, data, gamma, seed, |_| {
                    control.steps.fetch_add(1, Ordering::Relaxed);
                    !control.stopped()
                })?;
                if let (Some(path), Some(run)) = (&path, &run) {
                    write(path, run)?;
                }
                Ok(run)
            })
            .collect::<Result<_, NetworkError>>()?;
        let all = runs.len();
        let runs: Vec<Run> = runs.into_iter().flatten().collect();
        if runs.len() < all {
            return Err(NetworkError::Stopped {
                done: runs.len(),
                all,
            });
        }
        Ok(Results {
            experiment: Self {
                gammas,
                ..self.clone()
            },
            runs,
        })
    }
}

impl Results {
    /// The runs of one exponent, in the order of the seeds.
    pub fn of(&self, gamma: f64) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.gamma == gamma)
    }

    /// The recorded steps.
    pub fn steps(&self) -> Vec<usize> {
        self.experiment.plan.record()
    }

    /// One number of every run of an exponent, after `step` steps.
    pub fn values(&self, gamma: f64, step: usize, measure: impl Fn(&Moment) -> f64) -> Vec<f64> {
        self.of(gamma)
            .filter_map(|run| run.at(step))
            .map(measure)
            .collect()
    }

    /// The recorded step at which the measure is largest on average over the first half of the seeds; the earliest of several.
    pub fn best_stop(&self, gamma: f64, measure: impl Fn(&Moment) -> f64) -> usize {
        let half = self.experiment.seeds.len() / 2;
        let mean = |step| {
            self.values(gamma, step, &measure)
                .iter()
                .take(half.max(1))
                .sum::<f64>()
        };
        let mut best = (0, f64::NEG_INFINITY);
        for step in self.steps() {
            let value = mean(step);
            if value > best.1 {
                best = (step, value);
            }
        }
        best.0
    }

    /// One number of every run of an exponent with a seed of the second half: what a stopping step gives that was chosen on
    /// the first half. All seeds if there is only one.
    pub fn measured(&self, gamma: f64, step: usize, measure: impl Fn(&Moment) -> f64) -> Vec<f64> {
        self.values(gamma, step, measure)
            .split_off(self.experiment.seeds.len() / 2)
    }

    /// Mean and 95 % confidence interval over the seeds.
    ///
    /// # Errors
    /// As for [`Interval::of`].
    pub fn interval(
        &self,
        gamma: f64,
        step: usize,
        measure: impl Fn(&Moment) -> f64,
    ) -> Result<Interval, NetworkError> {
        Interval::of(&self.values(gamma, step, measure))
    }

    /// Is the measure larger with exponent `a` than with `b`, after `step` steps? Paired by seed.
    ///
    /// # Errors
    /// As for [`Paired::above`].
    pub fn compare(
        &self,
        a: f64,
        b: f64,
        step: usize,
        measure: impl Fn(&Moment) -> f64,
    ) -> Result<Paired, NetworkError> {
        Paired::above(
            &self.values(a, step, &measure),
            &self.values(b, step, &measure),
        )
    }
}

/// The program text that decides what a run gives.
const PROGRAM: [&str; 7] = [
    include_str!("layers.rs"),
    include_str!("loss.rs"),
    include_str!("metrics.rs"),
    include_str!("model.rs"),
    include_str!("optimiser.rs"),
    include_str!("plan.rs"),
    include_str!("training.rs"),
];

fn fingerprint(plan: &Plan, data: &DataSet) -> Vec<u8> {
    let mut hash = Sha256::new();
    for text in PROGRAM {
        hash.update(text);
    }
    hash.update(format!("{plan:?} {}", data.name));
    for samples in [&data.train, &data.test] {
        hash.update(samples.labels());
        for pixel in samples.pixels() {
            hash.update(pixel.to_le_bytes());
        }
    }
    hash.finalize().to_vec()
}

fn name(fingerprint: &[u8], gamma: f64, seed: u64) -> PathBuf {
    let mut hash = Sha256::new();
    hash.update(fingerprint);
    hash.update(gamma.to_le_bytes());
    hash.update(seed.to_le_bytes());
    let digest: String = hash
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{digest}.json").into()
}

/// A kept run; `None` if there is none, or none that can be read.
fn read(path: &Path) -> Option<Run> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write(path: &Path, run: &Run) -> Result<(), NetworkError> {
    let store = |source| NetworkError::Store {
        path: path.to_path_buf(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(store)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(store)?;
    let text = serde_json::to_vec(run).map_err(|error| store(error.into()))?;
    file.write_all(&text).map_err(store)?;
    file.persist(path).map_err(|error| store(error.error))?;
    Ok(())
}
