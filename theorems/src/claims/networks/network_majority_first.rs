//! A network trained without weights learns majority classes first.
//!
//! UCI digits, `R = 10`, a small convolutional network, cross-entropy, gradient descent on batches: the step at which the mean *test* accuracy of
//! the minority classes reaches one half is at least twice that of the majority classes. Source: the statement is the
//! paper's, whose experiment is MNIST; data, network and the factor two are this project's.

use ufm_networks::{statistics::Paired, study::StudyPart};

use crate::{
    CheckError, Claim, Control, Evidence, Kind, Part, Source,
    networks::{Data, digits, test, test_accuracy},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "network-majority-first",
    title: "Networks: majority classes first",
    given: "",
    math: r"\tau_\mathrm{min}\ge2\,\tau_\mathrm{maj}",
    parts: &[Part {
        says: "Trained without weights on digits at R = 10, a network reaches half of the minority's test accuracy at least twice as late as half of the majority's",
        theorems: &[],
        findings: &["later"],
    }],
    kind: Kind::Empirical,
    source: Source::Paper("experiment, on other data"),
    uses: &["majority-first"],
    check: || evidence(Data::Imbalanced, 0.0),
    controls: &[
        Control {
            what: "on balanced data",
            breaks: &["later"],
            check: || evidence(Data::Balanced, 0.0),
        },
        Control {
            what: "with inverse class frequencies as weights",
            breaks: &["later"],
            check: || evidence(Data::Imbalanced, 1.0),
        },
    ],
};

/// Everything the statement says, of given data and weights.
fn evidence(data: Data, gamma: f64) -> Result<Evidence, CheckError> {
    let results = digits(StudyPart::Accuracy, data)?;
    let time = |majority| results.ln_times(gamma, 0.5, test_accuracy(&results, majority));
    let (majority, minority) = (time(true), time(false));
    let twice: Vec<f64> = majority.iter().map(|ln| ln + 2_f64.ln()).collect();
    let mut evidence = Evidence::new();
    test(
        &mut evidence,
        "later",
        "ln(time of the minority / twice that of the majority)",
        &Paired::above(&minority, &twice)?,
    );
    // The first recorded step at which the majority is learned.
    let learned = results.steps().into_iter().find_map(|step| {
        let accuracy = results
            .interval(gamma, step, test_accuracy(&results, true))
            .ok()?
            .mean;
        (accuracy >= 0.95).then_some((step, accuracy))
    });
    if let Some((step, accuracy)) = learned {
        let minority = results
            .interval(gamma, step, test_accuracy(&results, false))?
            .mean;
        evidence.measured(
            "first recorded step with majority test accuracy 0.95",
            step as f64,
        );
        evidence.measured("majority test accuracy there", accuracy);
        evidence.measured("minority test accuracy there", minority);
    }
    Ok(evidence)
}
