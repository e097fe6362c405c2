//! The cross-entropy in place of the squared loss.

pub mod balanced_cross_entropy;
pub mod cross_entropy_groups;
pub mod cross_entropy_growth;
pub mod cross_entropy_late;
pub mod cross_entropy_reduction;
pub mod cross_entropy_window;

crate::claims::register![
    cross_entropy_growth,
    cross_entropy_reduction,
    cross_entropy_groups,
    cross_entropy_window,
    cross_entropy_late,
    balanced_cross_entropy,
];
