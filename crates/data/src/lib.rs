//! Real data sets, and imbalanced subsets of them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`digits`] | the UCI 8×8 handwritten digits, built in: no file, no network |
//! | [`mnist`] | MNIST from a folder of its four files, and where that folder is looked for |
//! | [`cifar10`] | CIFAR-10, the same way: all of it, or those of its training files that are at hand |
//! | [`fetch`] | how the files of either get into a folder: from mirrors or a copy, with their sums pinned |
//! | [`folder`] | folders of PNG and JPEG images, one folder a class or a list of paths and labels |
//! | [`idx`] | the file format of MNIST |
//!
//! Which samples of a class a subset takes depends on the seed alone and is printable: see
//! [`subsample`]. How many is a class profile: [`step_counts`], [`long_tail_counts`], or any counts.
//!
//! ```
//! use ufm_data::{digits, step_counts, subsample};
//!
//! let digits = digits::load(0)?;
//! let counts = step_counts(&digits.train.class_counts(), &[0, 1, 2, 3, 4], 120, 10.0)?;
//! let taken = subsample(&digits.train, &counts, 7)?;
//! let imbalanced = digits.train.select(&taken)?;
//! assert_eq!(imbalanced.class_counts(), [120, 120, 120, 120, 120, 12, 12, 12, 12, 12]);
//! # Ok::<(), ufm_data::DataError>(())
//! ```

pub mod cifar10;
pub mod digits;
mod error;
pub mod fetch;
pub mod folder;
pub mod idx;
pub mod mnist;
mod place;
mod random;
mod samples;
mod subset;
mod sums;
mod xz;

pub use error::{BrokenImage, DataError, ImageFault};
pub use samples::{DataSet, Samples};
pub use subset::{long_tail_counts, step_counts, subsample};
pub use sums::class_sums;
