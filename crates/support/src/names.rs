//! Names of things that a user may have mistyped.

/// The known name nearest to `given`, if one is near: at most half its letters are to be changed (Damerau–Levenshtein distance).
///
/// ```
/// use ufm_support::names::nearest;
/// assert_eq!(nearest("window-bond", ["flattening", "window-bound"]), Some("window-bound"));
/// assert_eq!(nearest("xyzzy", ["flattening", "window-bound"]), None);
/// ```
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.chars().count() / 2)
        .map(|(_, name)| name)
}

/// [`nearest`] as the end of a sentence; empty if none is near.
///
/// ```
/// use ufm_support::names::did_you_mean;
/// assert_eq!(did_you_mean("lable", ["label", "width"]), "; did you mean `label`?");
/// assert_eq!(did_you_mean("colour-of-the-sky", ["label", "width"]), "");
/// ```
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(given, known).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// At most `limit` of the names, and how many more there are.
///
/// ```
/// let names = ["a", "b", "c"].map(String::from);
/// assert_eq!(ufm_support::names::some(&names, 3), "a, b, c");
/// assert_eq!(ufm_support::names::some(&names, 1), "a and 2 more");
/// ```
pub fn some(names: &[String], limit: usize) -> String {
    let shown = names[..names.len().min(limit)].join(", ");
    match names.len().saturating_sub(limit) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_near_to_nothing() {
        assert_eq!(nearest("x", []), None);
        assert_eq!(did_you_mean("x", []), "");
    }
}
