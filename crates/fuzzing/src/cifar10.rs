//! Records of CIFAR-10's format.

use ufm_data::cifar10::{pack, parse, read};

use crate::files::{path, write};

/// An error, or images that are packed to the same bytes; and the same bytes as a file packed by xz.
pub(crate) fn cifar10(bytes: &[u8]) {
    if let Ok(images) = parse("records", bytes) {
        assert_eq!(images.len() * 3073, bytes.len());
        let packed = pack(&images).expect("images of this shape");
        assert_eq!(packed, bytes);
    }
    let test = "cifar10/test_batch.bin";
    if !path(test).exists() {
        write(test, &[]);
    }
    write("cifar10/data_batch_1.bin.xz", bytes);
    let _ = read(&path("cifar10"), "packed");
}
