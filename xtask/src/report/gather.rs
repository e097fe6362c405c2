//! What the report shows, gathered from where it is kept.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use ufm_figures::{Manifest, Parameters};
use ufm_report::{
    Audit,
    audit::{Command, Figure, FigureFile, FigureRun, Skipped, Source, State, Study},
};
use ufm_support::digest;
use ufm_theorems::ledger::Ledger;

use crate::{
    kept::{self, Found},
    verify::Proofs,
    workspace,
};

const MNIST: &str = "cargo xtask data mnist";
const COQ: &str = "apt-get install --no-install-recommends coq libcoq-coquelicot libcoq-mathcomp-algebra libcoq-interval && cargo xtask prove";
/// Files at the root that the page cites.
const TEXTS: [&str; 5] = [
    "README.md",
    "CLAIMS.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
];

/// Everything there is.
pub fn audit() -> Result<Audit> {
    let root = workspace::root()?;
    let proofs = Proofs::load()?;
    let figures: Found<Vec<FigureRun>> = kept::load(kept::FIGURES)?;
    let verified: Found<Ledger> = kept::load(kept::VERIFY)?;
    let proved: Found<()> = kept::load(kept::PROVE)?;
    let accepted = |theorem: &str| proofs.accepts(theorem);
    let ledger = match verified.result {
        Some(ledger) => ledger.judged(&accepted),
        None => Ledger::unchecked("run `cargo xtask verify` on these sources first", &accepted),
    };
    let shown = all_figures(&root, figures.result.as_deref().unwrap_or_default())?;
    let commands = vec![
        command(
            "cargo xtask figures --check",
            "every figure again, compared byte for byte",
            figures.state,
            figures.run,
        ),
        // Its own ledger says of which proofs it is; without that there is nothing, whatever else is kept.
        command(
            "cargo xtask prove",
            "the formal proofs compiled, their axioms audited, their definitions compared with the code",
            match (proofs.are_known(), proved.state) {
                (false, State::Missing) => State::Missing,
                (true, State::Current) => State::Current,
                (true, State::Missing) => State::Current,
                _ => State::Stale,
            },
            proved.run,
        ),
        command(
            "cargo xtask verify",
            "every claim’s check and its controls",
            verified.state,
            verified.run,
        ),
    ];
    let mut sources = Vec::new();
    for text in TEXTS {
        read(&root, Path::new(text), &mut sources)?;
    }
    for (folder, ending) in [
        ("theorems/src/claims", "rs"),
        ("theorems/coq", "v"),
        ("crates/figures/src/figures", "rs"),
    ] {
        read_all(&root, Path::new(folder), ending, &mut sources)?;
    }
    let studies = studies(&root, &mut sources)?;
    Ok(Audit {
        made: kept::circumstances(&root),
        skipped: skipped(&ledger, &proofs, &shown, &commands),
        commands,
        proofs: proofs.ledger().cloned(),
        statements: proofs.statements().to_owned(),
        figures: shown,
        studies,
        sources,
        ledger,
    })
}

fn command(
    line: &'static str,
    computes: &'static str,
    state: State,
    run: Option<ufm_report::audit::Run>,
) -> Command {
    Command {
        line,
        computes,
        state,
        run,
    }
}

/// What is not here, and how to get it.
fn skipped(
    ledger: &Ledger,
    proofs: &Proofs,
    figures: &[Figure],
    commands: &[Command],
) -> Vec<Skipped> {
    let mut list = Vec::new();
    let mut say = |what: String, mend: &str| {
        list.push(Skipped {
            what,
            mend: mend.to_owned(),
        });
    };
    if !proofs.are_known() {
        say(
            "formal proofs: not run on the files as they are, so no part counts as proved".into(),
            COQ,
        );
    }
    for command in commands
        .iter()
        .filter(|c| c.state != State::Current && !c.line.ends_with("prove"))
    {
        let word = command.state.name();
        say(
            format!("results of `{}`: {word}", command.line),
            command.line,
        );
    }
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for claim in &ledger.claims {
        if let Some(why) = &claim.evidence.not_run {
            reasons.entry(why).or_default().push(&claim.id);
        }
    }
    for (why, claims) in reasons {
        if claims.len() < ledger.claims.len() {
            say(
                format!("{} claims ({}): {why}", claims.len(), claims.join(", ")),
                MNIST,
            );
        }
    }
    let blank = figures
        .iter()
        .filter(|figure| figure.file(".svg").is_none());
    let blank: Vec<&str> = blank.map(|figure| figure.id.as_str()).collect();
    if !blank.is_empty() {
        say(
            format!("figures {}: not drawn", blank.join(", ")),
            "cargo xtask figures",
        );
    }
    let compared = figures.iter().any(|figure| figure.run.is_some());
    let lacking = figures
        .iter()
        .filter(|figure| compared && figure.run.is_none());
    let lacking: Vec<&str> = lacking.map(|figure| figure.id.as_str()).collect();
    if !lacking.is_empty() {
        say(
            format!(
                "figures {}: shown as they are kept, and not compared here, for want of data",
                lacking.join(", ")
            ),
            MNIST,
        );
    }
    list
}

fn all_figures(root: &Path, runs: &[FigureRun]) -> Result<Vec<Figure>> {
    let folder = root.join("figures");
    let manifest = Manifest::load(&folder)?;
    let parameters = Parameters::load(&folder.join("parameters.toml"))?;
    let figures = ufm_figures::all().iter().map(|figure| {
        let entry = manifest.figures.get(figure.id);
        let table = match entry {
            Some(entry) => entry.parameters.clone(),
            None => parameters.of(figure.parameters())?,
        };
        let mut values = Vec::new();
        flatten("", &table, &mut values);
        let mut files = Vec::new();
        for ending in ["svg", "csv", "pdf", "gif"] {
            let name = format!("{}.{ending}", figure.id);
            let Some(content) = ufm_support::files::read_if_any(&folder.join(&name))? else {
                continue;
            };
            let sha256 = digest::of(&content);
            let recorded = entry.and_then(|entry| entry.files.get(&name));
            files.push(FigureFile {
                recorded: recorded.is_some_and(|file| file.sha256 == sha256),
                name,
                content,
                sha256,
            });
        }
        Ok(Figure {
            id: figure.id.to_owned(),
            title: figure.title.to_owned(),
            caption: figure.caption.to_owned(),
            claims: figure.claims.iter().map(|&id| id.to_owned()).collect(),
            code: code(root, figure.id)?,
            parameters: values,
            files,
            run: runs.iter().find(|run| run.id == figure.id).cloned(),
        })
    });
    figures.collect()
}

/// Every value of a table, by its dotted key.
fn flatten(prefix: &str, table: &toml::Table, into: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let name = format!("{prefix}{key}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{name}."), inner, into),
            other => into.push((name, other.to_string())),
        }
    }
}

/// The module of a figure: the one of its name, or the one that says its name.
fn code(root: &Path, id: &str) -> Result<String> {
    let folder = Path::new("crates/figures/src/figures");
    let own = folder.join(format!("{}.rs", id.replace('-', "_")));
    if root.join(&own).is_file() {
        return Ok(slashes(&own));
    }
    let mut sources = Vec::new();
    read_all(root, folder, "rs", &mut sources)?;
    let says = format!("\"{id}\"");
    let found = sources
        .into_iter()
        .find(|source| source.text.contains(&says));
    Ok(found.map_or_else(|| slashes(folder), |source| source.path))
}

/// The folders called `study` of the crates: a text, and tables beside it.
fn studies(root: &Path, sources: &mut Vec<Source>) -> Result<Vec<Study>> {
    let mut studies = Vec::new();
    for entry in sorted(&root.join("crates"))? {
        let folder = entry.join("study");
        let text = folder.join("README.md");
        let (Ok(text), true) = (text.strip_prefix(root), text.is_file()) else {
            continue;
        };
        read(root, text, sources)?;
        let mut tables = Vec::new();
        for table in sorted(&folder)? {
            if let (Ok(path), true) = (
                table.strip_prefix(root),
                table.extension().is_some_and(|e| e == "csv"),
            ) {
                read(root, path, sources)?;
                tables.push(slashes(path));
            }
        }
        let said = fs::read_to_string(root.join(text)).unwrap_or_default();
        let title = said.lines().find_map(|line| line.strip_prefix("# "));
        studies.push(Study {
            title: title.unwrap_or("Study").to_owned(),
            path: slashes(text),
            tables,
        });
    }
    Ok(studies)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn read(root: &Path, path: &Path, into: &mut Vec<Source>) -> Result<()> {
    let text = fs::read_to_string(root.join(path)).with_context(|| path.display().to_string())?;
    into.push(Source {
        path: slashes(path),
        text,
    });
    Ok(())
}

/// Every file with this ending at or below a folder.
fn read_all(root: &Path, folder: &Path, ending: &str, into: &mut Vec<Source>) -> Result<()> {
    for path in sorted(&root.join(folder))? {
        let Ok(relative) = path.strip_prefix(root) else {
            continue;
        };
        if path.is_dir() {
            read_all(root, relative, ending, into)?;
        } else if path.extension().is_some_and(|e| e == ending) {
            read(root, relative, into)?;
        }
    }
    Ok(())
}

/// A path as links have it.
fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
