//! Growth on given data against the matrix `ZΩXᵀ` laid out sample by sample.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use nalgebra::DMatrix;
use proptest::prelude::*;
use ufm_theory::{
    TheoryError,
    features::{self, ClassSums, Sharing},
    problem::{StepProfile, Weighting},
    spectrum::{
        LabelSvd,
        labels::{sample_classes, step_modes},
    },
};

const CLASSES: usize = 4;
const WEIGHTS: [f64; CLASSES] = [0.3, 1.0, 2.0, 0.7];

/// Features (`p × N`) without a pattern.
fn features(p: usize, samples: usize, seed: f64) -> DMatrix<f64> {
    DMatrix::from_fn(p, samples, |i, j| {
        (seed * (1 + i * samples + j) as f64).sin()
    })
}

/// `ZΩXᵀ`, `k × p`.
fn product(x: &DMatrix<f64>, labels: &[usize], weights: &[f64]) -> DMatrix<f64> {
    let k = weights.len() as f64;
    let z = DMatrix::from_fn(weights.len(), labels.len(), |class, i| {
        (f64::from(u8::from(labels[i] == class)) - 1.0 / k) * weights[labels[i]]
    });
    z * x.transpose()
}

prop_compose! {
    fn data()(
        labels in prop::collection::vec(0_usize..CLASSES, 4..20), p in 1_usize..7, seed in 1.0..9.0_f64,
    ) -> (DMatrix<f64>, Vec<usize>) {
        (features(p, labels.len(), seed), labels)
    }
}

proptest! {
    #[test]
    fn rates_and_directions_are_the_singular_ones((x, labels) in data()) {
        let laid_out = product(&x, &labels, &WEIGHTS);
        let gram = &laid_out * laid_out.transpose();
        let mut expected: Vec<f64> = gram.clone().symmetric_eigenvalues().iter().copied().collect();
        expected.sort_by(|a, b| b.total_cmp(a));
        let scale = expected[0].max(1e-300);
        let growth = ClassSums::new(&x, &labels, CLASSES).unwrap().growth(&WEIGHTS).unwrap();
        prop_assert_eq!((growth.rates().len(), growth.left().shape()), (3, (4, 3)));
        for (a, b) in growth.rates().iter().zip(&expected) {
            prop_assert!((a * a - b).abs() < 1e-12 * scale, "{} against {b}", a * a);
        }
        let u = growth.left();
        prop_assert!((u.transpose() * u - DMatrix::identity(3, 3)).amax() < 1e-13);
        let squares = DMatrix::from_fn(3, 3, |i, j| {
            f64::from(u8::from(i == j)) * growth.rates()[i].powi(2)
        });
        prop_assert!((u.transpose() * gram * u - squares).amax() < 1e-12 * scale);
        let rank = growth.rates().iter().filter(|rate| *rate * *rate > 1e-20 * scale).count();
        prop_assert_eq!(growth.rank(), rank);
        prop_assert_eq!(growth.ln_spread().is_finite(), rank == 3);
    }

    #[test]
    fn shares_of_all_classes_are_one((x, labels) in data()) {
        let growth = ClassSums::new(&x, &labels, CLASSES).unwrap().growth(&WEIGHTS).unwrap();
        let rest = growth.shares(|class| class != 2);
        for ((one, rest), column) in growth.shares(|class| class == 2).iter().zip(&rest).zip(growth.left().column_iter()) {
            prop_assert!((one + rest - 1.0).abs() < 1e-13);
            prop_assert_eq!(*one, column[2] * column[2]);
        }
    }

    #[test]
    fn centred_sums_are_those_of_centred_samples((mut x, labels) in data(), offset in -3.0..3.0_f64) {
        x.add_scalar_mut(offset);
        let centred = ClassSums::new(&x, &labels, CLASSES).unwrap().centred();
        for mut row in x.row_iter_mut() {
            row.add_scalar_mut(-row.mean());
        }
        let expected = ClassSums::new(&x, &labels, CLASSES).unwrap();
        prop_assert_eq!(centred.counts(), expected.counts());
        let (a, b) = (centred.growth_rates(&WEIGHTS).unwrap(), expected.growth_rates(&WEIGHTS).unwrap());
        prop_assert_eq!((a.len(), b.len()), (CLASSES - 1, CLASSES - 1));
        for (a, b) in a.iter().zip(&b) {
            prop_assert!((a - b).abs() < 1e-12, "{a} against {b}");
        }
    }

    #[test]
    fn label_rates_are_norms_along_the_singular_directions_of_step_labels(
        (x, labels) in data(), majority in 1_usize..CLASSES,
    ) {
        let laid_out = product(&x, &labels, &WEIGHTS);
        let step = StepProfile::new(majority, CLASSES - majority, 10.0).unwrap();
        let (svd, modes) = (LabelSvd::step(&step), step_modes(&step));
        let found = ClassSums::new(&x, &labels, CLASSES).unwrap()
            .label_rates(&WEIGHTS, |class| class < majority).unwrap();
        let mut existing = modes.clone();
        existing.dedup();
        prop_assert_eq!(found.iter().map(|(mode, _)| *mode).collect::<Vec<_>>(), existing);
        for (mode, rate) in found {
            let squares: Vec<f64> = (0..CLASSES - 1).filter(|&i| modes[i] == mode)
                .map(|i| (svd.left().column(i).transpose() * &laid_out).norm_squared()).collect();
            let expected = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
            prop_assert!((rate - expected).abs() < 1e-13 * (1.0 + expected), "{mode:?}: {rate} against {expected}");
        }
    }

    /// Where the directions of the labels are singular, their rates are the closed forms.
    #[test]
    fn label_rates_of_the_mixing_family_are_its_growth_rates(
        (majority, minority) in (1_usize..4, 1_usize..4), (size, ratio) in (1_usize..4, 1_usize..5),
        alpha in 0.0..1.0_f64, gamma in -0.5..1.5_f64,
    ) {
        let step = StepProfile::new(majority, minority, ratio as f64).unwrap()
            .with_minority_size(size as f64).unwrap();
        let counts = step.profile().counts().unwrap();
        let labels = sample_classes(&counts);
        let x = DMatrix::from_fn(counts.len() + labels.len(), labels.len(), |row, i| {
            if row == labels[i] {
                alpha.sqrt()
            } else if row == counts.len() + i {
                (1.0 - alpha).sqrt()
            } else {
                0.0
            }
        });
        let weighting = Weighting::power(gamma).unwrap();
        let sums = ClassSums::new(&x, &labels, counts.len()).unwrap();
        let weights = weighting.class_weights(&step.profile()).unwrap();
        for (mode, rate) in sums.label_rates(&weights, |class| class < majority).unwrap() {
            let stated = features::step_ln_rate(&step, &weighting, Sharing::new(alpha).unwrap(), mode);
            prop_assert!((rate.ln() - stated).abs() < 1e-12, "{mode:?}");
        }
        if ratio > 1 && counts.len() > 2 {
            let found = sums.least_spread().unwrap().unwrap();
            let stated = features::flattening_exponent(&step, Sharing::new(alpha).unwrap());
            prop_assert!((found.gamma - stated).abs() < 1e-6, "{found:?} against {stated}");
        }
    }
}

#[test]
fn bad_input_is_refused() {
    let x = DMatrix::from_element(2, 3, 1.0);
    assert!(matches!(
        ClassSums::new(&x, &[0, 1, 2], 2),
        Err(TheoryError::Label { sample: 2, .. })
    ));
    assert!(ClassSums::new(&x, &[0, 1], 2).is_err());
    assert!(ClassSums::new(&x, &[0, 0, 0], 1).is_err());
    let bad = DMatrix::from_element(2, 3, f64::NAN);
    assert!(matches!(
        ClassSums::new(&bad, &[0, 1, 1], 2),
        Err(TheoryError::Feature(0))
    ));
    let mut sums = ClassSums::new(&x, &[0, 1, 1], 2).unwrap();
    assert!(sums.growth(&[1.0; 3]).is_err());
    assert!(sums.label_rates(&[1.0], |class| class == 0).is_err());
    assert!(matches!(
        sums.label_rates(&[1.0; 2], |_| true),
        Err(TheoryError::EmptyGroup {
            majority: 2,
            minority: 0
        })
    ));
    let before = sums.clone();
    assert!(sums.add(0, &[1.0]).is_err() && sums.add(0, &[1.0, f64::INFINITY]).is_err());
    assert_eq!(sums, before);
    assert!(ClassSums::empty(2, 2).unwrap().least_spread().is_err()); // no samples
}

#[test]
fn directions_that_do_not_grow_are_counted_and_have_no_spread() {
    // One feature, three classes: one direction grows.
    let sums = ClassSums::new(
        &DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 4.0]),
        &[0, 1, 2],
        3,
    )
    .unwrap();
    let growth = sums.growth(&[1.0; 3]).unwrap();
    assert_eq!((growth.rank(), growth.rates()[1]), (1, 0.0));
    assert_eq!(sums.least_spread().unwrap(), None);
}
