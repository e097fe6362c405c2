//! The tests: which there are, how long each takes, and which mutants each comes by.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use ufm_support::print::warn;
use wait_timeout::ChildExt as _;

use crate::compile::Executable;
use crate::pool;

/// Claims about trained networks: a mutant of the text that runs are kept under would train them again.
pub const PASSED_OVER: &str = "claims::networks";

/// A property is broken by its first failing case: no smaller one is looked for, and nothing is written beside the tests.
pub const FIRST_CASE: [(&str, &str); 2] = [
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
    ("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true"),
];

/// A test takes longer where it notes what it comes by, but not by so much.
const NOTING: u32 = 20;

/// Memory of one test, in KiB: a mutant may never stop taking more.
const MEMORY: &str = "8388608";

/// One test.
pub struct Test {
    executable: Executable,
    pub name: String,
    /// Without any mutant.
    pub takes: Duration,
    /// The mutants that it comes by.
    pub reaches: BTreeSet<usize>,
}

/// How a run of a test ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Passed,
    Failed,
    /// It took longer than it was given.
    Endless,
}

impl Test {
    /// Whether its sources are in the module, or in the tests, of the mutant's file.
    pub fn is_beside(&self, package: &str, module: &str) -> bool {
        let own = package.ends_with(self.executable.target.split(':').next().unwrap_or_default());
        own && self.name.starts_with(module)
    }

    /// Package, target and name.
    pub fn title(&self) -> String {
        format!("{} {}", self.executable.target, self.name)
    }

    /// Runs it with a mutant.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn run(&self, mutant: usize) -> Result<End> {
        let limit = Duration::from_secs(5).max(self.takes * 6 + Duration::from_secs(3));
        run(
            &self.executable,
            &self.name,
            &[("MUTANT", &mutant.to_string())],
            limit,
        )
    }
}

fn run(of: &Executable, name: &str, variables: &[(&str, &str)], limit: Duration) -> Result<End> {
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh", MEMORY])
        .arg(&of.path)
        .args(["--exact", name, "--test-threads", "1", "--quiet"])
        .current_dir(&of.folder)
        .env("CARGO_MANIFEST_DIR", &of.folder)
        .envs(FIRST_CASE)
        .env("INSTA_UPDATE", "no")
        .env("RAYON_NUM_THREADS", "1")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| of.path.display().to_string())?;
    match child.wait_timeout(limit)? {
        Some(status) if status.success() => Ok(End::Passed),
        Some(_) => Ok(End::Failed),
        None => {
            child.kill()?;
            child.wait()?;
            Ok(End::Endless)
        }
    }
}

/// The tests that take less than `longest`, each with what it takes and reaches.
///
/// # Errors
/// If one fails without any mutant.
pub fn survey(
    executables: &[Executable],
    folder: &Path,
    longest: Duration,
    jobs: usize,
) -> Result<Vec<Test>> {
    let mut listed = vec![];
    for of in executables {
        let output = Command::new(&of.path)
            .args(["--list", "--format", "terse"])
            .current_dir(&of.folder)
            .env("CARGO_MANIFEST_DIR", &of.folder)
            .output()?;
        let names = String::from_utf8(output.stdout)?;
        let tests = names.lines().filter_map(|line| line.strip_suffix(": test"));
        listed.extend(
            tests
                .filter(|name| !name.contains(PASSED_OVER))
                .map(|name| (of.clone(), name.to_owned())),
        );
    }
    let all = listed.len();
    std::fs::create_dir_all(folder)?;
    let surveyed = pool::map(
        "tests looked at",
        jobs,
        listed,
        |index, (executable, name)| {
            let file = folder.join(format!("{index}.txt"));
            if file.exists() {
                std::fs::remove_file(&file)?;
            }
            let begin = Instant::now();
            let end = run(&executable, &name, &[], longest)?;
            if end == End::Endless {
                return Ok(None);
            }
            let takes = begin.elapsed();
            let path = file.to_string_lossy();
            let noting = [("MUTANT", "reached"), ("MUTANT_REACHED", &*path)];
            let again = run(&executable, &name, &noting, longest * NOTING)?;
            ensure!(
                end == End::Passed && again == End::Passed,
                "{} {name} does not pass without any mutant",
                executable.target
            );
            let reached = if file.exists() {
                std::fs::read_to_string(&file)?
            } else {
                String::new()
            };
            let reaches = reached
                .lines()
                .filter_map(|line| line.parse().ok())
                .collect();
            Ok(Some(Test {
                executable,
                name,
                takes,
                reaches,
            }))
        },
    )?;
    let tests: Vec<Test> = surveyed.into_iter().flatten().collect();
    let seconds: f64 = tests.iter().map(|test| test.takes.as_secs_f64()).sum();
    warn(format_args!(
        "{} tests of {all}, {seconds:.0} s of runs",
        tests.len()
    ));
    Ok(tests)
}
