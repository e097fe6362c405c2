//! A study of one data set: which experiments its figures and claims read.

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize};
use ufm_data::{DataError, DataSet};
use ufm_theory::problem::{Count, Steps};

use crate::{experiment::Experiment, loss::Loss, plan::Plan};

/// Seed of the split of the digits into training and test samples.
pub const DIGITS_SPLIT: u64 = 0;

/// The data sets that are studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Corpus {
    /// The UCI handwritten digits of 8 × 8 pixels, part of the program.
    Digits,
    /// MNIST, from its four files.
    Mnist,
    /// CIFAR-10, from those of its binary files that are at hand.
    Cifar10,
}

impl Corpus {
    /// Its name in parameter files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Mnist => "mnist",
            Self::Cifar10 => "cifar10",
        }
    }

    /// Its samples; `folder` is where the files are of those that are not part of the program.
    ///
    /// # Errors
    /// As for [`ufm_data::mnist::load`] and [`ufm_data::cifar10::load`].
    pub fn load(self, folder: &Path) -> Result<DataSet, DataError> {
        match self {
            Self::Digits => ufm_data::digits::load(DIGITS_SPLIT),
            Self::Mnist => ufm_data::mnist::load(folder),
            Self::Cifar10 => ufm_data::cifar10::load(folder),
        }
    }

    /// Its samples, of files in the folder that is named, or where the environment or the checkout has them.
    ///
    /// # Errors
    /// As for [`Self::load`], [`ufm_data::mnist::locate`] and [`ufm_data::cifar10::locate`].
    pub fn find(self, named: Option<&Path>, checkout: &Path) -> Result<DataSet, DataError> {
        match self {
            Self::Digits => self.load(checkout),
            Self::Mnist => self.load(&ufm_data::mnist::locate(named, checkout)?),
            Self::Cifar10 => self.load(&ufm_data::cifar10::locate(named, checkout)?),
        }
    }
}

impl fmt::Display for Corpus {
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
    /// Stopping at the best step against the exponent; absent if the accuracy experiment is to be read for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Selection>,
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
    /// Steps of each run, where they are not those of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Steps>,
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
pub enum StudyPart {
    /// Accuracy over training for many exponents, with the loss of the plan.
    Accuracy,
    /// The spectrum of the logits, with squared loss.
    Spectrum,
    /// Stopping at the best step for many exponents.
    Sweep,
}

impl Study {
    /// One experiment of the study; `quick` shortens it.
    pub fn experiment(&self, part: StudyPart, quick: bool) -> Experiment {
        let mut experiment = Experiment {
            plan: self.plan.clone(),
            gammas: self.gammas.clone(),
            seeds: self.seeds.clone(),
        };
        let selection = match part {
            StudyPart::Accuracy => None,
            StudyPart::Spectrum => Some(&self.spectrum),
            StudyPart::Sweep => self.sweep.as_ref(),
        };
        if let Some(selection) = selection {
            experiment.gammas.clone_from(&selection.gammas);
            experiment.seeds.clone_from(&selection.seeds);
            experiment.plan.steps = selection.steps.unwrap_or(experiment.plan.steps);
        }
        if part == StudyPart::Spectrum {
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

/// Where this workspace keeps finished runs: `networks` in the folder of build products, never committed. A program outside every
/// checkout keeps them in `target` of the current folder.
pub fn store() -> std::path::PathBuf {
    ufm_support::workspace::target()
        .unwrap_or_else(|_| "target".into())
        .join("networks")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_is_read_by_its_name() -> Result<(), serde_json::Error> {
        for corpus in [Corpus::Digits, Corpus::Mnist, Corpus::Cifar10] {
            let name = serde_json::Value::from(corpus.name());
            assert_eq!(serde_json::from_value::<Corpus>(name)?, corpus);
        }
        Ok(())
    }

    #[test]
    fn each_part_has_its_exponents_seeds_and_steps() -> Result<(), serde_json::Error> {
        let study: Study = serde_json::from_value(serde_json::json!({
            "gammas": [0.0, 1.0], "seeds": [1, 2, 3],
            "plan": {
                "architecture": "cnn", "loss": "cross-entropy", "optimiser": "sgd", "learning-rate": 0.1, "batch": 64, "steps": 100,
                "majority": [0], "majority-samples": 10, "ratio": 10.0
            },
            "spectrum": { "gammas": [0.5], "seeds": [4], "steps": 50 },
            "quick": { "steps": 60, "seeds": 1 }
        }))?;
        let of = |study: &Study, part, quick| {
            let found = study.experiment(part, quick);
            (
                found.gammas,
                found.seeds,
                found.plan.steps.get(),
                found.plan.loss,
            )
        };
        let accuracy = (vec![0.0, 1.0], vec![1, 2, 3], 100, Loss::CrossEntropy);
        assert_eq!(of(&study, StudyPart::Accuracy, false), accuracy);
        assert_eq!(of(&study, StudyPart::Sweep, false), accuracy);
        assert_eq!(
            of(&study, StudyPart::Spectrum, false),
            (vec![0.5], vec![4], 50, Loss::Squared)
        );
        assert_eq!(
            of(&study, StudyPart::Accuracy, true),
            (vec![0.0, 1.0], vec![1], 60, Loss::CrossEntropy)
        );
        let sweep = Selection {
            gammas: vec![0.0, 0.7],
            seeds: vec![1],
            steps: None,
        };
        let study = Study {
            sweep: Some(sweep),
            ..study
        };
        assert_eq!(
            of(&study, StudyPart::Sweep, false),
            (vec![0.0, 0.7], vec![1], 100, Loss::CrossEntropy)
        );
        Ok(())
    }
}
