//! The window of the exact reweighted flow stays below `√2 − 1` too, at every `R` and every `δ`.
//!
//! Exact flow, `γ = ½`, scaled spectral start, `δ > ½ ln 2`, `R > 1`, a share `p = k_min/k` of minority classes. Majority and
//! minority modes reach half at `T = ½ ln(e^{2δ} − 1)`, and the contrast mode at a time between:
//! $$ T \\;\le\\; T_{\mathrm{contrast}}(R, \delta) \\;<\\; \frac{T}{\sqrt p}, \qquad\text{so}\qquad
//!    0 \le \Delta T < \frac1{\sqrt p} - 1 \\;=\\; \sqrt2 - 1 \ \text{ for equal halves.} $$
//!
//! # Proof
//!
//! Let `α = √N₊a`, `β = √N₋b`, `Z₁ = √(pRn)`, `Z₂ = √((1−p)n)` be features and targets of the two groups, `x = wα/Z₁` and `y = wβ/Z₂`
//! the logits over their targets, `ω₊ = 1/√R`, `ω₋ = 1`, `n = 1` (which only fixes the unit of time). Then `w² = α² + β²`
//! (conserved), `x = y = e^{−2δ}` at the start, and the contrast fraction is a mean of `x` and `y`:
//! `f = (Z₁²x + Z₂²y)/σ²`, `σ² = Z₁² + Z₂²`. Write `α = w cos θ`, `β = w sin θ`, `cos θ₀ = Z₁/σ`, so `y/x = tan θ/tan θ₀`.
//!
//! 1. *`y ≥ x` while `x < 1`*: where `y = x`, `d/dt ln(y/x) = (1−x)(ω₋ − ω₊)σ ≥ 0`. So `f ≥ x` and `cos θ ≤ cos θ₀`.
//! 2. *The upper bound.* Let `ξ = α²/Z₁ = x cos θ ≤ x`. From `α̇ = ω₊w(Z₁ − wα)`, exactly `ξ̇ = 2√p·x(1−x)`, and
//!    `x(1−x) − ξ(1−ξ) = (x−ξ)(1−x−ξ) ≥ 0` until `x = ½`: `ξ̇ ≥ 2√p·ξ(1−ξ)`, strictly after the start. At the time `t` when `x = ½`,
//!    with `E = e^{2δ}`, `c = cos θ(t) ≤ C = cos θ₀`, `ξ(0) = C/E`, `ξ(t) = c/2`:
//!    `2√p·t < ln[(E/C − 1)·c/(2 − c)] ≤ ln[(E − C)/(2 − C)] ≤ ln(E − 1)`, the last since `(1 − C)(E − 2) ≥ 0`. By 1, `f` is at half no later.
//! 3. *The lower bound.* Let `ν = w²/σ`, `e = (cos θ, sin θ)`, `e₀` its start, `r = σ e·Ωe₀`. Then
//!    `ν̇ = 2ν(r − σν e·Ωe)`; by Cauchy–Schwarz `e·Ωe ≥ (e·Ωe₀)²/(e₀·Ωe₀)`, and `|σΩe₀| = 1` with `σΩe₀ = (√p, √(1−p))`. The angle stays
//!    between `θ₀` and that of this unit vector, where `θ̇ ≤ 0`; so `σ e₀·Ωe₀ ≤ r ≤ 1` and `ν̇ ≤ 2ν(1−ν)` while `ν ≤ 1`, which the
//!    comparison keeps. So `f = ν cos(θ − θ₀) ≤ ν ≤` the logistic curve of rate 1, which is at half at `T`. ∎
//!
//! Coq has checked it: steps 1 and 3 in `ExactOrder.v`, at all times, with the tangents of the angles in place of the angles and `ν < 1`
//! shown before `y ≥ x`; step 2 and the window in `ExactWindow.v`; conservation and positivity, for any weights, in `ExactFlow.v`. Its
//! hypotheses are `0 < p < 1`, `R ≥ 1`, `δ > ½ ln 2` and functions `w, α, β` that solve the three equations for all `t ≥ 0`; that
//! there are such functions, and only one triple, is `WellPosed.scaled_start_exists` and `Uniqueness.scaled_start_unique`. The bound for
//! whatever matrices follow the full flow from the start is `StepFlow.exact_window_of_the_flow`: nothing is assumed of a solution.
//!
//! The check sweeps the inequality over a box of `(R, δ)` and splits, and follows each step of the proof along trajectories.
//! Source: this project. (arXiv:2601.12011 proves the bound for the projected flow.)

use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{Shape, Start, StepProfile, Weighting},
    spectrum::Mode,
    windows::{self, MinorityShare},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "exact-window-bound",
    title: "Exact window below √2 − 1",
    given: "At γ = ½ and from the scaled start, for every R > 1, δ > ½ ln 2 and share p of minority classes",
    math: r"0\le\Delta T(R,\delta)<\frac1{\sqrt p}-1\ \bigl(=\sqrt2-1\ \text{for equal halves}\bigr);\qquad y\ge x,\quad x\ge\ell_{\sqrt p}\ \text{until}\ x=\tfrac12,\quad f\le\ell_1",
    parts: &[
        Part {
            says: "the relative window of the exact reweighted flow is below 1/√p − 1",
            theorems: &["Main.window_of_the_exact_flow"],
            findings: &["below"],
        },
        Part {
            says: "for equal halves it is below √2 − 1",
            theorems: &["StepFlow.exact_window_of_halves"],
            findings: &["below"],
        },
        Part {
            says: "it is at least 0, no mode being before the minority modes",
            theorems: &["Main.window_of_the_exact_flow"],
            findings: &["above", "first"],
        },
        Part {
            says: "of the contrast's samples those of the minority are ahead",
            theorems: &["ExactWindow.exact_minority_ahead"],
            findings: &["ordered"],
        },
        Part {
            says: "until those of the majority are at half, their logit over its target is at or above a logistic curve of rate √p",
            theorems: &["ExactOrder.majority_at_least_logistic"],
            findings: &["lower"],
        },
        Part {
            says: "the contrast's fraction is at or below the logistic curve of rate 1",
            theorems: &["ExactWindow.fraction_at_most_logistic"],
            findings: &["upper"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["exact-reduction", "balancedness", "split-window"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "a bound two percent lower",
            breaks: &["below"],
            check: || {
                evidence(Candidate {
                    bound: |_, p| 0.98 * windows::supremum_split(p),
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the projected window as a bound",
            breaks: &["below"],
            check: || {
                evidence(Candidate {
                    bound: |step, p| windows::reweighted_relative_split(step.ratio(), p),
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "from the plain spectral start",
            breaks: &["below", "first", "lower"],
            check: || {
                evidence(Candidate {
                    shape: Shape::Plain,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "at γ = 0.45",
            breaks: &["above", "first", "upper"],
            check: || {
                evidence(Candidate {
                    gamma: 0.45,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "at γ = −0.1, with weights in favour of the majority",
            breaks: &["above", "first", "ordered"],
            check: || {
                evidence(Candidate {
                    gamma: -0.1,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    gamma: f64,
    shape: Shape,
    bound: fn(&StepProfile, MinorityShare) -> f64,
}

impl Candidate {
    const TRUE: Self = Self {
        gamma: 0.5,
        shape: Shape::Scaled,
        bound: |_, p| windows::supremum_split(p),
    };
}

const DELTAS: [f64; 11] = [0.36, 0.4, 0.5, 0.75, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 400.0];

/// Half-amplitude times are known to about this, relative, or to a tenth of it, absolute.
const ERROR: f64 = 1e-9;

/// Everything the statement says, about a candidate bound, start and exponent.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut above = Finding::always("above", "window at least 0, within its numerical error");
    let mut below = Finding::always(
        "below",
        "window below 1/√p − 1: within its numerical error, and by more than that for R up to 10⁸",
    );
    let mut first = Finding::always("first", "no mode before the minority modes");
    let mut largest = 0.0_f64;
    for (majority, minority) in [(2, 2), (5, 5), (2, 8), (8, 2), (3, 17)] {
        let share = MinorityShare::new(minority as f64 / (majority + minority) as f64)?;
        for ratio in sweep::imbalanced() {
            let step = StepProfile::new(majority, minority, ratio.get())?;
            for delta in DELTAS {
                let case = || {
                    format!(
                        "k = {majority} + {minority}, R = {:.4e}, δ = {delta}",
                        ratio.get()
                    )
                };
                let start = Start::new(candidate.shape, delta)?;
                let problem = Problem::step(&step, Weighting::power(candidate.gamma)?)?;
                let flow = Simulation::new(&problem, Initialisation::spectral(start))
                    .solver(Solver::Reduced);
                let half = flow.at(&[])?;
                let of = |mode| half.half_time(mode).unwrap_or(f64::NAN);
                let found = of(Mode::Contrast) / of(Mode::Minority) - 1.0;
                let error = ERROR.max(0.1 * ERROR / of(Mode::Minority));
                above.require(case, found > -error);
                let margin = if ratio.get() <= 1e8 { error } else { -error };
                below.require(case, found + margin < (candidate.bound)(&step, share));
                first.require(
                    case,
                    half.window().map_or(f64::NAN, |window| window.relative)
                        <= found.max(0.0) + error,
                );
                if majority == minority {
                    largest = largest.max(found);
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [above, below, first] {
        evidence.push(finding);
    }
    follow_the_proof(&candidate, &mut evidence)?;
    evidence.report("largest window seen, equal halves", largest);
    evidence.report("√2 − 1", windows::SUPREMUM);
    Ok(evidence)
}

/// The steps of the proof, seen along trajectories up to the half-amplitude time.
fn follow_the_proof(candidate: &Candidate, evidence: &mut Evidence) -> Result<(), CheckError> {
    let mut ordered = Finding::always("ordered", "step 1: y ≥ x");
    let mut lower = Finding::always(
        "lower",
        "step 2: x at or above the logistic curve of rate √p from ξ(0)",
    );
    let mut upper = Finding::always(
        "upper",
        "step 3: contrast fraction at or below the logistic curve of rate 1",
    );
    for (majority, minority) in [(2, 2), (2, 8), (8, 2)] {
        let share = f64::from(minority) / f64::from(majority + minority);
        for ratio in [2.0, 10.0, 100.0, 1e4, 1e8, 1e12] {
            let step = StepProfile::new(majority as usize, minority as usize, ratio)?;
            for delta in [0.5, 1.0, 4.0, 32.0] {
                let start = Start::new(candidate.shape, delta)?;
                let problem = Problem::step(&step, Weighting::power(candidate.gamma)?)?;
                let flow = Simulation::new(&problem, Initialisation::spectral(start))
                    .solver(Solver::Reduced);
                let end = flow.at(&[])?.half_time(Mode::Contrast).unwrap_or(f64::NAN);
                let times: Vec<f64> = (0..=40).map(|i| end * f64::from(i) / 40.0).collect();
                // cos θ₀ = Z₁/σ.
                let (big, small) = (share * ratio, 1.0 - share);
                let cosine = (big / (big + small)).sqrt();
                let run = flow.at(&times)?;
                let contrast = run.position(Mode::Contrast).unwrap_or_default();
                for moment in &run.moments {
                    let case = || {
                        format!(
                            "p = {share}, R = {ratio:e}, δ = {delta}, t = {}",
                            moment.time
                        )
                    };
                    let [x, y] = moment.contrast_samples.unwrap_or([f64::NAN; 2]);
                    ordered.require(case, y >= x * (1.0 - ERROR));
                    let log_odds = 2.0 * share.sqrt() * moment.time
                        - ((2.0 * delta).exp() / cosine - 1.0).ln();
                    let curve = 1.0 / (1.0 + (-log_odds).exp());
                    lower.require(case, x >= curve * (1.0 - 10.0 * ERROR * delta.max(1.0)));
                    let log_odds = 2.0 * moment.time - (2.0 * delta).exp_m1().ln();
                    let curve = 1.0 / (1.0 + (-log_odds).exp());
                    let fraction = moment.fractions[contrast];
                    upper.require(
                        case,
                        fraction <= curve * (1.0 + 10.0 * ERROR * delta.max(1.0)),
                    );
                }
            }
        }
    }
    for finding in [ordered, lower, upper] {
        evidence.push(finding);
    }
    Ok(())
}
