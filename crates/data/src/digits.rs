//! The UCI handwritten digits: 1797 images of 8 × 8 pixels, ten classes of 174 to 183 samples.
//!
//! Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
//! Repository (1998), [doi:10.24432/C50P49](https://doi.org/10.24432/C50P49), licence
//! [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/): the images of its test part, `optdigits.tes`, in their order.
//! They are built in as `optdigits.tes.gz`, in which a line is an image: 64 pixels row by row, whole numbers 0 … 16, and its class.

use std::io::Read;

use flate2::bufread::GzDecoder;

use crate::{
    DataError, DataSet, Samples,
    random::{Purpose, shuffled},
};

/// Samples of each class that are set aside for the test, whatever the seed: 500 in all, which leaves
/// 124 to 133 of each class to train on.
pub const TEST_PER_CLASS: usize = 50;

const SIDE: usize = 8;
const CLASSES: usize = 10;
const LARGEST_VALUE: f32 = 16.0;

/// The digits with pixels scaled by 1/16, split at random with this seed into [`TEST_PER_CLASS`] test
/// samples of each class and the rest. Both parts keep the order of the source.
///
/// ```
/// use ufm_data::digits;
/// let set = digits::load(3)?;
/// assert_eq!((set.train.len(), set.test.len()), (1297, 500));
/// assert_eq!(set.test.class_counts(), [50; 10]);
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// None with the data that is built in; if it ever changed, what does not fit is said.
pub fn load(seed: u64) -> Result<DataSet, DataError> {
    let all = everything()?;
    let mut train = Vec::new();
    let mut test = Vec::new();
    for (class, indices) in all.by_class().into_iter().enumerate() {
        let available = indices.len();
        let order = shuffled(indices, seed, Purpose::Split, class);
        let (set_aside, rest) =
            order
                .split_at_checked(TEST_PER_CLASS)
                .ok_or(DataError::TooFewSamples {
                    class,
                    asked: TEST_PER_CLASS,
                    available,
                })?;
        test.extend_from_slice(set_aside);
        train.extend_from_slice(rest);
    }
    train.sort_unstable();
    test.sort_unstable();
    Ok(DataSet {
        name: "digits".to_owned(),
        train: all.select(&train)?,
        test: all.select(&test)?,
    })
}

/// The table, packed by `gzip -9n`.
const PACKED: &[u8] = include_bytes!("optdigits.tes.gz");
const NAME: &str = "optdigits.tes.gz";

fn table() -> Result<String, DataError> {
    let mut text = String::new();
    GzDecoder::new(PACKED)
        .read_to_string(&mut text)
        .map_err(|error| DataError::DamagedGzip {
            file: NAME.to_owned(),
            why: error.to_string(),
        })?;
    Ok(text)
}

fn everything() -> Result<Samples, DataError> {
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for line in table()?.lines() {
        let mut row = line
            .split(',')
            .map(|entry| {
                entry.parse::<u8>().map_err(|_| {
                    DataError::domain("entry of the digits", entry, "a whole number 0 … 255")
                })
            })
            .collect::<Result<Vec<u8>, _>>()?;
        labels.extend(row.pop());
        pixels.extend(
            row.into_iter()
                .map(|value| f32::from(value) / LARGEST_VALUE),
        );
    }
    Samples::new(pixels, labels, SIDE, SIDE, CLASSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of `optdigits.tes`, unpacked.
    const SHA256: &str = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8";

    #[test]
    fn the_table_has_the_sum_that_is_pinned() {
        use sha2::{Digest as _, Sha256};
        let sum = Sha256::new_with_prefix(table().unwrap());
        assert_eq!(crate::idx::hex(sum), SHA256);
    }

    #[test]
    fn the_source_is_what_it_is_said_to_be() {
        let all = everything().unwrap();
        assert_eq!(all.len(), 1797);
        assert_eq!(
            all.class_counts(),
            [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
        );
        assert!(all.pixels().contains(&1.0));
        assert!(all.pixels().iter().all(|p| (p * 16.0).fract() == 0.0));
        // The first image of the published file is a zero.
        assert_eq!(all.labels()[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let row: Vec<f32> = all.image(0)[..8].iter().map(|p| p * 16.0).collect();
        assert_eq!(row, [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_split_loses_nothing_and_depends_on_its_seed() {
        let all = everything().unwrap();
        let split = load(1).unwrap();
        let sum = |s: &Samples| s.pixels().iter().map(|&p| f64::from(p)).sum::<f64>();
        assert_eq!(sum(&split.train) + sum(&split.test), sum(&all));
        assert_eq!(split, load(1).unwrap());
        assert_ne!(split.test, load(2).unwrap().test);
    }
}
