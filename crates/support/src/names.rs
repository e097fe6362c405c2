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

/// A name as it stands in a list: in quotation marks, as RFC 4180 writes a field, if it would be read as something else; line ends and other
/// control characters as escapes.
///
/// ```
/// use ufm_support::names::quoted;
/// assert_eq!(quoted("maple"), "maple");
/// assert_eq!(quoted("maple, red"), "\"maple, red\"");
/// assert_eq!(quoted("\"red\""), "\"\"\"red\"\"\"");
/// assert_eq!(quoted("a\nb"), "a\\nb");
/// ```
pub fn quoted(name: &str) -> String {
    let mut shown = String::new();
    for c in name.chars() {
        match c {
            '"' => shown.push_str("\"\""),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    if name.contains([',', '"']) || name.trim() != name || name.is_empty() {
        format!("\"{shown}\"")
    } else {
        shown
    }
}

/// Names separated by commas; one that holds commas is in quotation marks, as [`quoted`] writes it.
///
/// ```
/// use ufm_support::names::list;
/// assert_eq!(list("a, b"), Ok(vec!["a".to_owned(), "b".to_owned()]));
/// assert_eq!(list("\"maple, red\",oak"), Ok(vec!["maple, red".to_owned(), "oak".to_owned()]));
/// assert!(list("\"maple").is_err() && list("a,").is_err());
/// ```
///
/// # Errors
/// A message, if a quotation mark has no partner, something follows one, or a name is empty.
pub fn list(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let name;
        (name, rest) = match rest.strip_prefix('"') {
            Some(inner) => field(inner)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim_end().to_owned(), &rest[end..])
            }
        };
        if name.is_empty() {
            return Err("a name is empty: expected names separated by commas".to_owned());
        }
        names.push(name);
        match rest.trim_start().strip_prefix(',') {
            Some(more) => rest = more,
            None if rest.trim().is_empty() => return Ok(names),
            None => return Err(format!("expected a comma before `{}`", rest.trim())),
        }
    }
}

/// What stands up to the closing quotation mark, and what follows.
fn field(inner: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = inner;
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            return Err("a quotation mark has no partner".to_owned());
        };
        name.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Ok((name, after)),
        }
    }
}

/// At most `limit` of the names, each [`quoted`], and how many more there are.
///
/// ```
/// let names = ["a", "b", "c"].map(String::from);
/// assert_eq!(ufm_support::names::some(&names, 3), "a, b, c");
/// assert_eq!(ufm_support::names::some(&names, 1), "a and 2 more");
/// ```
pub fn some(names: &[String], limit: usize) -> String {
    let shown: Vec<String> = names.iter().take(limit).map(|name| quoted(name)).collect();
    let shown = shown.join(", ");
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
