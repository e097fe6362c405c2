//! The Python package `ufm`: what is native of it. Arguments are checked and documented in `python/ufm/__init__.py`; everything that a user
//! may have got wrong comes back as `ValueError` with the message of the Rust library.

mod advice;
mod model;

use pyo3::prelude::*;

/// Native part of `ufm`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::{
        advice::{advise_counts, advise_features},
        model::{learning_times, simulate, window},
    };
}

/// Any error of the libraries.
fn value_error(error: impl std::fmt::Display) -> PyErr {
    pyo3::exceptions::PyValueError::new_err(error.to_string())
}
