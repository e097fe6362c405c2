//! Simplex-encoded labels and their singular value decomposition.
//!
//! `Z = (I − 11ᵀ/k) Y` (`k × N`, `Y` one-hot) has rank `r = k − 1` and left null vector `1`. Since
//! `ZZᵀ = P diag(n) P` with `P = I − 11ᵀ/k`, a left singular vector `u` of singular value `σ` has the
//! right singular vector `v = Zᵀu/σ`, which takes the value `u_c/σ` on *every* sample of class `c`.
//! So the decomposition is stored class by class and costs nothing in `N`.

use nalgebra::{DMatrix, DVector};

use crate::{
    TheoryError,
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
};

/// Largest error of a numerical decomposition that is let through, relative to its largest entry.
const RECOMPOSITION: f64 = 1e-10;

/// The label matrix `Z` (`k × N`), samples ordered class by class: column `i` of class `c` is
/// `e_c − 1/k`.
///
/// ```
/// use ufm_theory::spectrum::labels::simplex_encoded_labels;
/// let z = simplex_encoded_labels(&[2, 1]);
/// assert_eq!(z.shape(), (2, 3));
/// assert_eq!(z.row(0).iter().copied().collect::<Vec<_>>(), [0.5, 0.5, -0.5]);
/// ```
pub fn simplex_encoded_labels(counts: &[usize]) -> DMatrix<f64> {
    let classes = counts.len();
    let labels = sample_classes(counts);
    DMatrix::from_fn(classes, labels.len(), |class, sample| {
        f64::from(u8::from(labels[sample] == class)) - 1.0 / classes as f64
    })
}

/// The class of each sample, in the order of the columns of [`simplex_encoded_labels`].
pub fn sample_classes(counts: &[usize]) -> Vec<usize> {
    counts
        .iter()
        .enumerate()
        .flat_map(|(class, &n)| std::iter::repeat_n(class, n))
        .collect()
}

/// The reduced singular value decomposition `Z = U Σ Vᵀ`, right vectors stored class by class.
///
/// ```
/// use ufm_theory::{spectrum::LabelSvd, problem::StepProfile};
/// let step = StepProfile::halves(4, 9.0)?;
/// let svd = LabelSvd::step(&step);
/// assert_eq!(svd.left().shape(), (4, 3));
/// assert!((svd.singular_values()[0] - 3.0).abs() < 1e-14);            // √R
/// assert!((svd.singular_values()[1] - 5.0_f64.sqrt()).abs() < 1e-14); // √((R + 1)/2)
/// assert_eq!(svd.right(&[9, 9, 1, 1])?.shape(), (20, 3));
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LabelSvd {
    sizes: Vec<f64>,
    left: DMatrix<f64>,
    singular_values: DVector<f64>,
}

impl LabelSvd {
    /// Closed form for STEP profiles, with explicit singular vectors.
    ///
    /// Order: the `k_maj − 1` zero-sum directions of the majority classes, the contrast of majority
    /// against minority, the `k_min − 1` zero-sum directions of the minority classes. Zero-sum
    /// directions are the Helmert contrasts `(1, …, 1, −j, 0, …)/√(j(j+1))`.
    /// [`step_modes`] names the mode of each column.
    pub fn step(step: &StepProfile) -> Self {
        let (classes, majority) = (step.classes(), step.majority());
        let spectrum = StepSpectrum::new(step, &Weighting::vanilla());
        let modes = step_modes(step);
        let mut left = DMatrix::zeros(classes, modes.len());
        let (k, k_maj, k_min) = (classes as f64, majority as f64, step.minority() as f64);
        for (column, mode) in modes.iter().enumerate() {
            let mut u = left.column_mut(column);
            match mode {
                Mode::Majority => set_helmert(&mut u, 0, column + 1),
                Mode::Contrast => {
                    for class in 0..classes {
                        u[class] = if class < majority {
                            (k_min / (k * k_maj)).sqrt()
                        } else {
                            -(k_maj / (k * k_min)).sqrt()
                        };
                    }
                }
                Mode::Minority => set_helmert(&mut u, majority, column + 1 - majority),
            }
        }
        let singular_values = DVector::from_iterator(
            modes.len(),
            modes.iter().map(|&mode| spectrum.ln_sigma(mode).exp()),
        );
        Self {
            sizes: step.profile().sizes().to_vec(),
            left,
            singular_values,
        }
    }

    /// Numerical decomposition for any profile, singular values in decreasing order.
    ///
    /// The eigenvectors of `Fᵀ diag(n) F`, `(k−1) × (k−1)`, where the columns of `F` are the Helmert
    /// contrasts of all classes: the matrix `ZZᵀ` restricted to the complement of its null vector.
    /// Absolute error of `σ²` about `1e-15·σ_max²`. Each left vector is signed so that its entry of
    /// largest modulus is positive; inside a repeated singular value the basis is arbitrary.
    ///
    /// # Errors
    /// [`TheoryError::NoConvergence`] if the iteration fails or does not recompose.
    pub fn numerical(profile: &ClassProfile) -> Result<Self, TheoryError> {
        let classes = profile.classes();
        let sizes = profile.sizes().to_vec();
        let mut contrasts = DMatrix::zeros(classes, classes - 1);
        for (j, mut column) in contrasts.column_iter_mut().enumerate() {
            set_helmert(&mut column, 0, j + 1);
        }
        // nalgebra's SVD is no alternative: on about one in a hundred such matrices with k = 8 its
        // version 0.35 returns a decomposition that does not recompose, without saying so. Its
        // symmetric eigensolver does not fail there; the result is checked all the same.
        let counts = DMatrix::from_diagonal(&DVector::from_column_slice(&sizes));
        let gram = contrasts.transpose() * counts * &contrasts;
        let failed = TheoryError::NoConvergence(classes);
        let eigen = nalgebra::SymmetricEigen::try_new(gram.clone(), f64::EPSILON, 0)
            .ok_or(failed.clone())?;
        let error = (eigen.recompose() - &gram).amax();
        if !eigen.eigenvalues.iter().all(|&x| x > 0.0) || error > RECOMPOSITION * gram.amax() {
            return Err(failed);
        }
        let mut order: Vec<usize> = (0..classes - 1).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let mut left = contrasts * eigen.eigenvectors.select_columns(&order);
        for mut u in left.column_iter_mut() {
            if u[u.icamax()] < 0.0 {
                u.neg_mut();
            }
        }
        let singular_values = DVector::from_iterator(
            order.len(),
            order.iter().map(|&i| eigen.eigenvalues[i].sqrt()),
        );
        Ok(Self {
            sizes,
            left,
            singular_values,
        })
    }

    /// Class sizes `n_c`.
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// `U`, `k × r`.
    pub fn left(&self) -> &DMatrix<f64> {
        &self.left
    }

    /// The diagonal of `Σ`, length `r`.
    pub fn singular_values(&self) -> &DVector<f64> {
        &self.singular_values
    }

    /// `k × r`: entry `(c, i)` is the value of `v_i` on each sample of class `c`, `u_i(c)/σ_i`.
    pub fn right_by_class(&self) -> DMatrix<f64> {
        let mut right = self.left.clone();
        for (mut v, sigma) in right.column_iter_mut().zip(self.singular_values.iter()) {
            v /= *sigma;
        }
        right
    }

    /// `V`, `N × r`, samples ordered class by class.
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if `counts` is not of length `k`.
    pub fn right(&self, counts: &[usize]) -> Result<DMatrix<f64>, TheoryError> {
        check_classes("class counts", self.sizes.len(), counts.len())?;
        let by_class = self.right_by_class();
        Ok(by_class.select_rows(&sample_classes(counts)))
    }

    /// `Λ = VᵀΩV` (`r × r`) for class weights `ω_c`: `Λ_ij = Σ_c n_c ω_c v_i(c) v_j(c)`.
    ///
    /// Diagonal for STEP profiles (this project), where its diagonal is [`StepSpectrum`]'s `λ`; in
    /// general it is not.
    ///
    /// # Errors
    /// [`TheoryError::Shape`] if `class_weights` is not of length `k`.
    pub fn effective_weights(&self, class_weights: &[f64]) -> Result<DMatrix<f64>, TheoryError> {
        check_classes("class weights", self.sizes.len(), class_weights.len())?;
        let right = self.right_by_class();
        let mut weighted = right.clone();
        for (class, (n, w)) in self.sizes.iter().zip(class_weights).enumerate() {
            weighted.row_mut(class).scale_mut(n * w);
        }
        Ok(right.transpose() * weighted)
    }
}

/// The mode of each column of [`LabelSvd::step`].
pub fn step_modes(step: &StepProfile) -> Vec<Mode> {
    let mut modes = vec![Mode::Majority; step.majority() - 1];
    modes.push(Mode::Contrast);
    modes.resize(step.classes() - 1, Mode::Minority);
    modes
}

/// The `j`-th Helmert contrast among the entries from `offset` on.
fn set_helmert(u: &mut nalgebra::DVectorViewMut<'_, f64>, offset: usize, j: usize) {
    let scale = 1.0 / ((j * (j + 1)) as f64).sqrt();
    for entry in 0..j {
        u[offset + entry] = scale;
    }
    u[offset + j] = -(j as f64) * scale;
}

fn check_classes(what: &'static str, expected: usize, found: usize) -> Result<(), TheoryError> {
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
    use proptest::prelude::*;

    /// Recomposition, orthonormality and order, relative to the largest singular value.
    fn assert_is_the_svd(svd: &LabelSvd, counts: &[usize]) {
        let z = simplex_encoded_labels(counts);
        let v = svd.right(counts).unwrap();
        let u = svd.left();
        let rank = u.ncols();
        let sigma = DMatrix::from_diagonal(svd.singular_values());
        let scale = svd.singular_values().max();
        assert!((u * &sigma * v.transpose() - z).amax() < 1e-12 * scale);
        assert!((u.transpose() * u - DMatrix::identity(rank, rank)).amax() < 1e-12);
        assert!((v.transpose() * &v - DMatrix::identity(rank, rank)).amax() < 1e-10 * scale);
        assert!(u.row_sum().amax() < 1e-12);
    }

    #[test]
    fn step_closed_form_recomposes() {
        for (majority, minority, ratio) in [(2, 2, 10), (1, 1, 7), (3, 5, 4), (5, 1, 2), (1, 6, 3)]
        {
            let step = StepProfile::new(majority, minority, f64::from(ratio)).unwrap();
            let counts = step.profile().counts().unwrap();
            assert_is_the_svd(&LabelSvd::step(&step), &counts);
        }
    }

    #[test]
    fn equal_sizes_and_large_ratios() {
        let step = StepProfile::halves(6, 1e12).unwrap();
        let numerical = LabelSvd::numerical(&step.profile()).unwrap();
        for (a, b) in LabelSvd::step(&step)
            .singular_values()
            .iter()
            .zip(numerical.singular_values())
        {
            assert!((a * a - b * b).abs() < 1e-14 * 1e12, "{a} against {b}");
        }
        assert_is_the_svd(
            &LabelSvd::numerical(&ClassProfile::from_counts(&[4, 4, 4]).unwrap()).unwrap(),
            &[4, 4, 4],
        );
    }

    proptest! {
        #[test]
        fn numerical_decomposition_recomposes(counts in prop::collection::vec(1_usize..40, 2..8)) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let svd = LabelSvd::numerical(&profile).unwrap();
            assert_is_the_svd(&svd, &counts);
            prop_assert!(svd.singular_values().as_slice().windows(2).all(|s| s[0] >= s[1]));
        }

        #[test]
        fn step_effective_weights_are_diagonal(
            majority in 1_usize..8, minority in 1_usize..8,
            ln_ratio in 0.0..12.0_f64, gamma in -1.0..2.0_f64,
        ) {
            let step = StepProfile::new(majority, minority, ln_ratio.exp()).unwrap();
            let weights = Weighting::power(gamma).unwrap().class_weights(&step.profile()).unwrap();
            let lambda = LabelSvd::step(&step).effective_weights(&weights).unwrap();
            let scale = lambda.amax();
            for i in 0..lambda.nrows() {
                for j in 0..i {
                    prop_assert!(lambda[(i, j)].abs() < 1e-13 * scale);
                }
            }
        }
    }

    #[test]
    fn wrong_lengths_are_refused() {
        let svd = LabelSvd::step(&StepProfile::halves(4, 2.0).unwrap());
        assert!(svd.right(&[1, 2]).is_err());
        assert!(svd.effective_weights(&[1.0; 5]).is_err());
    }
}
