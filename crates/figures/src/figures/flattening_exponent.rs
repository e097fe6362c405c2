//! The exponent that makes early growth rates equal, against how much features are shared.

use serde::{Deserialize, Serialize};
use ufm_theory::{
    features::{self, Sharing},
    problem::{Count, List, StepProfile, TabulatedRatio, TabulatedSize},
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, LEFT, Panel, Pen, palette},
};

/// `flattening-exponent`: flattening exponent γ* against shared features.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Flattening exponent γ* against shared features",
    caption: "Exponent γ* of the weights n^(−γ) that makes all early growth rates of L = W₂W₁X equal, against the share α of a sample's \
              squared norm that is common to its class, for m samples in a minority class and mR in a majority class. Free features ask \
              for ½, one feature vector per class for 1, inverse frequency; with many samples a class, little sharing is enough for it.",
    claims: &["constrained-features"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.flattening_exponent),
    draw,
    frames: None,
};

const ID: &str = "flattening-exponent";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    minority_samples: List<TabulatedSize, 5>,
    ratios: List<TabulatedRatio, 4>,
    least_share: TabulatedSize,
    points: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let least = parameters.least_share.get();
    if least >= 1.0 {
        return Err(FigureError::Refused(format!(
            "least-share = {least:?} must be below 1"
        )));
    }
    let mut table = Table::new(&["R", "m", "α", "γ*"]);
    for ratio in &parameters.ratios {
        for size in &parameters.minority_samples {
            // γ* is the same for every split into majority and minority classes.
            let step = StepProfile::halves(4, ratio.get())
                .and_then(|step| step.with_minority_size(size.get()))?;
            for i in 0..=parameters.points.get() {
                let alpha = least.powf(1.0 - i as f64 / parameters.points.get() as f64);
                let sharing = Sharing::new(alpha)?;
                table.push([
                    ratio.get().into(),
                    size.get().into(),
                    alpha.into(),
                    features::flattening_exponent(&step, sharing).into(),
                ]);
            }
        }
    }
    Ok(table)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let (ratios, sizes) = (table.distinct_numbers("R"), table.distinct_numbers("m"));
    let least = table.rows().map(|row| row.number("α")).fold(1.0, f64::min);
    let colors = [
        palette::BLUE,
        palette::GREEN,
        palette::ORANGE,
        palette::VERMILLION,
        palette::PURPLE,
    ];
    let pens = [(9.0, 0.0), (6.0, 1.5), (3.0, 1.5), (1.4, 1.2), (8.0, 2.0)];
    let look = |i: usize| {
        let (color, (on, off)) = (colors[i % colors.len()], pens[i % pens.len()]);
        match off {
            0.0 => (color, Pen::solid(color, 1.2)),
            _ => (color, Pen::dashed(color, 1.2, on, off)),
        }
    };
    let words: Vec<String> = sizes
        .iter()
        .map(|m| format!("m = {}", canvas::short(*m)))
        .collect();
    let entries: Vec<Entry<'_>> = words
        .iter()
        .enumerate()
        .map(|(i, words)| Entry {
            words,
            color: look(i).0,
            pen: Some(look(i).1),
            marker: None,
        })
        .collect();
    canvas::page(FULL, 180.0, |page| {
        let areas = page.split_evenly((1, ratios.len().max(1)));
        for (index, (area, ratio)) in areas.iter().zip(&ratios).enumerate() {
            let label = if index == 0 {
                "flattening exponent γ*"
            } else {
                ""
            };
            let ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
            let mut panel = Panel::new(
                area,
                &format!("R = {}", canvas::short(*ratio)),
                Axis::logarithmic("share α common to the class", least, 1.0),
                Axis::linear(label, 0.48, 1.05, &ticks),
            )?;
            panel.horizontal(0.5, Pen::solid(palette::GREY, 0.6))?;
            panel.horizontal(1.0, Pen::solid(palette::GREY, 0.6))?;
            for (i, size) in sizes.iter().enumerate() {
                let curve = table
                    .rows()
                    .filter(|row| row.number("m") == *size && row.number("R") == *ratio)
                    .map(|row| (row.number("α"), row.number("γ*")));
                panel.line(curve, look(i).1)?;
            }
            if index == 0 {
                let at = (least, 1.0);
                panel.annotate("inverse frequency", at, (3.0, -4.0), palette::GREY, LEFT)?;
                panel.legend((0.03, 0.13), &entries)?;
            }
        }
        Ok(())
    })
}
