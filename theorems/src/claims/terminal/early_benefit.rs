//! Re-weighting helps the minority early and not at convergence.
//!
//! 10:1 STEP labels, random starts, weights of mean one over the samples (so that both losses are on one scale). At half the
//! limiting learning time of the vanilla minority modes, `t = δ/(2σ_min)`, the mean margin of the minority classes
//! exceeds ½ under `γ = ½` and not under vanilla training, while that of the majority exceeds ½ under both;
//! at `t = 2.5 δ/σ_min` all margins are 1 and the difference is gone.
//! Source: arXiv:2601.12011 (the phenomenon); this project (these thresholds).

use ufm_simulation::{Initialisation, Moment, Problem, Simulation};
use ufm_theory::problem::{Normalisation, StepProfile, Weighting};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "early-benefit",
    title: "Early benefit, none at the end",
    given: "At R = 10 from random starts",
    math: r"q_\mathrm{min}^{\gamma=1/2}(t)>\tfrac12\ge q_\mathrm{min}^{\gamma=0}(t),\quad q_\mathrm{maj}^{\gamma=1/2}(t),\ q_\mathrm{maj}^{\gamma=0}(t)>\tfrac12\quad\text{at}\ t=\frac{\delta}{2\sigma_\mathrm{min}};\qquad q\to1",
    parts: &[
        Part {
            says: "midway to the vanilla minority's learning time the reweighted minority margin exceeds ½ and the vanilla one does not",
            theorems: &[],
            findings: &["benefit"],
        },
        Part {
            says: "the majority's exceeds ½ under both",
            theorems: &[],
            findings: &["majority"],
        },
        Part {
            says: "at convergence all margins are 1",
            theorems: &[],
            findings: &["converged"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Paper("abstract: benefits early in training"),
    uses: &["terminal-interpolation"],
    check: || evidence(10.0, 0.5, EARLY, LATE),
    controls: &[
        Control {
            what: "the same on balanced data",
            breaks: &["benefit", "majority"],
            check: || evidence(1.0, 0.5, EARLY, LATE),
        },
        Control {
            what: "the same without weights",
            breaks: &["benefit"],
            check: || evidence(10.0, 0.0, EARLY, LATE),
        },
        Control {
            what: "the benefit is there at convergence",
            breaks: &["benefit"],
            check: || evidence(10.0, 0.5, LATE, LATE),
        },
        Control {
            what: "all have converged when half of the vanilla minority is learned",
            breaks: &["converged"],
            check: || evidence(10.0, 0.5, EARLY, 1.0),
        },
    ],
};

/// The early moment, in units of `δ/σ_min`.
const EARLY: f64 = 0.5;
/// Convergence, in units of `δ/σ_min`.
const LATE: f64 = 2.5;
const DELTA: f64 = 5.0;
const MINORITY_SIZE: f64 = 10.0;
const SEEDS: u64 = 5;

/// Everything the statement says, about candidates for imbalance, exponent and the moments of the benefit and of convergence.
fn evidence(ratio: f64, gamma: f64, moment: f64, end: f64) -> Result<Evidence, CheckError> {
    let mut benefit = Finding::always(
        "benefit",
        "minority margin above ½ reweighted, at most ½ vanilla",
    );
    let mut majority = Finding::always("majority", "majority margin above ½ under both");
    // A mode that starts at a hundredth of σe^(−2δ) or above, as those of Gaussian starts of this width do, is a logistic whose
    // residual at t is at most 100 e^(2δ) e^(−2σt). The slowest are the minority modes of vanilla training: 100 e^(−15) at LATE.
    let mut converged = Finding::within(
        "converged",
        4e-5,
        "|1 − margin| of both groups under both at convergence",
    );
    let mut sums = [[0.0; 2]; 2];
    for seed in 1..=SEEDS {
        let case = || format!("seed {seed}");
        let vanilla = margins(ratio, 0.0, seed, moment, end)?;
        let reweighted = margins(ratio, gamma, seed, moment, end)?;
        benefit.require(case, reweighted.early[1] > 0.5 && vanilla.early[1] <= 0.5);
        majority.require(case, reweighted.early[0] > 0.5 && vanilla.early[0] > 0.5);
        for (found, sums) in [&vanilla, &reweighted].into_iter().zip(&mut sums) {
            for (margin, sum) in found.early.iter().zip(sums) {
                *sum += margin / SEEDS as f64;
            }
            for margin in found.late {
                converged.observe(case, 1.0 - margin);
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [benefit, majority, converged] {
        evidence.push(finding);
    }
    for (row, weights) in ["vanilla", "reweighted"].into_iter().enumerate() {
        for (group, name) in ["majority", "minority"].into_iter().enumerate() {
            evidence.report(
                format!("mean early margin, {weights}, {name}"),
                sums[row][group],
            );
        }
    }
    Ok(evidence)
}

/// Margins of majority and minority.
struct Margins {
    early: [f64; 2],
    late: [f64; 2],
}

fn margins(
    ratio: f64,
    gamma: f64,
    seed: u64,
    early: f64,
    late: f64,
) -> Result<Margins, CheckError> {
    let step = StepProfile::halves(4, ratio)?.with_minority_size(MINORITY_SIZE)?;
    let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
    let problem = Problem::step(&step, weighting)?;
    let start = Initialisation::gaussian(DELTA, seed)?.with_dimension(16);
    let unit = DELTA / MINORITY_SIZE.sqrt();
    let times = [early * unit, late * unit];
    let trajectory = Simulation::new(&problem, start)
        .matrices()
        .tolerance(1e-8)
        .until(times[1])
        .at(&times)?;
    let of = |moment: &Moment| [0, 1].map(|group| moment.groups[group].margin.unwrap_or(f64::NAN));
    match trajectory.moments.as_slice() {
        [early, late] => Ok(Margins {
            early: of(early),
            late: of(late),
        }),
        _ => Err(CheckError::NotReached("a requested time".into())),
    }
}
