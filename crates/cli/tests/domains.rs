//! Every flag of `ufm` against its domain, and every key of a sweep's configuration against values beyond it. Flags are clap's own list and
//! keys are those that the reader names, so that a new one fails here until its domain is declared.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod domain;

use std::{fs, path::Path, time::Duration};

use assert_cmd::Command;
use clap::CommandFactory as _;
use domain::{Domain, SWITCH, assert_refused, command_line, domain, flags, said};
use ufm_cli::sweep::Config;

const COUNTS: &[&str] = &["--counts=50,5"];
const TABLE: &[&str] = &["--csv=table.csv", "--label=class"];
const SWEEP: &[&str] = &["--config=sweep.toml"];
const NO_FILE: &[&str] = &[
    "",
    "no/such/place",
    ".",
    "/dev/null",
    "/dev/zero",
    "sweep.toml",
];

const DOMAINS: &[Domain] = &[
    domain(
        "advise counts",
        &[],
        &["50,5", "4294967295,1"],
        &[
            "",
            "0,5",
            "-1,5",
            "5",
            "1.5,2",
            "nan,1",
            "4294967296,5",
            "a,b",
            "5;6",
        ],
    ),
    domain("advise csv", &["--label=class"], &["table.csv"], NO_FILE),
    domain(
        "advise label",
        &["--csv=table.csv"],
        &["class"],
        &["", "clas", "x", "a,b"],
    ),
    domain(
        "advise ignore",
        TABLE,
        &["x", "\"x\"", "a b"],
        &["", ",", "y", "x,nothing", "\"x"],
    ),
    domain("advise npy", &["--labels=y.npy"], &["X.npy"], NO_FILE),
    domain("advise labels", &["--npy=X.npy"], &["y.npy"], NO_FILE),
    domain("advise npz", &[], &["arrays.npz"], NO_FILE),
    domain(
        "advise arrays",
        &["--npz=arrays.npz"],
        &["X,y"],
        &["", "X", "X,", "X,y,z", "Y,y", "y,X"],
    ),
    domain(
        "advise images",
        &[],
        &["images"],
        &[
            "",
            "no/such/place",
            ".",
            "/dev/null",
            "/dev/zero",
            "sweep.toml",
        ],
    ),
    domain(
        "advise resize",
        &["--images=images"],
        &["1x1", "8x4"],
        &[
            "", "8", "8x", "0x8", "8x4097", "-1x8", "axb", "8X8", "8x8x8",
        ],
    ),
    domain("advise idx", &[], &[], NO_FILE),
    domain(
        "advise features",
        TABLE,
        &["raw", "centred", "standardised"],
        &["", "Raw", "none", "1"],
    ),
    domain(
        "advise majority",
        COUNTS,
        &["0", "\"0\"", " 0"],
        &["", ",", "0,1", "1", "2", "0,0", "-1", "\"0"],
    ),
    domain(
        "advise format",
        COUNTS,
        &[
            "table",
            "json",
            "torch",
            "sklearn",
            "catboost",
            "ultralytics",
        ],
        &["", "yaml", "JSON"],
    ),
    domain(
        "advise mean",
        &["--counts=50,5", "--format=torch"],
        &["samples", "classes"],
        &["", "median"],
    ),
    domain("advise json", COUNTS, SWITCH, &["=yes"]),
    domain(
        "sweep config",
        &[],
        &["sweep.toml"],
        &[
            "",
            "no/such/place",
            ".",
            "/dev/null",
            "/dev/zero",
            "table.csv",
        ],
    ),
    domain(
        "sweep shard",
        SWEEP,
        &["1/1", "2/3", "1000000/1000000"],
        &[
            "",
            "0/1",
            "2/1",
            "1/0",
            "1",
            "-1/2",
            "1/1000001",
            "a/b",
            "1/2/3",
            "1.5/2",
        ],
    ),
    domain(
        "sweep out",
        SWEEP,
        &["out", "a/b c"],
        &[
            "",
            "table.csv",
            "table.csv/inner",
            "/dev/null",
            "/proc/none",
        ],
    ),
    domain(
        "sweep threads",
        SWEEP,
        &["1", "1024"],
        &["", "0", "1025", "-1", "1.5", "many", "99999999999999999999"],
    ),
    domain(
        "sweep stop-after",
        SWEEP,
        &["1", "18446744073709551615"],
        &["", "0", "-1", "1.5", "word", "99999999999999999999"],
    ),
    domain(
        "sweep merge out",
        &["done"],
        &["merged.csv"],
        &["", "no/such/place", ".", "/dev/null/x"],
    ),
    domain(
        "sweep merge folders",
        &["--out=merged.csv"],
        &["done"],
        &["", "no/such/place", ".", "/dev/null", "sweep.toml"],
    ),
];

/// A folder with one of everything that can be read.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write(
        "sweep.toml",
        b"[[grid]]\nclasses = [4]\nratios = [10]\ngammas = [0.5]\ndeltas = [8]\n",
    );
    write(
        "table.csv",
        b"class,x,a b,z\ncat,1,2,0\ndog,3,5,1\ncat,0,1,0\n",
    );
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let grey = fs::read(corpus.join("images/grey.png")).unwrap();
    write("images/cat/0.png", &grey);
    write(
        "images/dog/0.png",
        &fs::read(corpus.join("images/colour.png")).unwrap(),
    );
    write(
        "arrays.npz",
        &fs::read(corpus.join("npz/stored.npz")).unwrap(),
    );
    let pair = fs::read(corpus.join("npy/float32")).unwrap();
    let labels = usize::from(u16::from_le_bytes([pair[0], pair[1]]));
    write("y.npy", &pair[2..2 + labels]);
    write("X.npy", &pair[2 + labels..]);
    ufm(place.path())
        .args(["sweep", "--config=sweep.toml", "--out=done"])
        .assert()
        .code(0);
    place
}

fn ufm(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("ufm").unwrap();
    command.current_dir(folder).timeout(Duration::from_secs(60));
    command
}

#[test]
fn every_flag_takes_its_domain_and_refuses_the_rest() {
    let flags = flags(&ufm_cli::cli::Cli::command(), DOMAINS);
    let shared = place();
    for domain in DOMAINS {
        for (value, taken) in (domain.taken.iter().map(|value| (value, true)))
            .chain(domain.refused.iter().map(|value| (value, false)))
        {
            // A sweep that is there already would hide what is refused later.
            let _ = fs::remove_dir_all(shared.path().join("sweep"));
            let line = command_line(domain, flags[domain.flag], value);
            let output = ufm(shared.path()).args(&line).output().unwrap();
            if taken {
                let said = said(&line, &output);
                // 1 is a sweep that was told to stop.
                assert!(
                    matches!(output.status.code(), Some(0 | 1)),
                    "{line:?}: {said}"
                );
            } else {
                assert_refused(&line, &output);
            }
        }
    }
}

#[test]
fn a_flag_that_would_do_nothing_is_refused() {
    let shared = place();
    for line in [
        &["advise", "--counts=5,1", "--mean=classes"][..],
        &["advise", "--counts=5,1", "--json", "--mean=classes"],
        &["advise", "--counts=5,1", "--features=centred"],
        &["advise", "--counts=5,1", "--label=class"],
        &["advise", "--counts=5,1", "--ignore=x"],
        &["advise", "--counts=5,1", "--labels=y.npy"],
        &["advise", "--counts=5,1", "--arrays=X,y"],
        &["advise", "--counts=5,1", "--resize=8x8"],
        &["advise", "--counts=5,1", "--json", "--format=torch"],
        &["advise", "--counts=5,1", "--npz=arrays.npz"],
        &["advise", "--npz=arrays.npz", "--resize=8x8"],
        &[
            "sweep",
            "--config=sweep.toml",
            "merge",
            "--out=m.csv",
            "done",
        ],
        &["sweep", "--threads=2", "merge", "--out=m.csv", "done"],
    ] {
        let output = ufm(shared.path()).args(line).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{line:?}");
    }
}

/// The keys of a grid, as the reader names them when it meets another.
fn keys() -> Vec<String> {
    let message = Config::parse("[[grid]]\nxyzzy = 1\n").unwrap_err();
    let (_, list) = message.split_once("expected one of ").unwrap();
    let keys: Vec<String> = list
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert!(keys.len() > 8, "{message}");
    keys
}

#[test]
fn every_key_of_a_sweep_is_refused_with_its_line_or_gives_points() {
    let base = [
        ("classes", "[4]"),
        ("ratios", "[10]"),
        ("gammas", "[0.5]"),
        ("deltas", "[8]"),
    ];
    let mut values: Vec<String> = [
        "nan",
        "inf",
        "-inf",
        "1e308",
        "-1e308",
        "9223372036854775807",
        "-9223372036854775808",
        "-1",
        "0",
        "0.5",
        "1",
        "2",
        "4",
        "1e-320",
        "-0.0",
        "100002",
        "\"word\"",
        "true",
        "{}",
        "1979-05-27",
    ]
    .map(str::to_owned)
    .to_vec();
    values.extend(values.clone().iter().map(|value| format!("[{value}]")));
    values.extend(
        [
            "[]",
            "[1, 1]",
            "[[1, 2, 3]]",
            "[[0, 1]]",
            "[[1, 100000]]",
            "{ from = 1, to = 1e308, points = 3 }",
        ]
        .map(str::to_owned),
    );
    values.push(format!(
        "{{ from = 1, to = 2, points = {} }}",
        "9".repeat(309)
    ));
    values.push(format!("[1{}]", "0".repeat(308)));
    let (mut refused, mut read) = (0, 0);
    for key in keys() {
        for value in &values {
            let mut text = String::from("[[grid]]\n");
            for (name, usual) in base.iter().filter(|(name, _)| *name != key) {
                text.push_str(&format!("{name} = {usual}\n"));
            }
            text.push_str(&format!("{key} = {value}\n"));
            match Config::parse(&text) {
                Ok(grids) => {
                    assert!(grids.total() > 0, "{text}");
                    read += 1;
                }
                Err(message) => {
                    assert!(
                        message.contains("line ") && message.contains("column "),
                        "{message}"
                    );
                    let last = message.lines().last().unwrap();
                    for name in [
                        "i64", "u32", "u64", "f64", "usize", "sequence", "struct", "untagged",
                    ] {
                        assert!(!last.split(' ').any(|word| word == name), "{message}");
                    }
                    let digits = message
                        .split(|c: char| !c.is_ascii_digit())
                        .map(str::len)
                        .max();
                    assert!(
                        digits.unwrap_or(0) < 20 && message.len() < 1000,
                        "{message}"
                    );
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 300 && read > 30, "{refused} refused, {read} read");
}
