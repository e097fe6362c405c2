//! Why two decompositions are our own: what the library's do on label matrices. If a newer version passes, one of these tests fails, and the
//! algorithm it justifies should go.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use nalgebra::{DMatrix, DVector, SymmetricEigen};
use ufm_theory::{problem::ClassProfile, spectrum::LabelSvd};

/// Whole numbers without a pattern, from 1 to 60.
struct Counts(u64);

impl Counts {
    fn next(&mut self) -> usize {
        // Knuth, The Art of Computer Programming 2, 3.3.4: the multiplier of MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        1 + usize::try_from(self.0 >> 33).unwrap() % 60
    }
}

/// The labels with one column a class: `(I − 11ᵀ/k) diag(√n)`, whose singular values are those of `Z`.
fn compressed_labels(sizes: &[f64]) -> DMatrix<f64> {
    let k = sizes.len();
    DMatrix::from_fn(k, k, |i, j| {
        (f64::from(u8::from(i == j)) - 1.0 / k as f64) * sizes[j].sqrt()
    })
}

#[test]
fn the_svd_of_nalgebra_does_not_always_recompose() {
    const TRIED: usize = 4000;
    let mut counts = Counts(1);
    let (mut wrong, mut worst) = (0, 0.0_f64);
    for _ in 0..TRIED {
        let sizes: Vec<f64> = (0..8).map(|_| counts.next() as f64).collect();
        let z = compressed_labels(&sizes);
        let svd = z.clone().svd(true, true);
        let error = (svd.recompose().unwrap() - &z).norm() / z.norm();
        if error > 1e-10 {
            (wrong, worst) = (wrong + 1, worst.max(error));
        }
        // Ours, on the same labels.
        let ours = LabelSvd::new(&ClassProfile::from_sizes(sizes.clone()).unwrap());
        let v = ours.right_by_class().transpose()
            * DMatrix::from_diagonal(&DVector::from_vec(sizes).map(f64::sqrt));
        let recomposed = ours.left() * DMatrix::from_diagonal(ours.singular_values()) * v;
        assert!((recomposed - &z).norm() < 1e-14 * z.norm());
    }
    println!("nalgebra's SVD: {wrong} of {TRIED} do not recompose, error up to {worst:.1e}");
    assert!(
        wrong > 0 && worst > 1e-3,
        "the library is right now: one-sided Jacobi in numerics/left_singular.rs can go"
    );
}

#[test]
fn a_dense_eigensolver_loses_the_small_singular_values() {
    let tail = ClassProfile::long_tail(20, 1e12, 1e12).unwrap();
    let z = compressed_labels(tail.sizes());
    let eigen = SymmetricEigen::new(&z * z.transpose());
    let mut dense: Vec<f64> = eigen.eigenvalues.iter().copied().collect();
    dense.sort_by(|a, b| b.total_cmp(a));
    // The product of the squares is Π n · Σ 1/n / k exactly, without cancellation.
    let sizes = tail.sizes();
    let ln_product = sizes.iter().map(|n| n.ln()).sum::<f64>()
        + (sizes.iter().map(|n| n.recip()).sum::<f64>() / sizes.len() as f64).ln();
    let ours = LabelSvd::new(&tail);
    let found: f64 = ours.singular_values().iter().map(|s| 2.0 * s.ln()).sum();
    assert!(
        (found - ln_product).abs() < 1e-12,
        "{found} against {ln_product}"
    );
    let lost = ours.singular_values()[18].powi(2) / dense[18] - 1.0;
    println!("smallest of 19 eigenvalues, dense: relative error {lost:.1e}");
    assert!(
        lost.abs() > 1e-8,
        "{lost}: the roots of the secular equation can go"
    );
}
