//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The folder of formal proofs.
pub fn proofs() -> PathBuf {
    root().join("theorems/coq")
}

/// Where `prove` writes its ledger and `verify` reads it: a build product, never committed, so that
/// "proved" always means proved here.
pub fn ledger() -> PathBuf {
    target().join("proofs/ledger.json")
}

/// The folder of build products.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The known name nearest to `given`, for an error message.
pub fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 2)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_nonsense_is_not() {
        let known = ["window-bound", "flattening"];
        assert_eq!(
            nearest("window-bond", known.into_iter()),
            Some("window-bound")
        );
        assert_eq!(nearest("xyzzy", known.into_iter()), None);
    }
}
