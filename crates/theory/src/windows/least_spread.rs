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

/// Spreads that differ by less are equal: a few roundings.
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
    if highest - lowest <= EQUAL || lowest > highest {
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
        at_end: best.0 < low + margin || best.0 > high - margin,
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
            let two = |gamma: f64| Ok::<_, ()>((gamma - at).abs().min((gamma - other).powi(2) + 0.1 * gap));
            let found = minimise(two).unwrap().unwrap();
            prop_assert!((found.gamma - at).abs() < 1e-7, "{found:?}");
        }
    }

    #[test]
    fn an_end_is_called_an_end() {
        let found = minimise(|gamma: f64| Ok::<_, ()>(-gamma)).unwrap().unwrap();
        assert!(found.at_end && found.gamma > 1.4999, "{found:?}");
    }

    #[test]
    fn infinities_are_passed_over() {
        let hole = |gamma: f64| {
            Ok::<_, ()>(if gamma > 0.7 {
                f64::INFINITY
            } else {
                (gamma - 0.6).abs()
            })
        };
        assert!((minimise(hole).unwrap().unwrap().gamma - 0.6).abs() < 1e-7);
    }
}
