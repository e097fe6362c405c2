//! What else is done about imbalance, on networks: weights beside logit adjustment, deferred weights, and balanced sampling.

use ufm_networks::study::Corpus;

use super::{
    last_step, runs,
    series::{
        self, BALANCED, BEST_BALANCED, BEST_WORST, WORST, bar, color, curve, draw_curves,
        exponents, from,
    },
};
use crate::{
    Figure, FigureError, Reads, Table,
    canvas::{self, Axis, FULL, Marker, Panel},
};

const ID: &str = "mnist-remedies";

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: ID,
    title: "Remedies side by side on MNIST",
    caption: "Networks on MNIST: weights ∝ n^(−γ), such weights from a later step on, logit adjustment (ln(n_c/N) added to the logits while \
              training), and batches in which each class is drawn equally often. (a) Balanced test accuracy and (b) that of the worst class over training; means over seeds. (c) Both at the best stopping step, chosen for each seed on the others (discs: balanced, squares: worst class), and at the end \
              of training (rings), with 95 % confidence intervals over seeds.",
    claims: &[],
    reads: Reads::Table(Corpus::Mnist),
    table: |_, inputs| series::table(ID, inputs, Corpus::Mnist),
    draw,
    frames: None,
};

fn draw(table: &Table) -> Result<String, FigureError> {
    let members = table.distinct("member");
    let gamma = |member: &str| exponents(table, member).first().copied().unwrap_or(0.0);
    let last = last_step(table);
    canvas::page(FULL, 190.0, |page| {
        let areas = page.split_evenly((1, 3));
        let titles = [
            (
                BALANCED,
                format!("(a) all classes ({})", runs(table)),
                "balanced test accuracy",
            ),
            (
                WORST,
                "(b) the worst class".to_owned(),
                "test accuracy of the worst class",
            ),
        ];
        let entries = series::entries(&members);
        for (area, (measure, title, label)) in areas.iter().zip(titles) {
            let mut panel = Panel::new(
                area,
                &title,
                Axis::logarithmic("training steps", 16.0, last),
                Axis::linear(label, 0.0, 1.03, &[0.0, 0.25, 0.5, 0.75, 1.0]),
            )?;
            let of = |member: &str| from(16.0, curve(table, member, gamma(member), measure));
            let curves: Vec<_> = entries.iter().map(|e| (of(e.words), e.color)).collect();
            draw_curves(&mut panel, &curves, (0.0, 1.0), false)?;
            if measure == BALANCED {
                panel.legend((0.27, 0.55), &entries)?;
            }
        }
        let first = |member: &str, measure: &str, end: bool| {
            let points = curve(table, member, gamma(member), measure);
            if end {
                points.last().copied()
            } else {
                points.first().copied()
            }
        };
        let ends = members.iter().flat_map(|member| {
            [
                (BEST_BALANCED, false),
                (BEST_WORST, false),
                (BALANCED, true),
                (WORST, true),
            ]
            .into_iter()
            .filter_map(|(measure, end)| first(member, measure, end))
            .map(|point| point[1] - point[2])
            .collect::<Vec<f64>>()
        });
        let low = (10.0 * ends.fold(1.0, f64::min)).floor() / 10.0;
        let mut panel = Panel::new(
            &areas[2],
            "(c) best stop and end",
            Axis::named("remedy, by its colour", &vec![""; members.len()]),
            Axis::automatic("test accuracy", low, 1.005),
        )?;
        for (place, member) in members.iter().enumerate() {
            for (measure, end, marker, shift) in [
                (BEST_BALANCED, false, Marker::Disc, -0.15),
                (BALANCED, true, Marker::Ring, -0.15),
                (BEST_WORST, false, Marker::Square, 0.15),
                (WORST, true, Marker::Ring, 0.15),
            ] {
                let Some(point) = first(member, measure, end) else {
                    continue;
                };
                let x = place as f64 + shift + if end { 0.1 } else { 0.0 };
                bar(&mut panel, x, point, (low, 1.005), color(place))?;
                panel.markers([(x, point[1])], marker, color(place))?;
            }
        }
        Ok(())
    })
}
