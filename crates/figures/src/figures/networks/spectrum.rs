//! The logits of a network along the singular directions of the labels, over training.

use ufm_networks::{
    metrics::logit_spectrum,
    study::{Corpus, StudyPart},
};
use ufm_theory::{
    problem::Weighting,
    spectrum::{Mode, StepSpectrum},
};

use super::{interval_of, runs};
use crate::{
    Figure, FigureError, Parameters, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
    inputs::{Inputs, study},
};

/// The caption, with the name of the data set and what is seen of its contrast.
macro_rules! caption {
    ($data:literal, $contrast:literal) => {
        concat!(
            "Amplitude of the training logits of a convolutional network on ",
            $data,
            " along the singular directions of the label matrix, over the singular value, during training with squared loss; mean \
             and 95 % confidence interval over seeds. Dotted vertical lines: when contrast and minority would reach one half under \
             free features, if their times stood to that of the majority as there. Without weights (a) majority directions come \
             before minority directions, by more than free features explain; γ = ½ (b) does not bring them together and γ = 1 (c) \
             nearly does, as for features that samples share.",
            $contrast
        )
    };
}

/// For the digits.
pub const DIGITS: Figure = Figure {
    id: "digits-spectrum",
    title: "Logits of a network along the singular directions of the labels",
    caption: caption!(
        "the UCI digits",
        " The contrast of the groups comes first: biases and mean images already carry it."
    ),
    claims: &["network-spectral-order"],
    reads: Reads::Networks(Corpus::Digits, StudyPart::Spectrum),
    table: |parameters, inputs| table("digits-spectrum", parameters, inputs, Corpus::Digits),
    draw,
    frames: None,
};

/// For MNIST.
pub const MNIST: Figure = Figure {
    id: "mnist-spectrum",
    caption: caption!("MNIST", ""),
    claims: &[],
    reads: Reads::Networks(Corpus::Mnist, StudyPart::Spectrum),
    table: |parameters, inputs| table("mnist-spectrum", parameters, inputs, Corpus::Mnist),
    ..DIGITS
};

fn table(
    id: &'static str,
    parameters: &Parameters,
    inputs: &Inputs,
    source: Corpus,
) -> Result<Table, FigureError> {
    let results = inputs.results(source, StudyPart::Spectrum)?;
    let plan = &study(parameters, source)?.plan;
    let mut table = Table::new(&[
        "γ",
        "mode",
        "step",
        "s/σ",
        "half-width",
        "learning time",
        "seeds",
        "quick",
    ]);
    let step = plan
        .step_profile(inputs.samples(source)?)
        .map_err(FigureError::network(id))?;
    let order = plan.order(step.classes());
    for &gamma in &results.experiment.gammas {
        let weighting = Weighting::power(gamma)?;
        let spectrum = StepSpectrum::new(&step, &weighting);
        for mode in spectrum.modes() {
            for at in results.steps() {
                let values = results
                    .of(gamma)
                    .filter_map(|run| run.at(at))
                    .map(|moment| {
                        let found = logit_spectrum(&step, &order, &moment.logits)?;
                        Ok(found
                            .into_iter()
                            .find(|(m, _)| *m == mode)
                            .map_or(f64::NAN, |(_, f)| f))
                    })
                    .collect::<Result<Vec<f64>, _>>()
                    .map_err(FigureError::network(id))?;
                let found = interval_of(id, &values)?;
                table.push([
                    gamma.into(),
                    mode.name().into(),
                    at.into(),
                    found.mean.into(),
                    found.half_width.into(),
                    // In units of that of the majority.
                    (spectrum.rate(Mode::Majority) / spectrum.rate(mode)).into(),
                    found.n.into(),
                    usize::from(inputs.quick()).into(),
                ]);
            }
        }
    }
    Ok(table)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let last = table
        .rows()
        .map(|row| row.number("step"))
        .fold(1.0, f64::max);
    let highest = table
        .rows()
        .map(|row| row.number("s/σ"))
        .fold(1.0, f64::max);
    let lowest = table
        .rows()
        .map(|row| row.number("s/σ"))
        .fold(0.0, f64::min);
    let series = [
        ("majority", palette::BLUE, Pen::solid(palette::BLUE, 1.3)),
        (
            "contrast",
            palette::GREEN,
            Pen::dashed(palette::GREEN, 1.3, 6.0, 1.5),
        ),
        (
            "minority",
            palette::VERMILLION,
            Pen::dashed(palette::VERMILLION, 1.3, 3.0, 1.5),
        ),
    ];
    canvas::page(FULL, 180.0, |page| {
        let (left, rest) = page.split_horizontally(canvas::units(FULL / 3.0));
        let (middle, right) = rest.split_horizontally(canvas::units(FULL / 3.0));
        let panels = [(&left, "(a)"), (&middle, "(b)"), (&right, "(c)")];
        for ((area, letter), gamma) in panels.into_iter().zip(table.distinct_numbers("γ")) {
            let title = if letter == "(a)" {
                format!("{letter} {} ({})", canvas::exponent(gamma), runs(table))
            } else {
                format!("{letter} {}", canvas::exponent(gamma))
            };
            let mut panel = Panel::new(
                area,
                &title,
                Axis::logarithmic("training steps", 1.0, last),
                Axis::automatic("amplitude s/σ", lowest - 0.02, highest.max(1.0) * 1.3),
            )?;
            let rows = |mode: &'static str| {
                table.rows().filter(move |row| {
                    row.number("γ") == gamma
                        && row.text("mode") == mode
                        && row.number("step") >= 1.0
                })
            };
            panel.horizontal(0.5, Pen::dashed(palette::GREY, 0.5, 1.5, 1.5))?;
            // The widest band, that of the contrast, behind the others.
            let [majority, contrast, minority] = series;
            for (mode, color, _) in [contrast, minority, majority] {
                let band: Vec<(f64, f64, f64)> = rows(mode)
                    .map(|row| {
                        let (mean, half) = (row.number("s/σ"), row.number("half-width"));
                        (row.number("step"), mean - half, mean + half)
                    })
                    .collect();
                if !band.is_empty() {
                    panel.band(&band, color)?;
                }
            }
            let first = half(rows("majority").map(|row| (row.number("step"), row.number("s/σ"))));
            for (mode, color, _) in series {
                let time = rows(mode)
                    .next()
                    .map_or(f64::NAN, |row| row.number("learning time"));
                if let Some(first) = first
                    && mode != "majority"
                    && first * time <= last
                {
                    panel.vertical(first * time, Pen::dashed(color, 0.8, 1.2, 1.2))?;
                }
            }
            for (mode, _, pen) in series {
                panel.line(
                    rows(mode).map(|row| (row.number("step"), row.number("s/σ"))),
                    pen,
                )?;
            }
            if letter == "(a)" {
                let entries = series.map(|(words, color, pen)| Entry {
                    words,
                    color,
                    pen: Some(pen),
                    marker: None,
                });
                panel.legend((0.04, 0.03), &entries)?;
            }
        }
        Ok(())
    })
}

/// Where a curve first reaches one half, linear in the logarithm of the step.
fn half(points: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let points: Vec<(f64, f64)> = points.collect();
    points.windows(2).find_map(|pair| {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        (y0 < 0.5 && y1 >= 0.5).then(|| (x0.ln() + (0.5 - y0) / (y1 - y0) * (x1 / x0).ln()).exp())
    })
}
