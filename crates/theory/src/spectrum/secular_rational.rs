//! The secular equation of many distinct values: a rational iteration that takes about four evaluations a root.
//!
//! At a point between two neighbours the part of the equation from the values above and that from those below are each replaced by a constant
//! and one pole at the neighbour, equal in value and slope (Bunch, Nielsen and Sorensen, *Numer. Math.* 31, 1978, "the approach from both
//! sides"; LAPACK's `dlaed4` rests on the same). What is left is a quadratic equation. False position needs three times as many
//! evaluations, and sorts out the values for every root.

/// How many evaluations of one root are allowed; it takes about four.
const MAX_ITERATIONS: usize = 60;

/// A range of values, as a logarithm, within which neither they nor the squares of their inverses over- or underflow in units of the largest.
const WIDEST: f64 = 300.0;

/// `ln` of the root between each two neighbours, from distinct values in decreasing order with how often each occurs; `None` if their range
/// does not fit double precision.
///
/// Where a root lies in its interval is known to a few roundings of the *root*: the sum of the terms' moduli is at most twice `x f′(x)` there.
pub(super) fn ln_roots(groups: &[(f64, usize)]) -> Option<Vec<f64>> {
    let (first, last) = (groups.first()?.0, groups.last()?.0);
    let fits = first - last < WIDEST; // false if one is not finite
    if !fits {
        return None;
    }
    let values: Vec<f64> = groups.iter().map(|(ln, _)| (ln - first).exp()).collect();
    let counts: Vec<f64> = groups.iter().map(|(_, count)| *count as f64).collect();
    Some(
        (1..values.len())
            .map(|lower| first + root(&values, &counts, lower, sums).ln())
            .collect(),
    )
}

/// The root between `values[lower]` and the value before it; `sums` is [`sums`] unless a test counts how often it is called.
fn root(
    values: &[f64],
    counts: &[f64],
    lower: usize,
    mut sums: impl FnMut(&[f64], &[f64], f64) -> (f64, f64),
) -> f64 {
    let (above, below) = values.split_at(lower);
    let (count_above, count_below) = counts.split_at(lower);
    let (high, low) = (values[lower - 1], values[lower]);
    let (mut left, mut right) = (low, high);
    let mut x = 0.5 * (low + high);
    for _ in 0..MAX_ITERATIONS {
        if right - left <= 2.0 * f64::EPSILON * right {
            break; // at once where two values are the same in double precision
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every root and the number of evaluations that it took.
    fn counted(values: &[f64], counts: &[f64]) -> Vec<(f64, usize)> {
        (1..values.len())
            .map(|lower| {
                let mut calls = 0;
                let root = root(values, counts, lower, |values, counts, x| {
                    calls += 1;
                    sums(values, counts, x)
                });
                (root, calls / 2)
            })
            .collect()
    }

    /// `n` falling values from a formula.
    fn values(n: u32, value: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..n).map(|i| value(f64::from(i))).collect()
    }

    /// Families of values, all of whose squares are numbers: how many evaluations a root takes on average, where each value occurs once,
    /// and where every third occurs a million times.
    fn families() -> [(Vec<f64>, [f64; 2]); 10] {
        let even = |i: f64| 1.0 - i / 600.0;
        let clustered = |i: f64| 1.0 / (1.0 + (i / 20.0).floor()) - 1e-9 * i;
        [
            (values(600, even), [4.31, 6.06]),
            (values(600, |i| even(i).powi(3)), [4.93, 6.67]),
            (values(600, |i| 1.0 / (1.0 + i)), [4.57, 5.70]),
            (values(600, clustered), [3.53, 5.25]),
            (values(600, |i| (-0.02 * i).exp()), [4.88, 5.33]),
            (values(600, |i| (-0.5 * i).exp()), [4.05, 4.24]),
            (values(13, |i| (-36.0 * i).exp2()), [2.92, 2.42]),
            (values(5, |i| 1.0 - 0.2 * i), [4.5, 4.25]),
            (values(600, |i| 1.0 - 20.0 * f64::EPSILON * i), [2.02, 2.48]),
            (values(600, |i| 1.0 - f64::EPSILON * i), [0.0, 0.0]),
        ]
    }

    fn counts(n: usize, every_third: f64) -> Vec<f64> {
        (0..n)
            .map(|i| if i % 3 == 0 { every_third } else { 1.0 })
            .collect()
    }

    #[test]
    fn a_root_takes_about_four_evaluations() {
        for (i, (values, means)) in families().iter().enumerate() {
            for (every_third, mean) in [1.0, 1e6].into_iter().zip(means) {
                let calls = counted(values, &counts(values.len(), every_third));
                let calls: Vec<usize> = calls.into_iter().map(|(_, calls)| calls).collect();
                let found = calls.iter().sum::<usize>() as f64 / calls.len() as f64;
                assert!(
                    found <= *mean,
                    "family {i}, {every_third}: {found} on average"
                );
                assert!(
                    calls.iter().all(|calls| *calls <= 13),
                    "family {i}, {every_third}"
                );
            }
        }
    }

    /// The root between two light values, with heavy ones near above and far below that nearly balance: a step goes too far, and the one back
    /// has a negative linear coefficient.
    #[test]
    fn a_negative_linear_coefficient_costs_no_bisections() {
        let found = counted(&[2001.25, 2001.0, 2000.0, 1000.0], &[1e3, 1e2, 1.0, 1e6]);
        assert_eq!(found[1].1, 5, "{found:?}");
    }

    /// Between its poles the function rises: it is negative a few roundings below its root, and positive above.
    #[test]
    fn the_function_changes_sign_at_a_root() {
        for (i, (values, _)) in families().iter().enumerate() {
            for every_third in [1.0, 1e6] {
                let counts = counts(values.len(), every_third);
                for (lower, (root, _)) in (1..).zip(counted(values, &counts)) {
                    let (low, high) = (values[lower], values[lower - 1]);
                    assert!(low <= root && root <= high, "family {i}: {root}");
                    let value = |x| sums(values, &counts, x).0;
                    let (before, after) = (root * (1.0 - 1e-14), root * (1.0 + 1e-14));
                    assert!(before <= low || value(before) < 0.0, "family {i}: {root}");
                    assert!(after >= high || value(after) > 0.0, "family {i}: {root}");
                }
            }
        }
    }

    /// An infinite slope would leave nothing but bisections, which end before the root is found where counts differ.
    #[test]
    fn slopes_fit_in_the_widest_range() {
        let least = (-WIDEST).exp();
        let (value, slope) = sums(&[least], &[1e9], 0.5 * least);
        assert!(value.is_finite() && slope.is_finite() && (least * least).is_normal());
    }

    #[test]
    fn too_wide_a_range_is_left_to_the_other_way() {
        let roots = |first: f64, last: f64| ln_roots(&[(first, 1), (last, 1)]);
        for first in [0.0, 1.0, -1000.0, 1000.0] {
            assert_eq!(roots(first, first - WIDEST), None);
            // Of two values that occur once the root is the mean.
            let mean = first + 0.5_f64.ln() + (-10.0_f64).exp().ln_1p();
            let found = roots(first, first - 10.0).unwrap()[0];
            assert!((found - mean).abs() <= 4.0 * f64::EPSILON * mean.abs());
        }
        for (first, last) in [
            (f64::INFINITY, 0.0),
            (0.0, f64::NEG_INFINITY),
            (f64::NAN, 0.0),
        ] {
            assert_eq!(roots(first, last), None);
        }
        assert_eq!(ln_roots(&[]), None);
    }
}
