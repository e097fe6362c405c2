//! What can go wrong.

use std::path::PathBuf;

use thiserror::Error;

/// Errors of training and of what is computed from runs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The training loss is no longer a number.
    #[error(
        "the training loss is no longer finite after {step} steps (γ = {gamma}, seed {seed}); a smaller learning rate may help"
    )]
    Diverged {
        /// Steps done.
        step: usize,
        /// Weight exponent of the run.
        gamma: f64,
        /// Seed of the run.
        seed: u64,
    },
    /// A statistic of too few values.
    #[error("{statistic} needs at least {needed} values, found {found}")]
    TooFew {
        /// The statistic.
        statistic: &'static str,
        /// The least number of values.
        needed: usize,
        /// The number found.
        found: usize,
    },
    /// Two samples that should be paired have different lengths, or values that are not finite.
    #[error("{0}")]
    Sample(&'static str),
    /// The runs were stopped before all were finished.
    #[error(
        "stopped after {done} of {all} runs; finished runs are kept and the same command continues from them"
    )]
    Stopped {
        /// Finished runs.
        done: usize,
        /// Runs asked for.
        all: usize,
    },
    /// The threads that train could not be made.
    #[error("the tensor backend failed: {0}")]
    Backend(String),
    /// An engine does not have a network of that kind, or not of that size.
    #[error("the engine `{engine}` cannot make the network `{architecture}`: {why}")]
    Engine {
        /// The engine.
        engine: &'static str,
        /// The network.
        architecture: &'static str,
        /// Why not.
        why: &'static str,
    },
    /// A setting of a plan that does not go with another.
    #[error("{setting}: {why}")]
    Plan {
        /// The setting, as in a parameter file.
        setting: &'static str,
        /// What it does not go with.
        why: String,
    },
    /// A file that keeps finished runs could not be read or written.
    #[error("{path}: {source}")]
    Store {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The data do not fit the plan.
    #[error(transparent)]
    Data(#[from] ufm_data::DataError),
    /// A class profile or exponent is out of its domain.
    #[error(transparent)]
    Theory(#[from] ufm_theory::TheoryError),
}

impl From<ufm_support::files::FileError> for NetworkError {
    fn from(error: ufm_support::files::FileError) -> Self {
        Self::Store {
            path: error.path,
            source: error.source,
        }
    }
}
