//! MNIST.
use std::path::{Path, PathBuf};

use crate::{DataError, DataSet};

/// One of the four files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its published name, ending in `.gz`.
    pub name: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the `.gz`.
    pub sha256: &'static str,
    /// SHA-256 of what is in it.
    pub unpacked_sha256: &'static str,
}

/// The four files: training images, training labels, test images, test labels.
pub const FILES: [File; 4] = [
    File {
        name: "train-images-idx3-ubyte.gz",
        bytes: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        unpacked_sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    File {
        name: "train-labels-idx1-ubyte.gz",
        bytes: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        unpacked_sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    File {
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        unpacked_sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    File {
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        unpacked_sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

/// Reads MNIST.
///
/// # Errors
/// Not yet.
pub fn load(_dir: &Path) -> Result<DataSet, DataError> {
    locate(None, Path::new("")).map(|_| crate::digits::load(0))?
}

/// Finds it.
///
/// # Errors
/// Always, so far.
pub fn locate(explicit: Option<&Path>, checkout: &Path) -> Result<PathBuf, DataError> {
    Err(DataError::NotFound {
        file: FILES[0].name,
        looked_at: vec![explicit.unwrap_or(checkout).to_owned()],
    })
}
