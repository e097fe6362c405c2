//! For STEP labels the weights act diagonally on the singular directions.
//!
//! $\Lambda = V^\top \Omega V$ is diagonal with $\lambda_{\rm maj} = \omega_{\rm maj}$, $\lambda_{\rm min} = \omega_{\rm min}$ and
//! $$ \lambda_{\rm con} = \frac{k_{\rm min} R\\,\omega_{\rm maj} + k_{\rm maj}\\,\omega_{\rm min}}{k_{\rm min} R + k_{\rm maj}}. $$
//! ($\Omega V = V \Lambda$ does *not* hold in the contrast direction: the exact flow leaves the row space.)
//! Source: this project.

use ufm_theory::{
    problem::{ClassProfile, StepProfile, Weighting},
    spectrum::{LabelSvd, Mode, StepSpectrum, labels::step_modes},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "effective-weights",
    title: "Λ = VᵀΩV diagonal",
    given: "For a STEP profile and one weight for each group",
    math: r"V^\top\Omega V=\Lambda\ \text{diagonal},\quad \lambda_\mathrm{maj}=\omega_\mathrm{maj},\quad \lambda_\mathrm{min}=\omega_\mathrm{min},\quad \lambda_\mathrm{con}=\frac{k_\mathrm{min} R\,\omega_\mathrm{maj}+k_\mathrm{maj}\,\omega_\mathrm{min}}{k_\mathrm{min} R+k_\mathrm{maj}}",
    parts: &[
        Part {
            says: "Λ = VᵀΩV is diagonal",
            theorems: &["StepWindow.step_effective_weights"],
            findings: &["diagonal"],
        },
        Part {
            says: "its entries are λ_maj = ω_maj, λ_min = ω_min and λ_contrast = (k_min R ω_maj + k_maj ω_min)/(k_min R + k_maj)",
            theorems: &["StepWindow.step_effective_weights"],
            findings: &["values"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["step-spectrum"],
    check: || evidence(StepProfile::profile, |spectrum, mode| spectrum.lambda(mode)),
    controls: &[
        Control {
            what: "the contrast weight is the plain mean of the two weights",
            breaks: &["values"],
            check: || {
                evidence(StepProfile::profile, |spectrum, mode| match mode {
                    Mode::Contrast => {
                        0.5 * (spectrum.lambda(Mode::Majority) + spectrum.lambda(Mode::Minority))
                    }
                    _ => spectrum.lambda(mode),
                })
            },
        },
        Control {
            what: "Λ is diagonal when the largest class is a tenth larger than STEP allows",
            breaks: &["diagonal", "values"],
            check: || evidence(perturbed, |spectrum, mode| spectrum.lambda(mode)),
        },
    ],
};

/// A profile near STEP that is not STEP.
fn perturbed(step: &StepProfile) -> ClassProfile {
    let mut sizes = step.profile().sizes().to_vec();
    sizes[0] *= 1.1;
    ClassProfile::from_sizes(sizes).unwrap_or_else(|_| step.profile())
}

/// Everything the statement says, about the profile derived from a STEP profile and candidates for `λ`.
fn evidence(
    profile: impl Fn(&StepProfile) -> ClassProfile,
    lambda: impl Fn(&StepSpectrum, Mode) -> f64,
) -> Result<Evidence, CheckError> {
    // Rounding of a sum over k classes, relative to the largest weight.
    let mut diagonal = Finding::within(
        "diagonal",
        1e-12,
        "off-diagonal entries of Λ, relative to its largest",
    );
    let mut values = Finding::within("values", 1e-12, "diagonal entries of Λ, relative");
    for (majority, minority) in sweep::SPLITS {
        for ratio in [1.0, 2.5, 10.0, 100.0, 1000.0] {
            for gamma in [-0.5, 0.0, 0.3, 0.5, 1.0, 1.5] {
                let step = StepProfile::new(majority, minority, ratio)?;
                let weighting = Weighting::power(gamma)?;
                let actual = profile(&step);
                let svd = if actual == step.profile() {
                    LabelSvd::step(&step)
                } else {
                    LabelSvd::new(&actual)
                };
                let weights = weighting.class_weights(&actual)?;
                let matrix = svd.effective_weights(&weights)?;
                let spectrum = StepSpectrum::new(&step, &weighting);
                let case = || format!("k = {majority} + {minority}, R = {ratio}, γ = {gamma}");
                let off = matrix.clone() - nalgebra::DMatrix::from_diagonal(&matrix.diagonal());
                diagonal.observe(case, off.amax() / matrix.amax());
                for (i, mode) in step_modes(&step).into_iter().enumerate() {
                    values.observe(case, matrix[(i, i)] / lambda(&spectrum, mode) - 1.0);
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(diagonal);
    evidence.push(values);
    for gamma in [0.5, 1.0] {
        let spectrum =
            StepSpectrum::new(&StepProfile::halves(4, 100.0)?, &Weighting::power(gamma)?);
        evidence.report(
            format!("λ_contrast at k = 4, R = 100, γ = {gamma}"),
            lambda(&spectrum, Mode::Contrast),
        );
    }
    Ok(evidence)
}
