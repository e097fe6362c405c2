//! Under the cross-entropy too, groups of classes are learned one after the other, and by the square root when weighted.
//!
//! Modes within a group of `q ≥ 2` classes, weights constant on each group, spectral start, `x₀ = s(0)/σ < ½`: for any `R`, `γ`, split and `δ`
//! $$ \ln\frac1{2x_0} \\;\le\\; 2\rho\\,t_{1/2} \\;\le\\; \ln\frac1{2x_0} + \frac1q\int_{x_0}^{1/2}\frac{e^x-1}{x}\\,dx . $$
//! From the scaled start, `δ − 0.347 ≤ ρ t_½ ≤ δ − 0.204`: the ratio of minority to majority times tends to `R^(½−γ)` as `δ → ∞`, and without weights
//! the majority is first as soon as `√R > (δ − 0.204)/(δ − 0.347)`.
//!
//! Proof. The start is invariant under permutations of the classes of a group, and so is the flow: at a sample of the group the logits are
//! `b + x` at its class and `b` at the `q − 1` others, at a sample of the other group all `q` are equal. Subtracting probabilities `A` and `B`, the
//! residual within the group is `1 − (A − B)` at the own class and nothing elsewhere, and
//! `0 ≤ A − B = (e^x − 1)/(e^x + q − 1 + \mathrm{others}) ≤ (e^x − 1)/(e^x + q − 1)` for `x ≥ 0`. The layers being balanced,
//! `ẋ = 2ρx(1 − (A − B))`; integrate `dx/(2ρx)` and `(e^x + q − 1)/(2ρqx)\,dx`. ∎
//!
//! Coq has checked it: the softmax, both bounds and that each is attained, the upper one by a group of `q` classes with no other, in `CrossEntropy.v` and
//! `CrossEntropyTimes.v`, order and limit too; and in `CrossEntropySymmetry.v` and `CrossEntropyFlow.v` from the full matrix flow, whose logits keep the
//! symmetries of the labels; in `CrossEntropyWellPosed.v` that this flow has exactly one solution from any start;
//! in `CrossEntropyStep.v` that a spectral start of STEP labels has these symmetries; and in `CrossEntropySecond.v` and `CrossEntropyOrder.v` that
//! the two groups of one flow, from the plain or the scaled start, have half times in the ratio `R^(½−γ)` in the limit, and the majority is first without
//! weights. The check integrates the five equations of `cross-entropy-reduction`.
//!
//! Source: this project; the cross-entropy is an open question of arXiv:2601.12011.

use std::ops::RangeInclusive;

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver};
use ufm_theory::{
    cross_entropy,
    exact_flow::growth,
    problem::{Shape, Start, StepProfile, Weighting},
    spectrum::Mode,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-groups",
    title: "Groups under the cross-entropy",
    given: "Under the weighted cross-entropy of STEP labels from a spectral start with x₀ = s(0)/σ < ½, of a mode within a group of q ≥ 2 classes, for every R, γ and split",
    math: r"\ln\frac1{2x_0}\le2\rho\,t_{1/2}\le\ln\frac1{2x_0}+\frac1q\int_{x_0}^{1/2}\frac{e^x-1}{x}\,dx,\qquad \lim_{\delta\to\infty}\frac{t_\mathrm{min}}{t_\mathrm{maj}}=R^{1/2-\gamma},\qquad t_\mathrm{maj}<t_\mathrm{min}\ (\gamma=0,\ R\ge2,\ \delta\ge1)",
    parts: &[
        Part {
            says: "half is reached at ln(1/2x₀)/2ρ or later",
            theorems: &[
                "CrossEntropyStep.cross_entropy_step_half_time",
                "CrossEntropyWellPosed.cross_entropy_well_posed",
            ],
            findings: &["earliest"],
        },
        Part {
            says: "it is reached at (ln(1/2x₀) + (1/q)∫(eˣ − 1)/x)/2ρ or before, the integral from x₀ to ½",
            theorems: &[
                "CrossEntropyStep.cross_entropy_step_half_time",
                "CrossEntropyWellPosed.cross_entropy_well_posed",
            ],
            findings: &["latest"],
        },
        Part {
            says: "the latter is attained, by q classes with no others",
            theorems: &["CrossEntropyTimes.upper_bound_attained"],
            findings: &[],
        },
        Part {
            says: "the ratio of minority to majority times tends to R^(½−γ) as δ → ∞",
            theorems: &[
                "CrossEntropyOrder.cross_entropy_ratio_of_times",
                "CrossEntropyWellPosed.cross_entropy_well_posed",
            ],
            findings: &["ratio-tends"],
        },
        Part {
            says: "from the scaled start without weights the majority is first for R ≥ 2, δ ≥ 1",
            theorems: &[
                "CrossEntropyOrder.cross_entropy_majority_first",
                "CrossEntropyWellPosed.cross_entropy_well_posed",
            ],
            findings: &["order"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &[
        "cross-entropy-reduction",
        "cross-entropy-growth",
        "balancedness",
    ],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "earliest by 0.03/ρ later",
            breaks: &["earliest"],
            check: || {
                evidence(Candidate {
                    later: 0.03,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "latest by 0.01/ρ earlier",
            breaks: &["latest"],
            check: || {
                evidence(Candidate {
                    earlier: 0.01,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "of the contrast mode, with its own rate",
            breaks: &["earliest", "latest"],
            check: || {
                evidence(Candidate {
                    majority: Mode::Contrast,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "minority first without weights",
            breaks: &["order"],
            check: || {
                evidence(Candidate {
                    first: Mode::Minority,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the ratio tends to R^(1−γ)",
            breaks: &["ratio-tends"],
            check: || {
                evidence(Candidate {
                    flat: 1.0,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    later: f64,
    earlier: f64,
    majority: Mode,
    first: Mode,
    flat: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        later: 0.0,
        earlier: 0.0,
        majority: Mode::Majority,
        first: Mode::Majority,
        flat: 0.5,
    };
}

/// The bounds; `None` where a group has one class.
fn bounds(
    step: &StepProfile,
    gamma: f64,
    mode: Mode,
    start: &Start,
) -> Result<Option<RangeInclusive<f64>>, CheckError> {
    Ok(cross_entropy::half_amplitude_time(
        step,
        &Weighting::power(gamma)?,
        mode,
        start,
    )?)
}

/// Everything the statement says, of a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut earliest = Finding::always(
        "earliest",
        "integrated half-amplitude times after the lower bound",
    );
    let mut latest = Finding::always(
        "latest",
        "integrated half-amplitude times before the upper bound",
    );
    for (majority, minority) in [(2, 2), (1, 3), (2, 8), (5, 2), (20, 20), (500, 500)] {
        for ratio in [2.0, 10.0, 100.0, 1e4, 1e12] {
            let step = StepProfile::new(majority, minority, ratio)?;
            for gamma in [0.0, 0.5, 1.0] {
                let weighting = Weighting::power(gamma)?;
                for (shape, delta) in [
                    (Shape::Scaled, 0.5),
                    (Shape::Scaled, 2.0),
                    (Shape::Scaled, 8.0),
                    (Shape::Scaled, 60.0),
                    (Shape::Scaled, 400.0),
                    (Shape::Plain, 16.0),
                ] {
                    let start = Start::new(shape, delta)?;
                    let mut groups = Vec::new();
                    for mode in [Mode::Majority, Mode::Minority] {
                        groups
                            .extend(bounds(&step, gamma, mode, &start)?.map(|range| (mode, range)));
                    }
                    let end = groups
                        .iter()
                        .map(|(_, range)| *range.end())
                        .fold(0.0, f64::max);
                    let problem =
                        Problem::step(&step, weighting)?.with_loss(Loss::CROSS_ENTROPY)?;
                    let times = Simulation::new(&problem, Initialisation::spectral(start))
                        .solver(Solver::Reduced)
                        .until(1.01 * end)
                        .at(&[])?;
                    for (mode, range) in groups {
                        let rate = growth::step_ln_rate(&step, &weighting, mode).exp();
                        let seen = if mode == Mode::Majority {
                            candidate.majority
                        } else {
                            mode
                        };
                        let time = times.half_time(seen).unwrap_or(f64::INFINITY);
                        let case = || {
                            format!(
                                "k = {majority} + {minority}, R = {ratio}, γ = {gamma}, {shape:?}, δ = {delta}, {}",
                                mode.name()
                            )
                        };
                        let (after, before) =
                            (rate * (time - range.start()), rate * (range.end() - time));
                        earliest.require(case, after > candidate.later);
                        latest.require(case, before > candidate.earlier);
                    }
                }
            }
        }
    }
    let mut order = Finding::always(
        "order",
        "without weights the majority's latest before the minority's earliest, R ≥ 2, δ = 1 to 400",
    );
    let mut ratio_tends = Finding::within(
        "ratio-tends",
        4e-3,
        "bounds on the ratio of times over R^(½−γ), at δ = 400, scaled start",
    );
    for step in sweep::imbalanced()
        .filter(|ratio| ratio.get() >= 2.0)
        .map(|ratio| StepProfile::halves(10, ratio.get()))
    {
        let step = step?;
        for delta in [1.0, 2.0, 8.0, 30.0, 400.0] {
            let start = Start::scaled(delta)?;
            let other = if candidate.first == Mode::Majority {
                Mode::Minority
            } else {
                Mode::Majority
            };
            if let (Some(first), Some(second)) = (
                bounds(&step, 0.0, candidate.first, &start)?,
                bounds(&step, 0.0, other, &start)?,
            ) {
                order.require(
                    || format!("{step:?}, δ = {delta}"),
                    first.end() < second.start(),
                );
            }
        }
        let start = Start::scaled(400.0)?;
        for gamma in [0.0, 0.25, 0.5, 1.0] {
            if let (Some(majority), Some(minority)) = (
                bounds(&step, gamma, Mode::Majority, &start)?,
                bounds(&step, gamma, Mode::Minority, &start)?,
            ) {
                let limit = (step.ratio().get().ln() * (candidate.flat - gamma)).exp();
                for ratio in [
                    minority.start() / majority.end(),
                    minority.end() / majority.start(),
                ] {
                    ratio_tends.observe(|| format!("{step:?}, γ = {gamma}"), ratio / limit - 1.0);
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [earliest, latest, order, ratio_tends] {
        evidence.push(finding);
    }
    Ok(evidence)
}
