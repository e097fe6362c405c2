//! Eigenvalues and eigenvectors of a centred diagonal matrix, `P diag(m) P` with `P = I − 11ᵀ/k`.
//!
//! Besides the null vector `1`, a value `m` that occurs `p` times is an eigenvalue `p − 1` times, and between two
//! neighbouring distinct values lies exactly one root of the *secular equation* `Σ_c 1/(m_c − x) = 0`: there
//! `P diag(m) P u = xu` with `u_c ∝ 1/(m_c − x)`, and `Σ_c u_c = 0` is the equation. Eigenvalues and values
//! interlace: `m_(1) ≥ x_(1) ≥ m_(2) ≥ … ≥ x_(k−1) ≥ m_(k)`, both in decreasing order.
//!
//! The unknown is the distance from `x` to the nearer of its two neighbours, as in LAPACK's `dlaed4`, so that every difference `m_c − x` is
//! a sum of positive numbers. Hence each eigenvalue has a *relative* error of a few roundings, whatever the range of the values, and
//! eigenvectors are orthogonal to `√k` roundings: with `f(x) = Σ 1/(m_c − x)` the product of two is `(f(x) − f(y))/(x − y)`, between `x` and
//! `y` lies a value `m`, and both vectors are longer than one over the distance to it. A dense eigensolver has errors relative to the *largest*
//! eigenvalue: `crates/theory/tests/libraries.rs` measures both.

use std::convert::Infallible;

use nalgebra::DMatrix;

use crate::numerics::{left_singular::signed, root::rising_root};

use super::secular_rational::ln_roots;

/// A bracket this narrow, relative to its place, is closed.
const CLOSED: f64 = 2.0 * f64::EPSILON;

/// From this many distinct values on roots are found by [`secular_rational`](super::secular_rational), a dozen times as fast.
const MANY: usize = 512;

/// Natural logarithms of the `k − 1` eigenvalues besides the null one, in decreasing order, from those of the values `m`.
///
/// Costs `O(k²)`: for 10,000 distinct values half a second. Values that are not finite give eigenvalues that are not.
pub(crate) fn ln_centred_eigenvalues(ln_values: &[f64]) -> Vec<f64> {
    let groups = groups(ln_values);
    let mut ln_eigenvalues = Vec::with_capacity(ln_values.len().saturating_sub(1));
    let many = (groups.len() >= MANY).then(|| {
        let counted: Vec<(f64, usize)> = groups.iter().map(|g| (g.value, g.count())).collect();
        ln_roots(&counted)
    });
    let many = many.flatten();
    for (index, group) in groups.iter().enumerate() {
        ln_eigenvalues.extend(std::iter::repeat_n(group.value, group.count() - 1));
        let Some(next) = groups.get(index + 1) else {
            continue;
        };
        let ln_x = match &many {
            Some(roots) => roots[index],
            None => ln_root(&groups, index),
        };
        ln_eigenvalues.push(ln_x.clamp(next.value, group.value));
    }
    ln_eigenvalues
}

/// `ln` of the root between a group and the next, from the logarithms of the values.
fn ln_root(groups: &[Group], index: usize) -> f64 {
    // (e^a − e^b)/e^unit, for a ≥ b: overflows to ∞, which adds 1/∞ = 0 to the equation, as it should.
    let difference = |a: f64, b: f64, unit: f64| (a - unit).exp() * -(b - a).exp_m1();
    let (value, next) = (groups[index].value, groups[index + 1].value);
    let distances = Distances::of_root(groups, index, difference);
    if distances.down < distances.up {
        value + (-distances.down).ln_1p()
    } else {
        value + ((next - value).exp() + distances.up).ln()
    }
}

/// The `k − 1` eigenvalues besides the null one, decreasing, and the orthonormal eigenvectors in the columns of a matrix (`k × (k−1)`), each
/// signed so that its entry of largest modulus, the first of several, is positive; of a repeated value the Helmert contrasts of its classes.
///
/// For values that are finite and above 0; costs `O(k²)`.
pub(crate) fn centred_eigenvectors(values: &[f64]) -> (Vec<f64>, DMatrix<f64>) {
    let groups = groups(values);
    let classes = values.len();
    let mut eigenvalues = Vec::with_capacity(classes - 1);
    let mut vectors = DMatrix::zeros(classes, classes - 1);
    for (index, group) in groups.iter().enumerate() {
        for j in 1..group.count() {
            let helmert =
                (0..=j).map(|i| (group.classes[i], if i < j { 1.0 } else { -(j as f64) }));
            let norm = ((j * (j + 1)) as f64).sqrt();
            push(&mut vectors, eigenvalues.len(), helmert, norm);
            eigenvalues.push(group.value);
        }
        if let Some(next) = groups.get(index + 1) {
            let distances = Distances::of_root(&groups, index, |a, b, unit| (a - b) / unit);
            let (down, up) = (distances.down, distances.up);
            let x = if down < up {
                group.value * (1.0 - down)
            } else {
                next.value + group.value * up
            };
            let entries = distances.reciprocals();
            let squares = groups
                .iter()
                .zip(&entries)
                .map(|(g, e)| g.count() as f64 * e * e);
            let norm = squares.sum::<f64>().sqrt();
            let by_class = groups
                .iter()
                .zip(&entries)
                .flat_map(|(g, &entry)| g.classes.iter().map(move |&class| (class, entry)));
            push(&mut vectors, eigenvalues.len(), by_class, norm);
            eigenvalues.push(x.clamp(next.value, group.value));
        }
    }
    (eigenvalues, vectors)
}

/// Writes a column of the given entries over their norm.
fn push(
    vectors: &mut DMatrix<f64>,
    column: usize,
    entries: impl Iterator<Item = (usize, f64)>,
    norm: f64,
) {
    let mut column = vectors.column_mut(column);
    for (class, entry) in entries {
        column[class] = entry / norm;
    }
    signed(column.as_mut_slice());
}

/// A distinct value and the classes that have it.
struct Group {
    value: f64,
    classes: Vec<usize>,
}

impl Group {
    fn count(&self) -> usize {
        self.classes.len()
    }
}

/// Distinct values in decreasing order.
fn groups(values: &[f64]) -> Vec<Group> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a])); // stable: classes in increasing order
    let mut groups: Vec<Group> = Vec::new();
    for class in order {
        match groups.last_mut() {
            Some(last) if last.value == values[class] => last.classes.push(class),
            _ => groups.push(Group {
                value: values[class],
                classes: vec![class],
            }),
        }
    }
    groups
}

/// Where the root between two neighbouring distinct values lies, in units of the upper one.
struct Distances {
    /// From the upper value down to the root.
    down: f64,
    /// From the lower value up to the root.
    up: f64,
    /// From each value that is not below the upper one down to that, with its count; the upper one itself is last.
    above: Vec<(f64, f64)>,
    /// From the lower value down to each that is not above it, with its count; the lower one itself is first.
    below: Vec<(f64, f64)>,
}

impl Distances {
    /// The root between the groups `upper` and `upper + 1`; `difference(a, b, unit)` is the difference of two values, the larger first, over that of
    /// `unit`.
    fn of_root(groups: &[Group], upper: usize, difference: impl Fn(f64, f64, f64) -> f64) -> Self {
        let (unit, lower) = (groups[upper].value, groups[upper + 1].value);
        let (over, under) = groups.split_at(upper + 1);
        let above: Vec<(f64, f64)> = over
            .iter()
            .map(|g| (difference(g.value, unit, unit), g.count() as f64))
            .collect();
        let below: Vec<(f64, f64)> = under
            .iter()
            .map(|g| (difference(lower, g.value, unit), g.count() as f64))
            .collect();
        let gap = difference(unit, lower, unit);
        // −f(x) times down·up: bounded, rising with the distance down from the upper value, and nothing in it cancels but the two sums at the root.
        let excess = |down: f64, up: f64| {
            let over: f64 = above.iter().map(|(d, n)| n * (down / (d + down))).sum();
            let under: f64 = below.iter().map(|(d, n)| n * (up / (d + up))).sum();
            down * under - up * over
        };
        // 1/down ≤ Σ over = Σ under ≤ k/up, and the other way round: the nearer value is at least gap/(k + 1) away.
        let classes: f64 = above.iter().chain(&below).map(|(_, n)| n).sum();
        let half = 0.5 * gap;
        let bracket = (0.5 * gap / (classes + 1.0), half);
        // Positive at the middle, it has its root before: nearer to the upper value.
        let (down, up) = if excess(half, half) > 0.0 {
            let Ok(down) = rising_root(bracket, CLOSED, |down| {
                Ok::<_, Infallible>(excess(down, gap - down))
            });
            (down, gap - down)
        } else {
            let Ok(up) = rising_root(bracket, CLOSED, |up| {
                Ok::<_, Infallible>(-excess(gap - up, up))
            });
            (gap - up, up)
        };
        Self {
            down,
            up,
            above,
            below,
        }
    }

    /// `1/(m − x)` of every group.
    fn reciprocals(&self) -> Vec<f64> {
        let above = self.above.iter().map(|(d, _)| 1.0 / (d + self.down));
        let below = self.below.iter().map(|(d, _)| -1.0 / (d + self.up));
        above.chain(below).collect()
    }
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

        /// Far apart, close together and repeated: vectors are orthonormal, and each value is its own, relative to itself.
        #[test]
        fn vectors_are_orthonormal_and_values_relatively_exact(
            mut values in prop::collection::vec(prop_oneof![(-14.0..14.0_f64).prop_map(f64::exp), 1.0..1.0 + 1e-12_f64], 2..30),
            repeats in 0_usize..5,
        ) {
            for i in 0..repeats.min(values.len() - 1) {
                values[i] = values[values.len() - 1];
            }
            let (found, u) = centred_eigenvectors(&values);
            let k = values.len();
            prop_assert!((u.transpose() * &u - DMatrix::identity(k - 1, k - 1)).amax() < 1e-14);
            prop_assert!(u.row_sum().amax() < 1e-14);
            prop_assert!(found.windows(2).all(|pair| pair[0] >= pair[1]));
            // uᵀ diag(m) v/√(xy), the squares of right singular vectors: a sum of positive numbers on the diagonal.
            for i in 0..k - 1 {
                for j in 0..=i {
                    let product: f64 = (0..k).map(|c| values[c] * u[(c, i)] * u[(c, j)]).sum();
                    let wanted = f64::from(u8::from(i == j));
                    prop_assert!((product / (found[i] * found[j]).sqrt() - wanted).abs() < 1e-13);
                }
            }
            let ln_values: Vec<f64> = values.iter().map(|m| m.ln()).collect();
            for (x, ln_x) in found.iter().zip(ln_centred_eigenvalues(&ln_values)) {
                prop_assert!((x.ln() - ln_x).abs() < 1e-13);
            }
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
            let counted: Vec<(f64, usize)> = groups.iter().map(|g| (g.value, g.count())).collect();
            for (i, rational) in ln_roots(&counted).unwrap().into_iter().enumerate() {
                let false_position = ln_root(&groups, i);
                prop_assert!((rational - false_position).abs() < 1e-14, "{rational} against {false_position}");
                prop_assert!(groups[i].value >= rational && rational >= groups[i + 1].value);
            }
        }
    }

    /// Of two values, `p` and `q` times, the root is their mean with weights `q` and `p`: here close to the one, to the other, and between.
    #[test]
    fn a_root_close_to_a_value_is_exact_on_either_side() {
        for ln_low in [-700.0_f64, -3.0, -1e-3] {
            let gap = -ln_low.exp_m1();
            for (p, q) in [(1, 100_000), (100_000, 1), (1, 1), (7, 3)] {
                let values = [vec![0.0; p], vec![ln_low; q]].concat();
                let found = ln_centred_eigenvalues(&values)[p - 1];
                let share = |n: usize| gap * n as f64 / (p + q) as f64;
                let (from_high, from_low) = ((-share(p)).ln_1p(), (ln_low.exp() + share(q)).ln());
                // Nearer to the upper value, whose logarithm is 0, relative to the distance from it.
                let (exact, unit) = match p < q {
                    true => (from_high, from_high.abs()),
                    false if ln_low > -1.0 => (from_high, 1.0),
                    false => (from_low, from_low.abs()),
                };
                assert!(
                    (found - exact).abs() < 2e-15 * unit,
                    "{ln_low} {p} {q}: {found}"
                );
            }
        }
        for low in [1e-9, 0.3, 0.99] {
            for (p, q) in [(1, 399), (399, 1), (1, 1), (7, 3)] {
                let (found, u) = centred_eigenvectors(&[vec![1.0; p], vec![low; q]].concat());
                let (a, b) = (p as f64, q as f64);
                let exact = (a * low + b) / (a + b);
                assert!((found[p - 1] / exact - 1.0).abs() < 2e-15, "{low} {p} {q}");
                // Entries in the ratio −q : p.
                assert!((u[(0, p - 1)] / u[(p, p - 1)] * (a / b) + 1.0).abs() < 2e-15);
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
