//! Modes that do not meet: each is logistic, whatever the others do.
//!
//! From a spectral start that is so under one weight for all classes, and in the projected flow of a STEP problem.
//! ([`ufm_theory::modes::ModeDynamics`]; arXiv:2601.12011.)

use ufm_theory::{modes::ModeDynamics, problem::Start};

use crate::{
    Problem, SimulationError, Solver,
    closed_form::common_weight,
    matrices::{Frame, frame::Coordinates, measure::Meter},
    simulation::Request,
    trajectory::{Crossing, Moment, Statistics, Trajectory, last_crossing},
};

/// One logistic function per mode.
#[derive(Debug)]
pub(crate) struct Logistic<'a> {
    problem: &'a Problem,
    modes: Vec<ModeDynamics>,
    ln_sigma: Vec<f64>,
}

impl<'a> Logistic<'a> {
    /// The flow, or the projected one, from `start`.
    ///
    /// # Errors
    /// [`SimulationError::NotLogistic`] where modes meet, [`ufm_theory::TheoryError::StartAboveTarget`] if one starts above its singular value.
    pub(crate) fn new(
        problem: &'a Problem,
        start: &Start,
        projected: bool,
    ) -> Result<Self, SimulationError> {
        let pairs: Vec<(f64, f64)> = match (problem.step_spectrum(), common_weight(problem)) {
            (Some(spectrum), weight) if projected || weight.is_some() => {
                let modes = problem.step_modes().into_iter();
                modes
                    .map(|mode| (spectrum.ln_sigma(mode), spectrum.ln_lambda(mode)))
                    .collect()
            }
            (None, Some(weight)) => {
                let sigma = problem.singular_values().iter();
                sigma.map(|sigma| (sigma.ln(), weight.ln())).collect()
            }
            _ => return Err(SimulationError::NotLogistic),
        };
        let dynamics = pairs
            .iter()
            .map(|&(ln_sigma, ln_lambda)| ModeDynamics::new(ln_sigma, ln_lambda, start));
        Ok(Self {
            problem,
            modes: dynamics.collect::<Result<_, _>>()?,
            ln_sigma: pairs.into_iter().map(|(ln_sigma, _)| ln_sigma).collect(),
        })
    }

    pub(crate) fn trajectory(&self, request: &Request<'_>) -> Result<Trajectory, SimulationError> {
        let end = request.end.unwrap_or(f64::INFINITY);
        let mut crossings = Vec::with_capacity(self.modes.len() * request.fractions.len());
        for (mode, dynamics) in self.modes.iter().enumerate() {
            for &fraction in request.fractions {
                let time = dynamics.time_to_fraction(fraction)?;
                crossings.push(Crossing {
                    mode,
                    fraction,
                    time: (time > 0.0 && time <= end).then_some(time),
                });
            }
        }
        Ok(Trajectory {
            solver: Solver::Logistic,
            end: request.end.unwrap_or_else(|| last_crossing(&crossings)),
            moments: self.moments(request.times)?,
            crossings,
            factors: None,
            drift: None,
            statistics: Statistics::default(),
            modes: self.problem.step_modes(),
        })
    }

    fn moments(&self, times: &[f64]) -> Result<Vec<Moment>, SimulationError> {
        if times.is_empty() {
            return Ok(Vec::new());
        }
        let problem = self.problem;
        let coordinates = Coordinates::new(problem, problem.modes(), Frame::ClassConstant)?;
        let zero = vec![0.0; coordinates.unknowns()];
        let meter = Meter::new(&coordinates, problem.groups(), problem.group_count(), &zero);
        let moments = times.iter().map(|&time| {
            // Rows of W̃ and columns of H̃ along the unit vectors, both √s long.
            let ln_amplitudes: Vec<f64> = self
                .modes
                .iter()
                .map(|mode| mode.ln_amplitude(time))
                .collect();
            let mut unknowns = zero.clone();
            let dimension = coordinates.dimension;
            for (mode, ln) in ln_amplitudes.iter().enumerate() {
                let size = (0.5 * ln).exp();
                let (classifier, features) =
                    unknowns.split_at_mut(coordinates.classes() * dimension);
                classifier[mode * dimension + mode] = size;
                features[mode * coordinates.columns + mode] = size;
            }
            let mut moment = meter.moment(time, &unknowns);
            // A square root and a square later, and where √s underflows.
            for (mode, ln) in ln_amplitudes.iter().enumerate() {
                moment.amplitudes[mode] = ln.exp();
                moment.ln_fractions[mode] = ln - self.ln_sigma[mode];
                moment.fractions[mode] = self.modes[mode].fraction(time);
            }
            moment
        });
        Ok(moments.collect())
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;
    use ufm_theory::problem::{ClassProfile, Weighting};

    use super::*;
    use crate::{Initialisation, Simulation};

    const COUNTS: [usize; 4] = [12, 5, 3, 1];

    fn problem() -> Problem {
        let profile = ClassProfile::from_counts(&COUNTS).unwrap();
        Problem::new(&profile, Weighting::vanilla()).unwrap()
    }

    /// The logits `U diag(s) Vᵀ` of a class are `U diag(s/σ) Uᵀ` times its label.
    #[test]
    fn moments_are_those_of_the_logits_of_the_modes() {
        let (problem, start) = (problem(), Start::plain(1.5).unwrap());
        let classes = COUNTS.len();
        let labels = DMatrix::from_fn(classes, classes, |i, j| {
            f64::from(u8::from(i == j)) - 1.0 / classes as f64
        });
        let flow = Simulation::new(&problem, Initialisation::spectral(start));
        let run = flow.at(&[0.0, 0.4, 1.1, 2.0]).unwrap();
        assert_eq!(run.solver, Solver::Logistic);
        assert_eq!(run.moments.len(), 4);
        for moment in &run.moments {
            let left = problem.svd().left().columns(0, classes - 1).into_owned();
            let mut logits = DMatrix::zeros(classes, classes);
            for (mode, sigma) in problem.singular_values().iter().enumerate() {
                let dynamics = ModeDynamics::new(sigma.ln(), 0.0, &start).unwrap();
                let fraction = dynamics.fraction(moment.time);
                let u = left.column(mode);
                logits += fraction * (u * u.transpose()) * &labels;
                assert!((moment.fractions[mode] - fraction).abs() < 1e-14);
                assert!((moment.ln_fractions[mode] - fraction.ln()).abs() < 1e-12);
                assert!((moment.amplitudes[mode] / sigma / fraction - 1.0).abs() < 1e-12);
            }
            assert!((moment.class_logits() - &logits).amax() < 1e-12);
            let rest = &labels - &logits;
            let weighed = |matrix: &DMatrix<f64>| -> f64 {
                let columns = matrix.column_iter().zip(COUNTS);
                columns
                    .map(|(column, n)| n as f64 * column.norm_squared())
                    .sum()
            };
            assert!((moment.loss - 0.5 * weighed(&rest)).abs() < 1e-11);
            let residual = (weighed(&rest) / weighed(&labels)).sqrt();
            assert!((moment.residual - residual).abs() < 1e-12);
            assert!(moment.leakage.of_logits < 1e-12 && moment.imbalance < 1e-12);
        }
    }

    #[test]
    fn crossings_are_after_the_start_and_by_the_end() {
        let (problem, start) = (
            problem(),
            Start::scaled(0.5 * std::f64::consts::LN_2).unwrap(),
        );
        let flow = Simulation::new(&problem, Initialisation::spectral(start));
        let fractions = [0.3, 0.5, 0.9];
        let dynamics = |mode: usize| {
            let sigma = problem.singular_values()[mode];
            ModeDynamics::new(sigma.ln(), 0.0, &start).unwrap()
        };
        assert_eq!(dynamics(0).time_to_fraction(0.5), Ok(0.0));
        let times = [0, 1].map(|mode| dynamics(mode).time_to_fraction(0.9).unwrap());
        let end = 0.5 * (times[0] + times[1]);
        let run = flow.watch_fractions(&fractions).until(end).at(&[]).unwrap();
        assert_eq!(run.crossing_times(0.3), [None; 3]); // before the start
        assert_eq!(run.crossing_times(0.5), [None; 3]); // at it
        assert_eq!(run.crossing_times(0.9), [Some(times[0]), None, None]);
    }
}
