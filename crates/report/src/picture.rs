//! Figures for the screen: the same paths with coordinates rounded to a twentieth of a point and written one after another, which is half the bytes.

/// An SVG as figures are drawn, its paths rounded to whole units and relative. What is not a path of `M`, `L`, `Q`, `C` and `Z` stays as it is.
///
/// ```
/// let drawn = r##"<path fill="#000000" stroke="none" d="M 10.4 20 L 12.6 20 L 12.6 21.2 Z"/>"##;
/// let rounded = ufm_report::picture::rounded(drawn);
/// assert_eq!(rounded, r##"<path d="M10 20l3 0 0 1z"/>"##);
/// ```
pub fn rounded(svg: &str) -> String {
    const BEGIN: &str = " d=\"";
    let mut text = String::with_capacity(svg.len() / 2);
    let mut rest = svg;
    while let Some(at) = rest.find(BEGIN) {
        let (before, after) = rest.split_at(at + BEGIN.len());
        text += before;
        let Some(end) = after.find('"') else {
            rest = after;
            break;
        };
        let (path, tail) = after.split_at(end);
        match relative(path) {
            Some(short) => text += &short,
            None => text += path,
        }
        rest = tail;
    }
    text += rest;
    // What a path is filled with, and not stroked, by default.
    text.replace(" stroke=\"none\"", "")
        .replace("<path fill=\"#000000\" d", "<path d")
}

/// The path with relative whole coordinates; `None` if a word of it is not understood.
fn relative(path: &str) -> Option<String> {
    let mut words = path.split_ascii_whitespace();
    let mut text = String::new();
    let (mut at, mut start, mut last) = ((0, 0), (0, 0), ' ');
    while let Some(word) = words.next() {
        let points = match word {
            "M" | "L" => 1,
            "Q" => 2,
            "C" => 3,
            "Z" => 0,
            _ => return None,
        };
        let command = word.chars().next()?.to_ascii_lowercase();
        if command == 'm' {
            let (x, y) = (whole(words.next()?)?, whole(words.next()?)?);
            text += &format!("M{x} {y}");
            (at, start) = ((x, y), (x, y));
        } else if points == 0 {
            text.push('z');
            at = start;
        } else {
            let mut to = at;
            for point in 0..points {
                to = (whole(words.next()?)?, whole(words.next()?)?);
                if point == 0 && command != last {
                    text.push(command);
                } else if to.0 >= at.0 {
                    text.push(' ');
                }
                let (x, y) = (to.0 - at.0, to.1 - at.1);
                text += &if y < 0 {
                    format!("{x}{y}")
                } else {
                    format!("{x} {y}")
                };
            }
            at = to;
        }
        last = command;
    }
    Some(text)
}

fn whole(word: &str) -> Option<i64> {
    let value: f64 = word.parse().ok()?;
    (value.abs() < 1e9).then(|| value.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_where_it_ended() {
        assert_eq!(
            relative("M 0.2 0.7 Q 5 5 9.6 0 L 20 -3.4 C 1 1 2 2 3 3 Z").as_deref(),
            Some("M0 1q5 4 10-1l10-3c-19 4-18 5-17 6z")
        );
    }

    #[test]
    fn what_is_not_understood_stays() {
        for odd in [
            r#"<path d="A 1 2 3"/>"#,
            r#"<path d="M 1"/>"#,
            "<g/>",
            r#"<path d="M 1 2"#,
        ] {
            assert_eq!(rounded(odd), odd);
        }
    }
}
