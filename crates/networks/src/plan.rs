//! What to train, on which samples, and when to measure.

use serde::{Deserialize, Serialize};
use ufm_data::{DataSet, Samples};
use ufm_theory::problem::{
    Batch, ClassProfile, Count, Exponent, ImbalanceRatio, LearningRate, Normalisation,
    Samples as SampleCount, StepProfile, Steps, Weighting,
};

use crate::{
    NetworkError,
    architecture::Architecture,
    loss::{Loss, Objective},
    optimiser::Optimiser,
};

/// A training plan, shared by all runs that are compared: they differ in weight exponent and seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Plan {
    /// The network.
    pub architecture: Architecture,
    /// Its width; absent for [`Architecture::default_width`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<Count>,
    /// What is minimised.
    pub loss: Loss,
    /// How.
    pub optimiser: Optimiser,
    /// Step size.
    pub learning_rate: LearningRate,
    /// Samples of a step.
    pub batch: Batch,
    /// Steps of a run.
    pub steps: Steps,
    /// How the numbers of training samples fall from class to class.
    #[serde(default, skip_serializing_if = "is_default")]
    pub profile: Profile,
    /// The majority classes; all others are minority classes. Where there are no two groups of one size, the group whose accuracy is shown as the majority's.
    pub majority: Vec<u8>,
    /// Training samples of each majority class; of a long tail those of class 0. Absent where all are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub majority_samples: Option<SampleCount>,
    /// Imbalance ratio `R`: minority classes keep `majority-samples/R` training samples, rounded, at least one; so does the last class of a long tail. Absent
    /// where all are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<ImbalanceRatio>,
    /// At most this many test samples of each class are measured, the first ones; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_samples: Option<SampleCount>,
    /// At most this many training samples of each class are measured, the first ones; absent for all. All are trained on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_samples: Option<SampleCount>,
    /// Steps after which a run is measured, beside the first and the last; absent for 1, 2, 4, then every `√2`-fold, rounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moments: Option<Vec<Steps>>,
    /// Draws the training labels anew, as many of each class: there is then nothing that generalises.
    #[serde(default)]
    pub shuffled_labels: bool,
    /// What is done about the imbalance beside weights; absent for nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub remedy: Remedy,
}

/// How the numbers of training samples fall from class to class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// STEP: two groups of classes of equal size.
    #[default]
    Step,
    /// LT: `majority-samples · R^(−c/(k−1))` of class `c`.
    LongTailed,
    /// All training samples there are: of data that are imbalanced as they come.
    All,
}

/// What is done about the imbalance beside weights `n_c^(−γ)`; nothing by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Remedy {
    /// Logit adjustment: `τ ln(n_c/N)` is added to the logits while training (Menon et al. 2021); absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<Exponent>,
    /// Deferred re-weighting: no weights before this step (Cao et al. 2019); absent for weights from the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deferred: Option<Steps>,
    /// How samples are drawn.
    #[serde(skip_serializing_if = "is_default")]
    pub sampling: Sampling,
}

/// How the samples of a batch are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// One permutation of all samples after another.
    #[default]
    Shuffled,
    /// A class at random, each equally likely, then the next sample of a permutation of that class.
    ClassBalanced,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Plan {
    /// Steps after which a run is measured, ascending: 0, those of [`Self::moments`], and the last.
    pub fn record(&self) -> Vec<usize> {
        let last = self.steps.get();
        let mut steps: Vec<usize> = match &self.moments {
            Some(moments) => moments.iter().map(|step| step.get()).collect(),
            None => [1, 2]
                .into_iter()
                .chain((4..).map(|i| 2_f64.powf(f64::from(i) / 2.0).round() as usize))
                .take_while(|&step| step < last)
                .collect(),
        };
        steps.retain(|&step| step < last);
        steps.extend([0, last]);
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// True for the majority classes.
    pub fn is_majority(&self, class: usize) -> bool {
        self.majority.iter().any(|&c| usize::from(c) == class)
    }

    /// The classes, those of the majority first.
    pub fn order(&self, classes: usize) -> Vec<usize> {
        let (mut first, second): (Vec<usize>, Vec<usize>) =
            (0..classes).partition(|&class| self.is_majority(class));
        first.extend(second);
        first
    }

    /// The class profile of the training samples that [`Self::samples`] takes.
    ///
    /// # Errors
    /// [`NetworkError::Plan`] for other profiles; as for [`StepProfile::new`] and [`ufm_data::step_counts`].
    pub fn step_profile(&self, data: &DataSet) -> Result<StepProfile, NetworkError> {
        if self.profile != Profile::Step {
            return Err(NetworkError::Plan {
                setting: "profile",
                why: "directions of two groups of classes are those of the profile `step`".into(),
            });
        }
        let counts = self.counts(&data.train)?;
        let order = self.order(counts.len());
        let majority = self.majority.len();
        let minority = counts.len() - majority;
        let (large, small) = match (order.first(), order.last()) {
            (Some(&first), Some(&last)) => (counts[first] as f64, counts[last] as f64),
            _ => (1.0, 1.0),
        };
        Ok(StepProfile::from_groups(
            (majority, large),
            (minority, small),
        )?)
    }

    /// Training samples of each class.
    ///
    /// # Errors
    /// [`NetworkError::Plan`] if a class has no sample; as for [`Self::sizes`], [`ufm_data::step_counts`] and [`ufm_data::long_tail_counts`].
    pub fn counts(&self, train: &Samples) -> Result<Vec<usize>, NetworkError> {
        let available = train.class_counts();
        // The groups that are shown must be groups, as of STEP.
        let groups = || ufm_data::step_counts(&vec![1; available.len()], &self.majority, 1, 1.0);
        Ok(match (self.profile, self.sizes()?) {
            (Profile::Step, Some((samples, ratio))) => {
                ufm_data::step_counts(&available, &self.majority, samples, ratio)?
            }
            (Profile::LongTailed, Some((samples, ratio))) => {
                groups()?;
                ufm_data::long_tail_counts(&available, samples, ratio)?
            }
            _ => {
                groups()?;
                if let Some(class) = available.iter().position(|&n| n == 0) {
                    return Err(NetworkError::Plan {
                        setting: "profile",
                        why: format!("class {class} has no training sample, and each needs one"),
                    });
                }
                available
            }
        })
    }

    /// Training samples of the largest class and the imbalance ratio; none where all samples are taken.
    ///
    /// # Errors
    /// [`NetworkError::Plan`] if the profile needs one that is absent, or takes all samples and one is there.
    pub fn sizes(&self) -> Result<Option<(usize, f64)>, NetworkError> {
        let refuse = |setting, why: &str| {
            Err(NetworkError::Plan {
                setting,
                why: why.to_owned(),
            })
        };
        let (all, needed) = (
            "the profile `all` takes all samples: nothing is said here",
            "missing: profiles other than `all` need it",
        );
        match (self.profile, self.majority_samples, self.ratio) {
            (Profile::All, None, None) => Ok(None),
            (Profile::All, Some(_), _) => refuse("majority-samples", all),
            (Profile::All, None, Some(_)) => refuse("ratio", all),
            (_, None, _) => refuse("majority-samples", needed),
            (_, Some(_), None) => refuse("ratio", needed),
            (_, Some(samples), Some(ratio)) => Ok(Some((samples.get(), ratio.get()))),
        }
    }

    /// Refuses what does not go together.
    ///
    /// # Errors
    /// [`NetworkError::Plan`] for the width of a network that has none, and for weights deferred beyond the end; as for [`Self::counts`].
    pub fn check(&self, train: &Samples) -> Result<(), NetworkError> {
        self.counts(train)?;
        let refuse = |setting, why| Err(NetworkError::Plan { setting, why });
        if self.width.is_some() && self.architecture.default_width().is_none() {
            return refuse(
                "width",
                format!("the network `{}` has none", self.architecture.name()),
            );
        }
        match self.remedy.deferred {
            Some(from) if from >= self.steps => refuse(
                "remedy.deferred",
                format!("it must be below the {} steps of a run", self.steps.get()),
            ),
            _ => Ok(()),
        }
    }

    /// Weights `ω_c ∝ n_c^(−γ)` of the classes, mean one over the training samples.
    ///
    /// # Errors
    /// As for [`Self::counts`], and if `gamma` is not finite.
    pub fn class_weights(&self, train: &Samples, gamma: f64) -> Result<Vec<f64>, NetworkError> {
        let profile = ClassProfile::from_counts(&self.counts(train)?)?;
        Ok(Weighting::power(gamma)?
            .normalised(Normalisation::SampleMeanOne)
            .class_weights(&profile)?)
    }

    /// What is minimised with weights `n_c^(−γ)`.
    ///
    /// # Errors
    /// As for [`Self::class_weights`].
    pub fn objective(&self, train: &Samples, gamma: f64) -> Result<Objective, NetworkError> {
        let counts = self.counts(train)?;
        let all = counts.iter().sum::<usize>() as f64;
        let factor = self.remedy.adjustment.map_or(0.0, Exponent::get);
        Ok(Objective {
            loss: self.loss,
            weights: self.class_weights(train, gamma)?,
            // Where nothing is adjusted, zero and not minus zero.
            offsets: counts
                .iter()
                .map(|&n| factor * (n as f64 / all).ln() + 0.0)
                .collect(),
        })
    }

    /// Training and test samples of a run. The training samples depend on the seed, the test samples do not.
    ///
    /// # Errors
    /// As for [`ufm_data::subsample`].
    pub fn samples(&self, data: &DataSet, seed: u64) -> Result<(Samples, Samples), NetworkError> {
        let taken = ufm_data::subsample(&data.train, &self.counts(&data.train)?, seed)?;
        let train = data.train.select(&taken)?;
        let kept = first_of_each(data.test.labels(), data.test.classes(), self.test_samples);
        Ok((train, data.test.select(&kept)?))
    }

    /// Indices of the training samples that are measured, given the labels of all.
    pub fn measured(&self, labels: &[u8], classes: usize) -> Vec<usize> {
        first_of_each(labels, classes, self.measured_samples)
    }
}

/// Indices of the first samples of each label.
fn first_of_each(labels: &[u8], classes: usize, limit: Option<SampleCount>) -> Vec<usize> {
    let limit = limit.map_or(usize::MAX, SampleCount::get);
    let mut seen = vec![0; classes];
    (0..labels.len())
        .filter(|&i| {
            let seen = &mut seen[usize::from(labels[i])];
            *seen += 1;
            *seen <= limit
        })
        .collect()
}
