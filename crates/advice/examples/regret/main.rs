//! Is the advice right? The exponent that makes speeds equal, and the usual rules, against the best of a grid found by training.
//!
//! Models: a linear softmax classifier, and the small networks of `ufm-networks`. Scores: balanced and worst-class accuracy on held-out samples,
//! at the recorded step that is best for each rule. The first half of the seeds chooses the step of each rule, and the best exponent of the
//! grid; the second half measures. *Regret* is what the rule loses to that exponent, paired by seed, with Student's 95 % interval.
//!
//! ```sh
//! cargo run --package ufm-advice --example regret > crates/advice/study/linear.csv
//! cargo run --package ufm-advice --example regret -- mnist cifar10 > crates/advice/study/images.csv   # where UFM_DATA or the checkout have them
//! cargo run --package ufm-advice --example regret -- wine.csv > crates/advice/study/tables.csv        # numbers, and a column `label`
//! cargo run --package ufm-advice --example regret -- --network > crates/advice/study/network.csv
//! ```

mod linear;
mod network;
mod problem;
mod score;

use std::time::Instant;

use anyhow::Result;
use ufm_support::print::{say, warn};

/// Exponents of the grid.
const GRID: [f64; 7] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let networks = arguments == ["--network"];
    say("data,model,score,rule,gamma,value,best_gamma,regret,half_width,seeds")?;
    if networks {
        return network::study()?
            .into_iter()
            .try_for_each(|row| Ok(say(row)?));
    }
    for problem in problem::all(&arguments)? {
        let begin = Instant::now();
        for row in linear::study(&problem)? {
            say(row)?;
        }
        let seconds = begin.elapsed().as_secs_f64();
        warn(format_args!("{}: {seconds:.0} s", problem.name));
    }
    Ok(())
}
