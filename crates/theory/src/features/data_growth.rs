//! What grows out of a small start on given data: directions of the logits with their rates.

use nalgebra::DMatrix;

/// Rates below this part of the largest a class could give are rounding: the data have fewer dimensions.
const NEGLIGIBLE: f64 = 1e-12;

/// Singular values `ρ` and left singular vectors `u` of `ZΩXᵀ`, from [`ClassSums::growth`](crate::features::ClassSums::growth).
///
/// Claims: `constrained-features`, through [`ClassSums::growth_rates`](crate::features::ClassSums::growth_rates).
///
/// ```
/// use nalgebra::DMatrix;
/// use ufm_theory::features::ClassSums;
/// // Two classes of four samples and two of one sample, every sample with a feature of its own.
/// let sums = ClassSums::new(&DMatrix::identity(10, 10), &[0, 0, 0, 0, 1, 1, 1, 1, 2, 3], 4)?;
/// let growth = sums.growth(&[1.0; 4])?;
/// assert!((growth.rates()[0] - 2.0).abs() < 1e-14); // √4, the difference of the two majority classes
/// let shares = growth.shares(|class| class < 2);
/// assert!((shares[0] - 1.0).abs() < 1e-14 && shares[2] < 1e-14);
/// assert!((shares[1] - 0.5).abs() < 1e-14); // the contrast of the groups lies on both
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DataGrowth {
    rates: Vec<f64>,
    left: DMatrix<f64>,
    bound: f64,
}

impl DataGrowth {
    /// `bound`: no class could give a larger rate by itself.
    pub(crate) fn new(classes: usize, found: Vec<(f64, Vec<f64>)>, bound: f64) -> Self {
        let (rates, vectors): (Vec<f64>, Vec<Vec<f64>>) = found.into_iter().unzip();
        let left = DMatrix::from_fn(classes, vectors.len(), |class, i| vectors[i][class]);
        Self { rates, left, bound }
    }

    /// `ρ`, decreasing, `k − 1` of them, per unit of gradient-flow time.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// `U`, `k × (k − 1)`: column `i` grows at rate `i`. Orthonormal; inside a repeated rate, 0 included, the basis is arbitrary.
    pub fn left(&self) -> &DMatrix<f64> {
        &self.left
    }

    /// For each direction, the part of its squared norm that lies on the classes for which `of` holds: 1 if it is a matter among them only, 0
    /// if they have no part in it.
    pub fn shares(&self, of: impl Fn(usize) -> bool) -> Vec<f64> {
        let classes: Vec<usize> = (0..self.left.nrows()).filter(|&class| of(class)).collect();
        self.left
            .column_iter()
            .map(|u| classes.iter().map(|&class| u[class] * u[class]).sum())
            .collect()
    }

    /// How many directions grow, of `k − 1`: rates that are more than rounding.
    pub fn rank(&self) -> usize {
        let floor = NEGLIGIBLE * self.bound;
        self.rates.iter().filter(|&&rate| rate > floor).count()
    }

    /// `ln` of the largest over the smallest rate; infinite if a direction does not grow.
    pub fn ln_spread(&self) -> f64 {
        match (self.rates.first(), self.rates.last()) {
            (Some(largest), Some(smallest)) if self.rank() == self.rates.len() => {
                (largest / smallest).ln()
            }
            _ => f64::INFINITY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two directions among three classes, whose rates are given, in units of the bound.
    fn growth(rates: [f64; 2], bound: f64) -> DataGrowth {
        let h = 0.5_f64.sqrt();
        let third = 6.0_f64.sqrt().recip();
        let vectors = [vec![h, -h, 0.0], vec![third, third, -2.0 * third]];
        let found = rates.map(|rate| rate * bound).into_iter().zip(vectors);
        DataGrowth::new(3, found.collect(), bound)
    }

    #[test]
    fn what_is_rounding_does_not_depend_on_the_unit_of_features() {
        for unit in [1e-20, 1.0, 1e20] {
            assert_eq!(growth([1.0, 1e-15], unit).rank(), 1, "{unit}");
            assert_eq!(growth([1.0, 1e-9], unit).rank(), 2, "{unit}");
        }
    }

    #[test]
    fn shares_are_those_of_the_classes_named() {
        let growth = growth([1.0, 0.5], 1.0);
        for (classes, expected) in [(0..2, [1.0, 1.0 / 3.0]), (2..3, [0.0, 2.0 / 3.0])] {
            let shares = growth.shares(|class| classes.contains(&class));
            assert_eq!(shares.len(), 2);
            for (share, expected) in shares.iter().zip(expected) {
                assert!((share - expected).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn features_that_are_zero_let_nothing_grow() {
        let none = growth([0.0, 0.0], 0.0);
        assert_eq!(none.rank(), 0);
        assert_eq!(none.ln_spread(), f64::INFINITY);
    }
}
