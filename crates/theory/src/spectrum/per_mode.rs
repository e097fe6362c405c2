//! One value for each kind of mode.

use std::ops::{Index, IndexMut};

use super::Mode;

/// A value for each kind of [`Mode`] of a STEP problem.
///
/// ```
/// use ufm_theory::spectrum::{Mode, PerMode};
/// let lengths = PerMode::from_fn(|mode| mode.name().len());
/// assert_eq!(lengths[Mode::Contrast], 8);
/// assert_eq!(lengths.map(|n| n % 2).iter().collect::<Vec<_>>(), [(Mode::Majority, &0), (Mode::Contrast, &0), (Mode::Minority, &0)]);
/// ```
///
/// Claims: `step-spectrum`, through [`StepSpectrum`](super::StepSpectrum).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PerMode<T> {
    /// Differences among majority classes.
    pub majority: T,
    /// All majority against all minority classes.
    pub contrast: T,
    /// Differences among minority classes.
    pub minority: T,
}

impl<T> PerMode<T> {
    /// The values of a function.
    pub fn from_fn(mut value: impl FnMut(Mode) -> T) -> Self {
        Self {
            majority: value(Mode::Majority),
            contrast: value(Mode::Contrast),
            minority: value(Mode::Minority),
        }
    }

    /// A function of each value.
    pub fn map<S>(self, mut f: impl FnMut(T) -> S) -> PerMode<S> {
        PerMode {
            majority: f(self.majority),
            contrast: f(self.contrast),
            minority: f(self.minority),
        }
    }

    /// Modes and values, by decreasing singular value.
    pub fn iter(&self) -> impl Iterator<Item = (Mode, &T)> {
        Mode::ALL.into_iter().map(|mode| (mode, &self[mode]))
    }
}

impl<T> Index<Mode> for PerMode<T> {
    type Output = T;

    fn index(&self, mode: Mode) -> &T {
        match mode {
            Mode::Majority => &self.majority,
            Mode::Contrast => &self.contrast,
            Mode::Minority => &self.minority,
        }
    }
}

impl<T> IndexMut<Mode> for PerMode<T> {
    fn index_mut(&mut self, mode: Mode) -> &mut T {
        match mode {
            Mode::Majority => &mut self.majority,
            Mode::Contrast => &mut self.contrast,
            Mode::Minority => &mut self.minority,
        }
    }
}
