//! Seeded random matrices.

use nalgebra::DMatrix;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// A stream of independent `𝒩(0, scale²)` numbers.
#[derive(Debug)]
pub(crate) struct Gaussian {
    generator: ChaCha8Rng,
    scale: f64,
}

impl Gaussian {
    pub(crate) fn new(seed: u64, scale: f64) -> Self {
        Self {
            generator: ChaCha8Rng::seed_from_u64(seed),
            scale,
        }
    }

    /// The next numbers, row by row.
    pub(crate) fn matrix(&mut self, rows: usize, columns: usize) -> DMatrix<f64> {
        let values = (0..rows * columns).map(|_| {
            let value: f64 = StandardNormal.sample(&mut self.generator);
            self.scale * value
        });
        DMatrix::from_row_iterator(rows, columns, values)
    }
}

/// Gram–Schmidt, each vector cleaned twice: orthonormal to rounding.
pub(crate) fn orthonormal(seed: u64, rows: usize, columns: usize) -> DMatrix<f64> {
    let mut basis = Gaussian::new(seed, 1.0).matrix(rows, columns);
    for j in 0..columns {
        for _ in 0..2 {
            for i in 0..j {
                let overlap = basis.column(i).dot(&basis.column(j));
                let earlier = basis.column(i).clone_owned();
                basis.column_mut(j).axpy(-overlap, &earlier, 1.0);
            }
            basis.column_mut(j).normalize_mut();
        }
    }
    basis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_basis_is_orthonormal_and_repeatable() {
        let basis = orthonormal(3, 9, 5);
        assert!((basis.transpose() * &basis - DMatrix::identity(5, 5)).amax() < 1e-15 * 8.0);
        assert_eq!(basis, orthonormal(3, 9, 5));
        assert_ne!(basis, orthonormal(4, 9, 5));
    }
}
