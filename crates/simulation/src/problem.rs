//! A classification problem: class sizes, sample weights, groups of classes.

use ufm_theory::{
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::LabelSvd,
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
    svd: LabelSvd,
    class_weights: Vec<f64>,
    groups: Vec<usize>,
    loss: Loss,
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
            svd: LabelSvd::step(step),
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
            svd: LabelSvd::new(profile),
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
        &self.svd
    }

    /// `σ_i`, length `r`.
    pub fn singular_values(&self) -> &[f64] {
        self.svd.singular_values().as_slice()
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
