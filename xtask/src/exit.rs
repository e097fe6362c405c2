//! How a command ends: 0 all is well, 1 something does not hold or differs, 2 it could not be done.

use std::process::ExitCode;

/// What a command has found out.
pub enum Outcome {
    /// All is well.
    Fine,
    /// Something does not hold or differs; the command has said what.
    Wanting,
}

/// Turns the result of a command into its exit code; an error is one message on standard error.
pub fn report(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Wanting) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
