//! A sweep under what a machine may do to it: killed again and again, on other threads, in other places, in another environment, on a full disk.
//!
//! `UFM_KILLS=100 cargo test --workspace --test conditions` kills a hundred times; without it ten.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// Enough points for kills to fall into the middle of.
const MANY: &str = "[[grid]]\nclasses = [4]\nratios = { from = 1, to = 1e6, points = 60, spacing = \"log\" }\n\
    gammas = { from = 0, to = 1, points = 20 }\ndeltas = [32]\n";

const FEW: &str = "[[grid]]\nclasses = [4, 6]\nratios = [1, 10]\ngammas = [0, 0.5]\ndeltas = [8]\n\
    starts = [\"scaled\", \"gaussian\"]\nseeds = [3]\n";

fn sweep(folder: &Path, out: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ufm"));
    command
        .current_dir(folder)
        .args(["sweep", "--config", "sweep.toml", "--out", out])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn place(config: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("sweep.toml"), config).unwrap();
    place
}

fn rows(folder: &Path, out: &str) -> Vec<u8> {
    fs::read(folder.join(out).join("rows.csv")).unwrap()
}

#[test]
fn killed_again_and_again_it_ends_with_the_same_bytes() {
    let kills: u64 = std::env::var("UFM_KILLS").map_or(10, |n| n.parse().unwrap());
    let place = place(MANY);
    assert!(sweep(place.path(), "whole").status().unwrap().success());
    let mut interrupted = 0;
    let mut round = 0;
    for kill in 0..kills {
        let out = format!("killed-{round}");
        let mut child = sweep(place.path(), &out).spawn().unwrap();
        // From before the first file to the middle of the rows, each time a little later: 37 is prime to 101.
        std::thread::sleep(Duration::from_millis(1 + kill * 37 % 101));
        child.kill().unwrap();
        interrupted += u64::from(!child.wait().unwrap().success());
        if place.path().join(&out).join("rows.csv").exists() {
            assert_eq!(rows(place.path(), &out), rows(place.path(), "whole"));
            round += 1; // finished in spite of it: the next begins anew
        }
    }
    assert!(interrupted > 0);
    let out = format!("killed-{round}");
    assert!(sweep(place.path(), &out).status().unwrap().success());
    assert_eq!(rows(place.path(), &out), rows(place.path(), "whole"));
    let left: Vec<String> = fs::read_dir(place.path().join(&out))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".ufm-") && name.ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_bytes_depend_on_the_configuration_alone() {
    let first = place(FEW);
    assert!(sweep(first.path(), "out").status().unwrap().success());
    let expected = rows(first.path(), "out");
    type Change = fn(&mut Command);
    let changes: [(&str, Change); 8] = [
        ("1 thread", |command| {
            command.args(["--threads", "1"]);
        }),
        ("2 threads", |command| {
            command.args(["--threads", "2"]);
        }),
        ("7 threads", |command| {
            command.args(["--threads", "7"]);
        }),
        ("HOME", |command| {
            command.env("HOME", "/nowhere");
        }),
        ("TZ", |command| {
            command.env("TZ", "Pacific/Chatham");
        }),
        ("LANG", |command| {
            command
                .env("LANG", "de_DE.UTF-8")
                .env("LC_ALL", "de_DE.UTF-8");
        }),
        ("no environment", |command| {
            command.env_clear();
        }),
        ("RAYON_NUM_THREADS", |command| {
            command.env("RAYON_NUM_THREADS", "3");
        }),
    ];
    for (what, change) in changes {
        let other = place(FEW); // another folder each time
        let mut command = sweep(other.path(), "elsewhere");
        change(&mut command);
        assert!(command.status().unwrap().success(), "{what}");
        assert!(rows(other.path(), "elsewhere") == expected, "{what}");
    }
}

/// On a file system of 64 KiB, mounted where that is allowed: root in most containers is not.
#[test]
fn a_full_disk_is_said_and_leaves_what_can_be_gone_on_with() {
    let place = place(MANY);
    let small = place.path().join("small");
    fs::create_dir(&small).unwrap();
    let mount = |arguments: &[&str]| {
        let status = Command::new(arguments[0])
            .args(&arguments[1..])
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    };
    let path = small.to_str().unwrap();
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path]) {
        println!("no tmpfs can be mounted here: not tried");
        return;
    }
    let output = sweep(place.path(), "small/out")
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    // More room, and the same command goes on.
    let grown = mount(&["mount", "-o", "remount,size=8m", path]);
    let again = sweep(place.path(), "small/out").status().unwrap();
    let rows = fs::read(small.join("out/rows.csv"));
    assert!(mount(&["umount", path]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        matches!(output.status.code(), Some(1 | 2)),
        "{:?}: {said}",
        output.status
    );
    assert!(
        said.contains("No space left") && !said.contains("panicked"),
        "{said}"
    );
    assert!(grown && again.success());
    assert!(sweep(place.path(), "whole").status().unwrap().success());
    assert!(rows.unwrap() == self::rows(place.path(), "whole"));
}
