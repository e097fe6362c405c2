//! The early growth rates of the exact reweighted flow.
//!
//! Out of a small start directions grow at the singular values of `ZΩ`. With $m_c = n_c\omega_c^2$,
//! $$ (Z\Omega)(Z\Omega)^\top = P\\,\mathrm{diag}(m)\\,P, \qquad P = I - \tfrac1k 11^\top: $$
//! for any class profile their squares are each repeated $m_c$, once less often than it occurs, and the roots of $\sum_c 1/(m_c - x) = 0$;
//! they interlace the sorted $m_c$. For STEP labels of minority size 1 and weights $R^{-\gamma}$, 1:
//! $$ R^{1/2-\gamma}, \qquad \sqrt{\frac{k_{\rm min} R^{1-2\gamma} + k_{\rm maj}}{k}}, \qquad 1. $$
//! Source: this project.

use nalgebra::DMatrix;
use ufm_theory::{
    exact_flow::{
        GrowthRates,
        growth::{self},
    },
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{
        Mode, StepSpectrum,
        labels::{sample_classes, simplex_encoded_labels},
    },
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "growth-rates",
    title: "Early growth rates of the exact flow",
    given: "For any class profile and weights, with m_c = n_c·ω_c²",
    math: r"(Z\Omega)(Z\Omega)^\top=P\,\mathrm{diag}(m)\,P,\quad \sum_c\frac1{m_c-\rho^2}=0,\quad m_{(1)}\le\rho_1^2\le m_{(2)}\le\dots\le\rho_{k-1}^2\le m_{(k)},\quad \prod_i\rho_i^2=\frac1k\prod_c m_c\sum_c\frac1{m_c};\quad \text{STEP:}\ R^{1/2-\gamma},\ \sqrt{\tfrac{k_\mathrm{min} R^{1-2\gamma}+k_\mathrm{maj}}{k}},\ 1",
    parts: &[
        Part {
            says: "(ZΩ)(ZΩ)ᵀ = P·diag(m)·P, and an x ≠ 0 that is no m_c is an eigenvalue, a squared singular value of ZΩ, exactly if Σ 1/(m_c − x) = 0, and then once",
            theorems: &["Labels.growth_gram", "Interlacing.solutions_elsewhere"],
            findings: &["laid-out"],
        },
        Part {
            says: "an m_c that occurs j times is one j − 1 times",
            theorems: &["Labels.growth_gram", "Interlacing.solutions_at_strength"],
            findings: &["laid-out"],
        },
        Part {
            says: "they interlace the sorted m_c: between two neighbours that differ is exactly one of these roots, and there are no others",
            theorems: &["Interlacing.root_between", "Interlacing.roots_are_between"],
            findings: &["interlaced"],
        },
        Part {
            says: "their product is Π m_c · Σ 1/m_c / k",
            theorems: &[
                "GrowthProduct.growth_product",
                "GrowthProduct.growth_product_singular_values",
                "GrowthProduct.growth_rates_exist",
            ],
            findings: &["product"],
        },
        Part {
            says: "for STEP labels with n_min = 1 the singular values are R^(½−γ), √((k_min·R^(1−2γ) + k_maj)/k) and 1",
            theorems: &[
                "StepSpectrum.step_growth_rates",
                "StepSpectrum.step_growth_rates_power",
            ],
            findings: &["step-form"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["step-spectrum"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "shares of majority and minority classes exchanged in the contrast rate",
            breaks: &["step-form"],
            check: || {
                evidence(Candidate {
                    step: |step, weighting, mode| match mode {
                        Mode::Contrast => {
                            let (k_maj, k_min) = (step.majority() as f64, step.minority() as f64);
                            let power = step.ratio().get().powf(1.0 - 2.0 * weighting.exponent());
                            0.5 * ((k_maj * power + k_min) / (k_maj + k_min)).ln()
                        }
                        _ => growth::step_ln_rate(step, weighting, mode),
                    },
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the exact flow grows at the rates σλ of the projected one",
            breaks: &["step-form"],
            check: || {
                evidence(Candidate {
                    step: |step, weighting, mode| StepSpectrum::new(step, weighting).ln_rate(mode),
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "m_c = n_c·ω_c in place of n_c·ω_c²",
            breaks: &["laid-out", "interlaced", "product", "step-form"],
            check: || {
                evidence(Candidate {
                    any: |profile, weighting| {
                        let halved = Weighting::power(0.5 * weighting.exponent())?;
                        Ok(GrowthRates::new(profile, &halved).ln_rates().to_vec())
                    },
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    any: fn(&ClassProfile, &Weighting) -> Result<Vec<f64>, CheckError>,
    step: fn(&StepProfile, &Weighting, Mode) -> f64,
}

impl Candidate {
    const TRUE: Self = Self {
        any: |profile, weighting| Ok(GrowthRates::new(profile, weighting).ln_rates().to_vec()),
        step: growth::step_ln_rate,
    };
}

/// Profiles that are laid out sample by sample.
const COUNTS: [&[usize]; 6] = [
    &[5, 1],
    &[7, 7, 2],
    &[40, 20, 10, 5, 2, 1],
    &[30, 30, 3, 3, 3],
    &[1, 100, 1, 10, 10],
    &[64, 49, 36, 25, 16, 9, 4, 1],
];

/// Everything the statement says, about candidate rates, as logarithms.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    // Rounding of an eigenproblem of norm max m and size at most 8, Gram matrices summed over 204 samples.
    let mut laid_out = Finding::within(
        "laid-out",
        1e-12,
        "squared rates against the eigenvalues of (ZΩ)(ZΩ)ᵀ laid out sample by sample, relative to the largest",
    );
    for counts in COUNTS {
        let profile = ClassProfile::from_counts(counts)?;
        for gamma in sweep::exponents() {
            let weighting = Weighting::power(gamma)?;
            let weights = weighting.class_weights(&profile)?;
            let classes = sample_classes(counts);
            let mut scaled: DMatrix<f64> = simplex_encoded_labels(counts);
            for (mut column, &class) in scaled.column_iter_mut().zip(&classes) {
                column *= weights[class];
            }
            let eigenvalues = (&scaled * scaled.transpose()).symmetric_eigenvalues();
            let mut expected: Vec<f64> = eigenvalues.iter().copied().collect();
            expected.sort_by(|a, b| b.total_cmp(a));
            for (ln_rate, x) in (candidate.any)(&profile, &weighting)?.iter().zip(&expected) {
                laid_out.observe(
                    || format!("n = {counts:?}, γ = {gamma}"),
                    ((2.0 * ln_rate).exp() - x) / expected[0],
                );
            }
        }
    }

    // With up to 1000 classes sums of logarithms of range 28 lose five digits at most.
    let mut interlaced =
        Finding::always("interlaced", "squared rates interlace the sorted n_c·ω_c²");
    let mut product = Finding::within(
        "product",
        1e-12,
        "Σ ln x = Σ ln m + ln(Σ 1/m) − ln k, per class: small rates are right relative to themselves",
    );
    for classes in [2, 3, 10, 100, 1000] {
        for ratio in [1.0, 10.0, 1e4, 1e12] {
            for gamma in [-0.5, 0.0, 0.3, 0.5, 0.7, 1.0, 2.0] {
                let case = || format!("long tail, k = {classes}, R = {ratio:e}, γ = {gamma}");
                let profile = ClassProfile::long_tail(classes, ratio, ratio)?;
                let weighting = Weighting::power(gamma)?;
                let ln_weights = weighting.ln_class_weights(&profile);
                let mut ln_m: Vec<f64> = profile
                    .sizes()
                    .iter()
                    .zip(&ln_weights)
                    .map(|(n, ln_w)| n.ln() + 2.0 * ln_w)
                    .collect();
                ln_m.sort_by(|a, b| b.total_cmp(a));
                let rates = (candidate.any)(&profile, &weighting)?;
                let rounding = 1e-13;
                interlaced.require(
                    case,
                    rates.len() + 1 == classes
                        && rates.iter().enumerate().all(|(i, rate)| {
                            ln_m[i] + rounding >= 2.0 * rate && 2.0 * rate >= ln_m[i + 1] - rounding
                        }),
                );
                let lowest = ln_m[classes - 1]; // keeps the sum of 1/m in range
                let inverse: f64 = ln_m.iter().map(|l| (lowest - l).exp()).sum();
                let k = classes as f64;
                let expected = ln_m.iter().sum::<f64>() + inverse.ln() - lowest - k.ln();
                let found = 2.0 * rates.iter().sum::<f64>();
                product.observe(case, (found - expected) / k);
            }
        }
    }

    let mut step_form = Finding::within(
        "step-form",
        1e-12,
        "ln of the STEP rates against the roots, any split",
    );
    for (majority, minority) in sweep::SPLITS {
        for ratio in sweep::ratios() {
            for gamma in [-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5] {
                let step = StepProfile::new(majority, minority, ratio.get())?;
                let weighting = Weighting::power(gamma)?;
                let mut closed: Vec<f64> = ufm_theory::spectrum::labels::step_modes(&step)
                    .into_iter()
                    .map(|mode| (candidate.step)(&step, &weighting, mode))
                    .collect();
                closed.sort_by(|a, b| b.total_cmp(a));
                let roots = (candidate.any)(&step.profile(), &weighting)?;
                for (a, b) in closed.iter().zip(&roots) {
                    step_form.observe(
                        || {
                            format!(
                                "k = {majority} + {minority}, R = {:.4e}, γ = {gamma}",
                                ratio.get()
                            )
                        },
                        a - b,
                    );
                }
            }
        }
    }

    let mut evidence = Evidence::new();
    for finding in [laid_out, interlaced, product, step_form] {
        evidence.push(finding);
    }
    for gamma in [0.0, 1.0] {
        let profile = ClassProfile::long_tail(100, 500.0, 100.0)?;
        evidence.report(
            format!(
                "ρ_max/ρ_min − 1 of a long tail of 100 classes, 500 to 5 samples, at γ = {gamma}"
            ),
            GrowthRates::new(&profile, &Weighting::power(gamma)?).spread(),
        );
    }
    Ok(evidence)
}
