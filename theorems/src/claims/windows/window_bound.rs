//! The reweighted learning window stays below `√2 − 1`.
//!
//! Equal halves, `γ = ½`, `R ≥ 1`, projected flow:
//! $$ \Delta T(R) = \frac{\sqrt{2(R+1)}}{\sqrt R + 1} - 1 < \sqrt 2 - 1, $$
//! zero at `R = 1`, strictly increasing, with limit `√2 − 1`. Proof of the bound: `2(R+1) < 2(√R+1)² ⇔ 0 < 4√R`.
//! Source: arXiv:2601.12011 (the bound); this project (monotonicity, tightness).

use ufm_theory::{problem::ImbalanceRatio, windows};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "window-bound",
    title: "Reweighted window below √2 − 1",
    given: "At γ = ½, equal halves (k ≥ 4) and the projected flow",
    math: r"\Delta T(R)=\frac{\sqrt{2(R+1)}}{\sqrt R+1}-1<\sqrt2-1,\qquad \Delta T(1)=0,\quad \Delta T\ \text{strictly increasing},\quad \lim_{R\to\infty}\Delta T(R)=\sqrt2-1",
    parts: &[
        Part {
            says: "the relative learning window is √(2(R+1))/(√R + 1) − 1",
            theorems: &[
                "Main.reweighting_bounds_the_window",
                "Main.such_flows_exist",
            ],
            findings: &["formula", "consistent"],
        },
        Part {
            says: "it is below √2 − 1 for every R",
            theorems: &["Main.reweighting_bounds_the_window"],
            findings: &["positive"],
        },
        Part {
            says: "it is zero at R = 1",
            theorems: &["Main.one_half_is_best"],
            findings: &["zero"],
        },
        Part {
            says: "it strictly increases in R",
            theorems: &["Main.one_half_is_best"],
            findings: &["increasing"],
        },
        Part {
            says: "it tends to √2 − 1 as R → ∞",
            theorems: &["Main.one_half_is_best"],
            findings: &["tight"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Paper("result: the bound on the learning window"),
    uses: &["flattening"],
    check: || evidence(Window::TRUE),
    controls: &[
        Control {
            what: "a bound one percent lower",
            breaks: &["consistent", "positive", "tight"],
            check: || {
                evidence(Window {
                    gap: |r| windows::reweighted_gap(r) - 0.01 * windows::SUPREMUM,
                    ..Window::TRUE
                })
            },
        },
        Control {
            what: "R in place of R + 1",
            breaks: &["formula", "consistent", "zero"],
            check: || {
                evidence(Window {
                    value: |r| (2.0 * r.get()).sqrt() / (r.get().sqrt() + 1.0) - 1.0,
                    ..Window::TRUE
                })
            },
        },
        Control {
            what: "a bound one percent higher that is still approached",
            breaks: &["consistent", "tight"],
            check: || {
                evidence(Window {
                    gap: |r| windows::reweighted_gap(r) + 0.01 * windows::SUPREMUM,
                    ..Window::TRUE
                })
            },
        },
        Control {
            what: "the window of vanilla training",
            breaks: &["formula", "positive", "tight"],
            check: || {
                evidence(Window {
                    value: windows::vanilla_relative,
                    gap: |r| windows::SUPREMUM - windows::vanilla_relative(r),
                })
            },
        },
        Control {
            what: "no growth beyond R = 10⁶",
            breaks: &["formula", "increasing", "tight"],
            check: || {
                evidence(Window {
                    value: |r| windows::reweighted_relative(at_most_a_million(r)),
                    gap: |r| windows::reweighted_gap(at_most_a_million(r)),
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

fn at_most_a_million(ratio: ImbalanceRatio) -> ImbalanceRatio {
    ImbalanceRatio::new(ratio.get().min(1e6)).unwrap_or(ratio)
}

/// Everything the statement says, about a candidate window.
fn evidence(candidate: Window) -> Result<Evidence, CheckError> {
    let Window { value, gap } = candidate;
    let mut formula = Finding::within("formula", 1e-13, "ΔT against the rates of each mode");
    for classes in sweep::halves() {
        for ratio in sweep::ratios() {
            let spectrum = sweep::halves_spectrum(classes, ratio, 0.5)?;
            formula.observe(
                || format!("k = {classes}, R = {:.4e}", ratio.get()),
                value(ratio) - windows::limiting(&spectrum).relative,
            );
        }
    }
    let mut consistent = Finding::within("consistent", 1e-15, "ΔT and its gap add up to √2 − 1");
    let mut positive = Finding::always("positive", "gap to √2 − 1 positive");
    let mut increasing = Finding::always(
        "increasing",
        "gap strictly decreasing in R, so ΔT strictly increasing",
    );
    // 1 − q² = 4√R/(√R+1)² ≈ 4/√R, so √R·gap → 4/(2√2) = √2.
    let mut tight = Finding::within(
        "tight",
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
    let mut zero = Finding::within("zero", 0.0, "ΔT(1) = 0 exactly");
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
