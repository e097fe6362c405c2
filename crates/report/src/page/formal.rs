//! Formal statements and definitions, as Coq printed them.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{anchor, source};
use crate::{Audit, dependencies::Proofs};

/// The statements under version control, taken apart.
pub struct Statements<'a> {
    theorems: BTreeMap<&'a str, &'a str>,
    definitions: BTreeMap<&'a str, &'a str>,
}

impl<'a> Statements<'a> {
    /// Reads the text: entries between empty lines, each headed `theorem NAME` or `definition NAME`.
    pub fn read(text: &'a str) -> Self {
        let (mut theorems, mut definitions) = (BTreeMap::new(), BTreeMap::new());
        for entry in text.split("\n\n") {
            let (head, body) = entry.split_once('\n').unwrap_or((entry, ""));
            if let Some(name) = head.strip_prefix("theorem ") {
                theorems.insert(name, body);
            } else if let Some(name) = head.strip_prefix("definition ") {
                definitions.insert(name, body);
            }
        }
        Self {
            theorems,
            definitions,
        }
    }

    /// A theorem with its statement, axioms and place.
    pub fn theorem(&self, name: &str, audit: &Audit, proofs: &Proofs) -> Markup {
        let record = audit.proofs.as_ref().and_then(|p| p.theorems.get(name));
        html! {
            details.formal {
                summary { code { (name) } }
                pre tabindex="0" { code { @match self.theorems.get(name) {
                    Some(text) => (self.linked(text)),
                    None => "no statement is kept under this name",
                } } }
                p.small {
                    @match record {
                        Some(record) if record.axioms.is_empty() => "No axioms. ",
                        Some(record) => { "Axioms: " @for (index, axiom) in record.axioms.iter().enumerate() {
                            @if index > 0 { ", " } code { (axiom.rsplit('.').next().unwrap_or(axiom)) }
                        } ". " },
                        None => "Axioms: not run here. ",
                    }
                    @if let Some((path, line)) = proofs.place(name) {
                        a href=(source::link(path, line)) { (path) ":" (line) }
                    }
                }
            }
        }
    }

    /// Every definition that statements mention.
    pub fn definitions(&self) -> Markup {
        html! {
            @for (name, text) in &self.definitions {
                div.definition id={ "def-" (anchor(name)) } { pre tabindex="0" { code { (self.linked(text)) } } }
            }
        }
    }

    /// How many definitions there are.
    pub fn number_of_definitions(&self) -> usize {
        self.definitions.len()
    }

    /// A text in which names of definitions lead to them.
    fn linked(&self, text: &str) -> Markup {
        let is_word = |c: char| c.is_alphanumeric() || "_'.".contains(c);
        let mut pieces: Vec<(&str, bool)> = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let inside = is_word(first);
            let end = rest.find(|c| is_word(c) != inside).unwrap_or(rest.len());
            let (piece, tail) = rest.split_at(end);
            pieces.push((piece, inside && self.definitions.contains_key(piece)));
            rest = tail;
        }
        html! {
            @for (piece, known) in pieces {
                @if known { a href={ "#def-" (anchor(piece)) } { (piece) } } @else { (piece) }
            }
        }
    }
}
