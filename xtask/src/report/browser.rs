//! Having a browser look at the page, and a validator at its metadata.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// The versions that were tried.
const VALIDATOR: [&str; 2] = ["roc-validator==0.13.0", "rocrate==0.16.0"];

/// Whether nothing is found wanting; what is, is said by the programs that find it.
pub fn check(report: &Path) -> Result<bool> {
    let scripts = workspace::root()?.join("crates/report/browser");
    let tools = workspace::target()?.join("report-tools");
    fs::create_dir_all(&tools).with_context(|| tools.display().to_string())?;
    let report = fs::canonicalize(report).with_context(|| report.display().to_string())?;
    for name in ["package.json", "package-lock.json", "check.mjs"] {
        fs::copy(scripts.join(name), tools.join(name)).with_context(|| name.to_owned())?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--silent", "--no-audit", "--no-fund"])
        .current_dir(&tools);
    succeed(&mut npm, "npm")?;
    let mut node = Command::new("node");
    node.arg("check.mjs").arg(&report).current_dir(&tools);
    let seen = node
        .stdin(Stdio::null())
        .status()
        .context("cannot start node")?;

    let python = tools.join("python/bin/python");
    if !python.is_file() {
        let mut venv = Command::new("python3");
        succeed(
            venv.args(["-m", "venv"]).arg(tools.join("python")),
            "python3",
        )?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        succeed(pip.args(VALIDATOR), "pip")?;
    }
    let mut validate = Command::new(&python);
    validate
        .arg(scripts.join("validate.py"))
        .arg(&report)
        .arg(tools.join("cache"));
    let valid = validate
        .stdin(Stdio::null())
        .status()
        .context("cannot start python")?;
    Ok(seen.success() && valid.success())
}

/// Runs a program that only prepares.
fn succeed(command: &mut Command, name: &str) -> Result<()> {
    let status = command.stdin(Stdio::null()).status();
    if !status
        .with_context(|| format!("cannot start {name}"))?
        .success()
    {
        bail!("{name} did not succeed");
    }
    Ok(())
}
