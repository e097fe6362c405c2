//! How one mode grows, and when it is learned.
//!
//! Claims: `logistic-solution`, `mode-decoupling`, `learning-time-limit`, `majority-first`, `scaled-start`, `descent-order`.

mod dynamics;
pub mod learning_time;

pub use dynamics::ModeDynamics;
