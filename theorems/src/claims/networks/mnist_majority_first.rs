//! A network trained on all of MNIST without weights learns majority classes first, class by class.
//!
//! MNIST at `R = 10` with 5400 samples of each of the digits 0–4 and 540 of each other, the three-convolution network, cross-entropy, gradient
//! descent on batches of 64: the step at which mean *test* accuracy of the minority classes reaches one half is at least twice that of the majority
//! classes, and each minority class reaches it later than the majority classes do on (geometric) average. Source: the statement is the
//! paper's, whose experiment this is as far as it is described; the factor two is this project's.

use ufm_networks::{statistics::Paired, study::StudyPart};

use crate::{
    CheckError, Claim, Control, Evidence, Kind, Part, Source,
    networks::{class_accuracy, measured, mnist, test, test_accuracy, tests},
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "mnist-majority-first",
    title: "MNIST: majority classes first",
    given: "Trained without weights on all of MNIST at R = 10",
    math: r"\tau_\mathrm{min}\ge2\,\tau_\mathrm{maj},\qquad \tau_c>\overline{\tau}_\mathrm{maj}\ \text{for each minority class}\ c",
    parts: &[
        Part {
            says: "a network reaches half of the minority's test accuracy at least twice as late as half of the majority's",
            theorems: &[],
            findings: &["groups"],
        },
        Part {
            says: "half of each minority class's comes later than that of the majority's classes on average",
            theorems: &[],
            findings: &["classes"],
        },
    ],
    kind: Kind::Empirical,
    source: Source::Paper("experiment"),
    uses: &["majority-first"],
    check: || evidence(0.0, 2.0, false),
    controls: &[
        Control {
            what: "with inverse class frequencies as weights",
            breaks: &["groups"],
            check: || evidence(1.0, 2.0, false),
        },
        Control {
            what: "the majority later than the minority",
            breaks: &["groups", "classes"],
            check: || evidence(0.0, 2.0, true),
        },
        Control {
            what: "ten times as late",
            breaks: &["groups"],
            check: || evidence(0.0, 10.0, false),
        },
    ],
};

/// Everything the statement says, of given weights and a factor; `reversed` takes the majority for the minority.
fn evidence(gamma: f64, factor: f64, reversed: bool) -> Result<Evidence, CheckError> {
    let results = mnist(StudyPart::Accuracy)?;
    let plan = &results.experiment.plan;
    let time = |majority| results.ln_times(gamma, 0.5, test_accuracy(&results, majority));
    let (early, late) = (time(!reversed), time(reversed));
    let bound: Vec<f64> = early.iter().map(|ln| ln + factor.ln()).collect();
    let mut evidence = Evidence::new();
    test(
        &mut evidence,
        "groups",
        &format!("ln(time of the minority / {factor} times that of the majority)"),
        &Paired::above(&late, &bound)?,
    );
    let times: Vec<Vec<f64>> = (0..10)
        .map(|class| results.ln_times(gamma, 0.5, class_accuracy(class)))
        .collect();
    let majority = |class: &usize| plan.is_majority(*class) != reversed;
    let (first, second): (Vec<usize>, Vec<usize>) = (0..10).partition(majority);
    let mean: Vec<f64> = (0..early.len())
        .map(|seed| first.iter().map(|&c| times[c][seed]).sum::<f64>() / first.len() as f64)
        .collect();
    let of_classes = second
        .into_iter()
        .map(|class| {
            Ok((
                format!("class {class}"),
                Paired::above(&times[class], &mean)?,
            ))
        })
        .collect::<Result<Vec<_>, CheckError>>()?;
    tests(
        &mut evidence,
        "classes",
        "ln(time of a class / mean of the other group)",
        of_classes,
    );
    for (what, values) in [("earlier group", &early), ("later group", &late)] {
        measured(&mut evidence, &format!("{what}: ln of the step"), values)?;
    }
    // The first recorded step at which the majority is learned.
    let learned = results.steps().into_iter().find(|&step| {
        let found = results.interval(gamma, step, test_accuracy(&results, true));
        found.is_ok_and(|found| found.mean >= 0.95)
    });
    if let Some(step) = learned {
        evidence.measured("first recorded step with majority 0.95", step as f64);
        for (group, majority) in [("majority", true), ("minority", false)] {
            let values = results.values(gamma, step, test_accuracy(&results, majority));
            measured(&mut evidence, &format!("{group} there"), &values)?;
        }
    }
    Ok(evidence)
}
