//! Beyond `γ = ½` the order is reversed: minority first.
//!
//! For `R > 1`: $T_{\rm min} < T_{\rm maj}$ if `γ > ½`, $T_{\rm maj} < T_{\rm min}$ if `γ < ½`, and $T_{\rm maj}/T_{\rm min} = R^{\gamma - 1/2}$.
//! Source: this project.

use ufm_theory::{modes::learning_time, spectrum::Mode};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "reversed-order",
    title: "Minority first for γ > ½",
    given: "For R > 1",
    math: r"T_\mathrm{min}<T_\mathrm{maj}\iff\gamma>\tfrac12,\qquad T_\mathrm{min}=T_\mathrm{maj}\iff\gamma=\tfrac12,\qquad \frac{T_\mathrm{maj}}{T_\mathrm{min}}=R^{\gamma-1/2}",
    parts: &[
        Part {
            says: "the minority modes are learned before the majority modes exactly when γ > ½, and together exactly when γ = ½",
            theorems: &["Flattening.reversed_order"],
            findings: &["order"],
        },
        Part {
            says: "T_maj/T_min = R^(γ − ½)",
            theorems: &["Flattening.reversed_order"],
            findings: &["factor"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["equalising-exponent"],
    check: || evidence(0.5),
    controls: &[
        Control {
            what: "the order turns at γ = 1",
            breaks: &["order", "factor"],
            check: || evidence(1.0),
        },
        Control {
            what: "the order turns at γ = 0.48",
            breaks: &["order", "factor"],
            check: || evidence(0.48),
        },
    ],
};

/// Everything the statement says, about a candidate for the exponent where the order turns.
fn evidence(turning: f64) -> Result<Evidence, CheckError> {
    let mut order = Finding::always(
        "order",
        "minority before majority exactly above the turning exponent",
    );
    let mut factor = Finding::within(
        "factor",
        1e-12,
        "T_maj/T_min = R^(γ − turning exponent), relative difference of logarithms per unit ln R",
    );
    for ratio in sweep::imbalanced() {
        for gamma in sweep::exponents() {
            let case = || format!("R = {:.4e}, γ = {gamma}", ratio.get());
            let spectrum = sweep::halves_spectrum(4, ratio, gamma)?;
            let majority = learning_time::limiting(&spectrum, Mode::Majority);
            let minority = learning_time::limiting(&spectrum, Mode::Minority);
            if (gamma - turning).abs() > 1e-9 {
                order.require(case, (minority < majority) == (gamma > turning));
            }
            let log = spectrum.ln_rate(Mode::Minority) - spectrum.ln_rate(Mode::Majority);
            factor.observe(case, log / ratio.ln() - (gamma - turning));
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(order);
    evidence.push(factor);
    Ok(evidence)
}
