//! Parameter values that carry their domain: reading one outside it is an error where it stands.

use serde::{Deserialize, Serialize};
use ufm_theory::{profile::ImbalanceRatio, start::Start, weights::Weighting};

/// Declares a number that is checked as it is read.
macro_rules! checked {
    ($(#[$doc:meta])* $name:ident($raw:ty), $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
        #[serde(try_from = "Number", into = "Number")]
        pub struct $name($raw);

        impl TryFrom<Number> for $name {
            type Error = String;

            fn try_from(number: Number) -> Result<Self, String> {
                let check: fn(f64) -> Result<$raw, String> = $check;
                check(number.value()).map(Self)
            }
        }

        impl From<$name> for Number {
            fn from(value: $name) -> Self {
                Self::of(value.0 as f64)
            }
        }

        impl $name {
            /// The number.
            pub fn get(self) -> $raw {
                self.0
            }
        }
    };
}

/// A TOML integer or float; written as an integer where it is one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number")]
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

    fn value(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

checked!(
    /// An imbalance ratio, finite and at least 1.
    Ratio(f64),
    |value| ImbalanceRatio::new(value).map(ImbalanceRatio::get).map_err(|e| e.to_string())
);

checked!(
    /// A weight exponent, finite.
    Exponent(f64),
    |value| Weighting::power(value).map(|w| w.exponent()).map_err(|e| e.to_string())
);

checked!(
    /// An initialisation scale, finite and above 0, at most 300 where it is simulated.
    Delta(f64),
    |value| {
        let start = Start::spectral(value).map_err(|e| e.to_string())?;
        if start.delta() <= 300.0 {
            Ok(value)
        } else {
            Err(format!("initialisation scale delta = {value} is not allowed here: at most 300, beyond which a simulated start underflows"))
        }
    }
);

checked!(
    /// An even number of classes, from 4 to 100: equal halves with at least two classes each.
    EvenClasses(usize),
    |value| whole(value, 4, 100).and_then(|k| {
        if k.is_multiple_of(2) {
            Ok(k)
        } else {
            Err(format!("k = {k} classes cannot be split into equal halves: k must be even"))
        }
    })
);

checked!(
    /// A count from 1 to 10 000.
    Count(usize),
    |value| whole(value, 1, 10_000)
);

checked!(
    /// A positive finite number.
    Positive(f64),
    |value| if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(format!("{value} is not allowed: it must be finite and above 0"))
    }
);

fn whole(value: f64, low: usize, high: usize) -> Result<usize, String> {
    if value.fract() == 0.0 && value >= low as f64 && value <= high as f64 {
        Ok(value as usize)
    } else {
        Err(format!(
            "{value} is not allowed: it must be a whole number from {low} to {high}"
        ))
    }
}
