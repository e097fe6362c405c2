//! What a claim is.

use crate::evidence::{CheckError, Evidence};

/// One statement in parts, the check that computes what holds of it, and the controls that show the check can fail.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// Short identifier, `kebab-case`; the name used on the command line.
    pub id: &'static str,
    /// A few words for tables.
    pub title: &'static str,
    /// The hypotheses that all parts share; empty where each states its own.
    pub given: &'static str,
    /// The statement as one formula, in LaTeX; what its letters mean, and what it leaves out, the words say.
    pub math: &'static str,
    /// What is stated, part by part: nothing is said but what a part says, together with what supports it.
    pub parts: &'static [Part],
    /// What sort of statement it is.
    pub kind: Kind,
    /// Whose statement it is.
    pub source: Source,
    /// Claims it rests on, by id; they come earlier in [`crate::claims()`].
    pub uses: &'static [&'static str],
    /// Computes the evidence.
    pub check: Check,
    /// Nearby false statements, put through the same check; each must break the findings that it names.
    pub controls: &'static [Control],
}

impl Claim {
    /// The whole statement: the shared hypotheses and what the parts say, joined.
    ///
    /// ```
    /// let claim = ufm_theorems::find("flattening").expect("registered");
    /// assert!(claim.statement().contains(claim.given));
    /// assert!(claim.parts.iter().all(|part| claim.statement().contains(part.says)));
    /// ```
    pub fn statement(&self) -> String {
        let said: Vec<&str> = self.parts.iter().map(|part| part.says).collect();
        let given = if self.given.is_empty() { "" } else { ": " };
        format!("{}{given}{}.", self.given, said.join("; "))
    }

    /// Every theorem that a part cites, in order, each once.
    pub fn theorems(&self) -> Vec<&'static str> {
        let mut cited = Vec::new();
        for &theorem in self.parts.iter().flat_map(|part| part.theorems) {
            if !cited.contains(&theorem) {
                cited.push(theorem);
            }
        }
        cited
    }
}

/// A part of a statement and what supports it. What no theorem and no finding supports is stated all the same, and shown as missing.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The part in words, to be read after the claim's hypotheses.
    pub says: &'static str,
    /// The machine-checked theorems that say it, as `File.theorem` in `theorems/coq/`, the one that says most first. All of them together say
    /// what the part says, under no other hypotheses; a theorem that says less is not cited.
    pub theorems: &'static [&'static str],
    /// The findings of the check that test it, by id.
    pub findings: &'static [&'static str],
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
    /// The findings, by id, that do not hold of the false statement.
    pub breaks: &'static [&'static str],
    /// The claim's own check, applied to the false statement.
    pub check: Check,
}

/// What sort of statement a claim is, and so what its check has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A closed form or inequality for all parameters: a numeric sweep, and a formal proof of the parts that have one.
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
