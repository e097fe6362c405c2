//! Everything that can go wrong in a simulation.

use ufm_theory::TheoryError;

/// A value outside what can be simulated, or a simulation that could not be completed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The profile, the weights or the start are outside the domain of the theory.
    #[error(transparent)]
    Theory(#[from] TheoryError),
    /// The numerical spectral frame of a profile is not orthonormal enough.
    #[error(
        "the singular vectors of this class profile are orthonormal to {0:e} only: its sizes are too far apart; use a STEP profile, which has a closed form"
    )]
    FrameNotOrthonormal(f64),
    /// The inner dimension cannot hold all modes.
    #[error("feature dimension d = {dimension} is not allowed: it must be at least k - 1 = {rank}")]
    Dimension {
        /// The dimension asked for.
        dimension: usize,
        /// The number of modes.
        rank: usize,
    },
    /// The initialisation is too small for double precision.
    #[error(
        "initialisation scale delta = {0} is not allowed: it must be above 0 and at most {max}, where e^(-2 delta) still has full precision",
        max = crate::start::MAX_DELTA
    )]
    Scale(f64),
    /// Features shared twice.
    #[error("the features of this problem are shared already: their share is set once")]
    Shared,
    /// An initial matrix is of the wrong shape.
    #[error(
        "initial {what} is {} x {}, expected {} x {}", found.0, found.1, expected.0, expected.1
    )]
    InitialShape {
        /// Which matrix.
        what: &'static str,
        /// Rows and columns that fit.
        expected: (usize, usize),
        /// Rows and columns found.
        found: (usize, usize),
    },
    /// An initial matrix holds an infinity or a `NaN`.
    #[error("initial {0} holds a value that is not finite")]
    InitialValue(&'static str),
    /// An initial point that is not constant on classes, in the frame for those that are.
    #[error(
        "the class-constant frame needs a spectral initialisation: this one differs within classes"
    )]
    NotClassConstant,
    /// A start without samples, in a frame that needs them.
    #[error("a start drawn by its scatter has no samples: it fits the scatter frame alone")]
    NoSamples,
    /// The reduced solver, where it is not exact.
    #[error(
        "the reduced solver is that of gradient flow of STEP problems from spectral starts, without label smoothing: ask for another solver"
    )]
    NotReducible,
    /// A closed form of single modes, where modes meet.
    #[error(
        "modes have closed forms of their own from spectral starts under one weight for all classes, and in the projected flow of STEP problems: ask for another solver"
    )]
    NotLogistic,
    /// A solver of the flow, for gradient descent or the projected flow.
    #[error(
        "{0:?} solves gradient flow alone: for gradient descent and the projected flow ask for class means, scatters or samples"
    )]
    FlowOnly(crate::Solver),
    /// Matrices, from a solver that has none.
    #[error("{0:?} has no matrices W and H: ask for class means, scatters or samples")]
    NoFactors(crate::Solver),
    /// The scatter of the samples, under a loss that depends on each of them.
    #[error(
        "the cross-entropy depends on every sample, not on the scatter within classes alone: use the full frame (the class-constant one for spectral starts)"
    )]
    NeedsSamples,
    /// The cross-entropy, where the squared loss is needed.
    #[error(
        "the closed form and the projected flow are those of the squared loss, not of the cross-entropy"
    )]
    NeedsSquaredLoss,
    /// The squared loss, where the cross-entropy is needed.
    #[error(
        "logits are adjusted and scaled under the cross-entropy alone, not under the squared loss"
    )]
    NeedsCrossEntropy,
    /// Weights that differ, where a common one is needed.
    #[error("the closed form needs one weight for all classes (vanilla, gamma = 0): these differ")]
    UnequalWeights,
    /// A start that is not balanced, where one is needed.
    #[error(
        "the closed form needs a balanced start, W'W = HH': here the difference is {0:e} of their size (spectral and balanced starts are)"
    )]
    Unbalanced(f64),
    /// A time that is none.
    #[error("time {0} is not allowed: it must be finite and at least 0")]
    Time(f64),
    /// The matrices do not fit in memory.
    #[error("{0} unknowns are too many: at most {max}", max = crate::matrices::frame::MAX_UNKNOWNS)]
    TooLarge(usize),
    /// Features or inner products of samples that do not fit in memory: how many numbers.
    #[error("samples of {0:e} numbers are too many: at most {max}", max = crate::samples::MAX_NUMBERS)]
    SamplesTooLarge(f64),
    /// Class groups that do not fit the classes.
    #[error("groups are given for {found} classes, expected {expected}")]
    Groups {
        /// Number of classes.
        expected: usize,
        /// Number of classes with a group.
        found: usize,
    },
    /// A group number is skipped.
    #[error("group {0} has no class: groups are numbered from 0 without gaps")]
    EmptyGroup(usize),
    /// The tolerance is outside what the integrator can deliver.
    #[error("tolerance {0:e} is not allowed: it must be between 1e-12 and 1e-2")]
    Tolerance(f64),
    /// A label smoothing outside the half-open unit interval.
    #[error("label smoothing {0} is not allowed: it must be at least 0 and below 1")]
    Smoothing(f64),
    /// The step size is not a positive finite number.
    #[error("step size {0} is not allowed: it must be finite and above 0")]
    StepSize(f64),
    /// The end of the simulation is not a positive finite number.
    #[error("final time {0} is not allowed: it must be finite and above 0")]
    FinalTime(f64),
    /// Times at which to record that are not sorted or outside the simulated interval.
    #[error(
        "time {time} at position {position} is not allowed: times must increase from 0 to {end}"
    )]
    RecordTime {
        /// Position in the list, from 0.
        position: usize,
        /// The time there.
        time: f64,
        /// The final time.
        end: f64,
    },
    /// More steps than allowed.
    #[error(
        "gave up at time {time:.3e} after {steps} steps: allow more steps or a larger tolerance"
    )]
    TooManySteps {
        /// Steps tried.
        steps: usize,
        /// Time reached.
        time: f64,
    },
    /// The unknowns became infinite: the step size is too large, or so is the start.
    #[error("diverged at time {0}: use a smaller step size or a smaller start")]
    Diverged(f64),
    /// The integrator failed.
    #[error("the integrator stopped at time {time}: {reason}")]
    Integrator {
        /// Time reached.
        time: f64,
        /// What the integrator says.
        reason: &'static str,
    },
}
