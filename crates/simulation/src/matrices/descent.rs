//! Gradient descent on matrices: the flow in discrete steps.

use crate::{
    Initialisation, Problem, SimulationError,
    matrices::{
        Frame,
        recorder::{Recorder, prepare},
    },
    numerics::linear::add_scaled,
    simulation::Request,
    trajectory::{Statistics, Trajectory},
};

/// `W ← W + η (Z − WH) Ω Hᵀ`, `H ← H + η Wᵀ (Z − WH) Ω`, both at once, `end/η` times, rounded to the nearest whole number, or until
/// every watched fraction is crossed.
pub(crate) fn descend(
    problem: &Problem,
    start: &Initialisation,
    frame: Frame,
    step_size: f64,
    request: &Request<'_>,
) -> Result<Trajectory, SimulationError> {
    if !(step_size.is_finite() && step_size > 0.0) {
        return Err(SimulationError::StepSize(step_size));
    }
    let total = request.end.map(|end| (end / step_size).round());
    if total.is_some_and(|total| total > request.max_steps as f64) {
        return Err(SimulationError::TooManySteps {
            steps: request.max_steps,
            time: 0.0,
        });
    }
    let total = total.map_or(request.max_steps, |total| total as usize);
    let (field, mut y) = prepare(problem, start, frame, false)?;
    let unknowns = y.len();
    let times: Vec<f64> = request
        .times
        .iter()
        .map(|time| (time / step_size).round() * step_size)
        .collect();
    let mut recorder = Recorder::new(problem, &field, &times, request.fractions, &y);
    let mut velocity = vec![0.0; unknowns];
    let mut steps = 0;
    while steps < total && !(request.end.is_none() && recorder.complete()) {
        steps += 1;
        let previous = y.clone();
        field.velocity(&y, &mut velocity);
        add_scaled(&mut y, step_size, &velocity);
        let (before, now) = ((steps - 1) as f64 * step_size, steps as f64 * step_size);
        if !y.iter().all(|value| value.is_finite()) {
            return Err(SimulationError::Diverged(before));
        }
        recorder.observe(before, now, &y, |time| {
            let share = (time - before) / (now - before);
            Ok(previous
                .iter()
                .zip(&y)
                .map(|(a, b)| a + share * (b - a))
                .collect())
        })?;
        while let Some(time) = recorder.next_time().filter(|&t| t <= now || steps == total) {
            recorder.record(time.min(now), &y);
        }
    }
    let statistics = Statistics {
        steps,
        rejected: 0,
        evaluations: steps,
        unknowns,
    };
    let end = steps as f64 * step_size;
    Ok(recorder.finish(frame.solver(), end, &y, statistics))
}
