//! Labels and images, plain and in gzip: an error or an array as large as its sizes say, which is written back to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ufm_data::idx::{Idx, pack};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(labels) = Idx::<1>::read("labels", bytes) {
        assert_eq!(labels.bytes().len(), labels.sizes()[0]);
    }
    if let Ok(images) = Idx::<3>::read("images", bytes) {
        assert_eq!(images.bytes().len(), images.sizes().iter().product::<usize>());
        if let Ok(packed) = pack(images.sizes(), images.bytes()) {
            let again = Idx::<3>::read_gz("images", &packed[..]);
            assert!(again.is_ok_and(|again| again.bytes() == images.bytes()));
        }
    }
    let _ = Idx::<1>::read_gz("labels.gz", bytes);
});
