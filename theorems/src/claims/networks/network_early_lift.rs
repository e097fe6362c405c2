//! Weights lift the accuracy of minority classes early, while that of the majority stays high.
//!
//! UCI digits, `R = 10`, weights by inverse class frequency (`γ = 1`) against none. At the step where the advantage is largest (chosen on other
//! seeds) the minority's mean test accuracy is higher by more than a quarter; at the best stopping step of the weighted
//! network (chosen on other seeds) the majority's is above 90 %. Source: the statement is the paper's; data and
//! thresholds are this project's.

use ufm_networks::{
    statistics::{Interval, Paired},
    study::StudyPart,
};

use crate::{
    CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source,
    networks::{Data, digits, peak, test, test_accuracy},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "network-early-lift",
    title: "Networks: weights lift the minority early",
    given: "On digits at R = 10",
    math: r"\max_s\bigl[a_\mathrm{min}^{1}(s)-a_\mathrm{min}^{0}(s)\bigr]>0.25,\qquad a_\mathrm{maj}^{1}(s^*_1)>0.9",
    parts: &[
        Part {
            says: "inverse-frequency weights raise the minority's test accuracy by more than 0.25 at the step of largest advantage",
            theorems: &[],
            findings: &["lifted"],
        },
        Part {
            says: "at their best stopping step the majority's is above 0.9",
            theorems: &[],
            findings: &["high"],
        },
    ],
    kind: Kind::Empirical,
    source: Source::Paper("experiment, on other data"),
    uses: &["early-benefit"],
    check: || evidence(Data::Imbalanced),
    controls: &[
        Control {
            what: "on balanced data, where the weights are equal",
            breaks: &["lifted"],
            check: || evidence(Data::Balanced),
        },
        Control {
            what: "with shuffled labels, where nothing generalises",
            breaks: &["lifted", "high"],
            check: || evidence(Data::Shuffled),
        },
    ],
};

const LIFT: f64 = 0.25;

/// Everything the statement says, of given data.
fn evidence(data: Data) -> Result<Evidence, CheckError> {
    let results = digits(StudyPart::Accuracy, data)?;
    let minority = test_accuracy(&results, false);
    let majority = test_accuracy(&results, true);
    let early = peak(&results, 1.0, 0.0, &minority);
    let weighted = results.measured(1.0, early, &minority);
    let lifted: Vec<f64> = results
        .measured(0.0, early, &minority)
        .iter()
        .map(|a| a + LIFT)
        .collect();
    let mut evidence = Evidence::new();
    test(
        &mut evidence,
        "lifted",
        "minority accuracy above the unweighted one + 0.25",
        &Paired::above(&weighted, &lifted)?,
    );
    let stop = results.best_stop(1.0, |moment| moment.test.balanced_accuracy(|_| true));
    let kept = Interval::of(&results.measured(1.0, stop, &majority))?;
    let mut high = Finding::always(
        "high",
        "lower end of the 95 % interval of the majority's accuracy above 0.9",
    );
    high.require(|| format!("step {stop}"), kept.low() > 0.9);
    evidence.push(high);
    evidence.measured("step of largest advantage", early as f64);
    evidence.measured(
        "minority accuracy there, γ = 1",
        Interval::of(&weighted)?.mean,
    );
    evidence.measured(
        "minority accuracy there, γ = 0",
        Interval::of(&results.measured(0.0, early, &minority))?.mean,
    );
    evidence.measured(
        "majority accuracy there, γ = 1",
        Interval::of(&results.measured(1.0, early, &majority))?.mean,
    );
    evidence.measured("best stopping step, γ = 1", stop as f64);
    evidence.measured("majority accuracy there, γ = 1", kept.mean);
    evidence.measured(
        "minority accuracy there, γ = 1",
        Interval::of(&results.measured(1.0, stop, &minority))?.mean,
    );
    Ok(evidence)
}
