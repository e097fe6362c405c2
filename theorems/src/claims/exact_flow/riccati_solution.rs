//! From any balanced start the vanilla flow has a closed form: nothing has to be stepped.
//!
//! With `Q = [W; Hᵀ]`, `P = QQᵀ`, `A = [0 Z; Zᵀ 0]` and `WᵀW = HHᵀ` at the start,
//! $$ P(t) = e^{At} Q_0\\, M(t)^{-1}\\, Q_0^\top e^{At}, \qquad M(t) = I + Q_0^\top \Big(\int_0^t e^{2As}\\,ds\Big) Q_0, $$
//! and the logits `WH` are the upper right block of `P`, for any class profile and any dimension `d`.
//!
//! Proof: `QᵀQ = WᵀW + HHᵀ` and `[W; −Hᵀ](WᵀW − HHᵀ) = 0` give `Q̇ = AQ − ½QQᵀQ`, so `Ṗ = AP + PA − P²`. For `P = e^{At}Q₀M⁻¹Q₀ᵀe^{At}`, since
//! `Ṁ = Q₀ᵀe^{2At}Q₀`, the derivative of `M⁻¹` gives `−P²`; at 0 it is `Q₀Q₀ᵀ`. ∎
//!
//! Coq has checked it, in `Riccati.v` and `VanillaClosedForm.v`, with the exponential as the one solution of `E' = AE`, `E(0) = I`, and `e^{2As} = E(2s)`: there
//! the inverse of `M` is `XXᵀ` with `Q = e^{At}Q₀X`, so that `M` is invertible because the flow exists.
//!
//! The check lays the formula out in dense matrices and compares it with the integration of every sample, while that can be computed;
//! and [`Solver::Riccati`], which evaluates it in logarithms, with the integration at late times too.
//! Source: K. Fukumizu, *Effect of batch learning in multilayer neural networks* (1998), for square problems; for these labels this project.

use nalgebra::{DMatrix, SymmetricEigen};
use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{ClassProfile, Weighting},
    spectrum::labels,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "riccati-solution",
    title: "Vanilla flow in closed form",
    given: "",
    math: r"WH=\bigl[e^{At}Q_0M(t)^{-1}Q_0^\top e^{At}\bigr]_{12},\quad M(t)=I+Q_0^\top\int_0^t e^{2As}\,ds\,Q_0,\quad Q_0=\begin{pmatrix}W(0)\\H(0)^\top\end{pmatrix},\quad A=\begin{pmatrix}0&Z\\Z^\top&0\end{pmatrix}",
    parts: &[Part {
        says: "From any balanced start, for any class profile and dimension d, the vanilla flow's logits are a block of e^(At) Q₀ M(t)⁻¹ Q₀ᵀ e^(At) with M(t) = I + Q₀ᵀ ∫₀ᵗ e^(2As) ds Q₀ (d × d), Q₀ = [W; Hᵀ] at the start and A = [0 Z; Zᵀ 0]",
        theorems: &[
            "VanillaClosedForm.vanilla_flow_closed_form",
            "VanillaClosedForm.vanilla_well_posed",
            "MatrixExponential.exponential_exists",
            "MatrixExponential.exponential_unique",
        ],
        findings: &["integrated", "every", "stable"],
    }],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["balancedness"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "M without the unit matrix",
            breaks: &["integrated", "every"],
            check: || {
                evidence(Candidate {
                    unit: 0.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "from a start out of balance by a tenth",
            breaks: &["integrated", "every"],
            check: || {
                evidence(Candidate {
                    features: 1.1,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the flow reweighted with γ = 0.1",
            breaks: &["integrated", "every"],
            check: || {
                evidence(Candidate {
                    gamma: 0.1,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the logits of a time one percent later",
            breaks: &["integrated", "every", "stable"],
            check: || {
                evidence(Candidate {
                    pace: 1.01,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    /// What stands for the unit matrix in `M`.
    unit: f64,
    /// A factor of `H` at the start.
    features: f64,
    gamma: f64,
    /// Time in the formula over time in the flow.
    pace: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        unit: 1.0,
        features: 1.0,
        gamma: 0.0,
        pace: 1.0,
    };

    fn has_closed_form(&self) -> bool {
        self.features == 1.0 && self.gamma == 0.0
    }
}

/// Times for the dense form, in units of `(δ + 1)/σ_max`: later on `M` has entries too far apart for its inverse.
const EARLY: [f64; 6] = [0.0, 0.2, 0.5, 0.8, 1.0, 1.2];

/// Times for the evaluation in logarithms, in units of `δ + 1`: about 1 for `σ_min = 1`.
const LATE: [f64; 4] = [0.2, 0.8, 1.2, 3.0];

/// Everything the statement says, of a candidate formula, start and flow.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    // Steps are accurate to 1e-11 each; logits are of size 1.
    let mut integrated = Finding::within(
        "integrated",
        1e-8,
        "mean logits of every class, formula against integration, six times",
    );
    let mut every = Finding::within(
        "every",
        1e-8,
        "logits of every sample at the last of them, the same",
    );
    let mut stable = Finding::within(
        "stable",
        1e-8,
        "mean logits of every class, evaluation in logarithms against integration, ten times",
    );
    for counts in [&[10, 10, 1, 1][..], &[12, 5, 2, 1], &[3, 3, 3], &[30, 1]] {
        let profile = ClassProfile::from_counts(counts)?;
        let problem = Problem::new(&profile, Weighting::power(candidate.gamma)?)?;
        let z = labels::simplex_encoded_labels(counts);
        for extra in [0, 2] {
            for delta in [0.5, 2.0, 6.0] {
                let dimension = counts.len() - 1 + extra;
                let case = || format!("n = {counts:?}, d = {dimension}, δ = {delta}");
                let (w, h) = balanced(&z, dimension, delta);
                let h = h * candidate.features;
                let start = Initialisation::matrices(w.clone(), h.clone())?;
                let run = |times: &[f64]| {
                    let end = times.last().copied().unwrap_or(0.0);
                    Simulation::new(&problem, start.clone())
                        .solver(Solver::Samples)
                        .tolerance(1e-11)
                        .until(end)
                        .at(times)
                };
                let early =
                    run(&EARLY.map(|tau| tau * (delta + 1.0) / problem.singular_values()[0]))?;
                let formula = Formula::new(&z, &w, &h, candidate.unit);
                for moment in &early.moments {
                    let logits = by_class(&formula.logits(candidate.pace * moment.time), counts);
                    integrated.observe(case, (moment.class_logits() - &logits).amax());
                }
                let last = early.moments.last().map_or(0.0, |moment| moment.time);
                let end = early.factors()?;
                every.observe(
                    case,
                    (&end.classifier * &end.features - formula.logits(candidate.pace * last))
                        .amax(),
                );
                if candidate.has_closed_form() {
                    let solved = Simulation::new(&problem, start.clone())
                        .solver(Solver::Riccati)
                        .watch_fractions(&[]);
                    let late = run(&LATE.map(|tau| tau * (delta + 1.0)))?;
                    for moment in early.moments.iter().chain(&late.moments) {
                        let logits =
                            solved.at(&[candidate.pace * moment.time])?.moments[0].class_logits();
                        stable.observe(case, (moment.class_logits() - logits).amax());
                    }
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(integrated);
    evidence.push(every);
    if candidate.has_closed_form() {
        evidence.push(stable);
    }
    Ok(evidence)
}

/// The formula of the statement in dense matrices.
struct Formula {
    start: DMatrix<f64>,
    eigen: SymmetricEigen<f64, nalgebra::Dyn>,
    classes: usize,
    unit: f64,
}

impl Formula {
    fn new(z: &DMatrix<f64>, w: &DMatrix<f64>, h: &DMatrix<f64>, unit: f64) -> Self {
        let (k, n) = z.shape();
        let a = DMatrix::from_fn(k + n, k + n, |i, j| match (i < k, j < k) {
            (true, false) => z[(i, j - k)],
            (false, true) => z[(j, i - k)],
            _ => 0.0,
        });
        let start = DMatrix::from_fn(k + n, w.ncols(), |i, j| {
            if i < k { w[(i, j)] } else { h[(j, i - k)] }
        });
        Self {
            start,
            eigen: SymmetricEigen::new(a),
            classes: k,
            unit,
        }
    }

    /// `k × N`; not a number where `M` cannot be inverted.
    fn logits(&self, time: f64) -> DMatrix<f64> {
        let spectral = |of: &dyn Fn(f64) -> f64| {
            let v = &self.eigen.eigenvectors;
            v * DMatrix::from_diagonal(&self.eigen.eigenvalues.map(of)) * v.transpose()
        };
        let grown = spectral(&|rate| (rate * time).exp()) * &self.start;
        let gain = spectral(&|rate| {
            let twice = 2.0 * rate;
            if (twice * time).abs() < 1e-12 {
                time
            } else {
                (twice * time).exp_m1() / twice
            }
        });
        let d = self.start.ncols();
        let m = self.start.transpose() * gain * &self.start + DMatrix::identity(d, d) * self.unit;
        let inverse = m
            .try_inverse()
            .unwrap_or_else(|| DMatrix::from_element(d, d, f64::NAN));
        let p = &grown * inverse * grown.transpose();
        p.view((0, self.classes), (self.classes, p.ncols() - self.classes))
            .into_owned()
    }
}

/// A balanced start without relation to the labels: `W` of size `e^(−δ)`, `H = (WᵀW)^½` times orthonormal rows.
fn balanced(z: &DMatrix<f64>, dimension: usize, delta: f64) -> (DMatrix<f64>, DMatrix<f64>) {
    let size = (-delta).exp();
    let pattern = |rows: usize, columns: usize, seed: f64| {
        DMatrix::from_fn(rows, columns, |i, j| {
            (seed * ((1 + i * columns + j) as f64).powi(2)).sin()
        })
    };
    let w = pattern(z.nrows(), dimension, 1.3) * size;
    let eigen = SymmetricEigen::new(w.transpose() * &w);
    let root = |of: &dyn Fn(f64) -> f64| {
        &eigen.eigenvectors
            * DMatrix::from_diagonal(&eigen.eigenvalues.map(|x| of(x.max(0.0))))
            * eigen.eigenvectors.transpose()
    };
    let rows = pattern(z.ncols(), dimension, 2.7).qr().q().transpose();
    let h = root(&f64::sqrt) * rows;
    (w, h)
}

/// Column `c`: the mean of the columns of class `c`.
fn by_class(logits: &DMatrix<f64>, counts: &[usize]) -> DMatrix<f64> {
    let classes = labels::sample_classes(counts);
    let mut means = DMatrix::zeros(logits.nrows(), counts.len());
    for (column, &class) in logits.column_iter().zip(&classes) {
        let mut mean = means.column_mut(class);
        mean += column / counts[class] as f64;
    }
    means
}
