//! `ufm sweep`, run as a user runs it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use assert_cmd::Command;
use predicates::{prelude::PredicateBooleanExt as _, str::contains};
use tempfile::TempDir;

const SMALL: &str = "[[grid]]\nclasses = [2, 4]\nsplits = [[1, 3]]\nratios = [1, 10]\ngammas = [0, 0.5]\ndeltas = [4, 6]\n\
    starts = [\"plain\", \"scaled\", \"gaussian\"]\nseeds = [0]\nflows = [\"exact\", \"projected\"]\n\
    [[grid]]\nclasses = [4]\nratios = [10]\ngammas = [0.5]\ndeltas = [8]\nlosses = [\"cross-entropy\"]\n";
const POINTS: usize = 3 * 2 * 2 * 2 * 3 * 2 + 1;

fn ufm() -> Command {
    Command::cargo_bin("ufm").unwrap()
}

struct Place(TempDir);

impl Place {
    fn new(config: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::write(place.at("sweep.toml"), config).unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn sweep(&self, out: &str, extra: &[&str]) -> assert_cmd::assert::Assert {
        ufm()
            .current_dir(self.0.path())
            .args(["sweep", "--config", "sweep.toml", "--out", out])
            .args(extra)
            .assert()
    }

    fn merge(&self, folders: &[&str]) -> assert_cmd::assert::Assert {
        ufm()
            .current_dir(self.0.path())
            .args(["sweep", "merge", "--out", "merged.csv"])
            .args(folders)
            .assert()
    }

    fn rows(&self, out: &str) -> String {
        fs::read_to_string(self.at(out).join("rows.csv")).unwrap()
    }
}

fn records(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn a_sweep_says_what_the_theory_says() {
    let place = Place::new(SMALL);
    place
        .sweep("out", &[])
        .code(0)
        .stdout(contains(format!("{POINTS} points")).and(contains("all with a result")));
    let text = place.rows("out");
    assert!(text.starts_with("index,k_majority,k_minority,minority_size,ratio,gamma,delta,loss,start,seed,flow,solver,majority_first,"));
    let rows = records(&text);
    assert_eq!(rows.len(), POINTS);
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row[0].parse::<usize>().unwrap(), index);
        assert_eq!(&row[21], "ok");
    }
    // Vanilla, scaled start, equal halves of four: √R − 1 at every δ.
    let row = rows
        .iter()
        .find(|r| [&r[1], &r[2], &r[4], &r[5], &r[8]] == ["2", "2", "10.0", "0.0", "scaled"])
        .unwrap();
    assert!((row[17].parse::<f64>().unwrap() - (10.0_f64.sqrt() - 1.0)).abs() < 1e-9);
    assert_eq!((&row[19], &row[20]), ("majority", "minority"));
    // One class in each group: the contrast alone, and empty cells.
    assert_eq!((&rows[0][12], &rows[0][15]), ("", ""));
    // Nothing but the results is left.
    let mut names: Vec<_> = fs::read_dir(place.at("out"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["rows.csv", "sweep.json"]);
}

/// The rows of one grid by two solvers: the solvers' names, and equal results to `1e-6`.
fn agree(grid: &str, (name, other): (&str, &str), solvers: (&str, &str)) {
    let sweep = |solver: &str| {
        let place = Place::new(&format!("{grid}solver = \"{solver}\"\n"));
        place.sweep("out", &[]).code(0);
        records(&place.rows("out"))
    };
    for (a, b) in sweep(solvers.0).iter().zip(sweep(solvers.1)) {
        assert_eq!((&a[11], &b[11]), (name, other));
        for column in 12..17 {
            if let (Ok(a), Ok(b)) = (a[column].parse::<f64>(), b[column].parse::<f64>()) {
                assert!((a / b - 1.0).abs() < 1e-6, "{a} against {b}");
            } else {
                assert_eq!(a[column], b[column]);
            }
        }
    }
}

#[test]
fn solvers_agree() {
    let grid = "[[grid]]\nclasses = [4]\nsplits = [[1, 2]]\nratios = [1, 30]\ngammas = [0, 0.5, 1]\n\
        flows = [\"exact\", \"projected\"]\n";
    let spectral = format!("{grid}deltas = [3, 12]\nstarts = [\"plain\", \"scaled\"]\n");
    agree(&spectral, ("reduced", "matrices"), ("reduced", "matrices"));
    agree(&spectral, ("reduced", "samples"), ("reduced", "samples"));
    let grid_of = |rest: &str| {
        format!("[[grid]]\nclasses = [4]\nsplits = [[1, 2]]\n{rest}losses = [\"cross-entropy\"]\n")
    };
    let cross_entropy = grid_of(
        "ratios = [1, 30]\ngammas = [0, 0.5, 1]\ndeltas = [3]\nstarts = [\"plain\", \"scaled\"]\n",
    );
    agree(
        &cross_entropy,
        ("reduced", "matrices"),
        ("reduced", "matrices"),
    );
    let random = format!("{grid}deltas = [3]\nstarts = [\"gaussian\"]\nseeds = [0, 1]\n");
    agree(&random, ("matrices", "samples"), ("reduced", "samples"));
}

#[test]
fn bytes_do_not_depend_on_threads_or_interruptions() {
    let place = Place::new(SMALL);
    place.sweep("one", &["--threads", "1"]).code(0);
    place.sweep("two", &["--threads", "2"]).code(0);
    assert_eq!(place.rows("one"), place.rows("two"));
    // Interrupted twice, the second time in the middle of a line.
    place
        .sweep("three", &["--stop-after", "20"])
        .code(1)
        .stdout(contains("stopped with 20 of").and(contains("goes on")));
    assert!(!place.at("three/rows.csv").exists());
    place
        .sweep("three", &["--stop-after", "10", "--threads", "1"])
        .code(1);
    let partial = place.at("three/rows.partial.csv");
    let kept = fs::read(&partial).unwrap();
    fs::write(&partial, &kept[..kept.len() - 7]).unwrap();
    place
        .sweep("three", &[])
        .code(0)
        .stdout(contains(format!("{} new", POINTS - 29)))
        .stderr(contains("torn last line"));
    assert_eq!(place.rows("one"), place.rows("three"));
    // Comments and layout change nothing; and what is done is not done again.
    fs::write(
        place.at("sweep.toml"),
        format!("# again\n\n{}", SMALL.replace("[2, 4]", "[ 2,4 ]")),
    )
    .unwrap();
    place
        .sweep("three", &[])
        .code(0)
        .stdout(contains("there already"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_done() {
    let many = "[[grid]]\nclasses = [4]\nratios = { from = 1, to = 1e6, points = 400, spacing = \"log\" }\n\
        gammas = { from = 0, to = 1, points = 20 }\ndeltas = [32]\n";
    let place = Place::new(many);
    for signal in ["-INT", "-TERM", "-KILL"] {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("ufm"))
            .current_dir(place.0.path())
            .args([
                "sweep",
                "--config",
                "sweep.toml",
                "--out",
                "out",
                "--threads",
                "1",
            ])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let partial = place.at("out/rows.partial.csv");
        let size = || fs::metadata(&partial).map_or(0, |m| m.len());
        let (before, begin) = (size(), Instant::now());
        while size() < before + 2000 && begin.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(2));
        }
        let killed = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        let status = child.wait().unwrap();
        assert_eq!(status.code(), (signal != "-KILL").then_some(1), "{signal}");
        assert!(size() >= before + 2000 && !place.at("out/rows.csv").exists());
    }
    place.sweep("out", &[]).code(0);
    place
        .sweep("whole", &[])
        .code(0)
        .stdout(contains("8000 points (8000 new"));
    assert_eq!(place.rows("out"), place.rows("whole"));
}

#[test]
fn shards_together_are_the_whole() {
    let place = Place::new(SMALL);
    place.sweep("whole", &[]).code(0);
    for (out, shard) in [("a", "1/3"), ("b", "2/3"), ("c", "3/3")] {
        place.sweep(out, &["--shard", shard]).code(0);
    }
    assert_eq!(records(&place.rows("b"))[1][0], *"4");
    place
        .merge(&["c", "a", "b"])
        .code(0)
        .stdout(contains("3 shards"));
    assert_eq!(
        fs::read_to_string(place.at("merged.csv")).unwrap(),
        place.rows("whole")
    );
    place.merge(&["whole"]).code(0);
    // More shards than points: the empty ones merge as well.
    let tiny = Place::new("[[grid]]\nclasses = [4]\nratios = [2]\ngammas = [0.5]\ndeltas = [8]\n");
    tiny.sweep("a", &["--shard", "1/2"]).code(0);
    tiny.sweep("b", &["--shard", "2/2"])
        .code(0)
        .stdout(contains("0 points"));
    tiny.merge(&["a", "b"]).code(0);
    assert_eq!(
        fs::read_to_string(tiny.at("merged.csv")).unwrap(),
        tiny.rows("a")
    );
}

#[test]
fn shards_that_do_not_fit_are_refused() {
    let place = Place::new(SMALL);
    place.sweep("a", &["--shard", "1/3"]).code(0);
    place.sweep("b", &["--shard", "2/3"]).code(0);
    place.sweep("again", &["--shard", "2/3"]).code(0);
    place.sweep("half", &["--shard", "2/2"]).code(0);
    place
        .sweep("open", &["--shard", "3/3", "--stop-after", "2"])
        .code(1);
    let refused = |folders: &[&str], words: &str| {
        place
            .merge(folders)
            .code(2)
            .stdout("")
            .stderr(contains(words));
        assert!(!place.at("merged.csv").exists());
    };
    refused(&["a", "b"], "missing shard 3/3");
    refused(&["a"], "missing shards 2/3, 3/3");
    refused(&["a", "b", "again"], "b and again are both shard 2/3");
    refused(&["a", "half"], "cut into different numbers of shards");
    refused(&["a", "b", "open"], "is not finished");
    refused(&["a", "b", "nowhere"], "no sweep.json");
    // Another configuration.
    fs::write(
        place.at("sweep.toml"),
        SMALL.replace("deltas = [4, 6]", "deltas = [4, 7]"),
    )
    .unwrap();
    place.sweep("other", &["--shard", "3/3"]).code(0);
    refused(&["a", "b", "other"], "of different sweeps");
    // Rows that were changed.
    fs::write(place.at("sweep.toml"), SMALL).unwrap();
    place.sweep("open", &["--shard", "3/3"]).code(0);
    fs::write(
        place.at("b/rows.csv"),
        place.rows("b").replacen("ok", "no", 1),
    )
    .unwrap();
    refused(&["a", "b", "open"], "is not what the sweep wrote");
    place
        .sweep("b", &["--shard", "2/3"])
        .code(2)
        .stderr(contains("is not what the sweep wrote"));
    // A description that is none.
    fs::write(place.at("a/sweep.json"), "{").unwrap();
    refused(&["a", "b", "open"], "is no description of a sweep");
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let place = Place::new(SMALL);
    place
        .sweep("out", &["--stop-after", "3", "--threads", "1"])
        .code(1);
    place
        .sweep("out", &["--shard", "1/2"])
        .code(2)
        .stderr(contains("another shard (1/1, not 1/2)"));
    fs::write(place.at("sweep.toml"), SMALL.replace("[4, 6]", "[5, 6]")).unwrap();
    place
        .sweep("out", &[])
        .code(2)
        .stderr(contains("another configuration"));
    fs::write(place.at("sweep.toml"), SMALL).unwrap();
    let partial = place.at("out/rows.partial.csv");
    let good = fs::read_to_string(&partial).unwrap();
    for (bad, words) in [
        (good.replacen(",exact,", ",exact", 1), "line 1 is damaged"),
        (good.replacen("0,1,1,", "0,1,9,", 1), "line 1 is damaged"),
        // A result, changed by hand.
        (
            good.replacen(",reduced,", ",reduced,1", 1),
            "is not what the sweep wrote",
        ),
        (
            format!("{good}nonsense\n"),
            "line 4 is no row of this shard",
        ),
        (
            format!("{good}{}", good.lines().next().unwrap().to_owned() + "\n"),
            "line 4 repeats a row",
        ),
        (format!("{good}999,1,1\n"), "line 4 is no row of this shard"),
    ] {
        fs::write(&partial, bad).unwrap();
        place.sweep("out", &[]).code(2).stderr(contains(words));
    }
    fs::create_dir(place.at("stray")).unwrap();
    fs::write(place.at("stray/rows.csv"), "mine").unwrap();
    place
        .sweep("stray", &[])
        .code(2)
        .stderr(contains("holds rows.csv but no sweep.json"));
    assert_eq!(
        fs::read_to_string(place.at("stray/rows.csv")).unwrap(),
        "mine"
    );
}

#[test]
fn two_runs_in_one_folder_do_not_meet() {
    let place = Place::new(SMALL);
    fs::create_dir(place.at("out")).unwrap();
    let held = fs::File::create(place.at("out/lock")).unwrap();
    held.lock().unwrap();
    place
        .sweep("out", &[])
        .code(2)
        .stderr(contains("another run is at work"));
    held.unlock().unwrap();
    place.sweep("out", &[]).code(0);
}

/// The cross-entropy needs every sample from a random start, and so is slow there; but it is not refused.
#[test]
fn both_losses_start_anywhere() {
    let place = Place::new(
        "[[grid]]\nclasses = [4]\nratios = [6]\ngammas = [0.5]\ndeltas = [4]\nlosses = [\"squared\", \"cross-entropy\"]\nstarts = [\"gaussian\", \"scaled\"]\nseeds = [1]\n",
    );
    place
        .sweep("out", &[])
        .code(0)
        .stdout(contains("all with a result"));
    let rows = records(&place.rows("out"));
    assert_eq!(rows.len(), 4);
    let first = |row: &csv::StringRecord| row[12].parse::<f64>().unwrap();
    // The last growth of the cross-entropy is slower than that of the squared loss, its first the same.
    for (squared, soft) in [(&rows[0], &rows[2]), (&rows[1], &rows[3])] {
        let factor = first(soft) / first(squared);
        assert!((0.9..1.6).contains(&factor), "{factor}");
    }
}

#[test]
fn points_that_fail_say_so_in_their_rows() {
    // δ = 0.2 starts above half the singular value; γ = 400 leaves double precision.
    let place = Place::new(
        "[[grid]]\nclasses = [4]\nratios = [10]\ngammas = [0, 400]\ndeltas = [0.2, 8]\n",
    );
    place
        .sweep("out", &[])
        .code(0)
        .stdout(contains("3 without a result"));
    let rows = records(&place.rows("out"));
    assert!(
        rows[0][21].contains("use a larger delta"),
        "{}",
        &rows[0][21]
    );
    assert_eq!(&rows[1][21], "ok");
    assert!(
        rows[3][21].contains("beyond double precision"),
        "{}",
        &rows[3][21]
    );
    assert!((12..21).all(|column| rows[0][column].is_empty()));
}

#[test]
fn bad_configurations_are_refused_before_anything_runs() {
    let grid =
        |lines: &str| format!("[[grid]]\nclasses = [4]\nratios = [10]\ngammas = [0.5]\n{lines}\n");
    for (config, words) in [
        (
            grid("deltas = [8]\nlosess = [\"squared\"]"),
            &["line 6", "column 1", "losess", "losses"][..],
        ),
        (
            grid("deltas = [8, 0]"),
            &["line 5", "column 14", "delta = 0 is not allowed"],
        ),
        (grid("deltas = [8, -inf]"), &["line 5", "delta"]),
        (grid("deltas = []"), &["line 5", "the list is empty"]),
        (
            grid("deltas = [8, 9, 8.0]"),
            &["line 5", "8.0 occurs twice"],
        ),
        (
            grid("deltas = \"8\""),
            &["line 5", "a list of numbers, or { from, to, points"],
        ),
        (grid("deltas = [\"8\"]"), &["line 5", "a number"]),
        (grid("deltas = { from = 1, to = 2 }"), &["line 5", "points"]),
        (
            grid("deltas = { from = 1, to = 2, points = 1 }"),
            &["line 5", "a range has 2 to"],
        ),
        (
            grid("deltas = { from = 3, to = 2, points = 5 }"),
            &["line 5", "not below"],
        ),
        (
            grid("deltas = { from = 1, to = 2, points = 5, spacing = \"cubic\" }"),
            &["line 5", "cubic", "log"],
        ),
        (
            grid("deltas = { from = 1, to = 2, points = 5, step = 1 }"),
            &["line 5", "step"],
        ),
        (
            grid("deltas = { from = 0, to = 2, points = 5 }"),
            &["line 5", "delta = 0"],
        ),
        (grid(""), &["deltas"]),
        (
            grid("deltas = [8]\nlosses = [\"hinge\"]"),
            &["line 6", "hinge", "cross-entropy"],
        ),
        (
            grid("deltas = [8]\nlosses = [\"squared\", \"squared\"]"),
            &["line 6", "twice"],
        ),
        (
            grid("deltas = [8]\nstarts = [\"random\"]"),
            &["line 6", "gaussian"],
        ),
        (
            grid("deltas = [8]\nstarts = [\"gaussian\"]"),
            &["line 1", "need `seeds`"],
        ),
        (
            grid("deltas = [8]\nseeds = [1]"),
            &["line 1", "`seeds` are for"],
        ),
        (
            grid("deltas = [8]\nstarts = [\"gaussian\"]\nseeds = [-1]"),
            &["line 7", "seed -1"],
        ),
        (
            grid("deltas = [8]\nstarts = [\"gaussian\"]\nseeds = [0]\nminority-size = 0.05"),
            &["whole sizes"],
        ),
        (
            grid("deltas = [8]\nstarts = [\"gaussian\"]\nseeds = [0]\nminority-size = 100000000"),
            &["unknowns"],
        ),
        (
            grid("deltas = [8]\nflows = [\"exact\", \"projected\"]\nlosses = [\"cross-entropy\"]"),
            &["line 1", "[[grid]] of its own"],
        ),
        (
            grid("deltas = [400]\nsolver = \"matrices\""),
            &["at most 350"],
        ),
        (
            grid("deltas = [8]\nsolver = \"samples\"\nminority-size = 0.05"),
            &["whole sizes"],
        ),
        (
            grid("deltas = [8]\nsolver = \"magic\""),
            &["line 6", "magic", "matrices"],
        ),
        (
            grid("deltas = [8]\nminority-size = 0"),
            &["line 6", "class size 0"],
        ),
        (
            grid("deltas = [8]\nsplits = [[0, 4]]"),
            &["line 6", "at least 1 majority"],
        ),
        (grid("deltas = [8]\nsplits = [[4]]"), &["line 6"]),
        (grid("deltas = [8]\nsplits = [[2, 2]]"), &["given twice"]),
        (
            grid("deltas = [8]").replace("[4]", "[4, 5]"),
            &["line 2", "even number"],
        ),
        (
            grid("deltas = [8]").replace("classes = [4]\n", ""),
            &["missing `classes`"],
        ),
        (
            grid("deltas = [8]").replace("[10]", "[0.5]"),
            &["line 3", "R = 0.5"],
        ),
        (
            grid("deltas = [8]").replace("[0.5]", "[nan]"),
            &["line 4", "gamma"],
        ),
        (grid("deltas = = [8]"), &["line 5, column 10"]),
        (
            grid("deltas = { from = 1, to = 2, points = 999999 }")
                .replace("[10]", "{ from = 1, to = 2, points = 999999 }"),
            &["too many points", "at most 100000000"],
        ),
        (String::new(), &["grid"]),
        ("grid = []\n".into(), &["at least one [[grid]]"]),
        ("[grid]\nclasses = [4]\n".into(), &["line 1"]),
        ("[[grd]]\nclasses = [4]\n".into(), &["line 1", "grd"]),
    ] {
        let place = Place::new(&config);
        let mut assert = place
            .sweep("out", &[])
            .code(2)
            .stdout("")
            .stderr(contains("sweep.toml"));
        for word in words {
            assert = assert.stderr(contains(*word));
        }
        assert!(!place.at("out").exists(), "{config}");
    }
}

#[test]
fn bad_arguments_are_refused() {
    let place = Place::new(SMALL);
    for shard in ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"] {
        place
            .sweep("out", &[&format!("--shard={shard}")])
            .code(2)
            .stderr(contains("1 ≤ I ≤ N"));
    }
    place.sweep("out", &["--threads", "0"]).code(2);
    place.sweep("sweep.toml/out", &[]).code(2);
    ufm()
        .arg("sweep")
        .assert()
        .code(2)
        .stderr(contains("--config"));
    ufm()
        .args(["sweep", "--config", "/nowhere.toml"])
        .assert()
        .code(2)
        .stderr(contains("/nowhere.toml"));
    ufm()
        .args(["sweep", "merge", "--out", "x"])
        .assert()
        .code(2);
    ufm()
        .args(["sweep", "merge", "x"])
        .assert()
        .code(2)
        .stderr(contains("--out"));
}

#[cfg(unix)]
#[test]
fn merging_replaces_a_link_and_what_it_points_to_stays() {
    let place = Place::new(SMALL);
    place.sweep("out", &[]).code(0);
    fs::write(place.at("mine.txt"), "mine").unwrap();
    std::os::unix::fs::symlink(place.at("mine.txt"), place.at("merged.csv")).unwrap();
    place.merge(&["out"]).code(0);
    assert_eq!(
        fs::read_to_string(place.at("merged.csv")).unwrap(),
        place.rows("out")
    );
    assert_eq!(fs::read_to_string(place.at("mine.txt")).unwrap(), "mine");
}
