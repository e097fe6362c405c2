//! One way in: a problem, a start, and the cheapest exact frame.

use crate::{Frame, GradientFlow, Initialisation, Problem, SimulationError, Trajectory};

/// How often the end is doubled before a mode is said not to get there.
const DOUBLINGS: usize = 40;

/// Gradient flow of a problem under its loss, from any start, to an end that need not be known.
///
/// The frame is the smallest in which the flow is exact: one feature vector per class from spectral starts; from others means and
/// scatters of the classes under the squared loss, every sample under the cross-entropy.
///
/// ```
/// use ufm_simulation::{Initialisation, Loss, Problem, Simulation};
/// use ufm_theory::problem::{ClassProfile, Weighting};
/// let profile = ClassProfile::from_counts(&[12, 5, 2])?;
/// for loss in [Loss::Squared, Loss::CrossEntropy { smoothing: 0.0 }] {
///     let problem = Problem::new(&profile, Weighting::power(0.7)?)?.with_loss(loss)?;
///     let run = Simulation::new(&problem, Initialisation::gaussian(5.0, 42)?.with_dimension(16)).run(8)?;
///     assert!(run.trajectory.half_amplitude_times().iter().all(Option::is_some));
///     assert_eq!(run.trajectory.moments[8].accuracies(), Some(vec![1.0; 3]));
/// }
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Simulation<'a> {
    problem: &'a Problem,
    start: Initialisation,
    frame: Option<Frame>,
    end: Option<f64>,
}

/// What was simulated, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The frame that was taken.
    pub frame: Frame,
    /// The final time.
    pub end: f64,
    /// What happened.
    pub trajectory: Trajectory,
}

impl<'a> Simulation<'a> {
    /// The flow of `problem` from `start`, until every mode has half its amplitude.
    pub fn new(problem: &'a Problem, start: Initialisation) -> Self {
        Self {
            problem,
            start,
            frame: None,
            end: None,
        }
    }

    /// The given frame in place of the smallest one.
    pub fn frame(self, frame: Frame) -> Self {
        Self {
            frame: Some(frame),
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

    /// Runs and records `intervals + 1` moments, evenly spaced from 0 to the end.
    ///
    /// Without [`Self::until`] the end starts at the time scale of the fastest growth, `1/max(ω_c √n_c)`, and doubles until every mode has
    /// crossed half its singular value, 40 times at most; a mode that has not by then, or that starts above it, has no half time.
    ///
    /// # Errors
    /// If the start does not fit the frame, or the integration fails: see [`SimulationError`].
    pub fn run(&self, intervals: usize) -> Result<Run, SimulationError> {
        let frame = self.frame.unwrap_or(self.start.frame_for(self.problem));
        let flow = GradientFlow::new(self.problem, self.start.clone()).frame(frame);
        let end = match self.end {
            Some(end) => end,
            None => self.end(&flow)?,
        };
        let times: Vec<f64> = (0..=intervals)
            .map(|i| end * (i as f64 / intervals.max(1) as f64))
            .collect();
        Ok(Run {
            frame,
            end,
            trajectory: flow.run(&times, end)?,
        })
    }

    fn end(&self, flow: &GradientFlow<'_>) -> Result<f64, SimulationError> {
        let sizes = self.problem.profile().sizes().iter();
        let rates = sizes.zip(self.problem.class_weights());
        let fastest = rates.map(|(n, weight)| weight * n.sqrt());
        let mut end = 1.0 / fastest.fold(0.0, f64::max);
        for _ in 0..DOUBLINGS {
            let run = flow.run(&[0.0, end], end)?;
            let times = run.half_amplitude_times();
            let above = run.moments[0].fractions.iter().map(|&f| f >= 0.5);
            if times
                .iter()
                .zip(above)
                .all(|(time, above)| time.is_some() || above)
            {
                return Ok(end);
            }
            end *= 2.0;
        }
        Ok(end)
    }
}
