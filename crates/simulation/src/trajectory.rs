//! What a simulation reports.

use nalgebra::DMatrix;

use crate::{SimulationError, Solver, reduced::GroupLogits};
use ufm_theory::spectrum::Mode;

/// Relative difference of fractions that are the same.
const SAME_FRACTION: f64 = 1e-12;

/// A simulated training run: how it was found, recorded moments, crossing times, the end point and the cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// The solver that was taken.
    pub solver: Solver,
    /// The final time: the one asked for, or where the search for crossings ended.
    pub end: f64,
    /// One per requested time.
    pub moments: Vec<Moment>,
    /// One per mode and watched fraction, mode by mode.
    pub crossings: Vec<Crossing>,
    pub(crate) factors: Option<Factors>,
    /// Largest `|w² − N_maj a² − N_min b²|/w²` on the way, zero for the exact solution: a measure of the error of
    /// [`Solver::Reduced`]; `None` from the others.
    pub drift: Option<f64>,
    /// The cost.
    pub statistics: Statistics,
    pub(crate) modes: Vec<Mode>,
}

impl Trajectory {
    /// `W` and `H` at the final time.
    ///
    /// # Errors
    /// [`SimulationError::NoFactors`] from solvers without matrices.
    pub fn factors(&self) -> Result<&Factors, SimulationError> {
        let none = SimulationError::NoFactors(self.solver);
        self.factors.as_ref().ok_or(none)
    }

    /// For each mode, the first time at which `s/σ` rises through the given fraction (to twelve digits); `None` where it does not
    /// before the final time, where it starts above it, or where that fraction was not watched.
    pub fn crossing_times(&self, fraction: f64) -> Vec<Option<f64>> {
        let modes = self
            .crossings
            .iter()
            .map(|crossing| crossing.mode + 1)
            .max();
        let mut times = vec![None; modes.unwrap_or(0)];
        for crossing in &self.crossings {
            if (crossing.fraction - fraction).abs() <= SAME_FRACTION * fraction.abs() {
                times[crossing.mode] = crossing.time;
            }
        }
        times
    }

    /// For each mode, the first time at which `s/σ` rises through ½.
    pub fn half_amplitude_times(&self) -> Vec<Option<f64>> {
        self.crossing_times(0.5)
    }

    /// The half-amplitude time of one kind of mode of a STEP problem, the first if from a random start its directions differ; `None` if
    /// the problem does not have it, or it does not get there.
    pub fn half_time(&self, mode: Mode) -> Option<f64> {
        let times = self.half_amplitude_times();
        let of_mode = self.modes.iter().zip(times).filter(|(of, _)| **of == mode);
        of_mode.filter_map(|(_, time)| time).min_by(f64::total_cmp)
    }

    /// The kind of each mode of a STEP problem; empty for others.
    pub fn step_modes(&self) -> &[Mode] {
        &self.modes
    }

    /// The first mode of a kind of a STEP problem.
    pub fn position(&self, mode: Mode) -> Option<usize> {
        self.modes.iter().position(|&of| of == mode)
    }

    /// Modes that were watched for half their singular value and did not rise through it.
    pub fn unlearned(&self) -> Vec<usize> {
        let times = self.half_amplitude_times();
        let missing = times.iter().enumerate().filter(|(_, time)| time.is_none());
        missing.map(|(mode, _)| mode).collect()
    }

    /// The learning window of the half-amplitude times, of those modes that have one; `None` if none has.
    ///
    /// ```
    /// use ufm_simulation::{Initialisation, Problem, Simulation};
    /// use ufm_theory::problem::{ClassProfile, Start, Weighting};
    /// let profile = ClassProfile::from_counts(&[100, 25, 1])?;
    /// let problem = Problem::new(&profile, Weighting::vanilla())?;
    /// let run = Simulation::new(&problem, Initialisation::spectral(Start::scaled(30.0)?)).run(0)?;
    /// let window = run.window().expect("all modes are learned");
    /// let sigma = problem.singular_values();
    /// assert!((window.relative - (sigma[0] / sigma[1] - 1.0)).abs() < 1e-12); // times are as 1/σ
    /// assert_eq!((window.first, window.last), (0, 1));
    /// # Ok::<(), ufm_simulation::SimulationError>(())
    /// ```
    pub fn window(&self) -> Option<Window> {
        Window::of(&self.half_amplitude_times())
    }
}

/// A learning window: how far apart the first and the last mode reach half their singular values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// `T_last/T_first − 1`.
    pub relative: f64,
    /// `T_last − T_first`, in gradient-flow time; over `δ` it is the absolute window of [`ufm_theory::windows`].
    pub spread: f64,
    /// The mode learned first.
    pub first: usize,
    /// The mode learned last.
    pub last: usize,
}

impl Window {
    /// Of the times of modes, those that have one; `None` if none has.
    pub(crate) fn of(times: &[Option<f64>]) -> Option<Self> {
        let found = times
            .iter()
            .enumerate()
            .filter_map(|(mode, time)| Some((mode, (*time)?)));
        let ends = found.fold(None, |ends: Option<[(usize, f64); 2]>, (mode, time)| {
            let [first, last] = ends.unwrap_or([(mode, time); 2]);
            Some([
                if time < first.1 { (mode, time) } else { first },
                if time > last.1 { (mode, time) } else { last },
            ])
        });
        ends.map(|[first, last]| Self {
            relative: (last.1 - first.1) / first.1,
            spread: last.1 - first.1,
            first: first.0,
            last: last.0,
        })
    }
}

/// The last time at which a mode rises through a watched fraction; 0 if none does.
pub(crate) fn last_crossing(crossings: &[Crossing]) -> f64 {
    let times = crossings.iter().filter_map(|crossing| crossing.time);
    times.fold(0.0, f64::max)
}

/// When a mode reaches a fraction of its singular value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Index of the mode.
    pub mode: usize,
    /// The fraction `s/σ`.
    pub fraction: f64,
    /// The first time at which `s/σ` rises through it; `None` if it does not before the final time.
    pub time: Option<f64>,
}

/// The state of the model at one time. Logits are `L = WH` (`k × N`), amplitudes `s_i = u_iᵀ L v_i`.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Gradient-flow time; for gradient descent, steps times step size.
    pub time: f64,
    /// `s_i`, length `r`.
    pub amplitudes: Vec<f64>,
    /// `s_i/σ_i`.
    pub fractions: Vec<f64>,
    /// `ln|s_i/σ_i|`, with the precision of `s_i` however small that is.
    pub ln_fractions: Vec<f64>,
    /// What the logits hold besides the modes.
    pub leakage: Leakage,
    /// The angle between the logits `WH` and the labels `Z` as vectors of `kN` numbers, in radians: 0 where the normalised logits
    /// `WH/‖WH‖` are those of the labels, all fractions equal and nothing besides.
    pub angle: f64,
    /// The weighted squared loss `½ Σ ω‖z − Wh‖²`.
    pub loss: f64,
    /// `‖Z − L‖_F/‖Z‖_F`, unweighted.
    pub residual: f64,
    /// One per group of classes.
    pub groups: Vec<GroupMoment>,
    /// The contrast logit over its target, on majority and on minority samples: both tend to 1 under the squared loss, and the second can exceed it
    /// on the way. `None` from other solvers than [`Solver::Reduced`].
    pub contrast_samples: Option<[f64; 2]>,
    pub(crate) logits: ClassLogits,
    /// `‖WᵀW − HHᵀ‖_F`: zero for a balanced start.
    pub imbalance: f64,
    /// `‖(WᵀW − HHᵀ) − its initial value‖_F`: zero for the exact gradient flow, from any start.
    pub imbalance_drift: f64,
}

/// The mean logits of classes, or of groups that are alike.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ClassLogits {
    Matrix(DMatrix<f64>),
    Groups(GroupLogits),
}

impl Moment {
    /// `k × k`: column `c` is the mean logit vector of the samples of class `c`.
    pub fn class_logits(&self) -> DMatrix<f64> {
        match &self.logits {
            ClassLogits::Matrix(matrix) => matrix.clone(),
            ClassLogits::Groups(groups) => groups.matrix(),
        }
    }

    /// The accuracy of each group of classes (each class, unless a problem says otherwise); `None` from a start without samples.
    pub fn accuracies(&self) -> Option<Vec<f64>> {
        self.groups.iter().map(|group| group.accuracy).collect()
    }
}

/// `‖L − U diag(s) Vᵀ‖_F`, the part of the logits outside the modes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leakage {
    /// Relative to `‖Z‖_F`.
    pub of_labels: f64,
    /// Relative to `‖L‖_F`; 0 if the logits are zero.
    pub of_logits: f64,
}

/// Training figures of one group of classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupMoment {
    /// `‖Z − L‖_F/‖Z‖_F` over the samples of the group.
    pub residual: f64,
    /// Share of samples whose largest logit is that of their class; a tie is not correct.
    ///
    /// From a spectral start every sample is correct from the first moment on, if only by `e^(−2δ)`, and is found
    /// so: the logits are compared mode by mode. Accuracy tells something from other starts.
    ///
    /// `None` from a start without samples.
    pub accuracy: Option<f64>,
    /// Mean over samples of `L_y − max_{c≠y} L_c`: 0 at the origin, 1 at interpolation.
    /// `None` from a start without samples.
    pub margin: Option<f64>,
}

/// `W` and `H`.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    /// `W`, `k × d`.
    pub classifier: DMatrix<f64>,
    /// `H`, one column per sample; in the class-constant frame, and from a start without samples, one per class, the mean of its samples.
    pub features: DMatrix<f64>,
    /// The class of each column of `features`.
    pub classes: Vec<usize>,
}

/// What a simulation cost; zeros for a closed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Steps accepted.
    pub steps: usize,
    /// Steps tried and rejected.
    pub rejected: usize,
    /// Evaluations of the right-hand side.
    pub evaluations: usize,
    /// Number of unknowns integrated.
    pub unknowns: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_between_the_first_and_the_last_of_those_that_have_a_time() {
        let times = [
            None,
            Some(2.0),
            Some(5.0),
            None,
            Some(2.0),
            Some(5.0),
            Some(3.0),
        ];
        let window = Window::of(&times);
        assert_eq!(
            window.map(|w| (w.relative, w.spread, w.first, w.last)),
            Some((1.5, 3.0, 1, 2)) // of several as early or as late, the first
        );
        assert_eq!(Window::of(&[None, None]), None);
    }

    #[test]
    fn fractions_are_the_same_up_to_rounding_relative_to_them() {
        let crossing = |mode, fraction, time| Crossing {
            mode,
            fraction,
            time: Some(time),
        };
        let trajectory = Trajectory {
            solver: Solver::Logistic,
            end: 1.0,
            moments: vec![],
            crossings: vec![
                crossing(0, 1e-6, 1.0),
                crossing(1, 1e-6 + 1e-13, 2.0),
                crossing(1, 0.5, 3.0),
            ],
            factors: None,
            drift: None,
            statistics: Statistics::default(),
            modes: vec![],
        };
        assert_eq!(trajectory.crossing_times(1e-6), [Some(1.0), None]);
        assert_eq!(trajectory.crossing_times(0.5 - 1e-13), [None, Some(3.0)]);
    }
}
