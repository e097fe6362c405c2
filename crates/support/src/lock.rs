//! One writer to a folder.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use crate::files::FileError;

/// The file that is held.
const NAME: &str = "lock";

/// Why a folder could not be held.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Somebody else holds it.
    #[error("{}: another run is at work in this folder", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A folder held by this run until it is dropped; a killed process holds nothing.
///
/// ```
/// use ufm_support::lock::{Lock, LockError};
/// let folder = tempfile::tempdir()?;
/// let lock = Lock::take(folder.path())?;
/// assert!(matches!(Lock::take(folder.path()), Err(LockError::Busy { .. })));
/// drop(lock);
/// Lock::take(folder.path())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Holds `folder`, which must exist. On a file system without locks it is not held, and no error.
    ///
    /// # Errors
    /// [`LockError::Busy`] if another run holds it, [`LockError::File`] if it cannot be written.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(NAME);
        loop {
            let file = File::create(&path).map_err(FileError::at(&path))?;
            match file.try_lock() {
                // Its holder may have removed it between the two lines above.
                Ok(()) if !is_at(&file, &path) => continue,
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Busy {
                        folder: folder.to_owned(),
                    });
                }
                // Some network file systems have no locks.
                Err(TryLockError::Error(error))
                    if error.kind() == std::io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => Err(FileError::at(&path)(error))?,
            }
            return Ok(Self { path, _file: file });
        }
    }
}

impl Drop for Lock {
    /// Removes the file while it is held, so that nobody else's is removed.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether `path` still names this very file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(found)) => held.dev() == found.dev() && held.ino() == found.ino(),
        _ => false,
    }
}

/// Whether `path` still names this very file: elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn two_never_hold_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (holders, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        match Lock::take(folder.path()) {
                            Ok(_lock) => {
                                assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                                taken.fetch_add(1, Ordering::SeqCst);
                                holders.fetch_sub(1, Ordering::SeqCst);
                            }
                            Err(error) => assert!(matches!(error, LockError::Busy { .. })),
                        }
                    }
                });
            }
        });
        assert!(taken.into_inner() > 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
