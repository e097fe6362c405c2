//! The relative learning window against the imbalance ratio.

use serde::{Deserialize, Serialize};
use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    modes::learning_time,
    problem::{
        Count, EvenClasses, ImbalanceRatio, List, SimulatedScale, Start, StepProfile,
        TabulatedRatio, Weighting,
    },
    spectrum::StepSpectrum,
    windows,
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Axis, Entry, FULL, LEFT, Marker, Panel, Pen, palette},
};

/// `learning-window`: relative learning window against the imbalance ratio.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "Relative learning window against the imbalance ratio",
    caption: "Relative learning window ΔT = T_last/T_first − 1 against the imbalance ratio R. Lines: vanilla √R − 1 and \
              reweighted (γ = ½) √(2(R+1))/(√R+1) − 1 with its bound √2 − 1. Markers: half-amplitude times located on \
              simulated trajectories from the scaled spectral start, from which the ratios of the closed form are exact at every δ. \
              The full reweighted flow (squares) leaves the row space of the labels and its window shrinks with growing δ.",
    claims: &[
        "vanilla-window",
        "window-bound",
        "scaled-start",
        "simulated-windows",
    ],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.learning_window),
    draw,
    frames: None,
};

const ID: &str = "learning-window";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    largest_ratio: TabulatedRatio,
    points: Count,
    simulated_ratios: List<TabulatedRatio, 100>,
    delta: SimulatedScale,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let mut table = Table::new(&["weights", "kind", "R", "ΔT", "δ"]);
    let nothing = || crate::Cell::from("");
    let ln_largest = parameters.largest_ratio.get().ln();
    for i in 0..=parameters.points.get() {
        let r = (ln_largest * i as f64 / parameters.points.get() as f64).exp();
        let ratio = ImbalanceRatio::new(r.max(1.0))?;
        let r = crate::Cell::from(ratio.get());
        table.push([
            "vanilla".into(),
            "theory".into(),
            r.clone(),
            windows::vanilla_relative(ratio).into(),
            nothing(),
        ]);
        table.push([
            "reweighted".into(),
            "theory".into(),
            r.clone(),
            windows::reweighted_relative(ratio).into(),
            nothing(),
        ]);
        table.push([
            "reweighted".into(),
            "bound".into(),
            r,
            windows::SUPREMUM.into(),
            nothing(),
        ]);
    }
    for ratio in &parameters.simulated_ratios {
        for (weights, gamma, kind) in [
            ("vanilla", 0.0, "full flow"),
            ("reweighted", 0.5, "projected flow"),
            ("reweighted", 0.5, "full flow"),
        ] {
            let found = simulated_window(parameters, ratio.get(), gamma, kind == "full flow")?;
            table.push([
                weights.into(),
                kind.into(),
                ratio.get().into(),
                found.into(),
                parameters.delta.get().into(),
            ]);
        }
    }
    Ok(table)
}

/// The window of the half-amplitude times of a simulated trajectory.
fn simulated_window(
    parameters: &Parameters,
    ratio: f64,
    gamma: f64,
    full: bool,
) -> Result<f64, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), ratio)?;
    let weighting = Weighting::power(gamma)?;
    let start = Start::scaled(parameters.delta.get())?;
    let spectrum = StepSpectrum::new(&step, &weighting);
    let last = spectrum
        .modes()
        .map(|mode| learning_time::limiting(&spectrum, mode))
        .fold(0.0, f64::max);
    let problem = Problem::step(&step, weighting)?;
    let flow = Simulation::new(&problem, Initialisation::spectral(start)).matrices();
    let flow = match (full, step.profile().counts()) {
        (true, Ok(_)) => flow.solver(Solver::Samples),
        (true, Err(_)) => flow, // no samples to lay out; exact all the same
        (false, _) => flow.projected(),
    };
    let trajectory = flow.until(1.1 * last * start.delta()).at(&[])?;
    let (mut first, mut last) = (f64::INFINITY, 0.0_f64);
    for time in trajectory.half_amplitude_times() {
        let time = time.ok_or_else(|| FigureError::NotReached {
            what: format!("a mode at R = {ratio}"),
        })?;
        first = first.min(time);
        last = last.max(time);
    }
    Ok(last / first - 1.0)
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let largest = table.rows().map(|row| row.number("R")).fold(10.0, f64::max);
    let of = |weights: &str, kind: &str| {
        table
            .rows()
            .filter(|row| row.text("weights") == weights && row.text("kind") == kind)
            .map(|row| (row.number("R"), row.number("ΔT")))
            .collect::<Vec<_>>()
    };
    let delta = table
        .rows()
        .map(|row| row.number("δ"))
        .find(|delta| !delta.is_nan());
    let (vanilla, reweighted) = (
        Pen::solid(palette::BLUE, 1.2),
        Pen::solid(palette::VERMILLION, 1.2),
    );
    let bound = Pen::dashed(palette::BLACK, 0.8, 3.0, 2.0);
    canvas::page(FULL, 180.0, |page| {
        let (left, right) = page.split_horizontally(canvas::units(FULL / 2.0));
        let x = || Axis::logarithmic("imbalance ratio R", 1.0, largest);
        let mut panel = Panel::new(
            &left,
            "(a) all windows",
            x(),
            Axis::logarithmic("relative learning window ΔT", 0.008, 1.3 * largest.sqrt()),
        )?;
        panel.line(of("vanilla", "theory"), vanilla)?;
        panel.line(of("reweighted", "theory"), reweighted)?;
        panel.line(of("reweighted", "bound"), bound)?;
        panel.markers(of("vanilla", "full flow"), Marker::Disc, palette::BLUE)?;
        panel.markers(
            of("reweighted", "projected flow"),
            Marker::Ring,
            palette::VERMILLION,
        )?;
        panel.markers(
            of("reweighted", "full flow"),
            Marker::Square,
            palette::VERMILLION,
        )?;
        panel.legend(
            (0.03, 0.03),
            &[
                Entry {
                    words: "vanilla, √R − 1",
                    color: palette::BLUE,
                    pen: Some(vanilla),
                    marker: None,
                },
                Entry {
                    words: "reweighted, γ = ½",
                    color: palette::VERMILLION,
                    pen: Some(reweighted),
                    marker: None,
                },
                Entry {
                    words: "bound √2 − 1",
                    color: palette::BLACK,
                    pen: Some(bound),
                    marker: None,
                },
            ],
        )?;
        let mut panel = Panel::new(
            &right,
            "(b) reweighted, enlarged",
            x(),
            Axis::linear("", 0.0, 0.55, &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        )?;
        panel.line(of("reweighted", "theory"), reweighted)?;
        panel.line(of("reweighted", "bound"), bound)?;
        panel.markers(
            of("reweighted", "projected flow"),
            Marker::Ring,
            palette::VERMILLION,
        )?;
        panel.markers(
            of("reweighted", "full flow"),
            Marker::Square,
            palette::VERMILLION,
        )?;
        panel.annotate(
            "√2 − 1",
            (1.0, windows::SUPREMUM),
            (4.0, 7.0),
            palette::BLACK,
            LEFT,
        )?;
        let words: Vec<String> = ["projected flow", "full flow"]
            .iter()
            .map(|kind| format!("{kind}, δ = {}", delta.unwrap_or(f64::NAN)))
            .collect();
        panel.legend(
            (0.03, 0.02),
            &[
                Entry {
                    words: &words[0],
                    color: palette::VERMILLION,
                    pen: None,
                    marker: Some(Marker::Ring),
                },
                Entry {
                    words: &words[1],
                    color: palette::VERMILLION,
                    pen: None,
                    marker: Some(Marker::Square),
                },
            ],
        )
    })
}
