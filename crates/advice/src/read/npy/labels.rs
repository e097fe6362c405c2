//! Labels: integers, bools or strings.

use std::{collections::HashMap, io::Read};

use super::array::Array;
use crate::AdviceError;

/// Labels are read in pieces of about this many bytes.
const PIECE: usize = 1 << 20;

/// Names of the classes as they come, and for each sample the index of its class.
pub(super) fn read<R: Read>(mut array: Array<R>) -> Result<(Vec<String>, Vec<u32>), AdviceError> {
    let kind = array.kind();
    let samples = match array.shape() {
        [samples] | [samples, 1] | [1, samples] => *samples,
        other => {
            let message = format!("has shape {other:?}: labels are one for each sample");
            return Err(array.bad(message));
        }
    };
    let (Some(size), true) = (kind.size(), "iubSU".contains(kind.letter)) else {
        return Err(array.bad(format!(
            "holds {kind}: labels are integers, bool or strings"
        )));
    };
    if size > PIECE {
        return Err(array.bad(format!(
            "holds labels of {size} bytes each: at most {PIECE} are read"
        )));
    }
    let mut indices: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut names = Vec::new();
    // An archive may promise more than it holds.
    let mut labels = Vec::with_capacity(samples.min(PIECE));
    let mut piece = vec![0; size * (PIECE / size).max(1).min(samples.max(1))];
    let mut left = samples;
    while left > 0 {
        let here = left.min(piece.len() / size);
        array.fill(&mut piece[..here * size])?;
        for bytes in piece[..here * size].chunks_exact(size) {
            let index =
                match indices.get(bytes) {
                    Some(&index) => index,
                    None => {
                        let index = u32::try_from(names.len())
                            .map_err(|_| array.bad("has too many different labels"))?;
                        names.push(name(kind.letter, bytes).ok_or_else(|| {
                            array.bad(format!("label {} is no text", labels.len()))
                        })?);
                        indices.insert(bytes.to_vec(), index);
                        index
                    }
                };
            labels.push(index);
        }
        left -= here;
    }
    if names.len() > crate::advice::MOST_CLASSES {
        return Err(array.bad(format!(
            "has {} different labels in {samples} samples: at most {} classes; are these the labels?",
            names.len(),
            crate::advice::MOST_CLASSES
        )));
    }
    Ok((names, labels))
}

/// A label as NumPy prints it.
fn name(letter: char, bytes: &[u8]) -> Option<String> {
    let mut eight = [0; 8];
    let text = match letter {
        'S' => std::str::from_utf8(bytes)
            .ok()?
            .trim_end_matches('\0')
            .to_owned(),
        'U' => bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&code| char::from_u32(u32::from_le_bytes(code)))
            .collect::<Option<String>>()?
            .trim_end_matches('\0')
            .to_owned(),
        'b' => if bytes == [0] { "False" } else { "True" }.to_owned(),
        _ => {
            let (value, negative) = (eight.get_mut(..bytes.len())?, bytes.last()? >> 7 == 1);
            value.copy_from_slice(bytes);
            if letter == 'i' {
                if negative {
                    eight[bytes.len()..].fill(0xff);
                }
                i64::from_le_bytes(eight).to_string()
            } else {
                u64::from_le_bytes(eight).to_string()
            }
        }
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_named_as_numpy_prints_them() {
        let named = |kind, bytes: &[u8]| name(kind, bytes);
        assert_eq!(named('i', &[0xfe]).as_deref(), Some("-2"));
        assert_eq!(named('u', &[0xfe]).as_deref(), Some("254"));
        assert_eq!(named('i', &(-3_i64).to_le_bytes()).as_deref(), Some("-3"));
        assert_eq!(named('S', b"cat\0\0").as_deref(), Some("cat"));
        assert_eq!(named('S', &[0xff]), None);
        assert_eq!(
            named('U', &[0xe9, 0, 0, 0, 0, 0, 0, 0]).as_deref(),
            Some("é")
        );
        assert_eq!(named('U', &[0xff; 4]), None);
        assert_eq!(named('b', &[1]).as_deref(), Some("True"));
    }
}
