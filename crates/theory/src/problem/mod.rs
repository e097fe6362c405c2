//! What is learned and where learning starts: class profiles, sample weights, small starts.

mod domain;
mod list;
mod profile;
mod start;
mod weights;

pub use domain::{
    Batch, ClassIndex, ClassSize, Count, EvenClasses, Exponent, ImbalanceRatio, LearningRate,
    LearningTimes, MAX_SIMULATED_DELTA, MAX_TABULATED, MAX_TABULATED_EXPONENT, NoiseShare, Number,
    Positive, Samples, Scale, Seed, SimulatedScale, Steps, TabulatedExponent, TabulatedRatio,
    TabulatedSize,
};
pub use list::List;
pub use profile::{ClassProfile, Group, MAX_COUNT, StepProfile};
pub use start::{Shape, Start};
pub use weights::{Normalisation, Weighting, from_logarithms as weights_from_logarithms};
