//! From files to values.

use std::{fs, io::BufReader, path::Path};

use image::{DynamicImage, ImageReader, Limits, imageops::FilterType};
use rayon::prelude::*;

use super::{Colour, Fit, Form, ImageFile, ImageFolder, MAX_SIDE};
use crate::{BrokenImage, DataError, ImageFault};

/// Most images in memory at a time, and most values they have together unless one alone has more.
const TOGETHER: usize = 64;
const VALUES_TOGETHER: usize = 1 << 26;

/// Broken images that a message names.
const NAMED: usize = 5;

impl ImageFolder {
    /// The form that the first image has which can be decoded: its size, grey if it is grey, and [`Fit::Exact`].
    ///
    /// ```
    /// use ufm_data::folder::{Colour, Fit, ImageFolder};
    /// let root = tempfile::tempdir()?;
    /// std::fs::create_dir(root.path().join("cat"))?;
    /// image::RgbImage::new(4, 6).save(root.path().join("cat/0.png"))?;
    /// let form = ImageFolder::open(root.path())?.form()?;
    /// assert_eq!((form.width(), form.height()), (4, 6));
    /// assert_eq!((form.colour(), form.fit()), (Colour::Rgb, Fit::Exact));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError::Images`] if none can be.
    pub fn form(&self) -> Result<Form, DataError> {
        let mut broken = Broken::default();
        for file in self.files() {
            match decode(&file.path) {
                Ok(image) => {
                    let colour = match image.color().has_color() {
                        true => Colour::Rgb,
                        false => Colour::Grey,
                    };
                    return Form::new(image.width(), image.height(), Fit::Exact, colour);
                }
                Err(fault) => broken.add(&file.path, fault),
            }
        }
        Err(broken.error(self))
    }

    /// Decodes all images, on all threads, and hands over the class and the values of each, in order, a few being in memory at a time.
    ///
    /// After the first that cannot be used none is handed over any more, and all others are looked at, so that all that are
    /// broken are counted.
    ///
    /// ```
    /// use ufm_data::{DataError, folder::ImageFolder};
    /// let root = tempfile::tempdir()?;
    /// std::fs::create_dir(root.path().join("cat"))?;
    /// let path = root.path().join("cat/0.png");
    /// image::GrayImage::from_pixel(2, 1, image::Luma([51])).save(&path)?;
    /// let folder = ImageFolder::open(root.path())?;
    /// let form = folder.form()?;
    /// folder.each(&form, |class, image| {
    ///     assert_eq!((class, image), (0, &[0.2, 0.2][..]));
    ///     Ok::<(), DataError>(())
    /// })?;
    /// std::fs::write(&path, "no image")?;
    /// let error = folder.each(&form, |_, _| Ok::<(), DataError>(())).unwrap_err();
    /// assert!(error.to_string().contains("1 of 1 images cannot be used, the first: "));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError::Images`] with the path and fault of those that are not there, cannot be decoded, have a side longer than [`MAX_SIDE`]
    /// or need more memory than 512 MiB, or have not the size that [`Fit::Exact`] asks for; the first error of `act`.
    pub fn each<E: From<DataError>>(
        &self,
        form: &Form,
        mut act: impl FnMut(usize, &[f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        let together = (VALUES_TOGETHER / form.values()).clamp(1, TOGETHER);
        let mut broken = Broken::default();
        for some in self.files().chunks(together) {
            let decoded: Vec<Result<Vec<f32>, ImageFault>> = some
                .par_iter()
                .map(|ImageFile { path, .. }| Ok(values(&fitted(decode(path)?, form)?, form)))
                .collect();
            for (file, image) in some.iter().zip(decoded) {
                match image {
                    Err(fault) => broken.add(&file.path, fault),
                    Ok(_) if broken.count > 0 => {}
                    Ok(image) => act(file.class, &image)?,
                }
            }
        }
        match broken.count {
            0 => Ok(()),
            _ => Err(broken.error(self).into()),
        }
    }
}

/// What cannot be used, so far.
#[derive(Default)]
struct Broken {
    count: usize,
    first: Vec<BrokenImage>,
}

impl Broken {
    fn add(&mut self, path: &Path, fault: ImageFault) {
        self.count += 1;
        if self.first.len() < NAMED {
            let path = path.to_owned();
            self.first.push(BrokenImage { path, fault });
        }
    }

    fn error(self, folder: &ImageFolder) -> DataError {
        DataError::Images {
            place: folder.place.clone(),
            broken: self.count,
            images: folder.len(),
            first: self.first,
        }
    }
}

/// The format is told by the content, not by the ending.
fn decode(path: &Path) -> Result<DynamicImage, ImageFault> {
    let unreadable = |error: &dyn std::fmt::Display| ImageFault::Unreadable(error.to_string());
    // Of a pipe or a device there is no end to wait for.
    let found = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !found.is_file() {
        return Err(unreadable(&"it is no regular file"));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(&error))?;
    let mut reader = ImageReader::new(BufReader::new(file))
        .with_guessed_format()
        .map_err(|error| unreadable(&error))?;
    let mut limits = Limits::default(); // of memory 512 MiB
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    match reader.decode() {
        Ok(image) => Ok(image),
        Err(image::ImageError::Limits(error)) => Err(unreadable(&format_args!(
            "{error}: at most {MAX_SIDE} pixels on a side and 512 MiB are read"
        ))),
        Err(error) => Err(unreadable(&error)),
    }
}

fn fitted(image: DynamicImage, form: &Form) -> Result<DynamicImage, ImageFault> {
    let (width, height) = (form.width(), form.height());
    let found = (image.width(), image.height());
    if found.0 == 0 || found.1 == 0 {
        return Err(ImageFault::Unreadable("it has no pixels".to_owned()));
    }
    match form.fit() {
        Fit::Exact if found != (width, height) => Err(ImageFault::Size {
            found,
            expected: (width, height),
        }),
        Fit::Exact => Ok(image),
        Fit::Stretch => Ok(image.resize_exact(width, height, FilterType::Triangle)),
        Fit::Crop => {
            let [x, y, w, h] = middle(found, (width, height));
            let part = image.crop_imm(x, y, w, h);
            Ok(part.resize_exact(width, height, FilterType::Triangle))
        }
    }
}

/// The largest part in the middle of an image that has the proportions of `form`: column, row, width, height.
fn middle((width, height): (u32, u32), form: (u32, u32)) -> [u32; 4] {
    let (w, h) = (u64::from(width), u64::from(height));
    let (a, b) = (u64::from(form.0), u64::from(form.1));
    // Rounded down, and one pixel at least; both at most the sides of the image, so that they are 32 bits.
    let (part_w, part_h) = match w * b > h * a {
        true => ((h * a / b).max(1), h),
        false => (w, (w * b / a).max(1)),
    };
    [
        ((w - part_w) / 2) as u32,
        ((h - part_h) / 2) as u32,
        part_w as u32,
        part_h as u32,
    ]
}

fn values(image: &DynamicImage, form: &Form) -> Vec<f32> {
    let bytes = match form.colour() {
        Colour::Grey => image.to_luma8().into_raw(),
        Colour::Rgb => image.to_rgb8().into_raw(),
    };
    bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_has_the_proportions_asked_for() {
        for (image, form, expected) in [
            ((4, 6), (2, 2), [0, 1, 4, 4]),
            ((6, 4), (2, 2), [1, 0, 4, 4]),
            ((5, 4), (2, 2), [0, 0, 4, 4]),
            ((8, 8), (2, 1), [0, 2, 8, 4]),
            ((3, 3), (7, 7), [0, 0, 3, 3]),
            ((1, 16384), (4096, 1), [0, 8191, 1, 1]),
            ((16384, 1), (1, 4096), [8191, 0, 1, 1]),
        ] {
            assert_eq!(middle(image, form), expected, "{image:?} to {form:?}");
        }
    }
}
