//! Compiles the Coq proofs in `theorems/coq/` and audits what they rest on.
//!
//! `coqc` alone is not an audit: it accepts `Admitted`, turns a `Hypothesis` outside a section into an
//! axiom without a word, and says nothing when a theorem that somebody relies on has been renamed. So
//! [`prove`] does, in this order:
//!
//! 1. read every file ([`source`]): statements, words that must not occur, stray hypotheses;
//! 2. compile them in dependency order in a fresh folder ([`toolchain`]), none reused from an earlier run;
//! 3. ask the kernel, for every theorem, for its statement and the axioms it rests on ([`audit`]), and compare
//!    them with the allow-list; those that nobody relies on are asked about together, and one by one if that finds an axiom too many;
//! 4. check that numbers computed elsewhere lie within the stated distance of the formal definitions, by interval
//!    arithmetic inside Coq ([`link`]);
//! 5. write down what was found ([`Ledger`]), with the SHA-256 of every file it is about.

pub mod audit;
mod error;
mod ledger;
pub mod link;
mod prove;
pub mod source;
pub mod toolchain;

pub use error::ProofError;
pub use ledger::{FileRecord, Ledger, LinkRecord, Objection, TheoremRecord};
pub use prove::{Options, Progress, prove};
