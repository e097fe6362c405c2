//! What the test of every claim does.

use std::collections::BTreeSet;

use crate::Claim;

/// The check holds, controls break every finding and each what it names, and the parts name what there is; statement and evidence, rounded to
/// what is stable across machines, are snapshot.
pub fn assert_stands(claim: &'static Claim) {
    let verdict = crate::verify(claim);
    if let Some(why) = verdict.absence() {
        eprintln!("{} is NOT RUN: {why}", claim.id);
        return;
    }
    let evidence = verdict.evidence.as_ref().unwrap();
    let troubles = verdict.troubles();
    assert!(
        troubles.is_empty() && verdict.controls.iter().all(Result::is_ok),
        "{}: {}\n{}",
        claim.id,
        claim.statement(),
        troubles.join("\n")
    );
    let summary = format!("{}\n{}", described(claim), evidence.stable_summary());
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(claim.id, summary);
    });
}

/// The parts and what each rests on.
fn described(claim: &Claim) -> String {
    let mut text = format!("{}\n", claim.given);
    for part in claim.parts {
        let support: Vec<&str> = [part.theorems, part.findings].concat();
        text += &format!("- {} [{}]\n", part.says, support.join(", "));
    }
    text
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
        assert!(!claim.title.is_empty() && !claim.parts.is_empty());
        assert!(!claim.math.is_empty(), "{} has no formula", claim.id);
        for part in claim.parts {
            let plain = !part.says.is_empty() && !part.says.ends_with(['.', ';', ' ']);
            assert!(plain, "{}: \"{}\"", claim.id, part.says);
        }
        assert!(claim.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    }
}

/// `statements.txt` holds the theorems that parts cite, and no other: what is cited exists, and has been read.
#[test]
fn cited_theorems_are_kept() {
    let kept: BTreeSet<&str> = include_str!("../coq/statements.txt")
        .lines()
        .filter_map(|line| line.strip_prefix("theorem "))
        .collect();
    let cited: BTreeSet<&str> = crate::claims().flat_map(Claim::theorems).collect();
    assert_eq!(cited.difference(&kept).collect::<Vec<_>>(), [&""; 0]);
    assert_eq!(kept.difference(&cited).collect::<Vec<_>>(), [&""; 0]);
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

mod rules {
    //! The rules by which a verdict is reached, on small claims.

    use crate::{
        CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, Status, verify,
    };

    fn evidence(findings: &[(&'static str, bool)]) -> Result<Evidence, CheckError> {
        let mut evidence = Evidence::new();
        for &(id, holds) in findings {
            let mut finding = Finding::always(id, "");
            finding.require(String::new, holds);
            evidence.push(finding);
        }
        Ok(evidence)
    }

    fn both() -> Result<Evidence, CheckError> {
        evidence(&[("one", true), ("two", true)])
    }

    fn neither() -> Result<Evidence, CheckError> {
        evidence(&[("one", false), ("two", false)])
    }

    fn first_only() -> Result<Evidence, CheckError> {
        evidence(&[("one", false), ("two", true)])
    }

    fn erring() -> Result<Evidence, CheckError> {
        Err(CheckError::NotReached("nothing".into()))
    }

    fn unseen() -> Result<Evidence, CheckError> {
        let mut evidence = Evidence::new();
        for id in ["one", "two"] {
            evidence.push(Finding::always(id, ""));
        }
        Ok(evidence)
    }

    const PARTS: &[Part] = &[Part {
        says: "this",
        theorems: &[],
        findings: &["one", "two"],
    }];

    const fn control(breaks: &'static [&'static str], check: crate::Check) -> Control {
        Control {
            what: "that",
            breaks,
            check,
        }
    }

    const fn claim(
        parts: &'static [Part],
        check: crate::Check,
        controls: &'static [Control],
    ) -> Claim {
        Claim {
            id: "example",
            title: "",
            given: "",
            math: "",
            parts,
            kind: Kind::Theorem,
            source: Source::Project,
            uses: &[],
            check,
            controls,
        }
    }

    const BOTH: &[&str] = &["one", "two"];
    const REJECTED: &[Control] = &[control(BOTH, neither)];

    #[test]
    fn a_part_is_tested_if_controls_break_all_its_findings() {
        static HOLDS: Claim = claim(PARTS, both, REJECTED);
        static BY_TWO: Claim = claim(
            PARTS,
            both,
            &[control(&["one"], first_only), control(&["two"], neither)],
        );
        static FAILS: Claim = claim(PARTS, first_only, REJECTED);
        static UNCONTROLLED: Claim = claim(PARTS, both, &[]);
        static HALF_CONTROLLED: Claim = claim(PARTS, both, &[control(&["one"], neither)]);
        static ACCEPTED: Claim = claim(PARTS, both, &[control(BOTH, both)]);
        static PARTLY_ACCEPTED: Claim = claim(PARTS, both, &[control(BOTH, first_only)]);
        static UNSEEN: Claim = claim(PARTS, both, &[control(BOTH, unseen)]);
        static EMPTY: Claim = claim(PARTS, both, &[control(BOTH, || Ok(Evidence::new()))]);
        static ERROR: Claim = claim(PARTS, erring, REJECTED);
        static CONTROL_ERROR: Claim = claim(PARTS, both, &[control(BOTH, erring)]);
        static UNNAMED: Claim = claim(PARTS, both, &[control(BOTH, neither), control(&[], both)]);
        for (claim, status) in [
            (&HOLDS, Status::Tested),
            (&BY_TWO, Status::Tested),
            (&FAILS, Status::Failed),
            (&UNCONTROLLED, Status::Failed),
            (&HALF_CONTROLLED, Status::Failed),
            (&ACCEPTED, Status::Failed),
            (&PARTLY_ACCEPTED, Status::Failed),
            (&UNSEEN, Status::Failed),
            (&EMPTY, Status::Failed),
            (&ERROR, Status::Failed),
            (&CONTROL_ERROR, Status::Failed),
            (&UNNAMED, Status::Failed),
        ] {
            let verdict = verify(claim);
            assert_eq!(verdict.status(&|_| None), status, "{claim:?}");
            assert_eq!(verdict.troubles().is_empty(), status == Status::Tested);
        }
    }

    #[test]
    fn a_part_is_proved_if_the_audit_accepts_all_its_theorems() {
        const fn part(
            theorems: &'static [&'static str],
            findings: &'static [&'static str],
        ) -> Part {
            Part {
                says: "this",
                theorems,
                findings,
            }
        }
        static PROVED: Claim = claim(&[part(&["A.a", "A.b"], BOTH)], both, REJECTED);
        static FAILS: Claim = claim(&[part(&["A.a"], BOTH)], first_only, REJECTED);
        static PARTLY: Claim = claim(
            &[part(&["A.a"], &["one"]), part(&[], &["two"])],
            both,
            REJECTED,
        );
        static MISSING: Claim = claim(&[part(&["A.a"], BOTH), part(&[], &[])], both, REJECTED);
        let known = |yes: bool| move |_: &str| Some(yes);
        let only_a = |name: &str| Some(name == "A.a");
        assert_eq!(verify(&PROVED).status(&known(true)), Status::Proved);
        assert_eq!(verify(&PROVED).status(&known(false)), Status::Failed);
        assert_eq!(verify(&PROVED).status(&only_a), Status::Failed);
        assert_eq!(verify(&PROVED).status(&|_| None), Status::NotRun);
        assert_eq!(verify(&FAILS).status(&known(true)), Status::Failed);
        assert_eq!(verify(&PARTLY).status(&known(true)), Status::Tested);
        assert_eq!(verify(&MISSING).status(&known(true)), Status::Missing);
    }

    #[test]
    fn data_that_are_not_there_are_no_failure() {
        fn absent() -> Result<Evidence, CheckError> {
            Err(CheckError::Data(ufm_data::DataError::NotFound {
                data_set: "MNIST",
                command: "mnist",
                file: "images",
                looked_at: Vec::new(),
            }))
        }
        static ABSENT: Claim = claim(PARTS, absent, &[control(BOTH, absent)]);
        let verdict = verify(&ABSENT);
        assert_eq!(verdict.status(&|_| Some(true)), Status::NotRun);
        assert_eq!(verdict.troubles(), [""; 0]);
        assert!(
            verdict
                .absence()
                .is_some_and(|why| why.to_string().contains("MNIST"))
        );
        static ERROR: Claim = claim(PARTS, erring, REJECTED);
        assert!(verify(&ERROR).absence().is_none());
    }

    #[test]
    fn a_control_rejects_if_it_breaks_all_that_it_names() {
        static CLAIM: Claim = claim(
            PARTS,
            both,
            &[
                control(BOTH, neither),
                control(BOTH, first_only),
                control(&["one"], first_only),
                control(&["two"], first_only),
                control(&[], neither),
                control(BOTH, unseen),
                control(BOTH, erring),
            ],
        );
        let verdict = verify(&CLAIM);
        let broken: Vec<_> = (0..8).map(|index| verdict.broken_by(index)).collect();
        let [none, one] = [vec![], vec!["one"]];
        assert_eq!(
            broken,
            [
                BOTH.into(),
                one.clone(),
                one.clone(),
                one,
                BOTH.into(),
                none.clone(),
                none.clone(),
                none
            ]
        );
        assert_eq!(verdict.rejected(), 2);
    }

    #[test]
    fn a_finding_that_no_control_names_fails_alone_too() {
        static CLAIM: Claim = claim(PARTS, both, &[control(&["one"], neither)]);
        let alone = |findings| Part {
            says: "this",
            theorems: &[],
            findings,
        };
        let verdict = verify(&CLAIM);
        assert_eq!(
            verdict.status_of(&alone(&["one"]), &|_| None),
            Status::Tested
        );
        assert_eq!(
            verdict.status_of(&alone(&["two"]), &|_| None),
            Status::Failed
        );
    }

    #[test]
    fn parts_and_findings_name_each_other() {
        static UNKNOWN: Claim = claim(
            &[Part {
                says: "this",
                theorems: &[],
                findings: &["one", "two", "three"],
            }],
            both,
            REJECTED,
        );
        static UNCLAIMED: Claim = claim(
            &[Part {
                says: "this",
                theorems: &[],
                findings: &["one"],
            }],
            both,
            REJECTED,
        );
        for (claim, trouble) in [
            (&UNKNOWN, "the check makes no finding `three`"),
            (&UNCLAIMED, "`two`: no part of the statement names it"),
        ] {
            let verdict = verify(claim);
            assert_eq!(verdict.status(&|_| None), Status::Failed);
            assert!(verdict.troubles().iter().any(|t| t.contains(trouble)));
        }
    }
}
