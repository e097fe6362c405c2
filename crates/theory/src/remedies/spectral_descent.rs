//! Spectral descent: steps along the polar factor of the gradient, as Muon takes.
//!
//! `Ẇ` and `Ḣ` are the polar factors `PQᵀ` of minus the gradients `PSQᵀ` (singular values that are zero left out). From a spectral start
//! `W = U diag(w) Qᵀ`, `H = Q diag(w) Vᵀ` of the squared loss without weights the gradient of `W` is `−U diag((σ − s) w) Qᵀ`, so all that is not yet
//! learned grows at speed one whatever its singular value,
//!
//! ```text
//! w_i(t) = w_i(0) + t,      s_i(t) = min(σ_i, (w_i(0) + t)²),
//! ```
//!
//! half of it at `√(σ_i/2) − w_i(0)`: *smallest singular value first, the majority last*. From the scaled start `w_i(0) = √σ_i e^(−δ)` these times have
//! the ratios `√(σ_i/σ_j)` at every `δ`, and from the plain start `w_i(0) = e^(−δ)` in the limit, so that the relative window of a STEP problem is
//! `R^(¼) − 1`. It is narrower than the `√R − 1` of gradient flow, and unbounded; and the times do not grow with `δ`.
//!
//! In discrete steps a learned mode moves to and fro by the step size, and momentum and unequal step sizes for `W` and `H`, which the method has in practice, are
//! not modelled (other speeds `α`, `β` of `W` and `H` divide all half times by `√(αβ)` in the limit of small starts). Source: this project, of the method studied on imbalanced data by Vasudeva, Deora, Zhao, Sharan & Thrampoulidis,
//! arXiv:2510.22980, who show for a mixture of Gaussians that it learns all principal components at equal rates: here too all amplitudes grow at one rate, and targets differ.

use crate::{
    TheoryError,
    problem::{ImbalanceRatio, Start},
};

/// `s(t)` of the mode with singular value `σ = e^ln_sigma` from a start below it, in the time in which amplitudes of `W` and `H` grow at speed one.
///
/// Claims: `spectral-descent`.
///
/// ```
/// use ufm_theory::{problem::Start, remedies::spectral_descent};
/// let start = Start::plain(400.0)?;
/// assert!((spectral_descent::amplitude(0.0, &start, 0.5)? - 0.25).abs() < 1e-15);
/// assert_eq!(spectral_descent::amplitude(0.0, &start, 3.0)?, 1.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::StartAboveHalf`] unless `s(0) < σ/2`.
pub fn amplitude(ln_sigma: f64, start: &Start, time: f64) -> Result<f64, TheoryError> {
    start.ln_growth_to_half(ln_sigma)?;
    let layer = (0.5 * start.ln_initial_amplitude(ln_sigma)).exp() + time;
    Ok((layer * layer).min(ln_sigma.exp()))
}

/// Half-amplitude time of the mode with singular value `σ = e^ln_sigma`, `√(σ/2) − √s(0)`; relative error a few roundings over `1 − √(2 s(0)/σ)`.
///
/// Claims: `spectral-descent`.
///
/// ```
/// use ufm_theory::{problem::Start, remedies::spectral_descent};
/// let half = |sigma: f64, delta| spectral_descent::half_amplitude_time(sigma.ln(), &Start::plain(delta)?);
/// assert!((half(2.0, 400.0)? - 1.0).abs() < 1e-15); // whatever δ, once it is large
/// assert!(half(10.0, 8.0)? > half(1.0, 8.0)?);      // the majority last
/// assert!(half(1.0, 0.3).is_err());
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::StartAboveHalf`] unless `s(0) < σ/2`.
pub fn half_amplitude_time(ln_sigma: f64, start: &Start) -> Result<f64, TheoryError> {
    let growth = start.ln_growth_to_half(ln_sigma)?;
    let half = (0.5 * (ln_sigma - std::f64::consts::LN_2)).exp();
    Ok(-half * (-0.5 * growth).exp_m1())
}

/// Relative window of a STEP problem with two classes or more in each group, `R^(¼) − 1`: from the scaled start at every `δ`, from the plain one as `δ → ∞`.
///
/// Claims: `spectral-descent`.
///
/// ```
/// use ufm_theory::{problem::ImbalanceRatio, remedies::spectral_descent};
/// assert!((spectral_descent::limiting_relative(ImbalanceRatio::new(1e4)?) - 9.0).abs() < 1e-13);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn limiting_relative(ratio: ImbalanceRatio) -> f64 {
    (0.25 * ratio.ln()).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From `s(0) = σ/4` and from `s(0) = 1/4`, where nothing is negligible.
    #[test]
    fn the_square_root_grows_at_speed_one_until_the_mode_is_learned() {
        let delta = std::f64::consts::LN_2;
        for sigma in [1.0_f64, 2.0, 5.0, 30.0] {
            for (start, layer) in [
                (Start::plain(delta).unwrap(), 0.5),
                (Start::scaled(delta).unwrap(), 0.5 * sigma.sqrt()),
            ] {
                let at = |time| amplitude(sigma.ln(), &start, time).unwrap();
                for time in [0.0, 0.1, 0.3] {
                    let stated = (layer + time).powi(2).min(sigma);
                    assert!((at(time) / stated - 1.0).abs() < 1e-14, "{sigma}, {time}");
                }
                assert!((at(10.0) / sigma - 1.0).abs() < 1e-14);
                let half = half_amplitude_time(sigma.ln(), &start).unwrap();
                assert!((half - ((0.5 * sigma).sqrt() - layer)).abs() < 1e-14);
                assert!((at(half) / (0.5 * sigma) - 1.0).abs() < 1e-14);
            }
        }
    }
}
