//! The logits of a fresh sample are those of a training sample of its class times a factor that weights do not change.
//!
//! A fresh sample of class $c$ is $\sqrt\alpha\\,e_c + \sqrt{1-\alpha}\\,f$, $f$ orthogonal to everything seen. Its logits are
//! $$ g(n_c)\\,\ell_c(t), \qquad g(n) = \frac{\alpha n}{\alpha n + 1 - \alpha}, $$
//! at every time, for any weights and either loss. On drawn data, whose private parts are orthogonal up to $1/\sqrt{p'}$ only, up to an error that vanishes with $N/p'$.
//! Source: this project.

use ufm_simulation::{
    Loss,
    samples::{SampleDescent, Samples},
};
use ufm_theory::{
    features::Sharing,
    problem::{ClassProfile, Start, Weighting},
    test_time::{generalisation_factor, implied_sharing, samples_for},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "generalisation-factor",
    title: "What is left of a logit at test time",
    given: "For features of which a share α is common to the class, 0 < α < 1, W₁ started in the span of the class means, with g(n) = αn/(αn + 1 − α)",
    math: r"\ell_c^{\mathrm{fresh}}(t)=g(n_c)\,\ell_c(t),\qquad g(n)=\frac{\alpha n}{\alpha n+1-\alpha}\in(0,1)\ \text{strictly increasing},\qquad n=\frac{g\,(1-\alpha)}{\alpha\,(1-g)};\qquad \text{drawn data:}\ \Bigl|\frac{q^{\mathrm{fresh}}}{g\,q}-1\Bigr|\le\frac{N}{p^\prime}",
    parts: &[
        Part {
            says: "a fresh sample has the logits of the training samples of its class times g(n_c), at every time, for any weights and either loss",
            theorems: &["TestTime.fresh_against_training", "TestTime.fresh_logits"],
            findings: &["factor"],
        },
        Part {
            says: "g is between 0 and 1 and strictly increases with n",
            theorems: &[
                "TestTime.factor_in_unit_interval",
                "TestTime.factor_increasing",
            ],
            findings: &["grows"],
        },
        Part {
            says: "it is g for exactly n = g(1 − α)/(α(1 − g)) samples",
            theorems: &["TestTime.samples_for_factor"],
            findings: &["samples"],
        },
        Part {
            says: "on data drawn with Gaussian private parts of p' dimensions the margins at the end are off by at most N/p', relative",
            theorems: &[],
            findings: &["drawn"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["shared-as-free"],
    check: || evidence(generalisation_factor),
    controls: &[
        Control {
            what: "g = α, whatever the number of samples",
            breaks: &["factor", "grows", "samples", "drawn"],
            check: || evidence(|_, sharing| sharing.get()),
        },
        Control {
            what: "g = αn/(1 + αn)",
            breaks: &["factor", "samples"],
            check: || evidence(|n, sharing| sharing.get() * n / (1.0 + sharing.get() * n)),
        },
    ],
};

/// Everything the statement says, about a candidate for `g(n)` at `α`.
fn evidence(factor_of: fn(f64, Sharing) -> f64) -> Result<Evidence, CheckError> {
    let mut factor = Finding::within(
        "factor",
        1e-11,
        "logits of fresh samples less g times those in training, descent on samples laid out, every recorded step",
    );
    let start = Start::plain(3.0)?;
    for counts in [&[12, 12, 3, 3][..], &[20, 2, 2]] {
        let profile = ClassProfile::from_counts(counts)?;
        for alpha in [0.05, 0.5] {
            let sharing = Sharing::new(alpha)?;
            let train = Samples::orthonormal(counts, sharing)?;
            let fresh = train.shared_parts(sharing);
            for gamma in [0.0, 0.5, 1.0] {
                let weights = Weighting::power(gamma)?.class_weights(&profile)?;
                for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
                    let descent = SampleDescent::new(&train, &weights, loss, 0.02)?
                        .from_class_means(&start, sharing)?;
                    for moment in descent.at(&[0.0, 1.0, 3.0, 8.0], &fresh)? {
                        for (i, &label) in train.labels().iter().enumerate() {
                            let stated = factor_of(profile.sizes()[label], sharing)
                                * moment.training.logits.column(i);
                            factor.observe(
                                || format!("n = {counts:?}, α = {alpha}, γ = {gamma}, {loss:?}, t = {}", moment.time),
                                (moment.fresh.logits.column(label) - stated).amax(),
                            );
                        }
                    }
                }
            }
        }
    }

    let mut grows = Finding::always("grows", "0 < g(n) < g(2n) < 1");
    let mut samples = Finding::within(
        "samples",
        1e-9,
        "g at the stated number of samples, and α of g and n, relative",
    );
    for alpha in [0.001, 0.05, 0.5, 0.95] {
        let sharing = Sharing::new(alpha)?;
        for n in [1.0, 3.0, 10.0, 1000.0] {
            let (small, large) = (factor_of(n, sharing), factor_of(2.0 * n, sharing));
            grows.require(
                || format!("n = {n}, α = {alpha}"),
                0.0 < small && small < large && large < 1.0,
            );
        }
        for n in [1.0, 12.0, 500.0] {
            let back = implied_sharing(factor_of(n, sharing), n)?.get();
            samples.observe(|| format!("n = {n}, α = {alpha}"), back / alpha - 1.0);
        }
        for g in [0.1, 0.5, 0.9] {
            samples.observe(
                || format!("g = {g}, α = {alpha}"),
                factor_of(samples_for(g, sharing)?, sharing) / g - 1.0,
            );
        }
    }

    // Private parts of p' Gaussian dimensions overlap by 1/√p'; N of them shift a margin by O(N/p'), the constant below 1 in all cases seen.
    let mut drawn = Finding::within(
        "drawn",
        1.0,
        "margin of fresh samples over g at the end less 1, in units of N/p', mean of four draws",
    );
    let (counts, sharing) = ([50, 50, 5, 5], Sharing::new(0.05)?);
    for dimension in [500, 2000] {
        let mut sums = [0.0; 2];
        for seed in 1..=DRAWS {
            let train = Samples::draw(&counts, sharing, dimension, 2 * seed)?;
            let fresh = Samples::draw(&[300; 4], sharing, dimension, 2 * seed + 1)?;
            let descent =
                SampleDescent::new(&train, &[1.0; 4], Loss::Squared, 0.01)?.from_growth(3.0)?;
            for moment in descent.at(&[8.0], &fresh)? {
                for (group, sum) in sums.iter_mut().enumerate() {
                    let of = |class: usize| moment.fresh.margins[class].unwrap_or(f64::NAN);
                    *sum += 0.5 * (of(2 * group) + of(2 * group + 1)) / DRAWS as f64;
                }
            }
        }
        for (group, n) in [50.0, 5.0].into_iter().enumerate() {
            drawn.observe(
                || format!("p' = {dimension}, n = {n}"),
                (sums[group] / factor_of(n, sharing) - 1.0) * dimension as f64 / 110.0,
            );
        }
    }

    let mut evidence = Evidence::new();
    for finding in [factor, grows, samples, drawn] {
        evidence.push(finding);
    }
    for n in [5.0, 50.0] {
        evidence.report(format!("g at n = {n}, α = 0.05"), factor_of(n, sharing));
    }
    Ok(evidence)
}

const DRAWS: u64 = 4;
