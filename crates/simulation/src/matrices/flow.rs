//! Gradient flow on matrices, exact or projected.

use crate::{
    Initialisation, Problem, SimulationError,
    matrices::{
        Frame,
        integrator::Integrator,
        recorder::{Recorder, prepare},
    },
    simulation::Request,
    trajectory::{Statistics, Trajectory},
};

/// How long a search for crossings lasts at most, in units of the shortest time in which anything grows by a factor `e`.
const HORIZON: f64 = (1_u64 << 40) as f64;

/// Gradient flow of `problem` in `frame`, or its projection on the row space of the labels, by Dormand–Prince 8(5,3) with error control.
///
/// Without an end it runs until every watched fraction is crossed; what has not been by the horizon, or in as many steps as are
/// allowed, is not.
pub(crate) fn integrate(
    problem: &Problem,
    start: &Initialisation,
    frame: Frame,
    projected: bool,
    request: &Request<'_>,
) -> Result<Trajectory, SimulationError> {
    let (field, initial) = prepare(problem, start, frame, projected)?;
    let mut recorder = Recorder::new(problem, &field, request.times, request.fractions, &initial);
    if request.end == Some(0.0) {
        let statistics = Statistics {
            unknowns: initial.len(),
            ..Statistics::default()
        };
        return Ok(recorder.finish(frame.solver(), 0.0, &initial, statistics));
    }
    let end = request.end.unwrap_or(HORIZON * problem.shortest_time());
    let mut integrator = Integrator::new(&field, &initial, request.tolerance, end)?;
    let mut done = request.end.is_none() && recorder.complete();
    while !done && !integrator.finished() {
        if integrator.steps + integrator.rejected >= request.max_steps {
            if request.end.is_none() {
                break;
            }
            return Err(SimulationError::TooManySteps {
                steps: request.max_steps,
                time: integrator.time(),
            });
        }
        let before = integrator.time();
        if !integrator.step()? {
            continue;
        }
        let now = integrator.time();
        let y = integrator.unknowns().to_vec();
        recorder.observe(before, now, &y, |time| integrator.within_step(time))?;
        let last = integrator.finished();
        while let Some(time) = recorder.next_time().filter(|&time| time <= now || last) {
            recorder.record(time, &integrator.within_step(time)?);
        }
        done = request.end.is_none() && recorder.complete();
    }
    let statistics = Statistics {
        steps: integrator.steps,
        rejected: integrator.rejected,
        evaluations: integrator.evaluations,
        unknowns: initial.len(),
    };
    let end = request.end.unwrap_or(integrator.time());
    Ok(recorder.finish(frame.solver(), end, integrator.unknowns(), statistics))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Simulation, Solver};
    use nalgebra::DMatrix;
    use ufm_theory::problem::{ClassProfile, Weighting};

    #[test]
    fn where_nothing_is_ever_learned_the_search_ends_at_the_horizon() {
        let profile = ClassProfile::from_counts(&[16, 1]).unwrap();
        let problem = Problem::new(&profile, Weighting::vanilla()).unwrap();
        let nothing = Initialisation::matrices(DMatrix::zeros(2, 1), DMatrix::zeros(1, 17));
        let flow = Simulation::new(&problem, nothing.unwrap()).solver(Solver::Samples);
        let found = flow.at(&[]).unwrap();
        // A class of 16 grows at the rate 4.
        assert!((found.end / (0.25 * HORIZON) - 1.0).abs() < 1e-14);
        assert_eq!(found.half_amplitude_times(), [None]);
        // At time zero there is nothing to do: W is 2 × 1, H is 1 × 17.
        let expected = Statistics {
            unknowns: 19,
            ..Statistics::default()
        };
        assert_eq!(flow.at(&[0.0]).unwrap().statistics, expected);
    }
}
