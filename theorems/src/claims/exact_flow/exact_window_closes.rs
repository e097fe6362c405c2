//! As `δ → ∞` the window of the exact reweighted flow closes, at rate `ln R/δ`.
//!
//! Exact flow, `γ = ½`, a share `p` of minority classes. Every half-amplitude time over `δ` tends to 1, from the plain and from the scaled
//! start: at the origin the flow linearises to `ZΩ`, whose singular values are all 1. From the scaled start
//! $$ \delta\\,\Delta T(R, \delta) \\;\to\\; C(R, p), \qquad C(R, p) = \frac14\Bigl(\frac1{\sqrt p} - 1\Bigr) \ln R + O(1) \quad (R \to \infty). $$
//! The constant is the time that is lost after the minority samples are fitted: from there on the classifier has to grow by a
//! factor `R^{1/4}`, and grows at rate `√p` in place of 1. (With the projected flow the window does not close: it is
//! set by the rates `σλ`.) Limits in `δ` are followed to `δ = 400`, those in `R` to `R = 10¹²`; the argument for `C` is heuristic.
//! Source: this project.

use ufm_simulation::{Initialisation, Problem, Simulation, Solver};
use ufm_theory::{
    problem::{Shape, Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
    windows::{self, MinorityShare},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "exact-window-closes",
    title: "Exact window closes as δ → ∞",
    given: "At γ = ½, as δ → ∞ and with a share p of minority classes",
    math: r"\frac{t_{1/2}}{\delta}\to1,\qquad \delta\,\Delta T(R,\delta)\to C(R),\qquad C(R)\sim\frac14\Bigl(\frac1{\sqrt p}-1\Bigr)\ln R\quad(R\to\infty)",
    parts: &[
        Part {
            says: "every half-amplitude time of the exact flow over δ tends to 1, from both spectral starts",
            theorems: &[],
            findings: &["times"],
        },
        Part {
            says: "the relative window from the scaled start is C(R)/δ",
            theorems: &[],
            findings: &["settles"],
        },
        Part {
            says: "C(R) grows like (1/√p − 1)/4 · ln R",
            theorems: &[],
            findings: &["slope"],
        },
    ],
    kind: Kind::Limit,
    source: Source::Project,
    uses: &["exact-reduction", "exact-window-bound"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "the window closes like 1/δ²",
            breaks: &["settles", "slope"],
            check: || {
                evidence(Candidate {
                    power: 2,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "C grows like (1/√p − 1)/2 · ln R",
            breaks: &["slope"],
            check: || {
                evidence(Candidate {
                    part: 0.5,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "C is bounded in R",
            breaks: &["slope"],
            check: || {
                evidence(Candidate {
                    part: 0.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the window closes at γ = 0.49",
            breaks: &["times", "settles", "slope"],
            check: || {
                evidence(Candidate {
                    gamma: 0.49,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    gamma: f64,
    /// The window closes like `δ^(−power)`.
    power: i32,
    /// `C` grows like `part·(1/√p − 1)·ln R`.
    part: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        gamma: 0.5,
        power: 1,
        part: 0.25,
    };
}

const SCALES: [f64; 4] = [50.0, 100.0, 200.0, 400.0];

/// Everything the statement says, about a candidate exponent and rates.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut times = Finding::always(
        "times",
        "|half-amplitude time/δ − 1| ≤ (1 + ln R)/δ, both starts",
    );
    let mut settles = Finding::within(
        "settles",
        1e-6,
        "δ·ΔT at δ against its value at δ = 400, absolute",
    );
    let mut slope = Finding::within(
        "slope",
        1e-3,
        "slope of C over ln R between R = 10⁸ and 10¹²",
    );
    let mut evidence = Evidence::new();
    for (majority, minority) in [(2_usize, 2_usize), (2, 8), (8, 2)] {
        let share = MinorityShare::new(minority as f64 / (majority + minority) as f64)?;
        let mut constants = Vec::new();
        for ratio in [10.0, 100.0, 1e4, 1e8, 1e12] {
            let step = StepProfile::new(majority, minority, ratio)?;
            let half = |shape, delta| -> Result<_, CheckError> {
                let start = Start::new(shape, delta)?;
                let problem = Problem::step(&step, Weighting::power(candidate.gamma)?)?;
                let flow = Simulation::new(&problem, Initialisation::spectral(start))
                    .solver(Solver::Reduced);
                Ok(flow.at(&[])?)
            };
            let scaled = |delta: f64| -> Result<f64, CheckError> {
                Ok(delta.powi(candidate.power)
                    * half(Shape::Scaled, delta)?
                        .window()
                        .map_or(f64::NAN, |window| window.relative))
            };
            let last = scaled(SCALES[3])?;
            for delta in SCALES {
                let case = || format!("p = {}, R = {ratio:e}, δ = {delta}", share.get());
                for shape in [Shape::Plain, Shape::Scaled] {
                    let run = half(shape, delta)?;
                    for mode in Mode::ALL {
                        let time = run.half_time(mode).unwrap_or(f64::NAN);
                        times.require(
                            case,
                            (time / delta - 1.0).abs() <= (1.0 + f64::ln(ratio)) / delta,
                        );
                    }
                }
                settles.observe(case, scaled(delta)? - last);
            }
            constants.push((f64::ln(ratio), last));
            evidence.report(format!("C at p = {}, R = {ratio:e}", share.get()), last);
        }
        if let [.., (x0, y0), (x1, y1)] = constants[..] {
            let expected = candidate.part * windows::supremum_split(share);
            slope.observe(
                || format!("p = {}", share.get()),
                (y1 - y0) / (x1 - x0) - expected,
            );
            evidence.report(
                format!("slope of C over ln R, p = {}", share.get()),
                (y1 - y0) / (x1 - x0),
            );
        }
    }
    for finding in [times, settles, slope] {
        evidence.push(finding);
    }
    let projected = StepSpectrum::new(&StepProfile::halves(4, 100.0)?, &Weighting::power(0.5)?);
    evidence.report(
        "projected flow, R = 100: contrast learning time over δ",
        ufm_theory::modes::learning_time::limiting(&projected, Mode::Contrast),
    );
    Ok(evidence)
}
