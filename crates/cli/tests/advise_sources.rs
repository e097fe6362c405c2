//! `ufm advise` on NumPy arrays and folders of images, and its weights in the notation of libraries.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use predicates::{prelude::PredicateBooleanExt as _, str::contains};
use serde_json::Value;
use tempfile::TempDir;

fn advise() -> Command {
    let mut command = Command::cargo_bin("ufm").unwrap();
    command.arg("advise");
    command
}

/// The bytes of an array: format 1.0, as NumPy writes it.
fn npy(kind: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

const K: [usize; 3] = [9, 4, 2];
const SAMPLES: usize = 15;
const FEATURES: usize = 4;

fn label(i: usize) -> usize {
    K.iter()
        .scan(0, |end, n| {
            *end += n;
            Some(*end)
        })
        .position(|end| i < end)
        .unwrap()
}

/// Small whole numbers, which every type holds exactly.
fn feature(i: usize, j: usize) -> i8 {
    i8::try_from((i * 7 + j * 5 + label(i) * (3 + j)) % 11).unwrap()
}

fn matrix(fortran: bool, bytes: impl Fn(i8) -> Vec<u8>) -> Vec<u8> {
    let mut data = Vec::new();
    if fortran {
        for j in 0..FEATURES {
            (0..SAMPLES).for_each(|i| data.extend(bytes(feature(i, j))));
        }
    } else {
        for i in 0..SAMPLES {
            (0..FEATURES).for_each(|j| data.extend(bytes(feature(i, j))));
        }
    }
    data
}

fn integers() -> Vec<u8> {
    let data: Vec<u8> = (0..SAMPLES)
        .flat_map(|i| (label(i) as i64).to_le_bytes())
        .collect();
    npy("<i8", false, "(15,)", &data)
}

struct Arrays {
    folder: TempDir,
}

impl Arrays {
    fn new(features: &[u8], labels: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("X.npy"), features).unwrap();
        fs::write(folder.path().join("y.npy"), labels).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = advise();
        command
            .arg("--npy")
            .arg(self.path("X.npy"))
            .arg("--labels")
            .arg(self.path("y.npy"));
        command
    }

    fn refused(&self, words: &[&str]) {
        let mut assert = self.command().assert().code(2).stdout("");
        for word in words {
            assert = assert.stderr(contains(*word));
        }
    }
}

fn json(command: &mut Command) -> Value {
    let output = command.arg("--json").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The same samples as a table.
fn from_table(scaling: &str) -> Value {
    let mut text = String::from("class,a,b,c,d");
    for i in 0..SAMPLES {
        text.push_str(&format!("\n{}", label(i)));
        (0..FEATURES).for_each(|j| text.push_str(&format!(",{}", feature(i, j))));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    fs::write(&path, text).unwrap();
    json(
        advise()
            .arg("--csv")
            .arg(path)
            .args(["--label", "class", "--features", scaling]),
    )
}

fn close(a: &Value, b: &Value) {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-6 * (1.0 + b.abs()), "{a} against {b}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len());
            a.iter().zip(b).for_each(|(a, b)| close(a, b));
        }
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.len(), b.len());
            a.iter().for_each(|(key, value)| close(value, &b[key]));
        }
        (a, b) => assert_eq!(a, b),
    }
}

#[test]
fn every_type_and_order_gives_the_advice_of_the_table() {
    let half = |x: i8| {
        // Whole numbers from 0 to 10 as float16.
        let bits: u16 = match x {
            0 => 0,
            _ => {
                let exponent = x.ilog2() as u16;
                ((15 + exponent) << 10) | (((x as u16) << (10 - exponent)) & 0x3ff)
            }
        };
        bits.to_le_bytes().to_vec()
    };
    type Bytes<'a> = (&'a str, Box<dyn Fn(i8) -> Vec<u8>>);
    let kinds: Vec<Bytes<'_>> = vec![
        ("<f2", Box::new(half)),
        ("<f4", Box::new(|x| f32::from(x).to_le_bytes().to_vec())),
        ("<f8", Box::new(|x| f64::from(x).to_le_bytes().to_vec())),
        ("|i1", Box::new(|x| x.to_le_bytes().to_vec())),
        ("|u1", Box::new(|x| x.to_le_bytes().to_vec())),
        ("<i2", Box::new(|x| i16::from(x).to_le_bytes().to_vec())),
        ("<u2", Box::new(|x| i16::from(x).to_le_bytes().to_vec())),
        ("<i4", Box::new(|x| i32::from(x).to_le_bytes().to_vec())),
        ("<u4", Box::new(|x| i32::from(x).to_le_bytes().to_vec())),
        ("<i8", Box::new(|x| i64::from(x).to_le_bytes().to_vec())),
        ("<u8", Box::new(|x| i64::from(x).to_le_bytes().to_vec())),
    ];
    let expected = from_table("raw");
    for (kind, bytes) in kinds {
        for fortran in [false, true] {
            let x = npy(kind, fortran, "(15, 4)", &matrix(fortran, &bytes));
            let found = json(&mut Arrays::new(&x, &integers()).command());
            close(&found, &expected);
        }
    }
}

#[test]
fn labels_are_integers_or_strings_of_any_width() {
    let x = npy(
        "|i1",
        false,
        "(15, 4)",
        &matrix(false, |x| x.to_le_bytes().to_vec()),
    );
    let words = ["lynx", "ca", "öre"];
    let unicode: Vec<u8> = (0..SAMPLES)
        .flat_map(|i| {
            let word = words[label(i)].chars().map(u32::from);
            word.chain(std::iter::repeat(0))
                .take(5)
                .flat_map(u32::to_le_bytes)
        })
        .collect();
    let advice = json(&mut Arrays::new(&x, &npy("<U5", false, "(15,)", &unicode)).command());
    let names: Vec<&str> = advice["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| class["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["ca", "lynx", "öre"]);
    let bytes: Vec<u8> = (0..SAMPLES).map(|i| b'a' + label(i) as u8).collect();
    let advice = json(&mut Arrays::new(&x, &npy("|S1", false, "(15, 1)", &bytes)).command());
    assert_eq!(advice["classes"][2]["name"], "c");
    assert_eq!(advice["classes"][2]["samples"], 2);
    let negative: Vec<u8> = (0..SAMPLES).map(|i| (label(i) as i8 - 1) as u8).collect();
    let advice = json(&mut Arrays::new(&x, &npy("|i1", false, "(15,)", &negative)).command());
    assert_eq!(advice["classes"][0]["name"], "-1");
}

#[test]
fn archives_are_read_compressed_or_not() {
    let x = npy(
        "<f8",
        false,
        "(15, 2, 2)",
        &matrix(false, |x| f64::from(x).to_le_bytes().to_vec()),
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("features.npz");
    for method in [
        zip::CompressionMethod::Stored,
        zip::CompressionMethod::Deflated,
    ] {
        let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        for (name, bytes) in [("train.npy", &x), ("y.npy", &integers())] {
            archive.start_file(name, options).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
        let mut command = advise();
        command.arg("--npz").arg(&path);
        let found = json(command.args(["--arrays", "train,y", "--features", "standardised"]));
        close(&found, &from_table("standardised"));
    }
    advise()
        .arg("--npz")
        .arg(&path)
        .assert()
        .code(2)
        .stderr(contains("there is no array `X`").and(contains("train, y")));
    fs::write(&path, "no archive").unwrap();
    advise()
        .arg("--npz")
        .arg(&path)
        .assert()
        .code(2)
        .stderr(contains("is no .npz file"));
}

#[test]
fn bad_arrays_are_refused_with_one_message() {
    let good = matrix(false, |x| f32::from(x).to_le_bytes().to_vec());
    let x = |kind: &str, shape: &str, data: &[u8]| npy(kind, false, shape, data);
    let refused =
        |features: Vec<u8>, words: &[&str]| Arrays::new(&features, &integers()).refused(words);
    refused(
        x("<f4", "(15, 4)", &good[..100]),
        &["X.npy", "truncated", "240 bytes", "100"],
    );
    refused(x("<f4", "(15, 3)", &good), &["too long"]);
    refused(x(">f4", "(15, 4)", &good), &["big-endian", "newbyteorder"]);
    refused(x("|O", "(15,)", &good), &["dtype object"]);
    refused(x("<c8", "(15, 2)", &good), &["<c8", "real numbers"]);
    refused(x("<f4", "(60,)", &good), &["samples × features"]);
    refused(
        x("<f4", "(12, 5)", &good),
        &["12 samples", "y.npy has 15 labels"],
    );
    refused(
        x("<f8", "(4000000000000000000, 4000000000000000000)", &good),
        &["beyond"],
    );
    refused(x("<f4", "(15, 0)", &[]), &["no features"]);
    refused(b"no array".to_vec(), &["is no .npy array"]);
    refused(Vec::new(), &["is no .npy array"]);
    let mut odd = good.clone();
    odd[4 * (7 * FEATURES + 2)..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    refused(
        x("<f4", "(15, 4)", &odd),
        &["sample 7", "feature 2 is not a finite number"],
    );
    let mut columns = matrix(true, |x| f32::from(x).to_le_bytes().to_vec());
    columns[4 * (2 * SAMPLES + 7)..][..4].copy_from_slice(&f32::INFINITY.to_le_bytes());
    refused(
        npy("<f4", true, "(15, 4)", &columns),
        &["sample 7", "feature 2"],
    );
    let labels = |bytes: Vec<u8>, words: &[&str]| {
        Arrays::new(&x("<f4", "(15, 4)", &good), &bytes).refused(words)
    };
    labels(
        npy("<f8", false, "(15,)", &[0; 120]),
        &["y.npy", "integers, bool or strings"],
    );
    labels(
        npy("<i8", false, "(3, 5)", &[0; 120]),
        &["one for each sample"],
    );
    labels(
        npy("<i8", false, "(15,)", &[0; 120]),
        &["all samples are of class `0`"],
    );
    advise()
        .args(["--npy", "x.npy"])
        .assert()
        .code(2)
        .stderr(contains("--labels"));
}

fn picture(path: &Path, size: u32, value: u8) {
    image::GrayImage::from_fn(size, size, |i, j| image::Luma([value + (i * 3 + j) as u8]))
        .save(path)
        .unwrap();
}

#[test]
fn a_folder_of_images_is_a_data_set() {
    let folder = tempfile::tempdir().unwrap();
    for (class, values) in [("cat", &[3, 90, 40][..]), ("dog", &[200, 120])] {
        fs::create_dir(folder.path().join(class)).unwrap();
        for value in values {
            picture(
                &folder.path().join(format!("{class}/{value}.png")),
                5,
                *value,
            );
        }
    }
    fs::write(folder.path().join("cat/notes.txt"), "passed over").unwrap();
    let mut command = advise();
    let advice = json(command.arg("--images").arg(folder.path()));
    assert_eq!(advice["given"]["dimension"], 25);
    assert_eq!(advice["classes"][0]["name"], "cat");
    assert_eq!(advice["classes"][0]["samples"], 3);
    // Another size, then broken files: each named.
    picture(&folder.path().join("dog/large.png"), 7, 10);
    let run = |extra: &[&str]| {
        advise()
            .arg("--images")
            .arg(folder.path())
            .args(extra)
            .assert()
    };
    run(&[])
        .code(2)
        .stderr(contains("large.png is 7 × 7").and(contains("--resize")));
    run(&["--resize", "4x6"])
        .code(0)
        .stdout(contains("24 of them"));
    run(&["--resize", "0x6"])
        .code(2)
        .stderr(contains("WIDTHxHEIGHT"));
    fs::write(
        folder.path().join("dog/broken.jpeg"),
        b"\xff\xd8\xff broken",
    )
    .unwrap();
    run(&["--resize", "4x4"])
        .code(2)
        .stdout("")
        .stderr(contains("broken.jpeg").and(contains("1 of 7")));
    fs::create_dir(folder.path().join("owl")).unwrap();
    run(&[])
        .code(2)
        .stderr(contains("owl").and(contains("no images")));
    advise()
        .arg("--images")
        .arg(folder.path().join("owl"))
        .assert()
        .code(2)
        .stderr(contains("one for each class"));
}

#[test]
fn weights_come_in_the_notation_of_libraries() {
    let run = |extra: &[&str]| {
        advise()
            .args(["--counts", "100,4"])
            .args(extra)
            .assert()
            .code(0)
    };
    // γ = 1: ratio 25; mean 1 over 104 samples, or over two classes.
    run(&["--format", "torch"]).stdout(
        contains("class_weight = torch.tensor([0.52, 13], dtype=torch.float32)")
            .and(contains("divides by the"))
            .and(contains("balanced or worst-class accuracy"))
            .and(contains("calibrate")),
    );
    run(&["--format", "sklearn", "--mean", "classes"])
        .stdout(contains("class_weight = {0: 0.0769230769, 1: 1.92307692}"));
    run(&["--format", "catboost"]).stdout(contains("class_weights = [0.52, 13]"));
    run(&["--format", "ultralytics"])
        .stdout(contains("one binary loss a class").and(contains("does not cover")));
    run(&[]).stdout(contains("label").and(contains("binary losses of detectors")));
    advise()
        .args(["--counts", "5,1", "--json", "--format", "torch"])
        .assert()
        .code(2);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    fs::write(&path, "class,x\n\"a \"\"b\"\"\",1\na,2\na,3\n").unwrap();
    advise()
        .arg("--csv")
        .arg(path)
        .args(["--label", "class", "--format", "sklearn"])
        .assert()
        .code(0)
        .stdout(contains(r#""a \"b\"": "#));
}

#[test]
fn ten_thousand_counts_are_few() {
    let counts: Vec<String> = (1..=10_000).map(|n| n.to_string()).collect();
    let advice = json(advise().args(["--counts", &counts.join(",")]));
    let learned = advice["free"]["times"][0]["learned"].as_array().unwrap();
    assert_eq!(learned.len(), 9_999);
    let times: Vec<f64> = learned.iter().map(|time| time.as_f64().unwrap()).collect();
    assert!(times.is_sorted());
    // Squared rates have the trace of P diag(n) P, and interlace the counts 10,000 … 1.
    let relative: Vec<f64> = times.iter().map(|time| (times[0] / time).powi(2)).collect();
    let trace = 50_005_000.0 * (1.0 - 1e-4);
    let largest = trace / relative.iter().sum::<f64>();
    for (i, x) in relative.iter().enumerate() {
        let (squared, upper) = (largest * x, 10_000.0 - i as f64);
        assert!(
            squared < upper + 1e-6 && squared > upper - 1.0 - 1e-6,
            "{i}: {squared}"
        );
    }
}
