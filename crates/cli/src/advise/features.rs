//! Tables of features: read once, row by row; what is kept is a sum per class.

use std::{collections::BTreeMap, fs::File, io::BufReader, path::Path};

use csv::StringRecord;
use nalgebra::DMatrix;
use ufm_theory::features::ClassSums;

use super::input::{DataSet, Features};
use crate::{CliError, cli::Scaling, names::nearest};

/// Which columns are what; all others are features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The class of each sample.
    pub label: String,
    /// Neither.
    pub ignored: Vec<String>,
}

/// Sums over the samples of each class, and over all.
#[derive(Debug, Clone)]
pub struct Accumulator {
    classes: BTreeMap<String, (usize, Vec<f64>)>,
    /// The first sample: differences from it tell a constant column exactly, and spare variances a cancellation.
    reference: Vec<f64>,
    shifted: Vec<f64>,
    shifted_squares: Vec<f64>,
    squares: f64,
}

impl Accumulator {
    /// Nothing, of samples with `dimension` features.
    pub fn new(dimension: usize) -> Self {
        Self {
            classes: BTreeMap::new(),
            reference: Vec::new(),
            shifted: vec![0.0; dimension],
            shifted_squares: vec![0.0; dimension],
            squares: 0.0,
        }
    }

    /// Adds a sample of a class.
    pub fn add(&mut self, class: &str, sample: &[f64]) {
        if self.reference.is_empty() {
            self.reference = sample.to_vec();
        }
        if !self.classes.contains_key(class) {
            self.classes
                .insert(class.to_owned(), (0, vec![0.0; sample.len()]));
        }
        if let Some((count, sum)) = self.classes.get_mut(class) {
            *count += 1;
            for (total, x) in sum.iter_mut().zip(sample) {
                *total += x;
            }
        }
        for (j, x) in sample.iter().enumerate() {
            let shift = x - self.reference[j];
            self.shifted[j] += shift;
            self.shifted_squares[j] += shift * shift;
            self.squares += x * x;
        }
    }

    /// The data set, or what is wrong with it as a whole.
    ///
    /// # Errors
    /// A message: fewer than two classes, no features, no differences.
    pub fn finish(self, scaling: Scaling) -> Result<DataSet, String> {
        let (names, sums): (Vec<String>, Vec<(usize, Vec<f64>)>) =
            in_order(self.classes).into_iter().unzip();
        if names.len() < 2 {
            return Err(match names.first() {
                None => "has no samples: expected rows under the headings".to_owned(),
                Some(only) => {
                    format!("all samples are of class `{only}`: at least 2 classes are needed")
                }
            });
        }
        let counts: Vec<usize> = sums.iter().map(|(count, _)| *count).collect();
        let total = counts.iter().sum::<usize>() as f64;
        let dimension = self.shifted.len();
        if dimension == 0 {
            return Err("has no column of features".to_owned());
        }
        let varies: Vec<bool> = self
            .shifted_squares
            .iter()
            .map(|&squares| squares > 0.0)
            .collect();
        if !varies.contains(&true) {
            return Err("all features are constant: no sample differs from another, and nothing can be learned from them".to_owned());
        }
        let mean: Vec<f64> = (0..dimension)
            .map(|j| self.reference[j] + self.shifted[j] / total)
            .collect();
        let deviation = |j: usize| {
            (self.shifted_squares[j] / total - (self.shifted[j] / total).powi(2))
                .max(0.0)
                .sqrt()
        };
        let factor: Vec<f64> = (0..dimension)
            .map(|j| match scaling {
                Scaling::Standardised if varies[j] && deviation(j) > 0.0 => 1.0 / deviation(j),
                Scaling::Standardised => 0.0,
                Scaling::Raw | Scaling::Centred => 1.0,
            })
            .collect();
        let shift = if scaling == Scaling::Raw { 0.0 } else { 1.0 };
        // One column for each class: the sum of a class is that of its one column.
        let columns = DMatrix::from_fn(dimension, names.len(), |j, class| {
            let (count, sum) = &sums[class];
            factor[j] * (sum[j] - shift * *count as f64 * mean[j])
        });
        let identity: Vec<usize> = (0..names.len()).collect();
        let sums = ClassSums::new(&reduced(columns), &identity, names.len()).map_err(|_| {
            "the features overflow: their sums are not finite; scale them down".to_owned()
        })?;
        let mean_squares = total * mean.iter().map(|m| m * m).sum::<f64>();
        Ok(DataSet {
            classes: names,
            counts,
            features: Some(Features {
                sums,
                dimension,
                constant: varies.iter().filter(|varies| !**varies).count(),
                mean_share: if self.squares > 0.0 {
                    (mean_squares / self.squares).min(1.0)
                } else {
                    0.0
                },
                scaling,
            }),
        })
    }
}

/// The same growth rates in at most `k` dimensions: `S = L Qᵀ`, and `Q` has orthonormal columns.
fn reduced(columns: DMatrix<f64>) -> DMatrix<f64> {
    if columns.nrows() <= columns.ncols() || !columns.iter().all(|x| x.is_finite()) {
        columns
    } else {
        columns.qr().r()
    }
}

/// Classes by number if all names are numbers, else by name.
fn in_order<T>(classes: BTreeMap<String, T>) -> Vec<(String, T)> {
    let mut list: Vec<(String, T)> = classes.into_iter().collect();
    let number = |name: &str| name.parse::<f64>().ok().filter(|x| x.is_finite());
    if list.iter().all(|(name, _)| number(name).is_some()) {
        list.sort_by(|a, b| {
            number(&a.0)
                .unwrap_or(0.0)
                .total_cmp(&number(&b.0).unwrap_or(0.0))
        });
    }
    list
}

/// Reads a table.
///
/// # Errors
/// [`CliError::Cell`] with file, line and column of what is not allowed, [`CliError::Features`] if it is the table as a whole.
pub fn read(path: &Path, columns: &Columns, scaling: Scaling) -> Result<DataSet, CliError> {
    let whole = |message: String| CliError::Features {
        path: path.to_owned(),
        message,
    };
    let file = File::open(path).map_err(CliError::io(path))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(BufReader::new(file));
    let headings = reader.headers().map_err(|e| whole(e.to_string()))?.clone();
    let label = find(path, &headings, &columns.label)?;
    let ignored = columns
        .ignored
        .iter()
        .map(|name| find(path, &headings, name))
        .collect::<Result<Vec<usize>, CliError>>()?;
    let features: Vec<usize> = (0..headings.len())
        .filter(|column| *column != label && !ignored.contains(column))
        .collect();
    let mut sums = Accumulator::new(features.len());
    let mut sample = vec![0.0; features.len()];
    let mut record = StringRecord::new();
    loop {
        if !reader
            .read_record(&mut record)
            .map_err(|e| whole(e.to_string()))?
        {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize, message: String| CliError::Cell {
            path: path.to_owned(),
            line,
            column: column + 1,
            name: headings.get(column).map(str::to_owned),
            message,
        };
        if record.len() != headings.len() {
            return Err(cell(
                record.len().min(headings.len()),
                format!(
                    "the row has {} columns and the heading line {}: all rows must be as long as that",
                    record.len(),
                    headings.len()
                ),
            ));
        }
        for (x, &column) in sample.iter_mut().zip(&features) {
            let text = &record[column];
            *x = text
                .parse()
                .ok()
                .filter(|x: &f64| x.is_finite())
                .ok_or_else(|| {
                    cell(column, format!("`{text}` is not allowed: features are finite numbers; leave a column out with --ignore"))
                })?;
        }
        let class = &record[label];
        if class.is_empty() {
            return Err(cell(
                label,
                "the class is missing: every sample needs one".into(),
            ));
        }
        sums.add(class, &sample);
    }
    sums.finish(scaling).map_err(whole)
}

/// Reads the training images of a data set in MNIST's format; features are pixels from 0 to 1.
///
/// # Errors
/// [`CliError::Data`] if a file is missing or malformed, [`CliError::Features`] if it is the images as a whole.
pub fn read_images(folder: &Path, scaling: Scaling) -> Result<DataSet, CliError> {
    let train = ufm_data::mnist::read(folder, "images")?.train;
    let mut sums = Accumulator::new(train.height() * train.width());
    let mut sample = Vec::new();
    for (i, label) in train.labels().iter().enumerate() {
        sample.clear();
        sample.extend(train.image(i).iter().map(|&pixel| f64::from(pixel)));
        sums.add(&label.to_string(), &sample);
    }
    sums.finish(scaling).map_err(|message| CliError::Features {
        path: folder.to_owned(),
        message,
    })
}

/// The column of a heading.
fn find(path: &Path, headings: &StringRecord, name: &str) -> Result<usize, CliError> {
    let error = |column: usize, message: String| CliError::Cell {
        path: path.to_owned(),
        line: 1,
        column,
        name: None,
        message,
    };
    let mut places = (0..headings.len()).filter(|&column| &headings[column] == name);
    match (places.next(), places.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(again)) => Err(error(again + 1, format!("two columns are called `{name}`"))),
        (None, _) => {
            let known: Vec<String> = headings.iter().map(str::to_owned).collect();
            Err(error(
                1,
                format!(
                    "there is no column `{name}`{}; the headings are {}",
                    nearest(name, headings.iter()),
                    crate::names::some(&known, 12)
                ),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(data: &DataSet) -> Vec<f64> {
        let weights = vec![1.0; data.counts.len()];
        data.features
            .as_ref()
            .unwrap()
            .sums
            .growth_rates(&weights)
            .unwrap()
    }

    #[test]
    fn sums_give_the_rates_of_the_samples() {
        let samples = [
            ("b", [1.0, 0.5, -2.0, 4.0]),
            ("a", [0.3, 2.5, 1.0, 4.0]),
            ("b", [-1.0, 1.5, 0.7, 4.0]),
            ("c", [2.0, 0.1, 0.2, 4.0]),
        ];
        for scaling in [Scaling::Raw, Scaling::Centred, Scaling::Standardised] {
            let mut sums = Accumulator::new(4);
            samples.iter().for_each(|(class, x)| sums.add(class, x));
            let data = sums.finish(scaling).unwrap();
            assert_eq!(
                (data.classes.join(""), data.counts.clone()),
                ("abc".into(), vec![1, 2, 1])
            );
            let mut x = DMatrix::from_fn(4, 4, |j, i| samples[i].1[j]);
            if scaling != Scaling::Raw {
                for mut row in x.row_iter_mut() {
                    row.add_scalar_mut(-row.mean());
                    if scaling == Scaling::Standardised && row.norm() > 0.0 {
                        row *= 2.0 / row.norm();
                    }
                }
            }
            let expected = ClassSums::new(&x, &[1, 0, 1, 2], 3)
                .unwrap()
                .growth_rates(&[1.0; 3])
                .unwrap();
            for (found, expected) in rates(&data).iter().zip(&expected) {
                assert!(
                    (found - expected).abs() < 1e-13,
                    "{scaling:?}: {found} against {expected}"
                );
            }
            assert_eq!(data.features.unwrap().constant, 1);
        }
    }

    #[test]
    fn numbers_are_sorted_as_numbers() {
        let mut sums = Accumulator::new(1);
        for (i, class) in ["10", "9", "1"].iter().enumerate() {
            sums.add(class, &[i as f64]);
        }
        assert_eq!(sums.finish(Scaling::Raw).unwrap().classes, ["1", "9", "10"]);
    }
}
