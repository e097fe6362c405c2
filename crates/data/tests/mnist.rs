//! MNIST itself, where it is: the folder that `UFM_DATA` names, or `data/` of the checkout.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use ufm_data::{mnist, subsample};

#[test]
fn mnist_is_what_it_is_said_to_be() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = match mnist::locate(None, &checkout) {
        Ok(folder) => folder,
        // A folder that was named must hold the files; without any there is nothing to test.
        Err(error) if std::env::var_os(mnist::VARIABLE).is_none() => {
            println!("skipped: {error}");
            return;
        }
        Err(error) => std::panic::panic_any(error.to_string()),
    };
    let set = mnist::load(&folder).unwrap();
    assert_eq!((set.train.len(), set.test.len()), (60_000, 10_000));
    assert_eq!((set.train.height(), set.train.width()), (28, 28));
    assert_eq!(
        set.train.class_counts(),
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    );
    assert_eq!(
        set.test.class_counts(),
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    );
    // Published mean of the training pixels: 0.1307.
    let sum: f64 = set.train.pixels().iter().map(|&p| f64::from(p)).sum();
    assert!((sum / set.train.pixels().len() as f64 - 0.1307).abs() < 5e-5);
    let taken = subsample(&set.train, &[5000, 50, 0, 0, 0, 0, 0, 0, 0, 7], 1).unwrap();
    assert_eq!(taken.len(), 5057);
}
