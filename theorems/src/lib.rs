//! Every stated result as a [`Claim`]: what it states, part by part, with the theorems and findings that support each part; the check that
//! makes the findings; and controls, nearby false statements which must break the findings they name in the same check.
//!
//! One module per claim, by chapter, in [`mod@claims`]; `cargo test -p ufm-theorems` runs one test per claim, and snapshots the parts and the
//! evidence. `cargo xtask verify` prints the same evidence as a table, with the status of every part.
//!
//! ```
//! let claim = ufm_theorems::find("window-bound").expect("registered");
//! let verdict = ufm_theorems::verify(claim);
//! assert!(verdict.troubles().is_empty(), "the check holds, and can fail");
//! for (control, evidence) in claim.controls.iter().zip(&verdict.controls) {
//!     let found = evidence.as_ref().expect("carried out");
//!     assert!(control.breaks.iter().all(|id| !found.finding(id).expect("made").holds()));
//! }
//! // Without an audit of the formal proofs nothing counts as proved.
//! assert_eq!(verdict.status(&|_| None), ufm_theorems::Status::NotRun);
//! ```

mod claim;
pub mod claims;
mod evidence;
pub mod ledger;
mod links;
mod networks;
mod sweep;
#[cfg(test)]
mod testing;
mod verdict;

pub use claim::{Chapter, Check, Claim, Control, Kind, Part, Source};
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
