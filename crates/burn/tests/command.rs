//! The command as a user runs it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    thread::sleep,
    time::Duration,
};

const SERIES: &str = r#"
data = "digits"
gammas = [1, 0]
seeds = [1, 2]

[plan]
architecture = "small-cnn"
width = 4
loss = "cross-entropy"
optimiser = "sgd"
learning-rate = 0.1
batch = 8
steps = 30
majority = [0, 1, 2, 3, 4]
majority-samples = 40
ratio = 8
moments = [10]
measured-samples = 20

[[members]]
label = "CNN, small"

[[members]]
label = "transformer"
gammas = [0.5]
set = { architecture = "vision-transformer", width = 8, optimiser = "adam", learning-rate = 0.01 }
"#;

struct Place(tempfile::TempDir);

impl Place {
    fn new(series: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("series.toml"), series).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// With a store of its own.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ufm-burn"));
        command.current_dir(self.path());
        command.args(["series.toml", "--store", "runs"]);
        command.args(arguments);
        command.env_remove("UFM_DATA");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// One message with these words, and exit code 2.
    fn refuses(&self, arguments: &[&str], words: &str) {
        let output = self.run(arguments);
        let message = said(&output.stderr);
        let series = self.read("series.toml");
        let case = series.get(..2000).unwrap_or(&series);
        assert_eq!(output.status.code(), Some(2), "{message}\n{case}");
        assert!(message.contains(words), "{words}: {message}\n{case}");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn kept(&self) -> usize {
        let entries = fs::read_dir(self.path().join("runs"));
        entries.map_or(0, |entries| {
            let names = entries.map(|entry| entry.unwrap().file_name());
            names
                .filter(|name| name.to_string_lossy().ends_with(".json"))
                .count()
        })
    }
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_table_has_every_run_and_moment_and_the_same_bytes_on_any_number_of_threads() {
    let place = Place::new(SERIES);
    let output = place.run(&["--out", "a.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let table = place.read("a.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("member,gamma,seed,step,majority,minority,balanced,worst-class"));
    // Two members: two exponents with two seeds, and one; three moments each.
    assert_eq!(lines.len(), 1 + 3 * (4 + 2));
    assert!(
        lines[1].starts_with("\"CNN, small\",0,1,0,"),
        "{}",
        lines[1]
    );
    assert!(
        lines[18].starts_with("transformer,0.5,2,30,"),
        "{}",
        lines[18]
    );
    assert_eq!(place.kept(), 6);

    // What is kept is not trained again, and printed without --out.
    let output = place.run(&[]);
    assert_eq!(said(&output.stdout), table);
    for (threads, arguments) in [("1", &["--fresh"][..]), ("2", &["--fresh"])] {
        let mut command = place.command(arguments);
        let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert_eq!(said(&output.stdout), table, "{threads} threads");
    }
    // More threads than runs: several to each.
    let output = place.run(&["--fresh", "--threads", "9"]);
    assert_eq!(said(&output.stdout), table);
}

#[test]
fn parts_together_are_the_series() {
    let place = Place::new(SERIES);
    let first = place.run(&["--share", "1/2", "--out", "t.csv"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first.stderr));
    assert!(
        said(&first.stdout).contains("part 1/2 is done: 3 of 6 runs"),
        "{}",
        said(&first.stdout)
    );
    assert!(!place.path().join("t.csv").exists());
    let second = place.run(&["--share", "2/2", "--out", "t.csv"]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second.stderr));
    let whole = Place::new(SERIES);
    whole.run(&["--out", "t.csv"]);
    assert_eq!(place.read("t.csv"), whole.read("t.csv"));
}

#[test]
fn chains_by_the_other_engine_are_nearly_the_same() {
    let place = Place::new(SERIES);
    let output = place.run(&["--engine", "mixed"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    assert_eq!(said(&output.stdout).lines().count(), 19);
}

#[cfg(unix)]
#[test]
fn an_interruption_keeps_what_is_finished_and_the_same_command_goes_on() {
    let series = SERIES.replace("steps = 30", "steps = 300");
    let place = Place::new(&series);
    let child = place.command(&["--threads", "1", "--out", "t.csv"]);
    let mut child = { child }
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..6000 {
        if place.kept() > 0 || child.try_wait().unwrap().is_some() {
            break;
        }
        sleep(Duration::from_millis(10));
    }
    let id = child.id().to_string();
    Command::new("kill").args(["-INT", &id]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    assert!(said(&output.stderr).contains("the same command goes on"));
    assert!(!place.path().join("t.csv").exists());
    let kept = place.kept();
    assert!(0 < kept && kept < 6, "{kept}");
    let output = place.run(&["--out", "t.csv"]);
    assert_eq!(output.status.code(), Some(0));
    let whole = Place::new(&series);
    whole.run(&["--out", "t.csv"]);
    assert_eq!(place.read("t.csv"), whole.read("t.csv"));
}

#[test]
fn what_is_not_allowed_is_one_message_and_code_2() {
    for (from, to, arguments, words) in [
        ("", "", &["--share", "3/2"][..], "I ≤ N"),
        ("", "", &["--threads", "0"], "1 to 1024"),
        ("", "", &["--out", "nowhere/t.csv"], "no folder nowhere"),
        ("", "", &["--out", "."], "it is a folder"),
        ("\"digits\"", "\"mnist\"", &["--data", "."], "train-images"),
        ("\"digits\"", "\"imagenet\"", &[], "line 2, column 8"),
        ("batch = 8", "batch = 0", &[], "line 12"),
        ("gammas = [1, 0]", "gammas = [nan]", &[], "series.toml"),
        ("seeds = [1, 2]", "seeds = []", &[], "seeds"),
        (
            "ratio = 8",
            "ratio = 8\ncolour = 1",
            &[],
            "unknown field `colour`",
        ),
        (
            "set = {",
            "set = { colour = 1,",
            &[],
            "unknown field `colour`",
        ),
        ("width = 8,", "width = 6,", &[], "multiple of 4"),
        (
            "label = \"transformer\"",
            "label = \"CNN, small\"",
            &[],
            "label of its own",
        ),
        (
            "majority-samples = 40",
            "majority-samples = 4000",
            &[],
            "4000",
        ),
    ] {
        let place = Place::new(&SERIES.replacen(from, to, 1));
        place.refuses(arguments, words);
        assert_eq!(place.kept(), 0);
    }
    let place = Place::new(&"#".repeat(1 << 17));
    place.refuses(&[], "too long");
}

#[test]
fn help_shows_a_series_that_can_be_run() {
    let output = Place::new("").run(&["--help"]);
    let help = said(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    // From its first key to its last; what is shown as optional is a comment.
    let begin = help.find("data = \"digits\"").unwrap();
    let end = help.find("Images of your own").unwrap();
    let place = Place::new(&help[begin..end].replace("steps = 500", "steps = 2"));
    let output = place.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
}

/// The digits as folders of images give what the digits give, and lists what folders do; all samples are trained on where the plan says so.
#[test]
fn folders_of_images_are_data() {
    let digits = ufm_data::digits::load(0).unwrap();
    let place = Place::new("");
    let mut lists = [String::new(), String::new()];
    for (part, (name, samples)) in [("train", &digits.train), ("test", &digits.test)]
        .into_iter()
        .enumerate()
    {
        for (i, &label) in samples.labels().iter().enumerate() {
            let class = place.path().join(name).join(label.to_string());
            std::fs::create_dir_all(&class).unwrap();
            let bytes = samples.image(i).iter().map(|x| (x * 255.0).round() as u8);
            let image = image::GrayImage::from_raw(8, 8, bytes.collect()).unwrap();
            image.save(class.join(format!("{i:04}.png"))).unwrap();
            lists[part].push_str(&format!("{name}/{label}/{i:04}.png {label}\n"));
        }
    }
    std::fs::write(place.path().join("train.txt"), &lists[0]).unwrap();
    std::fs::write(place.path().join("test.txt"), &lists[1]).unwrap();
    let folders =
        "{ train = \"train\", test = \"test\", width = 8, height = 8, colour = \"grey\" }";
    let by_list = "{ train = \".\", train-list = \"train.txt\", test = \".\", test-list = \"test.txt\", width = 8, height = 8, colour = \"grey\" }";
    let table = |data: &str, from: &str, to: &str| {
        let series = SERIES.replacen("\"digits\"", data, 1).replacen(from, to, 1);
        std::fs::write(place.path().join("series.toml"), series).unwrap();
        let output = place.run(&[]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        said(&output.stdout)
    };
    let all = ("majority-samples = 40\nratio = 8", "profile = \"all\"");
    let found = table(folders, all.0, all.1);
    assert_eq!(found.lines().count(), 19);
    assert_ne!(table(folders, "", ""), found);
    // In a list samples have another order, and a run draws others first; there are as many.
    assert_eq!(table(by_list, all.0, all.1).lines().count(), 19);
    // Values of digits are sixteenths, and bytes of images are not: nearly the same.
    let wanted = table("\"digits\"", all.0, all.1);
    let numbers = |table: &str| -> Vec<f64> {
        let last = |line: &str| line.rsplit(',').nth(3).unwrap().parse().unwrap();
        table.lines().skip(1).map(last).collect()
    };
    for (a, b) in numbers(&found).iter().zip(numbers(&wanted)) {
        assert!((a - b).abs() < 0.2, "{a} {b}");
    }

    for (data, from, to, words) in [
        (
            "{ train = \"train\", width = 8, height = 8 }",
            "",
            "",
            "missing field `test`",
        ),
        ("3", "", "", "the name of a data set, or a table"),
        (
            &folders.replace("width = 8", "width = 9"),
            "",
            "",
            "expected 9 × 8",
        ),
        (&folders.replace("\"train\"", "\"trian\""), "", "", "trian"),
        (
            folders,
            "ratio = 8",
            "ratio = 8\nprofile = \"all\"",
            "majority-samples: the profile `all`",
        ),
        (folders, "ratio = 8", "", "ratio: missing"),
    ] {
        let series = SERIES.replacen("\"digits\"", data, 1).replacen(from, to, 1);
        std::fs::write(place.path().join("series.toml"), series).unwrap();
        place.refuses(&["--fresh"], words);
    }
    place.refuses(&["--data", "."], "itself");
}

/// Where it is not built in, it is named; where it is, it computes the same but for rounding.
#[test]
fn a_graphics_processor_is_a_choice_of_the_build() {
    let place = Place::new(SERIES);
    let output = place.run(&["--engine", "wgpu"]);
    let message = said(&output.stderr);
    if cfg!(feature = "wgpu") {
        assert_eq!(output.status.code(), Some(0), "{message}");
        assert!(message.contains("on "), "{message}");
        let table = said(&output.stdout);
        assert_eq!(table.lines().count(), 19);
        // Runs of another processor are no part of it.
        assert_eq!(place.kept(), 6);
        place.run(&[]);
        assert_eq!(place.kept(), 12);
    } else {
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains("--features wgpu"), "{message}");
        assert_eq!(place.kept(), 0);
    }
}

/// A study is of the checkout: what is none, or none of the data at hand, is said before any training.
#[test]
fn a_study_is_that_of_a_figure() {
    let place = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (
            &["--study", "cifar10-archtectures"][..],
            "cifar10-architectures",
        ),
        (&["--study", "mode-dynamics"], "no long study"),
        (&["--study", "cifar10-architectures"], "cifar10"),
        (
            &["--study", "mode-dynamics", "series.toml"],
            "cannot be used with",
        ),
        (
            &["--study", "mode-dynamics", "--out", "t.csv"],
            "cannot be used with",
        ),
        (&[], "SERIES.toml"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_ufm-burn"))
            .args(arguments)
            .args(["--store", "runs", "--data", "."])
            .current_dir(place.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = said(&output.stderr);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(!place.path().join("runs").exists());
}
