//! The learning window: how far apart the modes of a problem are learned.
//!
//! Two measures, never to be confused:
//! - *relative*, `ΔT = T_last/T_first − 1`: `√R − 1` for vanilla training, unbounded in `R`; below `√2 − 1` for
//!   `γ = ½` and equal halves;
//! - *absolute*, `T_last − T_first`, in units of `δ`: `1 − 1/√R` for vanilla training, bounded.

pub mod least_spread;

use crate::{
    TheoryError,
    modes::ModeDynamics,
    problem::{ImbalanceRatio, Start},
    spectrum::{Mode, StepSpectrum},
};

/// `√2 − 1`, the supremum over `R` of the relative window at `γ = ½` and equal halves; never attained.
///
/// Claims: `window-bound`, `exact-window`, `cross-entropy-window`.
pub const SUPREMUM: f64 = std::f64::consts::SQRT_2 - 1.0;

/// Relative window of vanilla training on a STEP profile, `√R − 1` (arXiv:2601.12011).
///
/// Claims: `vanilla-window`, `simulated-windows`.
pub fn vanilla_relative(ratio: ImbalanceRatio) -> f64 {
    (0.5 * ratio.ln()).exp_m1()
}

/// Absolute window of vanilla training on a STEP profile with `n_min = 1`, `1 − 1/√R`, in units of `δ`.
///
/// Claims: `vanilla-window`.
pub fn vanilla_absolute(ratio: ImbalanceRatio) -> f64 {
    -(-0.5 * ratio.ln()).exp_m1()
}

/// Relative window at `γ = ½` and equal halves, `√(2(R+1))/(√R + 1) − 1` (arXiv:2601.12011).
///
/// Claims: `window-bound`, `simulated-windows`.
///
/// Evaluated as `√(1 + q²) − 1` with `q = (√R − 1)/(√R + 1) = tanh(¼ ln R)` (this project), free of
/// cancellation at `R = 1` and of overflow.
///
/// ```
/// use ufm_theory::{problem::ImbalanceRatio, windows};
/// let r = ImbalanceRatio::new(100.0)?;
/// assert!((windows::reweighted_relative(r) - (202.0_f64.sqrt() / 11.0 - 1.0)).abs() < 1e-15);
/// assert_eq!(windows::reweighted_relative(ImbalanceRatio::new(1.0)?), 0.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn reweighted_relative(ratio: ImbalanceRatio) -> f64 {
    let q2 = (0.25 * ratio.ln()).tanh().powi(2);
    q2 / (1.0 + (1.0 + q2).sqrt())
}

/// `√2 − 1 − ΔT(R)` at `γ = ½` and equal halves: positive for every `R`, with full relative precision
/// where the difference itself would round to zero. Equal to `(1 − q²)/(√2 + √(1 + q²))`.
///
/// Claims: `window-bound`.
pub fn reweighted_gap(ratio: ImbalanceRatio) -> f64 {
    let q2 = (0.25 * ratio.ln()).tanh().powi(2);
    let sech2 = (0.25 * ratio.ln()).cosh().powi(-2); // 1 − q²
    sech2 / (std::f64::consts::SQRT_2 + (1.0 + q2).sqrt())
}

/// Relative window at `γ = ½` for a share `p = k_min/k` of minority classes (this project):
/// `√(pR + 1 − p)/(p√R + 1 − p) − 1`, increasing in `R` and below `1/√p − 1`.
///
/// Claims: `split-window`, `exact-window-bound`.
///
/// Holds where the window is set by the contrast mode, that is, when some group has at least two
/// classes. `p = ½` is [`reweighted_relative`].
pub fn reweighted_relative_split(ratio: ImbalanceRatio, minority_share: MinorityShare) -> f64 {
    let p = minority_share.get();
    let excess = (0.5 * ratio.ln()).exp_m1(); // √R − 1
    // The squared coefficient of variation of √R^B, B ~ Bernoulli(p).
    let variation = (p * (1.0 - p)).sqrt() * excess / (1.0 + p * excess);
    let v2 = variation * variation;
    v2 / (1.0 + (1.0 + v2).sqrt())
}

/// The supremum over `R` of [`reweighted_relative_split`], `1/√p − 1`; never attained.
///
/// Claims: `split-window`, `exact-window-bound`.
pub fn supremum_split(minority_share: MinorityShare) -> f64 {
    minority_share.get().sqrt().recip() - 1.0
}

/// The share `p = k_min/k` of minority classes, strictly between 0 and 1.
///
/// Claims: `split-window`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MinorityShare(f64);

impl MinorityShare {
    /// Accepts `0 < share < 1`.
    ///
    /// # Errors
    /// [`TheoryError::Fraction`] otherwise.
    pub fn new(share: f64) -> Result<Self, TheoryError> {
        if share > 0.0 && share < 1.0 {
            Ok(Self(share))
        } else {
            Err(TheoryError::Fraction(share))
        }
    }

    /// The number itself.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// A learning window: its two measures and the modes at its ends.
///
/// Claims: `vanilla-window`, `optimal-exponent`, through [`limiting`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningWindow {
    /// `T_last/T_first − 1`.
    pub relative: f64,
    /// `T_last − T_first`, in units of `δ`.
    pub absolute: f64,
    /// The mode learned first.
    pub first: Mode,
    /// The mode learned last.
    pub last: Mode,
}

/// The window in the limit `δ → ∞`, from `T = 1/(σλ)`, for any STEP problem and exponent.
///
/// Claims: `vanilla-window`, `window-bound`, `split-window`, `optimal-exponent`.
pub fn limiting(spectrum: &StepSpectrum) -> LearningWindow {
    from_ln_times(spectrum.modes().map(|mode| (mode, -spectrum.ln_rate(mode))))
}

/// The window at finite `δ`, from half-amplitude times of the projected flow.
///
/// Claims: `scaled-start`.
///
/// # Errors
/// [`TheoryError::StartAboveHalf`] unless every mode starts below half its singular value.
pub fn at_scale(spectrum: &StepSpectrum, start: &Start) -> Result<LearningWindow, TheoryError> {
    let times: Vec<(Mode, f64)> = spectrum
        .modes()
        .map(|mode| {
            start.ln_growth_to_half(spectrum.ln_sigma(mode))?;
            let dynamics = ModeDynamics::of_step(spectrum, mode, start)?;
            let ln_time = dynamics.ln_half_amplitude_time() - start.delta().ln();
            Ok((mode, ln_time))
        })
        .collect::<Result<_, _>>()?;
    Ok(from_ln_times(times.into_iter()))
}

/// The window of modes whose times have these logarithms.
pub(crate) fn from_ln_times(times: impl Iterator<Item = (Mode, f64)>) -> LearningWindow {
    let none = (
        Mode::Contrast,
        f64::INFINITY,
        Mode::Contrast,
        f64::NEG_INFINITY,
    );
    let (first, ln_first, last, ln_last) = times.fold(none, |mut ends, (mode, ln_time)| {
        if ln_time < ends.1 {
            (ends.0, ends.1) = (mode, ln_time);
        }
        if ln_time > ends.3 {
            (ends.2, ends.3) = (mode, ln_time);
        }
        ends
    });
    let relative = (ln_last - ln_first).exp_m1();
    LearningWindow {
        relative,
        absolute: ln_first.exp() * relative,
        first,
        last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{StepProfile, Weighting};
    use proptest::prelude::*;

    fn spectrum(majority: usize, minority: usize, ratio: f64, gamma: f64) -> StepSpectrum {
        StepSpectrum::new(
            &StepProfile::new(majority, minority, ratio).unwrap(),
            &Weighting::power(gamma).unwrap(),
        )
    }

    #[test]
    fn of_modes_learned_together_the_first_is_named() {
        let times = [Mode::Majority, Mode::Contrast, Mode::Minority].map(|mode| (mode, 0.3));
        let window = from_ln_times(times.into_iter());
        assert_eq!(
            (window.first, window.last),
            (Mode::Majority, Mode::Majority)
        );
        assert_eq!((window.relative, window.absolute), (0.0, 0.0));
    }

    proptest! {
        #[test]
        fn any_split_approaches_its_supremum(p in 0.01..0.99_f64) {
            let share = MinorityShare::new(p).unwrap();
            let supremum = supremum_split(share);
            let at = |ratio| reweighted_relative_split(ImbalanceRatio::new(ratio).unwrap(), share);
            prop_assert!(at(1e6) < supremum);
            prop_assert!((at(1e40) / supremum - 1.0).abs() < 1e-13);
        }

        #[test]
        fn windows_at_large_scales_are_the_limiting_ones(
            majority in 2_usize..9, minority in 2_usize..9, ln_ratio in 0.1..14.0_f64, gamma in 0.0..1.0_f64,
        ) {
            let spectrum = spectrum(majority, minority, ln_ratio.exp(), gamma);
            let (limit, found) = (limiting(&spectrum), at_scale(&spectrum, &Start::scaled(1e9).unwrap()).unwrap());
            prop_assert!((found.relative - limit.relative).abs() < 1e-7 * (1.0 + limit.relative));
            prop_assert!((found.absolute - limit.absolute).abs() < 1e-7 * (1.0 + limit.absolute));
        }

        #[test]
        fn formulas_agree_with_the_spectrum(ln_ratio in 0.0..60.0_f64, half in 2_usize..12) {
            let ratio = ImbalanceRatio::new(ln_ratio.exp()).unwrap();
            let vanilla = limiting(&spectrum(half, half, ratio.get(), 0.0));
            prop_assert!((vanilla.relative - vanilla_relative(ratio)).abs() <= 1e-13 * (1.0 + vanilla.relative));
            prop_assert!((vanilla.absolute - vanilla_absolute(ratio)).abs() < 1e-13);
            let reweighted = limiting(&spectrum(half, half, ratio.get(), 0.5));
            prop_assert!((reweighted.relative - reweighted_relative(ratio)).abs() < 1e-13);
            prop_assert!((SUPREMUM - reweighted_relative(ratio) - reweighted_gap(ratio)).abs() < 1e-15);
            prop_assert!(reweighted_gap(ratio) > 0.0);
        }

        #[test]
        fn any_split(ln_ratio in 0.0..30.0_f64, majority in 2_usize..12, minority in 1_usize..12) {
            let ratio = ImbalanceRatio::new(ln_ratio.exp()).unwrap();
            let share = MinorityShare::new(minority as f64 / (majority + minority) as f64).unwrap();
            let from_rates = limiting(&spectrum(majority, minority, ratio.get(), 0.5)).relative;
            let formula = reweighted_relative_split(ratio, share);
            prop_assert!((from_rates - formula).abs() < 1e-12 * (1.0 + formula));
            prop_assert!(formula <= supremum_split(share));
        }
    }

    #[test]
    fn huge_ratios() {
        let ratio = ImbalanceRatio::new(f64::MAX).unwrap();
        assert!(reweighted_gap(ratio) > 0.0);
        assert!((reweighted_relative(ratio) - SUPREMUM).abs() < 1e-15);
        let half = MinorityShare::new(0.5).unwrap();
        assert!((reweighted_relative_split(ratio, half) - SUPREMUM).abs() < 1e-15);
    }

    #[test]
    fn no_window_without_imbalance_or_with_one_mode() {
        assert!(limiting(&spectrum(3, 3, 1.0, 0.0)).relative.abs() < 1e-15);
        assert_eq!(limiting(&spectrum(1, 1, 50.0, 0.0)).relative, 0.0);
    }

    #[test]
    fn a_start_above_half_has_no_window() {
        let step = spectrum(2, 2, 4.0, 0.0);
        for delta in [0.01, 0.3] {
            let start = Start::scaled(delta).unwrap();
            let ln_fraction = -2.0 * delta;
            let expected = Err(TheoryError::StartAboveHalf { ln_fraction });
            assert_eq!(at_scale(&step, &start), expected);
            assert!(at_scale(&step, &Start::plain(0.1 * delta).unwrap()).is_err());
        }
    }
}
