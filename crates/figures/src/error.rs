//! What can go wrong between a parameter file and a picture.

use std::{io, path::PathBuf};

use ufm_networks::NetworkError;
use ufm_simulation::SimulationError;
use ufm_support::{files::FileError, lock::LockError};
use ufm_theory::TheoryError;

/// Why a figure could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// A parameter file is not TOML, names something unknown, or holds a value that is not allowed.
    #[error("{place}: {message}")]
    Parameters {
        /// The file, or the override.
        place: String,
        /// Line, column, what was found and what is allowed.
        message: String,
    },
    /// Parameters of a figure do not go together, or are more than it can draw.
    #[error("{0}")]
    Refused(String),
    /// A figure could not be made; added in one place, where figures are computed and drawn.
    #[error("{figure}: {source}")]
    In {
        /// Id of the figure, or the data set of several.
        figure: &'static str,
        /// What went wrong.
        source: Box<FigureError>,
    },
    /// No figure of this id.
    #[error("there is no figure `{id}`{hint}")]
    UnknownFigure {
        /// What was asked for.
        id: String,
        /// The nearest known id, as a question, or nothing.
        hint: String,
    },
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said of it.
        source: io::Error,
    },
    /// Another run is at work in the folder.
    #[error(transparent)]
    Busy(LockError),
    /// The parameters lie outside the theory's domain.
    #[error(transparent)]
    Theory(#[from] TheoryError),
    /// The simulation behind a figure failed.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// Training a network failed, or its data could not be read.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The data set that a figure reads was not read before.
    #[error("the samples of {data} were not read")]
    NotRead {
        /// Name of the data set.
        data: &'static str,
    },
    /// The networks that a figure reads were not trained.
    #[error("the networks for {data} were not trained")]
    NotTrained {
        /// Name of the data set.
        data: &'static str,
    },
    /// A mode did not reach its half amplitude in the time integrated.
    #[error("{what} did not reach half its amplitude in the time integrated")]
    NotReached {
        /// The mode, loss or run that did not reach it.
        what: String,
    },
    /// A number of a table is not finite.
    #[error("column {column}, row {row} is {value}: these parameters go beyond double precision")]
    NotFinite {
        /// Name of the column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// A table has no rows.
    #[error("there is nothing to draw: the table has no rows")]
    NoRows,
    /// A table could not be written or read.
    #[error("table: {0}")]
    Table(String),
    /// A drawing could not be made.
    #[error("drawing: {0}")]
    Drawing(String),
    /// A manifest is not in the format this version writes.
    #[error("{path} is no manifest of this version: {message}")]
    Manifest {
        /// The file or folder.
        path: PathBuf,
        /// What does not fit, as the reader of TOML says it.
        message: String,
    },
}

impl FigureError {
    /// What went wrong, without the figures in which it did.
    pub fn cause(&self) -> &Self {
        match self {
            Self::In { source, .. } => source.cause(),
            cause => cause,
        }
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn drawing(error: impl std::fmt::Display) -> Self {
        Self::Drawing(error.to_string())
    }

    /// For `map_err`: the error of a figure, or of the data set of several; one that says already whose it is stays.
    pub(crate) fn of(figure: &'static str) -> impl FnOnce(Self) -> Self {
        move |error| match error {
            Self::In { .. } => error,
            source => Self::In {
                figure,
                source: Box::new(source),
            },
        }
    }

    pub(crate) fn network(figure: &'static str) -> impl FnOnce(NetworkError) -> Self {
        move |error| Self::of(figure)(error.into())
    }
}

impl From<FileError> for FigureError {
    fn from(FileError { path, source }: FileError) -> Self {
        Self::Io { path, source }
    }
}

impl From<LockError> for FigureError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::File(error) => error.into(),
            busy => Self::Busy(busy),
        }
    }
}
