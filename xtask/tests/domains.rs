//! Every flag of `cargo xtask` against its domain, and every environment variable that this workspace reads. Flags are clap's own list, variables
//! are those that the sources name, so that a new one fails here until its domain is declared.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use assert_cmd::Command;
use clap::{CommandFactory as _, Parser as _};

#[path = "../src/cli.rs"]
#[allow(
    dead_code,
    reason = "of the program's own command line only the flags are read here"
)]
mod cli;
#[path = "../../crates/cli/tests/domain/mod.rs"]
mod domain;

use domain::{Domain, SWITCH, assert_refused, command_line, domain, flags};

/// A figure that takes moments, and where it goes.
const FIGURE: &[&str] = &["label-svd", "--out=out"];
const DIGITS: &[&str] = &["digits"];
/// A long study made short.
const STUDY: &[&str] = &[
    "digits-width",
    "--out=out",
    "--set=digits-width.plan.steps=1",
    "--set=digits-width.seeds=[1, 2]",
];

const DOMAINS: &[Domain] = &[
    domain(
        "figures ids",
        &["--out=out"],
        &["label-svd"],
        &["", "xyzzy", "../label-svd"],
    ),
    domain("figures check", FIGURE, SWITCH, &["=yes"]),
    domain(
        "figures out",
        &["label-svd"],
        &["out", "a b"],
        &["", "a-file", "a-file/inner", "/dev/null"],
    ),
    domain(
        "figures config",
        FIGURE,
        &["parameters.toml"],
        &["", "no/such/place", ".", "/dev/null", "/dev/zero", "a-file"],
    ),
    domain(
        "figures set",
        FIGURE,
        &[
            "label-svd.ratio=9",
            "label-svd.ratio = 9.5 # so",
            "digits.plan.steps=3",
        ],
        &[
            "",
            "label-svd",
            "label-svd.ratio",
            "label-svd.ratio=",
            "label-svd.ratio=0.5",
            "label-svd.ratio=9\nx=1",
            "=1",
            ".=1",
            "label-svd.=1",
            "label-svd.ratio.x=1",
            "digits.seeds=[]",
            "digits.gammas=[0, 0]",
            "mnist.plan.moments=[0]",
        ],
    ),
    domain(
        "figures data",
        FIGURE,
        &[],
        &["", "no/such/place", ".", "/dev/null", "a-file"],
    ),
    domain("figures quick", FIGURE, SWITCH, &["=yes", " --check"]),
    domain("figures fresh", FIGURE, SWITCH, &["=yes"]),
    domain(
        "study ids",
        &[
            "--out=out",
            "--set=digits-width.plan.steps=1",
            "--set=digits-width.seeds=[1, 2]",
        ],
        &["digits-width"],
        &["", "label-svd", "xyzzy"],
    ),
    domain(
        "study share",
        STUDY,
        &["1/1"],
        &["", "1", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/100000"],
    ),
    domain(
        "study out",
        &[
            "digits-width",
            "--set=digits-width.plan.steps=1",
            "--set=digits-width.seeds=[1, 2]",
        ],
        &["out", "a b"],
        &["", "a-file", "a-file/inner", "/dev/null"],
    ),
    domain(
        "study config",
        STUDY,
        &["parameters.toml"],
        &["", "no/such/place", ".", "/dev/null", "/dev/zero", "a-file"],
    ),
    domain(
        "study set",
        STUDY,
        &["digits-width.gammas=[0.0, 1.0]"],
        &[
            "",
            "digits-width",
            "digits-width.seeds=[]",
            "digits-width.members=[]",
            "digits-width.members=[{ label = 'a', set = { colour = 1 } }]",
            "digits-width.members=[{ label = 'a', set = { width = 0 } }]",
        ],
    ),
    domain(
        "study data",
        STUDY,
        &[],
        &["", "no/such/place", ".", "/dev/null", "a-file"],
    ),
    domain("study fresh", STUDY, SWITCH, &["=yes"]),
    domain(
        "verify ids",
        &[],
        &["window-bound"],
        &["", "window-bond", "xyzzy"],
    ),
    domain(
        "verify json",
        &["window-bound"],
        SWITCH,
        &["=yes", " --pages=check"],
    ),
    domain(
        "verify pages",
        &[],
        &["check", "write"],
        &["", "read", "Check"],
    ),
    domain("prove accept", &[], SWITCH, &["=yes"]),
    domain("prove json", &[], SWITCH, &["=yes"]),
    domain("doc open", &[], SWITCH, &["=yes"]),
    domain("report all", &[], SWITCH, &["=yes"]),
    domain("report check", &[], SWITCH, &["=yes"]),
    domain("report open", &[], SWITCH, &["=yes"]),
    domain(
        "report out",
        &[],
        &["audit"],
        &["", "a-file", "a-file/inner", "/dev/null"],
    ),
    domain(
        "data mnist from",
        &["--into=into"],
        &[],
        &["", "no/such/place", ".", "/dev/null", "a-file"],
    ),
    domain(
        "data mnist into",
        &["--from=."],
        &[],
        &["", "a-file", "/dev/null"],
    ),
    domain(
        "data cifar10 from",
        &["--into=into"],
        &[],
        &["", "no/such/place", ".", "/dev/null", "a-file"],
    ),
    domain(
        "data cifar10 into",
        &["--from=."],
        &[],
        &["", "a-file", "/dev/null"],
    ),
    domain(
        "data samples data_set",
        &[],
        &["digits"],
        &["", "letters", "Digits"],
    ),
    domain(
        "data samples majority",
        DIGITS,
        &["0,1", "9"],
        &[
            "",
            ",",
            "10",
            "-1",
            "256",
            "0,0",
            "0,1,2,3,4,5,6,7,8,9",
            "a",
        ],
    ),
    domain(
        "data samples samples",
        DIGITS,
        &["10", "120"],
        &["", "0", "-1", "1.5", "5000", "99999999999999999999"],
    ),
    domain(
        "data samples ratio",
        DIGITS,
        &["1", "2.5", "1e2"],
        &["", "0.5", "-1", "nan", "inf", "word"],
    ),
    domain(
        "data samples seed",
        DIGITS,
        &["0", "18446744073709551615"],
        &["", "-1", "1.5", "18446744073709551616"],
    ),
    domain(
        "data samples data",
        &["mnist"],
        &[],
        &["", "no/such/place", ".", "/dev/null", "a-file"],
    ),
    domain("data samples json", DIGITS, SWITCH, &["=yes"]),
];

/// Flags whose commands take minutes, change the checkout or open a window: what they take is only read, not carried out.
const READ_ONLY: [&str; 8] = [
    "verify pages",
    "prove accept",
    "prove json",
    "doc open",
    "figures check",
    "report all",
    "report check",
    "report open",
];

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("parameters.toml"), ufm_figures::DEFAULTS).unwrap();
    fs::write(place.path().join("a-file"), "").unwrap();
    place
}

fn xtask(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("xtask").unwrap();
    command
        .current_dir(folder)
        .env_remove("UFM_DATA")
        .timeout(Duration::from_secs(120));
    command
}

#[test]
fn every_flag_takes_its_domain_and_refuses_the_rest() {
    let flags = flags(&cli::Cli::command(), DOMAINS);
    let shared = place();
    for domain in DOMAINS {
        for value in domain.taken {
            let line = command_line(domain, flags[domain.flag], value);
            let read = cli::Cli::try_parse_from(
                std::iter::once("xtask").chain(line.iter().map(String::as_str)),
            );
            assert!(read.is_ok(), "{line:?}");
            if !READ_ONLY.contains(&domain.flag) {
                let output = xtask(shared.path()).args(&line).output().unwrap();
                let said = domain::said(&line, &output);
                assert_eq!(output.status.code(), Some(0), "{line:?}: {said}");
            }
        }
        for value in domain.refused {
            let line = command_line(domain, flags[domain.flag], value);
            assert_refused(&line, &xtask(shared.path()).args(&line).output().unwrap());
        }
    }
}

/// Environment variables that sources name, and where each is tried.
const VARIABLES: [(&str, &str); 9] = [
    ("CARGO", "set by cargo; without it the program of that name"),
    ("CARGO_MANIFEST_DIR", "here"),
    ("CARGO_TARGET_DIR", "here"),
    (
        "MUTANT",
        "in copies that crates/mutants makes: a number, or `reached`",
    ),
    (
        "MUTANT_REACHED",
        "in those copies: a file that can be written",
    ),
    ("UFM_DATA", "here"),
    ("UFM_KILLS", "tests only: a number, or the test fails"),
    ("UFM_REQUIRE_COQ", "tests only: set or not"),
    ("UFM_SHARDS", "crates/cli/slurm/local.sh"),
];

/// Every file of a kind below a folder, but for build products.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            files(&path, found);
        } else if ["rs", "sh", "py", "sbatch"]
            .iter()
            .any(|end| path.extension().is_some_and(|e| e == *end))
        {
            found.push(path);
        }
    }
}

/// The names of variables that a source reads through [`std::env`] or a shell's `$`.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_ascii_uppercase() || *c == '_')
            .collect()
    };
    for begin in ["env::var(\"", "env::var_os(\"", "env_var(\""] {
        names.extend(text.split(begin).skip(1).map(word));
    }
    for (at, _) in text.match_indices("UFM_") {
        let before = text[..at].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_') {
            names.insert(word(&text[at..]));
        }
    }
    names.remove("UFM_"); // a beginning only
    names
}

#[test]
fn every_variable_is_declared() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for folder in ["crates", "theorems", "xtask"] {
        files(&root.join(folder), &mut sources);
    }
    let mut found = BTreeSet::new();
    for source in sources
        .iter()
        .filter(|path| !path.ends_with("xtask/tests/domains.rs"))
    {
        found.extend(named(&fs::read_to_string(source).unwrap()));
    }
    let declared: BTreeSet<String> = VARIABLES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(found, declared);
}

#[test]
fn variables_take_their_domain_and_refuse_the_rest() {
    let shared = place();
    let run = |variable: &str, value: &str| {
        let output = xtask(shared.path())
            .args([
                "figures",
                "label-svd",
                "--config=parameters.toml",
                "--out=out",
            ])
            .env(variable, value)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("panicked"), "{variable}={value}: {said}");
        (output.status.code(), said)
    };
    for (variable, value, code) in [
        // Empty is unset; a folder that is named must hold the files.
        ("UFM_DATA", "", 0),
        ("UFM_DATA", "no/such/place", 2),
        ("UFM_DATA", "a-file", 2),
        ("UFM_DATA", ".", 2),
        ("UFM_DATA", "/dev/zero", 2),
        // Where runs of networks are kept: nothing is, for this figure.
        ("CARGO_TARGET_DIR", "", 0),
        ("CARGO_TARGET_DIR", "no/such/place", 0),
        ("CARGO_TARGET_DIR", "a-file", 0),
        // Where the checkout is looked for first: all that is needed here is named.
        ("CARGO_MANIFEST_DIR", "", 0),
        ("CARGO_MANIFEST_DIR", "no/such/place", 0),
        ("CARGO_MANIFEST_DIR", "a-file", 0),
    ] {
        let (found, said) = run(variable, value);
        assert_eq!(found, Some(code), "{variable}={value}: {said}");
        assert_eq!(
            code == 2,
            said.contains("error: "),
            "{variable}={value}: {said}"
        );
    }
}
