//! Everything that can keep the command from being carried out.

use std::path::PathBuf;

use ufm_networks::NetworkError;
use ufm_support::{files::FileError, print::OutputError, workspace::NoWorkspace};

/// One message: what was given, and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Standard output could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An argument that is no such.
    #[error("{0}")]
    Argument(String),
    /// The series is malformed or holds a value that is not allowed.
    #[error("{}: {message}", path.display())]
    Series {
        /// The file.
        path: PathBuf,
        /// Where, what was found and what is allowed.
        message: String,
    },
    /// The data are nowhere, or not what they should be.
    #[error(transparent)]
    Data(#[from] ufm_data::DataError),
    /// A figure is not there, or could not be drawn or written.
    #[error(transparent)]
    Figure(#[from] ufm_figures::FigureError),
    /// A run failed, or could not be kept.
    #[error(transparent)]
    Training(#[from] NetworkError),
    /// Without --store the command runs inside a checkout.
    #[error("{0}, or say --store DIR")]
    Place(#[from] NoWorkspace),
    /// The table could not be made.
    #[error("the table: {0}")]
    Table(#[from] csv::Error),
    /// The threads or the signal handler could not be set up.
    #[error("cannot start: {0}")]
    Start(String),
}
