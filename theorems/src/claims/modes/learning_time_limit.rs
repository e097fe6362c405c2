//! A mode is learned at normalised time `1/(σλ)`.
//!
//! With `t = δτ` and the spectral start `s(0) = e^(−2δ)`,
//! $$ \lim_{\delta\to\infty} \frac{s(\delta\tau)}{\sigma} = \begin{cases} 0 & \tau < 1/(\sigma\lambda) \\\\ 1 & \tau > 1/(\sigma\lambda)
//!    \end{cases}, \qquad \frac{t_{1/2}}{\delta} = \frac1{\sigma\lambda}\Bigl(1 + \frac{\ln\sigma}{2\delta}\Bigr) + O\bigl(e^{-2\delta}\bigr). $$
//! Source: arXiv:2601.12011 (the limit); this project (the rate).

use ufm_theory::{
    modes::{ModeDynamics, learning_time},
    problem::{ImbalanceRatio, Start},
    spectrum::{Mode, StepSpectrum},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "learning-time-limit",
    title: "Learning time 1/(σλ)",
    given: "As δ → ∞, of a logistic mode from s(0) = e^(−2δ)",
    math: r"\lim_{\delta\to\infty}\frac{s(\delta\tau)}{\sigma}=\begin{cases}0&\tau<1/(\sigma\lambda)\\1&\tau>1/(\sigma\lambda)\end{cases},\qquad t_{1/2}=\frac{\delta}{\sigma\lambda}+\frac{\ln\sigma}{2\sigma\lambda}+o(1)",
    parts: &[
        Part {
            says: "the fraction s(δτ)/σ tends to 0 before τ = 1/(σλ)",
            theorems: &["LearningTime.not_learned_before"],
            findings: &["before"],
        },
        Part {
            says: "it tends to 1 after",
            theorems: &["LearningTime.learned_after"],
            findings: &["after"],
        },
        Part {
            says: "the half-amplitude time is δ/(σλ) + ln σ/(2σλ) + o(1), so over δ it tends to 1/(σλ)",
            theorems: &[
                "LearningTime.t_half_expansion",
                "LearningTime.t_half_over_delta",
                "Logistic.s_at_t_half",
            ],
            findings: &["rate"],
        },
    ],
    kind: Kind::Limit,
    source: Source::Paper("result: learning times"),
    uses: &["logistic-solution"],
    check: || evidence(learning_time::limiting),
    controls: &[
        Control {
            what: "learning time 1/(2σλ)",
            breaks: &["after", "rate"],
            check: || evidence(|spectrum, mode| learning_time::limiting(spectrum, mode) / 2.0),
        },
        Control {
            what: "learning time 1/(σ²λ)",
            breaks: &["after", "rate"],
            check: || {
                evidence(|spectrum, mode| {
                    learning_time::limiting(spectrum, mode) / spectrum.sigma(mode)
                })
            },
        },
        Control {
            what: "learning time one percent early",
            breaks: &["after", "rate"],
            check: || evidence(|spectrum, mode| 0.99 * learning_time::limiting(spectrum, mode)),
        },
        Control {
            what: "learning time one percent late",
            breaks: &["before", "rate"],
            check: || evidence(|spectrum, mode| 1.01 * learning_time::limiting(spectrum, mode)),
        },
    ],
};

/// The scales the limit is followed along.
const SCALES: [f64; 6] = [10.0, 25.0, 50.0, 100.0, 200.0, 400.0];

/// Everything the statement says, about a candidate learning time, in units of `δ`.
fn evidence(learning_time: impl Fn(&StepSpectrum, Mode) -> f64) -> Result<Evidence, CheckError> {
    // Ten percent away from the learning time the log-odds of the fraction are −/+ 0.2δ, up to ln σ.
    let mut before = Finding::always("before", "s(δτ)/σ < σ·e^(−0.2δ) at τ = 0.9 T");
    let mut after = Finding::always("after", "1 − s(δτ)/σ < σ·e^(−0.2δ) at τ = 1.1 T");
    // What is left is O(e^(−2δ)) and rounding: at δ = 10, e^(−20) = 2e-9.
    let mut rate = Finding::within(
        "rate",
        3e-9,
        "δ·(t_half/(δT) − 1) equals ln σ/2, absolute (so the error is of order 1/δ exactly)",
    );
    for gamma in [0.0, 0.5, 1.0] {
        for ratio in [2.0, 10.0, 100.0, 1e4, 1e8, 1e12] {
            let spectrum = sweep::halves_spectrum(4, ImbalanceRatio::new(ratio)?, gamma)?;
            for mode in Mode::ALL {
                let time = learning_time(&spectrum, mode);
                for delta in SCALES {
                    let start = Start::plain(delta)?;
                    let case =
                        || format!("γ = {gamma}, R = {ratio:e}, {}, δ = {delta}", mode.name());
                    let dynamics = ModeDynamics::of_step(&spectrum, mode, &start)?;
                    let bound = (spectrum.ln_sigma(mode) - 0.2 * delta).exp() * (1.0 + 1e-9);
                    before.require(case, dynamics.fraction(0.9 * delta * time) <= bound);
                    after.require(case, dynamics.residual(1.1 * delta * time) <= bound);
                    let error = delta * (dynamics.half_amplitude_time() / (delta * time) - 1.0);
                    rate.observe(case, error - 0.5 * spectrum.ln_sigma(mode));
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [before, after, rate] {
        evidence.push(finding);
    }
    let spectrum = sweep::halves_spectrum(4, ImbalanceRatio::new(100.0)?, 0.0)?;
    for delta in SCALES {
        evidence.report(
            format!("normalised half-amplitude time of the majority at R = 100, δ = {delta}"),
            learning_time::normalised(&spectrum, Mode::Majority, &Start::plain(delta)?)?,
        );
    }
    evidence.report("its limit", learning_time(&spectrum, Mode::Majority));
    Ok(evidence)
}
