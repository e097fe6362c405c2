//! When the modes of one point are learned.
//!
//! From spectral starts nothing has to be integrated on matrices: under the squared loss the projected flow has closed forms, the exact one
//! three numbers ([`ReducedFlow`]), and the cross-entropy five ([`ReducedCrossEntropyFlow`]). Everything else, or everything if asked for, is
//! integrated on matrices.

use ufm_simulation::{
    CrossEntropyFlow, Frame, GradientFlow, Initialisation, Problem, ReducedCrossEntropyFlow,
    ReducedFlow, SimulationError,
};
use ufm_theory::{
    TheoryError,
    modes::ModeDynamics,
    problem::{self, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum, labels::step_modes},
};

use super::point::{Flow, Loss, Point, Solver, Start};

/// Steps of one integration on matrices before it gives up; ordinary ones take some hundreds to thousands.
const MAX_STEPS: usize = 200_000;

/// Times the end of an integration is doubled before a mode counts as not learned.
const DOUBLINGS: u32 = 5;

/// Gradient-flow time beyond which the reduced cross-entropy counts a mode as not learned: the contrast may wait exponentially long.
const LATEST: f64 = 1e300;

/// Half-amplitude times in gradient-flow time; from a gaussian start the directions of one mode differ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HalfTimes {
    /// First and last among directions, for majority, contrast, minority; `None` if there are none.
    pub of: [Option<(f64, f64)>; 3],
}

impl HalfTimes {
    fn add(&mut self, mode: Mode, time: f64) {
        let slot = &mut self.of[mode as usize];
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
            .filter_map(move |mode| times[mode as usize].map(|pair| (mode, which(pair))))
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
    let weighting = Weighting::power(point.gamma)?;
    let mut times = HalfTimes::default();
    for (mode, time) in match (spectral(point)?, point.flow) {
        (Some(start), Flow::Exact)
            if !point.needs_matrices() && point.loss == Loss::CrossEntropy =>
        {
            cross_entropy(&step, weighting, start)?
        }
        (Some(start), Flow::Exact) if !point.needs_matrices() => {
            ReducedFlow::new(&step, weighting, start)?
                .half_amplitude_times()?
                .times
        }
        (Some(start), Flow::Projected) if !point.needs_matrices() => {
            closed_form(&StepSpectrum::new(&step, &weighting), &start)?
        }
        (start, _) => matrices(point, &step, weighting, start)?,
    } {
        if !(time.is_finite() && time > 0.0) {
            return Err(Failure::NoNumber { mode, time });
        }
        times.add(mode, time);
    }
    Ok(times)
}

/// The start, if it is a spectral one.
fn spectral(point: &Point) -> Result<Option<problem::Start>, TheoryError> {
    match point.start {
        Start::Spectral => problem::Start::spectral(point.delta).map(Some),
        Start::Scaled => problem::Start::scaled(point.delta).map(Some),
        Start::Gaussian(_) => Ok(None),
    }
}

fn cross_entropy(
    step: &StepProfile,
    weighting: Weighting,
    start: problem::Start,
) -> Result<Vec<(Mode, f64)>, Failure> {
    let flow = ReducedCrossEntropyFlow::new(step, weighting, start)?;
    let half = flow.half_amplitude_times(LATEST)?;
    match half.unreached.first() {
        Some(&mode) => Err(Failure::NotLearned { mode, end: LATEST }),
        None => Ok(half.times),
    }
}

fn closed_form(
    spectrum: &StepSpectrum,
    start: &problem::Start,
) -> Result<Vec<(Mode, f64)>, TheoryError> {
    spectrum
        .modes()
        .map(|mode| {
            let dynamics = ModeDynamics::of_step(spectrum, mode, start)?;
            start.ln_growth_to_half(spectrum.ln_sigma(mode))?;
            Ok((mode, dynamics.half_amplitude_time()))
        })
        .collect()
}

fn matrices(
    point: &Point,
    step: &StepProfile,
    weighting: Weighting,
    start: Option<problem::Start>,
) -> Result<Vec<(Mode, f64)>, Failure> {
    let problem = Problem::step(step, weighting)?;
    let spectrum = StepSpectrum::new(step, &weighting);
    // Just after the slowest mode of the projected flow gets there; other flows and starts may need longer. Not later: when all is learned the
    // cross-entropy goes on to resolve rounding errors, at great cost.
    let mut end = spectrum
        .modes()
        .map(|mode| {
            let growth = 1.002 * point.delta + 0.5 * spectrum.ln_sigma(mode).abs() + 0.2;
            growth * (-spectrum.ln_rate(mode)).exp()
        })
        .fold(0.0, f64::max);
    let mut doublings = 0;
    loop {
        let found = half_times(point, &problem, start, end)?;
        let modes = step_modes(step);
        let missing = modes.iter().zip(&found).find(|(_, time)| time.is_none());
        match missing {
            None => return Ok(modes.into_iter().zip(found.into_iter().flatten()).collect()),
            Some((&mode, _)) if doublings == DOUBLINGS => {
                return Err(Failure::NotLearned { mode, end });
            }
            Some(_) => {
                doublings += 1;
                end *= 2.0;
            }
        }
    }
}

fn half_times(
    point: &Point,
    problem: &Problem,
    start: Option<problem::Start>,
    end: f64,
) -> Result<Vec<Option<f64>>, SimulationError> {
    if let (Loss::CrossEntropy, Some(start)) = (point.loss, start) {
        return Ok(CrossEntropyFlow::new(problem, start)
            .max_steps(MAX_STEPS)
            .run(&[], end)?
            .half_amplitude_times);
    }
    let initialisation = match (start, point.start) {
        (None, Start::Gaussian(seed)) => Initialisation::gaussian(point.delta, seed)?,
        (Some(start), _) => Initialisation::spectral(start),
        (None, _) => return Ok(Vec::new()), // never: a start without a seed is spectral
    };
    let flow = GradientFlow::new(problem, initialisation).max_steps(MAX_STEPS);
    let flow = match point.solver {
        Solver::Reduced | Solver::Matrices => flow,
        Solver::Samples => flow.frame(Frame::Full),
    };
    let flow = match point.flow {
        Flow::Exact => flow,
        Flow::Projected => flow.projected(),
    };
    Ok(flow.run(&[], end)?.half_amplitude_times())
}
