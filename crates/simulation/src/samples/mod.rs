//! Given features: `L = W₂W₁X` descended sample by sample, and asked about samples that it was not trained on.
//!
//! Nothing of the theory is assumed: no symmetry, no orthogonality, no small start of a single direction. `W₁` moves within the span of the
//! training samples, `W₁ = AXᵀ`, so that the state is `W₂` (`k × d`) and `A` (`d × N`) and features enter by their inner products
//! alone. [`Samples::draw`] draws data of the family of [`ufm_theory::test_time`]; any other features will do ([`Samples::new`]).

use nalgebra::DMatrix;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use ufm_theory::{
    TheoryError,
    features::Sharing,
    problem::{ClassProfile, Start},
    spectrum::{LabelSvd, labels::sample_classes},
    test_time::effective_size,
};

use crate::{Loss, SimulationError};

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
    /// If there are fewer than two classes, one is empty, or `private_dimension` is zero.
    pub fn draw(
        counts: &[usize],
        sharing: Sharing,
        private_dimension: usize,
        seed: u64,
    ) -> Result<Self, SimulationError> {
        ClassProfile::from_counts(counts)?;
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
    /// If there are fewer than two classes or one is empty.
    pub fn orthonormal(counts: &[usize], sharing: Sharing) -> Result<Self, SimulationError> {
        ClassProfile::from_counts(counts)?;
        let length = (1.0 - sharing.get()).sqrt();
        Ok(Self::laid_out(
            counts,
            sharing,
            counts.iter().sum(),
            |row, sample| if row == sample { length } else { 0.0 },
        ))
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

/// Logits of samples and what they say of each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// `k × N`.
    pub logits: DMatrix<f64>,
    /// For each class the share of its samples whose largest logit is its own, ties counted as wrong; `None` for a class without samples.
    pub accuracies: Vec<Option<f64>>,
    /// For each class the mean over its samples of the own logit less the mean of the others; `None` likewise.
    pub margins: Vec<Option<f64>>,
}

impl Outcome {
    fn new(logits: DMatrix<f64>, labels: &[usize]) -> Self {
        let classes = logits.nrows();
        let mut sums = vec![(0.0, 0.0, 0.0); classes];
        for (column, &label) in logits.column_iter().zip(labels) {
            let own = column[label];
            let best = (0..classes)
                .filter(|&c| c != label)
                .all(|c| column[c] < own);
            let others = (column.sum() - own) / (classes as f64 - 1.0);
            let (number, right, margin) = &mut sums[label];
            *number += 1.0;
            *right += f64::from(u8::from(best));
            *margin += own - others;
        }
        let mean = |pick: fn(&(f64, f64, f64)) -> f64| {
            sums.iter()
                .map(|sum| (sum.0 > 0.0).then(|| pick(sum) / sum.0))
                .collect()
        };
        Self {
            accuracies: mean(|sum| sum.1),
            margins: mean(|sum| sum.2),
            logits,
        }
    }
}

/// The model at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleMoment {
    /// Steps times step size: gradient-flow time, to first order in the step size.
    pub time: f64,
    /// On the samples it is trained on.
    pub training: Outcome,
    /// On the fresh ones.
    pub fresh: Outcome,
}

/// Gradient descent of `W₂` and `W₁` on the weighted loss of every sample.
///
/// ```
/// use ufm_simulation::{Loss, samples::{SampleDescent, Samples}};
/// use ufm_theory::{features::Sharing, problem::Start, test_time::generalisation_factor};
/// let sharing = Sharing::new(0.2)?;
/// let train = Samples::orthonormal(&[15, 3], sharing)?;
/// // Of a fresh sample all that is known is what it shares.
/// let mut shared = nalgebra::DMatrix::zeros(train.features().nrows(), 2);
/// shared.fill_diagonal(0.2_f64.sqrt());
/// let fresh = Samples::new(shared, vec![0, 1], 2)?;
/// let descent = SampleDescent::new(&train, &[1.0, 1.0], Loss::Squared, 0.01)?.from_class_means(&Start::plain(4.0)?, sharing)?;
/// for moment in descent.at(&[1.0, 5.0, 30.0], &fresh)? {
///     for class in 0..2 {
///         let (train, fresh) = (moment.training.margins[class].unwrap(), moment.fresh.margins[class].unwrap());
///         assert!((fresh / train - generalisation_factor([15.0, 3.0][class], sharing)).abs() < 1e-12);
///     }
/// }
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SampleDescent<'a> {
    samples: &'a Samples,
    sample_weights: Vec<f64>,
    targets: DMatrix<f64>,
    loss: Loss,
    step: f64,
    classifier: DMatrix<f64>,
    coefficients: DMatrix<f64>,
}

impl<'a> SampleDescent<'a> {
    /// The weights `ω_c` of the classes and the step size `η`. Starts at zero, where nothing moves: choose a start.
    ///
    /// # Errors
    /// If there are not as many weights as classes, one is not a positive number, or the step is none; [`SimulationError::Smoothing`].
    pub fn new(
        samples: &'a Samples,
        class_weights: &[f64],
        loss: Loss,
        step: f64,
    ) -> Result<Self, SimulationError> {
        let (classes, number) = (samples.classes, samples.labels.len());
        if class_weights.len() != classes {
            return Err(TheoryError::Shape {
                what: "class weights",
                expected: classes,
                found: class_weights.len(),
            }
            .into());
        }
        if let Some(&bad) = class_weights.iter().find(|w| !(w.is_finite() && **w > 0.0)) {
            return Err(TheoryError::Domain {
                what: "class weight",
                found: bad,
                allowed: "it must be finite and above 0".into(),
            }
            .into());
        }
        if !(step.is_finite() && step > 0.0) {
            return Err(SimulationError::StepSize(step));
        }
        let kept = match loss {
            Loss::Squared => 1.0,
            Loss::CrossEntropy { smoothing } if (0.0..1.0).contains(&smoothing) => 1.0 - smoothing,
            Loss::CrossEntropy { smoothing } => return Err(SimulationError::Smoothing(smoothing)),
        };
        let base = match loss {
            Loss::Squared => -1.0 / classes as f64,
            Loss::CrossEntropy { .. } => (1.0 - kept) / classes as f64,
        };
        let targets = DMatrix::from_fn(classes, number, |c, i| {
            base + if samples.labels[i] == c { kept } else { 0.0 }
        });
        Ok(Self {
            sample_weights: samples
                .labels
                .iter()
                .map(|&label| class_weights[label])
                .collect(),
            samples,
            targets,
            loss,
            step,
            classifier: DMatrix::zeros(classes, classes),
            coefficients: DMatrix::zeros(classes, number),
        })
    }

    /// The spectral start of the effective problem of free features ([`crate::Problem::with_sharing`]): `W₁` in the span of the class means.
    ///
    /// # Errors
    /// If a class is empty; as for [`LabelSvd::new`].
    pub fn from_class_means(
        mut self,
        start: &Start,
        sharing: Sharing,
    ) -> Result<Self, SimulationError> {
        let counts = self.samples.counts();
        let sizes: Vec<f64> = ClassProfile::from_counts(&counts)?
            .sizes()
            .iter()
            .map(|&n| effective_size(n, sharing))
            .collect();
        let svd = LabelSvd::new(&ClassProfile::from_sizes(sizes.clone())?);
        let (left, sigma, right) = (svd.left(), svd.singular_values(), svd.right_by_class());
        let rank = sigma.len();
        self.classifier = DMatrix::zeros(self.samples.classes, rank);
        self.coefficients = DMatrix::zeros(rank, self.samples.labels.len());
        for i in 0..rank {
            let size = (0.5 * start.ln_initial_amplitude(sigma[i].ln())).exp();
            for c in 0..self.samples.classes {
                self.classifier[(c, i)] = size * left[(c, i)];
            }
            for (j, &label) in self.samples.labels.iter().enumerate() {
                // W₁ = Σ g_c x̄_cᵀ with g_c = n'_c h_c, h_c the feature of a class in the effective problem.
                let of_mean = size * right[(label, i)] * sizes[label];
                self.coefficients[(i, j)] = of_mean / counts[label] as f64;
            }
        }
        Ok(self)
    }

    /// The spectral start of `ZΩXᵀ = U S Vᵀ`, along the directions in which these very logits grow: `W₂ = e^(−δ) U`, `W₁ = e^(−δ) Vᵀ`.
    ///
    /// # Errors
    /// [`SimulationError::Scale`] unless `0 < δ ≤` [`crate::start::MAX_DELTA`]; [`TheoryError::NoConvergence`].
    pub fn from_growth(mut self, delta: f64) -> Result<Self, SimulationError> {
        crate::start::check_scale(delta)?;
        let (classes, size) = (self.samples.classes, (-delta).exp());
        let mut weighted = self.residual(DMatrix::zeros(classes, self.samples.labels.len()));
        if let Loss::CrossEntropy { .. } = self.loss {
            // The residual of zero logits: the labels, centred.
            for mut column in weighted.column_iter_mut() {
                let mean = column.mean();
                column.add_scalar_mut(-mean);
            }
        }
        let growth = &weighted * self.samples.features.transpose();
        let gram = (&growth * growth.transpose()).symmetric_eigen();
        let mut order: Vec<usize> = (0..classes).collect();
        order.sort_by(|&a, &b| gram.eigenvalues[b].total_cmp(&gram.eigenvalues[a]));
        order.truncate(classes - 1);
        self.classifier = DMatrix::from_fn(classes, classes - 1, |c, i| {
            size * gram.eigenvectors[(c, order[i])]
        });
        let mut coefficients = self.classifier.tr_mul(&weighted);
        for (mut row, &i) in coefficients.row_iter_mut().zip(&order) {
            row /= gram.eigenvalues[i].max(0.0).sqrt();
        }
        self.coefficients = coefficients;
        Ok(self)
    }

    /// `W₂` and `W₁` of independent entries `e^(−δ) 𝒩(0, 1)`, of inner dimension `d`, drawn by ChaCha8 from `seed`; of `W₁` the part in the span of
    /// the samples, which is all that a sample of the training set sees.
    ///
    /// # Errors
    /// [`SimulationError::Scale`] unless `0 < δ ≤` [`crate::start::MAX_DELTA`].
    pub fn gaussian(
        mut self,
        delta: f64,
        dimension: usize,
        seed: u64,
    ) -> Result<Self, SimulationError> {
        crate::start::check_scale(delta)?;
        let mut gaussian = crate::start::random::Gaussian::new(seed, (-delta).exp());
        self.classifier = gaussian.matrix(self.samples.classes, dimension);
        self.coefficients = gaussian.matrix(dimension, self.samples.labels.len());
        Ok(self)
    }

    /// Descends and records the moments at `times`, which do not decrease, each at the step nearest to it; `fresh` are measured, not learned.
    ///
    /// # Errors
    /// [`SimulationError::RecordTime`] for times that do; [`TheoryError::Shape`] if `fresh` has other features; [`SimulationError::Diverged`]
    /// if the step is too large.
    pub fn at(&self, times: &[f64], fresh: &Samples) -> Result<Vec<SampleMoment>, SimulationError> {
        let (rows, found) = (self.samples.features.nrows(), fresh.features.nrows());
        if rows != found || fresh.classes != self.samples.classes {
            return Err(TheoryError::Shape {
                what: "features of fresh samples",
                expected: rows,
                found,
            }
            .into());
        }
        let end = times.iter().copied().fold(0.0, f64::max);
        let gram = self.samples.features.tr_mul(&self.samples.features);
        let across = self.samples.features.tr_mul(&fresh.features);
        let (mut classifier, mut coefficients) =
            (self.classifier.clone(), self.coefficients.clone());
        let mut moments = Vec::with_capacity(times.len());
        let (mut step, mut earliest) = (0_u64, 0.0);
        for (position, &time) in times.iter().enumerate() {
            if !(time >= earliest && time.is_finite()) {
                return Err(SimulationError::RecordTime {
                    position,
                    time,
                    end,
                });
            }
            earliest = time;
            let target = (time / self.step).round() as u64;
            while step < target {
                let hidden = &coefficients * &gram;
                let residual = self.residual(&classifier * &hidden);
                let change = classifier.tr_mul(&residual);
                classifier += self.step * (&residual * hidden.transpose());
                coefficients += self.step * change;
                step += 1;
            }
            let training = &classifier * (&coefficients * &gram);
            if !training.iter().all(|x| x.is_finite()) {
                return Err(SimulationError::Diverged(time));
            }
            moments.push(SampleMoment {
                time: step as f64 * self.step,
                training: Outcome::new(training, &self.samples.labels),
                fresh: Outcome::new(&classifier * (&coefficients * &across), &fresh.labels),
            });
        }
        Ok(moments)
    }

    /// Minus the gradient by the logits: the weighted residual.
    fn residual(&self, logits: DMatrix<f64>) -> DMatrix<f64> {
        let mut residual = match self.loss {
            Loss::Squared => &self.targets - logits,
            Loss::CrossEntropy { .. } => {
                let mut softmax = logits;
                for mut column in softmax.column_iter_mut() {
                    let largest = column.max();
                    column.apply(|x| *x = (*x - largest).exp());
                    let sum = column.sum();
                    column /= sum;
                }
                &self.targets - softmax
            }
        };
        for (mut column, weight) in residual.column_iter_mut().zip(&self.sample_weights) {
            column *= *weight;
        }
        residual
    }
}
