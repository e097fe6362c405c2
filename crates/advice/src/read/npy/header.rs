//! The header of a `.npy` array, versions 1 to 3: a magic word, a length, and a Python dictionary as text.
//!
//! Read here because the crates that do so were not safe on broken files: npyz 0.9.1 panics where the product of a shape overflows.
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use std::{fmt, io::Read};

/// A header longer than this is none: NumPy's own limit for untrusted files is 10,000 bytes.
const LONGEST: u64 = 1 << 16;

/// What the bytes of the data are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    /// The type of an element.
    pub kind: Kind,
    /// Whether the first axis is the fastest.
    pub fortran: bool,
    /// The lengths of the axes.
    pub shape: Vec<usize>,
    /// Bytes before the data.
    pub length: u64,
}

/// NumPy's notation of a type: byte order, letter, number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// `<`, `>`, `|` or `=`.
    pub order: char,
    /// `b`, `i`, `u`, `f`, `c`, `S`, `U`, `O` and so on.
    pub letter: char,
    /// Bytes, or characters of `U`.
    pub number: usize,
}

impl Kind {
    /// Bytes of an element; `None` if there are none, or too many.
    pub(super) fn size(self) -> Option<usize> {
        match self.letter {
            'U' => self.number.checked_mul(4),
            _ => Some(self.number),
        }
        .filter(|&size| size > 0)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.order, self.letter, self.number)
    }
}

/// Reads it, or says what is wrong with it.
pub(super) fn read(mut reader: impl Read) -> Result<Header, String> {
    let short = |_| "is no .npy array: it ends within its header".to_owned();
    let mut start = [0; 8];
    reader.read_exact(&mut start).map_err(short)?;
    if &start[..6] != b"\x93NUMPY" {
        return Err("is no .npy array: it does not begin as one".into());
    }
    let (before, text_length) = match start[6] {
        1 => {
            let mut length = [0; 2];
            reader.read_exact(&mut length).map_err(short)?;
            (10, u64::from(u16::from_le_bytes(length)))
        }
        2 | 3 => {
            let mut length = [0; 4];
            reader.read_exact(&mut length).map_err(short)?;
            (12, u64::from(u32::from_le_bytes(length)))
        }
        other => {
            return Err(format!(
                "is a .npy array of version {other}: 1 to 3 are read"
            ));
        }
    };
    if text_length > LONGEST {
        return Err(format!(
            "is no .npy array: a header of {text_length} bytes, at most {LONGEST}"
        ));
    }
    let mut text = String::new();
    reader
        .take(text_length)
        .read_to_string(&mut text)
        .map_err(|error| format!("is no .npy array: {error}"))?;
    if text.len() as u64 != text_length {
        return Err(short(std::io::ErrorKind::UnexpectedEof.into()));
    }
    let bad = |what: &str| {
        format!(
            "is no .npy array: its header says no {what}: {}",
            text.trim()
        )
    };
    let descr = value(&text, "descr").ok_or_else(|| bad("type"))?;
    if descr.starts_with('[') {
        return Err("holds records: expected plain numbers or strings".into());
    }
    Ok(Header {
        kind: kind(descr).ok_or_else(|| bad("type"))?,
        fortran: match value(&text, "fortran_order") {
            Some(rest) if rest.starts_with("True") => true,
            Some(rest) if rest.starts_with("False") => false,
            _ => return Err(bad("order")),
        },
        shape: value(&text, "shape")
            .and_then(shape)
            .ok_or_else(|| bad("shape that this machine could hold"))?,
        length: before + text_length,
    })
}

/// What stands behind a key.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text
        .split_once(&format!("'{key}'"))
        .or_else(|| text.split_once(&format!("\"{key}\"")))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

/// `'<f4'`.
fn kind(text: &str) -> Option<Kind> {
    let quote = text.chars().next().filter(|c| "'\"".contains(*c))?;
    let (word, _) = text[1..].split_once(quote)?;
    let mut letters = word.chars();
    let (order, letter) = (letters.next()?, letters.next()?);
    let digits = letters.as_str();
    let number = if letter == 'O' && digits.is_empty() {
        8
    } else {
        digits.parse().ok()?
    };
    "<>|=".contains(order).then_some(Kind {
        order,
        letter,
        number,
    })
}

/// `(15, 4)`, `(15,)` or `()`.
fn shape(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let axes = inside.split(',').map(str::trim);
    // A comma may be the last.
    let axes: Vec<&str> = axes.filter(|axis| !axis.is_empty()).collect();
    axes.iter().map(|axis| axis.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use proptest::prelude::*;

    fn bytes(version: u8, text: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY".to_vec();
        bytes.extend([version, 0]);
        if version == 1 {
            bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        } else {
            bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        }
        bytes.extend(text.as_bytes());
        bytes
    }

    #[test]
    fn headers_of_every_version_and_spelling() {
        let text = "{'descr': '<U12', 'fortran_order': True, 'shape': (3, 4), }   \n";
        for version in 1..=3 {
            let header = read(&bytes(version, text)[..]).unwrap();
            assert_eq!(header.kind.size(), Some(48));
            assert_eq!((header.fortran, header.shape), (true, vec![3, 4]));
            let before = if version == 1 { 10 } else { 12 };
            assert_eq!(header.length, before + text.len() as u64);
        }
        let other = "{\"shape\":(7,),\"descr\":\"|O\",\"fortran_order\":False}";
        let header = read(&bytes(1, other)[..]).unwrap();
        assert_eq!((header.kind.letter, header.shape), ('O', vec![7]));
        assert!(read(&bytes(4, text)[..]).unwrap_err().contains("version 4"));
        let records = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }";
        assert!(
            read(&bytes(1, records)[..])
                .unwrap_err()
                .contains("records")
        );
        let huge = text.replace("(3, 4)", "(99999999999999999999, 4)");
        assert!(read(&bytes(1, &huge)[..]).unwrap_err().contains("shape"));
    }

    proptest! {
        /// Broken bytes are an error or another header, never a panic.
        #[test]
        fn broken_headers(cut in 0_usize..80, at in 0_usize..80, byte: u8) {
            let mut whole = bytes(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }  \n");
            if let Some(place) = whole.get_mut(at) {
                *place = byte;
            }
            whole.truncate(cut);
            let _ = read(&whole[..]);
        }
    }
}
