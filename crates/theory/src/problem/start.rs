//! Where the flow starts: spectral initialisations at scale `δ`.

use crate::TheoryError;

use super::domain::Scale;

/// A balanced start aligned with the singular vectors of `Z = U Σ Vᵀ`, of size set by `δ > 0`.
///
/// With `RᵀR = I` (`d × r`), both have `W(0)ᵀW(0) = H(0)H(0)ᵀ`:
/// - [`Start::plain`]: `W(0) = e^(−δ) U Rᵀ`, `H(0) = e^(−δ) R Vᵀ`, so `s_i(0) = e^(−2δ)`
///   (arXiv:2601.12011);
/// - [`Start::scaled`]: `W(0) = e^(−δ) U Σ^½ Rᵀ`, `H(0) = e^(−δ) R Σ^½ Vᵀ`, so
///   `s_i(0) = σ_i e^(−2δ)` (this project): every mode starts at the same *fraction*.
///
/// ```
/// use ufm_theory::problem::Start;
/// assert_eq!(Start::plain(400.0)?.ln_initial_amplitude(2.0), -800.0);
/// assert_eq!(Start::scaled(400.0)?.ln_initial_amplitude(2.0), -798.0);
/// assert!(Start::plain(0.0).is_err());
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    delta: f64,
    shape: Shape,
}

/// The two spectral initialisations: how the modes start beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Every mode at the same amplitude.
    Plain,
    /// Every mode at the same fraction of its singular value.
    Scaled,
}

impl Start {
    /// The plain spectral initialisation, that of the paper.
    ///
    /// # Errors
    /// [`TheoryError::Scale`] unless `delta` is finite and positive.
    pub fn plain(delta: f64) -> Result<Self, TheoryError> {
        Self::new(Shape::Plain, delta)
    }

    /// The scaled spectral initialisation.
    ///
    /// # Errors
    /// [`TheoryError::Scale`] unless `delta` is finite and positive.
    pub fn scaled(delta: f64) -> Result<Self, TheoryError> {
        Self::new(Shape::Scaled, delta)
    }

    /// The initialisation of the given shape.
    ///
    /// # Errors
    /// [`TheoryError::Scale`] unless `delta` is finite and positive.
    pub fn new(shape: Shape, delta: f64) -> Result<Self, TheoryError> {
        let delta = Scale::new(delta)?.get();
        Ok(Self { delta, shape })
    }

    /// The scale `δ`.
    pub fn delta(&self) -> f64 {
        self.delta
    }

    /// How the modes start beside each other.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// `ln s(0)` of the mode with singular value `e^ln_sigma`.
    pub fn ln_initial_amplitude(&self, ln_sigma: f64) -> f64 {
        match self.shape {
            Shape::Plain => -2.0 * self.delta,
            Shape::Scaled => ln_sigma - 2.0 * self.delta,
        }
    }

    /// `ln(σ/s(0))` of the mode with singular value `σ = e^ln_sigma`: the growth still to come.
    ///
    /// For the scaled start this is `2δ` exactly, whatever `σ`.
    pub fn ln_growth(&self, ln_sigma: f64) -> f64 {
        match self.shape {
            Shape::Plain => ln_sigma + 2.0 * self.delta,
            Shape::Scaled => 2.0 * self.delta,
        }
    }

    /// `ln(σ/2s(0))`: the growth to half the singular value.
    ///
    /// # Errors
    /// [`TheoryError::StartAboveHalf`] unless it is positive.
    pub fn ln_growth_to_half(&self, ln_sigma: f64) -> Result<f64, TheoryError> {
        let ln_growth = self.ln_growth(ln_sigma);
        if ln_growth > std::f64::consts::LN_2 {
            Ok(ln_growth - std::f64::consts::LN_2)
        } else {
            Err(TheoryError::StartAboveHalf {
                ln_fraction: -ln_growth,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::LN_2;

    #[test]
    fn a_start_at_half_has_no_growth_to_it() {
        // σ = 1 and s(0) = e^(−2δ) = 1/2.
        for start in [Start::plain(0.5 * LN_2), Start::scaled(0.5 * LN_2)] {
            assert_eq!(
                start.unwrap().ln_growth_to_half(0.0),
                Err(TheoryError::StartAboveHalf { ln_fraction: -LN_2 })
            );
        }
        // s(0) = 1/4.
        for start in [Start::plain(LN_2), Start::scaled(LN_2)] {
            assert_eq!(start.unwrap().ln_growth_to_half(0.0), Ok(LN_2));
        }
    }
}
