//! Everything that can keep a command from being carried out.

use std::{
    io,
    path::{Path, PathBuf},
};

use ufm_support::{files::FileError, lock::LockError, print::OutputError};
use ufm_theory::TheoryError;

/// One message: what was given, and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Another run is at work in the folder of a sweep.
    #[error(transparent)]
    Busy(LockError),
    /// Class counts outside the domain of the theory.
    #[error(transparent)]
    Theory(#[from] TheoryError),
    /// Images could not be read.
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
    /// A table of features as a whole is not allowed.
    #[error("{}: {message}", path.display())]
    Features {
        /// The file.
        path: PathBuf,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// Features that tell no class from another.
    #[error("{0}")]
    Classes(String),
    /// An argument that names no class, or groups that are no groups.
    #[error("--majority: {0}")]
    Majority(String),
    /// A configuration is malformed or holds a value that is not allowed.
    #[error("{}: {message}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Line, column, what was found and what is allowed.
        message: String,
    },
    /// The folder of a sweep holds something this sweep cannot go on from.
    #[error("{}: {message}", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What it holds, and what to do.
        message: String,
    },
    /// Shards that do not make a whole.
    #[error("these shards cannot be merged: {0}")]
    Merge(String),
    /// The threads or the signal handler could not be set up.
    #[error("cannot start: {0}")]
    Start(String),
}

impl CliError {
    /// For `map_err`: the error of reading or writing `path`.
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// What is wrong with the folder or file of a sweep.
    pub(crate) fn folder(path: &Path, message: impl Into<String>) -> Self {
        Self::Folder {
            path: path.to_owned(),
            message: message.into(),
        }
    }
}

impl From<FileError> for CliError {
    fn from(FileError { path, source }: FileError) -> Self {
        Self::Io { path, source }
    }
}

impl From<LockError> for CliError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::File(error) => error.into(),
            busy => Self::Busy(busy),
        }
    }
}
