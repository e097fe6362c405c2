//! The exact flow of STEP problems from spectral starts, reduced to a few numbers.
//!
//! Differences among majority classes, and among minority classes, live on samples of one weight. Under the squared loss their amplitudes are logistic
//! with rate `σω`, in the full reweighted flow as in the projected one ([`ufm_theory::modes::ModeDynamics`]). Only the contrast of
//! the two groups leaves the row space of the labels, and it closes on three numbers: the classifier's
//! `w`, and the feature values `a` on majority and `b` on minority samples,
//!
//! ```text
//! ẇ = N_maj ω_maj (c_maj − wa) a + N_min ω_min (c_min − wb) b,
//! ȧ = ω_maj w (c_maj − wa),   ḃ = ω_min w (c_min − wb),      c_maj = √(k_min/(k_maj k)), c_min = √(k_maj/(k_min k)).
//! ```
//!
//! The softmax of the cross-entropy couples the two numbers of a group's logits: five equations ([`symmetric_softmax`]).
//!
//! This is no approximation: it is the full flow, at a cost that depends neither on the number of samples nor
//! on the number of classes, at any `δ`. `w² − N_maj a² − N_min b²` is conserved (it is zero), and is not used: how far the numbers drift
//! from it is reported. Source: this project. Claims: `exact-reduction`, `cross-entropy-reduction`.

mod contrast;
mod extrapolation;
mod moment;
mod squared;
mod symmetric_softmax;

use nalgebra::{Const, DimMin, SVector};
use ufm_theory::{
    problem::{Start, StepProfile},
    spectrum::{Mode, StepSpectrum},
};

use crate::{
    Loss, Problem, SimulationError, Solver,
    simulation::Request,
    trajectory::{Crossing, Trajectory},
};
use extrapolation::{Steps, System};
pub(crate) use moment::GroupLogits;
use moment::{Measure, Side};
use squared::Squared;
use symmetric_softmax::SymmetricSoftmax;

/// A STEP problem under one loss: the system of its coupled numbers, and what follows from them.
trait Reduction<const D: usize>: System<D> {
    /// Gradient-flow time after which a mode counts as not learned when no end is given.
    const LATEST: f64;

    /// `ln(s/σ)` of a mode that exists.
    fn ln_fraction(&self, mode: Mode, time: f64, y: &SVector<f64, D>) -> f64;

    /// When a mode reaches a fraction, where that has a closed form.
    fn time_to(&self, mode: Mode, fraction: f64) -> Result<Option<f64>, SimulationError>;

    /// The logits on samples of the majority and of the minority.
    fn sides(&self, time: f64, y: &SVector<f64, D>) -> [Side; 2];

    /// The angle between logits and labels, where the system knows it better than what is measured from the sides.
    fn angle(&self, y: &SVector<f64, D>) -> Option<f64>;

    /// `ln w`.
    fn ln_classifier(&self, y: &SVector<f64, D>) -> f64;
}

/// The flow of a STEP problem from a spectral start.
///
/// # Errors
/// [`SimulationError::NotReducible`] under smoothed labels; [`ufm_theory::TheoryError::StartAboveTarget`] under the squared loss if a mode
/// starts above its singular value; or the integration fails.
pub(crate) fn integrate(
    problem: &Problem,
    step: &StepProfile,
    start: &Start,
    request: &Request<'_>,
) -> Result<Trajectory, SimulationError> {
    match problem.loss() {
        Loss::Squared => {
            let system = Squared::new(step, problem.step_ln_weights(step), start)?;
            trajectory(&system, problem, step, request)
        }
        Loss::CrossEntropy { smoothing: 0.0 } => {
            let system = SymmetricSoftmax::new(step, problem.step_ln_weights(step), start);
            trajectory(&system, problem, step, request)
        }
        Loss::CrossEntropy { .. } => Err(SimulationError::NotReducible),
    }
}

fn trajectory<S: Reduction<D>, const D: usize>(
    system: &S,
    problem: &Problem,
    step: &StepProfile,
    request: &Request<'_>,
) -> Result<Trajectory, SimulationError>
where
    Const<D>: DimMin<Const<D>, Output = Const<D>>,
{
    let spectrum = StepSpectrum::weighted(step, problem.step_ln_weights(step));
    let end = request.end.unwrap_or(S::LATEST);
    let steps = || Steps::new(system, request.tolerance, request.max_steps);

    let mut searching = steps();
    let found = crossings(system, &spectrum, request.fractions, &mut searching, end)?;
    let last = found
        .iter()
        .filter_map(|&(.., time)| time)
        .fold(0.0, f64::max);

    let mut recording = steps();
    let measure = Measure::new(problem, step);
    let states = recording.states(request.times)?;
    let moments = request.times.iter().zip(&states).map(|(&time, y)| {
        let ln_fraction = |mode| system.ln_fraction(mode, time, y);
        measure.moment(&moment::State {
            time,
            ln_fraction: &ln_fraction,
            sides: system.sides(time, y),
            angle: system.angle(y),
            imbalance: system.imbalance(y) * (2.0 * system.ln_classifier(y)).exp(),
        })
    });

    let modes = problem.step_modes();
    let crossings = modes.iter().enumerate().flat_map(|(index, &mode)| {
        let of_mode = found.iter().filter(move |(of, ..)| *of == mode);
        of_mode.map(move |&(_, fraction, time)| Crossing {
            mode: index,
            fraction,
            time,
        })
    });
    let statistics = [&searching, &recording].map(Steps::statistics);
    Ok(Trajectory {
        solver: Solver::Reduced,
        end: request.end.unwrap_or(last),
        moments: moments.collect(),
        crossings: crossings.collect(),
        factors: None,
        drift: Some(searching.imbalance.max(recording.imbalance)),
        statistics: if statistics[0].steps > 0 {
            statistics[0]
        } else {
            statistics[1]
        },
        modes,
    })
}

/// For each mode that exists and each fraction, the time at which it is first reached, if by `end`.
fn crossings<S: Reduction<D>, const D: usize>(
    system: &S,
    spectrum: &StepSpectrum,
    fractions: &[f64],
    steps: &mut Steps<'_, S, D>,
    end: f64,
) -> Result<Vec<(Mode, f64, Option<f64>)>, SimulationError>
where
    Const<D>: DimMin<Const<D>, Output = Const<D>>,
{
    let initial = system.initial();
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for mode in spectrum.modes() {
        for &fraction in fractions {
            let below = system.ln_fraction(mode, 0.0, &initial) < fraction.ln();
            let closed = system.time_to(mode, fraction)?;
            if below && closed.is_none() {
                open.push((found.len(), mode, fraction.ln()));
            }
            let time = closed.filter(|&time| below && time <= end);
            found.push((mode, fraction, time));
        }
    }
    let excess = |index: usize, y: &SVector<f64, D>| {
        let (_, mode, ln_fraction) = open[index];
        system.ln_fraction(mode, 0.0, y) - ln_fraction
    };
    let times = steps.crossings(open.len(), excess, end)?;
    for (&(at, ..), time) in open.iter().zip(times) {
        found[at].2 = time;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use nalgebra::Vector3;
    use ufm_theory::problem::Weighting;

    use super::*;
    use crate::{Initialisation, Simulation};

    fn problem(loss: Loss) -> Problem {
        let step = StepProfile::new(2, 2, 10.0).unwrap();
        let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
        problem.with_loss(loss).unwrap()
    }

    /// That a system keeps the difference of squares of its start, `ln w`, `ln a` and `ln b`, and says how far off that is.
    pub(super) fn assert_keeps_its_imbalance<S: Reduction<D>, const D: usize>(
        system: &S,
        start: Vector3<f64>,
        problem: &Problem,
        step: &StepProfile,
    ) where
        Const<D>: DimMin<Const<D>, Output = Const<D>>,
    {
        let [w, a, b] = [0, 1, 2].map(|i| (2.0 * start[i]).exp());
        let request = Request {
            times: &[0.0, 0.3, 1.0],
            end: Some(1.0),
            fractions: &[],
            tolerance: 1e-11,
            max_steps: 1000,
        };
        let run = trajectory(system, problem, step, &request).unwrap();
        for moment in &run.moments {
            assert!((moment.imbalance - (w - a - b).abs()).abs() < 1e-9);
        }
        // Largest soon after the start: the classifier grows.
        let relative = (w - a - b).abs() / w;
        let drift = run.drift.unwrap();
        assert!(drift > 0.9 * relative && drift < relative);
    }

    fn flow(problem: &Problem, delta: f64) -> Simulation<'_> {
        let start = Start::scaled(delta).unwrap();
        Simulation::new(problem, Initialisation::spectral(start)).solver(Solver::Reduced)
    }

    #[test]
    fn the_cost_is_that_of_the_search_or_without_one_of_the_record() {
        let problem = problem(Loss::Squared);
        let searching = flow(&problem, 2.0).at(&[]).unwrap();
        let recording = flow(&problem, 2.0).watch_fractions(&[]);
        let recording = recording.at(&[searching.end]).unwrap();
        for cost in [searching.statistics, recording.statistics] {
            assert!(cost.steps > 0 && cost.unknowns == 3, "{cost:?}");
        }
    }

    #[test]
    fn a_mode_that_starts_at_a_fraction_does_not_rise_through_it() {
        let fraction = 0.25_f64;
        for loss in [Loss::Squared, Loss::CrossEntropy { smoothing: 0.0 }] {
            let problem = problem(loss);
            let flow = flow(&problem, -0.5 * fraction.ln()).until(3.0);
            let run = flow.watch_fractions(&[fraction, 0.5]).at(&[]).unwrap();
            for mode in [Mode::Majority, Mode::Minority] {
                let at = run.position(mode).unwrap();
                assert_eq!(run.crossing_times(fraction)[at], None);
                assert!(run.half_time(mode).is_some());
            }
        }
    }
}
