//! Accuracy of majority and minority classes over training.

use ufm_networks::{
    study::{Corpus, StudyPart},
    training::Checkpoint,
};

use super::{interval, last_step, runs, shown};
use crate::{
    Figure, FigureError, Parameters, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
    inputs::{Inputs, study},
};

const TITLE: &str = "Accuracy of majority and minority classes over training";

const CLAIMS: &[&str] = &[
    "network-majority-first",
    "network-early-lift",
    "network-advantage-fades",
];

/// The caption, with the name of the data set and where training ends.
macro_rules! caption {
    ($data:literal, $end:literal) => {
        concat!(
            "Mean accuracy of majority and minority classes of ",
            $data,
            ", on test samples (top) and training samples (bottom), over the steps of training, for three exponents γ of the \
             weights; bands are 95 % confidence intervals over seeds. The logarithmic axis enlarges the first steps and ",
            $end,
            "."
        )
    };
}

/// For the digits.
pub const DIGITS: Figure = Figure {
    id: "digits-accuracy",
    title: TITLE,
    caption: caption!("the UCI digits", "reaches to convergence"),
    claims: CLAIMS,
    reads: Reads::Networks(Corpus::Digits, StudyPart::Accuracy),
    table: |parameters, inputs| table("digits-accuracy", parameters, inputs, Corpus::Digits),
    draw,
    frames: None,
};

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: "mnist-accuracy",
    caption: caption!("MNIST", "ends before all training samples are fitted"),
    claims: &[
        "mnist-majority-first",
        "mnist-early-lift",
        "mnist-both-learned",
        "mnist-advantage-fades",
    ],
    reads: Reads::Networks(Corpus::Mnist, StudyPart::Accuracy),
    table: |parameters, inputs| table("mnist-accuracy", parameters, inputs, Corpus::Mnist),
    ..DIGITS
};

fn table(
    id: &'static str,
    parameters: &Parameters,
    inputs: &Inputs,
    source: Corpus,
) -> Result<Table, FigureError> {
    let results = inputs.results(source, StudyPart::Accuracy)?;
    let plan = &study(parameters, source)?.plan;
    let mut table = Table::new(&[
        "samples",
        "group",
        "γ",
        "step",
        "accuracy",
        "half-width",
        "seeds",
        "quick",
    ]);
    for (samples, train) in [("test", false), ("training", true)] {
        for (group, majority) in [("majority", true), ("minority", false)] {
            for gamma in shown(results) {
                for step in results.steps() {
                    let measure = |moment: &Checkpoint| {
                        let confusion = if train { &moment.train } else { &moment.test };
                        confusion.balanced_accuracy(|class| plan.is_majority(class) == majority)
                    };
                    let found = interval(id, results, gamma, step, measure)?;
                    table.push([
                        samples.into(),
                        group.into(),
                        gamma.into(),
                        step.into(),
                        found.mean.into(),
                        found.half_width.into(),
                        found.n.into(),
                        usize::from(inputs.quick()).into(),
                    ]);
                }
            }
        }
    }
    Ok(table)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let last = last_step(table);
    let gammas = table.distinct_numbers("γ");
    canvas::page(FULL, 300.0, |page| {
        let (top, bottom) = page.split_vertically(canvas::units(150.0));
        let letters = ["(a)", "(b)", "(c)", "(d)"];
        let mut next = letters.iter();
        for (row, samples) in [(&top, "test"), (&bottom, "training")] {
            let (left, right) = row.split_horizontally(canvas::units(FULL / 2.0));
            for (area, group) in [(&left, "majority"), (&right, "minority")] {
                let letter = next.next().copied().unwrap_or_default();
                let title = if (samples, group) == ("test", "majority") {
                    format!(
                        "{letter} {samples} accuracy, {group} classes ({})",
                        runs(table)
                    )
                } else {
                    format!("{letter} {samples} accuracy, {group} classes")
                };
                let mut panel = Panel::new(
                    area,
                    &title,
                    Axis::logarithmic("training steps", 1.0, last),
                    Axis::linear("accuracy", 0.0, 1.03, &[0.0, 0.25, 0.5, 0.75, 1.0]),
                )?;
                let rows = |gamma: f64| {
                    table
                        .rows()
                        .filter(move |row| {
                            row.text("samples") == samples && row.text("group") == group
                        })
                        .filter(move |row| row.number("γ") == gamma && row.number("step") >= 1.0)
                };
                for (&gamma, &color) in gammas.iter().zip(&palette::SERIES) {
                    let band: Vec<(f64, f64, f64)> = rows(gamma)
                        .map(|row| {
                            let (mean, half) = (row.number("accuracy"), row.number("half-width"));
                            (
                                row.number("step"),
                                (mean - half).max(0.0),
                                (mean + half).min(1.0),
                            )
                        })
                        .collect();
                    panel.band(&band, color)?;
                }
                let words: Vec<String> = gammas
                    .iter()
                    .map(|&gamma| canvas::exponent(gamma))
                    .collect();
                let mut entries = Vec::new();
                for ((&gamma, &color), words) in gammas.iter().zip(&palette::SERIES).zip(&words) {
                    let pen = Pen::solid(color, 1.3);
                    panel.line(
                        rows(gamma).map(|row| (row.number("step"), row.number("accuracy"))),
                        pen,
                    )?;
                    entries.push(Entry {
                        words,
                        color,
                        pen: Some(pen),
                        marker: None,
                    });
                }
                if (samples, group) == ("test", "minority") {
                    panel.legend((0.06, 0.1), &entries)?;
                }
            }
        }
        Ok(())
    })
}
