//! Extrapolated linearly implicit Euler steps for a few stiff equations.
//!
//! Once the minority samples of a strongly imbalanced problem are fitted they are held at their targets at a rate
//! of order `√R`, long before the majority samples are learned: explicit steps would shrink like `1/√R`. The step of size `h` is
//! taken with `1, 2, …, 8` linearly implicit Euler steps `(I − h_j J) Δ = h_j f` and extrapolated to order 8; the last two columns
//! of the tableau give the error. (Deuflhard; Hairer and Wanner, *Solving Ordinary Differential Equations II*, IV.9.)

use nalgebra::{Const, DimMin, SMatrix, SVector};

use ufm_theory::numerics::root::rising_root;

use crate::{SimulationError, Statistics, numerics::CLOSED};

/// Columns of the tableau, and so the order.
const ORDER: usize = 8;

/// A system of `D` equations for logarithms, in its own unit of time, and its start.
pub(super) trait System<const D: usize> {
    /// The unknowns at time zero.
    fn initial(&self) -> SVector<f64, D>;

    /// The derivative by the system's time.
    fn velocity(&self, y: &SVector<f64, D>) -> SVector<f64, D>;

    /// The derivative of [`Self::velocity`].
    fn jacobian(&self, y: &SVector<f64, D>) -> SMatrix<f64, D, D>;

    /// `ln` of each logit over its target, where the equations cease to be linear, and the rate at which it grows.
    fn nonlinear(&self, y: &SVector<f64, D>) -> Vec<(f64, f64)>;

    /// `(w² − α² − β²)/w²`: zero on the exact solution.
    fn imbalance(&self, y: &SVector<f64, D>) -> f64;

    /// Gradient-flow time per unit of the system's time.
    fn unit(&self) -> f64;

    /// How far a step may go from `y`, in the system's time.
    ///
    /// While every logit is far below its target the logarithms grow linearly to the last bit. A step that begins there and ends
    /// in the saturation can evaluate the velocity before it alone, or before it once and else only where nothing moves any more: then
    /// `j` Euler steps of size `h/j` go `h/j` far together, which extrapolates to no motion at all, with no error shown. So no step goes from there
    /// further than to `e^(−30)` of a target, where the nonlinear terms are still below every tolerance, and from there on by no more than
    /// a factor `e⁴`.
    fn horizon(&self, y: &SVector<f64, D>) -> f64 {
        const NEGLIGIBLE: f64 = -30.0;
        const FACTOR: f64 = 4.0;
        self.nonlinear(y)
            .into_iter()
            .map(|(ln_size, rate)| (NEGLIGIBLE - ln_size).max(FACTOR) / rate)
            .filter(|time| *time > 0.0)
            .fold(f64::INFINITY, f64::min)
    }
}

/// An integration under way, in the system's time.
#[derive(Debug, Clone)]
pub(super) struct Steps<'a, S, const D: usize> {
    system: &'a S,
    tolerance: f64,
    max_steps: usize,
    /// The time reached.
    time: f64,
    /// The unknowns there.
    y: SVector<f64, D>,
    size: f64,
    accepted: usize,
    rejected: usize,
    evaluations: usize,
    /// Largest `|w² − α² − β²|/w²` seen.
    pub imbalance: f64,
}

impl<'a, S: System<D>, const D: usize> Steps<'a, S, D>
where
    Const<D>: DimMin<Const<D>, Output = Const<D>>,
{
    pub(super) fn new(system: &'a S, tolerance: f64, max_steps: usize) -> Self {
        let y = system.initial();
        // The shortest time in which anything grows by a factor `e` at the start.
        let shortest = 1.0 / system.velocity(&y).amax().max(1.0);
        Self {
            system,
            tolerance,
            max_steps,
            time: 0.0,
            y,
            size: 1e-2 * shortest,
            accepted: 0,
            rejected: 0,
            evaluations: 0,
            imbalance: 0.0,
        }
    }

    /// What it has cost.
    pub(super) fn statistics(&self) -> Statistics {
        Statistics {
            steps: self.accepted,
            rejected: self.rejected,
            evaluations: self.evaluations,
            unknowns: D,
        }
    }

    /// The unknowns at gradient-flow times, which do not decrease.
    pub(super) fn states(
        &mut self,
        times: &[f64],
    ) -> Result<Vec<SVector<f64, D>>, SimulationError> {
        let (mut before, mut size) = (self.y, 0.0);
        let mut states = Vec::with_capacity(times.len());
        for &time in times {
            let inner = time / self.system.unit();
            while self.time < inner {
                (before, size) = self.advance()?;
            }
            let into = inner - (self.time - size);
            states.push(if into > 0.0 {
                self.step(&before, into).0
            } else {
                before
            });
        }
        Ok(states)
    }

    /// The first gradient-flow times at which each of `count` functions of the unknowns, negative at the start, is so no more; `None`
    /// if not by the time `end`.
    pub(super) fn crossings(
        &mut self,
        count: usize,
        excess: impl Fn(usize, &SVector<f64, D>) -> f64,
        end: f64,
    ) -> Result<Vec<Option<f64>>, SimulationError> {
        let unit = self.system.unit();
        let mut found = vec![None; count];
        while found.contains(&None) && self.time * unit < end {
            let (before, size) = self.advance()?;
            let start = self.time - size;
            for (index, found) in found.iter_mut().enumerate() {
                if found.is_none() && excess(index, &self.y) >= 0.0 {
                    let into = rising_root((0.0, size), CLOSED, |into| {
                        Ok::<f64, SimulationError>(if into > 0.0 {
                            excess(index, &self.step(&before, into).0)
                        } else {
                            excess(index, &before)
                        })
                    })?;
                    *found = Some((start + into) * unit);
                }
            }
        }
        Ok(found
            .into_iter()
            .map(|time| time.filter(|time| *time <= end))
            .collect())
    }

    /// Takes one step; returns the point it started from and its size.
    fn advance(&mut self) -> Result<(SVector<f64, D>, f64), SimulationError> {
        loop {
            if self.accepted + self.rejected >= self.max_steps {
                return Err(SimulationError::TooManySteps {
                    steps: self.max_steps,
                    time: self.time * self.system.unit(),
                });
            }
            let (before, size) = (self.y, self.size.min(self.system.horizon(&self.y)));
            let (after, error) = self.step(&before, size);
            let error = error / self.tolerance;
            // Order 8, a safety factor, and no change by more than a factor 5 at once.
            let factor = if error.is_finite() {
                (0.8 * error.powf(-1.0 / ORDER as f64)).clamp(0.2, 5.0)
            } else {
                0.2
            };
            self.size = size * factor;
            if error <= 1.0 {
                self.accepted += 1;
                self.time += size;
                self.y = after;
                let imbalance = self.system.imbalance(&after).abs();
                self.imbalance = self.imbalance.max(imbalance);
                return Ok((before, size));
            }
            self.rejected += 1;
            if self.size < 1e-14 * self.time.max(1e-200) {
                return Err(SimulationError::Integrator {
                    time: self.time * self.system.unit(),
                    reason: "the step size became too small",
                });
            }
        }
    }

    /// The point a step of the given size leads to, and its error: the largest relative to the unknown or to 1.
    ///
    /// An error in `ln w` of a part of `|ln w|` is that part of the time it takes to grow from there.
    fn step(&mut self, y: &SVector<f64, D>, size: f64) -> (SVector<f64, D>, f64) {
        let jacobian = self.system.jacobian(y);
        let velocity = self.system.velocity(y);
        let mut row = [SVector::zeros(); ORDER];
        let mut error = f64::INFINITY;
        for j in 0..ORDER {
            let above = row;
            row[0] = self.euler(y, &velocity, &jacobian, size, j + 1);
            for k in 0..j {
                let ratio = (j + 1) as f64 / (j - k) as f64;
                row[k + 1] = row[k] + (row[k] - above[k]) / (ratio - 1.0);
            }
        }
        let result = row[ORDER - 1];
        let difference = result - row[ORDER - 2];
        if result.iter().all(|x| x.is_finite()) {
            error = (0..D).fold(0.0, |largest: f64, i| {
                largest.max(difference[i].abs() / y[i].abs().max(1.0))
            });
        }
        (result, error)
    }

    /// `count` linearly implicit Euler steps that together make one of the given size.
    fn euler(
        &mut self,
        y: &SVector<f64, D>,
        velocity: &SVector<f64, D>,
        jacobian: &SMatrix<f64, D, D>,
        size: f64,
        count: usize,
    ) -> SVector<f64, D> {
        let part = size / count as f64;
        let lu = (SMatrix::<f64, D, D>::identity() - jacobian * part).lu();
        let failed = SVector::repeat(f64::NAN);
        let mut y = *y;
        for index in 0..count {
            let velocity = if index == 0 {
                *velocity
            } else {
                self.system.velocity(&y)
            };
            y += lu.solve(&(velocity * part)).unwrap_or(failed);
        }
        self.evaluations += count;
        y
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::f64::consts::LN_2;

    use nalgebra::{Matrix1, Vector1};

    use super::*;

    /// Evaluations of a step: `1 + 2 + … + 8`.
    const STEP: usize = 36;

    /// `y' = 1` from 0, and nothing from a wall on.
    struct Wall {
        at: f64,
        unit: f64,
    }

    impl System<1> for Wall {
        fn initial(&self) -> Vector1<f64> {
            Vector1::zeros()
        }

        fn velocity(&self, y: &Vector1<f64>) -> Vector1<f64> {
            Vector1::repeat(if y[0] < self.at { 1.0 } else { f64::NAN })
        }

        fn jacobian(&self, _: &Vector1<f64>) -> Matrix1<f64> {
            Matrix1::zeros()
        }

        fn nonlinear(&self, _: &Vector1<f64>) -> Vec<(f64, f64)> {
            vec![]
        }

        fn imbalance(&self, _: &Vector1<f64>) -> f64 {
            0.0
        }

        fn unit(&self) -> f64 {
            self.unit
        }
    }

    /// The logarithm of a logistic function, `y' = 1 − e^y`, from `−20`; two units of time are one of the flow.
    struct Growth;

    /// When `e^y` is ½, in the system's time: the odds grow like `e^t`.
    fn half() -> f64 {
        20.0 + (-(-20.0_f64).exp()).ln_1p()
    }

    impl System<1> for Growth {
        fn initial(&self) -> Vector1<f64> {
            Vector1::new(-20.0)
        }

        fn velocity(&self, y: &Vector1<f64>) -> Vector1<f64> {
            -y.map(f64::exp_m1)
        }

        fn jacobian(&self, y: &Vector1<f64>) -> Matrix1<f64> {
            -y.map(f64::exp)
        }

        fn nonlinear(&self, y: &Vector1<f64>) -> Vec<(f64, f64)> {
            vec![(y[0], self.velocity(y)[0])]
        }

        fn imbalance(&self, _: &Vector1<f64>) -> f64 {
            0.0
        }

        fn unit(&self) -> f64 {
            0.5
        }
    }

    fn time_of(error: SimulationError) -> f64 {
        match error {
            SimulationError::TooManySteps { time, .. }
            | SimulationError::Integrator { time, .. } => time,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn steps_without_error_grow_five_times_until_there_are_too_many() {
        let system = Wall {
            at: f64::INFINITY,
            unit: 4.0,
        };
        let error = Steps::new(&system, 1e-3, 3).states(&[1e9]).unwrap_err();
        assert!(matches!(
            error,
            SimulationError::TooManySteps { steps: 3, .. }
        ));
        assert!((time_of(error) - 4.0 * (0.01 + 0.05 + 0.25)).abs() < 1e-12);
    }

    #[test]
    fn a_wall_is_found_and_said_to_be_there() {
        let system = Wall { at: 1.0, unit: 4.0 };
        let mut steps = Steps::new(&system, 1e-3, 10_000);
        let error = steps.states(&[8.0]).unwrap_err();
        assert!(matches!(error, SimulationError::Integrator { .. }));
        assert!((time_of(error) - 4.0).abs() < 0.4);
        assert!(steps.statistics().rejected > 10);
    }

    /// At time zero a step is too small only where a double nearly ends.
    #[test]
    fn a_step_from_the_start_may_be_as_small_as_can_be() {
        let system = Wall { at: 0.0, unit: 1.0 };
        let run = |max_steps| {
            let mut steps = Steps::new(&system, 1e-3, max_steps);
            steps.states(&[1.0]).unwrap_err()
        };
        assert!(matches!(run(100), SimulationError::TooManySteps { .. }));
        assert!(matches!(run(1000), SimulationError::Integrator { .. }));
    }

    #[test]
    fn the_start_costs_nothing() {
        let nothing = Statistics {
            unknowns: 1,
            ..Statistics::default()
        };
        let mut steps = Steps::new(&Growth, 1e-11, 1000);
        assert_eq!(steps.states(&[0.0]).unwrap(), [Growth.initial()]);
        assert_eq!(steps.crossings(1, |_, y| y[0] + LN_2, 0.0).unwrap(), [None]);
        assert_eq!(steps.statistics(), nothing);
    }

    /// Each step that is tried, and each point within one, is one extrapolation; the point that a step starts from is known.
    #[test]
    fn a_crossing_is_where_it_must_be_and_at_its_cost() {
        let run = |max_steps| {
            let calls = Cell::new(0);
            let excess = |_, y: &Vector1<f64>| {
                calls.set(calls.get() + 1);
                y[0] + LN_2
            };
            let mut steps = Steps::new(&Growth, 1e-11, max_steps);
            let end = 0.5 * half() * 1.001;
            let found = steps.crossings(1, excess, end).map(|times| times[0]);
            (found, steps.statistics(), calls.get())
        };
        let (found, cost, calls) = run(1000);
        assert!((found.unwrap().unwrap() / (0.5 * half()) - 1.0).abs() < 1e-9);
        assert!(cost.steps > 0 && cost.rejected > 0);
        let tried = cost.steps + cost.rejected;
        let within = calls - cost.steps - 1;
        assert_eq!(cost.evaluations, STEP * (tried + within));
        assert!(run(tried).0.is_ok());
        assert!(run(tried - 1).0.is_err());
    }

    #[test]
    fn states_cost_their_steps_and_one_for_each_time() {
        let mut steps = Steps::new(&Growth, 1e-11, 1000);
        let times = [0.0, 3.0, 0.5 * half(), 12.0];
        let states = steps.states(&times).unwrap();
        for (time, y) in times.into_iter().zip(states) {
            let odds = 2.0 * time - half();
            assert!((y[0] + (-odds).exp().ln_1p()).abs() < 1e-8);
        }
        let cost = steps.statistics();
        assert_eq!(cost.evaluations, STEP * (cost.steps + cost.rejected + 3));
        // The error is that of the last but one: with one of lower order the steps would be shorter.
        assert!(cost.steps < 36);
    }
}
