//! From a spectral start the cross-entropy of a STEP problem is five coupled numbers.
//!
//! The flow keeps the symmetries of the start, so the logits of a sample are two numbers: `r` times those of the contrast and `x` times
//! those within its group. With `D = (r − x)/k_g` for a group of `k_g` classes and `S = e^x + k_g − 1 + (k − k_g)e^(−D)`, the residuals along contrast and
//! group are `k e^(−D)/S` and `(k_g + (k − k_g)e^(−D))/S` times those at zero, which drives
//! $$ \dot w = \sum_g N_g\omega_g c_g q_g a_g, \quad \dot a_g = \omega_g w c_g q_g, \quad \dot x_g = 2\rho_g x_g h_g . $$
//!
//! Coq has checked it, in `FiveNumbers.v` and `FiveNumbersFlow.v`, with `r = wa/c` and `c_g` the root of `(k − k_g)/(k_g k)`, and in
//! `FiveNumbersUnique.v` that the equations have one solution from a start. A group of one class has no mode, and its `x` plays no part.
//!
//! Source: this project. The check compares two integrations, in different coordinates by different methods.

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{Shape, Start, StepProfile, Weighting},
    spectrum::labels::step_modes,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-reduction",
    title: "Cross-entropy in five numbers",
    given: "",
    math: r"\dot w=\sum_{g=\pm}N_g\omega_gc_gq_ga_g,\qquad \dot a_\pm=\omega_\pm w\,c_\pm q_\pm,\qquad \dot x_\pm=2\rho_\pm x_\pm h_\pm",
    parts: &[Part {
        says: "From either spectral start the flow of the weighted cross-entropy of a STEP problem is five coupled numbers, for every split, R and γ: two for the groups, three for their contrast",
        theorems: &[
            "FiveNumbersFlow.cross_entropy_is_five_numbers",
            "FiveNumbersFlow.cross_entropy_numbers",
            "FiveNumbersUnique.five_numbers_unique",
            "CrossEntropyWellPosed.cross_entropy_well_posed",
        ],
        findings: &["half", "along", "angle"],
    }],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["step-spectrum", "balancedness"],
    check: || evidence(|gamma| gamma, 0.0),
    controls: &[
        Control {
            what: "an exponent a hundredth larger",
            breaks: &["half", "along", "angle"],
            check: || evidence(|gamma| gamma + 0.01, 0.0),
        },
        Control {
            what: "labels smoothed by a thousandth",
            breaks: &["half", "along", "angle"],
            check: || evidence(|gamma| gamma, 1e-3),
        },
    ],
};

/// Everything the statement says, about a candidate exponent of the matrices and a smoothing of their labels.
fn evidence(exponent: impl Fn(f64) -> f64, smoothing: f64) -> Result<Evidence, CheckError> {
    let mut half = Finding::within("half", 1e-8, "half-amplitude times, relative");
    let mut along = Finding::within("along", 1e-7, "ln(s/σ) at eleven times, absolute");
    let mut angle = Finding::within("angle", 1e-7, "angle between logits and labels, absolute");
    for (majority, minority) in [(2, 2), (3, 2), (2, 5), (1, 3), (3, 1)] {
        for (ratio, gamma, delta) in [
            (10.0, 0.5, 1.0),
            (1000.0, 0.5, 16.0),
            (100.0, 0.0, 4.0),
            (100.0, 1.0, 4.0),
            (10.0, 0.25, 8.0),
        ] {
            for shape in [Shape::Plain, Shape::Scaled] {
                let case = || {
                    format!(
                        "k = {majority} + {minority}, R = {ratio}, γ = {gamma}, δ = {delta}, {shape:?}"
                    )
                };
                let step = StepProfile::new(majority, minority, ratio)?;
                let start = Start::new(shape, delta)?;
                let end = 20.0 * delta;
                let times: Vec<f64> = (0..=10).map(|i| end * f64::from(i) / 10.0).collect();
                let problem = Problem::step(&step, Weighting::power(exponent(gamma))?)?
                    .with_loss(Loss::CrossEntropy { smoothing })?;
                let matrices = Simulation::new(&problem, Initialisation::spectral(start))
                    .matrices()
                    .tolerance(1e-11)
                    .until(end)
                    .at(&times)?;
                let problem = Problem::step(&step, Weighting::power(gamma)?)?
                    .with_loss(Loss::CROSS_ENTROPY)?;
                let flow = Simulation::new(&problem, Initialisation::spectral(start))
                    .solver(Solver::Reduced);
                let reduced = flow.at(&times)?.moments;
                let found = flow.clone().until(end).at(&[])?;
                for (index, mode) in step_modes(&step).into_iter().enumerate() {
                    let difference = match (
                        matrices.half_amplitude_times()[index],
                        found.half_time(mode),
                    ) {
                        (Some(a), Some(b)) => a / b - 1.0,
                        (None, None) => 0.0,
                        _ => f64::INFINITY,
                    };
                    half.observe(case, difference);
                    for (a, b) in matrices.moments.iter().zip(&reduced) {
                        along.observe(case, a.ln_fractions[index] - b.ln_fractions[index]);
                    }
                }
                for (a, b) in matrices.moments.iter().zip(&reduced) {
                    angle.observe(case, a.angle - b.angle);
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [half, along, angle] {
        evidence.push(finding);
    }
    Ok(evidence)
}
