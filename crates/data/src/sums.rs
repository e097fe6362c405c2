//! Class sums of images, which is all that growth rates need of them.

use ufm_theory::features::ClassSums;

use crate::{DataError, Samples};

/// The sums of the pixels of each class, every image a sample of [`Samples::values_per_image`] features, in their order.
///
/// ```
/// use ufm_data::{class_sums, digits};
/// let train = digits::load(0)?.train;
/// let sums = class_sums(&train)?.centred();
/// let growth = sums.growth(&[1.0; 10])?;
/// assert_eq!(growth.rank(), 9); // images can tell every class from every other
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// None for [`Samples`], which are checked as they are made; those of [`ClassSums::add`].
pub fn class_sums(samples: &Samples) -> Result<ClassSums, DataError> {
    let mut sums = ClassSums::empty(samples.values_per_image(), samples.classes())?;
    let mut image = Vec::new();
    for (i, &label) in samples.labels().iter().enumerate() {
        image.clear();
        image.extend(samples.image(i).iter().map(|&pixel| f64::from(pixel)));
        sums.add(usize::from(label), &image)?;
    }
    Ok(sums)
}
