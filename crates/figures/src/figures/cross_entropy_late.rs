//! Where the logits of the cross-entropy point, long after every sample is classified.

use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver, Trajectory};
use ufm_theory::{
    problem::{
        Count, EvenClasses, Positive, SimulatedScale, Start, StepProfile, TabulatedExponent,
        TabulatedRatio, Weighting,
    },
    spectrum::Mode,
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, Panel, Pen, palette},
};

/// `cross-entropy-late`: cross-entropy long after all is classified.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Cross-entropy long after all is classified",
    caption: "(a), (b) Fractions s/σ of the three kinds of modes under the flow of the cross-entropy over many decades of time, without weights and \
              reweighted: all grow like ln t; without weights the contrast waits, since the majority, once classified, hardly pulls. (c) Angle between \
              the logits and the labels Z, the direction of largest margin under any weights: under the cross-entropy it falls like 1/ln t in the end, the sooner the \
              more the weights even out, where under the squared loss (dotted, without weights, closed form) it falls exponentially.",
    claims: &["cross-entropy-late", "cross-entropy-reduction"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.cross_entropy_late),
    draw,
    frames: None,
};

const ID: &str = "cross-entropy-late";

/// Times the flow is followed to.
const LATEST: f64 = 1e300;

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    delta: SimulatedScale,
    gammas: [TabulatedExponent; 2],
    largest_time: Positive,
    points: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let (delta, end) = (parameters.delta.get(), parameters.largest_time.get());
    let refuse = |message: String| FigureError::Refused(message);
    if !(10.0..=LATEST).contains(&end) {
        return Err(refuse(format!(
            "largest-time = {end:?} is not allowed: from 10 to 10³⁰⁰"
        )));
    }
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())?;
    let start = Start::plain(delta)?;
    let last = parameters.points.get();
    let times: Vec<f64> = (0..=last)
        .map(|i| end.powf(i as f64 / last as f64).min(end))
        .collect();
    let mut gammas: Vec<f64> = parameters.gammas.iter().map(|gamma| gamma.get()).collect();
    let shown = gammas.len();
    if !gammas.contains(&1.0) {
        gammas.push(1.0);
    }
    let mut table = Table::new(&["loss", "γ", "quantity", "t", "value"]);
    for (index, &gamma) in gammas.iter().enumerate() {
        let weighting = Weighting::power(gamma)?;
        let problem = Problem::step(&step, weighting)
            .and_then(|problem| problem.with_loss(Loss::CROSS_ENTROPY))?;
        let run = trajectory(&problem, start, Solver::Reduced, &times)?;
        let mut push = |quantity: &str, values: Vec<f64>| {
            for (time, value) in times.iter().zip(values) {
                table.push([
                    "cross-entropy".into(),
                    gamma.into(),
                    quantity.into(),
                    (*time).into(),
                    value.into(),
                ]);
            }
        };
        for mode in Mode::ALL.into_iter().filter(|_| index < shown) {
            if let Some(index) = run.position(mode) {
                let fractions = run.moments.iter().map(|moment| moment.fractions[index]);
                push(mode.name(), fractions.collect());
            }
        }
        let angles = run.moments.iter().map(|moment| moment.angle);
        push("angle", angles.collect());
    }
    let problem = Problem::step(&step, Weighting::vanilla())?;
    let run = trajectory(&problem, start, Solver::Riccati, &times)?;
    for (&time, moment) in times.iter().zip(&run.moments) {
        let angle = moment.angle;
        // Below this it is rounding.
        if angle > 1e-12 {
            table.push([
                "squared".into(),
                0.0.into(),
                "angle".into(),
                time.into(),
                angle.into(),
            ]);
        }
    }
    Ok(table)
}

fn trajectory(
    problem: &Problem,
    start: Start,
    solver: Solver,
    times: &[f64],
) -> Result<Trajectory, FigureError> {
    Simulation::new(problem, Initialisation::spectral(start))
        .solver(solver)
        .watch_fractions(&[])
        .at(times)
        .map_err(FigureError::from)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let curve = |loss: &str, gamma: f64, quantity: &str| -> Vec<(f64, f64)> {
        let rows = table.rows().filter(|row| {
            row.text("loss") == loss && row.number("γ") == gamma && row.text("quantity") == quantity
        });
        rows.map(|row| (row.number("t"), row.number("value")))
            .collect()
    };
    let end = table.rows().map(|row| row.number("t")).fold(10.0, f64::max);
    let gammas = table.distinct_numbers("γ");
    let mut shown: Vec<f64> = Vec::new();
    let mut highest = 1.0_f64;
    for row in table.rows().filter(|row| row.text("quantity") != "angle") {
        highest = highest.max(row.number("value"));
        if !shown.contains(&row.number("γ")) {
            shown.push(row.number("γ"));
        }
    }
    let kinds = [
        ("majority", Pen::solid(palette::BLUE, 1.3)),
        ("contrast", Pen::dashed(palette::GREEN, 1.3, 6.0, 1.5)),
        ("minority", Pen::dashed(palette::VERMILLION, 1.3, 3.0, 1.5)),
    ];
    let axis = || {
        let decades = end.log10() / 4.0;
        Axis::logarithmic("gradient-flow time t", 1.0, end).every(decades.ceil() as usize)
    };
    canvas::page(FULL, 180.0, |page| {
        let areas = page.split_evenly((1, 3));
        for ((area, letter), &gamma) in areas.iter().zip(["(a)", "(b)"]).zip(&shown) {
            let title = format!("{letter} {}", canvas::exponent(gamma));
            let mut panel = Panel::new(
                area,
                &title,
                axis(),
                Axis::automatic("fraction s/σ", 0.0, 1.05 * highest),
            )?;
            for (mode, pen) in kinds {
                panel.line(curve("cross-entropy", gamma, mode), pen)?;
            }
            if letter == "(a)" {
                let entries = kinds.map(|(words, pen)| Entry {
                    words,
                    color: palette::BLACK,
                    pen: Some(pen),
                    marker: None,
                });
                panel.legend((0.04, 0.02), &entries)?;
            }
        }
        let Some(area) = areas.get(2) else {
            return Ok(());
        };
        let mut panel = Panel::new(
            area,
            "(c) angle to the labels",
            axis(),
            Axis::logarithmic("angle [radians]", 0.01, 10.0),
        )?;
        let pens: Vec<Pen> = palette::SERIES
            .iter()
            .zip([(9.0, 0.0), (6.0, 1.5), (3.0, 1.5)])
            .map(|(&color, (on, off))| {
                if off == 0.0 {
                    Pen::solid(color, 1.3)
                } else {
                    Pen::dashed(color, 1.3, on, off)
                }
            })
            .collect();
        let squared = Pen::dashed(palette::BLACK, 1.0, 1.2, 1.2);
        let words: Vec<String> = gammas
            .iter()
            .map(|&gamma| canvas::exponent(gamma))
            .collect();
        let mut entries = Vec::new();
        for ((&gamma, words), &pen) in gammas.iter().zip(&words).zip(&pens) {
            panel.line(curve("cross-entropy", gamma, "angle"), pen)?;
            entries.push(Entry {
                words,
                color: palette::BLACK,
                pen: Some(pen),
                marker: None,
            });
        }
        panel.line(curve("squared", 0.0, "angle"), squared)?;
        entries.push(Entry {
            words: "squared loss",
            color: palette::BLACK,
            pen: Some(squared),
            marker: None,
        });
        panel.legend((0.45, 0.0), &entries)
    })
}
