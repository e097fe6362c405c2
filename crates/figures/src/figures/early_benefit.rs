//! Training accuracy and margin of majority and minority classes over time, from random starts.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Problem, Simulation, Trajectory};
use ufm_theory::problem::{
    Count, EvenClasses, LearningTimes, List, Normalisation, Seed, SimulatedScale, StepProfile,
    TabulatedExponent, TabulatedRatio, Weighting,
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
};

/// `early-benefit`: the early benefit of re-weighting and its end.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "The early benefit of re-weighting and its end",
    caption: "Training accuracy (a, the first part enlarged) and margin (b) of majority and minority classes under gradient flow on the full matrices, \
              vanilla and reweighted, from the same seeded random starts: mean over seeds, band from least to largest. The weights \
              have mean one over the samples, so both losses are on one scale. Re-weighting brings the minority forward in time \
              at a small cost to the majority; at convergence both interpolate, every margin is 1 and nothing is left of \
              the difference.",
    claims: &["early-benefit", "terminal-interpolation"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.early_benefit),
    draw,
    frames: None,
};

const ID: &str = "early-benefit";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    minority_samples: Count,
    width: Count,
    delta: SimulatedScale,
    gamma: TabulatedExponent,
    seeds: List<Seed, 100>,
    end: LearningTimes,
    samples: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())
        .and_then(|step| step.with_minority_size(parameters.minority_samples.get() as f64))?;
    // Time in units of the limiting learning time of the minority modes of vanilla training, δ/σ_min.
    let unit = parameters.delta.get() / step.minority_size().sqrt();
    let taus: Vec<f64> = (0..=parameters.samples.get())
        .map(|i| parameters.end.get() * i as f64 / parameters.samples.get() as f64)
        .collect();
    let mut table = Table::new(&[
        "weights",
        "group",
        "t [δ/σ_min]",
        "accuracy mean",
        "accuracy least",
        "accuracy largest",
        "margin mean",
        "margin least",
        "margin largest",
    ]);
    for (weights, gamma) in [("vanilla", 0.0), ("reweighted", parameters.gamma.get())] {
        // Mean one over the samples, as in practice: the same scale of loss and of step size.
        let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
        let problem = Problem::step(&step, weighting)?;
        let runs = parameters
            .seeds
            .get()
            .par_iter()
            .map(|&seed| {
                let start = Initialisation::gaussian(parameters.delta.get(), seed.get() as u64)?
                    .with_dimension(parameters.width.get());
                let times: Vec<f64> = taus.iter().map(|tau| tau * unit).collect();
                Simulation::new(&problem, start)
                    .matrices()
                    .tolerance(1e-8)
                    .until(parameters.end.get() * unit)
                    .at(&times)
            })
            .collect::<Result<Vec<Trajectory>, _>>()?;
        for (group, name) in ["majority", "minority"].into_iter().enumerate() {
            for (index, tau) in taus.iter().enumerate() {
                let over_seeds =
                    |value: fn(&ufm_simulation::GroupMoment) -> Option<f64>| {
                        summary(runs.iter().map(|run| {
                            value(&run.moments[index].groups[group]).unwrap_or(f64::NAN)
                        }))
                    };
                let (accuracy, margin) = (over_seeds(|g| g.accuracy), over_seeds(|g| g.margin));
                table.push([
                    weights.into(),
                    name.into(),
                    (*tau).into(),
                    accuracy.0.into(),
                    accuracy.1.into(),
                    accuracy.2.into(),
                    margin.0.into(),
                    margin.1.into(),
                    margin.2.into(),
                ]);
            }
        }
    }
    Ok(table)
}

/// Mean, least and largest.
fn summary(values: impl Iterator<Item = f64> + Clone) -> (f64, f64, f64) {
    let count = values.clone().count() as f64;
    (
        values.clone().sum::<f64>() / count,
        values.clone().fold(f64::INFINITY, f64::min),
        values.fold(f64::NEG_INFINITY, f64::max),
    )
}

const SERIES: [(&str, &str, plotters::style::RGBColor, Pen); 4] = [
    (
        "vanilla",
        "majority",
        palette::BLUE,
        Pen::solid(palette::BLUE, 1.3),
    ),
    (
        "vanilla",
        "minority",
        palette::VERMILLION,
        Pen::solid(palette::VERMILLION, 1.3),
    ),
    (
        "reweighted",
        "majority",
        palette::BLUE,
        Pen::dashed(palette::BLUE, 1.3, 3.0, 1.5),
    ),
    (
        "reweighted",
        "minority",
        palette::VERMILLION,
        Pen::dashed(palette::VERMILLION, 1.3, 3.0, 1.5),
    ),
];

fn draw(table: &Table) -> Result<String, FigureError> {
    let end = table
        .rows()
        .map(|row| row.number("t [δ/σ_min]"))
        .fold(0.0, f64::max);
    canvas::page(FULL, 180.0, |page| {
        let (left, right) = page.split_horizontally(canvas::units(FULL / 2.0));
        let settled = settling_time(table).min(end);
        let lowest = table
            .rows()
            .map(|row| row.number("margin least"))
            .fold(0.0, f64::min);
        for (area, title, quantity, y, end) in [
            (
                &left,
                "(a) training accuracy, enlarged",
                "accuracy",
                Axis::linear("accuracy", 0.0, 1.05, &[0.0, 0.25, 0.5, 0.75, 1.0]),
                1.25 * settled,
            ),
            (
                &right,
                "(b) margin, through to convergence",
                "margin",
                Axis::automatic("mean margin", lowest.min(-0.05), 1.08),
                end,
            ),
        ] {
            let x = Axis::automatic("time t, in units of δ/σ of the minority", 0.0, end);
            let mut panel = Panel::new(area, title, x, y)?;
            let columns = ["mean", "least", "largest"].map(|word| format!("{quantity} {word}"));
            for (weights, group, color, _) in SERIES {
                let band: Vec<(f64, f64, f64)> = rows(table, weights, group)
                    .map(|row| {
                        (
                            row.number("t [δ/σ_min]"),
                            row.number(&columns[1]),
                            row.number(&columns[2]),
                        )
                    })
                    .collect();
                panel.band(&band, color)?;
            }
            for (weights, group, _, pen) in SERIES {
                let mean = rows(table, weights, group)
                    .map(|row| (row.number("t [δ/σ_min]"), row.number(&columns[0])));
                panel.line(mean, pen)?;
            }
            if quantity == "margin" {
                let words = SERIES.map(|(weights, group, ..)| format!("{group}, {weights}"));
                let entries: Vec<Entry<'_>> = SERIES
                    .iter()
                    .zip(&words)
                    .map(|((_, _, color, pen), words)| Entry {
                        words,
                        color: *color,
                        pen: Some(*pen),
                        marker: None,
                    })
                    .collect();
                panel.legend((0.52, 0.5), &entries)?;
            }
        }
        Ok(())
    })
}

/// The time from which on every accuracy is 1.
fn settling_time(table: &Table) -> f64 {
    table
        .rows()
        .filter(|row| row.number("accuracy least") < 1.0)
        .map(|row| row.number("t [δ/σ_min]"))
        .fold(0.0, f64::max)
}

fn rows<'a>(
    table: &'a Table,
    weights: &'a str,
    group: &'a str,
) -> impl Iterator<Item = crate::Row<'a>> {
    table
        .rows()
        .filter(move |row| row.text("weights") == weights && row.text("group") == group)
}
