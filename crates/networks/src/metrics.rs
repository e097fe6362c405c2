//! What is measured of a network: confusion matrices and what follows from them, and the spectrum of its logits.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};
use ufm_theory::{
    problem::StepProfile,
    spectrum::{LabelSvd, Mode, labels::step_modes},
};

use crate::NetworkError;

/// Counts of samples by true class (rows) and predicted class (columns).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u32>,
}

impl Confusion {
    /// No samples yet.
    pub fn empty(classes: usize) -> Self {
        Self {
            classes,
            counts: vec![0; classes * classes],
        }
    }

    /// Counts one sample; a class outside the matrix is not counted.
    pub fn count(&mut self, label: usize, predicted: usize) {
        if label < self.classes && predicted < self.classes {
            self.counts[label * self.classes + predicted] += 1;
        }
    }

    /// The number of classes `k`.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Samples of class `label` that were taken for `predicted`; zero outside the matrix.
    pub fn get(&self, label: usize, predicted: usize) -> u32 {
        if predicted < self.classes {
            self.counts
                .get(label * self.classes + predicted)
                .copied()
                .unwrap_or(0)
        } else {
            0
        }
    }

    /// Samples of class `label`.
    pub fn samples(&self, label: usize) -> u32 {
        (0..self.classes)
            .map(|predicted| self.get(label, predicted))
            .sum()
    }

    /// Fraction of class `label` that is classified correctly; `None` if there are no samples of it.
    pub fn recall(&self, label: usize) -> Option<f64> {
        let samples = self.samples(label);
        (samples > 0).then(|| f64::from(self.get(label, label)) / f64::from(samples))
    }

    /// Mean recall over the classes for which `included` holds and that have samples: the *balanced accuracy* of a group.
    /// Not a number if there is none.
    ///
    /// ```
    /// use ufm_networks::metrics::Confusion;
    /// let mut confusion = Confusion::empty(2);
    /// for (label, predicted) in [(0, 0), (0, 0), (0, 0), (0, 1), (1, 0), (1, 1)] {
    ///     confusion.count(label, predicted);
    /// }
    /// assert_eq!(confusion.balanced_accuracy(|_| true), (0.75 + 0.5) / 2.0);
    /// assert_eq!(confusion.balanced_accuracy(|class| class == 1), 0.5);
    /// ```
    pub fn balanced_accuracy(&self, included: impl Fn(usize) -> bool) -> f64 {
        let recalls: Vec<f64> = (0..self.classes)
            .filter(|&class| included(class))
            .filter_map(|class| self.recall(class))
            .collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// Fraction of all samples that is classified correctly. Not a number if there are none.
    pub fn accuracy(&self) -> f64 {
        let right: u32 = (0..self.classes).map(|class| self.get(class, class)).sum();
        f64::from(right) / f64::from(self.counts.iter().sum::<u32>())
    }
}

/// The logit matrix of a training set projected on the singular directions of a STEP label matrix.
///
/// With `Z = Σᵢ σᵢ uᵢ vᵢᵀ` the simplex-encoded labels, the amplitude of direction `i` in logits `L` (`k × N`) is
/// `sᵢ = uᵢᵀ L vᵢ`. Every `vᵢ` is constant over the samples of a class, so the class means of the logits, a `k × k`
/// matrix, are all that is needed. Of the directions of equal singular value the mean is taken, which does not
/// depend on the basis.
///
/// `means` holds the class means, column `c` that of class `c`; `order` lists the classes with those of the majority first, the
/// order of `step`. Returned are, by decreasing singular value, each mode that exists with `s/σ`: 1 means that the
/// logits equal the labels in that direction. Source: this project, with the directions of
/// [`LabelSvd::step`].
///
/// # Errors
/// [`NetworkError::Sample`] if the sizes do not fit.
///
/// ```
/// use ufm_networks::metrics::logit_spectrum;
/// use ufm_theory::problem::StepProfile;
/// let step = StepProfile::new(2, 2, 10.0)?;
/// // Logits equal to half the simplex-encoded labels.
/// let means: Vec<f64> = (0..16).map(|i| if i % 5 == 0 { 0.375 } else { -0.125 }).collect();
/// for (_, fraction) in logit_spectrum(&step, &[0, 1, 2, 3], &means)? {
///     assert!((fraction - 0.5).abs() < 1e-12);
/// }
/// # Ok::<(), ufm_networks::NetworkError>(())
/// ```
pub fn logit_spectrum(
    step: &StepProfile,
    order: &[usize],
    means: &[f64],
) -> Result<Vec<(Mode, f64)>, NetworkError> {
    let k = step.classes();
    if means.len() != k * k || order.len() != k || order.iter().any(|&class| class >= k) {
        return Err(NetworkError::Sample(
            "the class means must form a square matrix over the classes of the profile",
        ));
    }
    let svd = LabelSvd::step(step);
    // Column-major: entry (row, column) of the reordered matrix.
    let logits = DMatrix::from_fn(k, k, |row, column| means[order[column] * k + order[row]]);
    let right = svd.right_by_class();
    let mut sums: Vec<(Mode, f64, usize)> = Vec::with_capacity(3);
    for (i, mode) in step_modes(step).into_iter().enumerate() {
        let weighted = DMatrix::from_fn(k, 1, |class, _| right[(class, i)] * svd.sizes()[class]);
        let amplitude = (svd.left().column(i).transpose() * &logits * weighted)[(0, 0)];
        let fraction = amplitude / svd.singular_values()[i];
        match sums.iter_mut().find(|(found, ..)| *found == mode) {
            Some((_, sum, number)) => {
                *sum += fraction;
                *number += 1;
            }
            None => sums.push((mode, fraction, 1)),
        }
    }
    Ok(sums
        .into_iter()
        .map(|(mode, sum, number)| (mode, sum / number as f64))
        .collect())
}
