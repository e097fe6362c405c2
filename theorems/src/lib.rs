//! Every stated result as a [`Claim`]: the statement, the check that computes its status, and
//! controls, nearby false statements which the same check must reject.
//!
//! One module per claim, by chapter, in [`claims`]; `cargo test -p ufm-theorems` runs one test per claim and one per claim's
//! controls, and snapshots the evidence. `cargo xtask verify` prints the same evidence as a table.
//!
//! ```
//! let claim = ufm_theorems::find("window-bound").expect("registered");
//! let evidence = (claim.check)()?;
//! assert!(evidence.holds());
//! for control in claim.controls {
//!     assert!(!(control.check)()?.holds(), "{} must be rejected", control.what);
//! }
//! # Ok::<(), ufm_theorems::CheckError>(())
//! ```

mod claim;
pub mod claims;
mod evidence;
mod links;
mod networks;
mod sweep;
#[cfg(test)]
mod testing;
mod verdict;

pub use claim::{Chapter, Check, Claim, Control, Kind, Source};
pub use claims::CHAPTERS;
pub use evidence::{CheckError, Evidence, Finding, six_digits};
pub use links::formal_links;
pub use verdict::{Status, Verdict, verify};

/// Every claim, chapter by chapter; a claim comes after those it uses.
pub fn claims() -> impl Iterator<Item = &'static Claim> + Clone {
    CHAPTERS.iter().flat_map(|chapter| chapter.claims).copied()
}

/// The chapter of the claim of the given id.
pub fn chapter_of(id: &str) -> Option<&'static Chapter> {
    let has = |chapter: &&Chapter| chapter.claims.iter().any(|claim| claim.id == id);
    CHAPTERS.iter().find(has)
}

/// The claim of the given id.
pub fn find(id: &str) -> Option<&'static Claim> {
    claims().find(|claim| claim.id == id)
}
