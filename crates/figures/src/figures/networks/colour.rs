//! Colour images: what weights do where the network does not classify well.

use ufm_networks::study::Corpus;

use super::{
    last_step, runs,
    series::{
        self, ADVANTAGE, BALANCED, KEPT_MAJORITY, KEPT_MINORITY, MINORITY, bar, curve, draw_curves,
        exponents, from,
    },
};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Marker, Panel, Pen, palette},
};

const ID: &str = "cifar10-accuracy";

/// For CIFAR-10.
pub const CIFAR10: Figure = Figure {
    id: ID,
    title: "Colour images that are not learned well",
    caption: "The network of the MNIST figures on CIFAR-10, from some of its training files. (a) Minority test accuracy without weights and with inverse-frequency weights. (b) Their \
              difference, with its 95 % confidence interval. (c) Balanced test accuracy. (d) Part of the training margin that test images keep at the end, majority (squares) and \
              minority (discs); bars are 95 % confidence intervals. Means over seeds elsewhere.",
    claims: &[],
    reads: Reads::Table(Corpus::Cifar10),
    table: |_, inputs| series::table(ID, inputs, Corpus::Cifar10),
    draw,
    frames: None,
};

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let member = members.first().map(String::as_str).unwrap_or_default();
    let gammas = exponents(table, member);
    let last = last_step(table);
    let of = |gamma: f64, measure: &str| from(16.0, curve(table, member, gamma, measure));
    let top = |measure: &str| {
        let means = gammas.iter().flat_map(|&gamma| of(gamma, measure));
        1.1 * means.map(|point| point[1]).fold(0.1, f64::max)
    };
    let words: Vec<String> = gammas.iter().map(|&g| canvas::exponent(g)).collect();
    let entries: Vec<Entry<'_>> = words
        .iter()
        .zip(palette::SERIES)
        .map(|(words, color)| Entry {
            words,
            color,
            pen: Some(Pen::solid(color, 1.3)),
            marker: None,
        })
        .collect();
    canvas::page(FULL, 320.0, |page| {
        let areas = page.split_evenly((2, 2));
        let steps = || Axis::logarithmic("training steps", 16.0, last);
        let accuracies = [
            (
                &areas[0],
                MINORITY,
                format!("(a) minority ({})", runs(table)),
                "test accuracy",
            ),
            (
                &areas[2],
                BALANCED,
                "(c) all classes".to_owned(),
                "balanced test accuracy",
            ),
        ];
        for (area, measure, title, label) in accuracies {
            let ends = (0.0, top(measure));
            let mut panel = Panel::new(
                area,
                &title,
                steps(),
                Axis::automatic(label, ends.0, ends.1),
            )?;
            let curves: Vec<_> = gammas
                .iter()
                .map(|&g| of(g, measure))
                .zip(palette::SERIES)
                .collect();
            draw_curves(&mut panel, &curves, ends, false)?;
            if measure == MINORITY {
                panel.legend((0.04, 0.03), &entries)?;
            }
        }
        let advantages: Vec<_> = gammas
            .iter()
            .zip(palette::SERIES)
            .map(|(&gamma, color)| (of(gamma, ADVANTAGE), color))
            .collect();
        let ends = (-0.02, top(ADVANTAGE));
        let mut panel = Panel::new(
            &areas[1],
            "(b) advantage of weights",
            steps(),
            Axis::automatic("minority accuracy gained", ends.0, ends.1),
        )?;
        panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
        draw_curves(&mut panel, &advantages, ends, true)?;

        let names: Vec<&str> = words.iter().map(String::as_str).collect();
        let ends = (0.0, 1.05);
        let mut panel = Panel::new(
            &areas[3],
            "(d) margin kept at the end",
            Axis::named("weights", &names),
            Axis::automatic("test margin over training margin", ends.0, ends.1),
        )?;
        for ((place, &gamma), color) in gammas.iter().enumerate().zip(palette::SERIES) {
            for (measure, marker) in [
                (KEPT_MAJORITY, Marker::Square),
                (KEPT_MINORITY, Marker::Disc),
            ] {
                for point in of(gamma, measure) {
                    bar(&mut panel, place as f64, point, ends, color)?;
                    panel.markers(
                        [(place as f64, point[1].clamp(ends.0, ends.1))],
                        marker,
                        color,
                    )?;
                }
            }
        }
        Ok(())
    })
}
