//! The parameters that checks run over. One place, so that "for every R" means the same everywhere.

use ufm_theory::{
    TheoryError,
    problem::{ImbalanceRatio, StepProfile, Weighting},
    spectrum::StepSpectrum,
};

/// Imbalance ratios for closed forms: `1` to `10¹²`, four per decade.
pub fn ratios() -> impl Iterator<Item = ImbalanceRatio> {
    (0..=48).filter_map(|i| ImbalanceRatio::new(10_f64.powf(f64::from(i) / 4.0)).ok())
}

/// The imbalance ratios above 1.
pub fn imbalanced() -> impl Iterator<Item = ImbalanceRatio> {
    ratios().skip(1)
}

/// The imbalance ratios that are simulated.
pub const SIMULATED: [f64; 3] = [10.0, 100.0, 1000.0];

/// Splits `(k_maj, k_min)`: equal halves from `k = 4` to `k = 40`, and lopsided ones.
pub const SPLITS: [(usize, usize); 10] = [
    (2, 2),
    (3, 3),
    (5, 5),
    (10, 10),
    (20, 20),
    (2, 8),
    (8, 2),
    (1, 9),
    (9, 1),
    (3, 17),
];

/// The equal halves among [`SPLITS`].
pub fn halves() -> impl Iterator<Item = usize> {
    SPLITS
        .into_iter()
        .filter(|(a, b)| a == b)
        .map(|(a, b)| a + b)
}

/// Exponents `γ` from −½ to 2 in steps of 1/20.
pub fn exponents() -> impl Iterator<Item = f64> {
    (-10..=40).map(|i| f64::from(i) / 20.0)
}

/// The spectrum of equal halves at `(k, R, γ)`.
pub fn halves_spectrum(
    classes: usize,
    ratio: ImbalanceRatio,
    gamma: f64,
) -> Result<StepSpectrum, TheoryError> {
    Ok(StepSpectrum::new(
        &StepProfile::halves(classes, ratio.get())?,
        &Weighting::power(gamma)?,
    ))
}
