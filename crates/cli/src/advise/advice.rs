//! What the theory says about a data set.

use serde::Serialize;
use ufm_theory::{
    TheoryError,
    exact_flow::growth as theory_growth,
    problem::{ClassProfile, StepProfile},
    spectrum::StepSpectrum,
    windows::least_spread::minimise,
};

use super::{
    growth::{Geometry, weighting},
    input::{DataSet, Features},
};
use crate::{CliError, cli::Scaling, names::nearest};

/// The exponents every advice looks at: no weights, square root, inverse frequency.
pub const EXPONENTS: [f64; 3] = [0.0, 0.5, 1.0];

/// All of it. Times are in units of the time at which the first direction is learned without weights, under the same features; weights
/// have mean 1 over the samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// The classes.
    pub classes: Vec<Class>,
    /// Largest over smallest class.
    pub imbalance_ratio: f64,
    /// What free features say.
    pub free: View,
    /// What the given features say.
    pub given: Option<GivenView>,
    /// The two groups of the classes, if there are such.
    pub groups: Option<Groups>,
    /// What to do.
    pub recommended: Recommendation,
    /// What all of this takes for granted.
    pub assumptions: Vec<String>,
}

/// A class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its samples.
    pub samples: usize,
    /// The weight of each of its samples.
    pub weights: Weights,
}

/// The weight of a sample under three exponents.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weights {
    /// `γ = ½`.
    pub square_root: f64,
    /// `γ = 1`.
    pub inverse_frequency: f64,
    /// The recommended exponent.
    pub recommended: f64,
}

/// Learning times under some features.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// One for each of [`EXPONENTS`] and one for the equalising exponent if it is another, by increasing exponent.
    pub times: Vec<Times>,
    /// The exponent that brings rates closest together; `None` if all do as well.
    pub equalising_exponent: Option<f64>,
    /// Whether it lies at an end of the range that was searched.
    pub at_end_of_range: bool,
    /// Directions of the labels that these features do not contain: never learned.
    pub never_learned: usize,
}

/// The view of given features, and what was seen of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GivenView {
    /// Number of features.
    pub dimension: usize,
    /// How many of them are the same in every sample.
    pub constant: usize,
    /// Share of the squared norms that is in the samples' common mean.
    pub mean_share: f64,
    /// What was done to them.
    pub scaling: Scaling,
    /// Learning times.
    #[serde(flatten)]
    pub view: View,
}

/// Learning times of all directions under one exponent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Times {
    /// The exponent.
    pub gamma: f64,
    /// `1/rate` of each direction that is learned, increasing.
    pub learned: Vec<f64>,
    /// The last over the first, minus 1.
    pub relative_window: f64,
    /// Classes that most are in the last directions; empty if all are learned together, within a hundredth.
    pub last_classes: Vec<String>,
}

impl Times {
    /// The first.
    pub fn first(&self) -> f64 {
        self.learned.first().copied().unwrap_or(f64::NAN)
    }

    /// The last.
    pub fn last(&self) -> f64 {
        self.learned.last().copied().unwrap_or(f64::NAN)
    }
}

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

/// Which weights, and when to stop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation {
    /// The exponent.
    pub gamma: f64,
    /// When the first and the last direction are learned.
    pub learned: [f64; 2],
    /// When the last is learned without weights: from then on nothing is gained.
    pub unweighted_last: f64,
}

/// What all of this takes for granted.
const ASSUMPTIONS: [&str; 6] = [
    "the model is linear at its end: logits are a classifier times features, and the features are free or, if given, a linear map of the data",
    "squared loss on centred one-hot labels; under cross-entropy classes of one size are told apart at about the same times, large from small ones possibly later",
    "gradient flow (small learning rate, full batch) from a small start; times are limits, in proportion to the log of how small it is",
    "each direction is timed by its own growth out of the start; what learned directions do to those still growing is left out",
    "learning a direction means fitting it on the training set; nothing is said about test error",
    "at convergence all weights lead to the same model: the benefit is early or never",
];

/// Works it out.
///
/// # Errors
/// If there are fewer than two classes, a class is empty, the majority is no group, or the features tell no class from another.
pub fn advise(data: &DataSet, majority: &[String]) -> Result<Advice, CliError> {
    let profile = ClassProfile::from_counts(&data.counts)?;
    let groups = groups(data, majority)?;
    let free = view(data, &profile, &Geometry::Free)?;
    let given = match &data.features {
        None => None,
        Some(features) => Some(given_view(data, &profile, features)?),
    };
    let best = given.as_ref().map_or(&free, |given| &given.view);
    let gamma = best
        .equalising_exponent
        .unwrap_or(if profile.imbalance_ratio() > 1.0 {
            0.5
        } else {
            0.0
        });
    let recommended = recommend(best, gamma);
    let mut weights = Vec::new();
    for exponent in [0.5, 1.0, gamma] {
        weights.push(weighting(exponent)?.class_weights(&profile)?);
    }
    let classes = (0..data.counts.len())
        .map(|class| Class {
            name: data.classes[class].clone(),
            samples: data.counts[class],
            weights: Weights {
                square_root: weights[0][class],
                inverse_frequency: weights[1][class],
                recommended: weights[2][class],
            },
        })
        .collect();
    Ok(Advice {
        classes,
        imbalance_ratio: profile.imbalance_ratio(),
        free,
        given,
        groups,
        recommended,
        assumptions: ASSUMPTIONS.map(str::to_owned).into(),
    })
}

fn given_view(
    data: &DataSet,
    profile: &ClassProfile,
    features: &Features,
) -> Result<GivenView, CliError> {
    let geometry = Geometry::given(profile, features)?;
    if geometry.rank(profile) == 0 {
        return Err(CliError::Classes(
            "the features do not tell the classes apart: their sums over classes are the same, and nothing grows from them".into(),
        ));
    }
    Ok(GivenView {
        dimension: features.dimension,
        constant: features.constant,
        mean_share: features.mean_share,
        scaling: features.scaling,
        view: view(data, profile, &geometry)?,
    })
}

fn view(
    data: &DataSet,
    profile: &ClassProfile,
    geometry: &Geometry<'_>,
) -> Result<View, TheoryError> {
    let undecided = profile.imbalance_ratio() == 1.0;
    let minimum = match geometry {
        _ if undecided => None,
        // Exactly, for any counts; a single direction has no spread.
        Geometry::Free => (profile.classes() > 2).then_some((0.5, false)),
        Geometry::Given { .. } => minimise(|gamma| geometry.ln_spread(profile, gamma))?
            .map(|found| (found.gamma, found.at_end)),
    };
    let unit = geometry
        .ln_rates(profile, 0.0)?
        .first()
        .copied()
        .unwrap_or(0.0);
    let mut exponents = EXPONENTS.to_vec();
    exponents.extend(
        minimum
            .map(|(gamma, _)| gamma)
            .filter(|gamma| !EXPONENTS.contains(gamma)),
    );
    exponents.sort_by(f64::total_cmp);
    let times = exponents
        .into_iter()
        .map(|gamma| {
            let ln_rates = geometry.ln_rates(profile, gamma)?;
            let share = geometry.learned_last(profile, gamma)?;
            Ok(Times {
                gamma,
                learned: ln_rates
                    .iter()
                    .map(|ln_rate| (unit - ln_rate).exp())
                    .collect(),
                relative_window: geometry.ln_spread(profile, gamma)?.exp_m1(),
                last_classes: share.map_or_else(Vec::new, |share| most(&data.classes, &share)),
            })
        })
        .collect::<Result<_, TheoryError>>()?;
    Ok(View {
        times,
        equalising_exponent: minimum.map(|(gamma, _)| gamma),
        at_end_of_range: minimum.is_some_and(|(_, at_end)| at_end),
        never_learned: profile.classes() - 1 - geometry.rank(profile),
    })
}

/// The classes with at least half the largest share.
fn most(names: &[String], share: &[f64]) -> Vec<String> {
    let largest = share.iter().copied().fold(0.0, f64::max);
    names
        .iter()
        .zip(share)
        .filter(|(_, share)| **share >= 0.5 * largest)
        .map(|(name, _)| name.clone())
        .collect()
}

fn recommend(view: &View, gamma: f64) -> Recommendation {
    let at = |gamma: f64| view.times.iter().find(|times| times.gamma == gamma);
    Recommendation {
        gamma,
        learned: at(gamma).map_or([f64::NAN; 2], |times| [times.first(), times.last()]),
        unweighted_last: at(0.0).map_or(f64::NAN, Times::last),
    }
}

/// The groups named, or those of a data set with two class sizes.
fn groups(data: &DataSet, majority: &[String]) -> Result<Option<Groups>, CliError> {
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
                CliError::Majority(format!(
                    "there is no class `{name}`{}; the classes are {}",
                    nearest(name, data.classes.iter().map(String::as_str)),
                    crate::names::some(&data.classes, 12)
                ))
            })?;
        if std::mem::replace(&mut is_majority[class], true) {
            return Err(CliError::Majority(format!("class `{name}` is named twice")));
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
        return Err(CliError::Majority(
            "every class is named: at least one must be left as minority".into(),
        ));
    }
    if high < low {
        return Err(CliError::Majority(format!(
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
