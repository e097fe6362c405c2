//! How fast the directions of a data set grow, under which weights.

use faer::Mat;
use nalgebra::DMatrix;
use rayon::prelude::*;
use ufm_theory::{
    TheoryError,
    exact_flow::GrowthRates,
    features::ClassSums,
    problem::{ClassProfile, Normalisation, Weighting},
    windows::least_spread::{self, RANGE},
};

use crate::Features;

/// Directions are learned together if their rates differ by less than this part.
const TOGETHER: f64 = 1e-2;

/// Rates below this part of the largest a class could give are rounding: the data have fewer dimensions.
const NEGLIGIBLE: f64 = 1e-12;

/// Up to this many classes rates come from Jacobi rotations, and the exponent to `1e-8`; beyond, from a bidiagonal decomposition, and the
/// exponent to `1e-3`: the cost of one set of rates grows like `k³`.
const FEW: usize = 64;

/// Points of the first look at many classes.
const COARSE: usize = 21;

/// Golden-section steps among many classes: down to about `1e-3`.
const STEPS: usize = 11;

/// Weights `n^(−γ)` with mean 1 over the samples, as one would train with: then times under different exponents compare at one learning rate.
pub(crate) fn weighting(gamma: f64) -> Result<Weighting, TheoryError> {
    Ok(Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne))
}

/// Singular values and left singular vectors of `P diag(ω) S`.
pub(crate) struct Spectrum {
    /// Decreasing, `k − 1` of them; those beyond the dimensions of the data are zero.
    pub rates: Vec<f64>,
    /// `k × rates`, as many columns as were found.
    left: DMatrix<f64>,
    /// How many are more than rounding.
    rank: usize,
}

/// Of the class sums `S` (`k × q`) and class weights `ω`.
pub(crate) fn spectrum(sums: &DMatrix<f64>, weights: &[f64]) -> Result<Spectrum, TheoryError> {
    let classes = sums.nrows();
    if classes <= FEW {
        // Each class as one sample, its sum.
        let labels: Vec<usize> = (0..classes).collect();
        let growth = ClassSums::new(&sums.transpose(), &labels, classes)?.growth(weights)?;
        return Ok(Spectrum {
            rank: growth.rank(),
            rates: growth.rates().to_vec(),
            left: growth.left().clone(),
        });
    }
    let (matrix, bound) = centred(sums, weights);
    let svd = matrix
        .thin_svd()
        .map_err(|_| TheoryError::NoConvergence(classes))?;
    let values = svd.S();
    let rates = padded((0..values.dim()).map(|i| values[i]), classes);
    let found = values.dim().min(classes - 1);
    Ok(Spectrum {
        rank: rank(&rates, bound),
        rates,
        left: DMatrix::from_fn(classes, found, |class, i| svd.U()[(class, i)]),
    })
}

/// `P diag(ω) S`, and the norm of the largest row of `diag(ω) S`.
fn centred(sums: &DMatrix<f64>, weights: &[f64]) -> (Mat<f64>, f64) {
    let (classes, dimension) = sums.shape();
    let mut matrix = Mat::from_fn(classes, dimension, |class, j| {
        weights[class] * sums[(class, j)]
    });
    let mut squares = vec![0.0; classes];
    for j in 0..dimension {
        let mut mean = 0.0;
        for class in 0..classes {
            let x = matrix[(class, j)];
            squares[class] += x * x;
            mean += x / classes as f64;
        }
        for class in 0..classes {
            matrix[(class, j)] -= mean;
        }
    }
    (matrix, squares.into_iter().fold(0.0, f64::max).sqrt())
}

fn padded(values: impl Iterator<Item = f64>, classes: usize) -> Vec<f64> {
    values
        .chain(std::iter::repeat(0.0))
        .take(classes - 1)
        .collect()
}

fn rank(rates: &[f64], bound: f64) -> usize {
    rates
        .iter()
        .filter(|&&rate| rate > NEGLIGIBLE * bound)
        .count()
}

/// Free features, or the given ones.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Geometry<'a> {
    /// A feature vector of its own for every sample.
    Free,
    /// A linear map of the data.
    Given {
        /// The data.
        features: &'a Features,
        /// Directions that grow at all.
        rank: usize,
    },
}

/// What one exponent gives.
pub(crate) struct Growth {
    /// `ln` of the rates of the directions that grow, decreasing.
    pub ln_rates: Vec<f64>,
    /// For each class, how much of it is in the directions learned last, from 0 to 1; `None` if all are learned together.
    pub last: Option<Vec<f64>>,
}

impl Growth {
    /// `ln` of the largest over the smallest rate; 0 if there is but one.
    pub(crate) fn ln_spread(&self) -> f64 {
        spread(&self.ln_rates)
    }
}

fn spread(ln_rates: &[f64]) -> f64 {
    match (ln_rates.first(), ln_rates.last()) {
        (Some(largest), Some(smallest)) => largest - smallest,
        _ => 0.0,
    }
}

impl<'a> Geometry<'a> {
    /// Finds the number of directions that grow.
    pub(crate) fn given(
        profile: &ClassProfile,
        features: &'a Features,
    ) -> Result<Self, TheoryError> {
        let ranks = [0.0, 0.5, 1.0].into_par_iter().map(|gamma| {
            let weights = weighting(gamma)?.class_weights(profile)?;
            Ok(spectrum(&features.sums, &weights)?.rank)
        });
        let ranks: Vec<usize> = ranks.collect::<Result<_, TheoryError>>()?;
        Ok(Self::Given {
            features,
            rank: ranks.into_iter().max().unwrap_or(0),
        })
    }

    /// Number of directions that grow, of `k − 1`.
    pub(crate) fn rank(&self, profile: &ClassProfile) -> usize {
        match self {
            Self::Free => profile.classes() - 1,
            Self::Given { rank, .. } => *rank,
        }
    }

    /// Rates and the classes learned last.
    pub(crate) fn growth(&self, profile: &ClassProfile, gamma: f64) -> Result<Growth, TheoryError> {
        match self {
            Self::Free => {
                let rates = GrowthRates::new(profile, &weighting(gamma)?);
                let ln_rates = rates.ln_rates().to_vec();
                let last = match ln_rates.last() {
                    Some(&last) if spread(&ln_rates) >= TOGETHER => {
                        Some(free_share(profile, gamma, last)?)
                    }
                    _ => None,
                };
                Ok(Growth { ln_rates, last })
            }
            Self::Given { features, rank } => {
                let weights = weighting(gamma)?.class_weights(profile)?;
                let spectrum = spectrum(&features.sums, &weights)?;
                let ln_rates: Vec<f64> = spectrum.rates[..*rank]
                    .iter()
                    .map(|rate| rate.ln())
                    .collect();
                let last = (spread(&ln_rates) >= TOGETHER).then(|| given_share(&spectrum, *rank));
                Ok(Growth { ln_rates, last })
            }
        }
    }

    /// `ln` of the largest over the smallest rate that grows.
    fn ln_spread(&self, profile: &ClassProfile, gamma: f64) -> Result<f64, TheoryError> {
        match self {
            Self::Given { features, rank } if profile.classes() > FEW => {
                let weights = weighting(gamma)?.class_weights(profile)?;
                let (matrix, _) = centred(&features.sums, &weights);
                let values = matrix
                    .singular_values()
                    .map_err(|_| TheoryError::NoConvergence(profile.classes()))?;
                let rates = padded(values.into_iter(), profile.classes());
                let ln_rates: Vec<f64> = rates[..*rank].iter().map(|rate| rate.ln()).collect();
                Ok(spread(&ln_rates))
            }
            _ => Ok(self.growth(profile, gamma)?.ln_spread()),
        }
    }

    /// The exponent that brings rates closest together, and whether it lies at an end of the range searched; `None` if all do as well.
    pub(crate) fn equalising(
        &self,
        profile: &ClassProfile,
    ) -> Result<Option<(f64, bool)>, TheoryError> {
        if profile.imbalance_ratio() == 1.0 || self.rank(profile) < 2 {
            return Ok(None);
        }
        match self {
            // Exactly, for any counts.
            Self::Free => Ok(Some((0.5, false))),
            Self::Given { .. } if profile.classes() > FEW => self.coarsely(profile).map(Some),
            Self::Given { .. } => {
                Ok(
                    least_spread::minimise(|gamma| self.ln_spread(profile, gamma))?
                        .map(|found| (found.gamma, found.at_end)),
                )
            }
        }
    }

    /// A first look side by side, then a golden section around the lowest place.
    fn coarsely(&self, profile: &ClassProfile) -> Result<(f64, bool), TheoryError> {
        let (low, high) = RANGE;
        let width = (high - low) / (COARSE - 1) as f64;
        let looks: Vec<(f64, f64)> = (0..COARSE)
            .into_par_iter()
            .map(|i| {
                let gamma = low + width * i as f64;
                Ok((self.ln_spread(profile, gamma)?, gamma))
            })
            .collect::<Result<_, TheoryError>>()?;
        let mut best = looks
            .into_iter()
            .fold((f64::INFINITY, 0.5), |a, b| if b.0 < a.0 { b } else { a });
        let (mut left, mut right) = ((best.1 - width).max(low), (best.1 + width).min(high));
        let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
        for _ in 0..STEPS {
            let (a, b) = (
                right - golden * (right - left),
                left + golden * (right - left),
            );
            let (at_a, at_b) =
                rayon::join(|| self.ln_spread(profile, a), || self.ln_spread(profile, b));
            let (at_a, at_b) = (at_a?, at_b?);
            for found in [(at_a, a), (at_b, b)] {
                best = if found.0 < best.0 { found } else { best };
            }
            if at_a <= at_b {
                right = b;
            } else {
                left = a;
            }
        }
        Ok((best.1, best.1 <= low || best.1 >= high))
    }
}

/// An eigenvector of `P diag(m) P` has the entries `1/(m_c − μ)`; if `m` repeats, `μ` is `m` there and the vector lives on those classes.
fn free_share(profile: &ClassProfile, gamma: f64, ln_rate: f64) -> Result<Vec<f64>, TheoryError> {
    let ln_weights = weighting(gamma)?.ln_class_weights(profile);
    let away: Vec<f64> = profile
        .sizes()
        .iter()
        .zip(ln_weights)
        .map(|(n, ln_w)| (n.ln() + 2.0 * ln_w - 2.0 * ln_rate).exp_m1().abs())
        .collect();
    let least = away.iter().copied().fold(f64::INFINITY, f64::min);
    let floor = 1e-9;
    let entries: Vec<f64> = away
        .iter()
        .map(|&a| {
            if least < floor {
                f64::from(u8::from(a < floor))
            } else {
                (least / a).powi(2)
            }
        })
        .collect();
    Ok(entries)
}

/// The squared entries of the left singular vectors of `ZΩXᵀ` for its smallest values that grow.
fn given_share(spectrum: &Spectrum, rank: usize) -> Vec<f64> {
    let last = spectrum.rates.get(rank.saturating_sub(1)).copied();
    let together = (spectrum.rates.iter().zip(spectrum.left.column_iter()))
        .take(rank)
        .filter(|(rate, _)| last.is_some_and(|last| **rate <= last * (1.0 + TOGETHER)));
    let mut share = vec![0.0; spectrum.left.nrows()];
    for (_, vector) in together {
        for (total, entry) in share.iter_mut().zip(vector.iter()) {
            *total += entry * entry;
        }
    }
    share
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// Both decompositions, on either side of [`FEW`].
    #[test]
    fn many_classes_have_the_rates_that_few_would() {
        let (k, q) = (FEW + 9, 40);
        let entry = |class: usize, j: usize| ((class * 31 + j * 17) as f64).sin() + 0.1;
        let sums = DMatrix::from_fn(k, q, entry);
        let weights: Vec<f64> = (0..k).map(|class| 1.0 / (1.0 + class as f64)).collect();
        let many = spectrum(&sums, &weights).unwrap();
        let labels: Vec<usize> = (0..k).collect();
        let growth = ClassSums::new(&sums.transpose(), &labels, k)
            .unwrap()
            .growth(&weights)
            .unwrap();
        assert_eq!(many.rates.len(), k - 1);
        assert_eq!(many.rank, growth.rank());
        for (a, b) in many.rates.iter().zip(growth.rates()).take(many.rank) {
            assert!((a - b).abs() < 1e-13 * growth.rates()[0], "{a} against {b}");
        }
    }
}
