//! Files in memory, where there is such a place: readers are tried through the door that users take, a path.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

thread_local! {
    static PLACE: TempDir = folder();
}

fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).expect("a folder in memory")
    } else {
        tempfile::tempdir().expect("a folder")
    }
}

/// A path in the folder of this thread.
pub(crate) fn path(name: &str) -> PathBuf {
    PLACE.with(|place| place.path().join(name))
}

/// Writes a file there, whatever was at its place, and says where.
pub(crate) fn write(name: &str, bytes: &[u8]) -> PathBuf {
    let path = path(name);
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        fs::create_dir_all(folder).expect("a folder");
    }
    fs::write(&path, bytes).expect("a file");
    path
}
