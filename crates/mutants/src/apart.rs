//! What could not be tried in one build, or was missed there, by cargo-mutants itself: each built alone, with the documentation's examples too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use ufm_support::print::warn;

use crate::list::Mutant;
use crate::tests::{FIRST_CASE, PASSED_OVER};
use crate::trial::Fate;

/// Names go into one argument, whose length has a bound.
const AT_ONCE: usize = 200;

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: serde_json::Value,
    summary: String,
}

/// The fates of these, by number.
///
/// # Errors
/// If cargo-mutants does not come to an end.
pub fn fates(root: &Path, out: &Path, mutants: &[&Mutant]) -> Result<BTreeMap<usize, Fate>> {
    let numbers: BTreeMap<&str, usize> = mutants
        .iter()
        .map(|m| (m.name.as_str(), m.number))
        .collect();
    let mut fates = BTreeMap::new();
    for (begin, part) in mutants.chunks(AT_ONCE).enumerate() {
        warn(format_args!(
            "one by one, with cargo-mutants: {} of {}",
            begin * AT_ONCE,
            mutants.len()
        ));
        let names: Vec<String> = part.iter().map(|m| regex::escape(&m.name)).collect();
        let packages: BTreeSet<&str> = part.iter().map(|m| m.package.as_str()).collect();
        let mut command = Command::new("cargo");
        command.args([
            "mutants",
            "--no-config",
            "--baseline",
            "skip",
            "--timeout",
            "60",
            "--all-features",
        ]);
        command.args([
            "--profile",
            "mutants",
            "--re",
            &format!("^({})$", names.join("|")),
        ]);
        for package in packages {
            command.args(["-p", package]);
        }
        // Its exit status says what it found; whether it came to an end is seen in what it wrote.
        command
            .arg("--output")
            .arg(out)
            .args(["--", "--", "--skip", PASSED_OVER])
            .current_dir(root)
            .env("CARGO_TARGET_DIR", out.join("target"))
            .envs(FIRST_CASE)
            .status()?;
        let file = out.join("mutants.out/outcomes.json");
        let text = std::fs::read(&file).with_context(|| file.display().to_string())?;
        for outcome in serde_json::from_slice::<Outcomes>(&text)?.outcomes {
            let Some(name) = outcome.scenario["Mutant"]["name"].as_str() else {
                continue;
            };
            let Some(&number) = numbers.get(name) else {
                continue;
            };
            let by = || "cargo-mutants".to_owned();
            let fate = match outcome.summary.as_str() {
                "CaughtMutant" => Fate::Caught(by()),
                "Timeout" => Fate::Endless(by()),
                "Unviable" => Fate::Unviable,
                _ => Fate::Missed,
            };
            fates.insert(number, fate);
        }
        let missing: Vec<&str> = part
            .iter()
            .filter(|m| !fates.contains_key(&m.number))
            .map(|m| m.name.as_str())
            .collect();
        ensure!(
            missing.is_empty(),
            "cargo-mutants did not try {}",
            missing.join(", ")
        );
    }
    Ok(fates)
}
