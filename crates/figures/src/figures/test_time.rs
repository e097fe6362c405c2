//! Balanced accuracy on fresh samples over time, for several weights: theory, and descent on drawn data.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_simulation::{
    Initialisation, Loss, Problem, Simulation,
    samples::{SampleDescent, Samples},
};
use ufm_theory::{
    features::Sharing,
    problem::{
        Count, EvenClasses, LearningTimes, List, Normalisation, Seed, SimulatedScale, Start,
        StepProfile, TabulatedExponent, TabulatedRatio, TabulatedSize, Weighting,
    },
    test_time::{Benefit, class_accuracy},
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
};

/// `test-time`: weights and an early stop on fresh samples.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Weights and an early stop, on fresh samples",
    caption: "Balanced accuracy on samples that were not trained on, over training, for weights n^(−γ) of mean one over the samples, under the squared \
              loss (a) and the cross-entropy (b). Features share a part with their class. Lines: the orthant probability of the theory along the exact flow; \
              marks: gradient descent on drawn data from the same start, mean over seeds. Without weights accuracy is highest at the end. With \
              γ above the exponent that equalises learning times it is highest on the way, while minority classes are learned and \
              majority classes are catching up, and higher than training without weights ever gets; under the squared loss nothing is left of it at \
              the end.",
    claims: &["stop-early-at-test", "test-accuracy"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.test_time),
    draw,
    frames: None,
};

const ID: &str = "test-time";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    minority_samples: Count,
    share: TabulatedSize,
    private_dimension: Count,
    delta: SimulatedScale,
    gammas: List<TabulatedExponent, 4>,
    seeds: List<Seed, 100>,
    fresh_samples: Count,
    begin: LearningTimes,
    end: LearningTimes,
    points: Count,
    marks: Count,
}

const LOSSES: [(&str, Loss); 2] = [
    ("squared", Loss::Squared),
    ("cross-entropy", Loss::CROSS_ENTROPY),
];

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let (begin, end) = (parameters.begin.get(), parameters.end.get());
    if end <= begin {
        return Err(FigureError::Refused(format!(
            "end = {end:?} must be above begin = {begin:?}"
        )));
    }
    let sharing = Sharing::new(parameters.share.get())?;
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())
        .and_then(|step| step.with_minority_size(parameters.minority_samples.get() as f64))?;
    let counts = step.profile().counts()?;
    let start = Start::plain(parameters.delta.get())?;
    // In units of the limiting learning time of the minority without weights.
    let unit = parameters.delta.get() * Benefit::new(&step, 0.0, sharing)?.until;
    let spaced = |number: usize| -> Vec<f64> {
        let last = number.saturating_sub(1).max(1) as f64;
        (0..number)
            .map(|i| begin * (end / begin).powf(i as f64 / last))
            .collect()
    };
    let mut table = Table::new(&[
        "loss",
        "γ",
        "from",
        "t [δ/ρ_0]",
        "balanced",
        "majority",
        "minority",
    ]);
    for (name, loss) in LOSSES {
        for gamma in parameters.gammas.get() {
            let weighting = Weighting::power(gamma.get())?.normalised(Normalisation::SampleMeanOne);
            let mut push = |from: &str, time: f64, groups: [f64; 2]| {
                table.push([
                    name.into(),
                    gamma.get().into(),
                    from.into(),
                    time.into(),
                    (0.5 * (groups[0] + groups[1])).into(),
                    groups[0].into(),
                    groups[1].into(),
                ]);
            };
            let problem = Problem::step(&step, weighting)?
                .with_loss(loss)?
                .with_sharing(sharing)?;
            let taus = spaced(parameters.points.get());
            let times: Vec<f64> = taus.iter().map(|tau| tau * unit).collect();
            let run = Simulation::new(&problem, Initialisation::spectral(start)).at(&times)?;
            let profile = step.profile();
            let dimension = parameters.private_dimension.get() as f64;
            let stated = run
                .moments
                .par_iter()
                .map(|moment| {
                    let logits = moment.class_logits();
                    let of = |class| class_accuracy(class, &logits, &profile, sharing, dimension);
                    Ok::<_, FigureError>([of(0)?, of(step.majority())?])
                })
                .collect::<Result<Vec<_>, _>>()?;
            for (tau, groups) in taus.iter().zip(stated) {
                push("theory", *tau, groups);
            }
            let taus = spaced(parameters.marks.get());
            let times: Vec<f64> = taus.iter().map(|tau| tau * unit).collect();
            let weights = weighting.class_weights(&step.profile())?;
            // Steps of a twenty-fifth of the shortest time in which anything grows.
            let step_size = problem.shortest_time() / 25.0;
            let runs = parameters
                .seeds
                .get()
                .par_iter()
                .map(|seed| {
                    let dimension = parameters.private_dimension.get();
                    let train = Samples::draw(&counts, sharing, dimension, 2 * seed.get() as u64)?;
                    let fresh = vec![parameters.fresh_samples.get(); counts.len()];
                    let fresh =
                        Samples::draw(&fresh, sharing, dimension, 2 * seed.get() as u64 + 1)?;
                    SampleDescent::new(&train, &weights, loss, step_size)?
                        .from_class_means(&start, sharing)?
                        .at(&times, &fresh)
                })
                .collect::<Result<Vec<_>, _>>()?;
            for (index, tau) in taus.iter().enumerate() {
                let mut groups = [0.0; 2];
                for run in &runs {
                    for (class, found) in run[index].fresh.accuracies.iter().enumerate() {
                        let (group, size) = if class < step.majority() {
                            (0, step.majority())
                        } else {
                            (1, step.minority())
                        };
                        groups[group] += found.unwrap_or(f64::NAN) / (size * runs.len()) as f64;
                    }
                }
                push("drawn data", *tau, groups);
            }
        }
    }
    Ok(table)
}

const COLORS: [plotters::style::RGBColor; 4] = [
    palette::BLACK,
    palette::BLUE,
    palette::VERMILLION,
    palette::GREEN,
];

fn draw(table: &Table) -> Result<String, FigureError> {
    let gammas = table.distinct_numbers("γ");
    let numbers = |column: &'static str| table.rows().map(move |row| row.number(column));
    let (begin, end) = (
        numbers("t [δ/ρ_0]").fold(f64::INFINITY, f64::min),
        numbers("t [δ/ρ_0]").fold(0.0, f64::max),
    );
    let lowest = numbers("balanced").fold(1.0, f64::min);
    let floor = (10.0 * lowest).floor() / 10.0;
    canvas::page(FULL, 190.0, |page| {
        let (left, right) = page.split_horizontally(canvas::units(FULL / 2.0));
        for (area, title, loss) in [
            (&left, "(a) squared loss", "squared"),
            (&right, "(b) cross-entropy", "cross-entropy"),
        ] {
            let x = Axis::logarithmic(
                "time t, in units of δ/ρ of the minority without weights",
                begin,
                end,
            );
            let y = Axis::automatic("balanced accuracy, fresh samples", floor, 1.0);
            let mut panel = Panel::new(area, title, x, y)?;
            let of = |gamma: f64, from: &'static str| {
                table
                    .rows()
                    .filter(move |row| {
                        row.text("loss") == loss
                            && row.number("γ") == gamma
                            && row.text("from") == from
                    })
                    .map(|row| (row.number("t [δ/ρ_0]"), row.number("balanced")))
            };
            let mut entries = Vec::new();
            let words: Vec<String> = gammas
                .iter()
                .map(|gamma| format!("γ = {}", canvas::exponent(*gamma)))
                .collect();
            for ((gamma, color), words) in gammas.iter().zip(COLORS).zip(&words) {
                let pen = Pen::solid(color, 1.3);
                panel.line(of(*gamma, "theory"), pen)?;
                panel.markers(of(*gamma, "drawn data"), canvas::Marker::Ring, color)?;
                entries.push(Entry {
                    words,
                    color,
                    pen: Some(pen),
                    marker: None,
                });
            }
            if loss == "squared" {
                panel.legend((0.68, 0.62), &entries)?;
            }
        }
        Ok(())
    })
}
