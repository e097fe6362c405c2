//! `γ = ½` minimises the relative window.
//!
//! Equal halves, projected flow: for every `R > 1` and `γ ≠ ½`, $\Delta T_\gamma(R) > \Delta T_{1/2}(R)$.
//! For `γ = ½ − η` the ratio of the largest to the middle rate is $\sqrt{2(R+1)}/(\sqrt R + R^{-\eta})$; for `½ + η` it is at least
//! $\sqrt{2(R+1)}/(\sqrt R\\,R^{-\eta} + 1)$; both grow with `η`. So the window
//! falls strictly all the way up to `½` and rises strictly after.
//! Source: this project.

use ufm_theory::{problem::ImbalanceRatio, windows};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "optimal-exponent",
    title: "γ = ½ minimises the window",
    given: "With equal halves (k ≥ 4), any R > 1 and the projected flow",
    math: r"\Delta T_\gamma(R)>\Delta T_{1/2}(R)\quad(\gamma\neq\tfrac12);\qquad \gamma\mapsto\Delta T_\gamma(R)\ \text{strictly falls on}\ (-\infty,\tfrac12],\ \text{strictly rises on}\ [\tfrac12,\infty)",
    parts: &[
        Part {
            says: "the relative window is strictly smallest at γ = ½",
            theorems: &["Main.one_half_is_best", "StepWindow.step_window"],
            findings: &["falls", "rises"],
        },
        Part {
            says: "it strictly falls up to γ = ½ and strictly rises after",
            theorems: &[
                "Exponent.window_falls_to_half",
                "Exponent.window_rises_from_half",
                "StepWindow.step_window",
            ],
            findings: &["falls", "rises"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["window-bound", "equalising-exponent"],
    check: || evidence(0.5),
    controls: &[
        Control {
            what: "the minimiser is γ = 1",
            breaks: &["falls"],
            check: || evidence(1.0),
        },
        Control {
            what: "the minimiser is γ = 0.48",
            breaks: &["rises"],
            check: || evidence(0.48),
        },
        Control {
            what: "the minimiser is γ = 0.52",
            breaks: &["falls"],
            check: || evidence(0.52),
        },
    ],
};

/// Everything the statement says, about a candidate minimiser.
fn evidence(minimiser: f64) -> Result<Evidence, CheckError> {
    let relative = |ratio, gamma| -> Result<f64, CheckError> {
        Ok(windows::limiting(&sweep::halves_spectrum(4, ratio, gamma)?).relative)
    };
    let mut falls = Finding::always(
        "falls",
        "ΔT strictly falls towards the minimiser from below",
    );
    let mut rises = Finding::always("rises", "ΔT strictly rises away from the minimiser above");
    // Offsets from 1e-3 (next to the minimiser) to 1.5.
    let offsets: Vec<f64> = (0..24)
        .map(|i| 1e-3 * 1500_f64.powf(f64::from(i) / 23.0))
        .collect();
    for ratio in sweep::imbalanced() {
        let (mut below, mut above) = (relative(ratio, minimiser)?, relative(ratio, minimiser)?);
        for offset in &offsets {
            let case = || format!("R = {:.4e}, |γ − minimiser| = {offset:.3e}", ratio.get());
            let (next_below, next_above) = (
                relative(ratio, minimiser - offset)?,
                relative(ratio, minimiser + offset)?,
            );
            falls.require(case, next_below > below);
            rises.require(case, next_above > above);
            (below, above) = (next_below, next_above);
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(falls);
    evidence.push(rises);
    let ratio = ImbalanceRatio::new(100.0)?;
    for gamma in [0.0, 0.25, 0.5, 0.75, 1.0] {
        evidence.report(
            format!("ΔT at R = 100, γ = {gamma}"),
            relative(ratio, gamma)?,
        );
    }
    Ok(evidence)
}
