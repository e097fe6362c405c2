//! What is advised about.

use std::path::PathBuf;

use ufm_theory::features::ClassSums;

use super::features::{self, Columns};
use crate::{
    CliError,
    cli::{AdviseArgs, Scaling},
};

/// Where a data set is described.
///
/// A further source is a further variant here, its option in [`AdviseArgs`], and a reader that hands its samples
/// one by one to an [`Accumulator`](super::Accumulator), whose [`finish`](super::Accumulator::finish) is the [`DataSet`].
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Samples of each class, and nothing known of features.
    Counts(Vec<u32>),
    /// A table with one row per sample.
    Csv {
        /// The file.
        path: PathBuf,
        /// Its columns.
        columns: Columns,
        /// What is done to features.
        scaling: Scaling,
    },
    /// Training images of a data set in MNIST's format.
    Idx {
        /// The folder of its four files.
        folder: PathBuf,
        /// What is done to pixels.
        scaling: Scaling,
    },
}

/// A data set as far as advice is concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Samples of each.
    pub counts: Vec<usize>,
    /// What is known of the features.
    pub features: Option<Features>,
}

/// The features of a data set, as far as their growth rates go.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Sums over classes, perhaps in fewer dimensions and counted as one sample each: only growth is read off them.
    pub sums: ClassSums,
    /// Number of features.
    pub dimension: usize,
    /// Columns that are the same number in every sample.
    pub constant: usize,
    /// Share of the samples' squared norms that is in their common mean.
    pub mean_share: f64,
    /// What was done to them.
    pub scaling: Scaling,
}

impl Input {
    /// The source that the command line names.
    pub fn of(arguments: &AdviseArgs) -> Self {
        if let Some(folder) = &arguments.idx {
            return Self::Idx {
                folder: folder.clone(),
                scaling: arguments.features,
            };
        }
        match (&arguments.csv, &arguments.label) {
            (Some(path), Some(label)) => Self::Csv {
                path: path.clone(),
                columns: Columns {
                    label: label.clone(),
                    ignored: arguments.ignore.clone(),
                },
                scaling: arguments.features,
            },
            _ => Self::Counts(arguments.counts.clone()),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`CliError`] with file, line and column where something is not allowed.
    pub fn read(&self) -> Result<DataSet, CliError> {
        match self {
            Self::Counts(counts) => Ok(DataSet {
                classes: (0..counts.len()).map(|class| class.to_string()).collect(),
                counts: counts.iter().map(|&n| n as usize).collect(),
                features: None,
            }),
            Self::Csv {
                path,
                columns,
                scaling,
            } => features::read(path, columns, *scaling),
            Self::Idx { folder, scaling } => features::read_images(folder, *scaling),
        }
    }
}
