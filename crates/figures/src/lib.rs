//! Figures: each a function from parameters to a [`Table`], and a drawing that reads nothing but that table.
//!
//! One module per figure in [`figures`]; [`all`] lists them. [`build`] writes, for each, the table as CSV, its
//! drawing as SVG, PNG and PDF, and the manifest that says what made them; [`check`] recomputes everything and
//! names each difference. The same parameters give the same bytes, on every run and any number of threads.
//!
//! ```
//! let parameters = ufm_figures::Parameters::defaults()?;
//! let figure = ufm_figures::find("window-vs-gamma")?;
//! let table = (figure.table)(&parameters, &ufm_figures::Inputs::default())?;
//! assert!(table.to_csv()?.starts_with("R,γ,"));
//! # Ok::<(), ufm_figures::FigureError>(())
//! ```

mod assemble;
pub mod canvas;
mod check;
mod error;
mod export;
pub mod figures;
mod inputs;
mod manifest;
mod parameters;
mod studies;
mod study;
mod table;

pub use assemble::{Built, Progress, build};
pub use check::{Difference, check};
pub use error::FigureError;
pub use export::{Pictures, missing_glyphs, pictures};
pub use figures::{Figure, all, find};
pub use inputs::{Inputs, Laboratory, Reads};
pub use manifest::{Cost, Entry, FileEntry, MANIFEST, Manifest};
pub use parameters::{DEFAULTS, Parameters};
pub use study::{Gathering, Machine, study};
pub use table::{Cell, Row, Table};
