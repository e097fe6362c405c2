//! Tables: what a figure shows, as data.
//!
//! Numbers are rounded to six significant digits when they enter a table. That is what is stable across
//! machines (elementary functions and fused multiply-adds differ in the last bits), and more than a
//! reader can see. The drawing is made from the table, so the CSV is the figure.

use crate::FigureError;

/// Rows of named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// One entry of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A word: a series, a panel.
    Text(String),
    /// A number, rounded.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Number(round(value))
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Self::Number(value as f64)
    }
}

/// Rounds to six significant digits.
fn round(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        // Also turns −0 into 0, whose sign would be an accident of rounding.
        return if value == 0.0 { 0.0 } else { value };
    }
    format!("{value:.5e}").parse().unwrap_or(value)
}

impl Table {
    /// An empty table; a column name carries its unit, as in `time [δ]`.
    pub fn new(columns: &[&str]) -> Self {
        Self {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row. Missing entries are empty, surplus ones are dropped.
    pub fn push<const N: usize>(&mut self, row: [Cell; N]) {
        let mut row = row.to_vec();
        row.resize(self.columns.len(), Cell::Text(String::new()));
        self.rows.push(row);
    }

    /// Names of the columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, in the order they were added.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row {
            columns: &self.columns,
            cells,
        })
    }

    /// The rows whose entry in each named column is the given word.
    pub fn select<'a>(
        &'a self,
        conditions: &'a [(&'a str, &'a str)],
    ) -> impl Iterator<Item = Row<'a>> {
        self.rows().filter(|row| {
            conditions
                .iter()
                .all(|(column, word)| row.text(column) == *word)
        })
    }

    /// The distinct words of a column, in order of appearance.
    pub fn distinct(&self, column: &str) -> Vec<String> {
        let words = each_once(self.rows().map(|row| row.text(column)));
        words.into_iter().map(str::to_owned).collect()
    }

    /// The distinct numbers of a column, in order of appearance.
    pub fn distinct_numbers(&self, column: &str) -> Vec<f64> {
        each_once(self.rows().map(|row| row.number(column)))
    }

    /// As CSV, the first line naming the columns. The one place where tables become files, so here every number must be finite, and there
    /// must be a row: a parameter that makes one overflow is refused rather than drawn.
    ///
    /// # Errors
    /// [`FigureError::NotFinite`] or [`FigureError::NoRows`].
    pub fn to_csv(&self) -> Result<String, FigureError> {
        self.check()?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let lost = |error: String| FigureError::Table(error);
        writer
            .write_record(&self.columns)
            .map_err(|error| lost(error.to_string()))?;
        for row in &self.rows {
            writer
                .write_record(row.iter().map(Cell::written))
                .map_err(|error| lost(error.to_string()))?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| lost(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| lost(error.to_string()))
    }

    fn check(&self) -> Result<(), FigureError> {
        if self.rows.is_empty() {
            return Err(FigureError::NoRows);
        }
        for (row, cells) in self.rows.iter().enumerate() {
            for (column, cell) in self.columns.iter().zip(cells) {
                if let Cell::Number(value) = cell
                    && !value.is_finite()
                {
                    return Err(FigureError::NotFinite {
                        column: column.clone(),
                        row: row + 1,
                        value: *value,
                    });
                }
            }
        }
        Ok(())
    }

    /// Reads what [`Self::to_csv`] wrote.
    ///
    /// # Errors
    /// If the text is not CSV with as many entries in each row as columns.
    pub fn from_csv(text: &str) -> Result<Self, FigureError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader
            .headers()
            .map_err(|error| FigureError::Table(error.to_string()))?
            .iter()
            .map(str::to_owned)
            .collect();
        let rows = reader
            .records()
            .map(|record| {
                let record = record.map_err(|error| FigureError::Table(error.to_string()))?;
                Ok(record.iter().map(Cell::read).collect())
            })
            .collect::<Result<_, FigureError>>()?;
        Ok(Self { columns, rows })
    }
}

impl Cell {
    fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) if *value == 0.0 || (1e-4..1e7).contains(&value.abs()) => {
                value.to_string()
            }
            Self::Number(value) => format!("{value:e}"),
        }
    }

    fn read(text: &str) -> Self {
        let numeric = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        match text.parse() {
            Ok(value) if numeric => Self::Number(value),
            _ => Self::Text(text.to_owned()),
        }
    }
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: &'a [Cell],
}

impl<'a> Row<'a> {
    fn cell(&self, column: &str) -> Option<&'a Cell> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.cells.get(index)
    }

    /// The word in `column`; empty if there is none.
    pub fn text(&self, column: &str) -> &'a str {
        match self.cell(column) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }

    /// The number in `column`; not a number if there is none.
    pub fn number(&self, column: &str) -> f64 {
        match self.cell(column) {
            Some(Cell::Number(value)) => *value,
            _ => f64::NAN,
        }
    }
}

/// Each of `values` once, in order of appearance.
pub(crate) fn each_once<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 1..20),
            word in "[a-z ,\"]{1,8}",
        ) {
            let mut table = Table::new(&["series", "x [δ]"]);
            for value in values {
                table.push([word.as_str().into(), value.into()]);
            }
            let text = table.to_csv().unwrap();
            let read = Table::from_csv(&text).unwrap();
            prop_assert_eq!(&read, &table);
            prop_assert_eq!(read.to_csv().unwrap(), text);
        }

        #[test]
        fn rounding_moves_a_number_by_less_than_a_part_in_two_hundred_thousand(
            value in prop::num::f64::NORMAL,
        ) {
            prop_assert!((round(value) / value - 1.0).abs() <= 5e-6);
            prop_assert_eq!(round(round(value)), round(value));
        }
    }

    #[test]
    fn what_is_not_finite_is_not_written() {
        let mut table = Table::new(&["x", "y"]);
        assert!(matches!(table.to_csv(), Err(FigureError::NoRows)));
        table.push([1.0.into(), 2.0.into()]);
        assert!(table.to_csv().is_ok());
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut table = table.clone();
            table.push(["".into(), value.into()]);
            let error = table.to_csv().unwrap_err();
            assert!(
                matches!(&error, FigureError::NotFinite { column, row: 2, .. } if column == "y")
            );
        }
    }

    #[test]
    fn selection() {
        let mut table = Table::new(&["panel", "mode", "x"]);
        table.push(["a".into(), "one".into(), 1.0.into()]);
        table.push(["a".into(), "two".into(), 2.0.into()]);
        table.push(["b".into(), "one".into(), (-0.0).into()]);
        let picked: Vec<f64> = table
            .select(&[("panel", "a"), ("mode", "two")])
            .map(|row| row.number("x"))
            .collect();
        assert_eq!(picked, [2.0]);
        assert_eq!(table.distinct("mode"), ["one", "two"]);
        assert!(table.to_csv().unwrap().ends_with("b,one,0\n"));
    }
}
