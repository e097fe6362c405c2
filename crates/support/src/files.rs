//! Files that are there in full or not at all.
//!
//! Content goes to a file beside its place, whose name only this module gives, and gets its own name when all of it is on
//! the disk. A killed run leaves such a file at most: [`leftovers`] names those that nobody writes any more.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write},
    path::{Path, PathBuf},
};

/// A file or folder that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said of it.
    pub source: io::Error,
}

impl FileError {
    /// For `map_err`: the error of reading or writing `path`.
    pub fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self { path, source }
    }
}

/// How the name of a file under way begins.
const PREFIX: &str = ".ufm-";
/// How the name of a file under way ends.
const SUFFIX: &str = ".part";

/// A file under way; dropped without [`Pending::keep`] it leaves nothing.
///
/// ```
/// use std::io::Write as _;
/// use ufm_support::files::Pending;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("numbers.txt");
/// let mut file = Pending::at(&path)?;
/// file.write_all(b"1 2 3")?;
/// assert!(!path.exists());
/// file.keep()?;
/// assert_eq!(std::fs::read(&path)?, b"1 2 3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pending {
    path: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Pending {
    /// Opens a file beside `path`, whose folder must exist. Its permissions are those of any new file: 0o666 less the umask.
    ///
    /// # Errors
    /// [`FileError`] if the folder cannot be written.
    pub fn at(path: &Path) -> Result<Self, FileError> {
        loop {
            let file = Self::create(folder_of(path)).map_err(FileError::at(path))?;
            // Says that somebody writes it. Where there are no locks nothing is ever taken for a leftover.
            let _ = file.as_file().lock();
            // Between creation and lock it may have been taken for a leftover.
            if file.path().exists() {
                return Ok(Self {
                    path: path.to_owned(),
                    file,
                });
            }
        }
    }

    fn create(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The system takes the umask off.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        builder.tempfile_in(folder)
    }

    /// Waits until all is on the disk.
    fn sync(&self) -> Result<(), FileError> {
        self.file
            .as_file()
            .sync_all()
            .map_err(FileError::at(&self.path))
    }

    fn rename(self) -> Result<(), FileError> {
        let Self { path, file } = self;
        match file.persist(&path) {
            Ok(_) => Ok(()),
            Err(error) => Err(FileError::at(path)(error.error)),
        }
    }

    /// Puts the file in its place, instead of what is there.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be; what is there stays.
    pub fn keep(self) -> Result<(), FileError> {
        self.sync()?;
        self.rename()
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// A text file of at most `most` bytes: an endless one, such as a device, is refused rather than read.
///
/// ```
/// use ufm_support::files::read_text;
/// let file = tempfile::NamedTempFile::new()?;
/// std::fs::write(&file, "one line")?;
/// assert_eq!(read_text(file.path(), 8)?, "one line");
/// assert!(read_text(file.path(), 7).unwrap_err().to_string().contains("at most 7 are read"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`FileError`] if it cannot be read, is longer, or is no UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, FileError> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_string(&mut text))
        .map_err(FileError::at(path))?;
    if text.len() as u64 > most {
        let message = format!("it is too long: of its bytes at most {most} are read");
        return Err(FileError::at(path)(io::Error::new(
            io::ErrorKind::FileTooLarge,
            message,
        )));
    }
    Ok(text)
}

/// Replaces a file, or makes it: a reader finds the old content or the new, never a part.
///
/// # Errors
/// [`FileError`] if it cannot be written; what was there stays.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let mut file = Pending::at(path)?;
    file.write_all(content).map_err(FileError::at(path))?;
    file.keep()
}

/// Replaces files of one folder together: all are written beside their places, then all get their names, in the order
/// given. So nothing changes on a full disk, and a kill between the renames is seen in the last file if that one describes
/// the others.
///
/// ```
/// use ufm_support::files;
/// let folder = tempfile::tempdir()?;
/// files::replace_set(folder.path(), [("a.csv", &b"1"[..]), ("manifest.toml", b"a = 1")])?;
/// assert_eq!(std::fs::read(folder.path().join("a.csv"))?, b"1");
/// // One that cannot be written keeps all others from changing.
/// assert!(files::replace_set(folder.path(), [("a.csv", &b"2"[..]), ("no/b.csv", b"2")]).is_err());
/// assert_eq!(std::fs::read(folder.path().join("a.csv"))?, b"1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`FileError`] of the first file that cannot be written.
pub fn replace_set<'a>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), FileError> {
    let mut written = Vec::new();
    for (name, content) in files {
        let path = folder.join(name);
        let mut file = Pending::at(&path)?;
        file.write_all(content).map_err(FileError::at(&path))?;
        written.push(file);
    }
    written.iter().try_for_each(Pending::sync)?;
    written.into_iter().try_for_each(Pending::rename)
}

/// Replaces a folder with everything in it, or makes it: the files, by path with slashes, are written into a folder beside it, which then takes its place.
/// What was there is gone only when the new one is complete.
///
/// ```
/// use std::collections::BTreeMap;
/// use ufm_support::files::replace_folder;
/// let place = tempfile::tempdir()?;
/// let folder = place.path().join("report");
/// replace_folder(&folder, &BTreeMap::from([("old.txt".to_owned(), b"1".to_vec())]))?;
/// replace_folder(&folder, &BTreeMap::from([("a/new.txt".to_owned(), b"2".to_vec())]))?;
/// assert_eq!(std::fs::read(folder.join("a/new.txt"))?, b"2");
/// assert!(!folder.join("old.txt").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`FileError`] if it cannot be written; what was there stays.
pub fn replace_folder(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), FileError> {
    let beside = folder_of(folder);
    fs::create_dir_all(beside).map_err(FileError::at(beside))?;
    let scratch = || {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).tempdir_in(beside)
    };
    let scratch = scratch().map_err(FileError::at(beside))?;
    let (new, old) = (scratch.path().join("new"), scratch.path().join("old"));
    fs::create_dir(&new).map_err(FileError::at(&new))?;
    for (name, content) in files {
        let path = new.join(name);
        let parent = folder_of(&path);
        fs::create_dir_all(parent).map_err(FileError::at(parent))?;
        fs::write(&path, content).map_err(FileError::at(&path))?;
    }
    if folder.exists() {
        fs::rename(folder, &old).map_err(FileError::at(folder))?;
    }
    fs::rename(&new, folder).map_err(|error| {
        // What was there goes back, if there was anything.
        let _ = fs::rename(&old, folder);
        FileError::at(folder)(error)
    })
}

/// The content of a file, or `None` if there is no such file. What is no file on a disk, such as a device that never ends, is refused.
///
/// ```
/// use ufm_support::files::read_if_any;
/// assert!(read_if_any("/dev/zero".as_ref()).is_err());
/// assert_eq!(read_if_any("no/such/file".as_ref())?, None);
/// # Ok::<(), ufm_support::files::FileError>(())
/// ```
///
/// # Errors
/// [`FileError`] if it is there and cannot be read.
pub fn read_if_any(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let content = fs::metadata(path).and_then(|found| match found.is_file() {
        true => fs::read(path),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "is no regular file",
        )),
    });
    match content {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::at(path)(error)),
    }
}

/// What killed runs have left in a folder: files under way that nobody writes any more, by name. None if there is no folder.
///
/// # Errors
/// [`FileError`] if the folder cannot be read.
pub fn leftovers(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    each_leftover(folder, |_| Ok(()))
}

/// Removes [`leftovers`] and names them; files that another process writes stay.
///
/// # Errors
/// [`FileError`] if the folder cannot be read or one of them not be removed.
pub fn remove_leftovers(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    each_leftover(folder, |path| match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::at(path)(error)),
        _ => Ok(()),
    })
}

/// Holds each leftover while `act` is at it, so that nobody takes it up meanwhile.
fn each_leftover(
    folder: &Path,
    act: impl Fn(&Path) -> Result<(), FileError>,
) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).map_err(FileError::at(folder))? {
        let entry = entry.map_err(FileError::at(folder))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(PREFIX) && name.ends_with(SUFFIX)) {
            continue;
        }
        let path = entry.path();
        // One that is gone meanwhile has got its name.
        let Ok(file) = File::open(&path) else {
            continue;
        };
        if file.try_lock().is_ok() && path.exists() {
            act(&path)?;
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn replacing_is_all_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        replace(&path, b"old").unwrap();
        let mut file = Pending::at(&path).unwrap();
        file.write_all(b"ne").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = replace(&folder.path().join("nowhere/a"), b"x").unwrap_err();
        assert!(error.to_string().contains("nowhere/a"), "{error}");
    }

    #[test]
    fn what_is_being_written_is_no_leftover_and_what_a_kill_leaves_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut under_way = Pending::at(&folder.path().join("a")).unwrap();
        under_way.write_all(b"x").unwrap();
        let left = folder.path().join(".ufm-abc.part");
        fs::write(&left, "x").unwrap();
        fs::write(folder.path().join("b"), "x").unwrap();
        assert_eq!(
            leftovers(folder.path()).unwrap(),
            std::slice::from_ref(&left)
        );
        assert_eq!(remove_leftovers(folder.path()).unwrap(), [left]);
        under_way.keep().unwrap();
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"x");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert!(
            leftovers(&folder.path().join("nowhere"))
                .unwrap()
                .is_empty()
        );
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| {
            let path = folder.path().join(name);
            fs::metadata(path).unwrap().permissions().mode()
        };
        // What the umask of this process makes of a new file, whatever it is.
        fs::write(folder.path().join("plain"), "").unwrap();
        replace(&folder.path().join("replaced"), b"").unwrap();
        assert_eq!(mode("replaced"), mode("plain"));
    }
}
