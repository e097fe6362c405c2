//! One mode: its growth, and when it is learned.

pub mod descent_order;
pub mod learning_time_limit;
pub mod logistic_solution;
pub mod majority_first;
pub mod mode_decoupling;
pub mod scaled_start;

crate::claims::register![
    logistic_solution,
    mode_decoupling,
    learning_time_limit,
    majority_first,
    scaled_start,
    descent_order,
];
