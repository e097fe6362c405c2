//! The terminal phase: what training ends at, and the benefit before it.

pub mod early_benefit;
pub mod general_starts;
pub mod terminal_geometry;
pub mod terminal_interpolation;
pub mod terminal_layers;

crate::claims::register![
    terminal_interpolation,
    terminal_geometry,
    terminal_layers,
    general_starts,
    early_benefit,
];
