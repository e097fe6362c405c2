//! `γ = ½` is the only exponent that equalises the majority and minority rates.
//!
//! For any `R > 1`: $\sigma_{\rm maj}\lambda_{\rm maj} = R^{1/2-\gamma} = 1 = \sigma_{\rm min}\lambda_{\rm min} \iff \gamma = \tfrac12$.
//! Source: this project.

use ufm_theory::{problem::ImbalanceRatio, spectrum::Mode};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "equalising-exponent",
    title: "γ = ½ only equaliser",
    given: "For any R > 1",
    math: r"\sigma_\mathrm{maj}\lambda_\mathrm{maj}=\sigma_\mathrm{min}\lambda_\mathrm{min}\iff\gamma=\tfrac12,\qquad \frac{\sigma_\mathrm{maj}\lambda_\mathrm{maj}}{\sigma_\mathrm{min}\lambda_\mathrm{min}}=R^{1/2-\gamma}",
    parts: &[
        Part {
            says: "the majority and minority rates σλ are equal if and only if γ = ½",
            theorems: &[
                "Exponent.rates_equal_iff_half",
                "EffectiveRates.majority_rate",
                "EffectiveRates.minority_rate",
            ],
            findings: &["equal", "only"],
        },
        Part {
            says: "the majority's over the minority's is R^(½ − γ)",
            theorems: &["Flattening.reversed_order"],
            findings: &["slope"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["flattening"],
    check: || evidence(|_| 0.5),
    controls: &[
        Control {
            what: "the equalising exponent is 1 (inverse frequency)",
            breaks: &["equal", "only", "slope"],
            check: || evidence(|_| 1.0),
        },
        Control {
            what: "the equalising exponent is 0.501",
            breaks: &["equal", "only", "slope"],
            check: || evidence(|_| 0.501),
        },
        Control {
            what: "the equalising exponent drifts with R",
            breaks: &["equal", "only", "slope"],
            check: || evidence(|ratio| 0.5 + 1e-3 * ratio.ln()),
        },
    ],
};

/// Everything the statement says, about a candidate for the equalising exponent.
fn evidence(exponent: impl Fn(ImbalanceRatio) -> f64) -> Result<Evidence, CheckError> {
    let log_ratio = |ratio, gamma| -> Result<f64, CheckError> {
        let spectrum = sweep::halves_spectrum(4, ratio, gamma)?;
        Ok(spectrum.ln_rate(Mode::Majority) - spectrum.ln_rate(Mode::Minority))
    };
    let mut equal = Finding::within(
        "equal",
        1e-13,
        "ln of majority over minority rate at the exponent",
    );
    let mut only = Finding::always(
        "only",
        "of exponents −½ … 2, those off it have unequal rates",
    );
    let mut slope = Finding::within(
        "slope",
        1e-12,
        "that logarithm is (exponent − γ)·ln R, relative to ln R",
    );
    for ratio in sweep::imbalanced() {
        let target = exponent(ratio);
        equal.observe(
            || format!("R = {:.4e}", ratio.get()),
            log_ratio(ratio, target)?,
        );
        for gamma in sweep::exponents() {
            let case = || format!("R = {:.4e}, γ = {gamma}", ratio.get());
            let log = log_ratio(ratio, gamma)?;
            if (gamma - target).abs() > 1e-9 {
                only.require(case, log.abs() > 1e-9);
            }
            slope.observe(case, log / ratio.ln() - (target - gamma));
        }
    }
    let mut evidence = Evidence::new();
    for finding in [equal, only, slope] {
        evidence.push(finding);
    }
    Ok(evidence)
}
