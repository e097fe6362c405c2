//! Getting the files of MNIST into a folder, from mirrors or from another folder; those of CIFAR-10: [`cifar10`].
//!
//! Size and SHA-256 of every file are pinned ([`FILES`]). Bytes go to a temporary file in the target folder, are
//! checked, and only then renamed to their name, so whatever goes wrong leaves nothing behind that could be taken for data.

pub mod cifar10;

use std::{
    fs,
    io::{Read, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use ufm_support::{
    digest::{self, Digest},
    files::{Pending, remove_leftovers},
};

use crate::{
    DataError,
    mnist::{FILES, File},
};

/// Public copies of the four files, tried in turn. The address of a file is a mirror followed by its name.
pub const MIRRORS: [&str; 2] = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
];

/// How patient a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Longest time to wait for a connection, for an answer, and for the next bytes of it.
    pub idle: Duration,
    /// Longest time for one file from one mirror.
    pub file: Duration,
}

impl Default for Patience {
    /// Twenty seconds and ten minutes.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(20),
            file: Duration::from_secs(600),
        }
    }
}

/// What a download has come to; told often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Name of the file under way.
    pub file: &'static str,
    /// Bytes of it so far.
    pub bytes: u64,
    /// Bytes of the whole file.
    pub total: u64,
}

/// What was done about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was there, and right.
    Kept,
    /// It was fetched and written.
    Written,
    /// It is neither there nor where it was to be taken from; the data set can be read without it.
    Absent,
}

/// Fetches what `folder` lacks of the four files from the first of `mirrors` that gives the right content.
///
/// A file that is there and right is kept; one that is there and wrong is replaced. `progress` stops everything by returning
/// false.
///
/// # Errors
/// [`DataError::NoMirror`] with what went wrong at each mirror; [`DataError::Io`] if the folder cannot be written,
/// [`DataError::Interrupted`] if `progress` said so.
pub fn download(
    folder: &Path,
    mirrors: &[&str],
    patience: Patience,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    each(folder, progress, |file, progress| {
        let mut attempts = Vec::new();
        for mirror in mirrors {
            match from_mirror(folder, mirror, file, patience, progress) {
                Ok(()) => return Ok(()),
                // Not the mirror's fault.
                Err(error @ (DataError::Io { .. } | DataError::Interrupted { .. })) => {
                    return Err(error);
                }
                Err(error) => attempts.push(error),
            }
        }
        Err(DataError::NoMirror {
            file: file.name.to_owned(),
            attempts,
        })
    })
}

/// Takes what `folder` lacks of the four files from the folder `from`, with the same check.
///
/// # Errors
/// [`DataError::Io`], [`DataError::Size`] or [`DataError::Checksum`] with the file.
pub fn take_from(
    folder: &Path,
    from: &Path,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    each(folder, progress, |file, progress| {
        let path = from.join(file.name);
        let source = fs::File::open(&path).map_err(DataError::io(&path))?;
        store(
            folder,
            file,
            source,
            &path.display().to_string(),
            progress,
            |error| DataError::io(&path)(error),
        )
    })
}

/// What a file must be.
#[derive(Debug, Clone, Copy)]
struct Pinned {
    name: &'static str,
    bytes: u64,
    sha256: &'static str,
}

impl From<&File> for Pinned {
    fn from(file: &File) -> Self {
        Self {
            name: file.name,
            bytes: file.bytes,
            sha256: file.sha256,
        }
    }
}

impl Pinned {
    /// Whether there is such a file with its published content.
    fn is_at(&self, path: &Path) -> bool {
        let same_size = fs::metadata(path).is_ok_and(|found| found.len() == self.bytes);
        same_size && digest::of_file(path).is_ok_and(|found| found == self.sha256)
    }
}

fn each(
    folder: &Path,
    progress: &mut dyn FnMut(Progress) -> bool,
    mut get: impl FnMut(&File, &mut dyn FnMut(Progress) -> bool) -> Result<(), DataError>,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    prepare(folder)?;
    FILES
        .iter()
        .map(|file| {
            let path = folder.join(file.name);
            if Pinned::from(file).is_at(&path) {
                return Ok((path, Done::Kept));
            }
            get(file, progress)?;
            Ok((path, Done::Written))
        })
        .collect()
}

/// Makes the folder, and clears what a killed run has left in it.
fn prepare(folder: &Path) -> Result<(), DataError> {
    fs::create_dir_all(folder).map_err(DataError::io(folder))?;
    remove_leftovers(folder)?;
    Ok(())
}

/// What is at an address, as a stream.
fn get(url: &str, patience: Patience) -> Result<impl Read + use<>, DataError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(patience.file))
        .timeout_connect(Some(patience.idle))
        .timeout_recv_response(Some(patience.idle))
        .timeout_per_read(Some(patience.idle))
        .max_redirects(5)
        .build()
        .into();
    let response = agent.get(url).call().map_err(|error| mirror(url, &error))?;
    Ok(response.into_body().into_reader())
}

fn mirror(url: &str, why: &dyn std::fmt::Display) -> DataError {
    DataError::Mirror {
        url: url.to_owned(),
        why: why.to_string(),
    }
}

fn from_mirror(
    folder: &Path,
    address: &str,
    file: &File,
    patience: Patience,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), DataError> {
    let url = format!("{address}{}", file.name);
    let body = get(&url, patience)?;
    store(folder, file, body, &url, progress, |error| {
        mirror(&url, &error)
    })
}

/// Reads one file to its end, checks it and gives it its name.
fn store(
    folder: &Path,
    file: &File,
    source: impl Read,
    place: &str,
    progress: &mut dyn FnMut(Progress) -> bool,
    broken: impl Fn(std::io::Error) -> DataError,
) -> Result<(), DataError> {
    let mut go_on = |bytes| {
        progress(Progress {
            file: file.name,
            bytes,
            total: file.bytes,
        })
    };
    let pending = checked(folder, file.into(), source, place, &mut go_on, broken)?;
    Ok(pending.keep()?)
}

/// Reads one file to its end and checks it; it has not got its name yet, and is removed when dropped without.
fn checked(
    folder: &Path,
    file: Pinned,
    source: impl Read,
    place: &str,
    go_on: &mut dyn FnMut(u64) -> bool,
    broken: impl Fn(std::io::Error) -> DataError,
) -> Result<Pending, DataError> {
    let path = folder.join(file.name);
    let mut target = Pending::at(&path)?;
    // One byte more than allowed is enough to know.
    let mut source = source.take(file.bytes + 1);
    let mut hash = Digest::default();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = source.read(&mut buffer).map_err(&broken)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        bytes += read as u64;
        hash.update(chunk);
        target.write_all(chunk).map_err(DataError::io(&path))?;
        if !go_on(bytes.min(file.bytes)) {
            return Err(DataError::Interrupted {
                file: file.name.to_owned(),
            });
        }
    }
    if bytes != file.bytes {
        let more = if bytes > file.bytes { "more than " } else { "" };
        return Err(DataError::Size {
            place: place.to_owned(),
            found: format!("{more}{}", bytes.min(file.bytes)),
            expected: file.bytes,
        });
    }
    let found = hash.hex();
    if found != file.sha256 {
        return Err(DataError::Checksum {
            place: place.to_owned(),
            found,
            expected: file.sha256.to_owned(),
        });
    }
    Ok(target)
}
