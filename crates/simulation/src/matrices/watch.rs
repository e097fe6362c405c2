//! First times at which modes rise through fractions of their singular values.

use crate::{SimulationError, trajectory::Crossing};

/// Watches every mode for every fraction.
#[derive(Debug)]
pub(crate) struct Watch {
    fractions: Vec<f64>,
    last: Vec<f64>,
    /// Crossings still to come: not those of modes that start at the fraction or above it.
    waiting: usize,
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
        let below = |value: &f64| {
            fractions
                .iter()
                .filter(|&fraction| value < fraction)
                .count()
        };
        Self {
            crossings: crossings.collect(),
            waiting: initial.iter().map(below).sum(),
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
                    self.waiting = self.waiting.saturating_sub(1);
                }
            }
            *last = value;
        }
        Ok(())
    }

    /// Whether every mode has crossed every fraction that it started below.
    pub(crate) fn complete(&self) -> bool {
        self.waiting == 0
    }

    pub(crate) fn into_crossings(self) -> Vec<Crossing> {
        self.crossings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simultaneous_and_missing_crossings() {
        let mut watch = Watch::new(&[0.5, 0.9], vec![0.0, 0.0, 0.7]);
        watch
            .observe(|mode| [0.6, 0.6, 0.8][mode], |_, fraction| Ok(fraction))
            .unwrap();
        assert!(!watch.complete());
        let times: Vec<_> = watch.into_crossings().iter().map(|c| c.time).collect();
        assert_eq!(times, [Some(0.5), None, Some(0.5), None, None, None]);
    }

    #[test]
    fn a_mode_that_starts_at_a_fraction_does_not_rise_through_it() {
        let mut watch = Watch::new(&[0.5], vec![0.5, 0.25]);
        for values in [[0.5, 0.25], [0.75, 0.5]] {
            assert!(!watch.complete());
            watch.observe(|mode| values[mode], |_, _| Ok(3.0)).unwrap();
        }
        assert!(watch.complete());
        let times: Vec<_> = watch.into_crossings().iter().map(|c| c.time).collect();
        assert_eq!(times, [None, Some(3.0)]);
    }
}
