//! A classification problem: class sizes, sample weights, groups of classes.

use std::sync::OnceLock;

use ufm_theory::{
    TheoryError,
    features::Sharing,
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{LabelSvd, Mode, StepSpectrum, labels::step_modes},
    test_time,
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
    ln_class_weights: Vec<f64>,
    class_weights: Vec<f64>,
    sharing: Sharing,
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
            ln_class_weights: weighting.ln_class_weights(&profile),
            class_weights: weighting.class_weights(&profile)?,
            sharing: Sharing::NONE,
            labels: Labels::Step(*step, OnceLock::new()),
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
            ln_class_weights: weighting.ln_class_weights(profile),
            class_weights: weighting.class_weights(profile)?,
            sharing: Sharing::NONE,
            labels: Labels::Any(LabelSvd::new(profile)),
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

    /// The same problem with features that samples of a class share in part, `x_i = √α e_class + √(1−α) f_i` in `L = W₂W₁X`, in place of free ones.
    ///
    /// Both flows are the same equations for other counts and weights ([`ufm_theory::test_time`]): this is the problem of free features with
    /// those, [`Self::profile`] is the *effective* profile `n/(αn + 1 − α)`, and starts are spectral of it. Logits, accuracies, margins and half
    /// times are those of the samples in training; those of fresh samples follow by [`Self::generalisation_factors`].
    ///
    /// ```
    /// use ufm_simulation::{Initialisation, Problem, Simulation};
    /// use ufm_theory::{features::Sharing, problem::{StepProfile, Start, Weighting}};
    /// let step = StepProfile::halves(4, 10.0)?.with_minority_size(5.0)?;
    /// let problem = Problem::step(&step, Weighting::vanilla())?.with_sharing(Sharing::new(0.05)?)?;
    /// let run = Simulation::new(&problem, Initialisation::spectral(Start::plain(6.0)?)).run(10)?;
    /// let margins = &run.moments[10].groups;
    /// assert!(margins.iter().all(|group| group.margin.is_some_and(|margin| margin > 0.9)));
    /// let factors = problem.generalisation_factors(); // what is left of them on fresh samples
    /// assert!((factors[0] - 0.7246).abs() < 1e-4 && (factors[3] - 0.2083).abs() < 1e-4);
    /// # Ok::<(), ufm_simulation::SimulationError>(())
    /// ```
    ///
    /// # Errors
    /// [`SimulationError::Shared`] if features are shared already; if a weight is no normal double precision number.
    pub fn with_sharing(self, sharing: Sharing) -> Result<Self, SimulationError> {
        if self.sharing != Sharing::NONE {
            return Err(SimulationError::Shared);
        }
        let effective = |n: f64| test_time::effective_size(n, sharing);
        let (profile, labels) = match &self.labels {
            Labels::Step(step, _) => {
                let small = effective(step.minority_size());
                // Rounding must not make the majority the smaller one.
                let large = effective(step.majority_size()).max(small);
                let step =
                    StepProfile::from_groups((step.majority(), large), (step.minority(), small))?;
                (step.profile(), Labels::Step(step, OnceLock::new()))
            }
            Labels::Any(_) => {
                let sizes = self.profile.sizes().iter().copied().map(effective);
                let profile = ClassProfile::from_sizes(sizes.collect())?;
                let svd = LabelSvd::new(&profile);
                (profile, Labels::Any(svd))
            }
        };
        let gains = self.profile.sizes().iter().map(|&n| sharing.ln_gain(n));
        let ln_class_weights: Vec<f64> = self
            .ln_class_weights
            .iter()
            .zip(gains)
            .map(|(w, gain)| w + gain)
            .collect();
        let class_weights = ln_class_weights
            .iter()
            .enumerate()
            .map(|(class, &ln_weight)| {
                let weight = ln_weight.exp();
                weight
                    .is_normal()
                    .then_some(weight)
                    .ok_or(TheoryError::WeightRange { class, ln_weight })
            });
        Ok(Self {
            class_weights: class_weights.collect::<Result<_, _>>()?,
            ln_class_weights,
            labels,
            profile,
            sharing,
            ..self
        })
    }

    /// What samples of a class share, [`Sharing::NONE`] unless [`Self::with_sharing`] says otherwise.
    pub fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// `g(n_c)` for each class: the logits of a fresh sample over those of a sample in training, at every time. Zero for free features, which say
    /// nothing about other samples.
    pub fn generalisation_factors(&self) -> Vec<f64> {
        let alpha = self.sharing.get();
        self.profile.sizes().iter().map(|n| alpha * n).collect()
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

    /// `σ` and `λ` of the modes of a STEP problem.
    pub fn step_spectrum(&self) -> Option<StepSpectrum> {
        self.step_profile()
            .map(|step| StepSpectrum::weighted(step, self.step_ln_weights(step)))
    }

    /// `ln ω` of majority and of minority samples.
    pub(crate) fn step_ln_weights(&self, step: &StepProfile) -> [f64; 2] {
        [
            self.ln_class_weights[0],
            self.ln_class_weights[step.majority()],
        ]
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
    fn the_shortest_time_is_that_of_the_fastest_class() {
        let profile = ClassProfile::from_counts(&[25, 9, 1]).unwrap();
        for (gamma, largest) in [(0.0, 5.0), (0.25, 25f64.powf(0.25)), (1.0, 1.0)] {
            let problem = Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap();
            assert!((problem.shortest_time() * largest - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn the_modes_of_a_step_problem_are_known_of_step_problems_only() {
        let step = StepProfile::new(2, 3, 16.0).unwrap();
        let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
        let spectrum = problem.step_spectrum().unwrap();
        assert!((spectrum.ln_sigma(Mode::Majority) - 4.0_f64.ln()).abs() < 1e-15);
        assert!((spectrum.ln_lambda(Mode::Majority) + 4.0_f64.ln()).abs() < 1e-15);
        assert_eq!(problem.step_modes().len(), 4);
        let profile = ClassProfile::from_counts(&[16, 16, 1, 1, 1]).unwrap();
        let same = Problem::new(&profile, Weighting::power(0.5).unwrap()).unwrap();
        assert!(same.step_spectrum().is_none());
        assert!(same.step_modes().is_empty());
    }

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
