//! Majority and minority classes, and the modes of the labels that go with them.

use serde::Serialize;
use ufm_support::names::{did_you_mean, some};
use ufm_theory::{
    TheoryError, exact_flow::growth as theory_growth, problem::StepProfile, spectrum::StepSpectrum,
};

use crate::{AdviceError, DataSet, advice::EXPONENTS, growth::weighting};

/// Majority and minority classes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Groups {
    /// Names of the majority classes.
    pub majority: Vec<String>,
    /// Mean size of the majority classes over that of the minority classes.
    pub ratio: f64,
    /// Whether classes of a group differ in size, so that its mean size stands for them.
    pub approximate: bool,
    /// Under free features.
    pub modes: Vec<ModeTimes>,
}

/// When a mode is learned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModeTimes {
    /// Majority, contrast or minority.
    pub mode: &'static str,
    /// How many directions it has.
    pub directions: usize,
    /// `1/(σλ)`, of the projected flow of the paper, for each of [`EXPONENTS`].
    pub projected: [f64; 3],
    /// `1/rate` of the exact flow, for each of [`EXPONENTS`].
    pub exact: [f64; 3],
}

/// The groups named, or those of a data set with two class sizes.
pub(crate) fn groups(data: &DataSet, majority: &[String]) -> Result<Option<Groups>, AdviceError> {
    let mut is_majority = vec![false; data.counts.len()];
    if majority.is_empty() {
        let largest = data.counts.iter().max().copied().unwrap_or(0);
        let smallest = data.counts.iter().min().copied().unwrap_or(0);
        if largest == smallest || !data.counts.iter().all(|n| [largest, smallest].contains(n)) {
            return Ok(None);
        }
        for (flag, n) in is_majority.iter_mut().zip(&data.counts) {
            *flag = *n == largest;
        }
    }
    for name in majority {
        let class = data
            .classes
            .iter()
            .position(|class| class == name)
            .ok_or_else(|| {
                AdviceError::Majority(format!(
                    "there is no class `{name}`{}; the classes are {}",
                    did_you_mean(name, data.classes.iter().map(String::as_str)),
                    some(&data.classes, 12)
                ))
            })?;
        if std::mem::replace(&mut is_majority[class], true) {
            return Err(AdviceError::Majority(format!(
                "class `{name}` is named twice"
            )));
        }
    }
    let sizes = |which: bool| {
        let sizes: Vec<usize> = data
            .counts
            .iter()
            .zip(&is_majority)
            .filter(|(_, m)| **m == which)
            .map(|(n, _)| *n)
            .collect();
        let mean = sizes.iter().sum::<usize>() as f64 / sizes.len() as f64;
        (sizes, mean)
    };
    let ((large, high), (small, low)) = (sizes(true), sizes(false));
    if small.is_empty() {
        return Err(AdviceError::Majority(
            "every class is named: at least one must be left as minority".into(),
        ));
    }
    if high < low {
        return Err(AdviceError::Majority(format!(
            "the classes named have {high:.1} samples on average, the others {low:.1}: name the larger ones"
        )));
    }
    let step = StepProfile::new(large.len(), small.len(), high / low)?.with_minority_size(low)?;
    Ok(Some(Groups {
        majority: data
            .classes
            .iter()
            .zip(&is_majority)
            .filter(|(_, m)| **m)
            .map(|(name, _)| name.clone())
            .collect(),
        ratio: high / low,
        approximate: large.iter().any(|n| *n != large[0]) || small.iter().any(|n| *n != small[0]),
        modes: modes(&step)?,
    }))
}

fn modes(step: &StepProfile) -> Result<Vec<ModeTimes>, TheoryError> {
    let vanilla = weighting(0.0)?;
    let spectrum = StepSpectrum::new(step, &vanilla);
    let unit = spectrum
        .modes()
        .map(|mode| spectrum.ln_rate(mode))
        .fold(f64::NEG_INFINITY, f64::max);
    let mut found = Vec::new();
    for mode in spectrum.modes() {
        let mut times = ModeTimes {
            mode: mode.name(),
            directions: spectrum.multiplicity(mode),
            projected: [0.0; 3],
            exact: [0.0; 3],
        };
        for (i, gamma) in EXPONENTS.into_iter().enumerate() {
            let weighting = weighting(gamma)?;
            let weighted = StepSpectrum::new(step, &weighting);
            times.projected[i] = (unit - weighted.ln_rate(mode)).exp();
            times.exact[i] = (unit - theory_growth::step_ln_rate(step, &weighting, mode)).exp();
        }
        found.push(times);
    }
    Ok(found)
}
