//! Names of things that a user may have mistyped.

/// The known name nearest to `given`, as the end of a sentence; empty if none is near.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.chars().count() / 2)
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// At most `limit` of the names, and how many more there are.
pub(crate) fn some(names: &[String], limit: usize) -> String {
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
    fn a_slip_is_recognised_and_nonsense_is_not() {
        let known = ["label", "width"];
        assert_eq!(nearest("lable", known), "; did you mean `label`?");
        assert_eq!(nearest("colour-of-the-sky", known), "");
        assert_eq!(nearest("x", []), "");
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!(some(&names, 3), "a, b, c");
        assert_eq!(some(&names, 1), "a and 2 more");
    }
}
