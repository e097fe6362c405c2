//! First times at which modes rise through fractions of their singular values.

use crate::{SimulationError, trajectory::Crossing};

/// Bracketing stops when the bracket is this narrow, relative to time.
const PRECISION: f64 = 1e-13;

/// Watches every mode for every fraction.
#[derive(Debug)]
pub(crate) struct Watch {
    fractions: Vec<f64>,
    last: Vec<f64>,
    crossings: Vec<Crossing>,
}

impl Watch {
    /// `initial` holds `s/σ` of each mode at time zero.
    pub(crate) fn new(fractions: &[f64], initial: Vec<f64>) -> Self {
        let crossings = (0..initial.len()).flat_map(|mode| {
            fractions.iter().map(move |&fraction| Crossing {
                mode,
                fraction,
                time: None,
            })
        });
        Self {
            crossings: crossings.collect(),
            fractions: fractions.to_vec(),
            last: initial,
        }
    }

    /// Records the crossings between two times. `now` gives `s/σ` of a mode at the later one, `locate(mode, fraction)`
    /// the time of a crossing that is known to lie between them.
    pub(crate) fn observe(
        &mut self,
        now: impl Fn(usize) -> f64,
        mut locate: impl FnMut(usize, f64) -> Result<f64, SimulationError>,
    ) -> Result<(), SimulationError> {
        for (mode, last) in self.last.iter_mut().enumerate() {
            let value = now(mode);
            for (index, &fraction) in self.fractions.iter().enumerate() {
                let crossing = &mut self.crossings[mode * self.fractions.len() + index];
                if crossing.time.is_none() && *last < fraction && value >= fraction {
                    crossing.time = Some(locate(mode, fraction)?);
                }
            }
            *last = value;
        }
        Ok(())
    }

    pub(crate) fn into_crossings(self) -> Vec<Crossing> {
        self.crossings
    }
}

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

    #[test]
    fn simultaneous_and_missing_crossings() {
        let mut watch = Watch::new(&[0.5, 0.9], vec![0.0, 0.0, 0.7]);
        watch
            .observe(|mode| [0.6, 0.6, 0.8][mode], |_, fraction| Ok(fraction))
            .unwrap();
        let times: Vec<_> = watch.into_crossings().iter().map(|c| c.time).collect();
        assert_eq!(times, [Some(0.5), None, Some(0.5), None, None, None]);
    }
}
