//! Files that are either there in full or not at all, and words that may find no reader.

use std::{fs, io::Write as _, path::Path};

use sha2::{Digest as _, Sha256};

use crate::CliError;

/// Writes beside the place and renames.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let folder = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(CliError::io(path))?;
    file.write_all(content).map_err(CliError::io(path))?;
    // A temporary file is private; a result is not.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))
            .map_err(CliError::io(path))?;
    }
    file.as_file().sync_all().map_err(CliError::io(path))?;
    file.persist(path)
        .map(|_| ())
        .map_err(|error| CliError::io(path)(error.error))
}

/// Writes a line to standard output.
pub(crate) fn say(words: &str) -> Result<(), CliError> {
    writeln!(std::io::stdout(), "{words}").map_err(CliError::Output)
}

/// Writes a line to standard error, if anybody listens.
pub(crate) fn warn(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// The content, or `None` if there is no such file.
pub(crate) fn read_if_any(path: &Path) -> Result<Option<Vec<u8>>, CliError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::io(path)(error)),
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
