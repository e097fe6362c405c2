//! Imbalanced subsets: how many samples of each class, and which.

use ufm_theory::problem::{ClassProfile, StepProfile};

use crate::{
    DataError, Samples,
    random::{Purpose, shuffled},
};

/// Indices of `counts[c]` samples of each class `c`, ascending: the first ones of a shuffle of the
/// class, which depends on `seed` and on nothing else. So with one seed a smaller subset lies inside
/// a larger one, and the count of one class does not change what is taken of another. A count may be 0.
///
/// ```
/// use ufm_data::{digits, subsample};
/// let train = digits::load(0)?.train;
/// let few = subsample(&train, &[2; 10], 1)?;
/// let many = subsample(&train, &[20; 10], 1)?;
/// assert!(few.iter().all(|index| many.contains(index)));
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// If there is not one count for each class, or a class has fewer samples than its count.
pub fn subsample(samples: &Samples, counts: &[usize], seed: u64) -> Result<Vec<usize>, DataError> {
    check_available(&samples.class_counts(), counts)?;
    let mut taken = Vec::with_capacity(counts.iter().sum());
    for (class, indices) in samples.by_class().into_iter().enumerate() {
        let order = shuffled(indices, seed, Purpose::Subset, class);
        taken.extend_from_slice(&order[..counts[class]]);
    }
    taken.sort_unstable();
    Ok(taken)
}

/// Counts of a STEP profile: `majority_samples` for each class named in `majority`, and
/// `majority_samples / ratio`, rounded to the nearest whole number, for each other class.
///
/// ```
/// use ufm_data::step_counts;
/// assert_eq!(step_counts(&[50, 60, 70], &[2], 70, 10.0)?, [7, 7, 70]);
/// assert!(step_counts(&[50, 60, 70], &[2], 70, 1000.0).is_err()); // would leave no minority sample
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// If `majority` names no class, all classes, one twice or one that is not in `available`; if
/// `ratio` is not a finite number of at least 1; if a count would be 0 or exceeds what is available.
pub fn step_counts(
    available: &[usize],
    majority: &[u8],
    majority_samples: usize,
    ratio: f64,
) -> Result<Vec<usize>, DataError> {
    let classes = available.len();
    let mut is_majority = vec![false; classes];
    for &class in majority {
        match is_majority.get_mut(usize::from(class)) {
            None => {
                return Err(DataError::domain(
                    "majority class",
                    class,
                    format!("below the number of classes, {classes}"),
                ));
            }
            Some(true) => {
                return Err(DataError::domain(
                    "majority class",
                    class,
                    "named only once",
                ));
            }
            Some(named) => *named = true,
        }
    }
    StepProfile::new(majority.len(), classes - majority.len(), ratio)?;
    let minority_samples = (majority_samples as f64 / ratio).round() as usize;
    let counts: Vec<usize> = is_majority
        .iter()
        .map(|&named| {
            if named {
                majority_samples
            } else {
                minority_samples
            }
        })
        .collect();
    check_filled(&counts, majority_samples, ratio)?;
    check_available(available, &counts)?;
    Ok(counts)
}

/// Counts of the exponential long tail `largest · ratio^(−c/(k−1))`, each rounded to the nearest whole
/// number: class 0 has `largest`, class `k − 1` about `largest / ratio`
/// ([`ClassProfile::long_tail`]).
///
/// ```
/// use ufm_data::long_tail_counts;
/// assert_eq!(long_tail_counts(&[2000; 4], 1000, 1000.0)?, [1000, 100, 10, 1]);
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// If there are fewer than two classes, `ratio` is not a finite number of at least 1, or a count
/// would be 0 or exceeds what is available.
pub fn long_tail_counts(
    available: &[usize],
    largest: usize,
    ratio: f64,
) -> Result<Vec<usize>, DataError> {
    if largest == 0 {
        return Err(DataError::domain("largest class", largest, "at least 1"));
    }
    let profile = ClassProfile::long_tail(available.len(), largest as f64, ratio)?;
    let counts: Vec<usize> = profile.sizes().iter().map(|n| n.round() as usize).collect();
    check_filled(&counts, largest, ratio)?;
    check_available(available, &counts)?;
    Ok(counts)
}

fn check_filled(counts: &[usize], largest: usize, ratio: f64) -> Result<(), DataError> {
    match counts.iter().position(|&count| count == 0) {
        None => Ok(()),
        Some(class) => Err(DataError::EmptyClass {
            class,
            largest,
            ratio,
        }),
    }
}

fn check_available(available: &[usize], counts: &[usize]) -> Result<(), DataError> {
    if counts.len() != available.len() {
        return Err(DataError::Shape {
            what: "counts, one for each class".to_owned(),
            expected: available.len(),
            found: counts.len(),
        });
    }
    let pairs = available.iter().zip(counts).enumerate();
    for (class, (&available, &asked)) in pairs {
        if asked > available {
            return Err(DataError::TooFewSamples {
                class,
                asked,
                available,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ufm_theory::TheoryError;

    use super::*;

    fn samples(labels: Vec<u8>) -> Samples {
        Samples::new(vec![0.0; labels.len()], labels, 1, 1, 4).unwrap()
    }

    #[test]
    fn bad_profiles_are_refused() {
        let step = |majority: &[u8], n, ratio| step_counts(&[100; 4], majority, n, ratio);
        for majority in [&[4][..], &[1, 1], &[], &[0, 1, 2, 3]] {
            assert!(step(majority, 10, 2.0).is_err(), "{majority:?}");
        }
        for ratio in [0.5, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                step(&[0], 10, ratio),
                Err(DataError::Profile(TheoryError::ImbalanceRatio(_)))
            ));
            assert!(long_tail_counts(&[100; 4], 10, ratio).is_err());
        }
        assert!(matches!(
            step(&[0], 0, 2.0),
            Err(DataError::EmptyClass { class: 0, .. })
        ));
        assert!(matches!(
            step(&[0], 10, 100.0),
            Err(DataError::EmptyClass { class: 1, .. })
        ));
        assert!(matches!(
            step(&[0], 101, 2.0),
            Err(DataError::TooFewSamples {
                class: 0,
                asked: 101,
                available: 100
            })
        ));
        assert!(long_tail_counts(&[100; 4], 0, 2.0).is_err());
        assert!(long_tail_counts(&[100], 5, 2.0).is_err());
        assert!(long_tail_counts(&[100; 4], 10, 1e3).is_err());
        assert!(step_counts(&[], &[], 1, 1.0).is_err());
    }

    #[test]
    fn bad_counts_are_refused() {
        let four = samples(vec![0, 1, 2, 3]);
        assert!(matches!(
            subsample(&four, &[1; 3], 0),
            Err(DataError::Shape {
                expected: 4,
                found: 3,
                ..
            })
        ));
        assert!(matches!(
            subsample(&four, &[1, 1, 2, 1], 0),
            Err(DataError::TooFewSamples { class: 2, .. })
        ));
        assert!(subsample(&four, &[usize::MAX; 4], 0).is_err());
    }

    proptest! {
        #[test]
        fn a_subset_has_its_counts_and_contains_every_smaller_one(
            labels in prop::collection::vec(0_u8..4, 0..200),
            share in 0.0..1.0_f64,
            seed: u64,
        ) {
            let all = samples(labels);
            let counts: Vec<usize> =
                all.class_counts().iter().map(|&n| (n as f64 * share) as usize).collect();
            let taken = subsample(&all, &counts, seed).unwrap();
            prop_assert!(taken.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(all.select(&taken).unwrap().class_counts(), counts.clone());
            // Smaller in one class only: the others keep theirs.
            let mut fewer = counts.clone();
            fewer[2] /= 2;
            let inside = subsample(&all, &fewer, seed).unwrap();
            prop_assert!(inside.iter().all(|i| taken.contains(i)));
            let others = |list: &[usize]| -> Vec<usize> {
                list.iter().copied().filter(|&i| all.labels()[i] != 2).collect()
            };
            prop_assert_eq!(others(&taken), others(&inside));
        }
    }
}
