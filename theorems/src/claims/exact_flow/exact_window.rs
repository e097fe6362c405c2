//! How the window of the exact reweighted flow depends on `R` and `δ`.
//!
//! Exact flow, `γ = ½`, equal halves. From the scaled start the relative window increases in `R` at fixed `δ`, and approaches
//! `√2 − 1` as `R → ∞`; it is *not* always below the projected window at the same `R`
//! ($0.1455 > 0.1269$ at $R = 10$, $\delta = 1$). From the plain start the bound `√2 − 1` can fail at finite `δ`: at
//! $R = 100$, $\delta = 4$ the half-amplitude times over `δ` are $1.2878$, $1.4634$ and $1.0000$ (majority, contrast, minority).
//!
//! This is a numerical sweep over `R ≤ 10¹²` and the `δ` listed below, not a proof; that the window stays below
//! `√2 − 1` is one (`exact-window-bound`). Source: this project.

use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{ImbalanceRatio, Shape, Start, StepProfile, Weighting},
    spectrum::Mode,
    windows,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "exact-window",
    title: "Exact window over R and δ",
    given: "At γ = ½ and equal halves, R up to 10¹² and δ from ½ to 256",
    math: r"\Delta T(R,\delta)\ \text{increases in}\ R,\quad \bigl|\Delta T(10^{12},\delta)-(\sqrt2-1)\bigr|\le0.002\ (\delta\le4),\quad \Delta T(10,1)>\Delta T^{\mathrm{proj}}(10),\quad \Delta T^{\mathrm{plain}}(100,4)>\sqrt2-1",
    parts: &[
        Part {
            says: "the exact window from the scaled start increases in R",
            theorems: &[],
            findings: &["increasing"],
        },
        Part {
            says: "at R = 10¹² and δ ≤ 4 it is within 0.002 of √2 − 1",
            theorems: &[],
            findings: &["approached"],
        },
        Part {
            says: "at R = 10, δ = 1 it exceeds the projected window",
            theorems: &[],
            findings: &["exceeds"],
        },
        Part {
            says: "from the plain start it exceeds √2 − 1 at R = 100, δ = 4",
            theorems: &[],
            findings: &["plain"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["exact-reduction", "exact-window-bound"],
    check: || {
        evidence(
            |ratio, delta| exact(ratio, delta, Shape::Scaled),
            Shape::Plain,
        )
    },
    controls: &[
        Control {
            what: "the exact window is the projected one",
            breaks: &["exceeds"],
            check: || {
                evidence(
                    |ratio, _| Ok(windows::reweighted_relative(ImbalanceRatio::new(ratio)?)),
                    Shape::Plain,
                )
            },
        },
        Control {
            what: "from the scaled start it is never above the projected window",
            breaks: &["exceeds"],
            check: || {
                evidence(
                    |ratio, delta| {
                        let projected = windows::reweighted_relative(ImbalanceRatio::new(ratio)?);
                        Ok(exact(ratio, delta, Shape::Scaled)?.min(projected))
                    },
                    Shape::Plain,
                )
            },
        },
        Control {
            what: "the window from the plain start increases and approaches √2 − 1",
            breaks: &["approached"],
            check: || {
                evidence(
                    |ratio, delta| exact(ratio, delta, Shape::Plain),
                    Shape::Plain,
                )
            },
        },
        Control {
            what: "from the scaled start too it exceeds √2 − 1 at R = 100, δ = 4",
            breaks: &["plain"],
            check: || {
                evidence(
                    |ratio, delta| exact(ratio, delta, Shape::Scaled),
                    Shape::Scaled,
                )
            },
        },
        Control {
            what: "no growth beyond R = 10⁴",
            breaks: &["increasing", "approached"],
            check: || {
                evidence(
                    |ratio, delta| exact(ratio.min(1e4), delta, Shape::Scaled),
                    Shape::Plain,
                )
            },
        },
    ],
};

/// The relative window of all modes.
fn exact(ratio: f64, delta: f64, shape: Shape) -> Result<f64, CheckError> {
    let step = StepProfile::halves(4, ratio)?;
    let problem = Problem::step(&step, Weighting::power(0.5)?)?;
    let flow = Simulation::new(
        &problem,
        Initialisation::spectral(Start::new(shape, delta)?),
    )
    .solver(Solver::Reduced);
    Ok(flow
        .at(&[])?
        .window()
        .map_or(f64::NAN, |window| window.relative))
}

/// Everything the statement says, about a candidate window and a candidate start that breaks the bound.
fn evidence(
    value: impl Fn(f64, f64) -> Result<f64, CheckError>,
    breaking: Shape,
) -> Result<Evidence, CheckError> {
    let mut increasing = Finding::always(
        "increasing",
        "window increasing in R: by more than its numerical error up to R = 10⁸, within it beyond",
    );
    let mut approached = Finding::within(
        "approached",
        2e-3,
        "window at R = 10¹² and δ ≤ 4 against √2 − 1",
    );
    let mut evidence = Evidence::new();
    for delta in [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0] {
        let mut previous = 0.0;
        for ratio in sweep::imbalanced() {
            let found = value(ratio.get(), delta)?;
            increasing.require(
                || format!("R = {:.4e}, δ = {delta}", ratio.get()),
                found > previous + if ratio.get() <= 1e8 { 1e-10 } else { -1e-9 },
            );
            previous = found;
        }
        if delta <= 4.0 {
            approached.observe(|| format!("δ = {delta}"), previous - windows::SUPREMUM);
        }
        for ratio in [2.0, 10.0, 100.0, 1e4, 1e6, 1e9] {
            evidence.report(
                format!("window at R = {ratio}, δ = {delta}"),
                value(ratio, delta)?,
            );
        }
    }
    let mut exceeds = Finding::always("exceeds", "window above the projected one at R = 10, δ = 1");
    let projected = windows::reweighted_relative(ImbalanceRatio::new(10.0)?);
    exceeds.require(|| "R = 10, δ = 1".into(), value(10.0, 1.0)? > projected);
    evidence.report("projected window at R = 10", projected);
    let mut plain = Finding::always(
        "plain",
        "window above √2 − 1 at R = 100, δ = 4, plain start",
    );
    let start = Start::new(breaking, 4.0)?;
    let problem = Problem::step(&StepProfile::halves(4, 100.0)?, Weighting::power(0.5)?)?;
    let flow = Simulation::new(&problem, Initialisation::spectral(start)).solver(Solver::Reduced);
    let half = flow.at(&[])?;
    plain.require(
        || "R = 100, δ = 4".into(),
        half.window()
            .is_some_and(|window| window.relative > windows::SUPREMUM),
    );
    for mode in Mode::ALL {
        evidence.report(
            format!(
                "half-amplitude time over δ at R = 100, δ = 4, plain start, {}",
                mode.name()
            ),
            half.half_time(mode).map_or(f64::NAN, |time| time / 4.0),
        );
    }
    for finding in [increasing, approached, exceeds, plain] {
        evidence.push(finding);
    }
    Ok(evidence)
}
