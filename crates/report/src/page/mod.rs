//! The page, section by section.

mod claims;
mod explore;
mod figures;
mod formal;
mod graph;
mod hero;
mod reproduce;
pub mod source;
mod summary;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use ufm_theorems::{Status, ledger::ClaimRecord};

use crate::{Audit, ReportError, dependencies::Proofs};

/// Sections by the anchor that leads to them.
const SECTIONS: [(&str, &str); 6] = [
    ("summary", "Summary"),
    ("claims", "Claims"),
    ("graph", "Dependencies"),
    ("figures", "Figures"),
    ("explore", "Explore"),
    ("reproduce", "Reproduce"),
];

/// Sets the theme before anything is drawn.
const THEME: &str = "try{const t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch{}document.documentElement.classList.add('js')";

/// The whole page.
///
/// # Errors
/// [`ReportError`] if a formula is not understood or a closed form is asked for outside its domain.
pub fn render(audit: &Audit) -> Result<String, ReportError> {
    let proofs = Proofs::read(&audit.sources);
    let sections = [
        summary::section(audit)?,
        claims::section(audit, &proofs)?,
        graph::section(audit, &proofs),
        figures::section(audit),
        explore::section()?,
        reproduce::section(audit),
    ];
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                (head("Audit: why loss re-weighting works if you stop early", ""))
                script { (PreEscaped(THEME)) }
            }
            body {
                a.skip href="#summary" { "Skip to the summary" }
                header.top {
                    nav aria-label="Sections" {
                        ul {
                            @for (id, title) in SECTIONS { li { a href={ "#" (id) } { (title) } } }
                        }
                    }
                    button.theme type="button" aria-label="Dark or light" { "◐" }
                }
                main {
                    @for section in sections { (section) }
                }
                footer {
                    p { "Made by " code { "cargo xtask report" } " on " (day(&audit.made.finished)) " out of what the other commands computed. The same ledger, as data: "
                        a href=(crate::LEDGER) { (crate::LEDGER) } ", schema " (audit.ledger.schema) ", and " a href=(crate::metadata::NAME) { (crate::metadata::NAME) } "." }
                }
                script src="explore.js" {}
                script src="page.js" {}
            }
        }
    };
    Ok(page.into_string())
}

/// What every page's head holds; `up` leads from the page to the folder of the report.
fn head(title: &str, up: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        title { (title) }
        link rel="icon" href="data:,";
        link rel="stylesheet" href={ (up) "page.css" };
    }
}

/// A status as a chip.
fn chip(status: Status) -> Markup {
    let class = match status {
        Status::Proved => "proved",
        Status::Tested => "tested",
        Status::NotRun => "notrun",
        Status::Missing => "missing",
        Status::Failed => "failed",
    };
    html! { span class={ "chip " (class) } { (status.name()) } }
}

/// How many of each status there are, as words.
fn counted(found: impl Iterator<Item = Status> + Clone) -> Vec<(Status, usize)> {
    let counted = Status::ALL.into_iter().map(|status| {
        let number = found.clone().filter(|s| *s == status).count();
        (status, number)
    });
    counted.collect()
}

/// Text in which `code` between backquotes is set as such.
fn prose(text: &str) -> Markup {
    html! {
        @for (index, piece) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

/// Words of a statement, in which `σ_maj` has an index and `R^(½ − γ)` an exponent.
fn words(text: &str) -> Markup {
    let Some(at) = text.find(['_', '^']) else {
        return html! { (text) };
    };
    let (before, rest) = text.split_at(at);
    let inside = |rest: &str| {
        let mut depth = 0;
        rest.char_indices().find_map(|(index, c)| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            (depth == 0).then_some(index)
        })
    };
    if let Some(exponent) = rest.strip_prefix('^').filter(|r| r.starts_with('('))
        && let Some(end) = inside(exponent)
    {
        return html! { (before) sup { (words(&exponent[1..end])) } (words(&exponent[end + 1..])) };
    }
    let index = &rest[1..];
    let end = index
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(index.len());
    if rest.starts_with('_') && end > 0 && before.ends_with(char::is_alphabetic) {
        return html! { (before) sub { (index[..end]) } (words(&index[end..])) };
    }
    html! { (before) (rest[..1]) (words(index)) }
}

/// A link to a claim.
fn claim_link(id: &str) -> Markup {
    html! { a href={ "#claim-" (id) } { (id) } }
}

/// The anchor of a name that holds dots.
fn anchor(name: &str) -> String {
    name.replace('.', "-")
}

/// Date and minute of an RFC 3339 time.
fn day(time: &str) -> String {
    let minute = time.get(..16).unwrap_or(time);
    format!("{} UTC", minute.replace('T', " "))
}

/// A number of seconds in words that fit it.
fn duration(seconds: f64) -> String {
    if seconds >= 120.0 {
        format!(
            "{:.0} min {:02.0} s",
            (seconds / 60.0).floor(),
            seconds % 60.0
        )
    } else if seconds >= 10.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{seconds:.2} s")
    }
}

/// A residual or tolerance.
fn scientific(value: Option<f64>) -> String {
    match value {
        None => "∞".into(),
        Some(0.0) => "0".into(),
        Some(value) => format!("{value:.1e}").replace('-', "−"),
    }
}

/// Whether a claim is of the paper.
fn is_of_paper(claim: &ClaimRecord) -> bool {
    claim.source == "paper"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(duration(0.5), "0.50 s");
        assert_eq!(duration(119.0), "119 s");
        assert_eq!(duration(605.0), "10 min 05 s");
        assert_eq!(scientific(Some(1.25e-7)), "1.2e−7");
        assert_eq!(scientific(None), "∞");
        assert_eq!(day("2026-11-24T16:00:12Z"), "2026-11-24 16:00 UTC");
        let exponents = words("n_c^(−½) and e^(f(2δ)) of a ^ b_ (x)").into_string();
        assert_eq!(
            exponents,
            "n<sub>c</sub><sup>−½</sup> and e<sup>f(2δ)</sup> of a ^ b_ (x)"
        );
        let markup = prose("a `b` & c").into_string();
        assert_eq!(markup, "a <code>b</code> &amp; c");
    }
}
