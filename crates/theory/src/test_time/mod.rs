//! Test time: what the model says of a sample that it was not trained on.
//!
//! Features with a shared and a private part, as in [`crate::features`]: `x_i = √α e_class + √(1−α) f_i`, all of these orthonormal. A fresh sample of
//! class `c` is `√α e_c + √(1−α) f` with `f` orthogonal to everything seen. The model is `L = W₂W₁X`, `W₁` started in the span of the class means `x̄_c`;
//! `s_c = ‖x̄_c‖² = (αn_c + 1 − α)/n_c`. By symmetry all samples of a class keep the same logits, so `W₁ = Σ_c g_c x̄_cᵀ`
//! at every time, and as `x̄_c·x_new = α`, `x̄_c·x_i = s_c`, a fresh sample has the logits of its class in training times
//!
//! ```text
//! g(n_c) = α/s_c = αn_c/(αn_c + 1 − α),
//! ```
//!
//! for any loss that is a sum over samples, any weights, at every time. Weights decide *when* the margins of fresh samples rise, never where they end.
//!
//! The training itself is that of *free* features for other counts and weights: with `√s_c g_c` for unknowns both flows are the same equations, if
//!
//! ```text
//! n'_c = 1/s_c = n_c/(αn_c + 1 − α),    ω'_c = ω_c (αn_c + 1 − α).
//! ```
//!
//! `n'_c` saturates at `1/α`: sharing makes classes *effectively* balanced, and turns counts into weights. `g(n_c) = αn'_c`. Everything this
//! project knows of free features, closed forms, simulations and both losses, so holds of shared ones (`ufm_simulation::Problem::with_sharing`).
//!
//! With Gaussian private parts the logits of a fresh sample are noisy, and test accuracy is a Gaussian orthant probability: [`accuracy`].
//! When weights help most, and until when, is [`Benefit`] in the limit and [`Advantage`] at any scale. Of wrong labels what fresh samples see is [`FreshLogits`].
//! Source of everything here: this project; test time is an open question of arXiv:2601.12011.

mod advantage;
mod left_out;
mod noise;
mod orthant;

pub use left_out::left_out_factor;

use nalgebra::DMatrix;

use crate::{
    TheoryError,
    features::Sharing,
    problem::{ClassProfile, Normalisation, StepProfile, Weighting},
};

pub use advantage::{Advantage, Peak};
pub use noise::{Cell, FreshLogits, LabelNoise};

/// `n' = n/(αn + 1 − α)`: the size of a class of free features that trains as this one does, at most `1/α`.
///
/// Claims: `shared-as-free`.
///
/// ```
/// use ufm_theory::{features::Sharing, test_time::effective_size};
/// assert_eq!(effective_size(500.0, Sharing::NONE), 500.0);
/// assert_eq!(effective_size(500.0, Sharing::FULL), 1.0);
/// assert!((effective_size(1e9, Sharing::new(0.1)?) - 10.0).abs() < 1e-6);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn effective_size(n: f64, sharing: Sharing) -> f64 {
    n / sharing.gain(n)
}

/// `g(n) = αn/(αn + 1 − α)`: the logits of a fresh sample over those of a training sample, for a class of `n` samples; from 0 to 1.
///
/// Claims: `generalisation-factor`.
///
/// ```
/// use ufm_theory::{features::Sharing, test_time::generalisation_factor};
/// let sharing = Sharing::new(0.05)?;
/// assert!((generalisation_factor(5.0, sharing) - 0.2083).abs() < 1e-4);
/// assert!((generalisation_factor(50.0, sharing) - 0.7246).abs() < 1e-4);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn generalisation_factor(n: f64, sharing: Sharing) -> f64 {
    sharing.get() * effective_size(n, sharing)
}

/// The number of samples whose factor is `factor`, not rounded: `n = g(1 − α)/(α(1 − g))`.
///
/// Claims: `generalisation-factor`.
///
/// ```
/// use ufm_theory::{features::Sharing, test_time::{generalisation_factor, samples_for}};
/// let sharing = Sharing::new(0.05)?;
/// let samples = samples_for(0.7, sharing)?;
/// assert!((generalisation_factor(samples, sharing) - 0.7).abs() < 1e-14);
/// assert_eq!(samples_for(0.7, Sharing::NONE)?, f64::INFINITY); // nothing shared, nothing learned of others
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::Fraction`] unless `0 < factor < 1`.
pub fn samples_for(factor: f64, sharing: Sharing) -> Result<f64, TheoryError> {
    if !(factor > 0.0 && factor < 1.0) {
        return Err(TheoryError::Fraction(factor));
    }
    let alpha = sharing.get();
    Ok(factor * (1.0 - alpha) / (alpha * (1.0 - factor)))
}

/// The share `α` for which a class of `n` samples has the factor `factor`: `α = g/(n(1 − g) + g)`, as read off data by leaving one sample out.
///
/// Claims: `generalisation-factor`.
///
/// ```
/// use ufm_theory::test_time::{implied_sharing, samples_for};
/// // Twelve samples of a class have the factor 0.31; for 0.7 it takes about 62.
/// let sharing = implied_sharing(0.31, 12.0)?;
/// assert_eq!(samples_for(0.7, sharing)?.round(), 62.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::Fraction`] unless `0 < factor < 1`; [`TheoryError::ClassSize`] unless `n` is a finite number of at least 1.
pub fn implied_sharing(factor: f64, n: f64) -> Result<Sharing, TheoryError> {
    if !(factor > 0.0 && factor < 1.0) {
        return Err(TheoryError::Fraction(factor));
    }
    if !(n.is_finite() && n >= 1.0) {
        return Err(TheoryError::ClassSize { class: 0, size: n });
    }
    Sharing::new(factor / (n * (1.0 - factor) + factor))
}

/// When weights help the minority at test time, and how much, as `δ → ∞`; times in units of `δ` of gradient-flow time.
///
/// Of samples of minority classes, the mean margin over other minority classes: of a fresh sample, and under the weights less without them.
///
/// Claims: `benefit-interval`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benefit {
    /// When the minority is learned under the weights: `1/ρ_γ`. From here on they help.
    pub from: f64,
    /// When it is learned without: `1/ρ_0`. From here on they do not.
    pub until: f64,
    /// The advantage of a fresh sample in between, `g(n_min)`, of 1 in training; before and after it is 0.
    pub margin: f64,
}

impl Benefit {
    /// Of a STEP problem with weights of mean one over the samples, so that both trainings are at one learning rate: `until/from` is then
    /// `(k_maj R + k_min)/(k_maj R^(1−γ) + k_min)`, whatever `α` and `n_min`.
    ///
    /// ```
    /// use ufm_theory::{features::Sharing, problem::StepProfile, test_time::Benefit};
    /// let step = StepProfile::halves(10, 100.0)?.with_minority_size(5.0)?;
    /// let benefit = Benefit::new(&step, 0.5, Sharing::new(0.05)?)?;
    /// assert!((benefit.until / benefit.from - 101.0 / 11.0).abs() < 1e-12);
    /// assert!(benefit.margin < 0.21);
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    ///
    /// # Errors
    /// [`TheoryError::Exponent`] if `gamma` is not finite.
    pub fn new(step: &StepProfile, gamma: f64, sharing: Sharing) -> Result<Self, TheoryError> {
        let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
        let ln_weights = weighting.ln_class_weights(&step.profile());
        let n = step.minority_size();
        let vanilla = n * (sharing.gain(n) / n).sqrt(); // n ω √s
        Ok(Self {
            from: (-ln_weights[step.majority()]).exp() / vanilla,
            until: 1.0 / vanilla,
            margin: generalisation_factor(n, sharing),
        })
    }

    /// When the advantage is largest, to first order in `δ`: the harmonic mean of [`Self::from`] and [`Self::until`], `2/(ρ_γ + ρ_0)`.
    ///
    /// In the limit it is as large throughout; at every finite scale it has one largest value, [`Advantage::largest`], and there.
    ///
    /// ```
    /// use ufm_theory::{features::Sharing, problem::StepProfile, test_time::Benefit};
    /// let step = StepProfile::halves(10, 100.0)?.with_minority_size(5.0)?;
    /// let benefit = Benefit::new(&step, 0.5, Sharing::new(0.05)?)?;
    /// let at = benefit.largest_at();
    /// assert!(benefit.from < at && at < 2.0 * benefit.from); // soon, however long it lasts
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    pub fn largest_at(&self) -> f64 {
        2.0 / (1.0 / self.from + 1.0 / self.until)
    }
}

/// The accuracy of each class on fresh samples whose private parts are Gaussian, `f = ξ/√p'`: the probability that the largest logit is that of
/// the class, given the logits of its training samples, column `c` of `class_logits` (`k × k`) for class `c`.
///
/// The logits of a fresh sample of class `c` are `g(n_c) ℓ_c + Σ_{c'} (ℓ_{c'}/s_{c'}) ε_{c'}` with independent
/// `ε_{c'} ~ N(0, (1−α)²/(n_{c'} p'))`, `p' = private_dimension`, to first order in `N/p'`: private parts of the training samples are taken
/// for orthogonal. The probability is integrated over a fixed lattice: error below `3e-4` in the cases that have a closed form (two classes,
/// exchangeable noise, orthants of three). Same input, same bits. Where logits are all zero every class is as likely.
///
/// Claims: `test-accuracy`.
///
/// ```
/// use nalgebra::DMatrix;
/// use ufm_theory::{features::Sharing, problem::ClassProfile, test_time::accuracy};
/// // At convergence, logits are the labels: margin 1 in training for both classes, not for fresh samples.
/// let profile = ClassProfile::from_counts(&[50, 5])?;
/// let labels = DMatrix::from_row_slice(2, 2, &[0.5, -0.5, -0.5, 0.5]);
/// let found = accuracy(&labels, &profile, Sharing::new(0.05)?, 100.0)?;
/// assert!(found[0] > 0.99 && found[1] < 0.9);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::Shape`] if the logits are not `k × k`, [`TheoryError::Domain`] if one is not finite or `private_dimension` is not a positive finite number.
pub fn accuracy(
    class_logits: &DMatrix<f64>,
    profile: &ClassProfile,
    sharing: Sharing,
    private_dimension: f64,
) -> Result<Vec<f64>, TheoryError> {
    (0..profile.classes())
        .map(|class| class_accuracy(class, class_logits, profile, sharing, private_dimension))
        .collect()
}

/// The same of one class: of a STEP problem from a spectral start one of each group tells all.
///
/// Claims: `stop-early-at-test`.
///
/// # Errors
/// As for [`accuracy`]; [`TheoryError::Shape`] too if there is no such class.
pub fn class_accuracy(
    class: usize,
    class_logits: &DMatrix<f64>,
    profile: &ClassProfile,
    sharing: Sharing,
    private_dimension: f64,
) -> Result<f64, TheoryError> {
    let classes = profile.classes();
    for (what, found) in [
        ("rows of logits", class_logits.nrows()),
        ("columns of logits", class_logits.ncols()),
    ] {
        if found != classes {
            return Err(TheoryError::Shape {
                what,
                expected: classes,
                found,
            });
        }
    }
    check_asked(classes, class, private_dimension)?;
    if let Some(&bad) = class_logits.iter().find(|logit| !logit.is_finite()) {
        return Err(domain("a logit of", bad, "it must be finite"));
    }
    let largest = class_logits.amax();
    if largest == 0.0 {
        return Ok(1.0 / classes as f64);
    }
    let scaled = class_logits / largest;
    let spread = |c: usize| {
        let n = profile.sizes()[c];
        effective_size(n, sharing) * (1.0 - sharing.get()) / (n * private_dimension).sqrt()
    };
    let spreads: Vec<f64> = (0..classes).map(spread).collect();
    let factor = generalisation_factor(profile.sizes()[class], sharing);
    let others = (0..classes).filter(|&other| other != class);
    let half_spaces: Vec<orthant::HalfSpace> = others
        .map(|other| {
            let difference = |c: usize| scaled[(class, c)] - scaled[(other, c)];
            orthant::HalfSpace {
                mean: factor * difference(class),
                normal: (0..classes).map(|c| difference(c) * spreads[c]).collect(),
            }
        })
        .collect();
    Ok(orthant::probability(&half_spaces))
}

/// Refuses an accuracy that is asked of no class, or of private parts without a dimension.
fn check_asked(classes: usize, class: usize, private_dimension: f64) -> Result<(), TheoryError> {
    if class >= classes {
        return Err(TheoryError::Shape {
            what: "classes up to the one asked for",
            expected: classes,
            found: class + 1,
        });
    }
    if !(private_dimension.is_finite() && private_dimension > 0.0) {
        return Err(domain(
            "private dimension p'",
            private_dimension,
            "it must be finite and above 0",
        ));
    }
    Ok(())
}

fn domain(what: &'static str, found: f64, allowed: &str) -> TheoryError {
    TheoryError::Domain {
        what,
        found,
        allowed: allowed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_factor_grows_with_the_class_and_with_what_it_shares(
            n in 1.0..1e9_f64, more in 1.0..1e3_f64, alpha in 1e-6..0.999_f64,
        ) {
            let sharing = Sharing::new(alpha).unwrap();
            let (small, large) = (generalisation_factor(n, sharing), generalisation_factor(n * more, sharing));
            prop_assert!(small > 0.0 && small <= large && large < 1.0);
            prop_assert!(alpha * (1.0 - 1e-12) <= small); // one sample has g = α
            let back = samples_for(small, sharing).unwrap();
            prop_assert!((back / n - 1.0).abs() < 1e-15 / (1.0 - small), "{back} against {n}");
            prop_assert!(effective_size(n, sharing) <= n.min(1.0 / alpha) * (1.0 + 1e-12));
        }

        #[test]
        fn growth_rates_are_those_of_the_effective_profile(
            sizes in prop::collection::vec(1.0..1e4_f64, 2..6), gamma in -1.0..2.0_f64, alpha in 0.0..1.0_f64,
        ) {
            let profile = ClassProfile::from_sizes(sizes).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let sharing = Sharing::new(alpha).unwrap();
            let stated = crate::features::growth_rates(&profile, &weighting, sharing).rates();
            // √m' = √n' ω' of each class: the spectrum of P diag(m') P is that of the sums √n'_c ω'_c e_c.
            let weights = weighting.class_weights(&profile).unwrap();
            let k = profile.classes();
            let sums = DMatrix::from_fn(k, k, |i, j| if i == j {
                effective_size(profile.sizes()[i], sharing).sqrt() * weights[i] * sharing.gain(profile.sizes()[i])
            } else { 0.0 });
            let labels: Vec<usize> = (0..k).collect();
            let found = crate::features::ClassSums::new(&sums, &labels, k).unwrap().growth_rates(&vec![1.0; k]).unwrap();
            prop_assert_eq!((found.len(), stated.len()), (k - 1, k - 1));
            for (a, b) in found.iter().zip(&stated) {
                prop_assert!((a / b - 1.0).abs() < 1e-9, "{a} against {b}");
            }
        }

        #[test]
        fn two_classes_have_a_normal_probability(
            logits in prop::collection::vec(-1.0..1.0_f64, 4), alpha in 0.01..0.9_f64, p in 5.0..1e4_f64,
        ) {
            let profile = ClassProfile::from_counts(&[30, 4]).unwrap();
            let sharing = Sharing::new(alpha).unwrap();
            let logits = DMatrix::from_row_slice(2, 2, &logits);
            let found = accuracy(&logits, &profile, sharing, p).unwrap();
            for (class, other) in [(0, 1), (1, 0)] {
                let mean = generalisation_factor(profile.sizes()[class], sharing) * (logits[(class, class)] - logits[(other, class)]);
                let spread = (0..2).map(|c| {
                    let n = profile.sizes()[c];
                    ((logits[(class, c)] - logits[(other, c)]) * effective_size(n, sharing) * (1.0 - alpha)).powi(2) / (n * p)
                }).sum::<f64>().sqrt();
                let stated = orthant::normal_cdf(mean / spread);
                prop_assert!((found[class] - stated).abs() < 3e-4, "{} against {stated}", found[class]);
            }
        }
    }

    #[test]
    fn exchangeable_noise_alone_is_chance() {
        // Logits that are the labels, of classes that share nothing: a fresh sample has noise alone, the same for all classes.
        let classes = 6;
        let profile = ClassProfile::from_counts(&[7; 6]).unwrap();
        let labels = DMatrix::from_fn(classes, classes, |i, j| {
            f64::from(u8::from(i == j)) - 1.0 / 6.0
        });
        for found in accuracy(&labels, &profile, Sharing::NONE, 50.0).unwrap() {
            assert!((found - 1.0 / 6.0).abs() < 3e-4, "{found}");
        }
        let zeros = accuracy(
            &DMatrix::zeros(classes, classes),
            &profile,
            Sharing::NONE,
            50.0,
        )
        .unwrap();
        assert_eq!(zeros, vec![1.0 / 6.0; 6]);
    }

    #[test]
    fn what_is_no_state_of_the_model_is_refused() {
        let profile = ClassProfile::from_counts(&[7, 2]).unwrap();
        let of = |logits: DMatrix<f64>, p| accuracy(&logits, &profile, Sharing::NONE, p);
        assert!(matches!(
            of(DMatrix::zeros(3, 2), 10.0),
            Err(TheoryError::Shape { .. })
        ));
        assert!(matches!(
            of(DMatrix::zeros(2, 2), 0.0),
            Err(TheoryError::Domain { .. })
        ));
        assert!(matches!(
            of(DMatrix::from_element(2, 2, f64::NAN), 10.0),
            Err(TheoryError::Domain { .. })
        ));
        let beyond = class_accuracy(4, &DMatrix::zeros(2, 2), &profile, Sharing::NONE, 10.0);
        assert!(matches!(
            beyond,
            Err(TheoryError::Shape {
                expected: 2,
                found: 5,
                ..
            })
        ));

        let sharing = Sharing::new(0.1).unwrap();
        for factor in [-0.5, 0.0, 1.0, 1.5, f64::NAN] {
            let refused = [
                samples_for(factor, sharing).err(),
                implied_sharing(factor, 12.0).err(),
            ];
            for error in refused {
                assert!(matches!(error, Some(TheoryError::Fraction(_))), "{factor}");
            }
        }
        for n in [0.5, -1.0, f64::INFINITY, f64::NAN] {
            let refused = implied_sharing(0.5, n);
            assert!(matches!(refused, Err(TheoryError::ClassSize { .. })), "{n}");
        }
        assert_eq!(implied_sharing(0.25, 1.0), Sharing::new(0.25)); // one sample has g = α
    }

    #[test]
    fn logits_count_up_to_their_size() {
        let profile = ClassProfile::from_counts(&[30, 9, 4]).unwrap();
        let sharing = Sharing::new(0.2).unwrap();
        let logits = DMatrix::from_fn(
            3,
            3,
            |i, j| if i == j { 0.7 } else { -0.1 * (i + j) as f64 },
        );
        let of = |logits: DMatrix<f64>| accuracy(&logits, &profile, sharing, 40.0).unwrap();
        let (once, tiny) = (of(logits.clone()), of(logits * 2f64.powi(-1000)));
        assert_eq!(once, tiny);
    }
}
