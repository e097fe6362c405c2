//! NumPy's `.npy` and `.npz`: features of any real type, labels of any integer or string type, rows or columns first, streamed.
//!
//! A block is read while the one before is summed, by a fixed number of parts whatever the number of threads: the same file gives the same
//! advice everywhere. In memory are two blocks, the labels as four bytes each, and the sums.

mod array;
mod header;
mod labels;

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

use rayon::prelude::*;

use self::array::{Array, Number};
use crate::{AdviceError, DataSet, Scaling, Totals};

/// Bytes of a block, unless one row or column has more.
const BLOCK: u64 = 32 << 20;

/// Sums are formed in so many parts.
const PARTS: usize = 4;

/// Reads features and labels from two `.npy` files.
///
/// # Errors
/// [`AdviceError::Source`] for what is not allowed: a truncated file, another type, big-endian numbers, pickled objects, lengths that
/// differ, a feature that is not finite.
pub fn read(features: &Path, labels: &Path, scaling: Scaling) -> Result<DataSet, AdviceError> {
    let (file, bytes) = open(labels)?;
    let (names, of_samples) = labels::read(Array::begin(file, bytes, labels)?)?;
    let (file, bytes) = open(features)?;
    sum(
        Array::begin(file, bytes, features)?,
        labels,
        &names,
        &of_samples,
        scaling,
    )
}

/// Reads features and labels from two arrays, by their names, of one `.npz` file, compressed or not.
///
/// # Errors
/// As for [`read`], and if there is no array of that name.
pub fn read_archive(
    path: &Path,
    features: &str,
    labels: &str,
    scaling: Scaling,
) -> Result<DataSet, AdviceError> {
    let (file, _) = open(path)?;
    let mut archive = zip::ZipArchive::new(file)
        .map_err(|e| AdviceError::of(path, format!("is no .npz file: {e}")))?;
    let (names, of_samples) = {
        let (entry, bytes, place) = member(&mut archive, path, labels)?;
        labels::read(Array::begin(entry, bytes, &place)?)?
    };
    let (entry, bytes, place) = member(&mut archive, path, features)?;
    let labels = path.join(labels);
    sum(
        Array::begin(entry, bytes, &place)?,
        &labels,
        &names,
        &of_samples,
        scaling,
    )
}

fn open(path: &Path) -> Result<(BufReader<File>, u64), AdviceError> {
    let file = File::open(path).map_err(AdviceError::io(path))?;
    let bytes = file.metadata().map_err(AdviceError::io(path))?.len();
    Ok((BufReader::with_capacity(1 << 16, file), bytes))
}

fn member<'a, R: Read + Seek + Send>(
    archive: &'a mut zip::ZipArchive<R>,
    path: &Path,
    name: &str,
) -> Result<(impl Read + Send + 'a, u64, std::path::PathBuf), AdviceError> {
    let held: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_owned())
        .collect();
    let entry = archive.by_name(&format!("{name}.npy")).map_err(|error| {
        let what = match error {
            zip::result::ZipError::FileNotFound => format!(
                "there is no array `{name}`; it holds {} (name two with --arrays FEATURES,LABELS)",
                ufm_support::names::some(&held, 12)
            ),
            other => format!("array `{name}`: {other}"),
        };
        AdviceError::of(path, what)
    })?;
    let bytes = entry.size();
    Ok((entry, bytes, path.join(name)))
}

/// Sums the features of each class.
fn sum<R: Read + Send>(
    mut array: Array<R>,
    labels_from: &Path,
    names: &[String],
    labels: &[u32],
    scaling: Scaling,
) -> Result<DataSet, AdviceError> {
    let number = array.number()?;
    let (samples, dimension) = array.rows_and_columns()?;
    if samples != labels.len() {
        return Err(array.bad(format!(
            "has {samples} samples, and {} has {} labels: there must be as many",
            labels_from.display(),
            labels.len()
        )));
    }
    if samples == 0 || dimension == 0 {
        return Err(array.bad("holds no features: expected samples × features"));
    }
    Totals::check_size(names.len(), dimension).map_err(|error| error.within(array.path()))?;
    // Of columns, or of rows: the stretch of numbers that a block holds whole.
    let (stretch, stretches) = if array.by_columns() {
        (samples, dimension)
    } else {
        (dimension, samples)
    };
    let bytes = number.size() * stretch;
    let per_block = (BLOCK / bytes as u64).clamp(1, stretches as u64) as usize;
    let mut block = vec![0; per_block * bytes];
    let mut next = vec![0; per_block * bytes];
    array.fill(&mut block)?;
    let reference = if array.by_columns() {
        vec![0.0; dimension]
    } else {
        let mut first = vec![0.0; dimension];
        number.doubles(&block[..bytes], &mut first);
        first
    };
    let finite = reference.iter().all(|x| x.is_finite());
    let empty = Totals::new(if finite {
        reference
    } else {
        vec![0.0; dimension]
    });
    let mut parts = vec![empty; PARTS];
    if array.by_columns() {
        parts.iter_mut().for_each(|part| part.count(labels));
    }
    let (by_columns, mut done) = (array.by_columns(), 0);
    while done < stretches {
        let here = per_block.min(stretches - done);
        let after = per_block.min(stretches - done - here);
        let (read, summed) = rayon::join(
            || array.fill(&mut next[..after * bytes]),
            || {
                let each = here.div_ceil(PARTS);
                parts
                    .par_iter_mut()
                    .zip(block[..here * bytes].par_chunks(each * bytes))
                    .enumerate()
                    .try_for_each(|(i, (part, stretches))| {
                        let first = done + i * each;
                        if by_columns {
                            add_columns(part, number, stretches, bytes, first, labels)
                        } else {
                            add_rows(part, number, stretches, bytes, first, labels)
                        }
                    })
            },
        );
        summed.map_err(|error| error.within(array.path()))?;
        read?;
        std::mem::swap(&mut block, &mut next);
        done += here;
    }
    let totals = parts
        .into_iter()
        .try_fold(None, |whole: Option<Totals>, part| {
            Ok::<_, AdviceError>(Some(match whole {
                None => part,
                Some(whole) if by_columns => whole.join_columns(part)?,
                Some(whole) => whole.merge(part)?,
            }))
        })?;
    match totals {
        Some(totals) => totals
            .finish(names, scaling)
            .map_err(|error| error.within(array.path())),
        None => Err(array.bad("holds no features")),
    }
}

fn add_rows(
    part: &mut Totals,
    number: Number,
    rows: &[u8],
    bytes: usize,
    first: usize,
    labels: &[u32],
) -> Result<(), AdviceError> {
    let dimension = part.dimension();
    let (mut singles, mut doubles) = (vec![0.0_f32; dimension], vec![0.0_f64; dimension]);
    for (i, row) in rows.chunks_exact(bytes).enumerate() {
        let class = labels[first + i] as usize;
        let added = if number.singles(row, &mut singles) {
            part.add(class, &singles)
        } else {
            number.doubles(row, &mut doubles);
            part.add(class, &doubles)
        };
        added.map_err(|error| match error {
            AdviceError::NotFinite { feature, .. } => AdviceError::NotFinite {
                sample: first + i,
                feature,
            },
            other => other,
        })?;
    }
    Ok(())
}

fn add_columns(
    part: &mut Totals,
    number: Number,
    columns: &[u8],
    bytes: usize,
    first: usize,
    labels: &[u32],
) -> Result<(), AdviceError> {
    let mut values = vec![0.0_f64; labels.len()];
    for (j, column) in columns.chunks_exact(bytes).enumerate() {
        number.doubles(column, &mut values);
        part.add_column(first + j, labels, &values)?;
    }
    Ok(())
}
