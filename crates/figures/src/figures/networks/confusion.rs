//! Confusion matrices side by side at chosen steps, and as an animation.

use plotters::prelude::*;
use ufm_networks::study::{Corpus, StudyPart};

use super::{runs, shown};
use crate::{
    Figure, FigureError, Parameters, Reads, Table,
    canvas::{self, Area, CENTRE, FULL, LEFT, RIGHT, SMALL, TEXT, palette, units},
    inputs::{Inputs, study},
};

/// The caption, with the name of the data set.
macro_rules! caption {
    ($data:literal) => {
        concat!(
            "Confusion matrices of ",
            $data,
            " test samples at four steps of training, without weights (top) and with (bottom): rows are true classes, majority \
             first, columns predicted classes, each row a share of its class, pooled over seeds. Early on the unweighted network \
             takes every minority digit for a majority digit. The animation shows every recorded step."
        )
    };
}

/// For the digits.
pub const DIGITS: Figure = Figure {
    id: "digits-confusion",
    title: "Confusion matrices over training",
    caption: caption!("the UCI digits'"),
    claims: &["network-majority-first", "network-early-lift"],
    reads: Reads::Networks(Corpus::Digits, StudyPart::Accuracy),
    table: |parameters, inputs| table(parameters, inputs, Corpus::Digits),
    draw,
    frames: Some(frames),
};

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: "mnist-confusion",
    caption: caption!("MNIST's"),
    claims: &[
        "mnist-majority-first",
        "mnist-early-lift",
        "mnist-both-learned",
    ],
    reads: Reads::Networks(Corpus::Mnist, StudyPart::Accuracy),
    table: |parameters, inputs| table(parameters, inputs, Corpus::Mnist),
    ..DIGITS
};

fn table(parameters: &Parameters, inputs: &Inputs, source: Corpus) -> Result<Table, FigureError> {
    let results = inputs.results(source, StudyPart::Accuracy)?;
    let plan = &study(parameters, source)?.plan;
    let gammas = shown(results);
    let mut table = Table::new(&[
        "γ",
        "step",
        "true class",
        "predicted class",
        "share",
        "majority",
        "seeds",
        "quick",
    ]);
    for &gamma in [gammas.first(), gammas.last()].into_iter().flatten() {
        for step in results.steps() {
            let moments: Vec<_> = results.of(gamma).filter_map(|run| run.at(step)).collect();
            let classes = moments.first().map_or(0, |moment| moment.test.classes());
            let order = plan.order(classes);
            for &label in &order {
                let all: u32 = moments
                    .iter()
                    .map(|moment| moment.test.samples(label))
                    .sum();
                for &predicted in &order {
                    let found: u32 = moments
                        .iter()
                        .map(|moment| moment.test.get(label, predicted))
                        .sum();
                    table.push([
                        gamma.into(),
                        step.into(),
                        label.into(),
                        predicted.into(),
                        (f64::from(found) / f64::from(all.max(1))).into(),
                        usize::from(plan.is_majority(label)).into(),
                        moments.len().into(),
                        usize::from(inputs.quick()).into(),
                    ]);
                }
            }
        }
    }
    Ok(table)
}

/// The recorded steps nearest to a 32nd, an 8th, a half and the whole of training.
fn four(steps: &[f64]) -> Vec<f64> {
    let last = steps.iter().copied().fold(0.0, f64::max);
    let mut chosen: Vec<f64> = [32.0, 8.0, 2.0, 1.0]
        .into_iter()
        .filter_map(|part| {
            let target = (last / part).ln();
            let distance = |step: &f64| (step.max(0.5).ln() - target).abs();
            steps
                .iter()
                .copied()
                .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        })
        .collect();
    chosen.dedup();
    chosen
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let steps = four(&table.distinct_numbers("step"));
    let gammas = table.distinct_numbers("γ");
    let side = (FULL - 92.0) / 4.0;
    let height = 34.0 + gammas.len() as f64 * (side + 16.0);
    canvas::page(FULL, height, |page| {
        for (row, &gamma) in gammas.iter().enumerate() {
            let y = 22.0 + row as f64 * (side + 16.0);
            let middle = y + side / 2.0;
            canvas::write(
                page,
                &canvas::exponent(gamma),
                (4.0, middle),
                canvas::text(TEXT, palette::BLACK),
                LEFT,
            )?;
            for (column, &step) in steps.iter().enumerate() {
                let x = 48.0 + column as f64 * (side + 10.0);
                if row == 0 {
                    let words = format!("step {step}");
                    canvas::write(
                        page,
                        &words,
                        (x + side / 2.0, 12.0),
                        canvas::text(TEXT, palette::BLACK),
                        CENTRE,
                    )?;
                }
                matrix(page, table, gamma, step, (x, y), side, column == 0)?;
            }
        }
        let words = format!(
            "predicted class, majority classes first; rows are true classes ({})",
            runs(table)
        );
        canvas::write(
            page,
            &words,
            (FULL / 2.0, height - 7.0),
            canvas::text(SMALL, palette::BLACK),
            CENTRE,
        )
    })
}

/// Every recorded step as a picture of its own.
fn frames(table: &Table) -> Result<Vec<String>, FigureError> {
    let gammas = table.distinct_numbers("γ");
    let side = 150.0;
    let width = 40.0 + gammas.len() as f64 * (side + 22.0);
    table
        .distinct_numbers("step")
        .into_iter()
        .map(|step| {
            canvas::page(width, side + 62.0, |page| {
                let words = format!("step {step} ({})", runs(table));
                canvas::write(
                    page,
                    &words,
                    (width / 2.0, 12.0),
                    canvas::text(TEXT, palette::BLACK),
                    CENTRE,
                )?;
                for (column, &gamma) in gammas.iter().enumerate() {
                    let at = (30.0 + column as f64 * (side + 22.0), 38.0);
                    let words = canvas::exponent(gamma);
                    canvas::write(
                        page,
                        &words,
                        (at.0 + side / 2.0, 28.0),
                        canvas::text(TEXT, palette::BLACK),
                        CENTRE,
                    )?;
                    matrix(page, table, gamma, step, at, side, true)?;
                }
                canvas::write(
                    page,
                    "predicted class",
                    (width / 2.0, side + 54.0),
                    canvas::text(SMALL, palette::BLACK),
                    CENTRE,
                )
            })
        })
        .collect()
}

/// One matrix with its upper left corner at `(x, y)` points.
fn matrix(
    page: &Area<'_>,
    table: &Table,
    gamma: f64,
    step: f64,
    (x, y): (f64, f64),
    side: f64,
    labelled: bool,
) -> Result<(), FigureError> {
    let cells: Vec<_> = table
        .rows()
        .filter(|row| row.number("γ") == gamma && row.number("step") == step)
        .collect();
    let classes = (cells.len() as f64).sqrt().round().max(1.0);
    let cell = side / classes;
    let mut majority = 0.0;
    for (i, row) in cells.iter().enumerate() {
        let (line, column) = ((i as f64 / classes).floor(), i as f64 % classes);
        let (left, top) = (x + cell * column, y + cell * line);
        let corners = [
            (units(left), units(top)),
            (units(left + cell), units(top + cell)),
        ];
        page.draw(&Rectangle::new(
            corners,
            shade(row.number("share")).filled(),
        ))
        .map_err(FigureError::drawing)?;
        if column == 0.0 {
            majority += row.number("majority");
            if labelled {
                let words = format!("{}", row.number("true class"));
                let at = (left - 3.0, top + cell / 2.0);
                canvas::write(
                    page,
                    &words,
                    at,
                    canvas::text(SMALL - 1.0, palette::BLACK),
                    RIGHT,
                )?;
            }
        }
        if line + 1.0 == classes {
            let words = format!("{}", row.number("predicted class"));
            let at = (left + cell / 2.0, y + side + 5.0);
            canvas::write(
                page,
                &words,
                at,
                canvas::text(SMALL - 1.0, palette::BLACK),
                CENTRE,
            )?;
        }
    }
    let pen = palette::GREY.stroke_width(units(0.5).unsigned_abs());
    let split = cell * majority;
    for (from, to) in [((0.0, split), (side, split)), ((split, 0.0), (split, side))] {
        let ends = [from, to].map(|(dx, dy)| (units(x + dx), units(y + dy)));
        page.draw(&PathElement::new(ends.to_vec(), pen))
            .map_err(FigureError::drawing)?;
    }
    let corners = [(units(x), units(y)), (units(x + side), units(y + side))];
    page.draw(&Rectangle::new(corners, pen))
        .map_err(FigureError::drawing)
}

/// From white (0) to blue (1).
fn shade(share: f64) -> RGBColor {
    let end = palette::BLUE;
    let mix = |c: u8| (255.0 + share.clamp(0.0, 1.0) * (f64::from(c) - 255.0)).round() as u8;
    RGBColor(mix(end.0), mix(end.1), mix(end.2))
}
