//! When weights help the minority on fresh samples, how much, and for how long.
//!
//! Weights of mean one over the samples, so that both trainings are at one learning rate. Between the learning times of the minority with and without
//! them, $1/\rho_\gamma < t/\delta < 1/\rho_0$, a fresh minority sample has the margin $g(n_{\min})$ over other minority classes under the weights and none without; before and after,
//! there is no difference. The ratio of the two times is the weight of a minority sample,
//! $$ \frac{k_{\rm maj}R + k_{\min}}{k_{\rm maj}R^{1-\gamma} + k_{\min}}, $$
//! whatever the share $\alpha$ and $n_{\min}$: what features share decides how much weights help at test time, and not for how long.
//! Source: this project.

use ufm_simulation::{Initialisation, Problem, Simulation};
use ufm_theory::{
    features::Sharing,
    problem::{Normalisation, Start, StepProfile, Weighting},
    spectrum::Mode,
    test_time::Benefit,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "benefit-interval",
    title: "For how long weights help, at test time",
    given: "As δ → ∞, of the advantage of weights with γ > 0 in the margins of fresh minority samples over other minority classes, weights of mean one over the samples, shared features",
    math: r"\frac{t}{\delta}\in\Bigl(\frac1{\rho_\gamma},\frac1{\rho_0}\Bigr):\ q_\gamma-q_0\to g(n_\mathrm{min}),\qquad \frac{t}{\delta}<\frac1{\rho_\gamma}\ \text{or}\ \frac{t}{\delta}>\frac1{\rho_0}:\ q_\gamma-q_0\to0,\qquad \frac{\rho_\gamma}{\rho_0}=\frac{k_\mathrm{maj} R+k_\mathrm{min}}{k_\mathrm{maj} R^{1-\gamma}+k_\mathrm{min}}",
    parts: &[
        Part {
            says: "it tends to g(n_min) between the learning times 1/ρ_γ and 1/ρ_0",
            theorems: &["TestTime.full_advantage_between"],
            findings: &["between"],
        },
        Part {
            says: "to 0 before and after",
            theorems: &[
                "TestTime.no_advantage_before",
                "TestTime.no_advantage_after",
            ],
            findings: &["outside"],
        },
        Part {
            says: "the later time over the earlier one is the weight of a minority sample, (k_maj·R + k_min)/(k_maj·R^(1−γ) + k_min)",
            theorems: &["TestTime.interval_ratio", "TestTime.mean_one"],
            findings: &["ratio"],
        },
    ],
    kind: Kind::Limit,
    source: Source::Project,
    uses: &["learning-time-limit", "generalisation-factor"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "the advantage stays for ever",
            breaks: &["outside"],
            check: || {
                evidence(Candidate {
                    after: 1.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "it is as large as in training",
            breaks: &["between"],
            check: || {
                evidence(Candidate {
                    factor: |_| 1.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the ratio of the times is R^γ",
            breaks: &["ratio"],
            check: || {
                evidence(Candidate {
                    ratio: |step, gamma| step.ratio().get().powf(gamma),
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    /// The advantage in between, from `g(n_min)`.
    factor: fn(f64) -> f64,
    /// What is left of it afterwards.
    after: f64,
    /// The ratio of the times.
    ratio: fn(&StepProfile, f64) -> f64,
}

impl Candidate {
    const TRUE: Self = Self {
        factor: |g| g,
        after: 0.0,
        ratio: |step, gamma| {
            let (majority, minority) = (step.majority() as f64, step.minority() as f64);
            let ratio = step.ratio().get();
            (majority * ratio + minority) / (majority * ratio.powf(1.0 - gamma) + minority)
        },
    };
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    // A logistic mode at 5/4 of its learning time is at 1 − O(e^(−δ/2)), at 4/5 of it at O(e^(−2δ/5)): 1e-4 at δ = 24, with a factor for σ.
    let bound = |delta: f64| (-0.4 * delta).exp() * 30.0;
    let mut between = Finding::within(
        "between",
        1.0,
        "advantage less g(n_min) at 5/4 of the first and 4/5 of the second time, over 30 e^(−2δ/5)",
    );
    let mut outside = Finding::within(
        "outside",
        1.0,
        "advantage at 4/5 of the first and 5/4 of the second time, over 30 e^(−2δ/5)",
    );
    let mut ratio = Finding::within("ratio", 1e-12, "ratio of the learning times, relative");
    for (majority, minority) in [(2, 2), (5, 5), (2, 8), (8, 2)] {
        for imbalance in [10.0, 1000.0] {
            for (alpha, size) in [(0.05, 5.0), (0.3, 20.0)] {
                let step =
                    StepProfile::new(majority, minority, imbalance)?.with_minority_size(size)?;
                let sharing = Sharing::new(alpha)?;
                for gamma in [0.5, 1.0] {
                    let benefit = Benefit::new(&step, gamma, sharing)?;
                    let case = || {
                        format!(
                            "k = {majority} + {minority}, R = {imbalance}, α = {alpha}, m = {size}, γ = {gamma}"
                        )
                    };
                    ratio.observe(
                        case,
                        benefit.until / benefit.from / (candidate.ratio)(&step, gamma) - 1.0,
                    );
                    for delta in [24.0, 48.0] {
                        let at = |tau: f64| advantage(&step, gamma, sharing, delta, tau);
                        let stated = (candidate.factor)(benefit.margin);
                        for tau in [1.25 * benefit.from, 0.8 * benefit.until] {
                            between.observe(
                                || format!("{}, δ = {delta}, τ = {tau:.4}", case()),
                                (at(tau)? - stated) / bound(delta),
                            );
                        }
                        for (tau, left) in [
                            (0.8 * benefit.from, 0.0),
                            (1.25 * benefit.until, candidate.after * stated),
                        ] {
                            outside.observe(
                                || format!("{}, δ = {delta}, τ = {tau:.4}", case()),
                                (at(tau)? - left) / bound(delta),
                            );
                        }
                    }
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [between, outside, ratio] {
        evidence.push(finding);
    }
    let step = StepProfile::halves(10, 100.0)?.with_minority_size(5.0)?;
    for gamma in [0.5, 1.0] {
        let benefit = Benefit::new(&step, gamma, Sharing::new(0.05)?)?;
        evidence.report(
            format!("ratio of the times at R = 100, γ = {gamma}"),
            benefit.until / benefit.from,
        );
    }
    Ok(evidence)
}

/// Of the margin of fresh minority samples over other minority classes at `t = δτ`, under the weights less without, by integration.
fn advantage(
    step: &StepProfile,
    gamma: f64,
    sharing: Sharing,
    delta: f64,
    tau: f64,
) -> Result<f64, CheckError> {
    let margin = |gamma: f64| -> Result<f64, CheckError> {
        let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
        let problem = Problem::step(step, weighting)?.with_sharing(sharing)?;
        let run = Simulation::new(&problem, Initialisation::spectral(Start::plain(delta)?))
            .at(&[delta * tau])?;
        let mode = run
            .position(Mode::Minority)
            .ok_or_else(|| CheckError::NotReached("a minority mode".into()))?;
        let factor = problem.generalisation_factors()[step.majority()];
        Ok(factor * run.moments[0].fractions[mode])
    };
    Ok(margin(gamma)? - margin(0.0)?)
}
