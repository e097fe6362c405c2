//! From a spectral start the exact reweighted flow of a STEP problem is three numbers and two closed forms.
//!
//! With majority and minority modes logistic at rate `σω`, and the contrast mode given by
//! $$ \dot w = N_+\omega_+(c_+ - wa)\\,a + N_-\omega_-(c_- - wb)\\,b, \quad \dot a = \omega_+ w(c_+ - wa), \quad
//!    \dot b = \omega_- w(c_- - wb), $$
//! the amplitudes are those of gradient flow on the full matrices `W` and `H`, for every split, exponent and spectral
//! start; `w² − N₊a² − N₋b² = 0` throughout.
//! Proof: in the basis of a spectral start the rows of `W` and `H` that belong to one mode move in one direction of
//! the inner space, so the modes do not meet in `WH`; a row of `H` supported on one group sees one weight.
//! Coq has checked it in `ExactMatrices.v`: any solution of the three equations, with a logistic mode for every other direction,
//! gives matrices `W` and `H` from a spectral start that follow the full flow, for any split, class sizes and weights of the groups; and,
//! as the flow has exactly one solution (`WellPosed.v`), whatever follows it from a spectral start below the singular values is such
//! a pair (`StepFlow.v`).
//! Source: this project. The check is a comparison of two integrations, in different coordinates by different methods.

use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{Shape, Start, StepProfile, Weighting},
    spectrum::{Mode, labels::step_modes},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "exact-reduction",
    title: "Exact flow in three numbers",
    given: "",
    math: r"\dot s_\pm=2\omega_\pm s_\pm(\sigma_\pm-s_\pm);\quad \dot w=N_+\omega_+(c_+-wa)\,a+N_-\omega_-(c_--wb)\,b,\quad \dot a=\omega_+w(c_+-wa),\quad \dot b=\omega_-w(c_--wb)",
    parts: &[Part {
        says: "From either spectral start the full reweighted flow of a STEP problem is two logistic modes and a contrast mode of three coupled numbers, for every split, R and γ",
        theorems: &[
            "StepFlow.step_flow_is_reduced",
            "StepFlow.step_flow_well_posed",
        ],
        findings: &["half", "along"],
    }],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["step-spectrum", "balancedness"],
    check: || evidence(|gamma| gamma, false),
    controls: &[
        Control {
            what: "the full flow projected on the row space of the labels",
            breaks: &["half", "along"],
            check: || evidence(|gamma| gamma, true),
        },
        Control {
            what: "an exponent a hundredth larger",
            breaks: &["half", "along"],
            check: || evidence(|gamma| gamma + 0.01, false),
        },
    ],
};

/// Everything the statement says, about a candidate exponent and flow on the full matrices.
fn evidence(exponent: impl Fn(f64) -> f64, projected: bool) -> Result<Evidence, CheckError> {
    let mut half = Finding::within("half", 1e-8, "half-amplitude times, relative");
    let mut along = Finding::within("along", 1e-7, "ln(s/σ) at eleven times, absolute");
    let mut imbalance = 0.0_f64;
    let mut evidence = Evidence::new();
    for (majority, minority) in [(2, 2), (5, 5), (2, 8), (8, 2), (1, 3)] {
        for (ratio, gamma, delta) in [
            (10.0, 0.5, 1.0),
            (100.0, 0.5, 8.0),
            (1000.0, 0.5, 60.0),
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
                let true_problem = Problem::step(&step, Weighting::power(gamma)?)?;
                let flow = Simulation::new(&true_problem, Initialisation::spectral(start))
                    .solver(Solver::Reduced);
                let reduced = flow.at(&[])?;
                imbalance = imbalance.max(reduced.drift.unwrap_or(f64::NAN));
                let end = 1.5 * reduced.end;
                let times: Vec<f64> = (0..=10)
                    .map(|i| (end * f64::from(i) / 10.0).min(end))
                    .collect();
                let problem = Problem::step(&step, Weighting::power(exponent(gamma))?)?;
                let full = Simulation::new(&problem, Initialisation::spectral(start))
                    .matrices()
                    .tolerance(1e-11);
                let full = if projected { full.projected() } else { full };
                let full = full.until(end).at(&times)?;
                let modes = step_modes(&step);
                for (time, mode) in full.half_amplitude_times().into_iter().zip(&modes) {
                    let expected = reduced.half_time(*mode).unwrap_or(f64::NAN);
                    half.observe(case, time.map_or(f64::NAN, |time| time / expected - 1.0));
                }
                for (moment, expected) in full.moments.iter().zip(flow.at(&times)?.moments) {
                    for (ln_fraction, expected) in
                        moment.ln_fractions.iter().zip(expected.ln_fractions)
                    {
                        along.observe(case, ln_fraction - expected);
                    }
                }
                if (majority, minority, shape) == (2, 2, Shape::Scaled) {
                    let time = reduced.half_time(Mode::Contrast);
                    evidence.report(
                        format!("contrast half-amplitude time over δ, R = {ratio}, γ = {gamma}, δ = {delta}"),
                        time.map_or(f64::NAN, |time| time / delta),
                    );
                }
            }
        }
    }
    evidence.push(half);
    evidence.push(along);
    evidence.measured("largest |w² − N₊a² − N₋b²|/w² on the way", imbalance);
    Ok(evidence)
}
