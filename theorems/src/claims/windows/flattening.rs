//! Weights `n^(−½)` give majority and minority modes the same learning rate.
//!
//! At `γ = ½`: $\sigma_{\rm maj}\lambda_{\rm maj} = \sqrt R \cdot R^{-1/2} = 1 = \sigma_{\rm min}\lambda_{\rm min}$, for every `R` and every split, and
//! $\sigma_{\rm con}\lambda_{\rm con} = (\sqrt R + 1)/\sqrt{2(R+1)}$ for equal halves, between $1/\sqrt2$ and 1.
//! Source: arXiv:2601.12011.

use ufm_theory::{
    problem::{StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "flattening",
    title: "γ = ½ flattens the rates",
    given: "At γ = ½ (n_min = 1)",
    math: r"\sigma_\mathrm{maj}\lambda_\mathrm{maj}=\sigma_\mathrm{min}\lambda_\mathrm{min}=1,\qquad \sigma_\mathrm{con}\lambda_\mathrm{con}=\frac{\sqrt R+1}{\sqrt{2(R+1)}}\in\bigl(\tfrac1{\sqrt2},1\bigr]\ \text{for equal halves}",
    parts: &[
        Part {
            says: "the majority and minority rates σλ both equal 1, for every R and split",
            theorems: &["Flattening.flattening"],
            findings: &["flat"],
        },
        Part {
            says: "the contrast rate of equal halves is (√R + 1)/√(2(R + 1))",
            theorems: &["Flattening.flattening"],
            findings: &["middle"],
        },
        Part {
            says: "that rate is in (1/√2, 1]",
            theorems: &["Flattening.flattening"],
            findings: &["between"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Paper("abstract: re-weighting restores balanced dynamics"),
    uses: &["step-spectrum", "effective-weights"],
    check: || evidence(0.5),
    controls: &[
        Control {
            what: "exponent 0.49",
            breaks: &["flat", "middle"],
            check: || evidence(0.49),
        },
        Control {
            what: "exponent 0.51",
            breaks: &["flat", "middle", "between"],
            check: || evidence(0.51),
        },
        Control {
            what: "no weights",
            breaks: &["flat", "middle", "between"],
            check: || evidence(0.0),
        },
    ],
};

/// Everything the statement says, about a candidate exponent.
fn evidence(gamma: f64) -> Result<Evidence, CheckError> {
    let mut flat = Finding::within("flat", 1e-13, "majority and minority rates equal 1");
    let mut middle = Finding::within(
        "middle",
        1e-13,
        "contrast rate of equal halves against its formula",
    );
    let mut between = Finding::always("between", "contrast rate in (1/√2, 1], by its square");
    for (majority, minority) in sweep::SPLITS {
        for ratio in sweep::ratios() {
            let step = StepProfile::new(majority, minority, ratio.get())?;
            let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
            let case = || format!("k = {majority} + {minority}, R = {:.4e}", ratio.get());
            for mode in [Mode::Majority, Mode::Minority] {
                flat.observe(case, spectrum.rate(mode) - 1.0);
            }
            if majority == minority {
                let (root, rate) = (ratio.get().sqrt(), spectrum.rate(Mode::Contrast));
                let formula = (root + 1.0) / (2.0 * (ratio.get() + 1.0)).sqrt();
                middle.observe(case, rate - formula);
                // Rounding allowance: at R = 1 the rate is 1 itself.
                between.require(case, rate * rate > 0.5 && rate <= 1.0 + 1e-15);
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [flat, middle, between] {
        evidence.push(finding);
    }
    let spectrum = StepSpectrum::new(&StepProfile::halves(4, 100.0)?, &Weighting::power(gamma)?);
    evidence.report(
        "contrast rate at k = 4, R = 100",
        spectrum.rate(Mode::Contrast),
    );
    Ok(evidence)
}
