//! SHA-256 in hexadecimal.

use std::{fs::File, io::Read, path::Path};

use sha2::{Digest as _, Sha256};

use crate::files::FileError;

/// A digest under way, fed piece by piece.
///
/// ```
/// use ufm_support::digest::{self, Digest};
/// let mut digest = Digest::default();
/// digest.update("hel");
/// digest.update("lo");
/// assert_eq!(digest.hex(), digest::of("hello"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Takes in the next piece.
    pub fn update(&mut self, piece: impl AsRef<[u8]>) {
        self.0.update(piece);
    }

    /// The digest of all pieces.
    pub fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// The digest of all pieces as 64 hexadecimal digits.
    pub fn hex(self) -> String {
        self.bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// SHA-256 of `content` as 64 hexadecimal digits.
///
/// ```
/// assert!(ufm_support::digest::of(b"abc").starts_with("ba7816bf8f01cfea"));
/// ```
pub fn of(content: impl AsRef<[u8]>) -> String {
    let mut digest = Digest::default();
    digest.update(content);
    digest.hex()
}

/// SHA-256 of everything `source` gives, read in pieces.
///
/// # Errors
/// The first error of `source`.
pub fn of_stream(mut source: impl Read) -> std::io::Result<String> {
    let mut digest = Digest::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(digest.hex()),
            Ok(read) => digest.update(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// SHA-256 of a file, read in pieces.
///
/// # Errors
/// [`FileError`] if it cannot be read.
pub fn of_file(path: &Path) -> Result<String, FileError> {
    File::open(path)
        .and_then(of_stream)
        .map_err(FileError::at(path))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_examples() {
        // FIPS 180-4, examples of NIST.
        for (text, digest) in [
            (
                "",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            assert_eq!(super::of(text), digest);
            assert_eq!(
                super::of_stream(text.as_bytes()).ok().as_deref(),
                Some(digest)
            );
        }
    }
}
