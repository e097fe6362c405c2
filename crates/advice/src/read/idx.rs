//! Images in MNIST's format.

use std::path::Path;

use crate::{AdviceError, DataSet, Scaling, Totals};

/// Reads the training images of a data set in MNIST's format; features are pixels from 0 to 1.
///
/// # Errors
/// [`AdviceError::Data`] if a file is missing or malformed, [`AdviceError::Source`] if it is the images as a whole.
pub fn read(folder: &Path, scaling: Scaling) -> Result<DataSet, AdviceError> {
    let train = ufm_data::mnist::read(folder, "images")?.train;
    let names: Vec<String> = (0..train.classes())
        .map(|class| class.to_string())
        .collect();
    let first = if train.is_empty() {
        Vec::new()
    } else {
        train.image(0).iter().map(|&x| f64::from(x)).collect()
    };
    let mut totals = Totals::new(first);
    for (i, &label) in train.labels().iter().enumerate() {
        totals
            .add(usize::from(label), train.image(i))
            .map_err(|error| error.within(folder))?;
    }
    totals
        .finish(&names, scaling)
        .map_err(|error| error.within(folder))
}
