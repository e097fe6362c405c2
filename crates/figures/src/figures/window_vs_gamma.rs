//! The relative learning window against the weight exponent.

use serde::{Deserialize, Serialize};
use ufm_theory::{
    problem::{
        Count, EvenClasses, List, StepProfile, TabulatedExponent, TabulatedRatio, Weighting,
    },
    spectrum::StepSpectrum,
    windows,
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, COLUMN, Entry, LEFT, Panel, Pen, palette},
};

/// `window-vs-gamma`: relative learning window against the exponent γ.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Relative learning window against the exponent γ",
    caption: "Relative learning window ΔT of the projected flow against the exponent γ of the weights n^(−γ), for several \
              imbalance ratios R. The minimum is at γ = ½ for every R, and only there is it below √2 − 1 whatever R; \
              majority features are learned first to the left of it, minority features to the right.",
    claims: &[
        "equalising-exponent",
        "optimal-exponent",
        "reversed-order",
        "window-bound",
    ],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.window_vs_gamma),
    draw,
    frames: None,
};

const ID: &str = "window-vs-gamma";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratios: List<TabulatedRatio, 5>,
    gamma_from: TabulatedExponent,
    gamma_to: TabulatedExponent,
    points: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let mut table = Table::new(&["R", "γ", "ΔT", "first", "last"]);
    let (from, to) = (parameters.gamma_from.get(), parameters.gamma_to.get());
    if to <= from {
        return Err(FigureError::Refused(format!(
            "gamma-to = {to:?} must be above gamma-from = {from:?}"
        )));
    }
    for ratio in &parameters.ratios {
        let step = StepProfile::halves(parameters.classes.get(), ratio.get())?;
        for i in 0..=parameters.points.get() {
            let gamma = from + (to - from) * i as f64 / parameters.points.get() as f64;
            let weighting = Weighting::power(gamma)?;
            let found = windows::limiting(&StepSpectrum::new(&step, &weighting));
            table.push([
                ratio.get().into(),
                gamma.into(),
                found.relative.into(),
                found.first.name().into(),
                found.last.name().into(),
            ]);
        }
    }
    Ok(table)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let mut ratios: Vec<f64> = table.rows().map(|row| row.number("R")).collect();
    ratios.dedup();
    let gammas: Vec<f64> = table.rows().map(|row| row.number("γ")).collect();
    let (low, high) = ends(&gammas);
    let highest = table.rows().map(|row| row.number("ΔT")).fold(1.0, f64::max);
    let colors = [
        palette::BLUE,
        palette::GREEN,
        palette::ORANGE,
        palette::VERMILLION,
        palette::PURPLE,
    ];
    canvas::page(COLUMN, 176.0, |page| {
        let mut panel = Panel::new(
            page,
            "",
            Axis::automatic("exponent γ of the weights ∝ n⁻ᵞ", low, high),
            Axis::logarithmic("relative learning window ΔT", 0.08, 1.5 * highest),
        )?;
        panel.vertical(0.5, Pen::solid(palette::GREY, 0.6))?;
        panel.horizontal(
            windows::SUPREMUM,
            Pen::dashed(palette::BLACK, 0.8, 3.0, 2.0),
        )?;
        let mut entries = Vec::new();
        let words: Vec<String> = ratios
            .iter()
            .map(|r| format!("R = {}", canvas::short(*r)))
            .collect();
        for (index, ratio) in ratios.iter().enumerate() {
            let color = colors[index % colors.len()];
            let dashes = [
                None,
                Some((6.0, 1.5)),
                Some((3.0, 1.5)),
                Some((1.2, 1.2)),
                Some((8.0, 2.0)),
            ];
            let pen = match dashes[index % dashes.len()] {
                None => Pen::solid(color, 1.2),
                Some((on, off)) => Pen::dashed(color, 1.2, on, off),
            };
            let curve = table
                .rows()
                .filter(|row| row.number("R") == *ratio)
                .map(|row| (row.number("γ"), row.number("ΔT")));
            panel.line(curve, pen)?;
            entries.push(Entry {
                words: &words[index],
                color,
                pen: Some(pen),
                marker: None,
            });
        }
        panel.annotate(
            "√2 − 1",
            (low, windows::SUPREMUM),
            (3.0, 6.0),
            palette::BLACK,
            LEFT,
        )?;
        panel.annotate(
            "γ = ½",
            (0.5, 1.5 * highest),
            (3.0, 7.0),
            palette::GREY,
            LEFT,
        )?;
        panel.legend((0.40, 0.10), &entries)
    })
}

fn ends(values: &[f64]) -> (f64, f64) {
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| {
            (low.min(v), high.max(v))
        })
}
