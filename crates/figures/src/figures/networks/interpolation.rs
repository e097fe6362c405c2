//! Training until both groups fit their training samples: what is left of the weights there.

use ufm_networks::study::Corpus;

use super::{
    last_step, runs,
    series::{
        self, ADVANTAGE, FIT_MAJORITY, FIT_MINORITY, MAJORITY, MINORITY, curve, draw_curves,
        exponents,
    },
};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
};

const ID: &str = "mnist-interpolation";

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: ID,
    title: "Until both groups are fitted",
    caption: "Networks on all of MNIST, trained until majority and minority fit their training samples. (a) Test accuracy, minority solid and \
              majority dashed, all 10 000 test samples. (b) Error on training samples that is left (some of each class are measured). (c) Minority test accuracy with weights above that \
              without. Means over seeds; bands in (c) are 95 % confidence intervals.",
    claims: &[],
    reads: Reads::Table(Corpus::Mnist),
    table: |_, inputs| series::table(ID, inputs, Corpus::Mnist),
    draw,
    frames: None,
};

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let member = members.first().map(String::as_str).unwrap_or_default();
    let gammas = exponents(table, member);
    let first = table
        .rows()
        .map(|row| row.number("step"))
        .fold(f64::INFINITY, f64::min);
    let last = last_step(table);
    let words: Vec<String> = gammas.iter().map(|&g| canvas::exponent(g)).collect();
    let entries: Vec<Entry<'_>> = words
        .iter()
        .zip(&palette::SERIES)
        .map(|(words, &color)| Entry {
            words,
            color,
            pen: Some(Pen::solid(color, 1.3)),
            marker: None,
        })
        .collect();
    // No error at all is drawn at the frame.
    const LEAST: f64 = 1e-4;
    canvas::page(FULL, 190.0, |page| {
        let areas = page.split_evenly((1, 3));
        let steps = || Axis::logarithmic("training steps", first, last);
        let mut panel = Panel::new(
            &areas[0],
            &format!("(a) test accuracy ({})", runs(table)),
            steps(),
            Axis::linear("accuracy", 0.5, 1.01, &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        )?;
        let curves: Vec<_> = gammas
            .iter()
            .map(|&gamma| curve(table, member, gamma, MINORITY))
            .zip(palette::SERIES)
            .collect();
        draw_curves(&mut panel, &curves, (0.5, 1.0), false)?;
        for (&gamma, &color) in gammas.iter().zip(&palette::SERIES) {
            let majority = curve(table, member, gamma, MAJORITY);
            let line = majority.iter().map(|&[x, mean, _]| (x, mean.max(0.5)));
            panel.line(line, Pen::dashed(color, 1.0, 3.0, 1.5))?;
        }
        panel.legend((0.55, 0.6), &entries)?;

        let mut panel = Panel::new(
            &areas[1],
            "(b) training error left",
            steps(),
            Axis::logarithmic("error on training samples", LEAST, 1.0),
        )?;
        for (&gamma, &color) in gammas.iter().zip(&palette::SERIES) {
            for (measure, pen) in [
                (FIT_MINORITY, Pen::solid(color, 1.3)),
                (FIT_MAJORITY, Pen::dashed(color, 1.0, 3.0, 1.5)),
            ] {
                let points = curve(table, member, gamma, measure);
                let line = points
                    .iter()
                    .map(|&[x, mean, _]| (x, (1.0 - mean).max(LEAST)));
                panel.line(line, pen)?;
            }
        }

        let points = |gamma| curve(table, member, gamma, ADVANTAGE);
        let top = gammas
            .iter()
            .flat_map(|&gamma| points(gamma))
            .map(|[_, mean, half]| mean + half)
            .fold(0.1, f64::max);
        let mut panel = Panel::new(
            &areas[2],
            "(c) advantage of weights",
            steps(),
            Axis::automatic("minority accuracy gained", -0.05, 1.05 * top),
        )?;
        panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
        let curves: Vec<_> = gammas
            .iter()
            .zip(palette::SERIES)
            .filter(|(gamma, _)| **gamma != 0.0)
            .map(|(&gamma, color)| (points(gamma), color))
            .collect();
        draw_curves(&mut panel, &curves, (-0.05, 1.05 * top), true)?;
        Ok(())
    })
}
