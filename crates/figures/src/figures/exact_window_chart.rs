//! Where the window of the full reweighted flow passes given levels, over scale and imbalance ratio, from both spectral starts.

use plotters::style::RGBColor;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_theory::{
    numerics::root::threshold,
    problem::{
        Count, EvenClasses, List, Shape, SimulatedScale, Start, StepProfile, TabulatedRatio,
        TabulatedSize, Weighting,
    },
    windows,
};

use super::Figure;
use crate::{
    Cell, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Marker, Panel, Pen, palette},
};

/// `exact-window-chart`: relative window of the full reweighted flow over δ and R.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Relative window of the full reweighted flow over δ and R",
    caption: "Relative learning window ΔT of the full flow at γ = ½ over the scale δ of the start and the imbalance ratio R, from the \
              scaled and from the plain spectral start. Boundaries of the shades are where ΔT passes the levels, found by bisection on \
              the exact reduction. From the scaled start ΔT is below √2 − 1 everywhere (proved); from the plain start it passes √2 − 1 \
              on the black line: at fixed δ any R beyond it breaks the bound, at fixed R every δ to the right of it keeps it.",
    claims: &["exact-window", "exact-window-bound", "exact-reduction"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.exact_window_chart),
    draw,
    frames: None,
};

const ID: &str = "exact-window-chart";

/// Shades of increasing levels (the blues of Brewer, *ColorBrewer* 2.0), one fewer than there are.
const SHADES: [RGBColor; 6] = [
    RGBColor(222, 235, 247),
    RGBColor(198, 219, 239),
    RGBColor(158, 202, 225),
    RGBColor(107, 174, 214),
    RGBColor(66, 146, 198),
    RGBColor(33, 113, 181),
];

/// Above `√2 − 1`.
const BROKEN: RGBColor = RGBColor(247, 204, 150);

/// Imbalance ratios per decade that are tried to see which levels lie between.
const PER_DECADE: f64 = 2.0;

/// Lines are followed this factor beyond the top of the chart, so that they leave it where they do.
const BEYOND: f64 = 1e3;

/// Bisections of half a decade: `ln R` to `2·10⁻⁶`.
const BISECTIONS: usize = 19;

/// A level is passed by more than this, above the error of a window: from the scaled start windows come closer to `√2 − 1` than that.
const ERROR: f64 = 1e-7;

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    delta_from: SimulatedScale,
    delta_to: SimulatedScale,
    largest_ratio: TabulatedRatio,
    points: Count,
    levels: List<TabulatedSize, { SHADES.len() }>,
}

impl Parameters {
    /// The levels, with `√2 − 1` last.
    fn checked(&self) -> Result<Vec<f64>, FigureError> {
        let refuse = |message: String| FigureError::Refused(message);
        let (from, to) = (self.delta_from.get(), self.delta_to.get());
        let least = 0.5 * std::f64::consts::LN_2;
        if !(from > least && to > from) {
            return Err(refuse(format!(
                "delta-from = {from:?} and delta-to = {to:?} are not allowed: delta-from must be above {least:.4}, where modes start below half, and below delta-to"
            )));
        }
        let levels: Vec<f64> = self.levels.iter().map(|level| level.get()).collect();
        let with_last: Vec<f64> = levels.iter().copied().chain([windows::SUPREMUM]).collect();
        if !with_last.is_sorted_by(|a, b| a < b) {
            return Err(refuse(format!(
                "levels = {levels:?} are not allowed: increasing, all below √2 − 1"
            )));
        }
        Ok(with_last)
    }
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let levels = parameters.checked()?;
    let last = parameters.points.get();
    let (from, to) = (parameters.delta_from.get(), parameters.delta_to.get());
    let columns: Vec<(Shape, f64)> = [Shape::Scaled, Shape::Plain]
        .into_iter()
        .flat_map(|shape| {
            (0..=last).map(move |i| (shape, from * (to / from).powf(i as f64 / last as f64)))
        })
        .collect();
    let found = columns
        .par_iter()
        .map(|&(shape, delta)| passes(parameters, shape, delta, &levels))
        .collect::<Result<Vec<_>, FigureError>>()?;
    let mut table = Table::new(&["start", "δ", "ΔT", "R"]);
    for (&(shape, delta), found) in columns.iter().zip(&found) {
        for (&level, ratio) in levels.iter().zip(found) {
            let ratio = ratio.map_or_else(|| Cell::from(""), Cell::from);
            table.push([name(shape).into(), delta.into(), level.into(), ratio]);
        }
    }
    Ok(table)
}

fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Scaled => "scaled",
        Shape::Plain => "plain",
    }
}

/// For each level the smallest `R` at which the window passes it; `None` if it does not up to the largest that is tried.
fn passes(
    parameters: &Parameters,
    shape: Shape,
    delta: f64,
    levels: &[f64],
) -> Result<Vec<Option<f64>>, FigureError> {
    let start = Start::new(shape, delta)?;
    let weighting = Weighting::power(0.5)?;
    let window = |ln_ratio: f64| -> Result<f64, FigureError> {
        let step = StepProfile::halves(parameters.classes.get(), ln_ratio.exp())?;
        super::exact_window::window(&step, weighting, start).map_err(FigureError::from)
    };
    let largest = (parameters.largest_ratio.get() * BEYOND).ln();
    let steps = (largest / std::f64::consts::LN_10 * PER_DECADE).ceil();
    let place = |i: f64| largest * i / steps;
    let mut found = vec![None; levels.len()];
    let mut i = 0.0;
    while i < steps && found.iter().any(Option::is_none) {
        let after = window(place(i + 1.0))?;
        for (&level, found) in levels.iter().zip(&mut found) {
            if found.is_none() && after >= level + ERROR {
                let passed = |ln_ratio: f64| window(ln_ratio).map(|window| window >= level + ERROR);
                let place = threshold((place(i), place(i + 1.0)), BISECTIONS, passed)?;
                *found = Some(place.exp());
            }
        }
        i += 1.0;
    }
    Ok(found)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let deltas: Vec<f64> = table.rows().map(|row| row.number("δ")).collect();
    let (left, right) = (
        deltas.iter().copied().fold(f64::INFINITY, f64::min),
        deltas.iter().copied().fold(0.0, f64::max),
    );
    let top = table.rows().map(|row| row.number("R")).fold(10.0, f64::max);
    let top = 10_f64.powf((top / BEYOND).log10().ceil().max(1.0));
    let mut levels: Vec<f64> = Vec::new();
    for row in table.rows() {
        let level = row.number("ΔT");
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    let shade = |index: usize| match index + 1 == levels.len() {
        true => BROKEN,
        false => SHADES[index % SHADES.len()],
    };
    canvas::page(FULL, 190.0, |page| {
        let width = 0.42 * FULL;
        let (first, rest) = page.split_horizontally(canvas::units(width));
        let (second, key) = rest.split_horizontally(canvas::units(width));
        for (area, title, start) in [
            (&first, "(a) scaled spectral start", "scaled"),
            (&second, "(b) plain spectral start", "plain"),
        ] {
            let ratio = Axis::logarithmic("imbalance ratio R", 1.0, top).every(3);
            let mut panel = Panel::new(
                area,
                title,
                Axis::logarithmic("scale δ of the start", left, right),
                ratio,
            )?;
            for (index, &level) in levels.iter().enumerate() {
                let line: Vec<(f64, f64)> = table
                    .select(&[("start", start)])
                    .filter(|row| row.number("ΔT") == level)
                    .map(|row| (row.number("δ"), row.number("R")))
                    .filter(|(_, ratio)| !ratio.is_nan())
                    .collect();
                let above: Vec<(f64, f64, f64)> = below_top(&line, top)
                    .into_iter()
                    .map(|(delta, ratio)| (delta, ratio, top))
                    .collect();
                if above.len() > 1 {
                    panel.area(&above, shade(index))?;
                }
                if index + 1 == levels.len() {
                    panel.line(line, Pen::solid(palette::BLACK, 1.4))?;
                }
            }
        }
        let words: Vec<String> = levels
            .iter()
            .enumerate()
            .map(|(index, &level)| match index + 1 == levels.len() {
                true => "above √2 − 1".to_owned(),
                false => format!("above {level}"),
            })
            .collect();
        let entries: Vec<Entry<'_>> = words
            .iter()
            .enumerate()
            .rev()
            .map(|(index, words)| Entry {
                words,
                color: shade(index),
                pen: None,
                marker: Some(Marker::Square),
            })
            .collect();
        canvas::write(
            &key,
            "window ΔT",
            (4.0, 24.0),
            canvas::text(canvas::SMALL, palette::BLACK),
            canvas::LEFT,
        )?;
        canvas::legend(&key, (0.0, 30.0), &entries)
    })
}

/// The part of a line that is below the top, its ends on it, straight in logarithms.
fn below_top(line: &[(f64, f64)], top: f64) -> Vec<(f64, f64)> {
    let mut kept = Vec::with_capacity(line.len() + 1);
    for (index, &(x, y)) in line.iter().enumerate() {
        let neighbours = [index.checked_sub(1), Some(index + 1)];
        if y <= top {
            kept.push((x, y));
            continue;
        }
        // Beyond: only the point where the line leaves or enters, if a neighbour is below.
        for (u, v) in neighbours.into_iter().flatten().filter_map(|i| line.get(i)) {
            if *v < top {
                let part = (top / v).ln() / (y / v).ln();
                kept.push((u * (x / u).powf(part), top));
            }
        }
    }
    kept
}
