//! Mode amplitudes `s_i = u_iᵀ W H v_i`, row `i` of `W̃` times column `i` of `H̃`, without underflow.

use crate::{matrices::frame::Coordinates, numerics::linear::dot};

/// Row `i` of `W̃` and column `i` of `H̃`, both divided by their largest entries, and those entries.
fn normalised(coordinates: &Coordinates, y: &[f64], i: usize) -> (Vec<f64>, Vec<f64>, f64, f64) {
    let dimension = coordinates.dimension;
    let mut row = y[i * dimension..][..dimension].to_vec();
    let start = coordinates.classes() * dimension + i;
    let mut column: Vec<f64> = (0..dimension)
        .map(|l| y[start + l * coordinates.columns])
        .collect();
    let row_size = normalise(&mut row);
    let column_size = normalise(&mut column);
    (row, column, row_size, column_size)
}

/// `s_i` as a product: the sizes of its two vectors, and the dot product of the normalised ones.
pub(crate) fn amplitude(coordinates: &Coordinates, y: &[f64], mode: usize) -> (f64, f64) {
    let (row, column, row_size, column_size) = normalised(coordinates, y, mode);
    (row_size * column_size, dot(&row, &column))
}

/// `ln|s_i|`.
pub(crate) fn ln_amplitude(coordinates: &Coordinates, y: &[f64], mode: usize) -> f64 {
    let (row, column, row_size, column_size) = normalised(coordinates, y, mode);
    row_size.ln() + column_size.ln() + dot(&row, &column).abs().ln()
}

/// Divides by the largest modulus, which is returned.
pub(crate) fn normalise(values: &mut [f64]) -> f64 {
    let size = values
        .iter()
        .fold(0.0_f64, |size, value| size.max(value.abs()));
    if size > 0.0 {
        for value in values {
            *value /= size;
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn the_largest_modulus_is_divided_by_and_returned() {
        let mut values = [3.0e-200, -4.0e-200, 0.0];
        assert_eq!(normalise(&mut values), 4.0e-200);
        assert_eq!(values, [0.75, -1.0, 0.0]);
        let mut nothing = [0.0; 2];
        assert_eq!(normalise(&mut nothing), 0.0);
        assert_eq!(nothing, [0.0; 2]);
    }
}
