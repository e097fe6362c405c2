#![allow(clippy::unwrap_used, reason = "a test may panic")]

use nalgebra::DMatrix;
use proptest::prelude::*;
use ufm_theory::features::ClassSums;

use super::*;
use crate::growth::spectrum;

const SAMPLES: [(usize, [f64; 4]); 4] = [
    (1, [1.0, 0.5, -2.0, 4.0]),
    (0, [0.3, 2.5, 1.0, 4.0]),
    (1, [-1.0, 1.5, 0.7, 4.0]),
    (2, [2.0, 0.1, 0.2, 4.0]),
];

fn names(k: usize) -> Vec<String> {
    (0..k).map(|class| format!("c{class}")).collect()
}

/// What training would see, `p × N`.
fn explicit(scaling: Scaling) -> DMatrix<f64> {
    let mut x = DMatrix::from_fn(4, 4, |j, i| SAMPLES[i].1[j]);
    if scaling != Scaling::Raw {
        for mut row in x.row_iter_mut() {
            row.add_scalar_mut(-row.mean());
            if scaling == Scaling::Standardised && row.norm() > 0.0 {
                row *= 2.0 / row.norm();
            }
        }
    }
    x
}

#[test]
fn sums_give_the_rates_of_the_samples_by_rows_by_columns_and_in_parts() {
    for scaling in [Scaling::Raw, Scaling::Centred, Scaling::Standardised] {
        let empty = Totals::new(SAMPLES[0].1.to_vec());
        let (mut rows, mut columns) = (empty.part(), empty.part());
        let mut parts = [empty.part(), empty.part()];
        for (i, (class, x)) in SAMPLES.iter().enumerate() {
            rows.add(*class, x).unwrap();
            parts[i % 2].add(*class, x).unwrap();
        }
        let labels = SAMPLES.map(|(class, _)| class as u32);
        columns.count(&labels);
        for j in 0..4 {
            let column = SAMPLES.map(|(_, x)| x[j]);
            columns.add_column(j, &labels, &column).unwrap();
        }
        let [a, b] = parts;
        let expected = ClassSums::new(&explicit(scaling), &[1, 0, 1, 2], 3)
            .unwrap()
            .growth_rates(&[1.0; 3])
            .unwrap();
        for totals in [rows, columns, a.merge(b).unwrap()] {
            let data = totals.finish(&names(3), scaling).unwrap();
            assert_eq!(data.counts, [1, 2, 1]);
            let features = data.features.unwrap();
            assert_eq!(features.constant, 1);
            let found = spectrum(&features.sums, &[1.0; 3]).unwrap().rates;
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    (found - expected).abs() < 1e-13,
                    "{scaling:?}: {found} against {expected}"
                );
            }
        }
    }
}

#[test]
fn test_factors_are_those_of_leaving_one_out() {
    for scaling in [Scaling::Raw, Scaling::Centred, Scaling::Standardised] {
        let mut totals = Totals::new(SAMPLES[3].1.to_vec());
        for (class, x) in &SAMPLES {
            totals.add(*class, x).unwrap();
        }
        let features = totals.finish(&names(3), scaling).unwrap().features.unwrap();
        let x = explicit(scaling);
        let (a, b) = (x.column(0), x.column(2));
        let expected = a.dot(&b) / ((a + b) * 0.5).norm_squared();
        let [first, found, last] = features.test_factors[..] else {
            unreachable!("three classes")
        };
        assert!((found.unwrap() - expected).abs() < 1e-12);
        assert_eq!((first, last), (None, None));
    }
}

proptest! {
    /// The mixing family, where the factor is known: `αn/(αn + 1 − α)`.
    #[test]
    fn test_factors_of_the_mixing_family(n in 2_usize..40, alpha in 0.01..1.0_f64) {
        let mut totals = Totals::new(vec![0.0; n + 2]);
        for i in 0..n {
            let mut x = vec![0.0; n + 2];
            (x[0], x[2 + i]) = (alpha.sqrt(), (1.0 - alpha).sqrt());
            totals.add(0, &x).unwrap();
        }
        let mut other = vec![0.0; n + 2];
        other[1] = 1.0;
        totals.add(1, &other).unwrap();
        let found = totals.finish(&names(2), Scaling::Raw).unwrap().features.unwrap().test_factors[0];
        let n = n as f64;
        prop_assert!((found.unwrap() - alpha * n / (alpha * n + 1.0 - alpha)).abs() < 1e-12);
    }
}

#[test]
fn numbers_are_sorted_as_numbers() {
    let mut totals = Totals::new(vec![0.0]);
    for class in 0..3 {
        totals.add(class, &[class as f64]).unwrap();
    }
    let data = totals.finish(&["10", "9", "1"].map(String::from), Scaling::Raw);
    assert_eq!(data.unwrap().classes, ["1", "9", "10"]);
}

#[test]
fn what_is_not_finite_is_named() {
    let mut totals = Totals::new(vec![0.0; 11]);
    totals.add(0, &[0.0_f32; 11]).unwrap();
    for (feature, odd) in [(0, f64::NAN), (7, f64::INFINITY), (10, f64::NEG_INFINITY)] {
        let mut x = [1.0; 11];
        x[feature] = odd;
        let error = totals.add(0, &x).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("sample 1 (counted from 0): feature {feature} is not a finite number")
        );
    }
    assert!(totals.add(0, &[1.0; 10]).is_err());
    assert_eq!(totals.samples(), 1);
}
