//! Folders of images: PNG and JPEG, one folder a class, or a list of paths and labels.
//!
//! | where classes come from | what is read |
//! |---|---|
//! | [`ImageFolder::open`] | a folder with one folder a class; classes by the sorted names of the folders |
//! | [`ImageFolder::from_list`] | a folder and a list of lines `path label`, as ImageNet-LT and others are published; classes by their numbers |
//!
//! Finding the files decodes none of them. [`ImageFolder::each`] decodes them on all threads, a few at a time, and hands them over in their
//! order; [`ImageFolder::load`] keeps them as [`Samples`], so that memory stays at the decoded result. What they are brought to is a
//! [`Form`]: one size, grey or colour. The same files give the same values, on any number of threads.
//!
//! ```
//! use ufm_data::folder::{Colour, Fit, Form, ImageFolder};
//!
//! let root = tempfile::tempdir()?;
//! for (class, value) in [("cat", 0), ("dog", 255)] {
//!     std::fs::create_dir(root.path().join(class))?;
//!     image::GrayImage::from_pixel(4, 6, image::Luma([value])).save(root.path().join(class).join("0.png"))?;
//! }
//! let folder = ImageFolder::open(root.path())?;
//! assert_eq!(folder.classes(), ["cat", "dog"]);
//! let samples = folder.load(&Form::new(2, 2, Fit::Crop, Colour::Rgb)?)?;
//! assert_eq!((samples.labels(), samples.channels()), (&[0, 1][..], 3));
//! assert_eq!(samples.image(1), [1.0; 12]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Links are followed, wherever they lead; a path of a list may not leave the folder by itself. Orientation that a camera wrote beside
//! the pixels is not looked at.

mod decode;
mod form;
mod list;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

pub use form::{Colour, Fit, Form, MAX_RESIZED, MAX_SIDE};
pub use list::{MAX_LIST_BYTES, parse_list};

use crate::{DataError, DataSet, Samples};

/// The most images that are read.
pub const MAX_FILES: usize = 1 << 22;
/// The most classes of a folder or a list; [`Samples`] hold fewer.
pub const MAX_CLASSES: usize = 1 << 16;
/// The most values of all images together that [`ImageFolder::load`] keeps: 8 GiB.
pub const MAX_VALUES: usize = 1 << 31;

/// Endings of files that are images, whatever their case.
pub const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// An image that is there, as far as is known before it is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Where it is.
    pub path: PathBuf,
    /// The index of its class.
    pub class: usize,
}

/// Images and their classes: found, and not yet decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFolder {
    /// What errors name: the folder or the list.
    place: PathBuf,
    classes: Vec<String>,
    files: Vec<ImageFile>,
}

impl ImageFolder {
    /// The images of a folder with one folder a class, classes and then images by name.
    ///
    /// Files that do not end in one of [`ENDINGS`], hidden ones, and folders inside a class are passed over.
    ///
    /// ```
    /// use ufm_data::folder::ImageFolder;
    /// let root = tempfile::tempdir()?;
    /// let message = ImageFolder::open(root.path()).unwrap_err().to_string();
    /// assert!(message.ends_with("holds no folders: expected one for each class, with its images in it"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError::Io`]; [`DataError::Folder`] if there are no folders, or one without images; [`DataError::TooMany`] if there are more than
    /// [`MAX_CLASSES`] or [`MAX_FILES`].
    pub fn open(root: &Path) -> Result<Self, DataError> {
        let folders: Vec<PathBuf> = entries(root)?
            .into_iter()
            .filter(|path| path.is_dir())
            .collect();
        let lacks = |path: &Path, why: &str| DataError::Folder {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        if folders.is_empty() {
            return Err(lacks(
                root,
                "holds no folders: expected one for each class, with its images in it",
            ));
        }
        at_most(root, "folders", folders.len(), MAX_CLASSES)?;
        let (mut classes, mut files) = (Vec::new(), Vec::new());
        for (class, folder) in folders.iter().enumerate() {
            let name = folder.file_name().unwrap_or_default();
            classes.push(name.to_string_lossy().into_owned());
            let before = files.len();
            files.extend(
                entries(folder)?
                    .into_iter()
                    .filter(|path| is_image(path) && !is_other(path))
                    .map(|path| ImageFile { path, class }),
            );
            if files.len() == before {
                return Err(lacks(
                    folder,
                    "holds no images (.png, .jpg or .jpeg): a class needs at least 1",
                ));
            }
            at_most(root, "images", files.len(), MAX_FILES)?;
        }
        Ok(Self {
            place: root.to_owned(),
            classes,
            files,
        })
    }

    /// The images of a list file in its order, their paths below `root`; its lines are those of [`parse_list`].
    ///
    /// Classes are 0 … the largest label, named by their numbers. Whether the images are there is seen when they are decoded.
    ///
    /// ```
    /// use ufm_data::folder::ImageFolder;
    /// let root = tempfile::tempdir()?;
    /// let list = root.path().join("train.txt");
    /// std::fs::write(&list, "train/n01440764/a.JPEG 0\ntrain/n01443537/b.JPEG 1\n")?;
    /// let images = ImageFolder::from_list(root.path(), &list)?;
    /// assert_eq!((images.len(), images.class_counts()), (2, vec![1, 1]));
    /// assert!(images.files()[1].path.ends_with("n01443537/b.JPEG"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError::Io`] if the list cannot be read or has more than [`MAX_LIST_BYTES`], and as [`parse_list`].
    pub fn from_list(root: &Path, list: &Path) -> Result<Self, DataError> {
        let text = ufm_support::files::read_text(list, MAX_LIST_BYTES)?;
        let lines = parse_list(list, &text)?;
        let classes = lines.iter().map(|line| line.1 + 1).max().unwrap_or(0);
        Ok(Self {
            place: list.to_owned(),
            classes: (0..classes).map(|class| class.to_string()).collect(),
            files: lines
                .into_iter()
                .map(|(path, class)| ImageFile {
                    path: root.join(path),
                    class,
                })
                .collect(),
        })
    }

    /// The names of the classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Where each image is, and its class.
    pub fn files(&self) -> &[ImageFile] {
        &self.files
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// How many images each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for file in &self.files {
            counts[file.class] += 1;
        }
        counts
    }

    /// All images, decoded, brought to one form and kept: as [`Self::each`] hands them over.
    ///
    /// # Errors
    /// [`DataError::Images`]; [`DataError::Domain`] if there are not 2 … 256 classes; [`DataError::TooMany`] if all images together
    /// have more than [`MAX_VALUES`] values or more than there is memory for. Both are said before anything is decoded.
    pub fn load(&self, form: &Form) -> Result<Samples, DataError> {
        self.load_as(form, self.classes.len())
    }

    fn load_as(&self, form: &Form, classes: usize) -> Result<Samples, DataError> {
        let shape = (form.height() as usize, form.width() as usize);
        let samples = |pixels, labels| {
            let channels = form.colour().channels();
            Samples::with_channels(pixels, labels, shape.0, shape.1, channels, classes)
        };
        samples(Vec::new(), Vec::new())?; // refuses what no image can mend
        let values = form.values().saturating_mul(self.len());
        at_most(&self.place, "values of images", values, MAX_VALUES)?;
        let mut pixels = Vec::new();
        pixels
            .try_reserve_exact(values)
            .map_err(|_| DataError::TooMany {
                place: self.place.clone(),
                what: "values of images, for the memory there is",
                found: values,
                allowed: MAX_VALUES,
            })?;
        let mut labels = Vec::with_capacity(self.len());
        self.each(form, |class, image| {
            pixels.extend_from_slice(image);
            labels.push(class as u8); // below 256: looked at above
            Ok::<(), DataError>(())
        })?;
        samples(pixels, labels)
    }
}

/// A data set of two folders or lists, both brought to one form.
///
/// Classes must be the same; if one part lacks the last ones, as a list may, it has no image of them.
///
/// ```
/// use ufm_data::folder::{Colour, Fit, Form, ImageFolder, data_set};
/// let root = tempfile::tempdir()?;
/// image::GrayImage::new(2, 2).save(root.path().join("a.png"))?;
/// let list = |name: &str, lines: &str| {
///     let path = root.path().join(name);
///     std::fs::write(&path, lines)?;
///     Ok::<_, Box<dyn std::error::Error>>(ImageFolder::from_list(root.path(), &path)?)
/// };
/// let (train, test) = (list("train.txt", "a.png 0\na.png 2")?, list("test.txt", "a.png 1")?);
/// let form = Form::new(2, 2, Fit::Exact, Colour::Grey)?;
/// let set = data_set("small", &train, &test, &form)?;
/// assert_eq!((set.train.class_counts(), set.test.class_counts()), (vec![1, 0, 1], vec![0, 1, 0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DataError::Classes`], and as [`ImageFolder::load`].
pub fn data_set(
    name: &str,
    train: &ImageFolder,
    test: &ImageFolder,
    form: &Form,
) -> Result<DataSet, DataError> {
    let mut pairs = train.classes.iter().zip(&test.classes).enumerate();
    if let Some((class, (train, test))) = pairs.find(|(_, (train, test))| train != test) {
        return Err(DataError::Classes {
            class,
            train: train.clone(),
            test: test.clone(),
        });
    }
    let classes = train.classes.len().max(test.classes.len());
    Ok(DataSet {
        name: name.to_owned(),
        train: train.load_as(form, classes)?,
        test: test.load_as(form, classes)?,
    })
}

/// What a folder holds, by name, hidden files left out.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let path = entry.map_err(DataError::io(folder))?.path();
        let hidden = path
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            paths.push(path);
        }
        at_most(folder, "files", paths.len(), MAX_FILES)?;
    }
    paths.sort();
    Ok(paths)
}

/// Whether the ending of a name is that of an image.
fn is_image(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ENDINGS.iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// Whether it is there and no file: a folder or a device. A link that leads nowhere is not passed over but found broken.
fn is_other(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

fn at_most(
    place: &Path,
    what: &'static str,
    found: usize,
    allowed: usize,
) -> Result<(), DataError> {
    if found <= allowed {
        return Ok(());
    }
    Err(DataError::TooMany {
        place: place.to_owned(),
        what,
        found,
        allowed,
    })
}
