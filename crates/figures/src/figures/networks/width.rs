//! From networks too small to fit to more than enough: what is left of the weights at the end of training, against the training error that is left.

use ufm_networks::study::Corpus;

use super::{
    runs,
    series::{self, ADVANTAGE, FIT_MAJORITY, FIT_MINORITY, bar, color, curve, exponents},
};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Marker, Panel, Pen, palette},
};

/// For the digits.
pub const DIGITS: Figure = Figure {
    id: "digits-width",
    title: "What is left of weights where the training set is not fitted",
    caption: "Networks on the UCI digits, from a linear map over convolutions of few channels (the width is that of the first) to the usual \
              ones. (a) Training error left at the end, mean over classes. (b) Minority test accuracy with inverse-frequency weights (γ = 1) above that without: at \
              the end, and the largest on the way. (c) The same against the training error that is left without weights. Bars are 95 % confidence intervals over seeds, cut off \
              at the frame.",
    claims: &[],
    reads: Reads::Table(Corpus::Digits),
    table: |_, inputs| series::table("digits-width", inputs, Corpus::Digits),
    draw,
    frames: None,
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

/// Short names, for the axis.
fn name(member: &str) -> &str {
    member.strip_prefix("width ").unwrap_or(member)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let names: Vec<&str> = members.iter().map(|member| name(member)).collect();
    let shown: Vec<f64> = members
        .first()
        .map(|member| exponents(table, member))
        .unwrap_or_default();
    let label = "network, by its width";
    canvas::page(FULL, 190.0, |page| {
        let areas = page.split_evenly((1, 3));
        let errors: Vec<(f64, usize, f64, f64)> = shown
            .iter()
            .flat_map(|&gamma| {
                members
                    .iter()
                    .enumerate()
                    .filter_map(move |(place, member)| {
                        error(table, member, gamma).map(|(mean, half)| (gamma, place, mean, half))
                    })
            })
            .collect();
        let top = 1.2 * errors.iter().map(|e| e.2).fold(0.02, f64::max);
        let mut panel = Panel::new(
            &areas[0],
            &format!("(a) training error left ({})", runs(table)),
            Axis::named(label, &names),
            Axis::automatic("training error at the end", -0.04 * top, top),
        )?;
        let words: Vec<String> = shown.iter().map(|&g| canvas::exponent(g)).collect();
        let mut entries = Vec::new();
        for ((&gamma, words), &color) in shown.iter().zip(&words).zip(&palette::SERIES) {
            let of_gamma = || errors.iter().filter(|error| error.0 == gamma);
            for &(_, place, mean, half) in of_gamma() {
                let x = place as f64;
                bar(&mut panel, x, [x, mean, half], (0.0, top), color)?;
            }
            let line: Vec<(f64, f64)> = of_gamma().map(|e| (e.1 as f64, e.2)).collect();
            panel.line(line.clone(), Pen::solid(color, 1.2))?;
            panel.markers(line, Marker::Disc, color)?;
            entries.push(Entry {
                words,
                color,
                pen: Some(Pen::solid(color, 1.2)),
                marker: Some(Marker::Disc),
            });
        }
        panel.legend((0.6, 0.05), &entries)?;

        // Of each network: its place, the error left without weights, the advantage at the end and at its largest.
        let found: Vec<(usize, f64, [f64; 3], [f64; 3])> = members
            .iter()
            .enumerate()
            .filter_map(|(place, member)| {
                let points = curve(table, member, 1.0, ADVANTAGE);
                let end = points.last().copied()?;
                let peak = points.into_iter().max_by(|a, b| a[1].total_cmp(&b[1]))?;
                Some((place, error(table, member, 0.0)?.0, end, peak))
            })
            .collect();
        let top = 1.15 * found.iter().map(|f| f.3[1]).fold(0.1, f64::max);
        let low = found
            .iter()
            .map(|f| f.2[1])
            .fold(0.0, f64::min)
            .min(-0.04 * top);
        let gained = || Axis::automatic("minority accuracy gained", low, top);
        let highest = found.iter().map(|f| f.1).fold(0.02, f64::max);
        let mut by_name = Panel::new(
            &areas[1],
            "(b) advantage of γ = 1",
            Axis::named(label, &names),
            gained(),
        )?;
        let mut by_error = Panel::new(
            &areas[2],
            "(c) against what is not fitted",
            Axis::automatic(
                "training error left without weights",
                -0.05 * highest,
                1.1 * highest,
            ),
            gained(),
        )?;
        for (panel, x_of_error) in [(&mut by_name, false), (&mut by_error, true)] {
            panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
            for &(place, error, end, peak) in &found {
                let x = if x_of_error { error } else { place as f64 };
                bar(panel, x, end, (low, top), color(place))?;
                panel.markers([(x, end[1])], Marker::Disc, color(place))?;
                panel.markers([(x, peak[1])], Marker::Ring, color(place))?;
            }
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
        by_name.legend((0.55, 0.05), &entries)
    })
}
