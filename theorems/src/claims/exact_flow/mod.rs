//! The exact re-weighted flow, which leaves the row space of the labels.

pub mod balancedness;
pub mod exact_reduction;
pub mod exact_window;
pub mod exact_window_bound;
pub mod exact_window_closes;
pub mod growth_flat;
pub mod growth_rates;
pub mod riccati_solution;
pub mod scatter_reduction;

crate::claims::register![
    balancedness,
    growth_rates,
    growth_flat,
    scatter_reduction,
    riccati_solution,
    exact_reduction,
    exact_window_bound,
    exact_window,
    exact_window_closes,
];
