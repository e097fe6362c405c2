//! Tables for people.

use comfy_table::{Cell, CellAlignment, Table, presets};

/// An empty table with these headings.
pub(crate) fn table(headings: &[String]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(headings.to_vec());
    table
}

/// A row whose first `words` columns hold words and all others numbers.
pub(crate) fn row(cells: &[String], words: usize) -> Vec<Cell> {
    let aligned = |(column, text): (usize, &String)| {
        Cell::new(text).set_alignment(if column < words {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        })
    };
    cells.iter().enumerate().map(aligned).collect()
}

/// Four significant digits, or three decimals of a number of ordinary size.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-2..1e4).contains(&value.abs()) {
        format!("{value:.3}")
    } else {
        format!("{value:.2e}")
    }
}
