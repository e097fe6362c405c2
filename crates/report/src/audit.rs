//! What the page shows: plain data, computed elsewhere.

use serde::{Deserialize, Serialize};
use ufm_theorems::ledger::Ledger;

/// Everything the page shows.
#[derive(Debug, Clone)]
pub struct Audit {
    /// When and on what the page was made.
    pub made: Circumstances,
    /// The commands whose results it shows.
    pub commands: Vec<Command>,
    /// The claims.
    pub ledger: Ledger,
    /// The audit of the formal proofs, if it has been run on the files as they are.
    pub proofs: Option<ufm_proofs::Ledger>,
    /// What theorems and definitions say, as Coq printed it: the text under version control.
    pub statements: String,
    /// The figures in reading order.
    pub figures: Vec<Figure>,
    /// Studies that are not figures: kept results with their texts.
    pub studies: Vec<Study>,
    /// What was left out and how to get it.
    pub skipped: Vec<Skipped>,
    /// Sources that the page cites.
    pub sources: Vec<Source>,
}

/// When, from what and on what something was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circumstances {
    /// When it was finished, as RFC 3339 says, in UTC.
    pub finished: String,
    /// The commit checked out, if git says.
    pub commit: Option<String>,
    /// Whether tracked files differed from it.
    pub changed: bool,
    /// Version of the compiler.
    pub toolchain: String,
    /// SHA-256 of `Cargo.lock`: every dependency by version and checksum.
    pub dependencies: String,
    /// The processor.
    pub processor: String,
    /// Threads used.
    pub threads: usize,
}

/// A run of a command whose result is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// When and on what.
    pub circumstances: Circumstances,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// SHA-256 of every source that the result depends on.
    pub sources: String,
}

/// Whether a kept result is one of the sources as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    Current,
    /// Sources have changed since; it is not shown.
    Stale,
    /// There is none.
    Missing,
}

impl State {
    /// The word on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Stale => "stale",
            Self::Missing => "not run",
        }
    }
}

/// A command whose result the page shows.
#[derive(Debug, Clone)]
pub struct Command {
    /// What to type.
    pub line: &'static str,
    /// What it computes.
    pub computes: &'static str,
    /// Whether there is a result of the sources as they are.
    pub state: State,
    /// The last run, stale or not.
    pub run: Option<Run>,
}

/// How a figure came about when it was last compared with its files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureRun {
    /// Its identifier.
    pub id: String,
    /// Whether everything was computed anew; otherwise it was redrawn from kept runs of networks.
    pub recomputed: bool,
    /// Seconds to compute and draw it.
    pub seconds: f64,
    /// In what its files differed; nothing if every byte agreed.
    pub differences: Vec<String>,
}

/// A figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its identifier.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What one sees.
    pub caption: String,
    /// The claims it shows, by id.
    pub claims: Vec<String>,
    /// Where its module is.
    pub code: String,
    /// Its parameters, seeds included, as the manifest has them.
    pub parameters: Vec<(String, String)>,
    /// Its files that are shown or linked.
    pub files: Vec<FigureFile>,
    /// Its last comparison, if that was of the sources as they are.
    pub run: Option<FigureRun>,
}

impl Figure {
    /// Its file with this ending.
    pub fn file(&self, ending: &str) -> Option<&FigureFile> {
        self.files.iter().find(|file| file.name.ends_with(ending))
    }
}

/// A file of a figure.
#[derive(Debug, Clone)]
pub struct FigureFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
    /// SHA-256 of that, computed now.
    pub sha256: String,
    /// Whether the manifest records the same.
    pub recorded: bool,
}

/// A study beside the figures.
#[derive(Debug, Clone)]
pub struct Study {
    /// The first heading of its text.
    pub title: String,
    /// Where its text is.
    pub path: String,
    /// Its tables, by path.
    pub tables: Vec<String>,
}

/// Something left out.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// What, and why.
    pub what: String,
    /// What to type to get it.
    pub mend: String,
}

/// A source file.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path from the root of the workspace.
    pub path: String,
    /// Its text.
    pub text: String,
}
