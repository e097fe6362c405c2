//! The same imbalance, learned by networks of different kinds.

use ufm_networks::study::Corpus;

use super::{
    last_step, runs,
    series::{self, ADVANTAGE, BALANCED, BEST_BALANCED, bar, color, curve, draw_curves, from},
};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, FULL, Marker, Panel, Pen, palette},
    table::each_once,
};

const ID: &str = "cifar10-architectures";

/// What stands between architecture and imbalance in the name of a member.
const BETWEEN: &str = "; ";

/// For CIFAR-10.
pub const CIFAR10: Figure = Figure {
    id: ID,
    title: "Weights by architecture, groups and long tails",
    caption: "Fully connected, convolutional and residual networks and a vision transformer on CIFAR-10, from some of its training files, with two groups of classes (STEP) and with long tails (LT); each architecture has its own \
              optimiser and learning rate, the same for every weight and imbalance. Top: test accuracy of the minority classes (of a long tail the smaller half) with inverse-frequency weights (γ = 1) above that without, until \
              training ends; bars there are 95 % confidence intervals over seeds. Bottom: balanced test accuracy at the best stopping step, chosen for each seed on the others (discs), and at the end of training (rings), without weights (left of each \
              pair) and with them (right); bars are such intervals too.",
    claims: &[],
    reads: Reads::Table(Corpus::Cifar10),
    table: |_, inputs| series::table(ID, inputs, Corpus::Cifar10),
    draw,
    frames: None,
};

/// Architecture and imbalance of a member.
fn parts(member: &str) -> (&str, &str) {
    member.split_once(BETWEEN).unwrap_or((member, ""))
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let architectures = each_once(members.iter().map(|member| parts(member).0));
    let imbalances = each_once(members.iter().map(|member| parts(member).1));
    let named = |architecture: &str, imbalance: &str| {
        let of = |member: &&String| parts(member) == (architecture, imbalance);
        members.iter().find(of).map_or("", String::as_str)
    };
    let advantages = |imbalance: &str| {
        let of = |(place, architecture): (usize, &&str)| {
            let points = curve(table, named(architecture, imbalance), 1.0, ADVANTAGE);
            (from(16.0, points), color(place))
        };
        architectures.iter().enumerate().map(of).collect::<Vec<_>>()
    };
    let means = imbalances
        .iter()
        .flat_map(|imbalance| advantages(imbalance))
        .flat_map(|(points, _)| points.into_iter().map(|point| point[1]));
    let (low, high) = means.fold((-0.02, 0.1), |(low, high): (f64, f64), mean| {
        (low.min(mean), high.max(mean))
    });
    let ends = (1.2 * low, 1.5 * high); // room for the legend
    let entries = series::entries(&architectures);
    let top = balanced_top(table);
    canvas::page(FULL, 330.0, |page| {
        let areas = page.split_evenly((2, imbalances.len()));
        for (column, imbalance) in imbalances.iter().enumerate() {
            let title = match column {
                0 => format!("{imbalance} ({})", runs(table)),
                _ => (*imbalance).to_owned(),
            };
            let mut panel = Panel::new(
                &areas[column],
                &title,
                Axis::logarithmic("training steps", 16.0, last_step(table)),
                Axis::automatic("minority accuracy gained", ends.0, ends.1),
            )?;
            panel.horizontal(0.0, Pen::solid(palette::FAINT, 0.8))?;
            let curves = advantages(imbalance);
            draw_curves(&mut panel, &curves, ends, false)?;
            for (place, (points, color)) in curves.iter().enumerate() {
                if let Some(&last) = points.last() {
                    // Beside each other where they end at one step.
                    let x = last[0] * (1.0 - 0.025 * place as f64);
                    bar(&mut panel, x, last, ends, *color)?;
                }
            }
            if column == 0 {
                panel.legend((0.03, 0.03), &entries)?;
            }

            let mut panel = Panel::new(
                &areas[imbalances.len() + column],
                "",
                Axis::named("γ = 0 and γ = 1 of each", &vec![""; architectures.len()]),
                Axis::automatic("balanced test accuracy", 0.0, top),
            )?;
            for (place, architecture) in architectures.iter().enumerate() {
                for (gamma, shift) in [(0.0, -0.2), (1.0, 0.2)] {
                    let of = |measure| curve(table, named(architecture, imbalance), gamma, measure);
                    let found = [
                        (of(BEST_BALANCED).first().copied(), Marker::Disc, -0.05),
                        (of(BALANCED).last().copied(), Marker::Ring, 0.05),
                    ];
                    for (point, marker, aside) in found {
                        let Some(point) = point else { continue };
                        let x = place as f64 + shift + aside;
                        bar(&mut panel, x, point, (0.0, top), color(place))?;
                        panel.markers([(x, point[1])], marker, color(place))?;
                    }
                }
            }
        }
        Ok(())
    })
}

/// A little above the largest balanced accuracy.
fn balanced_top(table: &Table) -> f64 {
    table
        .rows()
        .filter(|row| [BALANCED, BEST_BALANCED].contains(&row.text("measure")))
        .map(|row| 1.15 * row.number("mean"))
        .fold(0.1, f64::max)
}
