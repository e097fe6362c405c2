//! At γ = ½ the early growth rates are all equal, whatever the counts.
//!
//! With $\omega_c = n_c^{-1/2}$, $$ (Z\Omega)(Z\Omega)^\top = P = I - \tfrac1k 11^\top, $$ so every singular value of $Z\Omega$ is 1: the
//! spectrum in which the exact flow leaves a small start is exactly flat for *any* class profile. With three or more classes,
//! not all of one size, no other exponent makes it flat.
//! Source: this project.

use nalgebra::DMatrix;
use ufm_theory::{
    exact_flow::GrowthRates,
    problem::{ClassProfile, Normalisation, Weighting},
    spectrum::labels::{sample_classes, simplex_encoded_labels},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "growth-flat",
    title: "Flat growth at γ = ½, any counts",
    given: "",
    math: r"\omega_c=n_c^{-1/2}\ \Longrightarrow\ \sigma_1(Z\Omega)=\dots=\sigma_{k-1}(Z\Omega)=1;\qquad \omega_c=n_c^{-\gamma},\ \gamma\neq\tfrac12\ \Longrightarrow\ \text{not all equal}\quad(k\ge3,\ n_c\ \text{not all equal})",
    parts: &[
        Part {
            says: "With weights n_c^(−½) all singular values of ZΩ are 1 for any class counts",
            theorems: &["Labels.growth_gram_flat", "FlatStrengths.growth_flat_half"],
            findings: &["matrix", "rates"],
        },
        Part {
            says: "with k ≥ 3 classes, not all of one size, no other exponent makes them equal",
            theorems: &["FlatStrengths.growth_flat_only_half", "Labels.growth_gram"],
            findings: &["only"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["growth-rates"],
    check: || evidence(0.5),
    controls: &[
        Control {
            what: "flat at γ = 0.49",
            breaks: &["matrix", "rates"],
            check: || evidence(0.49),
        },
        Control {
            what: "flat at γ = 1, inverse frequency",
            breaks: &["matrix", "rates", "only"],
            check: || evidence(1.0),
        },
    ],
};

/// Everything the statement says, about a candidate for the exponent.
fn evidence(flat: f64) -> Result<Evidence, CheckError> {
    let weighting = Weighting::power(flat)?.normalised(Normalisation::Raw);
    let mut matrix = Finding::within(
        "matrix",
        1e-13,
        "(ZΩ)(ZΩ)ᵀ − P with Z laid out sample by sample, absolute",
    );
    let mut rates = Finding::within("rates", 1e-14, "every growth rate is 1");
    for counts in [
        &[3, 1][..],
        &[9, 9, 1, 1],
        &[50, 20, 8, 3, 1],
        &[1, 200, 30, 30, 7, 7, 7],
    ] {
        let profile = ClassProfile::from_counts(counts)?;
        let weights = weighting.class_weights(&profile)?;
        let mut scaled: DMatrix<f64> = simplex_encoded_labels(counts);
        for (mut column, class) in scaled.column_iter_mut().zip(sample_classes(counts)) {
            column *= weights[class];
        }
        let k = counts.len();
        let centring = DMatrix::identity(k, k).add_scalar(-1.0 / k as f64);
        matrix.observe(
            || format!("n = {counts:?}"),
            (&scaled * scaled.transpose() - centring).amax(),
        );
    }
    let mut only = Finding::always("only", "no other exponent is flat: ρ_max/ρ_min − 1 > 10⁻³");
    for classes in [3, 10, 100, 1000] {
        for ratio in [2.0, 100.0, 1e6, 1e12] {
            let profile = ClassProfile::long_tail(classes, 1e3 * ratio, ratio)?;
            let case = || format!("long tail, k = {classes}, R = {ratio:e}");
            for ln_rate in GrowthRates::new(&profile, &weighting).ln_rates() {
                rates.observe(case, ln_rate.exp_m1());
            }
            if classes > 100 {
                continue; // the same statement at greater cost
            }
            for gamma in sweep::exponents().filter(|gamma| (gamma - flat).abs() > 0.02) {
                let spread = GrowthRates::new(&profile, &Weighting::power(gamma)?).spread();
                only.require(|| format!("{}, γ = {gamma}", case()), spread > 1e-3);
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [matrix, rates, only] {
        evidence.push(finding);
    }
    let profile = ClassProfile::long_tail(10, 5000.0, 100.0)?;
    for gamma in [0.0, 0.25, flat, 0.75, 1.0] {
        let spread = GrowthRates::new(&profile, &Weighting::power(gamma)?).spread();
        evidence.report(
            format!("ρ_max/ρ_min − 1 of a long tail of 10 classes, R = 100, at γ = {gamma}"),
            spread,
        );
    }
    Ok(evidence)
}
