//! Everything that can keep advice from being given.

use std::{io, path::PathBuf};

use ufm_theory::TheoryError;

/// One message: what was given, and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdviceError {
    /// A file or folder could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Class counts outside the domain of the theory.
    #[error(transparent)]
    Theory(#[from] TheoryError),
    /// Images, in folders or in MNIST's format, could not be read.
    #[cfg(feature = "readers")]
    #[error(transparent)]
    Data(#[from] ufm_data::DataError),
    /// Something in a table of features is not allowed.
    #[error("{}:{line}: column {column}{}: {message}", path.display(), name.as_ref().map(|n| format!(" (`{n}`)")).unwrap_or_default())]
    Cell {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// The heading of the column, if it has one.
        name: Option<String>,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// A file or folder as a whole is not allowed.
    #[error("{}: {message}", path.display())]
    Source {
        /// Which.
        path: PathBuf,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// The samples as a whole are not allowed, wherever they come from.
    #[error("{0}")]
    Samples(String),
    /// A feature is not a finite number.
    #[error("sample {sample} (counted from 0): feature {feature} is not a finite number")]
    NotFinite {
        /// Index of the sample, from 0.
        sample: usize,
        /// Index of the feature, from 0.
        feature: usize,
    },
    /// Groups that are no groups.
    #[error("majority classes: {0}")]
    Majority(String),
}

impl AdviceError {
    /// For `map_err`: the error of reading `path`.
    #[cfg(feature = "readers")]
    pub(crate) fn io(path: &std::path::Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// What is wrong with a file or folder as a whole.
    #[cfg(feature = "readers")]
    pub(crate) fn of(path: &std::path::Path, message: impl Into<String>) -> Self {
        Self::Source {
            path: path.to_owned(),
            message: message.into(),
        }
    }

    /// The same with the file it comes from, where it does not say so itself.
    #[cfg(feature = "readers")]
    pub(crate) fn within(self, path: &std::path::Path) -> Self {
        match self {
            Self::Samples(_) | Self::NotFinite { .. } => Self::of(path, self.to_string()),
            other => other,
        }
    }
}
