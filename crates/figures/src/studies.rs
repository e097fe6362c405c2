//! Studies of networks as parameter files may have them: their lists are bounded where they are read, as all others are.

use serde::{Deserialize, Deserializer, de::Error as _};
use ufm_networks::{plan::Plan, series::Series, study::Study};
use ufm_theory::{
    TheoryError,
    problem::{List, TabulatedExponent},
};

/// Most exponents of an experiment.
const EXPONENTS: usize = 16;
/// Most seeds of an experiment.
const SEEDS: usize = 64;
/// Most members of a series.
const MEMBERS: usize = 32;
/// Most steps at which a run is measured.
const MOMENTS: usize = 256;

/// Reads a study, and refuses lists that are empty, too long, or say something twice.
pub(crate) fn bounded<'de, D: Deserializer<'de>>(from: D) -> Result<Study, D::Error> {
    let study = Study::deserialize(from)?;
    check(&study).map_err(D::Error::custom)?;
    Ok(study)
}

/// Reads a series, and refuses lists that are empty, too long, or say something twice, and members that no plan can be.
pub(crate) fn bounded_series<'de, D: Deserializer<'de>>(from: D) -> Result<Series, D::Error> {
    let series = Series::deserialize(from)?;
    check_series(&series).map_err(D::Error::custom)?;
    Ok(series)
}

fn check(study: &Study) -> Result<(), String> {
    check_lists("", &study.gammas, &study.seeds)?;
    check_lists("spectrum.", &study.spectrum.gammas, &study.spectrum.seeds)?;
    if let Some(sweep) = &study.sweep {
        check_lists("sweep.", &sweep.gammas, &sweep.seeds)?;
    }
    check_plan(&study.plan)
}

fn check_series(series: &Series) -> Result<(), String> {
    check_lists("", &series.gammas, &series.seeds)?;
    check_plan(&series.plan)?;
    let members = series.members.len();
    if members == 0 || members > MEMBERS {
        return Err(format!(
            "members: {members} is not allowed: there must be from 1 to {MEMBERS}"
        ));
    }
    for member in &series.members {
        if let Some(gammas) = &member.gammas {
            check_lists("members.", gammas, &series.seeds)?;
        }
    }
    let experiments = series.experiments().map_err(|error| error.to_string())?;
    experiments
        .iter()
        .try_for_each(|experiment| check_plan(&experiment.plan))
}

fn check_lists(place: &str, gammas: &[f64], seeds: &[u64]) -> Result<(), String> {
    let exponents: Result<Vec<TabulatedExponent>, TheoryError> = gammas
        .iter()
        .map(|&gamma| TabulatedExponent::new(gamma))
        .collect();
    exponents
        .and_then(List::<_, EXPONENTS>::try_from)
        .map_err(|error| format!("{place}gammas: {error}"))?;
    List::<u64, SEEDS>::try_from(seeds.to_vec())
        .map(|_| ())
        .map_err(|error| format!("{place}seeds: {error}"))
}

fn check_plan(plan: &Plan) -> Result<(), String> {
    plan.sizes().map_err(|error| error.to_string())?;
    List::<u8, 256>::try_from(plan.majority.clone())
        .map_err(|error| format!("plan.majority: {error}"))?;
    match &plan.moments {
        None => Ok(()),
        Some(moments) => List::<_, MOMENTS>::try_from(moments.clone())
            .map(|_| ())
            .map_err(|error| format!("plan.moments: {error}")),
    }
}
