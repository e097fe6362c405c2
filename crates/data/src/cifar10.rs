//! CIFAR-10: 60 000 colour photographs of 32 × 32 pixels, ten classes of 6000, in six files of 10 000.
//!
//! Source: A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images* (2009),
//! [the binary version](https://www.cs.toronto.edu/~kriz/cifar.html). A file is records of 3073 bytes, one after the other: the
//! class, then 1024 bytes of red, 1024 of green and 1024 of blue, each row by row. Each is read as published (`data_batch_1.bin`)
//! or packed by xz (`data_batch_1.bin.xz`). Nothing here uses the network: [`crate::fetch::cifar10`] does.
//!
//! The training images come in five files whose images are in random order, so that a few of the files are a smaller data set of the same
//! kind; [`load`] reads those that are at hand and names the data set by them.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use ufm_support::digest;

pub use crate::place::{VARIABLE, variable};
use crate::{DataError, DataSet, Samples, place::CIFAR10, samples::check_labels, xz};

/// One of the six files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its published name.
    pub name: &'static str,
    /// Its size, in bytes.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: &'static str,
}

const fn file(name: &'static str, sha256: &'static str) -> File {
    File {
        name,
        bytes: (RECORDS * RECORD) as u64,
        sha256,
    }
}

/// The six files: five of training images, and the test images.
pub const FILES: [File; 6] = [
    file(
        "data_batch_1.bin",
        "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    ),
    file(
        "data_batch_2.bin",
        "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    ),
    file(
        "data_batch_3.bin",
        "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    ),
    file(
        "data_batch_4.bin",
        "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    ),
    file(
        "data_batch_5.bin",
        "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    ),
    file(
        "test_batch.bin",
        "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    ),
];

/// What the classes show, in their order.
pub const CLASS_NAMES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// The numbers of all training files, as in their names.
pub const BATCHES: [u8; 5] = [1, 2, 3, 4, 5];
/// Images in a file.
pub const RECORDS: usize = 10_000;
/// Pixels on a side of an image.
const SIDE: usize = 32;
/// Red, green, blue.
const CHANNELS: usize = 3;
/// Bytes of one colour of an image.
const PLANE: usize = SIDE * SIDE;
/// Bytes of a record: the class, and three colours.
const RECORD: usize = 1 + CHANNELS * PLANE;

/// CIFAR-10 from a folder of its files: 10 000 training images of each training file that is at hand, in the order of the files, and the
/// 10 000 test images; 32 × 32 pixels of red, green and blue, bytes scaled by 1/255.
///
/// The name of the data set is `cifar10` if all five are there, else it says which, as in `cifar10-batches-1-2`; [`missing`] names the
/// others. [`load_batches`] takes the same ones wherever more are at hand.
///
/// ```
/// use ufm_data::cifar10;
/// let empty = tempfile::tempdir()?;
/// let message = cifar10::load(empty.path()).unwrap_err().to_string();
/// assert!(message.contains("cargo xtask data cifar10"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// As [`load_batches`]; [`DataError::NotFound`] if no training file or no test file is there.
pub fn load(dir: &Path) -> Result<DataSet, DataError> {
    load_batches(dir, &usable(dir)?)
}

/// CIFAR-10 with the training images of these files only, by their numbers in 1 … 5, whatever else is at hand; [`BATCHES`] is all of them.
/// Otherwise as [`load`].
///
/// ```no_run
/// use ufm_data::cifar10;
/// let set = cifar10::load_batches("data/cifar10".as_ref(), &[1, 2])?;
/// assert_eq!((set.name.as_str(), set.train.len()), ("cifar10-batches-1-2", 20_000));
/// assert_eq!((set.test.height(), set.test.width(), set.test.channels()), (32, 32, 3));
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// [`DataError::Domain`] if the numbers are not ascending ones of 1 … 5, or none; [`DataError::NotFound`] with the first file that is not
/// there; [`DataError::Truncated`], [`DataError::Oversized`], [`DataError::DamagedXz`]; [`DataError::Checksum`] if a file is
/// not the published one: a result on other data is not a result on CIFAR-10.
pub fn load_batches(dir: &Path, batches: &[u8]) -> Result<DataSet, DataError> {
    let train = training_files(batches)?;
    let parts = Parts::new(dir, true);
    let name = match batches {
        _ if batches == BATCHES => "cifar10".to_owned(),
        _ => batches
            .iter()
            .fold("cifar10-batches".to_owned(), |name, n| {
                format!("{name}-{n}")
            }),
    };
    parts.data_set(name, &train)
}

/// Any data set in CIFAR-10's format and under its file names (a small stand-in for a test): files of any whole number of records, of
/// those training files that are there, without a look at their sums.
///
/// ```
/// use ufm_data::{Samples, cifar10};
/// let folder = tempfile::tempdir()?;
/// let black = Samples::with_channels(vec![0.0; 2 * 3072], vec![3, 9], 32, 32, 3, 10)?;
/// for name in ["data_batch_2.bin", "test_batch.bin"] {
///     std::fs::write(folder.path().join(name), cifar10::pack(&black)?)?;
/// }
/// let set = cifar10::read(folder.path(), "stand-in")?;
/// assert_eq!((set.train.labels(), set.test.len()), (&[3, 9][..], 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`parse`], and if no training file or no test file is there or one cannot be read.
pub fn read(dir: &Path, name: &str) -> Result<DataSet, DataError> {
    let train = training_files(&usable(dir)?)?;
    Parts::new(dir, false).data_set(name.to_owned(), &train)
}

/// The files of the release that a folder lacks, in their order; none if it has all six, each as published or packed by xz.
///
/// ```
/// use ufm_data::cifar10;
/// let folder = tempfile::tempdir()?;
/// for file in &cifar10::FILES[1..] {
///     std::fs::write(folder.path().join(file.name), "")?;
/// }
/// assert_eq!(cifar10::missing(folder.path()), ["data_batch_1.bin"]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn missing(dir: &Path) -> Vec<&'static str> {
    let lacking = FILES.iter().filter(|file| path(dir, file).is_none());
    lacking.map(|file| file.name).collect()
}

/// The numbers of the training files that a folder has, ascending.
///
/// ```
/// use ufm_data::cifar10;
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("data_batch_4.bin.xz"), "")?;
/// assert_eq!(cifar10::at_hand(folder.path()), [4]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn at_hand(dir: &Path) -> Vec<u8> {
    let numbered = BATCHES.into_iter().zip(&FILES);
    numbered
        .filter(|(_, file)| path(dir, file).is_some())
        .map(|(number, _)| number)
        .collect()
}

/// The folder to read CIFAR-10 from: the one given, else the one that the environment variable [`VARIABLE`] names, else
/// `data/cifar10` or `data` of the checkout, whichever first has the test file and a training file.
///
/// A folder that was named is that of the files, or the one that holds it as `cifar10`, or another data set's folder (`mnist`) with
/// `cifar10` beside it; it is not passed over for data of the checkout.
///
/// ```
/// use ufm_data::cifar10;
/// let data = tempfile::tempdir()?;
/// let folder = data.path().join("cifar10");
/// std::fs::create_dir(&folder)?;
/// for name in ["data_batch_1.bin", "test_batch.bin"] {
///     std::fs::write(folder.join(name), "")?;
/// }
/// for named in [&folder, data.path(), &data.path().join("mnist")] {
///     assert_eq!(cifar10::locate(Some(named), "nowhere".as_ref())?, folder);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DataError::NotFound`] with the folders looked at.
pub fn locate(explicit: Option<&Path>, checkout: &Path) -> Result<PathBuf, DataError> {
    let variable = variable();
    CIFAR10.locate(explicit.or(variable.as_deref()), checkout, needed)
}

/// Images of records in memory, 32 × 32 pixels of red, green and blue; `name` is what errors call their place.
///
/// ```
/// use ufm_data::cifar10;
/// let mut record = vec![7]; // a horse
/// record.extend([255; 1024]); // all of it red
/// record.extend([0; 2048]);
/// let image = cifar10::parse("records", &record)?;
/// assert_eq!((image.labels(), &image.image(0)[..3]), (&[7][..], &[1.0, 0.0, 0.0][..]));
/// assert!(cifar10::parse("records", &record[..3000]).is_err());
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// [`DataError::Truncated`] if the last record is cut short, [`DataError::Oversized`] if there are more than [`RECORDS`],
/// [`DataError::Label`] if a class is above 9.
pub fn parse(name: &str, records: &[u8]) -> Result<Samples, DataError> {
    let mut images = Images::default();
    images.add(name, records)?;
    images.samples()
}

/// The records of images, as a file holds them; for tests and for those who bring their own data. Values are rounded to the nearest byte.
///
/// ```
/// use ufm_data::{Samples, cifar10};
/// let grey = Samples::with_channels(vec![0.2; 3072], vec![1], 32, 32, 3, 10)?;
/// let records = cifar10::pack(&grey)?;
/// assert_eq!((records.len(), &records[..3]), (3073, &[1, 51, 51][..]));
/// assert_eq!(cifar10::parse("records", &records)?, grey);
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// [`DataError::Dimensions`] if images are not 32 × 32 × 3.
pub fn pack(samples: &Samples) -> Result<Vec<u8>, DataError> {
    let shape = [samples.height(), samples.width(), samples.channels()];
    if shape != [SIDE, SIDE, CHANNELS] {
        return Err(DataError::Dimensions {
            file: "the images".to_owned(),
            found: format!("n × {} × {} × {}", shape[0], shape[1], shape[2]),
            expected: format!("n × {SIDE} × {SIDE} × {CHANNELS}"),
        });
    }
    let mut records = Vec::with_capacity(samples.len() * RECORD);
    for (i, &label) in samples.labels().iter().enumerate() {
        records.push(label);
        for channel in 0..CHANNELS {
            let plane = samples.image(i).iter().skip(channel).step_by(CHANNELS);
            records.extend(plane.map(|value| (value * 255.0).round() as u8));
        }
    }
    Ok(records)
}

/// What keeps a folder from being read: the test file, and the first training file if there is none.
fn needed(dir: &Path) -> Vec<&'static str> {
    let [first, .., test] = &FILES;
    let mut lacking = Vec::new();
    if at_hand(dir).is_empty() {
        lacking.push(first.name);
    }
    if path(dir, test).is_none() {
        lacking.push(test.name);
    }
    lacking
}

fn usable(dir: &Path) -> Result<Vec<u8>, DataError> {
    match needed(dir).first() {
        Some(file) => Err(CIFAR10.not_found(file, vec![dir.to_owned()])),
        None => Ok(at_hand(dir)),
    }
}

fn training_files(batches: &[u8]) -> Result<Vec<&'static File>, DataError> {
    let refused = || {
        let found = format!("{batches:?}");
        DataError::domain("training files", found, "one or more of 1 … 5, ascending")
    };
    if batches.is_empty() || !batches.is_sorted_by(|a, b| a < b) {
        return Err(refused());
    }
    let find = |number| BATCHES.iter().position(|known| known == number);
    let places = batches
        .iter()
        .map(|number| find(number).ok_or_else(refused));
    places.map(|place| place.map(|at| &FILES[at])).collect()
}

/// Where a folder has this file: as published, else packed by xz.
pub(crate) fn path(folder: &Path, file: &File) -> Option<PathBuf> {
    [file.name.to_owned(), format!("{}.xz", file.name)]
        .into_iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

/// A file as a stream of its records, unpacked on the way if its name ends in `.xz`.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, DataError> {
    let file = fs::File::open(path).map_err(DataError::io(path))?;
    let file = std::io::BufReader::new(file);
    Ok(match path.extension().is_some_and(|end| end == "xz") {
        true => Box::new(xz::reader(file)),
        false => Box::new(file),
    })
}

/// A folder, and whether its files must be the published ones.
struct Parts<'a> {
    dir: &'a Path,
    published: bool,
}

impl<'a> Parts<'a> {
    fn new(dir: &'a Path, published: bool) -> Self {
        Self { dir, published }
    }

    fn data_set(&self, name: String, train: &[&File]) -> Result<DataSet, DataError> {
        let [.., test] = &FILES;
        // The test file first: it is needed whatever is trained on.
        let mut files = vec![test];
        files.extend(train);
        // Unpacking takes longest.
        let read: Vec<_> = files.par_iter().map(|file| self.records(file)).collect();
        let (mut train, mut test) = (Images::default(), Images::default());
        for (at, records) in read.into_iter().enumerate() {
            let (name, bytes) = records?;
            let images = if at == 0 { &mut test } else { &mut train };
            images.add(&name, &bytes)?;
        }
        Ok(DataSet {
            name,
            train: train.samples()?,
            test: test.samples()?,
        })
    }

    /// What errors call a file, and its records, looked at as far as their number and sum.
    fn records(&self, file: &File) -> Result<(String, Vec<u8>), DataError> {
        let path = path(self.dir, file)
            .ok_or_else(|| CIFAR10.not_found(file.name, vec![self.dir.to_owned()]))?;
        let name = path.display().to_string();
        let mut bytes = Vec::new();
        // One byte more than allowed is enough to know.
        open(&path)?
            .take(file.bytes + 1)
            .read_to_end(&mut bytes)
            .map_err(xz::error(&path))?;
        let read = bytes.len() as u64;
        if read > file.bytes {
            return Err(DataError::Oversized {
                file: name,
                expected: file.bytes,
            });
        }
        if !self.published {
            return Ok((name, bytes));
        }
        if read < file.bytes {
            return Err(DataError::Truncated {
                file: name,
                found: read,
                expected: file.bytes,
            });
        }
        let found = digest::of(&bytes);
        if found != file.sha256 {
            return Err(DataError::Checksum {
                place: name,
                found,
                expected: file.sha256.to_owned(),
            });
        }
        Ok((name, bytes))
    }
}

/// Images so far, channels innermost.
#[derive(Default)]
struct Images {
    pixels: Vec<f32>,
    labels: Vec<u8>,
}

impl Images {
    fn add(&mut self, name: &str, records: &[u8]) -> Result<(), DataError> {
        let whole = records.len() / RECORD;
        if records.len() > RECORDS * RECORD {
            return Err(DataError::Oversized {
                file: name.to_owned(),
                expected: (RECORDS * RECORD) as u64,
            });
        }
        if !records.len().is_multiple_of(RECORD) {
            return Err(DataError::Truncated {
                file: name.to_owned(),
                found: records.len() as u64,
                expected: ((whole + 1) * RECORD) as u64,
            });
        }
        let labels: Vec<u8> = records.iter().step_by(RECORD).copied().collect();
        check_labels(name, &labels, CLASS_NAMES.len())?;
        self.labels.extend(labels);
        self.pixels.reserve(whole * (RECORD - 1));
        for record in records.chunks_exact(RECORD) {
            let planes = &record[1..];
            for pixel in 0..PLANE {
                let values = planes.iter().skip(pixel).step_by(PLANE);
                self.pixels.extend(values.map(|&b| f32::from(b) / 255.0));
            }
        }
        Ok(())
    }

    fn samples(self) -> Result<Samples, DataError> {
        let classes = CLASS_NAMES.len();
        Samples::with_channels(self.pixels, self.labels, SIDE, SIDE, CHANNELS, classes)
    }
}
