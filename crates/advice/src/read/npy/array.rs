//! One array: its header, checked, and its bytes.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use half::f16;
use npyz::{DType, Endianness, NpyHeader, Order, TypeChar, TypeStr};

use crate::AdviceError;

/// The real types of NumPy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// `bool`.
    Bool,
    /// `float16`.
    F16,
    /// `float32`.
    F32,
    /// `float64`.
    F64,
    /// Signed integers of 1, 2, 4 or 8 bytes.
    Signed(usize),
    /// Unsigned integers of 1, 2, 4 or 8 bytes.
    Unsigned(usize),
}

impl Number {
    /// Bytes of one.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Bool => 1,
            Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
            Self::Signed(size) | Self::Unsigned(size) => size,
        }
    }

    /// The numbers in these bytes, if they are `float32`.
    pub(super) fn singles(self, bytes: &[u8], into: &mut [f32]) -> bool {
        if self == Self::F32 {
            each(bytes, into, f32::from_le_bytes);
        }
        self == Self::F32
    }

    /// The numbers in these bytes, as double precision.
    pub(super) fn doubles(self, bytes: &[u8], into: &mut [f64]) {
        match self {
            Self::Bool | Self::Unsigned(1) => each(bytes, into, |[byte]| f64::from(byte)),
            Self::F16 => each(bytes, into, |b| f16::from_le_bytes(b).to_f64()),
            Self::F32 => each(bytes, into, |b| f64::from(f32::from_le_bytes(b))),
            Self::F64 => each(bytes, into, f64::from_le_bytes),
            Self::Signed(1) => each(bytes, into, |b| f64::from(i8::from_le_bytes(b))),
            Self::Signed(2) => each(bytes, into, |b| f64::from(i16::from_le_bytes(b))),
            Self::Signed(4) => each(bytes, into, |b| f64::from(i32::from_le_bytes(b))),
            Self::Signed(_) => each(bytes, into, |b| i64::from_le_bytes(b) as f64),
            Self::Unsigned(2) => each(bytes, into, |b| f64::from(u16::from_le_bytes(b))),
            Self::Unsigned(4) => each(bytes, into, |b| f64::from(u32::from_le_bytes(b))),
            Self::Unsigned(_) => each(bytes, into, |b| u64::from_le_bytes(b) as f64),
        }
    }
}

fn each<const N: usize, T>(bytes: &[u8], into: &mut [T], from: impl Fn([u8; N]) -> T) {
    for (x, &bytes) in into.iter_mut().zip(bytes.as_chunks::<N>().0) {
        *x = from(bytes);
    }
}

/// An array whose data have not been read yet.
pub(super) struct Array<R> {
    reader: R,
    path: PathBuf,
    kind: TypeStr,
    shape: Vec<usize>,
    order: Order,
}

impl<R: Read> Array<R> {
    /// Reads the header of an array that takes `bytes` bytes, and compares what it promises with that.
    pub(super) fn begin(reader: R, bytes: u64, path: &Path) -> Result<Self, AdviceError> {
        let bad = |message: String| AdviceError::of(path, message);
        let mut reader = Counted { reader, read: 0 };
        // A header is at most as long as the file, whatever it says of itself.
        let header = NpyHeader::from_reader((&mut reader).take(bytes.min(1 << 20)))
            .map_err(|error| bad(format!("is no .npy array: {error}")))?;
        let kind = match header.dtype() {
            DType::Plain(kind) => kind,
            DType::Record(_) | DType::Array(..) => {
                return Err(bad(
                    "holds records: expected plain numbers or strings".into(),
                ));
            }
        };
        if kind.uses_pickled_array() {
            return Err(bad(
                "holds pickled Python objects (dtype object), which are not read: save numbers or strings, as with y.astype(str)".into(),
            ));
        }
        if kind.endianness() == Endianness::Big {
            return Err(bad(format!(
                "holds big-endian numbers ({kind}): save them as little-endian, as with x.astype(x.dtype.newbyteorder('<'))"
            )));
        }
        let shape: Option<Vec<usize>> = header
            .shape()
            .iter()
            .map(|&n| usize::try_from(n).ok())
            .collect();
        let promised = shape.as_ref().and_then(|shape| {
            shape
                .iter()
                .try_fold(kind.num_bytes()?, |bytes, &n| bytes.checked_mul(n))
        });
        let held = bytes.saturating_sub(reader.read);
        let (Some(shape), Some(promised)) = (shape, promised) else {
            return Err(bad("has a shape beyond this machine's memory".into()));
        };
        if promised as u64 != held {
            let word = if promised as u64 > held {
                "truncated"
            } else {
                "too long"
            };
            return Err(bad(format!(
                "is {word}: its header, shape {shape:?} of {kind}, promises {promised} bytes of data, and there are {held}"
            )));
        }
        Ok(Self {
            reader: reader.reader,
            path: path.to_owned(),
            kind,
            shape,
            order: header.order(),
        })
    }

    /// Where it comes from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong with it.
    pub(super) fn bad(&self, message: impl Into<String>) -> AdviceError {
        AdviceError::of(&self.path, message)
    }

    /// NumPy's type.
    pub(super) fn kind(&self) -> &TypeStr {
        &self.kind
    }

    /// The lengths of its axes.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Whether a column lies in one piece, rather than a row.
    pub(super) fn by_columns(&self) -> bool {
        self.order == Order::Fortran && self.shape.len() == 2 && self.shape[0] > 1
    }

    /// The type of its numbers, if they are real.
    pub(super) fn number(&self) -> Result<Number, AdviceError> {
        match (self.kind.type_char(), self.kind.num_bytes()) {
            (TypeChar::Bool, Some(1)) => Ok(Number::Bool),
            (TypeChar::Float, Some(2)) => Ok(Number::F16),
            (TypeChar::Float, Some(4)) => Ok(Number::F32),
            (TypeChar::Float, Some(8)) => Ok(Number::F64),
            (TypeChar::Int, Some(size @ (1 | 2 | 4 | 8))) => Ok(Number::Signed(size)),
            (TypeChar::Uint, Some(size @ (1 | 2 | 4 | 8))) => Ok(Number::Unsigned(size)),
            _ => Err(self.bad(format!(
                "holds {}: features are real numbers, float16 to float64, integers or bool",
                self.kind
            ))),
        }
    }

    /// Samples along the first axis; all others together are the features.
    pub(super) fn rows_and_columns(&self) -> Result<(usize, usize), AdviceError> {
        match self.shape.split_first() {
            Some((&samples, rest)) if !rest.is_empty() => {
                if self.order == Order::Fortran && rest.len() > 1 {
                    return Err(self.bad(format!(
                        "has shape {:?} in Fortran order: save it as two-dimensional, or with numpy.ascontiguousarray",
                        self.shape
                    )));
                }
                // Their product is below that of `begin`.
                Ok((samples, rest.iter().product()))
            }
            _ => Err(self.bad(format!(
                "has shape {:?}: expected samples × features",
                self.shape
            ))),
        }
    }

    /// The next bytes of the data.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> Result<(), AdviceError> {
        self.reader
            .read_exact(bytes)
            .map_err(AdviceError::io(&self.path))
    }
}

/// Counts what is read.
struct Counted<R> {
    reader: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}
