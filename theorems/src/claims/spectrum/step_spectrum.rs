//! The spectrum of simplex-encoded STEP labels.
//!
//! For `k_maj` classes of `R n` samples and `k_min` classes of `n`, the singular values of `Z` are
//! $$ \sigma_{\rm maj} = \sqrt{R n}\ (\times (k_{\rm maj}-1)), \qquad
//!    \sigma_{\rm con} = \sqrt{n \frac{k_{\rm maj} + k_{\rm min} R}{k}}\ (\times 1), \qquad
//!    \sigma_{\rm min} = \sqrt{n}\ (\times (k_{\rm min}-1)), \qquad 0\ (\times 1). $$
//! Source: arXiv:2601.12011 for equal halves, where the middle one is `√(n(R+1)/2)`; this project for
//! any split.

use nalgebra::{DMatrix, DVector};
use ufm_theory::{
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{LabelSvd, Mode, StepSpectrum, labels::simplex_encoded_labels},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "step-spectrum",
    title: "Spectrum of STEP labels",
    given: "For any split and any R ≥ 1",
    math: r"\{\sigma_i(Z)^2\neq 0\}=\Bigl\{Rn\ (k_\mathrm{maj}-1\ \text{times}),\ \tfrac{n\,(k_\mathrm{maj}+k_\mathrm{min} R)}{k}\ (\text{once}),\ n\ (k_\mathrm{min}-1\ \text{times})\Bigr\}",
    parts: &[Part {
        says: "the non-zero squared singular values of Z are R·n, n(k_maj + k_min R)/k and n, with multiplicities k_maj − 1, 1 and k_min − 1",
        theorems: &["Main.spectrum_of_labels"],
        findings: &["numeric", "eigen", "sampled"],
    }],
    kind: Kind::Theorem,
    source: Source::Paper("result: the spectrum of the labels"),
    uses: &[],
    check: || evidence(true_value),
    controls: &[
        Control {
            what: "R in place of R + 1 in the middle singular value of equal halves",
            breaks: &["numeric", "eigen", "sampled"],
            check: || {
                evidence(|step, mode| match mode {
                    Mode::Contrast if step.majority() == step.minority() => {
                        step.ratio().get() * step.minority_size() / 2.0
                    }
                    _ => true_value(step, mode),
                })
            },
        },
        Control {
            what: "the equal-halves formula for every split",
            breaks: &["numeric", "eigen", "sampled"],
            check: || {
                evidence(|step, mode| match mode {
                    Mode::Contrast => (step.ratio().get() + 1.0) * step.minority_size() / 2.0,
                    _ => true_value(step, mode),
                })
            },
        },
    ],
};

fn true_value(step: &StepProfile, mode: Mode) -> f64 {
    let spectrum = StepSpectrum::new(step, &Weighting::vanilla());
    (2.0 * spectrum.ln_sigma(mode)).exp()
}

/// Everything the statement says, about a candidate for `σ²`.
fn evidence(sigma_squared: impl Fn(&StepProfile, Mode) -> f64) -> Result<Evidence, CheckError> {
    let mut evidence = Evidence::new();

    // Rounding of a k × k eigenproblem of norm R n.
    let mut numeric = Finding::within(
        "numeric",
        1e-12,
        "sorted σ² against the eigenvalues of PDiag(n)P, relative to the largest",
    );
    // For k ≤ 40 the sum over k terms loses at most two digits.
    let mut eigen = Finding::within(
        "eigen",
        1e-13,
        "PDiag(n)P u = σ² u for the explicit singular vectors, relative to the largest entry",
    );
    for (majority, minority) in sweep::SPLITS {
        for ratio in sweep::ratios() {
            for size in [1.0, 7.0] {
                let step =
                    StepProfile::new(majority, minority, ratio.get())?.with_minority_size(size)?;
                let case = || format!("k = {majority} + {minority}, R = {:.4e}", ratio.get());
                let claimed = claimed_values(&step, &sigma_squared);
                let scale = step.majority_size();
                let numerical = dense_eigenvalues(&step.profile());
                let mut sorted = claimed.clone();
                sorted.sort_by(|a, b| b.total_cmp(a));
                for (value, found) in sorted.iter().zip(&numerical) {
                    numeric.observe(case, (value - found) / scale);
                }
                eigen.observe(case, eigen_residual(&step, &claimed) / scale);
            }
        }
    }
    evidence.push(numeric);
    evidence.push(eigen);

    let mut sampled = Finding::within(
        "sampled",
        1e-12,
        "ZZᵀu = σ²u with Z laid out sample by sample, relative to the largest entry",
    );
    for (majority, minority) in sweep::SPLITS {
        for ratio in [1.0, 2.0, 10.0, 37.0] {
            let step = StepProfile::new(majority, minority, ratio)?;
            let z = simplex_encoded_labels(&step.profile().counts()?);
            let u = LabelSvd::step(&step).left().clone();
            let values = DVector::from_vec(claimed_values(&step, &sigma_squared));
            let residual = &z * (z.transpose() * &u) - &u * DMatrix::from_diagonal(&values);
            sampled.observe(
                || format!("k = {majority} + {minority}, R = {ratio}"),
                residual.amax() / ratio,
            );
        }
    }
    evidence.push(sampled);

    for mode in Mode::ALL {
        let step = StepProfile::halves(4, 100.0)?;
        evidence.report(
            format!("σ {} at k = 4, R = 100", mode.name()),
            sigma_squared(&step, mode).sqrt(),
        );
    }
    Ok(evidence)
}

/// The eigenvalues of `P diag(n) P`, laid out, by a dense eigensolver, decreasing and without the smallest, which is the null one: a way that
/// shares nothing with the closed forms.
fn dense_eigenvalues(profile: &ClassProfile) -> Vec<f64> {
    let k = profile.classes();
    let centring = DMatrix::identity(k, k) - DMatrix::from_element(k, k, 1.0 / k as f64);
    let counts = DMatrix::from_diagonal(&DVector::from_column_slice(profile.sizes()));
    let values = (&centring * counts * &centring).symmetric_eigenvalues();
    let mut values: Vec<f64> = values.iter().copied().collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values.pop();
    values
}

/// `σ²` of each column of the explicit decomposition.
fn claimed_values(
    step: &StepProfile,
    sigma_squared: impl Fn(&StepProfile, Mode) -> f64,
) -> Vec<f64> {
    ufm_theory::spectrum::labels::step_modes(step)
        .into_iter()
        .map(|mode| sigma_squared(step, mode))
        .collect()
}

/// Largest entry of `P diag(n) P u − σ² u`, class by class: `Pu = u`, as the columns sum to zero.
fn eigen_residual(step: &StepProfile, claimed: &[f64]) -> f64 {
    let profile = step.profile();
    let svd = LabelSvd::step(step);
    let classes = profile.classes() as f64;
    svd.left()
        .column_iter()
        .zip(claimed)
        .flat_map(|(u, value)| {
            let weighted: Vec<f64> = u.iter().zip(profile.sizes()).map(|(u, n)| u * n).collect();
            let mean = weighted.iter().sum::<f64>() / classes;
            u.iter()
                .zip(&weighted)
                .map(|(u, nu)| (nu - mean - value * u).abs())
                .collect::<Vec<_>>()
        })
        .fold(0.0, f64::max)
}
