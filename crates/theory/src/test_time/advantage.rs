//! The course of what weights give the minority on fresh samples, at any scale of the start: when it is largest, and when it is gone.
//!
//! Among minority classes the margin is a logistic mode, with and without weights, so that the advantage is the difference of two logistic functions,
//! `A(t) = g [x(2ρ_γ t − ℓ) − x(2ρ_0 t − ℓ)]`, `x(y) = 1/(1 + e^(−y))`, of the same start, `ℓ = ln(√n' e^(2δ) − 1)`. With `q = ρ_γ/ρ_0` and `u = ρ_0 t`
//! it grows while `cosh(qu − ℓ/2) < √q cosh(u − ℓ/2)` and falls from then on: one maximum, near `t = (ℓ + ½ ln q)/(ρ_γ + ρ_0)`, so that as `δ → ∞` it
//! is at the harmonic mean of the two learning times, `2δ/(ρ_γ + ρ_0)`; its size tends to `g(n_min)`, and of that a share is left until the same share of the
//! minority is left to learn without weights.

use crate::{
    TheoryError,
    features::Sharing,
    modes::ModeDynamics,
    numerics::{logarithm::logistic, root::rising_root},
    problem::{Normalisation, Start, StepProfile, Weighting},
};

use super::{domain, effective_size, generalisation_factor};

/// The mean margin of a fresh minority sample over other minority classes, under weights `n^(−γ)` of mean one over the samples less without weights, over
/// gradient-flow time, from a spectral start of the effective problem ([`super::effective_size`]); squared loss.
///
/// It is exact at every scale `δ`; [`super::Benefit`] is its limit.
///
/// Claims: `largest-advantage`.
///
/// ```
/// use ufm_theory::{features::Sharing, problem::{Start, StepProfile}, test_time::{Advantage, Benefit}};
/// let step = StepProfile::halves(4, 10.0)?.with_minority_size(5.0)?;
/// let sharing = Sharing::new(0.05)?;
/// let advantage = Advantage::new(&step, 1.0, sharing, &Start::plain(20.0)?)?;
/// let peak = advantage.largest();
/// assert!(advantage.at(0.99 * peak.time) < peak.margin && advantage.at(1.01 * peak.time) < peak.margin);
/// // For a small start it is the harmonic mean of the learning times, and nearly all that the limit says.
/// let limit = Benefit::new(&step, 1.0, sharing)?;
/// assert!((peak.time / 20.0 / limit.largest_at() - 1.0).abs() < 0.06);
/// assert!(limit.margin - peak.margin < 1e-6);
/// assert!((advantage.at(advantage.left(0.1)?) / peak.margin - 0.1).abs() < 1e-9);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advantage {
    weighted: ModeDynamics,
    plain: ModeDynamics,
    /// `ln q`.
    ln_gain: f64,
    factor: f64,
}

/// The largest value of an [`Advantage`].
///
/// Claims: `largest-advantage`, through [`Advantage`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// When, in gradient-flow time.
    pub time: f64,
    /// How much, of 1 in training; below `g(n_min)`.
    pub margin: f64,
}

impl Advantage {
    /// Of a STEP problem.
    ///
    /// # Errors
    /// [`TheoryError::Exponent`] if `gamma` is not finite; [`TheoryError::Domain`] if the weights give minority samples no more than the mean, as with
    /// `γ ≤ 0` or `R = 1`; [`TheoryError::StartAboveTarget`] if the minority mode starts above its singular value.
    pub fn new(
        step: &StepProfile,
        gamma: f64,
        sharing: Sharing,
        start: &Start,
    ) -> Result<Self, TheoryError> {
        let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
        let ln_gain = weighting.ln_class_weights(&step.profile())[step.majority()];
        if !(ln_gain.is_finite() && ln_gain > 0.0) {
            return Err(domain(
                "weight of a minority sample",
                ln_gain.exp(),
                "it must be finite and above 1, its value without weights: gamma above 0 and R above 1",
            ));
        }
        let n = step.minority_size();
        let ln_sigma = 0.5 * effective_size(n, sharing).ln();
        let mode =
            |ln_weight: f64| ModeDynamics::new(ln_sigma, ln_weight + sharing.ln_gain(n), start);
        Ok(Self {
            weighted: mode(ln_gain)?,
            plain: mode(0.0)?,
            ln_gain,
            factor: generalisation_factor(n, sharing),
        })
    }

    /// At a time, which is at least 0.
    pub fn at(&self, t: f64) -> f64 {
        let (ahead, behind) = (self.weighted.log_odds(t), self.plain.log_odds(t));
        // x(a) − x(b), without cancellation.
        self.factor * logistic(ahead) * logistic(-behind) * -(behind - ahead).exp_m1()
    }

    /// Its largest value: the one root of `cosh(qu − ℓ/2) = √q cosh(u − ℓ/2)`, to rounding.
    pub fn largest(&self) -> Peak {
        let half = -0.5 * self.plain.log_odds(0.0);
        let (q, more) = (self.ln_gain.exp(), self.ln_gain.exp_m1());
        let ln_cosh = |x: f64| x.abs() + (-2.0 * x.abs()).exp().ln_1p() - std::f64::consts::LN_2;
        // ln cosh(a + d) − ln cosh(a), without cancellation where d is small.
        let ln_ratio = |a: f64, d: f64| {
            if d < 1.0 {
                (2.0 * (0.5 * d).sinh().powi(2) + a.tanh() * d.sinh()).ln_1p()
            } else {
                ln_cosh(a + d) - ln_cosh(a)
            }
        };
        let excess = |u: f64| {
            Ok::<_, std::convert::Infallible>(
                (ln_ratio(u - half, more * u) - 0.5 * self.ln_gain) / self.ln_gain,
            )
        };
        // Where the weighted mode is half learned the left side is at most 1. From u = ℓ/2 + 1 on it is e^((q−1) u tanh 1) or more, and (q−1)/2 ≥ ln √q.
        let (low, high) = ((half / q).max(0.0), half.max(0.0) + 1.0);
        let Ok(u) = rising_root((low, high), 4.0 * f64::EPSILON, excess);
        let time = u / self.plain.rate();
        Peak {
            time,
            margin: self.at(time),
        }
    }

    /// The time after the largest value from which on less than the share `share` of it is left.
    ///
    /// # Errors
    /// [`TheoryError::Fraction`] unless `0 < share < 1`.
    pub fn left(&self, share: f64) -> Result<f64, TheoryError> {
        if !(share > 0.0 && share < 1.0) {
            return Err(TheoryError::Fraction(share));
        }
        let peak = self.largest();
        let wanted = share * peak.margin;
        // The advantage is below g times what is left to learn without weights.
        let remaining = wanted / self.factor;
        let log_odds = (-remaining).ln_1p() - remaining.ln();
        let high = (log_odds - self.plain.log_odds(0.0)) / (2.0 * self.plain.rate());
        rising_root((peak.time, high.max(peak.time)), 4.0 * f64::EPSILON, |t| {
            Ok((wanted / self.at(t)).ln())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_time::Benefit;
    use proptest::prelude::*;

    fn advantage(ln_ratio: f64, gamma: f64, alpha: f64, n: f64, delta: f64) -> Advantage {
        let step = StepProfile::halves(4, ln_ratio.exp())
            .and_then(|step| step.with_minority_size(n))
            .unwrap();
        let start = Start::plain(delta).unwrap();
        Advantage::new(&step, gamma, Sharing::new(alpha).unwrap(), &start).unwrap()
    }

    proptest! {
        #[test]
        fn it_rises_to_one_peak_and_falls(
            ln_ratio in prop_oneof![1e-9..1e-3_f64, 1e-3..25.0_f64], gamma in 0.05..3.0_f64, alpha in 1e-3..0.999_f64, n in 1.0..1e4_f64, delta in 0.4..300.0_f64,
        ) {
            let advantage = advantage(ln_ratio, gamma, alpha, n, delta);
            let peak = advantage.largest();
            prop_assert!(peak.margin > 0.0 && peak.margin < advantage.factor * (1.0 + 1e-12));
            let tolerance = 1.0 + 1e-9;
            for part in 0..20 {
                let (a, b) = (f64::from(part) / 20.0, f64::from(part + 1) / 20.0);
                prop_assert!(advantage.at(a * peak.time) <= advantage.at(b * peak.time) * tolerance);
                prop_assert!(advantage.at((1.0 + a) * peak.time) * tolerance >= advantage.at((1.0 + b) * peak.time));
            }
            for share in [0.9, 0.1, 1e-3] {
                let time = advantage.left(share).unwrap();
                prop_assert!(time >= peak.time);
                prop_assert!((advantage.at(time) / peak.margin / share - 1.0).abs() < 1e-7, "{share}");
            }
        }

        #[test]
        fn small_starts_have_the_limit(
            ln_ratio in 0.7..25.0_f64, gamma in 0.3..2.0_f64, alpha in 1e-3..0.999_f64, n in 1.0..1e4_f64,
        ) {
            let delta = 1e7;
            let advantage = advantage(ln_ratio, gamma, alpha, n, delta);
            let step = StepProfile::halves(4, ln_ratio.exp()).and_then(|step| step.with_minority_size(n)).unwrap();
            let limit = Benefit::new(&step, gamma, Sharing::new(alpha).unwrap()).unwrap();
            let peak = advantage.largest();
            prop_assert!((peak.time / delta / limit.largest_at() - 1.0).abs() < 1e-5);
            prop_assert!((peak.margin / limit.margin - 1.0).abs() < 1e-12);
            prop_assert!((advantage.left(0.1).unwrap() / delta / limit.until - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn huge_ratios_have_a_peak() {
        for (ln_ratio, gamma) in [
            (230.0, 1.0),
            (230.0, 0.5),
            (230.0, 2.0),
            (1e-12, 1.0),
            (1e-15, 1.0),
        ] {
            let advantage = advantage(ln_ratio, gamma, 0.05, 5.0, 8.0);
            let peak = advantage.largest();
            assert!(peak.time.is_finite() && peak.margin > 0.0, "{peak:?}");
            assert!(advantage.left(0.1).unwrap() > peak.time);
        }
    }

    /// As `q → 1` the condition for the largest becomes `u tanh(u − ℓ/2) = 1/2`.
    #[test]
    fn a_slight_gain_has_the_peak_of_the_limit() {
        for delta in [0.4, 3.0, 8.0] {
            for ln_gain in [1e-12, 1e-15, 1e-200] {
                let advantage = Advantage {
                    ln_gain,
                    ..advantage(1e-12, 1.0, 0.05, 5.0, delta)
                };
                let u = advantage.largest().time * advantage.plain.rate();
                let after_half = u + 0.5 * advantage.plain.log_odds(0.0);
                let found = u * after_half.tanh();
                assert!((found - 0.5).abs() < 1e-10, "{delta}, {ln_gain}: {found}");
            }
        }
    }

    /// Where growth rates are below 1 and where hardly anything is shared.
    #[test]
    fn what_is_left_is_found_in_any_unit() {
        for n in [0.01, 0.3, 1.0, 50.0] {
            for alpha in [1e-200, 1e-3, 0.5] {
                let advantage = advantage(2.0, 1.0, alpha, n, 8.0);
                let peak = advantage.largest();
                for share in [0.9, 0.1, 1e-3] {
                    let time = advantage.left(share).unwrap();
                    assert!(time >= peak.time);
                    let found = advantage.at(time) / peak.margin;
                    assert!((found / share - 1.0).abs() < 1e-7, "{n}, {alpha}, {share}");
                }
            }
        }
    }

    #[test]
    fn nearly_all_is_left_until_the_minority_begins_to_be_learned_without_weights() {
        let advantage = advantage(5.0, 1.0, 0.3, 5.0, 300.0);
        let time = advantage.left(1.0 - 0.5 * f64::EPSILON).unwrap();
        // What is left to learn is 1 − x, and x = 2^(−53) there.
        let stated = -53.0 * std::f64::consts::LN_2;
        let found = advantage.plain.log_odds(time);
        assert!(time > advantage.largest().time && (found - stated).abs() < 1.0);
    }

    #[test]
    fn weights_that_are_no_advantage_are_refused() {
        let start = Start::plain(8.0).unwrap();
        for (ratio, gamma) in [(10.0, 0.0), (10.0, -1.0), (1.0, 1.0)] {
            let step = StepProfile::halves(4, ratio).unwrap();
            let error = Advantage::new(&step, gamma, Sharing::NONE, &start).unwrap_err();
            assert!(matches!(error, TheoryError::Domain { .. }), "{error}");
        }
        let advantage = advantage(2.0, 1.0, 0.1, 5.0, 8.0);
        for share in [0.0, 1.0, f64::NAN] {
            assert!(matches!(
                advantage.left(share),
                Err(TheoryError::Fraction(_))
            ));
        }
    }
}
