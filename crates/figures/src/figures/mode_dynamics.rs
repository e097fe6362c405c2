//! Singular values of the logits over time, vanilla beside reweighted.

use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    modes::{ModeDynamics, learning_time},
    problem::{
        Count, EvenClasses, SimulatedScale, Start, StepProfile, TabulatedExponent, TabulatedRatio,
        Weighting,
    },
    spectrum::{Mode, StepSpectrum, labels::step_modes},
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, LEFT, Marker, Panel, Pen, RIGHT, palette},
};

/// `mode-dynamics`: singular values of the logits over time.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Singular values of the logits over time",
    caption: "Amplitudes s of the three kinds of modes (above) and their fractions s/σ (below) from the plain spectral \
              start, vanilla on the left, reweighted on the right. Lines: closed form. Dots: gradient flow on the full \
              matrices. Rings: flow projected on the row space of the labels, for which the reweighted closed form is \
              exact; the full reweighted flow leaves that space in the contrast mode and learns it earlier. \
              Vertical lines: limiting learning times 1/(σλ).",
    claims: &[
        "logistic-solution",
        "mode-decoupling",
        "learning-time-limit",
        "majority-first",
        "flattening",
    ],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.mode_dynamics),
    draw,
    frames: None,
};

const ID: &str = "mode-dynamics";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    delta: SimulatedScale,
    gamma: TabulatedExponent,
    points: Count,
    dots: Count,
}

/// Normalised time at which the panels end, in units of the last learning time.
const END: f64 = 1.25;

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())?;
    let start = Start::plain(parameters.delta.get())?;
    let settings = [("vanilla", 0.0), ("reweighted", parameters.gamma.get())]
        .into_iter()
        .map(|(weights, gamma)| Ok((weights, Weighting::power(gamma)?)))
        .collect::<Result<Vec<_>, FigureError>>()?;
    let latest = settings
        .iter()
        .map(|(_, weighting)| StepSpectrum::new(&step, weighting))
        .flat_map(|spectrum| Mode::ALL.map(|mode| learning_time::limiting(&spectrum, mode)))
        .fold(0.0, f64::max);
    let grid = |points: usize| -> Vec<f64> {
        (0..=points)
            .map(|i| END * latest * i as f64 / points as f64)
            .collect()
    };

    let mut table = Table::new(&["weights", "γ", "mode", "kind", "τ = t/δ", "s", "s/σ"]);
    for (weights, weighting) in settings {
        let mut add = |mode: Mode, kind: &str, (tau, s, fraction): Point| {
            table.push([
                weights.into(),
                weighting.exponent().into(),
                mode.name().into(),
                kind.into(),
                tau.into(),
                s.into(),
                fraction.into(),
            ]);
        };
        let spectrum = StepSpectrum::new(&step, &weighting);
        for mode in spectrum.modes() {
            let dynamics = ModeDynamics::of_step(&spectrum, mode, &start)?;
            let time = learning_time::limiting(&spectrum, mode);
            add(
                mode,
                "learning time",
                (time, spectrum.sigma(mode) / 2.0, 0.5),
            );
            for tau in grid(parameters.points.get()) {
                let t = tau * start.delta();
                add(
                    mode,
                    "theory",
                    (tau, dynamics.amplitude(t), dynamics.fraction(t)),
                );
            }
        }
        let problem = Problem::step(&step, weighting)?;
        let flow = Simulation::new(&problem, Initialisation::spectral(start)).matrices();
        let full = match step.profile().counts() {
            Ok(_) => flow.clone().solver(Solver::Samples),
            Err(_) => flow.clone(), // sizes that are not whole have no samples to lay out
        };
        let mut runs = vec![("full flow", full)];
        if weighting.exponent() != 0.0 {
            runs.push(("projected flow", flow.projected())); // without weights the same flow
        }
        for (kind, flow) in runs {
            for (mode, point) in simulate(&flow, &step, &start, &grid(parameters.dots.get()))? {
                add(mode, kind, point);
            }
        }
    }
    Ok(table)
}

/// `(τ, s, s/σ)`.
type Point = (f64, f64, f64);

/// The points of one mode of each kind along a simulated trajectory; modes of a kind move alike.
fn simulate(
    flow: &Simulation<'_>,
    step: &StepProfile,
    start: &Start,
    taus: &[f64],
) -> Result<Vec<(Mode, Point)>, FigureError> {
    let times: Vec<f64> = taus.iter().map(|tau| tau * start.delta()).collect();
    let end = times.last().copied().unwrap_or(0.0);
    let trajectory = flow.clone().until(end).at(&times)?;
    let modes = step_modes(step);
    let mut points = Vec::new();
    for mode in Mode::ALL {
        let Some(index) = modes.iter().position(|&m| m == mode) else {
            continue;
        };
        for (tau, moment) in taus.iter().zip(&trajectory.moments) {
            points.push((
                mode,
                (*tau, moment.amplitudes[index], moment.fractions[index]),
            ));
        }
    }
    Ok(points)
}

/// Colour, marker and dashes of a mode.
pub(super) fn look(mode: &str) -> (plotters::style::RGBColor, Pen) {
    match mode {
        "majority" => (palette::BLUE, Pen::solid(palette::BLUE, 1.2)),
        "contrast" => (palette::GREEN, Pen::dashed(palette::GREEN, 1.2, 5.0, 1.5)),
        _ => (
            palette::VERMILLION,
            Pen::dashed(palette::VERMILLION, 1.2, 2.2, 1.2),
        ),
    }
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let end = table
        .rows()
        .map(|row| row.number("τ = t/δ"))
        .fold(0.0, f64::max);
    let highest = table.rows().map(|row| row.number("s")).fold(0.0, f64::max);
    canvas::page(FULL, 270.0, |page| {
        let panels = page.split_evenly((2, 2));
        for (index, area) in panels.iter().enumerate() {
            let (weights, column) = (
                ["vanilla", "reweighted"][index % 2],
                ["s", "s/σ"][index / 2],
            );
            let gamma = table
                .select(&[("weights", weights)])
                .map(|row| row.number("γ"))
                .next()
                .unwrap_or(f64::NAN);
            let title = match index {
                0 | 1 => format!("({}) {weights}, γ = {gamma}", ["a", "b"][index]),
                _ => format!("({})", ["c", "d"][index - 2]),
            };
            let x = Axis::automatic(
                if index < 2 {
                    ""
                } else {
                    "normalised time τ = t/δ"
                },
                0.0,
                end,
            );
            let y = match column {
                "s" => Axis::automatic("amplitude s", 0.0, 1.08 * highest),
                _ => Axis::linear("fraction s/σ", 0.0, TOP, &[0.0, 0.25, 0.5, 0.75, 1.0]),
            };
            let mut panel = Panel::new(area, &title, x, y)?;
            draw_panel(table, &mut panel, weights, column)?;
            match index {
                1 => panel.legend((0.03, 0.04), &LEGEND)?,
                3 => panel.legend((0.03, 0.14), &KINDS)?,
                _ => {}
            }
        }
        Ok(())
    })
}

fn draw_panel(
    table: &Table,
    panel: &mut Panel<'_, '_>,
    weights: &str,
    column: &str,
) -> Result<(), FigureError> {
    for mode in ["majority", "contrast", "minority"] {
        let (color, pen) = look(mode);
        let of = |kind| {
            let conditions = [("weights", weights), ("mode", mode), ("kind", kind)];
            table
                .rows()
                .filter(move |row| {
                    conditions
                        .iter()
                        .all(|(name, word)| row.text(name) == *word)
                })
                .map(|row| (row.number("τ = t/δ"), row.number(column)))
                .collect::<Vec<_>>()
        };
        for (tau, _) in of("learning time") {
            panel.vertical(tau, Pen::solid(color, 0.4))?;
        }
        panel.line(of("theory"), pen)?;
        // Where both flows agree every other dot is a ring.
        panel.markers(
            of("projected flow").into_iter().skip(1).step_by(2),
            Marker::Ring,
            color,
        )?;
        panel.markers(of("full flow").into_iter().step_by(2), Marker::Disc, color)?;
    }
    if column == "s/σ" {
        name_learning_times(table, panel, weights)?;
    }
    Ok(())
}

/// Upper end of the axis of fractions: room for the names of the learning times.
const TOP: f64 = 1.2;

/// Writes `T` and the modes learned then beside each learning time, those learned together on one label.
fn name_learning_times(
    table: &Table,
    panel: &Panel<'_, '_>,
    weights: &str,
) -> Result<(), FigureError> {
    let mut times: Vec<(f64, String)> = Vec::new();
    for row in table.select(&[("weights", weights), ("kind", "learning time")]) {
        let (tau, name) = (
            row.number("τ = t/δ"),
            row.text("mode").get(..3).unwrap_or(""),
        );
        match times
            .iter_mut()
            .find(|(time, _)| (time - tau).abs() < 1e-3 * tau)
        {
            Some((_, names)) => names.push_str(&format!(" = T {name}")),
            None => times.push((tau, format!("T {name}"))),
        }
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (index, (tau, words)) in times.iter().enumerate() {
        // The first to the left of its line, the others to the right.
        let (shift, anchor) = if index == 0 {
            (-2.5, RIGHT)
        } else {
            (2.5, LEFT)
        };
        panel.annotate(words, (*tau, TOP), (shift, 6.0), palette::GREY, anchor)?;
    }
    Ok(())
}

const LEGEND: [Entry<'_>; 3] = [
    Entry {
        words: "majority modes",
        color: palette::BLUE,
        pen: Some(Pen::solid(palette::BLUE, 1.2)),
        marker: Some(Marker::Disc),
    },
    Entry {
        words: "contrast mode",
        color: palette::GREEN,
        pen: Some(Pen::dashed(palette::GREEN, 1.2, 5.0, 1.5)),
        marker: Some(Marker::Disc),
    },
    Entry {
        words: "minority modes",
        color: palette::VERMILLION,
        pen: Some(Pen::dashed(palette::VERMILLION, 1.2, 2.2, 1.2)),
        marker: Some(Marker::Disc),
    },
];

const KINDS: [Entry<'_>; 3] = [
    Entry {
        words: "closed form",
        color: palette::GREY,
        pen: Some(Pen::solid(palette::GREY, 1.2)),
        marker: None,
    },
    Entry {
        words: "full flow",
        color: palette::GREY,
        pen: None,
        marker: Some(Marker::Disc),
    },
    Entry {
        words: "projected flow",
        color: palette::GREY,
        pen: None,
        marker: Some(Marker::Ring),
    },
];
