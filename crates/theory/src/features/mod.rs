//! Features that are no longer free: `L = W₂W₁X` for fixed data `X` (`p × N`).
//!
//! Out of a small start the directions of `W₂` and `W₁` grow at the singular values of `ZΩXᵀ` (`k × p`) in place of those of
//! `ZΩ`, which are the case `X = I` of free features; without weights they are those of the input–output covariance `ZXᵀ` of deep linear networks
//! (Saxe et al., arXiv:1312.6120). Source of everything here: this project.
//!
//! In one family the answer is explicit. Let each sample be `x_i = √α e_class + √(1−α) e_i`: a part it shares with its class and a part
//! of its own, all orthonormal. Then `ZΩXᵀ(ZΩXᵀ)ᵀ = P diag(m) P` again, with
//!
//! ```text
//! m_c = n_c ω_c² (α n_c + 1 − α),
//! ```
//!
//! so that the rates of [`crate::exact_flow::growth`] hold with these `m_c`. They are all equal for the weights `ω_c = 1/√(n_c (α n_c + 1 − α))`:
//! `n^(−½)` if nothing is shared, `n^(−1)`, inverse frequency, if everything is. Among powers `n^(−γ)`, two class sizes
//! `m R` and `m` ask for
//!
//! ```text
//! γ*(α, m, R) = ½ + ln[(α m R + 1 − α)/(α m + 1 − α)] / (2 ln R).
//! ```

mod class_sums;
mod data_growth;

use crate::{
    TheoryError,
    exact_flow::{
        GrowthRates,
        growth::{ln_strengths, step_ln_rate_of},
    },
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::Mode,
};

pub use class_sums::ClassSums;
pub use data_growth::DataGrowth;

/// The share `α` of a sample's squared norm that lies in a direction common to its class, from 0 (free features) to 1.
///
/// Claims: `constrained-features`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Sharing(f64);

impl Sharing {
    /// Free features.
    pub const NONE: Self = Self(0.0);
    /// One feature vector per class.
    pub const FULL: Self = Self(1.0);

    /// Accepts `0 ≤ α ≤ 1`.
    ///
    /// # Errors
    /// [`TheoryError::Sharing`] otherwise.
    pub fn new(alpha: f64) -> Result<Self, TheoryError> {
        if (0.0..=1.0).contains(&alpha) {
            Ok(Self(alpha))
        } else {
            Err(TheoryError::Sharing(alpha))
        }
    }

    /// `α`.
    pub fn get(self) -> f64 {
        self.0
    }

    /// `α n + 1 − α`: by how much sharing multiplies the strength of a class of size `n`.
    pub fn gain(self, size: f64) -> f64 {
        1.0 + self.0 * (size - 1.0)
    }

    /// `ln(α n + 1 − α)`.
    pub fn ln_gain(self, size: f64) -> f64 {
        (self.0 * (size - 1.0)).ln_1p()
    }
}

/// Early growth rates for features of the mixing family: square roots of the eigenvalues of `P diag(m) P`.
///
/// Claims: `constrained-features`.
///
/// ```
/// use ufm_theory::{features::{self, Sharing}, problem::{ClassProfile, Weighting}};
/// let profile = ClassProfile::from_counts(&[500, 60, 7, 1])?;
/// let spread = |sharing, gamma| Ok::<_, ufm_theory::TheoryError>(
///     features::growth_rates(&profile, &Weighting::power(gamma)?, sharing).spread());
/// assert!(spread(Sharing::NONE, 0.5)? < 1e-12 && spread(Sharing::FULL, 1.0)? < 1e-12);
/// assert!(spread(Sharing::FULL, 0.5)? > 1.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn growth_rates(
    profile: &ClassProfile,
    weighting: &Weighting,
    sharing: Sharing,
) -> GrowthRates {
    GrowthRates::from_ln_strengths(&ln_shared_strengths(profile, weighting, sharing))
}

/// `ln m_c`.
fn ln_shared_strengths(
    profile: &ClassProfile,
    weighting: &Weighting,
    sharing: Sharing,
) -> Vec<f64> {
    let gains = profile.sizes().iter().map(|&n| sharing.ln_gain(n));
    let free = ln_strengths(profile, weighting);
    free.iter().zip(gains).map(|(m, gain)| m + gain).collect()
}

/// `ln` of the growth rate of a mode of a STEP problem, in closed form.
///
/// Claims: `constrained-features`, `data-growth`.
///
/// Everything shared, minority size 1, weights `R^(−γ)` and 1: `R^(1−γ)`, `√((k_min R^(2−2γ) + k_maj)/k)`, 1.
pub fn step_ln_rate(
    step: &StepProfile,
    weighting: &Weighting,
    sharing: Sharing,
    mode: Mode,
) -> f64 {
    let ln_m = ln_shared_strengths(&step.profile(), weighting, sharing);
    step_ln_rate_of(step, ln_m[0], ln_m[step.majority()], mode)
}

/// `γ*`: the exponent that makes all early growth rates of a STEP problem equal; its limit where `R = 1`.
///
/// Claims: `constrained-features`.
///
/// It depends on the split into majority and minority classes no more than the rates of [`step_ln_rate`] at equal strengths do: not at all.
///
/// ```
/// use ufm_theory::{features::{Sharing, flattening_exponent}, problem::StepProfile};
/// let step = StepProfile::halves(10, 100.0)?.with_minority_size(50.0)?;
/// assert_eq!(flattening_exponent(&step, Sharing::NONE), 0.5);
/// assert!((flattening_exponent(&step, Sharing::FULL) - 1.0).abs() < 1e-15);
/// assert!(flattening_exponent(&step, Sharing::new(0.1)?) > 0.95); // a little sharing among many samples
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn flattening_exponent(step: &StepProfile, sharing: Sharing) -> f64 {
    let (alpha, m) = (sharing.get(), step.minority_size());
    let ratio = step.ratio().get();
    let shared = alpha * m / (alpha * m + 1.0 - alpha); // the shared part of a minority class's strength
    let half_slope = if ratio == 1.0 {
        shared
    } else {
        (shared * (ratio - 1.0)).ln_1p() / ratio.ln()
    };
    0.5 + 0.5 * half_slope
}

/// `ln ω_c` of the weights that make all early growth rates equal for *any* counts, the smallest class weighing 1.
///
/// No claim; a test of this module.
///
/// ```
/// use ufm_theory::{features::{Sharing, ln_flattening_weights}, problem::ClassProfile};
/// let profile = ClassProfile::from_counts(&[100, 10, 1])?;
/// let inverse_frequency = ln_flattening_weights(&profile, Sharing::FULL);
/// assert!((inverse_frequency[0].exp() - 0.01).abs() < 1e-15);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn ln_flattening_weights(profile: &ClassProfile, sharing: Sharing) -> Vec<f64> {
    let smallest = profile.smallest();
    let ln_weight =
        |n: f64| 0.5 * ((smallest / n).ln() + sharing.ln_gain(smallest) - sharing.ln_gain(n));
    profile.sizes().iter().map(|&n| ln_weight(n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;
    use proptest::prelude::*;

    /// `X`, `(k + N) × N`, laid out sample by sample.
    fn explicit(counts: &[usize], alpha: f64) -> DMatrix<f64> {
        let labels = crate::spectrum::labels::sample_classes(counts);
        DMatrix::from_fn(counts.len() + labels.len(), labels.len(), |row, i| {
            if row == labels[i] {
                alpha.sqrt()
            } else if row == counts.len() + i {
                (1.0 - alpha).sqrt()
            } else {
                0.0
            }
        })
    }

    proptest! {
        #[test]
        fn explicit_features_have_the_stated_rates(
            counts in prop::collection::vec(1_usize..30, 2..6),
            alpha in 0.0..1.0_f64, gamma in -0.5..1.5_f64,
        ) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let labels = crate::spectrum::labels::sample_classes(&counts);
            let sums = ClassSums::new(&explicit(&counts, alpha), &labels, counts.len()).unwrap();
            let found = sums.growth_rates(&weighting.class_weights(&profile).unwrap()).unwrap();
            let stated = growth_rates(&profile, &weighting, Sharing::new(alpha).unwrap()).rates();
            prop_assert_eq!((found.len(), stated.len()), (counts.len() - 1, counts.len() - 1));
            for (a, b) in found.iter().zip(&stated) {
                prop_assert!((a / b - 1.0).abs() < 1e-12, "{a} against {b}");
            }
        }

        #[test]
        fn flattening_flattens(
            majority in 1_usize..6, minority in 1_usize..6, ln_ratio in 0.0..27.0_f64,
            ln_size in 0.0..9.0_f64, alpha in 0.0..1.0_f64,
        ) {
            let step = StepProfile::new(majority, minority, ln_ratio.exp()).unwrap()
                .with_minority_size(ln_size.exp()).unwrap();
            let sharing = Sharing::new(alpha).unwrap();
            let gamma = flattening_exponent(&step, sharing);
            prop_assert!((0.5..=1.0 + 1e-12).contains(&gamma));
            let rates = growth_rates(&step.profile(), &Weighting::power(gamma).unwrap(), sharing);
            prop_assert!(rates.spread() < 1e-12, "{}", rates.spread());
        }
    }

    proptest! {
        #[test]
        fn the_weights_flatten_any_counts(
            sizes in prop::collection::vec(1.0..1e6_f64, 2..20), alpha in 0.0..1.0_f64,
        ) {
            let profile = ClassProfile::from_sizes(sizes).unwrap();
            let sharing = Sharing::new(alpha).unwrap();
            let ln_weights = ln_flattening_weights(&profile, sharing);
            prop_assert_eq!(ln_weights.len(), profile.classes());
            let smallest = profile.sizes().iter().position(|&n| n == profile.smallest()).unwrap();
            prop_assert_eq!(ln_weights[smallest], 0.0); // the smallest class weighs 1
            let ln_strengths: Vec<f64> = profile.sizes().iter().zip(&ln_weights)
                .map(|(&n, ln_w)| n.ln() + 2.0 * ln_w + sharing.ln_gain(n)).collect();
            for ln_strength in &ln_strengths {
                prop_assert!((ln_strength - ln_strengths[0]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn shares_outside_the_unit_interval_are_refused() {
        for alpha in [-0.1, 1.1, f64::NAN] {
            assert!(matches!(Sharing::new(alpha), Err(TheoryError::Sharing(_))));
        }
    }

    #[test]
    fn the_exponent_is_continuous_at_equal_sizes() {
        let sharing = Sharing::new(0.3).unwrap();
        let at = |ratio| {
            flattening_exponent(
                &StepProfile::halves(4, ratio)
                    .unwrap()
                    .with_minority_size(5.0)
                    .unwrap(),
                sharing,
            )
        };
        assert!((at(1.0) - at(1.0 + 1e-9)).abs() < 1e-8);
    }
}
