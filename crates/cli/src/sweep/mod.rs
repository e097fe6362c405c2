//! `ufm sweep`: the model at every point of a grid.
//!
//! A grid is numbered, a shard is a residue class of numbers, and a row says its number: so any part can be computed anywhere and
//! in any order, and the sorted file is the same. Rows are appended to `rows.partial.csv` as they come; when none is missing they
//! become `rows.csv`.

mod axis;
mod config;
mod folder;
mod grid;
mod merge;
mod point;
mod row;
mod run;
mod shard;
mod solve;

pub use config::Config;
pub use folder::{ROWS, SIDECAR, Sidecar};
pub use grid::{Grid, Grids};
pub use point::{Flow, Method, Point, StartKey};
pub use row::COLUMNS;
pub use shard::Shard;
pub use solve::{HalfTimes, solve};

use crate::{
    CliError, Outcome,
    cli::{SweepArgs, SweepCommand},
};

/// Carries out `ufm sweep` or `ufm sweep merge`.
///
/// # Errors
/// If the configuration is not allowed, shards do not fit, or files cannot be read or written.
pub fn run(arguments: &SweepArgs) -> Result<Outcome, CliError> {
    match &arguments.command {
        Some(SweepCommand::Merge(merge)) => merge::run(merge),
        None => run::run(arguments),
    }
}
