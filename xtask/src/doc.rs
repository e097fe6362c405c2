//! `doc`: the documentation with its formulas set.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use ufm_support::print::say;

use crate::{cli::DocArgs, exit::Outcome, workspace};

/// Between two flags in `CARGO_ENCODED_RUSTDOCFLAGS`, so that paths may hold spaces.
const BETWEEN: &str = "\x1f";

/// Builds the documentation of every crate, refusing warnings, and puts what sets formulas beside its pages.
pub fn run(arguments: &DocArgs) -> Result<Outcome> {
    let katex = workspace::root()?.join("xtask/katex");
    let header = katex.join("header.html").display().to_string();
    let flags = ["-D", "warnings", "--html-in-header", &header].join(BETWEEN);
    let pages = workspace::target()?.join("doc");
    copy(&katex, &pages.join("katex"))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["doc", "--workspace", "--no-deps", "--locked"])
        .args(arguments.open.then_some("--open"))
        .current_dir(workspace::root()?)
        .env("CARGO_ENCODED_RUSTDOCFLAGS", flags)
        .env("CARGO_TARGET_DIR", workspace::target()?)
        .stdin(Stdio::null());
    if !command.status().context("cannot start cargo")?.success() {
        return Ok(Outcome::Wanting);
    }
    say(format_args!(
        "{}",
        pages.join("ufm_theorems/index.html").display()
    ))?;
    Ok(Outcome::Fine)
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot write {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}
