//! `list`: what there is.

use anyhow::Result;
use ufm_figures::Figure;
use ufm_support::{print::say, tables::table};
use ufm_theorems::{Chapter, Claim};

use crate::exit::Outcome;

/// Prints figures with the claims they show, and claims with the figures that show them.
pub fn run() -> Result<Outcome> {
    let figures = ufm_figures::all();
    let mut shown = table(["chapter", "figure", "shows", "title"]);
    for chapter in ufm_theorems::CHAPTERS {
        for figure in figures.iter().filter(|figure| is_of(figure, chapter)) {
            let claims = figure.claims.join("\n");
            shown.add_row([chapter.name, figure.id, &claims, figure.title]);
        }
    }
    say(format_args!("{shown}\n"))?;
    let mut claims = table(["chapter", "claim", "kind", "source", "figures", "title"]);
    for (chapter, claim) in in_chapters() {
        let in_figures: Vec<&str> = figures
            .iter()
            .filter(|figure| figure.claims.contains(&claim.id))
            .map(|figure| figure.id)
            .collect();
        claims.add_row([
            chapter.name,
            claim.id,
            claim.kind.name(),
            claim.source.name(),
            &in_figures.join("\n"),
            claim.title,
        ]);
    }
    say(format_args!("{claims}"))?;
    Ok(Outcome::Fine)
}

/// Every claim with its chapter.
fn in_chapters() -> impl Iterator<Item = (&'static Chapter, &'static Claim)> {
    let with =
        |chapter: &'static Chapter| chapter.claims.iter().map(move |&claim| (chapter, claim));
    ufm_theorems::CHAPTERS.iter().flat_map(with)
}

/// Whether a figure belongs to a chapter: that of the first claim it shows. Those that show none are of real data.
fn is_of(figure: &Figure, chapter: &Chapter) -> bool {
    match figure.claims.first() {
        Some(first) => chapter.claims.iter().any(|claim| claim.id == *first),
        None => chapter.name == "networks",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_figure_is_of_one_chapter() {
        for figure in ufm_figures::all() {
            let chapters = ufm_theorems::CHAPTERS.iter();
            let number = chapters.filter(|chapter| super::is_of(figure, chapter));
            assert_eq!(number.count(), 1, "{}", figure.id);
        }
    }
}
