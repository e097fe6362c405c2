//! Weights that begin late come too late for the majority, and bound no window.
//!
//! A mode of the projected flow whose weights begin at $t_1$ stays logistic, its log-odds growing by $2\sigma$ a unit of time before and by $2\sigma\lambda$ after:
//! half of it is learned at its vanilla time $T$ if $T \le t_1$ and at $t_1 + (T - t_1)/\lambda$ otherwise. In units of $\delta$ and for $n_{\min} = 1$ the majority's is
//! $1/\sqrt R$, so that weights from $\tau_1 \ge 1/\sqrt R$ on leave a relative window of at least $\tau_1\sqrt R - 1$, whatever they are.
//! Source: this project; the schedule is that of LDAM-DRW, Cao et al., arXiv:1906.07413.

use ufm_simulation::{
    Initialisation, Problem,
    remedies::{Descent, Rule},
};
use ufm_theory::{
    problem::{ImbalanceRatio, Start, StepProfile, Weighting},
    remedies::deferred,
    spectrum::{Mode, labels::step_modes},
    windows,
};

use crate::{CheckError, Claim, Control, Evidence, Finding, Kind, Part, Source, sweep};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "deferred-weights",
    title: "Deferred weights come too late",
    given: "Of a mode of the projected flow without weights up to t₁ and with weights after it",
    math: r"t_{1/2}=T\ (T\le t_1),\quad t_{1/2}=t_1+\frac{T-t_1}{\lambda}\ (T>t_1),\qquad \tau_1\ge\frac1{\sqrt R}:\ \Delta T\ge\tau_1\sqrt R-1,\qquad \sup_R\Delta T=\infty",
    parts: &[
        Part {
            says: "the equation is ṡ = 2s(σ − s) before and ṡ = 2λs(σ − s) after, and s is continuous",
            theorems: &["Deferred.switched_follows", "Deferred.switched_continuous"],
            findings: &["simulated"],
        },
        Part {
            says: "half is reached at one time: T, its time without weights, if T ≤ t₁, and t₁ + (T − t₁)/λ otherwise",
            theorems: &["Deferred.switched_half"],
            findings: &["simulated", "limit"],
        },
        Part {
            says: "of limiting times in units of δ, n_min = 1: with weights n_c^(−½) from τ₁ < 1/√R on the majority's is 1 − τ₁(√R − 1)",
            theorems: &["Deferred.deferred_majority_half"],
            findings: &["majority"],
        },
        Part {
            says: "with any weights from a τ₁ in [1/√R, 1] on the majority's is 1/√R and the relative window at least τ₁√R − 1",
            theorems: &["Deferred.deferred_window_at_least"],
            findings: &["too-late", "least"],
        },
        Part {
            says: "for fixed τ₁ > 0 and any weights the window is unbounded in R",
            theorems: &["Deferred.deferred_window_unbounded"],
            findings: &["unbounded"],
        },
    ],
    kind: Kind::Theorem,
    source: Source::Project,
    uses: &["learning-time-limit", "window-bound", "scaled-start"],
    check: || evidence(Candidate::TRUE),
    controls: &[
        Control {
            what: "weights act as if they had been there from the beginning",
            breaks: &["simulated", "majority", "too-late", "least", "unbounded"],
            check: || {
                evidence(Candidate {
                    from: |_| 0.0,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "weights begin at twice the time",
            breaks: &["simulated", "majority"],
            check: || {
                evidence(Candidate {
                    from: |from| 2.0 * from,
                    ..Candidate::TRUE
                })
            },
        },
        Control {
            what: "the limit is reached at δ = 1",
            breaks: &["limit"],
            check: || {
                evidence(Candidate {
                    large: 1.0,
                    ..Candidate::TRUE
                })
            },
        },
    ],
};

struct Candidate {
    /// When the closed forms take weights to begin.
    from: fn(f64) -> f64,
    /// A scale that is taken for large.
    large: f64,
}

impl Candidate {
    const TRUE: Self = Self {
        from: |from| from,
        large: 1e9,
    };
}

/// Everything the statement says, about a candidate.
fn evidence(candidate: Candidate) -> Result<Evidence, CheckError> {
    const DELTA: f64 = 6.0;
    let mut simulated = Finding::within(
        "simulated",
        1e-3,
        "closed form against the simulated projected flow at δ = 6, relative",
    );
    let mut limit = Finding::within(
        "limit",
        1e-7,
        "half time over δ against the limiting time, at δ = 10⁹, plain start",
    );
    let mut majority = Finding::within(
        "majority",
        1e-12,
        "limiting time of the majority less 1 − τ₁(√R − 1), γ = ½",
    );
    let mut too_late = Finding::within(
        "too-late",
        1e-13,
        "limiting time of the majority times √R, less one, weights from τ₁ ≥ 1/√R on",
    );
    let mut least = Finding::always(
        "least",
        "relative window at least τ₁√R − 1, γ from −½ to 2, weights from τ₁ in [1/√R, 1] on",
    );
    let mut unbounded = Finding::always(
        "unbounded",
        "for each bound B and τ₁ the window at R = ((B + 2)/τ₁)² is beyond it, γ = ½ and 1",
    );
    let mut evidence = Evidence::new();
    let half = Weighting::power(0.5)?;
    for ratio in [10.0, 100.0] {
        let step = StepProfile::halves(4, ratio)?;
        let start = Start::plain(DELTA)?;
        let problem = Problem::step(&step, half)?;
        for from in [0.05 * DELTA, 0.2 * DELTA, 0.5 * DELTA] {
            let eta = 0.02 / ratio.sqrt();
            let from = (from / eta).round() * eta;
            let descent = Descent::new(
                &problem,
                Initialisation::spectral(start),
                Rule::Gradient,
                eta,
            )
            .projected()
            .weights_from(from);
            let found = descent.run(3.0 * DELTA)?;
            for (mode, time) in step_modes(&step)
                .into_iter()
                .zip(&found.half_amplitude_times)
            {
                let case = || format!("R = {ratio}, t₁ = {from:.3}, {}", mode.name());
                let time = time.ok_or_else(|| CheckError::NotReached(case()))?;
                let expected = deferred::half_amplitude_time(
                    &step,
                    &half,
                    mode,
                    &start,
                    (candidate.from)(from),
                )?;
                simulated.observe(case, time / expected - 1.0);
            }
        }
    }
    for ratio in sweep::imbalanced() {
        let root = ratio.get().sqrt();
        let step = StepProfile::halves(4, ratio.get())?;
        let large = Start::plain(candidate.large)?;
        for share in [0.0, 0.1, 0.5, 0.9] {
            let from = share / root; // before the majority
            let case = || format!("R = {:.3e}, τ₁ = {from:.3e}", ratio.get());
            let time = deferred::limiting(&step, &half, Mode::Majority, (candidate.from)(from));
            majority.observe(case, time - (1.0 - from * (root - 1.0)));
            for mode in Mode::ALL {
                let at_scale = deferred::half_amplitude_time(
                    &step,
                    &half,
                    mode,
                    &large,
                    from * candidate.large,
                )?;
                let expected = deferred::limiting(&step, &half, mode, from);
                limit.observe(case, (at_scale / candidate.large - expected) / expected);
            }
        }
        for share in [0.0, 0.25, 0.5, 1.0] {
            let from = root.recip() * (1.0 + 1e-12) + share * (1.0 - root.recip());
            let from = from.min(1.0);
            let case = || format!("R = {:.3e}, τ₁ = {from:.3e}", ratio.get());
            for gamma in sweep::exponents() {
                let weighting = Weighting::power(gamma)?;
                let used = (candidate.from)(from);
                let time = deferred::limiting(&step, &weighting, Mode::Majority, used);
                too_late.observe(case, time * root - 1.0);
                let window = deferred::limiting_relative(&step, &weighting, used);
                let bound = deferred::least_relative(ratio, from);
                least.require(case, window >= bound - 1e-12 * (1.0 + bound));
            }
        }
    }
    for exponent in 0..=4 {
        for from in [0.01, 0.1, 1.0] {
            let bound = 10_f64.powi(exponent);
            let ratio = ImbalanceRatio::new(((bound + 2.0) / from).powi(2))?;
            let step = StepProfile::halves(4, ratio.get())?;
            for gamma in [0.5, 1.0] {
                let used = (candidate.from)(from);
                let window = deferred::limiting_relative(&step, &Weighting::power(gamma)?, used);
                unbounded.require(
                    || format!("B = {bound:e}, τ₁ = {from}, γ = {gamma}"),
                    window > bound,
                );
            }
        }
    }
    for finding in [simulated, limit, majority, too_late, least, unbounded] {
        evidence.push(finding);
    }
    for (ratio, from) in [(100.0, 0.0), (100.0, 0.01), (100.0, 0.05), (100.0, 0.1)] {
        let step = StepProfile::halves(4, ratio)?;
        evidence.report(
            format!("window at R = {ratio}, τ₁ = {from}"),
            deferred::limiting_relative(&step, &half, from),
        );
    }
    evidence.report(
        "window at R = 100 with weights from the beginning",
        windows::reweighted_relative(ImbalanceRatio::new(100.0)?),
    );
    Ok(evidence)
}
