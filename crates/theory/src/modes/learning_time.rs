//! When a mode is learned.
//!
//! As `δ → ∞` the fraction `s(δτ)/σ` tends to 0 for `τ < T` and to 1 for `τ > T`, where `T = 1/(σλ)` is the
//! *learning time* (arXiv:2601.12011); it is measured in units of `δ`. At finite `δ` the
//! *half-amplitude time* ([`ModeDynamics::half_amplitude_time`]) plays its part, in gradient-flow time.

use crate::{
    TheoryError,
    modes::ModeDynamics,
    problem::Start,
    spectrum::{Mode, StepSpectrum},
};

/// Limiting learning time `T = 1/(σλ)`, in units of `δ`.
///
/// Claims: `learning-time-limit`, `majority-first`, `reversed-order`, `exact-window-closes`.
///
/// ```
/// use ufm_theory::{modes::learning_time, problem::{StepProfile, Weighting}, spectrum::{Mode, StepSpectrum}};
/// let spectrum = StepSpectrum::new(&StepProfile::halves(4, 100.0)?, &Weighting::vanilla());
/// assert!((learning_time::limiting(&spectrum, Mode::Majority) - 0.1).abs() < 1e-15);
/// assert_eq!(learning_time::limiting(&spectrum, Mode::Minority), 1.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn limiting(spectrum: &StepSpectrum, mode: Mode) -> f64 {
    (-spectrum.ln_rate(mode)).exp()
}

/// Half-amplitude time divided by `δ`: the finite-`δ` learning time, in units of `δ`.
///
/// Claims: `learning-time-limit`, `majority-first`.
///
/// # Errors
/// [`TheoryError::StartAboveTarget`] unless `s(0) < σ`.
pub fn normalised(spectrum: &StepSpectrum, mode: Mode, start: &Start) -> Result<f64, TheoryError> {
    let dynamics = ModeDynamics::of_step(spectrum, mode, start)?;
    Ok(dynamics.half_amplitude_time() / start.delta())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{StepProfile, Weighting};
    use proptest::prelude::*;

    proptest! {
        /// For large `δ` it is `(1 + ln σ/(2δ))/(σλ)` from the spectral start and `1/(σλ)` from the scaled one, but for `O(e^(−2δ)/δ)`.
        #[test]
        fn the_finite_time_is_the_limit_and_one_term(
            ln_ratio in 0.0..27.0_f64, delta in 8.0..400.0_f64, gamma in 0.0..1.0_f64, scaled: bool,
        ) {
            let step = StepProfile::halves(4, ln_ratio.exp()).unwrap();
            let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma).unwrap());
            let start = if scaled { Start::scaled(delta) } else { Start::plain(delta) }.unwrap();
            for mode in Mode::ALL {
                let exact = normalised(&spectrum, mode, &start).unwrap();
                let term = if scaled { 0.0 } else { spectrum.ln_sigma(mode) / (2.0 * delta) };
                let expanded = limiting(&spectrum, mode) * (1.0 + term);
                prop_assert!((exact / expanded - 1.0).abs() < (-2.0 * delta).exp() + 1e-13);
            }
        }
    }
}
