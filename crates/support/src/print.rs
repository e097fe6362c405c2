//! Words that may find no reader: standard output may be a full disk, or a pipe whose reader has gone.
//!
//! A command says its result with [`say`] and hands the error up to its `main`, which ends with [`OutputError::code`].

use std::{
    fmt::Display,
    io::{self, Write as _},
};

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("standard output: {0}")]
pub struct OutputError(#[from] io::Error);

impl OutputError {
    /// Whether the reader went away, as `head` does: then nobody is left to tell.
    ///
    /// ```
    /// use std::io::{Error, ErrorKind};
    /// use ufm_support::print::OutputError;
    /// assert!(OutputError::from(Error::from(ErrorKind::BrokenPipe)).is_closed_pipe());
    /// assert!(!OutputError::from(Error::from(ErrorKind::StorageFull)).is_closed_pipe());
    /// ```
    pub fn is_closed_pipe(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }

    /// How a program ends for it: 141 if the reader went away, the code a shell reports of a program that SIGPIPE (13) ended; 1 otherwise.
    pub fn code(&self) -> u8 {
        if self.is_closed_pipe() { 128 + 13 } else { 1 }
    }
}

/// Writes a line to standard output.
///
/// # Errors
/// [`OutputError`] if it cannot be written.
pub fn say(words: impl Display) -> Result<(), OutputError> {
    let mut output = io::stdout().lock();
    writeln!(output, "{words}")?;
    // Or the last words would be lost without a word.
    output.flush()?;
    Ok(())
}

/// Writes a line to standard error, if anybody listens.
pub fn warn(words: impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// The one message that an error ends a program with, and the code; nothing is said of a reader that went away.
pub fn end(error: &OutputError) -> std::process::ExitCode {
    if !error.is_closed_pipe() {
        warn(format_args!("error: {error}"));
    }
    std::process::ExitCode::from(error.code())
}
