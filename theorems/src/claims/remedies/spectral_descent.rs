//! Spectral descent learns the majority last, with a window that grows like the fourth root of the imbalance ratio.
//!
//! Along polar factors of the gradients a mode of a spectral start grows as $s_i(t) = (w_i(0) + t)^2$ until it meets $\sigma_i$, half of it at
//! $\sqrt{\sigma_i/2} - w_i(0)$:
//! $$ \Delta T(R) = R^{1/4} - 1, $$
//! from the scaled start at every $\delta$, from the plain start as $\delta \to \infty$, at times that do not grow with $\delta$. Narrower than the vanilla $\sqrt R - 1$, and
//! unbounded, where re-weighting at $\gamma = \tfrac12$ stays below $\sqrt2 - 1$.
//! Source: this project; the method on imbalanced data is that of Vasudeva et al., arXiv:2510.22980.

use ufm_simulation::{
    Initialisation, Problem,
    remedies::{Descent, Rule},
};
use ufm_theory::{
    problem::{ImbalanceRatio, Start, StepProfile, Weighting},
    remedies::spectral_descent,
    spectrum::{Mode, StepSpectrum, labels::step_modes},
    windows,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "spectral-descent",
    title: "Spectral descent: majority last, window R^(1/4) − 1",
    given: "Of spectral descent (along polar factors) of the squared loss without weights, from a spectral start with amplitudes w(0) of W and H",
    math: r"s_i(t)=\min\bigl(w_i(0)+t,\sqrt{\sigma_i}\bigr)^2,\qquad t_{1/2}=\sqrt{\sigma/2}-w(0),\qquad \Delta T(R)=R^{1/4}-1<\sqrt R-1,\qquad \sup_R\Delta T=\infty",
    parts: &[
        Part {
            says: "W = U diag(w)Qᵀ, H = Q diag(w)Vᵀ with w_i(t) = min(w_i(0) + t, √σ_i) follow it, at all times at which no mode is just being learned",
            theorems: &["SpectralDescent.modes_follow_spectral_descent"],
            findings: &["half"],
        },
        Part {
            says: "half of a mode is learned at √(σ/2) − w(0)",
            theorems: &["SpectralDescent.spectral_half_time"],
            findings: &["half"],
        },
        Part {
            says: "from one w(0) for all modes the smaller singular value is first",
            theorems: &["SpectralDescent.smaller_first"],
            findings: &["order"],
        },
        Part {
            says: "of STEP labels with two classes or more in each group the relative window is R^(1/4) − 1 from the scaled start at every δ > ½ ln 2",
            theorems: &["SpectralDescent.spectral_window"],
            findings: &["window"],
        },
        Part {
            says: "from the plain start ratios of half times tend to √(σ/σ′) as δ → ∞",
            theorems: &["SpectralDescent.spectral_ratio_limit"],
            findings: &["limit"],
        },
        Part {
            says: "the window is below that of gradient flow for R > 1",
            theorems: &["SpectralDescent.spectral_window_below_vanilla"],
            findings: &["below"],
        },
        Part {
            says: "it is unbounded in R",
            theorems: &["SpectralDescent.spectral_window_unbounded"],
            findings: &["unbounded"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["vanilla-window", "scaled-start"],
    check: || evidence(&CANDIDATE),
    controls: &[
        Control {
            what: "the window is √R − 1, as without the rule",
            breaks: &["window", "below"],
            check: || {
                evidence(&Candidate {
                    window: windows::vanilla_relative,
                    ..CANDIDATE
                })
            },
        },
        Control {
            what: "the window is bounded by √2 − 1, as with weights",
            breaks: &["window", "unbounded"],
            check: || {
                evidence(&Candidate {
                    window: windows::reweighted_relative,
                    ..CANDIDATE
                })
            },
        },
        Control {
            what: "half times go like 1/√σ, which has the same window",
            breaks: &["half", "order", "limit"],
            check: || {
                evidence(&Candidate {
                    half: |ln_sigma, start| {
                        spectral_descent::half_amplitude_time(ln_sigma, start)
                            .map(|time| time * (-ln_sigma).exp())
                    },
                    ..CANDIDATE
                })
            },
        },
        Control {
            what: "gradient flow has these half times",
            breaks: &["half", "order"],
            check: || {
                evidence(&Candidate {
                    rule: Rule::Gradient,
                    ..CANDIDATE
                })
            },
        },
        Control {
            what: "the majority is first",
            breaks: &["order"],
            check: || {
                evidence(&Candidate {
                    first: Mode::Majority,
                    ..CANDIDATE
                })
            },
        },
    ],
};

struct Candidate {
    window: fn(ImbalanceRatio) -> f64,
    half: fn(f64, &Start) -> Result<f64, ufm_theory::TheoryError>,
    rule: Rule,
    first: Mode,
}

const CANDIDATE: Candidate = Candidate {
    window: spectral_descent::limiting_relative,
    half: spectral_descent::half_amplitude_time,
    rule: Rule::Spectral,
    first: Mode::Minority,
};

/// Everything the statement says, about a candidate.
fn evidence(candidate: &Candidate) -> Result<Evidence, CheckError> {
    const STEP: f64 = 2e-3;
    let mut half = Finding::within(
        "half",
        2e-3,
        "half times against those of steps of 0.002 along polar factors, absolute",
    );
    let mut order = Finding::always(
        "order",
        "the minority is first, in steps and in the closed form, plain start",
    );
    let mut window = Finding::within(
        "window",
        1e-12,
        "window of the closed-form half times from the scaled start, δ = 0.5 to 400, relative to 1 + ΔT",
    );
    let mut limit = Finding::within(
        "limit",
        1e-12,
        "ratio of half times from the plain start at δ = 400 against √(σ/σ′), relative",
    );
    let mut below = Finding::always("below", "the window is below √R − 1");
    let mut unbounded = Finding::always("unbounded", "beyond B at R = (B + 2)⁴");
    let mut evidence = Evidence::new();
    for classes in [4, 6] {
        for r in [10.0, 100.0, 1000.0] {
            let step = StepProfile::halves(classes, r)?;
            let problem = Problem::step(&step, Weighting::vanilla())?;
            let spectrum = StepSpectrum::new(&step, &Weighting::vanilla());
            for start in [Start::plain(8.0)?, Start::scaled(2.0)?] {
                let start_of = Initialisation::spectral(start).with_dimension(7).rotated(3);
                let run = Descent::new(&problem, start_of, candidate.rule, STEP).run(20.0)?;
                let mut at = Vec::new();
                for (mode, time) in step_modes(&step).into_iter().zip(&run.half_amplitude_times) {
                    let case = || format!("k = {classes}, R = {r}, {start:?}, {}", mode.name());
                    let time = time.ok_or_else(|| CheckError::NotReached(case()))?;
                    let expected = (candidate.half)(spectrum.ln_sigma(mode), &start)?;
                    half.observe(case, time - expected);
                    at.push((mode, time, expected));
                }
                if start.shape() == ufm_theory::problem::Shape::Plain {
                    let case = || format!("k = {classes}, R = {r}");
                    for pick in [|x: &(Mode, f64, f64)| x.1, |x: &(Mode, f64, f64)| x.2] {
                        let first = at.iter().min_by(|a, b| pick(a).total_cmp(&pick(b)));
                        order.require(case, first.map(|x| x.0) == Some(candidate.first));
                    }
                }
                if classes == 4
                    && start.shape() == ufm_theory::problem::Shape::Plain
                    && let Some(found) = run.window()
                {
                    evidence.report(format!("simulated window at R = {r}, δ = 8"), found);
                }
            }
        }
    }
    for classes in sweep::halves() {
        for ratio in sweep::imbalanced() {
            let spectrum = sweep::halves_spectrum(classes, ratio, 0.0)?;
            let case = || format!("k = {classes}, R = {:.3e}", ratio.get());
            for delta in [0.5, 1.0, 8.0, 400.0] {
                let times = spectrum
                    .modes()
                    .map(|mode| (candidate.half)(spectrum.ln_sigma(mode), &Start::scaled(delta)?))
                    .collect::<Result<Vec<f64>, _>>()?;
                let first = times.iter().copied().fold(f64::INFINITY, f64::min);
                let last = times.iter().copied().fold(0.0, f64::max);
                let found = last / first - 1.0;
                window.observe(case, ((candidate.window)(ratio) - found) / (1.0 + found));
            }
            let start = Start::plain(400.0)?;
            for mode in Mode::ALL {
                let [of, least] = [mode, Mode::Minority].map(|mode| spectrum.ln_sigma(mode));
                let found = (candidate.half)(of, &start)? / (candidate.half)(least, &start)?;
                limit.observe(case, found / (0.5 * (of - least)).exp() - 1.0);
            }
            below.require(
                case,
                (candidate.window)(ratio) < windows::vanilla_relative(ratio),
            );
        }
    }
    for exponent in 0..=4 {
        let bound = 10_f64.powi(exponent);
        let ratio = ImbalanceRatio::new((bound + 2.0).powi(4))?;
        unbounded.require(
            || format!("B = {bound:e}"),
            (candidate.window)(ratio) > bound,
        );
    }
    for finding in [half, order, window, limit, below, unbounded] {
        evidence.push(finding);
    }
    let start = Start::plain(8.0)?;
    evidence.report(
        "amplitude of a mode σ = 10 at t = 2",
        spectral_descent::amplitude(10.0_f64.ln(), &start, 2.0)?,
    );
    Ok(evidence)
}
