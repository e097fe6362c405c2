//! The reweighted unconstrained-features model, integrated instead of solved.
//!
//! Gradient flow and gradient descent of the weighted squared loss `½ Σ_i ω_{y_i} ‖z_i − W h_i‖²` on the full
//! matrices `W` (`k × d`) and `H` (`d × N`):
//!
//! ```text
//! Ẇ = (Z − WH) Ω Hᵀ,   Ḣ = Wᵀ (Z − WH) Ω.
//! ```
//!
//! [`CrossEntropyFlow`] does the same for the weighted softmax cross-entropy, of which no closed form is known.
//!
//! [`ufm_theory`] says what should come out; this crate assumes none of it and finds out.
//!
//! ```
//! use ufm_simulation::{GradientFlow, Initialisation, Problem};
//! use ufm_theory::problem::{StepProfile, Start, Weighting};
//!
//! let step = StepProfile::halves(4, 100.0)?; // two classes of 100 samples, two of 1
//! let start = Initialisation::spectral(Start::scaled(8.0)?);
//! let window = |weighting| {
//!     let problem = Problem::step(&step, weighting)?;
//!     let trajectory = GradientFlow::new(&problem, start.clone()).run(&[], 40.0)?;
//!     let times: Vec<f64> = trajectory.half_amplitude_times().into_iter().flatten().collect();
//!     let last = times.iter().copied().fold(0.0, f64::max);
//!     let first = times.iter().copied().fold(f64::INFINITY, f64::min);
//!     Ok::<_, ufm_simulation::SimulationError>(last / first - 1.0)
//! };
//! assert!((window(Weighting::vanilla())? - 9.0).abs() < 1e-6); // √R − 1
//! assert!(window(Weighting::power(0.5)?)? < 0.12);
//! # Ok::<(), ufm_simulation::SimulationError>(())
//! ```
//!
//! # The frame
//!
//! From the small starts of the theory the modes differ by a hundred orders of magnitude: an absolute tolerance
//! would see zero, and a rounding error of a large mode, `1e-16`, would seed a small one at `1e-52`. So the
//! equations are integrated in the coordinates `W̃ = [U, 1/√k]ᵀ W` and `H̃ = H Q`, where `Q` is orthonormal, `N × N`, and
//! starts with the right singular vectors `V` of the labels. The change of coordinates is exact. In it labels are
//! diagonal, weights nearly so, and every product that meets a mode is proportional to that mode: each keeps
//! its relative precision whatever the others do, from `e^(−2δ)` with `δ` up to [`init::MAX_DELTA`]
//! on. Errors are controlled mode by mode in the same sense.
//!
//! What differs within a class never grows from zero, and spectral starts have it zero: then one feature vector per
//! class carries the exact flow ([`Frame::ClassConstant`]). From other starts it is carried by a `d × d` factor of its scatter for each
//! weight ([`Frame::Scatter`]), as exactly; and [`Frame::Full`] integrates every sample's.
//!
//! # The reduced flow
//!
//! From spectral starts a STEP problem needs no matrices: two closed forms and three coupled numbers are the exact flow, whatever
//! the weights ([`ReducedFlow`]), and five coupled numbers that of the cross-entropy ([`ReducedCrossEntropyFlow`]). That numbers and matrices
//! agree is a test; the matrices assume nothing, the numbers cost nothing.
//!
//! # The closed form
//!
//! With one common weight and a balanced start, random or not, nothing need be integrated: [`RiccatiFlow`] gives the state at any time.
//!
//! # The integrator
//!
//! Dormand–Prince 8(5,3) of the `differential-equations` crate: it lets the unknowns define the error norm, which is
//! what the mode-by-mode tolerance needs; at tolerance `1e-9` it takes a fifth of the steps of a
//! fifth-order method, for as much work, and it builds in seconds.
//! Recorded moments and crossing times that fall within a step are not interpolated but integrated anew from its
//! start: they are as exact as the steps, and do not change them.
//!
//! Computations are sequential, in one order, without fused operations: same input, same bits.

mod amplitude;
mod coordinates;
mod cross_entropy;
mod crossing;
mod descent;
mod directions;
mod error;
mod field;
mod flow;
pub mod init;
mod integrator;
mod linear;
pub mod loss;
mod measure;
mod problem;
mod random;
pub mod reduced;
mod riccati;
mod run;
mod scatter;
mod simulation;
mod softmax;
mod state;
mod trajectory;

pub use coordinates::MAX_UNKNOWNS;
pub use cross_entropy::{CrossEntropyFlow, CrossEntropyMoment, CrossEntropyTrajectory};
pub use descent::GradientDescent;
pub use error::SimulationError;
pub use flow::{Frame, GradientFlow};
pub use init::Initialisation;
pub use loss::Loss;
pub use problem::Problem;
pub use reduced::{
    HalfAmplitudes, ReducedCrossEntropyFlow, ReducedCrossEntropyMoment, ReducedFlow, ReducedMoment,
};
pub use riccati::RiccatiFlow;
pub use simulation::{Run, Simulation};
pub use trajectory::{Crossing, Factors, GroupMoment, Leakage, Moment, Statistics, Trajectory};

/// The Rust examples of the workspace's README, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
