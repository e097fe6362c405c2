//! On all of MNIST, weights lift the accuracy of every minority class early.
//!
//! At `R = 10`, weights by inverse class frequency (`γ = 1`) against none: at the step where the minority's advantage is largest, for each seed as
//! the other seeds say, its mean test accuracy is higher by more than 0.3, and that of each of its classes by more than 0.1; with square roots
//! (`γ = ½`) the mean is higher by more than 0.1 there. Source: the statement is the paper's; thresholds are this project's.

use ufm_networks::{statistics::Paired, study::Part, training::Moment};

use crate::{
    CheckError, Claim, Control, Evidence, Kind, Source,
    networks::{class_accuracy, measured, mnist, test, test_accuracy, test_classes},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "mnist-early-lift",
    title: "MNIST: weights lift the minority early",
    given: "On all of MNIST at R = 10, at the step of largest advantage",
    parts: &[
        crate::Part {
            says: "inverse-frequency weights raise the minority's test accuracy by more than 0.3",
            theorems: &[],
            findings: &["strong"],
        },
        crate::Part {
            says: "they raise that of each of its classes by more than 0.1",
            theorems: &[],
            findings: &["classes"],
        },
        crate::Part {
            says: "their square roots (γ = ½) raise the minority's by more than 0.1",
            theorems: &[],
            findings: &["half"],
        },
    ],
    kind: Kind::Empirical,
    source: Source::Paper("experiment"),
    uses: &["early-benefit"],
    check: || evidence([1.0, 0.5, 0.0], false, When::Largest),
    controls: &[
        Control {
            what: "no weights against weights",
            breaks: &["strong", "half", "classes"],
            check: || evidence([0.0, 0.5, 1.0], false, When::Largest),
        },
        Control {
            what: "of the majority",
            breaks: &["strong", "half", "classes"],
            check: || evidence([1.0, 0.5, 0.0], true, When::Largest),
        },
        Control {
            what: "at the end of training",
            breaks: &["strong", "half", "classes"],
            check: || evidence([1.0, 0.5, 0.0], false, When::End),
        },
    ],
};

const LIFT: f64 = 0.3;
const SMALLER_LIFT: f64 = 0.1;

#[derive(Clone, Copy, PartialEq)]
enum When {
    Largest,
    End,
}

/// Everything the statement says, of exponents from strong to none and of a group.
fn evidence(
    [strong, half, none]: [f64; 3],
    group: bool,
    when: When,
) -> Result<Evidence, CheckError> {
    let results = mnist(Part::Accuracy)?;
    let plan = &results.experiment.plan;
    let accuracy = test_accuracy(&results, group);
    let steps = match when {
        When::Largest => {
            results.steps_left_out(|run| run(strong, &accuracy) - run(none, &accuracy))
        }
        When::End => vec![plan.steps.get(); results.experiment.seeds.len()],
    };
    let lift = |gamma, by: f64, measure: &dyn Fn(&Moment) -> f64| {
        let lifted: Vec<f64> = results
            .at_steps(none, &steps, measure)
            .iter()
            .map(|a| a + by)
            .collect();
        Paired::above(&results.at_steps(gamma, &steps, measure), &lifted)
    };
    let mut evidence = Evidence::new();
    for (id, gamma, by) in [("strong", strong, LIFT), ("half", half, SMALLER_LIFT)] {
        test(
            &mut evidence,
            id,
            &format!("γ = {gamma}: mean accuracy of the group above that of γ = {none} + {by}"),
            &lift(gamma, by, &accuracy)?,
        );
    }
    let tests = (0..10)
        .filter(|&class| plan.is_majority(class) == group)
        .map(|class| {
            let test = lift(strong, SMALLER_LIFT, &class_accuracy(class))?;
            Ok((class, test))
        })
        .collect::<Result<Vec<_>, CheckError>>()?;
    test_classes(
        &mut evidence,
        "classes",
        &format!("γ = {strong}: accuracy above that of γ = {none} + {SMALLER_LIFT}"),
        tests,
    );
    let mean = steps.iter().sum::<usize>() as f64 / steps.len() as f64;
    evidence.measured("step, mean over the seeds", mean);
    for gamma in [none, half, strong] {
        for (name, majority) in [("majority", true), ("minority", false)] {
            let values = results.at_steps(gamma, &steps, test_accuracy(&results, majority));
            measured(
                &mut evidence,
                &format!("γ = {gamma}: {name} there"),
                &values,
            )?;
        }
    }
    Ok(evidence)
}
