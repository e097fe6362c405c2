//! Labels of which some are wrong: drawn, and in expectation.

use nalgebra::DMatrix;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use ufm_theory::{
    features::Sharing,
    problem::{ClassProfile, Weighting},
    test_time::{Cell, FreshLogits, LabelNoise},
};

use super::{SampleDescent, SampleMoment, Samples, check_size};
use crate::{Loss, SimulationError};

impl Samples {
    /// The same features under labels of which some are drawn anew, by ChaCha8 from `seed`, sample by sample: two numbers each, whatever the noise, so that
    /// labels that are wrong under less noise are so under more.
    ///
    /// ```
    /// use ufm_simulation::samples::Samples;
    /// use ufm_theory::{features::Sharing, problem::NoiseShare, test_time::LabelNoise};
    /// let clean = Samples::draw(&[300, 30], Sharing::new(0.2)?, 20, 1)?;
    /// let noisy = clean.with_noise(&LabelNoise::symmetric(2, NoiseShare::new(0.4)?), 7)?;
    /// let wrong = clean.labels().iter().zip(noisy.labels()).filter(|(a, b)| a != b).count();
    /// assert!((40..100).contains(&wrong)); // a half of those drawn anew
    /// assert_eq!(noisy, clean.with_noise(&LabelNoise::symmetric(2, NoiseShare::new(0.4)?), 7)?);
    /// # Ok::<(), ufm_simulation::SimulationError>(())
    /// ```
    ///
    /// # Errors
    /// [`ufm_theory::TheoryError::Shape`] unless there is a share for each class.
    pub fn with_noise(&self, noise: &LabelNoise, seed: u64) -> Result<Self, SimulationError> {
        let classes = self.classes;
        if noise.shares().len() != classes {
            return Err(ufm_theory::TheoryError::Shape {
                what: "shares of noisy labels",
                expected: classes,
                found: noise.shares().len(),
            }
            .into());
        }
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        // 53 bits of the unit interval.
        let mut uniform = || (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let labels = self.labels.iter().map(|&class| {
            let (place, other) = (uniform(), uniform());
            if place < noise.shares()[class] {
                ((other * classes as f64) as usize).min(classes - 1)
            } else {
                class
            }
        });
        self.relabelled(labels.collect())
    }
}

/// Noisy labels in expectation: samples of one class with one label are one sample, the mean of them, counted as often as they are, whole or not.
///
/// Exact for the orthonormal family, of which no sample of a cell is unlike another; the flow of `k²` samples in place of `N`.
///
/// ```
/// use ufm_simulation::{Loss, samples::Cells};
/// use ufm_theory::{features::Sharing, problem::{ClassProfile, NoiseShare, Weighting}, test_time::LabelNoise};
/// let profile = ClassProfile::from_counts(&[50, 50, 5, 5])?;
/// let noise = LabelNoise::symmetric(4, NoiseShare::new(0.2)?);
/// let cells = Cells::new(&profile, Sharing::new(0.05)?, &noise)?;
/// let logits = cells.flow(Weighting::vanilla(), Loss::Squared, 3.0, &[1.0, 60.0])?;
/// let minority = |i: usize| logits[i].accuracy(3, 500.0);
/// assert!(minority(0)? < minority(1)?); // learned late
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    samples: Samples,
    cells: Vec<Cell>,
    fresh: Samples,
    observed: ClassProfile,
}

impl Cells {
    /// The cells of classes of these sizes.
    ///
    /// # Errors
    /// As for [`LabelNoise::cells`] and [`LabelNoise::observed`]; [`SimulationError::SamplesTooLarge`].
    pub fn new(
        profile: &ClassProfile,
        sharing: Sharing,
        noise: &LabelNoise,
    ) -> Result<Self, SimulationError> {
        let classes = profile.classes();
        // No more than k² cells of k + k² features.
        let most = classes.saturating_mul(classes);
        check_size(classes.saturating_add(most), most)?;
        let cells = noise.cells(profile)?;
        let shared = sharing.get().sqrt();
        let mut features = DMatrix::zeros(classes + cells.len(), cells.len());
        for (i, cell) in cells.iter().enumerate() {
            features[(cell.class, i)] = shared;
            features[(classes + i, i)] = ((1.0 - sharing.get()) / cell.size).sqrt();
        }
        let samples = Samples::new(
            features,
            cells.iter().map(|cell| cell.label).collect(),
            classes,
        )?;
        Ok(Self {
            fresh: samples.shared_parts(sharing),
            samples,
            observed: noise.observed(profile)?,
            cells,
        })
    }

    /// The features of the cells and their labels.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// What each cell is.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Samples by label, of which weights are made.
    pub fn observed(&self) -> &ClassProfile {
        &self.observed
    }

    /// Descent on the cells, each counted as often as it has samples; it starts at zero: choose a start.
    ///
    /// # Errors
    /// As for [`SampleDescent::new`]; if a weight is no normal number.
    pub fn descent(
        &self,
        weighting: Weighting,
        loss: Loss,
        step: f64,
    ) -> Result<SampleDescent<'_>, SimulationError> {
        let weights = weighting.class_weights(&self.observed)?;
        let sizes: Vec<f64> = self.cells.iter().map(|cell| cell.size).collect();
        SampleDescent::new(&self.samples, &weights, loss, step)?.counted(&sizes)
    }

    /// The logits of fresh samples at `times`, from the spectral start `e^(−δ)` along the directions of growth: steps of a twenty-fifth of the shortest time in
    /// which anything grows.
    ///
    /// # Errors
    /// As for [`Self::descent`], [`SampleDescent::from_growth`] and [`SampleDescent::at`].
    pub fn flow(
        &self,
        weighting: Weighting,
        loss: Loss,
        delta: f64,
        times: &[f64],
    ) -> Result<Vec<FreshLogits>, SimulationError> {
        let moments = self
            .descent(weighting, loss, self.shortest_time(weighting)? / 25.0)?
            .from_growth(delta)?
            .at(times, &self.fresh)?;
        moments.iter().map(|moment| self.logits(moment)).collect()
    }

    /// The shortest time in which anything grows by a factor `e` from a small start, or shorter: one over `√Σ_a [α (Σ_b n_ab ω_b)² + (1−α) Σ_b n_ab ω_b²]`.
    ///
    /// # Errors
    /// If a weight is no normal number.
    pub fn shortest_time(&self, weighting: Weighting) -> Result<f64, SimulationError> {
        let weights = weighting.class_weights(&self.observed)?;
        let mut squares = 0.0;
        let mut together = vec![0.0; self.samples.classes];
        let classes = self.samples.classes;
        for (i, cell) in self.cells.iter().enumerate() {
            let strength = weights[cell.label] * cell.size;
            together[cell.class] += self.samples.features[(cell.class, i)] * strength;
            squares += (self.samples.features[(classes + i, i)] * strength).powi(2);
        }
        squares += together.iter().map(|sum| sum * sum).sum::<f64>();
        Ok(1.0 / squares.sqrt())
    }

    /// What a moment of descent on the cells says of fresh samples.
    ///
    /// # Errors
    /// [`ufm_theory::TheoryError::Shape`] if the moment is of other samples, measured on others than [`Samples::shared_parts`].
    pub fn logits(&self, moment: &SampleMoment) -> Result<FreshLogits, SimulationError> {
        let (training, shared) = (&moment.training.logits, &moment.fresh.logits);
        if training.ncols() != self.cells.len()
            || shared.shape() != (training.nrows(), training.nrows())
        {
            return Err(ufm_theory::TheoryError::Shape {
                what: "cells of a moment",
                expected: self.cells.len(),
                found: training.ncols(),
            }
            .into());
        }
        let columns: Vec<_> = self
            .cells
            .iter()
            .enumerate()
            .map(|(i, cell)| (training.column(i) - shared.column(cell.class)) * cell.size.sqrt())
            .collect();
        Ok(FreshLogits::new(
            shared.clone(),
            DMatrix::from_columns(&columns),
        )?)
    }
}
