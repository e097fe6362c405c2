//! When modes are learned under the cross-entropy, beside the squared loss.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver, Trajectory};
use ufm_theory::{
    cross_entropy,
    exact_flow::growth,
    problem::{
        Count, EvenClasses, List, SimulatedScale, Start, StepProfile, TabulatedRatio, Weighting,
    },
    spectrum::Mode,
    windows,
};

use super::{
    Figure,
    exact_window::{full_window, resolved},
};
use crate::{
    Cell, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, LEFT, Marker, Panel, Pen, palette},
};

/// `cross-entropy-times`: when modes are learned under the cross-entropy.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "When modes are learned under the cross-entropy",
    caption: "Half-amplitude times under the exact flow of the cross-entropy from the scaled start. (a) Modes within the groups: how much \
              earlier than δ/ρ, in units of 1/ρ, without weights and for γ = ½ and 1; shaded, between the proved bounds. (b) Time of minority \
              modes over that of majority modes: dots; lines, the limit R^(½−γ) of both losses. (c) Relative window at γ = ½: solid, the \
              cross-entropy; dotted in the same colour, the squared loss; dashed black, √2 − 1, which the cross-entropy exceeds at large R.",
    claims: &[
        "cross-entropy-groups",
        "cross-entropy-window",
        "cross-entropy-reduction",
    ],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.cross_entropy_times),
    draw,
    frames: None,
};

const ID: &str = "cross-entropy-times";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    largest_delta: SimulatedScale,
    delta: SimulatedScale,
    largest_ratio: TabulatedRatio,
    deltas: List<SimulatedScale, 4>,
    points: Count,
}

/// Weight exponents shown.
const GAMMAS: [f64; 3] = [0.0, 0.5, 1.0];

/// Scale from which panel (a) starts: above `½ ln 2`, where modes start below half.
const SMALLEST_DELTA: f64 = 0.5;

fn check(parameters: &Parameters) -> Result<(), FigureError> {
    let refuse = |message: String| Err(FigureError::Refused(message));
    let scales = [parameters.largest_delta, parameters.delta];
    for delta in scales
        .iter()
        .chain(&parameters.deltas)
        .map(|delta| delta.get())
    {
        if delta < SMALLEST_DELTA {
            return refuse(format!(
                "a scale of {delta:?} is not allowed: at least {SMALLEST_DELTA}"
            ));
        }
    }
    if parameters.largest_delta.get() < 1.0 {
        return refuse("largest-delta is not allowed: at least 1".to_owned());
    }
    if parameters.largest_ratio.get() < 10.0 {
        return refuse("largest-ratio is not allowed: at least 10".to_owned());
    }
    Ok(())
}

/// Half-amplitude times up to `end`.
fn half_times(
    step: &StepProfile,
    gamma: f64,
    delta: f64,
    end: f64,
) -> Result<Trajectory, FigureError> {
    let weighting = Weighting::power(gamma)?;
    let start = Start::scaled(delta)?;
    Problem::step(step, weighting)
        .and_then(|problem| problem.with_loss(Loss::CROSS_ENTROPY))
        .and_then(|problem| {
            Simulation::new(&problem, Initialisation::spectral(start))
                .solver(Solver::Reduced)
                .until(end)
                .at(&[])
        })
        .map_err(FigureError::from)
}

fn step(classes: usize, ratio: f64) -> Result<StepProfile, FigureError> {
    StepProfile::halves(classes, ratio).map_err(FigureError::from)
}

/// A mode within a group: its rate, and earliest and latest half-amplitude time.
type Group = (Mode, f64, f64, f64);

/// The modes within the groups, and when they are learned.
fn groups(
    step: &StepProfile,
    gamma: f64,
    delta: f64,
) -> Result<(Vec<Group>, Trajectory), FigureError> {
    let weighting = Weighting::power(gamma)?;
    let start = Start::scaled(delta)?;
    let mut groups = Vec::new();
    for mode in [Mode::Majority, Mode::Minority] {
        let bounds = cross_entropy::half_amplitude_time(step, &weighting, mode, &start)?;
        if let Some(bounds) = bounds {
            let rate = growth::step_ln_rate(step, &weighting, mode).exp();
            groups.push((mode, rate, *bounds.start(), *bounds.end()));
        }
    }
    let end = groups.iter().fold(0.0, |end: f64, group| end.max(group.3));
    let half = half_times(step, gamma, delta, end)?;
    Ok((groups, half))
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    check(parameters)?;
    let classes = parameters.classes.get();
    let last = parameters.points.get();
    let fraction = |i: usize| i as f64 / last as f64;
    let along = |i: usize| {
        let largest = parameters.largest_delta.get();
        SMALLEST_DELTA * (largest / SMALLEST_DELTA).powf(fraction(i))
    };
    let ratios = |i: usize| parameters.largest_ratio.get().powf(fraction(i));
    let mut table = Table::new(&["quantity", "γ", "mode", "δ", "R", "value"]);
    let early = (0..=last)
        .into_par_iter()
        .map(|i| early(classes, parameters.ratio.get(), along(i)))
        .collect::<Result<Vec<_>, FigureError>>()?;
    for (quantity, gamma, mode, delta, value) in early.into_iter().flatten() {
        table.push([
            quantity.into(),
            gamma.into(),
            mode.into(),
            delta.into(),
            parameters.ratio.get().into(),
            value.into(),
        ]);
    }
    let delta = parameters.delta.get();
    let jobs: Vec<(f64, f64)> = GAMMAS
        .iter()
        .flat_map(|&gamma| (0..=last).map(move |i| (gamma, ratios(i))))
        .collect();
    let found = jobs
        .par_iter()
        .map(|&(gamma, ratio)| {
            let (_, half) = groups(&step(classes, ratio)?, gamma, delta)?;
            Ok(half
                .half_time(Mode::Minority)
                .zip(half.half_time(Mode::Majority))
                .map(|(minority, majority)| minority / majority))
        })
        .collect::<Result<Vec<Option<f64>>, FigureError>>()?;
    for (&(gamma, ratio), found) in jobs.iter().zip(found) {
        let quantities = [
            ("limit ratio", Some(ratio.powf(0.5 - gamma))),
            ("ratio", found),
        ];
        for (quantity, value) in quantities {
            if let Some(value) = value {
                table.push([
                    quantity.into(),
                    gamma.into(),
                    Cell::from(""),
                    delta.into(),
                    ratio.into(),
                    value.into(),
                ]);
            }
        }
    }
    let jobs: Vec<(f64, f64)> = parameters
        .deltas
        .iter()
        .flat_map(|delta| (0..=last).map(move |i| (delta.get(), ratios(i))))
        .collect();
    let windows = jobs
        .par_iter()
        .map(|&(delta, ratio)| windows(classes, ratio, delta))
        .collect::<Result<Vec<_>, FigureError>>()?;
    for (&(delta, ratio), (squared, cross)) in jobs.iter().zip(windows) {
        for (quantity, value) in [("window, squared loss", Some(squared)), ("window", cross)] {
            if let Some(value) = value {
                table.push([
                    quantity.into(),
                    0.5.into(),
                    Cell::from(""),
                    delta.into(),
                    ratio.into(),
                    value.into(),
                ]);
            }
        }
    }
    Ok(table)
}

/// Panel (a) at one scale: quantity, exponent, mode, scale and `δ − ρt`.
type Early = (&'static str, f64, &'static str, f64, f64);

fn early(classes: usize, ratio: f64, delta: f64) -> Result<Vec<Early>, FigureError> {
    let step = step(classes, ratio)?;
    let mut rows = Vec::new();
    for gamma in GAMMAS {
        let (groups, half) = groups(&step, gamma, delta)?;
        for (mode, rate, earliest, latest) in groups {
            if gamma == 0.0 && mode == Mode::Majority {
                rows.push((
                    "earliest",
                    gamma,
                    mode.name(),
                    delta,
                    delta - rate * earliest,
                ));
                rows.push(("latest", gamma, mode.name(), delta, delta - rate * latest));
            }
            if let Some(time) = half.half_time(mode) {
                rows.push(("early by", gamma, mode.name(), delta, delta - rate * time));
            }
        }
    }
    Ok(rows)
}

/// The relative windows at `γ = ½` of the squared loss and, if all modes are learned in time, of the cross-entropy.
fn windows(classes: usize, ratio: f64, delta: f64) -> Result<(f64, Option<f64>), FigureError> {
    let squared = full_window(classes, ratio, delta)?;
    let half = half_times(&step(classes, ratio)?, 0.5, delta, 10.0 * delta)?;
    let learned = half.unlearned().is_empty();
    Ok((
        squared,
        learned.then(|| {
            half.window()
                .map_or(f64::NAN, |window| resolved(window.relative))
        }),
    ))
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let points =
        |quantity: &str, x: &str, keep: &dyn Fn(f64, &str, f64) -> bool| -> Vec<(f64, f64)> {
            table
                .rows()
                .filter(|row| row.text("quantity") == quantity)
                .filter(|row| keep(row.number("γ"), row.text("mode"), row.number("δ")))
                .map(|row| (row.number(x), row.number("value")))
                .collect()
        };
    let of = |quantity: &str, column: &str| -> Vec<f64> {
        let mut found: Vec<f64> = table
            .rows()
            .filter(|row| row.text("quantity") == quantity)
            .map(|row| row.number(column))
            .collect();
        found.dedup();
        found
    };
    let greatest = |values: &[f64]| values.iter().copied().fold(10.0, f64::max);
    let (largest_delta, largest) = (
        of("early by", "δ").into_iter().fold(1.0, f64::max),
        greatest(&of("window", "R")),
    );
    let colours = palette::SERIES;
    let shapes = [Marker::Disc, Marker::Ring, Marker::Triangle];
    canvas::page(FULL, 180.0, |page| {
        let areas = page.split_evenly((1, 3));
        let [first, second, third] = areas.as_slice() else {
            return Ok(());
        };
        let mut panel = Panel::new(
            first,
            "(a) modes within groups",
            Axis::logarithmic("scale δ", SMALLEST_DELTA, largest_delta),
            Axis::linear("earlier by δ − ρt", 0.0, 0.6, &[0.0, 0.1, 0.2, 0.3, 0.4]),
        )?;
        let all = |_: f64, _: &str, _: f64| true;
        let band: Vec<(f64, f64, f64)> = points("earliest", "δ", &all)
            .into_iter()
            .zip(points("latest", "δ", &all))
            .map(|((x, high), (_, low))| (x, low, high))
            .collect();
        panel.area(&band, palette::FAINT)?;
        let mut entries = Vec::new();
        let words: Vec<String> = GAMMAS
            .iter()
            .map(|&gamma| canvas::exponent(gamma))
            .collect();
        for (index, (&gamma, words)) in GAMMAS.iter().zip(&words).enumerate() {
            let (color, shape) = (colours[index], shapes[index]);
            let here = points("early by", "δ", &|g, _, _| g == gamma);
            panel.markers(here, shape, color)?;
            entries.push(Entry {
                words,
                color,
                pen: None,
                marker: Some(shape),
            });
        }
        panel.legend((0.5, 0.0), &entries)?;
        let mut panel = Panel::new(
            second,
            "(b) minority over majority",
            Axis::logarithmic("imbalance ratio R", 1.0, largest).every(2),
            Axis::logarithmic("ratio of times", largest.powf(-0.5), largest.powf(0.5)).every(2),
        )?;
        for (index, &gamma) in GAMMAS.iter().enumerate() {
            let (color, shape) = (colours[index], shapes[index]);
            panel.line(
                points("limit ratio", "R", &|g, _, _| g == gamma),
                Pen::solid(color, 1.0),
            )?;
            panel.markers(points("ratio", "R", &|g, _, _| g == gamma), shape, color)?;
        }
        panel.legend((0.04, 0.0), &entries)?;
        let mut panel = Panel::new(
            third,
            "(c) window at γ = ½",
            Axis::logarithmic("imbalance ratio R", 1.0, largest).every(2),
            Axis::linear("relative window ΔT", 0.0, 0.72, &[0.0, 0.1, 0.2, 0.3, 0.4]),
        )?;
        panel.horizontal(
            windows::SUPREMUM,
            Pen::dashed(palette::BLACK, 0.8, 3.0, 2.0),
        )?;
        let deltas = of("window", "δ");
        let words: Vec<String> = deltas.iter().map(|delta| format!("δ = {delta}")).collect();
        let mut entries = Vec::new();
        for (index, (&delta, words)) in deltas.iter().zip(&words).enumerate() {
            let color = colours[index % colours.len()];
            let pen = Pen::solid(color, 1.3);
            panel.line(points("window", "R", &|_, _, d| d == delta), pen)?;
            panel.line(
                points("window, squared loss", "R", &|_, _, d| d == delta),
                Pen::dashed(color, 1.3, 1.2, 1.4),
            )?;
            entries.push(Entry {
                words,
                color,
                pen: Some(pen),
                marker: None,
            });
        }
        entries.push(Entry {
            words: "squared loss",
            color: palette::BLACK,
            pen: Some(Pen::dashed(palette::BLACK, 1.3, 1.2, 1.4)),
            marker: None,
        });
        panel.annotate(
            "√2 − 1",
            (1.0, windows::SUPREMUM),
            (4.0, -6.0),
            palette::BLACK,
            LEFT,
        )?;
        panel.legend((0.04, 0.0), &entries)
    })
}
