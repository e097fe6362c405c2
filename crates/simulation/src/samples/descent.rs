//! Gradient descent on every sample, and what the model says of others.

use nalgebra::DMatrix;
use ufm_theory::{
    TheoryError,
    features::Sharing,
    problem::{ClassProfile, Start},
    spectrum::LabelSvd,
    test_time::effective_size,
};

use super::{Samples, check_size};
use crate::{Loss, SimulationError, numerics::softmax};

/// The most steps that are taken.
pub const MAX_STEPS: usize = 1_000_000;

/// The most products of all steps together, `steps × N² × d`: a minute or so.
const MAX_PRODUCTS: f64 = 1e11;

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
/// let fresh = train.shared_parts(sharing);
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

    /// The same, every sample counted so often: its loss, times a number above 0, whole or not.
    ///
    /// # Errors
    /// If there are not as many numbers as samples, or one is not a positive number.
    pub fn counted(mut self, times: &[f64]) -> Result<Self, SimulationError> {
        let samples = self.sample_weights.len();
        if times.len() != samples {
            return Err(TheoryError::Shape {
                what: "numbers of samples",
                expected: samples,
                found: times.len(),
            }
            .into());
        }
        if let Some(&bad) = times.iter().find(|n| !(n.is_finite() && **n > 0.0)) {
            return Err(TheoryError::Domain {
                what: "number of samples",
                found: bad,
                allowed: "it must be finite and above 0".into(),
            }
            .into());
        }
        for (weight, number) in self.sample_weights.iter_mut().zip(times) {
            *weight *= number;
        }
        Ok(self)
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
    /// [`SimulationError::RecordTime`] for times that do; [`SimulationError::SamplesTooLarge`], [`SimulationError::TooManySteps`] beyond [`MAX_STEPS`], or beyond 10¹¹ products of all steps together, `steps × N² × d`; [`TheoryError::Shape`] if `fresh` has other features; [`SimulationError::Diverged`]
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
        let number = self.samples.labels.len();
        check_size(number, number)?;
        check_size(number, fresh.labels.len())?;
        let end = times.iter().copied().fold(0.0, f64::max);
        let products = (number * number * self.classifier.ncols().max(1)) as f64;
        let steps = (MAX_PRODUCTS / products).min(MAX_STEPS as f64);
        if (end / self.step).round() > steps {
            return Err(SimulationError::TooManySteps {
                steps: steps as usize,
                time: 0.0,
            });
        }
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
    fn residual(&self, mut logits: DMatrix<f64>) -> DMatrix<f64> {
        let mut residual = match self.loss {
            Loss::Squared => &self.targets - logits,
            Loss::CrossEntropy { .. } => {
                for mut column in logits.column_iter_mut() {
                    softmax(&mut column);
                }
                &self.targets - logits
            }
        };
        for (mut column, weight) in residual.column_iter_mut().zip(&self.sample_weights) {
            column *= *weight;
        }
        residual
    }
}
