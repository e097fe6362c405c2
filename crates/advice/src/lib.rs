//! Which loss weights an imbalanced data set asks for, and when to stop.
//!
//! Times are `1/rate`, the limit of small starts; rates are the singular values of `ZΩ` for free features and of `ZΩXᵀ` for given ones
//! ([`ufm_theory::exact_flow::growth`], [`ufm_theory::features`]).
//!
//! | module | what it holds |
//! |---|---|
//! | [`data`] | a data set as far as advice is concerned |
//! | [`totals`] | sums over samples, from which that is made in one pass |
//! | [`advice`] | what the theory says of it |
//! | [`read`] | tables, NumPy arrays, folders of images, IDX files (feature `readers`, on by default) |
//!
//! ```
//! use ufm_advice::{DataSet, Scaling, Totals, advise};
//! // Counts alone: as for features that a class shares, inverse frequency; free features would have the square root.
//! let advice = advise(&DataSet::from_counts(&[5000, 500, 50])?, &[])?;
//! assert_eq!(advice.recommended.gamma, 1.0);
//! assert_eq!(advice.free.equalising_exponent, Some(0.5));
//! // Features, sample by sample.
//! let mut totals = Totals::new(vec![1.0, 0.0]);
//! for (class, sample) in [(0, [1.0, 0.0]), (0, [1.0, 0.0]), (0, [1.0, 0.0]), (1, [0.0, 1.0])] {
//!     totals.add(class, &sample)?;
//! }
//! let data = totals.finish(&["cat".into(), "lynx".into()], Scaling::Raw)?;
//! assert_eq!(data.counts, [3, 1]);
//! # Ok::<(), ufm_advice::AdviceError>(())
//! ```

pub mod advice;
pub mod data;
mod error;
mod groups;
mod growth;
#[cfg(feature = "readers")]
pub mod read;
pub mod totals;

pub use advice::{Advice, advise};
pub use data::{DataSet, Features, Scaling};
pub use error::AdviceError;
pub use totals::Totals;
