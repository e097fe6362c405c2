//! Eigenvalues of a centred diagonal matrix, `P diag(m) P` with `P = I − 11ᵀ/k`.
//!
//! Besides the null vector `1`, a value `m` that occurs `p` times is an eigenvalue `p − 1` times, and between two
//! neighbouring distinct values lies exactly one root of the *secular equation* `Σ_c 1/(m_c − x) = 0`: there
//! `P diag(m) P u = xu` with `u_c ∝ 1/(m_c − x)`, and `Σ_c u_c = 0` is the equation. Eigenvalues and values
//! interlace: `m_(1) ≥ x_(1) ≥ m_(2) ≥ … ≥ x_(k−1) ≥ m_(k)`, both in decreasing order.
//!
//! Every root is bracketed by its two neighbours and found in units of the upper one, so each has a *relative* error of a few
//! roundings, whatever the range of the values; those of a numerical eigensolver have it relative to the largest.

use super::secular_rational::ln_roots;

/// A bracket this narrow, relative to its place, is closed.
const CLOSED: f64 = 2.0 * f64::EPSILON;

/// Bisection alone takes about 60.
const MAX_ITERATIONS: usize = 400;

/// From this many distinct values on roots are found by [`secular_rational`](super::secular_rational).
const MANY: usize = 512;

/// Natural logarithms of the `k − 1` eigenvalues besides the null one, in decreasing order, from those of the values `m`.
///
/// Costs `O(k²)`: for 10,000 distinct values half a second. Values that are not finite give eigenvalues that are not.
pub(crate) fn ln_centred_eigenvalues(ln_values: &[f64]) -> Vec<f64> {
    let groups = groups(ln_values);
    let mut ln_eigenvalues = Vec::with_capacity(ln_values.len().saturating_sub(1));
    let roots = (groups.len() >= MANY)
        .then(|| ln_roots(&groups))
        .flatten()
        .unwrap_or_else(|| (1..groups.len()).map(|i| ln_root(&groups, i - 1)).collect());
    let mut roots = roots.into_iter();
    for (index, &(ln_value, count)) in groups.iter().enumerate() {
        ln_eigenvalues.extend(std::iter::repeat_n(ln_value, count - 1));
        if index + 1 < groups.len() {
            ln_eigenvalues.extend(roots.next());
        }
    }
    ln_eigenvalues
}

/// Distinct values in decreasing order, and how often each occurs.
fn groups(ln_values: &[f64]) -> Vec<(f64, usize)> {
    let mut sorted = ln_values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for ln_value in sorted {
        match groups.last_mut() {
            Some((last, count)) if *last == ln_value => *count += 1,
            _ => groups.push((ln_value, 1)),
        }
    }
    groups
}

/// The root between the distinct values `upper` and `upper + 1`.
fn ln_root(groups: &[(f64, usize)], upper: usize) -> f64 {
    let (ln_scale, at_one) = groups[upper];
    let (ln_lower, at_low) = groups[upper + 1];
    // In units of the upper value. One that overflows adds 1/∞ = 0 to the equation, as it should.
    let low = (ln_lower - ln_scale).exp();
    let others: Vec<(f64, f64)> = groups
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != upper && *index != upper + 1)
        .map(|(_, &(ln_value, count))| ((ln_value - ln_scale).exp(), count as f64))
        .collect();
    // The equation times (x − low)(1 − x): bounded, with one sign change, and no division by zero.
    let (at_one, at_low) = (at_one as f64, at_low as f64);
    let excess = |x: f64| {
        let rest: f64 = others.iter().map(|(m, count)| count / (m - x)).sum();
        at_one * (x - low) - at_low * (1.0 - x) + (x - low) * (1.0 - x) * rest
    };
    ln_scale
        + bracketed(
            low,
            1.0,
            -at_low * (1.0 - low),
            at_one * (1.0 - low),
            excess,
        )
        .ln()
}

/// The root of `excess` between `low`, where it is negative, and `high`, where it is positive: false position in the
/// Illinois form, with a bisection every fourth time.
fn bracketed(
    mut low: f64,
    mut high: f64,
    mut at_low: f64,
    mut at_high: f64,
    excess: impl Fn(f64) -> f64,
) -> f64 {
    let mut side = 0_i32;
    for iteration in 1..=MAX_ITERATIONS {
        if high - low <= CLOSED * high {
            break;
        }
        let secant = (low * at_high - high * at_low) / (at_high - at_low);
        let x = if iteration % 4 != 0 && secant > low && secant < high {
            secant
        } else {
            0.5 * (low + high)
        };
        let value = excess(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            (low, at_low) = (x, value);
            at_high *= if side == -1 { 0.5 } else { 1.0 };
            side = -1;
        } else {
            (high, at_high) = (x, value);
            at_low *= if side == 1 { 0.5 } else { 1.0 };
            side = 1;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::logarithm::ln_add;
    use proptest::prelude::*;

    fn ln_sum(values: impl Iterator<Item = f64>) -> f64 {
        values.fold(f64::NEG_INFINITY, ln_add)
    }

    proptest! {
        /// Trace and product, both sides without cancellation: the product sees the smallest eigenvalues.
        #[test]
        fn interlacing_trace_and_product(
            mut ln_values in prop::collection::vec(-300.0..300.0_f64, 2..40),
            repeats in 0_usize..5,
        ) {
            for i in 0..repeats.min(ln_values.len() - 1) {
                ln_values[i] = ln_values[ln_values.len() - 1];
            }
            let k = ln_values.len() as f64;
            let found = ln_centred_eigenvalues(&ln_values);
            let mut sorted = ln_values.clone();
            sorted.sort_by(|a, b| b.total_cmp(a));
            prop_assert_eq!(found.len() + 1, sorted.len());
            for (i, x) in found.iter().enumerate() {
                prop_assert!(sorted[i] >= *x && *x >= sorted[i + 1]);
            }
            let trace = ln_sum(sorted.iter().copied()) + ((k - 1.0) / k).ln();
            prop_assert!((ln_sum(found.iter().copied()) - trace).abs() < 1e-12);
            let product = sorted.iter().sum::<f64>() + ln_sum(sorted.iter().map(|l| -l)) - k.ln();
            prop_assert!((found.iter().sum::<f64>() - product).abs() < 1e-10);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// Both ways to a root agree, on values as far apart, and as close, as counts of samples are.
        #[test]
        fn the_rational_iteration_finds_the_same_roots(
            mut values in prop::collection::vec(-20.0..1.0_f64, 2..700),
            clustered in 0.0..1.0_f64, copies in 1_usize..4,
        ) {
            let cluster = values.len() / 2;
            for value in &mut values[..cluster] {
                *value = clustered + 1e-9 * *value;
            }
            let values = values.repeat(copies);
            let groups = groups(&values);
            for (i, rational) in ln_roots(&groups).unwrap().into_iter().enumerate() {
                let false_position = ln_root(&groups, i);
                prop_assert!((rational - false_position).abs() < 1e-14, "{rational} against {false_position}");
                prop_assert!(groups[i].0 >= rational && rational >= groups[i + 1].0);
            }
        }
    }

    #[test]
    fn nearly_equal_values_and_a_thousand_of_them() {
        let close = ln_centred_eigenvalues(&[0.0, 1e-15, -1e-15, 2e-16]);
        assert!(close.iter().all(|x| x.abs() <= 1e-15));
        let many: Vec<f64> = (0..1000).map(|i| 0.02 * f64::from(i)).collect();
        let found = ln_centred_eigenvalues(&many);
        assert_eq!(found.len(), 999);
        assert!(found.windows(2).all(|pair| pair[0] > pair[1]));
    }
}
