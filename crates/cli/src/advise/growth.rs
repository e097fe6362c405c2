//! How fast the directions of a data set grow, under which weights.

use ufm_theory::{
    TheoryError,
    exact_flow::GrowthRates,
    problem::{ClassProfile, Normalisation, Weighting},
};

use super::input::Features;

/// Directions are learned together if their rates differ by less than this part.
const TOGETHER: f64 = 1e-2;

/// Weights `n^(−γ)` with mean 1 over the samples, as one would train with: then times under different exponents compare at one learning rate.
pub fn weighting(gamma: f64) -> Result<Weighting, TheoryError> {
    Ok(Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne))
}

/// Free features, or the given ones.
#[derive(Debug, Clone, Copy)]
pub enum Geometry<'a> {
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

impl<'a> Geometry<'a> {
    /// Finds the number of directions that grow.
    ///
    /// # Errors
    /// If weights leave double precision.
    pub fn given(profile: &ClassProfile, features: &'a Features) -> Result<Self, TheoryError> {
        let mut rank = 0;
        for gamma in [0.0, 0.5, 1.0] {
            let weights = weighting(gamma)?.class_weights(profile)?;
            rank = rank.max(features.sums.growth(&weights)?.rank());
        }
        Ok(Self::Given { features, rank })
    }

    /// Number of directions that grow, of `k − 1`.
    pub fn rank(&self, profile: &ClassProfile) -> usize {
        match self {
            Self::Free => profile.classes() - 1,
            Self::Given { rank, .. } => *rank,
        }
    }

    /// `ln` of the rates of the directions that grow, decreasing.
    ///
    /// # Errors
    /// If weights leave double precision.
    pub fn ln_rates(&self, profile: &ClassProfile, gamma: f64) -> Result<Vec<f64>, TheoryError> {
        let weighting = weighting(gamma)?;
        match self {
            Self::Free => Ok(GrowthRates::new(profile, &weighting).ln_rates().to_vec()),
            Self::Given { features, rank } => {
                let rates = features
                    .sums
                    .growth_rates(&weighting.class_weights(profile)?)?;
                Ok(rates.iter().take(*rank).map(|rate| rate.ln()).collect())
            }
        }
    }

    /// `ln` of the largest over the smallest rate; 0 if there is but one.
    ///
    /// # Errors
    /// If weights leave double precision.
    pub fn ln_spread(&self, profile: &ClassProfile, gamma: f64) -> Result<f64, TheoryError> {
        let rates = self.ln_rates(profile, gamma)?;
        Ok(match (rates.first(), rates.last()) {
            (Some(largest), Some(smallest)) => largest - smallest,
            _ => 0.0,
        })
    }

    /// For each class, how much of it is in the directions learned last, from 0 to 1; `None` if all are learned together.
    ///
    /// # Errors
    /// If weights leave double precision.
    pub fn learned_last(
        &self,
        profile: &ClassProfile,
        gamma: f64,
    ) -> Result<Option<Vec<f64>>, TheoryError> {
        let rates = self.ln_rates(profile, gamma)?;
        let (Some(&first), Some(&last)) = (rates.first(), rates.last()) else {
            return Ok(None);
        };
        if first - last < TOGETHER {
            return Ok(None);
        }
        Ok(match self {
            Self::Free => Some(free_share(profile, gamma, last)?),
            Self::Given { features, rank } => Some(given_share(profile, gamma, features, *rank)?),
        })
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
fn given_share(
    profile: &ClassProfile,
    gamma: f64,
    features: &Features,
    rank: usize,
) -> Result<Vec<f64>, TheoryError> {
    let weights = weighting(gamma)?.class_weights(profile)?;
    let growth = features.sums.growth(&weights)?;
    let last = growth.rates().get(rank.saturating_sub(1)).copied();
    let together = (growth.rates().iter().zip(growth.left().column_iter()))
        .take(rank)
        .filter(|(rate, _)| last.is_some_and(|last| **rate <= last * (1.0 + TOGETHER)));
    let mut share = vec![0.0; profile.classes()];
    for (_, vector) in together {
        for (total, entry) in share.iter_mut().zip(vector.iter()) {
            *total += entry * entry;
        }
    }
    Ok(share)
}
