//! Both losses end at the same logits.
//!
//! For every weighting with positive weights, $W(t)H(t) \to Z$. So the difference between vanilla and reweighted
//! logits, which is of the size of the labels in between, vanishes.
//!
//! For STEP from a spectral start it is proved, with the limits of the layers: `terminal-layers`. From random starts it is only integrated.
//!
//! How fast (this project): what differs within a class decays as `Ḣ_⊥ = −ω_c WᵀW H_⊥`, in the weakest direction at rate
//! `ω_maj σ_min = R^(−γ)`. From a random start with `d = k − 1` that, not the learning of a mode, is the slowest thing there
//! is. With `d > k − 1` the random parts of `1ᵀW` and `H` in the `d − k + 1` directions that no label uses leave logits of size
//! `e^(−2δ)`, which decay at a rate of that order only: convergence is to `O(e^(−2δ))` on any practical time.
//! Source: arXiv:2601.12011.

use ufm_simulation::{Initialisation, Moment, Problem, Simulation};
use ufm_theory::problem::{Start, StepProfile, Weighting};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "terminal-interpolation",
    title: "Both losses interpolate",
    given: "Of vanilla and reweighted training",
    math: r"W(t)H(t)\to Z,\qquad \|L_\gamma(t)-L_0(t)\|\to0,\qquad \max_t\|L_\gamma(t)-L_0(t)\|>\tfrac12",
    parts: &[
        Part {
            says: "both converge to the STEP labels, and the difference of their logits vanishes, from any spectral start below the singular values and at any γ",
            theorems: &[
                "Main.weights_leave_no_trace",
                "StepFlow.step_flow_well_posed",
            ],
            findings: &["interpolates", "agree"],
        },
        Part {
            says: "so they do from random starts with d = k − 1, at γ = ½ and 1",
            theorems: &[],
            findings: &["interpolates", "agree"],
        },
        Part {
            says: "in between that difference exceeds one half",
            theorems: &[],
            findings: &["differ"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Paper("abstract: the terminal phase is not altered"),
    uses: &["mode-decoupling"],
    check: || evidence(LATE, 1.0, [0.5, 1.0]),
    controls: &[
        Control {
            what: "they have converged by t = δR/10",
            breaks: &["interpolates", "agree"],
            check: || evidence(0.1, 1.0, [0.5, 1.0]),
        },
        Control {
            what: "they converge to labels one percent larger",
            breaks: &["interpolates"],
            check: || evidence(LATE, 1.01, [0.5, 1.0]),
        },
        Control {
            what: "the difference exceeds one half at γ = 0.01 and 0.02",
            breaks: &["differ"],
            check: || evidence(LATE, 1.0, [0.01, 0.02]),
        },
    ],
};

/// End of training in units of `δR`. The slowest decay at `γ = 1` is `e^(−t/R)`, so `e^(−24)` is left of it.
const LATE: f64 = 6.0;

const DELTA: f64 = 4.0;

/// Everything the statement says, about a candidate for the end of training (in units of `δR`), for the size of the labels it ends at and for the
/// exponents of the weights.
fn evidence(end: f64, target: f64, gammas: [f64; 2]) -> Result<Evidence, CheckError> {
    let mut interpolates = Finding::within("interpolates", 1e-6, "‖WH − Z‖/‖Z‖ at the end");
    let mut agree = Finding::within(
        "agree",
        1e-6,
        "largest difference of class logits to vanilla at the end",
    );
    let mut differ = Finding::always("differ", "that difference exceeds one half in between");
    let spectral = Initialisation::spectral(Start::plain(DELTA)?);
    let random = Initialisation::gaussian(DELTA, 3)?;
    for (ratio, name, start) in [
        (10.0, "spectral", &spectral),
        (100.0, "spectral", &spectral),
        (10.0, "random", &random),
    ] {
        let step = StepProfile::halves(4, ratio)?;
        let vanilla = moments(&step, 0.0, start, end)?;
        for gamma in [0.0, gammas[0], gammas[1]] {
            let case = || format!("R = {ratio}, {name} start, γ = {gamma}");
            let found = moments(&step, gamma, start, end)?;
            let Some((last, earlier)) = found.split_last() else {
                continue;
            };
            let labels = step_labels(last);
            let error = (last.class_logits() - labels * target).amax();
            interpolates.observe(case, error.max(last.residual - (target - 1.0)));
            let distance = |a: &Moment, b: &Moment| (a.class_logits() - b.class_logits()).amax();
            if let Some(end) = vanilla.last() {
                agree.observe(case, distance(last, end));
            }
            if gamma != 0.0 {
                let most = earlier.iter().zip(&vanilla).map(|(a, b)| distance(a, b));
                differ.require(case, most.fold(0.0, f64::max) > 0.5);
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [interpolates, agree, differ] {
        evidence.push(finding);
    }
    Ok(evidence)
}

/// The mean label vector of each class, `I − 11ᵀ/k`.
fn step_labels(moment: &Moment) -> nalgebra::DMatrix<f64> {
    let classes = moment.class_logits().nrows();
    nalgebra::DMatrix::identity(classes, classes).add_scalar(-1.0 / classes as f64)
}

/// Moments at equal times for every weighting.
fn moments(
    step: &StepProfile,
    gamma: f64,
    start: &Initialisation,
    end: f64,
) -> Result<Vec<Moment>, CheckError> {
    let problem = Problem::step(step, Weighting::power(gamma)?)?;
    let end = end * DELTA * step.ratio().get();
    let times: Vec<f64> = (0..=400)
        .map(|i| end * (f64::from(i) / 400.0).powi(2))
        .collect();
    Ok(Simulation::new(&problem, start.clone())
        .matrices()
        .until(end)
        .at(&times)?
        .moments)
}
