//! Numbers in tables for people.

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
