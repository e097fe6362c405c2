//! The contrast mode under the cross-entropy: inside the paper's window for moderate imbalance, outside it for large, with weights too.
//!
//! At `γ = ½` from the scaled start and equal halves, half-amplitude times are closer together under the cross-entropy than under the squared
//! loss for `R ≤ 10⁴`, whose window is below `√2 − 1` (`exact-window-bound`). But **the bound does not carry over**: at `R = 10⁵` the window exceeds it, and
//! for larger `R` it grows beyond any: once its classes are told apart from each other, a group's residuals vanish together with the pull that they have on the contrast,
//! which then grows like a logarithm of time. Without weights it happens sooner: at `R = 10` the contrast is second, as under the squared loss, at `R = 100`
//! and `δ = 16` it comes after the minority. (`cross-entropy-groups` is about the other modes, which never wait.)
//! Numerical; source: this project.

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, Solver, Trajectory};
use ufm_theory::{
    problem::{Start, StepProfile, Weighting},
    spectrum::Mode,
    windows,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "cross-entropy-window",
    title: "Window under the cross-entropy",
    given: "Of the cross-entropy from the scaled start with equal halves",
    math: r"\gamma=\tfrac12:\ \Delta T^{\mathrm{CE}}<\Delta T^{\mathrm{sq}}\ (R\le10^4),\quad \Delta T^{\mathrm{CE}}>\sqrt2-1\ (R=10^5),\quad \Delta T^{\mathrm{CE}}>1\ (R=10^9);\qquad \gamma=0:\ t_\mathrm{con}<t_\mathrm{min}\ (R=10),\quad t_\mathrm{con}>t_\mathrm{min}\ (R=100)",
    parts: &[
        Part {
            says: "at γ = ½ the relative window is below that of the squared loss for R ≤ 10⁴",
            theorems: &[],
            findings: &["below"],
        },
        Part {
            says: "it is above √2 − 1 at R = 10⁵, δ = 1 (k = 4) and above 1 at R = 10⁹, δ = 8 (k = 10)",
            theorems: &[],
            findings: &["above"],
        },
        Part {
            says: "where the contrast waits so long, the matrices say the same as the five numbers (R = 10⁴, δ = 4, k = 8 + 2)",
            theorems: &[],
            findings: &["waits"],
        },
        Part {
            says: "without weights the contrast is second at R = 10, but after the minority at R = 100, δ = 16",
            theorems: &[],
            findings: &["order"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &[
        "cross-entropy-reduction",
        "cross-entropy-groups",
        "exact-window-bound",
    ],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "below 0.8 of the squared loss's window",
            breaks: &["below"],
            check: || {
                evidence(Candidate {
                    factor: 0.8,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "below the squared loss's window for R ≤ 10⁶",
            breaks: &["below"],
            check: || {
                evidence(Candidate {
                    largest: 1e6,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "without weights",
            breaks: &["below"],
            check: || {
                evidence(Candidate {
                    gamma: 0.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "contrast after the minority at R = 50 and δ = 8 too",
            breaks: &["order"],
            check: || {
                evidence(Candidate {
                    late: (50.0, 8.0),
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "above √2 − 1 at R = 10⁴ already",
            breaks: &["above"],
            check: || {
                evidence(Candidate {
                    beyond: 1e4,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "matrices with weights of an exponent a hundredth larger wait as long",
            breaks: &["waits"],
            check: || {
                evidence(Candidate {
                    matrices: 0.51,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    gamma: f64,
    factor: f64,
    largest: f64,
    late: (f64, f64),
    /// The ratio from which the window is above √2 − 1.
    beyond: f64,
    /// Exponent of the weights of the matrices.
    matrices: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        gamma: 0.5,
        factor: 1.0,
        largest: 1e4,
        late: (100.0, 16.0),
        beyond: 1e5,
        matrices: 0.5,
    };
}

/// The run in few numbers to the end given, if the modes are not learned before.
fn run(
    step: &StepProfile,
    loss: Loss,
    gamma: f64,
    delta: f64,
    end: Option<f64>,
) -> Result<Trajectory, CheckError> {
    let problem = Problem::step(step, Weighting::power(gamma)?)?.with_loss(loss)?;
    let start = Initialisation::spectral(Start::scaled(delta)?);
    let flow = Simulation::new(&problem, start).solver(Solver::Reduced);
    Ok(match end {
        Some(end) => flow.until(end),
        None => flow,
    }
    .at(&[])?)
}

/// The relative window of all three modes.
fn relative(step: &StepProfile, loss: Loss, gamma: f64, delta: f64) -> Result<f64, CheckError> {
    let run = run(step, loss, gamma, delta, None)?;
    let window = run.window().filter(|_| run.unlearned().is_empty());
    Ok(window.map_or(f64::INFINITY, |window| window.relative))
}

/// Everything the statement says, of a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut below = Finding::always(
        "below",
        "the window below that of the squared loss for moderate R",
    );
    let mut evidence = Evidence::new();
    for classes in [4, 10, 100] {
        for ratio in [2.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e9] {
            let step = StepProfile::halves(classes, ratio)?;
            for delta in [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0] {
                let window = relative(&step, Loss::CROSS_ENTROPY, candidate.gamma, delta)?;
                let case = || format!("k = {classes}, R = {ratio}, δ = {delta}");
                if ratio <= candidate.largest {
                    let squared = relative(&step, Loss::Squared, candidate.gamma, delta)?;
                    below.require(case, window < candidate.factor * squared);
                }
                if classes < 100 && [1.0, 8.0].contains(&delta) {
                    evidence.report(format!("window, {}", case()), window);
                }
            }
        }
    }
    let mut above = Finding::always(
        "above",
        "the window above √2 − 1, and above 1, where stated",
    );
    for (classes, ratio, delta, least) in [
        (4, candidate.beyond, 1.0, windows::SUPREMUM),
        (10, 1e9, 8.0, 1.0),
    ] {
        let found = relative(
            &StepProfile::halves(classes, ratio)?,
            Loss::CROSS_ENTROPY,
            candidate.gamma,
            delta,
        )?;
        above.require(
            || format!("k = {classes}, R = {ratio}, δ = {delta}"),
            found > least,
        );
    }
    // The same by the matrices, which reach this far: eight large classes and two small ones.
    let mut waits = Finding::within(
        "waits",
        1e-6,
        "half-amplitude time of a waiting contrast by matrices, R = 10⁴, δ = 4, k = 8 + 2",
    );
    let step = StepProfile::new(8, 2, 1e4)?;
    let reduced = run(&step, Loss::CROSS_ENTROPY, 0.5, 4.0, Some(40.0))?;
    let matrices = Simulation::new(
        &Problem::step(&step, Weighting::power(candidate.matrices)?)?
            .with_loss(Loss::CROSS_ENTROPY)?,
        Initialisation::spectral(Start::scaled(4.0)?),
    )
    .matrices()
    .until(40.0)
    .at(&[])?;
    let by_matrices = matrices.half_time(Mode::Contrast).unwrap_or(f64::NAN);
    waits.observe(
        || "contrast".into(),
        by_matrices / reduced.half_time(Mode::Contrast).unwrap_or(f64::NAN) - 1.0,
    );
    evidence.report("that time over δ", by_matrices / 4.0);
    let mut order = Finding::always(
        "order",
        "without weights: contrast before the minority at R = 10, after it where stated",
    );
    for half in [2, 5] {
        for (ratio, delta, late) in [
            (10.0, 8.0, false),
            (10.0, 256.0, false),
            (candidate.late.0, candidate.late.1, true),
            (100.0, 28.0, true),
        ] {
            let step = StepProfile::new(half, half, ratio)?;
            let found = run(&step, Loss::CROSS_ENTROPY, 0.0, delta, Some(1.1 * delta))?;
            let [majority, contrast, minority] = [Mode::Majority, Mode::Contrast, Mode::Minority]
                .map(|mode| found.half_time(mode).unwrap_or(f64::INFINITY));
            order.require(
                || format!("k = {half} + {half}, R = {ratio}, δ = {delta}"),
                majority < contrast.min(minority)
                    && minority.is_finite()
                    && (contrast > minority) == late,
            );
        }
    }
    for finding in [below, above, waits, order] {
        evidence.push(finding);
    }
    Ok(evidence)
}
