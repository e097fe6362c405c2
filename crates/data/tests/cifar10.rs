//! CIFAR-10: bad files, and the data set itself where it is: beside or inside the folder that `UFM_DATA` names, or in `data/` of the checkout.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use lzma_rust2::{XzOptions, XzWriter};
use proptest::prelude::*;
use ufm_data::{
    DataError, DataSet, Samples,
    cifar10::{self, BATCHES, FILES, RECORDS},
    folder::{Colour, Fit, Form, ImageFolder},
};

const RECORD: usize = 3073;

fn records(labels: &[u8]) -> Vec<u8> {
    labels
        .iter()
        .flat_map(|&label| std::iter::once(label).chain((0..3072).map(move |i| i as u8 ^ label)))
        .collect()
}

fn xz(plain: &[u8]) -> Vec<u8> {
    let mut packer = XzWriter::new(Vec::new(), XzOptions::with_preset(0)).unwrap();
    packer.write_all(plain).unwrap();
    packer.finish().unwrap()
}

/// A folder with a good test file and this as its only training file.
fn folder(name: &str, training: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILES[5].name), records(&[0, 9])).unwrap();
    fs::write(folder.path().join(name), training).unwrap();
    folder
}

#[test]
fn a_stand_in_is_read_plain_and_packed_but_not_as_cifar10() {
    let plain = records(&[3, 1]);
    let plain_folder = folder(FILES[2].name, &plain);
    let packed_folder = folder(&format!("{}.xz", FILES[2].name), &xz(&plain));
    let set = cifar10::read(plain_folder.path(), "stand-in").unwrap();
    assert_eq!(
        set,
        cifar10::read(packed_folder.path(), "stand-in").unwrap()
    );
    assert_eq!(
        (set.name.as_str(), set.train.labels()),
        ("stand-in", &[3, 1][..])
    );
    assert_eq!(
        (set.train.height(), set.train.width(), set.train.channels()),
        (32, 32, 3)
    );
    // Pixel 33 of the second image is in row 1, column 1: bytes 33, 1024 + 33 and 2048 + 33 of its three colours.
    let bytes: Vec<u8> = set.train.image(1)[99..102]
        .iter()
        .map(|v| (v * 255.0).round() as u8)
        .collect();
    assert_eq!(
        bytes,
        [
            plain[RECORD + 1 + 33],
            plain[RECORD + 1 + 1057],
            plain[RECORD + 1 + 2081]
        ]
    );
    let error = cifar10::load(plain_folder.path()).unwrap_err();
    assert!(
        matches!(error, DataError::Truncated { found: 6146, .. }),
        "{error}"
    );
    assert_eq!(cifar10::at_hand(packed_folder.path()), [3]);
    assert_eq!(cifar10::missing(packed_folder.path()).len(), 4);
}

#[test]
fn bad_records_are_told_with_their_file() {
    let good = records(&[3, 1, 4]);
    let name = FILES[0].name;
    let packed = format!("{name}.xz");
    let many = vec![0; RECORDS * RECORD + 1];
    let mut damaged = xz(&good);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    for (file, bytes, words) in [
        (
            name,
            &good[..good.len() - 1],
            "truncated: 9218 bytes unpacked, 9219 expected",
        ),
        (name, &good[..1], "truncated: 1 bytes"),
        (name, &many, "too long"),
        (
            name,
            &records(&[3, 10]),
            "sample 1 has label 10: labels must be below 10",
        ),
        (&packed, &xz(&good[..5000]), "truncated: 5000 bytes"),
        (&packed, &xz(&good)[..200], "damaged xz"),
        (&packed, &damaged, "damaged xz"),
        (&packed, &good, "damaged xz"),
        (&packed, b"", "damaged xz"),
    ] {
        let folder = folder(file, bytes);
        let message = cifar10::read(folder.path(), "x").unwrap_err().to_string();
        assert!(
            message.contains(words) && message.contains(file),
            "{message}"
        );
    }
}

/// A packed file that asks for four gibibytes.
#[test]
fn a_packed_file_gets_no_more_memory_than_is_said() {
    let mut greedy = xz(&records(&[3]));
    // The header of the block: size / 4 − 1, flags, filter 0x21 with one byte of properties, its sum.
    assert_eq!(greedy[13..16], [0, 0x21, 1]);
    let end = 12 + (usize::from(greedy[12]) + 1) * 4 - 4;
    greedy[16] = 40;
    let mut sum = flate2::Crc::new();
    sum.update(&greedy[12..end]);
    greedy[end..end + 4].copy_from_slice(&sum.sum().to_le_bytes());
    let folder = folder(&format!("{}.xz", FILES[0].name), &greedy);
    let error = cifar10::read(folder.path(), "x").unwrap_err();
    assert!(error.to_string().contains("mem"), "{error}");
    assert!(matches!(error, DataError::DamagedXz { .. }), "{error}");
}

#[test]
fn only_the_published_files_are_cifar10() {
    let folder = tempfile::tempdir().unwrap();
    let missed = |words: &str| {
        let message = cifar10::load(folder.path()).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    };
    let zeros = |at: usize, bytes: u64| {
        let file = fs::File::create(folder.path().join(FILES[at].name)).unwrap();
        file.set_len(bytes).unwrap();
    };
    missed("no CIFAR-10: looked for data_batch_1.bin");
    zeros(3, FILES[3].bytes);
    missed("no CIFAR-10: looked for test_batch.bin");
    zeros(5, FILES[5].bytes - 1);
    missed("test_batch.bin is truncated: 30729999 bytes unpacked, 30730000 expected");
    zeros(5, FILES[5].bytes - RECORD as u64);
    missed("test_batch.bin is truncated");
    zeros(5, FILES[5].bytes + 1);
    missed("test_batch.bin is too long");
    zeros(5, FILES[5].bytes);
    missed("test_batch.bin: SHA-256 is");
    let asked = |batches: &[u8]| cifar10::load_batches(folder.path(), batches).unwrap_err();
    for batches in [&[][..], &[0], &[6], &[1, 1], &[2, 1], &[1, 2, 3, 4, 5, 6]] {
        let error = asked(batches);
        assert!(matches!(error, DataError::Domain { .. }), "{error}");
    }
}

/// The folder of CIFAR-10 and what is read of it, where this machine has it.
fn published() -> Option<&'static (PathBuf, DataSet)> {
    static READ: OnceLock<Option<(PathBuf, DataSet)>> = OnceLock::new();
    let read = READ.get_or_init(|| {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = cifar10::locate(None, &checkout).ok()?;
        let set = cifar10::load(&folder).unwrap();
        Some((folder, set))
    });
    if read.is_none() {
        println!("skipped: CIFAR-10 is not at hand (UFM_DATA)");
    }
    read.as_ref()
}

#[test]
fn cifar10_is_what_it_is_said_to_be() {
    let Some((folder, set)) = published() else {
        return;
    };
    let batches = cifar10::at_hand(folder);
    let shown: String = batches.iter().map(|n| format!("-{n}")).collect();
    let name = match batches == BATCHES {
        true => "cifar10".to_owned(),
        false => format!("cifar10-batches{shown}"),
    };
    assert_eq!(set.name, name);
    assert_eq!(set.train.len(), RECORDS * batches.len());
    assert_eq!(set.test.class_counts(), [1000; 10]);
    assert_eq!(set.test.labels()[..4], [3, 8, 8, 0]);
    // Published means of the training pixels: 0.4914, 0.4822, 0.4465; each file has its own near them.
    for (channel, mean) in [0.4914, 0.4822, 0.4465].into_iter().enumerate() {
        let values = set.train.pixels().iter().skip(channel).step_by(3);
        let sum: f64 = values.map(|&value| f64::from(value)).sum();
        let found = sum / (set.train.pixels().len() / 3) as f64;
        assert!((found - mean).abs() < 0.004, "{channel}: {found}");
    }
    if batches.first() == Some(&1) {
        // The same whatever else is at hand.
        let one = cifar10::load_batches(folder, &[1]).unwrap();
        assert_eq!(
            (one.name.as_str(), &one.test),
            ("cifar10-batches-1", &set.test)
        );
        assert_eq!(
            one.train.class_counts(),
            [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981]
        );
        let first: Vec<usize> = (0..RECORDS).collect();
        assert_eq!(one.train, set.train.select(&first).unwrap());
    }
}

/// Writes images as PNG, one folder a class, and reads them back: the images by class, in their order.
fn through_png(samples: &Samples) -> (Samples, Samples) {
    let root = tempfile::tempdir().unwrap();
    for (class, name) in cifar10::CLASS_NAMES.iter().enumerate() {
        fs::create_dir(root.path().join(format!("{class} {name}"))).unwrap();
    }
    for (i, &label) in samples.labels().iter().enumerate() {
        let bytes = samples
            .image(i)
            .iter()
            .map(|v| (v * 255.0).round() as u8)
            .collect();
        let name = cifar10::CLASS_NAMES[usize::from(label)];
        let path = root.path().join(format!("{label} {name}/{i:05}.png"));
        image::RgbImage::from_raw(32, 32, bytes)
            .unwrap()
            .save(path)
            .unwrap();
    }
    let form = Form::new(32, 32, Fit::Exact, Colour::Rgb).unwrap();
    let read = ImageFolder::open(root.path()).unwrap().load(&form).unwrap();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by_key(|&i| samples.labels()[i]);
    (read, samples.select(&order).unwrap())
}

#[test]
fn images_survive_png() {
    let labels: Vec<u8> = (0..30).map(|i| (i * 7 % 10) as u8).collect();
    let (read, expected) = through_png(&cifar10::parse("records", &records(&labels)).unwrap());
    assert_eq!(read, expected);
}

#[test]
fn photographs_of_cifar10_survive_png() {
    let Some((_, set)) = published() else { return };
    let some: Vec<usize> = (0..1000).collect();
    let (read, expected) = through_png(&set.test.select(&some).unwrap());
    assert_eq!(read, expected);
}

proptest! {
    #[test]
    fn records_are_packed_as_they_were(labels in prop::collection::vec(0_u8..10, 0..4), bytes: u64) {
        let mut file = records(&labels);
        for (i, byte) in file.iter_mut().enumerate().filter(|(i, _)| i % RECORD != 0) {
            *byte ^= (bytes >> (i % 57)) as u8;
        }
        let samples = cifar10::parse("records", &file).unwrap();
        prop_assert_eq!(cifar10::pack(&samples).unwrap(), file);
    }

    #[test]
    fn any_bytes_are_records_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..7000)) {
        if let Ok(samples) = cifar10::parse("bytes", &bytes) {
            prop_assert_eq!(samples.len() * RECORD, bytes.len());
        }
    }
}
