//! How fast each direction grows out of a small start, under the exact reweighted flow.
//!
//! At `WH = 0` the flow linearises to `Ẇ = ZΩHᵀ`, `Ḣ = WᵀZΩ`: the singular directions of `ZΩ` (`k × N`) grow like
//! `e^(ρt)` in `W` and in `H`, with rates `ρ` the singular values. Since
//!
//! ```text
//! (ZΩ)(ZΩ)ᵀ = P diag(m) P,    m_c = n_c ω_c²,    P = I − 11ᵀ/k,
//! ```
//!
//! they are, for *any* class profile: `√m` for a value `m` that occurs more than once, once less often than it occurs, and
//! the square roots of the roots of `Σ_c 1/(m_c − x) = 0`, which interlace the sorted `m_c`. With weights
//! `n_c^(−½)` every `m_c` is the same: the rates are exactly equal, whatever the counts. Without weights
//! `m_c = n_c`, and the rates are the singular values of the labels. Source: this project.
//!
//! The rates of the *projected* flow, `σλ` of [`crate::spectrum`], are never above these: in the contrast direction
//! of a STEP problem they are lower, which is why the exact flow closes the window and the projected one does not.

use crate::{
    numerics::logarithm::ln_add,
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{Mode, secular::ln_centred_eigenvalues},
};

/// Early growth rates, in decreasing order, as logarithms: in units of one over gradient-flow time.
///
/// Claims: `growth-rates`, `growth-flat`.
///
/// ```
/// use ufm_theory::{exact_flow::GrowthRates, problem::{ClassProfile, Weighting}};
/// let tail = ClassProfile::long_tail(100, 5000.0, 1e12)?;
/// let vanilla = GrowthRates::new(&tail, &Weighting::vanilla());
/// let reweighted = GrowthRates::new(&tail, &Weighting::power(0.5)?);
/// assert_eq!(vanilla.ln_rates().len(), 99);
/// assert!(vanilla.spread() > 1e5);       // slower by as much
/// assert_eq!(reweighted.spread(), 0.0);  // exactly flat
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthRates {
    ln_rates: Vec<f64>,
}

impl GrowthRates {
    /// The singular values of `ZΩ`, `k − 1` of them. Relative error a few roundings; `O(k²)` operations.
    pub fn new(profile: &ClassProfile, weighting: &Weighting) -> Self {
        Self::from_ln_strengths(&ln_strengths(profile, weighting))
    }

    /// The singular values of the labels `Z` of any counts.
    ///
    /// The same as [`crate::spectrum::LabelSvd::new`] has, as logarithms and without singular vectors.
    ///
    /// ```
    /// use ufm_theory::{exact_flow::GrowthRates, problem::ClassProfile};
    /// let sigma = GrowthRates::of_labels(&ClassProfile::from_counts(&[9, 9, 1, 1])?).rates();
    /// for (found, squared) in sigma.iter().zip([9.0_f64, 5.0, 1.0]) {
    ///     assert!((found - squared.sqrt()).abs() < 1e-14);
    /// }
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    pub fn of_labels(profile: &ClassProfile) -> Self {
        Self::new(profile, &Weighting::vanilla())
    }

    /// Square roots of the eigenvalues of `P diag(m) P` besides the null one, from `ln m_c`.
    pub(crate) fn from_ln_strengths(ln_strengths: &[f64]) -> Self {
        let mut ln_rates = ln_centred_eigenvalues(ln_strengths);
        for ln_rate in &mut ln_rates {
            *ln_rate *= 0.5;
        }
        Self { ln_rates }
    }

    /// `ln ρ`, decreasing.
    pub fn ln_rates(&self) -> &[f64] {
        &self.ln_rates
    }

    /// `ρ`, decreasing; may over- or underflow where the logarithms do not.
    pub fn rates(&self) -> Vec<f64> {
        self.ln_rates.iter().map(|ln_rate| ln_rate.exp()).collect()
    }

    /// `ρ_max/ρ_min − 1`: the relative window of the times `1/ρ` at which directions leave a start of size `e^(−δ)`, in units
    /// of `δ`, as `δ → ∞`.
    pub fn spread(&self) -> f64 {
        match (self.ln_rates.first(), self.ln_rates.last()) {
            (Some(largest), Some(smallest)) => (largest - smallest).exp_m1(),
            _ => 0.0, // never: a profile has two classes
        }
    }
}

/// `ln m_c = ln(n_c ω_c²) = (1 − 2γ) ln n_c + constant`; in this form exactly constant at `γ = ½`.
pub(crate) fn ln_strengths(profile: &ClassProfile, weighting: &Weighting) -> Vec<f64> {
    let gamma = weighting.exponent();
    let ln_factor = ln_factor(profile, weighting);
    profile
        .sizes()
        .iter()
        .map(|n| (1.0 - 2.0 * gamma) * n.ln() + 2.0 * ln_factor)
        .collect()
}

/// The logarithm of the common factor of all weights, `ω_c = factor · n_c^(−γ)`.
pub(crate) fn ln_factor(profile: &ClassProfile, weighting: &Weighting) -> f64 {
    weighting.ln_class_weights(profile)[0] + weighting.exponent() * profile.sizes()[0].ln()
}

/// `ln` of the growth rate of a mode of a STEP problem, in closed form. For weights `R^(−γ)` and 1 and minority size 1 the rates are
///
/// Claims: `growth-rates`, `cross-entropy-growth`.
///
/// ```text
/// majority R^(½−γ),    contrast √((k_min R^(1−2γ) + k_maj)/k),    minority 1.
/// ```
///
/// Source: this project.
///
/// ```
/// use ufm_theory::{exact_flow::growth, problem::{StepProfile, Weighting}, spectrum::Mode};
/// let step = StepProfile::new(2, 8, 1e12)?;
/// let flat = Weighting::power(0.5)?;
/// assert!(Mode::ALL.iter().all(|&mode| growth::step_ln_rate(&step, &flat, mode).abs() < 1e-14));
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn step_ln_rate(step: &StepProfile, weighting: &Weighting, mode: Mode) -> f64 {
    let ln_strengths = ln_strengths(&step.profile(), weighting);
    step_ln_rate_of(step, ln_strengths[0], ln_strengths[step.majority()], mode)
}

/// The same from `ln m` of a majority and of a minority class.
pub(crate) fn step_ln_rate_of(step: &StepProfile, ln_maj: f64, ln_min: f64, mode: Mode) -> f64 {
    let (majority, minority) = (step.majority() as f64, step.minority() as f64);
    0.5 * match mode {
        Mode::Majority => ln_maj,
        Mode::Contrast => {
            // The mean weighs each by the number of the *other* classes.
            ln_add(minority.ln() + ln_maj, majority.ln() + ln_min) - (majority + minority).ln()
        }
        Mode::Minority => ln_min,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        problem::Normalisation,
        spectrum::{LabelSvd, StepSpectrum},
    };
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_labels_agree_with_their_decomposition(
            counts in prop::collection::vec(1_usize..2000, 2..12),
        ) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let svd = LabelSvd::new(&profile);
            let found = GrowthRates::of_labels(&profile).rates();
            prop_assert_eq!(found.len(), counts.len() - 1);
            for (a, b) in found.iter().zip(svd.singular_values()) {
                prop_assert!((a / b - 1.0).abs() < 1e-14, "{a} against {b}");
            }
        }

        #[test]
        fn step_rates_are_the_closed_form(
            majority in 1_usize..8, minority in 1_usize..8,
            ln_ratio in 0.0..28.0_f64, size in 0.1..100.0_f64, gamma in -1.0..2.0_f64,
        ) {
            let step = StepProfile::new(majority, minority, ln_ratio.exp()).unwrap()
                .with_minority_size(size).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let spectrum = StepSpectrum::new(&step, &weighting);
            let mut closed = Vec::new();
            for mode in spectrum.modes() {
                let ln_rate = step_ln_rate(&step, &weighting, mode);
                // Cauchy–Schwarz: the projected flow is never faster.
                prop_assert!(spectrum.ln_rate(mode) <= ln_rate + 1e-12);
                closed.extend(std::iter::repeat_n(ln_rate, spectrum.multiplicity(mode)));
            }
            closed.sort_by(|a, b| b.total_cmp(a));
            let found = GrowthRates::new(&step.profile(), &weighting);
            for (a, b) in found.ln_rates().iter().zip(&closed) {
                prop_assert!((a - b).abs() < 1e-13 * (1.0 + ln_ratio), "{a} against {b}");
            }
        }

        #[test]
        fn the_square_root_weights_are_exactly_flat(
            sizes in prop::collection::vec(1e-6..1e12_f64, 2..50),
        ) {
            let profile = ClassProfile::from_sizes(sizes).unwrap();
            for normalisation in [Normalisation::SmallestClassOne, Normalisation::Raw, Normalisation::SampleMeanOne] {
                let weighting = Weighting::power(0.5).unwrap().normalised(normalisation);
                prop_assert_eq!(GrowthRates::new(&profile, &weighting).spread(), 0.0);
            }
        }
    }
}
