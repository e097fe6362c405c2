//! Labelled images in memory, grey or in colour.

use crate::DataError;

/// Labels are bytes, so there are at most this many classes.
pub(crate) const MAX_CLASSES: usize = 256;

/// `n` images of `height × width` pixels of `channels` values in `[0, 1]` (1 is grey, 3 is red, green, blue), each image with a class
/// in `0 … classes − 1`.
///
/// Values are laid out image by image, row by row, pixel by pixel, channels innermost: channel `c` of the pixel in row `y` and column `x`
/// of image `i` is value `((i · height + y) · width + x) · channels + c`.
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
    channels: usize,
    classes: usize,
}

impl Samples {
    /// Grey images from their pixels, row-major `n × height × width`, and their labels.
    ///
    /// # Errors
    /// As [`Self::with_channels`].
    pub fn new(
        pixels: Vec<f32>,
        labels: Vec<u8>,
        height: usize,
        width: usize,
        classes: usize,
    ) -> Result<Self, DataError> {
        Self::with_channels(pixels, labels, height, width, 1, classes)
    }

    /// Images from their values, row-major `n × height × width × channels`, and their labels.
    ///
    /// ```
    /// use ufm_data::Samples;
    /// // One image of one row: a red pixel, then a white one.
    /// let values = vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    /// let image = Samples::with_channels(values, vec![0], 1, 2, 3, 2)?;
    /// assert_eq!((image.channels(), image.values_per_image()), (3, 6));
    /// assert_eq!(image.image(0)[..3], [1.0, 0.0, 0.0]);
    /// # Ok::<(), ufm_data::DataError>(())
    /// ```
    ///
    /// # Errors
    /// If an image has no pixel or a pixel no channel, `classes` is not in 2 … 256, the lengths do not fit, a value is not
    /// in `[0, 1]`, or a label names no class.
    pub fn with_channels(
        pixels: Vec<f32>,
        labels: Vec<u8>,
        height: usize,
        width: usize,
        channels: usize,
        classes: usize,
    ) -> Result<Self, DataError> {
        if !(2..=MAX_CLASSES).contains(&classes) {
            return Err(DataError::domain(
                "number of classes",
                classes,
                format!("in 2 … {MAX_CLASSES}"),
            ));
        }
        for (what, number) in [
            ("image height", height),
            ("image width", width),
            ("number of channels", channels),
        ] {
            if number == 0 {
                return Err(DataError::domain(what, number, "at least 1"));
            }
        }
        // Saturating: no vector has usize::MAX pixels, so an overflow is a shape that does not fit.
        let image = height.saturating_mul(width).saturating_mul(channels);
        let expected = labels.len().saturating_mul(image);
        if pixels.len() != expected {
            let shape = match channels {
                1 => format!("{height} × {width}"),
                _ => format!("{height} × {width} × {channels}"),
            };
            return Err(DataError::Shape {
                what: format!("pixels of {} images of {shape}", labels.len()),
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
            channels,
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

    /// Values of a pixel: 1 for grey images, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Values of an image: `height · width · channels`.
    pub fn values_per_image(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// Number of classes that labels are below.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The values of image `i`, row by row, pixel by pixel, channels innermost.
    ///
    /// # Panics
    /// If there is no image `i`, as indexing a slice does.
    pub fn image(&self, i: usize) -> &[f32] {
        let image = self.values_per_image();
        &self.pixels[i * image..(i + 1) * image]
    }

    /// The values of all pixels, image by image.
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
        let mut pixels = Vec::with_capacity(indices.len().saturating_mul(self.values_per_image()));
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
    fn colour_is_checked_and_kept_as_grey_is() {
        let new = |values: usize, channels| {
            Samples::with_channels(vec![0.5; values], vec![0, 1], 2, 1, channels, 2)
        };
        assert!(new(0, 0).is_err());
        assert!(new(12, usize::MAX).is_err());
        let message = new(11, 3).unwrap_err().to_string();
        assert!(message.contains("2 × 1 × 3"), "{message}");
        let pair = new(12, 3).unwrap();
        assert_eq!((pair.channels(), pair.values_per_image()), (3, 6));
        let grey = new(4, 1).unwrap();
        assert_eq!(
            grey,
            Samples::new(vec![0.5; 4], vec![0, 1], 2, 1, 2).unwrap()
        );
        let mut values = vec![0.0; 6];
        values.extend([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
        let pair = Samples::with_channels(values, vec![1, 0], 1, 2, 3, 2).unwrap();
        let second = pair.select(&[1]).unwrap();
        assert_eq!(second.pixels(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
        assert_eq!(second.channels(), 3);
        let bad = Samples::with_channels(vec![0.0, 0.0, 0.0, 2.0], vec![0, 0], 1, 1, 2, 2);
        assert!(matches!(bad, Err(DataError::Pixel { sample: 1, .. })));
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
