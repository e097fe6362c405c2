//! What could not be tried in one build, or was missed there: each alone, its text changed as cargo-mutants would, with the documentation's examples too.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::list::Mutant;
use crate::tests::{End, FIRST_CASE, PASSED_OVER};
use crate::tree::Tree;
use crate::trial::Fate;

/// The modules of the claims, in the package that has them.
const CLAIMS: [&str; 2] = ["ufm-theorems", "claims::"];

/// Seconds for the tests of a package, and for the claims; without any mutant they take a tenth of it.
const LIMITS: [&str; 2] = ["600", "6000"];

/// What `timeout` ends with.
const TOO_LONG: i32 = 124;

/// What becomes of it in a tree that has no other.
///
/// # Errors
/// If cargo cannot be run, or the disk fails.
pub fn fate(tree: &Tree, mutant: &Mutant) -> Result<Fate> {
    tree.with(mutant, || judge(tree, mutant))
}

fn judge(tree: &Tree, mutant: &Mutant) -> Result<Fate> {
    let package = mutant.package.as_str();
    if tests(tree, LIMITS[0], &["-p", package, "--no-run"], &[])? != End::Passed {
        return Ok(Fate::Unviable);
    }
    let [theorems, claims] = CLAIMS;
    let own = ["--skip", claims];
    let of_claims = [claims, "--skip", PASSED_OVER];
    let runs = [
        (package, &own[..], format!("{package}, alone")),
        (theorems, &of_claims[..], "the claims, alone".into()),
    ];
    for ((package, filter, title), limit) in runs.into_iter().zip(LIMITS) {
        match tests(tree, limit, &["-p", package], filter)? {
            End::Passed => {}
            End::Failed => return Ok(Fate::Caught(title)),
            End::Endless => return Ok(Fate::Endless(title)),
        }
    }
    Ok(Fate::Missed)
}

fn tests(tree: &Tree, limit: &str, what: &[&str], filter: &[&str]) -> Result<End> {
    // `timeout` ends what cargo has started with it.
    let status = Command::new("timeout")
        .args([limit, "cargo", "test", "--quiet", "--all-features"])
        .args(what)
        .arg("--")
        .args(filter)
        .envs(FIRST_CASE)
        .envs(tree.variables())
        .env("INSTA_UPDATE", "no")
        .current_dir(&tree.root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("timeout, of coreutils")?;
    Ok(match status.code() {
        Some(0) => End::Passed,
        Some(TOO_LONG) => End::Endless,
        _ => End::Failed,
    })
}
