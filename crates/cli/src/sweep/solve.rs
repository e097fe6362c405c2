//! When the modes of one point are learned.
//!
//! By the cheapest solver that is exact ([`ufm_simulation::Solver`]), or on matrices or samples if asked for.

use ufm_simulation::{Initialisation, Problem, Simulation, SimulationError, Solver};
use ufm_theory::{
    TheoryError,
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, PerMode, StepSpectrum},
};

use super::point::{Flow, Method, Point, StartKey};

/// Steps of one integration on matrices before it gives up; ordinary ones take some hundreds to thousands.
const MAX_STEPS: usize = 200_000;

/// Half-amplitude times in gradient-flow time; from a gaussian start the directions of one mode differ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HalfTimes {
    /// First and last among directions, for majority, contrast, minority; `None` if there are none.
    pub of: PerMode<Option<(f64, f64)>>,
}

impl HalfTimes {
    fn add(&mut self, mode: Mode, time: f64) {
        let slot = &mut self.of[mode];
        *slot = Some(slot.map_or((time, time), |(first, last)| {
            (first.min(time), last.max(time))
        }));
    }

    /// The mode that is first to be learned, and when.
    pub fn first(&self) -> Option<(Mode, f64)> {
        self.times(|(first, _)| first)
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The mode of which a direction is last to be learned, and when.
    pub fn last(&self) -> Option<(Mode, f64)> {
        self.times(|(_, last)| last)
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn times(&self, which: fn((f64, f64)) -> f64) -> impl Iterator<Item = (Mode, f64)> {
        let times = self.of;
        Mode::ALL
            .into_iter()
            .filter_map(move |mode| times[mode].map(|pair| (mode, which(pair))))
    }
}

/// Why a point has no result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The simulation says.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// A mode never gets there.
    #[error("the {} mode does not rise through half its singular value by time {end:e}, or starts above it", mode.name())]
    NotLearned {
        /// Which.
        mode: Mode,
        /// The end of the longest integration.
        end: f64,
    },
    /// A result that is no number.
    #[error("the half-amplitude time of the {} mode is {time}", mode.name())]
    NoNumber {
        /// Which.
        mode: Mode,
        /// What came out.
        time: f64,
    },
}

impl From<TheoryError> for Failure {
    fn from(error: TheoryError) -> Self {
        Self::Simulation(error.into())
    }
}

/// The half-amplitude times of a point.
///
/// # Errors
/// `Failure` if a mode starts above half its singular value, is never learned, or the integration fails.
pub fn solve(point: &Point) -> Result<HalfTimes, Failure> {
    let step = StepProfile::new(point.split.0, point.split.1, point.ratio)?
        .with_minority_size(point.minority_size)?;
    let problem = Problem::step(&step, Weighting::power(point.gamma)?)?.with_loss(point.loss)?;
    let aligned = |start: Start| (Initialisation::spectral(start), Some(start));
    let (start, spectral) = match point.start {
        StartKey::Plain => aligned(Start::plain(point.delta)?),
        StartKey::Scaled => aligned(Start::scaled(point.delta)?),
        StartKey::Gaussian(seed) => (Initialisation::gaussian(point.delta, seed)?, None),
    };
    let flow = Simulation::new(&problem, start);
    let flow = match point.flow {
        Flow::Exact => flow,
        Flow::Projected => flow.projected(),
    };
    let flow = match point.solver {
        Method::Reduced if !point.needs_matrices() => flow,
        Method::Reduced | Method::Matrices => flow.matrices().max_steps(MAX_STEPS),
        Method::Samples => flow.solver(Solver::Samples).max_steps(MAX_STEPS),
    };
    let run = flow.at(&[])?;
    let mut times = HalfTimes::default();
    for (&mode, time) in run.step_modes().iter().zip(run.half_amplitude_times()) {
        match time {
            Some(time) if time.is_finite() && time > 0.0 => times.add(mode, time),
            Some(time) => return Err(Failure::NoNumber { mode, time }),
            None => {
                if let (Some(start), Some(spectrum)) = (spectral, problem.step_spectrum()) {
                    start.ln_growth_to_half(spectrum.ln_sigma(mode))?;
                }
                return Err(Failure::NotLearned { mode, end: run.end });
            }
        }
    }
    Ok(times)
}
