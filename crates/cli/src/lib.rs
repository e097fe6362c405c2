//! The command `ufm`: what the theory says about a data set, and the model over grids of parameters.
//!
//! | module | what it holds |
//! |---|---|
//! | [`cli`] | the command line, in one place with its help |
//! | [`advise`] | `ufm advise`: which weights, and when to stop |
//! | [`sweep`] | `ufm sweep`: grids, shards, resumption, merging |
//!
//! Commands print their result on standard output; what went wrong is one message on standard error.

pub mod advise;
pub mod cli;
mod error;
mod exit;
pub mod sweep;
mod tables;

pub use error::CliError;
pub use exit::Outcome;

use clap::Parser as _;

/// Reads the command line, does what it says, and turns the result into an exit code.
pub fn main() -> std::process::ExitCode {
    exit::report(run(&cli::Cli::parse()))
}

/// Carries out one command.
///
/// # Errors
/// [`CliError`] if the command could not be carried out.
pub fn run(command: &cli::Cli) -> Result<Outcome, CliError> {
    match &command.command {
        cli::Command::Advise(arguments) => advise::run(arguments),
        cli::Command::Sweep(arguments) => sweep::run(arguments),
    }
}
