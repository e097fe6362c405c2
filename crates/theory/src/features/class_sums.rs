//! Given data, as far as growth rates go: one sum of features a class.
//!
//! `ZΩXᵀ = P diag(ω) S` with the class sums `S` (`k × p`), row `c` the sum of the samples of class `c`: the data are read once, and each
//! set of weights then costs `O(k² p)`.

use nalgebra::DMatrix;

use crate::{
    TheoryError,
    features::data_growth::DataGrowth,
    numerics::left_singular::left_singular,
    problem::{ClassProfile, Weighting},
    spectrum::Mode,
    windows::least_spread::{self, Minimum},
};

/// The sum of the features of each class, and the number of samples it sums.
///
/// Claims: `data-growth`, `constrained-features`.
///
/// ```
/// use nalgebra::DMatrix;
/// use ufm_theory::features::ClassSums;
/// // Three samples in two dimensions (p × N), of classes 0, 0 and 1.
/// let x = DMatrix::from_row_slice(2, 3, &[1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
/// let sums = ClassSums::new(&x, &[0, 0, 1], 2)?;
/// assert_eq!(sums.counts(), [2, 1]);
/// let rates = sums.growth_rates(&[0.5, 1.0])?; // inverse frequency
/// assert!((rates[0] - 1.0).abs() < 1e-15);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClassSums {
    sums: DMatrix<f64>,
    counts: Vec<usize>,
}

impl ClassSums {
    /// No samples yet, of `dimension` features and `classes` classes.
    ///
    /// # Errors
    /// If there are fewer than two classes.
    pub fn empty(dimension: usize, classes: usize) -> Result<Self, TheoryError> {
        if classes < 2 {
            return Err(TheoryError::TooFewClasses(classes));
        }
        Ok(Self {
            sums: DMatrix::zeros(classes, dimension),
            counts: vec![0; classes],
        })
    }

    /// Of the features `X` (`p × N`), one column per sample, of the given labels among `classes` classes.
    ///
    /// # Errors
    /// If there are fewer than two classes, as many labels as columns are not given, a label is no class, or a feature is not finite.
    pub fn new(
        features: &DMatrix<f64>,
        labels: &[usize],
        classes: usize,
    ) -> Result<Self, TheoryError> {
        let mut sums = Self::empty(features.nrows(), classes)?;
        check("labels of the samples", features.ncols(), labels.len())?;
        for (&label, column) in labels.iter().zip(features.column_iter()) {
            sums.add(label, column.as_slice())?;
        }
        Ok(sums)
    }

    /// Adds a sample of a class.
    ///
    /// # Errors
    /// If the label is no class, the sample has another number of features, or one of them is not finite; nothing is added then.
    pub fn add(&mut self, label: usize, sample: &[f64]) -> Result<(), TheoryError> {
        let (number, classes) = (self.counts.iter().sum(), self.counts.len());
        check("features of a sample", self.sums.ncols(), sample.len())?;
        if label >= classes {
            return Err(TheoryError::Label {
                sample: number,
                label,
                classes,
            });
        }
        if !sample.iter().all(|x| x.is_finite()) {
            return Err(TheoryError::Feature(number));
        }
        self.counts[label] += 1;
        for (sum, x) in self.sums.row_mut(label).iter_mut().zip(sample) {
            *sum += x;
        }
        Ok(())
    }

    /// Samples of each class.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The class sums of the same samples less their common mean, as if each had been centred first; of no samples, the same.
    ///
    /// ```
    /// use ufm_theory::features::ClassSums;
    /// let mut sums = ClassSums::empty(1, 2)?;
    /// for (label, x) in [(0, 5.0), (0, 6.0), (1, 10.0)] {
    ///     sums.add(label, &[x])?;
    /// }
    /// // The mean is 7: sums −3 and 3, whose difference is 6.
    /// assert!((sums.centred().growth_rates(&[1.0, 1.0])?[0] - 18.0_f64.sqrt()).abs() < 1e-14);
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    pub fn centred(&self) -> Self {
        let samples = self.counts.iter().sum::<usize>().max(1) as f64;
        let mean = self.sums.row_sum() / samples;
        let mut centred = self.clone();
        for (mut row, &n) in centred.sums.row_iter_mut().zip(&self.counts) {
            row -= n as f64 * &mean;
        }
        centred
    }

    /// Singular values and left singular vectors of `ZΩXᵀ` for class weights `ω_c`, `k − 1` of them: the directions of the logits in which
    /// `L = W₂W₁X` grows out of a small start, and how fast.
    ///
    /// One-sided Jacobi: the error is a few roundings of the largest rate, not of its square as by way of a Gram matrix.
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if `class_weights` is not of length `k`, [`TheoryError::NoConvergence`] if rotations do not end.
    pub fn growth(&self, class_weights: &[f64]) -> Result<DataGrowth, TheoryError> {
        let classes = self.counts.len();
        let weighted = self.weighted(class_weights)?;
        let bound = weighted
            .row_iter()
            .map(|row| row.norm())
            .fold(0.0, f64::max);
        let mean = weighted.row_mean();
        let rows = weighted
            .row_iter()
            .map(|row| row.iter().zip(mean.iter()).map(|(x, m)| x - m).collect())
            .collect();
        let mut found = left_singular(rows).ok_or(TheoryError::NoConvergence(classes))?;
        found.truncate(classes - 1);
        Ok(DataGrowth::new(classes, found, bound))
    }

    /// The `k − 1` largest singular values of `ZΩXᵀ` for class weights `ω_c`, in decreasing order: the rates at which
    /// `L = W₂W₁X` grows out of a small start, per unit of gradient-flow time. Zeros where the data have fewer dimensions.
    ///
    /// # Errors
    /// As for [`Self::growth`].
    pub fn growth_rates(&self, class_weights: &[f64]) -> Result<Vec<f64>, TheoryError> {
        Ok(self.growth(class_weights)?.rates().to_vec())
    }

    /// How fast the logits grow *along the directions of the labels*: `‖uᵀZΩXᵀ‖`, root mean square over the directions `u` of each mode of a
    /// split into majority classes, those for which `majority` holds, and minority classes. Modes that exist, by decreasing singular
    /// value of STEP labels.
    ///
    /// In units of one over gradient-flow time. It is the growth rate where `u` is a left singular vector, as for free features and the
    /// mixing family of [`crate::features`] with STEP counts; else the root mean square of the growth rates `ρ_j`, weighed by the
    /// squared components of `u` along their vectors. Of a group the mean does not depend on the choice of basis. Source: this project.
    ///
    /// ```
    /// use nalgebra::DMatrix;
    /// use ufm_theory::{features::ClassSums, spectrum::Mode};
    /// // Free features, X = I: four samples of class 0, one each of classes 1 and 2.
    /// let sums = ClassSums::new(&DMatrix::identity(6, 6), &[0, 0, 0, 0, 1, 2], 3)?;
    /// let rates = sums.label_rates(&[1.0; 3], |class| class == 0)?;
    /// assert_eq!([rates[0].0, rates[1].0], [Mode::Contrast, Mode::Minority]);
    /// assert!((rates[0].1 - 3.0_f64.sqrt()).abs() < 1e-15); // √((k_min R + k_maj)/k)
    /// assert!((rates[1].1 - 1.0).abs() < 1e-15);
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if `class_weights` is not of length `k`, [`TheoryError::EmptyGroup`] if a group has no class.
    pub fn label_rates(
        &self,
        class_weights: &[f64],
        majority: impl Fn(usize) -> bool,
    ) -> Result<Vec<(Mode, f64)>, TheoryError> {
        let weighted = self.weighted(class_weights)?;
        let (large, small): (Vec<usize>, Vec<usize>) =
            (0..self.counts.len()).partition(|&class| majority(class));
        if large.is_empty() || small.is_empty() {
            return Err(TheoryError::EmptyGroup {
                majority: large.len(),
                minority: small.len(),
            });
        }
        let (large, small) = (weighted.select_rows(&large), weighted.select_rows(&small));
        let (k_maj, k_min) = (large.nrows() as f64, small.nrows() as f64);
        // The unit vector constant on either group and orthogonal to 1 takes the difference of the groups' means.
        let contrast = (large.row_mean() - small.row_mean()).norm();
        Ok([
            (Mode::Majority, inside(&large)),
            (
                Mode::Contrast,
                Some((k_maj * k_min / (k_maj + k_min)).sqrt() * contrast),
            ),
            (Mode::Minority, inside(&small)),
        ]
        .into_iter()
        .filter_map(|(mode, rate)| Some((mode, rate?)))
        .collect())
    }

    /// The exponent `γ` of weights `n_c^(−γ)` at which the growth rates are closest together, the largest over the smallest, and how close
    /// that is. `None` if all exponents do as well, or none makes every direction grow.
    ///
    /// ```
    /// use nalgebra::DMatrix;
    /// use ufm_theory::features::ClassSums;
    /// // Free features: γ = ½, where the rates are equal.
    /// let sums = ClassSums::new(&DMatrix::identity(6, 6), &[0, 0, 0, 0, 1, 2], 3)?;
    /// let found = sums.least_spread()?.ok_or("flat")?;
    /// assert!((found.gamma - 0.5).abs() < 1e-7 && found.ln_spread < 1e-7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If a class has no samples, or as for [`Self::growth`].
    pub fn least_spread(&self) -> Result<Option<Minimum>, TheoryError> {
        let profile = ClassProfile::from_counts(&self.counts)?;
        least_spread::minimise(|gamma| {
            let weights = Weighting::power(gamma)?.class_weights(&profile)?;
            Ok(self.growth(&weights)?.ln_spread())
        })
    }

    /// `diag(ω) S`.
    fn weighted(&self, class_weights: &[f64]) -> Result<DMatrix<f64>, TheoryError> {
        check("class weights", self.counts.len(), class_weights.len())?;
        Ok(DMatrix::from_fn(
            self.counts.len(),
            self.sums.ncols(),
            |class, j| class_weights[class] * self.sums[(class, j)],
        ))
    }
}

/// Root mean square of `‖uᵀA‖` over an orthonormal basis of zero-sum `u`; none if there is a single row.
fn inside(rows: &DMatrix<f64>) -> Option<f64> {
    let mean = rows.row_mean();
    let squares: f64 = rows
        .row_iter()
        .map(|row| (row - &mean).norm_squared())
        .sum();
    (rows.nrows() > 1).then(|| (squares / (rows.nrows() - 1) as f64).sqrt())
}

fn check(what: &'static str, expected: usize, found: usize) -> Result<(), TheoryError> {
    if expected == found {
        Ok(())
    } else {
        Err(TheoryError::Shape {
            what,
            expected,
            found,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_sum_of_the_samples_of_its_class() {
        let mut sums = ClassSums::empty(2, 3).unwrap();
        for (label, sample) in [(0, [1.0, -2.0]), (2, [0.5, 4.0]), (0, [3.0, 5.0])] {
            sums.add(label, &sample).unwrap();
        }
        let stated = DMatrix::from_row_slice(3, 2, &[4.0, 3.0, 0.0, 0.0, 0.5, 4.0]);
        assert_eq!(sums.sums, stated);
        assert_eq!(sums.counts(), [2, 0, 1]);
    }
}
