//! Advice, as JSON: `ufm_advice::Advice` has one description, its serialisation.

use numpy::{
    Element, PyReadonlyArray1, PyReadonlyArray2,
    ndarray::{ArrayView2, Axis},
};
use pyo3::prelude::*;
use rayon::prelude::*;
use ufm_advice::{AdviceError, DataSet, Scaling, Totals, advise};

use crate::value_error;

/// Sums are formed in so many parts, whatever the number of threads: same data, same bits.
const PARTS: usize = 4;

/// From counts of named classes.
#[pyfunction]
pub fn advise_counts(
    names: Vec<String>,
    counts: Vec<usize>,
    majority: Vec<String>,
) -> PyResult<String> {
    let data = DataSet::from_named_counts(names.into_iter().zip(counts)).map_err(value_error)?;
    described(&data, &majority)
}

/// Samples × features, where they lie.
#[derive(FromPyObject)]
pub enum Features<'py> {
    /// Of single precision.
    Singles(PyReadonlyArray2<'py, f32>),
    /// Of double precision.
    Doubles(PyReadonlyArray2<'py, f64>),
}

/// From features.
#[pyfunction]
pub fn advise_features(
    py: Python<'_>,
    features: Features<'_>,
    labels: PyReadonlyArray1<'_, u32>,
    names: Vec<String>,
    scaling: &str,
    majority: Vec<String>,
) -> PyResult<String> {
    match features {
        Features::Singles(x) => from_features(py, &x, &labels, &names, scaling, &majority),
        Features::Doubles(x) => from_features(py, &x, &labels, &names, scaling, &majority),
    }
}

fn from_features<T: Element + Copy + Into<f64> + Send + Sync>(
    py: Python<'_>,
    features: &PyReadonlyArray2<'_, T>,
    labels: &PyReadonlyArray1<'_, u32>,
    names: &[String],
    scaling: &str,
    majority: &[String],
) -> PyResult<String> {
    let scaling = match scaling {
        "raw" => Scaling::Raw,
        "centred" => Scaling::Centred,
        "standardised" => Scaling::Standardised,
        other => {
            return Err(value_error(format!(
                "features={other:?} is not allowed: \"raw\", \"centred\" or \"standardised\""
            )));
        }
    };
    let (x, labels) = (features.as_array(), labels.as_array());
    if x.nrows() != labels.len() {
        return Err(value_error(format!(
            "X has {} samples and y {} labels: there must be as many",
            x.nrows(),
            labels.len()
        )));
    }
    let labels = labels.to_vec();
    py.detach(|| {
        let data = summed(x, &labels)
            .and_then(|totals| totals.finish(names, scaling))
            .map_err(value_error)?;
        described(&data, majority)
    })
}

/// Rows where they lie; a row whose numbers are not side by side is copied first.
fn summed<T: Copy + Into<f64> + Send + Sync>(
    x: ArrayView2<'_, T>,
    labels: &[u32],
) -> Result<Totals, AdviceError> {
    let Some(first) = x.outer_iter().next() else {
        return Err(AdviceError::Samples("has no samples".into()));
    };
    let first: Vec<f64> = first.iter().map(|&x| x.into()).collect();
    let finite = first.iter().all(|x| x.is_finite());
    let empty = Totals::new(if finite { first } else { vec![0.0; x.ncols()] });
    let each = x.nrows().div_ceil(PARTS);
    let chunks: Vec<ArrayView2<'_, T>> = x.axis_chunks_iter(Axis(0), each).collect();
    let parts: Vec<Totals> = chunks
        .into_par_iter()
        .zip(labels.par_chunks(each))
        .enumerate()
        .map(|(number, (rows, labels))| {
            let mut part = empty.part();
            for (i, (row, &label)) in rows.outer_iter().zip(labels).enumerate() {
                let added = match row.as_slice() {
                    Some(row) => part.add(label as usize, row),
                    None => part.add(label as usize, &row.to_vec()),
                };
                added.map_err(|error| match error {
                    AdviceError::NotFinite { feature, .. } => AdviceError::NotFinite {
                        sample: number * each + i,
                        feature,
                    },
                    other => other,
                })?;
            }
            Ok(part)
        })
        .collect::<Result<_, AdviceError>>()?;
    parts.into_iter().try_fold(empty, Totals::merge)
}

fn described(data: &DataSet, majority: &[String]) -> PyResult<String> {
    let advice = advise(data, majority).map_err(value_error)?;
    serde_json::to_string(&advice).map_err(value_error)
}
