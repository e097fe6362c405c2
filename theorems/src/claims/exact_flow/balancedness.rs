//! The flow conserves `WᵀW − HHᵀ`, whatever the weights.
//!
//! $$ \frac{d}{dt}\bigl(W^\top W - HH^\top\bigr) = 0 \quad\text{along}\quad \dot W = (Z - WH)\Omega H^\top,\ \dot H = W^\top(Z - WH)\Omega, $$
//! for any symmetric `Ω`, from any start.
//! Source: this project for reweighted training (well known for `Ω = I`).

use ufm_simulation::{Initialisation, Problem, Simulation, Trajectory};
use ufm_theory::problem::{ClassProfile, Weighting};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "balancedness",
    title: "WᵀW − HHᵀ conserved",
    given: "",
    math: r"\frac{d}{dt}\bigl(W^\top W-HH^\top\bigr)=0",
    parts: &[Part {
        says: "Gradient flow conserves WᵀW − HHᵀ for any sample weights, class profile and start",
        theorems: &["Flow.weighted_flow_conserves"],
        findings: &["conserved"],
    }],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &[],
    check: || {
        evidence(|problem, start, times, end| {
            Ok(Simulation::new(problem, start)
                .matrices()
                .until(end)
                .at(times)?)
        })
    },
    controls: &[Control {
        what: "gradient descent with step size 0.01 conserves it as well",
        breaks: &["conserved"],
        check: || {
            evidence(|problem, start, times, end| {
                Ok(Simulation::new(problem, start)
                    .descent(0.01)
                    .until(end)
                    .at(times)?)
            })
        },
    }],
};

/// Everything the statement says, about a candidate way of training.
fn evidence(
    train: impl Fn(&Problem, Initialisation, &[f64], f64) -> Result<Trajectory, CheckError>,
) -> Result<Evidence, CheckError> {
    // The integrator's tolerance is 1e-9 a step, relative.
    let mut conserved = Finding::within(
        "conserved",
        1e-7,
        "drift of WᵀW − HHᵀ, relative to σ_max, at 21 times",
    );
    let profiles = [
        ("10:1 STEP", ClassProfile::from_counts(&[20, 20, 2, 2])?),
        (
            "long tail",
            ClassProfile::long_tail(5, 40.0, 40.0)?.rounded(),
        ),
        (
            "irregular",
            ClassProfile::from_counts(&[7, 1, 12, 3, 3, 9])?,
        ),
    ];
    for (name, profile) in &profiles {
        for gamma in [0.0, 0.5, 1.0, -0.3] {
            let problem = Problem::new(profile, Weighting::power(gamma)?)?;
            for (delta, seed) in [(4.0, 1), (1.0, 2)] {
                let start = Initialisation::gaussian(delta, seed)?.with_dimension(8);
                let end = 6.0;
                let times: Vec<f64> = (0..=20).map(|i| end * f64::from(i) / 20.0).collect();
                let scale = problem.singular_values()[0];
                for moment in train(&problem, start, &times, end)?.moments {
                    conserved.observe(
                        || format!("{name}, γ = {gamma}, δ = {delta}, t = {}", moment.time),
                        moment.imbalance_drift / scale,
                    );
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(conserved);
    Ok(evidence)
}
