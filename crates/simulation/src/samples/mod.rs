//! Given features: `L = W₂W₁X` descended sample by sample, and asked about samples that it was not trained on.
//!
//! Nothing of the theory is assumed: no symmetry, no orthogonality, no small start of a single direction. `W₁` moves within the span of the
//! training samples, `W₁ = AXᵀ`, so that the state is `W₂` (`k × d`) and `A` (`d × N`) and features enter by their inner products
//! alone. [`Samples::draw`] draws data of the family of [`ufm_theory::test_time`]; any other features will do ([`Samples::new`]).

mod descent;
mod noise;

use nalgebra::DMatrix;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use ufm_theory::{
    TheoryError, features::Sharing, problem::ClassProfile, spectrum::labels::sample_classes,
};

use crate::SimulationError;

pub use descent::{MAX_STEPS, Outcome, SampleDescent, SampleMoment};
pub use noise::Cells;

/// The most numbers that features of samples, or their inner products, may have: a gigabyte of them.
pub const MAX_NUMBERS: usize = 1 << 27;

/// That a matrix of so many rows and columns is not beyond [`MAX_NUMBERS`].
fn check_size(rows: usize, columns: usize) -> Result<(), SimulationError> {
    let numbers = rows as f64 * columns as f64;
    if numbers <= MAX_NUMBERS as f64 {
        Ok(())
    } else {
        Err(SimulationError::SamplesTooLarge(numbers))
    }
}

/// The number of samples of these classes, each of which has some, with so many private dimensions if each fits.
fn check_counts(
    counts: &[usize],
    private: impl Fn(usize) -> usize,
) -> Result<usize, SimulationError> {
    ClassProfile::from_counts(counts)?;
    let samples = counts.iter().fold(0_usize, |sum, n| sum.saturating_add(*n));
    check_size(counts.len().saturating_add(private(samples)), samples)?;
    Ok(samples)
}

/// Samples: features and labels.
///
/// ```
/// use ufm_simulation::samples::Samples;
/// use ufm_theory::features::Sharing;
/// let sharing = Sharing::new(0.2)?;
/// let train = Samples::draw(&[30, 3], sharing, 500, 1)?;
/// assert_eq!((train.features().shape(), train.labels().len()), ((502, 33), 33));
/// let fresh = Samples::draw(&[100, 100], sharing, 500, 2)?; // of the same family: the shared parts are the same
/// assert_eq!(fresh.features().nrows(), train.features().nrows());
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    features: DMatrix<f64>,
    labels: Vec<usize>,
    classes: usize,
}

impl Samples {
    /// Features `X` (`p × N`), one column a sample, of the given labels among `classes` classes.
    ///
    /// # Errors
    /// If there are fewer than two classes, as many labels as columns are not given, a label is no class, or a feature is not finite.
    pub fn new(
        features: DMatrix<f64>,
        labels: Vec<usize>,
        classes: usize,
    ) -> Result<Self, SimulationError> {
        // The rules are those of the sums of classes.
        ufm_theory::features::ClassSums::new(&features, &labels, classes)?;
        Ok(Self {
            features,
            labels,
            classes,
        })
    }

    /// `√α e_class + √(1−α) ξ/√p'` with `ξ` of `private_dimension = p'` independent standard normal numbers, drawn by ChaCha8 from `seed`, sample by sample and
    /// class by class: `(k + p') × N`.
    ///
    /// # Errors
    /// If there are fewer than two classes, one is empty, `private_dimension` is zero, or there are more than [`MAX_NUMBERS`] numbers.
    pub fn draw(
        counts: &[usize],
        sharing: Sharing,
        private_dimension: usize,
        seed: u64,
    ) -> Result<Self, SimulationError> {
        check_counts(counts, |_| private_dimension)?;
        if private_dimension == 0 {
            return Err(TheoryError::Shape {
                what: "private dimensions, at least",
                expected: 1,
                found: 0,
            }
            .into());
        }
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        let scale = ((1.0 - sharing.get()) / private_dimension as f64).sqrt();
        Ok(Self::laid_out(
            counts,
            sharing,
            private_dimension,
            |_, _| {
                let value: f64 = StandardNormal.sample(&mut generator);
                scale * value
            },
        ))
    }

    /// The same with orthonormal private parts, one direction a sample: the family of the theory itself, `(k + N) × N`.
    ///
    /// # Errors
    /// If there are fewer than two classes, one is empty, or there are more than [`MAX_NUMBERS`] numbers.
    pub fn orthonormal(counts: &[usize], sharing: Sharing) -> Result<Self, SimulationError> {
        let samples = check_counts(counts, |samples| samples)?;
        let length = (1.0 - sharing.get()).sqrt();
        Ok(Self::laid_out(counts, sharing, samples, |row, sample| {
            if row == sample { length } else { 0.0 }
        }))
    }

    /// A fresh sample of each class, of which these have seen what it shares with its class and nothing else.
    ///
    /// ```
    /// use ufm_simulation::samples::Samples;
    /// use ufm_theory::features::Sharing;
    /// let sharing = Sharing::new(0.2)?;
    /// let train = Samples::orthonormal(&[15, 3], sharing)?;
    /// let fresh = train.shared_parts(sharing);
    /// let products = train.features().tr_mul(fresh.features());
    /// assert!((products[(0, 0)] - 0.2).abs() < 1e-15 && products[(0, 1)] == 0.0);
    /// # Ok::<(), ufm_simulation::SimulationError>(())
    /// ```
    pub fn shared_parts(&self, sharing: Sharing) -> Self {
        let mut features = DMatrix::zeros(self.features.nrows(), self.classes);
        features.fill_diagonal(sharing.get().sqrt());
        Self {
            features,
            labels: (0..self.classes).collect(),
            classes: self.classes,
        }
    }

    /// Private parts entry by entry, by row and sample, sample after sample.
    fn laid_out(
        counts: &[usize],
        sharing: Sharing,
        private: usize,
        mut entry: impl FnMut(usize, usize) -> f64,
    ) -> Self {
        let (classes, labels) = (counts.len(), sample_classes(counts));
        let shared = sharing.get().sqrt();
        let mut features = DMatrix::zeros(classes + private, labels.len());
        for (i, mut column) in features.column_iter_mut().enumerate() {
            column[labels[i]] = shared;
            for row in 0..private {
                column[classes + row] = entry(row, i);
            }
        }
        Self {
            features,
            labels,
            classes,
        }
    }

    /// The same features under other labels, such as noisy ones.
    ///
    /// # Errors
    /// If a label is no class or their number is another.
    pub fn relabelled(&self, labels: Vec<usize>) -> Result<Self, SimulationError> {
        Self::new(self.features.clone(), labels, self.classes)
    }

    /// `X`, `p × N`.
    pub fn features(&self) -> &DMatrix<f64> {
        &self.features
    }

    /// The class of each sample.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// Samples of each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        self.labels.iter().for_each(|&label| counts[label] += 1);
        counts
    }
}
