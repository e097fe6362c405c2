//! `list`: what there is.

use anyhow::Result;
use ufm_support::{print::say, tables::table};

use crate::exit::Outcome;

/// Prints figures with the claims they show, and claims with the figures that show them.
pub fn run() -> Result<Outcome> {
    let figures = ufm_figures::all();
    let mut shown = table(["figure", "shows", "title"]);
    for figure in figures {
        shown.add_row([figure.id, &figure.claims.join("\n"), figure.title]);
    }
    say(format_args!("{shown}\n"))?;
    let mut claims = table(["claim", "kind", "source", "figures", "title"]);
    for claim in ufm_theorems::CLAIMS {
        let in_figures: Vec<&str> = figures
            .iter()
            .filter(|figure| figure.claims.contains(&claim.id))
            .map(|figure| figure.id)
            .collect();
        claims.add_row([
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
