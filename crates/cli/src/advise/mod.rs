//! `ufm advise`: which loss weights a data set asks for, and when to stop. What is said comes from [`ufm_advice`].

mod format;
mod report;

use ufm_advice::{
    Advice, DataSet,
    read::{csv, idx, images, npy},
};
use ufm_support::print::say;

use crate::{
    CliError, Outcome,
    cli::{AdviseArgs, Format, Mean, Names},
};

/// Carries out `ufm advise`.
///
/// # Errors
/// If the input is not allowed or standard output cannot be written.
pub fn run(arguments: &AdviseArgs) -> Result<Outcome, CliError> {
    let for_people = arguments.json || matches!(arguments.format, Format::Table | Format::Json);
    if for_people && arguments.mean.is_some() {
        return Err(CliError::Argument(
            "--mean is for the notation of a library: say which with --format; tables have weights of mean 1 over the samples, JSON has both".into(),
        ));
    }
    let data = read(arguments)?;
    let advice = ufm_advice::advise(&data, &joined(&arguments.majority))?;
    let text = match arguments.format {
        _ if arguments.json => json(&advice),
        Format::Json => json(&advice),
        Format::Table => report::text(&advice),
        other => format::text(&advice, other, arguments.mean.unwrap_or(Mean::Samples)),
    };
    say(text.trim_end_matches('\n'))?;
    Ok(Outcome::Done)
}

/// The names of a flag that may be repeated.
fn joined(given: &[Names]) -> Vec<String> {
    given.iter().flat_map(|names| names.0.clone()).collect()
}

/// Names and numbers: serialising them cannot fail.
fn json(advice: &Advice) -> String {
    serde_json::to_string_pretty(advice).unwrap_or_default()
}

/// The data set that the command line names.
fn read(arguments: &AdviseArgs) -> Result<DataSet, CliError> {
    let scaling = arguments.features.into();
    let source = &arguments.source;
    let data = if let Some(folder) = &source.idx {
        idx::read(folder, scaling)
    } else if let Some(folder) = &source.images {
        images::read(folder, arguments.resize, scaling)
    } else if let (Some(features), Some(labels)) = (&source.npy, &arguments.labels) {
        npy::read(features, labels, scaling)
    } else if let Some(path) = &source.npz {
        let [features, labels] = &arguments.arrays.0[..] else {
            return Err(CliError::Argument(format!(
                "--arrays: expected two names, FEATURES,LABELS, found {}",
                arguments.arrays.0.len()
            )));
        };
        npy::read_archive(path, features, labels, scaling)
    } else if let (Some(path), Some(label)) = (&source.csv, &arguments.label) {
        let columns = csv::Columns {
            label: label.clone(),
            ignored: joined(&arguments.ignore),
        };
        csv::read(path, &columns, scaling)
    } else {
        let counts: Vec<usize> = source.counts.iter().map(|&n| n as usize).collect();
        DataSet::from_counts(&counts)
    };
    Ok(data?)
}
