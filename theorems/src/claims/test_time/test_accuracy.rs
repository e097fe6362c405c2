//! Test accuracy is a Gaussian orthant probability, at every time.
//!
//! With Gaussian private parts $\xi/\sqrt{p'}$, $p' \gg N$, the logits of a fresh sample of class $c$ are
//! $g(n_c)\ell_c + \sum_{c'} (\ell_{c'}/s_{c'})\\,\varepsilon_{c'}$ with independent $\varepsilon_{c'} \sim \mathcal N(0, (1-\alpha)^2/(n_{c'}p'))$. Held against gradient descent on drawn data.
//! It needs a start that is not too small: overlaps of private parts, $O(1/\sqrt{p'})$, tell minority classes apart in a majority's logits, which the
//! theory leaves out, and where the minority modes themselves start far below that it decides for a while.
//! Source: this project.

use ufm_simulation::{
    Loss,
    samples::{SampleDescent, Samples},
};
use ufm_theory::{
    features::Sharing,
    problem::{ClassProfile, Normalisation, Weighting},
    test_time::accuracy,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "test-accuracy",
    title: "Test accuracy in closed form",
    given: "Of classes of 50, 50, 5 and 5 samples, α = 0.05, p' = 2000 private dimensions, started at e^(−3) along the directions of growth",
    math: r"\bigl|a_g(t)-\mathrm{Pr}[\text{Gaussian orthant}]\bigr|\le0.03\quad(g=\mathrm{maj},\mathrm{min};\ \gamma=0,1),\qquad \bigl|q_{\gamma=0}(\infty)-q_{\gamma=1}(\infty)\bigr|\le0.005",
    parts: &[
        Part {
            says: "the accuracy of majority and minority on fresh samples is, at each time of training, with γ = 0 and 1, that of the Gaussian orthant to 0.03",
            theorems: &[],
            findings: &["accuracy"],
        },
        Part {
            says: "under the cross-entropy too",
            theorems: &[],
            findings: &["cross-entropy"],
        },
        Part {
            says: "margins of fresh samples at the end are the same with γ = 0 and γ = 1, to 0.005",
            theorems: &[],
            findings: &["same-end"],
        },
    ],
    kind: Kind::Numerical,
    source: Source::Project,
    uses: &["generalisation-factor"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "noise of a dimension four times as large",
            breaks: &["accuracy", "cross-entropy"],
            check: || {
                evidence(Candidate {
                    dimension: 4.0 * PRIVATE as f64,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "a start at e^(−6), where the minority waits for long",
            breaks: &["accuracy"],
            check: || {
                evidence(Candidate {
                    delta: 6.0,
                    both: false,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the margins are the same before the end",
            breaks: &["same-end"],
            check: || {
                evidence(Candidate {
                    last: 1.0,
                    both: false,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

const PRIVATE: usize = 2000;
const COUNTS: [usize; 4] = [50, 50, 5, 5];
const DRAWS: u64 = 4;
const TIMES: [f64; 5] = [0.447, 0.894, 1.341, 2.5, 8.0];

struct Candidate {
    dimension: f64,
    delta: f64,
    last: f64,
    /// Whether the cross-entropy is looked at too.
    both: bool,
}

impl Candidate {
    const TRUE: Self = Self {
        dimension: PRIVATE as f64,
        delta: 3.0,
        last: 8.0,
        both: true,
    };
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    // 2000 fresh samples a group: 0.022 is two standard errors at ½; the rest is N/p' = 0.055 times a slope below ⅓.
    let mut squared = Finding::within(
        "accuracy",
        0.03,
        "accuracy of a group on 2,000 fresh samples less the orthant probability, squared loss",
    );
    let mut softmax = Finding::within("cross-entropy", 0.03, "the same under the cross-entropy");
    let mut same_end = Finding::within(
        "same-end",
        0.005,
        "margin of fresh samples at the end, γ = 1 less γ = 0, either group",
    );
    let (sharing, profile) = (Sharing::new(0.05)?, ClassProfile::from_counts(&COUNTS)?);
    let mut ends = Vec::new();
    let mut values = Vec::new();
    let ideal = Samples::orthonormal(&COUNTS, sharing)?;
    for (loss, finding) in [
        (Loss::Squared, &mut squared),
        (Loss::CROSS_ENTROPY, &mut softmax),
    ] {
        if loss != Loss::Squared && !candidate.both {
            continue;
        }
        for gamma in [0.0, 1.0] {
            let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
            let weights = weighting.class_weights(&profile)?;
            let mut times = TIMES;
            times[4] = candidate.last;
            times.sort_by(f64::total_cmp);
            let descend = |samples: &Samples, fresh: &Samples| {
                SampleDescent::new(samples, &weights, loss, 0.01)?
                    .from_growth(candidate.delta)?
                    .at(&times, fresh)
            };
            let stated = descend(&ideal, &ideal)?;
            let mut found = [[0.0; 2]; TIMES.len()];
            let mut margins = [0.0; 2];
            for seed in 1..=DRAWS {
                let train = Samples::draw(&COUNTS, sharing, PRIVATE, 2 * seed)?;
                let fresh = Samples::draw(&[250; 4], sharing, PRIVATE, 2 * seed + 1)?;
                for (row, (sums, moment)) in
                    found.iter_mut().zip(descend(&train, &fresh)?).enumerate()
                {
                    for group in 0..2 {
                        let of = |values: &[Option<f64>]| {
                            0.5 * (values[2 * group].unwrap_or(f64::NAN)
                                + values[2 * group + 1].unwrap_or(f64::NAN))
                                / DRAWS as f64
                        };
                        sums[group] += of(&moment.fresh.accuracies);
                        if times[row] == candidate.last {
                            margins[group] += of(&moment.fresh.margins);
                        }
                    }
                }
            }
            for (moment, found) in stated.iter().zip(&found) {
                // All training samples of a class have the same logits: take the first of each.
                let by_class = moment.training.logits.select_columns(&[0, 50, 100, 105]);
                let expected = accuracy(&by_class, &profile, sharing, candidate.dimension)?;
                for (group, class) in [(0, 0), (1, 2)] {
                    finding.observe(
                        || {
                            format!(
                                "γ = {gamma}, t = {:.3}, class of {}",
                                moment.time, COUNTS[class]
                            )
                        },
                        found[group] - expected[class],
                    );
                }
                if gamma == 0.0 && loss == Loss::Squared {
                    values.push((moment.time, expected[2]));
                }
            }
            if loss == Loss::Squared {
                ends.push(margins);
            }
        }
    }
    for (group, name) in ["majority", "minority"].into_iter().enumerate() {
        same_end.observe(|| name.to_owned(), ends[1][group] - ends[0][group]);
    }
    let mut evidence = Evidence::new();
    for finding in [squared, softmax, same_end] {
        evidence.push(finding);
    }
    for (time, value) in values {
        evidence.report(
            format!("minority accuracy without weights at t = {time:.3}, orthant"),
            value,
        );
    }
    Ok(evidence)
}
