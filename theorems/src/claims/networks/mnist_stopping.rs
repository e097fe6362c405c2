//! On all of MNIST, stopped at their best step, weighted networks are better balanced than an unweighted one at *its* best step.
//!
//! At `R = 10`, within 2048 steps, `γ = ½` and `γ = 1` against `γ = 0`; each stopping step is the best, for balanced test accuracy, on the other seeds.
//! Source: this project.

use ufm_networks::{statistics::Paired, study::StudyPart, training::Checkpoint};

use crate::{
    CheckError, Claim, Control, Evidence, Kind, Part, Source,
    networks::{measured, mnist, test},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "mnist-stopping",
    title: "MNIST: better balance when stopped",
    given: "On all of MNIST at R = 10, within 2048 steps",
    math: r"b^{\gamma}(s^*_\gamma)>b^{0}(s^*_0)\qquad(\gamma=\tfrac12,1)",
    parts: &[
        Part {
            says: "γ = ½ gives higher balanced test accuracy at its best stopping step than no weights at theirs",
            theorems: &[],
            findings: &["half"],
        },
        Part {
            says: "so does γ = 1",
            theorems: &[],
            findings: &["one"],
        },
    ],
    kind: Kind::Empirical,
    source: Source::Project,
    uses: &["mnist-early-lift"],
    check: || evidence([0.5, 1.0], 0.0),
    controls: &[
        Control {
            what: "no weights give the higher one",
            breaks: &["half", "one"],
            check: || evidence([0.0, 0.5], 1.0),
        },
        Control {
            what: "γ = 1 against itself",
            breaks: &["one"],
            check: || evidence([0.5, 1.0], 1.0),
        },
    ],
};

/// Are the balanced accuracies with the exponents `above` higher than that with `below`, each stopped at its best step?
fn evidence(above: [f64; 2], below: f64) -> Result<Evidence, CheckError> {
    let results = mnist(StudyPart::Accuracy)?;
    let balanced = |moment: &Checkpoint| moment.test.balanced_accuracy(|_| true);
    let stopped = |gamma| {
        let steps = results.steps_left_out(|run| run(gamma, &balanced));
        (results.at_steps(gamma, &steps, balanced), steps)
    };
    let mut evidence = Evidence::new();
    for (id, gamma) in ["half", "one"].into_iter().zip(above) {
        test(
            &mut evidence,
            id,
            &format!("balanced accuracy at the best step, γ = {gamma} above γ = {below}"),
            &Paired::above(&stopped(gamma).0, &stopped(below).0)?,
        );
    }
    for &gamma in &results.experiment.gammas {
        let (values, steps) = stopped(gamma);
        let mean = steps.iter().sum::<usize>() as f64 / steps.len() as f64;
        evidence.measured(format!("γ = {gamma}: best step, mean over the seeds"), mean);
        measured(
            &mut evidence,
            &format!("γ = {gamma}: balanced accuracy"),
            &values,
        )?;
    }
    Ok(evidence)
}
