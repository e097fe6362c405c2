//! The factor from features alone, without a model of them.

/// What a fresh sample of a class of `n` samples keeps of its margin, from the samples alone: each is held against the mean of the others,
/// `(1/n) Σᵢ xᵢ·x̄₋ᵢ / ‖x̄‖² = n (‖S‖² − Σ‖xᵢ‖²) / ((n − 1) ‖S‖²)`, with `S` the sum of the class.
///
/// `sum_squared` is `‖S‖²`, `squares` is `Σ‖xᵢ‖²`. Its expectation is [`super::generalisation_factor`] where features share a part with their class and
/// are independent otherwise; below 0 for features that hinder. `None` for less than two samples, or whose sum is zero. Source: this project.
///
/// Claims: `network-margins`.
///
/// ```
/// use ufm_theory::{features::Sharing, test_time::{generalisation_factor, left_out_factor}};
/// // Three samples √α u + √(1−α) eᵢ, α = 0.2.
/// let (n, alpha) = (3.0, 0.2);
/// let found = left_out_factor(3, n * n * alpha + n * (1.0 - alpha), n).unwrap();
/// assert!((found - generalisation_factor(n, Sharing::new(alpha)?)).abs() < 1e-12);
/// assert_eq!(left_out_factor(1, 1.0, 1.0), None);
/// # Ok::<(), ufm_theory::TheoryError>(())
/// ```
pub fn left_out_factor(n: usize, sum_squared: f64, squares: f64) -> Option<f64> {
    let number = n as f64;
    (n > 1 && sum_squared > 0.0)
        .then(|| number * (sum_squared - squares) / ((number - 1.0) * sum_squared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_whose_sum_is_zero_has_none() {
        // Two samples, each the other's opposite.
        assert_eq!(left_out_factor(2, 0.0, 2.0), None);
        // And two that are the same: each is all of the other.
        assert_eq!(left_out_factor(2, 4.0, 2.0), Some(1.0));
    }

    #[test]
    fn each_sample_is_held_against_the_mean_of_the_others() {
        let samples = [2.0, 3.0, -1.0, 4.0_f64];
        let n = samples.len() as f64;
        let (sum, squares) = (samples.iter().sum::<f64>(), samples.map(|x| x * x));
        let held = samples.map(|x| x * (sum - x) / (n - 1.0));
        let expected = held.iter().sum::<f64>() / n / (sum / n).powi(2);
        let found = left_out_factor(4, sum * sum, squares.iter().sum()).unwrap();
        assert!((found - expected).abs() < 1e-15);
        assert_eq!(left_out_factor(1, 4.0, 4.0), None);
    }
}
