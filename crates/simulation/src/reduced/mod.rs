//! The exact flow of STEP problems from spectral starts, reduced to a few numbers.
//!
//! Differences among majority classes, and among minority classes, live on samples of one weight: their amplitudes are logistic
//! with rate `σω`, under the full reweighted flow as under the projected one ([`ModeDynamics`]). Only the contrast of
//! the two groups leaves the row space of the labels, and it closes on three numbers: the classifier's
//! `w`, and the feature values `a` on majority and `b` on minority samples,
//!
//! ```text
//! ẇ = N_maj ω_maj (c_maj − wa) a + N_min ω_min (c_min − wb) b,
//! ȧ = ω_maj w (c_maj − wa),   ḃ = ω_min w (c_min − wb),      c_maj = √(k_min/(k_maj k)), c_min = √(k_maj/(k_min k)).
//! ```
//!
//! This is no approximation: it is the full flow, at a cost that depends neither on the number of samples nor
//! on the number of classes. `w² − N_maj a² − N_min b²` is conserved (it is zero), and is not used: how far the numbers drift
//! from it is reported. Source: this project.

mod contrast;
mod cross_entropy;
mod extrapolation;
mod softmax;

use nalgebra::Vector3;
use ufm_theory::{
    modes::ModeDynamics,
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
    windows::LearningWindow,
};

use crate::{SimulationError, Statistics, run::check_tolerance};
use contrast::Contrast;
use extrapolation::{Steps, System};

pub use cross_entropy::{ReducedCrossEntropyFlow, ReducedCrossEntropyMoment};

/// The exact flow of a STEP problem under any weights, from the plain or scaled spectral start at any scale.
///
/// Time is gradient-flow time. Nothing is random; runs repeat bit by bit.
///
/// ```
/// use ufm_simulation::ReducedFlow;
/// use ufm_theory::{problem::{StepProfile, Start, Weighting}, spectrum::Mode};
/// // A thousand classes, half of them a billion times as large as the others.
/// let step = StepProfile::halves(1000, 1e9)?;
/// let flow = ReducedFlow::new(&step, Weighting::power(0.5)?, Start::scaled(64.0)?)?;
/// let half = flow.half_amplitude_times()?;
/// assert!((half.of(Mode::Minority).unwrap() - 64.0).abs() < 1e-9);
/// assert!((half.window().relative - 0.04123).abs() < 5e-6);
/// assert!(half.imbalance < 1e-8); // of w² − N_maj a² − N_min b² = 0, relative to w²
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ReducedFlow {
    spectrum: StepSpectrum,
    start: Start,
    contrast: Contrast,
    tolerance: f64,
    max_steps: usize,
}

impl ReducedFlow {
    /// The flow of `step` under `weighting` from `start`, tolerance `1e-11`.
    ///
    /// # Errors
    /// [`ufm_theory::TheoryError::WeightRange`] if a weight is no normal double precision number, [`ufm_theory::TheoryError::StartAboveTarget`]
    /// if a mode starts above its singular value.
    pub fn new(
        step: &StepProfile,
        weighting: Weighting,
        start: Start,
    ) -> Result<Self, SimulationError> {
        weighting.class_weights(&step.profile())?;
        let flow = Self {
            spectrum: StepSpectrum::new(step, &weighting),
            contrast: Contrast::new(step, &weighting, &start),
            start,
            tolerance: 1e-11,
            max_steps: 100_000,
        };
        for mode in flow.spectrum.modes() {
            flow.logistic(mode)?;
        }
        Ok(flow)
    }

    /// Largest error of a step in `ln w`, `ln a` or `ln b`, relative to the unknown or to 1.
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

    /// The time at which each mode reaches half its singular value.
    ///
    /// # Errors
    /// [`ufm_theory::TheoryError::StartAboveHalf`] if a mode starts above half its singular value, or if the integration fails.
    pub fn half_amplitude_times(&self) -> Result<HalfAmplitudes, SimulationError> {
        let mut times = Vec::with_capacity(3);
        let mut steps = self.steps();
        for mode in self.spectrum.modes() {
            self.start.ln_growth_to_half(self.spectrum.ln_sigma(mode))?;
            times.push((
                mode,
                match mode {
                    Mode::Contrast => self.contrast_half(&mut steps)?,
                    _ => self.logistic(mode)?.half_amplitude_time(),
                },
            ));
        }
        Ok(HalfAmplitudes {
            times,
            unreached: Vec::new(),
            delta: self.start.delta(),
            imbalance: steps.imbalance,
            statistics: steps.statistics(),
        })
    }

    /// The learning window of the half-amplitude times.
    ///
    /// # Errors
    /// As for [`Self::half_amplitude_times`].
    pub fn window(&self) -> Result<LearningWindow, SimulationError> {
        Ok(self.half_amplitude_times()?.window())
    }

    /// The fractions at the given times, which must not decrease.
    ///
    /// # Errors
    /// [`SimulationError::RecordTime`] if a time is negative, not finite or below the one before it, or if the
    /// integration fails.
    pub fn at(&self, times: &[f64]) -> Result<Vec<ReducedMoment>, SimulationError> {
        check_times(times)?;
        let states = self.steps().states(times)?;
        times
            .iter()
            .zip(&states)
            .map(|(&time, y)| self.moment(time, y))
            .collect()
    }

    fn steps(&self) -> Steps<'_, Contrast, 3> {
        Steps::new(&self.contrast, self.tolerance, self.max_steps)
    }

    fn moment(&self, time: f64, y: &Vector3<f64>) -> Result<ReducedMoment, SimulationError> {
        let mut ln_fractions = [None; 3];
        for mode in self.spectrum.modes() {
            ln_fractions[mode as usize] = Some(match mode {
                Mode::Contrast => self.contrast.ln_fraction(y),
                _ => self.logistic(mode)?.ln_amplitude(time) - self.spectrum.ln_sigma(mode),
            });
        }
        Ok(ReducedMoment {
            time,
            ln_fractions,
            contrast_samples: self.contrast.ln_samples(y).map(f64::exp),
            imbalance: self.contrast.imbalance(y),
        })
    }

    /// Exact but for the contrast mode, whose target it checks.
    fn logistic(&self, mode: Mode) -> Result<ModeDynamics, SimulationError> {
        Ok(ModeDynamics::of_step(&self.spectrum, mode, &self.start)?)
    }

    fn contrast_half(&self, steps: &mut Steps<'_, Contrast, 3>) -> Result<f64, SimulationError> {
        let excess = |_, y: &Vector3<f64>| self.contrast.ln_fraction(y) + std::f64::consts::LN_2;
        let times = steps.crossings(1, excess, f64::INFINITY)?;
        // It tends to its target: there is one.
        Ok(times.into_iter().flatten().next().unwrap_or(f64::INFINITY))
    }
}

/// That times are finite, not negative and not decreasing.
fn check_times(times: &[f64]) -> Result<(), SimulationError> {
    let end = times.last().copied().unwrap_or(0.0);
    let mut earliest = 0.0;
    for (position, &time) in times.iter().enumerate() {
        if !(time >= earliest && time.is_finite()) {
            return Err(SimulationError::RecordTime {
                position,
                time,
                end,
            });
        }
        earliest = time;
    }
    Ok(())
}

/// When each mode reaches half its singular value, and how well that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfAmplitudes {
    /// Gradient-flow time of each mode that exists and gets there, by decreasing singular value.
    pub times: Vec<(Mode, f64)>,
    /// Modes that exist and do not get there before the search ends.
    pub unreached: Vec<Mode>,
    /// Largest `|w² − N_maj a² − N_min b²|/w²` on the way, zero for the exact solution: a measure of the error.
    pub imbalance: f64,
    /// The cost of integrating the contrast mode.
    pub statistics: Statistics,
    delta: f64,
}

impl HalfAmplitudes {
    /// The time of one mode; `None` if the problem does not have it, or it does not get there.
    pub fn of(&self, mode: Mode) -> Option<f64> {
        self.times
            .iter()
            .find(|(found, _)| *found == mode)
            .map(|(_, time)| *time)
    }

    /// The window of these times, without modes in [`Self::unreached`]; the absolute one is in units of `δ`.
    pub fn window(&self) -> LearningWindow {
        let mut window = LearningWindow {
            relative: 0.0,
            absolute: 0.0,
            first: Mode::Contrast,
            last: Mode::Contrast,
        };
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for &(mode, time) in &self.times {
            if time < first {
                (first, window.first) = (time, mode);
            }
            if time > last {
                (last, window.last) = (time, mode);
            }
        }
        window.relative = (last - first) / first;
        window.absolute = (last - first) / self.delta;
        window
    }
}

/// The modes at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReducedMoment {
    /// Gradient-flow time.
    pub time: f64,
    /// The contrast logit over its target, on majority and on minority samples: both tend to 1, and the second
    /// can exceed it on the way.
    pub contrast_samples: [f64; 2],
    /// `(w² − N_maj a² − N_min b²)/w²`, zero for the exact solution.
    pub imbalance: f64,
    ln_fractions: [Option<f64>; 3],
}

impl ReducedMoment {
    /// `ln(s/σ)` of one mode; `None` if the problem does not have it.
    pub fn ln_fraction(&self, mode: Mode) -> Option<f64> {
        self.ln_fractions[mode as usize]
    }

    /// `s/σ` of one mode; `None` if the problem does not have it.
    pub fn fraction(&self, mode: Mode) -> Option<f64> {
        self.ln_fraction(mode).map(f64::exp)
    }
}
