//! The probability that a standard Gaussian vector lies in an intersection of half-spaces.
//!
//! The half-spaces' normals, each of unit length, are made lower triangular by a rotation (one basis for all); then each bounds one coordinate given those before, and the
//! probability is an integral over a cube (A. Genz, *Numerical computation of multivariate normal probabilities*, J. Comput. Graph. Statist. 1,
//! 1992), here over a fixed lattice. A half-space that bounds no further coordinate, parallel to earlier ones as they are while one mode alone is
//! learned, holds or does not.

use statrs::distribution::{ContinuousCDF, Normal};

/// Points of the lattice.
const POINTS: usize = 4096;
/// What is left of a unit vector below this is rounding, a few `1e-16`.
const PARALLEL: f64 = 1e-13;

/// `mean + normal·z > 0`.
pub(super) struct HalfSpace {
    pub(super) mean: f64,
    pub(super) normal: Vec<f64>,
}

/// The probability, from 0 to 1. A half-space whose normal is zero holds where its mean is above 0.
pub(super) fn probability(half_spaces: &[HalfSpace]) -> f64 {
    let length = |normal: &[f64]| normal.iter().map(|x| x * x).sum::<f64>().sqrt();
    let mut bounds: Vec<(f64, Vec<f64>)> = Vec::with_capacity(half_spaces.len());
    for half_space in half_spaces {
        let norm = length(&half_space.normal);
        if norm > 0.0 {
            let unit = half_space.normal.iter().map(|x| x / norm).collect();
            bounds.push((half_space.mean / norm, unit));
        } else if half_space.mean <= 0.0 {
            return 0.0;
        }
    }
    if bounds.is_empty() {
        return 1.0;
    }
    // The least likely first: it makes the integrand smoothest.
    bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows = triangular(bounds);
    let coordinates = rows.iter().filter(|row| row.slope > 0.0).count();
    let normal = Normal::standard();
    let steps = golden_steps(coordinates);
    let mut known: Vec<f64> = Vec::with_capacity(coordinates);
    let mut sum = 0.0;
    for point in 0..POINTS {
        let mut product = 1.0;
        known.clear();
        for row in &rows {
            let given = row.mean
                + row
                    .known
                    .iter()
                    .zip(&known)
                    .map(|(a, z)| a * z)
                    .sum::<f64>();
            if row.slope == 0.0 {
                if given <= 0.0 {
                    product = 0.0;
                    break;
                }
                continue;
            }
            let likely = normal.cdf(given / row.slope); // that the next coordinate is above −given/slope
            if likely == 0.0 {
                product = 0.0;
                break;
            }
            let place = place(point, steps[known.len()]);
            known.push(-normal.inverse_cdf((place * likely).clamp(1e-300, 1.0_f64.next_down())));
            product *= likely;
        }
        sum += product;
    }
    sum / POINTS as f64
}

/// A bound in rotated coordinates: `mean + Σ known·z + slope·z_next > 0`; no next coordinate where `slope = 0`.
struct Row {
    mean: f64,
    known: Vec<f64>,
    slope: f64,
}

/// The bounds in an orthonormal basis that each in turn extends by at most one direction: Gram–Schmidt, cleaned twice.
fn triangular(bounds: Vec<(f64, Vec<f64>)>) -> Vec<Row> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut rows = Vec::with_capacity(bounds.len());
    for (mean, mut rest) in bounds {
        let mut known = vec![0.0; basis.len()];
        for _ in 0..2 {
            for (coefficient, direction) in known.iter_mut().zip(&basis) {
                let overlap = dot(&rest, direction);
                *coefficient += overlap;
                rest.iter_mut()
                    .zip(direction)
                    .for_each(|(x, d)| *x -= overlap * d);
            }
        }
        let length = dot(&rest, &rest).sqrt();
        let slope = if length < PARALLEL { 0.0 } else { length };
        if slope > 0.0 {
            basis.push(rest.iter().map(|x| x / slope).collect());
        }
        rows.push(Row { mean, known, slope });
    }
    rows
}

/// Powers of the inverse of the root `φ > 1` of `φ^(d+1) = φ + 1`, the generalised golden ratio: steps whose multiples fill the cube evenly.
fn golden_steps(dimension: usize) -> Vec<f64> {
    let power = 1.0 / (dimension as f64 + 1.0);
    // A contraction: 1/((d+1)(1+φ)) of the distance is left each time.
    let root = (0..64).fold(2.0_f64, |root, _| (1.0 + root).powf(power));
    (1..=dimension as i32).map(|j| root.powi(-j)).collect()
}

/// Where a point of the lattice lies along a coordinate, between 0 and 1. Both halves of a step fold onto each other, so that the integrand is continuous
/// across the cube's faces.
fn place(point: usize, step: f64) -> f64 {
    1.0 - (2.0 * ((point as f64 + 0.5) * step).fract() - 1.0).abs()
}

/// `Φ`.
#[cfg(test)]
pub(super) fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first orthant of three normals of pairwise correlations `ρ`: `1/8 + Σ asin(ρ)/(4π)`.
    #[test]
    fn an_orthant_of_three_has_its_closed_form() {
        for [a, b, c] in [[0.5, 0.5, 0.5], [-0.3, 0.2, 0.7], [0.0, 0.0, 0.0]] {
            // Rows of the Cholesky factor of the correlations.
            let (l21, l31) = (a, b);
            let l22 = f64::sqrt(1.0 - a * a);
            let l32 = (c - a * b) / l22;
            let l33 = f64::sqrt(1.0 - l31 * l31 - l32 * l32);
            let rows = [
                vec![1.0, 0.0, 0.0],
                vec![l21, l22, 0.0],
                vec![l31, l32, l33],
            ];
            let half_spaces = rows.map(|normal| HalfSpace { mean: 0.0, normal });
            let stated = 0.125 + (a.asin() + b.asin() + c.asin()) / (4.0 * std::f64::consts::PI);
            let found = probability(&half_spaces);
            assert!((found - stated).abs() < 1e-4, "{found} against {stated}");
        }
    }

    /// The first quadrant of two normals of correlation `ρ`: `1/4 + asin(ρ)/(2π)`. And any half-space alone: `Φ(mean)`.
    #[test]
    fn a_quadrant_and_a_half_space_have_their_closed_forms() {
        for rho in [-0.9, -0.5, 0.0, 0.3, 0.8] {
            let half_spaces = [vec![2.0, 0.0], vec![rho, f64::sqrt(1.0 - rho * rho)]]
                .map(|normal| HalfSpace { mean: 0.0, normal });
            let stated = 0.25 + f64::asin(rho) / (2.0 * std::f64::consts::PI);
            let found = probability(&half_spaces);
            assert!((found - stated).abs() < 2e-5, "{found} against {stated}");
        }
        for mean in [-8.0, -1.0, 0.0, 2.5] {
            let normal = vec![3.0, 4.0];
            let found = probability(&[HalfSpace { mean, normal }]);
            assert!((found / normal_cdf(0.2 * mean) - 1.0).abs() < 1e-12);
        }
    }

    /// To the bit, as the lattice is that of the bounds that count. Of a parallel direction rounding is left.
    #[test]
    fn a_bound_that_another_implies_changes_nothing() {
        let half_space = |mean, scale: f64, normal: [f64; 3]| HalfSpace {
            mean: mean * scale,
            normal: normal.map(|x| x * scale).to_vec(),
        };
        let (first, second) = ([0.1, 0.2, 0.3], [0.7, -0.4, 0.6]);
        let alone = probability(&[half_space(-0.2, 1.0, first), half_space(0.1, 1.0, second)]);
        for scale in [1.0 / 3.0, 0.1, 7.0, 1e5] {
            let found = probability(&[
                half_space(-0.2, 1.0, first),
                half_space(-0.1, scale, first),
                half_space(0.1, 1.0, second),
                half_space(0.9, scale, second),
            ]);
            assert_eq!(found, alone, "{scale}");
        }
    }

    #[test]
    fn steps_are_powers_of_the_golden_ratio_of_the_dimension() {
        assert!((golden_steps(1)[0] - 0.5 * (5.0_f64.sqrt() - 1.0)).abs() < 1e-15);
        for dimension in [1, 2, 3, 10, 100] {
            let steps = golden_steps(dimension);
            assert_eq!(steps.len(), dimension);
            // φ^(d+1) = φ + 1.
            let root = 1.0 / steps[0];
            assert!((root.powi(dimension as i32 + 1) / (root + 1.0) - 1.0).abs() < 1e-12);
            for (j, step) in (1..).zip(&steps) {
                assert!((step * root.powi(j) - 1.0).abs() < 1e-12);
            }
        }
    }

    /// Folded is what has the same cosine: that of `π (2i + 1) step`.
    #[test]
    fn places_are_folded_multiples_of_the_step() {
        for step in golden_steps(3) {
            for point in 0..POINTS {
                let place = place(point, step);
                assert!(place > 0.0 && place < 1.0);
                let angle = std::f64::consts::PI * (2 * point + 1) as f64 * step;
                let folded = (std::f64::consts::PI * place).cos();
                assert!((folded - angle.cos()).abs() < 1e-10, "{point}, {step}");
            }
        }
    }

    #[test]
    fn more_half_spaces_than_dimensions_and_parallel_ones() {
        let half_space = |mean, normal: [f64; 2]| HalfSpace {
            mean,
            normal: normal.to_vec(),
        };
        // A right angle cut by its own bounds, twice, the second time further out.
        let found = probability(&[
            half_space(0.0, [1.0, 0.0]),
            half_space(1.0, [2.0, 0.0]),
            half_space(0.0, [0.0, 3.0]),
            half_space(5.0, [0.0, 1.0]),
        ]);
        assert!((found - 0.25).abs() < 1e-4, "{found}");
        // A bound that adds nothing comes first: the next one still has its own direction.
        let found = probability(&[
            half_space(-1.0, [1.0, 0.0]),
            half_space(-0.9, [1.0, 0.0]),
            half_space(0.0, [0.0, 1.0]),
        ]);
        assert!((found - 0.5 * normal_cdf(-1.0)).abs() < 1e-4, "{found}");
    }

    #[test]
    fn a_bound_without_a_slope_decides_alone() {
        let of = |mean| {
            probability(&[HalfSpace {
                mean,
                normal: vec![0.0, 0.0],
            }])
        };
        assert_eq!(of(1.0), 1.0);
        assert_eq!(of(-1.0), 0.0);
    }
}
