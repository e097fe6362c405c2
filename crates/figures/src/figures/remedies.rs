//! The learning windows of other remedies against the imbalance ratio, and the order in which each learns.

use plotters::style::RGBColor;
use serde::{Deserialize, Serialize};
use ufm_simulation::{
    Initialisation, Loss, Problem,
    remedies::{Descended, Descent, Rule},
};
use ufm_theory::{
    problem::{
        Count, EvenClasses, ImbalanceRatio, List, Positive, Seed, SimulatedScale, Start,
        StepProfile, TabulatedExponent, TabulatedRatio, Weighting,
    },
    remedies::{
        deferred, spectral_descent,
        vector_scaling::{self, VectorScaling},
    },
    spectrum::{Mode, labels::step_modes},
    windows,
};

use super::Figure;
use crate::{
    Cell, FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, LEFT, Marker, Panel, Pen, palette},
};

/// `remedies`: windows of all remedies against the imbalance ratio.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Learning windows of other remedies",
    caption: "(a) Last over first half-amplitude time, 1 + ΔT, against the imbalance ratio R; scaled spectral start, equal halves. Lines: closed forms \
              of the limit, of the squared loss vanilla √R, with weights of γ = ½ from the beginning, with the same weights from τ₁ = 1/10 on (projected flow, \
              times in units of δ), and of spectral descent R^(1/4). Marks: simulated, explicit steps. Logit adjustment (τ = 1, cross-entropy) is shown by \
              majority and minority modes alone, which it leaves √R apart; per-class normalised descent and sign descent have no line, and bars span eight \
              random bases of the hidden directions, on which sign descent depends. Weights from the beginning alone are seen to stay below √2 as R grows. \
              (b) Simulated half-amplitude times of the modes at R = 100 over that of the minority (of sign descent in the first of its bases): the order in which each learns; at γ = ½ \
              majority and minority coincide.",
    claims: &[
        "adjusted-growth",
        "adjusted-groups",
        "deferred-weights",
        "spectral-descent",
        "normalised-descent",
    ],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.remedies),
    draw,
    frames: None,
};

const ID: &str = "remedies";

/// The largest ratio and scale that are simulated: beyond them explicit steps on plain matrices are too many or lose small modes.
const LARGEST_RATIO: f64 = 1e4;
const LARGEST_DELTA: f64 = 12.0;

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    largest_ratio: TabulatedRatio,
    points: Count,
    simulated_ratios: List<TabulatedRatio, 6>,
    ratio: TabulatedRatio,
    delta: SimulatedScale,
    adjustment: TabulatedExponent,
    deferred_from: Positive,
    bases: List<Seed, 20>,
    width: Count,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Vanilla,
    Adjustment,
    Deferred,
    ClassNormalised,
    Spectral,
    Sign,
    Weights,
}

/// A remedy of the figure: its name, that of the table, and how it is drawn.
struct Remedy {
    method: Method,
    name: &'static str,
    color: RGBColor,
    marker: Marker,
    line: bool,
}

/// In the order of their windows.
const REMEDIES: [Remedy; 7] = [
    remedy(Method::Vanilla, palette::BLUE, Marker::Disc, true),
    remedy(Method::Adjustment, palette::BLACK, Marker::Ring, false),
    remedy(Method::Deferred, palette::ORANGE, Marker::Square, true),
    remedy(
        Method::ClassNormalised,
        palette::PURPLE,
        Marker::Triangle,
        false,
    ),
    remedy(Method::Spectral, palette::GREEN, Marker::Disc, true),
    remedy(Method::Sign, palette::GREY, Marker::Square, false),
    remedy(Method::Weights, palette::VERMILLION, Marker::Disc, true),
];

const fn remedy(method: Method, color: RGBColor, marker: Marker, line: bool) -> Remedy {
    Remedy {
        method,
        name: method.name(),
        color,
        marker,
        line,
    }
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Vanilla => "vanilla",
            Self::Adjustment => "logit adjustment",
            Self::Deferred => "deferred weights",
            Self::ClassNormalised => "class-normalised",
            Self::Spectral => "spectral descent",
            Self::Sign => "sign descent",
            Self::Weights => "weights, γ = ½",
        }
    }
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let ratios = parameters.simulated_ratios.iter();
    let all = ratios.chain([&parameters.ratio]).map(|ratio| ratio.get());
    if let Some(beyond) = all.into_iter().find(|ratio| *ratio > LARGEST_RATIO) {
        return Err(FigureError::Refused(format!(
            "a simulated ratio of {beyond:?} is not allowed here: at most {LARGEST_RATIO:?}"
        )));
    }
    if parameters.delta.get() > LARGEST_DELTA {
        return Err(FigureError::Refused(format!(
            "delta = {:?} is not allowed here: at most {LARGEST_DELTA:?}",
            parameters.delta.get()
        )));
    }
    let mut table = Table::new(&["panel", "remedy", "kind", "R", "mode", "value"]);
    let mut push = |panel: &str, remedy: &str, kind: &str, ratio: f64, mode: &str, value: f64| {
        let row: [Cell; 6] = [
            panel.into(),
            remedy.into(),
            kind.into(),
            ratio.into(),
            mode.into(),
            value.into(),
        ];
        table.push(row);
    };
    let (half, points) = (Weighting::power(0.5)?, parameters.points.get());
    let ln_largest = parameters.largest_ratio.get().ln();
    for i in 0..=points {
        let r = (ln_largest * i as f64 / points as f64).exp().max(1.0);
        let ratio = ImbalanceRatio::new(r)?;
        let step = StepProfile::halves(parameters.classes.get(), r)?;
        let from = parameters.deferred_from.get();
        let groups = vector_scaling::groups_relative(
            &step,
            &Weighting::vanilla(),
            &VectorScaling::adjustment(parameters.adjustment.get())?,
        );
        for (method, window) in [
            (Method::Vanilla, windows::vanilla_relative(ratio)),
            (
                Method::Deferred,
                deferred::limiting_relative(&step, &half, from),
            ),
            (Method::Spectral, spectral_descent::limiting_relative(ratio)),
            (Method::Weights, windows::reweighted_relative(ratio)),
            (Method::Adjustment, groups),
        ] {
            push("a", method.name(), "closed form", r, "", 1.0 + window);
        }
    }
    for ratio in &parameters.simulated_ratios {
        for remedy in &REMEDIES {
            let spreads = simulated(parameters, remedy.method, ratio.get(), false)?
                .iter()
                .map(|run| spread(parameters, ratio.get(), run, remedy.method))
                .collect::<Result<Vec<f64>, FigureError>>()?;
            for spread in spreads {
                push("a", remedy.name, "simulated", ratio.get(), "", spread);
            }
        }
    }
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())?;
    for remedy in &REMEDIES {
        let runs = simulated(parameters, remedy.method, parameters.ratio.get(), true)?;
        let times: Vec<(Mode, f64)> = runs
            .first()
            .map(|run| timed(&step, run))
            .unwrap_or_default();
        let minority = times
            .iter()
            .find(|(mode, _)| *mode == Mode::Minority)
            .map(|(_, time)| *time)
            .ok_or_else(|| not_reached(remedy.method, parameters.ratio.get()))?;
        for mode in Mode::ALL {
            if let Some((_, time)) = times.iter().find(|(other, _)| *other == mode) {
                push(
                    "b",
                    remedy.name,
                    "simulated",
                    parameters.ratio.get(),
                    mode.name(),
                    time / minority,
                );
            }
        }
    }
    Ok(table)
}

fn not_reached(method: Method, ratio: f64) -> FigureError {
    FigureError::NotReached {
        what: format!("a mode at R = {ratio}, {},", method.name()),
    }
}

/// The modes that were half learned, each with its time.
fn timed(step: &StepProfile, run: &Descended) -> Vec<(Mode, f64)> {
    let times = run.half_amplitude_times.iter();
    let modes = step_modes(step).into_iter().zip(times);
    modes
        .filter_map(|(mode, time)| time.map(|time| (mode, time)))
        .collect()
}

/// Last over first half-amplitude time: of all modes, or of those within the groups.
fn spread(
    parameters: &Parameters,
    ratio: f64,
    run: &Descended,
    method: Method,
) -> Result<f64, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), ratio)?;
    let counted = |mode: Mode| method != Method::Adjustment || mode != Mode::Contrast;
    let needed = step_modes(&step).into_iter().filter(|&mode| counted(mode));
    let times: Vec<f64> = timed(&step, run)
        .into_iter()
        .filter(|(mode, _)| counted(*mode))
        .map(|(_, time)| time)
        .collect();
    if times.len() < needed.count() {
        return Err(not_reached(method, ratio));
    }
    let first = times.iter().copied().fold(f64::INFINITY, f64::min);
    let last = times.iter().copied().fold(0.0, f64::max);
    Ok(last / first)
}

/// Simulated descent of a remedy: one run, of sign descent one for each basis. `long` waits for a contrast that comes late.
fn simulated(
    parameters: &Parameters,
    method: Method,
    ratio: f64,
    long: bool,
) -> Result<Vec<Descended>, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), ratio)?;
    let delta = parameters.delta.get();
    let start = Initialisation::spectral(Start::scaled(delta)?);
    let weighting = match method {
        Method::Deferred | Method::Weights => Weighting::power(0.5)?,
        _ => Weighting::vanilla(),
    };
    let plain = Problem::step(&step, weighting)?;
    // Gradient flow in Runge–Kutta steps, a twentieth of the shortest e-folding; the end is beyond the last mode at rate one.
    let fine = 0.05 / ratio.sqrt();
    let flow = |problem| Descent::new(problem, start.clone(), Rule::Gradient, fine);
    let growth = delta + 1.0;
    // Rules whose modes grow linearly, the slowest like the fourth root of R.
    let linear = |rule| {
        let descent = Descent::new(&plain, start.clone(), rule, 1e-3);
        descent.run(4.0 * ratio.powf(0.25))
    };
    let run = match method {
        Method::Vanilla => flow(&plain).run(2.0 * growth),
        Method::Weights => flow(&plain).projected().run(2.0 * growth),
        Method::Deferred => {
            let from = (parameters.deferred_from.get() * delta / fine).round() * fine;
            let descent = flow(&plain).projected().weights_from(from);
            descent.run(2.0 * growth)
        }
        Method::Adjustment => {
            let soft = plain.clone().with_loss(Loss::CROSS_ENTROPY)?;
            let scaling = VectorScaling::adjustment(parameters.adjustment.get())?;
            let end = if long { 20.0 * growth } else { 1.5 * growth };
            flow(&soft).scaled(scaling).run(end)
        }
        Method::ClassNormalised => linear(Rule::ClassNormalised),
        Method::Spectral => linear(Rule::Spectral),
        Method::Sign => {
            let width = parameters.width.get().max(plain.modes());
            let bases = parameters.bases.iter().map(|seed| {
                let start = start.clone().with_dimension(width);
                let start = start.rotated(seed.get() as u64);
                Descent::new(&plain, start, Rule::Sign, 2e-4).run(20.0)
            });
            return Ok(bases.collect::<Result<_, _>>()?);
        }
    };
    Ok(vec![run?])
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let panel_rows =
        |panel: &'static str| table.rows().filter(move |row| row.text("panel") == panel);
    let largest = panel_rows("a")
        .map(|row| row.number("R"))
        .fold(10.0, f64::max);
    let of = |remedy: &str, kind: &str| {
        panel_rows("a")
            .filter(|row| row.text("remedy") == remedy && row.text("kind") == kind)
            .map(|row| (row.number("R"), row.number("value")))
            .collect::<Vec<_>>()
    };
    let highest = panel_rows("a")
        .map(|row| row.number("value"))
        .fold(10.0, f64::max);
    let ratio = panel_rows("b")
        .map(|row| row.number("R"))
        .fold(0.0, f64::max);
    let bound = Pen::dashed(palette::BLACK, 0.8, 3.0, 2.0);
    canvas::page(FULL, 210.0, |page| {
        let (left, right) = page.split_horizontally(canvas::units(0.52 * FULL));
        let mut panel = Panel::new(
            &left,
            "(a) relative windows",
            Axis::logarithmic("imbalance ratio R", 1.0, 1.2 * largest),
            Axis::logarithmic("last over first time, 1 + ΔT", 0.9, 1.4 * highest),
        )?;
        panel.horizontal(std::f64::consts::SQRT_2, bound)?;
        let mut entries = Vec::new();
        for remedy in &REMEDIES {
            // Deferred weights end on the line of none.
            let pen = remedy.line.then(|| match remedy.method {
                Method::Deferred => Pen::dashed(remedy.color, 1.2, 4.0, 2.0),
                _ => Pen::solid(remedy.color, 1.2),
            });
            if let Some(pen) = pen {
                panel.line(of(remedy.name, "closed form"), pen)?;
            }
            let marks = of(remedy.name, "simulated");
            let mut at: Vec<f64> = marks.iter().map(|mark| mark.0).collect();
            at.dedup();
            for ratio in at {
                let mut here: Vec<f64> = marks
                    .iter()
                    .filter(|mark| mark.0 == ratio)
                    .map(|mark| mark.1)
                    .collect();
                here.sort_by(f64::total_cmp);
                if let [low, .., high] = here[..] {
                    panel.line([(ratio, low), (ratio, high)], Pen::solid(remedy.color, 0.8))?;
                }
                let median = here.get(here.len() / 2).copied();
                let median = median.map(|median| (ratio, median));
                panel.markers(median, remedy.marker, remedy.color)?;
            }
            entries.push(Entry {
                words: remedy.name,
                color: remedy.color,
                pen,
                marker: Some(remedy.marker),
            });
        }
        panel.annotate(
            "√2",
            (1.0, std::f64::consts::SQRT_2),
            (4.0, -5.0),
            palette::BLACK,
            LEFT,
        )?;
        panel.legend((0.03, 0.02), &entries)?;
        order(table, &right, ratio)
    })
}

/// The order in which each remedy learns.
fn order(table: &Table, area: &canvas::Area<'_>, ratio: f64) -> Result<(), FigureError> {
    let rows: Vec<(&str, &str, f64)> = table
        .rows()
        .filter(|row| row.text("panel") == "b")
        .map(|row| (row.text("remedy"), row.text("mode"), row.number("value")))
        .collect();
    let values = rows.iter().map(|row| row.2);
    let (low, high) = values.fold((0.5_f64, 2.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let height = |name: &str| {
        let position = REMEDIES.iter().position(|remedy| remedy.name == name);
        position.map_or(f64::NAN, |position| (REMEDIES.len() - position) as f64)
    };
    let ticks: Vec<(f64, &str)> = REMEDIES
        .iter()
        .map(|remedy| (height(remedy.name), remedy.name))
        .collect();
    let title = format!("(b) order at R = {}", canvas::short(ratio));
    let last = REMEDIES.len() as f64;
    let mut panel = Panel::new(
        area,
        &title,
        Axis::logarithmic("time over that of the minority", low / 1.6, 1.6 * high),
        Axis::linear("", 0.3, last + 2.3, &[]).with_ticks(&ticks),
    )?;
    for (mode, marker, color) in [
        (Mode::Majority, Marker::Disc, palette::BLUE),
        (Mode::Contrast, Marker::Triangle, palette::GREEN),
        (Mode::Minority, Marker::Square, palette::VERMILLION),
    ] {
        let points: Vec<(f64, f64)> = rows
            .iter()
            .filter(|row| row.1 == mode.name())
            .map(|row| (row.2, height(row.0)))
            .collect();
        panel.markers(points, marker, color)?;
    }
    panel.legend(
        (0.03, 0.01),
        &[
            Entry {
                words: "majority",
                color: palette::BLUE,
                pen: None,
                marker: Some(Marker::Disc),
            },
            Entry {
                words: "contrast",
                color: palette::GREEN,
                pen: None,
                marker: Some(Marker::Triangle),
            },
            Entry {
                words: "minority",
                color: palette::VERMILLION,
                pen: None,
                marker: Some(Marker::Square),
            },
        ],
    )
}
