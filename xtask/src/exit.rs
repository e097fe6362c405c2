//! How a command ends: 0 all is well, 1 something does not hold or differs or could not be printed, 2 it could not be done.

use std::process::ExitCode;

use ufm_support::print::{self, OutputError};

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
        Err(error) => match error.downcast_ref::<OutputError>() {
            Some(error) => print::end(error),
            None => {
                print::warn(format_args!("error: {}", message(&error)));
                ExitCode::from(2)
            }
        },
    }
}

/// The error and its causes, each said once: typed errors quote their cause, others do not.
fn message(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |mut said, cause| {
        let words = cause.to_string();
        if said.is_empty() {
            said = words;
        } else if !said.contains(&words) {
            said = format!("{said}: {words}");
        }
        said
    })
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};

    #[test]
    fn every_cause_is_said_once() {
        let quoting = anyhow!("no such file").context("figures/x.csv: no such file");
        assert_eq!(super::message(&quoting), "figures/x.csv: no such file");
        let plain = Err::<(), _>(anyhow!("no such file")).context("cannot write in figures");
        assert_eq!(
            super::message(&plain.unwrap_err()),
            "cannot write in figures: no such file"
        );
    }
}
