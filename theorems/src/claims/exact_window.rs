//! The window of the full reweighted flow stays below `√2 − 1` and closes as the start shrinks.
//!
//! The bound `√2 − 1` is about the flow projected on the row space of the labels. The *full* flow at `γ = ½` leaves that space in
//! the contrast direction; from the scaled spectral start, equal halves, its relative window was found
//! - below $\sqrt2 - 1$ at every point of the grid here, and increasing in `R`;
//! - of order $1/\delta$: $\delta\,\Delta T$ settles, so the window closes as $\delta \to \infty$ (all early growth rates are equal then);
//! - *not* always below the projected window: it is above it at `R = 10`, `δ = 1`.
//!
//! This is a numerical finding on a grid of `R ≤ 10⁴`, `½ ≤ δ ≤ 64`, with no proof off the grid.
//! Source: this project.

use ufm_simulation::{GradientFlow, Initialisation, Problem};
use ufm_theory::{
    profile::{ImbalanceRatio, StepProfile},
    start::{Shape, Start},
    weights::Weighting,
    window,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "exact-window",
    title: "Window of the full reweighted flow",
    statement: "From the scaled start the window of the full flow at γ = ½ stays below √2 − 1 for R = 2 … 10⁴ and δ = ½ … 64, \
                increases in R, closes like 1/δ, and is not always below that of the projected flow.",
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["window-bound", "scaled-start", "growth-flat"],
    proofs: &[],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "a bound one percent lower",
            check: || evidence(Candidate { bound: 0.99 * window::SUPREMUM, ..Candidate::TRUE }),
        },
        Control {
            what: "the full window is never above the projected one",
            check: || evidence(Candidate { above_projected: false, ..Candidate::TRUE }),
        },
        Control {
            what: "the same from the plain start, at finite δ",
            check: || evidence(Candidate { shape: Shape::Spectral, ..Candidate::TRUE }),
        },
        Control {
            what: "the window closes like 1/δ²",
            check: || evidence(Candidate { power: 2, ..Candidate::TRUE }),
        },
    ],
};

struct Candidate {
    bound: f64,
    /// Whether the full window exceeds the projected one somewhere.
    above_projected: bool,
    shape: Shape,
    /// `δ^power·ΔT` settles.
    power: i32,
}

impl Candidate {
    const TRUE: Self = Self {
        bound: window::SUPREMUM,
        above_projected: true,
        shape: Shape::Scaled,
        power: 1,
    };
}

const RATIOS: [f64; 4] = [2.0, 10.0, 100.0, 1e4];
const SCALES: [f64; 7] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0];

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut below = Finding::always("window below the bound");
    let mut increasing = Finding::always("window increasing in R at each δ");
    let mut settles = Finding::within(0.02, "δ^p·ΔT from δ = 16 to δ = 64, relative change");
    let mut somewhere_above = false;
    let mut evidence = Evidence::new();
    for delta in SCALES {
        let mut previous = 0.0;
        for ratio in RATIOS {
            let case = || format!("R = {ratio}, δ = {delta}");
            let found = full_window(ratio, Start::new(candidate.shape, delta)?)?;
            below.require(case, found < candidate.bound);
            increasing.require(case, found > previous);
            previous = found;
            let projected = window::reweighted_relative(ImbalanceRatio::new(ratio)?);
            somewhere_above |= found > projected;
            evidence.report(format!("ΔT at R = {ratio}, δ = {delta}"), found);
        }
    }
    for ratio in RATIOS {
        let scaled = |delta: f64| -> Result<f64, CheckError> {
            let found = full_window(ratio, Start::new(candidate.shape, delta)?)?;
            Ok(delta.powi(candidate.power) * found)
        };
        settles.observe(|| format!("R = {ratio}"), scaled(64.0)? / scaled(16.0)? - 1.0);
    }
    let mut above = Finding::always("above the projected window somewhere, or nowhere, as stated");
    above.require(|| "the grid".into(), somewhere_above == candidate.above_projected);
    for finding in [below, increasing, settles, above] {
        evidence.push(finding);
    }
    Ok(evidence)
}

/// The relative window of the half-amplitude times of the full reweighted flow.
fn full_window(ratio: f64, start: Start) -> Result<f64, CheckError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::power(0.5)?)?;
    let end = 2.0 * start.delta() + 0.5 * ratio.ln() + 1.0;
    let flow = GradientFlow::new(&problem, Initialisation::spectral(start));
    let (mut first, mut last) = (f64::INFINITY, 0.0_f64);
    for time in flow.run(&[], end)?.half_amplitude_times() {
        let time = time.ok_or_else(|| CheckError::NotReached(format!("half amplitude at R = {ratio}")))?;
        (first, last) = (first.min(time), last.max(time));
    }
    Ok(last / first - 1.0)
}
