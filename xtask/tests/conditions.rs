//! Figures under what a machine may do to them: killed again and again, on other threads, in other places and environments, on a full disk.
//!
//! `UFM_KILLS=100 cargo test --workspace --test conditions` kills a hundred times; without it ten.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// Two that take moments.
const IDS: [&str; 2] = ["label-svd", "window-vs-gamma"];

fn figures(out: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("xtask"));
    command
        .arg("figures")
        .args(IDS)
        .args(["--set", "window-vs-gamma.points=40", "--config"])
        .arg(parameters())
        .arg("--out")
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn parameters() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.join("figures/parameters.toml").canonicalize().unwrap()
}

/// Every file of a folder but the run times.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| name != "timings.toml" && !name.contains("lock"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

#[test]
fn killed_again_and_again_they_end_the_same() {
    let kills: u64 = std::env::var("UFM_KILLS").map_or(10, |n| n.parse().unwrap());
    let place = tempfile::tempdir().unwrap();
    let (whole, killed) = (place.path().join("whole"), place.path().join("killed"));
    assert!(figures(&whole).status().unwrap().success());
    let mut interrupted = 0;
    for kill in 0..kills {
        let mut child = figures(&killed).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(1 + kill * 97 % 307));
        child.kill().unwrap();
        interrupted += u64::from(!child.wait().unwrap().success());
    }
    assert!(interrupted > 0);
    assert!(figures(&killed).status().unwrap().success());
    assert!(content(&killed) == content(&whole));
    assert!(figures(&killed).arg("--check").status().unwrap().success());
}

#[test]
fn the_bytes_depend_on_the_parameters_alone() {
    let place = tempfile::tempdir().unwrap();
    let first = place.path().join("first");
    assert!(figures(&first).status().unwrap().success());
    let expected = content(&first);
    assert!(expected.len() >= 9);
    let environments: [&[(&str, &str)]; 6] = [
        &[("RAYON_NUM_THREADS", "1")],
        &[("RAYON_NUM_THREADS", "2")],
        &[("RAYON_NUM_THREADS", "7")],
        &[("HOME", "/nowhere")],
        &[("TZ", "Pacific/Chatham")],
        &[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")],
    ];
    for (index, variables) in environments.into_iter().enumerate() {
        let out = place.path().join(format!("other-{index}"));
        let mut command = figures(&out);
        command
            .current_dir(place.path())
            .envs(variables.iter().copied());
        assert!(command.status().unwrap().success(), "{variables:?}");
        assert!(content(&out) == expected, "{variables:?}");
    }
    let out = place.path().join("bare");
    let mut command = figures(&out);
    assert!(
        command
            .current_dir("/")
            .env_clear()
            .status()
            .unwrap()
            .success()
    );
    assert!(content(&out) == expected, "no environment");
}

/// On a file system of 64 KiB, mounted where that is allowed.
#[test]
fn a_full_disk_is_said_and_leaves_no_half_of_a_figure() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().to_str().unwrap();
    let does = |arguments: &[&str]| {
        let status = Command::new(arguments[0])
            .args(&arguments[1..])
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    if !does(&["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path]) {
        println!("no tmpfs can be mounted here: not tried");
        return;
    }
    let out = place.path().join("out");
    let output = figures(&out).stderr(Stdio::piped()).output().unwrap();
    let left = if out.exists() {
        content(&out)
    } else {
        BTreeMap::new()
    };
    assert!(does(&["umount", path]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("No space left") && !said.contains("panicked"),
        "{said}"
    );
    assert!(left.is_empty(), "{:?}", left.keys());
}
