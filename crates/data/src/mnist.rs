//! MNIST: 70 000 handwritten digits of 28 × 28 pixels in four IDX files.
//!
//! Source: Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of handwritten digits* (1998). Nothing
//! here uses the network: [`crate::fetch`] does.

use std::path::{Path, PathBuf};

pub use crate::place::{VARIABLE, variable};
use crate::{DataError, DataSet, Samples, idx::Idx, place::MNIST};

/// One of the four files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its published name, ending in `.gz`.
    pub name: &'static str,
    /// Size of the published file, in bytes.
    pub bytes: u64,
    /// SHA-256 of the `.gz`.
    pub sha256: &'static str,
    /// SHA-256 of what is in it.
    pub unpacked_sha256: &'static str,
}

/// The four files: training images, training labels, test images, test labels.
pub const FILES: [File; 4] = [
    File {
        name: "train-images-idx3-ubyte.gz",
        bytes: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        unpacked_sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    File {
        name: "train-labels-idx1-ubyte.gz",
        bytes: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        unpacked_sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    File {
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        unpacked_sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    File {
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        unpacked_sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

/// Classes of MNIST.
const CLASSES: usize = 10;
/// Pixels on a side of an image.
const SIDE: usize = 28;

/// MNIST from the folder of its four files, each as published or unpacked (the same name without `.gz`):
/// 60 000 training and 10 000 test images of 28 × 28 pixels, bytes scaled by 1/255.
///
/// # Errors
/// As [`read`], and [`DataError::Checksum`] if the files are well-formed but not the published ones: a
/// result on other data is not a result on MNIST.
pub fn load(dir: &Path) -> Result<DataSet, DataError> {
    let parts = Parts::open(dir)?;
    parts.verify()?;
    parts.into_data_set("mnist")
}

/// Any data set in MNIST's format and under its file names (Fashion-MNIST, a small stand-in for a test).
///
/// # Errors
/// If a file is missing or malformed, an image is not 28 × 28, a label is above 9, or images and
/// labels differ in number.
pub fn read(dir: &Path, name: &str) -> Result<DataSet, DataError> {
    Parts::open(dir)?.into_data_set(name)
}

/// The folder to read MNIST from: the one given, else the one that the environment variable
/// [`VARIABLE`] names, else `data/mnist` or `data` of the checkout, whichever first has all four files.
///
/// A folder that was named is that of the four files, or the one that holds it as `mnist`, or another data set's folder
/// (`cifar10`) with `mnist` beside it; it is not passed over for data of the checkout.
///
/// ```
/// use ufm_data::mnist;
/// let empty = tempfile::tempdir()?;
/// let message = mnist::locate(Some(empty.path()), empty.path()).unwrap_err().to_string();
/// assert!(message.contains("train-images-idx3-ubyte.gz"));
/// assert!(message.contains("cargo xtask data mnist"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// [`DataError::NotFound`] with the folders looked at.
pub fn locate(explicit: Option<&Path>, checkout: &Path) -> Result<PathBuf, DataError> {
    locate_with(explicit, variable().as_deref(), checkout)
}

fn locate_with(
    explicit: Option<&Path>,
    variable: Option<&Path>,
    checkout: &Path,
) -> Result<PathBuf, DataError> {
    MNIST.locate(explicit.or(variable), checkout, |folder| {
        let missing = FILES.iter().filter(|file| path(folder, file).is_none());
        missing.map(|file| file.name).collect()
    })
}

/// Where a folder has this file: as published, else unpacked.
fn path(folder: &Path, file: &File) -> Option<PathBuf> {
    let unpacked = file.name.strip_suffix(".gz").unwrap_or(file.name);
    [file.name, unpacked]
        .into_iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

/// The four files, read.
struct Parts {
    train: (Idx<3>, Idx<1>),
    test: (Idx<3>, Idx<1>),
}

impl Parts {
    fn open(dir: &Path) -> Result<Self, DataError> {
        let [train_images, train_labels, test_images, test_labels] = &FILES;
        Ok(Self {
            train: pair(dir, train_images, train_labels)?,
            test: pair(dir, test_images, test_labels)?,
        })
    }

    fn verify(&self) -> Result<(), DataError> {
        let ((train_images, train_labels), (test_images, test_labels)) = (&self.train, &self.test);
        let sums = [
            (train_images.name(), train_images.sha256()),
            (train_labels.name(), train_labels.sha256()),
            (test_images.name(), test_images.sha256()),
            (test_labels.name(), test_labels.sha256()),
        ];
        for ((name, found), file) in sums.into_iter().zip(&FILES) {
            if found != file.unpacked_sha256 {
                return Err(DataError::Checksum {
                    place: format!("{name} (unpacked)"),
                    found,
                    expected: file.unpacked_sha256.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn into_data_set(self, name: &str) -> Result<DataSet, DataError> {
        Ok(DataSet {
            name: name.to_owned(),
            train: samples(&self.train)?,
            test: samples(&self.test)?,
        })
    }
}

fn pair(dir: &Path, images: &File, labels: &File) -> Result<(Idx<3>, Idx<1>), DataError> {
    let find = |file: &File| {
        path(dir, file).ok_or_else(|| MNIST.not_found(file.name, vec![dir.to_owned()]))
    };
    let images = Idx::<3>::open(&find(images)?)?;
    images.check_sample(&[SIDE, SIDE])?;
    let labels = Idx::<1>::open(&find(labels)?)?;
    labels.check_labels(CLASSES)?;
    let ([expected, ..], [found]) = (images.sizes(), labels.sizes());
    if found != expected {
        return Err(DataError::Shape {
            what: format!("labels in {}, one for each image", labels.name()),
            expected,
            found,
        });
    }
    Ok((images, labels))
}

fn samples((images, labels): &(Idx<3>, Idx<1>)) -> Result<Samples, DataError> {
    let pixels = images
        .bytes()
        .iter()
        .map(|&b| f32::from(b) / 255.0)
        .collect();
    Samples::new(pixels, labels.bytes().to_vec(), SIDE, SIDE, CLASSES)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::idx::pack;

    fn stand_in(labels: [&[u8]; 2], side: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (part, labels) in labels.into_iter().enumerate() {
            let n = labels.len();
            let images = pack([n, side, SIDE], &vec![255; n * side * SIDE]).unwrap();
            fs::write(folder.path().join(FILES[2 * part].name), images).unwrap();
            let labels = pack([n], labels).unwrap();
            fs::write(folder.path().join(FILES[2 * part + 1].name), labels).unwrap();
        }
        folder
    }

    #[test]
    fn a_stand_in_is_read_but_not_as_mnist() {
        let folder = stand_in([&[3, 9, 3], &[0]], SIDE);
        let set = read(folder.path(), "stand-in").unwrap();
        assert_eq!((set.train.len(), set.test.len()), (3, 1));
        assert!(set.train.pixels().iter().all(|&p| p == 1.0));
        assert!(matches!(
            load(folder.path()),
            Err(DataError::Checksum { .. })
        ));
    }

    #[test]
    fn each_way_of_being_wrong_is_told_with_its_file() {
        let says = |labels: [&[u8]; 2], side, words: [&str; 2]| {
            let folder = stand_in(labels, side);
            let message = read(folder.path(), "x").unwrap_err().to_string();
            for word in words {
                assert!(message.contains(word), "{message}");
            }
        };
        says([&[3], &[10]], SIDE, [FILES[3].name, "label 10"]);
        says(
            [&[3], &[1]],
            27,
            [FILES[0].name, "1 × 27 × 28, expected n × 28 × 28"],
        );
        let folder = stand_in([&[3], &[1]], SIDE);
        fs::write(
            folder.path().join(FILES[1].name),
            pack([2], &[1, 2]).unwrap(),
        )
        .unwrap();
        assert!(matches!(
            read(folder.path(), "x"),
            Err(DataError::Shape {
                expected: 1,
                found: 2,
                ..
            })
        ));
        // Labels in the place of images.
        fs::write(
            folder.path().join(FILES[0].name),
            pack([2], &[1, 2]).unwrap(),
        )
        .unwrap();
        assert!(matches!(
            read(folder.path(), "x"),
            Err(DataError::Magic {
                found: 0x801,
                expected: 0x803,
                ..
            })
        ));
        fs::remove_file(folder.path().join(FILES[0].name)).unwrap();
        assert!(matches!(
            read(folder.path(), "x"),
            Err(DataError::NotFound { .. })
        ));
    }

    #[test]
    fn a_folder_that_is_named_comes_first_and_is_not_passed_over() {
        let [given, variable] = [0, 1].map(|_| stand_in([&[1], &[1]], SIDE));
        let checkout = tempfile::tempdir().unwrap();
        let find = |given: Option<&Path>, variable: Option<&Path>| {
            locate_with(given, variable, checkout.path())
        };
        let (a, b) = (Some(given.path()), Some(variable.path()));
        assert_eq!(find(a, b).unwrap(), given.path());
        assert_eq!(find(None, b).unwrap(), variable.path());
        let message = find(None, None).unwrap_err().to_string();
        for words in ["data/mnist", "cargo xtask data mnist", FILES[0].name] {
            assert!(message.contains(words), "{message}");
        }
        let data = checkout.path().join("data");
        fs::create_dir(&data).unwrap();
        for file in &FILES {
            // Unpacked files count, too.
            fs::write(data.join(file.name.trim_end_matches(".gz")), "").unwrap();
        }
        assert_eq!(find(None, None).unwrap(), data);
        // A folder that holds one for each data set.
        let inner = checkout.path().join("mnist");
        fs::rename(&data, &inner).unwrap();
        assert_eq!(find(None, Some(checkout.path())).unwrap(), inner);
        assert_eq!(
            find(None, Some(&checkout.path().join("cifar10"))).unwrap(),
            inner
        );
        assert!(find(Some(Path::new("/nowhere")), b).is_err());
        assert!(find(None, Some(Path::new("/nowhere"))).is_err());
    }
}
