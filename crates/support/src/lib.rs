//! What every part of the workspace needs and none is about.
//!
//! | module | what it holds |
//! |---|---|
//! | [`digest`] | SHA-256 in hexadecimal: of bytes, of a file, piece by piece |
//! | [`files`] | files that are there in full or not at all, one by one or as a set |
//! | [`lock`] | one writer to a folder |
//! | [`machine`] | on what processor, and when |
//! | [`messages`] | what parsers say, for people |
//! | [`names`] | the name that was meant |
//! | [`mod@print`] | words that may find no reader |
//! | [`tables`] | tables for people |
//! | [`workspace`] | where the checkout is, found at run time |
//!
//! ```
//! use ufm_support::{digest, files, lock::Lock};
//!
//! let folder = tempfile::tempdir()?;
//! let _lock = Lock::take(folder.path())?;
//! files::replace(&folder.path().join("greeting.txt"), b"hello")?;
//! assert_eq!(digest::of_file(&folder.path().join("greeting.txt"))?, digest::of(b"hello"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod digest;
pub mod files;
pub mod lock;
pub mod machine;
pub mod messages;
pub mod names;
pub mod print;
pub mod tables;
pub mod workspace;
