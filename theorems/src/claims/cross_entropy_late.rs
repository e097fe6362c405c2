//! Late under the cross-entropy: normalised logits turn towards those of the labels, so slowly that weights go on to matter.
//!
//! Amplitudes grow like `ln t`, and only directions can converge. The logits of largest margin in this model are the simplex-encoded labels
//! themselves, for any imbalance and any weights (Thrampoulidis, Kini, Vakilian and Behnia 2022, *Imbalance trouble: revisiting neural-collapse
//! geometry*), and gradient flow goes to stationary directions of the margin (Lyu and Li 2020, *Gradient descent maximizes the margin of homogeneous
//! neural networks*); that these are the largest is not proved. The angle between `WH` and `Z` does fall over five decades of time, but by less than
//! `t^(−0.15)` in any of them: logits of size `ln t` differ by constants that depend on weights and frequencies, an angle of `O(1/ln t)` at best. Without
//! weights it takes longer the smaller the start: the contrast waits, for residuals of the majority are `O(1/t)` once it is classified. Under the squared
//! loss the same angle falls exponentially, and nothing is left of the weights.
//!
//! Numerical: `t ≤ 10⁷`. At `γ = 1` the angle is small but not monotone, and not part of the statement. Source: this project.

use ufm_simulation::{CrossEntropyFlow, Initialisation, Problem, RiccatiFlow};
use ufm_theory::{profile::StepProfile, start::Start, weights::Weighting};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-late",
    title: "Cross-entropy late",
    statement: "From t = 10² to 10⁷ the angle between the logits of the cross-entropy flow and the labels falls in every decade, but by less than t^(−0.15), \
                without weights and at γ = ½; at t = 10⁷ it is larger without weights, and more than twice as large for equal halves from δ = 8.",
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["cross-entropy-growth"],
    proofs: &[],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "the squared loss in place of the cross-entropy",
            check: || evidence(Candidate { angles: squared, ..Candidate::TRUE }),
        },
        Control {
            what: "by more than t^(−0.15) in every decade",
            check: || evidence(Candidate { slow: false, ..Candidate::TRUE }),
        },
        Control {
            what: "larger at γ = ½ than without weights",
            check: || evidence(Candidate { larger: 0.5, smaller: 0.0, ..Candidate::TRUE }),
        },
    ],
};

struct Candidate {
    angles: fn(&Problem, Start) -> Result<Vec<f64>, CheckError>,
    slow: bool,
    larger: f64,
    smaller: f64,
}

impl Candidate {
    const TRUE: Self = Self { angles: cross_entropy, slow: true, larger: 0.0, smaller: 0.5 };
}

const TIMES: [f64; 6] = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

fn cross_entropy(problem: &Problem, start: Start) -> Result<Vec<f64>, CheckError> {
    let run = CrossEntropyFlow::new(problem, start).run(&TIMES, TIMES[TIMES.len() - 1])?;
    Ok(run.moments.iter().map(|moment| moment.angle).collect())
}

/// The vanilla flow of the squared loss, in closed form.
fn squared(problem: &Problem, start: Start) -> Result<Vec<f64>, CheckError> {
    let vanilla = Problem::new(problem.profile(), Weighting::vanilla())?;
    let flow = RiccatiFlow::new(&vanilla, &Initialisation::spectral(start))?;
    TIMES.iter().map(|&time| Ok(flow.at(time)?.angle)).collect()
}

/// Everything the statement says, of a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut falls = Finding::always("the angle falls in every decade");
    let mut slowly = Finding::always("by a factor on the stated side of 10^(−0.15)");
    let mut weights = Finding::always("the larger at t = 10⁷; more than twice as large at δ = 8 and equal halves");
    let mut evidence = Evidence::new();
    for (majority, minority, ratio) in [(2, 2, 10.0), (2, 2, 100.0), (5, 5, 10.0), (2, 4, 10.0), (1, 3, 10.0)] {
        for delta in [2.0, 8.0] {
            let angles = |gamma: f64| {
                let step = StepProfile::new(majority, minority, ratio)?;
                (candidate.angles)(&Problem::step(&step, Weighting::power(gamma)?)?, Start::spectral(delta)?)
            };
            let mut last = Vec::new();
            for gamma in [0.0, 0.5] {
                let name = format!("k = {majority} + {minority}, R = {ratio}, δ = {delta}, γ = {gamma}");
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
            let at = |gamma: f64| last.iter().find(|(g, _)| *g == gamma).map_or(f64::NAN, |(_, angle)| *angle);
            let factor = if (majority, delta) == (minority, 8.0) { 2.0 } else { 1.0 };
            weights.require(
                || format!("k = {majority} + {minority}, R = {ratio}, δ = {delta}"),
                at(candidate.larger) > factor * at(candidate.smaller),
            );
        }
    }
    for finding in [falls, slowly, weights] {
        evidence.push(finding);
    }
    Ok(evidence)
}
