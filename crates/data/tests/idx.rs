//! Whatever the bytes of a file, reading it ends in data or in a typed error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use ufm_data::{
    DataError,
    idx::{Idx, MAX_BYTES, pack},
};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(plain).unwrap();
    packer.finish().unwrap()
}

/// Two images of 2 × 3 pixels.
fn plain() -> Vec<u8> {
    let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    file.extend(10..22);
    file
}

fn read(file: &[u8]) -> Result<Idx<3>, DataError> {
    Idx::read("images", file)
}

#[test]
fn a_good_file_is_read_plain_and_packed() {
    let expected: Vec<u8> = (10..22).collect();
    for array in [
        read(&plain()).unwrap(),
        Idx::read_gz("images", &gzip(&plain())[..]).unwrap(),
        Idx::read_gz("images", &pack([2, 2, 3], &expected).unwrap()[..]).unwrap(),
    ] {
        assert_eq!(array.sizes(), [2, 2, 3]);
        assert_eq!(array.bytes(), expected);
        assert!(array.check_sample(&[2, 3]).is_ok());
        assert!(matches!(
            array.check_sample(&[28, 28]),
            Err(DataError::Dimensions { .. })
        ));
    }
    assert!(pack([2, 2], &[0; 3]).is_err());
}

#[test]
fn a_file_that_ends_early_or_late_is_refused() {
    let file = plain();
    for end in 0..file.len() {
        assert!(
            matches!(read(&file[..end]), Err(DataError::Truncated { found, .. }) if found == end as u64),
            "{end}"
        );
    }
    let longer = [&file[..], &[0]].concat();
    assert!(matches!(
        read(&longer),
        Err(DataError::Oversized { expected: 28, .. })
    ));
    assert!(matches!(
        Idx::<3>::read_gz("images", &gzip(&longer)[..]),
        Err(DataError::Oversized { .. })
    ));
    assert!(matches!(
        Idx::<3>::read_gz("images", &gzip(&file[..20])[..]),
        Err(DataError::Truncated { found: 20, .. })
    ));
}

#[test]
fn the_wrong_kind_of_file_is_told() {
    assert!(matches!(
        Idx::<1>::read("labels", &plain()[..]),
        Err(DataError::Magic {
            found: 0x803,
            expected: 0x801,
            ..
        })
    ));
    assert!(matches!(
        read(b"<html>not here</html>"),
        Err(DataError::Magic { .. })
    ));
    for file in [&b""[..], b"\x1f", b"<html>"] {
        assert!(matches!(
            Idx::<3>::read_gz("images", file),
            Err(DataError::NotGzip { .. })
        ));
    }
}

#[test]
fn damaged_gzip_is_told() {
    let good = gzip(&plain());
    // Cut anywhere after the two bytes that make it gzip.
    for end in 2..good.len() {
        assert!(
            matches!(
                Idx::<3>::read_gz("images", &good[..end]),
                Err(DataError::DamagedGzip { .. })
            ),
            "{end}"
        );
    }
    let mut wrong_sum = good.clone();
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    let followed = [&good[..], b"more"].concat();
    for file in [wrong_sum, followed] {
        assert!(matches!(
            Idx::<3>::read_gz("images", &file[..]),
            Err(DataError::DamagedGzip { .. })
        ));
    }
}

#[test]
fn an_absurd_header_costs_nothing() {
    let mut file = plain();
    file[4..16].fill(0xff);
    assert!(matches!(
        read(&file),
        Err(DataError::TooLarge { promised, allowed: MAX_BYTES, .. }) if promised > 1 << 95
    ));
    // Allowed, but not there: what is allocated follows what is there.
    let mut promising = vec![0, 0, 8, 1];
    promising.extend((MAX_BYTES as u32).to_be_bytes());
    assert!(matches!(
        Idx::<1>::read("labels", &promising[..]),
        Err(DataError::Truncated { found: 8, .. })
    ));
    // A small gzip file that would unpack to far more than it promises is not unpacked.
    let mut bomb = vec![0, 0, 8, 1, 0, 0, 0, 1];
    bomb.resize(1 << 26, 0);
    assert!(matches!(
        Idx::<1>::read_gz("labels", &gzip(&bomb)[..]),
        Err(DataError::Oversized { .. })
    ));
}

#[test]
fn the_sum_is_that_of_the_plain_file() {
    // printf '\0\0\x08\x01\0\0\0\x02\x07\x09' | sha256sum
    let labels = Idx::<1>::read("labels", &[0, 0, 8, 1, 0, 0, 0, 2, 7, 9][..]).unwrap();
    assert_eq!(
        labels.sha256(),
        "6b413bc4e4b437a09780b06c8c43c748d2546f2be2f36913c8dfdb95fac3a083"
    );
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_result(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = Idx::<1>::read("labels", &bytes[..]);
        let _ = Idx::<3>::read_gz("images", &bytes[..]);
        let _ = Idx::<3>::read_gz("images", &gzip(&bytes)[..]);
        let _ = Idx::<3>::read_gz("images", &[&[0x1f, 0x8b, 8, 0][..], &bytes].concat()[..]);
    }

    #[test]
    fn a_header_with_any_sizes_ends_in_a_result(sizes: [u32; 3], n in 0_usize..100) {
        let mut file = vec![0, 0, 8, 3];
        for size in sizes {
            file.extend((size >> (size % 32)).to_be_bytes());
        }
        file.resize(16 + n, 0);
        if let Ok(array) = read(&file) {
            prop_assert_eq!(array.sizes().iter().product::<usize>(), n);
        }
    }

    #[test]
    fn a_changed_file_is_read_as_what_it_says_or_refused(
        at in 0_usize..28, flip in 1_u8..=255, packed: bool,
    ) {
        let mut file = plain();
        file[at] ^= flip;
        let result = if packed {
            Idx::<3>::read_gz("images", &gzip(&file)[..])
        } else {
            read(&file)
        };
        // Every change of the header shows; one of a pixel is for the pinned sum to find.
        prop_assert_eq!(result.is_ok(), at >= 16);
    }

    #[test]
    fn a_changed_gzip_file_never_gives_other_data(at in 0_usize..60, flip in 1_u8..=255) {
        let mut file = gzip(&plain());
        let at = at % file.len();
        file[at] ^= flip;
        if let Ok(array) = Idx::<3>::read_gz("images", &file[..]) {
            prop_assert_eq!(array, read(&plain()).unwrap());
        }
    }
}
