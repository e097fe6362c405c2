//! The reweighted window for any split of the classes.
//!
//! With a share `p = k_min/k` of minority classes, `γ = ½`, projected flow,
//! $$ \Delta T(R) = \frac{\sqrt{pR + 1 - p}}{p\sqrt R + 1 - p} - 1 < \frac1{\sqrt p} - 1, $$
//! strictly increasing in `R`, with limit `1/√p − 1`. The square of `1 + ΔT` is `1 + CV²`, with `CV` the coefficient of variation
//! of a coin that shows `√R` with probability `p` and 1 otherwise.
//! So `√2 − 1` is the constant of equal halves; with few minority classes the window is bounded, but by more.
//! Source: this project.

use ufm_theory::{
    problem::{ImbalanceRatio, StepProfile, Weighting},
    spectrum::StepSpectrum,
    windows::{self, MinorityShare},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "split-window",
    title: "Reweighted window, any split",
    given: "At γ = ½, with a share p of minority classes and two classes or more in each group, under the projected flow",
    math: r"\Delta T(R)=\frac{\sqrt{pR+1-p}}{p\sqrt R+1-p}-1<\frac1{\sqrt p}-1,\qquad \Delta T\ \text{strictly increasing},\quad \lim_{R\to\infty}\Delta T(R)=\frac1{\sqrt p}-1",
    parts: &[
        Part {
            says: "the relative window is √(pR + 1 − p)/(p√R + 1 − p) − 1",
            theorems: &["StepWindow.step_window", "WindowSplit.window_split_half"],
            findings: &["formula"],
        },
        Part {
            says: "it is below 1/√p − 1",
            theorems: &["Main.any_split"],
            findings: &["below"],
        },
        Part {
            says: "it strictly increases in R",
            theorems: &["WindowSplit.win_split_increasing"],
            findings: &["increasing"],
        },
        Part {
            says: "it tends to 1/√p − 1 as R → ∞",
            theorems: &["WindowSplit.win_split_limit"],
            findings: &["approached"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["flattening", "window-bound"],
    check: || evidence(windows::reweighted_relative_split, windows::supremum_split),
    controls: &[
        Control {
            what: "√2 − 1 bounds the window of every split",
            breaks: &["below", "approached"],
            check: || evidence(windows::reweighted_relative_split, |_| windows::SUPREMUM),
        },
        Control {
            what: "majority and minority shares exchanged",
            breaks: &["formula", "below", "approached"],
            check: || {
                evidence(
                    |r, p| match MinorityShare::new(1.0 - p.get()) {
                        Ok(q) => windows::reweighted_relative_split(r, q),
                        Err(_) => f64::NAN,
                    },
                    windows::supremum_split,
                )
            },
        },
        Control {
            what: "no growth beyond R = 10⁶",
            breaks: &["formula", "increasing"],
            check: || {
                evidence(
                    |r, p| match ImbalanceRatio::new(r.get().min(1e6)) {
                        Ok(r) => windows::reweighted_relative_split(r, p),
                        Err(_) => f64::NAN,
                    },
                    windows::supremum_split,
                )
            },
        },
    ],
};

/// Everything the statement says, about a candidate window and a candidate supremum.
fn evidence(
    value: impl Fn(ImbalanceRatio, MinorityShare) -> f64,
    supremum: impl Fn(MinorityShare) -> f64,
) -> Result<Evidence, CheckError> {
    let mut formula = Finding::within(
        "formula",
        1e-12,
        "ΔT against the rates of each mode, relative to 1 + ΔT",
    );
    let mut below = Finding::always("below", "ΔT below its supremum");
    let mut increasing = Finding::always("increasing", "ΔT strictly increasing in R");
    let mut approached = Finding::within("approached", 2e-3, "ΔT(10¹²)/supremum tends to 1");
    for (majority, minority) in sweep::SPLITS {
        let share = MinorityShare::new(minority as f64 / (majority + minority) as f64)?;
        let mut previous = -1.0;
        for ratio in sweep::ratios() {
            let case = || format!("k = {majority} + {minority}, R = {:.4e}", ratio.get());
            let step = StepProfile::new(majority, minority, ratio.get())?;
            let spectrum = StepSpectrum::new(&step, &Weighting::power(0.5)?);
            let claimed = value(ratio, share);
            let from_rates = windows::limiting(&spectrum).relative;
            formula.observe(case, (claimed - from_rates) / (1.0 + from_rates));
            below.require(case, claimed < supremum(share));
            increasing.require(case, claimed > previous);
            previous = claimed;
        }
        approached.observe(
            || format!("k = {majority} + {minority}"),
            previous / supremum(share) - 1.0,
        );
    }
    let mut evidence = Evidence::new();
    for finding in [formula, below, increasing, approached] {
        evidence.push(finding);
    }
    for (majority, minority) in [(8, 2), (2, 8)] {
        let share = MinorityShare::new(minority as f64 / (majority + minority) as f64)?;
        evidence.report(
            format!("supremum for k = {majority} + {minority}"),
            supremum(share),
        );
    }
    Ok(evidence)
}
