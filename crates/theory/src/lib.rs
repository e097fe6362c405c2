//! Closed forms of the unconstrained-features model with a re-weighted squared loss.
//!
//! The model (the *small-scale model*, SSM, of arXiv:2601.12011): logits `L = W H` with both the
//! classifier `W` (`k × d`) and the features `H` (`d × N`) free, trained by gradient flow on
//!
//! ```text
//! ½ Σ_i ω_{y_i} ‖z_i − W h_i‖²,      Ẇ = (Z − WH) Ω Hᵀ,   Ḣ = Wᵀ (Z − WH) Ω,
//! ```
//!
//! where the columns of `Z = (I − 11ᵀ/k) Y` (`k × N`) are the simplex-encoded labels and
//! `ω_c ∝ n_c^(−γ)` weighs the samples of class `c`.
//!
//! | module | what it holds |
//! |---|---|
//! | [`profile`] | class profiles: STEP, long tail, explicit sizes |
//! | [`weights`] | sample weights `n_c^(−γ)` and their normalisation |
//! | [`labels`] | `Z` and its singular value decomposition |
//! | [`spectrum`] | `σ`, `λ` and the rates `σλ` of a STEP problem; `Λ = VᵀΩV` of any |
//! | [`start`] | spectral and scaled spectral initialisation at scale `δ` |
//! | [`dynamics`] | the logistic growth of one mode |
//! | [`learning_time`] | when a mode is learned, in the limit and at finite `δ` |
//! | [`window`] | how far apart the modes are learned |
//! | [`growth`] | early growth rates of the exact reweighted flow, for any class profile |
//! | [`constrained`] | the same for features that are shared or given |
//! | [`cross_entropy`] | when groups of classes are learned under the cross-entropy |
//! | [`exponent`] | the exponent that brings rates closest together, numerically |
//! | [`terminal`] | what `W` and `H` become at convergence |
//!
//! **Time** is always gradient-flow time `t` of the flow above; *normalised* time is `τ = t/δ`.
//! Nothing here does I/O, draws random numbers or reads a clock, and quantities that over- or
//! underflow are carried as logarithms: `δ = 400` and `R = 10¹²` are ordinary input.
//!
//! ```
//! use ufm_theory::{profile::StepProfile, spectrum::StepSpectrum, weights::Weighting, window};
//!
//! let problem = StepProfile::halves(10, 100.0)?; // ten classes, imbalance ratio 100
//! let vanilla = StepSpectrum::new(&problem, &Weighting::vanilla());
//! let reweighted = StepSpectrum::new(&problem, &Weighting::power(0.5)?);
//! assert!((window::limiting(&vanilla).relative - 9.0).abs() < 1e-12); // √R − 1
//! assert!(window::limiting(&reweighted).relative < window::SUPREMUM); // below √2 − 1
//! # Ok::<(), ufm_theory::TheoryError>(())
//! ```

pub mod constrained;
pub mod cross_entropy;
mod data;
mod data_growth;
pub mod dynamics;
mod error;
pub mod exponent;
pub mod growth;
mod jacobi;
pub mod labels;
pub mod learning_time;
mod logarithm;
pub mod profile;
mod secular;
pub mod spectrum;
pub mod start;
pub mod terminal;
pub mod weights;
pub mod window;

pub use error::TheoryError;
