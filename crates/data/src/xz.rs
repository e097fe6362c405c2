//! Files packed by xz.

use std::{
    io::{self, BufRead},
    path::Path,
};

use lzma_rust2::XzReader;

use crate::DataError;

/// The most memory for unpacking, in KiB: `xz -9` needs 64 MiB and a little.
const MOST_KIB: u32 = 80 << 10;

/// Unpacks a stream.
pub(crate) fn reader(packed: impl BufRead) -> impl io::Read {
    XzReader::new_mem_limit(packed, true, MOST_KIB)
}

/// For `map_err`: what reading a file, packed or not, has come to. Errors that are not the system's are the decoder's.
pub(crate) fn error(path: &Path) -> impl Fn(io::Error) -> DataError + '_ {
    move |error| match error.raw_os_error() {
        Some(_) => DataError::io(path)(error),
        None => DataError::DamagedXz {
            file: path.display().to_string(),
            why: error.to_string(),
        },
    }
}
