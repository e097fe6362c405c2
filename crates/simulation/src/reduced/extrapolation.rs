//! Extrapolated linearly implicit Euler steps for three stiff equations.
//!
//! Once the minority samples of a strongly imbalanced problem are fitted they are held at their targets at a rate
//! of order `√R`, long before the majority samples are learned: explicit steps would shrink like `1/√R`. The step of size `h` is
//! taken with `1, 2, …, 8` linearly implicit Euler steps `(I − h_j J) Δ = h_j f` and extrapolated to order 8; the last two columns
//! of the tableau give the error. (Deuflhard; Hairer and Wanner, *Solving Ordinary Differential Equations II*, IV.9.)

use nalgebra::{Matrix3, Vector3};

use super::contrast::Contrast;
use crate::SimulationError;

/// Columns of the tableau, and so the order.
const ORDER: usize = 8;

/// An integration under way, in the system's time.
#[derive(Debug, Clone)]
pub(super) struct Steps<'a> {
    contrast: &'a Contrast,
    tolerance: f64,
    /// The time reached.
    pub time: f64,
    /// `ln w`, `ln α`, `ln β` there.
    pub y: Vector3<f64>,
    size: f64,
    /// Steps accepted.
    pub accepted: usize,
    /// Steps tried and rejected.
    pub rejected: usize,
    /// Evaluations of the right-hand side.
    pub evaluations: usize,
    /// Largest `|w² − α² − β²|/w²` seen.
    pub imbalance: f64,
}

impl<'a> Steps<'a> {
    pub(super) fn new(contrast: &'a Contrast, tolerance: f64) -> Self {
        Self {
            contrast,
            tolerance,
            time: 0.0,
            y: contrast.initial,
            size: 1e-2 * contrast.shortest(),
            accepted: 0,
            rejected: 0,
            evaluations: 0,
            imbalance: 0.0,
        }
    }

    /// Takes one step; returns the point it started from and its size.
    pub(super) fn advance(
        &mut self,
        max_steps: usize,
    ) -> Result<(Vector3<f64>, f64), SimulationError> {
        loop {
            if self.accepted + self.rejected >= max_steps {
                return Err(SimulationError::TooManySteps {
                    steps: max_steps,
                    time: self.time * self.contrast.unit(),
                });
            }
            let (before, size) = (self.y, self.size.min(self.contrast.horizon(&self.y)));
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
                let imbalance = self.contrast.imbalance(&after).abs();
                self.imbalance = self.imbalance.max(imbalance);
                return Ok((before, size));
            }
            self.rejected += 1;
            if self.size < 1e-14 * self.time.max(1e-200) {
                return Err(SimulationError::Integrator {
                    time: self.time * self.contrast.unit(),
                    reason: "the step size became too small",
                });
            }
        }
    }

    /// The point a step of the given size leads to, and its error: the largest relative to the unknown or to 1.
    ///
    /// An error in `ln w` of a part of `|ln w|` is that part of the time it takes to grow from there.
    pub(super) fn step(&mut self, y: &Vector3<f64>, size: f64) -> (Vector3<f64>, f64) {
        let jacobian = self.contrast.jacobian(y);
        let velocity = self.contrast.velocity(y);
        let mut row = [Vector3::zeros(); ORDER];
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
            error = (0..3).fold(0.0, |largest: f64, i| {
                largest.max(difference[i].abs() / y[i].abs().max(1.0))
            });
        }
        (result, error)
    }

    /// `count` linearly implicit Euler steps that together make one of the given size.
    fn euler(
        &mut self,
        y: &Vector3<f64>,
        velocity: &Vector3<f64>,
        jacobian: &Matrix3<f64>,
        size: f64,
        count: usize,
    ) -> Vector3<f64> {
        let part = size / count as f64;
        let lu = (Matrix3::identity() - jacobian * part).lu();
        let failed = Vector3::repeat(f64::NAN);
        let mut y = *y;
        for index in 0..count {
            let velocity = if index == 0 {
                *velocity
            } else {
                self.contrast.velocity(&y)
            };
            y += lu.solve(&(velocity * part)).unwrap_or(failed);
        }
        self.evaluations += count;
        y
    }
}
