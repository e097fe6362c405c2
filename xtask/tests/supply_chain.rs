//! What the workspace depends on: from crates.io, under the licences of `deny.toml`, none that is banned there, each direct one with its reason.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn toml(file: &str) -> toml::Table {
    let text = fs::read_to_string(root().join(file)).unwrap();
    toml::from_str(&text).unwrap()
}

/// The packages that are built on this machine.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", host])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn words(list: &toml::Value) -> BTreeSet<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Whether an SPDX expression of `AND`, `OR` and brackets (or the old `/`) is satisfied by the allowed licences.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let text = expression.replace('/', " OR ");
    let text = text.trim();
    for (connective, all) in [(" AND ", true), (" OR ", false)] {
        let parts = split_outside_brackets(text, connective);
        if parts.len() > 1 {
            let mut parts = parts.into_iter();
            return if all {
                parts.all(|part| satisfied(&part, allowed))
            } else {
                parts.any(|part| satisfied(&part, allowed))
            };
        }
    }
    match text
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        Some(inner) => satisfied(inner, allowed),
        None => allowed.contains(text),
    }
}

fn split_outside_brackets(text: &str, connective: &str) -> Vec<String> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && text[at..].starts_with(connective) => {
                parts.push(text[start..at].to_owned());
                start = at + connective.len();
            }
            _ => {}
        }
    }
    parts.push(text[start..].to_owned());
    parts
}

#[test]
fn every_package_is_from_crates_io_and_under_an_allowed_licence() {
    let deny = toml("deny.toml");
    let allowed = words(&deny["licenses"]["allow"]);
    let banned: BTreeSet<&str> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ban| ban["name"].as_str().unwrap())
        .collect();
    let sources = words(&deny["sources"]["allow-registry"]);
    let packages = packages();
    let mut foreign = 0;
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let Some(source) = package["source"].as_str() else {
            continue; // of this workspace
        };
        foreign += 1;
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        assert!(sources.contains(registry), "{name} is from {source}");
        assert!(!banned.contains(name), "{name} is banned");
        let licence = package["license"].as_str().unwrap_or("no licence");
        assert!(satisfied(licence, &allowed), "{name} is under {licence}");
        // A name may only be linked to a system library by what brings it along.
        let links = package["links"].as_str().unwrap_or("");
        assert!(
            links.is_empty() || links == "rayon-core" || links.starts_with("ring_core"),
            "{name} links {links}"
        );
    }
    assert!(foreign > 100, "{foreign}");
}

#[test]
fn no_package_needs_a_newer_rust_than_is_said() {
    let workspace = toml("Cargo.toml");
    let said = workspace["workspace"]["package"]["rust-version"]
        .as_str()
        .unwrap()
        .to_owned();
    let channel = toml("rust-toolchain.toml")["toolchain"]["channel"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        channel.starts_with(&format!("{said}.")),
        "{channel} against {said}"
    );
    let number = |version: &str| -> Vec<u32> {
        version
            .split('.')
            .map(|part| part.parse().unwrap())
            .collect()
    };
    for package in packages() {
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(
                number(needed) <= number(&channel),
                "{} needs {needed}",
                package["name"]
            );
        }
    }
}

#[test]
fn every_direct_dependency_says_why() {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, rest) = text.split_once("[workspace.dependencies]").unwrap();
    let mut said = 0;
    for line in rest.lines().take_while(|line| !line.starts_with('[')) {
        if line.is_empty() || line.starts_with("ufm-") || line.starts_with('#') {
            continue;
        }
        let why = line.split_once("  # ").map_or("", |(_, why)| why);
        assert!(why.len() > 5, "{line}");
        said += 1;
    }
    assert!(said > 20, "{said}");
}

#[test]
fn licence_expressions_are_read_as_spdx_says() {
    let allowed: BTreeSet<String> = ["MIT", "ISC"].map(str::to_owned).into();
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("(GPL-3.0 OR MIT) AND GPL-3.0", false),
    ] {
        assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
    }
}
