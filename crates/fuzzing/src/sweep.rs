//! Configurations of sweeps, names of shards, and what an interrupted or finished sweep has left in its folder.

use std::{fs, num::NonZeroUsize};

use ufm_cli::{
    cli::{MergeArgs, SweepArgs},
    sweep::{Config, Grids, ROWS, SIDECAR, Shard, run},
};

use crate::files::{path, write};

/// An error with a place, or grids whose points are numbered without gaps; a shard that reads its own name.
pub(crate) fn configuration(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(shard) = text.parse::<Shard>() {
        assert!(1 <= shard.number() && shard.number() <= shard.of());
        assert_eq!(shard.to_string().parse(), Ok(shard));
    }
    match Config::parse(text) {
        Ok(grids) => numbered(&grids),
        Err(message) => assert!(
            message.contains("line ") && message.len() < 100_000,
            "{message}"
        ),
    }
}

fn numbered(grids: &Grids) {
    let total = grids.total();
    assert!(grids.point(total).is_none());
    for index in [0, total / 2, total.saturating_sub(1)] {
        let found = grids.point(index).map(|point| point.index);
        assert_eq!(found, (index < total).then_some(index));
    }
}

const GRID: &str = "[[grid]]\nclasses = [4]\nratios = [10]\ngammas = [0.5, 1]\ndeltas = [8]\n";

/// The rest of the bytes are a file of a sweep's folder, the first says which: rows under way, the description, finished rows.
pub(crate) fn rows(bytes: &[u8]) {
    let Some((which, content)) = bytes.split_first() else {
        return;
    };
    let config = write("sweep.toml", GRID.as_bytes());
    let (out, finished) = (path("sweep"), path("finished"));
    let sweep = |out, stop_after| {
        run(&SweepArgs {
            command: None,
            config: Some(config.clone()),
            shard: "1/1".parse().expect("a shard"),
            out: Some(out),
            threads: NonZeroUsize::new(1),
            stop_after,
        })
    };
    if !out.join(SIDECAR).exists() {
        let _ = sweep(out.clone(), Some(NonZeroUsize::MIN));
        fs::create_dir_all(&finished).expect("a folder");
        fs::copy(out.join(SIDECAR), finished.join("begun.json")).expect("a copy");
    }
    // The handler of interruptions is set once a process: from the second time on a sweep whose rows are right ends there, computing nothing.
    match which % 3 {
        0 => {
            write("sweep/rows.partial.csv", content);
            let _ = sweep(out, Some(NonZeroUsize::MIN));
        }
        1 => {
            write(&format!("finished/{SIDECAR}"), content);
            merge(&finished);
        }
        _ => {
            write(&format!("finished/{ROWS}"), content);
            // A description that calls these rows finished, so that they are looked at.
            let begun = fs::read_to_string(finished.join("begun.json")).expect("the description");
            let digest = format!("\"rows_sha256\": \"{}\"", ufm_support::digest::of(content));
            let said = begun.replace("\"rows_sha256\": null", &digest);
            write(&format!("finished/{SIDECAR}"), said.as_bytes());
            merge(&finished);
        }
    }
}

fn merge(folder: &std::path::Path) {
    let arguments = SweepArgs {
        command: Some(ufm_cli::cli::SweepCommand::Merge(MergeArgs {
            folders: vec![folder.to_owned()],
            out: path("merged.csv"),
        })),
        config: None,
        shard: "1/1".parse().expect("a shard"),
        out: None,
        threads: None,
        stop_after: None,
    };
    let _ = run(&arguments);
}
