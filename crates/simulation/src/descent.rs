//! Gradient descent: the flow in discrete steps.

use crate::{
    Frame, Initialisation, Problem, SimulationError,
    linear::add_scaled,
    run::{Recorder, check_request, prepare},
    trajectory::{Statistics, Trajectory},
};

/// Gradient descent `W ← W + η (Z − WH) Ω Hᵀ`, `H ← H + η Wᵀ (Z − WH) Ω` with step size `η`, both at once.
///
/// Time is steps times `η`, so that trajectories lie beside those of [`crate::GradientFlow`], which they approach
/// at first order in `η`. Moments are recorded at the step nearest to the requested time, and carry that step's
/// time; crossings are interpolated linearly between steps.
///
/// ```
/// use ufm_simulation::{GradientDescent, Initialisation, Problem};
/// use ufm_theory::problem::{StepProfile, Start, Weighting};
/// let problem = Problem::step(&StepProfile::halves(4, 10.0)?, Weighting::power(0.5)?)?;
/// let descent = GradientDescent::new(&problem, Initialisation::spectral(Start::spectral(4.0)?), 0.01);
/// let trajectory = descent.run(&[0.0, 5.0, 20.0], 20.0)?;
/// assert_eq!(trajectory.statistics.steps, 2000);
/// assert!(trajectory.moments[2].residual < 1e-6);
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GradientDescent<'a> {
    problem: &'a Problem,
    initialisation: Initialisation,
    step_size: f64,
    frame: Option<Frame>,
    fractions: Vec<f64>,
    max_steps: usize,
}

impl<'a> GradientDescent<'a> {
    /// Steps of the given size, watching for half amplitudes.
    pub fn new(problem: &'a Problem, initialisation: Initialisation, step_size: f64) -> Self {
        Self {
            problem,
            initialisation,
            step_size,
            frame: None,
            fractions: vec![0.5],
            max_steps: 100_000_000,
        }
    }

    /// The given frame, in place of the class-constant one for spectral starts and the full one for others.
    pub fn frame(self, frame: Frame) -> Self {
        Self {
            frame: Some(frame),
            ..self
        }
    }

    /// The fractions `s/σ` to watch for, in place of ½.
    pub fn watch_fractions(self, fractions: &[f64]) -> Self {
        Self {
            fractions: fractions.to_vec(),
            ..self
        }
    }

    /// Refuses more steps than this, in place of a hundred million.
    pub fn max_steps(self, max_steps: usize) -> Self {
        Self { max_steps, ..self }
    }

    /// Takes `end/η` steps, rounded to the nearest whole number, and records the moments at `times`, which increase from 0 to `end`.
    ///
    /// # Errors
    /// If an option, a time or the start is not allowed, or the unknowns diverge: see [`SimulationError`].
    pub fn run(&self, times: &[f64], end: f64) -> Result<Trajectory, SimulationError> {
        self.run_with_progress(times, end, |_| ())
    }

    /// [`Self::run`], telling `progress` the fraction of time done, from 0 to 1, after every step.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_with_progress(
        &self,
        times: &[f64],
        end: f64,
        mut progress: impl FnMut(f64),
    ) -> Result<Trajectory, SimulationError> {
        check_request(times, end, &self.fractions)?;
        let step_size = self.step_size;
        if !(step_size.is_finite() && step_size > 0.0) {
            return Err(SimulationError::StepSize(step_size));
        }
        let total = (end / step_size).round();
        if total > self.max_steps as f64 {
            return Err(SimulationError::TooManySteps {
                steps: self.max_steps,
                time: 0.0,
            });
        }
        let total = total as usize;
        let (field, mut y) = prepare(self.problem, &self.initialisation, self.frame, false)?;
        let step_times: Vec<f64> = times
            .iter()
            .map(|time| (time / step_size).round() * step_size)
            .collect();
        let mut recorder = Recorder::new(self.problem, &field, &step_times, &self.fractions, &y);
        let mut velocity = vec![0.0; y.len()];
        for step in 1..=total {
            let previous = y.clone();
            field.velocity(&y, &mut velocity);
            add_scaled(&mut y, step_size, &velocity);
            let (before, now) = ((step - 1) as f64 * step_size, step as f64 * step_size);
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
            while let Some(time) = recorder.next_time().filter(|&t| t <= now || step == total) {
                recorder.record(time.min(now), &y);
            }
            progress(step as f64 / total as f64);
        }
        let statistics = Statistics {
            steps: total,
            rejected: 0,
            evaluations: total,
            unknowns: y.len(),
        };
        Ok(recorder.finish(&y, statistics))
    }
}
