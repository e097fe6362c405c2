//! Balanced accuracy at the best stopping step against the exponent of the weights.

use ufm_networks::{
    study::{Corpus, StudyPart},
    training::Checkpoint,
};

use super::{interval_of, runs};
use crate::{
    Figure, FigureError, Inputs, Reads, Table,
    canvas::{self, Axis, COLUMN, Entry, Marker, Panel, Pen, palette},
};

/// The caption, with the name of the data set and how stopping steps are chosen.
macro_rules! caption {
    ($data:literal, $choice:literal) => {
        concat!(
            "Balanced test accuracy of ",
            $data,
            " against the exponent γ of the weights, stopped at the best step and trained to the end; mean and 95 % confidence \
             interval. The step is chosen ",
            $choice,
            "."
        )
    };
}

/// For the digits.
pub const DIGITS: Figure = Figure {
    id: "digits-stopping",
    title: "Balanced accuracy at the best stopping step, and when it comes",
    caption: caption!(
        "the UCI digits",
        "on one half of the seeds and measured on the other"
    ),
    claims: &["network-stopping"],
    reads: Reads::Networks(Corpus::Digits, StudyPart::Accuracy),
    table: |_, inputs| {
        table(
            "digits-stopping",
            inputs,
            Corpus::Digits,
            StudyPart::Accuracy,
        )
    },
    draw,
    frames: None,
};

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: "mnist-stopping",
    caption: caption!("MNIST", "for each seed on all others"),
    claims: &["mnist-stopping"],
    reads: Reads::Networks(Corpus::Mnist, StudyPart::Sweep),
    table: |_, inputs| table("mnist-stopping", inputs, Corpus::Mnist, StudyPart::Sweep),
    ..DIGITS
};

fn table(
    id: &'static str,
    inputs: &Inputs,
    source: Corpus,
    part: StudyPart,
) -> Result<Table, FigureError> {
    let results = inputs.results(source, part)?;
    let mut table = Table::new(&[
        "stop",
        "γ",
        "step",
        "balanced accuracy",
        "half-width",
        "seeds",
        "quick",
    ]);
    let last = results.steps().last().copied().unwrap_or(0);
    for &gamma in &results.experiment.gammas {
        for (stop, step) in [("best", results.best_stop(gamma, balanced)), ("end", last)] {
            let values = match (part, stop) {
                // Few seeds: each is measured at the step that is best on the others.
                (StudyPart::Sweep, "best") => {
                    let steps = results.steps_left_out(|run| run(gamma, &balanced));
                    results.at_steps(gamma, &steps, balanced)
                }
                (StudyPart::Sweep, _) => results.values(gamma, step, balanced),
                _ => results.measured(gamma, step, balanced),
            };
            let found = interval_of(id, &values)?;
            table.push([
                stop.into(),
                gamma.into(),
                step.into(),
                found.mean.into(),
                found.half_width.into(),
                found.n.into(),
                usize::from(inputs.quick()).into(),
            ]);
        }
    }
    Ok(table)
}

fn balanced(moment: &Checkpoint) -> f64 {
    moment.test.balanced_accuracy(|_| true)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let ends = |sign: f64| {
        table
            .rows()
            .map(move |row| row.number("balanced accuracy") + sign * row.number("half-width"))
    };
    let low = ends(-1.0).fold(1.0, f64::min);
    let high = ends(1.0).fold(0.0, f64::max);
    let margin = 0.1 * (high - low).max(0.01);
    let gammas = table.distinct_numbers("γ");
    let last = gammas.iter().copied().fold(0.0, f64::max);
    canvas::page(COLUMN, 190.0, |page| {
        let mut panel = Panel::new(
            page,
            &format!("step chosen on other seeds ({} measured)", runs(table)),
            Axis::automatic("exponent γ of the weights ∝ n⁻ᵞ", -0.06, last + 0.06),
            Axis::automatic("balanced test accuracy", low - margin, high + 3.0 * margin),
        )?;
        let mut entries = Vec::new();
        for (stop, words, color, marker, pen, shift) in [
            (
                "best",
                "best stopping step",
                palette::BLUE,
                Marker::Disc,
                Pen::solid(palette::BLUE, 1.2),
                -0.012,
            ),
            (
                "end",
                "end of training",
                palette::VERMILLION,
                Marker::Square,
                Pen::dashed(palette::VERMILLION, 1.2, 3.0, 1.5),
                0.012,
            ),
        ] {
            let points: Vec<(f64, f64, f64)> = table
                .select(&[("stop", stop)])
                .map(|row| {
                    (
                        row.number("γ") + shift,
                        row.number("balanced accuracy"),
                        row.number("half-width"),
                    )
                })
                .collect();
            for &(x, mean, half) in &points {
                panel.line([(x, mean - half), (x, mean + half)], Pen::solid(color, 0.7))?;
            }
            panel.line(points.iter().map(|&(x, mean, _)| (x, mean)), pen)?;
            panel.markers(points.iter().map(|&(x, mean, _)| (x, mean)), marker, color)?;
            entries.push(Entry {
                words,
                color,
                pen: Some(pen),
                marker: Some(marker),
            });
        }
        panel.legend((0.04, 0.04), &entries)
    })
}
