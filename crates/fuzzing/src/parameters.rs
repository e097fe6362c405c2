//! Parameter files of figures, overrides on the command line, and the numbers and lists they are made of.

use std::cell::LazyCell;

use serde::{Deserialize, Serialize};
use ufm_figures::Parameters;
use ufm_theory::problem::{
    ClassProfile, Count, EvenClasses, List, Seed, SimulatedScale, TabulatedExponent,
    TabulatedRatio, TabulatedSize,
};

use crate::files::write;

/// One value of any of these.
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

thread_local! {
    static DEFAULTS: LazyCell<Parameters> = LazyCell::new(|| Parameters::defaults().expect("the defaults"));
}

/// A file with line and column in its error, or parameters that are written and read back as the same; a text that is an override; a value.
pub(crate) fn parameters(bytes: &[u8]) {
    let file = write("parameters.toml", bytes);
    match Parameters::load(&file) {
        Ok(parameters) => {
            let written = toml::to_string(&parameters).expect("written");
            let again = Parameters::load(&write("again.toml", written.as_bytes()));
            assert_eq!(again.expect("read back"), parameters);
        }
        Err(error) => short(&error.to_string()),
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let changed = DEFAULTS.with(|defaults| (**defaults).clone().with(&[text.to_owned()]));
    if let Err(error) = changed {
        short(&error.to_string());
    }
    if let Ok(file) = toml::from_str::<File>(text) {
        value(&file);
    }
}

fn short(message: &str) {
    assert!(!message.is_empty() && message.len() < 100_000, "{message}");
}

fn value(file: &File) {
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
                assert!(
                    lengths
                        .into_iter()
                        .all(|length| (length - 1.0).abs() < 1e-12)
                );
                assert!(
                    svd.singular_values()
                        .iter()
                        .all(|s| *s > 0.0 && s.is_finite())
                );
            }
        }
        Any::Seeds(_) | Any::Scale(_) | Any::Classes(_) | Any::Count(_) | Any::Size(_) => {}
    }
    let written = toml::to_string(file).expect("written");
    let again: File = toml::from_str(&written).expect("read back");
    assert_eq!(again, *file);
}
