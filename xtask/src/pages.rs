//! The pages that are generated from verdicts: `CLAIMS.md`, and the headline claims in `README.md` between two markers.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use ufm_figures::Figure;
use ufm_support::{
    files::replace,
    print::{say, warn},
};
use ufm_theorems::{Chapter, Status, Verdict};

use crate::{
    verify::{Proofs, controls},
    workspace,
};

const BEGIN: &str = "<!-- headlines: written by `cargo xtask verify --pages write` -->";
const END: &str = "<!-- end of headlines -->";

/// The claims of the README: the paper's result in five lines.
const HEADLINES: [&str; 5] = [
    "learning-time-limit",
    "vanilla-window",
    "flattening",
    "window-bound",
    "terminal-interpolation",
];

/// A page: where it is, what it says and what it should say.
struct Page {
    path: PathBuf,
    is: String,
    should: String,
}

/// Replaces what is out of date.
pub fn write(verdicts: &[Verdict], proofs: &Proofs) -> Result<()> {
    for page in pages(verdicts, proofs)? {
        if page.is != page.should {
            replace(&page.path, page.should.as_bytes())?;
            warn(format_args!("wrote {}", page.path.display()));
        }
    }
    Ok(())
}

/// Whether the pages are up to date; says so if not.
pub fn check(verdicts: &[Verdict], proofs: &Proofs) -> Result<bool> {
    let mut right = true;
    for page in pages(verdicts, proofs)? {
        if page.is == page.should {
            continue;
        }
        right = false;
        say(format_args!("{} is out of date", page.path.display()))?;
        let mut lines = page.is.lines().zip(page.should.lines());
        match lines.find(|(is, should)| is != should) {
            Some((is, should)) => say(format_args!("  is      {is}\n  should  {should}"))?,
            None => say(format_args!("  it ends too early or too late"))?,
        }
    }
    if !right {
        say(format_args!(
            "mend it with: cargo xtask prove && cargo xtask verify --pages write"
        ))?;
    }
    Ok(right)
}

fn pages(verdicts: &[Verdict], proofs: &Proofs) -> Result<[Page; 2]> {
    if !proofs.are_known() {
        bail!("the pages say what is proved, so run `cargo xtask prove` first (needs Coq)");
    }
    if let Some(verdict) = verdicts.iter().find(|v| v.status() == Status::NotRun) {
        let why = verdict.evidence.as_ref().err().map(ToString::to_string);
        bail!(
            "the pages say what every claim comes to, and {} is not run: {}",
            verdict.claim.id,
            why.unwrap_or_default()
        );
    }
    let path = workspace::root()?.join("README.md");
    let is = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lacks = |marker: &str| format!("{} lacks the line {marker}", path.display());
    let (before, rest) = is.split_once(BEGIN).with_context(|| lacks(BEGIN))?;
    let (_, after) = rest.split_once(END).with_context(|| lacks(END))?;
    let headlines = headlines(verdicts, proofs);
    let should = format!("{before}{BEGIN}\n{headlines}{END}{after}");
    let readme = Page { path, is, should };

    let path = workspace::root()?.join("CLAIMS.md");
    let is = fs::read_to_string(&path).unwrap_or_default();
    let should = claims(verdicts, proofs);
    Ok([readme, Page { path, is, should }])
}

/// The rows of the README.
fn headlines(verdicts: &[Verdict], proofs: &Proofs) -> String {
    let mut text =
        String::from("| claim | picture | proved in Coq | status |\n|---|---|---|---|\n");
    for id in HEADLINES {
        let Some(verdict) = verdicts.iter().find(|verdict| verdict.claim.id == id) else {
            continue;
        };
        let picture = figures_of(id).next().map_or_else(String::new, picture);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| [{statement}]({path}) | {picture} | {proof} | {status} |",
            statement = in_a_cell(verdict.claim.statement),
            path = path_of(id),
            proof = proofs.status(verdict.claim),
            status = verdict.status().name(),
        );
    }
    text
}

/// All of `CLAIMS.md`.
fn claims(verdicts: &[Verdict], proofs: &Proofs) -> String {
    let mut text = String::from(
        "# The claims, by chapter\n\n\
         Written by `cargo xtask verify --pages write`: no status here is typed by hand. A claim *holds* if every residual of its check is within\n\
         its stated tolerance and the same check rejects every control, a nearby false statement. *n theorems* counts those behind it that Coq's kernel\n\
         accepted when this page was made, which need not cover all of the sentence; *–* means tested only. *Source* is where in arXiv:2601.12011 the statement is, as far as\n\
         known here, or this project.\n",
    );
    for chapter in ufm_theorems::CHAPTERS {
        let of_it = |verdict: &&Verdict| is_of(verdict, chapter);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n## {}\n", chapter.title);
        text.push_str("| claim | statement | source | kind | cases | controls | proved in Coq | status | figures |\n");
        text.push_str("|---|---|---|---|--:|---|---|---|---|\n");
        for verdict in verdicts.iter().filter(of_it) {
            let claim = verdict.claim;
            let figures: Vec<String> = figures_of(claim.id).map(picture).collect();
            let _ = writeln!(
                text,
                "| [`{id}`]({path}) | {statement} | {source} | {kind} | {cases} | {controls} | {proof} | {status} | {figures} |",
                id = claim.id,
                path = path_of(claim.id),
                statement = in_a_cell(claim.statement),
                source = in_a_cell(claim.source.place()),
                kind = claim.kind.name(),
                cases = verdict.evidence.as_ref().map_or(0, |e| e.cases()),
                controls = controls(verdict),
                proof = proofs.status(claim),
                status = verdict.status().name(),
                figures = figures.join(" "),
            );
        }
    }
    text
}

fn is_of(verdict: &Verdict, chapter: &Chapter) -> bool {
    let mut claims = chapter.claims.iter();
    claims.any(|claim| claim.id == verdict.claim.id)
}

fn path_of(id: &str) -> String {
    ufm_theorems::chapter_of(id).map_or_else(String::new, |chapter| chapter.path(id))
}

fn figures_of(id: &str) -> impl Iterator<Item = &'static Figure> {
    let shows = move |figure: &&Figure| figure.claims.contains(&id);
    ufm_figures::all().iter().filter(shows)
}

fn picture(figure: &Figure) -> String {
    format!("[{id}](figures/{id}.svg)", id = figure.id)
}

fn in_a_cell(text: &str) -> String {
    text.replace('|', "\\|")
}
