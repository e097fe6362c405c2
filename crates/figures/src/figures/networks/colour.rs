//! Colour images: what weights do where the network does not classify well.

use ufm_networks::study::Corpus;

use super::series::{
    self, ADVANTAGE, BALANCED, KEPT_MAJORITY, KEPT_MINORITY, MINORITY, color, curve, draw_curves,
    exponents, from, seeds,
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
    caption: "The network of the MNIST figures on CIFAR-10 (two of its five training files; 1900 + 190 training images a class, R = 10). (a) Minority test accuracy without weights \
              (dashed) and with inverse-frequency weights (solid). (b) Their difference, with its 95 % confidence interval. (c) Balanced test accuracy. (d) Part of the training margin that \
              test images keep at the end, majority (squares) and minority (discs); bars are 95 % confidence intervals. Means over seeds elsewhere.",
    claims: &[],
    reads: Reads::Table(Corpus::Cifar10),
    table: |parameters, inputs| series::table(ID, parameters, inputs, Corpus::Cifar10),
    draw,
    frames: None,
};

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let last = table
        .rows()
        .map(|row| row.number("step"))
        .fold(1.0, f64::max);
    let means = |measure: &str| -> Vec<f64> {
        table
            .select(&[("measure", measure)])
            .map(|row| row.number("mean"))
            .collect()
    };
    let top = |measure: &str| means(measure).into_iter().fold(0.1, f64::max) * 1.1;
    let entries: Vec<Entry<'_>> = members
        .iter()
        .enumerate()
        .map(|(place, member)| Entry {
            words: member,
            color: color(place + 1),
            pen: Some(Pen::solid(color(place + 1), 1.3)),
            marker: None,
        })
        .collect();
    canvas::page(FULL, 320.0, |page| {
        let areas = page.split_evenly((2, 2));
        let steps = || Axis::logarithmic("training steps", 16.0, last);
        for (area, measure, title, label) in [
            (
                &areas[0],
                MINORITY,
                format!("(a) minority ({})", seeds(table)),
                "test accuracy",
            ),
            (
                &areas[2],
                BALANCED,
                "(c) all classes".to_owned(),
                "balanced test accuracy",
            ),
        ] {
            let mut panel = Panel::new(
                area,
                &title,
                steps(),
                Axis::automatic(label, 0.0, top(measure)),
            )?;
            for (place, member) in members.iter().enumerate() {
                for gamma in exponents(table, member) {
                    let points = from(16.0, curve(table, member, gamma, measure));
                    let pen = if gamma == 0.0 {
                        Pen::dashed(color(place + 1), 1.2, 3.0, 1.5)
                    } else {
                        Pen::solid(color(place + 1), 1.3)
                    };
                    panel.line(points.iter().map(|&[x, mean, _]| (x, mean)), pen)?;
                }
            }
            if measure == MINORITY {
                panel.legend((0.04, 0.03), &entries)?;
            }
        }
        let least = means(ADVANTAGE).into_iter().fold(0.0, f64::min) - 0.02;
        let ends = (least, top(ADVANTAGE));
        let mut panel = Panel::new(
            &areas[1],
            "(b) advantage of γ = 1",
            steps(),
            Axis::automatic("minority accuracy gained", ends.0, ends.1),
        )?;
        panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
        let of = |member: &String| from(16.0, curve(table, member, 1.0, ADVANTAGE));
        let curves: Vec<_> = (1..)
            .map(color)
            .zip(members.iter().map(of))
            .map(|(c, p)| (p, c))
            .collect();
        draw_curves(&mut panel, &curves, ends, true)?;

        let places: Vec<(usize, &str, f64)> = members
            .iter()
            .enumerate()
            .flat_map(|(place, member)| {
                let gammas = exponents(table, member);
                gammas
                    .into_iter()
                    .map(move |gamma| (place, member.as_str(), gamma))
            })
            .collect();
        let words: Vec<String> = places
            .iter()
            .map(|place| canvas::exponent(place.2))
            .collect();
        let names: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut panel = Panel::new(
            &areas[3],
            "(d) margin kept at the end",
            Axis::named("weights", &names),
            Axis::automatic("test margin over training margin", 0.0, 1.05),
        )?;
        for (x, &(place, member, gamma)) in places.iter().enumerate() {
            for (measure, marker) in [
                (KEPT_MAJORITY, Marker::Square),
                (KEPT_MINORITY, Marker::Disc),
            ] {
                let x = x as f64;
                for [_, mean, half] in curve(table, member, gamma, measure) {
                    let bar = [(x, (mean - half).max(0.0)), (x, (mean + half).min(1.05))];
                    panel.line(bar, Pen::solid(color(place + 1), 0.7))?;
                    panel.markers([(x, mean.clamp(0.0, 1.05))], marker, color(place + 1))?;
                }
            }
        }
        Ok(())
    })
}
