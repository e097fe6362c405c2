//! Labelled grey images in memory.

use crate::DataError;

/// Labels are bytes, so there are at most this many classes.
pub(crate) const MAX_CLASSES: usize = 256;

/// `n` grey images of `height × width` pixels in `[0, 1]`, each with a class in `0 … classes − 1`.
///
/// ```
/// use ufm_data::Samples;
/// let two = Samples::new(vec![0.0, 0.5, 1.0, 0.25], vec![1, 0], 1, 2, 2)?;
/// assert_eq!((two.len(), two.image(1)), (2, &[1.0, 0.25][..]));
/// assert_eq!(two.select(&[1])?.labels(), [0]);
/// # Ok::<(), ufm_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    pixels: Vec<f32>,
    labels: Vec<u8>,
    height: usize,
    width: usize,
    classes: usize,
}

impl Samples {
    /// Images from their pixels, row-major `n × height × width`, and their labels.
    ///
    /// # Errors
    /// If an image has no pixel, `classes` is not in 2 … 256, the lengths do not fit, a pixel is not
    /// in `[0, 1]`, or a label names no class.
    pub fn new(
        pixels: Vec<f32>,
        labels: Vec<u8>,
        height: usize,
        width: usize,
        classes: usize,
    ) -> Result<Self, DataError> {
        if !(2..=MAX_CLASSES).contains(&classes) {
            return Err(DataError::domain(
                "number of classes",
                classes,
                format!("in 2 … {MAX_CLASSES}"),
            ));
        }
        for (what, side) in [("image height", height), ("image width", width)] {
            if side == 0 {
                return Err(DataError::domain(what, side, "at least 1"));
            }
        }
        // Saturating: no vector has usize::MAX pixels, so an overflow is a shape that does not fit.
        let image = height.saturating_mul(width);
        let expected = labels.len().saturating_mul(image);
        if pixels.len() != expected {
            return Err(DataError::Shape {
                what: format!("pixels of {} images of {height} × {width}", labels.len()),
                expected,
                found: pixels.len(),
            });
        }
        if let Some(at) = pixels.iter().position(|p| !(0.0..=1.0).contains(p)) {
            return Err(DataError::Pixel {
                sample: at / image,
                value: pixels[at],
            });
        }
        check_labels("labels", &labels, classes)?;
        Ok(Self {
            pixels,
            labels,
            height,
            width,
            classes,
        })
    }

    /// Number of images `n`.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Rows of an image.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of an image.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Values of a pixel: 1 for grey.
    pub fn channels(&self) -> usize {
        1
    }

    /// Number of classes that labels are below.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The pixels of image `i`, row by row.
    ///
    /// # Panics
    /// If there is no image `i`, as indexing a slice does.
    pub fn image(&self, i: usize) -> &[f32] {
        let image = self.height * self.width;
        &self.pixels[i * image..(i + 1) * image]
    }

    /// All pixels, image by image.
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }

    /// The class of each image.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// How many images each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        for &label in &self.labels {
            counts[usize::from(label)] += 1;
        }
        counts
    }

    /// The images of these indices, in this order; an index may come twice.
    ///
    /// # Errors
    /// [`DataError::NoSample`] if there is no image of an index.
    pub fn select(&self, indices: &[usize]) -> Result<Self, DataError> {
        let image = self.height * self.width;
        let mut pixels = Vec::with_capacity(indices.len().saturating_mul(image));
        let mut labels = Vec::with_capacity(indices.len());
        for &index in indices {
            let label = self.labels.get(index).ok_or(DataError::NoSample {
                index,
                samples: self.len(),
            })?;
            labels.push(*label);
            pixels.extend_from_slice(self.image(index));
        }
        Ok(Self {
            pixels,
            labels,
            ..*self
        })
    }

    /// The indices of the images of each class, in ascending order.
    pub(crate) fn by_class(&self) -> Vec<Vec<usize>> {
        let mut indices = vec![Vec::new(); self.classes];
        for (index, &label) in self.labels.iter().enumerate() {
            indices[usize::from(label)].push(index);
        }
        indices
    }
}

/// A data set: a name, what to train on and what to test on.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    /// Its name, for tables and file names.
    pub name: String,
    /// The images to train on.
    pub train: Samples,
    /// The images to test on; none of them is in `train`.
    pub test: Samples,
}

/// Refuses the first label that names no class.
pub(crate) fn check_labels(place: &str, labels: &[u8], classes: usize) -> Result<(), DataError> {
    match labels.iter().position(|&l| usize::from(l) >= classes) {
        None => Ok(()),
        Some(sample) => Err(DataError::Label {
            place: place.to_owned(),
            sample,
            label: labels[sample],
            classes,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        let new = Samples::new;
        assert!(matches!(
            new(vec![0.0; 3], vec![0, 1], 1, 2, 2),
            Err(DataError::Shape {
                expected: 4,
                found: 3,
                ..
            })
        ));
        assert!(matches!(
            new(vec![0.0; 2], vec![0, 1], usize::MAX, 2, 2),
            Err(DataError::Shape { .. })
        ));
        for pixel in [-0.1, 1.5, f32::NAN, f32::INFINITY] {
            assert!(matches!(
                new(vec![0.0, pixel], vec![0, 1], 1, 1, 2),
                Err(DataError::Pixel { sample: 1, .. })
            ));
        }
        assert!(matches!(
            new(vec![0.0; 2], vec![0, 2], 1, 1, 2),
            Err(DataError::Label {
                sample: 1,
                label: 2,
                ..
            })
        ));
        assert!(new(vec![], vec![], 0, 1, 2).is_err());
        assert!(new(vec![], vec![], 1, 1, 257).is_err());
        assert!(new(vec![], vec![], 1, 1, 1).is_err());
        assert!(new(vec![], vec![], 1, 1, 2).unwrap().is_empty());
    }

    #[test]
    fn a_selection_keeps_order_and_counts() {
        let all = Samples::new(vec![0.0, 0.1, 0.2], vec![2, 0, 2], 1, 1, 3).unwrap();
        assert_eq!(all.class_counts(), [1, 0, 2]);
        let some = all.select(&[2, 0, 2]).unwrap();
        assert_eq!(some.pixels(), [0.2, 0.0, 0.2]);
        assert_eq!(some.class_counts(), [0, 0, 3]);
        assert!(matches!(
            all.select(&[0, 3]),
            Err(DataError::NoSample {
                index: 3,
                samples: 3
            })
        ));
    }
}
