//! Where things are.

use std::path::PathBuf;

pub use ufm_support::workspace::{NoWorkspace, root, target};

/// The folder of formal proofs.
pub fn proofs() -> Result<PathBuf, NoWorkspace> {
    Ok(root()?.join("theorems/coq"))
}

/// Where `prove` writes its ledger and `verify` reads it: a build product, never committed, so that
/// "proved" always means proved here.
pub fn ledger() -> Result<PathBuf, NoWorkspace> {
    Ok(target()?.join("proofs/ledger.json"))
}
