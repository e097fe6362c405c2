//! What `ufm advise` reads: tables, arrays, archives and images.

use ufm_advice::{
    AdviceError, DataSet, Scaling, advise,
    read::{csv as table, images as folder, npy as arrays},
};

use crate::files::{path, write};

/// Beyond these a data set is right and only slow.
const CLASSES: usize = 30;

/// A data set that was read has what it promises, and advice on it is an error or numbers; a message is one.
fn check(read: Result<DataSet, AdviceError>) {
    let data = match read {
        Ok(data) => data,
        Err(error) => {
            let message = error.to_string();
            assert!(!message.is_empty() && message.len() < 10_000, "{message}");
            return;
        }
    };
    assert!(data.classes.len() >= 2 && data.classes.len() == data.counts.len());
    assert!(data.counts.iter().all(|&n| n > 0) && data.features.is_some());
    if data.classes.len() > CLASSES {
        return;
    }
    if let Ok(advice) = advise(&data, &[]) {
        assert!(advice.recommended.gamma.is_finite());
        for class in &advice.classes {
            let weight = class.weights.recommended;
            assert!(weight.is_finite() && weight > 0.0, "{weight}");
        }
    }
}

/// The first byte says how features are scaled.
fn scaling(byte: u8) -> Scaling {
    [Scaling::Raw, Scaling::Centred, Scaling::Standardised][usize::from(byte) % 3]
}

/// A table with its classes in the column `y`, and a column `id` that is no feature if it is there.
pub(crate) fn csv(bytes: &[u8]) {
    let file = write("table.csv", bytes);
    for ignored in [vec![], vec!["id".to_owned()]] {
        let columns = table::Columns {
            label: "y".to_owned(),
            ignored,
        };
        check(table::read(
            &file,
            &columns,
            scaling(bytes.first().copied().unwrap_or(0)),
        ));
    }
}

/// Two arrays: two bytes say how long the labels are, features follow.
pub(crate) fn npy(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let labels = write("y.npy", &rest[..length]);
    let features = write("X.npy", &rest[length..]);
    check(arrays::read(&features, &labels, scaling(bytes[0])));
}

/// An archive with arrays `X` and `y`.
pub(crate) fn npz(bytes: &[u8]) {
    let file = write("arrays.npz", bytes);
    check(arrays::read_archive(&file, "X", "y", Scaling::Raw));
}

/// One image, beside a good one of another class; brought to one size, or not.
pub(crate) fn images(bytes: &[u8]) {
    let good = "images/a/0.png";
    if !path(good).exists() {
        write(good, include_bytes!("../../../fuzz/corpus/images/grey.png"));
    }
    write("images/b/0.png", bytes);
    let place = path("images");
    for size in [None, Some((4, 4))] {
        check(folder::read(&place, size, Scaling::Raw));
    }
}
