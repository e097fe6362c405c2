//! Of all the samples the flow sees class means and one `d × d` matrix for each distinct weight, from any start.
//!
//! With class means `m_c` of the features and the within-class scatters `G_ω = Σ (h_i − m_c)(h_i − m_c)ᵀ` over the samples of weight `ω`,
//! $$ \dot W = \sum_c n_c \omega_c (z_c - W m_c)\\,m_c^\top - \sum_\omega \omega\\, W G_\omega, \qquad
//!    \dot m_c = \omega_c W^\top (z_c - W m_c), \qquad \dot G_\omega = -\omega\\,(W^\top W G_\omega + G_\omega W^\top W). $$
//! Proof: labels are equal within a class, so `h_i − m_c` obeys `ẋ = −ωWᵀWx`; sums over it give `G_ω`, and it enters `Ẇ` as `−ωWxxᵀ`. ∎
//!
//! Coq has checked it, in `Scatters.v`, and that the equations have at most one solution from a start, so that samples with the same means and scatters at
//! the start have them in common for ever.
//!
//! The number of unknowns does not depend on `N`. The check integrates these equations by themselves (Runge and Kutta's method of order four, one step
//! size) and compares with every sample integrated and with the library's reduction, which carries a factor of `G_ω`.
//! Source: this project.

use nalgebra::DMatrix;
use ufm_simulation::{Initialisation, Moment, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{ClassProfile, Weighting},
    spectrum::labels,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "scatter-reduction",
    title: "Any start in class means and scatters",
    given: "From any start, random ones included, for any class profile and weights",
    math: r"\dot W=\sum_c n_c\omega_c(z_c-Wm_c)\,m_c^\top-\sum_\omega\omega\,WG_\omega,\quad \dot m_c=\omega_cW^\top(z_c-Wm_c),\quad \dot G_\omega=-\omega\,(W^\top WG_\omega+G_\omega W^\top W)",
    parts: &[Part {
        says: "the flow of W and of the class means is closed together with one within-class scatter matrix (d × d) for each distinct weight, so that the number of unknowns does not depend on N",
        theorems: &[
            "Scatters.scatter_reduction",
            "Scatters.same_means_and_scatters",
            "WellPosed.flow_well_posed",
        ],
        findings: &["means", "loss", "library"],
    }],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &[],
    check: || evidence(Scatters::EachWeight, 0.0),
    controls: &[
        Control {
            what: "class means alone",
            breaks: &["means", "loss"],
            check: || evidence(Scatters::None, 0.0),
        },
        Control {
            what: "one scatter for all weights, at their mean weight",
            breaks: &["means", "loss"],
            check: || evidence(Scatters::One, 0.0),
        },
        Control {
            what: "with weights of an exponent a hundredth larger",
            breaks: &["means", "loss", "library"],
            check: || evidence(Scatters::EachWeight, 0.01),
        },
    ],
};

/// What is said to be enough beside class means.
#[derive(Clone, Copy, PartialEq)]
enum Scatters {
    EachWeight,
    One,
    None,
}

const DIMENSION: usize = 5;

/// Everything the statement says, of a candidate reduction whose exponent is larger by `shift` than that of the samples.
fn evidence(scatters: Scatters, shift: f64) -> Result<Evidence, CheckError> {
    // The method's error at this step size, of logits of size 1.
    let mut means = Finding::within(
        "means",
        1e-8,
        "mean logits of every class against every sample integrated",
    );
    let mut loss = Finding::within(
        "loss",
        1e-8,
        "loss, relative to that of zero logits, the same",
    );
    let mut library = Finding::within(
        "library",
        1e-7,
        "the library's reduction against every sample integrated, both",
    );
    for counts in [&[12, 12, 3, 3][..], &[9, 5, 2, 1], &[20, 4, 4]] {
        for gamma in [0.0, 0.5, 1.0] {
            let problem = Problem::new(
                &ClassProfile::from_counts(counts)?,
                Weighting::power(gamma)?,
            )?;
            let shifted = Problem::new(
                &ClassProfile::from_counts(counts)?,
                Weighting::power(gamma + shift)?,
            )?;
            for size in [0.05, 0.5] {
                let case = || format!("n = {counts:?}, γ = {gamma}, entries of size {size}");
                let pattern = |rows: usize, columns: usize, seed: f64| {
                    DMatrix::from_fn(rows, columns, |i, j| {
                        size * (seed * ((1 + i * columns + j) as f64).powi(2)).sin()
                    })
                };
                let samples: usize = counts.iter().sum();
                let (w, h) = (
                    pattern(counts.len(), DIMENSION, 1.3),
                    pattern(DIMENSION, samples, 2.7),
                );
                let start = Initialisation::matrices(w.clone(), h.clone())?;
                let times = [0.0, 0.5, 1.0, 2.0, 4.0];
                let run = |problem, solver| {
                    Simulation::new(problem, start.clone())
                        .solver(solver)
                        .tolerance(1e-11)
                        .until(4.0)
                        .at(&times)
                };
                let full = run(&problem, Solver::Samples)?;
                let small = run(&shifted, Solver::Scatters)?;
                let zero = 0.5 * weighted(&problem, counts, |_| 1.0 - 1.0 / counts.len() as f64);
                let mut state = Reduced::new(&shifted, counts, w, &h, scatters);
                let difference = |a: &Moment, b: &Moment| {
                    (a.class_logits() - b.class_logits())
                        .amax()
                        .max((a.loss - b.loss).abs() / zero)
                };
                let mut now = 0.0;
                for (moment, reduced) in full.moments.iter().zip(&small.moments) {
                    let steps = ((moment.time - now) * STEPS).round() as usize;
                    for _ in 0..steps {
                        state = state.step((moment.time - now) / steps as f64);
                    }
                    now = moment.time;
                    means.observe(
                        case,
                        (moment.class_logits() - &state.w * &state.means).amax(),
                    );
                    loss.observe(case, (moment.loss - state.loss()) / zero);
                    library.observe(case, difference(moment, reduced));
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [means, loss, library] {
        evidence.push(finding);
    }
    Ok(evidence)
}

/// `Σ n_c ω_c f(c)`.
fn weighted(problem: &Problem, counts: &[usize], of: impl Fn(usize) -> f64) -> f64 {
    (counts.iter().zip(problem.class_weights()).enumerate())
        .map(|(class, (&n, weight))| n as f64 * weight * of(class))
        .sum()
}

/// Steps in a unit of time: the fastest rate is about 10.
const STEPS: f64 = 400.0;

/// The reduced state.
#[derive(Clone)]
struct Reduced {
    w: DMatrix<f64>,
    /// `m_c`, `d × k`.
    means: DMatrix<f64>,
    /// `ω` and `G_ω`.
    scatters: Vec<(f64, DMatrix<f64>)>,
    z: DMatrix<f64>,
    /// `n_c` and `ω_c`.
    classes: Vec<(f64, f64)>,
}

impl Reduced {
    fn new(
        problem: &Problem,
        counts: &[usize],
        w: DMatrix<f64>,
        h: &DMatrix<f64>,
        kind: Scatters,
    ) -> Self {
        let k = counts.len();
        let classes: Vec<(f64, f64)> = counts
            .iter()
            .map(|&n| n as f64)
            .zip(problem.class_weights().iter().copied())
            .collect();
        let mut means = DMatrix::zeros(DIMENSION, k);
        let of = labels::sample_classes(counts);
        for (column, &class) in h.column_iter().zip(&of) {
            let mut mean = means.column_mut(class);
            mean += column / classes[class].0;
        }
        let total: f64 = classes.iter().map(|(n, _)| n).sum();
        let average = weighted(problem, counts, |_| 1.0) / total;
        let mut scatters: Vec<(f64, DMatrix<f64>)> = Vec::new();
        for (column, &class) in h.column_iter().zip(&of) {
            let weight = match kind {
                Scatters::EachWeight => classes[class].1,
                Scatters::One => average,
                Scatters::None => continue,
            };
            let x = column - means.column(class);
            let square = &x * x.transpose();
            match scatters.iter_mut().find(|(known, _)| *known == weight) {
                Some((_, scatter)) => *scatter += square,
                None => scatters.push((weight, square)),
            }
        }
        Self {
            w,
            means,
            scatters,
            z: labels::simplex_encoded_labels(&vec![1; k]),
            classes,
        }
    }

    /// The right-hand side.
    fn slope(&self) -> (DMatrix<f64>, DMatrix<f64>, Vec<DMatrix<f64>>) {
        let residual = &self.z - &self.w * &self.means;
        let (mut heavy, mut light) = (residual.clone(), residual);
        for (class, &(n, weight)) in self.classes.iter().enumerate() {
            heavy.column_mut(class).scale_mut(n * weight);
            light.column_mut(class).scale_mut(weight);
        }
        let gram = self.w.transpose() * &self.w;
        let mut w = heavy * self.means.transpose();
        let mut scatters = Vec::new();
        for (weight, scatter) in &self.scatters {
            w -= &self.w * scatter * *weight;
            let product = &gram * scatter;
            scatters.push((&product + product.transpose()) * -*weight);
        }
        (w, self.w.transpose() * light, scatters)
    }

    fn moved(
        &self,
        (w, means, scatters): &(DMatrix<f64>, DMatrix<f64>, Vec<DMatrix<f64>>),
        by: f64,
    ) -> Self {
        let mut next = self.clone();
        next.w += w * by;
        next.means += means * by;
        for ((_, scatter), slope) in next.scatters.iter_mut().zip(scatters) {
            *scatter += slope * by;
        }
        next
    }

    fn step(&self, length: f64) -> Self {
        let a = self.slope();
        let b = self.moved(&a, 0.5 * length).slope();
        let c = self.moved(&b, 0.5 * length).slope();
        let d = self.moved(&c, length).slope();
        self.moved(&a, length / 6.0)
            .moved(&b, length / 3.0)
            .moved(&c, length / 3.0)
            .moved(&d, length / 6.0)
    }

    /// `½ Σ ω‖z − Wh‖²`.
    fn loss(&self) -> f64 {
        let residual = &self.z - &self.w * &self.means;
        let between: f64 = (self.classes.iter().zip(residual.column_iter()))
            .map(|((n, weight), r)| n * weight * r.norm_squared())
            .sum();
        let within: f64 = self
            .scatters
            .iter()
            .map(|(weight, scatter)| weight * (&self.w * scatter * self.w.transpose()).trace())
            .sum();
        0.5 * (between + within)
    }
}
