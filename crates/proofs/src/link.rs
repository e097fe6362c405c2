//! The link between the formal definitions and the numbers computed elsewhere.
//!
//! For each point a goal `|term − value| <= tolerance·max(1, |value|)` is stated about the definition *imported from the file that
//! the theorems are about*, and proved by interval arithmetic inside Coq. `value` is the exact binary number
//! that the other program computed. So neither side can drift from the other unnoticed.

use std::fmt::Write as _;

use crate::{audit, toolchain::LIBRARY};

/// What the lemmas of the comparisons are called, before their number.
const POINT: &str = "ufm_point_";

/// A formal definition and what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The definition, `File.definition`.
    pub definition: String,
    /// What computes the numbers.
    pub function: String,
    /// Files to import besides the definition's own.
    pub imports: Vec<String>,
    /// Definitions to unfold before computing, the first one included.
    pub unfold: Vec<String>,
    /// The points.
    pub points: Vec<Point>,
    /// Largest distance allowed; relative where the value exceeds 1 in modulus.
    pub tolerance: f64,
}

/// One point of comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// A closed term of Coq's real numbers that applies the definition.
    pub term: String,
    /// The number computed.
    pub value: f64,
}

/// A Coq file that proves every comparison of `link` and prints the axioms used, or fails.
///
/// `None` if a value is not finite, which agrees with nothing.
pub fn script(link: &Link) -> Option<String> {
    let file = link.definition.split('.').next()?;
    let mut script = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(script, "From Coq Require Import Reals.");
    let _ = writeln!(script, "From Interval Require Import Tactic.");
    for import in link.imports.iter().map(String::as_str).chain([file]) {
        let _ = writeln!(script, "From {LIBRARY} Require Import {import}.");
    }
    let _ = writeln!(script, "Open Scope R_scope.");
    for (index, point) in link.points.iter().enumerate() {
        let _ = writeln!(
            script,
            "Lemma {POINT}{index} : Rabs ({} - {}) <= {}.",
            point.term,
            exact_real(point.value)?,
            exact_real(link.tolerance * point.value.abs().max(1.0))?
        );
        let _ = writeln!(
            script,
            "Proof. unfold {}; interval with (i_prec 120). Qed.",
            link.unfold.join(", ")
        );
    }
    if !link.points.is_empty() {
        let points: Vec<String> = (0..link.points.len())
            .map(|index| format!("{POINT}{index}"))
            .collect();
        let _ = writeln!(script, "Definition {POINT}all := ({}).", points.join(", "));
        script.push_str(&audit::assumptions(
            &link.definition,
            &format!("{POINT}all"),
        ));
    }
    Some(script)
}

/// The exact value of a finite double as a term of Coq's real numbers.
///
/// ```
/// use ufm_proofs::link::exact_real;
/// assert_eq!(exact_real(-0.75).unwrap(), "(-3 / 4)");
/// assert_eq!(exact_real(1e3).unwrap(), "(1000)");
/// assert!(exact_real(f64::NAN).is_none());
/// ```
pub fn exact_real(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some("(0)".to_owned());
    }
    let bits = value.to_bits();
    let raw_exponent = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut exponent) = if raw_exponent == 0 {
        (fraction, -1074)
    } else {
        (fraction | (1 << 52), raw_exponent as i32 - 1075)
    };
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += zeros as i32;
    let sign = if value < 0.0 { "-" } else { "" };
    Some(match exponent {
        0 => format!("({sign}{mantissa})"),
        1..=10 => format!("({sign}{})", mantissa << exponent),
        11.. => format!("({sign}{mantissa} * 2 ^ {exponent})"),
        -60..0 => format!("({sign}{mantissa} / {})", 1_u64 << -exponent),
        _ => format!("({sign}{mantissa} / 2 ^ {})", -exponent),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads back what `exact_real` writes.
    fn evaluate(text: &str) -> f64 {
        let inner = text.trim_matches(['(', ')']);
        let power = |s: &str| match s.split_once(" ^ ") {
            Some((base, e)) => {
                assert_eq!(base, "2");
                2.0_f64.powi(e.parse().unwrap())
            }
            None => s.parse::<u64>().unwrap() as f64,
        };
        if let Some((a, b)) = inner.split_once(" * ") {
            a.parse::<f64>().unwrap() * power(b)
        } else if let Some((a, b)) = inner.split_once(" / ") {
            a.parse::<f64>().unwrap() / power(b)
        } else {
            inner.parse().unwrap()
        }
    }

    proptest! {
        #[test]
        fn doubles_are_written_exactly(value in -1e300..1e300_f64, scale in -280..0_i32) {
            let value = value * 10_f64.powi(scale);
            prop_assert_eq!(evaluate(&exact_real(value).unwrap()), value);
        }
    }

    #[test]
    fn a_value_that_is_not_finite_agrees_with_nothing() {
        let link = Link {
            definition: "Window.win".into(),
            function: "f".into(),
            imports: vec![],
            unfold: vec!["win".into()],
            points: vec![Point {
                term: "win 2".into(),
                value: f64::NAN,
            }],
            tolerance: 1e-9,
        };
        assert!(script(&link).is_none());
    }
}
