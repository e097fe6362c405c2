//! Under logit adjustment groups of classes are learned when they are learned without it.
//!
//! Adding $\iota_c$, the same within each group, to the logits of a sample leaves them of the form that `cross-entropy-groups` starts from: $b + x$ at its class, $b$ at
//! the others of its group. So the modes within a group obey $\dot x = 2\rho x(1 - g)$ with the same bounds on $g$, and from the scaled start
//! $$ \frac{\delta - \tfrac12\ln 2}{\rho} \\;\le\\; t_{1/2} \\;<\\; \frac{\delta - \tfrac12\ln\tfrac32}{\rho} $$
//! whatever $\tau$: the minority comes later than the majority by $\sqrt R$ as without adjustment. The contrast comes later than without it.
//! Source: this project; logit adjustment is Menon et al., arXiv:2007.07314.

use ufm_simulation::{
    Initialisation, Loss, Problem,
    remedies::{Descent, Rule},
};
use ufm_theory::{
    problem::{Start, StepProfile, Weighting},
    remedies::vector_scaling::{self, VectorScaling},
    spectrum::{Mode, labels::step_modes},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "adjusted-groups",
    title: "Groups under logit adjustment",
    given: "Under the cross-entropy of logits ℓ_c + ι_c, ι constant on the group in question, from the scaled start, δ > ½ ln 2",
    math: r"\frac{\delta-\tfrac12\ln2}{\rho}\le t_{1/2}<\frac{\delta-\tfrac12\ln\tfrac32}{\rho}\ \text{for any}\ \iota,\qquad \frac{t_\mathrm{min}}{t_\mathrm{maj}}\approx\sqrt R,\qquad t_\mathrm{con}(\tau=1)>t_\mathrm{con}(\tau=0)",
    parts: &[
        Part {
            says: "a sample of the group has adjusted logits of the same form as without ι: b at the classes of the group, b + x at its own",
            theorems: &["VectorScaling.adjusted_logits"],
            findings: &[],
        },
        Part {
            says: "modes that follow ẋ = 2ρx(1 − g), g the softmax of the own class less that of another of the group, are half learned at (δ − ½ ln 2)/ρ or later and before (δ − ½ ln 3/2)/ρ, whatever ι",
            theorems: &["VectorScaling.adjusted_half_time"],
            findings: &["bounds"],
        },
        Part {
            says: "simulated at R = 10 and 100 with ι = τ ln(n_c/N), τ from 0 to 2, the majority comes before the minority by √R to a percent and a half at δ = 8",
            theorems: &[],
            findings: &["ratio"],
        },
        Part {
            says: "and the contrast, at τ = 1, comes later than at τ = 0",
            theorems: &[],
            findings: &["contrast"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["adjusted-growth", "cross-entropy-groups"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "adjustment brings the groups together by R^(τ/8)",
            breaks: &["bounds", "ratio"],
            check: || {
                evidence(Candidate {
                    together: 0.125,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "half is reached 0.05/ρ earlier than the later bound says",
            breaks: &["bounds"],
            check: || {
                evidence(Candidate {
                    earlier: 0.05,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "adjustment with the other sign, for which the contrast comes earlier",
            breaks: &["contrast"],
            check: || {
                evidence(Candidate {
                    sign: -1.0,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    together: f64,
    earlier: f64,
    sign: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        together: 0.0,
        earlier: 0.0,
        sign: 1.0,
    };
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut bounds = Finding::within(
        "bounds",
        1e-3,
        "how far ρt_half of a simulated mode of a group lies outside of [δ − ½ ln 2, δ − ½ ln 3/2]",
    );
    let mut ratio = Finding::within(
        "ratio",
        0.015,
        "minority over majority time at δ = 8, over √R, less one",
    );
    let mut contrast = Finding::always(
        "contrast",
        "the contrast is half learned later at τ = 1 than at τ = 0, R = 10, δ = 6 and 8",
    );
    let mut evidence = Evidence::new();
    let (earliest, latest) = (0.5 * 2.0_f64.ln(), 0.5 * 1.5_f64.ln() + candidate.earlier);
    for classes in [4, 6] {
        for r in [10.0, 100.0] {
            let step = StepProfile::halves(classes, r)?;
            for delta in [6.0, 8.0] {
                let mut contrast_times = Vec::new();
                for tau in [0.0, 0.5, 1.0, 2.0] {
                    let case = || format!("k = {classes}, R = {r}, δ = {delta}, τ = {tau}");
                    let scaling = VectorScaling::adjustment(candidate.sign * tau)?;
                    let all = r < 50.0 && (tau == 0.0 || tau == 1.0);
                    let times = half_times(&step, scaling, delta, all)?;
                    let rate = |mode| {
                        let moved = match mode {
                            Mode::Minority => candidate.together * tau * r.ln(),
                            _ => 0.0,
                        };
                        (vector_scaling::step_ln_rate(&step, &Weighting::vanilla(), &scaling, mode)
                            + moved)
                            .exp()
                    };
                    for (mode, time) in step_modes(&step).into_iter().zip(&times) {
                        if mode != Mode::Contrast {
                            let time = time.ok_or_else(|| CheckError::NotReached(case()))?;
                            let late = rate(mode) * time - delta;
                            bounds.observe(case, (late + latest).max(-earliest - late).max(0.0));
                        }
                    }
                    let at = |mode| {
                        let found = step_modes(&step).into_iter().zip(&times);
                        found
                            .filter(|(other, _)| *other == mode)
                            .find_map(|(_, time)| *time)
                            .ok_or_else(|| CheckError::NotReached(case()))
                    };
                    if delta == 8.0 {
                        let found = at(Mode::Minority)? / at(Mode::Majority)?;
                        let together = (-candidate.together * tau * r.ln()).exp();
                        ratio.observe(case, found / (r.sqrt() * together) - 1.0);
                        if classes == 4 {
                            evidence.report(
                                format!("minority over majority time at R = {r}, τ = {tau}"),
                                found,
                            );
                        }
                    }
                    if all {
                        contrast_times.push(at(Mode::Contrast)?);
                        if classes == 4 {
                            evidence.report(
                                format!(
                                    "t_half/δ of the contrast at R = {r}, τ = {tau}, δ = {delta}"
                                ),
                                at(Mode::Contrast)? / delta,
                            );
                        }
                    }
                }
                if let [without, with] = contrast_times[..] {
                    contrast.require(
                        || format!("k = {classes}, R = {r}, δ = {delta}"),
                        with > without,
                    );
                }
            }
        }
    }
    for finding in [bounds, ratio, contrast] {
        evidence.push(finding);
    }
    Ok(evidence)
}

/// Of every mode, those of the groups only unless `all` are asked for.
fn half_times(
    step: &StepProfile,
    scaling: VectorScaling,
    delta: f64,
    all: bool,
) -> Result<Vec<Option<f64>>, CheckError> {
    let problem = Problem::step(step, Weighting::vanilla())?.with_loss(Loss::CROSS_ENTROPY)?;
    let start = Initialisation::spectral(Start::scaled(delta)?);
    let step_size = 0.05 / step.ratio().get().sqrt();
    let descent = Descent::new(&problem, start, Rule::Gradient, step_size).scaled(scaling);
    let end = if all { 20.0 * delta } else { delta };
    Ok(descent.run(end)?.half_amplitude_times)
}
