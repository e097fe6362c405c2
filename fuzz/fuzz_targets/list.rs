#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ufm_fuzzing::run("list", bytes));
