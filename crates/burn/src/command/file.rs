//! The file of a series.

use std::path::Path;

use serde::Deserialize;
use ufm_data::{DataError, DataSet};
use ufm_networks::{
    plan::Plan,
    series::{Member, Series},
};
use ufm_support::{files::read_text, messages::plain, workspace};

use super::CommandError;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 16;
/// The split of the digits into training and test samples, that of the figures.
const SPLIT: u64 = 0;

/// A series, and the data it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesFile {
    /// The data.
    pub corpus: Corpus,
    /// The experiments.
    pub series: Series,
}

/// A set of data by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Corpus {
    /// The UCI digits, built in.
    Digits,
    /// MNIST, from a folder.
    Mnist,
    /// CIFAR-10, from those of its files that a folder has.
    Cifar10,
}

/// What stands in the file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    data: Corpus,
    gammas: Vec<f64>,
    seeds: Vec<u64>,
    plan: Plan,
    members: Vec<Member>,
}

impl SeriesFile {
    /// The series of a file.
    ///
    /// # Errors
    /// [`CommandError::File`] if it cannot be read or is longer than 64 KiB, [`CommandError::Series`] with line and column if something in it is not allowed.
    pub fn load(path: &Path) -> Result<Self, CommandError> {
        Self::parse(&read_text(path, LARGEST)?).map_err(|message| CommandError::Series {
            path: path.to_owned(),
            message,
        })
    }

    /// The series of a text.
    ///
    /// # Errors
    /// A message with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Written {
            data,
            gammas,
            seeds,
            plan,
            members,
        } = toml::from_str(text).map_err(|error| plain(&error.to_string()))?;
        if members.is_empty() {
            return Err("there is no member: expected at least one [[members]]".to_owned());
        }
        Ok(Self {
            corpus: data,
            series: Series {
                gammas,
                seeds,
                plan,
                members,
            },
        })
    }
}

impl Corpus {
    /// The data; `folder` is where the files of those are that are not built in.
    ///
    /// # Errors
    /// [`CommandError::Data`] if files are missing or not the published ones.
    pub fn load(self, folder: Option<&Path>) -> Result<DataSet, CommandError> {
        match self {
            Self::Digits => Ok(ufm_data::digits::load(SPLIT)?),
            Self::Mnist => Ok(mnist(folder)?),
            Self::Cifar10 => Ok(cifar10(folder)?),
        }
    }
}

fn mnist(folder: Option<&Path>) -> Result<DataSet, DataError> {
    let checkout = workspace::root().unwrap_or_default();
    ufm_data::mnist::load(&ufm_data::mnist::locate(folder, &checkout)?)
}

fn cifar10(folder: Option<&Path>) -> Result<DataSet, DataError> {
    let checkout = workspace::root().unwrap_or_default();
    ufm_data::cifar10::load(&ufm_data::cifar10::locate(folder, &checkout)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    const EXAMPLE: &str = include_str!("../../examples/digits-architectures.toml");

    #[test]
    fn the_example_is_a_series_that_can_be_run() {
        let SeriesFile { corpus, series } = SeriesFile::parse(EXAMPLE).unwrap();
        series.check(&corpus.load(None).unwrap()).unwrap();
        assert!(series.members.len() > 2);
    }

    /// What is wrong is told with its place and what is allowed.
    #[test]
    fn each_way_of_being_wrong_is_told() {
        for (from, to, words) in [
            (
                "data = \"digits\"",
                "data = \"digit\"",
                ["line ", "`digits` or `mnist`"],
            ),
            (
                "data = \"digits\"",
                "dat = \"digits\"",
                ["line ", "unknown field `dat`"],
            ),
            ("\nsteps = ", "\nsteps = -", ["line ", "steps"]),
            (
                "\nloss = \"cross-entropy\"",
                "\nloss = \"hinge\"",
                ["line ", "`cross-entropy`"],
            ),
            (
                "\nratio = ",
                "\nration = ",
                ["line ", "unknown field `ration`"],
            ),
            (
                "[[members]]",
                "[[member]]",
                ["line ", "unknown field `member`"],
            ),
            ("label = ", "lable = ", ["line ", "unknown field `lable`"]),
        ] {
            assert!(EXAMPLE.contains(from), "{from}");
            let message = SeriesFile::parse(&EXAMPLE.replacen(from, to, 1)).unwrap_err();
            for word in words {
                assert!(message.contains(word), "{word}: {message}");
            }
        }
        let head = EXAMPLE.split("[[members]]").next().unwrap();
        assert!(SeriesFile::parse(&format!("members = []\n{head}")).is_err());
    }
}
