//! A folder of images, one folder a class: read by [`ufm_data::folder`], and summed as they come.

use std::path::Path;

use ufm_data::{
    BrokenImage, DataError, ImageFault,
    folder::{Fit, Form, ImageFolder},
};

use crate::{AdviceError, DataSet, Scaling, Totals};

/// Reads a folder with one folder a class. Features are pixels from 0 to 1, row by row: one number each if the first image is grey, else red,
/// green and blue. With `size` (width, height) every image is brought to that size; else all must have one.
///
/// Files with other endings, and hidden ones, are passed over.
///
/// # Errors
/// [`AdviceError::Data`]: no folders, a folder without images, files that are no images (several are named at once);
/// [`AdviceError::Samples`]: sizes that differ; [`AdviceError::Source`]: too many features.
pub fn read(
    folder: &Path,
    size: Option<(u32, u32)>,
    scaling: Scaling,
) -> Result<DataSet, AdviceError> {
    let images = ImageFolder::open(folder)?;
    let first = images.form()?;
    let form = match size {
        Some((width, height)) => Form::new(width, height, Fit::Stretch, first.colour())?,
        None => first,
    };
    Totals::check_size(images.classes().len(), form.values())
        .map_err(|error| error.within(folder))?;
    let mut totals: Option<Totals> = None;
    let summed = images.each(&form, |class, image| {
        totals
            .get_or_insert_with(|| Totals::new(image.iter().map(|&x| f64::from(x)).collect()))
            .add(class, image)
            .map_err(|error| error.within(folder))
    });
    summed.map_err(with_remedy)?;
    totals
        .unwrap_or_else(|| Totals::new(Vec::new()))
        .finish(images.classes(), scaling)
        .map_err(|error| error.within(folder))
}

/// Says what to do about sizes that differ.
fn with_remedy(error: AdviceError) -> AdviceError {
    let AdviceError::Data(DataError::Images { first, .. }) = &error else {
        return error;
    };
    let differs = |image: &BrokenImage| matches!(image.fault, ImageFault::Size { .. });
    match first.iter().any(differs) {
        true => AdviceError::Samples(format!(
            "{error} (--resize WIDTHxHEIGHT brings all to one size)"
        )),
        false => error,
    }
}
