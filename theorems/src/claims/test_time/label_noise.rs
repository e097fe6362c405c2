//! Wrong labels: whether an early stop then helps without weights too.
//!
//! Of each class a share $\eta$ of labels is drawn anew. Out of a small start coefficients are in proportion to labels, right or wrong; at the end they are those of
//! interpolation, which weighs what one sample alone has by $1/(1-\alpha)$ and what its class shares by $1/(\alpha n+1-\alpha)$. Beside the mean label an early model so
//! remembers of the deviations $1-g(n)$ of what the end does, and where all classes are learned at one time that is an early stop's gain. Without weights they are not: until
//! the minority is learned, the noise of the majority is. Weights bring the minority to where the majority's noise is not learned yet.
//!
//! Found on the flow of cells and on drawn data at (α, n_min, R, p') = (0.05, 2, 10, 500), (0.02, 5, 10, 2000), (0.02, 5, 30, 2000),
//! (0.1, 5, 10, 250), (0.3, 10, 10, 60) and (0.1, 20, 1, 200), and over a grid of shares. Statements and thresholds were set there, and are tested here at other settings,
//! with other random numbers. Two of them did not hold as first stated, and were restated: *both-best* was said of η = 0 too, where one of the three settings has 1.9
//! points, near 95 in 100 as it is; it now says noise only, at one setting more, the last; of drawn data it was said that an early stop gains at most three points without weights, and it gained 3.3 (14.9 with γ = 1): now
//! it is compared with that gain, as in the model, and on drawn data of other settings and seeds than those that refuted it;
//! what is said of drawn data held for five further sets of seeds.
//! What the words leave out: with fewer private dimensions than samples noisy labels cannot all be fitted, and weights count at the end too; where the minority
//! shares so much that it is nearly always right, there is nothing to gain; the cross-entropy has no end of this kind, and is not looked at.
//! Source: this project.

use rayon::prelude::*;
use ufm_simulation::{
    Loss,
    samples::{Cells, SampleDescent, Samples},
};
use ufm_theory::{
    features::{Sharing, step_ln_rate},
    problem::{ClassProfile, NoiseShare, Normalisation, StepProfile, Weighting},
    spectrum::Mode,
    test_time::{FreshLogits, LabelNoise, generalisation_factor},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "label-noise",
    title: "Wrong labels, weights and an early stop",
    given: "Of training on labels of which a share η is drawn anew, weights by the labels seen, squared loss, features that share a part with their class, and of balanced accuracy b_γ on fresh samples from the moment on at which a first class has half of its mean logits; imbalanced settings have R ≥ 10 and a minority that generalises in part",
    math: r"\text{end: } \bar\ell_a=g(n_a)\bar z_a,\ m_i=z_i-g(n_a)\bar z_a;\qquad \text{early: } \frac{m^{\rm noise}}{\bar\ell}=(1-g(n_a))\Bigl(\frac{m^{\rm noise}}{\bar\ell}\Bigr)_{\rm end};\qquad \max_tb_0-b_0(\infty)\le\tfrac14\bigl(\max_tb_1-b_1(\infty)\bigr)\quad(R\ge10)",
    parts: &[
        Part {
            says: "at the end a fresh sample of class a has mean logits g(n_a)·z̄_a, of its mean label, and sees z − g(n_a)·z̄_a of every training sample, with γ = 0, ½ and 1",
            theorems: &[],
            findings: &["end"],
        },
        Part {
            says: "while logits grow out of a small start, what is remembered of the noise of a class of n is, beside its mean logits and between it and another class of its size, 1 − g(n) of that at the end, without weights",
            theorems: &[],
            findings: &["late-noise"],
        },
        Part {
            says: "with classes of one size an early stop without weights gains two points or more with η = 0.2 and 0.4, the model's and drawn data's, and nothing without noise",
            theorems: &[],
            findings: &["one-size", "one-size-drawn"],
        },
        Part {
            says: "with imbalanced classes an early stop gains without weights at most a quarter of what it gains with γ = 1, for η up to 0.4 of all labels",
            theorems: &[],
            findings: &["little-without"],
        },
        Part {
            says: "weights γ = 1 and an early stop are better by two points or more than any time without weights, for η from 0.1 to 0.4 of all labels and for 0.4 of the minority's",
            theorems: &[],
            findings: &["both-best"],
        },
        Part {
            says: "with γ = ½ an early stop gains at most 0.2 points without noise, and one or more with η = 0.4 of all labels",
            theorems: &[],
            findings: &["half"],
        },
        Part {
            says: "noise in 0.4 of the minority's labels alone adds a point or more to what weights γ = 1 and an early stop gain over none",
            theorems: &[],
            findings: &["minority-noise"],
        },
        Part {
            says: "on imbalanced drawn data with η = 0.3 an early stop gains five points or more with γ = 1, and without weights at most a third of that",
            theorems: &[],
            findings: &["drawn"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["test-accuracy", "stop-early-at-test"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "everything is learned when the last class is",
            breaks: &["end"],
            check: || {
                evidence(Candidate {
                    until: 1.0,
                    looks: Looks::Closed,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "noise is learned as early as labels",
            breaks: &["late-noise"],
            check: || {
                evidence(Candidate {
                    remembered: |_| 1.0,
                    looks: Looks::Closed,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "classes of one size gain without noise too",
            breaks: &["one-size", "one-size-drawn"],
            check: || {
                evidence(Candidate {
                    noise: [0.0, 0.0],
                    looks: Looks::OneSize,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the same with γ = ½ in place of 1",
            breaks: &["both-best"],
            check: || {
                evidence(Candidate {
                    weighted: 0.5,
                    looks: Looks::Model,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "with γ = 1 in place of none",
            breaks: &["little-without", "drawn"],
            check: || {
                evidence(Candidate {
                    unweighted: 1.0,
                    looks: Looks::Imbalanced,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "with γ = 1 in place of ½",
            breaks: &["half"],
            check: || {
                evidence(Candidate {
                    half: 1.0,
                    looks: Looks::Model,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "noise in the majority's labels alone adds as much",
            breaks: &["minority-noise"],
            check: || {
                evidence(Candidate {
                    one_group: Who::Majority,
                    looks: Looks::Model,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

/// What a candidate is looked at for: a control makes only the findings that it is about.
#[derive(Clone, Copy, PartialEq)]
enum Looks {
    /// Everything.
    All,
    /// The end and the beginning in closed form.
    Closed,
    /// Classes of one size.
    OneSize,
    /// Imbalanced classes, the model.
    Model,
    /// Imbalanced classes, the model and drawn data.
    Imbalanced,
}

/// Whose labels are noisy.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    All,
    Majority,
    Minority,
}

struct Candidate {
    looks: Looks,
    /// The end, in learning times of the last class without weights or noise.
    until: f64,
    /// What of the noise is remembered early, from `g(n)`.
    remembered: fn(f64) -> f64,
    /// Of classes of one size.
    noise: [f64; 2],
    unweighted: f64,
    half: f64,
    weighted: f64,
    /// Whose noise adds to the advantage.
    one_group: Who,
}

impl Candidate {
    const TRUE: Self = Self {
        looks: Looks::All,
        until: 12.0,
        remembered: |g| 1.0 - g,
        noise: [0.2, 0.4],
        unweighted: 0.0,
        half: 0.5,
        weighted: 1.0,
        one_group: Who::Minority,
    };
}

#[derive(Debug, Clone, Copy)]
struct Setting {
    alpha: f64,
    size: f64,
    ratio: f64,
    dimension: usize,
}

/// Imbalanced ones, that nothing was found at.
const SETTINGS: [Setting; 4] = [
    Setting {
        alpha: 0.03,
        size: 3.0,
        ratio: 20.0,
        dimension: 1000,
    },
    Setting {
        alpha: 0.08,
        size: 4.0,
        ratio: 10.0,
        dimension: 200,
    },
    Setting {
        alpha: 0.04,
        size: 5.0,
        ratio: 15.0,
        dimension: 600,
    },
    Setting {
        alpha: 0.06,
        size: 3.0,
        ratio: 12.0,
        dimension: 300,
    },
];

/// Classes of one size.
const ONE_SIZE: [Setting; 2] = [
    Setting {
        alpha: 0.1,
        size: 15.0,
        ratio: 1.0,
        dimension: 150,
    },
    Setting {
        alpha: 0.2,
        size: 8.0,
        ratio: 1.0,
        dimension: 100,
    },
];

/// Imbalanced ones of drawn data.
const DRAWN: [Setting; 2] = [
    Setting {
        alpha: 0.06,
        size: 6.0,
        ratio: 10.0,
        dimension: 300,
    },
    Setting {
        alpha: 0.12,
        size: 4.0,
        ratio: 15.0,
        dimension: 250,
    },
];

const DELTA: f64 = 3.0;

impl Setting {
    fn step(&self) -> Result<StepProfile, CheckError> {
        Ok(StepProfile::halves(4, self.ratio)?.with_minority_size(self.size)?)
    }

    fn sharing(&self) -> Result<Sharing, CheckError> {
        Ok(Sharing::new(self.alpha)?)
    }

    fn name(&self) -> String {
        format!(
            "α = {}, n_min = {}, R = {}, p' = {}",
            self.alpha, self.size, self.ratio, self.dimension
        )
    }

    /// The learning time of the last group without weights or noise.
    fn unit(&self) -> Result<f64, CheckError> {
        let ln_rate = step_ln_rate(
            &self.step()?,
            &Weighting::vanilla(),
            self.sharing()?,
            Mode::Minority,
        );
        Ok(DELTA * (-ln_rate).exp())
    }
}

fn noise(step: &StepProfile, eta: f64, who: Who) -> Result<LabelNoise, CheckError> {
    let shares = (0..step.classes()).map(|class| {
        let noisy = match who {
            Who::All => true,
            Who::Majority => class < step.majority(),
            Who::Minority => class >= step.majority(),
        };
        NoiseShare::new(if noisy { eta } else { 0.0 })
    });
    Ok(LabelNoise::of_classes(
        &shares.collect::<Result<Vec<_>, _>>()?,
    ))
}

fn weights(gamma: f64) -> Result<Weighting, CheckError> {
    Ok(Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne))
}

/// Balanced accuracy: the highest, and at the end.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    best: f64,
    end: f64,
}

impl Outcome {
    fn gain(&self) -> f64 {
        self.best - self.end
    }
}

const MOMENTS: usize = 24;

/// The model's: along the flow of cells from a first class that is half learned to three learning times of the last, and the closed form of the end.
fn outcome(setting: &Setting, eta: f64, who: Who, gamma: f64) -> Result<Outcome, CheckError> {
    let (step, sharing) = (setting.step()?, setting.sharing()?);
    let (profile, noise) = (step.profile(), noise(&step, eta, who)?);
    let end = FreshLogits::at_the_end(&profile, sharing, &noise)?;
    let balanced = |logits: &FreshLogits| -> Result<f64, CheckError> {
        let of = |class| logits.accuracy(class, setting.dimension as f64);
        Ok(0.5 * (of(0)? + of(step.majority())?)) // equal halves
    };
    // Geometric from a thirtieth on: what comes first is fast.
    let unit = setting.unit()?;
    let times: Vec<f64> = (0..=MOMENTS)
        .map(|i| 3.0 * unit * 90_f64.powf(i as f64 / MOMENTS as f64 - 1.0))
        .collect();
    let cells = Cells::new(&profile, sharing, &noise)?;
    let flow = cells.flow(weights(gamma)?, Loss::Squared, DELTA, &times)?;
    let learned = |logits: &FreshLogits| {
        let columns = logits
            .shared()
            .column_iter()
            .zip(end.shared().column_iter());
        columns
            .map(|(now, then)| now.dot(&then) / then.norm_squared())
            .fold(0.0, f64::max)
    };
    let end = Outcome {
        best: 0.0,
        end: balanced(&end)?,
    };
    flow.iter()
        .filter(|logits| learned(logits) >= 0.5)
        .try_fold(
            Outcome {
                best: end.end,
                ..end
            },
            |found, logits| {
                Ok(Outcome {
                    best: found.best.max(balanced(logits)?),
                    ..found
                })
            },
        )
}

const DRAWS: u64 = 4;

/// The same measured: descent on drawn data from a Gaussian start of scale `e^(−4)`, mean of the draws.
fn drawn(setting: &Setting, eta: f64, gamma: f64) -> Result<Outcome, CheckError> {
    let (step, sharing) = (setting.step()?, setting.sharing()?);
    let (counts, noise) = (step.profile().counts()?, noise(&step, eta, Who::All)?);
    let end = 24.0 * setting.unit()? / DELTA;
    let times: Vec<f64> = (0..=MOMENTS)
        .map(|i| end * 60_f64.powf(i as f64 / MOMENTS as f64 - 1.0))
        .collect();
    let curves = (1..=DRAWS)
        .into_par_iter()
        .map(|seed| -> Result<Vec<f64>, CheckError> {
            let seed = 5000 + 10 * seed;
            let clean = Samples::draw(&counts, sharing, setting.dimension, seed)?;
            let train = clean.with_noise(&noise, seed + 1)?;
            let fresh = Samples::draw(&[200; 4], sharing, setting.dimension, seed + 2)?;
            let observed = ClassProfile::from_counts(&train.counts())?;
            let weights = weights(gamma)?.class_weights(&observed)?;
            let size = 0.1 / (step.majority_size() * sharing.gain(step.majority_size())).sqrt();
            let moments = SampleDescent::new(&train, &weights, Loss::Squared, size)?
                .gaussian(4.0, 8, seed + 3)?
                .at(&times, &fresh)?;
            Ok(moments
                .iter()
                .map(|moment| {
                    let accuracies = moment.fresh.accuracies.iter();
                    accuracies.map(|a| a.unwrap_or(f64::NAN)).sum::<f64>() / 4.0
                })
                .collect())
        });
    let curves = curves.collect::<Result<Vec<_>, _>>()?;
    let mean = |i: usize| curves.iter().map(|curve| curve[i]).sum::<f64>() / DRAWS as f64;
    Ok(Outcome {
        best: (0..=MOMENTS).map(mean).fold(0.0, f64::max),
        end: mean(MOMENTS),
    })
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut evidence = Evidence::new();
    let looks = |at: &[Looks]| candidate.looks == Looks::All || at.contains(&candidate.looks);
    if looks(&[Looks::Closed]) {
        closed(&candidate, &mut evidence)?;
    }
    if looks(&[Looks::OneSize]) {
        one_size(&candidate, &mut evidence)?;
    }
    if looks(&[Looks::Model, Looks::Imbalanced]) {
        imbalanced(&candidate, &mut evidence)?;
    }
    if looks(&[Looks::Imbalanced]) {
        let mut found = Finding::always(
            "drawn",
            "gain of an early stop with γ = 1: 0.05 or more; without weights at most a third of it; mean of four draws",
        );
        for setting in &DRAWN {
            let plain = drawn(setting, 0.3, candidate.unweighted)?;
            let weighted = drawn(setting, 0.3, 1.0)?;
            found.require(
                || format!("{}: {plain:?}, {weighted:?}", setting.name()),
                weighted.gain() >= 0.05 && plain.gain() <= weighted.gain() / 3.0,
            );
            if candidate.looks == Looks::All {
                for (gamma, outcome) in [(0.0, plain), (1.0, weighted)] {
                    let name = format!("drawn, η = 0.3, {}, γ = {gamma}", setting.name());
                    evidence.measured(format!("highest balanced accuracy, {name}"), outcome.best);
                    evidence.measured(format!("at the end, {name}"), outcome.end);
                }
            }
        }
        evidence.push(found);
    }
    Ok(evidence)
}

/// The end, and the beginning.
fn closed(candidate: &Candidate, evidence: &mut Evidence) -> Result<(), CheckError> {
    let mut end = Finding::within(
        "end",
        1e-3,
        "mean and remembered logits at twelve learning times of the last class less the closed form",
    );
    let mut late = Finding::within(
        "late-noise",
        1e-3,
        "noise beside mean logits between classes of one size, early, over that at the end and over 1 − g(n), less 1",
    );
    for setting in SETTINGS.iter().chain(&ONE_SIZE) {
        let (step, sharing) = (setting.step()?, setting.sharing()?);
        let profile = step.profile();
        for eta in [0.2, 0.4] {
            for who in [Who::All, Who::Minority] {
                let noise = noise(&step, eta, who)?;
                let cells = Cells::new(&profile, sharing, &noise)?;
                let stated = FreshLogits::at_the_end(&profile, sharing, &noise)?;
                // The minority's alone at one exponent: a flow takes a while.
                let gammas: &[f64] = if who == Who::All {
                    &[0.0, 0.5, 1.0]
                } else {
                    &[1.0]
                };
                for &gamma in gammas {
                    let time = candidate.until * setting.unit()?;
                    let found = &cells.flow(weights(gamma)?, Loss::Squared, DELTA, &[time])?[0];
                    let mean = (found.shared() - stated.shared()).amax();
                    let memory = (found.remembered() - stated.remembered()).amax();
                    end.observe(
                        || format!("{}, η = {eta}, {who:?}, γ = {gamma}", setting.name()),
                        mean.max(memory),
                    );
                }
                if who != Who::All {
                    continue;
                }
                // Out of e^(−12), in less than half the time in which anything is learned, nothing but growth has happened.
                let time = 0.4 * 12.0 * cells.shortest_time(Weighting::vanilla())?;
                let early = &cells.flow(Weighting::vanilla(), Loss::Squared, 12.0, &[time])?[0];
                for class in [0, step.majority()] {
                    let ratio = noise_beside_mean(&cells, early, class)
                        / noise_beside_mean(&cells, &stated, class);
                    let g = generalisation_factor(profile.sizes()[class], sharing);
                    late.observe(
                        || {
                            format!(
                                "{}, η = {eta}, class of {}",
                                setting.name(),
                                profile.sizes()[class]
                            )
                        },
                        ratio / (candidate.remembered)(g) - 1.0,
                    );
                }
            }
        }
    }
    evidence.push(end);
    evidence.push(late);
    Ok(())
}

/// Of the logit of a class less that of another of its size, an axis that grows by itself: what is remembered of one of its samples less that of one labelled as
/// neither, over the mean.
fn noise_beside_mean(cells: &Cells, logits: &FreshLogits, class: usize) -> f64 {
    let (partner, neither) = (class ^ 1, (class + 2) % 4);
    let remembered = |label: usize| -> f64 {
        let at = cells
            .cells()
            .iter()
            .position(|cell| cell.class == class && cell.label == label);
        at.map_or(f64::NAN, |i| {
            let column = logits.remembered().column(i);
            (column[class] - column[partner]) / cells.cells()[i].size.sqrt()
        })
    };
    let mean = logits.shared()[(class, class)] - logits.shared()[(partner, class)];
    (remembered(class) - remembered(neither)) / mean
}

/// Classes of one size: all are learned at one time.
fn one_size(candidate: &Candidate, evidence: &mut Evidence) -> Result<(), CheckError> {
    let mut model = Finding::always(
        "one-size",
        "gain of an early stop without weights: below 0.001 without noise, 0.02 or more with; early accuracy in closed form is above that of the end by as much",
    );
    let mut found = Finding::always(
        "one-size-drawn",
        "the same on drawn data, mean of four draws: below 0.005 without noise, 0.02 or more with",
    );
    for setting in &ONE_SIZE {
        let (step, sharing) = (setting.step()?, setting.sharing()?);
        let etas = [0.0, candidate.noise[0], candidate.noise[1]];
        for (i, eta) in etas.into_iter().enumerate() {
            let case = || format!("{}, η = {eta}", setting.name());
            let noise = noise(&step, eta, Who::All)?;
            let early = FreshLogits::early(&step.profile(), sharing, &noise, &[1.0; 4])?;
            let early = early.accuracy(0, setting.dimension as f64)?;
            let outcome = outcome(setting, eta, Who::All, 0.0)?;
            let measured = drawn(setting, eta, 0.0)?;
            if i == 0 {
                model.require(
                    case,
                    outcome.gain() < 1e-3 && (early - outcome.end).abs() < 1e-3,
                );
                found.require(case, measured.gain() < 5e-3);
            } else {
                model.require(case, outcome.gain() >= 0.02 && early >= outcome.best - 1e-3);
                found.require(case, measured.gain() >= 0.02);
            }
            if candidate.looks == Looks::All {
                evidence.report(format!("accuracy early, {}", case()), early);
                evidence.report(format!("highest along the flow, {}", case()), outcome.best);
                evidence.report(format!("at the end, {}", case()), outcome.end);
                evidence.measured(format!("drawn, highest, {}", case()), measured.best);
                evidence.measured(format!("drawn, at the end, {}", case()), measured.end);
            }
        }
    }
    evidence.push(model);
    evidence.push(found);
    Ok(())
}

/// Majority and minority.
fn imbalanced(candidate: &Candidate, evidence: &mut Evidence) -> Result<(), CheckError> {
    let mut little = Finding::always(
        "little-without",
        "gain of an early stop without weights, at most a quarter of that with γ = 1",
    );
    let mut both = Finding::always(
        "both-best",
        "highest balanced accuracy with weights less that without: 0.02 or more",
    );
    let mut half = Finding::always(
        "half",
        "gain of an early stop with γ = ½: at most 0.002 without noise, 0.01 or more with η = 0.4",
    );
    let mut minority = Finding::always(
        "minority-noise",
        "highest balanced accuracy with weights less that without, η = 0.4 of one group less that without noise: 0.01 or more",
    );
    let gammas = [
        candidate.unweighted,
        candidate.half,
        candidate.weighted,
        1.0,
    ];
    let noises = [
        (0.0, Who::All),
        (0.1, Who::All),
        (0.2, Who::All),
        (0.4, Who::All),
        (0.4, candidate.one_group),
    ];
    let cases: Vec<(usize, usize)> = (0..SETTINGS.len())
        .flat_map(|setting| (0..noises.len()).map(move |noise| (setting, noise)))
        .collect();
    let outcomes = cases
        .par_iter()
        .map(|&(setting, noise)| {
            let (eta, who) = noises[noise];
            let mut found: Vec<Outcome> = Vec::new();
            for (i, gamma) in gammas.into_iter().enumerate() {
                let earlier = gammas[..i].iter().position(|g| *g == gamma);
                found.push(match earlier {
                    Some(earlier) => found[earlier],
                    None => outcome(&SETTINGS[setting], eta, who, gamma)?,
                });
            }
            Ok(found)
        })
        .collect::<Result<Vec<_>, CheckError>>()?;
    for (&(setting, noise), found) in cases.iter().zip(&outcomes) {
        let (eta, who) = noises[noise];
        let case = || format!("{}, η = {eta}, {who:?}", SETTINGS[setting].name());
        let [plain, middle, weighted, one] = [found[0], found[1], found[2], found[3]];
        if eta > 0.0 {
            both.require(case, weighted.best - plain.best >= 0.02);
        }
        if who == Who::All {
            little.require(case, plain.gain() <= 0.25 * one.gain());
            if eta == 0.0 {
                half.require(case, middle.gain() <= 0.002);
            } else if eta == 0.4 {
                half.require(case, middle.gain() >= 0.01);
            }
        } else {
            let clean = &outcomes[setting * noises.len()];
            let added = (weighted.best - plain.best) - (clean[2].best - clean[0].best);
            minority.require(case, added >= 0.01);
        }
        if candidate.looks == Looks::All {
            for (gamma, outcome) in [0.0, 0.5, 1.0].into_iter().zip([plain, middle, weighted]) {
                evidence.report(format!("highest, {}, γ = {gamma}", case()), outcome.best);
            }
            evidence.report(format!("at the end, {}", case()), plain.end);
        }
    }
    for finding in [little, both, half, minority] {
        evidence.push(finding);
    }
    Ok(())
}
