//! Parameter values, which carry their domains ([`ufm_theory::problem`]), and names that a user may have mistyped.

pub use ufm_theory::problem::{
    Count, EvenClasses, Exponent, ImbalanceRatio as Ratio, Positive, SimulatedScale as Delta,
};

/// The known name nearest to `given`, as the end of a sentence; empty if none is near.
pub(crate) fn nearest(given: &str, known: &[String]) -> String {
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 2)
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}
