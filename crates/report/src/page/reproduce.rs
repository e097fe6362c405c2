//! How to do all of it again, and what of an artifact review is answered where.

use maud::{Markup, html};
use ufm_theorems::Status;

use super::source;
use crate::{Audit, audit::State};

/// One line of the checklist: the badge, what it asks, what answers.
type Item = (&'static str, &'static str, Markup);

fn checklist(audit: &Audit) -> Vec<Item> {
    let claims = &audit.ledger.claims;
    let current = audit
        .commands
        .iter()
        .filter(|c| c.state == State::Current)
        .count();
    let controls: usize = claims.iter().map(|c| c.controls.len()).sum();
    let rejected: usize = claims.iter().map(|c| c.rejected()).sum();
    let agreeing = audit
        .figures
        .iter()
        .filter(|f| f.run.as_ref().is_some_and(|r| r.differences.is_empty()))
        .count();
    let bad = claims
        .iter()
        .filter(|c| matches!(c.status, Status::Failed | Status::Missing))
        .count();
    let link = |path: &str| html! { @if audit.sources.iter().any(|s| s.path == path) { a href=(source::link(path, 1)) { (path) } } @else { code { (path) } } };
    vec![
        (
            "available",
            "licence, citation, an archive with an identifier",
            html! { "MIT or Apache-2.0; " (link("CITATION.cff")) ". An archive with a DOI is the authors’ to deposit: there is none, and the badge is not met by this page." },
        ),
        (
            "functional",
            "documented",
            html! { (link("README.md")) ", " (link("CONTRIBUTING.md")) ", and " code { "cargo xtask doc" } " for every item." },
        ),
        (
            "functional",
            "consistent: artefacts belong to the claims",
            html! { (claims.len()) " claims and " (audit.figures.len()) " figures name each other; a figure’s caption stands beside what is stated." },
        ),
        (
            "functional",
            "complete",
            html! { @if bad == 0 { "No part is failed or missing" } @else { (bad) " claims are failed or missing" } "; what was left out is listed in the summary." },
        ),
        (
            "functional",
            "exercisable",
            html! { (current) " of " (audit.commands.len()) " commands have results of the sources as they are." },
        ),
        (
            "reusable",
            "structured, tested, licensed for it",
            html! { "One crate for each concern; " (rejected) " of " (controls) " controls rejected, each a false statement that a check must refuse; " code { "ufm" } " on the command line and from Python." },
        ),
        (
            "reproduced",
            "main results obtained again, by the artefact",
            html! { (agreeing) " figures agree byte for byte; " (claims.iter().filter(|c| super::is_of_paper(c) && matches!(c.status, Status::Proved | Status::Tested)).count()) " of " (claims.iter().filter(|c| super::is_of_paper(c)).count()) " of the paper’s claims hold here. Badges are a reviewer’s to give." },
        ),
    ]
}

/// The section.
pub fn section(audit: &Audit) -> Markup {
    html! {
        section id="reproduce" aria-labelledby="reproduce-h" {
            h2.head id="reproduce-h" { "Reproduce" }
            p { "In a checkout" @if let Some(commit) = &audit.made.commit { " of " code { (commit) } } ", with Rust as " code { "rust-toolchain.toml" } " says:" }
            ol.commands { @for command in &audit.commands {
                li { code { (command.line) } span { (command.computes) @if let Some(run) = &command.run { ", took " (super::duration(run.seconds)) } } }
            }
            li { code { "cargo xtask report" } span { "this page; with " code { "--all" } " the commands above first; with " code { "--check" } " a browser looks at it" } }
            li { code { "bash .ci/run" } span { "everything that must stay true, tests and lints included" } } }
            h3 { "What it needs" }
            ul {
                li { "Coq, for the formal proofs: " code { "apt-get install --no-install-recommends coq libcoq-coquelicot libcoq-mathcomp-algebra libcoq-interval" } }
                li { "MNIST, for claims and figures named " code { "mnist-…" } ": " code { "cargo xtask data mnist" } }
                li { "Without either the rest is built, and shown as " em { "not run" } "." }
            }
            h3 { "For an artifact review" }
            p { "In the terms of the ACM’s and USENIX’s badges. No CODECHECK certificate is claimed: that is somebody else’s to give." }
            div.scroll tabindex="0" role="region" aria-label="Checklist" {
                table.checklist {
                    thead { tr { th scope="col" { "badge" } th scope="col" { "asks for" } th scope="col" { "answer" } } }
                    tbody { @for (badge, asks, answer) in checklist(audit) { tr { th scope="row" { (badge) } td { (asks) } td { (answer) } } } }
                }
            }
            p { "This folder describes itself as an RO-Crate: " a href=(crate::metadata::NAME) { (crate::metadata::NAME) } ". The ledger of claims: " a href=(crate::LEDGER) { (crate::LEDGER) } "." }
        }
    }
}
