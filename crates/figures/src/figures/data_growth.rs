//! What grows out of a small start on real images, before anything is trained: one figure a data set.

use serde::{Deserialize, Serialize};
use ufm_data::Samples;
use ufm_networks::study::Corpus;
use ufm_theory::{
    features::{self, ClassSums, Sharing},
    problem::{
        ClassIndex, ClassProfile, Count, List, Seed, StepProfile, TabulatedExponent,
        TabulatedRatio, Weighting,
    },
    spectrum::Mode,
    windows::least_spread::RANGE,
};

use super::Figure;
use crate::{
    Cell, FigureError, Inputs, Reads, Row, Table,
    canvas::{self, Axis, CENTRE, Entry, FULL, Marker, Panel, Pen, palette},
};

const TITLE: &str = "Growth rates of real images before training";

/// `digits-growth`: growth rates of the UCI digits before training.
pub const DIGITS: Figure = Figure {
    id: "digits-growth",
    title: TITLE,
    caption: "What a linear model of an imbalanced part of the UCI digits learns, known before training: the singular values ρ of ZΩXᵀ \
              (pixels X, centred), largest first (a), and the part of their left singular vectors that lies on majority classes (b), for three exponents of \
              the weights n^(−γ). At γ = ½ the majority still comes first, at γ = 1 directions mix the groups. (c) Majority rate over minority \
              rate along the directions of the labels, and the largest ρ over the smallest with its minimum (square), against γ: images behave like features that \
              a class shares, R^(1−γ), not like free ones, R^(½−γ).",
    claims: &["data-growth", "constrained-features"],
    reads: Reads::Samples(Corpus::Digits),
    table: |parameters, inputs| table(&parameters.digits_growth, inputs, Corpus::Digits),
    draw,
    frames: None,
};

/// `mnist-growth`: the same of MNIST.
pub const MNIST: Figure = Figure {
    id: "mnist-growth",
    caption: "What a linear model of an imbalanced part of MNIST learns, known before training: the singular values ρ of ZΩXᵀ \
              (pixels X, centred), largest first (a), and the part of their left singular vectors that lies on majority classes (b), for three exponents of \
              the weights n^(−γ). At γ = ½ the majority still comes first, at γ = 1 directions mix the groups. (c) Majority rate over minority \
              rate along the directions of the labels, and the largest ρ over the smallest with its minimum (square), against γ: images behave like features that \
              a class shares, R^(1−γ), not like free ones, R^(½−γ).",
    claims: &[],
    reads: Reads::Samples(Corpus::Mnist),
    table: |parameters, inputs| table(&parameters.mnist_growth, inputs, Corpus::Mnist),
    ..DIGITS
};

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    majority: List<ClassIndex, 255>,
    majority_samples: Count,
    ratio: TabulatedRatio,
    seed: Seed,
    centred: bool,
    gammas: List<TabulatedExponent, { palette::SERIES.len() }>,
    points: Count,
}

impl Parameters {
    /// The class sums of the samples that are looked at, and how many of each class there are.
    fn sums(&self, all: &Samples) -> Result<ClassSums, FigureError> {
        let refuse = |error: ufm_data::DataError| FigureError::Refused(error.to_string());
        let samples = self.majority_samples.get();
        let majority: Vec<u8> = self
            .majority
            .iter()
            .map(|class| class.get() as u8)
            .collect();
        let counts =
            ufm_data::step_counts(&all.class_counts(), &majority, samples, self.ratio.get())
                .map_err(refuse)?;
        let taken = ufm_data::subsample(all, &counts, self.seed.get() as u64).map_err(refuse)?;
        let sums = all
            .select(&taken)
            .and_then(|part| ufm_data::class_sums(&part))
            .map_err(refuse)?;
        Ok(if self.centred { sums.centred() } else { sums })
    }
}

/// The quantities of the table; the first two for every direction, the others for every exponent.
const RATE: &str = "ρ/ρ_max";
const SHARE: &str = "share on majority";
const GROUPS: &str = "majority/minority";
const SPREAD: &str = "ρ_max/ρ_min";
const FLATTEST: &str = "ρ_max/ρ_min, least";
const SHARED: &str = "shared features";
const FREE: &str = "free features";

fn table(parameters: &Parameters, inputs: &Inputs, source: Corpus) -> Result<Table, FigureError> {
    let sums = parameters.sums(&inputs.samples(source)?.train)?;
    let profile = ClassProfile::from_counts(sums.counts())?;
    let weights = |gamma: f64| -> Result<(Weighting, Vec<f64>), FigureError> {
        let weighting = Weighting::power(gamma)?;
        Ok((weighting, weighting.class_weights(&profile)?))
    };
    let majority = |class: usize| parameters.majority.iter().any(|c| c.get() == class);
    let mut table = Table::new(&["quantity", "γ", "direction", "value"]);
    for gamma in parameters.gammas.iter().map(|gamma| gamma.get()) {
        let growth = sums.growth(&weights(gamma)?.1)?;
        let largest = growth.rates().first().copied().unwrap_or(1.0);
        let rates = growth.rates().iter().map(|rate| rate / largest);
        for (quantity, values) in [(RATE, rates.collect()), (SHARE, growth.shares(majority))] {
            for (index, value) in values.into_iter().enumerate() {
                table.push([
                    quantity.into(),
                    gamma.into(),
                    (index + 1).into(),
                    value.into(),
                ]);
            }
        }
    }
    let step = step(parameters, &profile)?;
    let mut push = |quantity: &str, gamma: f64, value: f64| {
        table.push([quantity.into(), gamma.into(), Cell::from(""), value.into()]);
    };
    for i in 0..=parameters.points.get() {
        let gamma = RANGE.1 * i as f64 / parameters.points.get() as f64;
        let (weighting, weights) = weights(gamma)?;
        let rates = sums.label_rates(&weights, majority)?;
        let rate = |mode| {
            rates
                .iter()
                .find(|(m, _)| *m == mode)
                .map_or(f64::NAN, |(_, rate)| *rate)
        };
        push(GROUPS, gamma, rate(Mode::Majority) / rate(Mode::Minority));
        let spread = sums.growth(&weights)?.ln_spread();
        push(SPREAD, gamma, spread.exp());
        for (quantity, sharing) in [(SHARED, Sharing::FULL), (FREE, Sharing::NONE)] {
            let ln = |mode| features::step_ln_rate(&step, &weighting, sharing, mode);
            push(
                quantity,
                gamma,
                (ln(Mode::Majority) - ln(Mode::Minority)).exp(),
            );
        }
    }
    if let Some(found) = sums.least_spread()? {
        push(FLATTEST, found.gamma, found.ln_spread.exp());
    }
    Ok(table)
}

/// The STEP profile nearest to the counts, whose ratio was rounded with them.
fn step(
    parameters: &Parameters,
    profile: &ClassProfile,
) -> Result<StepProfile, ufm_theory::TheoryError> {
    let majority = parameters.majority.get().len();
    let (large, small) = (profile.sizes().iter().copied())
        .fold((0.0_f64, f64::INFINITY), |(a, b), n| (a.max(n), b.min(n)));
    let minority = profile.classes() - majority;
    StepProfile::from_groups((majority, large), (minority, small))
}

const MARKERS: [Marker; 4] = [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Ring];

fn draw(table: &Table) -> Result<String, FigureError> {
    let gammas: Vec<f64> = distinct(table.select(&[("quantity", RATE)]), "γ");
    let directions = distinct(table.select(&[("quantity", RATE)]), "direction");
    let last = directions.len() as f64;
    let lowest = table
        .select(&[("quantity", RATE)])
        .map(|row| row.number("value"))
        .filter(|value| *value > 0.0)
        .fold(0.1, f64::min);
    let words: Vec<String> = gammas
        .iter()
        .map(|&gamma| canvas::exponent(gamma))
        .collect();
    let look = |i: usize| {
        (
            palette::SERIES[i % palette::SERIES.len()],
            MARKERS[i % MARKERS.len()],
        )
    };
    let entries: Vec<Entry<'_>> = words
        .iter()
        .enumerate()
        .map(|(i, words)| Entry {
            words,
            color: look(i).0,
            pen: Some(Pen::solid(look(i).0, 0.8)),
            marker: Some(look(i).1),
        })
        .collect();
    canvas::page(FULL, 180.0, |page| {
        let areas = page.split_evenly((1, 3));
        let by_direction = [
            (
                "(a) growth rates",
                Axis::logarithmic("rate ρ/ρ_max", 0.7 * lowest, 1.4),
                RATE,
            ),
            (
                "(b) where they lie",
                Axis::linear(
                    "share on majority",
                    -0.04,
                    1.04,
                    &[0.0, 0.25, 0.5, 0.75, 1.0],
                ),
                SHARE,
            ),
        ];
        for (area, (title, y, quantity)) in areas.iter().zip(by_direction) {
            let x = Axis::linear("direction, fastest first", 0.5, last + 0.5, &directions);
            let mut panel = Panel::new(area, title, x, y)?;
            for (i, &gamma) in gammas.iter().enumerate() {
                let points: Vec<(f64, f64)> = table
                    .select(&[("quantity", quantity)])
                    .filter(|row| row.number("γ") == gamma)
                    .map(|row| (row.number("direction"), row.number("value")))
                    .collect();
                panel.line(points.iter().copied(), Pen::solid(look(i).0, 0.8))?;
                panel.markers(points, look(i).1, look(i).0)?;
            }
            if quantity == SHARE {
                panel.legend((0.52, 0.02), &entries)?;
            }
        }
        if let Some(area) = areas.get(2) {
            ratios(area, table)?;
        }
        Ok(())
    })
}

/// Ratios of rates against the exponent.
fn ratios(area: &canvas::Area<'_>, table: &Table) -> Result<(), FigureError> {
    let curve = |quantity: &str| -> Vec<(f64, f64)> {
        let rows = table.rows().filter(|row| row.text("quantity") == quantity);
        rows.map(|row| (row.number("γ"), row.number("value")))
            .collect()
    };
    let last = curve(SPREAD)
        .into_iter()
        .map(|(gamma, _)| gamma)
        .fold(0.0, f64::max);
    let highest = curve(SPREAD)
        .into_iter()
        .map(|(_, value)| value)
        .filter(|value| value.is_finite())
        .fold(10.0, f64::max);
    let mut panel = Panel::new(
        area,
        "(c) how far apart",
        Axis::linear("weight exponent γ", 0.0, last, &[0.0, 0.5, 1.0, 1.5]),
        Axis::logarithmic("ratio of rates", 0.3, 2.5 * highest),
    )?;
    panel.horizontal(1.0, Pen::solid(palette::GREY, 0.6))?;
    let series = [
        (
            SPREAD,
            "largest/smallest ρ",
            Pen::solid(palette::PURPLE, 1.3),
        ),
        (GROUPS, "majority/minority", Pen::solid(palette::BLACK, 1.3)),
        (
            SHARED,
            "if a class shares one",
            Pen::dashed(palette::VERMILLION, 1.0, 3.0, 1.5),
        ),
        (
            FREE,
            "if features are free",
            Pen::dashed(palette::BLUE, 1.0, 1.2, 1.2),
        ),
    ];
    for (quantity, _, pen) in series {
        panel.line(curve(quantity), pen)?;
    }
    for at in curve(FLATTEST) {
        panel.markers([at], Marker::Square, palette::PURPLE)?;
        panel.annotate(
            &format!("γ = {:.2}", at.0),
            at,
            (0.0, 8.0),
            palette::PURPLE,
            CENTRE,
        )?;
    }
    let entries = series.map(|(_, words, pen)| Entry {
        words,
        color: palette::BLACK,
        pen: Some(pen),
        marker: None,
    });
    panel.legend((0.22, 0.0), &entries)
}

/// The different values of a column, in the order they appear.
fn distinct<'a>(rows: impl Iterator<Item = Row<'a>>, column: &str) -> Vec<f64> {
    let mut found = Vec::new();
    for row in rows {
        let value = row.number(column);
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}
