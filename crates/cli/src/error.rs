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
    /// A data set could not be read, or no advice be given about it.
    #[error(transparent)]
    Advice(#[from] ufm_advice::AdviceError),
    /// An argument that is no such.
    #[error("{0}")]
    Argument(String),
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
