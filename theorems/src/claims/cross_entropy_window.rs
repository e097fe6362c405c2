//! The contrast mode under the cross-entropy: inside the window with weights, last of all without.
//!
//! At `γ = ½` from the scaled start all half-amplitude times are closer together under the cross-entropy than under the squared
//! loss, whose window is below `1/√p − 1` (`exact-window-bound`). Without weights the contrast, second under the squared loss, waits: once the majority is
//! classified its residuals vanish, and only the minority's samples still pull at it. At `R = 10` it is second still, at `R = 100` and `δ = 16` it comes
//! after the minority. (`cross-entropy-groups` is about the other modes.) Numerical; source: this project.

use ufm_simulation::{CrossEntropyFlow, Problem, ReducedFlow};
use ufm_theory::{
    labels::step_modes, profile::StepProfile, spectrum::Mode, start::Start, weights::Weighting,
    window::MinorityShare,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-window",
    title: "Window under the cross-entropy",
    statement: "At γ = ½ from the scaled start the relative window of the cross-entropy is below that of the squared loss, so below 1/√p − 1, \
                for R = 2 to 1000 and δ = 1 to 28. Without weights the contrast is second at R = 10, but at R = 100 and δ = 16 after the minority.",
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["cross-entropy-groups", "exact-window-bound"],
    proofs: &[],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "below 0.8 of the squared loss's window",
            check: || evidence(Candidate { factor: 0.8, ..Candidate::TRUE }),
        },
        Control {
            what: "without weights",
            check: || evidence(Candidate { gamma: 0.0, ..Candidate::TRUE }),
        },
        Control {
            what: "contrast after the minority at R = 50 and δ = 8 too",
            check: || evidence(Candidate { late: (50.0, 8.0), ..Candidate::TRUE }),
        },
    ],
};

struct Candidate {
    gamma: f64,
    factor: f64,
    late: (f64, f64),
}

impl Candidate {
    const TRUE: Self = Self { gamma: 0.5, factor: 1.0, late: (100.0, 16.0) };
}

/// Half-amplitude times of majority, contrast and minority before `end`; infinite where later.
fn times(step: &StepProfile, gamma: f64, delta: f64, end: f64) -> Result<[f64; 3], CheckError> {
    let problem = Problem::step(step, Weighting::power(gamma)?)?;
    let run = CrossEntropyFlow::new(&problem, Start::scaled(delta)?).run(&[], end)?;
    let modes = step_modes(step);
    Ok([Mode::Majority, Mode::Contrast, Mode::Minority].map(|mode| {
        let index = modes.iter().position(|&m| m == mode);
        index.and_then(|index| run.half_amplitude_times[index]).unwrap_or(f64::INFINITY)
    }))
}

/// Everything the statement says, of a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut below = Finding::always("the window below that of the squared loss");
    let mut bound = Finding::always("the window below 1/√p − 1");
    let mut evidence = Evidence::new();
    for (majority, minority) in [(2, 2), (2, 4), (5, 2), (5, 5)] {
        for ratio in [2.0, 10.0, 100.0, 1000.0] {
            if (majority, minority) == (5, 5) && ratio != 100.0 {
                continue; // a larger problem, once
            }
            let step = StepProfile::new(majority, minority, ratio)?;
            for delta in [1.0, 2.0, 4.0, 8.0, 28.0] {
                let all = times(&step, candidate.gamma, delta, 1.6 * delta)?;
                let first = all.into_iter().fold(f64::INFINITY, f64::min);
                let last = all.into_iter().fold(0.0, f64::max);
                let window = last / first - 1.0;
                let squared = ReducedFlow::new(&step, Weighting::power(candidate.gamma)?, Start::scaled(delta)?)?.window()?.relative;
                let case = || format!("k = {majority} + {minority}, R = {ratio}, δ = {delta}");
                below.require(case, window < candidate.factor * squared);
                let share = MinorityShare::new(minority as f64 / (majority + minority) as f64)?;
                bound.require(case, window < ufm_theory::window::supremum_split(share));
                if (majority, minority) == (2, 2) && [1.0, 8.0].contains(&delta) {
                    evidence.report(format!("window, {}", case()), window);
                    evidence.report(format!("of the squared loss, {}", case()), squared);
                }
            }
        }
    }
    let mut order = Finding::always("without weights: contrast before the minority at R = 10, after it where stated");
    for half in [2, 5] {
        for (ratio, delta, late) in [(10.0, 8.0, false), (10.0, 28.0, false), (candidate.late.0, candidate.late.1, true), (100.0, 28.0, true)] {
            let step = StepProfile::new(half, half, ratio)?;
            let [majority, contrast, minority] = times(&step, 0.0, delta, 1.1 * delta)?;
            order.require(
                || format!("k = {half} + {half}, R = {ratio}, δ = {delta}"),
                majority < contrast.min(minority) && minority.is_finite() && (contrast > minority) == late,
            );
        }
    }
    for finding in [below, bound, order] {
        evidence.push(finding);
    }
    Ok(evidence)
}
