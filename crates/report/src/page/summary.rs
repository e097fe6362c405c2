//! What it comes to, on one screen.

use maud::{Markup, html};
use ufm_theorems::{Status, ledger::Ledger};

use super::{chip, counted, day, duration, hero};
use crate::{
    Audit, ReportError,
    audit::{Circumstances, State},
};

/// What a status says of a claim or a part.
fn meaning(status: Status) -> &'static str {
    match status {
        Status::Proved => "machine-checked by Coq, and no finding against it",
        Status::Tested => "numerical or statistical check, which false neighbours fail",
        Status::NotRun => "nothing found for or against it here",
        Status::Missing => "stated, and nothing supports it",
        Status::Failed => "not reproduced",
    }
}

/// Sentences by the claims they are about.
struct Sentence {
    says: String,
    claims: [&'static str; 2],
}

fn sentences() -> Result<[Sentence; 3], ReportError> {
    let [vanilla, reweighted] = hero::windows()?;
    let (ratio, supremum) = (hero::RATIO, ufm_theory::windows::SUPREMUM);
    Ok([
        Sentence {
            says: format!(
                "Without weights gradient flow learns majority directions first: at imbalance R = {ratio} the last direction is half learned {:.0} times as late as the first, in general √R times, without bound.",
                1.0 + vanilla
            ),
            claims: ["majority-first", "vanilla-window"],
        },
        Sentence {
            says: format!(
                "Weights n_c^(−½) give majority and minority the same rate: with equal halves, in the flow projected on the labels, the last is half learned {:.2} times as late as the first at R = {ratio}, and less than {:.3} times at any R.",
                1.0 + reweighted,
                1.0 + supremum
            ),
            claims: ["flattening", "window-bound"],
        },
        Sentence {
            says: "From one spectral start both end at the same layers, which interpolate the labels, so nothing is left of the difference: the benefit is early or never.".into(),
            claims: ["terminal-interpolation", "terminal-layers"],
        },
    ])
}

/// The section.
pub fn section(audit: &Audit) -> Result<Markup, ReportError> {
    let claims = &audit.ledger.claims;
    let parts = claims.iter().flat_map(|c| &c.parts);
    let statuses = counted(claims.iter().map(|c| c.status));
    let of_parts = counted(parts.clone().map(|p| p.status));
    let empirical = claims.iter().filter(|c| c.kind == "empirical").count();
    Ok(html! {
        section id="summary" aria-labelledby="summary-h" {
            p.eyebrow { "Audit report · arXiv:2601.12011, Zhao & Thrampoulidis" }
            h1 id="summary-h" { "Why loss re-weighting works if you stop early" }
            (hero::figure()?)
            ol.message {
                @for sentence in sentences()? {
                    li { (super::words(&sentence.says)) " " span.by { @for id in sentence.claims { (by(&audit.ledger, id)) " " } } }
                }
            }
            p.total {
                strong { (claims.len()) } " claims in " strong { (parts.clone().count()) } " parts, "
                strong { (claims.iter().filter(|c| super::is_of_paper(c)).count()) } " of them the paper’s and "
                strong { (empirical) } " of them empirical. Each is what its worst part is."
            }
            div.scroll tabindex="0" role="region" aria-label="How many claims have which status" {
            table.counts {
                thead { tr { th scope="col" { "status" } th.n scope="col" { "claims" } th.n scope="col" { "parts" } th scope="col" { "what it says" } } }
                tbody {
                    @for ((status, of_claims), (_, of_parts)) in statuses.iter().zip(&of_parts) {
                        tr {
                            th scope="row" { (chip(*status)) }
                            td.n { (of_claims) } td.n { (of_parts) }
                            td { (meaning(*status)) }
                        }
                    }
                }
            }
            }
            @if !audit.skipped.is_empty() {
                aside.note aria-label="What was left out" {
                    h2 { "Left out here" }
                    ul { @for skipped in &audit.skipped {
                        li { (super::prose(&skipped.what)) @if !skipped.mend.is_empty() { ": " code { (skipped.mend) } } }
                    } }
                }
            }
            h2 { "When, and on what" }
            div.scroll tabindex="0" role="region" aria-label="Commands and when they ran" {
            table.runs {
                thead { tr { th scope="col" { "command" } th scope="col" { "computes" } th scope="col" { "result" } th scope="col" { "finished" } th.n scope="col" { "took" } th.n scope="col" { "threads" } th scope="col" { "commit" } } }
                tbody {
                    @for command in &audit.commands {
                        tr {
                            th scope="row" { code { (command.line) } }
                            td { (command.computes) }
                            td { span class={ "state " (match command.state { State::Current => "current", State::Stale => "stale", State::Missing => "absent" }) } { (command.state.name()) } }
                            @match &command.run {
                                Some(run) => {
                                    td { (day(&run.circumstances.finished)) }
                                    td.n { (duration(run.seconds)) }
                                    td.n { (run.circumstances.threads) }
                                    td { (commit(&run.circumstances)) }
                                }
                                None => { td { "–" } td.n { "–" } td.n { "–" } td { "–" } }
                            }
                        }
                    }
                }
            }
            }
            (circumstances(&audit.made))
        }
    })
}

/// A claim behind a sentence; nothing if there is none of this name.
fn by(ledger: &Ledger, id: &str) -> Markup {
    let claim = ledger.claims.iter().find(|claim| claim.id == id);
    html! { @if let Some(claim) = claim { a href={ "#claim-" (id) } { (id) } " " (chip(claim.status)) } }
}

fn commit(made: &Circumstances) -> Markup {
    let short = made.commit.as_deref().map(|id| id.get(..12).unwrap_or(id));
    html! {
        code { (short.unwrap_or("unknown")) }
        @if made.changed { " with changes" }
    }
}

fn circumstances(made: &Circumstances) -> Markup {
    html! {
        dl.facts {
            div { dt { "page made" } dd { (day(&made.finished)) } }
            div { dt { "commit" } dd { (commit(made)) } }
            div { dt { "toolchain" } dd { (made.toolchain) } }
            div { dt { "dependencies" } dd { "Cargo.lock, SHA-256 " code.hash { (made.dependencies) } } }
            div { dt { "processor" } dd { (made.processor) ", " (made.threads) " threads" } }
        }
    }
}
