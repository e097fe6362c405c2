//! The exponent `γ` of weights `n^(−γ)` that brings growth rates closest together, found numerically.
//!
//! Where it has a closed form that is [`crate::features::flattening_exponent`]; this is for rates of which only values are known,
//! those of given data ([`crate::features::ClassSums::least_spread`]).

/// The exponents that are searched.
///
/// Claims: `data-growth`, through [`ClassSums::least_spread`](crate::features::ClassSums::least_spread).
pub const RANGE: (f64, f64) = (-0.5, 1.5);

/// Points of the first, coarse look: ½ and 1 are among them.
const COARSE: usize = 41;

/// Golden-section steps in each promising interval: down to `1e-8`.
const STEPS: usize = 36;

/// Spreads that differ by no more are equal: a few roundings.
const EQUAL: f64 = 1e-12;

/// A minimum of the spread over [`RANGE`].
///
/// Claims: `data-growth`, through [`ClassSums::least_spread`](crate::features::ClassSums::least_spread).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimum {
    /// The exponent at which the spread is least.
    pub gamma: f64,
    /// `ln` of the largest over the smallest rate there.
    pub ln_spread: f64,
    /// Whether it is at an end of the range, and so perhaps no minimum.
    pub at_end: bool,
}

/// Minimises a continuous function of the exponent that need not be smooth, nor have one minimum: a coarse look, then a golden section
/// around each of the three lowest places. `None` if it is the same everywhere, so that no exponent is better than another.
///
/// Claims: `data-growth`, through [`ClassSums::least_spread`](crate::features::ClassSums::least_spread).
///
/// ```
/// use ufm_theory::windows::least_spread::minimise;
/// let found = minimise(|gamma: f64| Ok::<_, ()>((gamma - 0.731).abs()))?.unwrap();
/// assert!((found.gamma - 0.731).abs() < 1e-7 && !found.at_end);
/// assert_eq!(minimise(|gamma: f64| Ok::<_, ()>((gamma - 0.5).abs()))?.unwrap().gamma, 0.5);
/// assert_eq!(minimise(|_| Ok::<_, ()>(3.0))?, None);
/// # Ok::<(), ()>(())
/// ```
///
/// # Errors
/// Those of the function.
pub fn minimise<E>(mut spread: impl FnMut(f64) -> Result<f64, E>) -> Result<Option<Minimum>, E> {
    let (low, high) = RANGE;
    let gamma = |i: usize| low + (high - low) * i as f64 / (COARSE - 1) as f64;
    let coarse: Vec<f64> = (0..COARSE)
        .map(|i| spread(gamma(i)))
        .collect::<Result<_, E>>()?;
    let finite = coarse.iter().copied().filter(|value| value.is_finite());
    let (lowest, highest) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), value| {
        (a.min(value), b.max(value))
    });
    // Where none is finite the difference is −∞.
    if highest - lowest <= EQUAL {
        return Ok(None);
    }
    let mut places: Vec<usize> = (0..COARSE)
        .filter(|&i| {
            let beside = [i.checked_sub(1), Some(i + 1)];
            beside
                .into_iter()
                .flatten()
                .all(|j| coarse.get(j).is_none_or(|&value| coarse[i] <= value))
        })
        .collect();
    places.sort_by(|&a, &b| coarse[a].total_cmp(&coarse[b]));
    let mut best = (gamma(places[0]), coarse[places[0]]);
    for &place in places.iter().take(3) {
        let ends = (
            gamma(place.saturating_sub(1)),
            gamma((place + 1).min(COARSE - 1)),
        );
        let found = golden(ends, &mut spread)?;
        if found.1 < best.1 - EQUAL {
            best = found;
        }
    }
    let margin = 1e-6 * (high - low);
    Ok(Some(Minimum {
        gamma: best.0,
        ln_spread: best.1,
        at_end: !(low + margin..=high - margin).contains(&best.0),
    }))
}

/// The lowest place seen in a golden-section search.
fn golden<E>(
    (mut low, mut high): (f64, f64),
    spread: &mut impl FnMut(f64) -> Result<f64, E>,
) -> Result<(f64, f64), E> {
    let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (spread(a)?, spread(b)?);
    for _ in 0..STEPS {
        if at_a <= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = spread(a)?;
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = spread(b)?;
        }
    }
    Ok(if at_a <= at_b { (a, at_a) } else { (b, at_b) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_lower_of_two_minima_is_found(at in 0.0..0.5_f64, other in 0.9..1.4_f64, gap in 0.1..1.0_f64) {
            let two = |gamma: f64| (gamma - at).abs().min((gamma - other).powi(2) + 0.1 * gap);
            let found = least(two).unwrap();
            prop_assert!((found.gamma - at).abs() < 1e-7, "{found:?}");
        }
    }

    fn least(f: impl Fn(f64) -> f64) -> Option<Minimum> {
        minimise(|gamma| Ok::<_, ()>(f(gamma))).unwrap()
    }

    #[test]
    fn an_end_is_called_an_end() {
        let found = least(|gamma| -gamma).unwrap();
        assert!(found.at_end && found.gamma > 1.4999, "{found:?}");
        let (low, high) = RANGE;
        for (at, at_end) in [
            (low, true),
            (low + 1.5e-6, true),
            (low + 3e-6, false),
            (-0.3, false),
            (0.3, false),
            (high - 3e-6, false),
            (high - 1.5e-6, true),
            (high, true),
        ] {
            let found = least(|gamma| (gamma - at).abs()).unwrap();
            assert!((found.gamma - at).abs() < 1e-7, "{at}: {found:?}");
            assert_eq!(found.at_end, at_end, "{at}");
        }
    }

    /// The coarse points and three golden sections, none of it outside; and of all that was seen the least is the answer.
    #[test]
    fn it_looks_within_the_range_and_returns_the_least_it_saw() {
        for at in [-0.5, -0.487, 0.123_456, 0.5, 1.481, 1.5] {
            for slope in [1.0, -1.0, 1e3] {
                let mut seen = Vec::new();
                let found = minimise(|gamma| {
                    let value = slope * (gamma - at).abs();
                    seen.push((value, gamma));
                    Ok::<_, ()>(value)
                })
                .unwrap()
                .unwrap();
                assert!(
                    seen.iter()
                        .all(|(_, gamma)| (RANGE.0..=RANGE.1).contains(gamma))
                );
                assert!(seen.len() <= COARSE + 3 * (STEPS + 2));
                let least = seen
                    .iter()
                    .map(|(value, _)| *value)
                    .fold(f64::INFINITY, f64::min);
                assert!(
                    found.ln_spread - least <= EQUAL,
                    "{at} {slope}: {found:?}, {least}"
                );
                assert!(seen.contains(&(found.ln_spread, found.gamma)));
            }
        }
    }

    #[test]
    fn on_a_plateau_the_answer_is_a_point_of_the_coarse_look() {
        let flat = least(|gamma| (gamma - 0.5).abs().max(0.01)).unwrap();
        assert_eq!((flat.gamma, flat.ln_spread), (0.5, 0.01));
        // Lower beside it, but by no more than what counts as equal.
        for (lower, kept) in [(0.0, true), (-EQUAL, false)] {
            let dent = least(|gamma| match (gamma - 0.5).abs() {
                0.0 => EQUAL,
                off if off < 0.05 => lower,
                off => off,
            });
            assert_eq!(dent.unwrap().gamma == 0.5, kept, "{lower}");
        }
    }

    /// Its coarse value is above that of ten points beside the other minimum.
    #[test]
    fn a_narrow_minimum_counts_before_the_neighbours_of_a_broad_one() {
        let at = 1.275;
        let two = |gamma: f64| (gamma - 0.2).powi(2).min(4.0 * (gamma - at).abs() - 0.01);
        let found = least(two).unwrap();
        assert!((found.gamma - at).abs() < 1e-7, "{found:?}");
    }

    #[test]
    fn without_a_finite_value_there_is_no_minimum() {
        for value in [f64::INFINITY, f64::NAN] {
            assert_eq!(least(|_| value), None);
        }
    }

    #[test]
    fn infinities_are_passed_over() {
        let hole = |gamma: f64| {
            if gamma > 0.7 {
                f64::INFINITY
            } else {
                (gamma - 0.6).abs()
            }
        };
        assert!((least(hole).unwrap().gamma - 0.6).abs() < 1e-7);
    }
}
