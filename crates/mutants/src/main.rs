//! Every mutant of the mathematics against the tests of its crate and the claims.
//!
//! cargo-mutants builds each mutant alone, which takes longer than its tests do. Here all it lists are written into one copy of the sources, each
//! behind the question whether it is the one chosen for this process; what does not compile is taken out by the compiler's own errors. One run of
//! each test says which mutants it comes by; each mutant then meets those tests alone, the quickest first, until one fails. What is missed, and
//! what does not fit in one build (constants, functions of an opaque type), is tried by cargo-mutants itself.

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
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use regex::Regex;
use ufm_support::print::{say, warn};
use ufm_support::{files, machine, workspace};

use crate::list::Mutant;
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

    /// Leave what is missed, or fits in no common build, untried by cargo-mutants.
    #[arg(long)]
    quick: bool,

    /// Take what the common build has shown from the last run, and go on from there.
    #[arg(long)]
    again: bool,

    /// Write what was found to theorems/MUTANTS.md.
    #[arg(long, conflicts_with = "only")]
    write: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let root = workspace::root()?;
    let out = workspace::target()?.join("mutants-at-once");
    let reasons = list::reasons(&root)?;
    let mut mutants = list::mutants(&root)?;
    // The tests of every package that has mutants, whichever are tried.
    let packages: BTreeSet<String> = mutants.iter().map(|m| m.package.clone()).collect();
    if let Some(only) = &arguments.only {
        mutants.retain(|mutant| only.is_match(&mutant.name));
        ensure!(!mutants.is_empty(), "no mutant's name matches {only}");
    }
    warn(format_args!(
        "{} mutants, in {}",
        mutants.len(),
        out.display()
    ));

    let tree = tree::Tree::copy(&root, &out.join("tree"), &mutants)?;
    let built = compile::build(&tree, &mutants, &packages)?;
    let woven: Vec<&Mutant> = mutants
        .iter()
        .filter(|m| built.woven.contains(&m.number))
        .collect();
    let excused = |mutant: &Mutant| reasons.iter().any(|reason| reason.is_of(mutant));
    let kept = out.join("fates.json");
    let shown: BTreeMap<String, Fate> = if arguments.again {
        serde_json::from_slice(&std::fs::read(&kept)?)?
    } else {
        let longest = Duration::from_secs(arguments.longest);
        let folder = out.join("reached");
        let tests = tests::survey(&built.executables, &folder, longest, arguments.jobs.into())?;
        let tried = trial::fates(&woven, &tests, excused, arguments.jobs.into())?;
        let shown = woven.iter().map(|m| m.name.clone()).zip(tried).collect();
        files::replace(&kept, &serde_json::to_vec_pretty(&shown)?)?;
        shown
    };
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    for mutant in &woven {
        let fate = shown
            .get(&mutant.name)
            .with_context(|| format!("{}: {} is not among them", kept.display(), mutant.name))?;
        fates.insert(mutant.number, fate.clone());
    }
    fates.extend(
        built
            .unviable
            .iter()
            .map(|number| (*number, Fate::Unviable)),
    );
    let rest: Vec<&Mutant> = mutants
        .iter()
        .filter(|m| match fates.get(&m.number) {
            None => true,
            Some(fate) => *fate == Fate::Missed && !excused(m),
        })
        .collect();
    if arguments.quick {
        for mutant in &rest {
            fates.entry(mutant.number).or_insert(Fate::Untried);
        }
    } else {
        fates.extend(apart::fates(&root, &out, &rest)?);
    }

    let fates: Vec<Fate> = mutants
        .iter()
        .filter_map(|m| fates.get(&m.number).cloned())
        .collect();
    let rest_tried = if arguments.quick {
        "; what is missed there is not tried alone with the examples of the documentation yet, nor what fits in no common build"
    } else {
        ""
    };
    let said = format!(
        "Tests that take less than {} s, {} at once, on {}{rest_tried}.",
        arguments.longest,
        arguments.jobs,
        machine::processor()
    );
    let (text, open) = page::page(&mutants, &fates, &reasons, &said);
    if arguments.write {
        files::replace(&root.join("theorems/MUTANTS.md"), text.as_bytes())?;
    }
    say(&text)?;
    ensure!(
        open.is_empty(),
        "{} mutants are missed without a reason",
        open.len()
    );
    Ok(())
}
