//! Lists of values in a configuration: each value is checked where it stands.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use ufm_theory::{TheoryError, problem::Number};

/// The largest number of values a range may have.
const MAX_POINTS: u32 = 1_000_000;

/// A set of numbers that a parameter may take.
pub(super) trait Domain {
    /// What is wrong with `value`, if anything.
    fn check(value: f64) -> Result<(), String>;
}

impl<Q: TryFrom<Number, Error = TheoryError>> Domain for Q {
    fn check(value: f64) -> Result<(), String> {
        Q::try_from(Number::Float(value))
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}

/// One number of a domain, written as an integer or a float.
pub(super) struct Value<D>(pub f64, PhantomData<D>);

impl<'de, D: Domain> Deserialize<'de> for Value<D> {
    fn deserialize<T: Deserializer<'de>>(from: T) -> Result<Self, T::Error> {
        struct Reader<D>(PhantomData<D>);

        impl<D: Domain> Reader<D> {
            fn take<E: de::Error>(value: f64) -> Result<Value<D>, E> {
                D::check(value)
                    .map(|()| Value(value, PhantomData))
                    .map_err(E::custom)
            }
        }

        impl<D: Domain> Visitor<'_> for Reader<D> {
            type Value = Value<D>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value<D>, E> {
                Self::take(value)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value<D>, E> {
                Self::take(value as f64)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value<D>, E> {
                Self::take(value as f64)
            }
        }

        from.deserialize_any(Reader(PhantomData))
    }
}

/// Different numbers of a domain: a list, or `{ from, to, points, spacing }`.
pub(super) struct Axis<D>(pub Vec<f64>, PhantomData<D>);

/// Both ends included.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "D: Domain")]
struct Range<D> {
    from: Value<D>,
    to: Value<D>,
    points: u32,
    #[serde(default)]
    spacing: Spacing,
}

#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Spacing {
    #[default]
    Linear,
    Log,
}

impl<D> Range<D> {
    fn values(&self) -> Result<Vec<f64>, String> {
        let (from, to) = (self.from.0, self.to.0);
        if !(2..=MAX_POINTS).contains(&self.points) {
            return Err(format!(
                "points = {} is not allowed: a range has 2 to {MAX_POINTS}",
                self.points
            ));
        }
        if from >= to {
            return Err(format!(
                "a range goes up: from = {from:?} is not below to = {to:?}"
            ));
        }
        if matches!(self.spacing, Spacing::Log) && from <= 0.0 {
            return Err(format!(
                "a logarithmic range starts above 0, not at {from:?}"
            ));
        }
        let last = f64::from(self.points - 1);
        Ok((0..self.points)
            .map(|i| {
                let part = f64::from(i) / last;
                match (i, self.spacing) {
                    (0, _) => from,
                    (i, _) if i + 1 == self.points => to,
                    (_, Spacing::Linear) => from + (to - from) * part,
                    (_, Spacing::Log) => (from.ln() + (to / from).ln() * part).exp(),
                }
            })
            .collect())
    }
}

impl<'de, D: Domain> Deserialize<'de> for Axis<D> {
    fn deserialize<T: Deserializer<'de>>(from: T) -> Result<Self, T::Error> {
        struct Reader<D>(PhantomData<D>);

        impl<'de, D: Domain> Visitor<'de> for Reader<D> {
            type Value = Axis<D>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a list of numbers, or { from, to, points, spacing = \"linear\" or \"log\" }",
                )
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Axis<D>, S::Error> {
                let mut values = Vec::new();
                while let Some(Value(value, _)) = list.next_element::<Value<D>>()? {
                    values.push(value);
                }
                different_numbers(&values).map_err(de::Error::custom)?;
                Ok(Axis(values, PhantomData))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Axis<D>, M::Error> {
                let range = Range::<D>::deserialize(MapAccessDeserializer::new(map))?;
                let values = range.values().map_err(de::Error::custom)?;
                for &value in &values {
                    D::check(value).map_err(de::Error::custom)?;
                }
                different_numbers(&values).map_err(de::Error::custom)?;
                Ok(Axis(values, PhantomData))
            }
        }

        from.deserialize_any(Reader(PhantomData))
    }
}

/// A list of different things, at least one.
pub(super) struct List<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de> + PartialEq + fmt::Debug> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let values = Vec::<T>::deserialize(from)?;
        different(&values).map_err(de::Error::custom)?;
        Ok(Self(values))
    }
}

fn different<T: PartialEq + fmt::Debug>(values: &[T]) -> Result<(), String> {
    not_empty(values)?;
    for (position, value) in values.iter().enumerate() {
        if values[..position].contains(value) {
            return Err(format!("{value:?} occurs twice in this list"));
        }
    }
    Ok(())
}

fn different_numbers(values: &[f64]) -> Result<(), String> {
    not_empty(values)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("{:?} occurs twice in this list", pair[1])),
        None => Ok(()),
    }
}

fn not_empty<T>(values: &[T]) -> Result<(), String> {
    if values.is_empty() {
        Err("the list is empty: expected at least one value".to_owned())
    } else {
        Ok(())
    }
}

/// An even number of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct EvenClasses(pub usize);

impl TryFrom<i64> for EvenClasses {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        match usize::try_from(value) {
            Ok(k) if k >= 2 && k.is_multiple_of(2) && k <= MAX_CLASSES => Ok(Self(k)),
            _ => Err(format!(
                "{value} classes are not allowed: equal halves need an even number from 2 to {MAX_CLASSES}; other splits go into `splits`"
            )),
        }
    }
}

/// Majority and minority classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "[i64; 2]")]
pub(super) struct Split(pub usize, pub usize);

impl TryFrom<[i64; 2]> for Split {
    type Error = String;

    fn try_from([majority, minority]: [i64; 2]) -> Result<Self, String> {
        match (usize::try_from(majority), usize::try_from(minority)) {
            (Ok(a), Ok(b)) if a >= 1 && b >= 1 && a.saturating_add(b) <= MAX_CLASSES => {
                Ok(Self(a, b))
            }
            _ => Err(format!(
                "[{majority}, {minority}] is not allowed: a split has at least 1 majority and 1 minority class, at most {MAX_CLASSES} together"
            )),
        }
    }
}

/// The largest number of classes.
const MAX_CLASSES: usize = 100_000;

/// A seed: TOML has no larger integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Seed(pub u64);

impl TryFrom<i64> for Seed {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        u64::try_from(value)
            .map(Self)
            .map_err(|_| format!("seed {value} is not allowed: seeds are whole numbers from 0"))
    }
}
