//! What a simulation reports.

use nalgebra::DMatrix;

/// A simulated training run: recorded moments, crossing times, the end point and the cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// One per requested time.
    pub moments: Vec<Moment>,
    /// One per mode and watched fraction, mode by mode.
    pub crossings: Vec<Crossing>,
    /// `W` and `H` at the final time.
    pub end: Factors,
    /// The cost.
    pub statistics: Statistics,
}

impl Trajectory {
    /// For each mode, the first time at which `s/σ` rises through the given fraction; `None` where it does not
    /// before the final time, where it starts above it, or where that fraction was not watched.
    pub fn crossing_times(&self, fraction: f64) -> Vec<Option<f64>> {
        let modes = self
            .crossings
            .iter()
            .map(|crossing| crossing.mode + 1)
            .max();
        let mut times = vec![None; modes.unwrap_or(0)];
        for crossing in &self.crossings {
            if crossing.fraction == fraction {
                times[crossing.mode] = crossing.time;
            }
        }
        times
    }

    /// For each mode, the first time at which `s/σ` rises through ½.
    pub fn half_amplitude_times(&self) -> Vec<Option<f64>> {
        self.crossing_times(0.5)
    }
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
    /// `k × k`: column `c` is the mean logit vector of the samples of class `c`.
    pub class_logits: DMatrix<f64>,
    /// `‖WᵀW − HHᵀ‖_F`: zero for a balanced start.
    pub imbalance: f64,
    /// `‖(WᵀW − HHᵀ) − its initial value‖_F`: zero for the exact gradient flow, from any start.
    pub imbalance_drift: f64,
}

impl Moment {
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

/// What a simulation cost.
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
