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

use crate::{
    Frame, Initialisation, Problem, SimulationError,
    coordinates::Coordinates,
    linear::{add_scaled, dot},
    loss::Loss,
    measure::{Meter, imbalance},
    trajectory::Moment,
};

/// Accepted `‖WᵀW − HHᵀ‖/‖WᵀW + HHᵀ‖` of a start: a hundred roundings of matrices of some thousand rows.
const BALANCED: f64 = 1e-12;

/// Accepted relative difference of weights that are the same.
const EQUAL: f64 = 1e-12;

/// What is left of a row of norm 1 beside others is rounding if it is smaller: the row depends on them.
const DEPENDENT: f64 = 1e-14;

/// The exact flow of one problem with one common weight, from one balanced start.
///
/// Time is gradient-flow time. Any time is as cheap as any other, `O((k + d) d²)` after a reduction of the samples to their scatter, and
/// needs none before it.
///
/// ```
/// use ufm_simulation::{Initialisation, Problem, RiccatiFlow};
/// use ufm_theory::problem::{StepProfile, Weighting};
/// let step = StepProfile::halves(4, 100.0)?; // σ = 10, √50.5 and 1
/// let problem = Problem::step(&step, Weighting::vanilla())?;
/// let start = Initialisation::balanced(300.0, 7)?.with_dimension(5); // logits of e^(−600) without relation to the labels
/// let flow = RiccatiFlow::new(&problem, &start)?;
/// let learned = |time| Ok::<_, ufm_simulation::SimulationError>(flow.at(time)?.fractions);
/// let early = learned(35.0)?; // after 1/10 and before 1/1 of δ
/// assert!((early[0] - 1.0).abs() < 1e-9 && early[2].abs() < 1e-9);
/// assert!((learned(1e300)?[2] - 1.0).abs() < 1e-9);
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RiccatiFlow {
    coordinates: Coordinates,
    groups: Vec<usize>,
    group_count: usize,
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

impl RiccatiFlow {
    /// The flow of `problem` from `initialisation`.
    ///
    /// # Errors
    /// [`SimulationError::UnequalWeights`] unless all classes weigh the same, [`SimulationError::Unbalanced`] unless `WᵀW = HHᵀ` at
    /// the start, and what is wrong with a start.
    pub fn new(
        problem: &Problem,
        initialisation: &Initialisation,
    ) -> Result<Self, SimulationError> {
        if problem.loss() != Loss::Squared {
            return Err(SimulationError::NeedsSquaredLoss);
        }
        let weights = problem.class_weights();
        let weight = weights[0];
        if weights.iter().any(|w| (w / weight - 1.0).abs() > EQUAL) {
            return Err(SimulationError::UnequalWeights);
        }
        let (coordinates, initial) = initialisation.begin(problem, None::<Frame>)?;
        let defect = imbalance(&coordinates, &initial).norm();
        let size = dot(&initial, &initial);
        if defect > BALANCED * size {
            return Err(SimulationError::Unbalanced(defect / size));
        }
        Ok(Self {
            rows: rows(&coordinates, &initial),
            groups: problem.groups().to_vec(),
            group_count: problem.group_count(),
            coordinates,
            weight,
            initial,
        })
    }

    /// The state of the model at `time`, all that a simulation would report.
    ///
    /// Each amplitude has its own relative precision, however far apart they are: about `1e-11` at the largest `δ`, for its size `e^(2σt − 2δ)`
    /// comes from a logarithm, and that of `σt` roundings. What the start holds besides the label matrix (the mean of all classes, and
    /// differences within classes) is forgotten like `1/t` only, not exponentially: the residual shows it.
    ///
    /// # Errors
    /// [`SimulationError::Time`] unless `0 ≤ time` and `σ_max·time` is a finite number.
    pub fn at(&self, time: f64) -> Result<Moment, SimulationError> {
        let largest = self.coordinates.target.iter().copied().fold(0.0, f64::max);
        if !(time >= 0.0 && (4.0 * largest * self.weight * time).is_finite()) {
            return Err(SimulationError::Time(time));
        }
        let meter = Meter::new(
            &self.coordinates,
            &self.groups,
            self.group_count,
            &self.initial,
        );
        Ok(meter.moment(time, &self.unknowns(self.weight * time)?))
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
