//! The flattening exponent depends on how much features are shared.
//!
//! Fixed data `X` (`p × N`) in place of free features, `L = W₂W₁X`: growth rates are the singular values of `ZΩXᵀ`. For
//! $x_i = \sqrt\alpha\\,e_{\rm class} + \sqrt{1-\alpha}\\,e_i$ they are, squared, the eigenvalues of $P\\,\mathrm{diag}(m)\\,P$ besides 0, with
//! $$ m_c = n_c\omega_c^2(\alpha n_c + 1 - \alpha). $$
//! Free features ($\alpha = 0$) are flat at γ = ½ and class-shared ones ($\alpha = 1$) at γ = 1, for any counts; STEP labels with $m$ samples
//! a minority class are flat at
//! $$ \gamma^* = \frac12 + \frac{\ln\bigl[(\alpha m R + 1 - \alpha)/(\alpha m + 1 - \alpha)\bigr]}{2\ln R}. $$
//! Source: this project.

use nalgebra::DMatrix;
use ufm_theory::{
    features::{self, ClassSums, Sharing},
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{Mode, labels::sample_classes},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "constrained-features",
    title: "Flattening exponent of shared features",
    given: "For features of which a share α is common to the class, with m_c = n_c·ω_c²(α·n_c + 1 − α)",
    math: r"\rho_i^2\in\mathrm{spec}\bigl(P\,\mathrm{diag}(m)\,P\bigr),\quad \text{flat}\iff m_1=\dots=m_k;\quad \gamma^*=\frac12+\frac{\ln\frac{\alpha mR+1-\alpha}{\alpha m+1-\alpha}}{2\ln R};\quad \alpha=1:\ R^{1-\gamma},\ \sqrt{\tfrac{k_\mathrm{min} R^{2-2\gamma}+k_\mathrm{maj}}{k}},\ 1",
    parts: &[
        Part {
            says: "the squared growth rates are the spectrum of P·diag(m)·P",
            theorems: &["SharedGram.shared_growth_gram"],
            findings: &["rates"],
        },
        Part {
            says: "with k ≥ 3 classes that spectrum is flat exactly if all m_c are equal",
            theorems: &["FlatStrengths.feature_flat_iff"],
            findings: &["any-counts"],
        },
        Part {
            says: "they are all 1, whatever the counts, at γ = ½ if α = 0 and at γ = 1 if α = 1",
            theorems: &["Sharing.free_features_flat", "Sharing.shared_features_flat"],
            findings: &["any-counts"],
        },
        Part {
            says: "for STEP labels they are equal exactly at γ* = ½ + ln[(αmR + 1 − α)/(αm + 1 − α)]/(2 ln R), with m samples a minority class",
            theorems: &["Sharing.strengths_equal_iff_gamma_star"],
            findings: &["flat", "flat-laid-out"],
        },
        Part {
            says: "if α = 1 the rates of STEP labels are R^(1−γ), √((k_min·R^(2−2γ) + k_maj)/k) and 1 in units of the minority's",
            theorems: &[
                "SharedGram.shared_growth_gram",
                "SharedStep.shared_step_rates",
            ],
            findings: &["closed"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["growth-rates", "growth-flat"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "α and 1 − α exchanged in γ*",
            breaks: &["flat", "flat-laid-out"],
            check: || {
                evidence(Candidate {
                    exponent: |step, alpha| {
                        Ok(features::flattening_exponent(
                            step,
                            Sharing::new(1.0 - alpha)?,
                        ))
                    },
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "γ* = (1 + α)/2, whatever the number of samples",
            breaks: &["flat", "flat-laid-out"],
            check: || {
                evidence(Candidate {
                    exponent: |_, alpha| Ok(0.5 + 0.5 * alpha),
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "class-shared features are flat at γ = ½",
            breaks: &["any-counts"],
            check: || {
                evidence(Candidate {
                    shared: 0.5,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "shared STEP contrast rate √((R^(1−γ) + 1)/2)",
            breaks: &["closed"],
            check: || {
                evidence(Candidate {
                    contrast: |ratio, gamma, share| {
                        (share * ratio.powf(1.0 - gamma) + 1.0 - share).sqrt()
                    },
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "√α in place of α in the growth rates",
            breaks: &["rates"],
            check: || {
                evidence(Candidate {
                    share: f64::sqrt,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    /// The share in the growth rates, for features that share `α`.
    share: fn(f64) -> f64,
    /// γ* of a STEP problem at `α`.
    exponent: fn(&StepProfile, f64) -> Result<f64, CheckError>,
    /// The exponent at which class-shared features are flat.
    shared: f64,
    /// The contrast rate of class-shared features at `R`, `γ` and the share of minority classes.
    contrast: fn(f64, f64, f64) -> f64,
}

impl Candidate {
    const TRUE: Self = Self {
        share: |alpha| alpha,
        exponent: |step, alpha| Ok(features::flattening_exponent(step, Sharing::new(alpha)?)),
        shared: 1.0,
        contrast: |ratio, gamma, share| {
            (share * ratio.powf(2.0 - 2.0 * gamma) + 1.0 - share).sqrt()
        },
    };
}

const SHARES: [f64; 6] = [0.0, 0.01, 0.1, 0.5, 0.9, 1.0];

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut rates = Finding::within(
        "rates",
        1e-12,
        "growth rates against the singular values of ZΩXᵀ with X laid out, relative",
    );
    let mut flat_laid_out = Finding::within(
        "flat-laid-out",
        1e-12,
        "ρ_max/ρ_min − 1 at γ*, singular values of ZΩXᵀ with X laid out",
    );
    for counts in [&[12, 12, 3, 3][..], &[20, 2, 2, 2], &[30, 11, 4, 1, 1]] {
        let profile = ClassProfile::from_counts(counts)?;
        for alpha in SHARES {
            let sums = ClassSums::new(
                &features(counts, alpha),
                &sample_classes(counts),
                counts.len(),
            )?;
            for gamma in [0.0, 0.3, 0.5, 0.8, 1.0] {
                let weighting = Weighting::power(gamma)?;
                let found = sums.growth_rates(&weighting.class_weights(&profile)?)?;
                let stated = features::growth_rates(
                    &profile,
                    &weighting,
                    Sharing::new((candidate.share)(alpha))?,
                );
                for (a, b) in found.iter().zip(stated.rates()) {
                    rates.observe(
                        || format!("n = {counts:?}, α = {alpha}, γ = {gamma}"),
                        a / b - 1.0,
                    );
                }
            }
        }
    }
    for (majority, minority, size, ratio) in [(2, 2, 3, 4), (1, 3, 2, 10), (3, 2, 1, 15)] {
        let step = StepProfile::new(majority, minority, f64::from(ratio))?
            .with_minority_size(f64::from(size))?;
        let counts = step.profile().counts()?;
        for alpha in SHARES {
            let sums = ClassSums::new(
                &features(&counts, alpha),
                &sample_classes(&counts),
                counts.len(),
            )?;
            let weighting = Weighting::power((candidate.exponent)(&step, alpha)?)?;
            let found = sums.growth_rates(&weighting.class_weights(&step.profile())?)?;
            flat_laid_out.observe(
                || format!("k = {majority} + {minority}, m = {size}, R = {ratio}, α = {alpha}"),
                found[0] / found[found.len() - 1] - 1.0,
            );
        }
    }

    let mut flat = Finding::within("flat", 1e-12, "ρ_max/ρ_min − 1 at γ*, any split, m and R");
    let mut closed = Finding::within(
        "closed",
        1e-12,
        "STEP rates of class-shared features, relative",
    );
    for (majority, minority) in sweep::SPLITS {
        for ratio in sweep::ratios() {
            let case = || format!("k = {majority} + {minority}, R = {:.4e}", ratio.get());
            let share = minority as f64 / (majority + minority) as f64;
            let step = StepProfile::new(majority, minority, ratio.get())?;
            for (alpha, size) in SHARES
                .into_iter()
                .flat_map(|a| [1.0, 10.0, 1e4].map(|m| (a, m)))
            {
                let step = step.with_minority_size(size)?;
                let weighting = Weighting::power((candidate.exponent)(&step, alpha)?)?;
                let found =
                    features::growth_rates(&step.profile(), &weighting, Sharing::new(alpha)?);
                flat.observe(
                    || format!("{}, m = {size}, α = {alpha}", case()),
                    found.spread(),
                );
            }
            for gamma in [0.0, 0.5, 0.75, 1.0, 1.25] {
                let weighting = Weighting::power(gamma)?;
                let rate =
                    |mode| features::step_ln_rate(&step, &weighting, Sharing::FULL, mode).exp();
                let stated = (candidate.contrast)(ratio.get(), gamma, share);
                closed.observe(case, rate(Mode::Contrast) / stated - 1.0);
                closed.observe(
                    case,
                    rate(Mode::Majority) / ratio.get().powf(1.0 - gamma) - 1.0,
                );
                closed.observe(case, rate(Mode::Minority) - 1.0);
            }
        }
    }

    let mut any_counts = Finding::within(
        "any-counts",
        1e-12,
        "ρ_max/ρ_min − 1 at both ends of α, any counts",
    );
    for classes in [3, 10, 100] {
        let profile = ClassProfile::long_tail(classes, 1e6, 1e6)?;
        for (sharing, gamma) in [(Sharing::NONE, 0.5), (Sharing::FULL, candidate.shared)] {
            let spread =
                features::growth_rates(&profile, &Weighting::power(gamma)?, sharing).spread();
            any_counts.observe(|| format!("long tail, k = {classes}, γ = {gamma}"), spread);
        }
    }

    let mut evidence = Evidence::new();
    for finding in [rates, flat_laid_out, flat, closed, any_counts] {
        evidence.push(finding);
    }
    for (size, alpha) in [(1.0, 0.1), (10.0, 0.1), (100.0, 0.1), (100.0, 0.01)] {
        let step = StepProfile::halves(10, 10.0)?.with_minority_size(size)?;
        evidence.report(
            format!("γ* at R = 10, m = {size}, α = {alpha}"),
            (candidate.exponent)(&step, alpha)?,
        );
    }
    Ok(evidence)
}

/// `X`, `(k + N) × N`: column `i` is `√α e_class + √(1−α) e_i`.
fn features(counts: &[usize], alpha: f64) -> DMatrix<f64> {
    let (classes, labels) = (counts.len(), sample_classes(counts));
    let mut x = DMatrix::zeros(classes + labels.len(), labels.len());
    for (i, &class) in labels.iter().enumerate() {
        x[(class, i)] = alpha.sqrt();
        x[(classes + i, i)] = (1.0 - alpha).sqrt();
    }
    x
}
