//! The audit on small folders of proofs, sound and unsound: what it must accept and what it must catch.
//!
//! Needs Coq. Where there is none these tests say so and pass, unless `UFM_REQUIRE_COQ` is set, as it is in CI.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path};

use ufm_proofs::{
    Ledger, Options, ProofError,
    link::{Link, Point},
    prove, toolchain,
};

/// A folder holding the given files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn coq_is_missing() -> bool {
    match toolchain::version() {
        Ok(_) => false,
        Err(ProofError::NotInstalled { .. }) if std::env::var_os("UFM_REQUIRE_COQ").is_none() => {
            eprintln!("skipped: no coqc; {}", toolchain::INSTALL);
            true
        }
        Err(error) => panic!("{error}"),
    }
}

fn run(folder: &Path, required: &[&str], links: &[Link]) -> Ledger {
    let required: Vec<String> = required.iter().map(|&name| name.to_owned()).collect();
    let options = Options {
        folder,
        required: &required,
        links,
    };
    prove(&options, &()).unwrap()
}

/// The findings of a folder with these files, as one text.
fn findings(files: &[(&str, &str)], required: &[&str]) -> String {
    let folder = folder(files);
    let ledger = run(folder.path(), required, &[]);
    for name in required {
        assert!(!ledger.proves(name), "{name} must not count as proved");
    }
    ledger
        .findings
        .iter()
        .map(|finding| format!("{}: {}\n", finding.at, finding.what))
        .collect()
}

const SOUND: &str = "From Coq Require Import Reals Lra.\nOpen Scope R_scope.\nDefinition half (x : R) := x / 2.\nTheorem half_lt x : 0 < x -> half x < x.\nProof. unfold half. intros. lra. Qed.\n";

#[test]
fn a_sound_folder_is_accepted() {
    if coq_is_missing() {
        return;
    }
    let user = "From UFM Require Import Half.\nFrom Coq Require Import Reals.\nTheorem again x : (0 < x)%R -> (half x < x)%R. Proof. apply half_lt. Qed.\n";
    let folder = folder(&[("Half.v", SOUND), ("controls/AUser.v", user)]);
    let ledger = run(folder.path(), &["Half.half_lt", "AUser.again"], &[]);
    assert_eq!(ledger.findings, []);
    assert!(ledger.proves("Half.half_lt") && ledger.proves("AUser.again"));
    assert!(
        ledger.theorems["Half.half_lt"]
            .statement
            .contains("half x < x")
    );
    assert!(!ledger.theorems["Half.half_lt"].axioms.is_empty());

    // The ledger survives being written, and notices that a file has changed since.
    let path = folder.path().join("out/ledger.json");
    ledger.save(&path).unwrap();
    assert_eq!(Ledger::load(&path).unwrap().as_ref(), Some(&ledger));
    assert!(ledger.is_about(folder.path()));
    fs::write(folder.path().join("Half.v"), format!("{SOUND}(* more *)\n")).unwrap();
    assert!(!ledger.is_about(folder.path()));
}

#[test]
fn admitted_is_caught() {
    if coq_is_missing() {
        return;
    }
    let text = "Theorem bad : 1 = 2. Admitted.\n";
    let found = findings(&[("Bad.v", text)], &["Bad.bad"]);
    assert!(
        found.contains("Bad.v:1: `Admitted` is not allowed"),
        "{found}"
    );
}

#[test]
fn an_extra_axiom_is_caught_by_the_text_and_by_the_kernel() {
    if coq_is_missing() {
        return;
    }
    let axiom = "Axiom free_lunch : 1 = 2.\n";
    let found = findings(&[("Lunch.v", axiom)], &[]);
    assert!(found.contains("`Axiom` is not allowed"), "{found}");
    // An axiom of the standard library that is not on the allow-list: nothing in the text shows it.
    let hidden = "From Coq Require Import Eqdep.\nTheorem uip (x : nat) (p : x = x) : p = eq_refl. Proof. apply UIP_refl. Qed.\n";
    let found = findings(&[("Hidden.v", hidden)], &["Hidden.uip"]);
    assert!(
        found.contains("Hidden.uip: rests on `Eqdep.Eq_rect_eq.eq_rect_eq`"),
        "{found}"
    );
    // So too if nobody relies on it, and the theorems beside it, asked about together with it, are not blamed.
    let two = format!("{hidden}Theorem fine : 1 = 1. Proof. reflexivity. Qed.\n");
    let found = findings(&[("Hidden.v", &two), ("Half.v", SOUND)], &[]);
    assert_eq!(
        found,
        "Hidden.uip: rests on `Eqdep.Eq_rect_eq.eq_rect_eq`, which is not on the allow-list\n"
    );
}

#[test]
fn a_stray_hypothesis_is_caught() {
    if coq_is_missing() {
        return;
    }
    let text = "Hypothesis h : 1 = 2.\nTheorem bad : 2 = 1. Proof. symmetry. exact h. Qed.\n";
    let found = findings(&[("Stray.v", text)], &["Stray.bad"]);
    assert!(
        found.contains("Stray.v:1: `Hypothesis` outside a section"),
        "{found}"
    );
}

#[test]
fn a_proof_that_does_not_go_through_is_caught() {
    if coq_is_missing() {
        return;
    }
    let text = "Theorem bad : 1 = 2. Proof. reflexivity. Qed.\n";
    let found = findings(&[("False_.v", text)], &["False_.bad"]);
    assert!(found.contains("False_.v: does not compile"), "{found}");
}

#[test]
fn a_renamed_theorem_is_caught() {
    if coq_is_missing() {
        return;
    }
    let found = findings(&[("Half.v", SOUND)], &["Half.half_less"]);
    assert!(
        found.contains("Half.half_less: a claim relies on this theorem"),
        "{found}"
    );
}

#[test]
fn an_abandoned_statement_is_caught() {
    if coq_is_missing() {
        return;
    }
    let text = "Theorem bad : 1 = 2. Proof. Abort.\n";
    let found = findings(&[("Gone.v", text)], &["Gone.bad"]);
    assert!(
        found.contains("`Abort` is not among the commands"),
        "{found}"
    );
}

#[test]
fn a_function_that_drifts_from_the_definition_is_caught() {
    if coq_is_missing() {
        return;
    }
    let folder = folder(&[("Half.v", SOUND)]);
    let link = |value| Link {
        definition: "Half.half".into(),
        function: "the test".into(),
        imports: vec![],
        unfold: vec!["half".into()],
        points: vec![Point {
            term: "half (sqrt 2)".into(),
            value,
        }],
        tolerance: 1e-15,
    };
    let exact = std::f64::consts::SQRT_2 / 2.0;
    let ledger = run(
        folder.path(),
        &[],
        &[link(exact), link(exact + 1e-14), link(f64::NAN)],
    );
    let agrees: Vec<bool> = ledger.links.iter().map(|link| link.agrees).collect();
    assert_eq!(agrees, [true, false, false]);
    assert_eq!(ledger.findings.len(), 2);
}

#[test]
fn the_kernel_checks_again() {
    if coq_is_missing() {
        return;
    }
    let folder = folder(&[("Half.v", SOUND)]);
    let options = Options {
        folder: folder.path(),
        required: &[],
        links: &[],
    };
    let ledger = prove(&options, &()).unwrap();
    assert!(ledger.kernel_checked);
    assert_eq!(ledger.findings, []);
}

#[test]
fn an_empty_folder_is_an_error() {
    if coq_is_missing() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        folder: folder.path(),
        required: &[],
        links: &[],
    };
    assert!(matches!(prove(&options, &()), Err(ProofError::Empty(_))));
}

#[test]
fn each_known_way_round_is_caught() {
    if coq_is_missing() {
        return;
    }
    let smuggler = "Module Type T. Axiom classic : 1 = 2. End T.\nInclude T.\nTheorem great : 1 = 2. Proof. exact classic. Qed.\n";
    let cases: [(&[(&str, &str)], &str); 5] = [
        (
            &[("a/Classical_Prop.v", smuggler)],
            "has the name of a file of Coq's libraries",
        ),
        (
            &[("a/Plain.v", smuggler)],
            "`Include` is not among the commands",
        ),
        (&[("Half.v", SOUND), ("b/Half.v", SOUND)], "has the name of"),
        (
            &[(
                "Gone.v",
                "Theorem great : 1 = 2. Abort.\nDefinition great := 1.\n",
            )],
            "`Abort` is not among the commands",
        ),
        (
            &[("Own.v", "Definition R := nat.\n")],
            "`R` is the name of something standard",
        ),
    ];
    for (files, expected) in cases {
        let found = findings(files, &[]);
        assert!(found.contains(expected), "{expected}: {found}");
    }
}

#[test]
fn a_weakened_statement_or_definition_changes_what_is_kept() {
    if coq_is_missing() {
        return;
    }
    let cited = ["Half.half_lt".to_owned()];
    let said = |text: &str| run(folder(&[("Half.v", text)]).path(), &[], &[]).statements(&cited);
    let sound = said(SOUND);
    assert!(sound.contains("half x < x"), "{sound}");
    assert_ne!(
        sound,
        said(&SOUND.replace("0 < x -> half", "1 < x -> half"))
    );
    assert_ne!(sound, said(&SOUND.replace("x / 2.", "x / 3.")));
    let local = SOUND.replace(
        "Definition",
        "Local Notation \"x < y\" := (x <= y) (at level 70) : R_scope.\nDefinition",
    );
    assert_ne!(sound, said(&local));
}

/// Names and notations of the real numbers that mean something else in one file: either the file is refused, or what is kept of its theorems
/// says what they really mean.
#[test]
fn locally_redefined_arithmetic_is_caught() {
    if coq_is_missing() {
        return;
    }
    let refused: [(&str, &str); 4] = [
        ("Local Notation R := nat.\n", "`R`"),
        ("Definition Rplus (x y : R) := x.\n", "`Rplus`"),
        (
            "Fixpoint Rlt (n m : nat) {struct n} : Prop := True.\n",
            "`Rlt`",
        ),
        ("Inductive R : Set := one.\n", "`R`"),
    ];
    for (text, name) in refused {
        let text = format!("From Coq Require Import Reals.\nOpen Scope R_scope.\n{text}");
        let found = findings(&[("Own.v", &text)], &[]);
        assert!(
            found.contains(&format!("{name} is the name of something standard")),
            "{name}: {found}"
        );
    }
    let cited = ["Half.half_lt".to_owned()];
    let said = |text: &str| {
        let ledger = run(folder(&[("Half.v", text)]).path(), &[], &[]);
        assert_eq!(ledger.findings, [], "{text}");
        ledger.statements(&cited)
    };
    let plain = "From Coq Require Import Reals Lra.\nOpen Scope R_scope.\nLOCAL\nTheorem half_lt (x : R) : 0 < x -> x < x + 1.\nProof. PROOF Qed.\n";
    let file = |local: &str, proof: &str| plain.replace("LOCAL", local).replace("PROOF", proof);
    let honest = said(&file("", "intros. lra."));
    assert!(
        honest.contains("forall x : R, 0 < x -> x < x + 1"),
        "{honest}"
    );
    for (local, proof, means) in [
        (
            "Local Notation \"x < y\" := (x <= y) (at level 70) : R_scope.",
            "intros. lra.",
            "forall x : R, 0 <= x -> x <= x + 1",
        ),
        (
            "Local Notation \"x + y\" := (Rmax x (Rplus x y)) (at level 50, left associativity) : R_scope.",
            "intros. apply Rlt_le_trans with (Rplus x 1); [lra | apply Rmax_r].",
            "forall x : R, 0 < x -> x < Rmax x (x + 1)",
        ),
    ] {
        let kept = said(&file(local, proof));
        assert!(kept.contains(means), "{local}: {kept}");
    }
}

/// The comparison is proved, but about a definition that carries an axiom of a library which nothing in the text shows.
#[test]
fn a_comparison_that_rests_on_a_foreign_axiom_is_caught() {
    if coq_is_missing() {
        return;
    }
    let text = "From Coq Require Import Reals Eqdep.\nOpen Scope R_scope.\nDefinition half (x : R) := fst (x / 2, Eq_rect_eq.eq_rect_eq nat).\n";
    let folder = folder(&[("Half.v", text)]);
    let link = Link {
        definition: "Half.half".into(),
        function: "the test".into(),
        imports: vec![],
        unfold: vec!["half".into(), "fst".into()],
        points: vec![Point {
            term: "half 1".into(),
            value: 0.5,
        }],
        tolerance: 1e-15,
    };
    let ledger = run(folder.path(), &[], &[link]);
    assert!(!ledger.links[0].agrees);
    let found: Vec<&str> = ledger.findings.iter().map(|f| f.what.as_str()).collect();
    assert!(
        found.len() == 1
            && found[0].contains("the comparison rests on `Eqdep.Eq_rect_eq.eq_rect_eq`"),
        "{found:?}"
    );
}

/// Compiled files beside the sources are not used, and one that takes the place of another after all is seen by `coqchk`.
#[test]
fn a_smuggled_compiled_file_is_caught() {
    if coq_is_missing() {
        return;
    }
    let smuggled = folder(&[(
        "Half.v",
        "Axiom free : 1 = 2.\nTheorem half_lt : 2 = 1. Proof. symmetry. exact free. Qed.\n",
    )]);
    let compile = |root: &Path| {
        let scratch = tempfile::tempdir().unwrap();
        let workspace =
            toolchain::Workspace::new(scratch.path(), root, &[root.join("Half.v")]).unwrap();
        assert!(workspace.compile("Half").unwrap().success);
        (scratch, workspace)
    };
    let (foreign, _) = compile(smuggled.path());
    let compiled = foreign.path().join("Half.vo");

    // Beside a source that requires it, without a source of its own.
    let user = "From UFM Require Import Half.\nTheorem again : 2 = 1. Proof. exact half_lt. Qed.\n";
    let beside = folder(&[("User.v", user)]);
    fs::copy(&compiled, beside.path().join("Half.vo")).unwrap();
    let ledger = run(beside.path(), &["User.again"], &[]);
    assert!(!ledger.proves("User.again"));
    assert!(
        ledger
            .findings
            .iter()
            .any(|f| f.what.contains("does not compile"))
    );

    // In the place of what was compiled from the source.
    let sound = folder(&[("Half.v", SOUND)]);
    let (place, workspace) = compile(sound.path());
    let names = ["Half".to_owned()];
    let checked = |workspace: &toolchain::Workspace| {
        let checked = workspace.check_kernel(&names).unwrap();
        assert!(checked.success, "{}", checked.output);
        ufm_proofs::audit::unsafe_in(&checked.output)
    };
    assert_eq!(checked(&workspace), [""; 0]);
    fs::copy(&compiled, place.path().join("Half.vo")).unwrap();
    assert_eq!(
        checked(&workspace),
        ["`UFM.Half.free` is an axiom of this development"]
    );
}
