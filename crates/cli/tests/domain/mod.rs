//! Flags and their domains, for the tests of every program of this workspace: what clap lists, and what each flag takes and refuses.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Output,
};

/// What a flag takes and refuses; the rest of the command line makes it the only thing that can be wrong.
pub struct Domain {
    pub flag: &'static str,
    pub beside: &'static [&'static str],
    pub taken: &'static [&'static str],
    pub refused: &'static [&'static str],
}

pub const fn domain(
    flag: &'static str,
    beside: &'static [&'static str],
    taken: &'static [&'static str],
    refused: &'static [&'static str],
) -> Domain {
    Domain {
        flag,
        beside,
        taken,
        refused,
    }
}

/// A switch takes no value: an empty one stands for its being there.
pub const SWITCH: &[&str] = &[""];

/// Whether each argument of a program is a flag, by `command subcommand name`; fails unless they are those that have a domain.
pub fn flags(program: &clap::Command, domains: &[Domain]) -> BTreeMap<String, bool> {
    let mut flags = BTreeMap::new();
    arguments(program, "", &mut flags);
    let declared: BTreeSet<&str> = domains.iter().map(|domain| domain.flag).collect();
    let found: BTreeSet<&str> = flags.keys().map(String::as_str).collect();
    assert_eq!(found, declared, "every flag has a domain here");
    flags
}

fn arguments(command: &clap::Command, path: &str, found: &mut BTreeMap<String, bool>) {
    for argument in command.get_arguments() {
        let name = argument.get_long().unwrap_or(argument.get_id().as_str());
        found.insert(format!("{path}{name}"), argument.get_long().is_some());
    }
    for inner in command.get_subcommands() {
        arguments(inner, &format!("{path}{} ", inner.get_name()), found);
    }
}

pub fn command_line(domain: &Domain, is_flag: bool, value: &str) -> Vec<String> {
    let mut words: Vec<&str> = domain.flag.split(' ').collect();
    let name = words.pop().unwrap();
    let mut line: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    // The flag under test stands in for one that is there for others.
    let beside = domain.beside.iter().map(|&word| word.to_owned());
    line.extend(beside);
    match (is_flag, domain.taken == SWITCH) {
        (false, _) => line.push(value.to_owned()),
        (true, true) => line.extend(format!("--{name}{value}").split(' ').map(str::to_owned)),
        (true, false) => line.push(format!("--{name}={value}")),
    }
    line
}

/// What a program has said of a value; that it did not panic.
pub fn said(line: &[String], output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{line:?}: {said}");
    said
}

/// That it was refused, in a message of some size.
pub fn assert_refused(line: &[String], output: &Output) {
    let said = said(line, output);
    assert_eq!(output.status.code(), Some(2), "{line:?}: {said}");
    assert!(
        said.starts_with("error: ") && said.len() < 2000,
        "{line:?}: {said}"
    );
}
