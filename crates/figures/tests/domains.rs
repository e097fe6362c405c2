//! Every key of the parameter file against values at and beyond the ends of its domain. The keys are those of the defaults, so that a new one
//! is tried without being named here; what is accepted must give a table or say why not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    panic::catch_unwind,
    time::{Duration, Instant},
};

use proptest::{
    prelude::{ProptestConfig, prop, prop_assert, proptest},
    test_runner::RngSeed,
};
use rayon::prelude::*;
use toml::Value;
use ufm_figures::{Figure, Inputs, Parameters, Reads};

/// Numbers at and beyond the ends of domains, but for the upper ends of counts: those take minutes, as they may.
const NUMBERS: [&str; 21] = [
    "nan",
    "inf",
    "-inf",
    "1e308",
    "-1e308",
    "1e101",
    "1e100",
    "1e18",
    "-1e18",
    "9223372036854775807",
    "-9223372036854775808",
    "-100",
    "-101",
    "-1",
    "0",
    "0.5",
    "1",
    "1e-100",
    "1e-320",
    "-0.0",
    "2.5",
];

/// What is no number.
const WORDS: [&str; 5] = ["\"word\"", "true", "[]", "{}", "1979-05-27"];

/// Far beyond what any of these takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A key with its path, and a value to set it to.
struct Case {
    figure: String,
    text: String,
}

/// Every leaf below a table, as a dotted path.
fn leaves(prefix: &str, table: &toml::Table, found: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let path = format!("{prefix}.{key}");
        match value {
            Value::Table(inner) => leaves(&path, inner, found),
            other => found.push((path, other.clone())),
        }
    }
}

/// Everything that is tried with one key.
fn tried(value: &Value) -> Vec<String> {
    let mut texts: Vec<String> = WORDS.map(str::to_owned).to_vec();
    texts.extend(NUMBERS.map(str::to_owned));
    if let Value::Array(values) = value {
        texts.extend(NUMBERS.map(|number| format!("[{number}]")));
        let first = values[0].to_string();
        texts.push(format!("[{first}, {first}]"));
        let many: Vec<String> = (0..300).map(|i| i.to_string()).collect();
        texts.push(format!("[{}]", many.join(", ")));
    }
    texts
}

fn cases() -> Vec<Case> {
    let tree = toml::Table::try_from(Parameters::defaults().unwrap()).unwrap();
    let mut cases = Vec::new();
    for (figure, table) in &tree {
        let mut keys = Vec::new();
        leaves(figure, table.as_table().unwrap(), &mut keys);
        assert!(!keys.is_empty(), "{figure} has no keys");
        for (path, value) in keys {
            let texts = tried(&value).into_iter();
            cases.extend(texts.map(|text| Case {
                figure: figure.clone(),
                text: format!("{path}={text}"),
            }));
        }
    }
    assert!(cases.len() > 1500, "{}", cases.len());
    cases
}

/// What a message must not have: names of Rust's types, and numbers that nobody reads.
fn assert_readable(case: &str, message: &str) {
    for name in [
        "u8", "u32", "u64", "usize", "i64", "f64", "Vec<", "tuple", "untagged", "struct ",
    ] {
        let named = message
            .split(|c: char| !c.is_alphanumeric() && c != '<')
            .any(|word| word == name);
        assert!(!named, "{case}: {message}");
    }
    let digits = message
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max();
    assert!(digits.unwrap_or(0) <= 20, "{case}: {message}");
    assert!(message.len() < 700, "{case}: {message}");
}

/// Figures that integrate flows: at the ends of their domains that takes up to the largest number of steps, which is the simulation's to bound.
/// Of these only the reading is tried.
const INTEGRATED: [&str; 10] = [
    "mode-dynamics",
    "learning-window",
    "early-benefit",
    "exact-window",
    "exact-window-chart",
    "cross-entropy",
    "cross-entropy-times",
    "cross-entropy-late",
    "remedies",
    "test-time",
];

/// The figure of a table of parameters, if it is computed from parameters alone.
fn of_theory(id: &str) -> Option<&'static Figure> {
    ufm_figures::find(id)
        .ok()
        .filter(|figure| figure.reads == Reads::Nothing)
}

/// The defaults with few points along each curve and few seeds, so that every table takes moments.
fn quick() -> Parameters {
    let tree = toml::Table::try_from(Parameters::defaults().unwrap()).unwrap();
    let mut overrides = Vec::new();
    for (figure, table) in &tree {
        for (key, few) in [("points", "6"), ("dots", "4"), ("samples", "6")] {
            if table.get(key).is_some() {
                overrides.push(format!("{figure}.{key}={few}"));
            }
        }
    }
    overrides
        .extend(["early-benefit.seeds=[1]", "exact-window-chart.levels=[0.1]"].map(str::to_owned));
    Parameters::defaults().unwrap().with(&overrides).unwrap()
}

#[test]
fn every_key_is_refused_with_a_sentence_or_gives_a_table() {
    let defaults = quick();
    let outcomes: Vec<[bool; 2]> = cases()
        .par_iter()
        .map(|case| {
            let text = &case.text;
            let read = catch_unwind(|| defaults.clone().with(std::slice::from_ref(text)));
            let parameters = match read.unwrap_or_else(|_| panic!("{text}: panics when read")) {
                Ok(parameters) => parameters,
                Err(error) => {
                    // Of networks, the words of a study are its own.
                    if of_theory(&case.figure).is_some() {
                        assert_readable(text, &error.to_string());
                    }
                    return [true, false];
                }
            };
            let figure = match of_theory(&case.figure) {
                Some(figure) if !INTEGRATED.contains(&figure.id) => figure,
                _ => return [false, false],
            };
            let begin = Instant::now();
            let csv = catch_unwind(|| {
                (figure.table)(&parameters, &Inputs::default())
                    .and_then(|table| table.to_csv())
                    .and_then(|csv| ufm_figures::Table::from_csv(&csv))
                    .and_then(|table| (figure.draw)(&table))
            });
            match csv.unwrap_or_else(|_| panic!("{text}: panics when computed")) {
                Ok(svg) => assert!(svg.len() < 50_000_000, "{text}: {} bytes", svg.len()),
                Err(error) => assert_readable(text, &error.to_string()),
            }
            let took = begin.elapsed();
            assert!(took < PATIENCE, "{text}: took {took:?}");
            [false, true]
        })
        .collect();
    let count = |i: usize| outcomes.iter().filter(|outcome| outcome[i]).count();
    assert!(
        count(0) > 800 && count(1) > 50,
        "{} refused, {} computed",
        count(0),
        count(1)
    );
}

/// Values inside the domain of one key or another.
const INSIDE: [&str; 16] = [
    "1",
    "4",
    "6",
    "10",
    "0.5",
    "-0.5",
    "2.5",
    "1e-3",
    "1e3",
    "1e12",
    "1e100",
    "-100",
    "[1, 2]",
    "[0.5, -0.5]",
    "[4, 1000000.5]",
    "[10]",
];

proptest! {
    // The same configurations on every run: what is slow or wrong is so every time, and on every machine.
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    /// Several keys of a figure at once, each with a value that its domain has.
    #[test]
    fn whole_configurations_give_a_table_or_say_why_not(
        figure in 0..100_usize,
        changes in prop::collection::vec((0..100_usize, 0..INSIDE.len()), 1..8),
    ) {
        let figures: Vec<&Figure> = ufm_figures::all()
            .iter()
            .filter(|figure| figure.reads == Reads::Nothing && !INTEGRATED.contains(&figure.id))
            .collect();
        let figure = figures[figure % figures.len()];
        let mut parameters = quick();
        let table = toml::Table::try_from(&parameters).unwrap();
        let mut keys = Vec::new();
        leaves(figure.id, table[figure.id].as_table().unwrap(), &mut keys);
        for (key, value) in changes {
            let text = format!("{}={}", keys[key % keys.len()].0, INSIDE[value]);
            if let Ok(changed) = parameters.clone().with(&[text]) {
                parameters = changed;
            }
        }
        let begin = Instant::now();
        let drawn = (figure.table)(&parameters, &Inputs::default())
            .and_then(|table| table.to_csv())
            .and_then(|csv| ufm_figures::Table::from_csv(&csv))
            .and_then(|table| (figure.draw)(&table));
        match drawn {
            Ok(svg) => prop_assert!(svg.contains("<svg") && !svg.contains("NaN")),
            Err(error) => assert_readable(figure.id, &error.to_string()),
        }
        let took = begin.elapsed();
        prop_assert!(took < PATIENCE, "{}: took {took:?} with {:?}", figure.id, parameters.of(figure.id));
    }
}
