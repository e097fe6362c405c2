//! The secular equation of many distinct values: a rational iteration that takes about four evaluations a root.
//!
//! At a point between two neighbours the part of the equation from the values above and that from those below are each replaced by a constant
//! and one pole at the neighbour, equal in value and slope (Bunch, Nielsen and Sorensen, *Numer. Math.* 31, 1978, "the approach from both
//! sides"; LAPACK's `dlaed4` rests on the same). What is left is a quadratic equation. False position needs three times as many
//! evaluations, and sorts out the values for every root.

/// How many evaluations of one root are allowed; it takes about four.
const MAX_ITERATIONS: usize = 60;

/// A range of values, as a logarithm, within which none over- or underflows in units of the largest.
const WIDEST: f64 = 600.0;

/// `ln` of the root between each two neighbours, from distinct values in decreasing order with how often each occurs; `None` if their range
/// does not fit double precision.
///
/// Where a root lies in its interval is known to a few roundings of the *root*: the sum of the terms' moduli is at most twice `x f′(x)` there.
pub(super) fn ln_roots(groups: &[(f64, usize)]) -> Option<Vec<f64>> {
    let (first, last) = (groups.first()?.0, groups.last()?.0);
    if !(first - last < WIDEST && first.is_finite()) {
        return None;
    }
    let values: Vec<f64> = groups.iter().map(|(ln, _)| (ln - first).exp()).collect();
    let counts: Vec<f64> = groups.iter().map(|(_, count)| *count as f64).collect();
    Some(
        (1..values.len())
            .map(|lower| first + root(&values, &counts, lower).ln())
            .collect(),
    )
}

/// The root between `values[lower]` and the value before it.
fn root(values: &[f64], counts: &[f64], lower: usize) -> f64 {
    let (above, below) = values.split_at(lower);
    let (count_above, count_below) = counts.split_at(lower);
    let (high, low) = (values[lower - 1], values[lower]);
    let (mut left, mut right) = (low, high);
    let mut x = 0.5 * (low + high);
    for _ in 0..MAX_ITERATIONS {
        if right - left <= 2.0 * f64::EPSILON * right || x <= left || x >= right {
            break;
        }
        let (down, down_slope) = sums(below, count_below, x);
        let (up, up_slope) = sums(above, count_above, x);
        let value = down + up;
        // `up` is positive and `down` negative: their difference is the sum of moduli.
        if value.abs() <= 2.0 * f64::EPSILON * (up - down) {
            return x;
        }
        if value < 0.0 {
            left = x;
        } else {
            right = x;
        }
        let (to_low, to_high) = (low - x, high - x);
        let constant = value - down_slope * to_low - up_slope * to_high;
        let linear = constant * (to_low + to_high)
            + down_slope * to_low * to_low
            + up_slope * to_high * to_high;
        let absolute = to_low * to_high * value;
        let root = (linear * linear - 4.0 * constant * absolute)
            .max(0.0)
            .sqrt();
        let step = if linear > 0.0 {
            2.0 * absolute / (linear + root)
        } else {
            (linear - root) / (2.0 * constant)
        };
        let next = x + step;
        if next == x {
            return x;
        }
        x = if next > left && next < right {
            next
        } else {
            0.5 * (left + right)
        };
    }
    x.clamp(low, high)
}

/// `Σ n/(m − x)` and `Σ n/(m − x)²`, in four partial sums that a processor forms side by side.
fn sums(values: &[f64], counts: &[f64], x: f64) -> (f64, f64) {
    let (mut sum, mut slope) = ([0.0; 4], [0.0; 4]);
    let (fours, rest) = values.as_chunks::<4>();
    let (counts_of_fours, counts_of_rest) = counts.as_chunks::<4>();
    for (values, counts) in fours.iter().zip(counts_of_fours) {
        for i in 0..4 {
            let inverse = 1.0 / (values[i] - x);
            let term = counts[i] * inverse;
            sum[i] += term;
            slope[i] += term * inverse;
        }
    }
    for (i, (value, count)) in rest.iter().zip(counts_of_rest).enumerate() {
        let inverse = 1.0 / (value - x);
        sum[i] += count * inverse;
        slope[i] += count * inverse * inverse;
    }
    (sum.iter().sum(), slope.iter().sum())
}
