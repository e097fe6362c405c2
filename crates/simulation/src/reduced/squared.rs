//! Under the squared loss: two logistic modes, and three numbers for the contrast.

use nalgebra::{Matrix3, Vector3};
use ufm_theory::{
    modes::ModeDynamics,
    problem::{Start, StepProfile},
    spectrum::{Mode, StepSpectrum},
};

use super::{Reduction, contrast::Contrast, extrapolation::System, moment::Side};
use crate::SimulationError;

/// The contrast, and the modes within the groups that have more than one class.
#[derive(Debug, Clone)]
pub(super) struct Squared {
    contrast: Contrast,
    spectrum: StepSpectrum,
    majority: Option<ModeDynamics>,
    minority: Option<ModeDynamics>,
}

impl Squared {
    /// # Errors
    /// [`ufm_theory::TheoryError::StartAboveTarget`] if a mode starts above its singular value.
    pub(super) fn new(
        step: &StepProfile,
        ln_weights: [f64; 2],
        start: &Start,
    ) -> Result<Self, SimulationError> {
        let spectrum = StepSpectrum::weighted(step, ln_weights);
        let dynamics = |mode| ModeDynamics::of_step(&spectrum, mode, start);
        let within = |mode| {
            (spectrum.multiplicity(mode) > 0)
                .then(|| dynamics(mode))
                .transpose()
        };
        dynamics(Mode::Contrast)?;
        Ok(Self {
            contrast: Contrast::new(step, ln_weights, start),
            majority: within(Mode::Majority)?,
            minority: within(Mode::Minority)?,
            spectrum,
        })
    }

    fn within(&self, mode: Mode) -> Option<&ModeDynamics> {
        match mode {
            Mode::Majority => self.majority.as_ref(),
            Mode::Contrast => None,
            Mode::Minority => self.minority.as_ref(),
        }
    }
}

impl Reduction<3> for Squared {
    /// The contrast tends to its target: there is a time.
    const LATEST: f64 = f64::INFINITY;

    fn ln_fraction(&self, mode: Mode, time: f64, y: &Vector3<f64>) -> f64 {
        match self.within(mode) {
            Some(dynamics) => dynamics.ln_amplitude(time) - self.spectrum.ln_sigma(mode),
            None => self.contrast.ln_fraction(y),
        }
    }

    fn time_to(&self, mode: Mode, fraction: f64) -> Result<Option<f64>, SimulationError> {
        let dynamics = self.within(mode);
        Ok(dynamics
            .map(|dynamics| dynamics.time_to_fraction(fraction))
            .transpose()?)
    }

    fn sides(&self, time: f64, y: &Vector3<f64>) -> [Side; 2] {
        let contrast = self.contrast.ln_samples(y);
        let within = [Mode::Majority, Mode::Minority]
            .map(|mode| self.within(mode).map(|_| self.ln_fraction(mode, time, y)));
        [0, 1].map(|group| Side {
            ln_contrast: contrast[group],
            ln_within: within[group],
        })
    }

    fn angle(&self, _: &Vector3<f64>) -> Option<f64> {
        None
    }

    fn ln_classifier(&self, y: &Vector3<f64>) -> f64 {
        y[0]
    }
}

impl System<3> for Squared {
    fn initial(&self) -> Vector3<f64> {
        self.contrast.initial
    }

    fn unit(&self) -> f64 {
        self.contrast.unit()
    }

    fn nonlinear(&self, y: &Vector3<f64>) -> Vec<(f64, f64)> {
        self.contrast.nonlinear(y)
    }

    fn imbalance(&self, y: &Vector3<f64>) -> f64 {
        self.contrast.imbalance(y)
    }

    fn velocity(&self, y: &Vector3<f64>) -> Vector3<f64> {
        self.contrast.velocity(y)
    }

    fn jacobian(&self, y: &Vector3<f64>) -> Matrix3<f64> {
        self.contrast.jacobian(y)
    }
}

#[cfg(test)]
mod tests {
    use ufm_theory::problem::Weighting;

    use super::*;
    use crate::{Problem, reduced::tests::assert_keeps_its_imbalance};

    #[test]
    fn an_unbalanced_start_stays_as_unbalanced_as_it_is() {
        let step = StepProfile::new(2, 3, 10.0).unwrap();
        let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
        let start = Start::scaled(1.0).unwrap();
        let mut system = Squared::new(&step, problem.step_ln_weights(&step), &start).unwrap();
        system.contrast.initial[1] += 0.4;
        let start = system.contrast.initial;
        assert_keeps_its_imbalance(&system, start, &problem, &step);
    }

    #[test]
    fn the_contrast_bounds_the_steps() {
        let step = StepProfile::new(2, 3, 10.0).unwrap();
        let start = Start::scaled(1.0).unwrap();
        let system = Squared::new(&step, [-1.0, 0.0], &start).unwrap();
        let y = Vector3::new(-0.6, -0.3, -0.9);
        assert_eq!(system.nonlinear(&y), system.contrast.nonlinear(&y));
    }
}
