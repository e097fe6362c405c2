//! Where the flow starts: spectral, random or given matrices.

pub(crate) mod random;

use nalgebra::DMatrix;
use ufm_theory::problem::{Shape, Start};

use crate::{
    Problem, SimulationError,
    matrices::{Frame, frame::Coordinates},
    numerics::linear::product,
};
use random::Gaussian;

/// The largest scale `δ` that is accepted.
pub const MAX_DELTA: f64 = ufm_theory::problem::MAX_SIMULATED_DELTA;

/// The initial `W` (`k × d`) and `H` (`d × N`).
///
/// ```
/// use ufm_simulation::Initialisation;
/// use ufm_theory::problem::Start;
/// let paper = Initialisation::spectral(Start::plain(60.0)?); // d = k − 1, R = first columns of I
/// let wide = paper.clone().with_dimension(10).rotated(7);       // a random orthonormal R, 10 × r
/// let random = Initialisation::gaussian(5.0, 42)?.with_dimension(16);
/// assert!(Initialisation::gaussian(1e4, 0).is_err());
/// # Ok::<(), ufm_simulation::SimulationError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Initialisation {
    kind: Kind,
    dimension: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Spectral {
        start: Start,
        rotation: Option<u64>,
    },
    Gaussian {
        delta: f64,
        seed: u64,
        laid_out: bool,
    },
    Balanced {
        delta: f64,
        seed: u64,
    },
    Matrices {
        classifier: DMatrix<f64>,
        features: DMatrix<f64>,
    },
}

impl Initialisation {
    /// A spectral initialisation, plain or scaled: `W = e^(−δ) U D Rᵀ`, `H = e^(−δ) R D Vᵀ` with `D = I` or
    /// `Σ^½` and `R` the first `r` columns of the `d × d` identity; `d = k − 1` unless set.
    ///
    /// Constant on classes, so that the flow fits the class-constant frame whatever `N`.
    pub fn spectral(start: Start) -> Self {
        Self {
            kind: Kind::Spectral {
                start,
                rotation: None,
            },
            dimension: None,
        }
    }

    /// Independent entries `e^(−δ) 𝒩(0, 1)`, drawn by ChaCha8 from `seed`: `W` row by row, then `H` row by row;
    /// `d = k − 1` unless set.
    ///
    /// # Errors
    /// [`SimulationError::Scale`] unless `0 < δ ≤` [`MAX_DELTA`].
    pub fn gaussian(delta: f64, seed: u64) -> Result<Self, SimulationError> {
        check_scale(delta)?;
        Ok(Self {
            kind: Kind::Gaussian {
                delta,
                seed,
                laid_out: true,
            },
            dimension: None,
        })
    }

    /// A start of the law of [`Self::gaussian`], of which only what the flow depends on is drawn: class means and the factors of the
    /// within-class scatter, `O(k d + d²)` numbers whatever `N`. Another start than that of the same seed. It has no samples: it
    /// fits [`crate::Solver::Scatters`] alone, and accuracies are not known.
    ///
    /// # Errors
    /// [`SimulationError::Scale`] unless `0 < δ ≤` [`MAX_DELTA`].
    pub fn gaussian_scatter(delta: f64, seed: u64) -> Result<Self, SimulationError> {
        check_scale(delta)?;
        Ok(Self {
            kind: Kind::Gaussian {
                delta,
                seed,
                laid_out: false,
            },
            dimension: None,
        })
    }

    /// A balanced start without relation to the labels: the plain spectral one with random orthonormal frames in place of `U`, `V` and `R`,
    /// `W = e^(−δ) A Bᵀ`, `H = e^(−δ) B Cᵀ`, drawn by ChaCha8 from `seed`, and `min(k, d, N)` columns each. `WᵀW = HHᵀ`.
    ///
    /// # Errors
    /// [`SimulationError::Scale`] unless `0 < δ ≤` [`MAX_DELTA`].
    pub fn balanced(delta: f64, seed: u64) -> Result<Self, SimulationError> {
        check_scale(delta)?;
        Ok(Self {
            kind: Kind::Balanced { delta, seed },
            dimension: None,
        })
    }

    /// Given matrices `W` (`k × d`) and `H` (`d × N`), samples ordered class by class.
    ///
    /// # Errors
    /// If the inner dimensions differ or an entry is not finite; that `k` and `N` fit the problem is
    /// checked when the simulation starts.
    pub fn matrices(
        classifier: DMatrix<f64>,
        features: DMatrix<f64>,
    ) -> Result<Self, SimulationError> {
        let dimension = classifier.ncols();
        check_shape(
            "features H",
            (dimension, features.ncols()),
            features.shape(),
        )?;
        for (what, matrix) in [("classifier W", &classifier), ("features H", &features)] {
            if !matrix.iter().all(|x| x.is_finite()) {
                return Err(SimulationError::InitialValue(what));
            }
        }
        Ok(Self {
            kind: Kind::Matrices {
                classifier,
                features,
            },
            dimension: Some(dimension),
        })
    }

    /// The same with inner dimension `d ≥ k − 1`. Given matrices have their own dimension and keep it.
    pub fn with_dimension(mut self, dimension: usize) -> Self {
        if !matches!(self.kind, Kind::Matrices { .. }) {
            self.dimension = Some(dimension);
        }
        self
    }

    /// The spectral initialisation with a random orthonormal `R`: the Gram–Schmidt basis of `r` Gaussian vectors
    /// drawn by ChaCha8 from `seed`. Others are left as they are.
    ///
    /// The flow commutes with rotations of the inner dimension, so the logits do not depend on `R`.
    pub fn rotated(mut self, seed: u64) -> Self {
        if let Kind::Spectral { rotation, .. } = &mut self.kind {
            *rotation = Some(seed);
        }
        self
    }

    /// The smallest frame that suits: class-constant exactly when the start is.
    pub(crate) fn frame(&self) -> Frame {
        match self.kind {
            Kind::Spectral { .. } => Frame::ClassConstant,
            _ => Frame::Scatter,
        }
    }

    /// The spectral start, if it is one.
    pub(crate) fn as_spectral(&self) -> Option<&Start> {
        match &self.kind {
            Kind::Spectral { start, .. } => Some(start),
            _ => None,
        }
    }

    /// Whether `WᵀW = HHᵀ` by construction.
    pub(crate) fn is_balanced(&self) -> bool {
        matches!(self.kind, Kind::Spectral { .. } | Kind::Balanced { .. })
    }

    /// `d` for the given problem.
    pub(crate) fn dimension_for(&self, problem: &Problem) -> usize {
        self.dimension.unwrap_or(problem.modes())
    }

    /// The frame of a problem, and the unknowns at time zero: `W̃` row by row and then `H̃` row by row.
    pub(crate) fn begin(
        &self,
        problem: &Problem,
        frame: Frame,
    ) -> Result<(Coordinates, Vec<f64>), SimulationError> {
        let dimension = self.dimension_for(problem);
        if frame == Frame::ClassConstant && self.frame() != frame {
            return Err(SimulationError::NotClassConstant);
        }
        let mut coordinates = Coordinates::new(problem, dimension, frame)?;
        if let Kind::Gaussian {
            delta,
            seed,
            laid_out: false,
        } = self.kind
        {
            return match coordinates.scatter() {
                Some(scatter) => {
                    let mut random = Gaussian::new(seed, (-delta).exp());
                    // Orthonormal changes of independent normal numbers.
                    let classifier = random.matrix(problem.classes(), dimension);
                    let means = random.matrix(dimension, problem.classes());
                    let factors = scatter.draw(&mut random, dimension);
                    let mut unknowns = classifier.transpose().as_slice().to_vec();
                    for (mean, factor) in means.row_iter().zip(factors) {
                        unknowns.extend(mean.iter());
                        unknowns.extend(factor);
                    }
                    Ok((coordinates, unknowns))
                }
                None => Err(SimulationError::NoSamples),
            };
        }
        if frame != Frame::Scatter {
            let unknowns = self.unknowns(problem, &coordinates)?;
            return Ok((coordinates, unknowns));
        }
        let full = Coordinates::new(problem, dimension, Frame::Full)?;
        let laid_out = self.unknowns(problem, &full)?;
        let (classes, counts) = (problem.classes(), problem.profile().counts()?);
        let (classifier, features) = laid_out.split_at(classes * dimension);
        let (means, within): (Vec<_>, Vec<_>) = features
            .chunks_exact(full.columns)
            .map(|row| row.split_at(classes))
            .unzip();
        let mut unknowns = classifier.to_vec();
        if let Some(scatter) = coordinates.scatter() {
            for (mean, factor) in means.into_iter().zip(scatter.condense(&within, &counts)) {
                unknowns.extend(mean);
                unknowns.extend(factor);
            }
        }
        Ok((coordinates, unknowns))
    }

    /// The unknowns at time zero in the full or the class-constant frame.
    fn unknowns(
        &self,
        problem: &Problem,
        coordinates: &Coordinates,
    ) -> Result<Vec<f64>, SimulationError> {
        let (classes, dimension) = (problem.classes(), coordinates.dimension);
        match &self.kind {
            Kind::Spectral { start, rotation } => spectral(coordinates, start, *rotation),
            Kind::Gaussian { delta, seed, .. } => {
                let mut random = Gaussian::new(*seed, (-delta).exp());
                let classifier = random.matrix(classes, dimension);
                let features = random.matrix(dimension, coordinates.columns);
                Ok(in_frame(coordinates, &classifier, &features))
            }
            Kind::Balanced { delta, seed } => {
                let rank = classes.min(dimension).min(coordinates.columns);
                let mut random = Gaussian::new(*seed, 1.0);
                let [left, inner, right] =
                    [classes, dimension, coordinates.columns].map(|n| random.orthonormal(n, rank));
                let size = (-delta).exp();
                Ok(in_frame(
                    coordinates,
                    &(product(&left, &inner.transpose()) * size),
                    &(product(&inner, &right.transpose()) * size),
                ))
            }
            Kind::Matrices {
                classifier,
                features,
            } => {
                check_shape("classifier W", (classes, dimension), classifier.shape())?;
                check_shape(
                    "features H",
                    (dimension, coordinates.columns),
                    features.shape(),
                )?;
                Ok(in_frame(coordinates, classifier, features))
            }
        }
    }
}

pub(crate) fn check_scale(delta: f64) -> Result<(), SimulationError> {
    if delta > 0.0 && delta <= MAX_DELTA {
        Ok(())
    } else {
        Err(SimulationError::Scale(delta))
    }
}

fn check_shape(
    what: &'static str,
    expected: (usize, usize),
    found: (usize, usize),
) -> Result<(), SimulationError> {
    if expected == found {
        Ok(())
    } else {
        Err(SimulationError::InitialShape {
            what,
            expected,
            found,
        })
    }
}

/// Directly in the frame, where `W̃ = e^(−δ) [D Rᵀ; 0]` and `H̃ = e^(−δ) [R D, 0]`: entries of different modes never
/// meet, so each keeps its relative precision.
fn spectral(
    coordinates: &Coordinates,
    start: &Start,
    rotation: Option<u64>,
) -> Result<Vec<f64>, SimulationError> {
    check_scale(start.delta())?;
    let (dimension, rank) = (coordinates.dimension, coordinates.rank());
    let basis = match rotation {
        None => DMatrix::identity(dimension, rank),
        Some(seed) => Gaussian::new(seed, 1.0).orthonormal(dimension, rank),
    };
    let mut unknowns = vec![0.0; coordinates.unknowns()];
    let (w, h) = unknowns.split_at_mut(coordinates.classes() * dimension);
    for (i, sigma) in coordinates.target.iter().enumerate() {
        let size = match start.shape() {
            Shape::Plain => (-start.delta()).exp(),
            Shape::Scaled => (-start.delta()).exp() * sigma.sqrt(),
        };
        for l in 0..dimension {
            w[i * dimension + l] = size * basis[(l, i)];
            h[l * coordinates.columns + i] = size * basis[(l, i)];
        }
    }
    Ok(unknowns)
}

fn in_frame(
    coordinates: &Coordinates,
    classifier: &DMatrix<f64>,
    features: &DMatrix<f64>,
) -> Vec<f64> {
    let classifier = coordinates.classifier_in_frame(classifier);
    let mut unknowns = classifier.transpose().as_slice().to_vec();
    unknowns.extend(coordinates.features_in_frame(features.transpose().as_slice()));
    unknowns
}

#[cfg(test)]
mod tests {
    use super::*;
    use ufm_theory::problem::{StepProfile, Weighting};

    #[test]
    fn the_spectral_start_is_the_stated_product() {
        let step = StepProfile::new(2, 2, 3.0).unwrap();
        let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
        for start in [Start::plain(2.0).unwrap(), Start::scaled(2.0).unwrap()] {
            let init = Initialisation::spectral(start).with_dimension(5).rotated(1);
            let (coordinates, y) = init.begin(&problem, Frame::Full).unwrap();
            let w = &coordinates.left * DMatrix::from_row_slice(4, 5, &y[..20]);
            let h = DMatrix::from_row_slice(5, 8, &coordinates.samples(&y[20..]).unwrap());
            let svd = problem.svd();
            let amplitude = DMatrix::from_diagonal(
                &svd.singular_values()
                    .map(|sigma| start.ln_initial_amplitude(sigma.ln()).exp()),
            );
            let expected = svd.left() * amplitude * svd.right(&[3, 3, 1, 1]).unwrap().transpose();
            assert!((&w * &h - expected).amax() < 1e-16);
            assert!((w.transpose() * &w - &h * h.transpose()).amax() < 1e-16);
        }
    }

    #[test]
    fn balanced_starts_are_those_by_construction() {
        let (w, h) = (DMatrix::zeros(4, 3), DMatrix::zeros(3, 8));
        for (start, balanced) in [
            (Initialisation::spectral(Start::plain(2.0).unwrap()), true),
            (Initialisation::balanced(2.0, 1).unwrap(), true),
            (Initialisation::gaussian(2.0, 1).unwrap(), false),
            (Initialisation::gaussian_scatter(2.0, 1).unwrap(), false),
            (Initialisation::matrices(w, h).unwrap(), false),
        ] {
            assert_eq!(start.is_balanced(), balanced, "{start:?}");
        }
    }

    #[test]
    fn matrices_that_do_not_fit_are_refused() {
        let (w, h) = (DMatrix::<f64>::zeros(4, 3), DMatrix::<f64>::zeros(3, 8));
        assert!(Initialisation::matrices(w.clone(), DMatrix::zeros(2, 8)).is_err());
        assert!(Initialisation::matrices(w, h.map(|_| f64::NAN)).is_err());
    }
}
