//! Sums over samples: data are read once, in any order and in parts; what is kept is two numbers a class and feature.

use faer::Mat;
use nalgebra::DMatrix;

use ufm_theory::test_time::left_out_factor;

use crate::{AdviceError, DataSet, Features, Scaling, advice::MOST_CLASSES};

/// Sums and sums of squares of features, for each class, of the differences from one reference sample: these tell a constant column exactly,
/// and spare variances a cancellation.
///
/// `16 k p` bytes for `k` classes and `p` features; see the crate's documentation for an example.
#[derive(Debug, Clone)]
pub struct Totals {
    reference: Vec<f64>,
    classes: Vec<Total>,
    samples: usize,
}

/// Of one class.
#[derive(Debug, Clone)]
struct Total {
    count: usize,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

/// Most sums: classes times features. They and what is made of them then stay below some gibibytes.
pub(crate) const MOST_SUMS: usize = 1 << 27;

/// Beyond so many classes there are to be two samples or more for each: else the labels are likely none.
const FEW_CLASSES: usize = 100;

impl Totals {
    /// Refuses more features and classes than can be looked at.
    pub(crate) fn check_size(classes: usize, dimension: usize) -> Result<(), AdviceError> {
        if classes > MOST_CLASSES {
            return Err(AdviceError::Samples(format!(
                "there are more than {MOST_CLASSES} different labels: too many for features to be looked at; are these the labels?"
            )));
        }
        if classes.saturating_mul(dimension) > MOST_SUMS {
            return Err(AdviceError::Samples(format!(
                "{classes} classes of {dimension} features each are too many: at most {MOST_SUMS} in the product"
            )));
        }
        Ok(())
    }

    /// Nothing yet; the reference is any sample of the data, usually the first, and is not counted.
    pub fn new(reference: Vec<f64>) -> Self {
        Self {
            reference,
            classes: Vec::new(),
            samples: 0,
        }
    }

    /// Nothing yet, with the same reference: a part to be [merged](Self::merge).
    pub fn part(&self) -> Self {
        Self::new(self.reference.clone())
    }

    /// Number of features.
    pub fn dimension(&self) -> usize {
        self.reference.len()
    }

    /// Number of samples so far.
    pub fn samples(&self) -> usize {
        self.samples
    }

    fn class(&mut self, class: usize) -> &mut Total {
        let dimension = self.reference.len();
        while self.classes.len() <= class {
            self.classes.push(Total {
                count: 0,
                sums: vec![0.0; dimension],
                squares: vec![0.0; dimension],
            });
        }
        &mut self.classes[class]
    }

    /// Adds a sample of the class with this index; classes come to be as they are named.
    ///
    /// # Errors
    /// [`AdviceError::NotFinite`], or [`AdviceError::Samples`] if it has another number of features; nothing is added then.
    pub fn add<T: Copy + Into<f64>>(
        &mut self,
        class: usize,
        sample: &[T],
    ) -> Result<(), AdviceError> {
        if sample.len() != self.reference.len() {
            return Err(AdviceError::Samples(format!(
                "a sample has {} features and the first {}: all must have as many",
                sample.len(),
                self.reference.len()
            )));
        }
        if class >= self.classes.len() {
            Self::check_size(class + 1, sample.len())?;
        }
        // 0 · x is not 0 for what is not finite: one pass that a processor does several at a time.
        let odd: f64 = lanes(sample, |x| 0.0 * x);
        if odd != 0.0 {
            let feature = sample.iter().position(|&x| !x.into().is_finite());
            return Err(AdviceError::NotFinite {
                sample: self.samples,
                feature: feature.unwrap_or(0),
            });
        }
        self.samples += 1;
        self.class(class).count += 1;
        let Self {
            reference, classes, ..
        } = self;
        let total = &mut classes[class];
        let places = total.sums.iter_mut().zip(&mut total.squares);
        for ((&x, &reference), (sum, squares)) in sample.iter().zip(&*reference).zip(places) {
            let shift = x.into() - reference;
            *sum += shift;
            *squares += shift * shift;
        }
        Ok(())
    }

    /// Adds one feature of all samples, for data stored by columns; [`Self::count`] counts the samples, once.
    ///
    /// # Errors
    /// [`AdviceError::NotFinite`]; what was added before stays.
    pub fn add_column<T: Copy + Into<f64>>(
        &mut self,
        feature: usize,
        labels: &[u32],
        values: &[T],
    ) -> Result<(), AdviceError> {
        let reference = self.reference[feature];
        let mut sums = vec![(0.0, 0.0); self.classes.len()];
        for (sample, (&label, &x)) in labels.iter().zip(values).enumerate() {
            let x: f64 = x.into();
            if !x.is_finite() {
                return Err(AdviceError::NotFinite { sample, feature });
            }
            let shift = x - reference;
            if let Some((sum, squares)) = sums.get_mut(label as usize) {
                *sum += shift;
                *squares += shift * shift;
            }
        }
        for (class, (sum, squares)) in self.classes.iter_mut().zip(sums) {
            class.sums[feature] += sum;
            class.squares[feature] += squares;
        }
        Ok(())
    }

    /// Counts samples whose features come by [`Self::add_column`].
    pub fn count(&mut self, labels: &[u32]) {
        self.samples += labels.len();
        for &label in labels {
            self.class(label as usize).count += 1;
        }
    }

    /// Puts the samples of two parts together, which must have the same reference.
    ///
    /// # Errors
    /// [`AdviceError::Samples`] if they have not.
    pub fn merge(mut self, other: Self) -> Result<Self, AdviceError> {
        if self.reference != other.reference {
            return Err(AdviceError::Samples(
                "parts with different reference samples cannot be put together".into(),
            ));
        }
        self.samples += other.samples;
        for (index, part) in other.classes.into_iter().enumerate() {
            let class = self.class(index);
            class.count += part.count;
            for (a, b) in class.sums.iter_mut().zip(part.sums) {
                *a += b;
            }
            for (a, b) in class.squares.iter_mut().zip(part.squares) {
                *a += b;
            }
        }
        Ok(self)
    }

    /// Puts different features of the same samples together, each added by [`Self::add_column`] to one of two parts that both
    /// [counted](Self::count) the samples.
    ///
    /// # Errors
    /// [`AdviceError::Samples`] if they have not the same reference and samples.
    pub fn join_columns(self, mut other: Self) -> Result<Self, AdviceError> {
        let counts = |totals: &Self| totals.classes.iter().map(|c| c.count).collect::<Vec<_>>();
        if counts(&self) != counts(&other) {
            return Err(AdviceError::Samples(
                "features of different samples cannot be put together".into(),
            ));
        }
        other.samples = 0;
        for class in &mut other.classes {
            class.count = 0;
        }
        self.merge(other)
    }

    /// The data set, classes in the order of `names`: by number if all are numbers, else as strings.
    ///
    /// # Errors
    /// [`AdviceError::Samples`]: fewer than two classes, no features, no differences, sums that overflow; a class without a name.
    pub fn finish(self, names: &[String], scaling: Scaling) -> Result<DataSet, AdviceError> {
        let bad = |message: String| AdviceError::Samples(message);
        if self.classes.len() > names.len() {
            return Err(bad(format!(
                "{} classes and {} names: every class needs one",
                self.classes.len(),
                names.len()
            )));
        }
        let mut seen: Vec<(&String, &Total)> = names
            .iter()
            .zip(&self.classes)
            .filter(|(_, total)| total.count > 0)
            .collect();
        in_order(&mut seen);
        if seen.len() < 2 {
            return Err(bad(match seen.first() {
                None => "has no samples".to_owned(),
                Some((only, _)) => {
                    format!("all samples are of class `{only}`: at least 2 classes are needed")
                }
            }));
        }
        if seen.len() > FEW_CLASSES && 2 * seen.len() > self.samples {
            return Err(bad(format!(
                "{} different labels in {} samples: of more than {FEW_CLASSES} classes, two samples each are the least on average; are these the labels?",
                seen.len(),
                self.samples
            )));
        }
        let dimension = self.reference.len();
        if dimension == 0 {
            return Err(bad("has no column of features".to_owned()));
        }
        let samples = self.samples as f64;
        let over_classes = |of: fn(&Total) -> &[f64], j: usize| -> f64 {
            seen.iter().map(|(_, total)| of(total)[j]).sum()
        };
        let squares: Vec<f64> = (0..dimension)
            .map(|j| over_classes(|t| &t.squares, j))
            .collect();
        let mean_shift: Vec<f64> = (0..dimension)
            .map(|j| over_classes(|t| &t.sums, j) / samples)
            .collect();
        if !squares.iter().any(|&x| x > 0.0) {
            return Err(bad("all features are constant: no sample differs from another, and nothing can be learned from them".into()));
        }
        let factor: Vec<f64> = (0..dimension)
            .map(|j| {
                let variance = (squares[j] / samples - mean_shift[j] * mean_shift[j]).max(0.0);
                match scaling {
                    Scaling::Standardised if squares[j] > 0.0 && variance > 0.0 => {
                        1.0 / variance.sqrt()
                    }
                    Scaling::Standardised => 0.0,
                    Scaling::Raw | Scaling::Centred => 1.0,
                }
            })
            .collect();
        // What a class's shifted sum and squares become: x' = f (x − o), with x = r + s.
        let offset: Vec<f64> = match scaling {
            Scaling::Raw => self.reference.iter().map(|r| -r).collect(),
            Scaling::Centred | Scaling::Standardised => mean_shift.clone(),
        };
        let sums = DMatrix::from_fn(seen.len(), dimension, |class, j| {
            let total = seen[class].1;
            factor[j] * (total.sums[j] - total.count as f64 * offset[j])
        });
        if !(sums.iter().all(|x| x.is_finite()) && squares.iter().all(|x| x.is_finite())) {
            return Err(bad(
                "the features overflow: their sums are not finite; scale them down".into(),
            ));
        }
        let test_factors = seen
            .iter()
            .enumerate()
            .map(|(class, (_, total))| {
                let n = total.count as f64;
                let own: f64 = (0..dimension)
                    .map(|j| {
                        let (s, q, o) = (total.sums[j], total.squares[j], offset[j]);
                        factor[j] * factor[j] * (q - 2.0 * o * s + n * o * o)
                    })
                    .sum();
                left_out_factor(total.count, sums.row(class).norm_squared(), own)
            })
            .collect();
        let (mut all, mut of_mean) = (0.0, 0.0);
        for j in 0..dimension {
            let mean = self.reference[j] + mean_shift[j];
            of_mean += samples * mean * mean;
            all += squares[j]
                + samples * self.reference[j] * (2.0 * mean_shift[j] + self.reference[j]);
        }
        Ok(DataSet {
            classes: seen.iter().map(|(name, _)| (*name).clone()).collect(),
            counts: seen.iter().map(|(_, total)| total.count).collect(),
            features: Some(Features {
                sums: reduced(sums),
                dimension,
                constant: squares.iter().filter(|&&x| x == 0.0).count(),
                mean_share: if all > 0.0 {
                    (of_mean / all).clamp(0.0, 1.0)
                } else {
                    0.0
                },
                scaling,
                test_factors,
            }),
        })
    }
}

/// The same rows' products in at most `k` dimensions: `S = L Qᵀ`, and `Q` has orthonormal columns.
fn reduced(sums: DMatrix<f64>) -> DMatrix<f64> {
    if sums.ncols() <= sums.nrows() {
        return sums;
    }
    let transposed = Mat::from_fn(sums.ncols(), sums.nrows(), |j, class| sums[(class, j)]);
    let right = transposed.qr().thin_R().to_owned();
    DMatrix::from_fn(sums.nrows(), right.nrows(), |class, j| right[(j, class)])
}

/// By number if all names are numbers, else by name.
fn in_order<T>(classes: &mut [(&String, T)]) {
    let number = |name: &str| name.parse::<f64>().ok().filter(|x| x.is_finite());
    if classes.iter().all(|(name, _)| number(name).is_some()) {
        classes.sort_by(|a, b| {
            let (x, y) = (number(a.0).unwrap_or(0.0), number(b.0).unwrap_or(0.0));
            x.total_cmp(&y)
        });
    } else {
        classes.sort_by(|a, b| a.0.cmp(b.0));
    }
}

/// A sum in eight parts.
fn lanes<T: Copy + Into<f64>>(values: &[T], of: impl Fn(f64) -> f64) -> f64 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, &x) in sums.iter_mut().zip(eight) {
            *sum += of(x.into());
        }
    }
    let rest: f64 = rest.iter().map(|&x| of(x.into())).sum();
    rest + sums.iter().sum::<f64>()
}

#[cfg(test)]
mod tests;
