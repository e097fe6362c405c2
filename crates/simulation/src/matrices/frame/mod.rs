//! The spectral frame: the orthonormal coordinates in which the flow is integrated.
//!
//! `W̃ = [U, 1/√k]ᵀ W` (`k × d`) and `H̃ = H Q` (`d × M`). The columns of `Q` are, in this order,
//! - the `r = k − 1` right singular vectors `V`,
//! - the direction `q ∝ 1/n_c` on the samples of class `c`: with `V` it spans the class-constant vectors,
//!   since `Σ_c n_c v_i(c) q(c) ∝ Σ_c u_i(c) = 0`,
//! - for each class the `n_c − 1` directions that sum to zero within it, as columns of a Householder reflector
//!   (or, in the scatter frame, an orthonormal basis of those that the features occupy: see [`scatter`]).
//!
//! In this frame `Z̃ = diag(σ)`, and `Ω̃ = QᵀΩQ` is a `k × k` block on the class-constant directions (`Λ`
//! bordered by `q`) and `ω_c` times the identity within class `c`. The change is orthonormal, so the
//! equations keep their form and nothing is approximated.

mod directions;
mod scatter;

use nalgebra::DMatrix;

use crate::{Problem, SimulationError, Solver, numerics::linear::product};
use directions::{directions, weights_in_frame};
use scatter::Scatter;

/// The largest number of unknowns that is accepted: about 5 GB of integrator memory.
pub const MAX_UNKNOWNS: usize = 1 << 24;

/// Worst accepted departure of the class-constant directions from orthonormality.
const ORTHONORMALITY: f64 = 1e-10;

/// Which unknowns are carried along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// One feature vector per class: `k d` unknowns in `H`.
    ClassConstant,
    /// Class means and factors of the within-class scatter: at most `k d` and, a factor, `d²` unknowns in `H`.
    Scatter,
    /// One feature vector per sample: all `N d` unknowns in `H`.
    Full,
}

impl Frame {
    /// Its name outside.
    pub(crate) const fn solver(self) -> Solver {
        match self {
            Self::ClassConstant => Solver::ClassMeans,
            Self::Scatter => Solver::Scatters,
            Self::Full => Solver::Samples,
        }
    }
}

/// The frame of one problem, for matrices of inner dimension `d`.
#[derive(Debug, Clone)]
pub(crate) struct Coordinates {
    /// `d`.
    pub dimension: usize,
    /// `M`, the number of columns of `H̃`: `k` or `N`.
    pub columns: usize,
    /// `σ`, length `r`.
    pub target: Vec<f64>,
    /// `Ω̃` on the class-constant directions, `k × k`.
    pub omega: DMatrix<f64>,
    /// `[U, 1/√k]`, `k × k`: row `c` holds the coordinates of the unit vector of class `c`.
    pub left: DMatrix<f64>,
    /// Class sizes `n_c` as real numbers.
    pub sizes: Vec<f64>,
    /// `ω_c`.
    pub class_weights: Vec<f64>,
    /// The class-constant part of `Q` in units of `1/√n_c`: entry `(c, j)` is `√n_c q_j(c)`; orthonormal, `k × k`.
    right: DMatrix<f64>,
    /// The columns besides these.
    within: Within,
}

/// What the frame holds of differences within classes.
#[derive(Debug, Clone)]
enum Within {
    /// Nothing.
    None,
    /// Those of every sample; the sample counts.
    Samples(Vec<usize>),
    /// Factors of their scatter.
    Scatter(Scatter),
}

impl Coordinates {
    pub(crate) fn new(
        problem: &Problem,
        dimension: usize,
        frame: Frame,
    ) -> Result<Self, SimulationError> {
        let (classes, rank) = (problem.classes(), problem.modes());
        if dimension < rank {
            return Err(SimulationError::Dimension { dimension, rank });
        }
        let sizes = problem.profile().sizes().to_vec();
        let (within, columns) = match frame {
            Frame::ClassConstant => (Within::None, classes),
            Frame::Full => {
                let counts = problem.profile().counts()?;
                let samples = counts.iter().sum();
                (Within::Samples(counts), samples)
            }
            Frame::Scatter => {
                let scatter = Scatter::new(problem, dimension)?;
                let columns = classes + scatter.columns();
                (Within::Scatter(scatter), columns)
            }
        };
        let unknowns = dimension.saturating_mul((columns + classes).max(dimension)); // WᵀW is d × d
        if unknowns > MAX_UNKNOWNS {
            return Err(SimulationError::TooLarge(unknowns));
        }
        let (left, right) = directions(problem);
        let defect =
            (product(&right.transpose(), &right) - DMatrix::identity(classes, classes)).amax();
        if defect.is_nan() || defect > ORTHONORMALITY {
            return Err(SimulationError::FrameNotOrthonormal(defect));
        }
        Ok(Self {
            dimension,
            columns,
            target: problem.singular_values().to_vec(),
            omega: weights_in_frame(&right, problem.class_weights()),
            left,
            sizes,
            class_weights: problem.class_weights().to_vec(),
            right,
            within,
        })
    }

    /// Number of classes `k`.
    pub(crate) fn classes(&self) -> usize {
        self.sizes.len()
    }

    /// The class-constant part of `Q` in units of `1/√n_c`: entry `(c, j)` is `√n_c q_j(c)`, `k × k`.
    pub(crate) fn right(&self) -> &DMatrix<f64> {
        &self.right
    }

    /// Number of modes `r`.
    pub(crate) fn rank(&self) -> usize {
        self.target.len()
    }

    /// Length of the vector of unknowns: `W̃` row by row, then `H̃` row by row.
    pub(crate) fn unknowns(&self) -> usize {
        self.dimension * (self.classes() + self.columns)
    }

    /// The columns of `H̃` for differences within classes, as `(class, first, count)`: of each class, or in the scatter frame
    /// of all classes of the weight and the group of that one.
    pub(crate) fn within_classes(&self) -> Vec<(usize, usize, usize)> {
        let mut first = self.classes();
        let mut place = |(class, count)| {
            let block = (class, first, count);
            first += count;
            block
        };
        match &self.within {
            Within::None => Vec::new(),
            Within::Samples(counts) => {
                let counts = counts.iter().enumerate();
                counts.map(|(class, n)| place((class, n - 1))).collect()
            }
            Within::Scatter(scatter) => scatter.blocks().map(place).collect(),
        }
    }

    /// The blocks of the scatter frame.
    pub(crate) fn scatter(&mut self) -> Option<&mut Scatter> {
        match &mut self.within {
            Within::Scatter(scatter) => Some(scatter),
            _ => None,
        }
    }

    /// The class of each column of [`Self::samples`], and how many samples the column stands for; `None` where that is.
    pub(crate) fn sample_classes(&self) -> Option<Vec<(usize, f64)>> {
        let counts = match &self.within {
            Within::None => return Some(self.sizes.iter().copied().enumerate().collect()),
            Within::Samples(counts) => counts,
            Within::Scatter(scatter) => scatter.counts()?,
        };
        let classes = ufm_theory::spectrum::labels::sample_classes(counts);
        Some(classes.into_iter().map(|class| (class, 1.0)).collect())
    }

    /// Class means of `H` row by row from `H̃` row by row, `d × k`.
    pub(crate) fn means(&self, features: &[f64]) -> Vec<f64> {
        let rows = features.chunks_exact(self.columns);
        rows.flat_map(|row| {
            let by_class = self.by_class(row).zip(&self.sizes);
            by_class.map(|(x, n)| x / n.sqrt()).collect::<Vec<_>>()
        })
        .collect()
    }

    /// `H` row by row from `H̃` row by row: one column per class (class-constant) or per sample; `None` if only the
    /// scatter of the samples is known.
    pub(crate) fn samples(&self, features: &[f64]) -> Option<Vec<f64>> {
        let classes = self.classes();
        let (counts, scatter) = match &self.within {
            Within::None => return Some(self.means(features)),
            Within::Samples(counts) => (counts.as_slice(), None),
            Within::Scatter(scatter) => (scatter.counts()?, Some(scatter)),
        };
        let mut rows = Vec::with_capacity(self.dimension * counts.iter().sum::<usize>());
        for row in features.chunks_exact(self.columns) {
            let laid_out = scatter.map(|scatter| scatter.laid_out(&row[classes..]));
            let mut within = laid_out.as_deref().unwrap_or(&row[classes..]).iter();
            for (mean, &count) in self.by_class(row).zip(counts) {
                let start = rows.len();
                rows.push(mean);
                rows.extend(within.by_ref().take(count - 1));
                reflect(&mut rows[start..]);
            }
        }
        Some(rows)
    }

    /// `√n_c` times the mean of each class, from a row of `H̃`.
    fn by_class(&self, row: &[f64]) -> impl Iterator<Item = f64> {
        (0..self.classes()).map(|c| {
            let terms = row.iter().take(self.classes()).enumerate();
            terms.map(|(j, x)| self.right[(c, j)] * x).sum()
        })
    }

    /// `H̃` of the full frame row by row from one row of `H` after the other, one column per sample.
    pub(crate) fn features_in_frame(&self, samples: &[f64]) -> Vec<f64> {
        let classes = self.classes();
        let counts: &[usize] = match &self.within {
            Within::Samples(counts) => counts,
            _ => &[],
        };
        let mut rows = vec![0.0; self.dimension * self.columns];
        for (row, sample) in rows
            .chunks_exact_mut(self.columns)
            .zip(samples.chunks_exact(self.columns))
        {
            let mut reflected = sample.to_vec();
            let (mut start, mut within) = (0, classes);
            for (class, &count) in counts.iter().enumerate() {
                let block = &mut reflected[start..start + count];
                reflect(block);
                for (j, value) in row.iter_mut().take(classes).enumerate() {
                    *value += block[0] * self.right[(class, j)];
                }
                row[within..within + count - 1].copy_from_slice(&block[1..]);
                start += count;
                within += count - 1;
            }
        }
        rows
    }

    /// `[U, 1/√k]ᵀ W`.
    pub(crate) fn classifier_in_frame(&self, classifier: &DMatrix<f64>) -> DMatrix<f64> {
        product(&self.left.transpose(), classifier)
    }
}

/// `x ↦ x − 2v(vᵀx)/(vᵀv)`, `v = e₁ − 1/√n`: swaps the first unit vector and `1/√n`; its own inverse.
fn reflect(x: &mut [f64]) {
    let entry = 1.0 / (x.len() as f64).sqrt();
    if x.len() > 1 {
        let projection = x[0] - entry * x.iter().sum::<f64>(); // vᵀx; vᵀv = 2(1 − 1/√n)
        let scale = projection / (1.0 - entry);
        x[0] -= scale;
        for value in x {
            *value += scale * entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ufm_theory::problem::{ClassProfile, Weighting};

    fn problem(counts: &[usize], gamma: f64) -> Problem {
        let profile = ClassProfile::from_counts(counts).unwrap();
        Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn the_change_of_frame_is_orthonormal_and_inverted(
            counts in prop::collection::vec(1_usize..20, 2..6), seed in 1.0..9.0_f64,
        ) {
            let coordinates = Coordinates::new(&problem(&counts, 0.5), counts.len(), Frame::Full).unwrap();
            let n: usize = counts.iter().sum();
            let sample: Vec<f64> = (0..n * counts.len()).map(|i| (seed * (i + 1) as f64).sin()).collect();
            let frame = coordinates.features_in_frame(&sample);
            let norm = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
            prop_assert!((norm(&frame) / norm(&sample) - 1.0).abs() < 1e-11);
            for (a, b) in coordinates.samples(&frame).unwrap().iter().zip(&sample) {
                prop_assert!((a - b).abs() < 1e-11);
            }
            let left = &coordinates.left;
            let identity = DMatrix::identity(counts.len(), counts.len());
            prop_assert!((left.transpose() * left - identity).amax() < 1e-12);
        }

        #[test]
        fn labels_and_weights_take_their_stated_form(
            counts in prop::collection::vec(1_usize..12, 2..5), gamma in -1.0..1.5_f64,
        ) {
            let problem = problem(&counts, gamma);
            let coordinates = Coordinates::new(&problem, counts.len(), Frame::Full).unwrap();
            let (k, n) = (counts.len(), coordinates.columns);
            // Each row of the identity, taken to the frame, is a row of Q.
            let identity: Vec<f64> = (0..n * n).map(|i| if i % (n + 1) == 0 { 1.0 } else { 0.0 }).collect();
            let wide = Coordinates { dimension: n, ..coordinates.clone() };
            let q = DMatrix::from_row_slice(n, n, &wide.features_in_frame(&identity));
            let z = ufm_theory::spectrum::labels::simplex_encoded_labels(&counts);
            let z_frame = coordinates.left.transpose() * z * &q;
            let classes = ufm_theory::spectrum::labels::sample_classes(&counts);
            let omega = DMatrix::from_fn(n, n, |i, j| if i == j { problem.class_weights()[classes[i]] } else { 0.0 });
            let omega_frame = q.transpose() * omega * &q;
            let largest = problem.class_weights().iter().copied().fold(0.0, f64::max);
            for i in 0..n {
                for j in 0..n {
                    if i < k {
                        let expected = if i == j && i < k - 1 { coordinates.target[i] } else { 0.0 };
                        prop_assert!((z_frame[(i, j)] - expected).abs() < 1e-10);
                    }
                    let expected = if i < k && j < k { coordinates.omega[(i, j)] } else if i == j {
                        let block = coordinates.within_classes().into_iter()
                            .find(|&(_, first, count)| i >= first && i < first + count).unwrap();
                        problem.class_weights()[block.0]
                    } else { 0.0 };
                    prop_assert!((omega_frame[(i, j)] - expected).abs() < 1e-10 * largest);
                }
            }
        }
    }
}
