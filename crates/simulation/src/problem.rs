//! A classification problem: class sizes, sample weights, groups of classes.

use std::sync::OnceLock;

use ufm_theory::{
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{LabelSvd, Mode, labels::step_modes},
};

use crate::{SimulationError, loss::Loss};

/// What is learned: the labels `Z` (`k × N`) of a class profile, and the weight of each sample.
///
/// ```
/// use ufm_simulation::Problem;
/// use ufm_theory::problem::{StepProfile, Weighting};
/// let problem = Problem::step(&StepProfile::halves(4, 100.0)?, Weighting::power(0.5)?)?;
/// assert_eq!((problem.classes(), problem.modes()), (4, 3));
/// assert_eq!(problem.groups(), [0, 0, 1, 1]); // majority, minority
/// assert!((problem.singular_values()[0] - 10.0).abs() < 1e-12);
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    profile: ClassProfile,
    labels: Labels,
    weighting: Weighting,
    class_weights: Vec<f64>,
    groups: Vec<usize>,
    loss: Loss,
}

/// The decomposition of the labels.
#[derive(Debug, Clone, PartialEq)]
enum Labels {
    Any(LabelSvd),
    /// In closed form, laid out when first asked for: many classes need none.
    Step(StepProfile, OnceLock<LabelSvd>),
}

impl Problem {
    /// A STEP problem, with the modes in the order of [`LabelSvd::step`] and two groups: 0 is the
    /// majority, 1 the minority classes.
    ///
    /// # Errors
    /// If a weight is no normal double precision number.
    pub fn step(step: &StepProfile, weighting: Weighting) -> Result<Self, SimulationError> {
        let profile = step.profile();
        let mut groups = vec![0; step.majority()];
        groups.resize(step.classes(), 1);
        Ok(Self {
            class_weights: weighting.class_weights(&profile)?,
            labels: Labels::Step(*step, OnceLock::new()),
            weighting,
            profile,
            groups,
            loss: Loss::Squared,
        })
    }

    /// Any class profile, modes by decreasing singular value, every class a group of its own.
    ///
    /// # Errors
    /// If a weight is no normal double precision number.
    pub fn new(profile: &ClassProfile, weighting: Weighting) -> Result<Self, SimulationError> {
        Ok(Self {
            class_weights: weighting.class_weights(profile)?,
            labels: Labels::Any(LabelSvd::new(profile)),
            weighting,
            profile: profile.clone(),
            groups: (0..profile.classes()).collect(),
            loss: Loss::Squared,
        })
    }

    /// The same problem, measured by other groups: `groups[c]` is the group of class `c`, numbered
    /// from 0 without gaps.
    ///
    /// # Errors
    /// [`SimulationError::Groups`] or [`SimulationError::EmptyGroup`].
    pub fn with_groups(self, groups: Vec<usize>) -> Result<Self, SimulationError> {
        if groups.len() != self.classes() {
            return Err(SimulationError::Groups {
                expected: self.classes(),
                found: groups.len(),
            });
        }
        let last = groups.iter().copied().max().unwrap_or(0);
        match (0..=last).find(|group| !groups.contains(group)) {
            Some(empty) => Err(SimulationError::EmptyGroup(empty)),
            None => Ok(Self { groups, ..self }),
        }
    }

    /// The same problem under another loss than the squared one.
    ///
    /// # Errors
    /// [`SimulationError::Smoothing`] unless `0 ≤ ε < 1`.
    pub fn with_loss(self, loss: Loss) -> Result<Self, SimulationError> {
        match loss {
            Loss::CrossEntropy { smoothing } if !(0.0..1.0).contains(&smoothing) => {
                Err(SimulationError::Smoothing(smoothing))
            }
            _ => Ok(Self { loss, ..self }),
        }
    }

    /// The loss.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// Number of classes `k`.
    pub fn classes(&self) -> usize {
        self.profile.classes()
    }

    /// Number of modes `r = k − 1`.
    pub fn modes(&self) -> usize {
        self.classes() - 1
    }

    /// The class profile.
    pub fn profile(&self) -> &ClassProfile {
        &self.profile
    }

    /// The singular value decomposition of `Z`; mode `i` is its `i`-th triple.
    pub fn svd(&self) -> &LabelSvd {
        match &self.labels {
            Labels::Any(svd) => svd,
            Labels::Step(step, svd) => svd.get_or_init(|| LabelSvd::step(step)),
        }
    }

    /// The STEP profile that the problem was made of, if it was.
    pub fn step_profile(&self) -> Option<&StepProfile> {
        match &self.labels {
            Labels::Any(_) => None,
            Labels::Step(step, _) => Some(step),
        }
    }

    /// The kind of each mode of a STEP problem, in the order of the modes; empty for others.
    pub fn step_modes(&self) -> Vec<Mode> {
        self.step_profile().map(step_modes).unwrap_or_default()
    }

    /// How classes are weighted.
    pub fn weighting(&self) -> &Weighting {
        &self.weighting
    }

    /// The shortest gradient-flow time in which anything grows by a factor `e` from a small start, `1/max ω_c √n_c`, or longer: the unit in
    /// which ends of simulations are reckoned.
    pub fn shortest_time(&self) -> f64 {
        let sizes = self.profile.sizes().iter().zip(&self.class_weights);
        1.0 / sizes
            .map(|(n, weight)| weight * n.sqrt())
            .fold(0.0, f64::max)
    }

    /// `σ_i`, length `r`.
    pub fn singular_values(&self) -> &[f64] {
        self.svd().singular_values().as_slice()
    }

    /// `ω_c`, length `k`.
    pub fn class_weights(&self) -> &[f64] {
        &self.class_weights
    }

    /// The group of each class, length `k`.
    pub fn groups(&self) -> &[usize] {
        &self.groups
    }

    /// Number of groups.
    pub fn group_count(&self) -> usize {
        self.groups.iter().max().map_or(0, |last| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_must_partition_the_classes() {
        let profile = ClassProfile::from_counts(&[5, 3, 1]).unwrap();
        let problem = Problem::new(&profile, Weighting::vanilla()).unwrap();
        assert_eq!(problem.groups(), [0, 1, 2]);
        assert_eq!(
            problem.clone().with_groups(vec![0, 1]),
            Err(SimulationError::Groups {
                expected: 3,
                found: 2
            })
        );
        assert_eq!(
            problem.clone().with_groups(vec![0, 2, 2]),
            Err(SimulationError::EmptyGroup(1))
        );
        assert_eq!(problem.with_groups(vec![1, 0, 0]).unwrap().group_count(), 2);
    }
}
