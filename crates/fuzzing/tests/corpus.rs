//! Every target on its corpus: whole, cut short, and with bytes changed. What the fuzzer has found is there, too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path};

use ufm_fuzzing::{TARGETS, run};

/// Places at which each file is cut and changed.
const PLACES: usize = 12;

#[test]
fn the_corpus_brings_no_reader_down() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for target in TARGETS {
        let mut tried = 0;
        for entry in fs::read_dir(corpus.join(target.name)).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            run(target.name, &bytes);
            for part in 0..PLACES {
                let at = bytes.len() * part / PLACES;
                run(target.name, &bytes[..at]);
                let mut changed = bytes.clone();
                if let Some(byte) = changed.get_mut(at) {
                    *byte ^= 0x81;
                    run(target.name, &changed);
                }
            }
            tried += 1;
        }
        assert!(tried >= 2, "{} has {tried} files", target.name);
    }
}

#[test]
fn every_target_has_its_fuzz_target() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for target in TARGETS {
        let source = fs::read_to_string(fuzz.join(format!("fuzz_targets/{}.rs", target.name)));
        assert!(
            source
                .unwrap()
                .contains(&format!("run(\"{}\"", target.name))
        );
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)));
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
