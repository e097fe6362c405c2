//! Every mutant of the mathematics against the tests of its crate and the claims.
//!
//! cargo-mutants builds each mutant alone, which takes longer than its tests do. Here all it lists are written into one copy of the sources, each
//! behind the question whether it is the one chosen for this process; what does not compile is taken out by the compiler's own errors. One run of
//! each test says which mutants it comes by; each mutant then meets those tests alone, the quickest first, until one fails. What is missed, and
//! what does not fit in one build (constants, functions of an opaque type), is built alone.

mod apart;
mod compile;
mod list;
mod page;
mod pool;
mod tests;
mod tree;
mod trial;
mod weave;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use regex::Regex;
use ufm_support::print::{say, warn};
use ufm_support::{files, machine, workspace};

use crate::list::{Mutant, Reason};
use crate::tree::Tree;
use crate::trial::Fate;

/// Tries every mutant of the mathematics that cargo-mutants lists, from one build, and says which no test notices.
///
/// Needs cargo-mutants, and for all of them about an hour of two cores and 4 GB of disk.
#[derive(Parser)]
#[command(name = "ufm-mutants")]
struct Arguments {
    /// Only mutants whose name (`file:line:column: what is replaced`) matches this pattern.
    #[arg(long, value_name = "PATTERN")]
    only: Option<Regex>,

    /// Tests that run at once.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,

    /// Seconds, without any mutant, of the longest test that is run.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    longest: u64,

    /// Leave what is missed, or fits in no common build, untried alone.
    #[arg(long)]
    quick: bool,

    /// Go on from the last run: what was caught is taken from there, the rest is tried. For sources that are the same but for their tests.
    #[arg(long)]
    again: bool,

    /// Write what was found to theorems/MUTANTS.md.
    #[arg(long, conflicts_with = "only")]
    write: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let root = workspace::root()?;
    let mut mutants = list::mutants(&root)?;
    // The tests of every package that has mutants, whichever are tried.
    let packages: BTreeSet<String> = mutants.iter().map(|m| m.package.clone()).collect();
    if let Some(only) = &arguments.only {
        mutants.retain(|mutant| only.is_match(&mutant.name));
        ensure!(!mutants.is_empty(), "no mutant's name matches {only}");
    }
    let mut reasons = list::reasons(&root)?;
    if arguments.only.is_some() {
        reasons.retain(|reason| mutants.iter().any(|m| reason.is_of(m)));
    }
    let mut run = Run {
        out: workspace::target()?.join("mutants-at-once"),
        reasons,
        fates: BTreeMap::new(),
        mutants,
        packages,
        root,
    };
    if arguments.again {
        let kept = std::fs::read(run.kept()).context("there is no last run to go on from")?;
        run.fates = serde_json::from_slice(&kept)?;
    }
    let (all, out) = (run.mutants.len(), run.out.display());
    warn(format_args!("{all} mutants, in {out}"));
    run.together(&arguments)?;
    if !arguments.quick {
        run.apart()?;
    }

    let fate = |m: &Mutant| run.fates.get(&m.name).cloned().unwrap_or(Fate::Untried);
    let fates: Vec<Fate> = run.mutants.iter().map(fate).collect();
    let rest_tried = if arguments.quick {
        "; nothing was tried alone"
    } else {
        ""
    };
    let said = format!(
        "Tests that take less than {} s, {} at once, on {}{rest_tried}.",
        arguments.longest,
        arguments.jobs,
        machine::processor()
    );
    let (text, wrong) = page::page(&run.mutants, &fates, &run.reasons, &said);
    if arguments.write {
        files::replace(&run.root.join("theorems/MUTANTS.md"), text.as_bytes())?;
    }
    say(&text)?;
    ensure!(
        wrong.is_empty(),
        "missed without a reason, or a reason for what is not missed:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

/// What is tried, and what is known of it.
struct Run {
    root: PathBuf,
    out: PathBuf,
    packages: BTreeSet<String>,
    mutants: Vec<Mutant>,
    reasons: Vec<Reason>,
    /// By name.
    fates: BTreeMap<String, Fate>,
}

impl Run {
    /// The file of the fates.
    fn kept(&self) -> PathBuf {
        self.out.join("fates.json")
    }

    fn keep(&self) -> Result<()> {
        files::replace(&self.kept(), &serde_json::to_vec_pretty(&self.fates)?)?;
        Ok(())
    }

    fn excused(&self, mutant: &Mutant) -> bool {
        self.reasons.iter().any(|reason| reason.is_of(mutant))
    }

    /// Those that nothing is known of, or that are missed without a reason.
    fn open(&self) -> Vec<Mutant> {
        let is_open = |m: &&Mutant| match self.fates.get(&m.name) {
            None => true,
            Some(fate) => *fate == Fate::Missed && !self.excused(m),
        };
        self.mutants.iter().filter(is_open).cloned().collect()
    }

    /// Those that are open, in one build.
    fn together(&mut self, arguments: &Arguments) -> Result<()> {
        let open = self.open();
        let tree = Tree::copy(&self.root, &self.out.join("tree"), &open)?;
        let built = compile::build(&tree, &open, &self.packages)?;
        let woven: Vec<&Mutant> = open
            .iter()
            .filter(|m| built.woven.contains(&m.number))
            .collect();
        let longest = Duration::from_secs(arguments.longest);
        let (folder, jobs) = (self.out.join("reached"), arguments.jobs.into());
        let tests = tests::survey(&built.executables, &folder, longest, jobs)?;
        let found = trial::fates(&woven, &tests, |m| self.excused(m), jobs)?;
        let unviable = open.iter().filter(|m| built.unviable.contains(&m.number));
        self.fates
            .extend(woven.iter().map(|m| m.name.clone()).zip(found));
        self.fates
            .extend(unviable.map(|m| (m.name.clone(), Fate::Unviable)));
        self.keep()
    }

    /// Those that still are open, each alone.
    fn apart(&mut self) -> Result<()> {
        let plain = Tree::copy(&self.root, &self.out.join("tree"), &[])?;
        let open = self.open();
        for (index, mutant) in open.iter().enumerate() {
            let fate = apart::fate(&plain, mutant)?;
            let (number, all, name) = (index + 1, open.len(), &mutant.name);
            warn(format_args!("{number} of {all} alone: {name}: {fate:?}"));
            self.fates.insert(name.clone(), fate);
            self.keep()?;
        }
        Ok(())
    }
}
