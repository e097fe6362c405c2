//! Vanilla training learns majority features first.
//!
//! For `γ = 0`, `R > 1`: $T_{\rm maj} = 1/\sqrt R < T_{\rm con} < T_{\rm min} = 1$ in the limit, and at every finite scale
//! with $\sigma_{\rm min} e^{2\delta} \ge 5$ the half-amplitude times are ordered the same way, as are the fractions
//! $s_i(t)/\sigma_i$ from the scaled start at every time.
//! (The half-amplitude time `ln(σE − 1)/(2σ)`, `E = e^{2δ}`, falls with `σ` where `ln(x − 1) > x/(x − 1)`, `x = σE`: from
//! `x = 4.592` on.)
//! Source: arXiv:2601.12011 (the limit); this project (finite scale).

use ufm_theory::{
    modes::{ModeDynamics, learning_time},
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "majority-first",
    title: "Majority before minority",
    given: "Vanilla training with R > 1 learns the majority modes first, then the contrast, then the minority modes",
    math: r"T_\mathrm{maj}<T_\mathrm{con}<T_\mathrm{min};\quad t_\mathrm{maj}<t_\mathrm{con}<t_\mathrm{min}\ \text{from the plain start if}\ \sigma_\mathrm{min} e^{2\delta}\ge 5;\quad \frac{s_\mathrm{maj}(t)}{\sigma_\mathrm{maj}}>\frac{s_\mathrm{con}(t)}{\sigma_\mathrm{con}}>\frac{s_\mathrm{min}(t)}{\sigma_\mathrm{min}}\ \text{from the scaled start},\ t>0",
    parts: &[
        Part {
            says: "in the limit δ → ∞",
            theorems: &["StepWindow.vanilla_step_order_limit"],
            findings: &["limit"],
        },
        Part {
            says: "from the plain start at every scale with σ_min·e^(2δ) ≥ 5, by half-amplitude times",
            theorems: &["Main.majority_first"],
            findings: &["finite"],
        },
        Part {
            says: "from the scaled start at every time t > 0, by the fractions s/σ",
            theorems: &["StepWindow.vanilla_step_ahead"],
            findings: &["fractions"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Paper("abstract: vanilla training learns majorities first"),
    uses: &["step-spectrum", "learning-time-limit"],
    check: || evidence(0.0),
    controls: &[
        Control {
            what: "the same order under inverse-frequency weights (γ = 1)",
            breaks: &["limit", "finite", "fractions"],
            check: || evidence(1.0),
        },
        Control {
            what: "the same order at γ = ½",
            breaks: &["limit", "finite", "fractions"],
            check: || evidence(0.5),
        },
    ],
};

/// Everything the statement says, for weights of exponent `gamma`.
fn evidence(gamma: f64) -> Result<Evidence, CheckError> {
    let mut limit = Finding::always("limit", "T_majority < T_contrast < T_minority in the limit");
    let mut finite = Finding::always(
        "finite",
        "the same order of half-amplitude times at finite δ",
    );
    let mut fractions = Finding::always(
        "fractions",
        "s/σ in decreasing order at every time, scaled start",
    );
    for (majority, minority) in sweep::SPLITS {
        for ratio in sweep::imbalanced() {
            let step = StepProfile::new(majority, minority, ratio.get())?;
            let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
            let case = || format!("k = {majority} + {minority}, R = {:.4e}", ratio.get());
            let modes: Vec<Mode> = spectrum.modes().collect();
            for pair in modes.windows(2) {
                let [a, b] = [pair[0], pair[1]];
                limit.require(
                    case,
                    learning_time::limiting(&spectrum, a) < learning_time::limiting(&spectrum, b),
                );
                for delta in [0.5 * 5.0_f64.ln(), 1.0, 4.0, 16.0, 400.0] {
                    let start = Start::plain(delta)?;
                    finite.require(
                        || format!("{}, δ = {delta:.3}", case()),
                        learning_time::normalised(&spectrum, a, &start)?
                            < learning_time::normalised(&spectrum, b, &start)?,
                    );
                    let scaled = Start::scaled(delta)?;
                    let first = ModeDynamics::of_step(&spectrum, a, &scaled)?;
                    let second = ModeDynamics::of_step(&spectrum, b, &scaled)?;
                    for tenth in 1..=20 {
                        let t = f64::from(tenth) / 10.0 * second.half_amplitude_time();
                        fractions.require(
                            || format!("{}, δ = {delta:.3}, t = {t:.3e}", case()),
                            first.log_odds(t) > second.log_odds(t),
                        );
                    }
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [limit, finite, fractions] {
        evidence.push(finding);
    }
    Ok(evidence)
}
