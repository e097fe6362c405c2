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
//! | chapter | what it holds |
//! |---|---|
//! | [`problem`] | class profiles (STEP, long tail, explicit sizes), weights `n_c^(−γ)`, starts at scale `δ` |
//! | [`spectrum`] | `Z` and its singular value decomposition; `σ`, `λ` and the rates `σλ` of a STEP problem; `Λ = VᵀΩV` of any |
//! | [`modes`] | the logistic growth of one mode; when it is learned, in the limit and at finite `δ` |
//! | [`windows`] | how far apart the modes are learned; the exponent that brings rates closest together |
//! | [`exact_flow`] | early growth rates of the exact reweighted flow, for any class profile |
//! | [`terminal`] | what `W` and `H` become at convergence |
//! | [`features`] | growth rates of features that are shared or given |
//! | [`cross_entropy`] | when groups of classes are learned under the cross-entropy |
//! | [`test_time`] | fresh samples: how their margins follow those of training, and their accuracy |
//! | [`numerics`] | root finding, for the whole workspace |
//!
//! The claims (`ufm-theorems`), the formal proofs (`theorems/coq`) and the figures have the same chapters.
//!
//! **Time** is always gradient-flow time `t` of the flow above; *normalised* time is `τ = t/δ`.
//! Nothing here does I/O, draws random numbers or reads a clock, and quantities that over- or
//! underflow are carried as logarithms: `δ = 400` and `R = 10¹²` are ordinary input.
//!
//! ```
//! use ufm_theory::{problem::{StepProfile, Weighting}, spectrum::StepSpectrum, windows};
//!
//! let problem = StepProfile::halves(10, 100.0)?; // ten classes, imbalance ratio 100
//! let vanilla = StepSpectrum::new(&problem, &Weighting::vanilla());
//! let reweighted = StepSpectrum::new(&problem, &Weighting::power(0.5)?);
//! assert!((windows::limiting(&vanilla).relative - 9.0).abs() < 1e-12); // √R − 1
//! assert!(windows::limiting(&reweighted).relative < windows::SUPREMUM); // below √2 − 1
//! # Ok::<(), ufm_theory::TheoryError>(())
//! ```

pub mod cross_entropy;
mod error;
pub mod exact_flow;
pub mod features;
pub mod modes;
pub mod numerics;
pub mod problem;
pub mod spectrum;
pub mod terminal;
pub mod test_time;
pub mod windows;

pub use error::TheoryError;
