//! The learning windows are seen in simulation.
//!
//! Half-amplitude times located on simulated trajectories from the scaled spectral start give
//! $\Delta T = \sqrt R - 1$ under the vanilla flow on the full matrices and
//! $\Delta T = \sqrt{2(R+1)}/(\sqrt R + 1) - 1 < \sqrt 2 - 1$ under the reweighted flow projected on the row space of the labels.
//! (The full reweighted flow has another window, which is a control here and depends on `δ`.)
//! Source: arXiv:2601.12011 (the windows), this project (the start).

use ufm_simulation::{Initialisation, Problem, Simulation};
use ufm_theory::{
    problem::{ImbalanceRatio, Shape, Start, StepProfile, Weighting},
    windows,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "simulated-windows",
    title: "Windows seen in simulation",
    given: "At R = 10, 100, 1000 and k = 4 to 20 simulated half-amplitude times from the scaled start have the relative windows",
    math: r"\Delta T=\sqrt R-1\ \text{without weights},\qquad \Delta T=\frac{\sqrt{2(R+1)}}{\sqrt R+1}-1<\sqrt2-1\ \text{at}\ \gamma=\tfrac12\ \text{(projected)}",
    parts: &[
        Part {
            says: "√R − 1 without weights",
            theorems: &[],
            findings: &["vanilla"],
        },
        Part {
            says: "√(2(R+1))/(√R + 1) − 1 at γ = ½ under the projected flow",
            theorems: &[],
            findings: &["reweighted"],
        },
        Part {
            says: "below √2 − 1 under that flow",
            theorems: &[],
            findings: &["below"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Paper("result: the learning window"),
    uses: &[
        "vanilla-window",
        "window-bound",
        "scaled-start",
        "mode-decoupling",
    ],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "the full reweighted flow has the window of the projected one",
            breaks: &["reweighted"],
            check: || {
                evidence(Candidate {
                    projected: false,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the plain start shows the limiting windows at δ = 12 already",
            breaks: &["vanilla", "reweighted", "below"],
            check: || {
                evidence(Candidate {
                    shape: Shape::Plain,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the reweighted window appears at γ = 0.45",
            breaks: &["reweighted"],
            check: || {
                evidence(Candidate {
                    gamma: 0.45,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    gamma: f64,
    projected: bool,
    shape: Shape,
}

impl Candidate {
    const TRUE: Self = Self {
        gamma: 0.5,
        projected: true,
        shape: Shape::Scaled,
    };
}

const DELTA: f64 = 12.0;

/// Everything the statement says, about a candidate for the reweighted flow and for the start.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut vanilla = Finding::within(
        "vanilla",
        1e-6,
        "vanilla window against √R − 1, relative to 1 + ΔT",
    );
    let mut reweighted =
        Finding::within("reweighted", 1e-6, "reweighted window against its formula");
    let mut below = Finding::always("below", "reweighted window below √2 − 1");
    let mut evidence = Evidence::new();
    for classes in [4, 10, 20] {
        for r in sweep::SIMULATED {
            let case = || format!("k = {classes}, R = {r}");
            let ratio = ImbalanceRatio::new(r)?;
            let found = simulated(classes, r, Weighting::vanilla(), false, candidate.shape)?;
            let formula = windows::vanilla_relative(ratio);
            vanilla.observe(case, (found - formula) / (1.0 + formula));
            let weighting = Weighting::power(candidate.gamma)?;
            let found = simulated(classes, r, weighting, candidate.projected, candidate.shape)?;
            reweighted.observe(case, found - windows::reweighted_relative(ratio));
            below.require(case, found < windows::SUPREMUM);
            if classes == 4 {
                evidence.report(format!("simulated reweighted window at R = {r}"), found);
            }
        }
    }
    for finding in [vanilla, reweighted, below] {
        evidence.push(finding);
    }
    Ok(evidence)
}

fn simulated(
    classes: usize,
    ratio: f64,
    weighting: Weighting,
    projected: bool,
    shape: Shape,
) -> Result<f64, CheckError> {
    let problem = Problem::step(&StepProfile::halves(classes, ratio)?, weighting)?;
    let start = Initialisation::spectral(Start::new(shape, DELTA)?);
    let flow = Simulation::new(&problem, start).matrices();
    let flow = if projected { flow.projected() } else { flow };
    let (mut first, mut last) = (f64::INFINITY, 0.0_f64);
    for time in flow.until(2.0 * DELTA).at(&[])?.half_amplitude_times() {
        let time =
            time.ok_or_else(|| CheckError::NotReached(format!("half amplitude at R = {ratio}")))?;
        (first, last) = (first.min(time), last.max(time));
    }
    Ok(last / first - 1.0)
}
