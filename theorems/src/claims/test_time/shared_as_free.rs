//! Features that a class shares in part train as free features of other counts and weights.
//!
//! $L = W_2W_1X$, $x_i = \sqrt\alpha\\,e_{\rm class} + \sqrt{1-\alpha}\\,e_i$, $W_1$ started in the span of the class means: the same equations as those of
//! the unconstrained-features model with
//! $$ n'_c = \frac{n_c}{\alpha n_c + 1 - \alpha}, \qquad \omega'_c = \omega_c(\alpha n_c + 1 - \alpha), $$
//! for any loss that is a sum over samples. Effective counts saturate at $1/\alpha$: sharing turns imbalance of counts into imbalance of weights.
//! Source: this project.

use ufm_simulation::{
    Initialisation, Loss, Problem, Simulation,
    samples::{SampleDescent, Samples},
};
use ufm_theory::{
    features::{self, Sharing},
    problem::{ClassProfile, Start, Weighting},
    test_time,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "shared-as-free",
    title: "Shared features are free ones of other counts",
    given: "For features of which a share α is common to the class, W₁ started in the span of the class means, any counts and weights",
    math: r"n_c^\prime=\frac{n_c}{\alpha n_c+1-\alpha},\qquad \omega_c^\prime=\omega_c(\alpha n_c+1-\alpha),\qquad L(t)=L^\prime(t),\qquad n_c^\prime\,\omega_c^{\prime\,2}=n_c\,\omega_c^2(\alpha n_c+1-\alpha)",
    parts: &[
        Part {
            says: "free features of counts n/(αn + 1 − α) and weights ω(αn + 1 − α) solve the same flow, for the squared loss and the cross-entropy, with the same logits of every sample",
            theorems: &[
                "TestTime.free_flow_is_given_flow",
                "TestTime.training_logits",
            ],
            findings: &["logits"],
        },
        Part {
            says: "their strengths are n·ω²·(αn + 1 − α)",
            theorems: &["TestTime.effective_strength"],
            findings: &["strengths"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["constrained-features"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "free features of the same counts and weights",
            breaks: &["logits"],
            check: || {
                evidence(Candidate {
                    share: |_| 0.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "√α in place of α",
            breaks: &["logits"],
            check: || {
                evidence(Candidate {
                    share: f64::sqrt,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "counts n/(1 + αn)",
            breaks: &["strengths"],
            check: || {
                evidence(Candidate {
                    size: |n, sharing| n / (1.0 + sharing.get() * n),
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    /// The share of the free problem, for features of share `α`.
    share: fn(f64) -> f64,
    /// The effective count.
    size: fn(f64, Sharing) -> f64,
}

impl Candidate {
    const TRUE: Self = Self {
        share: |alpha| alpha,
        size: test_time::effective_size,
    };
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    // Both sides are the same steps of gradient descent, on N samples and on k: roundings of a few hundred steps.
    let mut logits = Finding::within(
        "logits",
        1e-11,
        "logits of every sample, descent on samples laid out against free features, every recorded step",
    );
    let start = Start::plain(3.0)?;
    let (step, times) = (0.02, [0.0, 1.0, 3.0, 6.0]);
    for counts in [&[12, 12, 3, 3][..], &[20, 2, 2], &[9, 5, 1]] {
        let profile = ClassProfile::from_counts(counts)?;
        for alpha in [0.02, 0.3, 0.9] {
            for gamma in [0.0, 0.5, 1.0] {
                for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
                    let weighting = Weighting::power(gamma)?;
                    let problem = Problem::new(&profile, weighting)?
                        .with_loss(loss)?
                        .with_sharing(Sharing::new((candidate.share)(alpha))?)?;
                    let free = Simulation::new(&problem, Initialisation::spectral(start))
                        .descent(step)
                        .at(&times)?;
                    let sharing = Sharing::new(alpha)?;
                    let samples = Samples::orthonormal(counts, sharing)?;
                    let weights = weighting.class_weights(&profile)?;
                    let laid_out = SampleDescent::new(&samples, &weights, loss, step)?
                        .from_class_means(&start, sharing)?
                        .at(&times, &samples)?;
                    for (free, laid_out) in free.moments.iter().zip(&laid_out) {
                        let by_class = free.class_logits();
                        for (i, &label) in samples.labels().iter().enumerate() {
                            logits.observe(
                                || format!("n = {counts:?}, α = {alpha}, γ = {gamma}, {loss:?}, t = {}", free.time),
                                (laid_out.training.logits.column(i) - by_class.column(label)).amax(),
                            );
                        }
                    }
                }
            }
        }
    }

    let mut strengths = Finding::within(
        "strengths",
        1e-11,
        "early growth rates of the effective counts and weights, as those of free features, against those of shared features, relative",
    );
    for counts in [&[12, 12, 3, 3][..], &[1000, 100, 10, 1], &[7, 7]] {
        let profile = ClassProfile::from_counts(counts)?;
        for alpha in [0.0, 0.02, 0.3, 0.9, 1.0] {
            let sharing = Sharing::new(alpha)?;
            for gamma in [0.0, 0.5, 1.0] {
                let weighting = Weighting::power(gamma)?;
                let stated = features::growth_rates(&profile, &weighting, sharing);
                let weights = weighting.class_weights(&profile)?;
                // One sum a class, √n' ω' e_c: ZΩXᵀ of free features of those counts and weights.
                let diagonal = profile.sizes().iter().zip(&weights).map(|(&n, weight)| {
                    (candidate.size)(n, sharing).sqrt() * weight * sharing.gain(n)
                });
                let diagonal = nalgebra::DVector::from_iterator(counts.len(), diagonal);
                let labels: Vec<usize> = (0..counts.len()).collect();
                let sums = features::ClassSums::new(
                    &nalgebra::DMatrix::from_diagonal(&diagonal),
                    &labels,
                    counts.len(),
                )?;
                for (a, b) in sums
                    .growth_rates(&vec![1.0; counts.len()])?
                    .iter()
                    .zip(stated.rates())
                {
                    strengths.observe(
                        || format!("n = {counts:?}, α = {alpha}, γ = {gamma}"),
                        a / b - 1.0,
                    );
                }
            }
        }
    }

    let mut evidence = Evidence::new();
    evidence.push(logits);
    evidence.push(strengths);
    for (n, alpha) in [(5.0, 0.05), (50.0, 0.05), (5000.0, 0.05)] {
        evidence.report(
            format!("effective count of n = {n}, α = {alpha}"),
            (candidate.size)(n, Sharing::new(alpha)?),
        );
    }
    Ok(evidence)
}
