//! Which mutant this process runs: the number in `MUTANT`, none without. With `MUTANT=reached` the number of each mutant that is come by is
//! appended, once, to the file that `MUTANT_REACHED` names.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

enum Choice {
    None,
    One(usize),
    Reached(File),
}

const MOST: usize = 1 << 16;
static CHOICE: OnceLock<Choice> = OnceLock::new();
static SEEN: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];

fn choice() -> &'static Choice {
    CHOICE.get_or_init(|| match std::env::var("MUTANT").as_deref() {
        Ok("reached") => Choice::Reached(
            OpenOptions::new()
                .append(true)
                .create(true)
                .open(std::env::var("MUTANT_REACHED").expect("a file is named"))
                .expect("the file can be written"),
        ),
        Ok(number) => Choice::One(number.parse().expect("a number")),
        Err(_) => Choice::None,
    })
}

/// Whether this process runs mutant `number`.
#[inline]
pub fn m(number: usize) -> bool {
    match choice() {
        Choice::None => false,
        Choice::One(one) => *one == number,
        Choice::Reached(file) => {
            if !SEEN[number].swap(true, Ordering::Relaxed) {
                let mut file = file;
                file.write_all(format!("{number}\n").as_bytes()).expect("the file can be written");
            }
            false
        }
    }
}

/// `place op= value`, with an operator for each mutant, and the one that was written.
#[macro_export]
macro_rules! assign {
    ($place:expr, $value:expr; $($number:literal $other:tt)* ; $op:tt) => {
        match $value { value => { $(if $crate::m($number) { $place $other value; } else)* { $place $op value; } } }
    };
}
