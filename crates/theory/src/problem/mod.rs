//! What is learned and where learning starts: class profiles, sample weights, small starts.

mod domain;
mod profile;
mod start;
mod weights;

pub use domain::{
    Batch, ClassSize, Count, EvenClasses, Exponent, ImbalanceRatio, LearningRate,
    MAX_SIMULATED_DELTA, Number, Positive, Samples, Scale, SimulatedScale, Steps,
};
pub use profile::{ClassProfile, Group, MAX_COUNT, StepProfile};
pub use start::{Shape, Start};
pub use weights::{Normalisation, Weighting};
