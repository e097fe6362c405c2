//! Functions of the theory name the claims that test them, in their documentation: that the names are right, and that none is missing.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Chapters of the theory whose items are tested by claims; `problem` is about domains, `numerics` not about this subject.
const CHAPTERS: [&str; 8] = [
    "cross_entropy",
    "exact_flow",
    "features",
    "modes",
    "spectrum",
    "terminal",
    "test_time",
    "windows",
];

/// A documented item at the margin of a file; methods stand under their type.
struct Item {
    place: String,
    name: String,
    docs: String,
}

/// What an item says: the claims, and the item they reach it through.
struct Said {
    claims: Vec<String>,
    through: Option<String>,
}

#[test]
fn every_item_of_the_theory_names_claims_that_use_it() {
    let claims = claims();
    let mut named = BTreeSet::new();
    for item in items() {
        if item.docs.contains("No claim; a test of this module.") {
            continue;
        }
        let said = said(&item.docs)
            .unwrap_or_else(|| panic!("{}: `{}` names no claim", item.place, item.name));
        let used = said.through.unwrap_or_else(|| item.name.clone());
        for id in said.claims {
            let source = claims
                .get(&id)
                .unwrap_or_else(|| panic!("{}: there is no claim `{id}`", item.place));
            assert!(
                mentions(source, &used),
                "{}: `{id}` does not use `{used}`",
                item.place
            );
            named.insert(id);
        }
    }
    assert!(named.len() > 20, "{named:?}");
    let missing: Vec<&String> = claims
        .iter()
        .filter(|(_, source)| CHAPTERS.iter().any(|chapter| imports(source, chapter)))
        .map(|(id, _)| id)
        .filter(|id| !named.contains(*id))
        .collect();
    assert!(
        missing.is_empty(),
        "they use the theory, and none of its items names them: {missing:?}"
    );
}

#[test]
fn claims_named_by_chapters_exist() {
    let claims = claims();
    for (path, text) in sources() {
        for line in text.lines().filter(|line| line.starts_with("//! Claims: ")) {
            for id in quoted(line) {
                assert!(claims.contains_key(&id), "{}: `{id}`", path.display());
            }
        }
    }
}

/// The source of every claim without its documentation, by id.
fn claims() -> BTreeMap<String, String> {
    let folder = root().join("theorems/src/claims");
    let mut claims = BTreeMap::new();
    for chapter in ufm_theorems::claims::CHAPTERS {
        for claim in chapter.claims {
            let file = format!("{}.rs", claim.id.replace('-', "_"));
            let text = fs::read_to_string(folder.join(chapter.name).join(file)).unwrap();
            let code: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            claims.insert(claim.id.to_owned(), code.join("\n"));
        }
    }
    claims
}

/// Public functions, types and constants at the margin of the theory's chapters.
fn items() -> Vec<Item> {
    let mut items = Vec::new();
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let words: Vec<&str> = line.split([' ', '(', '<', ':', ';', '{']).collect();
            let ["pub", "fn" | "struct" | "enum" | "const", name, ..] = words[..] else {
                continue;
            };
            let before = lines[..number]
                .iter()
                .rev()
                .take_while(|line| line.starts_with("///") || line.starts_with("#["));
            let mut docs: Vec<&str> = before.copied().collect();
            docs.reverse();
            items.push(Item {
                place: format!("{}:{}", path.display(), number + 1),
                name: name.to_owned(),
                docs: docs.join("\n"),
            });
        }
    }
    assert!(items.len() > 20);
    items
}

/// Files of the chapters.
fn sources() -> Vec<(PathBuf, String)> {
    let source = root().join("crates/theory/src");
    let mut files = Vec::new();
    for chapter in CHAPTERS {
        let folder = source.join(chapter);
        if folder.is_dir() {
            files.extend(
                fs::read_dir(folder)
                    .unwrap()
                    .map(|file| file.unwrap().path()),
            );
        } else {
            files.push(folder.with_extension("rs"));
        }
    }
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect()
}

/// The line "Claims: `a`, `b`." or "Claims: `a`, through [`C`](…)." of the documentation of an item.
fn said(docs: &str) -> Option<Said> {
    let line = docs
        .lines()
        .find_map(|line| line.strip_prefix("/// Claims: "))?;
    let (claims, through) = match line.split_once(", through [") {
        Some((claims, through)) => (claims, quoted(through).into_iter().next()),
        None => (line, None),
    };
    let claims = quoted(claims);
    let through = through.map(|path| path.rsplit("::").next().unwrap_or(&path).to_owned());
    (!claims.is_empty() && line.ends_with('.')).then_some(Said { claims, through })
}

/// What stands between backquotes.
fn quoted(line: &str) -> Vec<String> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether a word occurs in a text.
fn mentions(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|found| found == word)
}

/// Whether a chapter of the theory is imported.
fn imports(source: &str, chapter: &str) -> bool {
    let imported = source
        .split("use ufm_theory::")
        .skip(1)
        .filter_map(|rest| rest.split(';').next());
    imported.into_iter().any(|text| mentions(text, chapter))
        || source.contains(&format!("ufm_theory::{chapter}::"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
