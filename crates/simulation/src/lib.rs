//! The reweighted unconstrained-features model, integrated instead of solved.
//!
//! Gradient flow and gradient descent of the weighted squared loss `½ Σ_i ω_{y_i} ‖z_i − W h_i‖²` on the full
//! matrices `W` (`k × d`) and `H` (`d × N`):
//!
//! ```text
//! Ẇ = (Z − WH) Ω Hᵀ,   Ḣ = Wᵀ (Z − WH) Ω.
//! ```
//!
//! or the same of the weighted softmax cross-entropy. [`ufm_theory`] says what should come out; this crate assumes none of it and finds out.
//!
//! One door: a [`Problem`] (profile, weights, loss), an [`Initialisation`], a [`Simulation`] that takes the cheapest [`Solver`] that is exact or the one asked
//! for, and a [`Trajectory`] that says which, with amplitudes, groups, accuracies, margins, half times and [`Trajectory::window`].
//!
//! ```
//! use ufm_simulation::{Initialisation, Problem, Simulation};
//! use ufm_theory::problem::{StepProfile, Start, Weighting};
//!
//! let step = StepProfile::halves(4, 100.0)?; // two classes of 100 samples, two of 1
//! let window = |weighting| {
//!     let problem = Problem::step(&step, weighting)?;
//!     let flow = Simulation::new(&problem, Initialisation::spectral(Start::scaled(8.0)?));
//!     Ok::<_, ufm_simulation::SimulationError>(flow.run(0)?.window().map(|window| window.relative))
//! };
//! assert!((window(Weighting::vanilla())?.expect("learned") - 9.0).abs() < 1e-9); // √R − 1
//! assert!(window(Weighting::power(0.5)?)?.expect("learned") < 0.12);
//! # Ok::<(), ufm_simulation::SimulationError>(())
//! ```
//!
//! # The folders
//!
//! | | |
//! |---|---|
//! | `problem`, [`loss`], [`start`] | what is asked |
//! | `simulation`, `solver`, `trajectory` | the door, and what comes out |
//! | `closed_form` | modes that do not meet; the matrix Riccati equation |
//! | `reduced` | STEP problems from spectral starts, in three or five coupled numbers |
//! | `matrices` | `W` and `H` integrated or descended, in a frame, and measured |
//! | [`samples`] | given features in place of free ones, descended sample by sample and asked about fresh samples |
//! | `numerics` | sums in one order |
//!
//! Imports run downwards in this table's order of solvers: `matrices` knows of no other, `closed_form` and `reduced` measure by its rules.
//!
//! # The frame
//!
//! From the small starts of the theory the modes differ by a hundred orders of magnitude: an absolute tolerance
//! would see zero, and a rounding error of a large mode, `1e-16`, would seed a small one at `1e-52`. So the
//! equations are integrated in the coordinates `W̃ = [U, 1/√k]ᵀ W` and `H̃ = H Q`, where `Q` is orthonormal, `N × N`, and
//! starts with the right singular vectors `V` of the labels. The change of coordinates is exact. In it labels are
//! diagonal, weights nearly so, and every product that meets a mode is proportional to that mode: each keeps
//! its relative precision whatever the others do, from `e^(−2δ)` with `δ` up to [`start::MAX_DELTA`]
//! on. Errors are controlled mode by mode in the same sense. Closed forms and coupled numbers are held in logarithms and have no such limit.
//!
//! What differs within a class never grows from zero, and spectral starts have it zero: then one feature vector per
//! class carries the exact flow ([`Solver::ClassMeans`]). From other starts, under the squared loss, it is carried by a `d × d` factor of its
//! scatter for each weight ([`Solver::Scatters`]), as exactly; and [`Solver::Samples`] integrates every sample's.
//!
//! # The integrator
//!
//! Dormand–Prince 8(5,3) of the `differential-equations` crate: it lets the unknowns define the error norm, which is
//! what the mode-by-mode tolerance needs; at tolerance `1e-9` it takes a fifth of the steps of a
//! fifth-order method, for as much work, and it builds in seconds.
//! Recorded moments and crossing times that fall within a step are not interpolated but integrated anew from its
//! start: they are as exact as the steps, and do not change them. The few coupled numbers are stiff and take linearly implicit steps of our own.
//!
//! Computations are sequential, in one order, without fused operations: same input, same bits.

mod closed_form;
mod error;
pub mod loss;
mod matrices;
mod numerics;
mod problem;
mod reduced;
pub mod samples;
mod simulation;
mod solver;
pub mod start;
mod trajectory;

pub use error::SimulationError;
pub use loss::Loss;
pub use matrices::frame::MAX_UNKNOWNS;
pub use problem::Problem;
pub use simulation::Simulation;
pub use solver::Solver;
pub use start::Initialisation;
pub use trajectory::{
    Crossing, Factors, GroupMoment, Leakage, Moment, Statistics, Trajectory, Window,
};

/// The Rust examples of the workspace's README, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
