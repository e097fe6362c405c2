//! `W` and `H` themselves, integrated or descended in the smallest frame that is exact, or the one asked for.

mod amplitude;
mod descent;
mod error_norm;
mod field;
mod flow;
pub(crate) mod frame;
mod integrator;
pub(crate) mod measure;
mod recorder;
mod softmax;
pub(crate) mod watch;

pub(crate) use descent::descend;
pub(crate) use flow::integrate;
pub(crate) use frame::Frame;
