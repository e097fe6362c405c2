//! Roots and thresholds of one variable, between two known ends.

/// False position is replaced by a bisection this often, so that a bracket shrinks whatever the function does.
const BISECT_EVERY: u32 = 8;

/// Bisections alone would take 8 · 60; ten iterations are the rule.
const MAX_ITERATIONS: u32 = 500;

/// The root of `excess` between `low`, where it is negative, and `high`, where it is not: false position in the Illinois form, with a
/// bisection every eighth time.
///
/// It ends when the bracket is narrower than `closed` times its larger end in modulus, and returns its middle; a `closed` of a few
/// `f64::EPSILON` gives the root to rounding unless it is zero. If the signs at the ends are not as said, it closes on one of them.
///
/// ```
/// use ufm_theory::numerics::root::rising_root;
/// let root = rising_root((0.0, 2.0), 1e-15, |x| Ok::<_, ()>(x * x - 2.0))?;
/// assert!((root - 2.0_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), ()>(())
/// ```
///
/// # Errors
/// Those of the function.
pub fn rising_root<E>(
    (mut low, mut high): (f64, f64),
    closed: f64,
    mut excess: impl FnMut(f64) -> Result<f64, E>,
) -> Result<f64, E> {
    let (mut at_low, mut at_high) = (excess(low)?, excess(high)?);
    let mut side = 0_i32;
    for iteration in 1..=MAX_ITERATIONS {
        if high - low <= closed * high.abs().max(low.abs()) {
            break;
        }
        let secant = (low * at_high - high * at_low) / (at_high - at_low);
        let inside = secant > low && secant < high;
        let middle = if inside && !iteration.is_multiple_of(BISECT_EVERY) {
            secant
        } else {
            0.5 * (low + high)
        };
        let value = excess(middle)?;
        if value == 0.0 {
            return Ok(middle);
        } else if value < 0.0 {
            (low, at_low) = (middle, value);
            at_high *= if side == -1 { 0.5 } else { 1.0 };
            side = -1;
        } else {
            (high, at_high) = (middle, value);
            at_low *= if side == 1 { 0.5 } else { 1.0 };
            side = 1;
        }
    }
    Ok(0.5 * (low + high))
}

/// Where a condition begins to hold, between `low`, where it does not, and `high`, where it does: the upper end of the bracket after
/// `halvings` bisections, so never below the threshold and above it by at most `(high − low)·2^(−halvings)`.
///
/// ```
/// use ufm_theory::numerics::root::threshold;
/// let found = threshold((0.0, 1.0), 20, |x| Ok::<_, ()>(x > 0.3))?;
/// assert!(found > 0.3 && found < 0.3 + 1e-6);
/// # Ok::<(), ()>(())
/// ```
///
/// # Errors
/// Those of the condition.
pub fn threshold<E>(
    (mut low, mut high): (f64, f64),
    halvings: usize,
    mut holds: impl FnMut(f64) -> Result<bool, E>,
) -> Result<f64, E> {
    for _ in 0..halvings {
        let middle = 0.5 * (low + high);
        if holds(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn root(bracket: (f64, f64), f: impl Fn(f64) -> f64) -> f64 {
        rising_root(bracket, 4.0 * f64::EPSILON, |x| Ok::<_, ()>(f(x))).unwrap()
    }

    proptest! {
        /// Smooth, steep, flat at the root, and with a jump.
        #[test]
        fn roots_are_found_to_rounding(at in 0.1..9.9_f64) {
            let functions: [&dyn Fn(f64) -> f64; 5] = [
                &|x| x - at,
                &|x| x.exp() - at.exp(),
                &|x| (50.0 * (x - at)).tanh(),
                &|x| (x - at).cbrt(),
                &|x| if x < at { -1e-300 } else { 1e300 },
            ];
            for f in functions {
                prop_assert!((root((0.0, 10.0), f) - at).abs() < 1e-14 * 10.0);
            }
        }
    }

    /// How it is found, and not only that: a search that bisects, or creeps, would be many times as long.
    #[test]
    fn smooth_roots_take_few_evaluations_and_others_no_more_than_bisections_would() {
        let evaluations = |f: &dyn Fn(f64) -> f64| {
            let mut calls = 0;
            rising_root((0.0, 10.0), 4.0 * f64::EPSILON, |x| {
                calls += 1;
                Ok::<_, ()>(f(x))
            })
            .unwrap();
            calls
        };
        for at in [0.3, 3.0, 7.7] {
            assert!(evaluations(&|x| x - at) <= 4, "a line, root {at}");
            // Bent either way: it is the one end or the other that would stay.
            let convex = evaluations(&|x| (0.3 * x).exp() - (0.3 * at).exp());
            assert!(convex <= 16, "{convex} of an exponential, root {at}");
            let concave = evaluations(&|x| (-0.3 * at).exp() - (-0.3 * x).exp());
            assert!(concave <= 16, "{concave} of an exponential, root {at}");
            // The secant meets an end and is not taken: bisections.
            for (below, above) in [(-1e-300, 1e300), (-1e300, 1e-300)] {
                let jump = evaluations(&|x| if x < at { below } else { above });
                assert!(jump <= 60, "{jump} of a jump at {at}");
            }
        }
    }

    /// Where the signs at the ends are not as said the secant lies outside.
    #[test]
    fn it_never_looks_outside_the_bracket_and_closes_on_an_end() {
        let within = |f: fn(f64) -> f64| {
            root((1.0, 3.0), |x| {
                assert!((1.0..=3.0).contains(&x), "{x}");
                f(x)
            })
        };
        for positive in [|x| 1.0 + x, |x: f64| 9.0 - x] {
            assert!((within(positive) - 1.0).abs() < 1e-14);
        }
        for negative in [|x| x - 9.0, |x: f64| -1.0 - x] {
            assert!((within(negative) - 3.0).abs() < 1e-14);
        }
    }

    #[test]
    fn a_threshold_is_met_from_above() {
        for at in [0.1, 3.0, 9.9] {
            let found = threshold((0.0, 10.0), 30, |x| Ok::<_, ()>(x >= at)).unwrap();
            assert!(
                found >= at && found - at <= 10.0 * 2f64.powi(-30),
                "{found}"
            );
        }
    }

    #[test]
    fn an_error_ends_the_search() {
        let mut calls = 0;
        let found = rising_root((0.0, 1.0), 1e-15, |x| {
            calls += 1;
            if calls > 2 { Err(calls) } else { Ok(x - 0.7) }
        });
        assert_eq!(found, Err(3));
        assert_eq!(threshold((0.0, 1.0), 4, |_| Err(7)), Err(7));
    }

    #[test]
    fn a_root_at_an_end_is_that_end() {
        assert!((root((1.0, 2.0), |x| x - 2.0) - 2.0).abs() < 1e-15);
        assert!(root((0.0, 2.0), |x| x) < 1e-15);
        assert_eq!(
            threshold((0.0, 1.0), 10, |x| Ok::<_, ()>(x >= 1.0)),
            Ok(1.0)
        );
    }
}
