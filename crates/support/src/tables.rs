//! Tables for people.

use comfy_table::{Cell, presets};

pub use comfy_table::{CellAlignment, Table};

/// An empty table with these headings.
///
/// ```
/// use ufm_support::tables::{row, table};
/// let mut shown = table(["class", "samples"]);
/// shown.add_row(row(["horse", "12"], |column| column == 1));
/// assert!(shown.to_string().contains("horse"));
/// ```
pub fn table(headings: impl IntoIterator<Item = impl AsRef<str>>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(
        headings
            .into_iter()
            .map(|heading| Cell::new(heading.as_ref())),
    );
    table
}

/// A row in which the columns that `is_number` names, counted from 0, are aligned to the right.
pub fn row(
    cells: impl IntoIterator<Item = impl AsRef<str>>,
    is_number: impl Fn(usize) -> bool,
) -> Vec<Cell> {
    cells
        .into_iter()
        .enumerate()
        .map(|(column, text)| {
            Cell::new(text.as_ref()).set_alignment(if is_number(column) {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            })
        })
        .collect()
}
