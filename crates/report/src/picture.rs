//! Figures for the screen: the same picture in a quarter of the bytes.
//!
//! Figures are drawn without typefaces, every letter as an outline with two decimals of a twentieth of a point. For the page coordinates are rounded to a
//! twentieth and written one after another, and an outline that is there several times is kept once and used.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

/// Shorter outlines than this are not worth a name.
const SHORT: usize = 40;

/// An SVG as figures are drawn, rounded to whole units, outlines that repeat kept once, lines drawn alike one path. Paths with other commands than `M`, `L`, `Q`, `C` and `Z`, and all
/// that is no path, stay as they are.
///
/// ```
/// let drawn = r##"<svg><path fill="#000000" stroke="none" d="M 10.4 20 L 12.6 20 L 12.6 21.2 Z"/></svg>"##;
/// assert_eq!(ufm_report::picture::rounded(drawn), r#"<svg><path d="M10 20l2 0 0 1z"/></svg>"#);
/// ```
pub fn rounded(svg: &str) -> String {
    const BEGIN: &str = "<path ";
    let mut texts = vec![String::new()];
    let mut paths = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find(BEGIN) {
        let (before, element) = rest.split_at(at);
        push(&mut texts, before);
        let end = element.find("/>").map_or(element.len(), |end| end + 2);
        let (element, tail) = element.split_at(end);
        match Path::read(element) {
            Some(path) => {
                paths.push(path);
                texts.push(String::new());
            }
            None => push(&mut texts, element),
        }
        rest = tail;
    }
    push(&mut texts, rest);
    let names = names(&paths, svg.contains("<defs/>"));
    let mut text = String::with_capacity(svg.len() / 4);
    let mut before: Option<&Path> = None;
    for (index, between) in texts.iter().enumerate() {
        text += between;
        let path = paths.get(index);
        let one = between.is_empty() && before.zip(path).is_some_and(|(a, b)| a.joins(b));
        if let (true, Some(open)) = (one, text.strip_suffix("\"/>")) {
            text.truncate(open.len());
        }
        if let Some(path) = path {
            path.write(&names, one, &mut text);
        }
        before = path;
    }
    let mut kept = String::from("<defs>");
    for (outline, name) in &names {
        // Writing to a String cannot fail.
        let _ = write!(kept, "<path id=\"{name}\" d=\"M0 0{outline}\"/>");
    }
    text.replacen("<defs/>", &(kept + "</defs>"), 1)
}

/// Text goes after the last path.
fn push(texts: &mut [String], text: &str) {
    if let Some(last) = texts.last_mut() {
        *last += text;
    }
}

/// Outlines that are there more than once, each with a name.
fn names(paths: &[Path], allowed: bool) -> BTreeMap<&str, String> {
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    let pieces = paths.iter().filter(|path| path.filled);
    for piece in pieces.flat_map(|path| &path.pieces) {
        *number.entry(&piece.outline).or_default() += 1;
    }
    number.retain(|outline, number| allowed && *number > 1 && outline.len() > SHORT);
    let outlines = number.into_keys().enumerate();
    outlines
        .map(|(index, outline)| (outline, format!("o{index}")))
        .collect()
}

/// A path element.
struct Path {
    /// What it says beside its points, but for what is so by default.
    attributes: String,
    /// Whether it is filled and not stroked: then pieces that do not overlap can be drawn one by one.
    filled: bool,
    pieces: Vec<Piece>,
}

/// Parts of a path that do not overlap others.
struct Piece {
    start: (i64, i64),
    /// Relative to the start, without it.
    outline: String,
}

impl Path {
    /// Reads an element; `None` if a word of it is not understood.
    fn read(element: &str) -> Option<Self> {
        let inside = element.strip_prefix("<path ")?.strip_suffix("\"/>")?;
        let (attributes, points) = inside.split_once("d=\"")?;
        if points.contains('"') {
            return None;
        }
        let parts = parts(points)?;
        let filled = attributes.contains("stroke=\"none\"");
        let groups = if filled { apart(parts) } else { vec![parts] };
        let mut pieces = Vec::new();
        for group in &groups {
            let start = group.first()?.start();
            pieces.push(Piece {
                start: (whole(start.0), whole(start.1)),
                outline: outline(group, start),
            });
        }
        Some(Self {
            attributes: attributes
                .replace("stroke=\"none\" ", "")
                .replace("fill=\"#000000\" ", ""),
            filled,
            pieces,
        })
    }

    /// Whether the next path can go on in this one: lines that cover what is below, drawn alike.
    fn joins(&self, next: &Self) -> bool {
        let lines = self.attributes.contains("fill=\"none\"") && !self.filled;
        lines && self.attributes == next.attributes && !self.attributes.contains("opacity")
    }

    /// Writes it, or what follows in the path that is open.
    fn write(&self, names: &BTreeMap<&str, String>, goes_on: bool, text: &mut String) {
        let attributes = &self.attributes;
        let mut own = String::new();
        for piece in &self.pieces {
            let (x, y) = piece.start;
            // Writing to a String cannot fail.
            let _ = match names.get(piece.outline.as_str()).filter(|_| self.filled) {
                Some(name) => write!(
                    text,
                    "<use {attributes}href=\"#{name}\" x=\"{x}\" y=\"{y}\"/>"
                ),
                None => write!(own, "M{x} {y}{}", piece.outline),
            };
        }
        if goes_on {
            let _ = write!(text, "{own}\"/>");
        } else if !own.is_empty() {
            let _ = write!(text, "<path {attributes}d=\"{own}\"/>");
        }
    }
}

type Point = (f64, f64);

/// One `M` with what follows it.
struct Part {
    steps: Vec<(char, Vec<Point>)>,
}

impl Part {
    fn start(&self) -> Point {
        self.points().next().unwrap_or_default()
    }

    fn points(&self) -> impl Iterator<Item = Point> {
        self.steps.iter().flat_map(|(_, points)| points).copied()
    }

    /// Left, top, right, bottom of all its points.
    fn bounds(&self) -> [f64; 4] {
        let begin = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        self.points().fold(begin, |b, (x, y)| {
            [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
        })
    }
}

fn parts(path: &str) -> Option<Vec<Part>> {
    let mut words = path.split_ascii_whitespace();
    let mut parts: Vec<Part> = Vec::new();
    while let Some(word) = words.next() {
        let number = match word {
            "M" | "L" => 1,
            "Q" => 2,
            "C" => 3,
            "Z" => 0,
            _ => return None,
        };
        let mut points = Vec::new();
        for _ in 0..number {
            points.push((coordinate(words.next()?)?, coordinate(words.next()?)?));
        }
        if word == "M" {
            parts.push(Part { steps: Vec::new() });
        }
        parts.last_mut()?.steps.push((word.chars().next()?, points));
    }
    (!parts.is_empty()).then_some(parts)
}

/// Neighbours that overlap together, so that holes stay with what they are in.
fn apart(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut groups: Vec<(Vec<Part>, [f64; 4])> = Vec::new();
    for part in parts {
        let b = part.bounds();
        match groups.last_mut() {
            Some((group, a)) if a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3] => {
                *a = [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ];
                group.push(part);
            }
            _ => groups.push((vec![part], b)),
        }
    }
    groups.into_iter().map(|(group, _)| group).collect()
}

/// Parts with whole coordinates, each relative to the one before, the first to `start`, which is left out.
fn outline(parts: &[Part], start: Point) -> String {
    let at_start = |point: Point| (whole(point.0 - start.0), whole(point.1 - start.1));
    let (mut text, mut at, mut first, mut last) = (String::new(), (0, 0), (0, 0), ' ');
    for (command, points) in parts.iter().flat_map(|part| &part.steps) {
        let command = command.to_ascii_lowercase();
        match command {
            'z' => {
                text.push('z');
                at = first;
            }
            'm' if text.is_empty() => {}
            _ => {
                let before = at;
                for (index, point) in points.iter().enumerate() {
                    let to = at_start(*point);
                    let (x, y) = (to.0 - before.0, to.1 - before.1);
                    if index == 0 && (command != last || command == 'm') {
                        text.push(command);
                    } else if x >= 0 {
                        text.push(' ');
                    }
                    let _ = write!(text, "{x}{}", After(y));
                    at = to;
                }
            }
        }
        if command == 'm' {
            first = at;
        }
        last = command;
    }
    text
}

/// A number after another one.
struct After(i64);

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = if self.0 < 0 { "" } else { " " };
        write!(f, "{between}{}", self.0)
    }
}

fn coordinate(word: &str) -> Option<f64> {
    let value: f64 = word.parse().ok()?;
    (value.abs() < 1e9).then_some(value)
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_where_it_ended() {
        let path = r#"<path fill="none" d="M 0.2 0.7 Q 5 5 9.6 0 L 20 -3.4 C 1 1 2 2 3 3 Z"/>"#;
        assert_eq!(
            rounded(path),
            r#"<path fill="none" d="M0 1q5 4 9-1l11-3c-19 4-18 5-17 6z"/>"#
        );
    }

    /// A hole stays with what it is in; a letter that comes again, anywhere, is used.
    #[test]
    fn what_repeats_is_kept_once() {
        let letter = |x: f64| {
            format!(
                "M {} 3 L {} 3 L {} 8 Z M {x} 0 L {} 0 Q {} 0 {} 12 L {} 14 L {x} 14 L {x} 9 L {x} 5 Z",
                x + 2.0,
                x + 4.0,
                x + 4.0,
                x + 10.0,
                x + 11.0,
                x + 10.0,
                x + 6.0
            )
        };
        let [a, b, c] = [letter(100.0), letter(250.5), letter(900.0)];
        let drawn = format!(
            r##"<svg><defs/><path fill="#000000" stroke="none" d="{a} {b}"/><path fill="#ff0000" stroke="none" d="{c}"/></svg>"##
        );
        let short = rounded(&drawn);
        assert_eq!(short.matches("<path").count(), 1, "{short}");
        assert_eq!(short.matches("<use").count(), 3);
        assert!(short.contains(r##"<use fill="#ff0000" href="#o0" x="902" y="3"/>"##));
        assert!(
            short.contains(r##"<use href="#o0" x="253" y="3"/>"##),
            "{short}"
        );
    }

    #[test]
    fn lines_drawn_alike_are_one_path() {
        let line = |colour: &str, y: i32| {
            format!(r#"<path fill="none" stroke="{colour}" d="M 0 {y} L 9 {y}"/>"#)
        };
        let drawn = [line("#111", 1), line("#111", 2), line("#222", 3)].concat()
            + "<g/>"
            + &line("#222", 4);
        let short = r##"<path fill="none" stroke="#111" d="M0 1l9 0M0 2l9 0"/><path fill="none" stroke="#222" d="M0 3l9 0"/><g/><path fill="none" stroke="#222" d="M0 4l9 0"/>"##;
        assert_eq!(rounded(&drawn), short);
        let faint = drawn.replace("stroke=", "opacity=\"0.5\" stroke=");
        assert_eq!(rounded(&faint).matches("<path").count(), 4);
    }

    #[test]
    fn what_is_not_understood_stays() {
        for odd in [
            r#"<path d="A 1 2 3"/>"#,
            r#"<path d="M 1"/>"#,
            r#"<path d="M 1 2" id="x"/>"#,
            "<g/>",
            r#"<path d="M 1 2"#,
            r#"<path fill="none"/>"#,
        ] {
            assert_eq!(rounded(odd), odd);
        }
    }
}
