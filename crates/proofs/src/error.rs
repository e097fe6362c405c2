//! Why the proofs could not be checked at all (as against: were checked and found wanting).

use std::{io, path::PathBuf};

/// What stops a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// A program of the Coq distribution is not installed.
    #[error(
        "{program} was not found: the proofs need Coq 8.16 or later with Coquelicot, mathcomp-algebra and interval (Debian: {install})",
        install = crate::toolchain::INSTALL
    )]
    NotInstalled {
        /// The program.
        program: &'static str,
    },
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program of the Coq distribution failed where it cannot be the fault of a proof.
    #[error("{program} failed:\n{output}")]
    Tool {
        /// The program.
        program: &'static str,
        /// What it printed.
        output: String,
    },
    /// The folder holds no proof.
    #[error("{0} holds no .v file")]
    Empty(PathBuf),
    /// A ledger is not in the format this version writes.
    #[error("{path} is no ledger of this version: {source}; run `cargo xtask prove` again")]
    Ledger {
        /// Where.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

impl ProofError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<ufm_support::files::FileError> for ProofError {
    fn from(error: ufm_support::files::FileError) -> Self {
        Self::io(error.path)(error.source)
    }
}
