//! The file of a series.

use std::path::Path;

use serde::Deserialize;
use ufm_networks::{
    plan::Plan,
    series::{Member, Series},
};
use ufm_support::{files::read_text, messages::plain};

use super::{CommandError, Source};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 16;

/// A series, and the data it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesFile {
    /// The data.
    pub source: Source,
    /// The experiments.
    pub series: Series,
}

/// What stands in the file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    data: Source,
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
            source: data,
            series: Series {
                gammas,
                seeds,
                plan,
                members,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    const EXAMPLE: &str = include_str!("../../examples/digits-architectures.toml");

    #[test]
    fn the_example_is_a_series_that_can_be_run() {
        let SeriesFile { source, series } = SeriesFile::parse(EXAMPLE).unwrap();
        let data = source.load(None, Path::new("."), Path::new(".")).unwrap();
        series.check(&data).unwrap();
        assert!(series.members.len() > 2);
    }

    /// What is wrong is told with its place and what is allowed.
    #[test]
    fn each_way_of_being_wrong_is_told() {
        for (from, to, words) in [
            (
                "data = \"digits\"",
                "data = \"digit\"",
                ["line ", "`digits`, `mnist`"],
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
