//! The pages that are generated from the ledger: `CLAIMS.md`, and the headline claims in `README.md` between two markers.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use ufm_figures::Figure;
use ufm_support::{
    files::replace,
    print::{say, warn},
};
use ufm_theorems::{
    Status,
    ledger::{ClaimRecord, Ledger},
};

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
pub fn write(ledger: &Ledger, proofs: &Proofs) -> Result<()> {
    for claim in &ledger.claims {
        if let Some(why) = &claim.evidence.not_run {
            let id = &claim.id;
            bail!("the pages say what every claim comes to, and {id} is not run: {why}");
        }
    }
    for page in pages(ledger, proofs)? {
        if page.is != page.should {
            replace(&page.path, page.should.as_bytes())?;
            warn(format_args!("wrote {}", page.path.display()));
        }
    }
    Ok(())
}

/// A page without what it says of the claims named.
fn without(page: &str, claims: &[&str]) -> String {
    let names = |line: &str, prefix: &str| {
        let rest = line.strip_prefix(prefix);
        rest.is_some_and(|rest| claims.iter().any(|id| rest.starts_with(&format!("{id}`"))))
    };
    let (mut text, mut skipping) = (String::new(), false);
    for line in page.lines() {
        if line.starts_with('#') {
            skipping = names(line, "### [`");
        }
        if !skipping && !names(line, "- `") {
            text += line;
            text.push('\n');
        }
    }
    text
}

/// Whether the pages are up to date, but for claims whose data are not at hand; says so if not.
pub fn check(ledger: &Ledger, proofs: &Proofs) -> Result<bool> {
    let mut right = true;
    let absent = ledger
        .claims
        .iter()
        .filter(|c| c.evidence.not_run.is_some());
    let absent: Vec<&str> = absent.map(|claim| claim.id.as_str()).collect();
    if !absent.is_empty() {
        warn(format_args!(
            "what the pages say of {} is not compared: their data are not at hand",
            absent.join(", ")
        ));
    }
    for mut page in pages(ledger, proofs)? {
        page.is = without(&page.is, &absent);
        page.should = without(&page.should, &absent);
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

fn pages(ledger: &Ledger, proofs: &Proofs) -> Result<[Page; 2]> {
    if !proofs.are_known() {
        bail!("the pages say what is proved, so run `cargo xtask prove` first (needs Coq)");
    }
    let path = workspace::root()?.join("README.md");
    let is = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lacks = |marker: &str| format!("{} lacks the line {marker}", path.display());
    let (before, rest) = is.split_once(BEGIN).with_context(|| lacks(BEGIN))?;
    let (_, after) = rest.split_once(END).with_context(|| lacks(END))?;
    let headlines = headlines(&ledger.claims);
    let should = format!("{before}{BEGIN}\n{headlines}{END}{after}");
    let readme = Page { path, is, should };

    let path = workspace::root()?.join("CLAIMS.md");
    let is = fs::read_to_string(&path).unwrap_or_default();
    let should = claims(ledger, proofs);
    Ok([readme, Page { path, is, should }])
}

/// The rows of the README.
fn headlines(claims: &[ClaimRecord]) -> String {
    let mut text =
        String::from("| claim | part by part, with its status | picture |\n|---|---|---|\n");
    for id in HEADLINES {
        let Some(claim) = claims.iter().find(|claim| claim.id == id) else {
            continue;
        };
        let picture = figures_of(id).next().map_or_else(String::new, picture);
        let parts = claim.parts.iter();
        let said = parts.map(|part| format!("{} (*{}*)", part.says, part.status.name()));
        let said = said.collect::<Vec<_>>().join("; ");
        let given = if claim.given.is_empty() { "" } else { ": " };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| [{title}]({path}) | {said}. | {picture} |",
            title = in_a_cell(&claim.title),
            path = claim.path,
            said = in_a_cell(&format!("{}{given}{said}", claim.given)),
        );
    }
    text
}

/// All of `CLAIMS.md`.
fn claims(ledger: &Ledger, proofs: &Proofs) -> String {
    let mut text = String::from(
        "# The claims, by chapter\n\n\
         Written by `cargo xtask verify --pages write`: no status here is typed by hand. A claim is stated in parts. A part is *proved* if it cites\n\
         theorems and Coq's kernel accepted all of them when this page was made, without axioms beyond those allowed; the link leads to what they state, word for\n\
         word. It is *tested* if it rests on findings of the claim's check only: each of these holds within its tolerance, and nearby false statements, the\n\
         controls, break it in the same check. It is *missing* if nothing supports it. Where a part is proved, findings compare the functions of this workspace with\n\
         it. A claim is what its worst part is; what is stated and not proved is listed at the end.\n",
    );
    for chapter in &ledger.chapters {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n## {}", chapter.title);
        for record in ledger.claims.iter().filter(|c| c.chapter == chapter.name) {
            text += &claim(record, proofs);
        }
    }
    text + &not_proved(&ledger.claims)
}

/// One claim: what it is, and a table of its parts.
fn claim(claim: &ClaimRecord, proofs: &Proofs) -> String {
    let id = &claim.id;
    let mut facts = vec![
        format!("*{}*", claim.status.name()),
        format!("source: {}", claim.source_place),
        claim.kind.clone(),
        format!("{} cases", claim.cases()),
        format!("controls {}", controls(claim)),
    ];
    facts.extend(figures_of(id).map(picture));
    let given = if claim.given.is_empty() {
        "part".to_owned()
    } else {
        format!("{} …", in_a_cell(&claim.given))
    };
    let mut text = format!(
        "\n### [`{id}`]({path}): {title}\n\n{facts}\n\n| {given} | status | theorems | findings |\n|---|---|---|---|\n",
        path = claim.path,
        title = claim.title,
        facts = facts.join(" · "),
    );
    for part in &claim.parts {
        let theorems: Vec<String> = part.theorems.iter().map(|name| proofs.link(name)).collect();
        let findings: Vec<String> = part.findings.iter().map(|id| format!("`{id}`")).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {says} | {status} | {theorems} | {findings} |",
            says = in_a_cell(&part.says),
            status = part.status.name(),
            theorems = theorems.join(", "),
            findings = findings.join(", "),
        );
    }
    text
}

/// The parts of claims that have no proof, by status.
fn not_proved(claims: &[ClaimRecord]) -> String {
    let mut text = String::from("\n## Stated and not proved\n");
    for status in Status::ALL {
        let mut list = String::new();
        // Of claims whose data are not at hand nothing is said, not even a heading.
        for claim in claims.iter().filter(|c| c.evidence.not_run.is_none()) {
            for part in &claim.parts {
                if status != Status::Proved && part.status == status {
                    let given = &claim.given;
                    let given = if given.is_empty() {
                        String::new()
                    } else {
                        format!("{given}: ")
                    };
                    // Writing to a String cannot fail.
                    let _ = writeln!(list, "- `{}`: {given}{}.", claim.id, part.says);
                }
            }
        }
        if !list.is_empty() {
            text += &format!("\n*{}*\n\n{list}", status.name());
        }
    }
    text
}

fn figures_of(id: &str) -> impl Iterator<Item = &'static Figure> + '_ {
    let shows = move |figure: &&Figure| figure.claims.contains(&id);
    ufm_figures::all().iter().filter(shows)
}

fn picture(figure: &Figure) -> String {
    format!("[{id}](figures/{id}.svg)", id = figure.id)
}

fn in_a_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_page_without_a_claim_says_nothing_of_it() {
        let page = "# T\n\n### [`a`](x): A\n\nfacts\n\n### [`ab`](y): B\n\n## Not proved\n\n- `a`: x.\n- `ab`: y.\n";
        let left = "# T\n\n### [`ab`](y): B\n\n## Not proved\n\n- `ab`: y.\n";
        assert_eq!(without(page, &["a"]), left);
        assert_eq!(without(page, &[]), page);
    }
}
