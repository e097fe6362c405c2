//! The class-constant directions of the spectral frame, and the weights along them.

use nalgebra::DMatrix;

use crate::Problem;

/// Entries this much smaller than their rows and columns allow are rounding, and set to zero: a mode
/// that starts at `e^(−300)` must not be seeded by another's `1e-16`.
const ROUNDING: f64 = 1e-12;

/// `[U, 1/√k]` and the class-constant part of `Q` in units of `1/√n_c`.
pub(crate) fn directions(problem: &Problem) -> (DMatrix<f64>, DMatrix<f64>) {
    let classes = problem.classes();
    let sizes = problem.profile().sizes();
    let svd = problem.svd();
    let inverse_total: f64 = sizes.iter().map(|n| 1.0 / n).sum();
    let null = 1.0 / (classes as f64).sqrt();
    let left = DMatrix::from_fn(classes, classes, |class, i| {
        if i < classes - 1 {
            svd.left()[(class, i)]
        } else {
            null
        }
    });
    let right = DMatrix::from_fn(classes, classes, |class, i| {
        if i < classes - 1 {
            sizes[class].sqrt() * left[(class, i)] / svd.singular_values()[i]
        } else {
            1.0 / (sizes[class] * inverse_total).sqrt()
        }
    });
    (left, right)
}

/// `Q̂ᵀ diag(ω) Q̂`, rounding set to zero.
pub(crate) fn weights_in_frame(right: &DMatrix<f64>, class_weights: &[f64]) -> DMatrix<f64> {
    let classes = class_weights.len();
    let entry = |i: usize, j: usize| -> f64 {
        (0..classes)
            .map(|c| class_weights[c] * right[(c, i)] * right[(c, j)])
            .sum()
    };
    DMatrix::from_fn(classes, classes, |i, j| {
        let (low, high) = (i.min(j), i.max(j)); // the same bits on both sides of the diagonal
        let value = entry(low, high);
        let size = entry(i, i).sqrt() * entry(j, j).sqrt();
        if value.abs() < ROUNDING * size {
            0.0
        } else {
            value
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ufm_theory::problem::{StepProfile, Weighting};

    #[test]
    fn step_weights_mix_the_contrast_mode_only() {
        let step = StepProfile::new(3, 2, 50.0).unwrap();
        let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
        let omega = weights_in_frame(&directions(&problem).1, problem.class_weights());
        for i in 0..5 {
            for j in 0..5 {
                let mixed = i == j || (i.min(j), i.max(j)) == (2, 4); // contrast with q
                assert_eq!(omega[(i, j)] != 0.0, mixed, "entry ({i}, {j})");
            }
        }
        // What is rounding is so in any unit of the weights.
        for unit in [-200, 200].map(|power| 2.0_f64.powi(power)) {
            let weights: Vec<f64> = problem.class_weights().iter().map(|w| w * unit).collect();
            let scaled = weights_in_frame(&directions(&problem).1, &weights);
            assert_eq!(scaled, &omega * unit);
        }
    }
}
