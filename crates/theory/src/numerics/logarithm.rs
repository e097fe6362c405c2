//! Elementary functions in logarithmic form, exact to rounding where the plain form overflows.

/// `ln(eᵃ + eᵇ)`.
pub(crate) fn ln_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY {
        high
    } else {
        high + (low - high).exp().ln_1p()
    }
}

/// `ln(eˣ − 1)` for `x > 0`.
pub(crate) fn ln_exp_minus_one(x: f64) -> f64 {
    if x < 1.0 {
        x.exp_m1().ln()
    } else {
        x + (-(-x).exp()).ln_1p()
    }
}

/// `ln(1 + eˣ)`.
pub(crate) fn ln_one_plus_exp(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// `1/(1 + e⁻ˣ)`, with full relative precision on both sides.
pub(crate) fn logistic(x: f64) -> f64 {
    if x < 0.0 {
        x.exp() / (1.0 + x.exp())
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_below_zero_the_logistic_is_the_exponential() {
        for x in [-720.0_f64, -700.0, -40.0] {
            assert_eq!(logistic(x), x.exp(), "{x}");
        }
        assert_eq!((logistic(0.0), logistic(720.0)), (0.5, 1.0));
    }

    #[test]
    fn agree_with_the_plain_forms_where_those_are_exact() {
        for x in [-30.0_f64, -2.0, -0.5, 0.5, 1.0, 2.0, 30.0] {
            assert!((ln_one_plus_exp(x) - (1.0 + x.exp()).ln()).abs() < 1e-13);
            assert!((logistic(x) - 1.0 / (1.0 + (-x).exp())).abs() < 1e-15);
            let y = x.abs();
            assert!((ln_exp_minus_one(y) - (y.exp() - 1.0).ln()).abs() < 1e-13);
            assert!((ln_add(x, 0.3) - (x.exp() + 0.3_f64.exp()).ln()).abs() < 1e-13);
        }
    }

    #[test]
    fn stay_finite_where_the_plain_forms_do_not() {
        assert_eq!(ln_exp_minus_one(800.0), 800.0);
        assert!((ln_exp_minus_one(1e-20) + 20.0 * 10.0_f64.ln()).abs() < 1e-12);
        assert_eq!(ln_one_plus_exp(1e4), 1e4);
        assert_eq!(ln_add(1e4, -1e4), 1e4);
        assert_eq!(ln_add(f64::NEG_INFINITY, 2.0), 2.0);
        assert!(logistic(-700.0) > 0.0 && logistic(800.0) == 1.0);
    }
}
