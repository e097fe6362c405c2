//! The machine-readable record of one run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::{Deserialize, Serialize};
use ufm_support::{digest, files::replace};

use crate::ProofError;

/// Everything a run has found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Version of Coq.
    pub coq: String,
    /// Whether `coqchk` has checked the compiled files again.
    pub kernel_checked: bool,
    /// The files, in the order they were compiled.
    pub files: Vec<FileRecord>,
    /// Every theorem and corollary of those files, by `File.theorem`.
    pub theorems: BTreeMap<String, TheoremRecord>,
    /// Every definition, by `File.definition`, as Coq prints it.
    pub definitions: BTreeMap<String, String>,
    /// Comparisons of formal definitions with computed numbers.
    pub links: Vec<LinkRecord>,
    /// What the audit objects to; empty if all is well.
    pub findings: Vec<Objection>,
}

/// One file of proofs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Path inside the folder of proofs.
    pub path: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// Seconds to compile.
    pub seconds: f64,
}

/// One theorem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TheoremRecord {
    /// Path of its file inside the folder of proofs.
    pub file: String,
    /// Line of its statement.
    pub line: usize,
    /// Its statement, as Coq prints it.
    pub statement: String,
    /// The axioms it rests on; of a theorem that nobody relies on, those of several such theorems together.
    pub axioms: Vec<String>,
    /// Whether its file compiled with no objection and all its axioms are allowed.
    pub proved: bool,
}

/// One definition compared with computed numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRecord {
    /// The formal definition, as `File.definition`.
    pub definition: String,
    /// What computes the numbers.
    pub function: String,
    /// Number of points compared.
    pub points: usize,
    /// Largest distance allowed; relative where the value exceeds 1 in modulus.
    pub tolerance: f64,
    /// Whether Coq proved every comparison.
    pub agrees: bool,
}

/// An objection of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// File and line, or the theorem, it is about.
    pub at: String,
    /// What is wrong.
    pub what: String,
}

impl Ledger {
    /// What the theorems `cited` say, and the definitions that they mention, those mentioned there included, as
    /// Coq prints them: the text kept under version control, so that a change of either is seen in review.
    pub fn statements(&self, cited: &[String]) -> String {
        let mut names: Vec<&String> = cited.iter().collect();
        names.sort();
        names.dedup();
        let mut text = String::new();
        let (mut mentioned, mut unread) = (BTreeSet::new(), Vec::new());
        for name in names {
            let statement = self
                .theorems
                .get(name)
                .map_or("", |record| &record.statement);
            text += &format!("theorem {name}\n{statement}\n\n");
            unread.push(statement);
        }
        while let Some(read) = unread.pop() {
            let words = read
                .split(|c: char| !(c.is_alphanumeric() || "_'.".contains(c)))
                .map(|word| word.trim_end_matches('.'));
            for word in words {
                if let Some((name, definition)) = self.definitions.get_key_value(word)
                    && mentioned.insert(name)
                {
                    unread.push(definition);
                }
            }
        }
        for name in mentioned {
            let definition = self.definitions.get(name).map_or("", String::as_str);
            text += &format!("definition {name}\n{definition}\n");
        }
        text
    }

    /// Whether `theorem` (`File.theorem`) was proved in this run.
    pub fn proves(&self, theorem: &str) -> bool {
        self.theorems
            .get(theorem)
            .is_some_and(|record| record.proved)
    }

    /// Whether the files in `folder` are the ones this ledger is about.
    pub fn is_about(&self, folder: &Path) -> bool {
        let Ok(sources) = crate::prove::sources(folder) else {
            return false;
        };
        sources.len() == self.files.len()
            && self.files.iter().all(|file| {
                digest::of_file(&folder.join(&file.path)).is_ok_and(|sha256| sha256 == file.sha256)
            })
    }

    /// Reads a ledger; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read or is not of this version.
    pub fn load(path: &Path) -> Result<Option<Self>, ProofError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ProofError::io(path)(error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|source| ProofError::Ledger {
                path: path.to_owned(),
                source,
            })
    }

    /// Writes the ledger, atomically.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), ProofError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(ProofError::io(folder))?;
        let text = serde_json::to_string_pretty(self).map_err(|source| ProofError::Ledger {
            path: path.to_owned(),
            source,
        })?;
        Ok(replace(path, format!("{text}\n").as_bytes())?)
    }
}
