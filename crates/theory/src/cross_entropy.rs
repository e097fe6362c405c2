//! When the modes within a group of classes are learned under the softmax cross-entropy.
//!
//! Take a STEP problem, sample weights constant on a class size, and a spectral start. By symmetry the logits of a sample are then `b + x` at
//! its own class, `b` at the other `q − 1` classes of its group, and something else, the same for each class, at those of the
//! other group; `x = s/σ` is the fraction of the modes within the group. With `A` and `B` the probabilities of the own and of another class of the group,
//! the residual within the group is `1 − (A − B)` times that of zero logits, and balancedness makes it
//!
//! ```text
//! ẋ = 2ρ x (1 − g),    g = A − B = (eˣ − 1)/(eˣ + q − 1 + others),    0 ≤ g ≤ (eˣ − 1)/(eˣ + q − 1),
//! ```
//!
//! where `ρ = σω` is the early growth rate, `others > 0` what the other group adds: whatever the contrast mode and the other group do. (The squared
//! loss has `g = x`.) Integrated from `x₀` to ½,
//!
//! ```text
//! ln(1/(2x₀))  ≤  2ρ t_½  ≤  ln(1/(2x₀)) + (1/q) ∫ from x₀ to ½ of (eˣ − 1)/x dx.
//! ```
//!
//! From the scaled start that is between `δ − 0.347` and `δ − 0.204` over `ρ`. So groups are learned in the order, and with the
//! ratio `R^(½−γ)` in the limit `δ → ∞`, of the squared loss, and a little earlier. Nothing is said of the contrast mode, which need not follow.
//!
//! Without imbalance all `k` classes are one group with no others, `q = k`, all modes are alike, and the inequality on the right is an equality at every margin:
//! [`balanced_time`]. The balanced case is that of Garrod, Keating & Thrampoulidis (arXiv:2512.04006), from whom nothing else is taken here.
//!
//! Source: this project; the cross-entropy is an open question of arXiv:2601.12011.

use std::ops::RangeInclusive;

use crate::{
    TheoryError,
    exact_flow::growth,
    problem::{ClassSize, Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
};

/// Bounds on the half-amplitude time of the modes within a group, in gradient-flow time; `None` for the contrast mode and for
/// a group of one class, which has none. Relative error a few roundings.
///
/// Claims: `cross-entropy-groups`.
///
/// ```
/// use ufm_theory::{cross_entropy, problem::{StepProfile, Start, Weighting}, spectrum::Mode};
/// let step = StepProfile::halves(4, 100.0)?;
/// let start = Start::scaled(400.0)?;
/// let bounds = |mode| cross_entropy::half_amplitude_time(&step, &Weighting::vanilla(), mode, &start);
/// let (majority, minority) = (bounds(Mode::Majority)?.unwrap(), bounds(Mode::Minority)?.unwrap());
/// assert!(majority.end() < minority.start());                        // majority first
/// assert!((minority.start() / majority.end() - 10.0).abs() < 0.01);  // at √R times the speed
/// assert_eq!(bounds(Mode::Contrast)?, None);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::StartAboveHalf`] unless `s(0) < σ/2`.
pub fn half_amplitude_time(
    step: &StepProfile,
    weighting: &Weighting,
    mode: Mode,
    start: &Start,
) -> Result<Option<RangeInclusive<f64>>, TheoryError> {
    let classes = match mode {
        Mode::Majority => step.majority(),
        Mode::Minority => step.minority(),
        Mode::Contrast => 1,
    };
    if classes < 2 {
        return Ok(None);
    }
    let ln_sigma = StepSpectrum::new(step, weighting).ln_sigma(mode);
    let growth = start.ln_growth_to_half(ln_sigma)?;
    let rate = growth::step_ln_rate(step, weighting, mode).exp();
    let delay = excess(0.5) - excess((-start.ln_growth(ln_sigma)).exp());
    let delay = delay / classes as f64;
    Ok(Some(
        growth / (2.0 * rate)..=(growth + delay) / (2.0 * rate),
    ))
}

/// When the margin `x` (own logit less any other, the fraction `s/σ` of every mode) is reached by `classes` classes of `size` samples and weight 1 from a spectral start, in
/// gradient-flow time:
///
/// ```text
/// t(x) = [ln(x/x₀) + (1/k) ∫ from x₀ to x of (eᵘ − 1)/u du] / (2√n),
/// ```
///
/// the solution of `ẋ = 2√n x k/(eˣ + k − 1)`: logarithmic growth of the margin in the end. Relative error a few roundings, times `x` for large `x`; infinite beyond `x = 700` or so.
///
/// Claims: `balanced-cross-entropy`.
///
/// ```
/// use ufm_theory::{cross_entropy, problem::{ClassSize, Start}};
/// let time = |margin| cross_entropy::balanced_time(4, ClassSize::new(1.0)?, &Start::scaled(8.0)?, margin);
/// assert!((time(0.5)? - 8.0 + 0.5 * 2.0_f64.ln() - 0.0713).abs() < 1e-4); // the upper bound for q = k
/// assert!(time(12.0)? > 1000.0);
/// assert!(time(1e-9).is_err()); // below the start
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
///
/// # Errors
/// [`TheoryError::TooFewClasses`] for `k < 2`; [`TheoryError::Domain`] unless the margin is finite and at least that of the start.
pub fn balanced_time(
    classes: usize,
    size: ClassSize,
    start: &Start,
    margin: f64,
) -> Result<f64, TheoryError> {
    if classes < 2 {
        return Err(TheoryError::TooFewClasses(classes));
    }
    let ln_sigma = 0.5 * size.get().ln();
    let ln_start = -start.ln_growth(ln_sigma);
    let ln_growth = margin.ln() - ln_start;
    if !(margin.is_finite() && ln_growth >= 0.0) {
        return Err(TheoryError::Domain {
            what: "margin",
            found: margin,
            allowed: format!("it must be finite and at least that of the start, e^{ln_start}"),
        });
    }
    let excess = excess(margin) - excess(ln_start.exp());
    Ok((ln_growth + excess / classes as f64) / (2.0 * ln_sigma.exp()))
}

/// `∫ from 0 to x of (eᵘ − 1)/u du = Σ xⁿ/(n·n!)` for `x ≥ 0`, to the last term that counts; all are positive, and those before the largest,
/// near `n = x`, rise: none of them is small against the sum.
fn excess(x: f64) -> f64 {
    let (mut sum, mut power, mut n) = (0.0, 1.0, 1.0);
    loop {
        power *= x / n; // xⁿ/n!
        let term = power / n;
        sum += term;
        if !sum.is_finite() || term <= f64::EPSILON * 1e-2 * sum {
            return sum;
        }
        n += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Shape;
    use proptest::prelude::*;

    /// The same integral by the midpoint rule.
    fn quadrature(from: f64, to: f64) -> f64 {
        let n = 20_000;
        let h = (to - from) / f64::from(n);
        (0..n)
            .map(|i| from + (f64::from(i) + 0.5) * h)
            .map(|u| h * u.exp_m1() / u)
            .sum()
    }

    #[test]
    fn the_series_is_the_integral() {
        for x in [1e-300, 0.01, 0.2, 0.5] {
            assert!((excess(x) - quadrature(0.0, x)).abs() < 1e-9, "at {x}");
        }
        // Ei(x) − ln x − γ.
        for (x, exact) in [
            (0.5, 0.570_151_420_521_586),
            (2.0, 3.683_871_510_540_412),
            (20.0, 25_615_649.091_108_65),
            (50.0, 1.058_563_689_713_169e20),
            (100.0, 2.715_552_744_853_88e41),
        ] {
            let found = excess(x);
            assert!((found / exact - 1.0).abs() < 4e-15, "{found} at {x}");
        }
        // x + x²/4 and so on.
        for x in [1e-5_f64, 1e-9, 1e-300] {
            let found = excess(x) / x - 1.0;
            assert!(
                (found - x / 4.0 * (1.0 + 2.0 * x / 9.0)).abs() < 1e-15,
                "at {x}"
            );
        }
        assert_eq!((excess(0.0), excess(800.0)), (0.0, f64::INFINITY));
    }

    proptest! {
        #[test]
        fn fast_and_slow_growth_within_the_bounds(
            classes in 2_usize..20, ln_ratio in 0.0..27.0_f64, gamma in -0.5..1.5_f64, delta in 0.5..400.0_f64, scaled: bool,
        ) {
            let step = StepProfile::new(classes, 3, ln_ratio.exp()).unwrap();
            let weighting = Weighting::power(gamma).unwrap();
            let start = Start::new(if scaled { Shape::Scaled } else { Shape::Plain }, delta).unwrap();
            for mode in [Mode::Majority, Mode::Minority] {
                let q = if mode == Mode::Majority { classes as f64 } else { 3.0 };
                let bounds = half_amplitude_time(&step, &weighting, mode, &start).unwrap().unwrap();
                let rate = growth::step_ln_rate(&step, &weighting, mode).exp();
                let ln_sigma = StepSpectrum::new(&step, &weighting).ln_sigma(mode);
                let from = (-start.ln_growth(ln_sigma)).exp();
                // The growth that is fastest, and the slowest, integrated in x.
                let fastest = (0.5_f64.ln() + start.ln_growth(ln_sigma)) / (2.0 * rate);
                let slowest = fastest + quadrature(from, 0.5) / (2.0 * rate * q);
                prop_assert!((bounds.start() / fastest - 1.0).abs() < 1e-12);
                prop_assert!((bounds.end() / slowest - 1.0).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn balanced_classes_take_the_time_that_their_speed_gives() {
        let start = Start::scaled(6.0).unwrap();
        for (classes, n) in [(2, 1.0), (3, 9.0), (10, 0.25)] {
            let size = ClassSize::new(n).unwrap();
            let time = |margin| balanced_time(classes, size, &start, margin).unwrap();
            let k = classes as f64;
            for margin in [0.01_f64, 0.5, 3.0, 20.0] {
                let h = 1e-5 * margin;
                let found = (time(margin + h) - time(margin - h)) / (2.0 * h);
                // 1/ẋ of ẋ = 2√n x k/(eˣ + k − 1).
                let stated = (margin.exp() + k - 1.0) / (2.0 * n.sqrt() * margin * k);
                assert!(
                    (found / stated - 1.0).abs() < 1e-8,
                    "{classes} {n} {margin}"
                );
            }
            // The start is reached at once, nothing below it, nor what is no number.
            let ln_first = -start.ln_growth(0.5 * n.ln());
            assert!(time(ln_first.exp() * (1.0 + 1e-12)).abs() < 1e-9);
            for margin in [ln_first.exp() * 0.99, -1.0, f64::NAN, f64::INFINITY] {
                let refused = balanced_time(classes, size, &start, margin);
                assert!(
                    matches!(refused, Err(TheoryError::Domain { .. })),
                    "{margin}"
                );
            }
        }
        let one = ClassSize::new(1.0).unwrap();
        for classes in [0, 1] {
            let refused = balanced_time(classes, one, &start, 0.5);
            assert_eq!(refused, Err(TheoryError::TooFewClasses(classes)));
        }
    }

    #[test]
    fn a_start_above_half_is_refused_and_a_single_class_has_no_mode() {
        let step = StepProfile::new(1, 3, 10.0).unwrap();
        let vanilla = Weighting::vanilla();
        let bounds = |mode, delta| {
            half_amplitude_time(&step, &vanilla, mode, &Start::scaled(delta).unwrap())
        };
        assert_eq!(bounds(Mode::Majority, 1.0), Ok(None));
        assert_eq!(bounds(Mode::Contrast, 1.0), Ok(None));
        assert_eq!(
            bounds(Mode::Minority, 0.3),
            Err(TheoryError::StartAboveHalf { ln_fraction: -0.6 })
        );
    }
}
