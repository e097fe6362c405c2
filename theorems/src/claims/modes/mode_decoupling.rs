//! From a spectral start the full matrix flow of vanilla training decouples into its modes.
//!
//! If $W(0) = U D_0 Q^\top$, $H(0) = Q D_0 V^\top$ with $Q^\top Q = I$ and $D_0$ diagonal, then for all $t$
//! $$ W(t)H(t) = U\\,\mathrm{diag}(s_i(t))\\,V^\top, \qquad \dot s_i = 2 s_i(\sigma_i - s_i). $$
//! Checked by integrating all `(k + N) d` unknowns, knowing nothing of the modes.
//! (Reweighted, this holds for the projected flow only; the full one leaves the modes in the contrast direction,
//! which is the control.)
//! Source: arXiv:2601.12011.

use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    modes::ModeDynamics,
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum, labels::step_modes},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "mode-decoupling",
    title: "Full flow decouples",
    given: "From a spectral start below the singular values",
    math: r"W(t)H(t)=U\,\mathrm{diag}(s_i(t))\,V^\top,\quad s_i(t)=\frac{\sigma_i}{1+(\sigma_i/s_i(0)-1)\,e^{-2\sigma_i t}},\quad s_i(t)=\frac{\sigma_i}{2}\ \text{at}\ t=\frac{\ln(\sigma_i/s_i(0)-1)}{2\sigma_i}",
    parts: &[
        Part {
            says: "the vanilla flow on the full matrices keeps WH = U diag(s_i(t)) Vᵀ with each s_i the logistic closed form",
            theorems: &[
                "Uniqueness.vanilla_flow_is_explicit",
                "StepWindow.vanilla_step_exists",
            ],
            findings: &["amplitudes", "leakage"],
        },
        Part {
            says: "each mode is at half amplitude when that is, at ln(σ/s(0) − 1)/(2σ)",
            theorems: &["Uniqueness.vanilla_flow_is_explicit", "Main.logistic_mode"],
            findings: &["times"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Paper("result: the dynamics of a mode"),
    uses: &["step-spectrum", "logistic-solution"],
    check: || evidence(0.0, spectral),
    controls: &[
        Control {
            what: "the reweighted full flow (γ = ½) decouples too",
            breaks: &["amplitudes", "leakage", "times"],
            check: || evidence(0.5, spectral),
        },
        Control {
            what: "the same from a random start of the same size",
            breaks: &["amplitudes", "leakage", "times"],
            check: || {
                evidence(0.0, |start, _| {
                    Ok(Initialisation::gaussian(start.delta(), 1)?)
                })
            },
        },
    ],
};

fn spectral(start: Start, classes: usize) -> Result<Initialisation, CheckError> {
    // A random orthonormal basis of the inner dimension, which is larger than need be.
    Ok(Initialisation::spectral(start)
        .with_dimension(classes + 1)
        .rotated(7))
}

/// Everything the statement says, about weights of exponent `gamma` and a candidate start.
fn evidence(
    gamma: f64,
    initialisation: impl Fn(Start, usize) -> Result<Initialisation, CheckError>,
) -> Result<Evidence, CheckError> {
    // Integrated to 1e-9 a step; errors grow over at most a few hundred steps.
    let mut amplitudes =
        Finding::within("amplitudes", 1e-6, "fractions s/σ against the closed form");
    let mut leakage = Finding::within(
        "leakage",
        1e-6,
        "logits outside the modes, relative to the labels",
    );
    let mut times = Finding::within(
        "times",
        1e-7,
        "half-amplitude times against the closed form, relative",
    );
    let mut evidence = Evidence::new();
    for (classes, ratio, delta) in CASES {
        let step = StepProfile::halves(classes, ratio)?;
        let weighting = Weighting::power(gamma)?;
        let spectrum = StepSpectrum::new(&step, &weighting);
        let problem = Problem::step(&step, weighting)?;
        let start = Start::plain(delta)?;
        let slowest = ModeDynamics::of_step(&spectrum, Mode::Minority, &start)?;
        let end = 1.3 * slowest.half_amplitude_time();
        let moments: Vec<f64> = (0..=26).map(|i| end * f64::from(i) / 26.0).collect();
        let flow =
            Simulation::new(&problem, initialisation(start, classes)?).solver(Solver::Samples);
        let trajectory = flow.until(end).at(&moments)?;
        let halves = trajectory.half_amplitude_times();
        for (index, mode) in step_modes(&step).into_iter().enumerate() {
            let theory = ModeDynamics::of_step(&spectrum, mode, &start)?;
            let case = || format!("k = {classes}, R = {ratio}, δ = {delta}, mode {index}");
            for moment in &trajectory.moments {
                amplitudes.observe(case, moment.fractions[index] - theory.fraction(moment.time));
            }
            let found = halves.get(index).copied().flatten().unwrap_or(f64::NAN);
            times.observe(case, found / theory.half_amplitude_time() - 1.0);
        }
        for moment in &trajectory.moments {
            leakage.observe(
                || {
                    format!(
                        "k = {classes}, R = {ratio}, δ = {delta}, t = {:.3}",
                        moment.time
                    )
                },
                moment.leakage.of_labels,
            );
        }
        evidence.report(
            format!("majority half-amplitude time over δ, k = {classes}, R = {ratio}, δ = {delta}"),
            halves.first().copied().flatten().unwrap_or(f64::NAN) / delta,
        );
    }
    for finding in [amplitudes, leakage, times] {
        evidence.push(finding);
    }
    Ok(evidence)
}

/// `(k, R, δ)`: every simulated ratio, up to twenty classes, down to starts of `e^(−60)`.
const CASES: [(usize, f64, f64); 6] = [
    (4, sweep::SIMULATED[0], 8.0),
    (4, sweep::SIMULATED[1], 8.0),
    (4, sweep::SIMULATED[2], 8.0),
    (4, sweep::SIMULATED[1], 60.0),
    (10, sweep::SIMULATED[1], 8.0),
    (20, sweep::SIMULATED[0], 8.0),
];
