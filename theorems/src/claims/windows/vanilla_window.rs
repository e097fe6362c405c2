//! The vanilla learning window is unbounded in the imbalance ratio.
//!
//! $$ \Delta T(R) = \frac{T_{\rm min}}{T_{\rm maj}} - 1 = \sqrt R - 1 \to \infty, \qquad
//!    T_{\rm min} - T_{\rm maj} = 1 - \frac1{\sqrt R} < 1. $$
//! The unbounded statement is about the *relative* window; the absolute one, in units of `δ`, is bounded.
//! Source: arXiv:2601.12011 (relative); this project (absolute).

use ufm_theory::{
    problem::ImbalanceRatio,
    spectrum::Mode,
    windows::{self, LearningWindow},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "vanilla-window",
    title: "Vanilla window √R − 1",
    statement: "The relative learning window of vanilla training is √R − 1, unbounded in R; the \
                absolute one is 1 − 1/√R, below 1.",
    kind: Kind::Theorem,
    source: Source::Paper("result: the learning window"),
    uses: &["majority-first"],
    proofs: &[
        "VanillaWindow.vanilla_window_split",
        "VanillaWindow.vanilla_absolute_window_split",
        "VanillaWindow.vanilla_absolute_window_split_lt1",
        "VanillaWindow.vanilla_window_split_unbounded",
        "StepWindow.step_window_vanilla",
        "Window.vanilla_window",
        "Window.vanilla_window_limit",
        "Window.vanilla_window_unbounded",
        "Window.vanilla_absolute_window",
        "Window.vanilla_absolute_window_lt1",
    ],
    check: || evidence(windows::vanilla_relative, windows::vanilla_absolute),
    controls: &[
        Control {
            what: "relative window R − 1",
            check: || evidence(|r| r.get() - 1.0, windows::vanilla_absolute),
        },
        Control {
            what: "absolute window also unbounded, √R − 1",
            check: || evidence(windows::vanilla_relative, windows::vanilla_relative),
        },
        Control {
            what: "relative window bounded by 100",
            check: || {
                evidence(
                    |r| windows::vanilla_relative(r).min(100.0),
                    windows::vanilla_absolute,
                )
            },
        },
    ],
};

/// Everything the statement says, about candidates for both windows.
fn evidence(
    relative: impl Fn(ImbalanceRatio) -> f64,
    absolute: impl Fn(ImbalanceRatio) -> f64,
) -> Result<Evidence, CheckError> {
    let mut formula = Finding::within(1e-13, "relative window against 1/σ of each mode, relative");
    let mut bounded = Finding::within(1e-13, "absolute window against 1/σ of each mode");
    let mut ends = Finding::always("majority first, minority last");
    let mut below_one = Finding::always("absolute window in [0, 1)");
    for classes in sweep::halves() {
        for ratio in sweep::imbalanced() {
            let case = || format!("k = {classes}, R = {:.4e}", ratio.get());
            let LearningWindow {
                relative: r,
                absolute: a,
                first,
                last,
            } = windows::limiting(&sweep::halves_spectrum(classes, ratio, 0.0)?);
            formula.observe(case, (relative(ratio) - r) / (1.0 + r));
            bounded.observe(case, absolute(ratio) - a);
            ends.require(case, (first, last) == (Mode::Majority, Mode::Minority));
            below_one.require(case, (0.0..1.0).contains(&absolute(ratio)));
        }
    }
    let mut unbounded = Finding::always("for each bound B there is R = (B + 2)² beyond it");
    for exponent in 0..=6 {
        let bound = 10_f64.powi(exponent);
        let ratio = ImbalanceRatio::new((bound + 2.0).powi(2))?;
        unbounded.require(|| format!("B = {bound:e}"), relative(ratio) > bound);
    }
    let mut evidence = Evidence::new();
    for finding in [formula, bounded, ends, below_one, unbounded] {
        evidence.push(finding);
    }
    for ratio in [10.0, 100.0, 1000.0, 1e4] {
        let ratio = ImbalanceRatio::new(ratio)?;
        evidence.report(format!("ΔT({})", ratio.get()), relative(ratio));
    }
    Ok(evidence)
}
