//! Statistics over seeds: means with confidence intervals, and paired comparisons.
//!
//! Runs with the same seed share their initial weights, their samples and the order of these, so two losses are compared by the
//! differences within seeds. Quantiles and probabilities are those of Student's distribution (`statrs`).

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::NetworkError;

/// A mean and the half-width of its two-sided 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The sample mean.
    pub mean: f64,
    /// Half the width of the interval, in the unit of the values.
    pub half_width: f64,
    /// The number of values (seeds).
    pub n: usize,
}

impl Interval {
    /// Student's interval of independent values: `mean ± t_{0.975, n−1} s/√n`.
    ///
    /// # Errors
    /// [`NetworkError::TooFew`] below two values, [`NetworkError::Sample`] if one is not finite.
    ///
    /// ```
    /// use ufm_networks::statistics::Interval;
    /// let interval = Interval::of(&[0.90, 0.92, 0.94, 0.96])?;
    /// assert!((interval.mean - 0.93).abs() < 1e-12);
    /// assert!((interval.half_width - 0.041_083).abs() < 1e-5); // 3.18245 · 0.0258199/2
    /// # Ok::<(), ufm_networks::NetworkError>(())
    /// ```
    pub fn of(values: &[f64]) -> Result<Self, NetworkError> {
        let (mean, deviation) = moments(values, "a confidence interval")?;
        let n = values.len();
        let quantile = student(n)?.inverse_cdf(0.975);
        Ok(Self {
            mean,
            half_width: quantile * deviation / (n as f64).sqrt(),
            n,
        })
    }

    /// The lower end.
    pub fn low(&self) -> f64 {
        self.mean - self.half_width
    }

    /// The upper end.
    pub fn high(&self) -> f64 {
        self.mean + self.half_width
    }
}

/// A paired one-sided comparison: is `a − b` positive on average?
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The differences `a − b`.
    pub difference: Interval,
    /// Probability, under differences that are normal with mean at most zero, of a statistic at least this large.
    pub p_value: f64,
    /// Effect size: mean difference over the standard deviation of the differences (Cohen's `d_z`); infinite when they
    /// are all equal and not zero.
    pub effect: f64,
}

impl Paired {
    /// Student's paired test of `a` above `b`; values at the same position belong together.
    ///
    /// Differences that are all zero give `p = 1`.
    ///
    /// # Errors
    /// [`NetworkError::TooFew`] below two pairs, [`NetworkError::Sample`] if the lengths differ or a value is not finite.
    ///
    /// ```
    /// use ufm_networks::statistics::Paired;
    /// let test = Paired::above(&[0.9, 0.8, 0.95], &[0.5, 0.45, 0.5])?;
    /// assert!(test.p_value < 0.01 && test.effect > 1.0);
    /// # Ok::<(), ufm_networks::NetworkError>(())
    /// ```
    pub fn above(a: &[f64], b: &[f64]) -> Result<Self, NetworkError> {
        if a.len() != b.len() {
            return Err(NetworkError::Sample(
                "paired samples must have the same length",
            ));
        }
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let (mean, deviation) = moments(&differences, "a paired test")?;
        let n = differences.len();
        let (effect, p_value) = if deviation > 0.0 {
            let effect = mean / deviation;
            (effect, student(n)?.sf(effect * (n as f64).sqrt()))
        } else if mean > 0.0 {
            (f64::INFINITY, 0.0)
        } else {
            (if mean < 0.0 { f64::NEG_INFINITY } else { 0.0 }, 1.0)
        };
        Ok(Self {
            difference: Interval::of(&differences)?,
            p_value,
            effect,
        })
    }
}

fn student(n: usize) -> Result<StudentsT, NetworkError> {
    StudentsT::new(0.0, 1.0, n as f64 - 1.0)
        .map_err(|_| NetworkError::Sample("Student's distribution needs two values"))
}

/// Mean and standard deviation (`n − 1` in the denominator), by two passes.
fn moments(values: &[f64], statistic: &'static str) -> Result<(f64, f64), NetworkError> {
    let n = values.len();
    if n < 2 {
        return Err(NetworkError::TooFew {
            statistic,
            needed: 2,
            found: n,
        });
    }
    if values.iter().any(|value| !value.is_finite()) {
        return Err(NetworkError::Sample("every value must be finite"));
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Ok((mean, (squares / (n as f64 - 1.0)).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference values: Student's own sleep data (1908), as in R's `t.test(extra ~ group, data = sleep, paired = TRUE)`:
    /// t = −4.0621, p (two-sided) = 0.002833, mean difference −1.58, interval −2.4598858 … −0.7001142.
    const FIRST: [f64; 10] = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    const SECOND: [f64; 10] = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    #[test]
    fn students_sleep_data() {
        let test = Paired::above(&SECOND, &FIRST).unwrap();
        assert!((test.p_value - 0.002833 / 2.0).abs() < 5e-7, "{test:?}");
        assert!((test.difference.low() - 0.700_114_2).abs() < 1e-6);
        assert!((test.difference.high() - 2.459_885_8).abs() < 1e-6);
        assert!((test.effect - 4.0621 / 10_f64.sqrt()).abs() < 1e-4);
        let other = Paired::above(&FIRST, &SECOND).unwrap();
        assert!((other.p_value + test.p_value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn equal_differences() {
        assert_eq!(
            Paired::above(&[1.0, 2.0], &[1.0, 2.0]).unwrap().p_value,
            1.0
        );
        assert_eq!(
            Paired::above(&[2.0, 3.0], &[1.0, 2.0]).unwrap().p_value,
            0.0
        );
        assert_eq!(
            Paired::above(&[0.0, 1.0], &[1.0, 2.0]).unwrap().p_value,
            1.0
        );
    }

    #[test]
    fn what_is_refused() {
        assert!(matches!(
            Interval::of(&[1.0]),
            Err(NetworkError::TooFew { .. })
        ));
        assert!(matches!(
            Interval::of(&[1.0, f64::NAN]),
            Err(NetworkError::Sample(_))
        ));
        assert!(matches!(
            Paired::above(&[1.0, 2.0], &[1.0]),
            Err(NetworkError::Sample(_))
        ));
    }
}
