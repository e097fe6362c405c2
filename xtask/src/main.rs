//! The workspace's own commands. Dispatch only: the work is done by the crates.

mod cli;
mod data;
mod doc;
mod exit;
mod figures;
mod kept;
mod list;
mod pages;
mod progress;
mod prove;
mod report;
mod study;
mod verify;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let outcome = match cli::Cli::parse().command {
        cli::Command::Figures(arguments) => figures::run(&arguments),
        cli::Command::Study(arguments) => study::run(&arguments),
        cli::Command::Verify(arguments) => verify::run(&arguments),
        cli::Command::Prove(arguments) => prove::run(&arguments),
        cli::Command::Data(arguments) => data::run(&arguments),
        cli::Command::Doc(arguments) => doc::run(&arguments),
        cli::Command::Report(arguments) => report::run(&arguments),
        cli::Command::List => list::run(),
    };
    exit::report(outcome)
}
