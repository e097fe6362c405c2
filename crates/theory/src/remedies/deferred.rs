//! Deferred re-weighting: no weights up to a time `t₁`, weights after it (the schedule of LDAM-DRW, Cao et al., arXiv:1906.07413).
//!
//! In the projected flow each mode stays logistic, with the rate `σ` before and `σλ` after, so that what is added to its log-odds adds up:
//!
//! ```text
//! ln(x/(1 − x)) = ln(x₀/(1 − x₀)) + 2σ min(t, t₁) + 2σλ max(t − t₁, 0),        x = s/σ.
//! ```
//!
//! Half of it is learned at the vanilla time `T = ln(σ/s(0) − 1)/(2σ)` if that is before `t₁`, and at `t₁ + (T − t₁)/λ` otherwise. In the limit of small
//! starts, times in units of `δ`, `T = 1/σ`. A majority mode is learned by `1/√R`, so weights that begin after that come too late for it: whatever they are,
//! some mode is learned at `τ₁` or later, and
//!
//! ```text
//! relative window ≥ τ₁ √R − 1      if 1/√R ≤ τ₁ ≤ 1,
//! ```
//!
//! unbounded for any `τ₁ > 0`. Weights have to begin within the first `1/√R` to matter to it. (`n_min = 1`; the margins by class that LDAM adds are not modelled.)
//! Source: this project.

use crate::{
    TheoryError,
    modes::{ModeDynamics, learning_time},
    problem::{ImbalanceRatio, Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
    windows,
};

/// Half-amplitude time of a mode of the projected flow whose weights begin at `from`, in gradient-flow time; `from` below 0 counts as 0.
///
/// Claims: `deferred-weights`.
///
/// ```
/// use ufm_theory::{problem::{Start, StepProfile, Weighting}, remedies::deferred, spectrum::Mode};
/// let (step, start) = (StepProfile::halves(4, 100.0)?, Start::scaled(400.0)?);
/// let half = |from| deferred::half_amplitude_time(&step, &Weighting::power(0.5)?, Mode::Majority, &start, from);
/// assert!((half(0.0)? / 400.0 - 1.0).abs() < 1e-12);   // weights from the beginning: with the minority
/// assert!((half(20.0)? / 400.0 - 0.55).abs() < 1e-12); // half way
/// assert!((half(200.0)? / 400.0 - 0.1).abs() < 1e-12); // too late
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::StartAboveHalf`] unless `s(0) < σ/2`.
pub fn half_amplitude_time(
    step: &StepProfile,
    weighting: &Weighting,
    mode: Mode,
    start: &Start,
    from: f64,
) -> Result<f64, TheoryError> {
    let plain = StepSpectrum::new(step, &Weighting::vanilla());
    start.ln_growth_to_half(plain.ln_sigma(mode))?;
    let vanilla = ModeDynamics::of_step(&plain, mode, start)?.half_amplitude_time();
    let lambda = StepSpectrum::new(step, weighting).lambda(mode);
    Ok(switched(vanilla, lambda, from))
}

/// Limiting learning time in units of `δ`, of weights that begin at `from` in the same units.
///
/// Claims: `deferred-weights`.
///
/// ```
/// use ufm_theory::{problem::{StepProfile, Weighting}, remedies::deferred, spectrum::Mode};
/// let (step, half) = (StepProfile::halves(4, 1e4)?, Weighting::power(0.5)?);
/// let time = |mode, from| deferred::limiting(&step, &half, mode, from);
/// assert!((time(Mode::Majority, 0.004) - 0.604).abs() < 1e-12); // 1 − τ₁(√R − 1)
/// assert!((time(Mode::Majority, 0.02) - 0.01).abs() < 1e-12);   // 1/√R, as without weights
/// assert_eq!(time(Mode::Minority, 0.02), 1.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn limiting(step: &StepProfile, weighting: &Weighting, mode: Mode, from: f64) -> f64 {
    let vanilla = learning_time::limiting(&StepSpectrum::new(step, &Weighting::vanilla()), mode);
    let lambda = StepSpectrum::new(step, weighting).lambda(mode);
    switched(vanilla, lambda, from)
}

/// Relative window of [`limiting`] over the modes that exist.
///
/// Claims: `deferred-weights`.
///
/// ```
/// use ufm_theory::{problem::{StepProfile, Weighting}, remedies::deferred, windows};
/// let (step, half) = (StepProfile::halves(4, 1e4)?, Weighting::power(0.5)?);
/// assert!((deferred::limiting_relative(&step, &half, 0.0) - windows::reweighted_relative(step.ratio())).abs() < 1e-12);
/// assert!((deferred::limiting_relative(&step, &half, 0.1) - 99.0).abs() < 1e-9);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn limiting_relative(step: &StepProfile, weighting: &Weighting, from: f64) -> f64 {
    let spectrum = StepSpectrum::new(step, weighting);
    let ln_time = |mode| (mode, limiting(step, weighting, mode, from).ln());
    windows::from_ln_times(spectrum.modes().map(ln_time)).relative
}

/// What the relative window is at least, whatever the weights, if they begin at `from` with `1/√R ≤ from ≤ 1` (in units of `δ`, `n_min = 1`): `τ₁√R − 1`.
///
/// Claims: `deferred-weights`.
///
/// ```
/// use ufm_theory::{problem::ImbalanceRatio, remedies::deferred};
/// assert!((deferred::least_relative(ImbalanceRatio::new(1e4)?, 0.5) - 49.0).abs() < 1e-12);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn least_relative(ratio: ImbalanceRatio, from: f64) -> f64 {
    from * (0.5 * ratio.ln()).exp() - 1.0
}

/// When a mode whose time is `vanilla` is learned if its rate is multiplied by `lambda` from `from` on.
fn switched(vanilla: f64, lambda: f64, from: f64) -> f64 {
    let from = from.max(0.0);
    if vanilla <= from {
        vanilla
    } else {
        from + (vanilla - from) / lambda
    }
}
