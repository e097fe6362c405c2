//! Readers: each hands samples to [`Totals`](crate::Totals) as they come and keeps none.
//!
//! Not read: Parquet, whose crate brings Arrow and some fifty others for what is one line of pandas (`numpy.savez(path, X=frame[features], y=frame[label])`);
//! and safetensors, which has no place for labels in words (`numpy.savez(path, **safetensors.numpy.load_file(path))`).

pub mod csv;
pub mod idx;
pub mod images;
mod lines;
mod names;
pub mod npy;
