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
    spectrum::{Mode, StepSpectrum, secular::centred_eigenvectors},
};

/// The label matrix `Z` (`k × N`), samples ordered class by class: column `i` of class `c` is
/// `e_c − 1/k`.
///
/// Claims: `step-spectrum`, `growth-rates`, `riccati-solution`.
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
///
/// Claims: `growth-rates`, `growth-flat`, `scatter-reduction`.
pub fn sample_classes(counts: &[usize]) -> Vec<usize> {
    counts
        .iter()
        .enumerate()
        .flat_map(|(class, &n)| std::iter::repeat_n(class, n))
        .collect()
}

/// The reduced singular value decomposition `Z = U Σ Vᵀ`, right vectors stored class by class.
///
/// Claims: `step-spectrum`, `effective-weights`.
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

    /// Of any profile, singular values in decreasing order.
    ///
    /// `σ²` are the repeated sizes and the roots of the secular equation `Σ_c 1/(n_c − x) = 0`; left vectors are `u_c ∝ 1/(n_c − σ²)`, and the
    /// Helmert contrasts of classes of one size. Singular values have a *relative* error of a few roundings, the vectors on both sides are
    /// orthonormal to `√k` roundings, whatever the imbalance; `O(k²)` operations. Each left vector is signed so that its entry of largest
    /// modulus, the first of several, is positive.
    ///
    /// ```
    /// use ufm_theory::{problem::ClassProfile, spectrum::LabelSvd};
    /// let svd = LabelSvd::new(&ClassProfile::long_tail(100, 5e12, 1e12)?);
    /// let v = svd.right_by_class();
    /// let norm: f64 = svd.sizes().iter().zip(v.column(98).iter()).map(|(n, v)| n * v * v).sum();
    /// assert!((norm - 1.0).abs() < 1e-13); // the last of 99, a million times below the first
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    pub fn new(profile: &ClassProfile) -> Self {
        let (squares, left) = centred_eigenvectors(profile.sizes());
        Self {
            sizes: profile.sizes().to_vec(),
            left,
            singular_values: DVector::from_vec(squares).map(f64::sqrt),
        }
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
///
/// Claims: `step-spectrum`, `mode-decoupling`, `exact-reduction`, `cross-entropy-reduction`.
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
        assert!((v.transpose() * &v - DMatrix::identity(rank, rank)).amax() < 1e-12);
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
    fn closed_forms_of_step_profiles_agree_with_those_of_any() {
        for (majority, minority, ratio) in [(3, 3, 1e12), (1, 4, 50.0), (4, 1, 1e6), (3, 2, 1.0)] {
            let step = StepProfile::new(majority, minority, ratio).unwrap();
            let (closed, found) = (LabelSvd::step(&step), LabelSvd::new(&step.profile()));
            for (a, b) in closed.singular_values().iter().zip(found.singular_values()) {
                assert!((a / b - 1.0).abs() < 1e-14, "{a} against {b}");
            }
        }
    }

    /// Class by class, since a million million samples cannot be laid out.
    #[test]
    fn long_tails_are_decomposed_to_rounding() {
        for (classes, ratio) in [(10, 1e12), (100, 1e12), (1000, 1e12), (300, 1.0 + 1e-13)] {
            let tail = ClassProfile::long_tail(classes, 5.0 * ratio, ratio).unwrap();
            let svd = LabelSvd::new(&tail);
            let (u, identity) = (svd.left(), DMatrix::identity(classes - 1, classes - 1));
            assert!((u.transpose() * u - &identity).amax() < 1e-13);
            let mut v = svd.right_by_class();
            for (mut row, n) in v.row_iter_mut().zip(svd.sizes()) {
                row *= n.sqrt();
            }
            assert!((v.transpose() * &v - &identity).amax() < 1e-13);
            // UΣVᵀ = Z: column c is e_c − 1/k, and the rows of V are √n_c times those by class. Relative to the
            // size of a column, by the root of its count.
            let sigma = DMatrix::from_diagonal(svd.singular_values());
            let z = u * sigma * v.transpose();
            for (c, n) in svd.sizes().iter().enumerate() {
                for (row, entry) in z.column(c).iter().enumerate() {
                    let wanted = f64::from(u8::from(row == c)) - 1.0 / classes as f64;
                    let scale = svd.singular_values()[0] / n.sqrt();
                    assert!((entry / n.sqrt() - wanted).abs() < 1e-13 * scale.max(1.0));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_decomposition_recomposes(counts in prop::collection::vec(1_usize..40, 2..8)) {
            let profile = ClassProfile::from_counts(&counts).unwrap();
            let svd = LabelSvd::new(&profile);
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
