//! Other remedies on the same model: what each does to when modes are learned.

pub mod adjusted_groups;
pub mod adjusted_growth;
pub mod deferred_weights;
pub mod normalised_descent;
pub mod spectral_descent;

crate::claims::register![
    adjusted_growth,
    adjusted_groups,
    deferred_weights,
    spectral_descent,
    normalised_descent,
];
