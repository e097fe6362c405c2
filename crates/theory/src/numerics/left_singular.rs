//! Singular values and left singular vectors of a matrix with few rows, by one-sided Jacobi rotations.
//!
//! Our own because the library's does not hold: `crates/theory/tests/libraries.rs` measures how often, and by how much, the decompositions of
//! nalgebra's `SVD` do not recompose.

/// Two rows are orthogonal if their cosine is below this.
const ORTHOGONAL: f64 = 1e-15;

/// Jacobi sweeps; it takes about ten.
const MAX_SWEEPS: usize = 60;

/// The singular values of the matrix with these rows, decreasing, each with its left singular vector: as many as rows. The sign of a vector
/// is that its entry of largest modulus, the first of several, is positive.
///
/// Pairs of rows are rotated until all are orthogonal; their norms are the singular values, and the rotations the left vectors. The
/// error is a few roundings of the largest value. `None` if the rotations do not end, as where an entry is not finite.
///
/// ```
/// use ufm_theory::numerics::left_singular::left_singular;
/// let values = left_singular(vec![vec![3.0, 0.0], vec![0.0, -2.0]]).expect("finite");
/// assert_eq!(values, [(3.0, vec![1.0, 0.0]), (2.0, vec![0.0, 1.0])]);
/// assert!(left_singular(vec![vec![f64::NAN, 0.0], vec![1.0, 1.0]]).is_none());
/// ```
pub fn left_singular(rows: Vec<Vec<f64>>) -> Option<Vec<(f64, Vec<f64>)>> {
    let number = rows.len();
    let largest = rows.iter().map(|row| dot(row, row)).fold(0.0, f64::max);
    let negligible = largest * (f64::EPSILON * f64::EPSILON);
    let unit = |i: usize| {
        (0..number)
            .map(move |j| f64::from(u8::from(i == j)))
            .collect()
    };
    let mut pairs: Vec<(Vec<f64>, Vec<f64>)> = rows
        .into_iter()
        .enumerate()
        .map(|(i, row)| (row, unit(i)))
        .collect();
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for i in 1..number {
            let (before, rest) = pairs.split_at_mut(i);
            let (b, of_b) = &mut rest[0];
            for (a, of_a) in before {
                let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
                let small = aa.min(bb) <= negligible; // rounding: a null direction
                if small || ab.abs() <= ORTHOGONAL * a.len() as f64 * (aa * bb).sqrt() {
                    continue;
                }
                rotated = true;
                let zeta = (bb - aa) / (2.0 * ab);
                let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let cosine = 1.0 / t.hypot(1.0);
                let sine = cosine * t;
                rotate(a, b, cosine, sine);
                rotate(of_a, of_b, cosine, sine);
            }
        }
        if !rotated {
            let mut values: Vec<(f64, Vec<f64>)> = pairs
                .into_iter()
                .map(|(row, mut vector)| {
                    signed(&mut vector);
                    (dot(&row, &row).sqrt(), vector)
                })
                .collect();
            values.sort_by(|a, b| b.0.total_cmp(&a.0));
            return Some(values);
        }
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn rotate(a: &mut [f64], b: &mut [f64], cosine: f64, sine: f64) {
    for (x, y) in a.iter_mut().zip(b) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

/// Turns the sign so that the entry of largest modulus is positive. Entries whose moduli differ by rounding count as equally large, the first
/// of them decides: the sign is the same on every machine.
pub(crate) fn signed(vector: &mut [f64]) {
    let largest = vector.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let first = vector.iter().find(|x| x.abs() > largest * (1.0 - 1e-9));
    if first.is_some_and(|&x| x < 0.0) {
        vector.iter_mut().for_each(|x| *x = -*x);
    }
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn the_first_of_the_largest_entries_is_positive() {
        for (mut vector, expected) in [
            (vec![0.1, -2.0, 1.0], vec![-0.1, 2.0, -1.0]),
            (vec![-0.1, 2.0, 1.0], vec![-0.1, 2.0, 1.0]),
            // Equally large but for rounding, whichever is the larger.
            (vec![-1.0, 1.0 + 1e-12], vec![1.0, -1.0 - 1e-12]),
            (vec![1.0, -1.0 - 1e-12], vec![1.0, -1.0 - 1e-12]),
            (vec![-1.0, 1.0 - 1e-12], vec![1.0, -1.0 + 1e-12]),
            // A billionth less is less.
            (vec![-(1.0 - 1e-9), 1.0], vec![-(1.0 - 1e-9), 1.0]),
            (vec![1.0 - 1e-9, -1.0], vec![-(1.0 - 1e-9), 1.0]),
        ] {
            signed(&mut vector);
            assert_eq!(vector, expected);
        }
    }
}
