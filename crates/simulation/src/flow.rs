//! Gradient flow of the weighted squared loss on the full matrices, exact or projected.

use crate::{
    Initialisation, Problem, SimulationError,
    integrator::Integrator,
    run::{Recorder, check_request, check_tolerance, prepare},
    trajectory::{Statistics, Trajectory},
};

/// Which unknowns are carried along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frame {
    /// One feature vector per class: `k d` unknowns in `H`, whatever `N`, and sizes need not be whole.
    /// Exact from a start that is constant on classes, for then the flow is: what differs within a class stays
    /// exactly zero.
    ClassConstant,
    /// Class means and, for the classes of one weight and group, a factor of their within-class scatter: at most `k d` and `d²` unknowns in `H`
    /// a factor, whatever `N`. Exact from any start: the flow depends on no more.
    Scatter,
    /// One feature vector per sample: all `(k + N) d` unknowns.
    Full,
}

/// Gradient flow `Ẇ = (Z − WH) Ω Hᵀ`, `Ḣ = Wᵀ (Z − WH) Ω` from a given start.
///
/// Dormand–Prince 8(5,3) with error control; every mode is right relative to itself, however small. Time is
/// gradient-flow time. Nothing is random but a seeded start, and runs repeat bit by bit.
///
/// ```
/// use ufm_simulation::{GradientFlow, Initialisation, Problem};
/// use ufm_theory::problem::{StepProfile, Start, Weighting};
/// let problem = Problem::step(&StepProfile::halves(4, 100.0)?, Weighting::vanilla())?;
/// let flow = GradientFlow::new(&problem, Initialisation::spectral(Start::scaled(60.0)?));
/// let trajectory = flow.run(&[0.0, 30.0, 100.0], 100.0)?;
/// let half = trajectory.half_amplitude_times();
/// // Majority, contrast, minority: half-amplitude times ln(e^(2δ) − 1)/(2σ), so their ratios are 1/σ.
/// assert!((half[0].unwrap() - 6.0).abs() < 1e-6);
/// assert!((half[1].unwrap() - 60.0 / 50.5_f64.sqrt()).abs() < 1e-6);
/// assert!((half[2].unwrap() - 60.0).abs() < 1e-6);
/// assert!(trajectory.moments[2].residual < 1e-9); // interpolates
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GradientFlow<'a> {
    problem: &'a Problem,
    initialisation: Initialisation,
    projected: bool,
    frame: Option<Frame>,
    tolerance: f64,
    fractions: Vec<f64>,
    max_steps: usize,
}

impl<'a> GradientFlow<'a> {
    /// The exact flow, tolerance `1e-9`, watching for half amplitudes.
    pub fn new(problem: &'a Problem, initialisation: Initialisation) -> Self {
        Self {
            problem,
            initialisation,
            projected: false,
            frame: None,
            tolerance: 1e-9,
            fractions: vec![0.5],
            max_steps: 1_000_000,
        }
    }

    /// The projected flow: `(Z − WH) Ω` is replaced by its projection `(Z − WH) Ω V Vᵀ` on the row space of the
    /// labels. From a spectral start on a STEP problem its modes are logistic with rates `σλ`.
    pub fn projected(self) -> Self {
        Self {
            projected: true,
            ..self
        }
    }

    /// The given frame, in place of the class-constant one for spectral starts and that of the scatter for others.
    pub fn frame(self, frame: Frame) -> Self {
        Self {
            frame: Some(frame),
            ..self
        }
    }

    /// Largest error of a step in any row of `W̃` or column of `H̃`, relative to its size (see the crate's front page).
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// The fractions `s/σ` to watch for, in place of ½.
    pub fn watch_fractions(self, fractions: &[f64]) -> Self {
        Self {
            fractions: fractions.to_vec(),
            ..self
        }
    }

    /// Gives up after this many steps, in place of a million.
    pub fn max_steps(self, max_steps: usize) -> Self {
        Self { max_steps, ..self }
    }

    /// Integrates from time 0 to `end` and records the moments at `times`, which increase from 0 to `end`.
    ///
    /// # Errors
    /// If an option, a time or the start is not allowed, or the integration fails: see [`SimulationError`].
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
        check_tolerance(self.tolerance)?;
        let (field, initial) = prepare(
            self.problem,
            &self.initialisation,
            self.frame,
            self.projected,
        )?;
        let mut recorder = Recorder::new(self.problem, &field, times, &self.fractions, &initial);
        let mut integrator = Integrator::new(&field, &initial, self.tolerance, end)?;
        while !integrator.finished() {
            if integrator.steps + integrator.rejected >= self.max_steps {
                return Err(SimulationError::TooManySteps {
                    steps: self.max_steps,
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
            progress(if last { 1.0 } else { now / end });
        }
        let statistics = Statistics {
            steps: integrator.steps,
            rejected: integrator.rejected,
            evaluations: integrator.evaluations,
            unknowns: initial.len(),
        };
        Ok(recorder.finish(integrator.unknowns(), statistics))
    }
}
