//! One array: its header, checked, and its bytes.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use super::header::{self, Kind};
use crate::AdviceError;
use half::f16;

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
    kind: Kind,
    shape: Vec<usize>,
    fortran: bool,
}

impl<R: Read> Array<R> {
    /// Reads the header of an array that takes `bytes` bytes, and compares what it promises with that.
    pub(super) fn begin(reader: R, bytes: u64, path: &Path) -> Result<Self, AdviceError> {
        let bad = |message: String| AdviceError::of(path, message);
        let mut reader = reader;
        let header = header::read(&mut reader).map_err(bad)?;
        let (kind, shape) = (header.kind, header.shape);
        if kind.letter == 'O' {
            return Err(bad(
                "holds pickled Python objects (dtype object), which are not read: save numbers or strings, as with y.astype(str)".into(),
            ));
        }
        if kind.order == '>' {
            return Err(bad(format!(
                "holds big-endian numbers ({kind}): save them as little-endian, as with x.astype(x.dtype.newbyteorder('<'))"
            )));
        }
        let size = kind
            .size()
            .ok_or_else(|| bad(format!("holds {kind}, elements of no size")))?;
        let promised = shape
            .iter()
            .try_fold(size, |bytes, &n| bytes.checked_mul(n))
            .ok_or_else(|| bad("has a shape beyond this machine's memory".into()))?;
        let held = bytes.saturating_sub(header.length);
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
            reader,
            path: path.to_owned(),
            kind,
            shape,
            fortran: header.fortran,
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
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The lengths of its axes.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Whether a column lies in one piece, rather than a row.
    pub(super) fn by_columns(&self) -> bool {
        self.fortran && self.shape.len() == 2 && self.shape[0] > 1
    }

    /// The type of its numbers, if they are real.
    pub(super) fn number(&self) -> Result<Number, AdviceError> {
        match (self.kind.letter, self.kind.number) {
            ('b', 1) => Ok(Number::Bool),
            ('f', 2) => Ok(Number::F16),
            ('f', 4) => Ok(Number::F32),
            ('f', 8) => Ok(Number::F64),
            ('i', size @ (1 | 2 | 4 | 8)) => Ok(Number::Signed(size)),
            ('u', size @ (1 | 2 | 4 | 8)) => Ok(Number::Unsigned(size)),
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
                if self.fortran && rest.len() > 1 {
                    return Err(self.bad(format!(
                        "has shape {:?} in Fortran order: save it as two-dimensional, or with numpy.ascontiguousarray",
                        self.shape
                    )));
                }
                // Their product is below that of `begin`, but for shapes that hold nothing.
                let features = rest.iter().try_fold(1_usize, |n, &m| n.checked_mul(m));
                Ok((samples, features.unwrap_or(0)))
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
