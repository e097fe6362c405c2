//! The cross-entropy leaves a small start like the squared loss.
//!
//! At $WH = 0$ the residual $Y - \mathrm{softmax}(WH)$ of the cross-entropy is $Y - \tfrac1k 11^\top = Z$, that of the squared loss: both flows
//! linearise to $\dot W = Z\Omega H^\top$, $\dot H = W^\top Z\Omega$, with growth rates $\sigma_i(Z\Omega)$. From the spectral start at scale
//! δ, while the largest amplitude is below $e^{-\delta}$, logarithms of amplitudes differ by $O(e^{-\delta})$; and the first mode to be learned
//! is so at $t_{1/2} = (\delta + O(1))/\rho_{\max}$ under both. Afterwards the modes of the cross-entropy couple: later times differ, and
//! even their order may.
//! Source: this project; the cross-entropy is an open question of arXiv:2601.12011.

use ufm_simulation::{Initialisation, Loss, Problem, Simulation};
use ufm_theory::{
    exact_flow::growth,
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-growth",
    title: "Cross-entropy starts like the squared loss",
    given: "From the spectral start the flow of the weighted cross-entropy",
    math: r"\rho_i=\sigma_i(Z\Omega),\qquad \ln s_i^{\mathrm{CE}}-\ln s_i^{\mathrm{sq}}=O(e^{-\delta})\ \text{while}\ s<e^{-\delta},\qquad \min_i t_i=\frac{\delta+O(1)}{\rho_{\max}}",
    parts: &[
        Part {
            says: "grows at the singular values of ZΩ",
            theorems: &[],
            findings: &["rates"],
        },
        Part {
            says: "while amplitudes are below e^(−δ), has logarithms of amplitudes within O(e^(−δ)) of the squared loss's",
            theorems: &[],
            findings: &["close", "far"],
        },
        Part {
            says: "has learned its first mode at (δ + O(1))/ρ_max",
            theorems: &[],
            findings: &["first"],
        },
    ],
    kind: Kind::Limit,
    source: Source::Project,
    uses: &["growth-rates"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "another residual: labels smoothed by one percent",
            breaks: &["close", "far", "rates", "first"],
            check: || {
                evidence(Candidate {
                    smoothing: 0.01,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the rates σλ of the projected flow",
            breaks: &["rates"],
            check: || {
                evidence(Candidate {
                    ln_rate: |step, weighting, mode| {
                        StepSpectrum::new(step, weighting).ln_rate(mode)
                    },
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    smoothing: f64,
    ln_rate: fn(&StepProfile, &Weighting, Mode) -> f64,
}

impl Candidate {
    const TRUE: Self = Self {
        smoothing: 0.0,
        ln_rate: growth::step_ln_rate,
    };
}

/// One mode of each kind of a STEP problem with two classes in each half.
const MODES: [Mode; 3] = [Mode::Majority, Mode::Contrast, Mode::Minority];

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    // Terms of second order, integrated while they grow: about the largest amplitude. At δ = 12 integration adds 1e-4.
    let mut close = Finding::within(
        "close",
        2.0,
        "e^δ·|ln s − ln s of the squared loss| while amplitudes are below e^(−δ), δ = 4 to 12",
    );
    let mut far = Finding::within(
        "far",
        1e-7,
        "|ln s − ln s of the squared loss| at δ = 50 to 300",
    );
    let mut rates = Finding::within("rates", 1e-7, "d ln s/dt over 2ρ, at δ = 100 and 300");
    let mut first = Finding::within(
        "first",
        1e-4,
        "ρ_max·t_half − δ of the first mode is the same at δ = 20, 40 and 60",
    );
    for ratio in [10.0, 100.0] {
        let step = StepProfile::halves(4, ratio)?;
        for gamma in [0.0, 0.5, 1.0] {
            let weighting = Weighting::power(gamma)?;
            let problem = Problem::step(&step, weighting)?;
            let smoothed = problem.clone().with_loss(Loss::CrossEntropy {
                smoothing: candidate.smoothing,
            })?;
            let rate = |mode| (candidate.ln_rate)(&step, &weighting, mode).exp();
            let fastest = MODES.map(rate).into_iter().fold(0.0, f64::max);
            for delta in [4.0_f64, 6.0, 8.0, 10.0, 12.0, 50.0, 100.0, 300.0] {
                let case =
                    |mode: Mode| format!("R = {ratio}, γ = {gamma}, δ = {delta}, {}", mode.name());
                let end = 0.5 * delta / fastest;
                let times = [0.5 * end, end];
                let cross =
                    Simulation::new(&smoothed, Initialisation::spectral(Start::plain(delta)?))
                        .matrices()
                        .tolerance(1e-11)
                        .until(end)
                        .at(&times)?;
                let square =
                    Simulation::new(&problem, Initialisation::spectral(Start::plain(delta)?))
                        .matrices()
                        .tolerance(1e-11)
                        .until(end)
                        .at(&times)?;
                for (i, mode) in MODES.into_iter().enumerate() {
                    let at = |moment: usize| cross.moments[moment].ln_fractions[i];
                    let difference = at(1) - square.moments[1].ln_fractions[i];
                    if delta < 20.0 {
                        close.observe(|| case(mode), delta.exp() * difference);
                    } else {
                        far.observe(|| case(mode), difference);
                    }
                    if delta >= 100.0 {
                        let slope = (at(1) - at(0)) / (times[1] - times[0]);
                        rates.observe(|| case(mode), slope / (2.0 * rate(mode)) - 1.0);
                    }
                }
            }
            if gamma == 0.5 {
                continue; // no mode is first by more than O(1)
            }
            let delay = |delta: f64| -> Result<f64, CheckError> {
                let run =
                    Simulation::new(&smoothed, Initialisation::spectral(Start::plain(delta)?))
                        .matrices()
                        .until(1.1 * delta / fastest)
                        .at(&[])?;
                run.half_amplitude_times()
                    .into_iter()
                    .flatten()
                    .reduce(f64::min)
                    .map(|time| fastest * time - delta)
                    .ok_or_else(|| CheckError::NotReached(format!("half amplitude at δ = {delta}")))
            };
            let settled = delay(60.0)?;
            for delta in [20.0, 40.0] {
                let moved = delay(delta)? - settled;
                first.observe(|| format!("R = {ratio}, γ = {gamma}, δ = {delta}"), moved);
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [close, far, rates, first] {
        evidence.push(finding);
    }
    report_times(&mut evidence)?;
    Ok(evidence)
}

/// What the two losses do after the first mode, at k = 4, δ = 12. Not part of the statement: at R = 100 the vanilla cross-entropy
/// learns contrast last, after the minority.
fn report_times(evidence: &mut Evidence) -> Result<(), CheckError> {
    const DELTA: f64 = 12.0;
    for (ratio, gamma) in [(10.0, 0.0), (10.0, 0.5), (100.0, 0.0), (100.0, 0.5)] {
        let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::power(gamma)?)?;
        let start = Start::plain(DELTA)?;
        let soft = problem.clone().with_loss(Loss::CROSS_ENTROPY)?;
        let cross = Simulation::new(&soft, Initialisation::spectral(start))
            .matrices()
            .until(5.0 * DELTA)
            .at(&[])?;
        let square = Simulation::new(&problem, Initialisation::spectral(start))
            .matrices()
            .until(1.5 * DELTA)
            .at(&[])?;
        for (loss, times) in [
            ("squared loss", square.half_amplitude_times()),
            ("cross-entropy", cross.half_amplitude_times()),
        ] {
            for (mode, time) in MODES.into_iter().zip(times) {
                let name = format!(
                    "t_half/δ, {loss}, R = {ratio}, γ = {gamma}, {}",
                    mode.name()
                );
                let time = time.ok_or_else(|| CheckError::NotReached(name.clone()))?;
                evidence.report(name, time / DELTA);
            }
        }
    }
    Ok(())
}
