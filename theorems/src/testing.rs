//! What the test of every claim does.

use crate::{CheckError, Claim, Evidence};

/// The check holds, or its data are not at hand; its evidence, rounded to what is stable across machines, is snapshot.
pub fn assert_holds(claim: &Claim) {
    let Some(evidence) = run(claim, claim.check) else {
        return;
    };
    assert!(
        evidence.holds(),
        "{}\n{}",
        claim.statement,
        describe(&evidence)
    );
    let summary = format!("{}\n\n{}", claim.statement, evidence.stable_summary());
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(claim.id, summary);
    });
}

/// The evidence of a check; none, with words to that effect, if what it needs is not at hand.
fn run(claim: &Claim, check: crate::Check) -> Option<Evidence> {
    match check() {
        Err(CheckError::NotRun(why)) => {
            eprintln!("{} is NOT RUN: {why}", claim.id);
            None
        }
        evidence => Some(evidence.unwrap()),
    }
}

/// There are controls, and the same check rejects each.
pub fn assert_controls_rejected(claim: &Claim) {
    assert!(!claim.controls.is_empty(), "{} has no control", claim.id);
    for control in claim.controls {
        let Some(evidence) = run(claim, control.check) else {
            return;
        };
        assert!(
            !evidence.holds(),
            "the check of {} accepts the false statement \"{}\":\n{}",
            claim.id,
            control.what,
            describe(&evidence)
        );
        assert!(
            evidence.cases() > 0,
            "control \"{}\" saw no case",
            control.what
        );
    }
}

fn describe(evidence: &Evidence) -> String {
    evidence
        .findings()
        .iter()
        .map(|f| {
            format!(
                "  {} {}: residual {:e} at {}, tolerance {:e}, {} cases\n",
                if f.holds() { "holds" } else { "FAILS" },
                f.what(),
                f.residual(),
                f.worst_case(),
                f.tolerance(),
                f.cases()
            )
        })
        .collect()
}

#[test]
fn the_registry_is_consistent() {
    for (index, claim) in crate::claims().enumerate() {
        let earlier: Vec<_> = crate::claims().take(index).map(|c| c.id).collect();
        assert!(
            !earlier.contains(&claim.id),
            "two claims are called {}",
            claim.id
        );
        for used in claim.uses {
            assert!(
                earlier.contains(used),
                "{} uses {used}, which does not come earlier",
                claim.id
            );
        }
        for text in [claim.title, claim.statement] {
            assert!(!text.is_empty(), "{} lacks words", claim.id);
        }
        assert!(claim.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    }
}

/// Every file below `claims/` is the module of a registered claim, and the other way round.
#[test]
fn every_file_is_a_registered_claim() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let registered: Vec<String> = crate::CHAPTERS
        .iter()
        .flat_map(|chapter| chapter.claims.iter().map(|claim| chapter.path(claim.id)))
        .collect();
    for path in &registered {
        assert!(root.join(path).is_file(), "there is no {path}");
    }
    let mut found = 0;
    for chapter in crate::CHAPTERS {
        let folder = root.join("theorems/src/claims").join(chapter.name);
        for entry in std::fs::read_dir(folder).unwrap() {
            found += usize::from(entry.unwrap().file_name() != "mod.rs");
        }
    }
    assert_eq!(found, registered.len(), "a file is not registered");
}
