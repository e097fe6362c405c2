//! At test time, weights *and* an early stop are better than either alone.
//!
//! At the end of training under the squared loss all weights have the same logits, and so the same balanced test accuracy. Without weights it is
//! highest there. With γ above the exponent γ* that equalises rates, minority classes are learned first: while the majority catches up, margins of
//! fresh samples are more even than they ever are at the end, $g(n_{\min})$ against $g(n_{\rm maj})$, and balanced accuracy is higher than any training without weights, or to the end, has.
//! Source: this project; it answers the paper's question about test time on the model.

use ufm_simulation::{
    Initialisation, Loss, Problem, Simulation,
    samples::{SampleDescent, Samples},
};
use ufm_theory::{
    features::{Sharing, flattening_exponent},
    problem::{Normalisation, Start, StepProfile, Weighting},
    test_time::class_accuracy,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "stop-early-at-test",
    title: "Weights and an early stop, at test time",
    given: "Of balanced accuracy on fresh samples after the first modes are learned, at three settings of α, n_min, R and p' in which the minority generalises in part",
    math: r"b_\gamma(\infty)=b_0(\infty)\ \text{(squared loss)},\qquad \max_tb_0(t)=b_0(\infty),\qquad \max_tb_\gamma(t)\ge b_\gamma(\infty)+0.02\ (\gamma=1,\tfrac32;\ \text{early});\qquad \text{drawn:}\ \max_tb_0(t)\le b_0(\infty)+0.005",
    parts: &[
        Part {
            says: "under the squared loss it ends at the same value whatever the weights",
            theorems: &[],
            findings: &["same-end"],
        },
        Part {
            says: "without weights it is highest at the end, under both losses",
            theorems: &[],
            findings: &["late-best"],
        },
        Part {
            says: "with γ > γ*, 1 and 1.5, it is highest before half of the training, by two points or more above its end, under both losses",
            theorems: &[],
            findings: &["early-best"],
        },
        Part {
            says: "on drawn data from Gaussian starts an early stop gains two points or more with γ = 1 or 1.5, and at most a half without weights",
            theorems: &[],
            findings: &["drawn"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["test-accuracy"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "the same with γ = ½, below γ*",
            breaks: &["early-best", "drawn"],
            check: || {
                evidence(Candidate {
                    weighted: [0.5, 0.5],
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "weights γ = 1 are best at the end",
            breaks: &["late-best", "drawn"],
            check: || {
                evidence(Candidate {
                    unweighted: 1.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the end is reached when the last mode is half learned",
            breaks: &["same-end"],
            check: || {
                evidence(Candidate {
                    beyond: 0.5,
                    on_data: false,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    weighted: [f64; 2],
    unweighted: f64,
    /// The end, in units of the last half time.
    beyond: f64,
    /// Whether drawn data are looked at too.
    on_data: bool,
}

impl Candidate {
    const TRUE: Self = Self {
        weighted: [1.0, 1.5],
        unweighted: 0.0,
        beyond: 4.0,
        on_data: true,
    };
}

struct Setting {
    sharing: Sharing,
    step: StepProfile,
    dimension: usize,
}

fn settings() -> Result<Vec<Setting>, CheckError> {
    [
        (0.05, 2.0, 10.0, 500),
        (0.02, 5.0, 10.0, 2000),
        (0.02, 5.0, 30.0, 2000),
    ]
    .into_iter()
    .map(|(alpha, size, ratio, dimension)| {
        Ok(Setting {
            sharing: Sharing::new(alpha)?,
            step: StepProfile::halves(4, ratio)?.with_minority_size(size)?,
            dimension,
        })
    })
    .collect()
}

/// Balanced accuracy over training.
struct Curve {
    times: Vec<f64>,
    accuracy: Vec<f64>,
}

impl Curve {
    fn end(&self) -> f64 {
        self.accuracy.last().copied().unwrap_or(f64::NAN)
    }

    /// The highest, and when, as a share of the whole.
    fn best(&self) -> (f64, f64) {
        let end = self.times.last().copied().unwrap_or(f64::NAN);
        let found = self.accuracy.iter().zip(&self.times);
        found.fold((0.0, 0.0), |best, (&accuracy, time)| {
            if accuracy > best.0 {
                (accuracy, time / end)
            } else {
                best
            }
        })
    }

    fn gain(&self) -> f64 {
        self.best().0 - self.end()
    }
}

const MOMENTS: usize = 24;

/// From the half time of the first mode to `beyond` times that of the last.
fn curve(setting: &Setting, gamma: f64, loss: Loss, beyond: f64) -> Result<Curve, CheckError> {
    let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
    let problem = Problem::step(&setting.step, weighting)?
        .with_sharing(setting.sharing)?
        .with_loss(loss)?;
    let flow = Simulation::new(&problem, Initialisation::spectral(Start::plain(3.0)?));
    let halves: Vec<f64> = flow
        .run(0)?
        .half_amplitude_times()
        .into_iter()
        .flatten()
        .collect();
    let first = halves.iter().copied().fold(f64::INFINITY, f64::min);
    let end = beyond * halves.iter().copied().fold(0.0, f64::max);
    let times: Vec<f64> = (0..=MOMENTS)
        .map(|i| first.min(end) + (end - first.min(end)) * i as f64 / MOMENTS as f64)
        .collect();
    let run = flow.at(&times)?;
    let profile = setting.step.profile();
    let minority = setting.step.majority();
    let accuracies = run.moments.iter().map(|moment| {
        let logits = moment.class_logits();
        let of = |class| {
            class_accuracy(
                class,
                &logits,
                &profile,
                setting.sharing,
                setting.dimension as f64,
            )
        };
        Ok(0.5 * (of(0)? + of(minority)?)) // equal halves
    });
    Ok(Curve {
        accuracy: accuracies.collect::<Result<_, CheckError>>()?,
        times,
    })
}

/// The same measured: descent on drawn data from a Gaussian start, mean of three draws.
fn drawn(setting: &Setting, gamma: f64, end: f64) -> Result<Curve, CheckError> {
    let times: Vec<f64> = (1..=MOMENTS)
        .map(|i| end * i as f64 / MOMENTS as f64)
        .collect();
    let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
    let weights = weighting.class_weights(&setting.step.profile())?;
    let counts = setting.step.profile().counts()?;
    let mut sums = vec![0.0; times.len()];
    for seed in 1..=DRAWS {
        let train = Samples::draw(&counts, setting.sharing, setting.dimension, 2 * seed)?;
        let fresh = Samples::draw(&[300; 4], setting.sharing, setting.dimension, 2 * seed + 1)?;
        let descent =
            SampleDescent::new(&train, &weights, Loss::Squared, 0.02)?.gaussian(4.0, 8, seed)?;
        for (sum, moment) in sums.iter_mut().zip(descent.at(&times, &fresh)?) {
            let accuracies = moment
                .fresh
                .accuracies
                .iter()
                .map(|a| a.unwrap_or(f64::NAN));
            *sum += accuracies.sum::<f64>() / (4 * DRAWS) as f64;
        }
    }
    Ok(Curve {
        times,
        accuracy: sums,
    })
}

const DRAWS: u64 = 3;

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut same_end = Finding::within(
        "same-end",
        2e-3,
        "balanced accuracy at the end, squared loss, less that without weights",
    );
    let mut late_best = Finding::within(
        "late-best",
        2e-3,
        "highest balanced accuracy without weights less that at the end",
    );
    let mut early_best = Finding::always(
        "early-best",
        "γ > γ*, highest before half of the training and 0.02 or more above the end",
    );
    let mut on_data = Finding::always(
        "drawn",
        "on drawn data an early stop gains 0.02 or more with weights, at most 0.005 without",
    );
    let mut values = Vec::new();
    for setting in settings()? {
        let name = format!(
            "α = {}, n_min = {}, R = {}, p' = {}",
            setting.sharing.get(),
            setting.step.minority_size(),
            setting.step.ratio().get(),
            setting.dimension
        );
        let star = flattening_exponent(&setting.step, setting.sharing);
        for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
            let case = |gamma: f64| format!("{name}, {loss:?}, γ = {gamma}");
            let plain = curve(&setting, candidate.unweighted, loss, candidate.beyond)?;
            late_best.observe(|| case(candidate.unweighted), plain.gain());
            for gamma in candidate.weighted {
                let weighted = curve(&setting, gamma, loss, candidate.beyond)?;
                let (_, when) = weighted.best();
                early_best.require(
                    || case(gamma),
                    gamma > star && when < 0.5 && weighted.gain() >= 0.02,
                );
                if loss == Loss::Squared {
                    same_end.observe(|| case(gamma), weighted.end() - plain.end());
                    values.push((
                        format!("highest balanced accuracy, {name}, γ = {gamma}"),
                        weighted.best().0,
                    ));
                }
            }
            if loss == Loss::Squared {
                values.push((format!("balanced accuracy at the end, {name}"), plain.end()));
            }
        }
    }
    // The first two settings; a Gaussian start of scale e^(−4) takes about twice the time of the spectral one at e^(−3).
    let drawn_from = if candidate.on_data { 2 } else { 0 };
    for setting in settings()?.iter().take(drawn_from) {
        let gain = |gamma: f64, end: f64| Ok::<_, CheckError>(drawn(setting, gamma, end)?.gain());
        let name = || {
            format!(
                "α = {}, n_min = {}",
                setting.sharing.get(),
                setting.step.minority_size()
            )
        };
        on_data.require(
            || format!("{}, without weights", name()),
            gain(candidate.unweighted, 16.0)? <= 0.005,
        );
        for gamma in candidate.weighted {
            on_data.require(
                || format!("{}, γ = {gamma}", name()),
                gain(gamma, 16.0)? >= 0.02,
            );
        }
    }
    let mut evidence = Evidence::new();
    for finding in [same_end, late_best, early_best, on_data] {
        evidence.push(finding);
    }
    for (name, value) in values {
        evidence.report(name, value);
    }
    Ok(evidence)
}
