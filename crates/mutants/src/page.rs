//! The page that says what was tried, what was missed and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::list::{Mutant, Reason};
use crate::trial::Fate;

/// Counts of a package.
#[derive(Default)]
struct Row {
    mutants: usize,
    unviable: usize,
    caught: usize,
    endless: usize,
    excused: usize,
    open: usize,
    untried: usize,
}

/// The page, and what is wrong: mutants that are missed without a reason, and reasons for none that is missed.
pub fn page(
    mutants: &[Mutant],
    fates: &[Fate],
    reasons: &[Reason],
    said: &str,
) -> (String, Vec<String>) {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let mut survivors = vec![0; reasons.len()];
    let mut open = vec![];
    for (mutant, fate) in mutants.iter().zip(fates) {
        let row = rows.entry(&mutant.package).or_default();
        row.mutants += 1;
        match fate {
            Fate::Unviable => row.unviable += 1,
            Fate::Caught(_) => row.caught += 1,
            Fate::Endless(_) => row.endless += 1,
            Fate::Untried => row.untried += 1,
            Fate::Missed => match reasons
                .iter()
                .position(|r| r.pattern.is_match(&mutant.name))
            {
                Some(reason) => {
                    row.excused += 1;
                    survivors[reason] += 1;
                }
                None => {
                    row.open += 1;
                    open.push(mutant.name.clone());
                }
            },
        }
    }
    let mut text = String::from(include_str!("../page/head.md"));
    text += "| crate | mutants | do not compile | caught | never end | the same result | missed | not tried |\n|---|---|---|---|---|---|---|---|\n";
    for (package, row) in &rows {
        let Row {
            mutants,
            unviable,
            caught,
            endless,
            excused,
            open,
            untried,
        } = row;
        let _ = writeln!(
            text,
            "| `{package}` | {mutants} | {unviable} | {caught} | {endless} | {excused} | {open} | {untried} |"
        );
    }
    let _ = write!(text, "\n{said}\n\n{}", include_str!("../page/reasons.md"));
    text += "| survivors | pattern of their names | why |\n|---|---|---|\n";
    let in_a_cell = |text: &str| text.replace('|', "\\|");
    for (Reason { pattern, why }, survivors) in reasons.iter().zip(&survivors) {
        let (pattern, why) = (in_a_cell(pattern.as_str()), in_a_cell(why));
        let _ = writeln!(text, "| {survivors} | `{pattern}` | {why} |");
    }
    if !open.is_empty() {
        text += "\nMissed, without a reason:\n\n";
        for name in &open {
            let _ = writeln!(text, "- `{name}`");
        }
    }
    let idle = reasons.iter().zip(survivors).filter(|(_, n)| *n == 0);
    open.extend(idle.map(|(reason, _)| format!("a reason for none: {}", reason.pattern)));
    (text, open)
}
