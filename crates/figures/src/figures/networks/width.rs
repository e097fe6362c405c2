//! From networks too small to fit to more than enough: what is left of the weights at the end of training, against the training error that is left.

use ufm_networks::study::Corpus;

use super::series::{self, ADVANTAGE, FIT_MAJORITY, FIT_MINORITY, color, curve, exponents, seeds};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, LEFT, Marker, Panel, Pen, palette},
};

/// The caption, with the name of the data set and the length of training.
macro_rules! caption {
    ($data:literal, $steps:literal) => {
        concat!(
            "Networks on ",
            $data,
            ", R = 10, from a linear map over convolutions of few channels (the number of the first is written) to the usual ones, ",
            $steps,
            " steps. (a) Training error left at the end, mean over classes, without weights and with inverse-frequency weights. (b) Minority test accuracy with γ = 1 above that without, \
             at the end, against the training error that is left without weights; the largest advantage on the way as rings. Bars are 95 % confidence intervals over seeds."
        )
    };
}

/// For the digits.
pub const DIGITS: Figure = Figure {
    id: "digits-width",
    title: "What is left of weights where the training set is not fitted",
    caption: caption!("the UCI digits", "4096"),
    claims: &[],
    reads: Reads::Table(Corpus::Digits),
    table: |parameters, inputs| series::table("digits-width", parameters, inputs, Corpus::Digits),
    draw,
    frames: None,
};

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: "mnist-width",
    caption: caption!("MNIST", "4096"),
    reads: Reads::Table(Corpus::Mnist),
    table: |parameters, inputs| series::table("mnist-width", parameters, inputs, Corpus::Mnist),
    ..DIGITS
};

/// Training error at the end, mean over the two groups, which have equally many classes in these series; and its interval at most.
fn error(table: &Table, member: &str, gamma: f64) -> Option<(f64, f64)> {
    let end = |measure| curve(table, member, gamma, measure).last().copied();
    let (majority, minority) = (end(FIT_MAJORITY)?, end(FIT_MINORITY)?);
    Some((
        1.0 - f64::midpoint(majority[1], minority[1]),
        f64::midpoint(majority[2], minority[2]),
    ))
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let shown: Vec<f64> = members
        .first()
        .map(|member| exponents(table, member))
        .unwrap_or_default();
    let errors: Vec<f64> = members
        .iter()
        .flat_map(|member| shown.iter().filter_map(|&g| error(table, member, g)))
        .map(|(mean, half)| mean + half)
        .collect();
    let highest = errors.iter().copied().fold(0.02, f64::max);
    canvas::page(FULL, 190.0, |page| {
        let areas = page.split_evenly((1, 2));
        let mut panel = Panel::new(
            &areas[0],
            &format!("(a) training error at the end ({})", seeds(table)),
            Axis::linear(
                "network, from linear to wide",
                -0.6,
                members.len() as f64 - 0.4,
                &[],
            ),
            Axis::automatic("training error", -0.05 * highest, 1.15 * highest),
        )?;
        let words: Vec<String> = shown.iter().map(|&g| canvas::exponent(g)).collect();
        let mut entries = Vec::new();
        for ((&gamma, words), &color) in shown.iter().zip(&words).zip(&palette::SERIES) {
            let points: Vec<(f64, f64, f64)> = members
                .iter()
                .enumerate()
                .filter_map(|(place, member)| {
                    error(table, member, gamma).map(|(mean, half)| (place as f64, mean, half))
                })
                .collect();
            for &(x, mean, half) in &points {
                panel.line([(x, mean - half), (x, mean + half)], Pen::solid(color, 0.7))?;
            }
            let line = points.iter().map(|&(x, mean, _)| (x, mean));
            panel.line(line.clone(), Pen::solid(color, 1.2))?;
            panel.markers(line, Marker::Disc, color)?;
            entries.push(Entry {
                words,
                color,
                pen: Some(Pen::solid(color, 1.2)),
                marker: Some(Marker::Disc),
            });
        }
        for (place, member) in members.iter().enumerate() {
            let anchor = canvas::CENTRE;
            let at = (place as f64, -0.05 * highest);
            panel.annotate(member, at, (0.0, -5.0), palette::GREY, anchor)?;
        }
        panel.legend((0.6, 0.05), &entries)?;

        let found: Vec<(&str, f64, [f64; 3], [f64; 3])> = members
            .iter()
            .filter_map(|member| {
                let points = curve(table, member, 1.0, ADVANTAGE);
                let end = points.last().copied()?;
                let peak = points.into_iter().max_by(|a, b| a[1].total_cmp(&b[1]))?;
                Some((member.as_str(), error(table, member, 0.0)?.0, end, peak))
            })
            .collect();
        let highest = found.iter().map(|f| f.1).fold(0.02, f64::max);
        let top = found.iter().map(|f| f.3[1] + f.3[2]).fold(0.1, f64::max);
        let low = found.iter().map(|f| f.2[1] - f.2[2]).fold(0.0, f64::min);
        let mut panel = Panel::new(
            &areas[1],
            "(b) advantage of γ = 1",
            Axis::automatic(
                "training error left without weights",
                -0.06 * highest,
                1.15 * highest,
            ),
            Axis::automatic("minority accuracy gained", 1.2 * low - 0.02, 1.1 * top),
        )?;
        panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
        for (place, &(member, x, end, peak)) in found.iter().enumerate() {
            let bar = [(x, end[1] - end[2]), (x, end[1] + end[2])];
            panel.line(bar, Pen::solid(color(place), 0.7))?;
            panel.markers([(x, end[1])], Marker::Disc, color(place))?;
            panel.markers([(x, peak[1])], Marker::Ring, color(place))?;
            panel.annotate(member, (x, end[1]), (4.0, 5.0), color(place), LEFT)?;
        }
        let entries =
            [("at the end", Marker::Disc), ("largest", Marker::Ring)].map(|(words, marker)| {
                Entry {
                    words,
                    color: palette::GREY,
                    pen: None,
                    marker: Some(marker),
                }
            });
        panel.legend((0.7, 0.05), &entries)
    })
}
