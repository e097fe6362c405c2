//! The figures, and beside each what is stated that it shows.

use maud::{Markup, html};

use super::{chip, duration, prose, source, words};
use crate::{Audit, audit::Figure};

/// The section.
pub fn section(audit: &Audit) -> Markup {
    let all = audit.figures.iter();
    let with = all.clone().filter(|figure| figure.run.is_some()).count();
    html! {
        section id="figures" aria-labelledby="figures-h" {
            h2.head id="figures-h" { "Figures" }
            p { (audit.figures.len()) " figures, " (with) " of them compared byte for byte with what their parameters make them, on the sources as they are. A figure is " em { "recomputed" }
                " from its parameters, or " em { "redrawn" } " from kept runs or tables of networks, which " code { "cargo xtask figures --fresh" } " and " code { "cargo xtask study" } " train again. SHA-256 is of the files under version control; on this page their coordinates are rounded to a twentieth of a point." }
            div.gallery { @for figure in all { (article(audit, figure)) } }
            @if !audit.studies.is_empty() {
                h3 { "Studies" }
                ul { @for study in &audit.studies {
                    li { a href=(source::link(&study.path, 1)) { (study.title) }
                        @if !study.tables.is_empty() { ": " @for (index, table) in study.tables.iter().enumerate() { @if index > 0 { ", " } a href=(source::link(table, 1)) { (table.rsplit('/').next().unwrap_or(table)) } } } }
                } }
            }
        }
    }
}

fn article(audit: &Audit, figure: &Figure) -> Markup {
    let claims = audit.ledger.claims.iter();
    let claims = claims.filter(|claim| figure.claims.contains(&claim.id));
    let claims: Vec<_> = claims.collect();
    html! {
        article.figure id={ "figure-" (figure.id) } {
            figure {
                @match figure.file(".svg") {
                    Some(file) => { img src={ "figures/" (file.name) } alt={ (figure.title) ". " (figure.caption) } loading="lazy" decoding="async"; },
                    None => { p.absent { "Not drawn: its data are not at hand." } },
                }
                figcaption { strong { (figure.title) ". " } (prose(&figure.caption)) }
            }
            @if claims.is_empty() { p.small { "Shows no claim: it is of data, and describes." } }
            @else {
                h4 { "What is stated" }
                ul.stated {
                    @for claim in claims {
                        li { a href={ "#claim-" (claim.id) } { (words(&claim.title)) } " " (chip(claim.status)) " "
                            span.small { @if super::is_of_paper(claim) { "The paper’s, " (claim.source_place) ": " } @else { "This project’s: " } }
                            (words(&claim.statement)) }
                    }
                }
            }
            p.meta {
                (run(figure))
                @for ending in [".csv", ".pdf", ".gif"] {
                    @if let Some(file) = figure.file(ending) { " · " a href={ "figures/" (file.name) } { (ending[1..].to_uppercase()) } }
                }
                " · " a href=(source::link(&figure.code, 1)) { "code" }
            }
            details.block {
                summary { "Parameters, seeds, SHA-256" }
                div.scroll tabindex="0" role="region" aria-label={ "Parameters of " (figure.id) } {
                    table { tbody { @for (name, value) in &figure.parameters { tr { th scope="row" { code { (name) } } td { (value) } } } } }
                }
                ul.hashes { @for file in &figure.files {
                    li { code { (file.name) } " " code.hash { (file.sha256) } " " @if file.recorded { span.yes { "as recorded" } } @else { span.no { "not as recorded" } } }
                } }
            }
        }
    }
}

/// How it came about.
fn run(figure: &Figure) -> Markup {
    html! {
        @match &figure.run {
            None => span.state.absent { "not compared on these sources" },
            Some(run) => {
                @if run.differences.is_empty() { span.state.current { (if run.recomputed { "recomputed" } else { "redrawn" }) ", every byte agrees" } }
                @else { span.state.stale { "differs: " (run.differences.join("; ")) } }
                " in " (duration(run.seconds))
            },
        }
    }
}
