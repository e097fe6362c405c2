//! The command line, run as a user runs it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path};

use assert_cmd::Command;
use predicates::{prelude::PredicateBooleanExt as _, str::contains};

fn xtask() -> Command {
    Command::cargo_bin("xtask").unwrap()
}

#[test]
fn help_teaches() {
    xtask()
        .arg("--help")
        .assert()
        .code(0)
        .stdout(contains("cargo xtask figures").and(contains("Exit codes")));
    for command in ["figures", "verify", "prove", "report", "data", "list"] {
        xtask().args([command, "--help"]).assert().code(0);
    }
    xtask()
        .args(["figures", "--help"])
        .assert()
        .stdout(contains("Examples:"));
}

#[test]
fn list_shows_figures_and_claims() {
    xtask()
        .arg("list")
        .assert()
        .code(0)
        .stdout(contains("learning-window").and(contains("window-bound")));
}

#[test]
fn every_claim_a_figure_shows_exists() {
    for figure in ufm_figures::all() {
        for claim in figure.claims {
            assert!(
                ufm_theorems::find(claim).is_some(),
                "{} shows {claim}",
                figure.id
            );
        }
    }
}

#[test]
fn figures_are_built_checked_and_found_wanting() {
    let folder = tempfile::tempdir().unwrap();
    let run = |extra: &[&str]| {
        let mut command = xtask();
        command
            .args(["figures", "window-vs-gamma", "--out"])
            .arg(folder.path())
            .args(extra);
        command.assert()
    };
    run(&[]).code(0).stdout(contains("window-vs-gamma.pdf"));
    run(&["--check"]).code(0).stdout(contains("byte for byte"));
    run(&["--check", "--set", "window-vs-gamma.points=10"])
        .code(1)
        .stdout(contains("mend with: cargo xtask figures window-vs-gamma"));
    fs::remove_file(folder.path().join("window-vs-gamma.csv")).unwrap();
    run(&["--check"])
        .code(1)
        .stdout(contains("window-vs-gamma.csv: is missing"));
    // Checking writes nothing.
    assert!(!folder.path().join("window-vs-gamma.csv").exists());
}

#[test]
fn without_coq_proving_is_one_line_with_the_remedy() {
    xtask()
        .arg("prove")
        .env("PATH", "/nowhere")
        .assert()
        .code(2)
        .stderr(contains("coqc was not found").and(contains("apt-get install")));
}

#[test]
fn verify_prints_a_table_or_json() {
    xtask()
        .args(["verify", "window-bound"])
        .assert()
        .code(0)
        .stdout(contains("5/5 rejected").and(contains("\n1 claim: 1 ")));
    let output = xtask()
        .args(["verify", "flattening", "--json"])
        .output()
        .unwrap();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["schema"], 1);
    let claim = &value["claims"][0];
    assert_eq!(claim["id"], "flattening");
    // Proved where the proofs have been checked on this machine.
    assert!(["proved", "not run"].contains(&claim["status"].as_str().unwrap()));
    let findings = claim["evidence"]["findings"].as_array().unwrap();
    assert!(!findings.is_empty() && findings.iter().all(|f| f["holds"] == true));
    // Each control breaks what it names.
    let controls = claim["controls"].as_array().unwrap();
    assert!(!controls.is_empty());
    for control in controls {
        let broken = control["broken"].as_array().unwrap();
        let names = control["breaks"].as_array().unwrap();
        assert!(!names.is_empty() && names.iter().all(|id| broken.contains(id)));
    }
}

#[test]
fn the_report_is_built_again_and_replaces_no_other_folder() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("report");
    for _ in 0..2 {
        xtask()
            .args(["report", "--out"])
            .arg(&folder)
            .assert()
            .code(0)
            .stdout(contains("index.html"));
    }
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    for claim in ufm_theorems::claims() {
        assert!(
            page.contains(&format!("id=\"claim-{}\"", claim.id)),
            "{}",
            claim.id
        );
    }
    for figure in ufm_figures::all() {
        assert!(
            page.contains(&format!("id=\"figure-{}\"", figure.id)),
            "{}",
            figure.id
        );
    }
    fs::write(place.path().join("mine.txt"), "mine").unwrap();
    xtask()
        .args(["report", "--out"])
        .arg(place.path())
        .assert()
        .code(2)
        .stderr(contains("it is no report"));
    assert_eq!(fs::read(place.path().join("mine.txt")).unwrap(), b"mine");
}

#[test]
fn bad_input_is_one_message_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let defaults = ufm_figures::DEFAULTS;
    let malformed = file(
        "malformed.toml",
        &defaults.replacen("ratio = 5", "ratio = = 5", 1),
    );
    let unknown = file(
        "unknown.toml",
        &defaults.replacen("ratio = 5", "ratio = 5\nratoi = 5", 1),
    );
    let blocked = Path::new(&file("a-file", "")).join("figures");
    let blocked = blocked.to_string_lossy();
    let out = folder.path().join("out").to_string_lossy().into_owned();
    for (arguments, says) in [
        (
            vec!["figures", "learning-windw"],
            "did you mean `learning-window`?",
        ),
        (vec!["figures", "xyzzy"], "there are label-svd"),
        (
            vec!["verify", "window-bond"],
            "did you mean `window-bound`?",
        ),
        (vec!["verify", "xyzzy"], "cargo xtask list"),
        (vec!["figures", "--config", &malformed], "line 1"),
        (
            vec!["figures", "--config", &unknown],
            "unknown field `ratoi`",
        ),
        (
            vec!["figures", "--config", "/nowhere.toml"],
            "/nowhere.toml",
        ),
        (vec!["figures", "label-svd", "--out", &blocked], "a-file"),
        (
            vec!["figures", "--set", "label-svd.ratio=0.5"],
            "at least 1",
        ),
        (
            vec!["figures", "--set", "mode-dynamics.gamma=nan"],
            "finite",
        ),
        (
            vec!["figures", "--set", "mode-dynamics.delta=inf"],
            "finite",
        ),
        (vec!["figures", "--set", "mode-dynamics.classes=5"], "even"),
        (
            vec!["figures", "--set", "label-svd.nonsense=1"],
            "no parameter `nonsense`",
        ),
        // Found only while the figure is computed.
        (
            vec![
                "figures",
                "cross-entropy-times",
                "--set",
                "cross-entropy-times.delta=0.4",
            ],
            "at least 0.5",
        ),
        (vec!["frobnicate"], "unrecognized subcommand"),
    ] {
        let mut command = xtask();
        command.args(&arguments);
        if arguments[0] == "figures" && !arguments.contains(&"--out") {
            command.args(["--out", &out]);
        }
        command.assert().code(2).stderr(contains(says));
    }
    assert!(!Path::new(&out).exists(), "nothing may be written");
}

/// A command that sees no MNIST but what it is told of.
fn without_mnist() -> Command {
    let mut command = xtask();
    command.env_remove("UFM_DATA");
    command
}

#[test]
fn mnist_is_taken_from_a_folder_only_if_it_is_right() {
    let (from, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(from.path().join("train-images-idx3-ubyte.gz"), "no digits").unwrap();
    let mut command = without_mnist();
    command
        .args(["data", "mnist", "--from"])
        .arg(from.path())
        .arg("--into")
        .arg(into.path());
    command
        .assert()
        .code(2)
        .stderr(contains("9 bytes, expected 9912422; the file is not used"));
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 0);
}

#[test]
fn cifar10_is_taken_from_a_folder_only_if_it_is_right() {
    let (from, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let refused = |words: &str| {
        let mut command = without_mnist();
        command
            .args(["data", "cifar10", "--from"])
            .arg(from.path())
            .arg("--into")
            .arg(into.path());
        command.assert().code(2).stderr(contains(words));
        assert_eq!(fs::read_dir(into.path()).unwrap().count(), 0);
    };
    refused("looked for data_batch_1.bin");
    for name in ["data_batch_4.bin", "test_batch.bin"] {
        fs::write(from.path().join(name), "no cats").unwrap();
    }
    refused("7 bytes, expected 30730000; the file is not used");
    fs::write(from.path().join("cifar-10-binary.tar.gz"), "no archive").unwrap();
    refused("cifar-10-binary.tar.gz");
}

#[test]
fn samples_are_shown_and_depend_on_the_seed_alone() {
    let shown = |extra: &[&str]| {
        let output = without_mnist()
            .args(["data", "samples", "digits"])
            .args(extra)
            .assert()
            .code(0);
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    assert_eq!(shown(&["--seed", "3"]), shown(&["--seed", "3"]));
    assert_ne!(
        shown(&["--json", "--seed", "3"]),
        shown(&["--json", "--seed", "4"])
    );
    assert!(shown(&["--json"]).contains("\"taken\""));
}

#[test]
fn bad_input_about_data_is_told() {
    let nowhere = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (vec!["data", "samples", "digits", "--ratio", "0.5"], "0.5"),
        (
            vec!["data", "samples", "digits", "--samples", "5000"],
            "5000",
        ),
        (vec!["data", "samples", "digits", "--majority", "12"], "12"),
        (vec!["data", "samples", "letters"], "possible values"),
    ] {
        without_mnist()
            .args(&arguments)
            .assert()
            .code(2)
            .stderr(contains(words));
    }
    for (arguments, file, command) in [
        (
            &["data", "samples", "mnist", "--data"][..],
            "train-images-idx3-ubyte.gz",
            "cargo xtask data mnist",
        ),
        (
            &["figures", "label-svd", "--data"],
            "train-images-idx3-ubyte.gz",
            "cargo xtask data mnist",
        ),
        (
            &["data", "samples", "cifar10", "--data"],
            "data_batch_1.bin",
            "cargo xtask data cifar10",
        ),
    ] {
        without_mnist()
            .args(arguments)
            .arg(nowhere.path())
            .assert()
            .code(2)
            .stderr(contains(file).and(contains(command)));
    }
}

#[test]
fn claims_whose_data_are_not_at_hand_are_not_run() {
    if Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../data")
        .exists()
    {
        println!("skipped: this checkout may have data of its own");
        return;
    }
    without_mnist()
        .args(["verify", "mnist-stopping", "window-bound"])
        .assert()
        .success()
        .stdout(
            contains("mnist-stopping: not run")
                .and(contains("cargo xtask data mnist"))
                .and(contains("5/5 rejected"))
                .and(contains("\n2 claims: ")),
        );
}

#[test]
fn parameters_of_networks_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    for (set, words) in [
        (
            "digits.plan.learning-rate=-1",
            "learning rate -1 is not allowed: it must be finite and above 0",
        ),
        ("digits.plan.steps=0", "number of steps 0 is not allowed"),
        (
            "digits.plan.steps=1000000000000000000",
            "it must be a whole number from 1 to 10000000",
        ),
        (
            "digits.plan.batch=1000000000000000000",
            "it must be a whole number from 1 to 100000",
        ),
        ("digits.plan.ratio=0.5", "imbalance ratio R = 0.5"),
        (
            "digits.plan.learning-rate=nan",
            "learning rate NaN is not allowed",
        ),
        ("digits.plan.majority-samples=100000", "100000"),
        (
            "digits.plan.stepps=3",
            "has no parameter `stepps`; did you mean `steps`?",
        ),
        ("digits.plam.steps=3", "digits has no table `plam`"),
        ("digits.plan.optimiser=\"newton\"", "newton"),
    ] {
        let mut command = without_mnist();
        command
            .args(["figures", "digits-stopping", "--set", set, "--out"])
            .arg(folder.path());
        command.assert().code(2).stderr(contains(words));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{set}");
    }
}

#[test]
fn figures_of_mnist_are_skipped_without_its_files() {
    let folder = tempfile::tempdir().unwrap();
    // A checkout with data/ has them; this test is about one that does not.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if root.join("data").exists() {
        println!("skipped: this checkout has data/");
        return;
    }
    let mut command = without_mnist();
    command
        .args(["figures", "mnist-accuracy", "label-svd", "--out"])
        .arg(folder.path());
    command
        .assert()
        .code(0)
        .stdout(contains("skipped mnist-accuracy").and(contains("cargo xtask data mnist")));
    let manifest = fs::read_to_string(folder.path().join("manifest.toml")).unwrap();
    assert!(
        manifest.contains("skipped = [\"mnist-accuracy\"]"),
        "{manifest}"
    );
}

/// Commands that print, one of each.
#[cfg(unix)]
const PRINTING: [&[&str]; 5] = [
    &["list"],
    &["verify", "window-bound"],
    &["verify", "flattening", "--json"],
    &["data", "samples", "digits", "--json"],
    &["figures", "label-svd", "--check"],
];

#[cfg(unix)]
fn plain(arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("xtask"));
    command.args(arguments).env_remove("UFM_DATA");
    command
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_a_command_quietly() {
    for arguments in PRINTING {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = plain(arguments).stdout(writer).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(141), "{arguments:?}: {said}");
        assert_eq!(said, "", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_message_and_exit_code_1() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for arguments in PRINTING {
        let output = plain(arguments).stdout(full()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.starts_with("error: standard output: "), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // A message that nobody can read does not change the code.
    let output = plain(&["verify", "window-bond"])
        .stderr(full())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_copied_checkout_works_on_itself() {
    let copy = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("Cargo.toml", "[workspace]\n"),
        ("crates/support/Cargo.toml", "[package]\n"),
        ("figures/parameters.toml", ufm_figures::DEFAULTS),
    ] {
        let path = copy.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    without_mnist()
        .args(["figures", "label-svd"])
        .current_dir(copy.path().join("crates"))
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_TARGET_DIR")
        .assert()
        .code(0);
    assert!(copy.path().join("figures/label-svd.pdf").is_file());
}

#[test]
fn an_empty_variable_is_unset() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = xtask();
    command.env("UFM_DATA", "");
    command
        .args(["figures", "label-svd", "--out"])
        .arg(folder.path())
        .assert()
        .code(0);
}

#[test]
fn a_folder_that_another_build_is_at_work_in_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let held = ufm_support::lock::Lock::take(folder.path()).unwrap();
    let run = || {
        let mut command = without_mnist();
        command
            .args(["figures", "label-svd", "--out"])
            .arg(folder.path());
        command.assert()
    };
    run()
        .code(2)
        .stderr(contains("another run is at work in this folder"));
    drop(held);
    run().code(0);
}

#[test]
fn what_can_be_refused_is_refused_before_training_and_fresh_deletes_nothing() {
    let (target, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = target.path().join("networks");
    fs::create_dir(&store).unwrap();
    fs::write(store.join("kept.json"), "{}").unwrap();
    let run = |figures: &[&str], set: &str| {
        let mut command = without_mnist();
        command
            .arg("figures")
            .args(figures)
            .args(["--quick", "--fresh", "--set", set, "--out"])
            .arg(out.path())
            .env("CARGO_TARGET_DIR", target.path());
        command.assert()
    };
    for (set, says) in [
        ("window-vs-gamma.gamma-to=-1", "window-vs-gamma"),
        (
            "digits.gammas=[]",
            "gammas: a list of 0 values is not allowed: 1 to 16 are",
        ),
        ("digits.plan.majority-samples=100000", "100000"),
    ] {
        run(&["digits-stopping", "window-vs-gamma"], set)
            .code(2)
            .stderr(contains(says));
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "{set}");
    }
    run(&["label-svd"], "label-svd.ratio=9").code(0);
    let kept: Vec<_> = fs::read_dir(&store)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        kept,
        ["kept.json"],
        "nothing was trained, nothing was deleted"
    );
}
