//! One build of all mutants: those that do not compile are left out, one error of the compiler after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail, ensure};
use regex::Regex;
use serde::Deserialize;
use ufm_support::print::warn;

use crate::list::Mutant;
use crate::tree::Tree;

/// Rounds of weaving and checking; each takes out what the compiler complains of, and its later stages complain later.
const ROUNDS: usize = 60;

/// Errors which the mutant would have alone too: no such operator, no such function, no such implementation.
const HOPELESS: [&str; 8] = [
    "E0277", "E0599", "E0061", "E0369", "E0368", "E0433", "E0034", "E0600",
];

/// What became of the mutants in the build.
pub struct Built {
    /// Those in the build.
    pub woven: BTreeSet<usize>,
    /// Those that do not compile.
    pub unviable: BTreeSet<usize>,
    /// The executables of the tests: package and target, file, folder of the package.
    pub executables: Vec<Executable>,
}

/// One executable of tests.
#[derive(Clone)]
pub struct Executable {
    pub target: String,
    pub path: PathBuf,
    pub folder: PathBuf,
}

#[derive(Deserialize)]
struct Line {
    reason: String,
    message: Option<Message>,
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    code: Option<Code>,
    spans: Vec<SpanOf>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct SpanOf {
    file_name: PathBuf,
    line_start: usize,
    line_end: usize,
    is_primary: bool,
    expansion: Option<Expansion>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Box<SpanOf>,
}

fn cargo(tree: &Tree, verb: &[&str], packages: &BTreeSet<String>) -> Result<Vec<Line>> {
    let mut command = Command::new("cargo");
    command
        .args(verb)
        .args(["--all-features", "--message-format", "json"]);
    for package in packages {
        command.args(["-p", package]);
    }
    let output = command
        .current_dir(&tree.root)
        .envs(tree.variables())
        .stderr(Stdio::null())
        .output()?;
    output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| line.starts_with(b"{"))
        .map(|line| serde_json::from_slice(line).context("a message of cargo"))
        .collect()
}

/// Builds the tests of the packages with every mutant that compiles.
///
/// # Errors
/// If an error of the compiler can be laid to no mutant.
pub fn build(tree: &Tree, mutants: &[Mutant], packages: &BTreeSet<String>) -> Result<Built> {
    let mut left_out: BTreeSet<usize> = mutants
        .iter()
        .filter(|m| opaque(m))
        .map(|m| m.number)
        .collect();
    let mut unviable = BTreeSet::new();
    for _ in 0..ROUNDS {
        let woven = tree.weave(mutants, &left_out)?;
        let lines = cargo(tree, &["check", "--lib", "--keep-going"], packages)?;
        let errors: Vec<&Message> = lines
            .iter()
            .filter_map(|l| l.message.as_ref())
            .filter(|m| m.level == "error")
            .collect();
        if errors.is_empty() {
            warn(format_args!(
                "{} mutants in one build, {} do not compile",
                woven.len(),
                unviable.len()
            ));
            let lines = cargo(tree, &["test", "--no-run"], packages)?;
            return Ok(Built {
                woven,
                unviable,
                executables: executables(&lines)?,
            });
        }
        let mut found = BTreeMap::new();
        for error in &errors {
            let hopeless = error
                .code
                .as_ref()
                .is_some_and(|c| HOPELESS.contains(&c.code.as_str()));
            let (numbers, alone) = blamed(error, &tree.root);
            found.extend(
                numbers
                    .into_iter()
                    .map(|number| (number, hopeless && alone)),
            );
        }
        found.retain(|number, _| !left_out.contains(number));
        if found.is_empty() {
            let first = errors
                .first()
                .and_then(|e| e.rendered.as_deref())
                .unwrap_or_default();
            bail!("an error that no mutant is to blame for:\n{first}");
        }
        warn(format_args!(
            "{} woven, {} of them do not compile here",
            woven.len(),
            found.len()
        ));
        unviable.extend(
            found
                .iter()
                .filter(|(_, alone)| **alone)
                .map(|(number, _)| *number),
        );
        left_out.extend(found.keys());
    }
    bail!("after {ROUNDS} rounds the mutants still do not compile together")
}

/// A function whose type is only what it implements returns one type: two bodies do not fit in one.
fn opaque(mutant: &Mutant) -> bool {
    let returns = |f: &crate::list::Function| f.return_type.contains("impl ");
    mutant.genre == "FnValue" && mutant.function.as_ref().is_some_and(returns)
}

fn executables(lines: &[Line]) -> Result<Vec<Executable>> {
    let tests = lines.iter().filter(|line| {
        line.reason == "compiler-artifact" && line.profile.as_ref().is_some_and(|p| p.test)
    });
    let found: Vec<Executable> = tests
        .filter_map(|line| {
            let folder = line.manifest_path.as_ref()?.parent()?.to_owned();
            let package = folder.file_name()?.to_string_lossy().into_owned();
            Some(Executable {
                target: format!("{package}:{}", line.target.as_ref()?.name),
                path: line.executable.clone()?,
                folder,
            })
        })
        .collect();
    ensure!(!found.is_empty(), "the tests were not built");
    Ok(found)
}

/// The mutants in the lines that an error points at, and whether each is named alone there; else those of the expression as a whole, else those of the
/// lines it mentions, else the arms of the `match` it points at.
fn blamed(error: &Message, root: &Path) -> (BTreeSet<usize>, bool) {
    static ALONE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"/\*m(\d+)\*/").expect("a pattern"));
    static TOGETHER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"/\*s([\d,]+)\*/").expect("a pattern"));
    let numbers = |pattern: &Regex, text: &str| -> BTreeSet<usize> {
        let found = pattern.captures_iter(text).map(|c| c[1].to_owned());
        found
            .flat_map(|list| {
                list.split(',')
                    .filter_map(|n| n.parse().ok())
                    .collect::<Vec<usize>>()
            })
            .collect()
    };
    let primary: String = error
        .spans
        .iter()
        .filter(|s| s.is_primary)
        .map(|s| lines(s, root, 0))
        .collect();
    let alone = numbers(&ALONE, &primary);
    if !alone.is_empty() {
        return (alone, true);
    }
    let together = numbers(&TOGETHER, &primary);
    if !together.is_empty() {
        return (together, false);
    }
    let all: String = error.spans.iter().map(|s| lines(s, root, 0)).collect();
    let mut found = numbers(&ALONE, &all);
    found.extend(numbers(&TOGETHER, &all));
    if found.is_empty() {
        let below: String = error
            .spans
            .iter()
            .filter(|s| s.is_primary)
            .map(|s| lines(s, root, 40))
            .collect();
        let arms: String = below
            .lines()
            .filter(|l| l.contains("if !::chosen::m("))
            .collect();
        found = numbers(&ALONE, &arms);
    }
    (found, false)
}

/// The lines a span covers, and some after it, in its file and where its macro is used.
fn lines(span: &SpanOf, root: &Path, after: usize) -> String {
    let text = std::fs::read_to_string(root.join(&span.file_name)).unwrap_or_default();
    let count = span.line_end + after + 1 - span.line_start;
    let mut found: String = text
        .lines()
        .skip(span.line_start - 1)
        .take(count)
        .map(|line| format!("{line}\n"))
        .collect();
    if let Some(expansion) = &span.expansion {
        found += &lines(&expansion.span, root, after);
    }
    found
}
