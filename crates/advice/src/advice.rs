//! What the theory says about a data set.

use rayon::prelude::*;
use serde::Serialize;
use ufm_theory::{
    TheoryError,
    problem::ClassProfile,
    test_time::{implied_sharing, samples_for},
};

use crate::{
    AdviceError, DataSet, Features, Scaling,
    groups::groups,
    growth::{Geometry, Growth, weighting},
};

pub use crate::groups::{Groups, ModeTimes};

/// The exponents every advice looks at: no weights, square root, inverse frequency.
pub const EXPONENTS: [f64; 3] = [0.0, 0.5, 1.0];

/// The least exponent that is recommended where classes differ in size: inverse frequency. Equal speeds of learning may ask for less, of free features
/// ½, but held against training, less was not better on held-out samples, beyond noise, and often worse, and with unknown features ½ lost most (`study/` beside this
/// crate). It fits the test-time factor: what small classes lose on fresh samples, speeds on the training set do not show.
pub const LEAST: f64 = 1.0;

/// The test-time factor that [`Class::samples_for_factor`] asks for.
pub const FACTOR: f64 = 0.7;

/// With features, at most so many classes: rates take `O(k³)`.
pub const MOST_CLASSES: usize = 4096;

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
    /// From the features: the mean over its samples of the inner product with the mean of the class's *other* samples, over the squared norm of
    /// the class mean. Where samples are a part that the class shares and a part of their own, it is by what a linear model's margin on fresh
    /// samples of the class falls short of that on training samples, at every time and with any weights: `αn/(αn + 1 − α)`. Weights do
    /// not change it. 1: nothing is lost; near 0, or below: the samples of the class have little in common. `None` without features.
    pub test_factor: Option<f64>,
    /// How many samples of the class would make that factor [`FACTOR`], were they like those at hand: what no weights do. `None` where it is that
    /// already, or is not known, or the samples have nothing in common.
    pub samples_for_factor: Option<f64>,
}

/// The weight of a sample under three exponents; mean 1 over the samples unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weights {
    /// `γ = ½`.
    pub square_root: f64,
    /// `γ = 1`.
    pub inverse_frequency: f64,
    /// The recommended exponent.
    pub recommended: f64,
    /// The recommended exponent, with mean 1 over the classes in place of the samples.
    pub recommended_class_mean: f64,
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

/// Which weights, and when to stop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation {
    /// The exponent: the equalising one of the features, but no less than [`LEAST`].
    pub gamma: f64,
    /// When the first and the last direction are learned.
    pub learned: [f64; 2],
    /// When the last is learned without weights: from then on nothing is gained.
    pub unweighted_last: f64,
    /// What to watch, and what weights do besides.
    pub notes: Vec<String>,
}

/// What goes with any weights.
const NOTES: [&str; 5] = [
    "stop on balanced or worst-class accuracy of held-out data, not on its loss or plain accuracy: those favour the large classes",
    "equal speeds are no optimum of accuracy: where the worst class matters most, hold exponents from 0.75 to 1.5 against held-out data; in trials more than 1 was better for it \
     on digits and less than 1 on CIFAR-10",
    "a large weight is a large step: with a hundred times more samples in large classes inverse frequency broke some runs of a network at a learning rate that suited all others, and \
     exponent 1/2 was better there; if the loss jumps, lower the rate or the exponent",
    "weights shift predicted probabilities towards small classes: calibrate afterwards, on unweighted held-out data, if you use them as probabilities",
    "PyTorch's CrossEntropyLoss(weight=…) divides by the sum of the batch's weights, so that only ratios of weights matter, and batches with rare classes take no larger step; \
     weights of mean 1 over the samples keep the learning rate's scale where a loss divides by the number of samples (class_weight of scikit-learn and Keras)",
];

/// What all of this takes for granted.
const ASSUMPTIONS: [&str; 8] = [
    "the model is linear at its end: logits are a classifier times features, and the features are free or, if given, a linear map of the data",
    "squared loss on centred one-hot labels; under cross-entropy classes of one size are told apart at about the same times, large from small ones possibly later",
    "gradient flow (small learning rate, full batch) from a small start; times are limits, in proportion to the log of how small it is",
    "each direction is timed by its own growth out of the start; what learned directions do to those still growing is left out",
    "learning a direction means fitting it on the training set; nothing is said about test error",
    "at convergence all weights lead to the same model: the benefit is early or never",
    "one loss over exclusive classes, a softmax or squares: the binary losses of detectors and of multi-label models are not covered",
    "labels are right: what weights do to mislabelled samples, which they also make heavier in small classes, is not covered",
];

/// Works it out.
///
/// # Errors
/// If there are fewer than two classes, a class is empty, the majority is no group, or the features tell no class from another.
pub fn advise(data: &DataSet, majority: &[String]) -> Result<Advice, AdviceError> {
    let profile = ClassProfile::from_counts(&data.counts)?;
    let groups = groups(data, majority)?;
    let free = view(data, &profile, &Geometry::Free)?;
    let given = match &data.features {
        None => None,
        Some(features) => Some(given_view(data, &profile, features)?),
    };
    let best = given.as_ref().map_or(&free, |given| &given.view);
    let equalising = given
        .as_ref()
        .and_then(|given| given.view.equalising_exponent);
    let gamma = if profile.imbalance_ratio() > 1.0 {
        equalising.map_or(LEAST, |gamma| gamma.max(LEAST))
    } else {
        0.0
    };
    let recommended = recommend(best, gamma);
    let mut weights = Vec::new();
    for exponent in [0.5, 1.0, gamma] {
        weights.push(weighting(exponent)?.class_weights(&profile)?);
    }
    let class_mean = weights[2].iter().sum::<f64>() / weights[2].len() as f64;
    let factors = data.features.as_ref().map(|f| f.test_factors.as_slice());
    let classes = (0..data.counts.len())
        .map(|class| Class {
            samples_for_factor: factors
                .and_then(|factors| factors[class])
                .and_then(|factor| samples_for_factor(factor, data.counts[class])),
            name: data.classes[class].clone(),
            samples: data.counts[class],
            weights: Weights {
                square_root: weights[0][class],
                inverse_frequency: weights[1][class],
                recommended: weights[2][class],
                recommended_class_mean: weights[2][class] / class_mean,
            },
            test_factor: factors.and_then(|factors| factors[class]),
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

/// The samples that make the factor [`FACTOR`], for a class that has another from `n` samples.
fn samples_for_factor(factor: f64, n: usize) -> Option<f64> {
    let sharing = implied_sharing(factor, n as f64).ok()?;
    (factor < FACTOR)
        .then(|| samples_for(FACTOR, sharing).ok())
        .flatten()
}

fn given_view(
    data: &DataSet,
    profile: &ClassProfile,
    features: &Features,
) -> Result<GivenView, AdviceError> {
    if profile.classes() > MOST_CLASSES {
        return Err(AdviceError::Samples(format!(
            "{} classes are too many for their features to be looked at, at most {MOST_CLASSES}: give their counts alone",
            profile.classes()
        )));
    }
    let geometry = Geometry::given(profile, features)?;
    if geometry.rank(profile) == 0 {
        return Err(AdviceError::Samples(
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
    let equalising = geometry.equalising(profile)?;
    let mut exponents = EXPONENTS.to_vec();
    exponents.extend(
        equalising
            .map(|(gamma, _)| gamma)
            .filter(|gamma| !EXPONENTS.contains(gamma)),
    );
    exponents.sort_by(f64::total_cmp);
    let growths: Vec<Growth> = exponents
        .par_iter()
        .map(|&gamma| geometry.growth(profile, gamma))
        .collect::<Result<_, TheoryError>>()?;
    let unit = (exponents.iter().zip(&growths))
        .find(|(gamma, _)| **gamma == 0.0)
        .and_then(|(_, growth)| growth.ln_rates.first().copied())
        .unwrap_or(0.0);
    let times = exponents
        .into_iter()
        .zip(growths)
        .map(|(gamma, growth)| Times {
            gamma,
            learned: growth
                .ln_rates
                .iter()
                .map(|ln_rate| (unit - ln_rate).exp())
                .collect(),
            relative_window: growth.ln_spread().exp_m1(),
            last_classes: growth
                .last
                .map_or_else(Vec::new, |share| most(&data.classes, &share)),
        })
        .collect();
    Ok(View {
        times,
        equalising_exponent: equalising.map(|(gamma, _)| gamma),
        at_end_of_range: equalising.is_some_and(|(_, at_end)| at_end),
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
        notes: NOTES.map(str::to_owned).into(),
    }
}
