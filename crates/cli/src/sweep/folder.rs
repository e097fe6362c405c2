//! The folder of a sweep: what has been computed, and of what.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use ufm_support::{
    digest,
    files::{read_if_any, remove_leftovers, replace},
    lock::Lock,
};

use super::{Grids, Shard, row};
use crate::CliError;

/// The finished rows, by index, under their headings.
pub const ROWS: &str = "rows.csv";
/// What the rows are rows of: [`Sidecar`].
pub const SIDECAR: &str = "sweep.json";
/// Rows in the order in which they came, without headings, each with a digest of itself.
const PARTIAL: &str = "rows.partial.csv";

/// What the rows of a folder are rows of. Rows can be put together if all of it but the shard agrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Program and version: another may compute other digits.
    pub program: String,
    /// [`Grids::sha256`].
    pub config_sha256: String,
    /// The shard, `I/N`.
    pub shard: String,
    /// Points of the whole configuration.
    pub points: u64,
    /// SHA-256 of the finished rows; `None` while some are missing.
    pub rows_sha256: Option<String>,
    /// The configuration.
    pub config: serde_json::Value,
}

impl Sidecar {
    pub(super) fn new(grids: &Grids, shard: Shard) -> Self {
        Self {
            program: concat!("ufm ", env!("CARGO_PKG_VERSION")).to_owned(),
            config_sha256: grids.sha256(),
            shard: shard.to_string(),
            points: grids.total(),
            rows_sha256: None,
            config: serde_json::to_value(grids).unwrap_or_default(),
        }
    }

    /// The sidecar in `folder`, if there is one.
    pub(super) fn load(folder: &Path) -> Result<Option<Self>, CliError> {
        let path = folder.join(SIDECAR);
        let Some(content) = read_if_any(&path)? else {
            return Ok(None);
        };
        serde_json::from_slice(&content).map(Some).map_err(|error| {
            CliError::folder(&path, format!("is no description of a sweep: {error}"))
        })
    }

    fn save(&self, folder: &Path) -> Result<(), CliError> {
        // Strings and numbers: serialising them cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        Ok(replace(&folder.join(SIDECAR), text.as_bytes())?)
    }

    /// The same but for the shard and for what is finished.
    pub(super) fn same_sweep(&self, other: &Self) -> bool {
        self.program == other.program
            && self.config_sha256 == other.config_sha256
            && self.points == other.points
    }
}

/// A folder held by this run.
pub(super) struct Folder {
    path: PathBuf,
    sidecar: Sidecar,
    _lock: Lock,
}

/// What a folder holds already.
pub(super) struct Found {
    /// For each place in the shard, whether its row is there.
    pub done: Vec<bool>,
    /// Rows without a result.
    pub failed: u64,
    /// Bytes of a torn last line that were dropped.
    pub dropped: usize,
}

impl Folder {
    /// Makes or takes over the folder.
    pub(super) fn open(path: &Path, wanted: Sidecar) -> Result<Self, CliError> {
        fs::create_dir_all(path).map_err(CliError::io(path))?;
        let lock = Lock::take(path)?;
        let sidecar = match Sidecar::load(path)? {
            Some(found) if found.same_sweep(&wanted) && found.shard == wanted.shard => found,
            Some(found) => return Err(CliError::folder(path, difference(&found, &wanted))),
            None => {
                for name in [ROWS, PARTIAL] {
                    if path.join(name).exists() {
                        return Err(CliError::folder(
                            path,
                            format!(
                                "holds {name} but no {SIDECAR}: choose another --out, or move it away"
                            ),
                        ));
                    }
                }
                wanted.save(path)?;
                wanted
            }
        };
        remove_leftovers(path)?; // of runs that were killed
        Ok(Self {
            path: path.to_owned(),
            sidecar,
            _lock: lock,
        })
    }

    pub(super) fn rows(&self) -> PathBuf {
        self.path.join(ROWS)
    }

    fn partial(&self) -> PathBuf {
        self.path.join(PARTIAL)
    }

    /// Whether all is done; then the rows are what they were.
    pub(super) fn is_finished(&self) -> Result<bool, CliError> {
        if self.sidecar.rows_sha256.is_none() {
            return Ok(false);
        }
        finished_rows(&self.path, &self.sidecar).map(|_| true)
    }

    /// Reads what an interrupted run has left, drops a torn last line, and opens the file for more.
    pub(super) fn resume(&self, grids: &Grids, shard: Shard) -> Result<(Found, File), CliError> {
        let path = self.partial();
        let content = read_if_any(&path)?.unwrap_or_default();
        let whole = content
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut found = Found {
            done: vec![false; shard.indices(grids.total()).count()],
            failed: 0,
            dropped: content.len() - whole,
        };
        for (number, line) in content[..whole]
            .split_inclusive(|&b| b == b'\n')
            .enumerate()
        {
            let damaged = |what: &str| {
                CliError::folder(
                    &path,
                    format!("line {} {what}: delete that line and run again", number + 1),
                )
            };
            let line = str::from_utf8(line).map_err(|_| damaged("is damaged"))?;
            let point = row::index(line)
                .filter(|&i| shard.holds(i))
                .and_then(|i| grids.point(i));
            let point = point.ok_or_else(|| damaged("is no row of this shard"))?;
            let row = row::unsealed(line)
                .ok_or_else(|| damaged("is damaged: it is not what the sweep wrote"))?;
            let ok = row::is_of(&row, &point).ok_or_else(|| damaged("is damaged"))?;
            let place = (point.index / u64::from(shard.of())) as usize;
            if std::mem::replace(&mut found.done[place], true) {
                return Err(damaged("repeats a row"));
            }
            found.failed += u64::from(!ok);
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(CliError::io(&path))?;
        file.set_len(whole as u64).map_err(CliError::io(&path))?;
        Ok((found, file))
    }

    /// Sorts the rows into their final file, says so in the sidecar, and removes what is no longer needed.
    pub(super) fn finish(&mut self) -> Result<(), CliError> {
        let partial = self.partial();
        let content = fs::read_to_string(&partial).map_err(CliError::io(&partial))?;
        let mut lines = content
            .split_inclusive('\n')
            .map(|line| {
                row::unsealed(line).ok_or_else(|| {
                    CliError::folder(&partial, "was changed by another program: run again")
                })
            })
            .collect::<Result<Vec<String>, CliError>>()?;
        lines.sort_by_key(|line| row::index(line));
        let mut text = row::header();
        lines.iter().for_each(|line| text.push_str(line));
        replace(&self.rows(), text.as_bytes())?;
        self.sidecar.rows_sha256 = Some(digest::of(&text));
        self.sidecar.save(&self.path)?;
        fs::remove_file(&partial).map_err(CliError::io(&partial))
    }
}

/// The finished rows of a folder, as they were written.
pub(super) fn finished_rows(folder: &Path, sidecar: &Sidecar) -> Result<String, CliError> {
    let path = folder.join(ROWS);
    let Some(expected) = &sidecar.rows_sha256 else {
        return Err(CliError::folder(
            folder,
            format!(
                "shard {} is not finished: run it again to go on",
                sidecar.shard
            ),
        ));
    };
    let content = read_if_any(&path)?.unwrap_or_default();
    if digest::of(&content) != *expected {
        return Err(CliError::folder(
            &path,
            format!(
                "is not what the sweep wrote (its SHA-256 is not that in {SIDECAR}): delete the folder and run it again"
            ),
        ));
    }
    String::from_utf8(content).map_err(|_| CliError::folder(&path, "is not UTF-8"))
}

fn difference(found: &Sidecar, wanted: &Sidecar) -> String {
    let (what, is, should) = if found.config_sha256 != wanted.config_sha256 {
        ("configuration", &found.config_sha256, &wanted.config_sha256)
    } else if found.program != wanted.program {
        ("program", &found.program, &wanted.program)
    } else {
        ("shard", &found.shard, &wanted.shard)
    };
    format!(
        "holds a sweep of another {what} ({is}, not {should}): choose another --out, or delete it"
    )
}
