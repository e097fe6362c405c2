//! A study of one data set: which experiments its figures and claims read.

use std::fmt;

use serde::{Deserialize, Serialize};
use ufm_theory::problem::{Count, Steps};

use crate::{experiment::Experiment, loss::Loss, plan::Plan};

/// The data sets that are studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The UCI handwritten digits of 8 × 8 pixels, part of the program.
    Digits,
    /// MNIST, from its four files.
    Mnist,
}

impl Source {
    /// Its name in parameter files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Mnist => "mnist",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is run for one data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Study {
    /// Weight exponents of the accuracy experiment.
    pub gammas: Vec<f64>,
    /// Its seeds. The first half chooses stopping steps, the second half measures what they give.
    pub seeds: Vec<u64>,
    /// What all runs share, with the loss of the accuracy experiment.
    pub plan: Plan,
    /// The runs whose logits are followed along the singular directions of the labels, with squared loss.
    pub spectrum: Selection,
    /// What `--quick` runs instead.
    pub quick: Quick,
}

/// Exponents and seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Selection {
    /// Weight exponents.
    pub gammas: Vec<f64>,
    /// Seeds.
    pub seeds: Vec<u64>,
}

/// A shorter version of a study, to see that everything works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Quick {
    /// Steps of each run.
    pub steps: Steps,
    /// The first so many seeds.
    pub seeds: Count,
}

/// Which experiment of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Accuracy over training for many exponents, with the loss of the plan.
    Accuracy,
    /// The spectrum of the logits, with squared loss.
    Spectrum,
}

impl Study {
    /// One experiment of the study; `quick` shortens it.
    pub fn experiment(&self, part: Part, quick: bool) -> Experiment {
        let (gammas, seeds) = match part {
            Part::Accuracy => (&self.gammas, &self.seeds),
            Part::Spectrum => (&self.spectrum.gammas, &self.spectrum.seeds),
        };
        let mut experiment = Experiment {
            plan: self.plan.clone(),
            gammas: gammas.clone(),
            seeds: seeds.clone(),
        };
        if part == Part::Spectrum {
            experiment.plan.loss = Loss::Squared;
        }
        if quick {
            if self.quick.steps < experiment.plan.steps {
                experiment.plan.steps = self.quick.steps;
            }
            experiment.seeds.truncate(self.quick.seeds.get());
        }
        experiment
    }
}

/// Where this workspace keeps finished runs: `networks` in the folder of build products, never committed.
pub fn store() -> std::path::PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = || here.ancestors().nth(2).unwrap_or(here).join("target");
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(target, Into::into)
        .join("networks")
}
