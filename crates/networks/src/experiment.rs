//! Many runs of one plan: every weight exponent with every seed, in parallel, each kept when it is finished.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    time::Instant,
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_data::DataSet;
use ufm_support::{
    digest::Digest,
    files::{remove_leftovers, replace},
};
use ufm_theory::problem::Weighting;

use crate::{
    NetworkError,
    engine::{Engine, Layers},
    plan::Plan,
    statistics::{Interval, Paired},
    training::{Checkpoint, Run, train_on},
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
pub struct Handle {
    steps: AtomicUsize,
    stop: AtomicBool,
    milliseconds: AtomicU64,
}

impl Handle {
    /// Steps done so far, those of kept runs included.
    pub fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }

    /// Seconds that the runs took, one after the other, when they were trained: of kept ones too.
    pub fn seconds(&self) -> f64 {
        self.milliseconds.load(Ordering::Relaxed) as f64 / 1e3
    }

    /// Asks every run to stop at its next step; finished runs are kept.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A part of the runs, for one of several machines: those whose place leaves the rest `index` divided by `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    index: usize,
    count: usize,
}

impl Share {
    /// Everything.
    pub const ALL: Self = Self { index: 0, count: 1 };

    /// Part `index`, from 0, of `count`.
    ///
    /// # Errors
    /// [`NetworkError::Plan`] unless `index < count`.
    pub fn new(index: usize, count: usize) -> Result<Self, NetworkError> {
        if index < count {
            Ok(Self { index, count })
        } else {
            Err(NetworkError::Plan {
                setting: "share",
                why: format!("part {index} of {count}, counted from 0, is none"),
            })
        }
    }

    fn has(self, place: usize) -> bool {
        place % self.count == self.index
    }
}

/// How an experiment is run: on what, keeping what.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// What computes the networks.
    pub engine: &'a dyn Engine,
    /// Where finished runs are kept; `None` keeps nothing.
    pub store: Option<&'a Path>,
    /// Train every run again; each that is kept is replaced when the new one is finished.
    pub again: bool,
    /// Which runs to train.
    pub share: Share,
}

impl<'a> Means<'a> {
    /// The layers of this crate, all runs that `store` does not hold.
    pub fn kept_in(store: Option<&'a Path>) -> Self {
        Self {
            engine: &Layers,
            store,
            again: false,
            share: Share::ALL,
        }
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
    /// the data, the exponent, the seed, the program text that trains and the versions of the libraries it calls, so that a run is never
    /// taken for another; `None` keeps nothing.
    ///
    /// # Errors
    /// [`NetworkError::Stopped`] if `control` asked for it, [`NetworkError::Store`] if a file cannot be written, else the first error
    /// of a run.
    pub fn run(
        &self,
        data: &DataSet,
        store: Option<&Path>,
        control: &Handle,
    ) -> Result<Results, NetworkError> {
        self.run_by(&Means::kept_in(store), data, control)
    }

    /// Refuses everything that can be refused before training.
    ///
    /// # Errors
    /// [`NetworkError::Data`] if the data do not hold the samples of the plan, [`NetworkError::Theory`] if an exponent is not finite,
    /// [`NetworkError::TooFew`] if there is no exponent or no seed.
    pub fn check(&self, data: &DataSet) -> Result<(), NetworkError> {
        self.plan.check(&data.train)?;
        for &gamma in &self.gammas {
            Weighting::power(gamma)?;
        }
        for (statistic, found) in [
            ("an experiment over weight exponents", self.gammas.len()),
            ("an experiment over seeds", self.seeds.len()),
        ] {
            if found == 0 {
                return Err(NetworkError::TooFew {
                    statistic,
                    needed: 1,
                    found,
                });
            }
        }
        Ok(())
    }

    /// As [`Self::run`], by other means.
    ///
    /// # Errors
    /// As for [`Self::run`]; [`NetworkError::Stopped`] too if a share of other machines is still missing.
    pub fn run_by(
        &self,
        means: &Means<'_>,
        data: &DataSet,
        control: &Handle,
    ) -> Result<Results, NetworkError> {
        self.check(data)?;
        if let Some(store) = means.store {
            remove_leftovers(store)?;
        }
        let fingerprint = fingerprint(&self.plan, data, means.engine);
        let mut gammas = self.gammas.clone();
        gammas.sort_by(f64::total_cmp);
        gammas.dedup();
        let wanted: Vec<(usize, f64, u64)> = gammas
            .iter()
            .flat_map(|&gamma| self.seeds.iter().map(move |&seed| (gamma, seed)))
            .enumerate()
            .map(|(place, (gamma, seed))| (place, gamma, seed))
            .collect();
        // One job at a time to each thread: runs take equally long.
        let runs: Vec<Option<Run>> = wanted
            .par_iter()
            .with_max_len(1)
            .map(|&(place, gamma, seed)| {
                if control.stopped() {
                    return Ok(None);
                }
                let path = means.store.map(|folder| {
                    let weights = self.plan.class_weights(&data.train, gamma)?;
                    let name = name(&fingerprint, gamma, &weights, seed);
                    Ok::<_, NetworkError>(folder.join(name))
                });
                let path = path.transpose()?;
                let kept = path.as_deref().filter(|_| !means.again).and_then(read);
                if kept.is_none() && !means.share.has(place) {
                    return Ok(None);
                }
                let kept = match kept {
                    Some(kept) => {
                        let steps = self.plan.steps.get();
                        control.steps.fetch_add(steps, Ordering::Relaxed);
                        kept
                    }
                    None => {
                        let begin = Instant::now();
                        let run = train_on(means.engine, &self.plan, data, (gamma, seed), |_| {
                            control.steps.fetch_add(1, Ordering::Relaxed);
                            !control.stopped()
                        })?;
                        let Some(run) = run else { return Ok(None) };
                        let seconds = begin.elapsed().as_secs_f64();
                        let kept = Kept { seconds, run };
                        if let Some(path) = &path {
                            write(path, &kept)?;
                        }
                        kept
                    }
                };
                let milliseconds = (kept.seconds * 1e3) as u64;
                control
                    .milliseconds
                    .fetch_add(milliseconds, Ordering::Relaxed);
                Ok(Some(kept.run))
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

/// A finished run as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// How long it took.
    seconds: f64,
    run: Run,
}

/// Reads a number off a moment of the run of an exponent.
pub type Reader<'a> = dyn Fn(f64, &dyn Fn(&Checkpoint) -> f64) -> f64 + 'a;

impl Results {
    /// The runs of one exponent, in the order of the seeds.
    pub fn of(&self, gamma: f64) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.gamma == gamma)
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// `ln` of the step at which a measure first reaches `level`, for every seed; interpolated linearly in `ln(step)`, and the end of
    /// training where it never does.
    pub fn ln_times(
        &self,
        gamma: f64,
        level: f64,
        measure: impl Fn(&Checkpoint) -> f64,
    ) -> Vec<f64> {
        self.of(gamma)
            .map(|run| {
                let points: Vec<(f64, f64)> = run
                    .moments
                    .iter()
                    .map(|moment| ((moment.step.max(1) as f64).ln(), measure(moment)))
                    .collect();
                let crossing = points.windows(2).find_map(|pair| {
                    let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
                    (y1 >= level).then(|| {
                        if y0 >= level {
                            x0
                        } else {
                            x0 + (level - y0) / (y1 - y0) * (x1 - x0)
                        }
                    })
                });
                crossing.unwrap_or_else(|| points.last().map_or(f64::NAN, |point| point.0))
            })
            .collect()
    }

    /// The recorded steps.
    pub fn steps(&self) -> Vec<usize> {
        self.experiment.plan.record()
    }

    /// One number of every run of an exponent, after `step` steps.
    pub fn values(
        &self,
        gamma: f64,
        step: usize,
        measure: impl Fn(&Checkpoint) -> f64,
    ) -> Vec<f64> {
        self.of(gamma)
            .filter_map(|run| run.at(step))
            .map(measure)
            .collect()
    }

    /// The recorded step at which the measure is largest on average over the first half of the seeds; the earliest of several.
    pub fn best_stop(&self, gamma: f64, measure: impl Fn(&Checkpoint) -> f64) -> usize {
        let half = self.experiment.seeds.len() / 2;
        self.best_step(|place| place < half.max(1), |run| run(gamma, &measure))
    }

    /// The step that is best on average over the other seeds, for each seed; the earliest of several. With one seed its own.
    ///
    /// `measure` gets a reader of the moment at hand: of a run of the exponent it is given, with the seed at hand.
    ///
    /// ```no_run
    /// # fn f(results: &ufm_networks::experiment::Results) {
    /// use ufm_networks::training::Checkpoint;
    /// let minority = |moment: &Checkpoint| moment.test.balanced_accuracy(|class| class >= 5);
    /// // Where γ = 1 is furthest above γ = 0, for each seed as the others say.
    /// let steps = results.steps_left_out(|run| run(1.0, &minority) - run(0.0, &minority));
    /// let advantage = results.at_steps(1.0, &steps, minority);
    /// # }
    /// ```
    pub fn steps_left_out(&self, measure: impl Fn(&Reader<'_>) -> f64) -> Vec<usize> {
        let seeds = self.experiment.seeds.len();
        (0..seeds)
            .map(|left_out| self.best_step(|place| place != left_out || seeds == 1, &measure))
            .collect()
    }

    /// One number of every run of an exponent, each after a number of steps of its own.
    pub fn at_steps(
        &self,
        gamma: f64,
        steps: &[usize],
        measure: impl Fn(&Checkpoint) -> f64,
    ) -> Vec<f64> {
        let moments = self.of(gamma).zip(steps);
        moments
            .filter_map(|(run, &step)| run.at(step).map(&measure))
            .collect()
    }

    /// The recorded step at which a measure is largest on average over some seeds, given by their place; the earliest of several.
    fn best_step(
        &self,
        included: impl Fn(usize) -> bool,
        measure: impl Fn(&Reader<'_>) -> f64,
    ) -> usize {
        let mut best = (0, f64::NEG_INFINITY);
        for step in self.steps() {
            let value = (0..self.experiment.seeds.len())
                .filter(|&place| included(place))
                .map(|place| {
                    measure(&|gamma, read| {
                        let run = self.of(gamma).nth(place);
                        run.and_then(|run| run.at(step)).map_or(f64::NAN, read)
                    })
                })
                .sum::<f64>();
            if value > best.1 {
                best = (step, value);
            }
        }
        best.0
    }

    /// One number of every run of an exponent with a seed of the second half: what a stopping step gives that was chosen on
    /// the first half. All seeds if there is only one.
    pub fn measured(
        &self,
        gamma: f64,
        step: usize,
        measure: impl Fn(&Checkpoint) -> f64,
    ) -> Vec<f64> {
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
        measure: impl Fn(&Checkpoint) -> f64,
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
        measure: impl Fn(&Checkpoint) -> f64,
    ) -> Result<Paired, NetworkError> {
        Paired::above(
            &self.values(a, step, &measure),
            &self.values(b, step, &measure),
        )
    }
}

/// The program text that decides what a run gives, beside class weights and data, which are digested as numbers.
const PROGRAM: [&str; 11] = [
    include_str!("../../data/src/random.rs"),
    include_str!("../../data/src/subset.rs"),
    include_str!("architecture.rs"),
    include_str!("engine.rs"),
    include_str!("layers.rs"),
    include_str!("loss.rs"),
    include_str!("metrics.rs"),
    include_str!("model.rs"),
    include_str!("optimiser.rs"),
    include_str!("plan.rs"),
    include_str!("training.rs"),
];

/// The versions of all crates in use.
const LOCK: &str = include_str!("../../../Cargo.lock");

/// The crates that multiply matrices and draw random numbers.
const CALLED: [&str; 2] = ["faer", "rand_chacha"];

/// What of a lock file decides what a run gives: name, version and checksum of the crates that are `called`, and of all they depend on. Other crates may come
/// and go. An engine of another crate puts those of its own libraries into [`Engine::program`].
///
/// ```
/// let lock = r#"
/// [[package]]
/// name = "called"
/// version = "1.0.0"
/// checksum = "ab"
/// dependencies = [
///  "shared 2.0.0",
/// ]
///
/// [[package]]
/// name = "shared"
/// version = "1.0.0"
///
/// [[package]]
/// name = "shared"
/// version = "2.0.0"
/// "#;
/// assert_eq!(ufm_networks::experiment::libraries(lock, &["called"]), ["called 1.0.0 ab\n", "shared 2.0.0 \n"]);
/// ```
pub fn libraries(lock: &str, called: &[&str]) -> Vec<String> {
    let packages: Vec<Package<'_>> = lock.split("[[package]]").filter_map(Package::of).collect();
    // A dependency is its name, with a version behind it where there are several.
    let mut wanted: Vec<(&str, Option<&str>)> = called.iter().map(|name| (*name, None)).collect();
    let mut found = std::collections::BTreeSet::new();
    while let Some((name, version)) = wanted.pop() {
        let meant = |package: &&Package<'_>| {
            package.name == name && version.is_none_or(|version| package.version == version)
        };
        for package in packages.iter().filter(meant) {
            let Package {
                name,
                version,
                checksum,
                ..
            } = package;
            if found.insert(format!("{name} {version} {checksum}\n")) {
                wanted.extend(&package.dependencies);
            }
        }
    }
    found.into_iter().collect()
}

/// An entry of a lock file.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    /// Empty for crates that are not of a registry.
    checksum: &'a str,
    dependencies: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Package<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let quoted = |line: &'a str| line.split('"').nth(1);
        let value = |key: &str| {
            text.lines()
                .find(|line| line.starts_with(key))
                .and_then(quoted)
        };
        let dependencies = text.lines().filter(|line| line.starts_with(" \""));
        Some(Self {
            name: value("name = ")?,
            version: value("version = ")?,
            checksum: value("checksum = ").unwrap_or_default(),
            dependencies: dependencies
                .filter_map(quoted)
                .map(|entry| {
                    let mut parts = entry.split(' ');
                    (parts.next().unwrap_or_default(), parts.next())
                })
                .collect(),
        })
    }
}

fn fingerprint(plan: &Plan, data: &DataSet, engine: &dyn Engine) -> [u8; 32] {
    let mut hash = Digest::default();
    for text in PROGRAM {
        hash.update(text);
    }
    for package in libraries(LOCK, &CALLED) {
        hash.update(package);
    }
    hash.update(format!("{} {}", engine.name(), engine.program()));
    hash.update(format!("{plan:?} {}", data.name));
    for samples in [&data.train, &data.test] {
        hash.update(samples.labels());
        for pixel in samples.pixels() {
            hash.update(pixel.to_le_bytes());
        }
    }
    hash.bytes()
}

fn name(fingerprint: &[u8], gamma: f64, weights: &[f64], seed: u64) -> PathBuf {
    let mut digest = Digest::default();
    digest.update(fingerprint);
    for number in [gamma].iter().chain(weights) {
        digest.update(number.to_le_bytes());
    }
    digest.update(seed.to_le_bytes());
    // Half of it tells runs apart as well.
    format!("{:.32}.json", digest.hex()).into()
}

/// A kept run; `None` if there is none, or none that can be read.
fn read(path: &Path) -> Option<Kept> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write(path: &Path, run: &Kept) -> Result<(), NetworkError> {
    let store = |source| NetworkError::Store {
        path: path.to_path_buf(),
        source,
    };
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(store)?;
    let text = serde_json::to_vec(run).map_err(|error| store(error.into()))?;
    Ok(replace(path, &text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_that_compute_are_part_of_the_digest() {
        let found = libraries(LOCK, &CALLED);
        let has = |name: &str| {
            found
                .iter()
                .any(|text| text.starts_with(&format!("{name} ")))
        };
        for name in [
            "faer",
            "private-gemm-x86",
            "pulp",
            "rand_chacha",
            "rand_core",
        ] {
            assert!(has(name), "{name}");
        }
        assert!(!has("plotters") && !has("ufm-networks"));
        let other = LOCK.replacen(
            "name = \"private-gemm-x86\"\nversion = \"",
            "name = \"private-gemm-x86\"\nversion = \"9",
            1,
        );
        assert_ne!(libraries(&other, &CALLED), found);
        assert_ne!(other, LOCK);
    }
}
