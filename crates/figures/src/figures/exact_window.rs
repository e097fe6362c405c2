//! The window of the full reweighted flow against the imbalance ratio, for several scales.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Problem, Simulation, SimulationError, Solver};
use ufm_theory::{
    problem::{
        Count, EvenClasses, ImbalanceRatio, List, SimulatedScale, Start, StepProfile,
        TabulatedRatio, Weighting,
    },
    windows,
};

use super::Figure;
use crate::{
    Cell, FigureError, Reads, Table,
    canvas::{self, Axis, COLUMN, Entry, LEFT, Panel, Pen, palette},
};

/// `exact-window`: relative window of the full reweighted flow.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Relative window of the full reweighted flow",
    caption: "Relative learning window of the full flow at γ = ½ from the scaled spectral start, against the imbalance ratio R, \
              for several scales δ: half-amplitude times of its exact reduction. Solid black: the projected flow, whose \
              window does not depend on δ; dashed: √2 − 1. The full window closes as δ grows, and at small δ lies above the \
              projected one.",
    claims: &[
        "exact-window",
        "exact-window-bound",
        "exact-window-closes",
        "exact-reduction",
        "window-bound",
    ],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.exact_window),
    draw,
    frames: None,
};

const ID: &str = "exact-window";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    largest_ratio: TabulatedRatio,
    points: Count,
    deltas: List<SimulatedScale, 5>,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let mut table = Table::new(&["flow", "δ", "R", "ΔT"]);
    let ln_largest = parameters.largest_ratio.get().ln();
    let ratios: Vec<f64> = (0..=parameters.points.get())
        .map(|i| {
            (ln_largest * i as f64 / parameters.points.get() as f64)
                .exp()
                .max(1.0)
        })
        .collect();
    for &r in &ratios {
        let ratio = ImbalanceRatio::new(r)?;
        let projected = windows::reweighted_relative(ratio);
        table.push([
            "projected".into(),
            Cell::from(""),
            r.into(),
            projected.into(),
        ]);
    }
    for delta in &parameters.deltas {
        let windows = ratios
            .par_iter()
            .map(|&ratio| full_window(parameters.classes.get(), ratio, delta.get()))
            .collect::<Result<Vec<f64>, SimulationError>>()?;
        for (&r, window) in ratios.iter().zip(windows) {
            table.push(["full".into(), delta.get().into(), r.into(), window.into()]);
        }
    }
    Ok(table)
}

/// The relative window at `γ = ½` of the squared loss from the scaled spectral start, by the exact reduction.
pub(super) fn full_window(classes: usize, ratio: f64, delta: f64) -> Result<f64, SimulationError> {
    let step = StepProfile::halves(classes, ratio)?;
    window(&step, Weighting::power(0.5)?, Start::scaled(delta)?).map(resolved)
}

/// The relative window of the squared loss from a spectral start, by the exact reduction.
pub(super) fn window(
    step: &StepProfile,
    weighting: Weighting,
    start: Start,
) -> Result<f64, SimulationError> {
    let problem = Problem::step(step, weighting)?;
    let flow = Simulation::new(&problem, Initialisation::spectral(start)).solver(Solver::Reduced);
    let run = flow.at(&[])?;
    // The squared loss learns every mode that starts below half; figures' starts do.
    Ok(run.window().map_or(f64::NAN, |window| window.relative))
}

/// A relative window of times that a solver found at its tolerance of `1e-11`: without imbalance all modes are learned at once, and what
/// is left below [`RESOLUTION`] is the solver's error.
pub(super) fn resolved(window: f64) -> f64 {
    if window < RESOLUTION { 0.0 } else { window }
}

/// A hundred times the solver's tolerance.
const RESOLUTION: f64 = 1e-9;

fn draw(table: &Table) -> Result<String, FigureError> {
    let largest = table.rows().map(|row| row.number("R")).fold(10.0, f64::max);
    let mut deltas: Vec<f64> = table
        .select(&[("flow", "full")])
        .map(|row| row.number("δ"))
        .collect();
    deltas.dedup();
    let looks = [
        (palette::BLUE, None),
        (palette::GREEN, Some((6.0, 1.5))),
        (palette::ORANGE, Some((3.0, 1.5))),
        (palette::VERMILLION, Some((1.2, 1.2))),
        (palette::PURPLE, Some((8.0, 2.0))),
    ];
    canvas::page(COLUMN, 180.0, |page| {
        let mut panel = Panel::new(
            page,
            "",
            Axis::logarithmic("imbalance ratio R", 1.0, largest).every(3),
            Axis::linear(
                "relative learning window ΔT",
                0.0,
                0.68,
                &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5],
            ),
        )?;
        let projected = Pen::solid(palette::BLACK, 1.0);
        panel.horizontal(
            windows::SUPREMUM,
            Pen::dashed(palette::BLACK, 0.8, 3.0, 2.0),
        )?;
        let curve = table.select(&[("flow", "projected")]);
        panel.line(
            curve.map(|row| (row.number("R"), row.number("ΔT"))),
            projected,
        )?;
        let words: Vec<String> = deltas.iter().map(|delta| format!("δ = {delta}")).collect();
        let mut entries = Vec::new();
        for (index, (delta, words)) in deltas.iter().zip(&words).enumerate() {
            let (color, dash) = looks[index % looks.len()];
            let pen = match dash {
                None => Pen::solid(color, 1.3),
                Some((on, off)) => Pen::dashed(color, 1.3, on, off),
            };
            let curve = table
                .select(&[("flow", "full")])
                .filter(|row| row.number("δ") == *delta)
                .map(|row| (row.number("R"), row.number("ΔT")));
            panel.line(curve, pen)?;
            entries.push(Entry {
                words,
                color,
                pen: Some(pen),
                marker: None,
            });
        }
        entries.push(Entry {
            words: "projected flow",
            color: palette::BLACK,
            pen: Some(projected),
            marker: None,
        });
        panel.annotate(
            "√2 − 1",
            (largest, windows::SUPREMUM),
            (-30.0, -6.0),
            palette::BLACK,
            LEFT,
        )?;
        panel.legend((0.03, 0.02), &entries)
    })
}
