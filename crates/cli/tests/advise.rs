//! `ufm advise`, run as a user runs it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::PathBuf};

use assert_cmd::Command;
use predicates::{prelude::PredicateBooleanExt as _, str::contains};
use serde_json::Value;

fn advise() -> Command {
    let mut command = Command::cargo_bin("ufm").unwrap();
    command.arg("advise");
    command
}

/// A table in a folder of its own.
struct Table {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn table(text: impl AsRef<[u8]>) -> Table {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("features.csv");
    fs::write(&path, text).unwrap();
    Table {
        _folder: folder,
        path,
    }
}

impl Table {
    fn json(&self, extra: &[&str]) -> Value {
        let output = advise()
            .arg("--csv")
            .arg(&self.path)
            .args(["--label", "class", "--json"])
            .args(extra)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refused(&self, label: &str, words: &[&str]) {
        let mut assert = advise()
            .arg("--csv")
            .arg(&self.path)
            .args(["--label", label])
            .assert()
            .code(2)
            .stdout("");
        for word in words {
            assert = assert.stderr(contains(*word));
        }
    }
}

/// One-hot features: of the sample, or of its class.
fn one_hot(counts: &[usize], of_class: bool) -> Table {
    let total: usize = counts.iter().sum();
    let dimension = if of_class { counts.len() } else { total };
    let mut text = String::from("class");
    (0..dimension).for_each(|j| text.push_str(&format!(",x{j}")));
    let mut sample = 0;
    for (class, &n) in counts.iter().enumerate() {
        for _ in 0..n {
            text.push_str(&format!("\nclass {class}"));
            let at = if of_class { class } else { sample };
            (0..dimension).for_each(|j| text.push_str(if j == at { ",1" } else { ",0" }));
            sample += 1;
        }
    }
    table(text)
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn features_of_each_sample_ask_for_one_half() {
    let advice = one_hot(&[40, 17, 6, 1], false).json(&[]);
    let given = &advice["given"];
    assert!(
        (number(&given["equalising_exponent"]) - 0.5).abs() < 1e-7,
        "{given}"
    );
    assert!(number(&given["times"][1]["relative_window"]) < 1e-12);
    // They are what "free" means, at every exponent.
    for (a, b) in given["times"]
        .as_array()
        .unwrap()
        .iter()
        .zip(advice["free"]["times"].as_array().unwrap())
    {
        for (a, b) in a["learned"]
            .as_array()
            .unwrap()
            .iter()
            .zip(b["learned"].as_array().unwrap())
        {
            assert!((number(a) / number(b) - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn features_shared_by_a_class_ask_for_one() {
    for extra in [&[][..], &["--features", "centred"]] {
        let advice = one_hot(&[40, 17, 6, 1], true).json(extra);
        let given = &advice["given"];
        assert!(
            (number(&given["equalising_exponent"]) - 1.0).abs() < 1e-7,
            "{given}"
        );
        assert!(number(&given["times"][2]["relative_window"]) < 1e-12);
        assert!(number(&given["times"][1]["relative_window"]) > 1.0);
        assert_eq!(number(&advice["recommended"]["gamma"]), 1.0);
    }
}

/// `x = √α e_class + √(1−α) e_sample`: γ* is known in closed form for two class sizes.
#[test]
fn between_the_two_it_is_the_closed_form() {
    let (alpha, m, ratio): (f64, usize, usize) = (0.2, 3, 8);
    let counts = [m * ratio, m * ratio, m, m];
    let total: usize = counts.iter().sum();
    let mut text = String::from("class");
    (0..4 + total).for_each(|j| text.push_str(&format!(",x{j}")));
    let mut sample = 0;
    for (class, n) in counts.into_iter().enumerate() {
        for _ in 0..n {
            text.push_str(&format!("\n{class}"));
            for j in 0..4 + total {
                let x = if j == class {
                    alpha.sqrt()
                } else if j == 4 + sample {
                    (1.0 - alpha).sqrt()
                } else {
                    0.0
                };
                text.push_str(&format!(",{x:?}"));
            }
            sample += 1;
        }
    }
    let (m, r) = (m as f64, ratio as f64);
    let expected =
        0.5 + ((alpha * m * r + 1.0 - alpha) / (alpha * m + 1.0 - alpha)).ln() / (2.0 * r.ln());
    let found = number(&table(text).json(&[])["given"]["equalising_exponent"]);
    assert!(
        (found - expected).abs() < 1e-6,
        "{found} against {expected}"
    );
}

#[test]
fn counts_alone_give_tables() {
    advise()
        .args(["--counts", "5000,5000,500,500"])
        .assert()
        .code(0)
        .stdout(
            contains("imbalance ratio 10")
                .and(contains("3.162"))
                .and(contains("contrast"))
                .and(contains("closest together at γ = 0.500"))
                .and(contains("n^(-1.000)"))
                .and(contains("Assumed"))
                .and(contains("gradient flow"))
                .and(contains("squared loss")),
        );
}

#[test]
fn windows_of_a_step_profile_are_the_known_ones() {
    let output = advise()
        .args(["--counts", "900,900,9,9", "--json"])
        .output()
        .unwrap();
    let advice: Value = serde_json::from_slice(&output.stdout).unwrap();
    let window = |i: usize| number(&advice["free"]["times"][i]["relative_window"]);
    assert!((window(0) - 9.0).abs() < 1e-12); // √R − 1
    assert_eq!(window(1), 0.0);
    assert!((window(2) - 9.0).abs() < 1e-12); // the order reversed
    assert_eq!(
        advice["free"]["times"][0]["last_classes"],
        serde_json::json!(["2", "3"])
    );
    assert_eq!(
        advice["free"]["times"][2]["last_classes"],
        serde_json::json!(["0", "1"])
    );
    let contrast = &advice["groups"]["modes"][1];
    let majority = &advice["groups"]["modes"][0];
    let ratio = number(&contrast["projected"][1]) / number(&majority["projected"][1]);
    assert!((ratio - 202.0_f64.sqrt() / 11.0).abs() < 1e-12); // √(2(R+1))/(√R+1)
}

#[test]
fn groups_of_about_equal_size_can_be_named() {
    advise()
        .args(["--counts", "5012,4988,503,498"])
        .assert()
        .code(0)
        .stdout(contains("By mode").not());
    advise()
        .args(["--counts", "5012,4988,503,498", "--majority", "0,1"])
        .assert()
        .code(0)
        .stdout(contains("By mode").and(contains("mean size")));
    for (majority, words) in [
        ("0,7", "there is no class `7`"),
        ("0,0", "named twice"),
        ("2,3", "name the larger ones"),
        ("0,1,2,3", "at least one must be left"),
    ] {
        advise()
            .args(["--counts", "5012,4988,503,498", "--majority", majority])
            .assert()
            .code(2)
            .stderr(contains(words));
    }
}

#[test]
fn numbers_of_samples_are_no_labels() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let table = |classes: usize| {
        let rows = (0..200).map(|i| format!("{},{i}\n", i % classes));
        fs::write(&path, format!("id,x\n{}", rows.collect::<String>())).unwrap();
        let mut command = advise();
        command.arg("--csv").arg(&path).args(["--label", "id"]);
        command.assert()
    };
    table(200).code(2).stderr(
        contains("200 different labels in 200 samples").and(contains("are these the labels?")),
    );
    table(101).code(2);
    table(100).code(0);
}

#[test]
fn balanced_classes_need_no_weights() {
    advise()
        .args(["--counts", "7,7,7"])
        .assert()
        .code(0)
        .stdout(contains("none needed").and(contains("no exponent is better")));
}

#[test]
fn bad_counts_are_refused() {
    for counts in [
        "5000",
        "5000,0",
        "5000,-1",
        "5000,many",
        "5000,",
        "5000,4294967296",
        "1e3,10",
    ] {
        advise()
            .args(["--counts", counts])
            .assert()
            .code(2)
            .stdout("");
    }
    advise().assert().code(2).stderr(contains("--counts"));
    advise()
        .args(["--counts", "5,1", "--csv", "x.csv", "--label", "y"])
        .assert()
        .code(2);
    advise()
        .args(["--csv", "x.csv"])
        .assert()
        .code(2)
        .stderr(contains("--label"));
}

#[test]
fn bad_tables_are_refused_with_their_place() {
    let good = "class,width,height\na,1,2\na,1.5,2\nb,2,-1e-3\n";
    table(good).json(&[]);
    let refused = |text: &str, words: &[&str]| table(text).refused("class", words);
    refused(
        "class,width,height\na,1,2\nb,wide,3\n",
        &[
            "features.csv:3: column 2 (`width`)",
            "`wide`",
            "finite numbers",
        ],
    );
    refused(
        "class,width,height\na,1,2\nb,,3\n",
        &["features.csv:3: column 2 (`width`)", "``"],
    );
    refused(
        "class,width,height\na,1,2\nb,NaN,3\n",
        &["column 2", "`NaN`"],
    );
    refused("class,width,height\na,1,2\nb,inf,3\n", &["`inf`"]);
    refused(
        "class,width,height\na,1,2\nb,1\n",
        &[
            "features.csv:3: column 3 (`height`)",
            "2 columns and the heading line 3",
        ],
    );
    refused(
        "class,width,height\na,1,2\nb,1,2,3\n",
        &["features.csv:3", "4 columns and the heading line 3"],
    );
    refused(
        "class,width\na,1\n,2\n",
        &["features.csv:3: column 1 (`class`)", "the class is missing"],
    );
    refused(
        "class,width\na,1\na,2\n",
        &["all samples are of class `a`", "at least 2"],
    );
    refused("class,width\n", &["no samples"]);
    refused("", &["there is no column `class`"]);
    refused("class\na\nb\n", &["no column of features"]);
    refused(
        "class,width,height\na,1,2\nb,1,2\nb,1,2\n",
        &["all features are constant"],
    );
    refused(
        "class,class,width\na,a,1\nb,b,2\n",
        &["features.csv:1: column 2", "two columns are called `class`"],
    );
    refused("class,width\na,1\na,3\nb,1e308\nb,1e308\n", &["overflow"]);
    table(b"class,width\na,1\n\xff,2\n").refused("class", &["features.csv"]);
    table(good).refused(
        "clas",
        &[
            "features.csv:1",
            "there is no column `clas`; did you mean `class`?",
            "width",
        ],
    );
    table(good).refused(
        "species",
        &["there is no column `species`; the headings are class, width, height"],
    );
    advise()
        .args(["--csv", "/nowhere/features.csv", "--label", "class"])
        .assert()
        .code(2)
        .stderr(contains("/nowhere/features.csv"));
}

#[test]
fn features_that_tell_no_class_from_another_are_refused() {
    // Both class means are zero.
    table("class,x\na,1\na,-1\nb,2\nb,-2\n").refused("class", &["do not tell the classes apart"]);
}

#[test]
fn awkward_tables_are_fine() {
    // Quoted, spaced, a byte order mark, Windows line ends, one sample in a class, a constant column, an identifier.
    let text = "\u{feff}class,\"x, first\", y ,one,id\r\n\"a,b\", 1 ,2,1,k1\r\nc,0.5,3,1,k2\r\nc,1.5,-3,1,k3\r\n";
    let advice = table(text).json(&["--ignore", "id"]);
    assert_eq!(advice["classes"][0]["name"], "a,b");
    assert_eq!(advice["classes"][0]["samples"], 1);
    assert_eq!(advice["given"]["dimension"], 3);
    assert_eq!(advice["given"]["constant"], 1);
    table(text).refused("class", &["(`id`)", "--ignore"]);
}

#[test]
fn fewer_features_than_directions_are_said_so() {
    let text = "class,x\na,1\na,1.1\nb,2\nc,7\nd,-4\n";
    let advice = table(text).json(&[]);
    assert_eq!(advice["given"]["never_learned"], 2);
}

#[test]
fn help_teaches() {
    Command::cargo_bin("ufm")
        .unwrap()
        .arg("--help")
        .assert()
        .code(0)
        .stdout(contains("Exit codes").and(contains("ufm advise --counts")));
    for command in ["advise", "sweep"] {
        Command::cargo_bin("ufm")
            .unwrap()
            .args([command, "--help"])
            .assert()
            .code(0)
            .stdout(contains("Examples:"));
    }
}

#[test]
fn images_are_features_where_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    advise()
        .arg("--idx")
        .arg(folder.path())
        .assert()
        .code(2)
        .stderr(contains("train-images-idx3-ubyte.gz"));
    advise()
        .args(["--idx", ".", "--counts", "5,5"])
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
    let Some(mnist) = std::env::var_os("UFM_DATA") else {
        println!("skipped: UFM_DATA does not name a folder of MNIST");
        return;
    };
    advise()
        .arg("--idx")
        .arg(mnist)
        .args(["--features", "centred"])
        .assert()
        .code(0)
        .stdout(contains("given features (784 of them)").and(contains("6742")));
}

/// Features of the family itself, √α e_class + √(1−α) e_sample: what is said of fresh samples is exact.
#[test]
fn what_no_weights_mend_is_said_with_the_samples_that_would() {
    let (alpha, counts) = (0.05_f64, [40_usize, 12]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("family.csv");
    let samples: usize = counts.iter().sum();
    let mut text = "species".to_owned();
    (0..2 + samples).for_each(|column| text.push_str(&format!(",x{column}")));
    text.push('\n');
    let mut sample = 0;
    for (class, count) in counts.into_iter().enumerate() {
        for _ in 0..count {
            text.push_str(["oak", "yew"][class]);
            for column in 0..2 + samples {
                let shared = if column == class { alpha.sqrt() } else { 0.0 };
                let own = if column == 2 + sample {
                    (1.0 - alpha).sqrt()
                } else {
                    0.0
                };
                text.push_str(&format!(",{}", shared + own));
            }
            text.push('\n');
            sample += 1;
        }
    }
    fs::write(&path, text).unwrap();
    // g = αn/(αn + 1 − α): 0.387 of 12 samples; 0.7 takes 0.7·0.95/(0.05·0.3) = 44.3 of them, more than the 40 of the other class, at 0.678.
    advise()
        .args(["--features", "raw", "--label", "species", "--csv"])
        .arg(&path)
        .assert()
        .success()
        .stdout(contains("class yew has 12 samples, and its margin on new data ends near 39 % of that on its own; about 45 samples"))
        .stdout(contains("class oak has 40 samples, and its margin on new data ends near 68 % of that on its own; about 45 samples"));
    // With 50 samples a class nothing is short of them, and nothing is said of it.
    advise()
        .args(["--counts", "5000,50"])
        .assert()
        .success()
        .stdout(contains("no weights mend").not());
}
