//! What is learned and where learning starts: class profiles, sample weights, small starts.

mod profile;
mod start;
mod weights;

pub use profile::{ClassProfile, Group, ImbalanceRatio, MAX_COUNT, StepProfile};
pub use start::{Shape, Start};
pub use weights::{Normalisation, Weighting};
