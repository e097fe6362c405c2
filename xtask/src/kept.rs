//! What commands have found, kept under `target/ledger` for the audit report: with when, on what, and a digest of every source it depends on, so that a result
//! of other sources is known for what it is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ufm_report::audit::{Circumstances, Run, State};
use ufm_support::{
    digest::{self, Digest},
    files::replace,
    machine,
    print::warn,
};

use crate::workspace::{self, NoWorkspace};

/// A command whose results are kept: its name, and the sources they depend on.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    name: &'static str,
    sources: &'static [&'static [&'static str]],
}

/// What computes: on it depend figures and claims alike.
const COMPUTING: &[&str] = &[
    "Cargo.lock",
    "rust-toolchain.toml",
    "figures/parameters.toml",
    "crates/support/src",
    "crates/theory/src",
    "crates/data/src",
    "crates/simulation/src",
    "crates/networks/src",
    "crates/figures/src",
];

/// `figures`, written or compared.
pub const FIGURES: Kind = Kind {
    name: "figures",
    sources: &[COMPUTING],
};

/// `verify`.
pub const VERIFY: Kind = Kind {
    name: "verify",
    sources: &[COMPUTING, &["theorems/src"]],
};

/// `prove`; its ledger says besides of which proofs it is.
pub const PROVE: Kind = Kind {
    name: "prove",
    sources: &[&[
        "theorems/coq",
        "theorems/src/links.rs",
        "crates/proofs/src",
        "crates/theory/src",
    ]],
};

impl Kind {
    fn path(self) -> Result<PathBuf, NoWorkspace> {
        Ok(workspace::target()?.join(format!("ledger/{}.json", self.name)))
    }

    /// SHA-256 of names and contents of all its sources.
    fn digest(self, root: &Path) -> std::io::Result<String> {
        let mut paths = Vec::new();
        for source in self.sources.iter().copied().flatten() {
            collect(&root.join(source), &mut paths)?;
        }
        paths.sort();
        let mut digest = Digest::default();
        for path in paths {
            let name = path.strip_prefix(root).unwrap_or(&path);
            digest.update(name.to_string_lossy().as_bytes());
            digest.update([0]);
            digest.update(digest::of(fs::read(&path)?));
        }
        Ok(digest.hex())
    }
}

/// Every source file at or below `path`: none that compilers leave.
fn collect(path: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), into)?;
        }
    } else if path.extension().is_some_and(|ending| {
        ["rs", "toml", "lock", "v", "txt", "csv"]
            .iter()
            .any(|e| ending == *e)
    }) {
        into.push(path.to_owned());
    }
    Ok(())
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<T> {
    schema: u32,
    run: Run,
    result: T,
}

/// A run under way.
pub struct Watch {
    kind: Kind,
    begin: Instant,
    sources: Option<String>,
}

impl Watch {
    /// Begins now, on the sources as they are.
    ///
    /// # Errors
    /// [`NoWorkspace`] outside a checkout.
    pub fn start(kind: Kind) -> Result<Self, NoWorkspace> {
        Ok(Self {
            kind,
            begin: Instant::now(),
            sources: kind.digest(&workspace::root()?).ok(),
        })
    }

    /// Keeps what was found. That it cannot be kept is said, and no fault of what was found.
    ///
    /// # Errors
    /// [`NoWorkspace`] outside a checkout.
    pub fn keep(self, result: &impl Serialize) -> Result<(), NoWorkspace> {
        let Some(sources) = self.sources else {
            return Ok(());
        };
        let kept = Kept {
            schema: ufm_theorems::ledger::SCHEMA,
            run: Run {
                circumstances: circumstances(&workspace::root()?),
                seconds: self.begin.elapsed().as_secs_f64(),
                sources,
            },
            result,
        };
        let path = self.kind.path()?;
        if let Err(error) = write(&path, &kept) {
            warn(format_args!("not kept for the report: {error}"));
        }
        Ok(())
    }
}

fn write(path: &Path, kept: &impl Serialize) -> anyhow::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    Ok(replace(
        path,
        serde_json::to_string_pretty(kept)?.as_bytes(),
    )?)
}

/// What is kept of a command.
pub struct Found<T> {
    /// Whether it is of the sources as they are.
    pub state: State,
    /// The run, stale or not.
    pub run: Option<Run>,
    /// What it found, if it is current.
    pub result: Option<T>,
}

/// What is kept of a command; what another version has written counts as nothing.
///
/// # Errors
/// [`NoWorkspace`] outside a checkout.
pub fn load<T: DeserializeOwned>(kind: Kind) -> Result<Found<T>, NoWorkspace> {
    let root = workspace::root()?;
    let text = fs::read_to_string(kind.path()?).unwrap_or_default();
    let kept: Option<Kept<T>> = serde_json::from_str(&text).ok();
    Ok(match kept {
        Some(kept) if kept.schema == ufm_theorems::ledger::SCHEMA => {
            let current = kind.digest(&root).is_ok_and(|now| now == kept.run.sources);
            Found {
                state: if current {
                    State::Current
                } else {
                    State::Stale
                },
                run: Some(kept.run),
                result: current.then_some(kept.result),
            }
        }
        _ => Found {
            state: State::Missing,
            run: None,
            result: None,
        },
    })
}

/// When and on what this is.
pub fn circumstances(root: &Path) -> Circumstances {
    let changes = said(
        root,
        "git",
        &["status", "--porcelain", "--untracked-files=no"],
    );
    Circumstances {
        finished: machine::now(),
        commit: said(root, "git", &["rev-parse", "HEAD"]),
        changed: changes.is_some_and(|changes| !changes.is_empty()),
        toolchain: said(root, "rustc", &["--version"]).unwrap_or_else(|| "unknown".into()),
        dependencies: digest::of_file(&root.join("Cargo.lock")).unwrap_or_default(),
        processor: machine::processor(),
        threads: rayon::current_num_threads(),
    }
}

/// What a program says, without the last line's end; `None` if it cannot be asked.
fn said(folder: &Path, program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// Any change of a source, of its name or of what there is, and nothing else.
    #[test]
    fn a_digest_knows_other_sources() {
        let root = tempfile::tempdir().unwrap();
        let kind = Kind {
            name: "example",
            sources: &[&["src", "Cargo.lock"]],
        };
        let write = |path: &str, text: &str| fs::write(root.path().join(path), text).unwrap();
        fs::create_dir(root.path().join("src")).unwrap();
        write("Cargo.lock", "1");
        write("src/a.rs", "a");
        let digest = || kind.digest(root.path()).unwrap();
        let first = digest();
        write("src/a.vo", "left by a compiler");
        assert_eq!(digest(), first);
        let mut seen = vec![first.clone()];
        write("src/a.rs", "b");
        seen.push(digest());
        write("src/b.rs", "");
        seen.push(digest());
        write("Cargo.lock", "2");
        seen.push(digest());
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
        fs::remove_file(root.path().join("src/b.rs")).unwrap();
        write("src/a.rs", "a");
        write("Cargo.lock", "1");
        assert_eq!(digest(), first);
    }

    /// Every folder and file named is there: a renamed one would be watched no more.
    #[test]
    fn sources_are_where_they_are_said_to_be() {
        let root = workspace::root().unwrap();
        for kind in [FIGURES, VERIFY, PROVE] {
            for source in kind.sources.iter().copied().flatten() {
                assert!(root.join(source).exists(), "{source}");
            }
        }
    }
}
