//! Putting shards together.

use std::{collections::BTreeMap, path::PathBuf};

use ufm_support::{files::replace, print::say};

use super::{
    Shard, Sidecar,
    folder::{SIDECAR, finished_rows},
    row,
};
use crate::{CliError, Outcome, cli::MergeArgs};

/// Missing shards that are named.
const NAMED: usize = 20;

pub(super) fn run(arguments: &MergeArgs) -> Result<Outcome, CliError> {
    let shards = collect(&arguments.folders)?;
    let mut rows: Vec<(u64, String)> = Vec::new();
    let mut points = 0;
    for (folder, sidecar) in shards.values() {
        points = sidecar.points;
        let text = finished_rows(folder, sidecar)?;
        let body = text.strip_prefix(&row::header()).ok_or_else(|| {
            CliError::folder(
                folder,
                "its rows have other headings: written by another version",
            )
        })?;
        for line in body.split_inclusive('\n') {
            let index = row::index(line)
                .ok_or_else(|| CliError::folder(folder, format!("holds no row: {line}")))?;
            rows.push((index, line.to_owned()));
        }
    }
    rows.sort_by_key(|(index, _)| *index);
    let expected = 0..points;
    if !rows.iter().map(|(index, _)| *index).eq(expected) {
        return Err(CliError::Merge(format!(
            "their rows are not those of points 0 to {points}, each once"
        )));
    }
    let mut text = row::header();
    rows.iter().for_each(|(_, line)| text.push_str(line));
    replace(&arguments.out, text.as_bytes())?;
    say(format_args!(
        "{}: {points} points of {} shards",
        arguments.out.display(),
        shards.len()
    ))?;
    Ok(Outcome::Done)
}

/// The folders by shard number; all shards of one sweep, each once.
fn collect(folders: &[PathBuf]) -> Result<BTreeMap<u32, (&PathBuf, Sidecar)>, CliError> {
    let mut shards: BTreeMap<u32, (&PathBuf, Sidecar)> = BTreeMap::new();
    let mut of = 0;
    for folder in folders {
        let sidecar = Sidecar::load(folder)?.ok_or_else(|| {
            CliError::folder(folder, format!("holds no sweep: there is no {SIDECAR}"))
        })?;
        let shard: Shard = sidecar
            .shard
            .parse()
            .map_err(|message: String| CliError::folder(folder, message))?;
        if let Some((first, known)) = shards.values().next() {
            if !known.same_sweep(&sidecar) {
                return Err(CliError::Merge(format!(
                    "{} and {} are of different sweeps (configurations {} and {}, {} and {})",
                    first.display(),
                    folder.display(),
                    short(&known.config_sha256),
                    short(&sidecar.config_sha256),
                    known.program,
                    sidecar.program,
                )));
            }
            if shard.of() != of {
                return Err(CliError::Merge(format!(
                    "{} is shard {} and {} is shard {}: cut into different numbers of shards",
                    first.display(),
                    known.shard,
                    folder.display(),
                    sidecar.shard
                )));
            }
        }
        of = shard.of();
        if let Some((other, _)) = shards.insert(shard.number(), (folder, sidecar)) {
            return Err(CliError::Merge(format!(
                "{} and {} are both shard {shard}",
                other.display(),
                folder.display()
            )));
        }
    }
    let missing = of as usize - shards.len();
    if missing == 0 {
        return Ok(shards);
    }
    let named: Vec<String> = (1..=of)
        .filter(|number| !shards.contains_key(number))
        .take(NAMED)
        .map(|number| format!("{number}/{of}"))
        .collect();
    let more = match missing - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Err(CliError::Merge(format!(
        "missing shard{} {}{more}",
        if missing == 1 { "" } else { "s" },
        named.join(", ")
    )))
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
