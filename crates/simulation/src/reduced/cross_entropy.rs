//! The exact flow of the weighted cross-entropy of STEP problems from spectral starts, in five numbers.

use ufm_theory::{
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
};

use super::{
    HalfAmplitudes, check_times,
    extrapolation::{Steps, System},
    softmax::{Softmax, State},
};
use crate::{SimulationError, run::check_tolerance};

/// The flow of [`crate::CrossEntropyFlow`] for a STEP problem, at a cost that depends neither on samples nor on classes, and with relative
/// precision at any `δ` and at any time: `δ = 400`, `R = 10¹²` and `t = 10¹⁰⁰` are ordinary input.
///
/// By symmetry the logits of every sample are two numbers: the contrast's, and those within its group. Five equations for the classifier's and the
/// two groups' features in the contrast, and the fractions within the groups, are the full flow. Time is gradient-flow time.
/// Source: this project.
///
/// ```
/// use ufm_simulation::ReducedCrossEntropyFlow;
/// use ufm_theory::{problem::{StepProfile, Start, Weighting}, spectrum::Mode};
/// let step = StepProfile::halves(1000, 1e9)?;
/// let start = Start::scaled(400.0)?;
/// let flow = ReducedCrossEntropyFlow::new(&step, Weighting::power(0.5)?, start)?;
/// let half = flow.half_amplitude_times(1e3)?;
/// let minority = half.of(Mode::Minority).unwrap();
/// assert!(399.653 < minority && minority < 399.654); // δ − ½ ln 2 and a little: softmax of many classes saturates late
/// // Long after: logits grow like the logarithm of time.
/// let late = flow.at(&[1e20, 1e40])?;
/// let [before, after] = [&late[0], &late[1]].map(|moment| moment.fraction(Mode::Minority).unwrap());
/// assert!((after - before - 20.0 * 10.0_f64.ln()).abs() < 1.0);
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ReducedCrossEntropyFlow {
    spectrum: StepSpectrum,
    start: Start,
    softmax: Softmax,
    tolerance: f64,
    max_steps: usize,
}

/// The modes at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReducedCrossEntropyMoment {
    /// Gradient-flow time.
    pub time: f64,
    /// The contrast logit over the squared loss's target, on majority and on minority samples.
    pub contrast_samples: [f64; 2],
    /// The angle between the logits `WH` and the labels `Z`, in radians, as in [`crate::CrossEntropyMoment::angle`].
    pub angle: f64,
    /// `(w² − N_maj a² − N_min b²)/w²`, zero for the exact solution.
    pub imbalance: f64,
    ln_fractions: [Option<f64>; 3],
}

impl ReducedCrossEntropyMoment {
    /// `ln(s/σ)` of one mode; `None` if the problem does not have it. Not bounded by 0.
    pub fn ln_fraction(&self, mode: Mode) -> Option<f64> {
        self.ln_fractions[mode as usize]
    }

    /// `s/σ` of one mode; `None` if the problem does not have it.
    pub fn fraction(&self, mode: Mode) -> Option<f64> {
        self.ln_fraction(mode).map(f64::exp)
    }
}

impl ReducedCrossEntropyFlow {
    /// The flow of `step` under `weighting` from `start`, tolerance `1e-11`.
    ///
    /// # Errors
    /// [`ufm_theory::TheoryError::WeightRange`] if a weight is no normal double precision number.
    pub fn new(
        step: &StepProfile,
        weighting: Weighting,
        start: Start,
    ) -> Result<Self, SimulationError> {
        weighting.class_weights(&step.profile())?;
        Ok(Self {
            spectrum: StepSpectrum::new(step, &weighting),
            softmax: Softmax::new(step, &weighting, &start),
            start,
            tolerance: 1e-11,
            max_steps: 100_000,
        })
    }

    /// Largest error of a step in the logarithm of an unknown, relative to that or to 1.
    ///
    /// # Errors
    /// [`SimulationError::Tolerance`] unless it lies between `1e-12` and `1e-2`.
    pub fn tolerance(self, tolerance: f64) -> Result<Self, SimulationError> {
        check_tolerance(tolerance)?;
        Ok(Self { tolerance, ..self })
    }

    /// Gives up after this many steps, in place of a hundred thousand.
    pub fn max_steps(self, max_steps: usize) -> Self {
        Self { max_steps, ..self }
    }

    /// The times at which modes reach half the squared loss's singular value, of those that do by the time `end`: without weights the contrast may
    /// take longer than any number.
    ///
    /// # Errors
    /// [`ufm_theory::TheoryError::StartAboveHalf`] if a mode starts above half its singular value, or if the integration fails.
    pub fn half_amplitude_times(&self, end: f64) -> Result<HalfAmplitudes, SimulationError> {
        let modes: Vec<Mode> = self.spectrum.modes().collect();
        for &mode in &modes {
            self.start.ln_growth_to_half(self.spectrum.ln_sigma(mode))?;
        }
        let mut steps = self.steps();
        let excess = |index: usize, y: &State| {
            self.softmax.ln_fraction(modes[index], y) + std::f64::consts::LN_2
        };
        let found = steps.crossings(modes.len(), excess, end)?;
        let (mut times, mut unreached) = (Vec::new(), Vec::new());
        for (&mode, time) in modes.iter().zip(found) {
            match time {
                Some(time) => times.push((mode, time)),
                None => unreached.push(mode),
            }
        }
        Ok(HalfAmplitudes {
            times,
            unreached,
            delta: self.start.delta(),
            imbalance: steps.imbalance,
            statistics: steps.statistics(),
        })
    }

    /// The modes at the given times, which must not decrease.
    ///
    /// # Errors
    /// [`SimulationError::RecordTime`] if a time is negative, not finite or below the one before it, or if the
    /// integration fails.
    pub fn at(&self, times: &[f64]) -> Result<Vec<ReducedCrossEntropyMoment>, SimulationError> {
        check_times(times)?;
        let states = self.steps().states(times)?;
        Ok(times
            .iter()
            .zip(&states)
            .map(|(&time, y)| {
                let mut ln_fractions = [None; 3];
                for mode in self.spectrum.modes() {
                    ln_fractions[mode as usize] = Some(self.softmax.ln_fraction(mode, y));
                }
                ReducedCrossEntropyMoment {
                    time,
                    contrast_samples: self.softmax.samples(y),
                    angle: self.softmax.angle(y),
                    imbalance: self.softmax.imbalance(y),
                    ln_fractions,
                }
            })
            .collect())
    }

    fn steps(&self) -> Steps<'_, Softmax, 5> {
        Steps::new(&self.softmax, self.tolerance, self.max_steps)
    }
}
