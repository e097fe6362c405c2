//! Per-class normalised descent: each class moves the parameters at speed one (Francazi, Baity-Jesi & Lucchi, arXiv:2207.00391).
//!
//! Let `g_c` be the gradient, in `W` and `H` together, of the loss of class `c`. The flow is minus the sum of `g_c/‖g_c‖`. Constant on classes, with
//! residual `r_c` and `f_c = √n_c h_c`,
//!
//! ```text
//! g_c = −√n_c (r_c f_cᵀ, Wᵀ r_c),     ‖g_c‖ = √n_c · √(‖r_c‖² ‖f_c‖² + ‖Wᵀr_c‖²),
//! Ẇ = Σ_c r_c f_cᵀ/ĝ_c,     ḟ_c = Wᵀ r_c/ĝ_c,     ĝ_c = √(‖r_c‖² ‖f_c‖² + ‖Wᵀr_c‖²):
//! ```
//!
//! *counts cancel* (and so do weights), and are left in the targets `W f_c → √n_c z_c` alone. While residuals are those of zero logits all classes
//! are alike, and with one amplitude `w` for all modes `ẇ = 1/√((1 − 1/k)(2 − 1/k))`: growth is linear as in [`super::spectral_descent`], what has the
//! larger target is learned later, and for `R = 1` this holds until the end. As all modes grow alike their proportions in the start are kept, so that
//! windows depend on its shape however small it is: for `R > 1` they are simulated only. Source: this project.

use crate::{
    TheoryError,
    problem::{Start, StepProfile},
};

/// `1/√((1 − 1/k)(2 − 1/k))`, the speed of the amplitudes of `W` and `H` while the classes are alike.
///
/// Claims: `normalised-descent`, through [`half_amplitude_time_balanced`].
///
/// ```
/// use ufm_theory::{problem::StepProfile, remedies::class_normalised};
/// assert!((class_normalised::speed(&StepProfile::halves(4, 1.0)?) - (0.75 * 1.75_f64).sqrt().recip()).abs() < 1e-15);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn speed(step: &StepProfile) -> f64 {
    let share = 1.0 / step.classes() as f64;
    ((1.0 - share) * (2.0 - share)).sqrt().recip()
}

/// Half-amplitude time of every mode at `R = 1`, `(√(σ/2) − √s(0))/speed` with `σ² = n`; of the classes of a STEP profile as if all had `n_min` samples.
///
/// Claims: `normalised-descent`.
///
/// ```
/// use ufm_theory::{problem::{Start, StepProfile}, remedies::class_normalised};
/// let time = class_normalised::half_amplitude_time_balanced(&StepProfile::halves(4, 1.0)?, &Start::plain(400.0)?)?;
/// assert!((time - (0.5 * 0.75 * 1.75_f64).sqrt()).abs() < 1e-15);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::StartAboveHalf`] unless `s(0) < σ/2`.
pub fn half_amplitude_time_balanced(step: &StepProfile, start: &Start) -> Result<f64, TheoryError> {
    let ln_sigma = 0.5 * step.minority_size().ln();
    let distance = super::spectral_descent::half_amplitude_time(ln_sigma, start)?;
    Ok(distance / speed(step))
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;

    /// With `W = w Z` and `f_c = w z_c`, `Z = I − 11ᵀ/k`, and the residuals of zero logits, `Ẇ = Σ_c z_c f_cᵀ/ĝ_c` is `speed · Z`.
    #[test]
    fn the_speed_is_that_of_the_normalised_gradients() {
        for classes in [2, 3, 10] {
            let residuals = DMatrix::from_fn(classes, classes, |i, c| {
                f64::from(i == c) - 1.0 / classes as f64
            });
            let layer = &residuals * 0.3;
            let mut velocity = DMatrix::zeros(classes, classes);
            for (residual, feature) in residuals.column_iter().zip(layer.column_iter()) {
                let of_layer = residual * feature.transpose();
                let of_feature = layer.tr_mul(&residual);
                velocity += &of_layer / of_layer.norm().hypot(of_feature.norm());
            }
            let majority = classes - 1;
            let found = speed(&StepProfile::new(majority, 1, 5.0).unwrap());
            assert!((velocity - residuals * found).amax() < 1e-14);
        }
    }

    #[test]
    fn the_way_to_half_is_gone_at_that_speed() {
        let step = StepProfile::new(2, 1, 1.0)
            .unwrap()
            .with_minority_size(4.0)
            .unwrap();
        // From e⁻² to 1 = √(σ/2), with σ = √4.
        let time = half_amplitude_time_balanced(&step, &Start::plain(2.0).unwrap()).unwrap();
        let speed = (9.0 / 10.0_f64).sqrt();
        assert!((time * speed - (1.0 - (-2.0_f64).exp())).abs() < 1e-14);
    }
}
