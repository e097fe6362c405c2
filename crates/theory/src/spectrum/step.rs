//! Singular values, effective weights and learning rates of STEP problems, in closed form.
//!
//! A STEP problem has three kinds of [`Mode`]. For class sizes `R n`, `n` and weights `ω_maj`, `ω_min`:
//!
//! | mode | multiplicity | `σ²` | `λ` |
//! |---|---|---|---|
//! | majority | `k_maj − 1` | `R n` | `ω_maj` |
//! | contrast | 1 | `n (k_maj + k_min R)/k` | `(k_min R ω_maj + k_maj ω_min)/(k_min R + k_maj)` |
//! | minority | `k_min − 1` | `n` | `ω_min` |
//!
//! `σ` for equal halves is arXiv:2601.12011's; the split `k_maj ≠ k_min` is this project's. `λ` is
//! the diagonal of `VᵀΩV`. A mode of the projected flow grows at rate `σλ` per unit of gradient-flow time
//! (`ṡ = 2λs(σ − s)`).

use super::PerMode;
use crate::{
    numerics::logarithm::ln_add,
    problem::{StepProfile, Weighting},
};

/// The kinds of singular direction of a STEP label matrix.
///
/// Claims: `step-spectrum`, `equalising-exponent`, `terminal-layers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Differences among majority classes.
    Majority,
    /// All majority against all minority classes: the middle singular value.
    Contrast,
    /// Differences among minority classes.
    Minority,
}

impl Mode {
    /// All three, by decreasing singular value.
    pub const ALL: [Self; 3] = [Self::Majority, Self::Contrast, Self::Minority];

    /// The name used in tables and figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Majority => "majority",
            Self::Contrast => "contrast",
            Self::Minority => "minority",
        }
    }
}

/// `σ`, `λ` and `σλ` of the modes of a STEP problem, as logarithms.
///
/// Claims: `step-spectrum`, `effective-weights`, `flattening`.
///
/// ```
/// use ufm_theory::{problem::{StepProfile, Weighting}, spectrum::{Mode, StepSpectrum}};
/// let step = StepProfile::halves(4, 1e12)?;
/// let spectrum = StepSpectrum::new(&step, &Weighting::power(0.5)?);
/// assert!((spectrum.rate(Mode::Majority) - 1.0).abs() < 1e-12);
/// assert_eq!(spectrum.rate(Mode::Minority), 1.0);
/// assert!((spectrum.rate(Mode::Contrast) - 0.5_f64.sqrt()).abs() < 1e-6); // R → ∞: 1/√2
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepSpectrum {
    multiplicity: PerMode<usize>,
    ln_sigma: PerMode<f64>,
    ln_lambda: PerMode<f64>,
}

impl StepSpectrum {
    /// The spectrum of `step` under `weighting`.
    pub fn new(step: &StepProfile, weighting: &Weighting) -> Self {
        let ln_weights = weighting.ln_class_weights(&step.profile());
        Self::weighted(step, [ln_weights[0], ln_weights[step.majority()]])
    }

    /// The spectrum of `step` under any two weights: `ln ω` of majority and of minority samples.
    ///
    /// ```
    /// use ufm_theory::{problem::{StepProfile, Weighting}, spectrum::StepSpectrum};
    /// let step = StepProfile::halves(4, 9.0)?;
    /// let stated = StepSpectrum::new(&step, &Weighting::power(1.0)?);
    /// assert_eq!(StepSpectrum::weighted(&step, [-9.0_f64.ln(), 0.0]), stated);
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    pub fn weighted(step: &StepProfile, [ln_w_maj, ln_w_min]: [f64; 2]) -> Self {
        let (ln_maj, ln_min) = ((step.majority() as f64).ln(), (step.minority() as f64).ln());
        let (ln_ratio, ln_size) = (step.ratio().ln(), step.minority_size().ln());
        let ln_mixture = ln_add(ln_maj, ln_min + ln_ratio); // ln(k_maj + k_min R)
        Self {
            multiplicity: PerMode {
                majority: step.majority() - 1,
                contrast: 1,
                minority: step.minority() - 1,
            },
            ln_sigma: PerMode {
                majority: 0.5 * (ln_ratio + ln_size),
                contrast: 0.5 * (ln_size + ln_mixture - (step.classes() as f64).ln()),
                minority: 0.5 * ln_size,
            },
            ln_lambda: PerMode {
                majority: ln_w_maj,
                contrast: ln_add(ln_min + ln_ratio + ln_w_maj, ln_maj + ln_w_min) - ln_mixture,
                minority: ln_w_min,
            },
        }
    }

    /// The modes that exist: a group of one class has no differences inside it.
    pub fn modes(&self) -> impl Iterator<Item = Mode> + '_ {
        Mode::ALL
            .into_iter()
            .filter(|&mode| self.multiplicity(mode) > 0)
    }

    /// How many singular directions the mode has.
    pub fn multiplicity(&self, mode: Mode) -> usize {
        self.multiplicity[mode]
    }

    /// `ln σ`.
    pub fn ln_sigma(&self, mode: Mode) -> f64 {
        self.ln_sigma[mode]
    }

    /// `ln λ`.
    pub fn ln_lambda(&self, mode: Mode) -> f64 {
        self.ln_lambda[mode]
    }

    /// `ln(σλ)`.
    pub fn ln_rate(&self, mode: Mode) -> f64 {
        self.ln_sigma(mode) + self.ln_lambda(mode)
    }

    /// `σ`; may over- or underflow where its logarithm does not.
    pub fn sigma(&self, mode: Mode) -> f64 {
        self.ln_sigma(mode).exp()
    }

    /// `λ`; may over- or underflow where its logarithm does not.
    pub fn lambda(&self, mode: Mode) -> f64 {
        self.ln_lambda(mode).exp()
    }

    /// `σλ`; may over- or underflow where its logarithm does not.
    pub fn rate(&self, mode: Mode) -> f64 {
        self.ln_rate(mode).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::{LabelSvd, labels::step_modes};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn closed_forms_match_the_decomposition(
            majority in 1_usize..10, minority in 1_usize..10,
            ln_ratio in 0.0..14.0_f64, size in 1.0..50.0_f64, gamma in -1.0..2.0_f64, ln_scale in -3.0..3.0_f64,
        ) {
            let step = StepProfile::new(majority, minority, ln_ratio.exp()).unwrap()
                .with_minority_size(size).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let mut weights = weighting.class_weights(&step.profile()).unwrap();
            let spectrum = StepSpectrum::new(&step, &weighting);
            let svd = LabelSvd::step(&step);
            let lambda = svd.effective_weights(&weights).unwrap();
            for (i, mode) in step_modes(&step).into_iter().enumerate() {
                prop_assert!((svd.singular_values()[i] / spectrum.sigma(mode) - 1.0).abs() < 1e-13);
                prop_assert!((lambda[(i, i)] / spectrum.lambda(mode) - 1.0).abs() < 1e-12);
            }
            // And of weights of which neither is 1.
            weights.iter_mut().for_each(|weight| *weight *= ln_scale.exp());
            let spectrum = StepSpectrum::weighted(&step, [weights[0].ln(), weights[majority].ln()]);
            let lambda = svd.effective_weights(&weights).unwrap();
            for (i, mode) in step_modes(&step).into_iter().enumerate() {
                prop_assert!((lambda[(i, i)] / spectrum.lambda(mode) - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn extremes_stay_finite() {
        let step = StepProfile::halves(4, 1e12).unwrap();
        for gamma in [-60.0, 0.0, 60.0] {
            let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma).unwrap());
            for mode in Mode::ALL {
                assert!(spectrum.ln_rate(mode).is_finite());
            }
        }
    }

    #[test]
    fn a_group_of_one_class_has_no_mode_of_its_own() {
        let step = StepProfile::new(1, 3, 5.0).unwrap();
        let spectrum = StepSpectrum::new(&step, &Weighting::vanilla());
        let modes: Vec<_> = spectrum.modes().collect();
        assert_eq!(modes, [Mode::Contrast, Mode::Minority]);
    }
}
