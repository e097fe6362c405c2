//! The page of a ledger without evidence, without figures, without proofs: it says so, of every claim.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use serde_json::Value;
use ufm_report::{
    Audit,
    audit::{Circumstances, Command, Skipped, Source, State},
    files,
};
use ufm_theorems::ledger::Ledger;

fn audit() -> Audit {
    Audit {
        made: Circumstances {
            finished: "2026-01-02T03:04:05Z".into(),
            commit: None,
            changed: false,
            toolchain: "rustc <none>".into(),
            dependencies: String::new(),
            processor: "a & b".into(),
            threads: 1,
        },
        commands: vec![Command {
            line: "cargo xtask verify",
            computes: "everything",
            state: State::Missing,
            run: None,
        }],
        ledger: Ledger::unchecked("nobody <asked>", &|_| None),
        proofs: None,
        statements: String::new(),
        figures: Vec::new(),
        studies: Vec::new(),
        skipped: vec![Skipped {
            what: "`all` of it".into(),
            mend: "cargo xtask verify".into(),
        }],
        sources: Vec::new(),
    }
}

fn page(audit: &Audit) -> String {
    String::from_utf8(files(audit).unwrap().remove("index.html").unwrap()).unwrap()
}

#[test]
fn without_evidence_no_claim_is_more_than_not_run() {
    let page = page(&audit());
    assert_eq!(
        page.matches("data-status=\"not run\"").count(),
        2 * ufm_theorems::claims().count(), // in the list and in the graph
    );
    for status in ["proved", "tested", "FAILED"] {
        assert!(!page.contains(&format!("data-status=\"{status}\"")));
    }
    assert!(page.contains("nobody &lt;asked&gt;") && !page.contains("nobody <asked>"));
    assert!(page.contains("<code>all</code> of it"));
}

/// One claim or none: nothing depends on their number.
#[test]
fn any_number_of_claims_will_do() {
    for number in [0, 1] {
        let mut audit = audit();
        audit.ledger.claims.truncate(number);
        assert_eq!(
            page(&audit).matches("<article class=\"claim\"").count(),
            number
        );
    }
}

#[test]
fn a_source_is_in_the_folder_if_the_page_cites_it() {
    let mut audit = audit();
    let claim = ufm_theorems::find("window-bound").unwrap();
    let path = ufm_theorems::chapter_of(claim.id).unwrap().path(claim.id);
    for path in [path.as_str(), "theorems/src/nobody.rs"] {
        audit.sources.push(Source {
            path: path.to_owned(),
            text: "//\npub const CLAIM: Claim".into(),
        });
    }
    let files = files(&audit).unwrap();
    let source = String::from_utf8(files[&format!("source/{path}.html")].clone()).unwrap();
    assert!(source.contains("<span id=\"L2\">"));
    assert!(!files.contains_key("source/theorems/src/nobody.rs.html"));
}

/// All files of the folder are described, each with its digest.
#[test]
fn the_metadata_describe_every_file() {
    let files = files(&audit()).unwrap();
    let metadata: Value = serde_json::from_slice(&files["ro-crate-metadata.json"]).unwrap();
    let graph = metadata["@graph"].as_array().unwrap();
    for (path, content) in files
        .iter()
        .filter(|(path, _)| *path != "ro-crate-metadata.json")
    {
        let entity = graph.iter().find(|entity| entity["@id"] == **path).unwrap();
        assert_eq!(entity["sha256"], ufm_support::digest::of(content));
    }
    let ids: BTreeSet<&str> = graph
        .iter()
        .map(|entity| entity["@id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), graph.len());
}

fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| keys(item, into)),
        Value::Object(fields) => {
            for (key, inner) in fields {
                into.insert(key.clone());
                keys(inner, into);
            }
        }
        _ => {}
    }
}

#[test]
fn the_ledger_is_described_field_by_field() {
    let verdict = ufm_theorems::verify(ufm_theorems::find("early-benefit").unwrap());
    let mut ledger = serde_json::to_value(Ledger::of(&[verdict], &|_| None)).unwrap();
    // Of a kind that this claim does not have.
    ledger["claims"][0]["evidence"]["measured"] =
        serde_json::json!([{ "name": "", "value": 0, "shown": "" }]);
    let mut found = BTreeSet::new();
    keys(&ledger, &mut found);
    assert!(found.contains("worst_case") && found.contains("broken"));
    for key in found {
        assert!(
            include_str!("../LEDGER.md").contains(&format!("`{key}`")),
            "{key}"
        );
    }
}
