//! The right-hand side of the flow in the spectral frame.
//!
//! `dW̃ = (Z̃ − W̃H̃) Ω̃ H̃ᵀ`, `dH̃ = W̃ᵀ (Z̃ − W̃H̃) Ω̃`, block of columns by block of columns, in one fixed order
//! of additions and without fused operations: the same bits on every run.
//!
//! Within-class columns that are zero stay exactly zero: there `Z̃ = 0`, so the residual is `−W̃H̃ = 0` and both
//! their derivative `W̃ᵀ·0` and their part of `dW̃` vanish. This is why the class-constant frame, which leaves
//! them out, is the full flow and no approximation of it.

use std::cell::RefCell;

use crate::{
    matrices::{frame::Coordinates, softmax::Softmax},
    numerics::linear::{add_scaled, dot},
};

/// Columns treated at a time: their residuals stay in the first-level cache.
const BLOCK: usize = 256;

/// The flow, exact or projected, of one problem.
#[derive(Debug)]
pub(crate) struct Field {
    pub coordinates: Coordinates,
    pull: Pull,
    within: Vec<(usize, usize, usize)>,
    scratch: RefCell<(Vec<f64>, Vec<f64>)>,
}

/// What pulls the logits.
#[derive(Debug)]
enum Pull {
    /// The residual of the squared loss, or its projection on the row space of the labels.
    Labels { projected: bool },
    /// That of the cross-entropy.
    Softmax(Softmax),
}

impl Field {
    /// The flow of the squared loss, exact or projected.
    pub(crate) fn new(coordinates: Coordinates, projected: bool) -> Self {
        Self::with_pull(coordinates, Pull::Labels { projected })
    }

    /// The flow of the cross-entropy, labels smoothed by `smoothing`, in the class-constant frame or
    /// sample by sample: the softmax couples what differs within a class to the rest, so that its scatter is not enough.
    pub(crate) fn cross_entropy(coordinates: Coordinates, smoothing: f64) -> Self {
        let softmax = Softmax::new(&coordinates, smoothing);
        Self::with_pull(coordinates, Pull::Softmax(softmax))
    }

    fn with_pull(coordinates: Coordinates, pull: Pull) -> Self {
        let classes = coordinates.classes();
        let room = classes * BLOCK.max(classes);
        Self {
            within: coordinates.within_classes(),
            coordinates,
            pull,
            scratch: RefCell::new((vec![0.0; room], vec![0.0; room])),
        }
    }

    /// The weighted cross-entropy at `y`; `None` for a flow of the squared loss.
    pub(crate) fn loss(&self, y: &[f64]) -> Option<f64> {
        let Pull::Softmax(softmax) = &self.pull else {
            return None;
        };
        let classes = self.coordinates.classes();
        let (w, h) = y.split_at(classes * self.coordinates.dimension);
        Some(if self.by_samples() {
            softmax.loss_of_samples(&self.coordinates, w, h)
        } else {
            let mut negative = vec![0.0; classes * classes];
            self.residual(w, h, 0, classes, &mut negative);
            softmax.loss(&negative, &self.coordinates.class_weights)
        })
    }

    /// Writes the velocity at the unknowns `y` (`W̃` row by row, then `H̃` row by row) into `velocity`.
    pub(crate) fn velocity(&self, y: &[f64], velocity: &mut [f64]) {
        let classes = self.coordinates.classes();
        let split = classes * self.coordinates.dimension;
        let (w, h) = y.split_at(split);
        let (dw, dh) = velocity.split_at_mut(split);
        dw.fill(0.0);
        let mut scratch = self.scratch.borrow_mut();
        let (residual, weighted) = &mut *scratch;

        let curved = match &self.pull {
            Pull::Softmax(softmax) if self.by_samples() => {
                Some(softmax.curved(&self.coordinates, w, h))
            }
            _ => None,
        };
        self.residual(w, h, 0, classes, residual);
        if let Some(curved) = &curved {
            self.soften(curved, 0, classes, residual);
        }
        match &self.pull {
            Pull::Softmax(softmax) if curved.is_some() => softmax.add_labels(residual),
            Pull::Softmax(softmax) => softmax.residual(&mut residual[..classes * classes]),
            Pull::Labels { .. } => {
                for (i, sigma) in self.coordinates.target.iter().enumerate() {
                    residual[i * classes + i] += sigma;
                }
            }
        }
        self.mix(
            &residual[..classes * classes],
            &mut weighted[..classes * classes],
        );
        self.accumulate(w, h, 0, classes, weighted, dw, dh);

        for &(class, first, count) in &self.within {
            for start in (first..first + count).step_by(BLOCK) {
                let len = BLOCK.min(first + count - start);
                self.residual(w, h, start, len, residual);
                if let Some(curved) = &curved {
                    self.soften(curved, start, len, residual);
                }
                let weight = if self.projected() {
                    0.0
                } else {
                    self.coordinates.class_weights[class]
                };
                for value in &mut residual[..classes * len] {
                    *value *= weight;
                }
                self.accumulate(w, h, start, len, residual, dw, dh);
            }
        }
    }

    fn projected(&self) -> bool {
        matches!(self.pull, Pull::Labels { projected: true })
    }

    /// Whether samples of one class are held apart.
    fn by_samples(&self) -> bool {
        self.coordinates.columns > self.coordinates.classes()
    }

    /// Replaces `−W̃H̃` on `len` columns from `start` by `1/k − softmax`, of which `curved` holds what is not linear.
    fn soften(&self, curved: &[f64], start: usize, len: usize, residual: &mut [f64]) {
        let (classes, columns) = (self.coordinates.classes(), self.coordinates.columns);
        let rank = self.coordinates.rank();
        for (i, row) in residual.chunks_exact_mut(len).take(classes).enumerate() {
            if i == rank {
                row.fill(0.0); // probabilities sum to one
            } else {
                for (entry, curved) in row.iter_mut().zip(&curved[i * columns + start..]) {
                    *entry = *entry / classes as f64 - curved;
                }
            }
        }
    }

    /// `−W̃H̃` on `len` columns from `start`, rows of length `len`.
    fn residual(&self, w: &[f64], h: &[f64], start: usize, len: usize, out: &mut [f64]) {
        let (dimension, columns) = (self.coordinates.dimension, self.coordinates.columns);
        for (i, row) in out
            .chunks_exact_mut(len)
            .take(self.coordinates.classes())
            .enumerate()
        {
            row.fill(0.0);
            for l in 0..dimension {
                let features = &h[l * columns + start..][..len];
                add_scaled(row, -w[i * dimension + l], features);
            }
        }
    }

    /// The class-constant columns of the residual times their block of `Ω̃`; the projected flow keeps those in
    /// the row space of `Vᵀ` only.
    fn mix(&self, residual: &[f64], weighted: &mut [f64]) {
        let classes = self.coordinates.classes();
        let kept = if self.projected() {
            self.coordinates.rank()
        } else {
            classes
        };
        weighted.fill(0.0);
        for i in 0..classes {
            for j in 0..kept {
                let entry = &mut weighted[i * classes + j];
                for l in 0..classes {
                    *entry += residual[i * classes + l] * self.coordinates.omega[(l, j)];
                }
            }
        }
    }

    /// Adds the part of `dW̃` and writes the part of `dH̃` that belong to `len` columns from `start`.
    #[allow(clippy::too_many_arguments)]
    fn accumulate(
        &self,
        w: &[f64],
        h: &[f64],
        start: usize,
        len: usize,
        weighted: &[f64],
        dw: &mut [f64],
        dh: &mut [f64],
    ) {
        let (dimension, columns) = (self.coordinates.dimension, self.coordinates.columns);
        for l in 0..dimension {
            let features = &h[l * columns + start..][..len];
            let out = &mut dh[l * columns + start..][..len];
            out.fill(0.0);
            for (i, row) in weighted
                .chunks_exact(len)
                .take(self.coordinates.classes())
                .enumerate()
            {
                add_scaled(out, w[i * dimension + l], row);
                dw[i * dimension + l] += dot(row, features);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, loss, matrices::Frame};
    use nalgebra::DMatrix;
    use proptest::prelude::*;
    use ufm_theory::{
        problem::{ClassProfile, Weighting},
        spectrum::labels,
    };

    fn wave(rows: usize, columns: usize, seed: f64) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |i, j| {
            (seed * (1 + i * columns + j) as f64).sin()
        })
    }

    fn by_rows(matrix: &DMatrix<f64>) -> Vec<f64> {
        matrix.transpose().as_slice().to_vec()
    }

    proptest! {
        #[test]
        fn the_velocity_is_minus_the_gradient_in_the_frame(
            mut counts in prop::collection::vec(1_usize..8, 2..6),
            large in 1_usize..700, extra in 0_usize..3, gamma in 0.0..1.0_f64, seed in 1.0..9.0_f64,
        ) {
            counts[0] = large; // more than one block of columns
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let problem = Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap();
            let dimension = counts.len() - 1 + extra;
            let coordinates = Coordinates::new(&problem, dimension, Frame::Full).unwrap();
            let z = labels::simplex_encoded_labels(&counts);
            let weights: Vec<f64> = labels::sample_classes(&counts).into_iter()
                .map(|class| problem.class_weights()[class]).collect();
            let (w, h) = (wave(z.nrows(), dimension, seed), wave(dimension, z.ncols(), seed + 1.0));
            let (dw, dh) = loss::gradient(&z, &w, &h, &weights);
            let frame = |w: &DMatrix<f64>, h: &DMatrix<f64>| {
                let mut y = by_rows(&coordinates.classifier_in_frame(w));
                y.extend(coordinates.features_in_frame(&by_rows(h)));
                y
            };
            let expected = frame(&-dw, &-dh);
            let mut velocity = vec![0.0; coordinates.unknowns()];
            Field::new(coordinates.clone(), false).velocity(&frame(&w, &h), &mut velocity);
            let size = expected.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
            for (a, b) in velocity.iter().zip(&expected) {
                prop_assert!((a - b).abs() < 1e-11 * size, "{a} against {b}");
            }
        }

        #[test]
        fn the_cross_entropy_velocity_of_samples_is_minus_its_gradient(
            counts in prop::collection::vec(1_usize..8, 2..6), large in 2_usize..300,
            extra in 0_usize..3, gamma in 0.0..1.0_f64, seed in 1.0..9.0_f64, smoothing in 0.0..0.9_f64,
        ) {
            let mut counts = counts;
            counts[0] = large; // more than one block of columns
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let problem = Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap();
            let dimension = counts.len() - 1 + extra;
            let coordinates = Coordinates::new(&problem, dimension, Frame::Full).unwrap();
            let classes = labels::sample_classes(&counts);
            let k = counts.len();
            let y = DMatrix::from_fn(k, classes.len(), |c, i| {
                smoothing / k as f64 + if classes[i] == c { 1.0 - smoothing } else { 0.0 }
            });
            let weights: Vec<f64> = classes.iter().map(|&class| problem.class_weights()[class]).collect();
            // Columns of W that sum to zero: the frame's constant logits neither move nor matter.
            let mut w = wave(k, dimension, seed);
            for mut column in w.column_iter_mut() {
                let mean = column.mean();
                column.add_scalar_mut(-mean);
            }
            let h = wave(dimension, classes.len(), seed + 1.0);
            let (dw, dh) = loss::cross_entropy_gradient(&y, &w, &h, &weights);
            let frame = |w: &DMatrix<f64>, h: &DMatrix<f64>| {
                let mut y = by_rows(&coordinates.classifier_in_frame(w));
                y.extend(coordinates.features_in_frame(&by_rows(h)));
                y
            };
            let expected = frame(&-dw, &-dh);
            let mut velocity = vec![0.0; coordinates.unknowns()];
            let field = Field::cross_entropy(coordinates.clone(), smoothing);
            field.velocity(&frame(&w, &h), &mut velocity);
            let size = expected.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
            for (a, b) in velocity.iter().zip(&expected) {
                prop_assert!((a - b).abs() < 1e-11 * size, "{a} against {b}");
            }
            let plain = loss::weighted_cross_entropy(&y, &w, &h, &weights);
            prop_assert!((field.loss(&frame(&w, &h)).unwrap() / plain - 1.0).abs() < 1e-11);
        }
    }
}
