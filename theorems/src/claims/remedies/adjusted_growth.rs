//! Logit adjustment delays the contrast and does nothing for the groups; multiplicative factors move the groups apart.
//!
//! The cross-entropy of logits $\Delta_c \ell_c + \tau\ln\pi_c$, $\pi_c = n_c/N$, has at zero logits the residual $A = D(Y - p1^\top)\Omega$ with
//! $p_c \propto n_c^\tau$, $D = \mathrm{diag}(\Delta)$: early growth rates are its singular values. With strengths $m_c = n_c\omega_c^2$, $\mu = m_{\rm maj}/m_{\rm min}$,
//! $e = R^\tau$ and $a$, $b$ classes in the groups they are, squared, $\Delta_{\rm maj}^2 m_{\rm maj}$, $\Delta_{\rm min}^2 m_{\rm min}$ and, for $\Delta = 1$,
//! $$ \frac{(a + b)\\,m_{\rm min}}{a\mu + b}\Bigl[\mu + \frac{ab\\,(e - \mu)^2}{(ae + b)^2}\Bigr], $$
//! least where $e = \mu$: for equal halves without weights $2R/(R + 1)$ at $\tau = 1$, between the groups' $R$ and $1$. With $\tau = 1$ *and* factors $\Delta_c \propto n_c^{-1/2}$ it is
//! flat for any counts, without weights: $AA^\top \propto D(\mathrm{diag}\,n - nn^\top/N)D \propto I - \sqrt\pi\sqrt\pi^\top$, a projection, as weights $n_c^{-1/2}$ make it $I - 11^\top/k$.
//! Source: this project; logit adjustment is Menon et al., arXiv:2007.07314, the vector-scaling loss Kini et al., arXiv:2103.01950.

use ufm_theory::{
    numerics::left_singular::left_singular,
    problem::{ClassProfile, StepProfile, Weighting},
    remedies::vector_scaling::{self, VectorScaling},
    spectrum::Mode,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "adjusted-growth",
    title: "Logit adjustment delays the contrast alone",
    given: "Of A = D(Y − p1ᵀ)Ω, p_c ∝ n_c^τ, D = diag((n_c/n_max)^κ), for STEP labels with a majority and b minority classes, strengths m = nω², μ = m_maj/m_min, e = R^τ",
    math: r"A=D(Y-p1^\top)\Omega:\quad \|v^\top A\|^2=\Delta^2m,\quad \frac{(a+b)\,m_\mathrm{min}}{a\mu+b}\Bigl[\mu+\frac{ab\,(e-\mu)^2}{(ae+b)^2}\Bigr],\qquad \text{halves:}\ \frac{2R}{R+1}\ (\tau=1),\ \frac{R+1}{2}\ (\tau=0),\qquad \tau=1,\ \kappa=-\tfrac12:\ AA^\top=n_\mathrm{max}(I-\sqrt\pi\sqrt\pi^\top)",
    parts: &[
        Part {
            says: "its non-zero singular values, the early growth rates, are the lengths ‖vᵀA‖ in directions v within the groups, and one more, of the contrast",
            theorems: &[],
            findings: &["singular"],
        },
        Part {
            says: "in any direction within a group the squared length is Δ²m, whatever τ",
            theorems: &["VectorScaling.group_square"],
            findings: &["groups"],
        },
        Part {
            says: "in that of the contrast it is (a+b)m_min/(aμ+b)·[μ + ab(e−μ)²/(ae+b)²] at κ = 0",
            theorems: &["VectorScaling.contrast_square_formula"],
            findings: &["contrast"],
        },
        Part {
            says: "this is least where e = μ, and there alone",
            theorems: &["VectorScaling.contrast_square_least"],
            findings: &["least"],
        },
        Part {
            says: "for equal halves without weights and n_min = 1 it is 2R/(R+1) at τ = 1 and (R+1)/2 at τ = 0",
            theorems: &["VectorScaling.adjusted_contrast_halves"],
            findings: &["halves"],
        },
        Part {
            says: "without weights the squared lengths of the groups are in the ratio R^(1+2κ)",
            theorems: &["VectorScaling.scaled_groups_ratio"],
            findings: &["factors"],
        },
        Part {
            says: "for any class counts, without weights, τ = 1 and κ = −½ make AAᵀ = n_max(I − √π√πᵀ), π_c = n_c/N: all non-zero singular values are equal",
            theorems: &["VectorScaling.scaled_gram_is_projection"],
            findings: &["flat"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["growth-rates"],
    check: || evidence(vector_scaling::step_ln_rate),
    controls: &[
        Control {
            what: "logit adjustment leaves the contrast alone",
            breaks: &["singular", "contrast", "halves", "least", "flat"],
            check: || {
                evidence(|step, weighting, scaling, mode| {
                    let unadjusted = plain(scaling);
                    vector_scaling::step_ln_rate(step, weighting, &unadjusted, mode)
                })
            },
        },
        Control {
            what: "logit adjustment slows the majority, by R^(−τ/2)",
            breaks: &["singular", "groups", "factors"],
            check: || {
                evidence(|step, weighting, scaling, mode| {
                    let slower = match mode {
                        Mode::Majority => 0.5 * scaling.additive() * step.ratio().ln(),
                        _ => 0.0,
                    };
                    vector_scaling::step_ln_rate(step, weighting, scaling, mode) - slower
                })
            },
        },
        Control {
            what: "factors (n_c/n_max)^κ bring the groups together: κ for −κ",
            breaks: &["singular", "groups", "factors"],
            check: || {
                evidence(|step, weighting, scaling, mode| {
                    let turned = VectorScaling::new(scaling.additive(), -scaling.multiplicative())
                        .unwrap_or_default();
                    vector_scaling::step_ln_rate(step, weighting, &turned, mode)
                })
            },
        },
    ],
};

/// Logarithm of a growth rate.
type Rate = fn(&StepProfile, &Weighting, &VectorScaling, Mode) -> f64;

/// Everything the statement says, about a candidate for the rates.
fn evidence(ln_rate: Rate) -> Result<Evidence, CheckError> {
    let mut singular = Finding::within(
        "singular",
        1e-11,
        "rates against the singular values of the matrix by class, relative to the largest",
    );
    let mut groups = Finding::within(
        "groups",
        1e-12,
        "rates against the length in a direction within the group, logarithms",
    );
    let mut contrast = Finding::within(
        "contrast",
        1e-9,
        "rate at κ = 0 against the length in the direction of the contrast, logarithms, R up to 10⁶",
    );
    let mut least = Finding::always(
        "least",
        "the contrast is slower at e = μ than at e = μ·R^(±¼), κ = 0",
    );
    let mut halves = Finding::within(
        "halves",
        1e-12,
        "squared rates of the contrast at τ = 1 and 0, relative",
    );
    let mut factors = Finding::within(
        "factors",
        1e-12,
        "ln of the ratio of the groups' rates over ln R, less ½ + κ",
    );
    let scalings = [
        (0.0, 0.0),
        (1.0, 0.0),
        (0.5, 0.0),
        (2.0, 0.0),
        (-0.5, 0.0),
        (0.0, 0.25),
        (1.0, -0.5),
    ];
    for (majority, minority) in sweep::SPLITS {
        for ratio in sweep::imbalanced() {
            let step = StepProfile::new(majority, minority, ratio.get())?;
            for gamma in [0.0, 0.5, 1.0] {
                let weighting = Weighting::power(gamma)?;
                for (tau, kappa) in scalings {
                    let scaling = VectorScaling::new(tau, kappa)?;
                    let case = || {
                        format!(
                            "{majority} + {minority}, R = {:.3e}, γ = {gamma}, τ = {tau}, κ = {kappa}",
                            ratio.get()
                        )
                    };
                    let found = |mode| ln_rate(&step, &weighting, &scaling, mode);
                    let pulled = Pulled::new(&step, &weighting, &scaling)?;
                    if ratio.get() <= 1e4 {
                        let expected = [
                            (Mode::Majority, majority - 1),
                            (Mode::Contrast, 1),
                            (Mode::Minority, minority - 1),
                        ];
                        let expected = expected.map(|(mode, times)| vec![found(mode).exp(); times]);
                        let mut expected = expected.concat();
                        expected.push(0.0);
                        expected.sort_by(|a, b| b.total_cmp(a));
                        let values = left_singular(pulled.by_class()).unwrap_or_default();
                        let largest = values.first().map_or(f64::NAN, |value| value.0);
                        for (value, expected) in values.iter().zip(expected) {
                            singular.observe(case, (value.0 - expected) / largest);
                        }
                    }
                    for (mode, classes) in [(Mode::Majority, majority), (Mode::Minority, minority)]
                    {
                        if classes >= 2 {
                            let length = pulled.ln_length(|c| pulled.within(c, mode));
                            groups.observe(case, found(mode) - length);
                        }
                    }
                    if kappa == 0.0 && ratio.get() <= 1e6 {
                        let length = pulled.ln_length(|c| pulled.contrast(c));
                        contrast.observe(case, found(Mode::Contrast) - length);
                    }
                }
                // e = μ is τ = 1 − 2γ.
                let slowest = 1.0 - 2.0 * gamma;
                let rate = |tau| {
                    let scaling = VectorScaling::adjustment(tau)?;
                    Ok::<_, CheckError>(ln_rate(&step, &weighting, &scaling, Mode::Contrast))
                };
                for other in [slowest - 0.25, slowest + 0.25] {
                    least.require(
                        || {
                            format!(
                                "{majority} + {minority}, R = {:.3e}, γ = {gamma}",
                                ratio.get()
                            )
                        },
                        rate(slowest)? < rate(other)?,
                    );
                }
            }
        }
    }
    for ratio in sweep::imbalanced() {
        let (step, vanilla) = (StepProfile::halves(4, ratio.get())?, Weighting::vanilla());
        let case = || format!("R = {:.3e}", ratio.get());
        for (tau, expected) in [
            (1.0, 2.0 / (1.0 + ratio.get().recip())),
            (0.0, 0.5 * (ratio.get() + 1.0)),
        ] {
            let scaling = VectorScaling::adjustment(tau)?;
            let found = (2.0 * ln_rate(&step, &vanilla, &scaling, Mode::Contrast)).exp();
            halves.observe(case, found / expected - 1.0);
        }
        for (tau, kappa) in scalings {
            let scaling = VectorScaling::new(tau, kappa)?;
            let [top, low] = [Mode::Majority, Mode::Minority]
                .map(|mode| ln_rate(&step, &vanilla, &scaling, mode));
            factors.observe(case, (top - low) / ratio.ln() - (0.5 + kappa));
        }
    }
    let mut flat = Finding::within(
        "flat",
        1e-12,
        "rates at τ = 1, κ = −½ without weights over √n_max, less one; STEP and three other profiles, k − 1 each",
    );
    let scaling = VectorScaling::new(1.0, -0.5)?;
    for ratio in sweep::imbalanced().filter(|ratio| ratio.get() <= 1e6) {
        let step = StepProfile::new(3, 17, ratio.get())?;
        for mode in Mode::ALL {
            let found = ln_rate(&step, &Weighting::vanilla(), &scaling, mode);
            let case = || format!("3 + 17, R = {:.3e}, {}", ratio.get(), mode.name());
            flat.observe(case, (found - 0.5 * ratio.ln()).exp() - 1.0);
        }
    }
    for counts in [&[7, 5, 2, 1][..], &[100, 30, 10, 3, 1], &[1000, 1]] {
        let profile = ClassProfile::from_counts(counts)?;
        let pulled = Pulled::of(&profile, &Weighting::vanilla(), &scaling, 0)?;
        let values = left_singular(pulled.by_class()).unwrap_or_default();
        let largest = profile.largest().sqrt();
        for (position, value) in values.iter().enumerate() {
            let expected = f64::from(u8::from(position + 1 < counts.len()));
            flat.observe(|| format!("{counts:?}"), value.0 / largest - expected);
        }
    }
    let mut evidence = Evidence::new();
    for finding in [singular, groups, contrast, least, halves, factors, flat] {
        evidence.push(finding);
    }
    let (step, vanilla) = (StepProfile::halves(4, 100.0)?, Weighting::vanilla());
    for (tau, kappa) in scalings {
        let scaling = VectorScaling::new(tau, kappa)?;
        for mode in Mode::ALL {
            evidence.report(
                format!("rate at R = 100, τ = {tau}, κ = {kappa}, {}", mode.name()),
                ln_rate(&step, &vanilla, &scaling, mode).exp(),
            );
        }
        let window = vector_scaling::groups_relative(&step, &vanilla, &scaling);
        evidence.report(
            format!("window of the groups at R = 100, τ = {tau}, κ = {kappa}"),
            window,
        );
    }
    Ok(evidence)
}

/// The same factors, nothing added.
fn plain(scaling: &VectorScaling) -> VectorScaling {
    VectorScaling::new(0.0, scaling.multiplicative()).unwrap_or_default()
}

/// `D (Y − p1ᵀ) Ω`, class by class.
struct Pulled {
    majority: usize,
    strengths: Vec<f64>,
    probabilities: Vec<f64>,
    factors: Vec<f64>,
}

impl Pulled {
    fn new(
        step: &StepProfile,
        weighting: &Weighting,
        scaling: &VectorScaling,
    ) -> Result<Self, CheckError> {
        Self::of(&step.profile(), weighting, scaling, step.majority())
    }

    fn of(
        profile: &ClassProfile,
        weighting: &Weighting,
        scaling: &VectorScaling,
        majority: usize,
    ) -> Result<Self, CheckError> {
        let (sizes, weights) = (profile.sizes(), weighting.class_weights(profile)?);
        let powers: Vec<f64> = sizes.iter().map(|n| n.powf(scaling.additive())).collect();
        let total: f64 = powers.iter().sum();
        Ok(Self {
            majority,
            strengths: sizes.iter().zip(&weights).map(|(n, w)| n * w * w).collect(),
            probabilities: powers.iter().map(|x| x / total).collect(),
            factors: sizes
                .iter()
                .map(|n| (n / profile.largest()).powf(scaling.multiplicative()))
                .collect(),
        })
    }

    /// The matrix with one column for a class, times the root of its size.
    fn by_class(&self) -> Vec<Vec<f64>> {
        let entry = |c: usize, j: usize| {
            let hit = f64::from(u8::from(c == j));
            self.factors[c] * (hit - self.probabilities[c]) * self.strengths[j].sqrt()
        };
        let k = self.strengths.len();
        (0..k)
            .map(|c| (0..k).map(|j| entry(c, j)).collect())
            .collect()
    }

    /// `ln ‖vᵀA‖/‖v‖`.
    fn ln_length(&self, v: impl Fn(usize) -> f64) -> f64 {
        let k = self.strengths.len();
        let drawn = |c: usize| self.factors[c] * v(c);
        let mean: f64 = (0..k).map(|c| drawn(c) * self.probabilities[c]).sum();
        let square: f64 = (0..k)
            .map(|c| self.strengths[c] * (drawn(c) - mean).powi(2))
            .sum();
        let norm: f64 = (0..k).map(|c| v(c).powi(2)).sum();
        0.5 * (square / norm).ln()
    }

    /// The first class of the group against its second.
    fn within(&self, class: usize, mode: Mode) -> f64 {
        let first = if mode == Mode::Majority {
            0
        } else {
            self.majority
        };
        match class.checked_sub(first) {
            Some(0) => 1.0,
            Some(1) => -1.0,
            _ => 0.0,
        }
    }

    /// Majority against minority.
    fn contrast(&self, class: usize) -> f64 {
        let (a, b) = (self.majority, self.strengths.len() - self.majority);
        if class < a { b as f64 } else { -(a as f64) }
    }
}
