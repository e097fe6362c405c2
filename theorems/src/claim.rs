//! What a claim is.

use crate::evidence::{CheckError, Evidence};

/// One statement, the check that computes its status, and the controls that show the check can fail.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// Short identifier, `kebab-case`; the name used on the command line.
    pub id: &'static str,
    /// A few words for tables.
    pub title: &'static str,
    /// The statement in one sentence, hypotheses included.
    pub statement: &'static str,
    /// What sort of statement it is.
    pub kind: Kind,
    /// Whose statement it is.
    pub source: Source,
    /// Claims it rests on, by id; they come earlier in [`crate::claims()`].
    pub uses: &'static [&'static str],
    /// Machine-checked theorems that prove it or part of it, as `File.theorem` in `theorems/coq/`.
    pub proofs: &'static [&'static str],
    /// Computes the evidence.
    pub check: Check,
    /// Nearby false statements, put through the same check; each must be rejected.
    pub controls: &'static [Control],
}

/// A chapter of the claims.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// The folder of its claims below `theorems/src/claims/`, `snake_case`; of the same name are the module of `ufm-theory` and the folder
    /// of the formal proofs, where there are such.
    pub name: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Its claims, each after those it uses.
    pub claims: &'static [&'static Claim],
}

impl Chapter {
    /// Where the module of one of its claims is, from the root of the workspace.
    ///
    /// ```
    /// let chapter = ufm_theorems::chapter_of("window-bound").expect("registered");
    /// assert_eq!(chapter.path("window-bound"), "theorems/src/claims/windows/window_bound.rs");
    /// ```
    pub fn path(&self, claim: &str) -> String {
        format!(
            "theorems/src/claims/{}/{}.rs",
            self.name,
            claim.replace('-', "_")
        )
    }
}

/// A computation of evidence.
pub type Check = fn() -> Result<Evidence, CheckError>;

/// A false neighbour of a claim.
#[derive(Debug, Clone, Copy)]
pub struct Control {
    /// What is false about it.
    pub what: &'static str,
    /// The claim's own check, applied to the false statement.
    pub check: Check,
}

/// What sort of statement a claim is, and so what its check has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A closed form or inequality for all parameters: numeric sweep, and a formal proof where there is one.
    Theorem,
    /// A limit: checked at a sequence of scales, together with its rate.
    Limit,
    /// A statement about trajectories: checked by integration, with its error.
    Numerical,
    /// A statement about real data: several seeds, confidence intervals and a paired test.
    Empirical,
}

impl Kind {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Theorem => "theorem",
            Self::Limit => "limit",
            Self::Numerical => "numerical",
            Self::Empirical => "empirical",
        }
    }
}

/// Whose statement a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Stated in arXiv:2601.12011: where in it and what of it, as far as that is known to this project (the numbers of its results are not).
    Paper(&'static str),
    /// Stated by this project: a refinement or a supporting fact.
    Project,
}

impl Source {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paper(_) => "paper",
            Self::Project => "project",
        }
    }

    /// Where in the paper it is, or whose it is otherwise.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Paper(place) => place,
            Self::Project => "this project",
        }
    }
}
