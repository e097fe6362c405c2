//! The manifest: where every file comes from.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};
use ufm_support::{digest, files::read_if_any};

use crate::FigureError;

/// Name of the manifest in the folder of figures.
pub const MANIFEST: &str = "manifest.toml";

/// Everything a folder of figures holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Figures that are not here because their data were not at hand when they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// The figures, by id.
    #[serde(default)]
    pub figures: BTreeMap<String, Entry>,
}

/// What the manifest says of one figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Title of the figure.
    pub title: String,
    /// The claims it shows.
    pub claims: Vec<String>,
    /// Version of each crate that made it.
    pub versions: BTreeMap<String, String>,
    /// Its parameters, seeds included.
    pub parameters: toml::Table,
    /// Of a long study, what its table has cost; then the table is not computed again with the figure, which is drawn from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<Cost>,
    /// Its files, by name.
    pub files: BTreeMap<String, FileEntry>,
}

/// What a long study has cost, and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Runs of networks.
    pub runs: usize,
    /// Seconds of all runs together, each on one thread while others may have been at work.
    pub seconds: f64,
    /// The processor that they were last gathered on.
    pub processor: String,
    /// The day they were gathered.
    pub day: String,
}

/// What the manifest says of one file of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Size of the file, in bytes.
    pub bytes: usize,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

impl FileEntry {
    /// The entry of a file with this content.
    pub fn of(content: &[u8]) -> Self {
        Self {
            bytes: content.len(),
            sha256: digest::of(content),
        }
    }
}

impl Manifest {
    /// Reads the manifest of `folder`; empty if there is none.
    ///
    /// # Errors
    /// If it cannot be read or is not of this version.
    pub fn load(folder: &Path) -> Result<Self, FigureError> {
        let path = folder.join(MANIFEST);
        let Some(content) = read_if_any(&path)? else {
            return Ok(Self::default());
        };
        toml::from_slice(&content).map_err(|error| FigureError::Manifest {
            path,
            message: error.to_string(),
        })
    }

    /// The manifest as TOML, figures in the order of their ids.
    ///
    /// # Errors
    /// If a parameter does not serialise; all do.
    pub fn to_toml(&self) -> Result<String, FigureError> {
        let text = toml::to_string(self).map_err(|error| FigureError::Manifest {
            path: MANIFEST.into(),
            message: error.to_string(),
        })?;
        Ok(format!(
            "# Written by `cargo xtask figures`; checked by `cargo xtask figures --check`.\n\n{text}"
        ))
    }
}
