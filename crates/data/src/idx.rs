//! The IDX format of MNIST: unsigned bytes in one dimension (labels) or three (images), plain or in
//! gzip.
//!
//! A file is a magic number `00 00 08 d`, then `d` sizes of four bytes each, big-endian, then the bytes,
//! the last index running fastest. Source: Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of
//! handwritten digits*.
//!
//! Nothing in a file is believed: memory grows with the bytes that are there, not with those that a
//! header promises, and never beyond [`MAX_BYTES`].

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write as _},
    path::Path,
};

use flate2::bufread::GzDecoder;
use ufm_support::digest::Digest;

use crate::{DataError, samples::check_labels};

/// The most unpacked bytes of a file that are read, header aside: five times MNIST's largest.
pub const MAX_BYTES: u64 = 1 << 28;

/// Third byte of the magic number: unsigned bytes.
const UNSIGNED_BYTES: u32 = 0x08;

/// An array of bytes of `D` dimensions, as a file holds it.
///
/// ```
/// use ufm_data::idx::Idx;
/// let file = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9]; // two labels
/// let labels = Idx::<1>::read("labels", &file[..])?;
/// assert_eq!((labels.sizes(), labels.bytes()), ([2], &[7, 9][..]));
/// assert!(Idx::<1>::read("labels", &file[..9]).is_err());
/// # Ok::<(), ufm_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx<const D: usize> {
    name: String,
    sizes: [usize; D],
    bytes: Vec<u8>,
}

impl<const D: usize> Idx<D> {
    /// Reads the file at `path`, unpacking it if its name ends in `.gz`.
    ///
    /// # Errors
    /// If the file cannot be read, is not gzip though its name says so, or as [`Self::read`].
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let name = path.display().to_string();
        let file = fs::File::open(path).map_err(DataError::io(path))?;
        let file = BufReader::new(file);
        if path.extension().is_some_and(|end| end == "gz") {
            Self::read_gz(&name, file)
        } else {
            Self::read(&name, file)
        }
    }

    /// Reads a gzip stream; `name` is what errors call it.
    ///
    /// # Errors
    /// [`DataError::NotGzip`], [`DataError::DamagedGzip`], or as [`Self::read`].
    pub fn read_gz(name: &str, mut packed: impl BufRead) -> Result<Self, DataError> {
        let mut begin = Vec::new();
        packed
            .by_ref()
            .take(2)
            .read_to_end(&mut begin)
            .map_err(DataError::io(name))?;
        if begin != [0x1f, 0x8b] {
            return Err(DataError::NotGzip {
                file: name.to_owned(),
                found: if begin.is_empty() {
                    "nothing".to_owned()
                } else {
                    let shown: Vec<String> = begin.iter().map(|b| format!("{b:02x}")).collect();
                    shown.join(" ")
                },
            });
        }
        let mut decoder = GzDecoder::new(begin.as_slice().chain(packed));
        let array = Self::read(name, &mut decoder)?;
        let mut rest = decoder.into_inner();
        match rest.fill_buf().map_err(DataError::io(name))? {
            [] => Ok(array),
            _ => Err(DataError::DamagedGzip {
                file: name.to_owned(),
                why: "something follows its end".to_owned(),
            }),
        }
    }

    /// Reads a plain stream to its end; `name` is what errors call it.
    ///
    /// # Errors
    /// [`DataError::Magic`], [`DataError::TooLarge`], [`DataError::Truncated`],
    /// [`DataError::Oversized`], or if the stream fails.
    pub fn read(name: &str, mut stream: impl Read) -> Result<Self, DataError> {
        let file = || name.to_owned();
        let length = 4 + 4 * D as u64;
        let header = take(name, &mut stream, length)?;
        let words: Vec<u32> = header
            .chunks_exact(4)
            .map(|b| b.iter().fold(0, |word, &byte| word << 8 | u32::from(byte)))
            .collect();
        // A wrong kind of file is told by its first word, even if it is too short for the others.
        if let Some(&found) = words.first()
            && found != magic(D)
        {
            return Err(DataError::Magic {
                file: file(),
                found,
                expected: magic(D),
            });
        }
        if words.len() <= D {
            return Err(DataError::Truncated {
                file: file(),
                found: header.len() as u64,
                expected: length,
            });
        }
        let promised = words[1..]
            .iter()
            .fold(1_u128, |product, &size| product.saturating_mul(size.into()));
        let promised = u64::try_from(promised)
            .ok()
            .filter(|&bytes| bytes <= MAX_BYTES)
            .ok_or_else(|| DataError::TooLarge {
                file: file(),
                promised,
                allowed: MAX_BYTES,
            })?;
        // One byte more than promised shows whether there is more.
        let mut bytes = take(name, &mut stream, promised + 1)?;
        let expected = length + promised;
        if (bytes.len() as u64) < promised {
            return Err(DataError::Truncated {
                file: file(),
                found: length + bytes.len() as u64,
                expected,
            });
        }
        if bytes.len() as u64 > promised {
            return Err(DataError::Oversized {
                file: file(),
                expected,
            });
        }
        bytes.shrink_to_fit();
        Ok(Self {
            name: file(),
            sizes: std::array::from_fn(|d| words[d + 1] as usize),
            bytes,
        })
    }

    /// What errors call the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size of each dimension; the first counts samples.
    pub fn sizes(&self) -> [usize; D] {
        self.sizes
    }

    /// The bytes, last index fastest.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Refuses sizes per sample other than these: `[28, 28]` for an image, none for a label.
    ///
    /// # Errors
    /// [`DataError::Dimensions`].
    pub fn check_sample(&self, sizes: &[usize]) -> Result<(), DataError> {
        if self.sizes[1..] == *sizes {
            return Ok(());
        }
        Err(DataError::Dimensions {
            file: self.name.clone(),
            found: times(&self.sizes),
            expected: format!("n × {}", times(sizes)),
        })
    }

    /// SHA-256, in hexadecimal, of the plain file that holds this array.
    pub fn sha256(&self) -> String {
        let mut hasher = Digest::default();
        hasher.update(magic(D).to_be_bytes());
        for &size in &self.sizes {
            // Sizes were read from four bytes.
            hasher.update((size as u32).to_be_bytes());
        }
        hasher.update(&self.bytes);
        hasher.hex()
    }
}

impl Idx<1> {
    /// Refuses the first byte that is no class.
    ///
    /// # Errors
    /// [`DataError::Label`].
    pub fn check_labels(&self, classes: usize) -> Result<(), DataError> {
        check_labels(&self.name, &self.bytes, classes)
    }
}

/// The magic number of unsigned bytes in so many dimensions.
fn magic(dimensions: usize) -> u32 {
    UNSIGNED_BYTES << 8 | dimensions as u32
}

fn times(sizes: &[usize]) -> String {
    let shown: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    shown.join(" × ")
}

/// At most so many bytes of a stream, which may end before. A gzip stream cut short ends before, too.
fn take(name: &str, stream: &mut impl Read, most: u64) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    match stream.take(most).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(match error.kind() {
            std::io::ErrorKind::UnexpectedEof => DataError::DamagedGzip {
                file: name.to_owned(),
                why: format!("it breaks off after {} bytes unpacked", bytes.len()),
            },
            std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => {
                DataError::DamagedGzip {
                    file: name.to_owned(),
                    why: error.to_string(),
                }
            }
            _ => DataError::io(name)(error),
        }),
    }
}

/// Packs an array as a file; for tests and for those who bring their own data.
///
/// ```
/// use ufm_data::idx::{Idx, pack};
/// let packed = pack([2], &[7, 9])?;
/// assert_eq!(Idx::<1>::read_gz("labels", &packed[..])?.bytes(), [7, 9]);
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// If the sizes do not multiply to the number of bytes, or one is too large for the format.
pub fn pack<const D: usize>(sizes: [usize; D], bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    let expected = sizes
        .iter()
        .fold(1_usize, |n, &size| n.saturating_mul(size));
    if expected != bytes.len() {
        return Err(DataError::Shape {
            what: format!("bytes of an array of {}", times(&sizes)),
            expected,
            found: bytes.len(),
        });
    }
    let mut plain = magic(D).to_be_bytes().to_vec();
    for size in sizes {
        let size = u32::try_from(size)
            .map_err(|_| DataError::domain("size", size, format!("at most {}", u32::MAX)))?;
        plain.extend_from_slice(&size.to_be_bytes());
    }
    plain.extend_from_slice(bytes);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer
        .write_all(&plain)
        .and_then(|()| packer.finish())
        .map_err(DataError::io("packing"))
}
