//! What a linear model would learn first on real images, read off the data without training, and that networks follow it.
//!
//! UCI digits, `R = 10`, the samples that the networks of `network-spectral-order` are trained on, seed by seed. Along the singular directions of the
//! labels, `L = W₂W₁X` grows out of a small start at rates that only depend on the class sums `S_c = n_c μ_c`: inside a group of equal
//! sizes and weights, `n ω` times the spread of its class means `μ_c`. The majority's rate over the minority's is so
//! $$ \frac{\rho_{\mathrm{maj}}}{\rho_{\mathrm{min}}} = q\\,R^{1-\gamma}, $$
//! with `q` the spread of the majority's class means over that of the minority's, which does not depend on `γ`: the law of features that a class shares, wherever
//! class means are made of more than the noise of their samples. For free features it is `R^{½−γ}`: the mean of `n` of them has length `1/√n`.
//!
//! Source: this project.

use nalgebra::DMatrix;
use ufm_data::{Samples, class_sums};
use ufm_networks::{
    statistics::{Interval, Paired},
    study::StudyPart,
};
use ufm_theory::{
    features::{self, ClassSums, Sharing},
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::Mode,
};

use crate::{
    CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source,
    networks::{Data, digits, ln_delay, test},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "data-growth",
    title: "Growth rates of digits before training",
    given: "On digits at R = 10",
    math: r"\frac1{1.25}\le\frac{\rho_\mathrm{maj}/\rho_\mathrm{min}}{R^{1-\gamma}}\le1.25,\qquad \bigl|\arg\min_\gamma\mathrm{spread}-1\bigr|\le0.15,\qquad \Bigl|\ln\frac{t_\mathrm{min}}{t_\mathrm{maj}}-\ln\frac{\rho_\mathrm{maj}}{\rho_\mathrm{min}}\Bigr|<\Bigl|\ln\frac{t_\mathrm{min}}{t_\mathrm{maj}}-\bigl(\tfrac12-\gamma\bigr)\ln R\Bigr|",
    parts: &[
        Part {
            says: "before training, the majority's growth rate of L = W₂W₁X along the labels over the minority's is R^(1−γ) within a factor 1.25, as if a class shared its features",
            theorems: &[],
            findings: &["law"],
        },
        Part {
            says: "all rates are closest together for γ within 0.15 of 1",
            theorems: &[],
            findings: &["flattest"],
        },
        Part {
            says: "trained networks' times are nearer to these ratios than to the R^(½−γ) of free features at γ = 0, ½, 1",
            theorems: &[],
            findings: &["networks-vanilla", "networks-half", "networks-inverse"],
        },
    ],
    kind: Kind::Empirical,
    source: Source::Project,
    uses: &["constrained-features", "network-spectral-order"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "a feature of its own for every image",
            breaks: &["law", "flattest", "networks-half", "networks-inverse"],
            check: || {
                evidence(Candidate {
                    features: Features::Free,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "images with shuffled labels",
            breaks: &[
                "law",
                "flattest",
                "networks-vanilla",
                "networks-half",
                "networks-inverse",
            ],
            check: || {
                evidence(Candidate {
                    features: Features::Shuffled,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the law of free features, flat at γ = ½",
            breaks: &["law", "flattest", "networks-half"],
            check: || {
                evidence(Candidate {
                    sharing: Sharing::NONE,
                    other: Sharing::FULL,
                    flat: 0.5,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

/// What is said to hold, of which features.
struct Candidate {
    features: Features,
    /// The law that the ratios are said to follow, and the one that is said to be further from networks.
    sharing: Sharing,
    other: Sharing,
    /// The exponent near which rates are said to be closest together.
    flat: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        features: Features::Pixels,
        sharing: Sharing::FULL,
        other: Sharing::NONE,
        flat: 1.0,
    };
}

#[derive(Clone, Copy)]
enum Features {
    Pixels,
    Free,
    Shuffled,
}

/// Class sums of what a network of this seed is trained on.
fn sums(samples: &Samples, features: Features) -> Result<ClassSums, CheckError> {
    let labels: Vec<usize> = samples
        .labels()
        .iter()
        .map(|&label| usize::from(label))
        .collect();
    let (n, classes) = (samples.len(), samples.classes());
    Ok(match features {
        Features::Pixels => class_sums(samples)?,
        Features::Free => ClassSums::new(&DMatrix::identity(n, n), &labels, classes)?,
        Features::Shuffled => {
            // Every 7th image to the next label, then the next 7: a permutation of the images that mixes all classes, 7 being prime to n.
            let pixels = |i: usize| {
                samples
                    .image(i * 7 % n)
                    .iter()
                    .map(|&pixel| f64::from(pixel))
            };
            let mut sums = ClassSums::empty(samples.height() * samples.width(), classes)?;
            for (i, &label) in labels.iter().enumerate() {
                sums.add(label, &pixels(i).collect::<Vec<f64>>())?;
            }
            sums
        }
    }
    .centred())
}

/// Everything the statement says.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let results = digits(StudyPart::Spectrum, Data::Imbalanced)?;
    let (plan, seeds) = (&results.experiment.plan, &results.experiment.seeds);
    let data = ufm_data::digits::load(0)?;
    let step: StepProfile = plan.step_profile(&data)?;
    let mut law = Finding::within(
        "law",
        1.25_f64.ln(),
        "ln of the ratio of rates against that of the law",
    );
    let mut flattest = Finding::within(
        "flattest",
        0.15,
        "distance of the exponent of closest rates from the stated one",
    );
    let gammas = [0.0, 0.5, 1.0];
    let ids = ["networks-vanilla", "networks-half", "networks-inverse"];
    let mut ratios = vec![Vec::new(); gammas.len()];
    let mut exponents = Vec::new();
    for &seed in seeds {
        let (train, _) = plan.samples(&data, seed)?;
        let sums = sums(&train, candidate.features)?;
        let profile = ClassProfile::from_counts(sums.counts())?;
        for (&gamma, ratios) in gammas.iter().zip(&mut ratios) {
            let weighting = Weighting::power(gamma)?;
            let weights = weighting.class_weights(&profile)?;
            let rates = sums.label_rates(&weights, |class| plan.is_majority(class))?;
            let ln_rate = |mode| {
                rates
                    .iter()
                    .find(|(m, _)| *m == mode)
                    .map_or(f64::NAN, |(_, rate)| rate.ln())
            };
            let ln_ratio = ln_rate(Mode::Majority) - ln_rate(Mode::Minority);
            law.observe(
                || format!("seed {seed}, γ = {gamma}"),
                ln_ratio - stated(&step, candidate.sharing, gamma)?,
            );
            ratios.push(ln_ratio);
        }
        let exponent = sums.least_spread()?.map_or(f64::NAN, |found| found.gamma);
        flattest.observe(|| format!("seed {seed}"), exponent - candidate.flat);
        exponents.push(exponent);
    }
    let mut evidence = Evidence::new();
    evidence.push(law);
    evidence.push(flattest);
    for ((&gamma, id), ratios) in gammas.iter().zip(ids).zip(&ratios) {
        let delays = ln_delay(&results, gamma);
        let distance = |from: &[f64]| -> Vec<f64> {
            delays
                .iter()
                .zip(from)
                .map(|(a, b)| (a - b).abs())
                .collect()
        };
        let other = vec![stated(&step, candidate.other, gamma)?; delays.len()];
        let what =
            format!("γ = {gamma}: networks further from the other law than from the rates, |ln|");
        test(
            &mut evidence,
            id,
            &what,
            &Paired::above(&distance(&other), &distance(ratios))?,
        );
        evidence.measured(
            format!("γ = {gamma}: ratio of rates, geometric mean"),
            Interval::of(ratios)?.mean.exp(),
        );
        evidence.measured(
            format!("γ = {gamma}: ratio of networks' times, geometric mean"),
            Interval::of(&delays)?.mean.exp(),
        );
    }
    let found = Interval::of(&exponents)?;
    evidence.measured("exponent of closest rates, mean", found.mean);
    evidence.measured("half-width of its 95 % interval", found.half_width);
    Ok(evidence)
}

/// `ln` of the majority's rate over the minority's for features of this sharing.
fn stated(step: &StepProfile, sharing: Sharing, gamma: f64) -> Result<f64, CheckError> {
    let weighting = Weighting::power(gamma)?;
    let ln = |mode| features::step_ln_rate(step, &weighting, sharing, mode);
    Ok(ln(Mode::Majority) - ln(Mode::Minority))
}
