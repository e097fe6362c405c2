//! The reweighted learning window stays below `√2 − 1`.
//!
//! Equal halves, `γ = ½`, `R ≥ 1`, projected flow:
//! $$ \Delta T(R) = \frac{\sqrt{2(R+1)}}{\sqrt R + 1} - 1 < \sqrt 2 - 1, $$
//! zero at `R = 1`, strictly increasing, with limit `√2 − 1`. Proof of the bound: `2(R+1) < 2(√R+1)² ⇔ 0 < 4√R`.
//! Source: arXiv:2601.12011 (the bound); this project (monotonicity, tightness).

use ufm_theory::{problem::ImbalanceRatio, windows};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "window-bound",
    title: "Reweighted window below √2 − 1",
    statement: "At γ = ½ and equal halves the relative learning window is √(2(R+1))/(√R + 1) − 1: zero \
                at R = 1, strictly increasing, below √2 − 1 for every R, and tending to it.",
    kind: Kind::Theorem,
    source: Source::Paper("result: the bound on the learning window"),
    uses: &["flattening"],
    proofs: &[
        "Main.reweighting_bounds_the_window",
        "Window.window_half_is_win",
        "WindowBound.window_bound",
        "WindowBound.win_at_1",
        "WindowBound.win_increasing",
        "WindowBound.win_lt_sqrt2",
        "WindowBound.win_limit",
        "WindowBound.win_bound_tight",
        "WindowBound.win_stable_form",
        "WindowBound.win_gap",
    ],
    check: || evidence(Window::TRUE),
    controls: &[
        Control {
            what: "a bound one percent lower",
            check: || {
                evidence(Window {
                    gap: |r| windows::reweighted_gap(r) - 0.01 * windows::SUPREMUM,
                    ..Window::TRUE
                })
            },
        },
        Control {
            what: "R in place of R + 1",
            check: || {
                evidence(Window {
                    value: |r| (2.0 * r.get()).sqrt() / (r.get().sqrt() + 1.0) - 1.0,
                    ..Window::TRUE
                })
            },
        },
        Control {
            what: "a bound one percent higher that is still approached",
            check: || {
                evidence(Window {
                    gap: |r| windows::reweighted_gap(r) + 0.01 * windows::SUPREMUM,
                    ..Window::TRUE
                })
            },
        },
        Control {
            what: "the window of vanilla training",
            check: || {
                evidence(Window {
                    value: windows::vanilla_relative,
                    gap: |r| windows::SUPREMUM - windows::vanilla_relative(r),
                })
            },
        },
    ],
};

/// A candidate window and its distance to the bound.
struct Window {
    value: fn(ImbalanceRatio) -> f64,
    gap: fn(ImbalanceRatio) -> f64,
}

impl Window {
    const TRUE: Self = Self {
        value: windows::reweighted_relative,
        gap: windows::reweighted_gap,
    };
}

/// Everything the statement says, about a candidate window.
fn evidence(candidate: Window) -> Result<Evidence, CheckError> {
    let Window { value, gap } = candidate;
    let mut formula = Finding::within(1e-13, "ΔT against the rates of each mode");
    for classes in sweep::halves() {
        for ratio in sweep::ratios() {
            let spectrum = sweep::halves_spectrum(classes, ratio, 0.5)?;
            formula.observe(
                || format!("k = {classes}, R = {:.4e}", ratio.get()),
                value(ratio) - windows::limiting(&spectrum).relative,
            );
        }
    }
    let mut consistent = Finding::within(1e-15, "ΔT and its gap add up to √2 − 1");
    let mut positive = Finding::always("gap to √2 − 1 positive");
    let mut increasing = Finding::always("gap strictly decreasing in R, so ΔT strictly increasing");
    // 1 − q² = 4√R/(√R+1)² ≈ 4/√R, so √R·gap → 4/(2√2) = √2.
    let mut tight = Finding::within(
        1e-4,
        "√R·gap tends to √2 for R ≥ 10¹⁰: the bound is approached",
    );
    let mut previous = f64::INFINITY;
    for ratio in sweep::ratios() {
        let case = || format!("R = {:.4e}", ratio.get());
        let distance = gap(ratio);
        consistent.observe(case, value(ratio) + distance - windows::SUPREMUM);
        positive.require(case, distance > 0.0);
        increasing.require(case, distance < previous);
        previous = distance;
        if ratio.get() >= 1e10 {
            tight.observe(
                case,
                ratio.get().sqrt() * distance - std::f64::consts::SQRT_2,
            );
        }
    }
    let mut zero = Finding::within(0.0, "ΔT(1) = 0 exactly");
    zero.observe(|| "R = 1".into(), value(ImbalanceRatio::new(1.0)?));

    let mut evidence = Evidence::new();
    for finding in [formula, consistent, positive, increasing, tight, zero] {
        evidence.push(finding);
    }
    for ratio in [10.0, 100.0, 1000.0, 1e12] {
        let ratio = ImbalanceRatio::new(ratio)?;
        evidence.report(format!("ΔT({:e})", ratio.get()), value(ratio));
    }
    evidence.report("√2 − 1", windows::SUPREMUM);
    Ok(evidence)
}
