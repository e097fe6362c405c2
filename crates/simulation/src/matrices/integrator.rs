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
        let mut attempts = 0;
        while span - solver.t() > NEGLIGIBLE * span {
            if attempts == MAX_ATTEMPTS {
                return Err(SimulationError::TooManySteps {
                    steps: attempts,
                    time,
                });
            }
            attempts += 1;
            evaluations += attempt(self.field, &mut solver, span)?.1;
        }
        self.evaluations += evaluations;
        Ok(solver.y().values.clone())
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
        Error::Stiffness { .. } => "the equations are stiff",
        _ => "it could not continue",
    };
    SimulationError::Integrator { time, reason }
}
