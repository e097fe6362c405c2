//! Each mutant against the tests that come by it, until one fails.

use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::list::Mutant;
use crate::pool;
use crate::tests::{End, Test};

/// What became of a mutant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Fate {
    /// It does not compile.
    Unviable,
    /// The named test fails.
    Caught(String),
    /// The named test does not end.
    Endless(String),
    /// Every test passes, or none comes by it.
    Missed,
    /// It fits in no common build, and was not tried alone.
    Untried,
}

/// Tests of a module that take longer than this wait until the quick ones of other modules are done.
const QUICK: Duration = Duration::from_secs(2);

/// The fates of mutants in one build, in their order; those that are said to compute the same meet the quick tests only.
///
/// # Errors
/// If a test cannot be started.
pub fn fates(
    mutants: &[&Mutant],
    tests: &[Test],
    excused: impl Fn(&Mutant) -> bool + Sync,
    jobs: usize,
) -> Result<Vec<Fate>> {
    pool::map("mutants tried", jobs, mutants.to_vec(), |_, mutant| {
        let module = module(mutant);
        let most = if excused(mutant) {
            QUICK
        } else {
            Duration::MAX
        };
        let reached = |test: &&Test| test.takes < most && test.reaches.contains(&mutant.number);
        let mut order: Vec<&Test> = tests.iter().filter(reached).collect();
        order.sort_by_key(|test| {
            (
                !(test.takes < QUICK && test.is_beside(&mutant.package, &module)),
                test.takes,
            )
        });
        for test in order {
            match test.run(mutant.number)? {
                End::Passed => {}
                End::Failed => return Ok(Fate::Caught(test.title())),
                End::Endless => return Ok(Fate::Endless(test.title())),
            }
        }
        Ok(Fate::Missed)
    })
}

/// `a::b::` for `…/src/a/b.rs` and `…/src/a/b/mod.rs`.
fn module(mutant: &Mutant) -> String {
    let (_, path) = mutant.file.split_once("/src/").unwrap_or_default();
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.replace('/', "::") + "::"
}
