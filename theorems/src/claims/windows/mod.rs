//! Learning windows: how far apart modes are learned, and what weights do to that.

pub mod equalising_exponent;
pub mod flattening;
pub mod optimal_exponent;
pub mod reversed_order;
pub mod simulated_windows;
pub mod split_window;
pub mod vanilla_window;
pub mod window_bound;

crate::claims::register![
    vanilla_window,
    flattening,
    window_bound,
    split_window,
    equalising_exponent,
    optimal_exponent,
    reversed_order,
    simulated_windows,
];
