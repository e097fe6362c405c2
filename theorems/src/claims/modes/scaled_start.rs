//! From the scaled start the ratios of learning times are exact at every scale.
//!
//! From $s_i(0) = \sigma_i e^{-2\delta}$ the half-amplitude time is $\ln(e^{2\delta} - 1)/(2\sigma_i\lambda_i)$, so for every `δ > ½ ln 2`
//! $$ \frac{t_i}{t_j} = \frac{\sigma_j\lambda_j}{\sigma_i\lambda_i}, $$
//! and the finite-`δ` window equals its limit. From the plain start this holds only as `δ → ∞`.
//! Source: this project.

use ufm_theory::{
    modes::ModeDynamics,
    problem::{Shape, Start},
    spectrum::Mode,
    windows,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "scaled-start",
    title: "Scaled start: ratios exact",
    given: "From the scaled spectral start, at every δ > ½ ln 2",
    math: r"t_{1/2}=\frac{\ln(e^{2\delta}-1)}{2}\cdot\frac1{\sigma\lambda},\qquad \frac{t_i}{t_j}=\frac{\sigma_j\lambda_j}{\sigma_i\lambda_i},\qquad \Delta T(\delta)=\lim_{\delta\to\infty}\Delta T(\delta)",
    parts: &[
        Part {
            says: "the half-amplitude time of a mode is ln(e^(2δ) − 1)/2 times 1/(σλ), so that ratios of these times are those of 1/(σλ)",
            theorems: &[
                "StepWindow.projected_step_scaled",
                "MajorityFirst.t_half_ratio_scaled",
            ],
            findings: &["ratios"],
        },
        Part {
            says: "the relative window at finite δ equals its limit",
            theorems: &["Flattening.scaled_window_step"],
            findings: &["windows"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["logistic-solution"],
    check: || evidence(Shape::Scaled),
    controls: &[Control {
        what: "the same from the plain spectral start",
        breaks: &["ratios", "windows"],
        check: || evidence(Shape::Plain),
    }],
};

/// Everything the statement says, about a candidate shape of the start.
fn evidence(shape: Shape) -> Result<Evidence, CheckError> {
    let mut ratios = Finding::within(
        "ratios",
        1e-13,
        "t_i σ_i λ_i the same for every mode, relative",
    );
    let mut windows = Finding::within(
        "windows",
        1e-13,
        "window at δ against its limit, relative to 1 + ΔT",
    );
    for gamma in [0.0, 0.5, 1.0] {
        for ratio in sweep::ratios() {
            let spectrum = sweep::halves_spectrum(4, ratio, gamma)?;
            for delta in [0.4, 1.0, 4.0, 16.0, 64.0, 400.0] {
                let case = || format!("γ = {gamma}, R = {:.4e}, δ = {delta}", ratio.get());
                let start = Start::new(shape, delta)?;
                let scaled = |mode| -> Result<f64, CheckError> {
                    let dynamics = ModeDynamics::of_step(&spectrum, mode, &start)?;
                    Ok(dynamics.half_amplitude_time() * dynamics.rate())
                };
                let reference = scaled(Mode::Minority)?;
                for mode in [Mode::Majority, Mode::Contrast] {
                    ratios.observe(case, scaled(mode)? / reference - 1.0);
                }
                let limit = windows::limiting(&spectrum).relative;
                let finite = windows::at_scale(&spectrum, &start).map_or(f64::NAN, |w| w.relative);
                windows.observe(case, (finite - limit) / (1.0 + limit));
            }
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(ratios);
    evidence.push(windows);
    Ok(evidence)
}
