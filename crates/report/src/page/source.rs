//! Sources as pages, so that a link leads to a line without a network.

use std::collections::BTreeSet;

use maud::{DOCTYPE, PreEscaped, html};

use super::head;
use crate::audit::Source;

/// Where the page of a source is in the folder.
pub fn path(source: &str) -> String {
    format!("source/{source}.html")
}

/// A link from the page to a line of a source.
pub fn link(source: &str, line: usize) -> String {
    format!("{}#L{line}", path(source))
}

/// The lines of a source that a page links to.
pub fn linked(source: &str, page: &str) -> BTreeSet<usize> {
    let begin = format!("{}#L", path(source));
    let links = page.split(begin.as_str()).skip(1);
    let lines = links.map(|rest| {
        rest.split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or("")
    });
    lines.filter_map(|line| line.parse().ok()).collect()
}

/// The page of a source, with numbers beside every fifth line and anchors at those that are linked.
pub fn render(source: &Source, linked: &BTreeSet<usize>) -> String {
    let up = "../".repeat(path(&source.path).matches('/').count());
    let (mut numbers, mut text) = (String::new(), String::new());
    for (index, line) in source.text.lines().enumerate() {
        let number = index + 1;
        // Every fifth: enough to count from.
        if number % 5 == 0 || number == 1 {
            numbers += &number.to_string();
        }
        numbers.push('\n');
        let line = line
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text += &match linked.contains(&number) {
            true => format!("<span id=\"L{number}\">{line} </span>\n"),
            false => format!("{line}\n"),
        };
    }
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head { (head(&source.path, &up)) }
            body.source {
                main {
                    p { a href={ (up) (crate::INDEX) } { "Audit report" } " / " strong { (source.path) } }
                    div.listing tabindex="0" role="region" aria-label="Source" {
                        pre aria-hidden="true" { (PreEscaped(numbers)) }
                        pre { code { (PreEscaped(text)) } }
                    }
                }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linked_line_has_an_anchor_and_no_text_is_markup() {
        let source = Source {
            path: "a/b.rs".into(),
            text: "x\n1 < 2 && <b>\n".into(),
        };
        let index = format!("<a href=\"{}\">", link("a/b.rs", 2));
        let page = render(&source, &linked("a/b.rs", &index));
        assert!(page.contains("<span id=\"L2\">1 &lt; 2 &amp;&amp; &lt;b&gt; </span>"));
        assert!(!page.contains("id=\"L1\"") && page.contains("\"../../index.html\""));
    }
}
