//! Everything that reads what others wrote, each as a function of bytes that panics if the reader does or breaks a promise.
//!
//! `fuzz/` calls these with bytes that a fuzzer makes up, and the test of this crate with the corpus there, whole, cut short and changed.

#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "a broken promise is a panic, here"
)]

mod advice;
mod cifar10;
mod files;
mod idx;
mod list;
mod parameters;
mod sweep;

/// A reader under test.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, that of its fuzz target and of its folder in the corpus.
    pub name: &'static str,
    /// Panics if the reader does on these bytes.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 10] = [
    Target {
        name: "cifar10",
        run: cifar10::cifar10,
    },
    Target {
        name: "csv",
        run: advice::csv,
    },
    Target {
        name: "idx",
        run: idx::idx,
    },
    Target {
        name: "images",
        run: advice::images,
    },
    Target {
        name: "list",
        run: list::list,
    },
    Target {
        name: "npy",
        run: advice::npy,
    },
    Target {
        name: "npz",
        run: advice::npz,
    },
    Target {
        name: "parameters",
        run: parameters::parameters,
    },
    Target {
        name: "rows",
        run: sweep::rows,
    },
    Target {
        name: "sweep",
        run: sweep::configuration,
    },
];

/// Runs the target of that name.
///
/// # Panics
/// If there is none, or if a reader breaks a promise.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of that name").run)(bytes);
}
