//! Cross-entropy beside the squared loss.

use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Loss, Problem, Simulation};
use ufm_theory::{
    exact_flow::growth,
    problem::{
        Count, EvenClasses, LearningTimes, SimulatedScale, Start, StepProfile, TabulatedExponent,
        TabulatedRatio, Weighting,
    },
    spectrum::{Mode, labels::step_modes},
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
};

/// `cross-entropy`: cross-entropy beside the squared loss.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Cross-entropy beside the squared loss",
    caption: "Fractions s/σ of the three kinds of modes under the exact flow of the cross-entropy (solid) and of the squared loss \
              (dashed), vanilla on the left, reweighted on the right; σ are the squared loss's targets for both. Above: both leave \
              the small start at the rates σ(ZΩ), dotted (reweighted, contrast is not along the growing direction from the first and \
              stays a little below), and part when a mode is learned. Below: under the cross-entropy the vanilla contrast \
              then waits, for majority samples already classified pull no more, and amplitudes do not stop at σ.",
    claims: &["cross-entropy-growth", "growth-rates"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.cross_entropy),
    draw,
    frames: None,
};

const ID: &str = "cross-entropy";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    delta: SimulatedScale,
    gamma: TabulatedExponent,
    end: LearningTimes,
    points: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())?;
    let delta = parameters.delta.get();
    let start = Start::plain(delta)?;
    let points = parameters.points.get();
    let end = parameters.end.get() * delta;
    let times: Vec<f64> = (0..=points)
        .map(|i| end * i as f64 / points as f64)
        .collect();
    let mut table = Table::new(&["weights", "γ", "mode", "loss", "τ = t/δ", "s/σ"]);
    for (weights, gamma) in [("vanilla", 0.0), ("reweighted", parameters.gamma.get())] {
        let weighting = Weighting::power(gamma)?;
        let problem = Problem::step(&step, weighting)?;
        let soft = problem.clone().with_loss(Loss::CROSS_ENTROPY)?;
        let cross = Simulation::new(&soft, Initialisation::spectral(start))
            .matrices()
            .until(end)
            .at(&times)?;
        let square = Simulation::new(&problem, Initialisation::spectral(start))
            .matrices()
            .until(end)
            .at(&times)?;
        let modes = step_modes(&step);
        for mode in Mode::ALL {
            let Some(index) = modes.iter().position(|&m| m == mode) else {
                continue;
            };
            let rate = growth::step_ln_rate(&step, &weighting, mode).exp();
            let first = square.moments[0].ln_fractions[index];
            for (i, time) in times.iter().enumerate() {
                let linear = (first + 2.0 * rate * time).min(0.0).exp();
                for (loss, fraction) in [
                    ("cross-entropy", cross.moments[i].fractions[index]),
                    ("squared", square.moments[i].fractions[index]),
                    ("linear", linear),
                ] {
                    table.push([
                        weights.into(),
                        gamma.into(),
                        mode.name().into(),
                        loss.into(),
                        (time / delta).into(),
                        fraction.into(),
                    ]);
                }
            }
        }
    }
    Ok(table)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let end = table
        .rows()
        .map(|row| row.number("τ = t/δ"))
        .fold(0.0, f64::max);
    let lowest = table
        .rows()
        .map(|row| row.number("s/σ"))
        .fold(1.0, f64::min);
    canvas::page(FULL, 290.0, |page| {
        for (index, area) in page.split_evenly((2, 2)).iter().enumerate() {
            let weights = ["vanilla", "reweighted"][index % 2];
            let gamma = table
                .select(&[("weights", weights)])
                .map(|row| row.number("γ"))
                .next()
                .unwrap_or(f64::NAN);
            let letter = ["a", "b", "c", "d"][index];
            let (title, y) = if index < 2 {
                (
                    format!("({letter}) {weights}, γ = {gamma}"),
                    Axis::logarithmic("fraction s/σ", 0.3 * lowest, 30.0).every(3),
                )
            } else {
                let ticks = [0.0, 0.5, 1.0, 1.5, 2.0];
                (
                    format!("({letter})"),
                    Axis::linear("fraction s/σ", 0.0, 2.2, &ticks),
                )
            };
            let words = if index < 2 {
                ""
            } else {
                "normalised time τ = t/δ"
            };
            let mut panel = Panel::new(area, &title, Axis::automatic(words, 0.0, end), y)?;
            if index >= 2 {
                panel.horizontal(0.5, Pen::solid(palette::GREY, 0.6))?;
            }
            for (mode, color) in MODES {
                for (loss, pen) in [
                    ("linear", Pen::dashed(color, 0.7, 0.8, 1.2)),
                    ("squared", Pen::dashed(color, 0.9, 3.0, 1.5)),
                    ("cross-entropy", Pen::solid(color, 1.3)),
                ] {
                    if loss == "linear" && index >= 2 {
                        continue;
                    }
                    let curve = table
                        .rows()
                        .filter(|row| {
                            row.text("weights") == weights
                                && row.text("mode") == mode
                                && row.text("loss") == loss
                        })
                        .map(|row| (row.number("τ = t/δ"), row.number("s/σ")))
                        .filter(|(_, fraction)| loss != "linear" || *fraction < 1.0);
                    panel.line(curve, pen)?;
                }
            }
            match index {
                0 => panel.legend((0.62, 0.62), &kinds())?,
                3 => panel.legend((0.03, 0.03), &losses())?,
                _ => {}
            }
        }
        Ok(())
    })
}

const MODES: [(&str, plotters::style::RGBColor); 3] = [
    ("majority", palette::BLUE),
    ("contrast", palette::GREEN),
    ("minority", palette::VERMILLION),
];

fn kinds() -> Vec<Entry<'static>> {
    let entry = |(words, color)| Entry {
        words,
        color,
        pen: Some(Pen::solid(color, 1.3)),
        marker: None,
    };
    MODES.into_iter().map(entry).collect()
}

fn losses() -> Vec<Entry<'static>> {
    let entry = |words, pen| Entry {
        words,
        color: palette::BLACK,
        pen: Some(pen),
        marker: None,
    };
    vec![
        entry("cross-entropy", Pen::solid(palette::BLACK, 1.3)),
        entry("squared loss", Pen::dashed(palette::BLACK, 0.9, 3.0, 1.5)),
    ]
}
