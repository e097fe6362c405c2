//! The cross-entropy residual in the spectral frame, right relative to every mode however small.
//!
//! For a sample of class `c` with logits `ℓ` the residual is `e_c − softmax(ℓ)`. At `ℓ = 0` it is the column `e_c − 1/k` of
//! the labels `Z`, and
//!
//! ```text
//! softmax(ℓ) − 1/k = (ℓ − mean)/k + N(ℓ),    N_j = [k q_j − (1 + a_j) Σq] / (k (k + Σq)),
//! ```
//!
//! with `a = ℓ − mean` and `q_j = e^{a_j} − 1 − a_j`. The linear part is taken in the frame, where modes do not meet. What is left
//! is quadratic; its component along a singular vector `u`, which sums to zero, is summed from *differences*
//!
//! ```text
//! N_j − N_l = [k (q_j − q_l) − (a_j − a_l) Σq] / (k (k + Σq)),    q_j − q_l = (e^{a_l} − 1) x + e^{a_l} (eˣ − 1 − x),    x = a_j − a_l,
//! ```
//!
//! to the class `l` where `u` is largest: a learned mode that does not tell the two classes apart drops out before its rounding
//! can hide a small one that does.

use crate::matrices::frame::Coordinates;

/// What the softmax needs to know of the frame.
#[derive(Debug)]
pub(crate) struct Softmax {
    classes: usize,
    /// `1 − ε`, for labels smoothed by `ε`.
    kept: f64,
    target: Vec<f64>,
    /// `u_i(c)`, row by row in `c`, `k × r`.
    left: Vec<f64>,
    /// `√n_c q_j(c)`, row by row in `c`, `k × k`.
    right: Vec<f64>,
    roots: Vec<f64>,
    /// The class where each `u_i` is largest.
    references: Vec<usize>,
}

impl Softmax {
    pub(crate) fn new(coordinates: &Coordinates, smoothing: f64) -> Self {
        let (classes, rank) = (coordinates.classes(), coordinates.rank());
        let left = |c: usize, i: usize| coordinates.left[(c, i)];
        let references = (0..rank).map(|i| {
            (0..classes).fold(0, |best, c| {
                if left(c, i).abs() > left(best, i).abs() {
                    c
                } else {
                    best
                }
            })
        });
        let pairs =
            |columns: usize| (0..classes).flat_map(move |c| (0..columns).map(move |i| (c, i)));
        Self {
            classes,
            kept: 1.0 - smoothing,
            target: coordinates.target.clone(),
            left: pairs(rank).map(|(c, i)| left(c, i)).collect(),
            right: pairs(classes).map(|at| coordinates.right()[at]).collect(),
            roots: coordinates.sizes.iter().map(|n| n.sqrt()).collect(),
            references: references.collect(),
        }
    }

    fn rank(&self) -> usize {
        self.classes - 1
    }

    /// Replaces `−W̃H̃` (`k × k`, row by row) by the residual `(1 − ε) Z̃ − (softmax − 1/k)` in the frame.
    pub(crate) fn residual(&self, residual: &mut [f64]) {
        let (k, rank) = (self.classes, self.rank());
        let curved: Vec<Vec<f64>> = self
            .logits(residual)
            .iter()
            .map(|logits| self.quadratic(logits))
            .collect();
        for i in 0..rank {
            for j in 0..k {
                let entry = &mut residual[i * k + j];
                *entry /= k as f64;
                if i == j {
                    *entry += self.kept * self.target[i];
                }
                for (c, curved) in curved.iter().enumerate() {
                    *entry -= curved[i] * self.roots[c] * self.right[c * k + j];
                }
            }
        }
        residual[rank * k..].fill(0.0); // probabilities sum to one
    }

    /// Adds `(1 − ε) Z̃` to the class-constant columns (`k × k`, row by row).
    pub(crate) fn add_labels(&self, residual: &mut [f64]) {
        for (i, target) in self.target.iter().enumerate() {
            residual[i * self.classes + i] += self.kept * target;
        }
    }

    /// `UᵀNQ` of every sample's `N`, rows of `M` columns: the part of the softmax that is not linear, in the full frame.
    pub(crate) fn curved(&self, coordinates: &Coordinates, w: &[f64], h: &[f64]) -> Vec<f64> {
        let (rank, columns) = (self.rank(), coordinates.columns);
        let mut rows = vec![0.0; rank * columns];
        for (sample, logits) in self.logits_of_samples(coordinates, w, h).iter().enumerate() {
            for (i, value) in self.quadratic(logits).into_iter().enumerate() {
                rows[i * columns + sample] = value;
            }
        }
        coordinates.features_in_frame(&rows)
    }

    /// Coordinates of the logits of every sample along the `u_i`.
    fn logits_of_samples(&self, coordinates: &Coordinates, w: &[f64], h: &[f64]) -> Vec<Vec<f64>> {
        let (dimension, columns) = (coordinates.dimension, coordinates.columns);
        let features = coordinates.samples(h).unwrap_or_default();
        let logit = |sample: usize, i: usize| {
            let row = w[i * dimension..][..dimension].iter().enumerate();
            row.map(|(l, x)| x * features[l * columns + sample]).sum()
        };
        (0..columns)
            .map(|sample| (0..self.rank()).map(|i| logit(sample, i)).collect())
            .collect()
    }

    /// The weighted cross-entropy, summed over the samples of the full frame.
    pub(crate) fn loss_of_samples(&self, coordinates: &Coordinates, w: &[f64], h: &[f64]) -> f64 {
        let classes = coordinates.sample_classes().unwrap_or_default();
        let logits = self.logits_of_samples(coordinates, w, h);
        let terms = classes.iter().zip(&logits);
        terms
            .map(|(&(class, _), logits)| {
                coordinates.class_weights[class] * self.entropy(class, logits)
            })
            .sum()
    }

    /// The cross-entropy of a sample of class `class` from the coordinates of its logits.
    fn entropy(&self, class: usize, logits: &[f64]) -> f64 {
        let rank = self.rank();
        let spread = (1.0 - self.kept) / self.classes as f64;
        let values: Vec<f64> = (0..self.classes)
            .map(|c| {
                let u = &self.left[c * rank..][..rank];
                u.iter().zip(logits).map(|(u, x)| u * x).sum()
            })
            .collect();
        let highest = values.iter().copied().fold(f64::MIN, f64::max);
        let sum: f64 = values.iter().map(|x| (x - highest).exp()).sum();
        let labelled = self.kept * values[class] + spread * values.iter().sum::<f64>();
        highest + sum.ln() - labelled
    }

    /// Coordinates of the logits of a sample of each class along the `u_i`, from `−W̃H̃`.
    fn logits(&self, negative: &[f64]) -> Vec<Vec<f64>> {
        let k = self.classes;
        let coordinate = |c: usize, i: usize| {
            let sum: f64 = (0..k)
                .map(|j| -negative[i * k + j] * self.right[c * k + j])
                .sum();
            sum / self.roots[c]
        };
        (0..k)
            .map(|c| (0..self.rank()).map(|i| coordinate(c, i)).collect())
            .collect()
    }

    /// `uᵢᵀN` from the coordinates of the logits.
    fn quadratic(&self, logits: &[f64]) -> Vec<f64> {
        let (classes, rank) = (self.classes, self.rank());
        let k = classes as f64;
        let left = |c: usize| &self.left[c * rank..][..rank];
        let centred: Vec<f64> = (0..classes)
            .map(|c| left(c).iter().zip(logits).map(|(u, x)| u * x).sum())
            .collect();
        let total: f64 = centred.iter().map(|&a| exp_minus_line(a)).sum();
        let scale = 1.0 / (k * (k + total));
        let component = |i: usize| -> f64 {
            let reference = self.references[i];
            let a = centred[reference];
            (0..classes)
                .filter(|&c| c != reference && left(c)[i] != 0.0)
                .map(|c| {
                    let x: f64 = (left(c).iter().zip(left(reference)).zip(logits))
                        .map(|((u, v), x)| (u - v) * x)
                        .sum();
                    let q = a.exp_m1() * x + a.exp() * exp_minus_line(x);
                    left(c)[i] * scale * (k * q - x * total)
                })
                .sum()
        };
        (0..rank).map(component).collect()
    }

    /// `Σ_c n_c ω_c · cross-entropy` at the given `−W̃H̃`.
    pub(crate) fn loss(&self, negative: &[f64], class_weights: &[f64]) -> f64 {
        let by_class = self.logits(negative).into_iter().enumerate();
        by_class
            .map(|(class, logits)| {
                let size = self.roots[class] * self.roots[class];
                size * class_weights[class] * self.entropy(class, &logits)
            })
            .sum()
    }
}

/// `eˣ − 1 − x`, to rounding.
pub(crate) fn exp_minus_line(x: f64) -> f64 {
    if x.abs() > 0.5 {
        return x.exp_m1() - x;
    }
    // Σ_{n ≥ 2} xⁿ/n!, to n = 15: the next term is below 1e-17 of the first.
    (2..=15)
        .rev()
        .fold(0.0, |sum, n| (1.0 + sum) * x / f64::from(n))
        * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Problem, loss,
        matrices::{Frame, field::Field},
    };
    use nalgebra::DMatrix;
    use proptest::prelude::*;
    use ufm_theory::{
        problem::{ClassProfile, Weighting},
        spectrum::labels,
    };

    proptest! {
        #[test]
        fn the_cross_entropy_velocity_is_minus_its_gradient(
            counts in prop::collection::vec(1_usize..8, 2..6),
            gamma in 0.0..1.0_f64, seed in 1.0..9.0_f64, size in -6.0..1.0_f64, smoothing in 0.0..0.9_f64,
        ) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let problem = Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap();
            let (classes, dimension) = (counts.len(), counts.len());
            let coordinates = Coordinates::new(&problem, dimension, Frame::ClassConstant).unwrap();
            let scale = 10_f64.powf(size);
            // W without its null direction, which the frame's null row would hold.
            let mut y: Vec<f64> = (0..coordinates.unknowns()).map(|i| scale * (seed * (i + 1) as f64).sin()).collect();
            y[(classes - 1) * dimension..classes * dimension].fill(0.0);
            let split = classes * dimension;
            let w = &coordinates.left * DMatrix::from_row_slice(classes, dimension, &y[..split]);
            let by_class = DMatrix::from_row_slice(dimension, classes, &coordinates.means(&y[split..]));
            let labels = labels::sample_classes(&counts);
            let h = DMatrix::from_fn(dimension, labels.len(), |l, i| by_class[(l, labels[i])]);
            let weights: Vec<f64> = labels.iter().map(|&class| problem.class_weights()[class]).collect();
            let one_hot = DMatrix::from_fn(classes, labels.len(), |c, i| {
                smoothing / classes as f64 + if labels[i] == c { 1.0 - smoothing } else { 0.0 }
            });
            let (dw, dh) = loss::cross_entropy_gradient(&one_hot, &w, &h, &weights);
            let field = Field::cross_entropy(coordinates.clone(), smoothing);
            let mut velocity = vec![0.0; y.len()];
            field.velocity(&y, &mut velocity);
            let found_w = &coordinates.left * DMatrix::from_row_slice(classes, dimension, &velocity[..split]);
            let found_h = DMatrix::from_row_slice(dimension, classes, &coordinates.means(&velocity[split..]));
            let largest = dw.amax().max(dh.amax());
            prop_assert!((found_w + dw).amax() < 1e-11 * largest);
            let plain = loss::weighted_cross_entropy(&one_hot, &w, &h, &weights);
            prop_assert!((field.loss(&y).unwrap() - plain).abs() < 1e-11 * plain);
            for (i, &class) in labels.iter().enumerate() {
                prop_assert!((found_h.column(class) + dh.column(i)).amax() < 1e-11 * largest);
            }
        }
    }

    #[test]
    fn the_exponential_minus_its_tangent() {
        assert!((exp_minus_line(1.0) - (std::f64::consts::E - 2.0)).abs() < 1e-15);
        for x in [0.499_999, -0.499_999, 0.3, -0.1] {
            let direct: f64 = f64::exp_m1(x) - x;
            assert!((exp_minus_line(x) / direct - 1.0).abs() < 1e-13, "{x}");
        }
        for x in [1e-150, -1e-20, 1e-8] {
            assert!(
                (exp_minus_line(x) / (0.5 * x * x) - 1.0).abs() < 1e-8,
                "{x}"
            );
        }
    }
}
