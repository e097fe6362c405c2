//! The tables in the study's README are those of its CSV files, to the digits shown.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::BTreeMap, fs, path::Path};

/// A rule's regret, half the width of its interval, and its exponent.
type Found = (f64, f64, f64);

/// What the files say of one score: by data and model the best exponent of the grid, and what is found of each rule.
type Rows = BTreeMap<(String, String), (String, BTreeMap<String, Found>)>;

fn rows(folder: &Path, score: &str) -> Rows {
    let mut rows = Rows::new();
    for name in ["linear", "images", "tables", "network"] {
        let mut reader = csv::Reader::from_path(folder.join(format!("{name}.csv"))).unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            if &record[2] != score {
                continue;
            }
            let number = |column: usize| record[column].parse::<f64>().unwrap();
            let key = (record[0].replace('_', " "), record[1].to_owned());
            let (_, rules) = rows
                .entry(key)
                .or_insert_with(|| (record[6].to_owned(), BTreeMap::new()));
            rules.insert(record[3].to_owned(), (number(7), number(8), number(4)));
        }
    }
    rows
}

/// As a line of the README.
fn line(
    (data, model): &(String, String),
    (best, rules): &(String, BTreeMap<String, Found>),
) -> String {
    let mut line = format!("| {data} | {model} | {best} |");
    for rule in [
        "power 0",
        "power 0.5",
        "power 1",
        "effective number",
        "equal speeds",
    ] {
        let Some((regret, half, gamma)) = rules.get(rule) else {
            line.push_str(" — |");
            continue;
        };
        line.push_str(&format!(" {regret:+.3} ± {half:.3}"));
        if rule == "equal speeds" {
            line.push_str(&format!(" ({gamma:.2})"));
        }
        line.push_str(" |");
    }
    line
}

#[test]
fn the_tables_are_those_of_the_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("study");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    for (score, heading) in [
        ("balanced", "Regret in balanced accuracy:"),
        ("worst", "Regret in worst-class accuracy:"),
    ] {
        let (_, below) = readme.split_once(heading).unwrap();
        let table = below.lines().skip_while(|line| !line.starts_with('|'));
        let mut shown: Vec<&str> = table
            .take_while(|line| line.starts_with('|'))
            .skip(2)
            .collect();
        let rows = rows(&folder, score);
        let mut expected: Vec<String> = rows.iter().map(|(key, row)| line(key, row)).collect();
        assert!(expected.len() > 10);
        shown.sort_unstable();
        expected.sort_unstable();
        assert_eq!(shown, expected, "{score}");
    }
}
