//! The vanilla flow from any balanced start, solved and not integrated.
//!
//! While `WᵀW = HHᵀ`, which the flow conserves, the stacked `Q = [W; Hᵀ]` obeys `Q̇ = ω(AQ − ½ Q QᵀQ)` with `A = [0 Z; Zᵀ 0]`, so
//! `P = QQᵀ` obeys a matrix Riccati equation. With `ω = 1` (any other common weight only rescales time) it has the solution
//!
//! ```text
//! P(t) = e^(At) Q₀ M(t)⁻¹ Q₀ᵀ e^(At),   M(t) = I + Q₀ᵀ (∫₀ᵗ e^(2As) ds) Q₀   (d × d),
//! ```
//!
//! and the logits `WH` are a block of `P`. In the spectral frame `A` has the eigenvectors `(u_i, ±v_i)/√2` with eigenvalues `±σ_i`, and
//! zero on everything else: no exponential of a matrix is needed.
//! (Fukumizu 1998, *Effect of batch learning in multilayer neural networks*; Braun, Dominé, Fitzgerald and Saxe 2022, *Exact learning
//! dynamics of deep linear networks with prior knowledge*, both for square or unscaled problems; for the labels here: this project.)
//!
//! # The evaluation
//!
//! Rows of `Q₀` along the eigenvectors, `b_j`, enter `M = I + Σ g_j b_j b_jᵀ` with factors from `e^(−2δ)` to `e^(2σt)`: beyond what a
//! double can hold, and beyond what can be added without loss. So rows keep the logarithms of their sizes, and an
//! orthonormal basis is built from the largest row, the largest of what the others have left, and so on; the unit vectors, of
//! size 1, stand for `I`. In this basis and in units of those sizes every entry of `M` is a sum of products of factors of at most 1, and its
//! Cholesky factor keeps small modes beside large ones (row-wise stability of pivoted QR: Powell and Reid 1969; Cox and Higham 1998).

use nalgebra::{DMatrix, DVector};
use ufm_theory::numerics::root::rising_root;

use crate::{
    Initialisation, Loss, Problem, SimulationError, Solver,
    matrices::{
        frame::Coordinates,
        measure::{Meter, imbalance},
        watch::Watch,
    },
    numerics::{
        CLOSED,
        linear::{add_scaled, dot},
    },
    simulation::Request,
    trajectory::{Crossing, Moment, Statistics, Trajectory, last_crossing},
};

/// Accepted `‖WᵀW − HHᵀ‖/‖WᵀW + HHᵀ‖` of a start: a hundred roundings of matrices of some thousand rows.
const BALANCED: f64 = 1e-12;

/// Accepted relative difference of weights that are the same.
const EQUAL: f64 = 1e-12;

/// What is left of a row of norm 1 beside others is rounding if it is smaller: the row depends on them.
const DEPENDENT: f64 = 1e-14;

/// Points of the search for crossings a unit of `1/δ` in the logarithm of time: a mode takes about `1/δ` of its time to rise.
const PER_RISE: f64 = 2.0;

/// The one weight of all classes, if it is one.
pub(crate) fn common_weight(problem: &Problem) -> Option<f64> {
    let weights = problem.class_weights();
    let weight = weights[0];
    let equal = weights.iter().all(|w| (w / weight - 1.0).abs() <= EQUAL);
    equal.then_some(weight)
}

/// The exact flow of one problem with one common weight, from one balanced start.
///
/// Any time is as cheap as any other, `O((k + d) d²)` after a reduction of the samples to their scatter, and
/// needs none before it.
#[derive(Debug, Clone)]
pub(crate) struct Riccati<'a> {
    problem: &'a Problem,
    coordinates: Coordinates,
    /// The common weight.
    weight: f64,
    initial: Vec<f64>,
    rows: Vec<Row>,
}

/// A row of `Q₀` along an eigenvector of `A`.
#[derive(Debug, Clone)]
struct Row {
    /// The eigenvalue.
    rate: f64,
    /// `ln` of the norm; `−∞` for a row of zeros.
    ln_size: f64,
    /// The row over its norm.
    direction: Vec<f64>,
}

impl Row {
    fn new(rate: f64, mut direction: Vec<f64>) -> Self {
        // Twice: squares of entries below e^(−350) underflow.
        let largest = direction.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let mut ln_size = f64::NEG_INFINITY;
        if largest > 0.0 {
            direction.iter_mut().for_each(|x| *x /= largest);
            let norm = dot(&direction, &direction).sqrt();
            direction.iter_mut().for_each(|x| *x /= norm);
            ln_size = largest.ln() + norm.ln();
        }
        Self {
            rate,
            ln_size,
            direction,
        }
    }

    /// The size of `√g b`, `g = ∫₀ᵗ e^(2λs) ds`.
    fn scale(&self, time: f64) -> Scale {
        let twice = 2.0 * self.rate.abs();
        let ln_gain = if twice * time < 1e-300 {
            time.ln()
        } else {
            (-(-twice * time).exp_m1()).ln() - twice.ln()
        };
        Scale {
            rate: self.rate.max(0.0),
            ln: 0.5 * ln_gain + self.ln_size,
        }
    }
}

/// `e^(rate t + ln)`, in two parts that late times do not merge.
#[derive(Debug, Clone, Copy)]
struct Scale {
    rate: f64,
    ln: f64,
}

impl Scale {
    const ONE: Self = Self { rate: 0.0, ln: 0.0 };

    const ZERO: Self = Self {
        rate: 0.0,
        ln: f64::NEG_INFINITY,
    };

    fn times(self, factor: f64) -> Self {
        Self {
            ln: self.ln + factor.ln(),
            ..self
        }
    }

    /// `ln` of the quotient.
    fn ln_over(self, other: Self, time: f64) -> f64 {
        if self.ln == f64::NEG_INFINITY {
            return f64::NEG_INFINITY;
        }
        (self.rate - other.rate) * time + (self.ln - other.ln)
    }

    fn larger(self, other: Self, time: f64) -> bool {
        self.ln_over(other, time) > 0.0
    }
}

impl<'a> Riccati<'a> {
    /// The flow of `problem` from `initialisation`.
    ///
    /// # Errors
    /// [`SimulationError::UnequalWeights`] unless all classes weigh the same, [`SimulationError::Unbalanced`] unless `WᵀW = HHᵀ` at
    /// the start, and what is wrong with a start.
    pub(crate) fn new(
        problem: &'a Problem,
        start: &Initialisation,
    ) -> Result<Self, SimulationError> {
        if problem.loss() != Loss::Squared {
            return Err(SimulationError::NeedsSquaredLoss);
        }
        let weight = common_weight(problem).ok_or(SimulationError::UnequalWeights)?;
        let (coordinates, initial) = start.begin(problem, start.frame())?;
        let defect = imbalance(&coordinates, &initial).norm();
        let size = dot(&initial, &initial);
        if defect > BALANCED * size {
            return Err(SimulationError::Unbalanced(defect / size));
        }
        Ok(Self {
            rows: rows(&coordinates, &initial),
            problem,
            coordinates,
            weight,
            initial,
        })
    }

    pub(crate) fn trajectory(&self, request: &Request<'_>) -> Result<Trajectory, SimulationError> {
        let meter = Meter::new(
            &self.coordinates,
            self.problem.groups(),
            self.problem.group_count(),
            &self.initial,
        );
        let moments = request.times.iter().map(|&time| self.moment(&meter, time));
        let moments = moments.collect::<Result<Vec<_>, _>>()?;
        let crossings = self.crossings(&meter, request)?;
        Ok(Trajectory {
            solver: Solver::Riccati,
            end: request.end.unwrap_or_else(|| last_crossing(&crossings)),
            moments,
            crossings,
            factors: None,
            drift: None,
            statistics: Statistics::default(),
            modes: self.problem.step_modes(),
        })
    }

    fn moment(&self, meter: &Meter<'_>, time: f64) -> Result<Moment, SimulationError> {
        let largest = self.coordinates.target.iter().copied().fold(0.0, f64::max);
        if !(time >= 0.0 && (4.0 * largest * self.weight * time).is_finite()) {
            return Err(SimulationError::Time(time));
        }
        Ok(meter.moment(time, &self.unknowns(self.weight * time)?))
    }

    /// First crossings, seen on a grid of times `t(1 + 1/(2δ))ⁿ` and then bracketed: a mode that rises and falls again within a step of it is missed.
    fn crossings(
        &self,
        meter: &Meter<'_>,
        request: &Request<'_>,
    ) -> Result<Vec<Crossing>, SimulationError> {
        let modes = self.coordinates.rank();
        let fractions = |time: f64| -> Result<Vec<f64>, SimulationError> {
            let unknowns = self.unknowns(self.weight * time)?;
            Ok((0..modes)
                .map(|mode| meter.fraction(&unknowns, mode))
                .collect())
        };
        let initial: Vec<f64> = (0..modes)
            .map(|mode| meter.fraction(&self.initial, mode))
            .collect();
        let smallest = initial.iter().map(|s| s.abs()).fold(1.0, f64::min);
        let delta = (-0.5 * smallest.max(f64::MIN_POSITIVE).ln()).max(1.0);
        let factor = 1.0 + 1.0 / (PER_RISE * delta);
        let largest = self.coordinates.target.iter().copied().fold(0.0, f64::max);
        let end = request
            .end
            .unwrap_or(1e300 / (4.0 * largest * self.weight).max(1.0));
        let mut watch = Watch::new(request.fractions, initial);
        let (mut time, mut next) = (0.0, 0.1 / (largest * self.weight));
        while !watch.complete() && time < end {
            let now = next.min(end);
            let after = fractions(now)?;
            watch.observe(
                |mode| after[mode],
                |mode, fraction| {
                    rising_root((time, now), CLOSED, |t| Ok(fractions(t)?[mode] - fraction))
                },
            )?;
            (time, next) = (now, now * factor);
        }
        Ok(watch.into_crossings())
    }

    /// Unknowns with the logits of time `t` in units of the weight: `Q` up to a rotation of the inner dimension.
    fn unknowns(&self, time: f64) -> Result<Vec<f64>, SimulationError> {
        let solved = self.solve(time)?;
        let Coordinates {
            dimension, columns, ..
        } = self.coordinates;
        let (classes, rank) = (self.coordinates.classes(), self.coordinates.rank());
        let mut unknowns = vec![0.0; self.initial.len()];
        let (w, h) = unknowns.split_at_mut(classes * dimension);
        for l in 0..dimension {
            for i in 0..rank {
                let (plus, minus) = (solved[2 * i][l], solved[2 * i + 1][l]);
                w[i * dimension + l] = (plus + minus) * std::f64::consts::FRAC_1_SQRT_2;
                h[l * columns + i] = (plus - minus) * std::f64::consts::FRAC_1_SQRT_2;
            }
            w[rank * dimension + l] = solved[2 * rank][l];
            for (column, row) in (rank..columns).zip(&solved[2 * rank + 1..]) {
                h[l * columns + column] = row[l];
            }
        }
        Ok(unknowns)
    }

    /// For each row `b`, the vector `R⁻ᵀ b e^(λt)`, `RᵀR = M`: their products are the entries of `P`.
    fn solve(&self, time: f64) -> Result<Vec<DVector<f64>>, SimulationError> {
        let dimension = self.coordinates.dimension;
        let basis = Basis::new(&self.rows, dimension, time);
        let mut matrix = DMatrix::zeros(dimension, dimension);
        for (&scale, entries) in basis.scales.iter().zip(&basis.entries) {
            let scaled = basis.scaled(scale, entries, time);
            for (mut column, entry) in matrix.column_iter_mut().zip(&scaled) {
                add_scaled(column.as_mut_slice(), *entry, &scaled);
            }
        }
        let failed = SimulationError::Integrator {
            time,
            reason: "the Riccati equation's matrix is singular to rounding",
        };
        let factor = matrix.cholesky().ok_or(failed.clone())?.unpack();
        let rows = self.rows.iter().zip(&basis.entries);
        rows.map(|(row, entries)| {
            let scale = Scale {
                rate: row.rate,
                ln: row.ln_size,
            };
            let scaled = basis.scaled(scale, entries, time);
            factor
                .solve_lower_triangular(&DVector::from_vec(scaled))
                .ok_or(failed.clone())
        })
        .collect()
    }
}

/// Rows of `Q₀` along the eigenvectors of `A`: those of `±σ_i` in turn, and those of 0.
fn rows(coordinates: &Coordinates, initial: &[f64]) -> Vec<Row> {
    let Coordinates {
        dimension, columns, ..
    } = *coordinates;
    let (classes, rank) = (coordinates.classes(), coordinates.rank());
    let (w, h) = initial.split_at(classes * dimension);
    let classifier = |i: usize| w[i * dimension..][..dimension].to_vec();
    let feature =
        |column| -> Vec<f64> { (0..dimension).map(|l| h[l * columns + column]).collect() };
    let mut rows = Vec::with_capacity(classes + columns);
    for (i, &sigma) in coordinates.target.iter().enumerate() {
        for sign in [1.0, -1.0] {
            let mut sum = classifier(i);
            add_scaled(&mut sum, sign, &feature(i));
            sum.iter_mut()
                .for_each(|x| *x *= std::f64::consts::FRAC_1_SQRT_2);
            rows.push(Row::new(sign * sigma, sum));
        }
    }
    rows.push(Row::new(0.0, classifier(rank)));
    rows.extend((rank..columns).map(|column| Row::new(0.0, feature(column))));
    rows
}

/// An orthonormal basis of the inner dimension in which rows of very different size are nearly triangular.
struct Basis {
    /// Of `√g_j b_j` for each row, then 1 for each unit vector.
    scales: Vec<Scale>,
    /// `b_j/|b_j|` in the basis, and the unit vectors.
    entries: Vec<Vec<f64>>,
    /// For each basis vector, the largest scaled entry along it.
    sizes: Vec<Scale>,
}

impl Basis {
    fn new(rows: &[Row], dimension: usize, time: f64) -> Self {
        let units = (0..dimension).map(|a| {
            let unit = (0..dimension).map(|b| f64::from(u8::from(a == b)));
            (Scale::ONE, unit.collect::<Vec<f64>>())
        });
        let (scales, mut rests): (Vec<Scale>, Vec<Vec<f64>>) = rows
            .iter()
            .map(|row| (row.scale(time), row.direction.clone()))
            .chain(units)
            .unzip();
        let mut entries = vec![Vec::with_capacity(dimension); rests.len()];
        let mut sizes = Vec::with_capacity(dimension);
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(dimension);
        for _ in 0..dimension {
            let (mut pivot, mut size) = (0, Scale::ZERO);
            for (j, (scale, rest)) in scales.iter().zip(&rests).enumerate() {
                let left = scale.times(dot(rest, rest).sqrt());
                if left.larger(size, time) {
                    (pivot, size) = (j, left);
                }
            }
            let mut vector = rests[pivot].clone();
            for _ in 0..2 {
                for earlier in &basis {
                    let overlap = dot(&vector, earlier);
                    add_scaled(&mut vector, -overlap, earlier);
                }
                let norm = dot(&vector, &vector).sqrt();
                vector.iter_mut().for_each(|x| *x /= norm);
            }
            for (rest, entries) in rests.iter_mut().zip(&mut entries) {
                let entry = dot(rest, &vector);
                add_scaled(rest, -entry, &vector);
                if dot(rest, rest) < DEPENDENT * DEPENDENT {
                    rest.fill(0.0);
                }
                entries.push(entry);
            }
            sizes.push(size);
            basis.push(vector);
        }
        Self {
            scales,
            entries,
            sizes,
        }
    }

    /// Entries of a row of the given scale, in units of the sizes.
    fn scaled(&self, scale: Scale, entries: &[f64], time: f64) -> Vec<f64> {
        let pairs = entries.iter().zip(&self.sizes);
        pairs
            .map(|(entry, &size)| {
                let ln = scale.times(entry.abs()).ln_over(size, time);
                ln.exp().copysign(*entry)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use ufm_theory::{
        modes::ModeDynamics,
        problem::{ClassProfile, Normalisation, Start, Weighting},
    };

    use super::*;
    use crate::Simulation;

    /// All classes weigh `n^(−γ)`.
    fn problem(counts: &[usize], gamma: f64) -> Problem {
        let profile = ClassProfile::from_counts(counts).unwrap();
        let weighting = Weighting::power(gamma).unwrap();
        Problem::new(&profile, weighting.normalised(Normalisation::Raw)).unwrap()
    }

    fn flow(problem: &Problem, start: Start) -> Simulation<'_> {
        Simulation::new(problem, Initialisation::spectral(start)).solver(Solver::Riccati)
    }

    #[test]
    fn modes_that_do_not_meet_cross_where_their_logistic_functions_do() {
        let equal = [1000; 3];
        let fractions = [1e-3, 0.5, 0.9];
        for (counts, gamma, delta) in [
            (&[40, 10, 4][..], 0.0, 3.0),
            (&equal, 0.3, 20.0),
            (&equal, 4.0, 8.0), // of weight 1e-12, at times of 1e11
        ] {
            let problem = problem(counts, gamma);
            let start = Start::plain(delta).unwrap();
            let run = flow(&problem, start).watch_fractions(&fractions);
            let run = run.at(&[]).unwrap();
            assert_eq!(run.crossings.len(), 6);
            let weight = common_weight(&problem).unwrap();
            for crossing in &run.crossings {
                let sigma = problem.singular_values()[crossing.mode];
                let mode = ModeDynamics::new(sigma.ln(), weight.ln(), &start).unwrap();
                let expected = mode.time_to_fraction(crossing.fraction).unwrap();
                let time = crossing.time.unwrap();
                assert!((time / expected - 1.0).abs() < 1e-9, "{time}, {expected}");
            }
            assert_eq!(run.end, last_crossing(&run.crossings));
        }
    }

    #[test]
    fn what_is_not_crossed_by_the_end_is_not_waited_for() {
        let problem = problem(&[40, 10, 4], 0.0);
        let start = Start::plain(3.0).unwrap();
        let half = |mode: usize| {
            let sigma = problem.singular_values()[mode];
            let mode = ModeDynamics::new(sigma.ln(), 0.0, &start).unwrap();
            mode.half_amplitude_time()
        };
        let end = 0.5 * (half(0) + half(1));
        let run = flow(&problem, start).until(end).at(&[]).unwrap();
        let times = run.half_amplitude_times();
        assert!((times[0].unwrap() / half(0) - 1.0).abs() < 1e-9);
        assert_eq!(times[1], None);
    }

    #[test]
    fn times_are_good_as_long_as_every_rate_times_them_is_finite() {
        let problem = problem(&[9; 3], -0.5); // σ = 3, and weights of 3
        let flow = flow(&problem, Start::plain(2.0).unwrap());
        let latest = f64::MAX / (4.0 * 3.0 * 3.0);
        let moment = &flow.at(&[0.99 * latest]).unwrap().moments[0];
        assert!(moment.fractions.iter().all(|f| (f - 1.0).abs() < 1e-12));
        let beyond = 1.01 * latest;
        assert_eq!(
            flow.at(&[beyond]).unwrap_err(),
            SimulationError::Time(beyond)
        );
    }
}
