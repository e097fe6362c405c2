//! Lists of images: lines of a path and a label.

use std::path::{Component, Path, PathBuf};

use super::{MAX_CLASSES, MAX_FILES, at_most, is_image};
use crate::DataError;

/// The most bytes of a list that are read.
pub const MAX_LIST_BYTES: u64 = 1 << 28;

/// The lines `path label` of a list: each path, as written, and its label, a whole number from 0. `list` is what errors call it.
///
/// The label is the last word of a line, so paths may contain spaces. Lines end in LF or CRLF; blank ones, and a byte order mark at the beginning, are
/// passed over. A path is relative, with slashes, without `..`, and ends as an image does. An image may come twice.
///
/// ```
/// use ufm_data::folder::parse_list;
/// let lines = parse_list("train.txt".as_ref(), "a/one image.png 0\r\nb/2.JPEG\t12\r\n")?;
/// assert_eq!((lines[0].0.to_str(), lines[1].1), (Some("a/one image.png"), 12));
/// let message = parse_list("train.txt".as_ref(), "a.png 0\n../b.png 1").unwrap_err().to_string();
/// assert_eq!(message, "train.txt:2: `../b.png` leaves the folder: paths must be relative, without `..`");
/// # Ok::<(), ufm_data::DataError>(())
/// ```
///
/// # Errors
/// [`DataError::List`] with the line; [`DataError::TooMany`] if there are more than [`MAX_FILES`]; [`DataError::Folder`] if there is none.
pub fn parse_list(list: &Path, text: &str) -> Result<Vec<(PathBuf, usize)>, DataError> {
    let mut images = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        images.push(entry(line).map_err(|why| DataError::List {
            list: list.to_owned(),
            line: at + 1,
            why,
        })?);
        at_most(list, "lines", images.len(), MAX_FILES)?;
    }
    if images.is_empty() {
        return Err(DataError::Folder {
            path: list.to_owned(),
            why: "lists no images: expected lines of a path and a label".to_owned(),
        });
    }
    Ok(images)
}

fn entry(line: &str) -> Result<(PathBuf, usize), String> {
    let (path, label) = line
        .rsplit_once(char::is_whitespace)
        .ok_or_else(|| format!("`{}` is one word: expected a path and a label", short(line)))?;
    let class = label
        .parse::<usize>()
        .ok()
        .filter(|&class| class < MAX_CLASSES && label.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| {
            let most = MAX_CLASSES - 1;
            format!(
                "label `{}`: must be a whole number 0 … {most}",
                short(label)
            )
        })?;
    let path = path.trim_end();
    let inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err(format!(
            "`{}` leaves the folder: paths must be relative, without `..`",
            short(path)
        ));
    }
    if !is_image(Path::new(path)) {
        return Err(format!(
            "`{}` is no image by its ending: must be .png, .jpg or .jpeg",
            short(path)
        ));
    }
    Ok((PathBuf::from(path), class))
}

/// What a message quotes of a long word.
fn short(word: &str) -> String {
    const MOST: usize = 200;
    match word.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_told_with_their_number() {
        let endless = "x".repeat(100_000);
        for (line, words) in [
            ("a.png", "one word"),
            ("a.png one", "label `one`"),
            ("a.png -1", "label `-1`"),
            ("a.png +1", "label `+1`"),
            ("a.png 1.0", "label `1.0`"),
            ("a.png 65536", "0 … 65535"),
            ("a.png 99999999999999999999", "0 … 65535"),
            ("/etc/a.png 1", "`/etc/a.png` leaves the folder"),
            ("a/../../b.png 1", "leaves the folder"),
            (".. 1", "leaves the folder"),
            ("a.gif 1", "no image by its ending"),
            (". 1", "no image by its ending"),
            ("png 1", "no image by its ending"),
            ("a.png, 1", "no image by its ending"),
            (endless.as_str(), "xxx…"),
        ] {
            let text = format!("good.png 0\r\n\r\n{line}\r\n");
            let error = parse_list(Path::new("list.txt"), &text).unwrap_err();
            let message = error.to_string();
            assert!(message.starts_with("list.txt:3: "), "{message}");
            assert!(message.contains(words) && message.len() < 1000, "{message}");
        }
        for empty in ["", "\n\n", " \r\n", "\u{feff}"] {
            let error = parse_list(Path::new("list.txt"), empty).unwrap_err();
            assert!(matches!(error, DataError::Folder { .. }), "{error}");
        }
    }

    #[test]
    fn lists_are_read_as_they_are_written() {
        let text = "\u{feff}./a b/c  d.png 3\r\n\n\tx.JpEg\t 0\nü.png 65535";
        let lines = parse_list(Path::new("l"), text).unwrap();
        let read: Vec<(&str, usize)> = lines
            .iter()
            .map(|(path, class)| (path.to_str().unwrap(), *class))
            .collect();
        let expected = [("./a b/c  d.png", 3), ("x.JpEg", 0), ("ü.png", 65535)];
        assert_eq!(read, expected);
    }
}
