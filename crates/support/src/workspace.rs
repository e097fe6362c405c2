//! Where the checkout is, found at run time: one that was moved or copied works on itself.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The program runs outside every checkout of this workspace.
#[derive(Debug, thiserror::Error)]
#[error(
    "the checkout was not found: neither {} nor a folder above it is the root of this workspace; run the command inside the checkout, through cargo",
    from.display()
)]
pub struct NoWorkspace {
    /// Where it was looked for last.
    pub from: PathBuf,
}

/// The root of the checkout: the first folder above the package that cargo runs (`CARGO_MANIFEST_DIR`, read when the program
/// runs), above the current folder, or above the program's own file, that is the root of this workspace.
///
/// ```
/// assert!(ufm_support::workspace::root()?.join("crates/support").is_dir());
/// # Ok::<(), ufm_support::workspace::NoWorkspace>(())
/// ```
///
/// # Errors
/// [`NoWorkspace`] if none is.
pub fn root() -> Result<PathBuf, NoWorkspace> {
    let here = env::current_dir().unwrap_or_default();
    [
        env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
        Some(here.clone()),
        env::current_exe().ok(),
    ]
    .into_iter()
    .flatten()
    .find_map(|start| above(&start))
    .ok_or(NoWorkspace { from: here })
}

/// The root of the workspace that holds `start`: the first folder at or above it with this crate and a manifest that says `[workspace]`.
pub fn above(start: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| {
        folder.join("crates/support/Cargo.toml").is_file()
            && fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
    };
    start.ancestors().find(is_root).map(Path::to_owned)
}

/// The folder of build products: the one that `CARGO_TARGET_DIR` names, else `target` of the checkout.
///
/// # Errors
/// As for [`root`].
pub fn target() -> Result<PathBuf, NoWorkspace> {
    match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => Ok(root()?.join("target")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_copy_is_its_own_root_and_other_workspaces_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("crates/support/src");
        fs::create_dir_all(&inner).unwrap();
        assert_eq!(above(&inner), None);
        fs::write(
            folder.path().join("Cargo.toml"),
            "[workspace]\nmembers = []\n",
        )
        .unwrap();
        assert_eq!(above(&inner), None);
        fs::write(
            folder.path().join("crates/support/Cargo.toml"),
            "[package]\n",
        )
        .unwrap();
        assert_eq!(above(&inner).unwrap(), folder.path());
        assert_eq!(above(folder.path()).unwrap(), folder.path());
    }
}
