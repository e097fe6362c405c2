//! The imbalance ratio as an ablation: how long weights help, which order of learning they leave, and which exponent is best.

use ufm_networks::study::Corpus;

use super::{
    last_step, runs,
    series::{
        self, ADVANTAGE, BEST_BALANCED, FORETOLD, TIMES, bar, color, curve, draw_curves, from,
    },
};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Marker, Panel, Pen, palette},
};

const ID: &str = "mnist-ratio";

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: ID,
    title: "The imbalance ratio: how long weights help, and which",
    caption: "Networks on MNIST with fewer and fewer training samples of the minority classes. (a) Minority test accuracy with inverse-frequency weights (γ = 1) above that \
              without, over training; means over seeds. (b) The step at which the minority reaches half of its test accuracy over that of the majority, at each exponent; dashed, \
              what growth rates of the images say before training. Where a group does not get there the end of training is taken, so that the ratio is a lower bound. (c) Balanced \
              test accuracy at the best stopping step, chosen for each seed on the others, in the colours of (a). Bars are 95 % confidence intervals over seeds, cut off at the \
              frame. Where weights are very large for the learning rate, training can break down.",
    claims: &[],
    reads: Reads::Table(Corpus::Mnist),
    table: |_, inputs| series::table(ID, inputs, Corpus::Mnist),
    draw,
    frames: None,
};

/// A member's imbalance ratio, its label.
fn ratio(member: &str) -> Result<f64, FigureError> {
    let number = member.strip_prefix("R = ").and_then(|r| r.parse().ok());
    number.ok_or_else(|| {
        FigureError::Refused(format!(
            "the label \"{member}\" of a member must be as \"R = 10\""
        ))
    })
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let ratios: Vec<f64> = members
        .iter()
        .map(|member| ratio(member))
        .collect::<Result<_, _>>()?;
    let largest = ratios.iter().copied().fold(1.0, f64::max);
    let gammas = table.distinct_numbers("γ");
    let last = last_step(table);
    canvas::page(FULL, 190.0, |page| {
        let areas = page.split_evenly((1, 3));

        let gained = || members.iter().flat_map(|m| curve(table, m, 1.0, ADVANTAGE));
        let ends = gained()
            .map(|p| p[1])
            .fold((0.0_f64, 0.5_f64), |(a, b), x| (a.min(x), b.max(x)));
        let ends = (ends.0 - 0.05, 1.4 * ends.1);
        let mut panel = Panel::new(
            &areas[0],
            &format!("(a) advantage of γ = 1 ({})", runs(table)),
            Axis::logarithmic("training steps", 8.0, last),
            Axis::automatic("minority accuracy gained", ends.0, ends.1),
        )?;
        panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
        let of = |member: &str| from(8.0, curve(table, member, 1.0, ADVANTAGE));
        let mut entries = series::entries(&members);
        entries.retain(|entry| !of(entry.words).is_empty());
        let curves: Vec<_> = entries.iter().map(|e| (of(e.words), e.color)).collect();
        draw_curves(&mut panel, &curves, ends, false)?;
        panel.legend((0.04, 0.62), &entries)?;

        let mut panel = Panel::new(
            &areas[1],
            "(b) minority's time over majority's",
            Axis::logarithmic("imbalance ratio R", 0.8, 1.3 * largest),
            Axis::logarithmic("ratio of times", 0.5, 130.0),
        )?;
        panel.horizontal(1.0, Pen::solid(palette::FAINT, 0.8))?;
        let words: Vec<String> = gammas.iter().map(|&g| canvas::exponent(g)).collect();
        let mut entries = Vec::new();
        for ((&gamma, words), &color) in gammas.iter().zip(&words).zip(&palette::SERIES) {
            let of = |measure: &str| -> Vec<(f64, [f64; 3])> {
                let pairs = members.iter().zip(&ratios);
                pairs
                    .filter_map(|(member, &ratio)| {
                        let points = curve(table, member, gamma, measure);
                        points.first().map(|&point| (ratio, point))
                    })
                    .collect()
            };
            let within = |value: f64| value.exp().clamp(0.5, 130.0);
            let (found, foretold) = (of(TIMES), of(FORETOLD));
            for &(x, [_, mean, half]) in &found {
                let bar = [(x, within(mean - half)), (x, within(mean + half))];
                panel.line(bar, Pen::solid(color, 0.7))?;
            }
            let line = |points: &[(f64, [f64; 3])]| -> Vec<(f64, f64)> {
                points
                    .iter()
                    .map(|&(x, [_, mean, _])| (x, within(mean)))
                    .collect()
            };
            panel.line(line(&found), Pen::solid(color, 1.2))?;
            panel.markers(line(&found), Marker::Disc, color)?;
            panel.line(line(&foretold), Pen::dashed(color, 1.0, 3.0, 1.5))?;
            entries.push(Entry {
                words,
                color,
                pen: Some(Pen::solid(color, 1.2)),
                marker: Some(Marker::Disc),
            });
        }
        entries.push(Entry {
            words: "foretold",
            color: palette::GREY,
            pen: Some(Pen::dashed(palette::GREY, 1.0, 3.0, 1.5)),
            marker: None,
        });
        panel.legend((0.05, 0.03), &entries)?;

        let lowest = table
            .select(&[("measure", BEST_BALANCED)])
            .map(|row| row.number("mean"))
            .fold(1.0, f64::min);
        let low = (10.0 * lowest - 0.5).floor() / 10.0;
        let mut panel = Panel::new(
            &areas[2],
            "(c) at the best stopping step",
            Axis::automatic("exponent γ of the weights", -0.1, 1.1),
            Axis::automatic("balanced test accuracy", low, 1.005),
        )?;
        for (place, member) in members.iter().enumerate() {
            let points: Vec<(f64, [f64; 3])> = gammas
                .iter()
                .filter_map(|&gamma| {
                    let points = curve(table, member, gamma, BEST_BALANCED);
                    points.first().map(|&point| (gamma, point))
                })
                .collect();
            for &(x, point) in &points {
                bar(&mut panel, x, point, (low, 1.005), color(place))?;
            }
            let line: Vec<(f64, f64)> = points.iter().map(|&(x, [_, mean, _])| (x, mean)).collect();
            panel.line(line.clone(), Pen::solid(color(place), 1.2))?;
            panel.markers(line, Marker::Disc, color(place))?;
        }
        Ok(())
    })
}
