//! The claims table of README.md: generated between two markers, and checked.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use ufm_support::{
    files::replace,
    print::{say, warn},
};
use ufm_theorems::Verdict;

use crate::{
    verify::{Proofs, controls},
    workspace,
};

const BEGIN: &str = "<!-- claims: written by `cargo xtask verify --readme write` -->";
const END: &str = "<!-- end of claims -->";

/// Replaces the table.
pub fn write(verdicts: &[Verdict], proofs: &Proofs) -> Result<()> {
    let (path, current, wanted) = texts(verdicts, proofs)?;
    if current != wanted {
        replace(&path, wanted.as_bytes())?;
        warn(format_args!("wrote {}", path.display()));
    }
    Ok(())
}

/// Whether the table is up to date; says so if not.
pub fn check(verdicts: &[Verdict], proofs: &Proofs) -> Result<bool> {
    let (path, current, wanted) = texts(verdicts, proofs)?;
    if current == wanted {
        return Ok(true);
    }
    let differing = current
        .lines()
        .zip(wanted.lines())
        .find(|(is, should)| is != should);
    say(format_args!(
        "the claims table of {} is out of date",
        path.display()
    ))?;
    if let Some((is, should)) = differing {
        say(format_args!("  is      {is}\n  should  {should}"))?;
    }
    say(format_args!(
        "mend it with: cargo xtask prove && cargo xtask verify --readme write"
    ))?;
    Ok(false)
}

/// The file, what it says, and what it should say.
fn texts(verdicts: &[Verdict], proofs: &Proofs) -> Result<(PathBuf, String, String)> {
    if !proofs.are_known() {
        bail!("the table says what is proved, so run `cargo xtask prove` first (needs Coq)");
    }
    let path = workspace::root()?.join("README.md");
    let current = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let (before, rest) = current
        .split_once(BEGIN)
        .with_context(|| format!("{} lacks the line {BEGIN}", path.display()))?;
    let (_, after) = rest
        .split_once(END)
        .with_context(|| format!("{} lacks the line {END}", path.display()))?;
    let wanted = format!("{before}{BEGIN}\n{}{END}{after}", render(verdicts, proofs));
    Ok((path, current, wanted))
}

fn render(verdicts: &[Verdict], proofs: &Proofs) -> String {
    let mut text = String::from(
        "| claim | statement | source | kind | cases | controls | formal proof | status |\n|---|---|---|---|--:|---|---|---|\n",
    );
    for verdict in verdicts {
        let claim = verdict.claim;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| [`{id}`](theorems/src/claims/{file}.rs) | {statement} | {source} | {kind} | {cases} | {controls} | {proof} | {status} |",
            id = claim.id,
            file = claim.id.replace('-', "_"),
            statement = claim.statement.replace('|', "\\|"),
            source = claim.source.name(),
            kind = claim.kind.name(),
            cases = verdict.evidence.as_ref().map_or(0, |e| e.cases()),
            controls = controls(verdict),
            proof = proofs.status(claim),
            status = verdict.status().name(),
        );
    }
    text
}
