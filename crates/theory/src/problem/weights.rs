//! Sample weights `ω_c ∝ n_c^(−γ)`.
//!
//! `γ = 0` is vanilla training, `γ = ½` the paper's choice, `γ = 1` inverse frequency. A common
//! factor in all weights only rescales gradient-flow time, so the normalisation has to be said:
//! see [`Normalisation`].

use crate::{TheoryError, numerics::logarithm::ln_add, problem::ClassProfile};

use super::domain::Exponent;

/// Which multiple of `n_c^(−γ)` the weights are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalisation {
    /// The smallest class has weight 1: `ω_c = (n_c/n_min)^(−γ)`. The convention of the theory,
    /// where a STEP profile has weights `R^(−γ)` and 1.
    #[default]
    SmallestClassOne,
    /// No factor: `ω_c = n_c^(−γ)`.
    Raw,
    /// The weights have mean 1 over the samples: `Σ n_c ω_c = Σ n_c`. The usual choice with real
    /// networks, where it keeps the loss and the useful learning rates on the same scale.
    SampleMeanOne,
}

/// The rule that gives each class its sample weight.
///
/// ```
/// use ufm_theory::problem::{ClassProfile, Weighting};
/// let profile = ClassProfile::from_counts(&[100, 1])?;
/// assert_eq!(Weighting::vanilla().class_weights(&profile)?, [1.0, 1.0]);
/// let weights = Weighting::power(0.5)?.class_weights(&profile)?;
/// assert!((weights[0] - 0.1).abs() < 1e-15 && weights[1] == 1.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighting {
    exponent: f64,
    normalisation: Normalisation,
}

impl Weighting {
    /// All samples weigh 1 (`γ = 0`).
    pub const fn vanilla() -> Self {
        Self {
            exponent: 0.0,
            normalisation: Normalisation::SmallestClassOne,
        }
    }

    /// Weights `∝ n_c^(−γ)` with `γ = exponent`, the smallest class weighing 1.
    ///
    /// # Errors
    /// [`TheoryError::Exponent`] if `exponent` is not finite.
    pub fn power(exponent: f64) -> Result<Self, TheoryError> {
        Ok(Self {
            exponent: Exponent::new(exponent)?.get(),
            normalisation: Normalisation::default(),
        })
    }

    /// The same exponent with another normalisation.
    pub fn normalised(self, normalisation: Normalisation) -> Self {
        Self {
            normalisation,
            ..self
        }
    }

    /// The exponent `γ`.
    pub fn exponent(&self) -> f64 {
        self.exponent
    }

    /// Which multiple of `n_c^(−γ)` the weights are.
    pub fn normalisation(&self) -> Normalisation {
        self.normalisation
    }

    /// `ln ω_c` for each class; finite for every profile and exponent.
    pub fn ln_class_weights(&self, profile: &ClassProfile) -> Vec<f64> {
        let ln_sizes = profile.sizes().iter().map(|n| n.ln());
        let raw: Vec<f64> = ln_sizes.clone().map(|ln_n| -self.exponent * ln_n).collect();
        let offset = match self.normalisation {
            Normalisation::Raw => 0.0,
            Normalisation::SmallestClassOne => self.exponent * profile.smallest().ln(),
            Normalisation::SampleMeanOne => {
                let weighted = ln_sizes
                    .zip(&raw)
                    .fold(f64::NEG_INFINITY, |sum, (ln_n, ln_w)| {
                        ln_add(sum, ln_n + ln_w)
                    });
                profile.total().ln() - weighted
            }
        };
        raw.into_iter().map(|ln_w| ln_w + offset).collect()
    }

    /// `ω_c` for each class.
    ///
    /// # Errors
    /// [`TheoryError::WeightRange`] if one is no normal double precision number.
    pub fn class_weights(&self, profile: &ClassProfile) -> Result<Vec<f64>, TheoryError> {
        from_logarithms(&self.ln_class_weights(profile))
    }
}

/// The weights of these logarithms, `ln ω_c`.
///
/// ```
/// use ufm_theory::problem::weights_from_logarithms;
/// assert_eq!(weights_from_logarithms(&[0.0, 0.0])?, [1.0, 1.0]);
/// assert!(weights_from_logarithms(&[0.0, -800.0]).is_err());
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::WeightRange`] if one is no normal double precision number.
pub fn from_logarithms(ln_weights: &[f64]) -> Result<Vec<f64>, TheoryError> {
    let weights = ln_weights.iter().enumerate().map(|(class, &ln_weight)| {
        let weight = ln_weight.exp();
        let range = TheoryError::WeightRange { class, ln_weight };
        weight.is_normal().then_some(weight).ok_or(range)
    });
    weights.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sample_mean_is_one_when_asked(
            sizes in prop::collection::vec(1.0..1e9_f64, 2..30),
            gamma in -2.0..2.0_f64,
        ) {
            let profile = ClassProfile::from_sizes(sizes).unwrap();
            let weights = Weighting::power(gamma).unwrap()
                .normalised(Normalisation::SampleMeanOne)
                .class_weights(&profile).unwrap();
            let sum: f64 = weights.iter().zip(profile.sizes()).map(|(w, n)| w * n).sum();
            prop_assert!((sum / profile.total() - 1.0).abs() < 1e-12);
        }

        #[test]
        fn normalisations_differ_by_a_factor(
            sizes in prop::collection::vec(1.0..1e6_f64, 2..10),
            gamma in -2.0..2.0_f64,
        ) {
            let profile = ClassProfile::from_sizes(sizes).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let one = weighting.ln_class_weights(&profile);
            let raw = weighting.normalised(Normalisation::Raw);
            prop_assert_eq!(raw.normalisation(), Normalisation::Raw);
            let raw = raw.ln_class_weights(&profile);
            for (a, b) in one.iter().zip(&raw) {
                prop_assert!((a - b - (one[0] - raw[0])).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn extreme_exponents_are_finite_in_logarithms_only() {
        let profile = ClassProfile::from_sizes(vec![1e12, 1.0]).unwrap();
        let weighting = Weighting::power(30.0).unwrap();
        assert!(weighting.ln_class_weights(&profile)[0].is_finite());
        assert!(matches!(
            weighting.class_weights(&profile),
            Err(TheoryError::WeightRange { class: 0, .. })
        ));
        assert!(Weighting::power(f64::NAN).is_err());
    }
}
