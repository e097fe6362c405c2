//! The logistic closed form solves the mode equation.
//!
//! For `0 < s_0 < σ`, `λ > 0`,
//! $$ s(t) = \frac{\sigma}{1 + (\sigma/s_0 - 1)\\,e^{-2\sigma\lambda t}} \quad\text{solves}\quad
//!    \dot s = 2\lambda s(\sigma - s), \quad s(0) = s_0, \quad s(t) \to \sigma. $$
//! Source: arXiv:2601.12011.

use ufm_theory::{modes::ModeDynamics, problem::Start};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "logistic-solution",
    title: "Logistic growth of a mode",
    given: "From 0 < s(0) < σ, with λ > 0",
    math: r"\dot s=2\lambda s(\sigma-s)\ \Longrightarrow\ s(t)=\frac{\sigma}{1+(\sigma/s(0)-1)\,e^{-2\sigma\lambda t}}\ \nearrow\ \sigma",
    parts: &[
        Part {
            says: "the solution of ṡ = 2λs(σ − s) is s(t) = σ/(1 + (σ/s(0) − 1)e^(−2σλt))",
            theorems: &["Main.logistic_mode"],
            findings: &["initial", "equation"],
        },
        Part {
            says: "it increases to σ",
            theorems: &["Main.logistic_mode"],
            findings: &["inside", "terminal"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Paper("result: the dynamics of a mode"),
    uses: &[],
    check: || evidence(|mode, t| mode.dynamics.amplitude(t)),
    controls: &[
        Control {
            what: "growth at rate σλ instead of 2σλ",
            breaks: &["terminal", "equation"],
            check: || evidence(|mode, t| mode.dynamics.amplitude(t / 2.0)),
        },
        Control {
            what: "exponential growth capped at σ",
            breaks: &["equation"],
            check: || {
                evidence(|mode, t| {
                    let rate = 2.0 * mode.sigma * mode.lambda;
                    ((-2.0 * mode.delta + rate * t).exp()).min(mode.sigma)
                })
            },
        },
        Control {
            what: "the solution that starts at half the scale",
            breaks: &["initial"],
            check: || {
                evidence(|mode, t| {
                    mode.dynamics
                        .amplitude(t + 0.5 * mode.delta / (mode.sigma * mode.lambda))
                })
            },
        },
        Control {
            what: "it passes σ on its way",
            breaks: &["inside", "equation"],
            check: || {
                evidence(|mode, t| {
                    let x = mode.dynamics.amplitude(t) / mode.sigma;
                    mode.sigma * x * (1.0 + 4.0 * x * (1.0 - x))
                })
            },
        },
    ],
};

struct Mode {
    sigma: f64,
    lambda: f64,
    delta: f64,
    dynamics: ModeDynamics,
}

/// Everything the statement says, about a candidate `s(t)`.
fn evidence(s: impl Fn(&Mode, f64) -> f64) -> Result<Evidence, CheckError> {
    let mut initial = Finding::within("initial", 1e-12, "s(0) = e^(−2δ), relative");
    let mut terminal = Finding::within("terminal", 1e-12, "s = σ at 2δ + 40 e-foldings, relative");
    // Strict in exact arithmetic; σ and s are each rounded, which moves their ratio by an ulp or two.
    let mut inside = Finding::always(
        "inside",
        "s increases and stays inside (0, σ], to one part in 10¹⁴",
    );
    let rounding = 1.0 + 1e-14;
    // A five-point stencil with step h has error ~ h⁴/30 + 1e-16/h in units of the e-folding time.
    let mut equation = Finding::within(
        "equation",
        1e-9,
        "ṡ = 2λs(σ − s) by five-point differences, relative to the largest velocity σ²λ/2",
    );
    for sigma in [1.0_f64, 5.5_f64.sqrt(), 10.0, 1e3] {
        for lambda in [1.0_f64, 0.1, 1e-3] {
            for delta in [1.0, 4.0, 15.0] {
                let dynamics = ModeDynamics::new(sigma.ln(), lambda.ln(), &Start::plain(delta)?)?;
                let mode = Mode {
                    sigma,
                    lambda,
                    delta,
                    dynamics,
                };
                let case = || format!("σ = {sigma:.4}, λ = {lambda}, δ = {delta}");
                let fold = 1.0 / (2.0 * sigma * lambda);
                initial.observe(case, s(&mode, 0.0) / (-2.0 * delta).exp() - 1.0);
                let end = (2.0 * delta + sigma.ln() + 40.0) * fold;
                terminal.observe(case, s(&mode, end) / sigma - 1.0);
                let mut previous = 0.0;
                for step in 0..=60 {
                    let t = end * f64::from(step) / 60.0;
                    let value = s(&mode, t);
                    inside.require(
                        case,
                        value * rounding >= previous && value > 0.0 && value <= sigma * rounding,
                    );
                    previous = value;
                    let h = 2e-3 * fold;
                    let slope = (8.0 * (s(&mode, t + h) - s(&mode, t - h))
                        - (s(&mode, t + 2.0 * h) - s(&mode, t - 2.0 * h)))
                        / (12.0 * h);
                    let velocity = 2.0 * lambda * value * (sigma - value);
                    equation.observe(case, (slope - velocity) / (0.5 * sigma * sigma * lambda));
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [initial, terminal, inside, equation] {
        evidence.push(finding);
    }
    Ok(evidence)
}
