//! One bracketing root finder.

use crate::SimulationError;

/// Bracketing stops when the bracket is this narrow, relative to time.
const PRECISION: f64 = 1e-13;

/// The root in `[low, high]` of `excess`, which is negative at `low` and not at `high`: false position in the
/// Illinois form, falling back on bisection.
pub(crate) fn root(
    mut low: f64,
    mut high: f64,
    mut excess: impl FnMut(f64) -> Result<f64, SimulationError>,
) -> Result<f64, SimulationError> {
    let (mut at_low, mut at_high) = (excess(low)?, excess(high)?);
    let mut side = 0_i32;
    for iteration in 0..200 {
        if high - low <= PRECISION * high.abs() {
            break;
        }
        let secant = (low * at_high - high * at_low) / (at_high - at_low);
        let inside = secant > low && secant < high;
        let middle = if inside && iteration % 8 != 7 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_roots_are_found_to_rounding() {
        type Case = (fn(f64) -> f64, f64);
        let cases: [Case; 3] = [
            (|t| t * t - 2.0, std::f64::consts::SQRT_2),
            (|t| t.exp() - 3.0, 3.0_f64.ln()),
            (|t| (50.0 * (t - 1.7)).tanh(), 1.7),
        ];
        for (f, expected) in cases {
            let found = root(0.0, 5.0, |t| Ok(f(t))).unwrap();
            assert!(
                (found - expected).abs() < 1e-12,
                "{found} against {expected}"
            );
        }
    }
}
