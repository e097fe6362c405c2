//! The mutants, as cargo-mutants lists them, and the reasons for which some are expected to survive.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use regex::Regex;
use serde::Deserialize;

const CONFIG: &str = ".cargo/mutants.toml";

/// A place in a file: lines and columns, in characters, from 1.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct At {
    pub line: usize,
    pub column: usize,
}

#[derive(Deserialize, Clone, Copy, Debug)]
pub struct Span {
    pub start: At,
    /// Behind the last character.
    pub end: At,
}

#[derive(Deserialize, Clone, Debug)]
pub struct Function {
    pub span: Span,
    pub return_type: String,
}

/// One change of the text of one function.
#[derive(Deserialize, Clone, Debug)]
pub struct Mutant {
    /// From 1, in the order listed.
    #[serde(default)]
    pub number: usize,
    pub package: String,
    /// From the root of the workspace.
    pub file: String,
    pub genre: String,
    pub replacement: String,
    /// `file:line:column: what is replaced with what, in which function`.
    pub name: String,
    pub span: Span,
    pub function: Option<Function>,
}

/// Mutants that compute the same, by a pattern of their names, with the reason.
pub struct Reason {
    pub pattern: Regex,
    pub why: String,
}

impl Reason {
    /// Whether it is said of the mutant.
    pub fn is_of(&self, mutant: &Mutant) -> bool {
        self.pattern.is_match(&mutant.name)
    }
}

/// Every mutant of the files that the configuration names, those with a reason too.
///
/// # Errors
/// If cargo-mutants is not there, or fails.
pub fn mutants(root: &Path) -> Result<Vec<Mutant>> {
    let mut command = Command::new("cargo");
    command.args(["mutants", "--list", "--json", "--no-config"]);
    for glob in strings(&config(root)?, "examine_globs")? {
        command.args(["-f", &glob]);
    }
    let output = command
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("cargo could not be run")?;
    ensure!(
        output.status.success(),
        "cargo mutants --list failed; it is installed by: cargo install cargo-mutants --version 27.1.0 --locked"
    );
    let mut mutants: Vec<Mutant> =
        serde_json::from_slice(&output.stdout).context("the list of cargo-mutants")?;
    for (index, mutant) in mutants.iter_mut().enumerate() {
        mutant.number = index + 1;
    }
    Ok(mutants)
}

/// The patterns of `exclude_re`, each with the comment above it.
///
/// # Errors
/// If one has no comment, or is no pattern.
pub fn reasons(root: &Path) -> Result<Vec<Reason>> {
    let config = config(root)?;
    let Some(list) = config.get("exclude_re") else {
        return Ok(vec![]);
    };
    let list = list.as_array().context("exclude_re is a list")?;
    list.iter()
        .map(|value| {
            let pattern = value.as_str().context("exclude_re is a list of texts")?;
            let above = value.decor().prefix().and_then(|text| text.as_str());
            let words = above
                .unwrap_or_default()
                .lines()
                .filter_map(|line| line.trim().strip_prefix('#'));
            let why = words.map(str::trim).collect::<Vec<_>>().join(" ");
            if why.is_empty() {
                bail!("{CONFIG}: no comment says why {pattern} computes the same");
            }
            let pattern = Regex::new(pattern).with_context(|| format!("{CONFIG}: {pattern}"))?;
            Ok(Reason { pattern, why })
        })
        .collect()
}

fn config(root: &Path) -> Result<toml_edit::DocumentMut> {
    std::fs::read_to_string(root.join(CONFIG))
        .context(CONFIG)?
        .parse()
        .context(CONFIG)
}

fn strings(config: &toml_edit::DocumentMut, key: &str) -> Result<Vec<String>> {
    let list = config.get(key).and_then(|item| item.as_array());
    let list = list.with_context(|| format!("{CONFIG}: {key} is a list"))?;
    Ok(list
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect())
}
