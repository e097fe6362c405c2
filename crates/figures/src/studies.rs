//! Studies of networks as parameter files may have them: their lists are bounded where they are read, as all others are.

use serde::{Deserialize, Deserializer, de::Error as _};
use ufm_networks::study::Study;
use ufm_theory::{
    TheoryError,
    problem::{List, TabulatedExponent},
};

/// Most exponents of an experiment.
const EXPONENTS: usize = 16;
/// Most seeds of an experiment.
const SEEDS: usize = 64;
/// Most steps at which a run is measured.
const MOMENTS: usize = 256;

/// Reads a study, and refuses lists that are empty, too long, or say something twice.
pub(crate) fn bounded<'de, D: Deserializer<'de>>(from: D) -> Result<Study, D::Error> {
    let study = Study::deserialize(from)?;
    check(&study).map_err(D::Error::custom)?;
    Ok(study)
}

fn check(study: &Study) -> Result<(), String> {
    let selections = [
        ("spectrum.", Some(&study.spectrum)),
        ("sweep.", study.sweep.as_ref()),
    ];
    let selections = selections
        .into_iter()
        .filter_map(|(name, selection)| selection.map(|s| (name, &s.gammas, &s.seeds)));
    for (place, gammas, seeds) in [("", &study.gammas, &study.seeds)]
        .into_iter()
        .chain(selections)
    {
        let exponents: Result<Vec<TabulatedExponent>, TheoryError> = gammas
            .iter()
            .map(|&gamma| TabulatedExponent::new(gamma))
            .collect();
        exponents
            .and_then(List::<_, EXPONENTS>::try_from)
            .map_err(|error| format!("{place}gammas: {error}"))?;
        List::<u64, SEEDS>::try_from(seeds.clone())
            .map_err(|error| format!("{place}seeds: {error}"))?;
    }
    List::<u8, 256>::try_from(study.plan.majority.clone())
        .map_err(|error| format!("plan.majority: {error}"))?;
    match &study.plan.moments {
        None => Ok(()),
        Some(moments) => List::<_, MOMENTS>::try_from(moments.clone())
            .map(|_| ())
            .map_err(|error| format!("plan.moments: {error}")),
    }
}
