//! Without imbalance the cross-entropy is one scalar equation with a solution in closed form.
//!
//! At $R = 1$ all $k$ classes are one group: every mode has the fraction $x = s/\sigma$, which is the margin of every sample, and
//! $$ \dot x = 2\sqrt n\\,x\\,\frac{k}{e^x + k - 1}, \qquad
//!    2\sqrt n\\,t = \ln\frac{x}{x_0} + \frac1k\int_{x_0}^{x}\frac{e^u - 1}{u}\\,du . $$
//! The five numbers of `cross-entropy-reduction` reduce to it. The balanced case is the one that Garrod, Keating & Thrampoulidis, arXiv:2512.04006, treat; what is
//! checked here is this equation, against integrations that do not assume it, and nothing of theirs beyond.
//!
//! Coq has checked it, in `CrossEntropyBalanced.v`, from the flow on the matrices and for the five numbers, with `√n` as the rate: without weights.
//!
//! Source: this project.

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver};
use ufm_theory::{
    cross_entropy,
    problem::{ClassSize, Start, StepProfile, Weighting},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "balanced-cross-entropy",
    title: "The balanced cross-entropy in closed form",
    given: "At R = 1 from a spectral start of the cross-entropy",
    math: r"\dot x=2\sqrt n\,x\,\frac{k}{e^x+k-1},\qquad 2\sqrt n\,t=\ln\frac{x}{x_0}+\frac1k\int_{x_0}^{x}\frac{e^u-1}{u}\,du",
    parts: &[
        Part {
            says: "the five numbers and the matrices have one margin x for all modes",
            theorems: &[
                "CrossEntropyBalanced.balanced_cross_entropy",
                "CrossEntropyWellPosed.cross_entropy_well_posed",
            ],
            findings: &["alike"],
        },
        Part {
            says: "it is x at 2√n t = ln(x/x₀) + (1/k)∫(eᵘ − 1)/u du, the integral from x₀ to x",
            theorems: &[
                "CrossEntropyBalanced.balanced_cross_entropy",
                "CrossEntropyWellPosed.cross_entropy_well_posed",
            ],
            findings: &["reduced", "matrices"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["cross-entropy-reduction", "cross-entropy-groups"],
    check: || evidence(cross_entropy::balanced_time),
    controls: &[
        Control {
            what: "only the exponential growth, as if the residual stayed",
            breaks: &["reduced", "matrices"],
            check: || {
                evidence(|_, n, start, x| {
                    let ln_start = -start.ln_growth(0.5 * n.get().ln());
                    Ok((x.ln() - ln_start) / (2.0 * n.get().sqrt()))
                })
            },
        },
        Control {
            what: "two classes more",
            breaks: &["reduced", "matrices"],
            check: || evidence(|k, n, start, x| cross_entropy::balanced_time(k + 2, n, start, x)),
        },
        Control {
            what: "a problem with R = 1.1",
            breaks: &["alike"],
            check: || {
                evidence_at(1.1, |k, n, start, x| {
                    cross_entropy::balanced_time(k, n, start, x)
                })
            },
        },
    ],
};

/// The time at which `k` classes of a size have a margin.
type Time = fn(usize, ClassSize, &Start, f64) -> Result<f64, ufm_theory::TheoryError>;

fn evidence(time: Time) -> Result<Evidence, CheckError> {
    evidence_at(1.0, time)
}

/// Everything the statement says, about a candidate for the time, at an imbalance ratio.
fn evidence_at(ratio: f64, time: Time) -> Result<Evidence, CheckError> {
    const MARGINS: [f64; 7] = [1e-6, 0.01, 0.5, 1.0, 3.0, 8.0, 16.0];
    let mut alike = Finding::within("alike", 1e-7, "difference of ln s/σ between modes");
    let mut reduced = Finding::within(
        "reduced",
        1e-6,
        "ln s/σ of the five numbers at the time of a margin, less its logarithm",
    );
    let mut matrices = Finding::within("matrices", 1e-6, "the same of the matrices");
    let mut evidence = Evidence::new();
    for classes in [2, 4, 10] {
        for size in [1.0, 9.0] {
            let step = StepProfile::halves(classes, ratio)?.with_minority_size(size)?;
            let problem =
                Problem::step(&step, Weighting::vanilla())?.with_loss(Loss::CROSS_ENTROPY)?;
            for start in [Start::scaled(8.0)?, Start::plain(12.0)?] {
                let times = MARGINS
                    .map(|x| time(classes, ClassSize::new(size)?, &start, x))
                    .into_iter()
                    .collect::<Result<Vec<f64>, _>>()?;
                let flow = Simulation::new(&problem, Initialisation::spectral(start));
                // Explicit steps on matrices become too many: the time of margin x grows like eˣ.
                for (solver, finding, count) in [
                    (Solver::Reduced, &mut reduced, MARGINS.len()),
                    (Solver::ClassMeans, &mut matrices, 5),
                ] {
                    let run = flow.clone().solver(solver).at(&times[..count])?;
                    for (moment, margin) in run.moments.iter().zip(MARGINS) {
                        let case = || format!("k = {classes}, n = {size}, {start:?}, x = {margin}");
                        for fraction in &moment.ln_fractions {
                            finding.observe(case, fraction - margin.ln());
                            alike.observe(case, fraction - moment.ln_fractions[0]);
                        }
                    }
                }
            }
        }
    }
    for finding in [alike, reduced, matrices] {
        evidence.push(finding);
    }
    for (classes, margin) in [(4, 0.5), (10, 0.5), (10, 8.0)] {
        let found = time(classes, ClassSize::new(1.0)?, &Start::scaled(8.0)?, margin)?;
        evidence.report(format!("t of margin {margin}, k = {classes}, δ = 8"), found);
    }
    Ok(evidence)
}
