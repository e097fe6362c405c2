//! Rows: what a sweep says of a point, in one line.

use ufm_theory::spectrum::PerMode;

use super::{
    point::{PARAMETERS, Point},
    solve::{HalfTimes, solve},
};

/// The headings. Times are gradient-flow times of half amplitude, first and last among the directions of a mode; `window_relative` is last
/// over first minus 1, `window_absolute` last minus first in units of `δ`; `status` is `ok` or says why there is no result.
pub const COLUMNS: [&str; 22] = {
    let mut columns = [""; 22];
    let mut i = 0;
    while i < PARAMETERS.len() {
        columns[i] = PARAMETERS[i];
        i += 1;
    }
    let results = [
        "majority_first",
        "majority_last",
        "contrast",
        "minority_first",
        "minority_last",
        "window_relative",
        "window_absolute",
        "first",
        "last",
        "status",
    ];
    let mut j = 0;
    while j < results.len() {
        columns[i + j] = results[j];
        j += 1;
    }
    columns
};

/// The word of a row with a result.
pub(super) const OK: &str = "ok";

/// Computes a point and says what came out, as a line with its end.
pub(super) fn line(point: &Point) -> String {
    let mut cells = point.cells().to_vec();
    match solve(point) {
        Ok(times) => cells.extend(results(&times, point.delta)),
        Err(failure) => {
            cells.resize(COLUMNS.len() - 1, String::new());
            // One row, one line.
            cells.push(failure.to_string().replace(['\n', '\r'], " "));
        }
    }
    as_line(&cells)
}

/// The line of headings.
pub(super) fn header() -> String {
    as_line(&COLUMNS.map(String::from))
}

fn results(times: &HalfTimes, delta: f64) -> Vec<String> {
    let number = |value: f64| format!("{value:?}");
    let PerMode {
        majority,
        contrast,
        minority,
    } = times.of;
    let mut cells: Vec<String> = [
        majority.map(|pair| pair.0),
        majority.map(|pair| pair.1),
        contrast.map(|pair| pair.1),
        minority.map(|pair| pair.0),
        minority.map(|pair| pair.1),
    ]
    .into_iter()
    .map(|time| time.map(number).unwrap_or_default())
    .collect();
    if let (Some(first), Some(last)) = (times.first(), times.last()) {
        cells.push(number((last.1 - first.1) / first.1));
        cells.push(number((last.1 - first.1) / delta));
        cells.push(first.0.name().to_owned());
        cells.push(last.0.name().to_owned());
    }
    cells.resize(COLUMNS.len() - PARAMETERS.len() - 1, String::new());
    cells.push(OK.to_owned());
    cells
}

fn as_line(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        if cell.contains([',', '"']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let mut line = cells.iter().map(quoted).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// A row as it waits for the others: with a digest of itself, so that what was changed meanwhile is noticed.
pub(super) fn sealed(line: &str) -> String {
    let row = line.trim_end_matches('\n');
    format!("{row},{}\n", seal(row))
}

/// The row that was [`sealed`], with its end; `None` if it is another one.
pub(super) fn unsealed(line: &str) -> Option<String> {
    let (row, found) = line.strip_suffix('\n')?.rsplit_once(',')?;
    (seal(row) == found).then(|| format!("{row}\n"))
}

/// The first digits of a row's SHA-256.
fn seal(row: &str) -> String {
    let mut digits = ufm_support::digest::of(row);
    digits.truncate(16);
    digits
}

/// Whether `line` is a row of `point`, and if so whether it has a result.
pub(super) fn is_of(line: &str, point: &Point) -> Option<bool> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    let fits = record.len() == COLUMNS.len()
        && record
            .iter()
            .zip(point.cells())
            .all(|(found, cell)| found == cell);
    fits.then(|| record.get(COLUMNS.len() - 1) == Some(OK))
}

/// The number a row begins with.
pub(super) fn index(line: &str) -> Option<u64> {
    line.split_once(',')?.0.parse().ok()
}
