//! Labels of which some are wrong, and what a fresh sample sees of that.
//!
//! Of each class a share `η` of training labels is drawn anew, each class as likely. Samples of one class with one label are exchangeable: they are a *cell*,
//! of `n_ab` samples, and train as one sample does, the mean of the cell, counted `n_ab` times. What the training logits `ℓ_i` of a sample have beyond
//! those that its shared part has, `m_i = ℓ_i − L(√α e_a)`, is *remembered*: a fresh sample of class `a` with Gaussian private part has logits of mean
//! `L(√α e_a)` and covariance `Σ_i m_i m_iᵀ/p'`, to first order in `N/p'`. [`super::accuracy`] is the case without noise, `m = (1 − g)ℓ`.
//!
//! Two moments have a closed form. At the *end* of training on the squared loss every label is fitted, whatever the weights, with the smallest coefficients that
//! do: with `z̄_a` the mean label of the class the mean is `g(n_a) z̄_a`, and `z_i − g(n_a) z̄_a` is remembered. *Early*, out of a small start
//! along one direction, or all directions where they grow alike, coefficients are in proportion to `ω_i z_i`: the mean is `αn_a` times the weighted mean
//! label, and `(1 − α) ω_i z_i` is remembered. Beside the mean label, what is remembered of the deviations `z_i − z̄_a` is early `1 − g(n_a)` of
//! what it is at the end: noise is learned late, the later the more the class shares and the larger it is.

use nalgebra::{DMatrix, DVector};

use crate::{
    TheoryError,
    features::Sharing,
    problem::{ClassProfile, NoiseShare},
};

use super::{check_asked, domain, generalisation_factor, orthant};

/// The most classes: what is remembered are `k³` numbers, a gigabyte of them.
const MAX_CLASSES: usize = 512;

/// Which share of each class's labels is drawn anew, each class as likely, so that `η/k` of them stay right by chance.
///
/// Claims: `label-noise`.
///
/// ```
/// use ufm_theory::{problem::{ClassProfile, NoiseShare}, test_time::LabelNoise};
/// let noise = LabelNoise::symmetric(4, NoiseShare::new(0.2)?);
/// assert!((noise.probability(0, 0) - 0.85).abs() < 1e-15 && (noise.probability(0, 3) - 0.05).abs() < 1e-15);
/// // A minority of 5 is taken for one of 9.5: most of what bears its label is not of it.
/// let profile = ClassProfile::from_counts(&[50, 50, 5, 5])?;
/// assert!((noise.observed(&profile)?.sizes()[3] - 9.5).abs() < 1e-12);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LabelNoise {
    shares: Vec<f64>,
}

/// Samples of one class that bear one label.
///
/// Claims: `label-noise`, through [`LabelNoise`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Their class.
    pub class: usize,
    /// Their label.
    pub label: usize,
    /// How many they are, or are expected to be.
    pub size: f64,
}

impl LabelNoise {
    /// The same share of every class.
    pub fn symmetric(classes: usize, share: NoiseShare) -> Self {
        Self {
            shares: vec![share.get(); classes],
        }
    }

    /// A share for each class.
    pub fn of_classes(shares: &[NoiseShare]) -> Self {
        Self {
            shares: shares.iter().map(|share| share.get()).collect(),
        }
    }

    /// The share of each class.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// The probability that a sample of a class bears a label; 0 for a class that there is not.
    pub fn probability(&self, class: usize, label: usize) -> f64 {
        let classes = self.shares.len();
        match self.shares.get(class) {
            Some(share) if label < classes => {
                let chance = share / classes as f64;
                if class == label {
                    1.0 - share + chance
                } else {
                    chance
                }
            }
            _ => 0.0,
        }
    }

    /// The cells that are not empty, with their expected sizes, class by class.
    ///
    /// # Errors
    /// [`TheoryError::Shape`] unless there is a share for each class, [`TheoryError::Domain`] beyond 512 classes.
    pub fn cells(&self, profile: &ClassProfile) -> Result<Vec<Cell>, TheoryError> {
        let classes = profile.classes();
        if self.shares.len() != classes {
            return Err(TheoryError::Shape {
                what: "shares of noisy labels",
                expected: classes,
                found: self.shares.len(),
            });
        }
        if classes > MAX_CLASSES {
            return Err(domain(
                "number of classes",
                classes as f64,
                &format!("with noisy labels it must be at most {MAX_CLASSES}"),
            ));
        }
        let all = profile.sizes().iter().enumerate().flat_map(|(class, n)| {
            (0..classes).map(move |label| Cell {
                class,
                label,
                size: n * self.probability(class, label),
            })
        });
        Ok(all.filter(|cell| cell.size > 0.0).collect())
    }

    /// How many samples bear each label, expected: what weights are made of, as nobody knows the classes.
    ///
    /// # Errors
    /// As for [`Self::cells`]; [`TheoryError`] if no sample bears some label.
    pub fn observed(&self, profile: &ClassProfile) -> Result<ClassProfile, TheoryError> {
        let mut sizes = vec![0.0; profile.classes()];
        for cell in self.cells(profile)? {
            sizes[cell.label] += cell.size;
        }
        ClassProfile::from_sizes(sizes)
    }
}

/// The logits of fresh samples with Gaussian private parts: their means, and what they see of training samples.
///
/// Claims: `label-noise`.
///
/// ```
/// use ufm_theory::{features::Sharing, problem::{ClassProfile, NoiseShare}, test_time::{FreshLogits, LabelNoise}};
/// // Classes of one size learn together; with noise, and only then, they are best on fresh samples before the noise is learned.
/// let (profile, sharing) = (ClassProfile::from_counts(&[20; 4])?, Sharing::new(0.1)?);
/// for (eta, gains) in [(0.0, false), (0.3, true)] {
///     let noise = LabelNoise::symmetric(4, NoiseShare::new(eta)?);
///     let early = FreshLogits::early(&profile, sharing, &noise, &[1.0; 4])?.accuracy(0, 300.0)?;
///     let end = FreshLogits::at_the_end(&profile, sharing, &noise)?.accuracy(0, 300.0)?;
///     assert_eq!(early > end + 0.01, gains);
/// }
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FreshLogits {
    shared: DMatrix<f64>,
    remembered: DMatrix<f64>,
}

impl FreshLogits {
    /// From the mean logits of each class, column by column (`k × k`), and what is remembered of each training sample; of a cell of `n` samples a column
    /// `√n` times that.
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if numbers of rows differ, or means are not those of as many classes; [`TheoryError::Domain`] if a logit is not finite.
    pub fn new(shared: DMatrix<f64>, remembered: DMatrix<f64>) -> Result<Self, TheoryError> {
        let classes = shared.nrows();
        for (what, found) in [
            ("columns of mean logits", shared.ncols()),
            ("rows of remembered logits", remembered.nrows()),
        ] {
            if found != classes {
                return Err(TheoryError::Shape {
                    what,
                    expected: classes,
                    found,
                });
            }
        }
        let mut logits = shared.iter().chain(remembered.iter());
        if let Some(&bad) = logits.find(|logit| !logit.is_finite()) {
            return Err(domain("a logit of", bad, "it must be finite"));
        }
        Ok(Self { shared, remembered })
    }

    /// When training on the squared loss has fitted every label, whatever the weights: means `g(n_a) z̄_a`, and `z_b − g(n_a) z̄_a` is remembered.
    ///
    /// # Errors
    /// As for [`LabelNoise::cells`]; [`TheoryError::Domain`] if everything is shared, where labels that differ cannot be fitted.
    pub fn at_the_end(
        profile: &ClassProfile,
        sharing: Sharing,
        noise: &LabelNoise,
    ) -> Result<Self, TheoryError> {
        let (cells, classes) = (noise.cells(profile)?, profile.classes());
        if sharing == Sharing::FULL {
            return Err(domain(
                "shared part alpha =",
                sharing.get(),
                "it must be below 1 for every label to be fitted",
            ));
        }
        let mut shared = DMatrix::zeros(classes, classes);
        for (class, &n) in profile.sizes().iter().enumerate() {
            let factor = generalisation_factor(n, sharing);
            for label in 0..classes {
                let column =
                    label_vector(classes, label) * (factor * noise.probability(class, label));
                shared.set_column(class, &(shared.column(class) + column));
            }
        }
        let columns: Vec<DVector<f64>> = cells
            .iter()
            .map(|cell| {
                (label_vector(classes, cell.label) - shared.column(cell.class)) * cell.size.sqrt()
            })
            .collect();
        Self::new(shared, DMatrix::from_columns(&columns))
    }

    /// Early, with all growth rates equal, as those of classes of one size are, up to a common factor: means `α Σ_b n_ab ω_b z_b`, and `(1 − α) ω_b z_b` is
    /// remembered. `weights` are those of labels.
    ///
    /// # Errors
    /// As for [`LabelNoise::cells`]; [`TheoryError::Shape`] unless there are as many weights as classes; [`TheoryError::Domain`] if one is not finite.
    pub fn early(
        profile: &ClassProfile,
        sharing: Sharing,
        noise: &LabelNoise,
        weights: &[f64],
    ) -> Result<Self, TheoryError> {
        let (cells, classes) = (noise.cells(profile)?, profile.classes());
        if weights.len() != classes {
            return Err(TheoryError::Shape {
                what: "weights of labels",
                expected: classes,
                found: weights.len(),
            });
        }
        let alpha = sharing.get();
        let mut shared = DMatrix::zeros(classes, classes);
        let mut columns = Vec::with_capacity(cells.len());
        for cell in &cells {
            let label = label_vector(classes, cell.label) * weights[cell.label];
            let mean = shared.column(cell.class) + &label * (alpha * cell.size);
            shared.set_column(cell.class, &mean);
            columns.push(label * ((1.0 - alpha) * cell.size.sqrt()));
        }
        Self::new(shared, DMatrix::from_columns(&columns))
    }

    /// The mean logits of each class, column by column.
    pub fn shared(&self) -> &DMatrix<f64> {
        &self.shared
    }

    /// What is remembered of each cell, `√n` times.
    pub fn remembered(&self) -> &DMatrix<f64> {
        &self.remembered
    }

    /// The probability that the largest logit of a fresh sample of a class is its own; chance where all logits are zero. As precise as [`super::accuracy`].
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if there is no such class, [`TheoryError::Domain`] if `private_dimension` is not a positive finite number.
    pub fn accuracy(&self, class: usize, private_dimension: f64) -> Result<f64, TheoryError> {
        let classes = self.shared.nrows();
        check_asked(classes, class, private_dimension)?;
        let largest = self.shared.amax().max(self.remembered.amax());
        if largest == 0.0 {
            return Ok(1.0 / classes as f64);
        }
        let scale = 1.0 / (largest * private_dimension.sqrt());
        let half_spaces: Vec<orthant::HalfSpace> = (0..classes)
            .filter(|&other| other != class)
            .map(|other| orthant::HalfSpace {
                mean: (self.shared[(class, class)] - self.shared[(other, class)]) / largest,
                normal: self
                    .remembered
                    .column_iter()
                    .map(|column| (column[class] - column[other]) * scale)
                    .collect(),
            })
            .collect();
        Ok(orthant::probability(&half_spaces))
    }
}

/// `e_label − 1/k`.
fn label_vector(classes: usize, label: usize) -> DVector<f64> {
    DVector::from_fn(classes, |row, _| {
        f64::from(u8::from(row == label)) - 1.0 / classes as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_time;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn without_noise_it_is_the_accuracy_of_the_labels(
            counts in prop::collection::vec(1..60_usize, 2..5), alpha in 0.01..0.95_f64, p in 20.0..1e4_f64,
        ) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let sharing = Sharing::new(alpha).unwrap();
            let k = counts.len();
            let noise = LabelNoise::symmetric(k, NoiseShare::new(0.0).unwrap());
            let labels = DMatrix::from_fn(k, k, |i, j| f64::from(u8::from(i == j)) - 1.0 / k as f64);
            let stated = test_time::accuracy(&labels, &profile, sharing, p).unwrap();
            let end = FreshLogits::at_the_end(&profile, sharing, &noise).unwrap();
            // Means of cells start at rounding; the lattice is the same.
            for (class, stated) in stated.iter().enumerate() {
                prop_assert!((end.accuracy(class, p).unwrap() - stated).abs() < 1e-3);
            }
        }

        #[test]
        fn noise_is_remembered_late(n in 2..200_usize, eta in 0.01..1.0_f64, alpha in 0.01..0.95_f64, k in 2..6_usize) {
            let profile = ClassProfile::from_counts(&vec![n; k]).unwrap();
            let sharing = Sharing::new(alpha).unwrap();
            let noise = LabelNoise::symmetric(k, NoiseShare::new(eta * 0.99).unwrap());
            // The deviation of a remembered label beside the mean logits, in one class.
            let ratio = |logits: &FreshLogits| {
                let column = |i: usize| logits.remembered().column(i) / (n as f64 * noise.probability(0, i)).sqrt();
                (column(0) - column(1)).norm() / logits.shared().column(0).norm()
            };
            let early = ratio(&FreshLogits::early(&profile, sharing, &noise, &vec![1.0; k]).unwrap());
            let end = ratio(&FreshLogits::at_the_end(&profile, sharing, &noise).unwrap());
            let stated = 1.0 - generalisation_factor(n as f64, sharing);
            prop_assert!((early / end / stated - 1.0).abs() < 1e-9, "{} against {stated}", early / end);
        }

        #[test]
        fn labels_are_conserved(counts in prop::collection::vec(1..60_usize, 2..6), seed in 0.0..1.0_f64) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let shares: Vec<NoiseShare> = (0..counts.len()).map(|c| NoiseShare::new((seed * (c + 1) as f64).fract()).unwrap()).collect();
            let observed = LabelNoise::of_classes(&shares).observed(&profile).unwrap();
            prop_assert!((observed.total() / profile.total() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let profile = ClassProfile::from_counts(&[7, 2]).unwrap();
        let noise = |k| LabelNoise::symmetric(k, NoiseShare::new(0.1).unwrap());
        let sharing = Sharing::new(0.1).unwrap();
        assert!(matches!(
            noise(3).cells(&profile),
            Err(TheoryError::Shape { .. })
        ));
        assert!(matches!(
            FreshLogits::early(&profile, sharing, &noise(2), &[1.0]),
            Err(TheoryError::Shape { .. })
        ));
        assert!(matches!(
            FreshLogits::at_the_end(&profile, Sharing::FULL, &noise(2)),
            Err(TheoryError::Domain { .. })
        ));
        let many = ClassProfile::from_counts(&[3; MAX_CLASSES + 1]).unwrap();
        let error = noise(MAX_CLASSES + 1).observed(&many).unwrap_err();
        assert!(error.to_string().contains("at most 512"), "{error}");
        let end = FreshLogits::at_the_end(&profile, sharing, &noise(2)).unwrap();
        assert!(matches!(
            end.accuracy(2, 10.0),
            Err(TheoryError::Shape { .. })
        ));
        assert!(matches!(
            end.accuracy(0, 0.0),
            Err(TheoryError::Domain { .. })
        ));
        assert!(matches!(
            FreshLogits::new(DMatrix::zeros(2, 3), DMatrix::zeros(2, 1)),
            Err(TheoryError::Shape { .. })
        ));
        assert!(matches!(
            FreshLogits::new(DMatrix::zeros(2, 2), DMatrix::from_element(2, 1, f64::NAN)),
            Err(TheoryError::Domain { .. })
        ));
        let nothing = FreshLogits::new(DMatrix::zeros(2, 2), DMatrix::zeros(2, 1)).unwrap();
        assert_eq!(nothing.accuracy(0, 5.0), Ok(0.5));
        assert_eq!(noise(2).probability(2, 0), 0.0);
        assert_eq!(noise(2).probability(0, 2), 0.0);
        assert_eq!(noise(2).probability(1, 7), 0.0);
    }

    #[test]
    fn cells_are_those_that_have_samples() {
        let profile = ClassProfile::from_counts(&[7, 2]).unwrap();
        let of = |shares: [f64; 2]| {
            let shares = shares.map(|share| NoiseShare::new(share).unwrap());
            let cells = LabelNoise::of_classes(&shares).cells(&profile).unwrap();
            let of_cell = |cell: Cell| (cell.class, cell.label, cell.size);
            cells.into_iter().map(of_cell).collect::<Vec<_>>()
        };
        assert_eq!(of([0.0, 0.0]), [(0, 0, 7.0), (1, 1, 2.0)]);
        assert_eq!(of([0.0, 0.5]), [(0, 0, 7.0), (1, 0, 0.5), (1, 1, 1.5)]);
    }

    #[test]
    fn the_most_classes_are_still_taken() {
        let profile = ClassProfile::from_counts(&[3; MAX_CLASSES]).unwrap();
        let noise = LabelNoise::symmetric(MAX_CLASSES, NoiseShare::new(0.0).unwrap());
        assert_eq!(noise.cells(&profile).unwrap().len(), MAX_CLASSES);
    }

    #[test]
    fn early_means_are_sums_of_weighted_labels() {
        let profile = ClassProfile::from_counts(&[8, 4, 2]).unwrap();
        let shares = [0.3, 0.0, 0.6].map(|share| NoiseShare::new(share).unwrap());
        let (noise, alpha) = (LabelNoise::of_classes(&shares), 0.2);
        let weights = [0.5, 1.5, 3.0];
        let sharing = Sharing::new(alpha).unwrap();
        let early = FreshLogits::early(&profile, sharing, &noise, &weights).unwrap();
        for (class, n) in profile.sizes().iter().enumerate() {
            // Σ_b n_ab ω_b (e_b − 1/k), row by row.
            let part = |b: usize| n * noise.probability(class, b) * weights[b];
            let mean = (part(0) + part(1) + part(2)) / 3.0;
            for row in 0..3 {
                let stated = alpha * (part(row) - mean);
                assert!((early.shared()[(row, class)] - stated).abs() < 1e-14);
            }
        }
    }
}
