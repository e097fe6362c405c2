//! `report`: the audit report, out of what other commands have kept.

mod browser;
mod gather;

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail};
use ufm_report::audit::State;
use ufm_support::{files::replace_folder, print::say};

use crate::{cli::ReportArgs, exit::Outcome, workspace};

/// Builds the report; runs the other commands first if asked to, and has a browser look at it afterwards.
pub fn run(arguments: &ReportArgs) -> Result<Outcome> {
    let mut outcome = Outcome::Fine;
    if arguments.all {
        for command in [&["figures", "--check"][..], &["prove"], &["verify"]] {
            if !again(command)? {
                outcome = Outcome::Wanting;
            }
        }
    }
    let folder = match &arguments.out {
        Some(folder) => folder.clone(),
        None => workspace::target()?.join("report"),
    };
    refuse_others(&folder)?;
    let audit = gather::audit()?;
    let files = ufm_report::files(&audit)?;
    let size: usize = files.values().map(Vec::len).sum();
    replace_folder(&folder, &files)?;
    for command in audit.commands.iter().filter(|c| c.state != State::Current) {
        say(format_args!(
            "{}: {}; nothing of it is shown",
            command.line,
            command.state.name()
        ))?;
    }
    for skipped in &audit.skipped {
        let mend = match skipped.mend.as_str() {
            "" => String::new(),
            mend => format!(": {mend}"),
        };
        say(format_args!("left out: {}{mend}", skipped.what))?;
    }
    let index = folder.join(ufm_report::INDEX);
    say(format_args!(
        "wrote {} files, {:.1} MB, {}",
        files.len(),
        size as f64 / 1e6,
        index.display()
    ))?;
    if arguments.check && !browser::check(&folder)? {
        outcome = Outcome::Wanting;
    }
    if arguments.open {
        open(&index)?;
    }
    Ok(outcome)
}

/// Refuses to replace a folder that is no report: nothing of anybody's else is removed.
fn refuse_others(folder: &Path) -> Result<()> {
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| folder.display().to_string()),
    };
    let is_report = folder.join(ufm_report::metadata::NAME).is_file();
    if entries.next().is_some() && !is_report {
        bail!(
            "{}: it is no report, and would be replaced; name another folder",
            folder.display()
        );
    }
    Ok(())
}

/// Runs another command of this program; whether all is well. One that cannot be carried out is no reason to show nothing.
fn again(arguments: &[&str]) -> Result<bool> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let status = Command::new(program).args(arguments).status();
    Ok(status.context("cannot start this program")?.success())
}

fn open(page: &Path) -> Result<()> {
    let programs: &[&str] = if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        &["explorer"]
    } else {
        &["xdg-open", "chromium", "firefox"]
    };
    for program in programs {
        if Command::new(program).arg(page).spawn().is_ok() {
            return Ok(());
        }
    }
    bail!("found nothing to open {} with", page.display())
}
