//! Readers: each hands samples to [`Totals`](crate::Totals) as they come and keeps none.

pub mod csv;
pub mod idx;
mod names;
pub mod images;
pub mod npy;
