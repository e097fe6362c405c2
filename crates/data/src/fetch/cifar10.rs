//! Getting CIFAR-10's files into a folder: out of the published archive, or from another folder.
//!
//! Size and SHA-256 of each of the six files are pinned ([`FILES`]), so the archive needs no sum of its own: whatever it is, nothing but the
//! published files comes out of it.

use std::{
    fs,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::GzDecoder;
use ufm_support::files::Pending;

use super::{Done, Patience, Pinned, Progress, checked, get, mirror, prepare};
use crate::{
    DataError,
    cifar10::{self, FILES, File},
    place::CIFAR10,
    xz,
};

/// Where the archive is published, tried in turn. Its address is one of these followed by [`ARCHIVE`].
pub const MIRRORS: [&str; 1] = ["https://www.cs.toronto.edu/~kriz/"];
/// The name of the archive.
pub const ARCHIVE: &str = "cifar-10-binary.tar.gz";
/// Size of the archive, in bytes.
pub const ARCHIVE_BYTES: u64 = 170_052_171;
/// The folder that holds the files in the archive.
const INSIDE: &str = "cifar-10-batches-bin";
/// The most bytes of an archive that are unpacked: what the six files and their descriptions take, and some more.
const MOST_UNPACKED: u64 = 1 << 28;

/// Twenty seconds without a byte, and an hour for the whole archive.
pub const PATIENCE: Patience = Patience {
    idle: std::time::Duration::from_secs(20),
    file: std::time::Duration::from_secs(3600),
};

/// Fetches the archive from the first of `mirrors` that gives the right content, and writes what `folder` lacks of the six files.
///
/// Files that are there and right are kept; if all are, nothing is fetched. The others get their names together when all of them are right, so that
/// a download that breaks off leaves nothing. `progress` hears of bytes of the archive, and stops everything by returning false.
///
/// ```
/// use ufm_data::fetch::cifar10::{PATIENCE, download};
/// let folder = tempfile::tempdir()?;
/// // The published place is `MIRRORS`; without any there is nothing to try.
/// let error = download(folder.path(), &[], PATIENCE, &mut |_| true).unwrap_err();
/// assert!(error.to_string().starts_with("cifar-10-binary.tar.gz could not be fetched"));
/// # Ok::<(), std::io::Error>(())
/// ```
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
    download_these(folder, &FILES, mirrors, patience, progress)
}

/// Takes what `folder` lacks from the folder `from`, with the same check: out of the archive if it is there, else from files as published or packed by
/// xz, which may lie in the folder that the archive makes of them. A training file that is nowhere is [`Done::Absent`].
///
/// ```
/// use ufm_data::fetch::cifar10::take_from;
/// let (folder, from) = (tempfile::tempdir()?, tempfile::tempdir()?);
/// for name in ["data_batch_1.bin", "test_batch.bin"] {
///     std::fs::write(from.path().join(name), "no photographs")?;
/// }
/// let message = take_from(folder.path(), from.path(), &mut |_| true).unwrap_err().to_string();
/// assert!(message.ends_with("14 bytes, expected 30730000; the file is not used"));
/// assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// [`DataError::NotFound`] if there is no test file or no training file, neither here nor there; [`DataError::Io`],
/// [`DataError::Archive`], [`DataError::DamagedXz`], [`DataError::Size`] or [`DataError::Checksum`] with the file.
pub fn take_from(
    folder: &Path,
    from: &Path,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    take_these(folder, &FILES, from, progress)
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

type Files = [File; FILES.len()];

fn download_these(
    folder: &Path,
    files: &Files,
    mirrors: &[&str],
    patience: Patience,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    prepare(folder)?;
    let kept = kept(folder, files);
    if kept.iter().all(|kept| *kept) {
        return Ok(report(folder, files, |_| Done::Kept));
    }
    let mut attempts = Vec::new();
    for address in mirrors {
        let url = format!("{address}{ARCHIVE}");
        let unpacked =
            get(&url, patience).and_then(|body| unpack(folder, files, &kept, body, &url, progress));
        match unpacked {
            Ok(pending) => return named(folder, files, &kept, pending),
            // Not the mirror's fault.
            Err(error @ (DataError::Io { .. } | DataError::Interrupted { .. })) => {
                return Err(error);
            }
            Err(DataError::Archive { why, .. }) => attempts.push(mirror(&url, &why)),
            Err(error) => attempts.push(error),
        }
    }
    Err(DataError::NoMirror {
        file: ARCHIVE.to_owned(),
        attempts,
    })
}

fn take_these(
    folder: &Path,
    files: &Files,
    from: &Path,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    let archive = from.join(ARCHIVE);
    let inside = from.join(INSIDE);
    let sources = files.each_ref().map(|file| {
        let places = [from, &inside].into_iter();
        places.filter_map(|place| cifar10::path(place, file)).next()
    });
    let kept = kept(folder, files);
    if archive.is_file() && !kept.iter().all(|kept| *kept) {
        prepare(folder)?;
        let stream = fs::File::open(&archive).map_err(DataError::io(&archive))?;
        let place = archive.display().to_string();
        let pending = unpack(folder, files, &kept, stream, &place, progress)?;
        return named(folder, files, &kept, pending);
    }
    let there = |at: usize| kept[at] || sources[at].is_some();
    let training = files.len() - 1;
    let lacks = match ((0..training).any(there), there(training)) {
        (false, _) => Some(0),
        (true, false) => Some(training),
        (true, true) => None,
    };
    if let Some(at) = lacks {
        let looked_at = vec![from.to_owned(), inside];
        return Err(CIFAR10.not_found(files[at].name, looked_at));
    }
    prepare(folder)?;
    for ((file, source), kept) in files.iter().zip(&sources).zip(kept) {
        let (Some(source), false) = (source, kept) else {
            continue;
        };
        let mut go_on = |bytes| {
            progress(Progress {
                file: file.name,
                bytes,
                total: file.bytes,
            })
        };
        let place = source.display().to_string();
        let stream = cifar10::open(source)?;
        checked(
            folder,
            file.into(),
            stream,
            &place,
            &mut go_on,
            xz::error(source),
        )?
        .keep()?;
    }
    Ok(report(folder, files, |at| match (kept[at], &sources[at]) {
        (true, _) => Done::Kept,
        (false, Some(_)) => Done::Written,
        (false, None) => Done::Absent,
    }))
}

/// Which files a folder has with their published content.
fn kept(folder: &Path, files: &Files) -> [bool; FILES.len()] {
    files
        .each_ref()
        .map(|file| Pinned::from(file).is_at(&folder.join(file.name)))
}

fn report(folder: &Path, files: &Files, done: impl Fn(usize) -> Done) -> Vec<(PathBuf, Done)> {
    let numbered = files.iter().enumerate();
    numbered
        .map(|(at, file)| (folder.join(file.name), done(at)))
        .collect()
}

/// Gives files their names, all of them being right.
fn named(
    folder: &Path,
    files: &Files,
    kept: &[bool],
    pending: Vec<Pending>,
) -> Result<Vec<(PathBuf, Done)>, DataError> {
    for file in pending {
        file.keep()?;
    }
    Ok(report(folder, files, |at| match kept[at] {
        true => Done::Kept,
        false => Done::Written,
    }))
}

/// Every file that is not kept, out of an archive and checked, in the order of `files`.
fn unpack(
    folder: &Path,
    files: &Files,
    kept: &[bool],
    archive: impl Read,
    place: &str,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Vec<Pending>, DataError> {
    let mut interrupted = false;
    let packed = Watched {
        source: archive.take(ARCHIVE_BYTES + 1),
        bytes: 0,
        progress,
        interrupted: &mut interrupted,
    };
    let plain = GzDecoder::new(BufReader::with_capacity(1 << 16, packed)).take(MOST_UNPACKED);
    let unpacked = entries(folder, files, kept, plain, place);
    match interrupted {
        true => Err(DataError::Interrupted {
            file: ARCHIVE.to_owned(),
        }),
        false => unpacked,
    }
}

fn entries(
    folder: &Path,
    files: &Files,
    kept: &[bool],
    plain: impl Read,
    place: &str,
) -> Result<Vec<Pending>, DataError> {
    let broken = |error: io::Error| DataError::Archive {
        archive: place.to_owned(),
        why: error.to_string(),
    };
    let mut found: [Option<Pending>; FILES.len()] = Default::default();
    let mut archive = tar::Archive::new(plain);
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let is = |file: &File| path.file_name().is_some_and(|name| name == file.name);
        let wanted = match entry.header().entry_type().is_file() {
            true => files.iter().position(is),
            false => None,
        };
        if let Some(at) = wanted.filter(|&at| !kept[at] && found[at].is_none()) {
            let inner = format!("{place}: {}", path.display());
            let file = Pinned::from(&files[at]);
            found[at] = Some(checked(folder, file, entry, &inner, &mut |_| true, broken)?);
        }
    }
    let lacking = (0..files.len()).find(|&at| !kept[at] && found[at].is_none());
    match lacking {
        Some(at) => Err(DataError::Archive {
            archive: place.to_owned(),
            why: format!("it holds no {}", files[at].name),
        }),
        None => Ok(found.into_iter().flatten().collect()),
    }
}

/// A stream that tells how far it is, and ends in an error when it is told to.
struct Watched<'a, R> {
    source: R,
    bytes: u64,
    progress: &'a mut dyn FnMut(Progress) -> bool,
    interrupted: &'a mut bool,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes += read as u64;
        let go_on = (self.progress)(Progress {
            file: ARCHIVE,
            bytes: self.bytes.min(ARCHIVE_BYTES),
            total: ARCHIVE_BYTES,
        });
        if !go_on {
            *self.interrupted = true;
            // Not of the kind `Interrupted`, after which readers try again.
            return Err(io::Error::other("asked to stop"));
        }
        if self.bytes > ARCHIVE_BYTES {
            return Err(io::Error::other(format!(
                "it is longer than the published {ARCHIVE_BYTES} bytes"
            )));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
