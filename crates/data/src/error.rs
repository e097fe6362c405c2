//! Everything that can be wrong with a data set, its files or the way to them.

use std::{io, path::PathBuf};

use ufm_theory::TheoryError;

/// Why there is no data: the place, what was found and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said of it.
        source: io::Error,
    },
    /// A file whose name ends in `.gz` does not begin like one.
    #[error("{file} is not gzip: it begins with {found}, not 1f 8b")]
    NotGzip {
        /// Name of the file.
        file: String,
        /// Its first bytes, in hexadecimal.
        found: String,
    },
    /// A gzip file is damaged, or something follows its end.
    #[error("{file} is damaged gzip: {why}")]
    DamagedGzip {
        /// Name of the file.
        file: String,
        /// What the decoder said.
        why: String,
    },
    /// An xz file is damaged, or asks for more memory than it is given.
    #[error("{file} is damaged xz: {why}")]
    DamagedXz {
        /// Name of the file.
        file: String,
        /// What the decoder said.
        why: String,
    },
    /// An archive is damaged, or lacks a file.
    #[error("{archive}: {why}; nothing of it is used")]
    Archive {
        /// The archive, or its address.
        archive: String,
        /// What the decoder said, or which file is not there.
        why: String,
    },
    /// A file does not begin with the magic number of its kind.
    #[error(
        "{file} is no IDX file of this kind: it begins with {found:#010x}, expected {expected:#010x}"
    )]
    Magic {
        /// Name of the file.
        file: String,
        /// Its first four bytes.
        found: u32,
        /// The magic number of unsigned bytes in as many dimensions as needed.
        expected: u32,
    },
    /// A file ends too early.
    #[error("{file} is truncated: {found} bytes unpacked, {expected} expected")]
    Truncated {
        /// Name of the file.
        file: String,
        /// Unpacked bytes found.
        found: u64,
        /// Unpacked bytes that its header promises, or that a header takes.
        expected: u64,
    },
    /// A file goes on after its last sample.
    #[error("{file} is too long: {expected} bytes unpacked are expected, and more follow")]
    Oversized {
        /// Name of the file.
        file: String,
        /// Unpacked bytes that its header promises, or that its kind has at most.
        expected: u64,
    },
    /// A header promises more than any file of this kind holds.
    #[error("{file} promises {promised} bytes unpacked: at most {allowed} are read")]
    TooLarge {
        /// Name of the file.
        file: String,
        /// What its header promises.
        promised: u128,
        /// The largest number of unpacked bytes that is read.
        allowed: u64,
    },
    /// The dimensions in a header are not those of the data set.
    #[error("{file} has dimensions {found}, expected {expected}")]
    Dimensions {
        /// Name of the file.
        file: String,
        /// The dimensions in its header.
        found: String,
        /// The dimensions of the data set.
        expected: String,
    },
    /// A label that names no class.
    #[error("{place}: sample {sample} has label {label}: labels must be below {classes}")]
    Label {
        /// The file, or what else holds the labels.
        place: String,
        /// Index of the sample, from 0.
        sample: usize,
        /// Its label.
        label: u8,
        /// The number of classes.
        classes: usize,
    },
    /// A pixel outside the unit interval.
    #[error("sample {sample} has a pixel {value}: pixels must lie between 0 and 1")]
    Pixel {
        /// Index of the sample, from 0.
        sample: usize,
        /// The value of the pixel.
        value: f32,
    },
    /// Two lengths that must agree do not.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// What was counted.
        what: String,
        /// The count that fits.
        expected: usize,
        /// The count found.
        found: usize,
    },
    /// A number of classes, rows or columns outside its domain.
    #[error("{what} = {found} is not allowed: it must be {allowed}")]
    Domain {
        /// Name of the quantity.
        what: &'static str,
        /// The value it had.
        found: String,
        /// The values it may have.
        allowed: String,
    },
    /// A sample that does not exist.
    #[error("there is no sample {index}: there are {samples}, counted from 0")]
    NoSample {
        /// The index asked for.
        index: usize,
        /// How many there are.
        samples: usize,
    },
    /// A class has fewer samples than asked for.
    #[error("class {class} has {available} samples, fewer than the {asked} asked for")]
    TooFewSamples {
        /// Index of the class, from 0.
        class: usize,
        /// The number asked for.
        asked: usize,
        /// The number there is.
        available: usize,
    },
    /// A profile so steep that a class would be left without a sample.
    #[error(
        "{largest} samples at ratio {ratio} leave class {class} without a sample: use a smaller ratio or more samples"
    )]
    EmptyClass {
        /// The class left empty.
        class: usize,
        /// Size of the largest classes.
        largest: usize,
        /// The imbalance ratio.
        ratio: f64,
    },
    /// The profile lies outside the theory's domain.
    #[error(transparent)]
    Profile(#[from] TheoryError),
    /// The files of a data set are nowhere.
    #[error(
        "no {data_set}: looked for {file} in {}; fetch it with: cargo xtask data {command}",
        list(looked_at)
    )]
    NotFound {
        /// The data set.
        data_set: &'static str,
        /// What fetches it: `cargo xtask data` and this.
        command: &'static str,
        /// The first file that was missed.
        file: &'static str,
        /// The folders looked at, in order.
        looked_at: Vec<PathBuf>,
    },
    /// A folder does not hold what is expected of it.
    #[error("{}: {why}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What it lacks, and what is expected.
        why: String,
    },
    /// A line of a list of images that is not allowed.
    #[error("{}:{line}: {why}", list.display())]
    List {
        /// The list.
        list: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What was found, and what is allowed.
        why: String,
    },
    /// More of something than is read.
    #[error("{}: {found} {what}: at most {allowed} are read", place.display())]
    TooMany {
        /// The folder or list.
        place: PathBuf,
        /// What was counted.
        what: &'static str,
        /// How many there are, or at least how many.
        found: usize,
        /// The largest number that is read.
        allowed: usize,
    },
    /// Images that cannot be used.
    #[error("{}: {broken} of {images} images cannot be used, the first: {}", place.display(), named(first))]
    Images {
        /// The folder or list.
        place: PathBuf,
        /// How many cannot be used.
        broken: usize,
        /// How many there are.
        images: usize,
        /// The first few of those that cannot be used.
        first: Vec<BrokenImage>,
    },
    /// Two parts of a data set do not have the same classes.
    #[error(
        "class {class} is `{test}` in the test part and `{train}` in the training part: they must have the same classes"
    )]
    Classes {
        /// Index of the class, from 0.
        class: usize,
        /// Its name in the training part.
        train: String,
        /// Its name in the test part.
        test: String,
    },
    /// The content of a file is not the published one.
    #[error("{place}: SHA-256 is {found}, expected {expected}; the file is not used")]
    Checksum {
        /// The file or address.
        place: String,
        /// SHA-256 of what was found.
        found: String,
        /// The sum of the published file.
        expected: String,
    },
    /// A file to be taken has not the size of the published one.
    #[error("{place}: {found} bytes, expected {expected}; the file is not used")]
    Size {
        /// The file or address.
        place: String,
        /// How many bytes, or at least how many.
        found: String,
        /// Size of the published file.
        expected: u64,
    },
    /// A mirror did not answer, answered with an error, or broke off.
    #[error("{url}: {why}")]
    Mirror {
        /// Address of the file at the mirror.
        url: String,
        /// What the connection or the mirror said.
        why: String,
    },
    /// Asked to stop; nothing of the file is left behind.
    #[error("interrupted while {file} was fetched; nothing of it is left behind")]
    Interrupted {
        /// Name of the file.
        file: String,
    },
    /// No mirror gave the right file.
    #[error("{file} could not be fetched:{}", lines(attempts))]
    NoMirror {
        /// Name of the file.
        file: String,
        /// What went wrong with each mirror, in order.
        attempts: Vec<DataError>,
    },
}

/// An image that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {fault}", path.display())]
pub struct BrokenImage {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: ImageFault,
}

/// What is wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageFault {
    /// It is not there, cannot be read, is no image of a known kind, or is too large.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It has not the size that all must have.
    #[error("is {} × {} pixels, expected {} × {}", found.0, found.1, expected.0, expected.1)]
    Size {
        /// Its width and height.
        found: (u32, u32),
        /// The width and height that all must have.
        expected: (u32, u32),
    },
}

impl DataError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn domain(
        what: &'static str,
        found: impl ToString,
        allowed: impl Into<String>,
    ) -> Self {
        Self::Domain {
            what,
            found: found.to_string(),
            allowed: allowed.into(),
        }
    }
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    shown.join(", ")
}

fn named(images: &[BrokenImage]) -> String {
    let shown: Vec<String> = images.iter().map(ToString::to_string).collect();
    shown.join("; ")
}

fn lines(attempts: &[DataError]) -> String {
    if attempts.is_empty() {
        return " there is no mirror to try".to_owned();
    }
    attempts.iter().map(|e| format!("\n  {e}")).collect()
}

impl From<ufm_support::files::FileError> for DataError {
    fn from(error: ufm_support::files::FileError) -> Self {
        Self::io(&error.path)(error.source)
    }
}
