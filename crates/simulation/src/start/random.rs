//! Seeded random matrices.

use nalgebra::DMatrix;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{ChiSquared, Distribution, StandardNormal};

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

    /// The triangular factor of the QR decomposition of the next `samples × columns` numbers, in law: `rows × columns` with
    /// `rows = min(samples, columns)`, row by row, the diagonal first.
    pub(crate) fn triangle(&mut self, samples: usize, rows: usize, columns: usize) -> DMatrix<f64> {
        let mut factor = DMatrix::zeros(rows, columns);
        for i in 0..rows {
            // At least one degree of freedom, so there is such a distribution.
            let squared = ChiSquared::new((samples - i) as f64)
                .map_or(0.0, |chi| chi.sample(&mut self.generator));
            factor[(i, i)] = self.scale * squared.sqrt();
            let rest = self.matrix(1, columns - i - 1);
            factor.view_mut((i, i + 1), rest.shape()).copy_from(&rest);
        }
        factor
    }

    /// An orthonormal basis of the span of the next vectors, the columns: Gram–Schmidt, each cleaned twice.
    pub(crate) fn orthonormal(&mut self, rows: usize, columns: usize) -> DMatrix<f64> {
        let mut basis = self.matrix(rows, columns);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_basis_is_orthonormal_and_repeatable() {
        let basis_of = |seed| Gaussian::new(seed, 1.0).orthonormal(9, 5);
        let basis = basis_of(3);
        assert!((basis.transpose() * &basis - DMatrix::identity(5, 5)).amax() < 1e-15 * 8.0);
        assert_eq!(basis, basis_of(3));
        assert_ne!(basis, basis_of(4));
    }
}
