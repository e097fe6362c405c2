//! How a command ends: 0 it is done, 1 it is not finished or its output could not be written, 2 it could not be carried out.

use std::process::ExitCode;

use ufm_support::print;

use crate::CliError;

/// How far a command got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is done.
    Done,
    /// It stopped before its end and has said how to go on.
    Unfinished,
}

/// Turns the result of a command into its exit code; an error is one message on standard error.
pub(crate) fn report(outcome: Result<Outcome, CliError>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Unfinished) => ExitCode::from(1),
        Err(CliError::Output(error)) => print::end(&error),
        Err(error) => {
            print::warn(format_args!("error: {error}"));
            ExitCode::from(2)
        }
    }
}
