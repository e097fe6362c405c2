//! Stopped at its best step, a weighted network is better balanced than an unweighted one at *its* best step.
//!
//! UCI digits, `R = 10`, `γ = 1` against `γ = 0`; each stopping step is chosen on one half of the seeds, for balanced test accuracy, and measured on
//! the other half. Source: this project.

use ufm_networks::{
    statistics::{Interval, Paired},
    study::StudyPart,
    training::Checkpoint,
};

use crate::{
    CheckError, Claim, Control, Evidence, Kind, Part, Source,
    networks::{Data, digits, test},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "network-stopping",
    title: "Networks: better balance when stopped",
    given: "",
    math: r"b^{1}(s^*_1)>b^{0}(s^*_0)",
    parts: &[Part {
        says: "On digits at R = 10, inverse-frequency weights give higher balanced test accuracy at their best stopping step than no weights give at theirs",
        theorems: &[],
        findings: &["balanced"],
    }],
    kind: Kind::Empirical,
    source: Source::Project,
    uses: &["network-early-lift"],
    check: || evidence(Data::Imbalanced, 1.0, 0.0),
    controls: &[
        Control {
            what: "no weights give the higher one",
            breaks: &["balanced"],
            check: || evidence(Data::Imbalanced, 0.0, 1.0),
        },
        Control {
            what: "on balanced data",
            breaks: &["balanced"],
            check: || evidence(Data::Balanced, 1.0, 0.0),
        },
    ],
};

/// Is the balanced accuracy with exponent `a` above that with `b`, each stopped at its best step?
fn evidence(data: Data, a: f64, b: f64) -> Result<Evidence, CheckError> {
    let results = digits(StudyPart::Accuracy, data)?;
    let balanced = |moment: &Checkpoint| moment.test.balanced_accuracy(|_| true);
    let stopped = |gamma| results.measured(gamma, results.best_stop(gamma, balanced), balanced);
    let mut evidence = Evidence::new();
    test(
        &mut evidence,
        "balanced",
        "balanced accuracy at the best step",
        &Paired::above(&stopped(a), &stopped(b))?,
    );
    for &gamma in &results.experiment.gammas {
        let found = Interval::of(&stopped(gamma))?;
        evidence.measured(
            format!("γ = {gamma}: best step"),
            results.best_stop(gamma, balanced) as f64,
        );
        evidence.measured(format!("γ = {gamma}: balanced accuracy"), found.mean);
        evidence.measured(
            format!("γ = {gamma}: half-width of its 95 % interval"),
            found.half_width,
        );
    }
    Ok(evidence)
}
