//! Logit adjustment and multiplicative factors: the rates at which modes leave a small start.
//!
//! The vector-scaling loss (Kini et al., arXiv:2103.01950) is the weighted softmax cross-entropy of the logits `Δ_c ℓ_c + ι_c`, here with
//!
//! ```text
//! ι_c = τ ln(n_c/N),      Δ_c = (n_c/n_max)^κ.
//! ```
//!
//! `κ = 0` is logit adjustment (Menon et al., arXiv:2007.07314; `τ = 1` is theirs), `τ = 0` with weights of one the class-dependent temperatures
//! (Ye et al., arXiv:2001.01385). At zero logits the residual, pulled back to the logits, is `A = D (Y − p1ᵀ) Ω` with `D = diag(Δ)` and
//! `p_c ∝ n_c^τ`, so that `W` and `H` grow at the singular values of `A`. For `κ = 0`, `τ = 1` and no weights,
//! `AAᵀ = N (diag π − ππᵀ)` with `π_c = n_c/N`.
//!
//! On a STEP problem with strengths `m_c = n_c ω_c²`, of a majority and a minority class, `μ = m_maj/m_min` and `e = R^τ`, the rates squared are
//!
//! ```text
//! majority   Δ_maj² m_maj
//! minority   Δ_min² m_min
//! contrast   (k_min Δ_maj² + k_maj Δ_min²)/k · m_min k/(k_maj μ + k_min) · [μ + k_maj k_min (e − μ)²/(k_maj e + k_min)²].
//! ```
//!
//! (The direction `u` of the contrast is orthogonal to the ones, whose row of `Y − p1ᵀ` is zero; `Σ u² m − 2 (u·m)(u·p) + M (u·p)²` is the
//! bracket, and `‖Du‖²` the first factor.) So *additive adjustment changes the contrast alone*, which is slowest where `p ∝ m`: for equal halves
//! without weights `2R/(R + 1)` at `τ = 1`, against `(R + 1)/2` at `τ = 0`. The modes within a group keep their rates, and later too their
//! equation: a constant added to all logits of a group multiplies what the *other* group adds to the denominator in [`crate::cross_entropy`],
//! whose bounds on half times hold for any such amount.
//!
//! *Multiplicative factors* with `κ > 0`, which give minorities large margins in the end, widen the early gap between the groups to
//! `R^(½+κ)`; `κ = −½` alone closes it and makes the contrast the fastest by `(√R + 1/√R)/2`. *Both together*, `τ = 1` and `κ = −½`, are flat for any class counts
//! and without weights, `AAᵀ = n_max (I − √π√πᵀ)`: what weights `n_c^(−½)` do to `P` ([`crate::exact_flow::growth`]). Source: this project; that multiplicative factors are
//! harmful at first, and that additive ones counter it, is said by Kini et al. of their own setting.

use crate::{
    TheoryError,
    exact_flow::growth::ln_strengths,
    numerics::logarithm::ln_add,
    problem::{StepProfile, Weighting},
    spectrum::Mode,
};

/// `τ` and `κ`: `ι_c = τ ln(n_c/N)` is added to the logit of class `c`, after that is multiplied by `Δ_c = (n_c/n_max)^κ`.
///
/// Claims: `adjusted-growth`, `adjusted-groups`.
///
/// ```
/// use ufm_theory::remedies::vector_scaling::VectorScaling;
/// let adjustment = VectorScaling::adjustment(1.0)?;
/// assert_eq!((adjustment.additive(), adjustment.multiplicative()), (1.0, 0.0));
/// assert!(VectorScaling::new(0.0, f64::NAN).is_err());
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct VectorScaling {
    additive: f64,
    multiplicative: f64,
}

impl VectorScaling {
    /// `τ` and `κ`, any finite numbers.
    ///
    /// # Errors
    /// [`TheoryError::Exponent`] otherwise.
    pub fn new(additive: f64, multiplicative: f64) -> Result<Self, TheoryError> {
        for exponent in [additive, multiplicative] {
            if !exponent.is_finite() {
                return Err(TheoryError::Exponent(exponent));
            }
        }
        Ok(Self {
            additive,
            multiplicative,
        })
    }

    /// Logit adjustment by `τ ln(n_c/N)`.
    ///
    /// # Errors
    /// [`TheoryError::Exponent`] unless `τ` is finite.
    pub fn adjustment(additive: f64) -> Result<Self, TheoryError> {
        Self::new(additive, 0.0)
    }

    /// `τ`.
    pub fn additive(&self) -> f64 {
        self.additive
    }

    /// `κ`.
    pub fn multiplicative(&self) -> f64 {
        self.multiplicative
    }
}

/// `ln` of the early growth rate of a mode of a STEP problem, in units of inverse gradient-flow time; relative error a few roundings of the
/// logarithms, and of `(R^τ − μ)` where that nearly vanishes.
///
/// Claims: `adjusted-growth`, `adjusted-groups`.
///
/// ```
/// use ufm_theory::{problem::{StepProfile, Weighting}, remedies::vector_scaling::{self, VectorScaling}, spectrum::Mode};
/// let (step, plain) = (StepProfile::halves(4, 1e12)?, Weighting::vanilla());
/// let rate = |tau, mode| Ok::<_, ufm_theory::TheoryError>(vector_scaling::step_ln_rate(&step, &plain, &VectorScaling::adjustment(tau)?, mode).exp());
/// assert!((rate(1.0, Mode::Contrast)? - 2.0_f64.sqrt()).abs() < 1e-9); // the contrast is delayed,
/// assert!((rate(1.0, Mode::Majority)? - 1e6).abs() < 1e-6);            // and the groups stay √R apart
/// assert_eq!(rate(1.0, Mode::Minority)?, 1.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn step_ln_rate(
    step: &StepProfile,
    weighting: &Weighting,
    scaling: &VectorScaling,
    mode: Mode,
) -> f64 {
    let strengths = ln_strengths(&step.profile(), weighting);
    let (ln_majority, ln_minority) = (strengths[0], strengths[step.majority()]);
    let ln_factor = -scaling.multiplicative * step.ratio().ln(); // of a minority class; that of the majority is one
    let ln_square = match mode {
        Mode::Majority => ln_majority,
        Mode::Minority => ln_minority + 2.0 * ln_factor,
        Mode::Contrast => {
            let [a, b] = [step.majority(), step.minority()].map(|classes| (classes as f64).ln());
            let ln_classes = (step.classes() as f64).ln();
            let (ln_e, ln_mu) = (
                scaling.additive * step.ratio().ln(),
                ln_majority - ln_minority,
            );
            let gap = (ln_e - ln_mu).abs();
            let ln_gap = ln_e.max(ln_mu) + (-(-gap).exp_m1()).ln(); // ln|e − μ|, −∞ where they are equal
            let beyond = a + b + 2.0 * (ln_gap - ln_add(a + ln_e, b));
            let bracket = ln_minority + ln_classes - ln_add(a + ln_mu, b) + ln_add(ln_mu, beyond);
            ln_add(b, a + 2.0 * ln_factor) - ln_classes + bracket
        }
    };
    0.5 * ln_square
}

/// The relative window of the limiting times `1/ρ` of the modes *within the groups*, `max(R^g, R^(−g)) − 1` with `g = ½ + κ − γ`, for weights
/// `n_c^(−γ)`: as `δ → ∞` the half-amplitude times of two groups of two classes or more have that ratio under logit adjustment (`κ = 0`). No `τ` enters.
///
/// Claims: `adjusted-growth`.
///
/// ```
/// use ufm_theory::{problem::{StepProfile, Weighting}, remedies::vector_scaling::{self, VectorScaling}};
/// let step = StepProfile::halves(4, 100.0)?;
/// let window = |gamma, scaling| Ok::<_, ufm_theory::TheoryError>(
///     vector_scaling::groups_relative(&step, &Weighting::power(gamma)?, &scaling));
/// assert!((window(0.0, VectorScaling::adjustment(1.0)?)? - 9.0).abs() < 1e-12);    // √R − 1 still
/// assert!((window(0.0, VectorScaling::new(0.0, 0.25)?)? - 30.62).abs() < 0.01);    // wider
/// assert!(window(0.5, VectorScaling::adjustment(1.0)?)? < 1e-14);                  // weights do it
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn groups_relative(step: &StepProfile, weighting: &Weighting, scaling: &VectorScaling) -> f64 {
    let ln_rate = |mode| step_ln_rate(step, weighting, scaling, mode);
    (ln_rate(Mode::Majority) - ln_rate(Mode::Minority))
        .abs()
        .exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exact_flow::growth, spectrum::labels};
    use nalgebra::DMatrix;
    use proptest::prelude::*;

    proptest! {
        /// Against the singular values of `D (Y − p1ᵀ) Ω` itself.
        #[test]
        fn rates_are_singular_values(
            majority in 2_usize..5, minority in 2_usize..5, ratio in 2_usize..9, size in 1_usize..4,
            gamma in -0.5..1.5_f64, tau in -0.5..2.0_f64, kappa in -1.0..1.0_f64,
        ) {
            let step = StepProfile::new(majority, minority, ratio as f64).unwrap()
                .with_minority_size(size as f64).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let scaling = VectorScaling::new(tau, kappa).unwrap();
            let counts = step.profile().counts().unwrap();
            let classes = labels::sample_classes(&counts);
            let weights = weighting.class_weights(&step.profile()).unwrap();
            let total: f64 = counts.iter().map(|&n| (n as f64).powf(tau)).sum();
            let pulled = DMatrix::from_fn(counts.len(), classes.len(), |c, i| {
                let hit = if classes[i] == c { 1.0 } else { 0.0 };
                (counts[c] as f64 / (ratio * size) as f64).powf(kappa)
                    * (hit - (counts[c] as f64).powf(tau) / total) * weights[classes[i]]
            });
            let mut found: Vec<f64> = pulled.singular_values().iter().copied().collect();
            let mut expected = vec![0.0, step_ln_rate(&step, &weighting, &scaling, Mode::Contrast).exp()];
            for (mode, times) in [(Mode::Majority, majority - 1), (Mode::Minority, minority - 1)] {
                expected.extend(std::iter::repeat_n(step_ln_rate(&step, &weighting, &scaling, mode).exp(), times));
            }
            found.sort_by(f64::total_cmp);
            expected.sort_by(f64::total_cmp);
            for (a, b) in found.iter().zip(&expected) {
                prop_assert!((a - b).abs() < 1e-11 * expected[expected.len() - 1], "{found:?} {expected:?}");
            }
        }

        #[test]
        fn without_factors_they_are_those_of_the_labels(
            ln_ratio in 0.0..60.0_f64, gamma in -1.0..2.0_f64, majority in 1_usize..9, minority in 1_usize..9,
        ) {
            let step = StepProfile::new(majority, minority, ln_ratio.exp()).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            for mode in Mode::ALL {
                let found = step_ln_rate(&step, &weighting, &VectorScaling::default(), mode);
                let expected = growth::step_ln_rate(&step, &weighting, mode);
                prop_assert!((found - expected).abs() < 1e-12 * (1.0 + expected.abs()));
            }
        }
    }

    #[test]
    fn extremes_stay_finite() {
        let step = StepProfile::halves(4, 1e300).unwrap();
        for (tau, kappa) in [(60.0, 60.0), (-60.0, -60.0), (1.0, 0.0)] {
            let scaling = VectorScaling::new(tau, kappa).unwrap();
            for mode in Mode::ALL {
                assert!(step_ln_rate(&step, &Weighting::vanilla(), &scaling, mode).is_finite());
            }
        }
    }
}
