//! Messages of libraries, for people.

/// Digits in a row that are shown.
const DIGITS: usize = 12;

/// Characters of a line that are shown.
const CHARACTERS: usize = 300;

/// Lines that are shown.
const LINES: usize = 12;

/// A message of a parser without what only a programmer reads: Rust's names of types become words, numbers of hundreds of digits, endless
/// lines and endless messages are cut. What stands in backquotes, or in an excerpt of the file (lines with a bar), is somebody's own and keeps
/// its words.
///
/// ```
/// use ufm_support::messages::plain;
/// assert_eq!(plain("invalid type: string \"x\", expected u64"), "invalid type: string \"x\", expected a whole number from 0");
/// assert_eq!(plain("unknown field `u64`, expected a sequence"), "unknown field `u64`, expected a list");
/// assert_eq!(plain("1 | u8 = 3\ninvalid length 3, expected struct Selection"), "1 | u8 = 3\ninvalid length 3, expected a table");
/// assert_eq!(plain(&format!("1e{}", "7".repeat(99))), "1e777777777777…");
/// assert!(plain(&"long ".repeat(1000)).len() < 400);
/// ```
pub fn plain(message: &str) -> String {
    let mut lines: Vec<String> = message
        .lines()
        .take(LINES)
        .map(|line| {
            shortened(&if line.contains('|') {
                line.to_owned()
            } else {
                worded(line)
            })
        })
        .collect();
    if message.lines().nth(LINES).is_some() {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

/// Words for types, outside backquotes.
fn worded(line: &str) -> String {
    let parts = line.split('`').enumerate().map(|(i, part)| {
        if i % 2 == 1 {
            return part.to_owned();
        }
        let mut words: Vec<&str> = Vec::new();
        for word in part.split(' ') {
            let known = type_word(word);
            match words.last() {
                // `expected struct Selection`: the name goes with the word before.
                Some(&("struct" | "enum")) => {
                    words.pop();
                    words.push("a table");
                }
                Some(&"a") if known.is_some() => {
                    words.pop();
                    words.extend(known);
                }
                _ => words.push(known.unwrap_or(word)),
            }
        }
        words.join(" ")
    });
    parts.collect::<Vec<_>>().join("`")
}

fn type_word(word: &str) -> Option<&'static str> {
    match word {
        "u8" => Some("a whole number from 0 to 255"),
        "u16" | "u32" | "u64" | "u128" | "usize" => Some("a whole number from 0"),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => Some("a whole number"),
        "f32" | "f64" => Some("a number"),
        "sequence" => Some("a list"),
        "map" => Some("a table"),
        _ => None,
    }
}

/// Somebody's own line as it is, but for digits beyond the first dozen in a row and characters beyond the first hundreds.
///
/// ```
/// use ufm_support::messages::shortened;
/// assert_eq!(shortened("a sequence of u64"), "a sequence of u64");
/// assert_eq!(shortened(&format!("1e{}", "7".repeat(99))), "1e777777777777…");
/// ```
pub fn shortened(line: &str) -> String {
    let mut shown = String::new();
    let mut digits = 0;
    for (at, c) in line.chars().enumerate() {
        if at > CHARACTERS {
            shown.push('…');
            break;
        }
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        match digits {
            0..=DIGITS => shown.push(c),
            n if n == DIGITS + 1 => shown.push('…'),
            _ => {}
        }
    }
    shown
}
