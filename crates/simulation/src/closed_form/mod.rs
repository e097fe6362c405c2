//! Flows that need not be integrated: the state at any time, at the same cost.

mod logistic;
mod riccati;

pub(crate) use logistic::Logistic;
pub(crate) use riccati::{Riccati, common_weight};
