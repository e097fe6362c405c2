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

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "terminal-geometry",
    title: "Same terminal geometry",
    given: "From a balanced start and for any weights, training that interpolates ends at",
    math: r"WW^\top=(ZZ^\top)^{1/2},\qquad H^\top H=(Z^\top Z)^{1/2},\qquad W_\gamma=W_0\,Q,\quad H_\gamma=Q^\top H_0,\quad Q^\top Q=I",
    parts: &[
        Part {
            says: "WWᵀ = (ZZᵀ)^½",
            theorems: &[
                "TerminalReals.limit_classifier_gram",
                "SquareRootReals.real_psd_gram",
                "SquareRootReals.real_square_root_unique",
            ],
            findings: &["classifier"],
        },
        Part {
            says: "HᵀH = (ZᵀZ)^½",
            theorems: &[
                "TerminalReals.limit_feature_gram",
                "SquareRootReals.real_psd_gram",
                "SquareRootReals.real_square_root_unique",
            ],
            findings: &["features"],
        },
        Part {
            says: "the classifiers and features of vanilla training, up to one rotation of both",
            theorems: &["TerminalReals.same_limit_up_to_rotation"],
            findings: &["rotation"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["balancedness", "terminal-interpolation"],
    check: || evidence(|start| Ok(Initialisation::spectral(start)), 1.0),
    controls: &[
        Control {
            what: "the same from an unbalanced random start of moderate size",
            breaks: &["classifier", "features", "rotation"],
            check: || evidence(|_| Ok(Initialisation::gaussian(1.0, 5)?), 1.0),
        },
        Control {
            what: "the Gram matrices two percent larger",
            breaks: &["classifier", "features"],
            check: || evidence(|start| Ok(Initialisation::spectral(start)), 1.02),
        },
    ],
};

/// Everything the statement says, about a candidate start and a candidate size of the Gram matrices.
fn evidence(
    initialisation: impl Fn(Start) -> Result<Initialisation, CheckError>,
    size: f64,
) -> Result<Evidence, CheckError> {
    let mut classifier =
        Finding::within("classifier", 1e-6, "WWᵀ against (ZZᵀ)^½, relative to σ_max");
    let mut features = Finding::within(
        "features",
        1e-6,
        "hᵢᵀhⱼ against (ZᵀZ)^½, relative to its largest entry",
    );
    let mut rotation = Finding::within(
        "rotation",
        1e-6,
        "entries of W and H against those of vanilla training turned by one rotation, relative to the largest",
    );
    for (majority, minority, ratio) in [(2, 2, 10.0), (3, 3, 4.0), (1, 3, 10.0)] {
        let step = StepProfile::new(majority, minority, ratio)?;
        let mut vanilla = None;
        for gamma in [0.0, 0.5, 1.0] {
            let problem = Problem::step(&step, Weighting::power(gamma)?)?;
            let start = initialisation(Start::plain(3.0)?)?;
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
            let layers = stacked(&factors.classifier, &factors.features);
            match &vanilla {
                None => vanilla = Some(layers),
                Some(vanilla) => rotation.observe(case, distance_turned(vanilla, &layers)),
            }
        }
    }
    let mut evidence = Evidence::new();
    evidence.push(classifier);
    evidence.push(features);
    evidence.push(rotation);
    Ok(evidence)
}

/// `[W; Hᵀ]`.
fn stacked(classifier: &DMatrix<f64>, features: &DMatrix<f64>) -> DMatrix<f64> {
    let (k, n) = (classifier.nrows(), features.ncols());
    DMatrix::from_fn(k + n, classifier.ncols(), |i, l| {
        if i < k {
            classifier[(i, l)]
        } else {
            features[(l, i - k)]
        }
    })
}

/// Largest entry of `A Q − B` over that of `B`, `Q` the orthogonal matrix that brings `A` closest to `B` (Schönemann 1966): the polar factor of
/// `AᵀB`.
fn distance_turned(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    let svd = (a.transpose() * b).svd(true, true);
    match (svd.u, svd.v_t) {
        (Some(u), Some(v_t)) => (a * u * v_t - b).amax() / b.amax(),
        _ => f64::NAN,
    }
}
