//! A folder of images, one folder a class: PNG and JPEG, decoded side by side, and summed as they come.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageReader, imageops::FilterType};
use rayon::prelude::*;

use crate::{AdviceError, DataSet, Scaling, Totals};

/// Most images in memory at a time, and most numbers they have together unless one alone has more.
const TOGETHER: usize = 64;
const NUMBERS_TOGETHER: usize = 1 << 26;

/// Broken files that a message names.
const NAMED: usize = 5;

/// Endings of files that are images.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// Reads a folder with one folder a class. Features are pixels from 0 to 1, row by row: one number each if the first image is grey, else red,
/// green and blue. With `size` (width, height) every image is brought to that size; else all must have one.
///
/// Files with other endings, and hidden ones, are passed over.
///
/// # Errors
/// [`AdviceError::Source`]: no folders, a folder without images, files that are no images (several are named at once), sizes that differ.
pub fn read(
    folder: &Path,
    size: Option<(u32, u32)>,
    scaling: Scaling,
) -> Result<DataSet, AdviceError> {
    let classes: Vec<PathBuf> = entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
        .collect();
    if classes.is_empty() {
        return Err(AdviceError::of(
            folder,
            "holds no folders: expected one for each class, with its images in it",
        ));
    }
    let mut names = Vec::new();
    let mut files: Vec<(usize, PathBuf)> = Vec::new();
    for (class, path) in classes.iter().enumerate() {
        names.push(
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        );
        let images: Vec<PathBuf> = entries(path)?
            .into_iter()
            .filter(|file| is_image(file))
            .collect();
        if images.is_empty() {
            return Err(AdviceError::of(
                path,
                "holds no images (.png, .jpg or .jpeg): a class needs at least 1",
            ));
        }
        files.extend(images.into_iter().map(|file| (class, file)));
    }
    let first = decode(&files[0].1, size);
    let (grey, expected) = match &first {
        Ok(image) => (!image.color().has_color(), Some(dimensions(image))),
        Err(_) => (false, size),
    };
    let numbers = expected.map_or(1, |(width, height)| {
        width as usize * height as usize * if grey { 1 } else { 3 }
    });
    Totals::check_size(classes.len(), numbers).map_err(|error| error.within(folder))?;
    let together = (NUMBERS_TOGETHER / numbers.max(1)).clamp(1, TOGETHER);
    let mut totals: Option<Totals> = None;
    let mut broken: Vec<String> = Vec::new();
    for some_files in files.chunks(together) {
        let decoded: Vec<Result<Vec<f32>, String>> = some_files
            .par_iter()
            .map(|(_, path)| {
                let image = decode(path, size)?;
                match expected {
                    Some(expected) if expected != dimensions(&image) => Err(format!(
                        "{} is {} × {} pixels and the first {} × {} (--resize WIDTHxHEIGHT brings all to one size)",
                        path.display(),
                        image.width(),
                        image.height(),
                        expected.0,
                        expected.1
                    )),
                    Some(_) => Ok(pixels(&image, grey)),
                    // The first is broken: the others are only to be named if they are, too.
                    None => Ok(Vec::new()),
                }
            })
            .collect();
        for ((class, _), image) in some_files.iter().zip(decoded) {
            match image {
                Err(message) => broken.push(message),
                Ok(_) if !broken.is_empty() => {}
                Ok(sample) => totals
                    .get_or_insert_with(|| {
                        Totals::new(sample.iter().map(|&x| f64::from(x)).collect())
                    })
                    .add(*class, &sample)
                    .map_err(|error| error.within(folder))?,
            }
        }
    }
    match totals {
        Some(totals) if broken.is_empty() => totals
            .finish(&names, scaling)
            .map_err(|error| error.within(folder)),
        _ => Err(AdviceError::of(
            folder,
            format!(
                "{} of {} images cannot be used, the first: {}",
                broken.len(),
                files.len(),
                broken[..broken.len().min(NAMED)].join("; ")
            ),
        )),
    }
}

/// What a folder holds, by name, hidden files left out.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, AdviceError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(AdviceError::io(folder))? {
        let path = entry.map_err(AdviceError::io(folder))?.path();
        let hidden = path
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn is_image(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    path.is_file() && ENDINGS.iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// The format is told by the content, not by the ending.
fn decode(path: &Path, size: Option<(u32, u32)>) -> Result<DynamicImage, String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let image = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|error| named(&error))?
        .decode()
        .map_err(|error| named(&error))?;
    Ok(match size {
        Some((width, height)) => image.resize_exact(width, height, FilterType::Triangle),
        None => image,
    })
}

fn dimensions(image: &DynamicImage) -> (u32, u32) {
    (image.width(), image.height())
}

fn pixels(image: &DynamicImage, grey: bool) -> Vec<f32> {
    let bytes = if grey {
        image.to_luma8().into_raw()
    } else {
        image.to_rgb8().into_raw()
    };
    bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect()
}
