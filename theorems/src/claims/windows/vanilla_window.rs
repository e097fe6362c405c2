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

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "vanilla-window",
    title: "Vanilla window √R − 1",
    given: "Without weights, with two classes or more in each group and n_min = 1",
    math: r"\Delta T=\frac{T_\mathrm{min}}{T_\mathrm{maj}}-1=\sqrt R-1\ \to\ \infty\quad(R\to\infty),\qquad T_\mathrm{min}-T_\mathrm{maj}=1-\frac1{\sqrt R}<1",
    parts: &[
        Part {
            says: "the relative learning window is √R − 1",
            theorems: &["Main.any_split"],
            findings: &["formula"],
        },
        Part {
            says: "the majority is first and the minority last",
            theorems: &["VanillaWindow.vanilla_order_limit"],
            findings: &["ends"],
        },
        Part {
            says: "the relative window is unbounded in R",
            theorems: &["Main.any_split"],
            findings: &["unbounded"],
        },
        Part {
            says: "the absolute window, in units of δ, is 1 − 1/√R",
            theorems: &["VanillaWindow.vanilla_absolute_window_split"],
            findings: &["bounded"],
        },
        Part {
            says: "it is below 1",
            theorems: &["VanillaWindow.vanilla_absolute_window_split_lt1"],
            findings: &["below-one"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Paper("result: the learning window"),
    uses: &["majority-first"],
    check: || evidence(windows::vanilla_relative, windows::vanilla_absolute, 0.0),
    controls: &[
        Control {
            what: "relative window R − 1",
            breaks: &["formula"],
            check: || evidence(|r| r.get() - 1.0, windows::vanilla_absolute, 0.0),
        },
        Control {
            what: "absolute window also unbounded, √R − 1",
            breaks: &["bounded", "below-one"],
            check: || evidence(windows::vanilla_relative, windows::vanilla_relative, 0.0),
        },
        Control {
            what: "relative window bounded by 100",
            breaks: &["formula", "unbounded"],
            check: || {
                evidence(
                    |r| windows::vanilla_relative(r).min(100.0),
                    windows::vanilla_absolute,
                    0.0,
                )
            },
        },
        Control {
            what: "both windows and the order at γ = 1, inverse frequency",
            breaks: &["bounded", "ends"],
            check: || evidence(windows::vanilla_relative, windows::vanilla_absolute, 1.0),
        },
    ],
};

/// Everything the statement says, about candidates for both windows, of weights of exponent `gamma`.
fn evidence(
    relative: impl Fn(ImbalanceRatio) -> f64,
    absolute: impl Fn(ImbalanceRatio) -> f64,
    gamma: f64,
) -> Result<Evidence, CheckError> {
    let mut formula = Finding::within(
        "formula",
        1e-13,
        "relative window against 1/σ of each mode, relative",
    );
    let mut bounded = Finding::within("bounded", 1e-13, "absolute window against 1/σ of each mode");
    let mut ends = Finding::always("ends", "majority first, minority last");
    let mut below_one = Finding::always("below-one", "absolute window in [0, 1)");
    for classes in sweep::halves() {
        for ratio in sweep::imbalanced() {
            let case = || format!("k = {classes}, R = {:.4e}", ratio.get());
            let LearningWindow {
                relative: r,
                absolute: a,
                first,
                last,
            } = windows::limiting(&sweep::halves_spectrum(classes, ratio, gamma)?);
            formula.observe(case, (relative(ratio) - r) / (1.0 + r));
            bounded.observe(case, absolute(ratio) - a);
            ends.require(case, (first, last) == (Mode::Majority, Mode::Minority));
            below_one.require(case, (0.0..1.0).contains(&absolute(ratio)));
        }
    }
    let mut unbounded = Finding::always(
        "unbounded",
        "for each bound B there is R = (B + 2)² beyond it",
    );
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
