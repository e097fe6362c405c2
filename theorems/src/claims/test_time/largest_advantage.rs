//! When the advantage of weights on fresh minority samples is largest, how large, and when it is gone.
//!
//! Among minority classes the margin is a logistic mode with and without weights, of one start, so that the advantage is
//! $A(t) = g(n_{\min})\\,[x(2\rho_\gamma t-\ell) - x(2\rho_0t-\ell)]$, $x(y) = 1/(1+e^{-y})$, $\ell = \ln(\sqrt{n'}e^{2\delta}-1)$, $n' = n_{\min}/(\alpha n_{\min}+1-\alpha)$. It grows while
//! $\cosh(qu-\ell/2) < \sqrt q\cosh(u-\ell/2)$ with $u = \rho_0t$ and falls afterwards: one largest value. Where both sides are exponentials the root is
//! $t = (\ell+\tfrac12\ln q)/(\rho_\gamma+\rho_0)$, the harmonic mean of the two half times but for $\ln q$; what is neglected is of order $e^{-\ell(q-1)/(q+1)}$.
//! Source: this project.

use ufm_simulation::{Initialisation, Problem, Simulation};
use ufm_theory::{
    features::Sharing,
    problem::{Normalisation, Start, StepProfile, Weighting},
    spectrum::Mode,
    test_time::{Advantage, Benefit, effective_size},
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "largest-advantage",
    title: "When weights help most, at test time",
    given: "Of the advantage of weights with γ > 0 in the margins of fresh minority samples over other minority classes, weights of mean one over the samples, shared features, squared loss, spectral start; q = ρ_γ/ρ_0, ℓ = ln(√n'·e^(2δ) − 1)",
    math: r"A(t)=g\,[x(2\rho_\gamma t-\ell)-x(2\rho_0t-\ell)]:\quad \cosh(q\rho_0t^*-\tfrac\ell2)=\sqrt q\cosh(\rho_0t^*-\tfrac\ell2),\qquad \frac{t^*}\delta\to\frac2{\rho_\gamma+\rho_0},\quad A(t^*)\to g(n_\mathrm{min}),\quad A(t)=\tfrac1{10}A(t^*)\ \text{at}\ t\simeq\frac{\ell+\ln9}{2\rho_0}",
    parts: &[
        Part {
            says: "it grows to one largest value and falls from there on, at the root of cosh(qρ_0t − ℓ/2) = √q·cosh(ρ_0t − ℓ/2)",
            theorems: &[],
            findings: &["largest", "size"],
        },
        Part {
            says: "that time is (ℓ + ½ ln q)/(ρ_γ + ρ_0), but for what vanishes exponentially in δ: over δ it tends to the harmonic mean of the learning times 1/ρ_γ and 1/ρ_0",
            theorems: &[],
            findings: &["harmonic"],
        },
        Part {
            says: "its largest value tends to g(n_min), whatever R and γ",
            theorems: &[],
            findings: &["limit"],
        },
        Part {
            says: "nine tenths of it are gone when nine tenths of the minority margin are learned without weights, at (ℓ + ln 9)/(2ρ_0), whatever R and γ",
            theorems: &[],
            findings: &["gone"],
        },
    ],
    kind: Kind::Limit,
    source: Source::Project,
    uses: &["benefit-interval"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "it is largest when the minority is half learned under the weights",
            breaks: &["largest", "size"],
            check: || {
                evidence(Candidate {
                    when: |_, benefit, ell| 0.5 * ell * benefit.from,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "at the arithmetic mean of the learning times",
            breaks: &["harmonic"],
            check: || {
                evidence(Candidate {
                    mean: |benefit| 0.5 * (benefit.from + benefit.until),
                    integrated: false,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "it is as large as in training",
            breaks: &["limit"],
            check: || {
                evidence(Candidate {
                    factor: |_| 1.0,
                    integrated: false,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "nine tenths are gone when half is learned without weights",
            breaks: &["gone"],
            check: || {
                evidence(Candidate {
                    log_odds: 0.0,
                    integrated: false,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    /// When it is largest, from the closed form, the limit and `ℓ`.
    when: fn(&Advantage, &Benefit, f64) -> f64,
    /// The mean of the learning times.
    mean: fn(&Benefit) -> f64,
    /// The limit of the largest value, from `g`.
    factor: fn(f64) -> f64,
    /// The log-odds of what is learned without weights when nine tenths are gone.
    log_odds: f64,
    /// Whether the flow is integrated too.
    integrated: bool,
}

impl Candidate {
    const TRUE: Self = Self {
        when: |advantage, _, _| advantage.largest().time,
        mean: Benefit::largest_at,
        factor: |g| g,
        log_odds: 2.197_224_577_336_219_6, // ln 9
        integrated: true,
    };
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    let mut largest = Finding::always(
        "largest",
        "advantage by integration, at ten times up to the largest and ten beyond: rises, then falls",
    );
    let mut size = Finding::within(
        "size",
        1e-6,
        "advantage by integration at the time of the largest less what is stated",
    );
    let mut harmonic = Finding::within(
        "harmonic",
        1.0,
        "(ρ_γ + ρ_0)t less ℓ + ½ ln q, over 2 e^(−ℓ(q−1)/(q+1))",
    );
    let mut limit = Finding::within(
        "limit",
        1.0,
        "largest over g(n_min) less 1, over 3 e^(−ℓ(q−1)/(q+1))",
    );
    let mut gone = Finding::within(
        "gone",
        1.0,
        "2ρ_0t less ℓ + ln 9 where a tenth is left, over 6 e^(−ℓ(q−1)/(q+1))",
    );
    for (majority, minority) in [(2, 2), (5, 5), (2, 8), (8, 2)] {
        for ratio in [3.0, 10.0, 100.0, 1e4] {
            for (alpha, n) in [(0.05, 5.0), (0.3, 20.0), (0.01, 1000.0)] {
                let step = StepProfile::new(majority, minority, ratio)?.with_minority_size(n)?;
                let sharing = Sharing::new(alpha)?;
                for gamma in [0.5, 1.0] {
                    let benefit = Benefit::new(&step, gamma, sharing)?;
                    let q = benefit.until / benefit.from;
                    for delta in [6.0, 24.0, 96.0] {
                        let case = || {
                            format!(
                                "k = {majority} + {minority}, R = {ratio}, α = {alpha}, n_min = {n}, γ = {gamma}, δ = {delta}"
                            )
                        };
                        let start = Start::plain(delta)?;
                        let advantage = Advantage::new(&step, gamma, sharing, &start)?;
                        let peak = advantage.largest();
                        let ell =
                            ((2.0 * delta).exp() * effective_size(n, sharing).sqrt() - 1.0).ln();
                        let neglected = (-ell * (q - 1.0) / (q + 1.0)).exp() + 1e-12;
                        // (ℓ + ½ ln q)/(ρ_γ + ρ_0), the mean times (ℓ + ½ ln q)/2; in units of the log-odds.
                        let both = 1.0 / benefit.from + 1.0 / benefit.until;
                        let stated = 0.5 * (ell + 0.5 * q.ln()) * (candidate.mean)(&benefit);
                        harmonic.observe(case, both * (peak.time - stated) / (2.0 * neglected));
                        let factor = (candidate.factor)(benefit.margin);
                        limit.observe(case, (peak.margin / factor - 1.0) / (3.0 * neglected));
                        let excess = 2.0 * advantage.left(0.1)? / benefit.until - ell;
                        gone.observe(case, (excess - candidate.log_odds) / (6.0 * neglected));
                    }
                }
                // A flow each: of the halves, at one scale, and fewer R.
                if candidate.integrated && majority == minority && ratio <= 100.0 {
                    for gamma in [0.5, 1.0] {
                        let case = || {
                            format!(
                                "k = {majority} + {minority}, R = {ratio}, α = {alpha}, n_min = {n}, γ = {gamma}"
                            )
                        };
                        let start = Start::plain(6.0)?;
                        let advantage = Advantage::new(&step, gamma, sharing, &start)?;
                        let benefit = Benefit::new(&step, gamma, sharing)?;
                        let ell = (12.0_f64.exp() * effective_size(n, sharing).sqrt() - 1.0).ln();
                        let time = (candidate.when)(&advantage, &benefit, ell);
                        let times: Vec<f64> =
                            (0..=20).map(|i| time * f64::from(i) / 10.0).collect();
                        let found = integrated(&step, gamma, sharing, start, &times)?;
                        let shaped = found.windows(2).enumerate().all(|(i, pair)| {
                            // Integration errs by less than this; the advantage may have ended.
                            let rise = pair[1] - pair[0];
                            if i < 10 { rise > -1e-7 } else { rise < 1e-7 }
                        });
                        largest.require(case, shaped);
                        size.observe(case, found[10] - advantage.largest().margin);
                    }
                }
            }
        }
    }
    let mut evidence = Evidence::new();
    for finding in [largest, size, harmonic, limit, gone] {
        // A control of the closed form alone makes no findings about flows.
        if candidate.integrated || finding.cases() > 0 {
            evidence.push(finding);
        }
    }
    let sharing = Sharing::new(0.02)?;
    for ratio in [10.0, 100.0] {
        for gamma in [0.5, 1.0] {
            let step = StepProfile::halves(4, ratio)?.with_minority_size(5.0)?;
            let advantage = Advantage::new(&step, gamma, sharing, &Start::plain(8.0)?)?;
            let peak = advantage.largest();
            let name = format!("α = 0.02, n_min = 5, δ = 8, R = {ratio}, γ = {gamma}");
            evidence.report(
                format!("time of the largest advantage over δ, {name}"),
                peak.time / 8.0,
            );
            evidence.report(format!("the advantage, {name}"), peak.margin);
            evidence.report(
                format!("time over δ when a tenth is left, {name}"),
                advantage.left(0.1)? / 8.0,
            );
        }
    }
    Ok(evidence)
}

/// Of the margin of fresh minority samples over other minority classes, under the weights less without, by integration.
fn integrated(
    step: &StepProfile,
    gamma: f64,
    sharing: Sharing,
    start: Start,
    times: &[f64],
) -> Result<Vec<f64>, CheckError> {
    let margins = |gamma: f64| -> Result<Vec<f64>, CheckError> {
        let weighting = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
        let problem = Problem::step(step, weighting)?.with_sharing(sharing)?;
        let run = Simulation::new(&problem, Initialisation::spectral(start)).at(times)?;
        let mode = run
            .position(Mode::Minority)
            .ok_or_else(|| CheckError::NotReached("a minority mode".into()))?;
        let factor = problem.generalisation_factors()[step.majority()];
        Ok(run
            .moments
            .iter()
            .map(|moment| factor * moment.fractions[mode])
            .collect())
    };
    let (weighted, plain) = (margins(gamma)?, margins(0.0)?);
    Ok(weighted.iter().zip(plain).map(|(a, b)| a - b).collect())
}
