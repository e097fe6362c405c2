//! Descent by other rules than the gradient, under other losses, in small steps.
//!
//! Where [`crate::Simulation`] integrates the flows of the paper to many digits from any scale, this takes explicit steps of any [`Rule`] on plain matrices: classes by
//! classes, as spectral starts are constant on classes and every rule keeps them so. A mode of size `e^(−2δ)` is seen beside one of size `σ` to `1e-16 σ` only: `δ` up to
//! about 12 is safe.

mod rule;

use nalgebra::DMatrix;
use ufm_theory::remedies::vector_scaling::VectorScaling;

use crate::{
    Initialisation, Loss, Problem, SimulationError, matrices::Frame, numerics::softmax,
    trajectory::Window,
};

pub use rule::Rule;

/// The most steps that are taken.
const MOST_STEPS: f64 = 1e8;

/// Descent of a problem's loss by a rule, from a spectral start. Deterministic.
///
/// ```
/// use ufm_simulation::{Initialisation, Problem, remedies::{Descent, Rule}};
/// use ufm_theory::{problem::{StepProfile, Start, Weighting}, remedies::spectral_descent};
/// let step = StepProfile::halves(4, 16.0)?;
/// let problem = Problem::step(&step, Weighting::vanilla())?;
/// let start = Initialisation::spectral(Start::scaled(8.0)?);
/// let run = Descent::new(&problem, start, Rule::Spectral, 1e-3).run(3.0)?;
/// assert!((run.window().expect("learned") - spectral_descent::limiting_relative(step.ratio())).abs() < 0.01); // R^(1/4) − 1
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Descent<'a> {
    problem: &'a Problem,
    start: Initialisation,
    rule: Rule,
    step_size: f64,
    scaling: VectorScaling,
    projected: bool,
    weights_from: f64,
}

/// What a descent has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Descended {
    /// For each mode the first time at which `s/σ` rises through ½, interpolated linearly between steps.
    pub half_amplitude_times: Vec<Option<f64>>,
    /// `s/σ` of each mode at the end.
    pub fractions: Vec<f64>,
    /// The final time: that asked for, or when every mode had risen through ½.
    pub end: f64,
    /// Steps taken.
    pub steps: usize,
}

impl Descended {
    /// `T_last/T_first − 1` of the half-amplitude times; `None` unless every mode has one.
    pub fn window(&self) -> Option<f64> {
        let times = &self.half_amplitude_times;
        let learned = times.iter().all(Option::is_some);
        let window = learned.then(|| Window::of(times)).flatten();
        window.map(|window| window.relative)
    }
}

impl<'a> Descent<'a> {
    /// Steps of `step_size`; time is steps times that. [`Rule::Gradient`] takes fourth-order Runge–Kutta steps of gradient flow, the others plain ones, first order in
    /// the step size.
    pub fn new(problem: &'a Problem, start: Initialisation, rule: Rule, step_size: f64) -> Self {
        Self {
            problem,
            start,
            rule,
            step_size,
            scaling: VectorScaling::default(),
            projected: false,
            weights_from: 0.0,
        }
    }

    /// The cross-entropy of logits `Δ_c ℓ_c + ι_c` in place of `ℓ_c`.
    pub fn scaled(self, scaling: VectorScaling) -> Self {
        Self { scaling, ..self }
    }

    /// `(Z − WH) Ω` projected on the row space of the labels.
    pub fn projected(self) -> Self {
        Self {
            projected: true,
            ..self
        }
    }

    /// The problem's weights from this time on, and weights of one before.
    pub fn weights_from(self, time: f64) -> Self {
        Self {
            weights_from: time,
            ..self
        }
    }

    /// Descends to `end`, or until every mode has risen through half.
    ///
    /// # Errors
    /// [`SimulationError::StepSize`], [`SimulationError::FinalTime`], [`SimulationError::TooManySteps`]; [`SimulationError::NotClassConstant`] for a start that is not
    /// spectral; [`SimulationError::NeedsCrossEntropy`] for scaled logits under the squared loss; [`SimulationError::Diverged`].
    pub fn run(&self, end: f64) -> Result<Descended, SimulationError> {
        let eta = self.step_size;
        if !(eta.is_finite() && eta > 0.0) {
            return Err(SimulationError::StepSize(eta));
        }
        if !(end.is_finite() && end > 0.0) {
            return Err(SimulationError::FinalTime(end));
        }
        let total = (end / eta).round();
        if total > MOST_STEPS {
            return Err(SimulationError::TooManySteps {
                steps: MOST_STEPS as usize,
                time: 0.0,
            });
        }
        let pull = Pull::new(self)?;
        let mut state = pull.start(&self.start)?;
        let mut previous = pull.fractions(&state);
        let mut half_amplitude_times = vec![None; previous.len()];
        let waiting = |times: &[Option<f64>], last: &[f64]| {
            times.iter().zip(last).any(|(t, x)| t.is_none() && *x < 0.5)
        };
        let mut steps = 0;
        while (steps as f64) < total && waiting(&half_amplitude_times, &previous) {
            let before = steps as f64 * eta;
            state = self.step(&pull, &state, before);
            steps += 1;
            let now = pull.fractions(&state);
            if !now.iter().all(|x| x.is_finite()) {
                return Err(SimulationError::Diverged(before));
            }
            for ((time, a), b) in half_amplitude_times.iter_mut().zip(&previous).zip(&now) {
                if time.is_none() && *a < 0.5 && *b >= 0.5 {
                    *time = Some(before + eta * (0.5 - a) / (b - a));
                }
            }
            previous = now;
        }
        Ok(Descended {
            half_amplitude_times,
            fractions: previous,
            end: steps as f64 * eta,
            steps,
        })
    }

    fn step(&self, pull: &Pull, at: &Layers, time: f64) -> Layers {
        let eta = self.step_size;
        let weighted = time + 0.5 * eta > self.weights_from;
        let velocity = |at: &Layers| self.rule.velocity(at, &pull.residual(at, weighted), pull);
        let first = velocity(at);
        if self.rule != Rule::Gradient {
            return at.moved(eta, &first);
        }
        let second = velocity(&at.moved(0.5 * eta, &first));
        let third = velocity(&at.moved(0.5 * eta, &second));
        let fourth = velocity(&at.moved(eta, &third));
        at.moved(eta / 6.0, &first)
            .moved(eta / 3.0, &second)
            .moved(eta / 3.0, &third)
            .moved(eta / 6.0, &fourth)
    }
}

/// `W` (`k × d`), and `√n_c` times the features of class `c` as the columns of `F` (`d × k`); or their velocities.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    pub classifier: DMatrix<f64>,
    pub features: DMatrix<f64>,
}

impl Layers {
    fn moved(&self, by: f64, velocity: &Self) -> Self {
        Self {
            classifier: &self.classifier + &velocity.classifier * by,
            features: &self.features + &velocity.features * by,
        }
    }
}

/// What pulls the logits, class by class.
#[derive(Debug)]
pub(crate) struct Pull<'a> {
    problem: &'a Problem,
    /// `√n_c`.
    pub roots: Vec<f64>,
    /// `√n_c v_i(c)`, `k × r`.
    right: DMatrix<f64>,
    /// `Δ_c` and `ι_c`.
    factors: Vec<f64>,
    constants: Vec<f64>,
    /// What is kept of the labels by smoothing; `None` for the squared loss.
    kept: Option<f64>,
    projected: bool,
}

impl<'a> Pull<'a> {
    fn new(descent: &Descent<'a>) -> Result<Self, SimulationError> {
        let (problem, scaling) = (descent.problem, descent.scaling);
        let kept = match problem.loss() {
            Loss::CrossEntropy { smoothing } => Some(1.0 - smoothing),
            Loss::Squared if scaling == VectorScaling::default() => None,
            Loss::Squared => return Err(SimulationError::NeedsCrossEntropy),
        };
        let sizes = problem.profile().sizes();
        let (total, largest) = (problem.profile().total(), problem.profile().largest());
        let mut right = problem.svd().right_by_class();
        for (mut row, n) in right.row_iter_mut().zip(sizes) {
            row *= n.sqrt();
        }
        Ok(Self {
            problem,
            roots: sizes.iter().map(|n| n.sqrt()).collect(),
            right,
            factors: sizes
                .iter()
                .map(|n| (n / largest).powf(scaling.multiplicative()))
                .collect(),
            constants: sizes
                .iter()
                .map(|n| scaling.additive() * (n / total).ln())
                .collect(),
            kept,
            projected: descent.projected,
        })
    }

    fn start(&self, start: &Initialisation) -> Result<Layers, SimulationError> {
        let (coordinates, unknowns) = start.begin(self.problem, Frame::ClassConstant)?;
        let (classes, dimension) = (self.problem.classes(), coordinates.dimension);
        let (w, h) = unknowns.split_at(classes * dimension);
        let mut features = DMatrix::from_row_slice(dimension, classes, &coordinates.means(h));
        for (mut column, root) in features.column_iter_mut().zip(&self.roots) {
            column *= *root;
        }
        Ok(Layers {
            classifier: &coordinates.left * DMatrix::from_row_slice(classes, dimension, w),
            features,
        })
    }

    /// `√n_c ω_c` times the residual of a sample of class `c`, as the columns of a `k × k` matrix, pulled back to the logits.
    fn residual(&self, at: &Layers, weighted: bool) -> DMatrix<f64> {
        let classes = self.problem.classes();
        let mut residual = &at.classifier * &at.features;
        for (class, mut column) in residual.column_iter_mut().enumerate() {
            column /= self.roots[class];
            match self.kept {
                None => {
                    column.neg_mut();
                    column.add_scalar_mut(-1.0 / classes as f64);
                    column[class] += 1.0;
                }
                Some(kept) => {
                    for (c, logit) in column.iter_mut().enumerate() {
                        *logit = self.factors[c] * *logit + self.constants[c];
                    }
                    softmax(&mut column);
                    column.neg_mut();
                    column.add_scalar_mut((1.0 - kept) / classes as f64);
                    column[class] += kept;
                    for (c, value) in column.iter_mut().enumerate() {
                        *value *= self.factors[c];
                    }
                }
            }
            let weight = if weighted {
                self.problem.class_weights()[class]
            } else {
                1.0
            };
            column *= self.roots[class] * weight;
        }
        if self.projected {
            &residual * &self.right * self.right.transpose()
        } else {
            residual
        }
    }

    /// `s/σ` of each mode.
    fn fractions(&self, at: &Layers) -> Vec<f64> {
        let left = self.problem.svd().left().transpose() * &at.classifier;
        let right = &at.features * &self.right;
        let modes = self.problem.singular_values().iter().enumerate();
        modes
            .map(|(i, sigma)| (left.row(i) * right.column(i))[(0, 0)] / sigma)
            .collect()
    }
}

#[cfg(test)]
mod tests;
