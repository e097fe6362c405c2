//! When weights help fresh minority samples most, how much, and until when, over the imbalance ratio and the size of the minority.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use ufm_theory::{
    features::Sharing,
    problem::{
        Count, EvenClasses, List, SimulatedScale, Start, StepProfile, TabulatedExponent,
        TabulatedRatio, TabulatedSize,
    },
    test_time::Advantage,
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
};

/// `test-time-chart`: the largest advantage of weights on fresh minority samples.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "When weights help most at test time, and for how long",
    caption: "The advantage of weights n^(−γ) of mean one over the samples, over none, in the margin of fresh minority samples over other minority \
              classes, in closed form from the spectral start of scale δ under the squared loss; features share a part α with their class. (a) Its largest value is \
              reached near the harmonic mean of the minority's learning times with and without weights, the sooner the larger R and γ; nine \
              tenths of it are gone (grey) when nine tenths are learned without weights, whatever R and γ. (b) Its largest value rises with R to \
              g(n_min) = αn_min/(αn_min + 1 − α), of 1 in training. (c) At one R that value over the size of the minority: what features share and how many \
              samples there are decide how much weights help, R and γ how soon.",
    claims: &["largest-advantage", "benefit-interval"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.test_time_chart),
    draw,
    frames: None,
};

const ID: &str = "test-time-chart";

/// What of the largest advantage is left when it is called gone.
const LEFT: f64 = 0.1;

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    delta: SimulatedScale,
    shares: List<TabulatedSize, { COLORS.len() }>,
    gammas: List<TabulatedExponent, { DASHES.len() }>,
    minority_samples: Count,
    largest_ratio: TabulatedRatio,
    ratio: TabulatedRatio,
    largest_minority: Count,
    points: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let refuse = |message: String| Err(FigureError::Refused(message));
    let (largest, ratio) = (parameters.largest_ratio.get(), parameters.ratio.get());
    if largest < 10.0 {
        return refuse(format!(
            "largest-ratio = {largest:?} is not allowed: at least 10"
        ));
    }
    if ratio <= 1.0 {
        return refuse(format!("ratio = {ratio:?} is not allowed: above 1"));
    }
    if parameters.largest_minority.get() < 10 {
        return refuse(format!(
            "largest-minority = {} is not allowed: at least 10",
            parameters.largest_minority.get()
        ));
    }
    let start = Start::plain(parameters.delta.get())?;
    let points = parameters.points.get();
    let spaced = |from: f64, to: f64| -> Vec<f64> {
        (0..=points)
            .map(|i| from * (to / from).powf(i as f64 / points as f64))
            .collect()
    };
    // A tenth of a decade above 1, where there is no advantage.
    let ratios = spaced(10_f64.powf(0.1), largest);
    let sizes = spaced(1.0, parameters.largest_minority.get() as f64);
    let n_min = parameters.minority_samples.get() as f64;
    let along_ratio = ratios.iter().map(|&ratio| ("R", ratio, n_min));
    let along_size = sizes.iter().map(|&size| ("n_min", ratio, size));
    let places: Vec<(&str, f64, f64)> = along_ratio.chain(along_size).collect();
    let mut table = Table::new(&[
        "along",
        "α",
        "γ",
        "R",
        "n_min",
        "t/δ",
        "advantage",
        "gone t/δ",
    ]);
    for share in parameters.shares.get() {
        let sharing = Sharing::new(share.get())?;
        for gamma in parameters.gammas.get() {
            let rows = places
                .par_iter()
                .map(|&(_, ratio, size)| {
                    let step = StepProfile::halves(parameters.classes.get(), ratio)?
                        .with_minority_size(size)?;
                    let advantage = Advantage::new(&step, gamma.get(), sharing, &start)?;
                    let (peak, gone) = (advantage.largest(), advantage.left(LEFT)?);
                    Ok([peak.time / start.delta(), peak.margin, gone / start.delta()])
                })
                .collect::<Result<Vec<_>, FigureError>>()?;
            for (&(along, ratio, size), [time, margin, gone]) in places.iter().zip(rows) {
                table.push([
                    along.into(),
                    share.get().into(),
                    gamma.get().into(),
                    ratio.into(),
                    size.into(),
                    time.into(),
                    margin.into(),
                    gone.into(),
                ]);
            }
        }
    }
    Ok(table)
}

/// Of shares.
const COLORS: [plotters::style::RGBColor; 4] = [
    palette::BLUE,
    palette::GREEN,
    palette::VERMILLION,
    palette::PURPLE,
];

/// Of exponents; none is a solid line.
const DASHES: [Option<(f64, f64)>; 3] = [Some((3.0, 2.0)), None, Some((1.0, 1.5))];

fn pen(color: plotters::style::RGBColor, dash: Option<(f64, f64)>) -> Pen {
    match dash {
        None => Pen::solid(color, 1.3),
        Some((on, off)) => Pen::dashed(color, 1.3, on, off),
    }
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let (shares, gammas) = (table.distinct_numbers("α"), table.distinct_numbers("γ"));
    let extent = |along: &'static str, column: &'static str| {
        table
            .rows()
            .filter(|row| row.text("along") == along)
            .map(|row| row.number(column))
            .fold((f64::INFINITY, 0.0_f64), |(low, high), x| {
                (low.min(x), high.max(x))
            })
    };
    let curve = |along: &'static str, share: f64, gamma: f64, x: &'static str, y: &'static str| {
        table
            .rows()
            .filter(move |row| {
                row.text("along") == along && row.number("α") == share && row.number("γ") == gamma
            })
            .map(move |row| (row.number(x), row.number(y)))
    };
    let (_, largest) = extent("R", "R");
    let earliest = extent("R", "t/δ").0;
    let latest = extent("R", "gone t/δ").1;
    let decade = |x: f64, up: bool| {
        let power = x.log10();
        10_f64.powf(if up { power.ceil() } else { power.floor() })
    };
    let word = |share: &f64| match *share < 1e-4 {
        true => format!("α = {share:e}"),
        false => format!("α = {share}"),
    };
    let words: Vec<String> = shares.iter().map(word).collect();
    let exponents: Vec<String> = gammas
        .iter()
        .map(|gamma| canvas::exponent(*gamma))
        .collect();
    canvas::page(FULL, 190.0, |page| {
        let (first, rest) = page.split_horizontally(canvas::units(0.37 * FULL));
        let (second, third) = rest.split_horizontally(canvas::units(0.315 * FULL));
        let ratio = || Axis::logarithmic("imbalance ratio R", 1.0, largest);
        let mut times = Panel::new(
            &first,
            "(a) most, and gone",
            ratio(),
            Axis::logarithmic(
                "time t, in units of δ",
                decade(earliest, false),
                decade(latest, true),
            ),
        )?;
        let mut sizes = Panel::new(
            &second,
            "(b) how much",
            ratio(),
            Axis::automatic("largest advantage", 0.0, 1.0),
        )?;
        let mut of_size = Panel::new(
            &third,
            "(c) by minority size",
            Axis::logarithmic(
                "samples of a minority class",
                1.0,
                extent("n_min", "n_min").1,
            ),
            Axis::automatic("largest advantage", 0.0, 1.0),
        )?;
        for (&share, color) in shares.iter().zip(COLORS) {
            for (&gamma, dash) in gammas.iter().zip(DASHES) {
                let pen = pen(color, dash);
                times.line(
                    curve("R", share, gamma, "R", "gone t/δ"),
                    Pen::solid(palette::GREY, 0.7),
                )?;
                times.line(curve("R", share, gamma, "R", "t/δ"), pen)?;
                sizes.line(curve("R", share, gamma, "R", "advantage"), pen)?;
                of_size.line(curve("n_min", share, gamma, "n_min", "advantage"), pen)?;
            }
        }
        times.annotate(
            "a tenth left",
            (largest, decade(latest, true)),
            (-3.0, 5.0),
            palette::GREY,
            canvas::RIGHT,
        )?;
        let entries: Vec<Entry<'_>> = exponents
            .iter()
            .zip(DASHES)
            .map(|(words, dash)| Entry {
                words,
                color: palette::BLACK,
                pen: Some(pen(palette::BLACK, dash)),
                marker: None,
            })
            .collect();
        times.legend((0.04, 0.70), &entries)?;
        let entries: Vec<Entry<'_>> = words
            .iter()
            .zip(COLORS)
            .rev()
            .map(|(words, color)| Entry {
                words,
                color,
                pen: Some(Pen::solid(color, 1.3)),
                marker: None,
            })
            .collect();
        sizes.legend((0.42, 0.02), &entries)
    })
}
