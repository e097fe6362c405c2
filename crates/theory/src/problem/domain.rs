//! The numbers that a user may give, each with its domain, stated once: figures, plans of networks, sweeps and command lines all read these.
//!
//! Every type is made by `new` (a typed error says what is allowed), holds one number, and with the feature `serde` is read and written as that
//! number, so that a value outside its domain is refused where it stands in a file.

use crate::TheoryError;

/// Declares a number with its domain. The check returns the number as it is kept, or the error.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident($raw:ty), $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(try_from = "Number", into = "Number"))]
        pub struct $name($raw);

        impl $name {
            /// Accepts the numbers of the domain.
            ///
            /// # Errors
            /// Says what was found and what is allowed.
            pub fn new(value: f64) -> Result<Self, TheoryError> {
                let check: fn(f64) -> Result<$raw, TheoryError> = $check;
                check(value).map(Self)
            }

            /// The number itself.
            pub fn get(self) -> $raw {
                self.0
            }
        }

        impl TryFrom<Number> for $name {
            type Error = TheoryError;

            fn try_from(number: Number) -> Result<Self, TheoryError> {
                Self::new(number.value())
            }
        }

        impl From<$name> for Number {
            fn from(value: $name) -> Self {
                Self::of(value.0 as f64)
            }
        }
    };
}

quantity!(
    /// An imbalance ratio `R`: a finite number, at least 1.
    ///
    /// ```
    /// use ufm_theory::problem::ImbalanceRatio;
    /// assert_eq!(ImbalanceRatio::new(1e12)?.get(), 1e12);
    /// assert!(ImbalanceRatio::new(0.5).is_err());
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    ImbalanceRatio(f64),
    |ratio| kept(ratio, ratio.is_finite() && ratio >= 1.0, TheoryError::ImbalanceRatio)
);

impl ImbalanceRatio {
    /// Its natural logarithm, `≥ 0`.
    pub fn ln(self) -> f64 {
        self.0.ln()
    }
}

quantity!(
    /// An exponent `γ` of weights `n_c^(−γ)`: a finite number.
    ///
    /// ```
    /// use ufm_theory::problem::Exponent;
    /// assert_eq!(Exponent::new(-0.5)?.get(), -0.5);
    /// assert!(Exponent::new(f64::NAN).is_err());
    /// # Ok::<(), ufm_theory::TheoryError>(())
    /// ```
    Exponent(f64),
    |gamma| kept(gamma, gamma.is_finite(), TheoryError::Exponent)
);

quantity!(
    /// The scale `δ` of a start of size `e^(−δ)`: finite and above 0.
    Scale(f64),
    |delta| kept(delta, delta.is_finite() && delta > 0.0, TheoryError::Scale)
);

/// The largest scale `δ` that is simulated: there `e^(−2δ)`, the size of the first logits, is still a normal number.
pub const MAX_SIMULATED_DELTA: f64 = 350.0;

quantity!(
    /// The scale of a start that is simulated: above 0, at most [`MAX_SIMULATED_DELTA`].
    SimulatedScale(f64),
    |delta| {
        let delta = Scale::new(delta)?.get();
        kept(delta, delta <= MAX_SIMULATED_DELTA, |found| TheoryError::Domain {
            what: "initialisation scale delta =",
            found,
            allowed: format!("where it is simulated it must be at most {MAX_SIMULATED_DELTA}, beyond which a start underflows"),
        })
    }
);

quantity!(
    /// The number of samples of a class, whole or not: finite and above 0.
    ClassSize(f64),
    |size| kept(size, size.is_finite() && size > 0.0, |found| TheoryError::Domain {
        what: "class size",
        found,
        allowed: "it must be finite and above 0".into(),
    })
);

quantity!(
    /// A step size of gradient descent, gradient-flow time per step: finite and above 0.
    LearningRate(f64),
    |rate| kept(rate, rate.is_finite() && rate > 0.0, |found| TheoryError::Domain {
        what: "learning rate",
        found,
        allowed: "it must be finite and above 0".into(),
    })
);

quantity!(
    /// A duration or another size that is finite and above 0.
    Positive(f64),
    |value| kept(value, value.is_finite() && value > 0.0, |found| TheoryError::Domain {
        what: "",
        found,
        allowed: "it must be finite and above 0".into(),
    })
);

quantity!(
    /// The share of labels that are drawn anew: from 0 to 1.
    NoiseShare(f64),
    |share| kept(share, (0.0..=1.0).contains(&share), |found| TheoryError::Domain {
        what: "share of noisy labels",
        found,
        allowed: "it must be from 0 to 1".into(),
    })
);

quantity!(
    /// A count of things that are computed one by one: a whole number from 1 to 10 000.
    Count(usize),
    |value| whole("", value, 1, 10_000)
);

quantity!(
    /// Training samples of a class: a whole number from 1 to 10 million.
    Samples(usize),
    |value| whole("number of samples", value, 1, 10_000_000)
);

quantity!(
    /// Samples of a training step: a whole number from 1 to 100 000.
    Batch(usize),
    |value| whole("batch", value, 1, 100_000)
);

quantity!(
    /// Training steps of a run: a whole number from 1 to 10 million.
    Steps(usize),
    |value| whole("number of steps", value, 1, 10_000_000)
);

quantity!(
    /// A number of classes that can be split into equal halves of at least two: even, from 4 to 100.
    EvenClasses(usize),
    |value| {
        let classes = whole("", value, 4, 100)?;
        if classes.is_multiple_of(2) {
            Ok(classes)
        } else {
            Err(TheoryError::OddClasses(classes))
        }
    }
);

/// The largest imbalance ratio, and size, that is tabulated and drawn; its inverse is the smallest size.
pub const MAX_TABULATED: f64 = 1e100;

/// The largest exponent, in modulus, that is tabulated and drawn.
pub const MAX_TABULATED_EXPONENT: f64 = 100.0;

quantity!(
    /// An imbalance ratio of tables and drawings: from 1 to [`MAX_TABULATED`].
    TabulatedRatio(f64),
    |ratio| {
        let ratio = ImbalanceRatio::new(ratio)?.get();
        kept(ratio, ratio <= MAX_TABULATED, |found| TheoryError::Domain {
            what: "imbalance ratio R =",
            found,
            allowed: format!("here it must be at most {MAX_TABULATED:e}"),
        })
    }
);

quantity!(
    /// A weight exponent of tables and drawings: at most [`MAX_TABULATED_EXPONENT`] in modulus.
    TabulatedExponent(f64),
    |gamma| {
        let gamma = Exponent::new(gamma)?.get();
        kept(gamma, gamma.abs() <= MAX_TABULATED_EXPONENT, |found| TheoryError::Domain {
            what: "weight exponent gamma =",
            found,
            allowed: format!("here it must be from -{MAX_TABULATED_EXPONENT} to {MAX_TABULATED_EXPONENT}"),
        })
    }
);

quantity!(
    /// A size, duration or share of tables and drawings: above 0, from one over [`MAX_TABULATED`] to that.
    TabulatedSize(f64),
    |size| {
        let allowed = (MAX_TABULATED.recip()..=MAX_TABULATED).contains(&size);
        kept(size, allowed, |found| TheoryError::Domain {
            what: "",
            found,
            allowed: format!("it must be above 0, from {:e} to {MAX_TABULATED:e}", MAX_TABULATED.recip()),
        })
    }
);

quantity!(
    /// A time to integrate to, in units of a learning time: from 0.001 to 1000, long after everything is learned.
    LearningTimes(f64),
    |end| kept(end, (1e-3..=1e3).contains(&end), |found| TheoryError::Domain {
        what: "time",
        found,
        allowed: "it must be from 0.001 to 1000 learning times".into(),
    })
);

quantity!(
    /// A seed of random numbers: a whole number from 0 to 4294967295.
    Seed(usize),
    |value| whole("seed", value, 0, u32::MAX as usize)
);

quantity!(
    /// A class by its number, of at most 256: a whole number from 0 to 255.
    ClassIndex(usize),
    |value| whole("class", value, 0, 255)
);

/// A number as files write it: an integer or a float; written as an integer where it is one.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(untagged, expecting = "expected a number"))]
pub enum Number {
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
}

impl Number {
    fn of(value: f64) -> Self {
        if value.fract() == 0.0 && value.abs() < 1e15 {
            Self::Integer(value as i64)
        } else {
            Self::Float(value)
        }
    }

    /// The number as a float.
    pub fn value(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

fn kept(value: f64, allowed: bool, error: impl Fn(f64) -> TheoryError) -> Result<f64, TheoryError> {
    if allowed {
        Ok(value)
    } else {
        Err(error(value))
    }
}

fn whole(what: &'static str, found: f64, low: usize, high: usize) -> Result<usize, TheoryError> {
    if found.fract() == 0.0 && found >= low as f64 && found <= high as f64 {
        Ok(found as usize)
    } else {
        Err(TheoryError::Domain {
            what,
            found,
            allowed: format!("it must be a whole number from {low} to {high}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_as_integers_as_far_as_floats_hold_them() {
        for whole in [0.0, -3.0, 640.0, 999_999_999_999_999.0] {
            assert_eq!(Number::of(whole), Number::Integer(whole as i64));
            assert_eq!(Number::of(whole).value(), whole);
        }
        for other in [0.5, 1e15, -1e300] {
            assert_eq!(Number::of(other), Number::Float(other));
            assert_eq!(Number::of(other).value(), other);
        }
    }

    #[test]
    fn what_is_tabulated_has_ends_that_can_be_drawn() {
        assert!(TabulatedRatio::new(1e100).is_ok() && TabulatedRatio::new(1.1e100).is_err());
        assert!(TabulatedExponent::new(-100.0).is_ok());
        for outside in [100.1, -1e308, f64::NAN] {
            assert!(TabulatedExponent::new(outside).is_err());
        }
        assert!(TabulatedSize::new(1e-100).is_ok() && TabulatedSize::new(1e100).is_ok());
        for outside in [0.0, 1e-320, 1e101, f64::NAN, -1.0] {
            assert!(TabulatedSize::new(outside).is_err());
        }
        assert!(LearningTimes::new(1e-3).is_ok() && LearningTimes::new(1e3).is_ok());
        assert!(LearningTimes::new(1e18).is_err() && LearningTimes::new(0.0).is_err());
        assert!(Seed::new(0.0).is_ok() && Seed::new(4_294_967_295.0).is_ok());
        assert!(Seed::new(-1.0).is_err() && Seed::new(4_294_967_296.0).is_err());
        assert!(ClassIndex::new(255.0).is_ok() && ClassIndex::new(256.0).is_err());
    }

    #[test]
    fn messages_write_large_and_small_numbers_short() {
        for found in [1e308, -1e-300, 1.5e100] {
            let text = TabulatedSize::new(found).unwrap_err().to_string();
            assert!(text.starts_with(&format!("{found:e} is not")), "{text}");
        }
        assert!(
            Steps::new(2e7)
                .unwrap_err()
                .to_string()
                .contains("20000000 is")
        );
    }

    #[test]
    fn every_domain_is_closed_where_it_says_so() {
        for (inside, outside) in [(1.0, 1.0 - 1e-16), (1e300, f64::INFINITY), (2.5, f64::NAN)] {
            assert!(ImbalanceRatio::new(inside).is_ok());
            assert!(ImbalanceRatio::new(outside).is_err(), "{outside}");
        }
        assert!(Scale::new(f64::MIN_POSITIVE).is_ok() && Scale::new(0.0).is_err());
        assert!(Exponent::new(-1e9).is_ok() && Exponent::new(f64::NEG_INFINITY).is_err());
        for outside in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(ClassSize::new(outside).is_err());
            assert!(LearningRate::new(outside).is_err());
            assert!(Positive::new(outside).is_err());
        }
        assert!(NoiseShare::new(0.0).is_ok() && NoiseShare::new(1.0).is_ok());
        for outside in [-1e-16, 1.0 + 1e-15, f64::NAN] {
            assert!(NoiseShare::new(outside).is_err());
        }
        assert!(Count::new(1.0).is_ok() && Count::new(1e4).is_ok());
        for outside in [0.0, 1e4 + 1.0, 1.5] {
            assert!(Count::new(outside).is_err());
        }
        assert!(Steps::new(1e7).is_ok() && Steps::new(1e18).is_err());
        assert!(Batch::new(1e5).is_ok() && Batch::new(1e18).is_err());
        assert!(Samples::new(1e7).is_ok() && Samples::new(0.0).is_err());
        assert_eq!(EvenClasses::new(5.0), Err(TheoryError::OddClasses(5)));
        assert!(EvenClasses::new(4.0).is_ok() && EvenClasses::new(2.0).is_err());
    }

    #[test]
    fn an_error_says_what_is_allowed() {
        let text = Steps::new(1e18).unwrap_err().to_string();
        assert!(
            text.contains("number of steps 1e18 is not allowed"),
            "{text}"
        );
        assert!(text.contains("from 1 to 10000000"), "{text}");
        assert!(
            Positive::new(0.0)
                .unwrap_err()
                .to_string()
                .starts_with("0 is not allowed")
        );
    }
}
