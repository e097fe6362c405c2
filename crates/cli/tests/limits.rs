//! Every flag of `ufm` against words that are no value of it, from clap's own list, so that a new flag cannot be forgotten; and configurations, shards
//! and files beyond their bounds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path, time::Duration};

use assert_cmd::Command;
use clap::CommandFactory as _;
use predicates::{prelude::PredicateBooleanExt as _, str::contains};

const GRID: &str = "[[grid]]\nclasses = [4]\nratios = [10]\ngammas = [0.5]\ndeltas = [8]\n";

/// What somebody might write after a flag.
const WORDS: [&str; 14] = [
    "",
    " ",
    "\n",
    "word",
    "-1",
    "0",
    "1/0",
    "99999999999999999999",
    "1e308",
    "nan",
    "a,b",
    ",",
    "/dev/null",
    "no/such/place",
];

fn ufm(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("ufm").unwrap();
    command.current_dir(folder).timeout(Duration::from_secs(60));
    command
}

/// Commands and their paths, subcommands included.
fn commands(
    command: &clap::Command,
    path: &[String],
    found: &mut Vec<(Vec<String>, clap::Command)>,
) {
    found.push((path.to_vec(), command.clone()));
    for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let mut path = path.to_vec();
        path.push(inner.get_name().to_owned());
        commands(inner, &path, found);
    }
}

/// Arguments with which a command does something, so that a flag is the only thing wrong with it.
fn valid(path: &[String]) -> Vec<&'static str> {
    match path.join(" ").as_str() {
        "advise" => vec!["--counts", "50,5"],
        "sweep" => vec!["--config", "sweep.toml", "--out", "out"],
        "sweep merge" => vec!["--out", "merged.csv", "done"],
        _ => vec![],
    }
}

#[test]
fn no_flag_brings_the_program_down() {
    let mut all = Vec::new();
    commands(&ufm_cli::cli::Cli::command(), &[], &mut all);
    let mut flags = 0;
    for (path, command) in all {
        for argument in command.get_arguments() {
            let Some(flag) = argument
                .get_long()
                .filter(|_| argument.get_action().takes_values())
            else {
                continue;
            };
            flags += 1;
            for word in WORDS {
                let place = tempfile::tempdir().unwrap();
                fs::write(place.path().join("sweep.toml"), GRID).unwrap();
                let given = format!("--{flag}={word}");
                let mut arguments: Vec<String> = path.clone();
                let before = valid(&path);
                for pair in before.chunks(2) {
                    if pair[0] != format!("--{flag}") {
                        arguments.extend(pair.iter().map(|&word| word.to_owned()));
                    }
                }
                arguments.push(given.clone());
                let output = ufm(place.path()).args(&arguments).output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                let code = output.status.code();
                assert!(
                    matches!(code, Some(0..=2)),
                    "{arguments:?}: {code:?}: {said}"
                );
                assert!(
                    !said.contains("panicked") && said.len() < 2000,
                    "{arguments:?}: {said}"
                );
                // 1 is a sweep that was told to stop, which it says on its output.
                assert_eq!(
                    code == Some(2),
                    !said.is_empty(),
                    "{arguments:?}: {code:?}: {said}"
                );
            }
        }
    }
    assert!(flags >= 10, "{flags}");
}

#[test]
fn sizes_are_bounded_where_they_are_read() {
    let place = tempfile::tempdir().unwrap();
    let sweep = |text: String| {
        fs::write(place.path().join("sweep.toml"), text).unwrap();
        ufm(place.path())
            .args(["sweep", "--config", "sweep.toml"])
            .assert()
    };
    for extra in [
        "solver = \"matrices\"\n",
        "starts = [\"gaussian\"]\nseeds = [1]\n",
    ] {
        sweep(GRID.replace("[4]", "[100000]") + extra)
            .code(2)
            .stderr(contains("line 1, column 1").and(contains("at most 16777216")));
    }
    // As many classes are no matter for the reduced flow.
    sweep(GRID.replace("[4]", "[100000]")).code(0);
    for (wrong, says) in [
        ("[[grid]]\nclasses = [100002]", "line 2, column"),
        ("[[grid]]\nclasses = []", "line 2, column"),
        ("[[grid]]\nclasses = [4, 4]", "occurs twice"),
        (
            "[[grid]]\nclasses = [4]\nratios = [1e400]",
            "line 3, column",
        ),
        (
            "[[grid]]\nclasses = [4]\nratios = { from = 1, to = 2, points = 4000000000 }",
            "a range has 2 to",
        ),
    ] {
        sweep(wrong.to_owned()).code(2).stderr(contains(says));
    }
    ufm(place.path())
        .args(["sweep", "--config", "/dev/zero"])
        .assert()
        .code(2)
        .stderr(contains("at most 65536 are read"));
    for shard in ["1/4294967295", "1/1000001", "0/1", "2/1"] {
        ufm(place.path())
            .args(["sweep", "--config", "sweep.toml", "--shard", shard])
            .assert()
            .code(2)
            .stderr(contains("1 ≤ I ≤ N ≤ 1000000"));
    }
    for threads in ["0", "1025", "4000000000"] {
        ufm(place.path())
            .args(["sweep", "--config", "sweep.toml", "--threads", threads])
            .assert()
            .code(2)
            .stderr(contains("from 1 to 1024"));
    }
}

#[test]
fn many_missing_shards_are_counted_not_listed() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("sweep.toml"), GRID).unwrap();
    ufm(place.path())
        .args([
            "sweep",
            "--config",
            "sweep.toml",
            "--shard",
            "1/1000000",
            "--out",
            "one",
        ])
        .assert()
        .code(0);
    ufm(place.path())
        .args(["sweep", "merge", "one", "--out", "rows.csv"])
        .assert()
        .code(2)
        .stderr(contains("missing shards 2/1000000, 3/1000000").and(contains("and 999979 more")));
}
