//! Early growth rates of exponential long tails.

use serde::{Deserialize, Serialize};
use ufm_theory::{
    exact_flow::GrowthRates,
    problem::{
        ClassProfile, Count, List, TabulatedExponent, TabulatedRatio, TabulatedSize, Weighting,
    },
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Marker, Panel, Pen, palette},
};

/// `long-tail-growth`: early growth rates of long-tailed classes.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Early growth rates of long-tailed classes",
    caption: "Growth rates ρ of the exact flow out of a small start, the singular values of ZΩ, for exponentially long-tailed class \
              sizes n (ratio R of largest to smallest) and weights n^(−γ), relative to the largest. Each lies between the values n^(½−γ) of two \
              classes of neighbouring sizes, and is placed there, from head to tail. Without weights they fall by about √R; at γ = ½ \
              they are exactly equal for every number of classes; at γ = 1 they are as unequal again, tail first.",
    claims: &["growth-rates", "growth-flat"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.long_tail_growth),
    draw,
    frames: None,
};

const ID: &str = "long-tail-growth";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: List<Count, 4>,
    largest: TabulatedSize,
    ratio: TabulatedRatio,
    gammas: List<TabulatedExponent, 5>,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let mut table = Table::new(&["γ", "k", "place from head to tail", "ρ/ρ_max"]);
    for gamma in &parameters.gammas {
        let weighting = Weighting::power(gamma.get())?;
        for classes in &parameters.classes {
            let (largest, ratio) = (parameters.largest.get(), parameters.ratio.get());
            let profile = ClassProfile::long_tail(classes.get(), largest, ratio)?;
            let growth = GrowthRates::new(&profile, &weighting);
            // Rates interlace n^(1 − 2γ): each lies between two classes of neighbouring sizes.
            let mut ln_rates = growth.ln_rates().to_vec();
            let largest = ln_rates[0];
            if gamma.get() > 0.5 {
                ln_rates.reverse();
            }
            for (index, ln_rate) in ln_rates.iter().enumerate() {
                table.push([
                    gamma.get().into(),
                    classes.get().into(),
                    ((index as f64 + 0.5) / ln_rates.len() as f64).into(),
                    (ln_rate - largest).exp().into(),
                ]);
            }
        }
    }
    Ok(table)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let gammas = table.distinct_numbers("γ");
    let classes = table.distinct_numbers("k");
    let lowest = table
        .rows()
        .map(|row| row.number("ρ/ρ_max"))
        .fold(1.0, f64::min);
    let words: Vec<String> = classes
        .iter()
        .map(|k| format!("k = {}", canvas::short(*k)))
        .collect();
    let pens = [
        (palette::VERMILLION, Pen::solid(palette::VERMILLION, 1.2)),
        (palette::BLUE, Pen::dashed(palette::BLUE, 1.2, 5.0, 1.5)),
        (palette::GREEN, Pen::solid(palette::GREEN, 1.2)),
        (palette::PURPLE, Pen::dashed(palette::PURPLE, 1.2, 8.0, 2.0)),
    ];
    let entries: Vec<Entry<'_>> = words
        .iter()
        .enumerate()
        .map(|(index, words)| {
            let (color, pen) = pens[index % pens.len()];
            Entry {
                words,
                color,
                pen: (classes[index] > 20.0).then_some(pen),
                marker: (classes[index] <= 20.0).then_some(Marker::Disc),
            }
        })
        .collect();
    canvas::page(FULL, 160.0, |page| {
        for (index, (area, gamma)) in page
            .split_evenly((1, gammas.len().max(1)))
            .iter()
            .zip(&gammas)
            .enumerate()
        {
            let title = format!("γ = {}", canvas::short(*gamma));
            let y = Axis::logarithmic(
                if index == 0 {
                    "growth rate ρ/ρ_max"
                } else {
                    ""
                },
                0.7 * lowest,
                1.6,
            )
            .with_ticks(&[
                (1.0, "1"),
                (0.3, "0.3"),
                (0.1, "0.1"),
                (0.03, "0.03"),
                (0.01, "0.01"),
                (1e-3, "0.001"),
            ]);
            let mut panel = Panel::new(
                area,
                &title,
                Axis::linear(
                    "place from head to tail",
                    0.0,
                    1.0,
                    &[0.0, 0.25, 0.5, 0.75, 1.0],
                ),
                y,
            )?;
            for (k, (color, pen)) in classes
                .iter()
                .zip(pens.iter().cycle())
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
            {
                let curve = table
                    .rows()
                    .filter(|row| row.number("γ") == *gamma && row.number("k") == *k)
                    .map(|row| (row.number("place from head to tail"), row.number("ρ/ρ_max")));
                if *k <= 20.0 {
                    panel.markers(curve.collect::<Vec<_>>(), Marker::Disc, *color)?;
                } else {
                    panel.line(curve, *pen)?;
                }
            }
            if index == 0 {
                panel.legend((0.05, 0.68), &entries)?;
            }
        }
        Ok(())
    })
}
