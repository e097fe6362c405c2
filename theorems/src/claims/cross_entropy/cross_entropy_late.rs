//! Late under the cross-entropy: normalised logits turn towards those of the labels like `1/ln t`, so slowly that weights go on to matter.
//!
//! Amplitudes grow like `ln t`, and only directions can converge. The logits of largest margin in this model are the simplex-encoded labels
//! themselves, for any imbalance and any weights (Thrampoulidis, Kini, Vakilian and Behnia 2022, *Imbalance trouble: revisiting neural-collapse
//! geometry*), and gradient flow goes to stationary directions of the margin (Lyu and Li 2020, *Gradient descent maximizes the margin of homogeneous
//! neural networks*); that these are the largest is not proved. Followed to `t = 10³⁰⁰`, the angle between `WH` and `Z` falls like `C/ln t`, with a `C` that
//! does not depend on the start: logits of size `ln t` differ by constants. That law sets in at astronomical times. Until `t = 10⁷` the angle falls in every decade, but
//! by less than `t^(−0.15)`; without weights it takes longer the smaller the start: the contrast waits, for residuals of the majority are `O(1/t)` once it is
//! classified. Under the squared loss the same angle falls exponentially, and nothing is left of the weights.
//!
//! Numerical, by the five equations of `cross-entropy-reduction`. At `γ = 1` the angle is not monotone early on, and not part of that statement.
//! Source: this project.

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver};
use ufm_theory::problem::{Start, StepProfile, Weighting};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-late",
    title: "Cross-entropy late",
    given: "Of the angle between the logits of the cross-entropy flow and the labels",
    math: r"\angle(t)\approx\frac{C}{\ln t}\ (10^{100}\le t\le10^{300});\qquad 10^{-0.15}<\frac{\angle(10t)}{\angle(t)}<1\ (10^2\le t<10^7);\qquad \angle_{\gamma=0}(10^7)>\angle_{\gamma=1/2}(10^7),\ \text{twofold for equal halves},\ \delta\ge8",
    parts: &[
        Part {
            says: "it is C/ln t at t = 10¹⁰⁰ to 10³⁰⁰, with C the same from every scale at γ = ½",
            theorems: &[],
            findings: &["law"],
        },
        Part {
            says: "from t = 10² to 10⁷ it falls in every decade, without weights and at γ = ½",
            theorems: &[],
            findings: &["falls"],
        },
        Part {
            says: "it falls there by less than t^(−0.15)",
            theorems: &[],
            findings: &["slowly"],
        },
        Part {
            says: "at 10⁷ it is larger without weights, and more than twice as large for equal halves from δ = 8",
            theorems: &[],
            findings: &["weights"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["cross-entropy-reduction", "cross-entropy-growth"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "the squared loss in place of the cross-entropy",
            breaks: &["law", "falls", "weights"],
            check: || {
                evidence(Candidate {
                    angles: squared,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "by more than t^(−0.15) in every decade",
            breaks: &["slowly"],
            check: || {
                evidence(Candidate {
                    slow: false,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "larger at γ = ½ than without weights",
            breaks: &["weights"],
            check: || {
                evidence(Candidate {
                    larger: 0.5,
                    smaller: 0.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "an angle C/(ln t)² at last",
            breaks: &["law"],
            check: || {
                evidence(Candidate {
                    power: 2.0,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

/// Angles of a problem from a start at given times.
type Angles = fn(&StepProfile, Weighting, Start, &[f64]) -> Result<Vec<f64>, CheckError>;

struct Candidate {
    angles: Angles,
    power: f64,
    slow: bool,
    larger: f64,
    smaller: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        angles: cross_entropy,
        power: 1.0,
        slow: true,
        larger: 0.0,
        smaller: 0.5,
    };
}

const TIMES: [f64; 6] = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// Times of the law `C/ln t`.
const LAST: [f64; 3] = [1e100, 1e200, 1e300];

fn cross_entropy(
    step: &StepProfile,
    weighting: Weighting,
    start: Start,
    times: &[f64],
) -> Result<Vec<f64>, CheckError> {
    let problem = Problem::step(step, weighting)?.with_loss(Loss::CROSS_ENTROPY)?;
    angles(&problem, start, Solver::Reduced, times)
}

/// The vanilla flow of the squared loss, in closed form.
fn squared(
    step: &StepProfile,
    _: Weighting,
    start: Start,
    times: &[f64],
) -> Result<Vec<f64>, CheckError> {
    let vanilla = Problem::step(step, Weighting::vanilla())?;
    angles(&vanilla, start, Solver::Riccati, times)
}

fn angles(
    problem: &Problem,
    start: Start,
    solver: Solver,
    times: &[f64],
) -> Result<Vec<f64>, CheckError> {
    let flow = Simulation::new(problem, Initialisation::spectral(start)).solver(solver);
    let run = flow.watch_fractions(&[]).at(times)?;
    Ok(run.moments.iter().map(|moment| moment.angle).collect())
}

/// Everything the statement says, of a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut falls = Finding::always("falls", "the angle falls in every decade");
    let mut slowly = Finding::always("slowly", "by a factor on the stated side of 10^(−0.15)");
    let mut weights = Finding::always(
        "weights",
        "the larger at t = 10⁷; more than twice as large at δ = 8 and equal halves",
    );
    let mut evidence = Evidence::new();
    for (majority, minority, ratio) in [
        (2, 2, 10.0),
        (2, 2, 100.0),
        (5, 5, 10.0),
        (2, 4, 10.0),
        (1, 3, 10.0),
    ] {
        for delta in [2.0, 8.0] {
            let angles = |gamma: f64| {
                let step = StepProfile::new(majority, minority, ratio)?;
                (candidate.angles)(
                    &step,
                    Weighting::power(gamma)?,
                    Start::plain(delta)?,
                    &TIMES,
                )
            };
            let mut last = Vec::new();
            for gamma in [0.0, 0.5] {
                let name =
                    format!("k = {majority} + {minority}, R = {ratio}, δ = {delta}, γ = {gamma}");
                let angles = angles(gamma)?;
                for pair in angles.windows(2) {
                    falls.require(|| name.clone(), pair[1] < pair[0]);
                    let slow = pair[1] > pair[0] * 10_f64.powf(-0.15);
                    slowly.require(|| name.clone(), slow == candidate.slow);
                }
                let end = angles.last().copied().unwrap_or(f64::NAN);
                evidence.report(format!("angle at t = 10⁷, {name}"), end);
                last.push((gamma, end));
            }
            let at = |gamma: f64| {
                last.iter()
                    .find(|(g, _)| *g == gamma)
                    .map_or(f64::NAN, |(_, angle)| *angle)
            };
            let factor = if (majority, delta) == (minority, 8.0) {
                2.0
            } else {
                1.0
            };
            weights.require(
                || format!("k = {majority} + {minority}, R = {ratio}, δ = {delta}"),
                at(candidate.larger) > factor * at(candidate.smaller),
            );
        }
    }
    let mut law = Finding::within(
        "law",
        0.03,
        "angle·ln t at γ = ½ and t = 10¹⁰⁰, 10²⁰⁰ over that at 10³⁰⁰ from δ = 2, relative",
    );
    for (majority, minority, ratio) in [
        (2, 2, 10.0),
        (2, 2, 100.0),
        (2, 4, 10.0),
        (1, 3, 10.0),
        (3, 1, 10.0),
    ] {
        let step = StepProfile::new(majority, minority, ratio)?;
        let products = |delta: f64| -> Result<Vec<f64>, CheckError> {
            let angles =
                (candidate.angles)(&step, Weighting::power(0.5)?, Start::plain(delta)?, &LAST)?;
            Ok(angles
                .iter()
                .zip(LAST)
                .map(|(angle, time)| angle * time.ln().powf(candidate.power))
                .collect())
        };
        let settled = products(2.0)?[2];
        evidence.report(
            format!("angle·ln t at t = 10³⁰⁰, k = {majority} + {minority}, R = {ratio}, γ = ½"),
            settled,
        );
        for delta in [2.0, 30.0, 300.0] {
            for (product, time) in products(delta)?.into_iter().zip(LAST) {
                law.observe(
                    || {
                        format!(
                            "k = {majority} + {minority}, R = {ratio}, δ = {delta}, t = {time:e}"
                        )
                    },
                    product / settled - 1.0,
                );
            }
        }
    }
    for finding in [law, falls, slowly, weights] {
        evidence.push(finding);
    }
    Ok(evidence)
}
