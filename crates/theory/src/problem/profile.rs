//! Class profiles: how many samples each class has.
//!
//! Sizes are real numbers, because every closed form depends on them only through ratios; where
//! samples are laid out in a matrix they must be whole ([`ClassProfile::counts`]).

use crate::TheoryError;

use super::domain::{ClassSize, ImbalanceRatio};

/// The largest class size that is accepted as a whole number of samples.
pub const MAX_COUNT: u32 = u32::MAX;

/// The group a class of a STEP profile belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// A class with `R·n_min` samples.
    Majority,
    /// A class with `n_min` samples.
    Minority,
}

/// A STEP profile: `majority` classes of `R·n_min` samples, then `minority` classes of `n_min`.
///
/// The paper's case is equal halves, [`StepProfile::halves`]; any split is allowed.
///
/// ```
/// use ufm_theory::problem::StepProfile;
/// let step = StepProfile::new(2, 8, 100.0)?;
/// assert_eq!((step.classes(), step.majority(), step.minority()), (10, 2, 8));
/// assert_eq!(step.profile().sizes()[0], 100.0);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepProfile {
    majority: usize,
    minority: usize,
    ratio: ImbalanceRatio,
    minority_size: f64,
}

impl StepProfile {
    /// `majority` classes `ratio` times as large as the `minority` others, which have size 1.
    ///
    /// # Errors
    /// If a group is empty or `ratio` is not a finite number of at least 1.
    pub fn new(majority: usize, minority: usize, ratio: f64) -> Result<Self, TheoryError> {
        let ratio = ImbalanceRatio::new(ratio)?;
        if majority == 0 || minority == 0 {
            return Err(TheoryError::EmptyGroup { majority, minority });
        }
        Ok(Self {
            majority,
            minority,
            ratio,
            minority_size: 1.0,
        })
    }

    /// Groups of classes given as their number and the size of each: the first is the majority.
    ///
    /// ```
    /// use ufm_theory::problem::StepProfile;
    /// let step = StepProfile::from_groups((2, 50.0), (3, 5.0))?;
    /// assert_eq!((step.ratio().get(), step.minority_size()), (10.0, 5.0));
    /// assert!(StepProfile::from_groups((2, 5.0), (3, 50.0)).is_err());
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    ///
    /// # Errors
    /// If a group is empty, a size is not a positive finite number or the first is the smaller one.
    pub fn from_groups(
        (majority, large): (usize, f64),
        (minority, small): (usize, f64),
    ) -> Result<Self, TheoryError> {
        Self::new(majority, minority, large / small)?.with_minority_size(small)
    }

    /// `classes/2` majority and `classes/2` minority classes.
    ///
    /// # Errors
    /// If `classes` is odd or zero, or `ratio` is not a finite number of at least 1.
    pub fn halves(classes: usize, ratio: f64) -> Result<Self, TheoryError> {
        if classes == 0 || !classes.is_multiple_of(2) {
            return Err(TheoryError::OddClasses(classes));
        }
        Self::new(classes / 2, classes / 2, ratio)
    }

    /// The same profile with minority classes of size `n_min` (so majority classes of `R·n_min`).
    ///
    /// # Errors
    /// If `n_min` or `R·n_min` is not a positive finite number.
    pub fn with_minority_size(self, n_min: f64) -> Result<Self, TheoryError> {
        let resized = Self {
            minority_size: n_min,
            ..self
        };
        check_size(self.majority, n_min)?;
        check_size(0, resized.majority_size())?;
        Ok(resized)
    }

    /// Number of classes `k`.
    pub fn classes(&self) -> usize {
        self.majority + self.minority
    }

    /// Number of majority classes `k_maj`.
    pub fn majority(&self) -> usize {
        self.majority
    }

    /// Number of minority classes `k_min`.
    pub fn minority(&self) -> usize {
        self.minority
    }

    /// Imbalance ratio `R`.
    pub fn ratio(&self) -> ImbalanceRatio {
        self.ratio
    }

    /// Size of a majority class, `R·n_min`.
    pub fn majority_size(&self) -> f64 {
        self.ratio.get() * self.minority_size
    }

    /// Size of a minority class, `n_min`.
    pub fn minority_size(&self) -> f64 {
        self.minority_size
    }

    /// The group of each class: majority classes come first.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups = vec![Group::Majority; self.majority];
        groups.resize(self.classes(), Group::Minority);
        groups
    }

    /// The sizes, class by class.
    pub fn profile(&self) -> ClassProfile {
        let mut sizes = vec![self.majority_size(); self.majority];
        sizes.resize(self.classes(), self.minority_size);
        ClassProfile { sizes }
    }
}

/// Any class profile: the size of each of `k ≥ 2` classes.
///
/// ```
/// use ufm_theory::problem::ClassProfile;
/// let tail = ClassProfile::long_tail(4, 1000.0, 1000.0)?;
/// let sizes: Vec<_> = tail.sizes().iter().map(|n| n.round()).collect();
/// assert_eq!(sizes, [1000.0, 100.0, 10.0, 1.0]);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClassProfile {
    sizes: Vec<f64>,
}

impl ClassProfile {
    /// Explicit sizes, in the order given.
    ///
    /// # Errors
    /// If there are fewer than two or one is not a positive finite number.
    pub fn from_sizes(sizes: Vec<f64>) -> Result<Self, TheoryError> {
        if sizes.len() < 2 {
            return Err(TheoryError::TooFewClasses(sizes.len()));
        }
        for (class, &size) in sizes.iter().enumerate() {
            check_size(class, size)?;
        }
        Ok(Self { sizes })
    }

    /// Explicit sample counts, in the order given.
    ///
    /// # Errors
    /// If there are fewer than two or one is zero.
    pub fn from_counts(counts: &[usize]) -> Result<Self, TheoryError> {
        Self::from_sizes(counts.iter().map(|&n| n as f64).collect())
    }

    /// The exponential long tail `n_c = largest · R^(−c/(k−1))`, `c = 0 … k−1` (the profile of
    /// Cui et al., *Class-Balanced Loss*, CVPR 2019). Sizes are real; see [`Self::rounded`].
    ///
    /// # Errors
    /// If `classes < 2`, `ratio` is not a finite number of at least 1, or a size is not positive.
    pub fn long_tail(classes: usize, largest: f64, ratio: f64) -> Result<Self, TheoryError> {
        let ln_ratio = ImbalanceRatio::new(ratio)?.ln();
        if classes < 2 {
            return Err(TheoryError::TooFewClasses(classes));
        }
        let last = (classes - 1) as f64;
        Self::from_sizes(
            (0..classes)
                .map(|class| largest * (-ln_ratio * class as f64 / last).exp())
                .collect(),
        )
    }

    /// Number of classes `k`.
    pub fn classes(&self) -> usize {
        self.sizes.len()
    }

    /// Size of each class.
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// Total size `N`.
    pub fn total(&self) -> f64 {
        self.sizes.iter().sum()
    }

    /// Size of the smallest class.
    pub fn smallest(&self) -> f64 {
        self.sizes.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Size of the largest class.
    pub fn largest(&self) -> f64 {
        self.sizes.iter().copied().fold(0.0, f64::max)
    }

    /// Largest over smallest size.
    pub fn imbalance_ratio(&self) -> f64 {
        self.largest() / self.smallest()
    }

    /// The same profile with every size rounded to the nearest whole number, at least 1.
    pub fn rounded(&self) -> Self {
        Self {
            sizes: self.sizes.iter().map(|n| n.round().max(1.0)).collect(),
        }
    }

    /// The sizes as sample counts.
    ///
    /// # Errors
    /// [`TheoryError::NotACount`] if a size is not whole or above [`MAX_COUNT`].
    pub fn counts(&self) -> Result<Vec<usize>, TheoryError> {
        self.sizes
            .iter()
            .enumerate()
            .map(|(class, &size)| {
                if size.fract() == 0.0 && size <= f64::from(MAX_COUNT) {
                    Ok(size as usize)
                } else {
                    Err(TheoryError::NotACount { class, size })
                }
            })
            .collect()
    }
}

/// The rule of [`ClassSize`], with the class in its error.
fn check_size(class: usize, size: f64) -> Result<(), TheoryError> {
    ClassSize::new(size)
        .map(|_| ())
        .map_err(|_| TheoryError::ClassSize { class, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_ratios_are_refused() {
        for ratio in [0.5, 0.0, -3.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                StepProfile::halves(4, ratio),
                Err(TheoryError::ImbalanceRatio(_))
            ));
        }
    }

    #[test]
    fn bad_splits_are_refused() {
        assert_eq!(StepProfile::halves(5, 2.0), Err(TheoryError::OddClasses(5)));
        assert_eq!(StepProfile::halves(0, 2.0), Err(TheoryError::OddClasses(0)));
        assert!(StepProfile::new(0, 3, 2.0).is_err());
    }

    #[test]
    fn overflowing_sizes_are_refused() {
        let huge = StepProfile::halves(4, 1e300).unwrap();
        assert!(matches!(
            huge.with_minority_size(1e10),
            Err(TheoryError::ClassSize { class: 0, .. })
        ));
    }

    #[test]
    fn counts_must_be_whole() {
        let profile = ClassProfile::from_sizes(vec![3.0, 2.5]).unwrap();
        assert_eq!(
            profile.counts(),
            Err(TheoryError::NotACount {
                class: 1,
                size: 2.5
            })
        );
        assert_eq!(profile.rounded().counts(), Ok(vec![3, 3]));
        assert!(
            ClassProfile::from_sizes(vec![1e12, 1.0])
                .unwrap()
                .counts()
                .is_err()
        );
    }

    #[test]
    fn long_tail_has_the_ratio_asked_for() {
        let tail = ClassProfile::long_tail(10, 5000.0, 100.0).unwrap();
        assert!((tail.imbalance_ratio() - 100.0).abs() < 1e-10);
        let two = ClassProfile::long_tail(2, 10.0, 4.0).unwrap();
        assert!((two.sizes()[0] - 10.0).abs() < 1e-14 && (two.sizes()[1] - 2.5).abs() < 1e-14);
        for few in [0, 1] {
            assert_eq!(
                ClassProfile::long_tail(few, 10.0, 2.0),
                Err(TheoryError::TooFewClasses(few))
            );
        }
    }

    #[test]
    fn groups_are_those_of_the_sizes() {
        let step = StepProfile::new(2, 3, 7.0).unwrap();
        let (groups, profile) = (step.groups(), step.profile());
        assert_eq!(groups.len(), 5);
        for (group, &size) in groups.iter().zip(profile.sizes()) {
            let stated = match group {
                Group::Majority => step.majority_size(),
                Group::Minority => step.minority_size(),
            };
            assert_eq!(size, stated);
        }
    }
}
