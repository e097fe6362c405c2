//! A data set as far as advice is concerned: counts, and one sum of features a class.

use nalgebra::DMatrix;
use serde::Serialize;

use crate::AdviceError;

/// What is done to features before they reach the model: advice has to see what training sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Nothing.
    #[default]
    Raw,
    /// The mean over all samples is subtracted.
    Centred,
    /// Centred, then each column divided by its standard deviation; constant columns are left out.
    Standardised,
}

/// A data set.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    /// Names of the `k` classes.
    pub classes: Vec<String>,
    /// Samples of each.
    pub counts: Vec<usize>,
    /// What is known of the features; from [`Totals::finish`](crate::Totals::finish).
    pub features: Option<Features>,
}

impl DataSet {
    /// Counts alone, of classes called 0, 1, ….
    ///
    /// # Errors
    /// If there are fewer than two, or one is zero.
    pub fn from_counts(counts: &[usize]) -> Result<Self, AdviceError> {
        let names = (0..counts.len()).map(|class| class.to_string());
        Self::from_named_counts(names.zip(counts.iter().copied()))
    }

    /// Counts alone, of named classes.
    ///
    /// # Errors
    /// If there are fewer than two, or one is zero.
    pub fn from_named_counts(
        named: impl IntoIterator<Item = (String, usize)>,
    ) -> Result<Self, AdviceError> {
        let (classes, counts): (Vec<String>, Vec<usize>) = named.into_iter().unzip();
        ufm_theory::problem::ClassProfile::from_counts(&counts)?;
        Ok(Self {
            classes,
            counts,
            features: None,
        })
    }
}

/// The features of a data set, as far as their growth rates go.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// `k × q`, `q ≤ p`: row `c` is the sum of the features of class `c`, in an orthonormal basis of the span of all rows if that is smaller.
    pub(crate) sums: DMatrix<f64>,
    /// Number of features `p`.
    pub dimension: usize,
    /// Columns that are the same number in every sample.
    pub constant: usize,
    /// Share of the samples' squared norms that is in their common mean.
    pub mean_share: f64,
    /// What was done to them.
    pub scaling: Scaling,
    /// For each class, by what factor its margin on fresh samples falls short of that on training samples, by leaving one out; see
    /// [`Class::test_factor`](crate::advice::Class::test_factor). `None` for a class of one sample, or whose mean is zero.
    pub test_factors: Vec<Option<f64>>,
}
