//! From one spectral start the flow of STEP labels ends at one pair of layers, for every positive weighting.
//!
//! $$ W(t) \to U\\,\Sigma^{1/2} Q^\top, \qquad H(t) \to Q\\,\Sigma^{1/2} V^\top, $$
//! `Q` the directions of the start: from the scaled start, `e^δ` times where each layer began. Re-weighting leaves no trace, not even the
//! rotation that `terminal-geometry` leaves open.
//!
//! # Proof
//!
//! Modes within the groups are logistic. Of the contrast (`exact-reduction`) let `α = √N₊a`, `β = √N₋b`, `w² = α² + β²` (conserved), `Z₊ = √(pRn)`,
//! `Z₋ = √((1−p)n)`.
//!
//! 1. *A floor.* Where `w²` is below both targets neither logit `wα, wβ ≤ w²` is above its own, so `w²` does not fall:
//!    `w(t)² ≥ ν = min(w(t₀)², Z₊, Z₋)` for all `t ≥ t₀`.
//! 2. *The rate.* `ℓ = ω₊(Z₊ − wα)² + ω₋(Z₋ − wβ)²` has `ℓ̇ = −2(ẇ² + α̇² + β̇²) ≤ −2w²[ω₊²(Z₊ − wα)² + ω₋²(Z₋ − wβ)²]`, by the features
//!    alone, so `ℓ(t) ≤ ℓ(t₀) exp(−2ν min(ω₊, ω₋)(t − t₀))`.
//! 3. *The layers.* `w⁴ = (wα)² + (wβ)² → Z₊² + Z₋² = σ²`, so `w → √σ`, `α → Z₊/√σ`, `β → Z₋/√σ`: the contrast's own direction again. ∎
//!
//! Coq has checked it for the full matrix flow, of which it shows that it exists and is the only one: `Convergence.v`, `StepFlow.v`,
//! `WellPosed.v`. Source: this project.

use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{Start, StepProfile, Weighting},
    spectrum::Mode,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "terminal-layers",
    title: "One end for all weights",
    given: "From one spectral start and for every positive weighting of the groups",
    math: r"W(t)\to U\Sigma^{1/2}Q^\top,\quad H(t)\to Q\,\Sigma^{1/2}V^\top;\qquad \ell(t)\le\ell(t_0)\,e^{-2\min(w(t_0)^2,Z_+,Z_-)\,\min(\omega_+,\omega_-)\,(t-t_0)}",
    parts: &[
        Part {
            says: "the flow of STEP labels ends at the same layers, W = U√Σ Qᵀ and H = Q√Σ Vᵀ",
            theorems: &[
                "StepFlow.step_flow_converges",
                "StepFlow.step_flow_well_posed",
            ],
            findings: &["layers"],
        },
        Part {
            says: "after any time t₀ the weighted squared error of the contrast falls at least at the rate 2 min(w(t₀)², Z₊, Z₋) min(ω₊, ω₋)",
            theorems: &[
                "Convergence.loss_decays_from",
                "StepFlow.step_flow_is_reduced",
            ],
            findings: &["rate"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["exact-reduction", "balancedness", "terminal-interpolation"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "they are there by a twentieth of the time",
            breaks: &["layers"],
            check: || {
                evidence(Candidate {
                    end: END / 20.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the same from a start along other hidden directions",
            breaks: &["layers"],
            check: || {
                evidence(Candidate {
                    turned: true,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "twice the rate",
            breaks: &["rate"],
            check: || {
                evidence(Candidate {
                    rate: 2.0,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

/// What is checked: the end of training in units of `R`, whether the start is along other hidden directions than the target, and the factor of the rate.
struct Candidate {
    end: f64,
    turned: bool,
    rate: f64,
}

/// Late, nothing decays more slowly than at the rate `ω_maj σ_min = R^(−γ)`: about `e^(−24)` is left of it at the end.
const END: f64 = 24.0;

impl Candidate {
    const TRUE: Self = Self {
        end: END,
        turned: false,
        rate: 1.0,
    };
}

fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut evidence = Evidence::new();
    evidence.push(layers(&candidate)?);
    let (rate, least) = rate(&candidate)?;
    evidence.push(rate);
    evidence.report("least fall of ln ℓ over the one stated", least);
    Ok(evidence)
}

/// Both layers of the full matrix flow at the end, against `e^δ` times where they began from the scaled start.
fn layers(candidate: &Candidate) -> Result<Finding, CheckError> {
    let mut layers = Finding::within(
        "layers",
        1e-7,
        "entries of W and H at the end against √Σ along the start, relative to the largest",
    );
    for (majority, minority, ratio) in [(2, 2, 10.0), (3, 3, 4.0), (1, 3, 10.0), (4, 1, 100.0)] {
        let step = StepProfile::new(majority, minority, ratio)?;
        let problem = Problem::step(&step, Weighting::power(0.0)?)?;
        let scaled = Initialisation::spectral(Start::scaled(DELTA)?);
        let begun = Simulation::new(&problem, scaled)
            .matrices()
            .until(1e-12)
            .at(&[])?
            .factors()?
            .clone();
        for gamma in [0.0, 0.5, 1.0] {
            let problem = Problem::step(&step, Weighting::power(gamma)?)?;
            for start in [Start::scaled(DELTA)?, Start::plain(DELTA)?] {
                let case = || {
                    format!(
                        "k = {majority} + {minority}, R = {ratio}, γ = {gamma}, {:?} start",
                        start.shape()
                    )
                };
                let start = Initialisation::spectral(start);
                let start = if candidate.turned {
                    start.rotated(1)
                } else {
                    start
                };
                let end = candidate.end * ratio;
                let end = Simulation::new(&problem, start)
                    .matrices()
                    .until(end)
                    .at(&[])?
                    .factors()?
                    .clone();
                let grown = DELTA.exp();
                for (found, begun) in [
                    (&end.classifier, &begun.classifier),
                    (&end.features, &begun.features),
                ] {
                    let wanted = begun * grown;
                    layers.observe(case, (found - &wanted).amax() / wanted.amax());
                }
            }
        }
    }
    Ok(layers)
}

const DELTA: f64 = 3.0;

/// The fall of the contrast's error between two times, in logarithms, against the rate from the first; and the least quotient of the two.
fn rate(candidate: &Candidate) -> Result<(Finding, f64), CheckError> {
    let mut least = f64::INFINITY;
    let mut rate = Finding::within(
        "rate",
        1e-8,
        "by how much ln ℓ fell short of the rate between two times",
    );
    for (majority, minority) in [(2, 2), (5, 5), (2, 8), (8, 2), (1, 3)] {
        for ratio in [1.0, 2.0, 10.0, 1e4] {
            for gamma in [0.0, 0.25, 0.5, 1.0] {
                for start in [Start::scaled(1.0)?, Start::scaled(8.0)?, Start::plain(4.0)?] {
                    let step = StepProfile::new(majority, minority, ratio)?;
                    let error = Contrast::new(&step, Weighting::power(gamma)?)?;
                    let problem = Problem::step(&step, Weighting::power(gamma)?)?;
                    let flow = Simulation::new(&problem, Initialisation::spectral(start))
                        .solver(Solver::Reduced);
                    let half = flow.at(&[])?.half_time(Mode::Contrast).unwrap_or(f64::NAN);
                    let times: Vec<f64> =
                        (0..=60).map(|i| 6.0 * half * f64::from(i) / 60.0).collect();
                    let moments = flow.at(&times)?.moments;
                    for pair in moments.windows(2) {
                        let [(before, after), (later, _)] = [&pair[0], &pair[1]].map(|moment| {
                            error.at(moment.contrast_samples.unwrap_or([f64::NAN; 2]))
                        });
                        // Closer to the labels than this the integrator's own error is seen.
                        if later < -14.0 {
                            break;
                        }
                        let case = || {
                            format!(
                                "k = {majority} + {minority}, R = {ratio}, γ = {gamma}, δ = {}, from t = {}",
                                start.delta(),
                                pair[0].time
                            )
                        };
                        let fall = candidate.rate * after * (pair[1].time - pair[0].time);
                        rate.observe(case, (later - before + fall).max(0.0));
                        least = least.min((before - later) / fall);
                    }
                }
            }
        }
    }
    Ok((rate, least))
}

/// What the contrast's error is made of.
struct Contrast {
    /// `Z₊`, `Z₋`.
    targets: [f64; 2],
    /// `ω₊`, `ω₋`.
    weights: [f64; 2],
}

impl Contrast {
    fn new(step: &StepProfile, weighting: Weighting) -> Result<Self, CheckError> {
        let weights = weighting.class_weights(&step.profile())?;
        let classes = step.classes() as f64;
        Ok(Self {
            targets: [
                (step.minority() as f64 / classes * step.majority_size()).sqrt(),
                (step.majority() as f64 / classes * step.minority_size()).sqrt(),
            ],
            weights: [weights[0], weights[step.majority()]],
        })
    }

    /// `ln(ℓ/ℓ_max)`, with `ℓ_max` that of zero logits, and the rate of its fall from here on, at logits over targets `x`.
    fn at(&self, x: [f64; 2]) -> (f64, f64) {
        let [z_maj, z_min] = self.targets;
        let [w_maj, w_min] = self.weights;
        let error = |x: [f64; 2]| {
            w_maj * (z_maj * (1.0 - x[0])).powi(2) + w_min * (z_min * (1.0 - x[1])).powi(2)
        };
        let square = (z_maj * x[0]).hypot(z_min * x[1]);
        let rate = 2.0 * square.min(z_maj).min(z_min) * w_maj.min(w_min);
        ((error(x) / error([0.0, 0.0])).ln(), rate)
    }
}
