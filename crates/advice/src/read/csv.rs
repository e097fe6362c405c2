//! Tables with a heading line and one row a sample, read row by row.

use std::{fs::File, io::BufReader, path::Path};

use csv::StringRecord;
use ufm_support::names::{did_you_mean, some};

use super::{lines::Lines, names::Names};
use crate::{AdviceError, DataSet, Scaling, Totals};

/// Which columns are what; all others are features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The class of each sample.
    pub label: String,
    /// Neither.
    pub ignored: Vec<String>,
}

/// Reads a table.
///
/// # Errors
/// [`AdviceError::Cell`] with file, line and column of what is not allowed, [`AdviceError::Source`] if it is the table as a whole.
pub fn read(path: &Path, columns: &Columns, scaling: Scaling) -> Result<DataSet, AdviceError> {
    let whole = |message: String| AdviceError::of(path, message);
    let file = File::open(path).map_err(AdviceError::io(path))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(Lines::of(BufReader::new(file)));
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => return Err(unreadable(path, reader.get_mut(), error)),
    };
    let first = reader.get_mut().line(0);
    let label = find(path, first, &headings, &columns.label)?;
    let ignored = columns
        .ignored
        .iter()
        .map(|name| find(path, first, &headings, name))
        .collect::<Result<Vec<usize>, AdviceError>>()?;
    let features: Vec<usize> = (0..headings.len())
        .filter(|column| *column != label && !ignored.contains(column))
        .collect();
    let mut names = Names::default();
    let mut totals: Option<Totals> = None;
    let mut sample = vec![0.0; features.len()];
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(unreadable(path, reader.get_mut(), error)),
        }
        let byte = record.position().map_or(0, csv::Position::byte);
        let line = reader.get_mut().line(byte);
        let cell = |column: usize, message: String| AdviceError::Cell {
            path: path.to_owned(),
            line,
            column: column + 1,
            name: headings.get(column).map(str::to_owned),
            message,
        };
        if record.len() != headings.len() {
            return Err(cell(
                record.len().min(headings.len()),
                format!(
                    "the row has {} columns and the heading line {}: all rows must be as long as that",
                    record.len(),
                    headings.len()
                ),
            ));
        }
        for (x, &column) in sample.iter_mut().zip(&features) {
            let text = &record[column];
            *x = text
                .parse()
                .ok()
                .filter(|x: &f64| x.is_finite())
                .ok_or_else(|| {
                    cell(column, format!("`{text}` is not allowed: features are finite numbers; leave a column out with --ignore"))
                })?;
        }
        let class = &record[label];
        if class.is_empty() {
            return Err(cell(
                label,
                "the class is missing: every sample needs one".into(),
            ));
        }
        totals
            .get_or_insert_with(|| Totals::new(sample.clone()))
            .add(names.index(class), &sample)
            .map_err(|error| error.within(path))?;
    }
    match totals {
        None => Err(whole(
            "has no samples: expected rows under the headings".into(),
        )),
        Some(totals) => totals
            .finish(&names.list(), scaling)
            .map_err(|error| error.within(path)),
    }
}

/// A row that cannot be read, with its place.
fn unreadable<R>(path: &Path, lines: &mut Lines<R>, error: csv::Error) -> AdviceError {
    let message = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(source) => AdviceError::io(path)(source),
        csv::ErrorKind::Utf8 { pos, err } => AdviceError::Cell {
            path: path.to_owned(),
            line: lines.line(pos.map_or(0, |place| place.byte())),
            column: err.field() + 1,
            name: None,
            message: "is not text in UTF-8".to_owned(),
        },
        _ => AdviceError::of(path, message),
    }
}

/// The column of a heading.
fn find(path: &Path, line: u64, headings: &StringRecord, name: &str) -> Result<usize, AdviceError> {
    let error = |column: usize, message: String| AdviceError::Cell {
        path: path.to_owned(),
        line,
        column,
        name: None,
        message,
    };
    let mut places = (0..headings.len()).filter(|&column| &headings[column] == name);
    match (places.next(), places.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(again)) => Err(error(again + 1, format!("two columns are called `{name}`"))),
        (None, _) => {
            let known: Vec<String> = headings.iter().map(str::to_owned).collect();
            Err(error(
                1,
                format!(
                    "there is no column `{name}`{}; the headings are {}",
                    did_you_mean(name, headings.iter()),
                    some(&known, 12)
                ),
            ))
        }
    }
}
