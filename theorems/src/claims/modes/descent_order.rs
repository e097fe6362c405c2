//! Gradient descent follows the flow at first order in the step size.
//!
//! With step size `η`, the distance between gradient descent at step `t/η` and the flow at time `t` is
//! $C(t)\\,\eta + O(\eta^2)$.
//! Source: this project (Euler's method; Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.3).

use ufm_simulation::{Initialisation, Moment, Problem, Simulation};
use ufm_theory::problem::{Start, StepProfile, Weighting};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "descent-order",
    title: "Descent follows the flow",
    given: "",
    math: r"\bigl\|L^{\mathrm{descent}}_{\eta}(t)-L^{\mathrm{flow}}(t)\bigr\|\propto\eta\quad(\eta\to0)",
    parts: &[Part {
        says: "The distance between gradient descent with step size η and the flow at equal time shrinks in proportion to η, for vanilla and reweighted training",
        theorems: &[],
        findings: &["slope"],
    }],
    kind: Kind::Limit,
    source: Source::Project,
    uses: &[],
    check: || evidence(1.0),
    controls: &[
        Control {
            what: "in proportion to η²",
            breaks: &["slope"],
            check: || evidence(2.0),
        },
        Control {
            what: "in proportion to √η",
            breaks: &["slope"],
            check: || evidence(0.5),
        },
    ],
};

/// Everything the statement says, about a candidate order.
fn evidence(order: f64) -> Result<Evidence, CheckError> {
    // Least-squares slope of log error over log step; the η² term bends it by less than this.
    let mut slope = Finding::within(
        "slope",
        0.05,
        "slope of ln(distance) over ln(η), minus the order",
    );
    let mut evidence = Evidence::new();
    let steps: Vec<f64> = (0..5).map(|i| 2e-3 * 0.5_f64.powi(i)).collect();
    for (name, start) in [
        ("spectral", Initialisation::spectral(Start::plain(3.0)?)),
        ("random", Initialisation::gaussian(3.0, 11)?),
    ] {
        for gamma in [0.0, 0.5] {
            let problem = Problem::step(&StepProfile::halves(4, 10.0)?, Weighting::power(gamma)?)?;
            // While modes are being learned: a multiple of every step.
            let times = [1.024, 2.048, 3.072];
            let flow = Simulation::new(&problem, start.clone())
                .matrices()
                .tolerance(1e-11)
                .until(times[2])
                .at(&times)?
                .moments;
            let distances = steps
                .iter()
                .map(|&step| {
                    let descent = Simulation::new(&problem, start.clone()).descent(step);
                    Ok(distance(
                        &flow,
                        &descent.until(times[2]).at(&times)?.moments,
                    ))
                })
                .collect::<Result<Vec<f64>, CheckError>>()?;
            let found = least_squares_slope(&steps, &distances);
            slope.observe(|| format!("{name} start, γ = {gamma}"), found - order);
            evidence.report(
                format!("distance at η = {}, {name} start, γ = {gamma}", steps[0]),
                distances[0],
            );
        }
    }
    evidence.push(slope);
    Ok(evidence)
}

/// Largest difference of class logits over the moments.
fn distance(a: &[Moment], b: &[Moment]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a.class_logits() - b.class_logits()).amax())
        .fold(0.0, f64::max)
}

/// Slope of the regression line of `ln y` on `ln x`.
fn least_squares_slope(x: &[f64], y: &[f64]) -> f64 {
    let count = x.len() as f64;
    let mean = |v: &[f64]| v.iter().map(|v| v.ln()).sum::<f64>() / count;
    let (mx, my) = (mean(x), mean(y));
    let covariance: f64 = x
        .iter()
        .zip(y)
        .map(|(x, y)| (x.ln() - mx) * (y.ln() - my))
        .sum();
    let variance: f64 = x.iter().map(|x| (x.ln() - mx).powi(2)).sum();
    covariance / variance
}
