//! Numbers and lists of parameter files: an error, or a value inside its domain that is written and read back as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use ufm_theory::problem::{
    ClassProfile, Count, EvenClasses, List, Seed, SimulatedScale, TabulatedExponent, TabulatedRatio, TabulatedSize,
};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Any {
    Ratios(List<TabulatedRatio, 5>),
    Exponents(List<TabulatedExponent, 5>),
    Sizes(List<TabulatedSize, 8>),
    Seeds(List<Seed, 3>),
    Scale(SimulatedScale),
    Classes(EvenClasses),
    Count(Count),
    Size(TabulatedSize),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct File {
    value: Any,
}

fuzz_target!(|text: &str| {
    let Ok(file) = toml::from_str::<File>(text) else {
        return;
    };
    match &file.value {
        Any::Ratios(list) => assert!(list.iter().all(|r| (1.0..=1e100).contains(&r.get()))),
        Any::Exponents(list) => assert!(list.iter().all(|gamma| gamma.get().abs() <= 100.0)),
        Any::Sizes(list) => {
            let sizes = list.iter().map(|size| size.get()).collect();
            let profile = ClassProfile::from_sizes(sizes);
            assert_eq!(profile.is_ok(), list.get().len() > 1);
            // Long tails of any range have singular values, and vectors of length one.
            if let Ok(profile) = profile {
                let svd = ufm_theory::spectrum::LabelSvd::new(&profile);
                let lengths = svd.left().column_iter().map(|u| u.norm());
                assert!(lengths.into_iter().all(|length| (length - 1.0).abs() < 1e-12));
                assert!(svd.singular_values().iter().all(|sigma| *sigma > 0.0 && sigma.is_finite()));
            }
        }
        _ => {}
    }
    let written = toml::to_string(&file).expect("written");
    let again: File = toml::from_str(&written).expect("read back");
    assert_eq!(again, file);
});
