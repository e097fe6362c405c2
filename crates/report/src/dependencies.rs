//! Which claim's proof rests on which: read off the texts of the formal proofs.
//!
//! A proof names the results that it applies. From the theorems that a claim cites, through lemmas, to theorems that another claim cites: then the first
//! rests on the second. Names are taken as Coq takes them, the file's own first, then those of the files it requires; a name in a comment counts too, so an edge
//! is what the text says and no more.

use std::collections::{BTreeMap, BTreeSet};

use ufm_proofs::source;
use ufm_theorems::ledger::Ledger;

use crate::audit::Source;

/// For each theorem or lemma, as `File.name`, those that its statement or proof names, and the line of its statement.
#[derive(Debug, Clone, Default)]
pub struct Proofs {
    names: BTreeMap<String, BTreeSet<String>>,
    places: BTreeMap<String, (String, usize)>,
}

impl Proofs {
    /// Reads the `.v` files among `sources`.
    pub fn read(sources: &[Source]) -> Self {
        let mut blocks: Vec<(String, String, usize, String)> = Vec::new();
        let mut requires: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for source in sources {
            let Some(unit) = source.path.strip_suffix(".v") else {
                continue;
            };
            let file = unit.rsplit('/').next().unwrap_or(unit).to_owned();
            requires.insert(file.clone(), required(&source.text));
            let lines: Vec<&str> = source.text.lines().collect();
            let statements = source::read(&source.text).statements;
            for (index, statement) in statements.iter().enumerate() {
                let end = statements
                    .get(index + 1)
                    .map_or(lines.len(), |s| s.line - 1);
                let begin = statement.line.saturating_sub(1).min(end);
                let text = lines[begin..end.min(lines.len())].join("\n");
                blocks.push((
                    format!("{file}.{}", statement.name),
                    source.path.clone(),
                    statement.line,
                    text,
                ));
            }
        }
        let known: BTreeSet<&str> = blocks.iter().map(|block| block.0.as_str()).collect();
        let mut proofs = Self::default();
        for (name, path, line, text) in &blocks {
            let file = name.split('.').next().unwrap_or("");
            let files = std::iter::once(file.to_owned())
                .chain(requires.get(file).into_iter().flatten().cloned());
            let files: Vec<String> = files.collect();
            let mut named = BTreeSet::new();
            for word in words(text) {
                let full = if known.contains(word) {
                    Some(word.to_owned())
                } else {
                    let candidates = files.iter().map(|file| format!("{file}.{word}"));
                    candidates.into_iter().find(|c| known.contains(c.as_str()))
                };
                named.extend(full.filter(|full| full != name));
            }
            proofs.names.insert(name.clone(), named);
            proofs.places.insert(name.clone(), (path.clone(), *line));
        }
        proofs
    }

    /// Where a theorem is stated: path and line.
    pub fn place(&self, theorem: &str) -> Option<(&str, usize)> {
        let (path, line) = self.places.get(theorem)?;
        Some((path, *line))
    }

    /// For each claim, the claims whose theorems its own rest on, nearest only: what those rest on is theirs to say.
    pub fn between(&self, ledger: &Ledger) -> BTreeMap<String, BTreeSet<String>> {
        let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for claim in &ledger.claims {
            for theorem in claim.theorems() {
                owners.entry(theorem).or_default().insert(&claim.id);
            }
        }
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for claim in &ledger.claims {
            let own: BTreeSet<&str> = claim.theorems().into_iter().collect();
            let mut seen: BTreeSet<&str> = own.clone();
            let mut unread: Vec<&str> = own.iter().copied().collect();
            while let Some(theorem) = unread.pop() {
                for next in self.names.get(theorem).into_iter().flatten() {
                    let next = next.as_str();
                    if !seen.insert(next) {
                        continue;
                    }
                    match owners.get(next) {
                        // One that this claim cites too is its own.
                        Some(others) if !others.contains(claim.id.as_str()) => {
                            let others = others.iter().map(|&id| id.to_owned());
                            edges.entry(claim.id.clone()).or_default().extend(others);
                        }
                        _ => unread.push(next),
                    }
                }
            }
        }
        edges
    }
}

/// The files that a text requires, by their own names, the last first: it hides those before.
fn required(text: &str) -> Vec<String> {
    let mut files = Vec::new();
    for sentence in text.split(".\n") {
        let Some((_, list)) = sentence.split_once("Require Import ") else {
            continue;
        };
        let names = list.split_whitespace();
        files.extend(names.map(|name| name.rsplit('.').next().unwrap_or(name).to_owned()));
    }
    files.reverse();
    files
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || "_'.".contains(c)))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_rests_on_what_it_names_through_lemmas_and_files() {
        let file = |path: &str, text: &str| Source {
            path: path.into(),
            text: text.into(),
        };
        let proofs = Proofs::read(&[
            file(
                "theorems/coq/a/A.v",
                "Theorem base : True.\nProof. exact I. Qed.\n\nLemma step : True.\nProof. exact base. Qed.\n",
            ),
            file(
                "theorems/coq/B.v",
                "From UFM Require Import a.A.\n\nTheorem top : True.\nProof. exact step. Qed.\n",
            ),
        ]);
        assert_eq!(proofs.place("A.step"), Some(("theorems/coq/a/A.v", 4)));
        let mut ledger = Ledger::unchecked("", &|_| None);
        ledger.claims.truncate(2);
        for (claim, theorem) in ledger.claims.iter_mut().zip(["A.base", "B.top"]) {
            claim.parts.truncate(1);
            for part in &mut claim.parts {
                part.theorems = vec![theorem.to_owned()];
            }
        }
        let (first, second) = (ledger.claims[0].id.clone(), ledger.claims[1].id.clone());
        let edges = proofs.between(&ledger);
        assert_eq!(edges.len(), 1);
        assert_eq!(edges[&second], BTreeSet::from([first]));
    }
}
