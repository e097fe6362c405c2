//! The one way in: a problem, a start, and the cheapest solver that is exact.

use ufm_theory::{TheoryError, problem::Start};

use crate::{
    Initialisation, Loss, Problem, SimulationError, Solver, Trajectory,
    closed_form::{Logistic, Riccati, common_weight},
    matrices, reduced,
    trajectory::last_crossing,
};

/// How far beyond the last crossing the evenly spaced moments of a run without an end go.
const BEYOND: f64 = 1.5;

/// Gradient flow of a problem under its loss, from any start, to an end that need not be known; or gradient descent beside it.
///
/// Unless one is asked for the solver is the cheapest that is exact, and the trajectory says which: see [`Solver`]. Time is gradient-flow time; for
/// gradient descent it is steps times step size. Nothing is random but a seeded start, and runs repeat bit by bit.
///
/// ```
/// use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver};
/// use ufm_theory::problem::{ClassProfile, Start, StepProfile, Weighting};
/// // Counts of one's own, a random start, both losses.
/// let profile = ClassProfile::from_counts(&[12, 5, 2])?;
/// for (loss, solver) in [(Loss::Squared, Solver::Scatters), (Loss::CrossEntropy { smoothing: 0.0 }, Solver::Samples)] {
///     let problem = Problem::new(&profile, Weighting::power(0.7)?)?.with_loss(loss)?;
///     let run = Simulation::new(&problem, Initialisation::gaussian(5.0, 42)?.with_dimension(16)).run(8)?;
///     assert_eq!(run.solver, solver);
///     assert!(run.half_amplitude_times().iter().all(Option::is_some));
///     assert_eq!(run.moments[8].accuracies(), Some(vec![1.0; 3]));
/// }
/// // The window of a million samples, from three numbers and from matrices.
/// let problem = Problem::step(&StepProfile::halves(4, 1e6)?, Weighting::power(0.5)?)?;
/// let flow = Simulation::new(&problem, Initialisation::spectral(Start::scaled(8.0)?));
/// let (reduced, matrices) = (flow.run(0)?, flow.clone().matrices().run(0)?);
/// assert_eq!((reduced.solver, matrices.solver), (Solver::Reduced, Solver::ClassMeans));
/// let [a, b] = [reduced, matrices].map(|run| run.window().expect("learned").relative);
/// assert!((a - 0.2393).abs() < 1e-4 && (a - b).abs() < 1e-7);
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Simulation<'a> {
    problem: &'a Problem,
    start: Initialisation,
    dynamics: Dynamics,
    choice: Choice,
    fractions: Vec<f64>,
    tolerance: Option<f64>,
    max_steps: Option<usize>,
    end: Option<f64>,
}

/// What moves.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Dynamics {
    Flow,
    Projected,
    Descent(f64),
}

/// Who chooses the solver.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Choice {
    Cheapest,
    Matrices,
    Asked(Solver),
}

/// What is asked of a solver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'r> {
    /// When to record moments: not decreasing, from 0 to the end.
    pub times: &'r [f64],
    /// The end; without one, when every watched fraction is crossed.
    pub end: Option<f64>,
    /// The fractions `s/σ` to watch for.
    pub fractions: &'r [f64],
    pub tolerance: f64,
    pub max_steps: usize,
}

impl<'a> Simulation<'a> {
    /// Gradient flow of `problem` from `start`, watching for half amplitudes.
    pub fn new(problem: &'a Problem, start: Initialisation) -> Self {
        Self {
            problem,
            start,
            dynamics: Dynamics::Flow,
            choice: Choice::Cheapest,
            fractions: vec![0.5],
            tolerance: None,
            max_steps: None,
            end: None,
        }
    }

    /// The given solver in place of the cheapest one; an error later if it is not exact for what is simulated.
    pub fn solver(self, solver: Solver) -> Self {
        Self {
            choice: Choice::Asked(solver),
            ..self
        }
    }

    /// Matrices, in the smallest frame that is exact, even where there is a closed form or a reduction.
    pub fn matrices(self) -> Self {
        Self {
            choice: Choice::Matrices,
            ..self
        }
    }

    /// The projected flow of the squared loss in place of gradient flow: `(Z − WH) Ω` is replaced by its projection `(Z − WH) Ω V Vᵀ` on the row space of
    /// the labels. From a spectral start on a STEP problem its modes are logistic with rates `σλ` (arXiv:2601.12011).
    pub fn projected(self) -> Self {
        Self {
            dynamics: Dynamics::Projected,
            ..self
        }
    }

    /// Gradient descent with step size `η` in place of gradient flow: `W ← W − η ∂_W`, `H ← H − η ∂_H`, both at once. It approaches the flow at first
    /// order in `η`. Moments are recorded at the step nearest to the requested time, and carry that step's time; crossings are
    /// interpolated linearly between steps.
    ///
    /// ```
    /// use ufm_simulation::{Initialisation, Problem, Simulation};
    /// use ufm_theory::problem::{StepProfile, Start, Weighting};
    /// let problem = Problem::step(&StepProfile::halves(4, 10.0)?, Weighting::power(0.5)?)?;
    /// let descent = Simulation::new(&problem, Initialisation::spectral(Start::plain(4.0)?)).descent(0.01);
    /// let run = descent.at(&[0.0, 5.0, 20.0])?;
    /// assert_eq!(run.statistics.steps, 2000);
    /// assert!(run.moments[2].residual < 1e-6);
    /// # Ok::<(), ufm_simulation::SimulationError>(())
    /// ```
    pub fn descent(self, step_size: f64) -> Self {
        Self {
            dynamics: Dynamics::Descent(step_size),
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

    /// Largest error of a step, from `1e-12` to `1e-2`: on matrices in any row of `W̃` or column of `H̃`, relative to its size (see the crate's front
    /// page), `1e-9` unless set; of the reduced solver in the logarithm of an unknown, relative to that or to 1, `1e-11` unless set.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self {
            tolerance: Some(tolerance),
            ..self
        }
    }

    /// Gives up after this many steps, in place of a million (a hundred thousand of the reduced solver, a hundred million of gradient descent).
    pub fn max_steps(self, max_steps: usize) -> Self {
        Self {
            max_steps: Some(max_steps),
            ..self
        }
    }

    /// To the given time.
    pub fn until(self, end: f64) -> Self {
        Self {
            end: Some(end),
            ..self
        }
    }

    /// Runs and records `intervals + 1` moments, evenly spaced from 0 to the end; none for `intervals = 0`.
    ///
    /// Without [`Self::until`] the end is half as much again as the time by which every mode has risen through every watched fraction. A mode that
    /// starts above a fraction, or has not risen through it after `2⁴⁰` times [`Problem::shortest_time`] or in as many steps as are allowed, has no such time.
    ///
    /// # Errors
    /// As for [`Self::at`].
    pub fn run(&self, intervals: usize) -> Result<Trajectory, SimulationError> {
        if intervals == 0 {
            return self.at(&[]);
        }
        let end = match self.end {
            Some(end) => end,
            None => self.end()?,
        };
        let times: Vec<f64> = (0..=intervals)
            .map(|i| end * (i as f64 / intervals as f64))
            .collect();
        self.clone().until(end).at(&times)
    }

    /// Runs and records the moments at `times`, which do not decrease, from 0 to the end.
    ///
    /// Without [`Self::until`] the end is the last of them; without times, when every mode has risen through every watched fraction.
    ///
    /// # Errors
    /// If an option, a time or the start is not allowed, a solver is asked for that does not fit, or the integration fails: see [`SimulationError`].
    pub fn at(&self, times: &[f64]) -> Result<Trajectory, SimulationError> {
        if let Some(end) = self.end
            && !(end.is_finite() && end > 0.0)
        {
            return Err(SimulationError::FinalTime(end));
        }
        let latest = times.iter().copied().fold(0.0, f64::max);
        let end = self.end.or((!times.is_empty()).then_some(latest));
        if let Some(end) = end {
            check_times(times, end)?;
        }
        if let Some(&fraction) = self.fractions.iter().find(|&&f| !(f > 0.0 && f < 1.0)) {
            return Err(TheoryError::Fraction(fraction).into());
        }
        if let Some(tolerance) = self.tolerance
            && !(1e-12..=1e-2).contains(&tolerance)
        {
            return Err(SimulationError::Tolerance(tolerance));
        }
        let solver = self.chosen();
        let (tolerance, max_steps) = match (solver, self.dynamics) {
            (_, Dynamics::Descent(_)) => (0.0, 100_000_000),
            (Solver::Reduced, _) => (1e-11, 100_000),
            _ => (1e-9, 1_000_000),
        };
        self.solve(
            solver,
            &Request {
                times,
                end,
                fractions: &self.fractions,
                tolerance: self.tolerance.unwrap_or(tolerance),
                max_steps: self.max_steps.unwrap_or(max_steps),
            },
        )
    }

    /// The solver that is or would be taken.
    pub fn chosen(&self) -> Solver {
        let frame = match (self.start.frame(), self.problem.loss()) {
            (matrices::Frame::Scatter, Loss::CrossEntropy { .. }) => Solver::Samples,
            (frame, _) => frame.solver(),
        };
        match (self.choice, self.dynamics) {
            (Choice::Asked(solver), _) => solver,
            (Choice::Matrices, _) | (_, Dynamics::Descent(_)) => frame,
            (Choice::Cheapest, dynamics) => {
                self.cheap(dynamics == Dynamics::Projected).unwrap_or(frame)
            }
        }
    }

    /// A closed form or a reduction, if there is one.
    fn cheap(&self, projected: bool) -> Option<Solver> {
        let problem = self.problem;
        let alike = common_weight(problem).is_some();
        match (self.start.as_spectral(), problem.loss()) {
            (Some(start), Loss::Squared) => {
                let step = problem.step_profile();
                if !below_targets(problem, start) {
                    None
                } else if (projected && step.is_some()) || (!projected && alike) {
                    Some(Solver::Logistic)
                } else {
                    (!projected && step.is_some()).then_some(Solver::Reduced)
                }
            }
            (Some(_), Loss::CrossEntropy { smoothing }) => {
                let reducible = problem.step_profile().is_some() && smoothing == 0.0;
                (!projected && reducible).then_some(Solver::Reduced)
            }
            (None, Loss::Squared) => {
                (!projected && alike && self.start.is_balanced()).then_some(Solver::Riccati)
            }
            (None, Loss::CrossEntropy { .. }) => None,
        }
    }

    fn solve(&self, solver: Solver, request: &Request<'_>) -> Result<Trajectory, SimulationError> {
        let (problem, start) = (self.problem, &self.start);
        let projected = self.dynamics == Dynamics::Projected;
        if let Some(frame) = solver.frame() {
            return match self.dynamics {
                Dynamics::Descent(size) => matrices::descend(problem, start, frame, size, request),
                _ => matrices::integrate(problem, start, frame, projected, request),
            };
        }
        let flow = self.dynamics == Dynamics::Flow;
        match (solver, start.as_spectral()) {
            (Solver::Logistic, _) if problem.loss() != Loss::Squared => {
                Err(SimulationError::NeedsSquaredLoss)
            }
            (Solver::Logistic, Some(start)) if flow || projected => {
                Logistic::new(problem, start, projected)?.trajectory(request)
            }
            (Solver::Logistic, None) => Err(SimulationError::NotLogistic),
            (Solver::Riccati, _) if flow => Riccati::new(problem, start)?.trajectory(request),
            (Solver::Reduced, Some(start)) if flow => match problem.step_profile() {
                Some(step) => reduced::integrate(problem, step, start, request),
                None => Err(SimulationError::NotReducible),
            },
            (Solver::Reduced, None) => Err(SimulationError::NotReducible),
            _ => Err(SimulationError::FlowOnly(solver)),
        }
    }

    fn end(&self) -> Result<f64, SimulationError> {
        let found = self.at(&[])?;
        let last = last_crossing(&found.crossings);
        Ok(if last > 0.0 {
            BEYOND * last
        } else {
            found.end.max(self.problem.shortest_time())
        })
    }
}

/// Whether every mode starts below its singular value.
fn below_targets(problem: &Problem, start: &Start) -> bool {
    let below = |ln_sigma: f64| start.ln_growth(ln_sigma) > 0.0;
    match problem.step_spectrum() {
        Some(spectrum) => spectrum.modes().all(|mode| below(spectrum.ln_sigma(mode))),
        None => problem
            .singular_values()
            .iter()
            .all(|sigma| below(sigma.ln())),
    }
}

/// That times do not decrease from 0 to the end, and are finite.
fn check_times(times: &[f64], end: f64) -> Result<(), SimulationError> {
    let mut earliest = 0.0;
    for (position, &time) in times.iter().enumerate() {
        if !(time >= earliest && time <= end && time.is_finite()) {
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
