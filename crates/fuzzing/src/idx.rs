//! Labels and images of MNIST's format.

use ufm_data::idx::{Idx, pack};

/// Plain and in gzip: an error, or an array as large as its sizes say, which is packed and read back to the same.
pub(crate) fn idx(bytes: &[u8]) {
    if let Ok(labels) = Idx::<1>::read("labels", bytes) {
        assert_eq!(labels.bytes().len(), labels.sizes()[0]);
        let _ = labels.check_labels(10);
    }
    if let Ok(images) = Idx::<3>::read("images", bytes) {
        assert_eq!(
            images.bytes().len(),
            images.sizes().iter().product::<usize>()
        );
        let packed = pack(images.sizes(), images.bytes()).expect("sizes that were read");
        let again = Idx::<3>::read_gz("images", &packed[..]);
        assert!(again.is_ok_and(|again| again == images));
    }
    let _ = Idx::<1>::read_gz("labels.gz", bytes);
    let _ = Idx::<3>::read_gz("images.gz", bytes);
}
