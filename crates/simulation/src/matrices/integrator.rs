//! Stepping the flow: a thin layer over the Dormand–Prince solver.

use differential_equations::{
    error::Error,
    methods::{DormandPrince, ExplicitRungeKutta, Ordinary},
    ode::{ODE, OrdinaryNumericalMethod},
    status::Status,
};

use crate::{
    SimulationError,
    matrices::{
        error_norm::{Scales, Unknowns},
        field::Field,
    },
};

type Solver = ExplicitRungeKutta<Ordinary, DormandPrince, f64, Unknowns, 8, 12, 16>;

/// A span of time shorter than this, relative to time, is rounding.
const NEGLIGIBLE: f64 = 4.0 * f64::EPSILON;

/// Part of a step that was accepted takes one attempt, seldom two.
const MAX_ATTEMPTS: usize = 1000;

/// An integration under way. Every step ends on a solution that is right to the tolerance; between steps it is
/// integrated anew from the start of the step, and so is as right there.
pub(crate) struct Integrator<'a> {
    field: &'a Field,
    solver: Solver,
    tolerance: f64,
    end: f64,
    pub steps: usize,
    pub rejected: usize,
    pub evaluations: usize,
}

impl<'a> Integrator<'a> {
    pub(crate) fn new(
        field: &'a Field,
        initial: &[f64],
        tolerance: f64,
        end: f64,
    ) -> Result<Self, SimulationError> {
        let start = Unknowns::new(initial.to_vec(), Scales::new(&field.coordinates, initial));
        let (solver, evaluations) = begin(field, &start, tolerance, first_step(field), end)?;
        Ok(Self {
            field,
            solver,
            tolerance,
            end,
            steps: 0,
            rejected: 0,
            evaluations,
        })
    }

    /// The time reached.
    pub(crate) fn time(&self) -> f64 {
        self.solver.t()
    }

    /// The unknowns there.
    pub(crate) fn unknowns(&self) -> &[f64] {
        &self.solver.y().values
    }

    /// Whether the end is reached.
    pub(crate) fn finished(&self) -> bool {
        self.end - self.time() <= NEGLIGIBLE * self.end
    }

    /// Tries one step, and tells whether it was accepted.
    pub(crate) fn step(&mut self) -> Result<bool, SimulationError> {
        let (accepted, evaluations) = attempt(self.field, &mut self.solver, self.end)?;
        self.evaluations += evaluations;
        if accepted {
            self.steps += 1;
        } else {
            self.rejected += 1;
        }
        Ok(accepted)
    }

    /// The unknowns at a time within the last accepted step.
    pub(crate) fn within_step(&mut self, time: f64) -> Result<Vec<f64>, SimulationError> {
        let (start, span) = (self.solver.y_prev(), time - self.solver.t_prev());
        if span <= NEGLIGIBLE * time {
            return Ok(start.values.clone());
        }
        if time >= self.time() {
            return Ok(self.unknowns().to_vec());
        }
        // The flow does not depend on time: start the clock anew.
        let (mut solver, mut evaluations) = begin(self.field, start, self.tolerance, span, span)?;
        for _ in 0..MAX_ATTEMPTS {
            evaluations += attempt(self.field, &mut solver, span)?.1;
            if span - solver.t() <= NEGLIGIBLE * span {
                self.evaluations += evaluations;
                return Ok(solver.y().values.clone());
            }
        }
        Err(SimulationError::TooManySteps {
            steps: MAX_ATTEMPTS,
            time,
        })
    }
}

/// A solver at time 0, and the evaluations that took.
fn begin(
    field: &Field,
    start: &Unknowns,
    tolerance: f64,
    first_step: f64,
    end: f64,
) -> Result<(Solver, usize), SimulationError> {
    let mut solver = ExplicitRungeKutta::dop853()
        .rtol(tolerance)
        .h0(first_step.min(end))
        .max_steps(usize::MAX);
    let evaluations = solver
        .init(field, 0.0, end, start)
        .map_err(|e| failure(&e, 0.0))?;
    solver.set_status(Status::Solving);
    Ok((solver, evaluations.function))
}

/// Tries one step, the last one onto `end`; whether it was accepted, and the evaluations it took.
fn attempt(field: &Field, solver: &mut Solver, end: f64) -> Result<(bool, usize), SimulationError> {
    let left = end - solver.t();
    if solver.h() > 0.999 * left {
        solver.set_h(left);
    }
    let before = solver.t();
    let evaluations = solver.step(field).map_err(|e| failure(&e, before))?;
    Ok((
        !matches!(solver.status(), Status::RejectedStep),
        evaluations.function,
    ))
}

/// A small fraction of the shortest time in which anything grows by a factor `e`.
fn first_step(field: &Field) -> f64 {
    let coordinates = &field.coordinates;
    let weights = coordinates.class_weights.iter().zip(&coordinates.sizes);
    let fastest = weights
        .map(|(weight, size)| weight * size.sqrt())
        .fold(0.0, f64::max);
    1e-2 / fastest
}

impl ODE<f64, Unknowns> for Field {
    fn diff(&self, _t: f64, y: &Unknowns, dydt: &mut Unknowns) {
        self.velocity(&y.values, &mut dydt.values);
    }
}

fn failure(error: &Error<f64, Unknowns>, time: f64) -> SimulationError {
    let reason = match error {
        Error::StepSize { .. } => "the step size became too small",
        _ => "it could not continue",
    };
    SimulationError::Integrator { time, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Initialisation, Problem,
        matrices::{Frame, recorder::prepare},
    };
    use ufm_theory::problem::{ClassProfile, Start, Weighting};

    /// Three classes whose sizes are in these units, from a start in units of the singular values.
    fn problem(unit: f64, gamma: f64) -> (Problem, Field, Vec<f64>) {
        let sizes = [9.0, 4.0, 1.0].map(|n| n * unit);
        let profile = ClassProfile::from_sizes(sizes.to_vec()).unwrap();
        let problem = Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap();
        let start = Initialisation::spectral(Start::scaled(1.0).unwrap());
        let (field, initial) = prepare(&problem, &start, Frame::ClassConstant, false).unwrap();
        (problem, field, initial)
    }

    /// Diagonal entries of `W̃`, at equal weights `√s_i`, and of that of the logistic curve through `from` after a time.
    fn diagonal(y: &[f64]) -> [f64; 2] {
        [y[0], y[3]]
    }

    fn logistic(from: &[f64], target: &[f64], time: f64) -> [f64; 2] {
        let from = diagonal(from);
        [0, 1].map(|i| {
            let (s, sigma) = (from[i] * from[i], target[i]);
            (sigma / (1.0 + (sigma / s - 1.0) * (-2.0 * sigma * time).exp())).sqrt()
        })
    }

    fn relative(found: [f64; 2], expected: [f64; 2]) -> f64 {
        let of = |i: usize| (found[i] / expected[i] - 1.0).abs();
        of(0).max(of(1))
    }

    #[test]
    fn steps_begin_at_a_hundredth_of_the_shortest_time_end_on_the_end_and_count_their_evaluations()
    {
        for unit in [1.0, 1e18] {
            let (problem, field, initial) = problem(unit, 0.25);
            let shortest = problem.shortest_time();
            let end = 7.0 * shortest;
            let mut integrator = Integrator::new(&field, &initial, 1e-9, end).unwrap();
            assert_eq!((integrator.time(), integrator.evaluations), (0.0, 1));
            assert!(!integrator.finished());
            assert!(integrator.step().unwrap());
            assert!((integrator.time() / (1e-2 * shortest) - 1.0).abs() < 1e-14);
            while !integrator.finished() {
                integrator.step().unwrap();
            }
            assert!((integrator.time() / end - 1.0).abs() < 1e-15);
            // Twelve stages, of which a step that was rejected has left the first, and three of an interpolation.
            let of_steps = 15 * integrator.steps + 11 * integrator.rejected;
            assert_eq!(integrator.evaluations, 1 + of_steps);
            assert!(integrator.steps > 5);
        }
    }

    #[test]
    fn within_a_step_unknowns_are_as_right_as_at_its_end() {
        for unit in [1.0, 1e18] {
            let (problem, field, initial) = problem(unit, 0.0);
            let target = problem.singular_values();
            let end = 4.0 * problem.shortest_time();
            let mut integrator = Integrator::new(&field, &initial, 1e-9, end).unwrap();
            while !integrator.finished() {
                let (before, from) = (integrator.time(), integrator.unknowns().to_vec());
                if !integrator.step().unwrap() {
                    continue;
                }
                let (now, y) = (integrator.time(), integrator.unknowns().to_vec());
                let counted = integrator.evaluations;
                assert_eq!(integrator.within_step(before).unwrap(), from);
                assert_eq!(integrator.within_step(now).unwrap(), y);
                assert_eq!(integrator.evaluations, counted);
                let elapsed = 0.3 * (now - before);
                let part = integrator.within_step(before + elapsed).unwrap();
                let expected = logistic(&from, target, elapsed);
                assert!(relative(diagonal(&part), expected) < 1e-9);
                // One attempt, from the start anew.
                assert_eq!(integrator.evaluations, counted + 16);
            }
        }
    }

    #[test]
    fn part_of_a_step_takes_as_many_attempts_as_it_needs_up_to_a_bound() {
        for unit in [1.0, 1e18] {
            let (problem, field, initial) = problem(unit, 0.0);
            let end = 10.0 * problem.shortest_time();
            let mut integrator = Integrator::new(&field, &initial, 1e-2, end).unwrap();
            let (mut before, mut from) = (0.0, initial);
            while integrator.time() < 0.2 * end {
                (before, from) = (integrator.time(), integrator.unknowns().to_vec());
                integrator.step().unwrap();
            }
            let elapsed = 0.9 * (integrator.time() - before);
            let (counted, time) = (integrator.evaluations, before + elapsed);
            integrator.tolerance = 1e-12; // the first attempt is too long
            let part = integrator.within_step(time).unwrap();
            let expected = logistic(&from, problem.singular_values(), elapsed);
            assert!(relative(diagonal(&part), expected) < 1e-10);
            assert!(integrator.evaluations - counted > 1 + 11 + 15);
            integrator.tolerance = 0.0; // no step is short enough
            assert_eq!(
                integrator.within_step(time),
                Err(SimulationError::TooManySteps { steps: 1000, time })
            );
        }
    }

    #[test]
    fn a_step_that_became_too_small_is_told_from_other_failures() {
        let y = Unknowns::default();
        for (error, reason) in [
            (
                Error::StepSize { t: 1.0, y },
                "the step size became too small",
            ),
            (Error::NoLags, "it could not continue"),
        ] {
            assert_eq!(
                failure(&error, 2.0),
                SimulationError::Integrator { time: 2.0, reason }
            );
        }
    }
}
