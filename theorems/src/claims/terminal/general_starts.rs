//! From starts that know nothing of the labels: balanced ones end at one geometry for all weights, others at geometries that differ with the start's size squared.
//!
//! `WᵀW − HHᵀ = C` is kept for any weights. If `C = 0`, interpolation alone fixes `WWᵀ = (ZZᵀ)^½` (`terminal-geometry`), so that the question is whether the flow
//! interpolates from there. If `C ≠ 0` it does not fix it: what is left over is a change of basis of the hidden directions that keeps `C`, of as many dimensions as rotations
//! but none itself, and flows of different weights end at different places on it. As `C = O(e^{−2δ})` the difference should fall like that.
//! Source: this project.

use nalgebra::DMatrix;
use ufm_simulation::{Initialisation, Problem, Simulation};
use ufm_theory::{
    problem::{StepProfile, Weighting},
    terminal,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "general-starts",
    title: "Ends of random starts",
    given: "Under the squared loss, k = 4, R = 10, γ = 0, ½ and 1, eight seeds",
    math: r"W(0)^\top W(0)=H(0)H(0)^\top:\ WH\to Z,\ WW^\top\to(ZZ^\top)^{1/2}\ \text{for}\ \gamma=0,\tfrac12,1;\qquad \text{Gaussian:}\ \|W_\gamma W_\gamma^\top-W_0W_0^\top\|=O(e^{-2\delta})",
    parts: &[
        Part {
            says: "from random balanced starts with d = k − 1 at δ = 3 the flow interpolates",
            theorems: &[],
            findings: &["interpolates"],
        },
        Part {
            says: "it ends there at WWᵀ = (ZZᵀ)^½ for every γ",
            theorems: &[],
            findings: &["balanced"],
        },
        Part {
            says: "from Gaussian starts with d = k − 1, which are not balanced, WWᵀ ends elsewhere with weights than without, at δ = 2 to 4",
            theorems: &[],
            findings: &["differ"],
        },
        Part {
            says: "that difference falls like e^(−2δ)",
            theorems: &[],
            findings: &["order"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["terminal-geometry", "balancedness"],
    check: || evidence(&TRUE),
    controls: &[
        Control {
            what: "Gaussian starts end at (ZZᵀ)^½",
            breaks: &["balanced"],
            check: || {
                evidence(&Candidate {
                    balanced: false,
                    ..TRUE
                })
            },
        },
        Control {
            what: "the end is reached by a twentieth of the time",
            breaks: &["interpolates", "balanced"],
            check: || {
                evidence(&Candidate {
                    end: END / 20.0,
                    ..TRUE
                })
            },
        },
        Control {
            what: "balanced starts in place of Gaussian ones differ too",
            breaks: &["differ"],
            check: || {
                evidence(&Candidate {
                    unbalanced: false,
                    ..TRUE
                })
            },
        },
        Control {
            what: "the difference falls like e^(−δ)",
            breaks: &["order"],
            check: || evidence(&Candidate { order: 1.0, ..TRUE }),
        },
    ],
};

struct Candidate {
    balanced: bool,
    unbalanced: bool,
    end: f64,
    order: f64,
}

const TRUE: Candidate = Candidate {
    balanced: true,
    unbalanced: true,
    end: END,
    order: 2.0,
};

/// Long after everything is learned: the slowest rate is `ω_maj σ_min = 1/R`.
const END: f64 = 400.0;
const GAMMAS: [f64; 3] = [0.0, 0.5, 1.0];
const SEEDS: u64 = 8;

/// Everything the statement says, about a candidate.
fn evidence(candidate: &Candidate) -> Result<Evidence, CheckError> {
    let mut interpolates = Finding::within(
        "interpolates",
        1e-6,
        "largest entry of WH − Z at the end, balanced starts",
    );
    let mut balanced = Finding::within(
        "balanced",
        1e-6,
        "WWᵀ at the end against (ZZᵀ)^½, relative to σ_max",
    );
    let mut differ = Finding::always(
        "differ",
        "largest entry of WWᵀ with weights less that without, over seeds, is above e^(−2δ)/100",
    );
    let mut order = Finding::within(
        "order",
        0.5,
        "fall of the logarithm of that difference between δ and δ + 1, less 2, mean over seeds",
    );
    let step = StepProfile::halves(4, 10.0)?;
    let mut evidence = Evidence::new();
    let problems = GAMMAS
        .map(|gamma| Ok(Problem::step(&step, Weighting::power(gamma)?)?))
        .into_iter()
        .collect::<Result<Vec<Problem>, CheckError>>()?;
    let start = |balanced: bool, delta: f64, seed: u64| -> Result<Initialisation, CheckError> {
        Ok(if balanced {
            Initialisation::balanced(delta, seed)?
        } else {
            Initialisation::gaussian(delta, seed)?
        })
    };
    for seed in 1..=SEEDS {
        for (problem, gamma) in problems.iter().zip(GAMMAS) {
            let case = || format!("γ = {gamma}, seed {seed}");
            let (gram, error) = end(
                problem,
                start(candidate.balanced, 3.0, seed)?,
                candidate.end,
            )?;
            interpolates.observe(case, error);
            let wanted = terminal::classifier_gram(problem.svd());
            balanced.observe(case, (gram - wanted).amax() / problem.singular_values()[0]);
        }
    }
    for (weighted, gamma) in problems.iter().zip(GAMMAS).skip(1) {
        let mut logarithms = Vec::new();
        for delta in [2.0, 3.0, 4.0] {
            let mut sum = 0.0;
            let mut largest = 0.0_f64;
            for seed in 1..=SEEDS {
                let from = start(!candidate.unbalanced, delta, seed)?;
                let (with, _) = end(weighted, from.clone(), END)?;
                let (without, _) = end(&problems[0], from, END)?;
                let difference = (with - without).amax();
                sum += difference.ln();
                largest = largest.max(difference);
            }
            differ.require(
                || format!("γ = {gamma}, δ = {delta}"),
                largest > 0.01 * (-2.0 * delta).exp(),
            );
            logarithms.push(sum / SEEDS as f64);
            evidence.report(
                format!("largest difference over e^(−2δ), γ = {gamma}, δ = {delta}"),
                largest * (2.0 * delta).exp(),
            );
        }
        for pair in logarithms.windows(2) {
            order.observe(
                || format!("γ = {gamma}"),
                pair[0] - pair[1] - candidate.order,
            );
        }
    }
    for finding in [interpolates, balanced, differ, order] {
        evidence.push(finding);
    }
    Ok(evidence)
}

/// `WWᵀ` at the end, and the largest entry of `WH − Z`.
fn end(
    problem: &Problem,
    start: Initialisation,
    end: f64,
) -> Result<(DMatrix<f64>, f64), CheckError> {
    let run = Simulation::new(problem, start)
        .matrices()
        .until(end)
        .at(&[])?;
    let factors = run.factors()?;
    let mut error = &factors.classifier * &factors.features;
    let k = problem.classes() as f64;
    for (mut column, &class) in error.column_iter_mut().zip(&factors.classes) {
        column.add_scalar_mut(1.0 / k);
        column[class] -= 1.0;
    }
    Ok((
        &factors.classifier * factors.classifier.transpose(),
        error.amax(),
    ))
}
