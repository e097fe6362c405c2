//! Figures of real networks: one module a kind of figure, each for every data set.

pub mod accuracy;
pub mod architectures;
pub mod colour;
pub mod confusion;
pub mod interpolation;
pub mod ratio;
pub mod remedies;
mod series;
pub mod spectrum;
pub mod stopping;
pub mod width;

use ufm_networks::{experiment::Results, statistics::Interval, training::Checkpoint};

use crate::{FigureError, Table};

/// The exponents that figures over time show: 0, ½ and 1 where they were run, else the first three.
fn shown(results: &Results) -> Vec<f64> {
    let gammas = &results.experiment.gammas;
    let usual: Vec<f64> = gammas
        .iter()
        .copied()
        .filter(|g| [0.0, 0.5, 1.0].contains(g))
        .collect();
    if usual.len() == 3 {
        usual
    } else {
        gammas.iter().copied().take(3).collect()
    }
}

/// Mean and interval of one measure over the seeds; a single seed has an interval of width zero.
fn interval(
    id: &'static str,
    results: &Results,
    gamma: f64,
    step: usize,
    measure: impl Fn(&Checkpoint) -> f64,
) -> Result<Interval, FigureError> {
    interval_of(id, &results.values(gamma, step, measure))
}

/// Mean and interval of the values of some seeds.
fn interval_of(id: &'static str, values: &[f64]) -> Result<Interval, FigureError> {
    match *values {
        [mean] => Ok(Interval {
            mean,
            half_width: 0.0,
            n: 1,
        }),
        _ => Interval::of(values).map_err(FigureError::network(id)),
    }
}

/// The last step of a table: where training ends.
fn last_step(table: &Table) -> f64 {
    let steps = table.rows().map(|row| row.number("step"));
    steps.fold(1.0, f64::max)
}

/// What a reader has to know of the runs, for the title of a panel.
fn runs(table: &Table) -> String {
    let n = table
        .rows()
        .map(|row| row.number("seeds"))
        .fold(0.0, f64::max);
    let quick = table.rows().any(|row| row.number("quick") > 0.0);
    format!("{n} seeds{}", if quick { ", QUICK RUN" } else { "" })
}
