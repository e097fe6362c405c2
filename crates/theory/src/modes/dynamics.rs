//! Growth of one mode: the logistic equation `ṡ = 2λs(σ − s)`.
//!
//! The solution from `0 < s(0) < σ` is `s(t) = σ / (1 + (σ/s(0) − 1) e^(−2σλt))` (arXiv:2601.12011).
//! In log-odds of the fraction `x = s/σ` it is a straight line, `ln(x/(1−x)) = ln(x₀/(1−x₀)) + 2σλt`, and
//! that is how it is held here: exact to rounding from `s(0) = e^(−800)` to `σ − s = e^(−800)`.
//! Exact for vanilla training (`λ = 1`) and for the projected reweighted flow.

use crate::{
    TheoryError,
    numerics::logarithm::{ln_exp_minus_one, ln_one_plus_exp, logistic},
    problem::Start,
    spectrum::{Mode, StepSpectrum},
};

/// One mode's amplitude as a function of gradient-flow time `t`.
///
/// Claims: `logistic-solution`, `mode-decoupling`, `learning-time-limit`, `majority-first`, `scaled-start`.
///
/// ```
/// use ufm_theory::{modes::ModeDynamics, problem::Start};
/// let mode = ModeDynamics::new(2.0_f64.ln(), 0.0, &Start::plain(400.0)?)?; // σ = 2, λ = 1
/// assert_eq!(mode.ln_amplitude(0.0), -800.0);
/// let half = mode.half_amplitude_time();
/// assert!((mode.amplitude(half) - 1.0).abs() < 1e-12);
/// assert!((half / 400.0 - 0.5).abs() < 1e-3); // learned at δ/(σλ)
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModeDynamics {
    ln_sigma: f64,
    ln_rate: f64,
    initial_log_odds: f64,
}

impl ModeDynamics {
    /// The mode with singular value `e^ln_sigma` and effective weight `e^ln_lambda`.
    ///
    /// # Errors
    /// [`TheoryError::StartAboveTarget`] unless `s(0) < σ`.
    pub fn new(ln_sigma: f64, ln_lambda: f64, start: &Start) -> Result<Self, TheoryError> {
        let growth = start.ln_growth(ln_sigma);
        if growth > 0.0 {
            Ok(Self {
                ln_sigma,
                ln_rate: ln_sigma + ln_lambda,
                initial_log_odds: -ln_exp_minus_one(growth),
            })
        } else {
            Err(TheoryError::StartAboveTarget {
                ln_initial: start.ln_initial_amplitude(ln_sigma),
                ln_sigma,
            })
        }
    }

    /// The given mode of a STEP problem.
    ///
    /// # Errors
    /// [`TheoryError::StartAboveTarget`] unless `s(0) < σ`.
    pub fn of_step(
        spectrum: &StepSpectrum,
        mode: Mode,
        start: &Start,
    ) -> Result<Self, TheoryError> {
        Self::new(spectrum.ln_sigma(mode), spectrum.ln_lambda(mode), start)
    }

    /// `ln(x/(1−x))` of the fraction `x = s/σ` at time `t`.
    pub fn log_odds(&self, t: f64) -> f64 {
        self.initial_log_odds + 2.0 * self.rate() * t
    }

    /// `s(t)/σ`.
    pub fn fraction(&self, t: f64) -> f64 {
        logistic(self.log_odds(t))
    }

    /// `1 − s(t)/σ`, with full relative precision near convergence.
    pub fn residual(&self, t: f64) -> f64 {
        logistic(-self.log_odds(t))
    }

    /// `s(t)`.
    pub fn amplitude(&self, t: f64) -> f64 {
        self.ln_amplitude(t).exp()
    }

    /// `ln s(t)`, finite where `s(t)` underflows.
    pub fn ln_amplitude(&self, t: f64) -> f64 {
        self.ln_sigma - ln_one_plus_exp(-self.log_odds(t))
    }

    /// `ṡ(t) = 2λ s (σ − s)`, amplitude per unit of gradient-flow time.
    pub fn velocity(&self, t: f64) -> f64 {
        2.0 * self.rate() * self.amplitude(t) * self.residual(t)
    }

    /// The rate `σλ` per unit of gradient-flow time.
    pub fn rate(&self) -> f64 {
        self.ln_rate.exp()
    }

    /// The time at which `s = fraction · σ`; negative if the mode starts above that fraction.
    ///
    /// # Errors
    /// [`TheoryError::Fraction`] unless `0 < fraction < 1`.
    pub fn time_to_fraction(&self, fraction: f64) -> Result<f64, TheoryError> {
        if fraction > 0.0 && fraction < 1.0 {
            let log_odds = fraction.ln() - (-fraction).ln_1p();
            Ok((log_odds - self.initial_log_odds) / (2.0 * self.rate()))
        } else {
            Err(TheoryError::Fraction(fraction))
        }
    }

    /// The time at which `s = σ/2`: `ln(σ/s(0) − 1)/(2σλ)`; negative if the mode starts above half.
    pub fn half_amplitude_time(&self) -> f64 {
        -self.initial_log_odds / (2.0 * self.rate())
    }

    /// Logarithm of the half-amplitude time, finite where the rate over- or underflows;
    /// `NaN` if that time is negative.
    pub fn ln_half_amplitude_time(&self) -> f64 {
        (-self.initial_log_odds).ln() - std::f64::consts::LN_2 - self.ln_rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mode(sigma: f64, lambda: f64, delta: f64) -> ModeDynamics {
        ModeDynamics::new(sigma.ln(), lambda.ln(), &Start::plain(delta).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn the_logarithm_is_that_of_the_half_amplitude_time(
            sigma in 1.0..50.0_f64, lambda in 0.1..2.0_f64, delta in 0.5..300.0_f64,
        ) {
            let mode = mode(sigma, lambda, delta);
            prop_assume!(mode.half_amplitude_time() > 1e-3);
            prop_assert!((mode.ln_half_amplitude_time() - mode.half_amplitude_time().ln()).abs() < 1e-9);
        }

        #[test]
        fn plain_formula_where_it_does_not_overflow(
            sigma in 1.0..50.0_f64, lambda in 0.1..2.0_f64, delta in 0.5..10.0_f64, tau in 0.0..3.0_f64,
        ) {
            let t = tau * delta / (sigma * lambda);
            let s0 = (-2.0 * delta).exp();
            let plain = sigma / (1.0 + (sigma / s0 - 1.0) * (-2.0 * sigma * lambda * t).exp());
            let s = mode(sigma, lambda, delta);
            prop_assert!((s.amplitude(t) / plain - 1.0).abs() < 1e-12);
            prop_assert!((s.fraction(t) + s.residual(t) - 1.0).abs() < 1e-15);
        }

        #[test]
        fn time_to_a_fraction_is_the_inverse(
            sigma in 1.0..1e6_f64, delta in 1.0..400.0_f64, fraction in 1e-6..0.999999_f64,
        ) {
            let s = mode(sigma, 1.0, delta);
            let t = s.time_to_fraction(fraction).unwrap();
            prop_assert!((s.fraction(t) / fraction - 1.0).abs() < 1e-11);
        }
    }

    #[test]
    fn ends_at_zero_and_infinity() {
        let s = mode(1e6, 1.0, 400.0);
        assert_eq!(s.ln_amplitude(0.0), -800.0);
        assert_eq!(s.fraction(1.0), 1.0);
        assert!((s.amplitude(1.0) / 1e6 - 1.0).abs() < 1e-14);
        assert!(s.residual(5e-4) > 0.0 && s.residual(5e-4) < 1e-80);
    }

    #[test]
    fn velocity_is_the_derivative() {
        let s = mode(3.0, 0.5, 2.0);
        for t in [0.0, 0.7, 1.5, 3.0] {
            let h = 1e-5;
            let slope = (s.amplitude(t + h) - s.amplitude(t - h)) / (2.0 * h);
            assert!((slope - s.velocity(t)).abs() < 1e-8);
        }
    }

    #[test]
    fn a_start_above_the_target_is_refused() {
        let start = Start::plain(0.1).unwrap();
        assert!(matches!(
            ModeDynamics::new(-5.0, 0.0, &start),
            Err(TheoryError::StartAboveTarget { .. })
        ));
    }

    #[test]
    fn a_mode_is_at_neither_end_at_any_time() {
        for fraction in [0.0, 1.0, -0.5, 1.5, f64::NAN] {
            assert!(matches!(
                mode(1.0, 1.0, 1.0).time_to_fraction(fraction),
                Err(TheoryError::Fraction(_))
            ));
        }
    }
}
