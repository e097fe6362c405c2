//! From a balanced start both losses end at the same weights and features, up to one rotation.
//!
//! `WᵀW = HHᵀ` is kept, so interpolation `WH = Z` forces
//! $$ WW^\top = (ZZ^\top)^{1/2}, \qquad H^\top H = (Z^\top Z)^{1/2}, $$
//! the unique positive semidefinite roots, for any sample weights: re-weighting cannot be seen in the limit at all.
//! Source: this project.

use nalgebra::DMatrix;
use ufm_simulation::{Initialisation, Problem, Simulation};
use ufm_theory::{
    problem::{Start, StepProfile, Weighting},
    terminal,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "terminal-geometry",
    title: "Same terminal geometry",
    statement: "From a balanced start, training that interpolates ends at WWᵀ = (ZZᵀ)^½ and HᵀH = (ZᵀZ)^½ for any weights: vanilla and \
                reweighted classifiers and features agree up to one rotation.",
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["balancedness", "terminal-interpolation"],
    proofs: &[
        "Terminal.psd_square_root_unique",
        "Terminal.classifier_gram_is_root",
        "Terminal.feature_gram_is_root",
        "Terminal.same_terminal_grams",
        "TerminalReals.limit_balanced",
        "TerminalReals.same_limit_classifier_gram",
        "TerminalReals.same_limit_feature_gram",
    ],
    check: || evidence(|start| Ok(Initialisation::spectral(start)), 1.0),
    controls: &[
        Control {
            what: "the same from an unbalanced random start of moderate size",
            check: || evidence(|_| Ok(Initialisation::gaussian(1.0, 5)?), 1.0),
        },
        Control {
            what: "the Gram matrices two percent larger",
            check: || evidence(|start| Ok(Initialisation::spectral(start)), 1.02),
        },
    ],
};

/// Everything the statement says, about a candidate start and a candidate size of the Gram matrices.
fn evidence(
    initialisation: impl Fn(Start) -> Result<Initialisation, CheckError>,
    size: f64,
) -> Result<Evidence, CheckError> {
    let mut classifier = Finding::within(1e-6, "WWᵀ against (ZZᵀ)^½, relative to σ_max");
    let mut features =
        Finding::within(1e-6, "hᵢᵀhⱼ against (ZᵀZ)^½, relative to its largest entry");
    for (majority, minority, ratio) in [(2, 2, 10.0), (3, 3, 4.0), (1, 3, 10.0)] {
        let step = StepProfile::new(majority, minority, ratio)?;
        for gamma in [0.0, 0.5, 1.0] {
            let problem = Problem::step(&step, Weighting::power(gamma)?)?;
            let start = initialisation(Start::spectral(3.0)?)?;
            let end = 20.0 * ratio.sqrt();
            let factors = Simulation::new(&problem, start)
                .matrices()
                .until(end)
                .at(&[])?
                .factors()?
                .clone();
            let case = || format!("k = {majority} + {minority}, R = {ratio}, γ = {gamma}");
            let wanted = terminal::classifier_gram(problem.svd()) * size;
            let found = &factors.classifier * factors.classifier.transpose();
            classifier.observe(case, (found - wanted).amax() / problem.singular_values()[0]);
            let by_class = terminal::feature_gram_by_class(problem.svd()) * size;
            let wanted = DMatrix::from_fn(factors.classes.len(), factors.classes.len(), |i, j| {
                by_class[(factors.classes[i], factors.classes[j])]
            });
            let found = factors.features.transpose() * &factors.features;
            features.observe(case, (found - &wanted).amax() / wanted.amax());
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(classifier);
    evidence.push(features);
    Ok(evidence)
}
