//! Gradient flow of the weighted softmax cross-entropy on the same matrices.
//!
//! `Σ_i ω_{y_i} (log Σ_c e^{(Wh_i)_c} − (Wh_i)_{y_i})`, so that `Ẇ = (Y − softmax(WH)) Ω Hᵀ`, `Ḣ = Wᵀ (Y − softmax(WH)) Ω`.
//! At the origin the residual `Y − 1/k` is the label matrix `Z` of the squared loss: both losses leave a small start at the same
//! rates. Afterwards the modes couple, and instead of stopping at `s = σ` amplitudes grow without bound, like `log t`. Fractions
//! are still taken of the squared loss's targets `σ`, so that the two can be compared. Source: this project.

use ufm_theory::problem::Start;

use crate::{
    Frame, Initialisation, Problem, SimulationError,
    amplitude::{amplitude, ln_amplitude},
    crossing::{Watch, root},
    field::Field,
    integrator::Integrator,
    measure::{angle, leakage},
    run::{check_request, check_tolerance, prepare},
    trajectory::{Leakage, Statistics},
};

/// Gradient flow of the weighted cross-entropy from a spectral start, one feature vector per class: exact, whatever `N`.
///
/// Early on every mode has full relative precision, for every `δ` that is accepted. Once a mode is learned its rounding,
/// `1e-16`, may seed others: later times need `e^(−δ)` well above that, `δ ≤ 30`. Far beyond, at `δ` above 60 or so, steps shrink
/// to resolve that noise, and the run gives up. For STEP problems [`crate::ReducedCrossEntropyFlow`] has no such limit.
///
/// ```
/// use ufm_simulation::{CrossEntropyFlow, Problem};
/// use ufm_theory::problem::{StepProfile, Start, Weighting};
/// let problem = Problem::step(&StepProfile::halves(4, 10.0)?, Weighting::vanilla())?;
/// let run = CrossEntropyFlow::new(&problem, Start::spectral(12.0)?).run(&[], 18.0)?;
/// let [majority, contrast, minority] = [0, 1, 2].map(|mode| run.half_amplitude_times[mode].unwrap() / 12.0);
/// assert!(majority < contrast && contrast < minority); // the order of the squared loss
/// assert!(contrast > 0.6);                             // but contrast waits: 0.44 there
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CrossEntropyFlow<'a> {
    problem: &'a Problem,
    start: Start,
    smoothing: f64,
    tolerance: f64,
    max_steps: usize,
}

/// What the flow of the cross-entropy went through.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropyTrajectory {
    /// One for each requested time.
    pub moments: Vec<CrossEntropyMoment>,
    /// For each mode the first time at which `s = σ/2`, half the squared loss's target; `None` if not before the final time.
    pub half_amplitude_times: Vec<Option<f64>>,
    /// What it cost.
    pub statistics: Statistics,
}

/// The modes at one time, `s_i = u_iᵀ W H v_i`.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropyMoment {
    /// Gradient-flow time.
    pub time: f64,
    /// `s_i/σ_i`; not bounded by 1.
    pub fractions: Vec<f64>,
    /// `ln|s_i/σ_i|`, with the precision of `s_i` however small that is.
    pub ln_fractions: Vec<f64>,
    /// What the logits hold besides the modes.
    pub leakage: Leakage,
    /// The angle between the logits `WH` and the labels `Z` as vectors of `kN` numbers, in radians: 0 where the normalised logits
    /// `WH/‖WH‖` are those of the labels, all fractions equal and nothing besides.
    pub angle: f64,
    /// The weighted cross-entropy, summed over the samples.
    pub loss: f64,
}

impl<'a> CrossEntropyFlow<'a> {
    /// The flow from a spectral start, tolerance `1e-9`.
    pub fn new(problem: &'a Problem, start: Start) -> Self {
        Self {
            problem,
            start,
            smoothing: 0.0,
            tolerance: 1e-9,
            max_steps: 1_000_000,
        }
    }

    /// Labels smoothed by `ε`: `(1 − ε) Y + ε/k`. The residual at the origin, and with it every early growth rate, is `1 − ε` times as
    /// large.
    ///
    /// # Errors
    /// [`SimulationError::Smoothing`] unless `0 ≤ ε < 1`.
    pub fn label_smoothing(self, smoothing: f64) -> Result<Self, SimulationError> {
        if (0.0..1.0).contains(&smoothing) {
            Ok(Self { smoothing, ..self })
        } else {
            Err(SimulationError::Smoothing(smoothing))
        }
    }

    /// Largest error of a step, as for [`crate::GradientFlow::tolerance`].
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// Gives up after this many steps, in place of a million.
    pub fn max_steps(self, max_steps: usize) -> Self {
        Self { max_steps, ..self }
    }

    /// Integrates from time 0 to `end` and records the moments at `times`, which increase from 0 to `end`.
    ///
    /// # Errors
    /// If an option, a time or the start is not allowed, or the integration fails: see [`SimulationError`].
    pub fn run(&self, times: &[f64], end: f64) -> Result<CrossEntropyTrajectory, SimulationError> {
        check_request(times, end, &[])?;
        check_tolerance(self.tolerance)?;
        let start = Initialisation::spectral(self.start);
        let (field, initial) = prepare(self.problem, &start, Some(Frame::ClassConstant), false)?;
        let field = field.with_cross_entropy(self.smoothing);
        let modes = self.problem.modes();
        let fraction = |y: &[f64], mode: usize| {
            let (size, cosine) = amplitude(&field.coordinates, y, mode);
            size * cosine / field.coordinates.target[mode]
        };
        let mut watch = Watch::new(&[0.5], (0..modes).map(|i| fraction(&initial, i)).collect());
        let mut moments = Vec::with_capacity(times.len());
        let mut waiting = times.iter().copied().peekable();
        while let Some(time) = waiting.next_if(|&time| time <= 0.0) {
            moments.push(moment(&field, time, &initial));
        }
        let mut integrator = Integrator::new(&field, &initial, self.tolerance, end)?;
        while !integrator.finished() {
            if integrator.steps + integrator.rejected >= self.max_steps {
                return Err(SimulationError::TooManySteps {
                    steps: self.max_steps,
                    time: integrator.time(),
                });
            }
            let before = integrator.time();
            if !integrator.step()? {
                continue;
            }
            let (now, y) = (integrator.time(), integrator.unknowns().to_vec());
            watch.observe(
                |mode| fraction(&y, mode),
                |mode, half| {
                    root(before, now, |time| {
                        Ok(fraction(&integrator.within_step(time)?, mode) - half)
                    })
                },
            )?;
            let last = integrator.finished();
            while let Some(time) = waiting.next_if(|&time| time <= now || last) {
                moments.push(moment(&field, time, &integrator.within_step(time)?));
            }
        }
        Ok(CrossEntropyTrajectory {
            moments,
            half_amplitude_times: watch.into_crossings().iter().map(|c| c.time).collect(),
            statistics: Statistics {
                steps: integrator.steps,
                rejected: integrator.rejected,
                evaluations: integrator.evaluations,
                unknowns: initial.len(),
            },
        })
    }
}

fn moment(field: &Field, time: f64, y: &[f64]) -> CrossEntropyMoment {
    let coordinates = &field.coordinates;
    let modes = 0..coordinates.rank();
    let ln_fraction = |i| ln_amplitude(coordinates, y, i) - coordinates.target[i].ln();
    let fractions: Vec<f64> = modes
        .clone()
        .map(|i| {
            let (size, cosine) = amplitude(coordinates, y, i);
            size * cosine / coordinates.target[i]
        })
        .collect();
    let leakage = leakage(coordinates, y);
    CrossEntropyMoment {
        time,
        angle: angle(&fractions, &coordinates.target, leakage),
        fractions,
        ln_fractions: modes.map(ln_fraction).collect(),
        leakage,
        loss: field.cross_entropy(y),
    }
}
