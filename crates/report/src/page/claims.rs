//! The claims by chapter.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, PreEscaped, html};
use ufm_theorems::{
    Status,
    ledger::{ClaimRecord, ControlRecord, FindingRecord, ValueRecord},
};

use super::{chip, claim_link, counted, formal::Statements, scientific, source, words};
use crate::{Audit, ReportError, dependencies::Proofs, math::to_mathml};

/// The letters of the formulas.
const NOTATION: [(&str, &str); 9] = [
    (
        r"k,\ n_c,\ N,\ R",
        "classes, samples of class c, all samples, majority over minority size; STEP labels have k_maj classes of one size and k_min of another",
    ),
    (
        r"Z=U\Sigma V^\top,\ P",
        "the centred one-hot labels and their singular values σ; P = I − 11ᵀ/k",
    ),
    (r"W,\ H,\ L=WH", "classifier, free features, logits"),
    (
        r"\omega_c=n_c^{-\gamma},\ \Omega,\ \lambda",
        "sample weights, their diagonal matrix, the weight that a singular direction feels",
    ),
    (
        r"\delta,\ s,\ t_{1/2},\ T,\ \Delta T",
        "scale of the start e^(−δ), amplitude of a direction, time at σ/2, its limit over δ, and last over first of these less one, the relative window",
    ),
    (
        r"a,\ \hat a,\ b,\ \tau,\ s^*",
        "test, training and balanced test accuracy of networks, the step at which one half is reached, the best stopping step; A is an advantage of weights",
    ),
    (
        r"\rho",
        "growth rate out of a small start, a singular value of ZΩ or of ZΩXᵀ",
    ),
    (
        r"x,\ y,\ f,\ \ell_r",
        "in exact-window-bound: logits over targets of majority and minority samples in the contrast, its fraction, the logistic curve of rate r",
    ),
    (
        r"p,\ q,\ \alpha,\ m",
        "share of minority classes; classes of a group (a margin in early-benefit and at test time); share of a feature common to its class; samples of a minority class (m_c: strength of class c)",
    ),
];

/// The section.
pub fn section(audit: &Audit, proofs: &Proofs) -> Result<Markup, ReportError> {
    let statements = Statements::read(&audit.statements);
    let mut used_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for claim in &audit.ledger.claims {
        for used in &claim.uses {
            used_by.entry(used).or_default().push(&claim.id);
        }
    }
    let context = Context {
        audit,
        proofs,
        statements: &statements,
        used_by: &used_by,
        rests_on: &proofs.between(&audit.ledger),
    };
    let mut chapters = Vec::new();
    for chapter in &audit.ledger.chapters {
        let claims = audit.ledger.claims.iter();
        let articles = claims
            .filter(|claim| claim.chapter == chapter.name)
            .map(|claim| context.article(claim))
            .collect::<Result<Vec<_>, _>>()?;
        chapters.push((chapter, articles));
    }
    let notation = NOTATION.map(|(letters, means)| to_mathml(letters).map(|m| (m, means)));
    let notation = notation.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section id="claims" aria-labelledby="claims-h" {
            h2.head id="claims-h" { "Claims" }
            p { "A statement comes in parts. A part is " em { "proved" } " if Coq’s kernel accepts every theorem it cites, " em { "tested" }
                " if it rests on findings only, each within its tolerance and each broken by a " em { "control" } ", a nearby false statement put through the same check." }
            details.notation {
                summary { "Notation" }
                dl { @for (mathml, means) in &notation { div { dt { (PreEscaped(mathml)) } dd { (words(means)) } } } }
            }
            (filter(audit))
            @for (chapter, articles) in &chapters {
                @if !articles.is_empty() {
                    div.chapter id={ "chapter-" (chapter.name) } {
                        h3.chapter-title { (chapter.title) }
                        @for article in articles { (article) }
                    }
                }
            }
            @if statements.number_of_definitions() > 0 {
                details id="definitions" {
                    summary { (statements.number_of_definitions()) " formal definitions that the statements mention, as Coq prints them" }
                    (statements.definitions())
                }
            }
        }
    })
}

/// The filter; it needs the script, and is not shown without.
fn filter(audit: &Audit) -> Markup {
    let claims = &audit.ledger.claims;
    let kinds: BTreeSet<&str> = claims.iter().map(|c| c.kind.as_str()).collect();
    let statuses = counted(claims.iter().map(|c| c.status));
    html! {
        form.filter role="search" aria-label="Filter claims" {
            label { "Text" input type="search" name="text" placeholder="window, √R, Coq name…"; }
            label { "Kind" select name="kind" { option value="" { "all" } @for kind in kinds { option value=(kind) { (kind) } } } }
            label { "Status" select name="status" { option value="" { "all" } @for (status, number) in statuses { @if number > 0 { option value=(status.name()) { (status.name()) } } } } }
            label { "Chapter" select name="chapter" { option value="" { "all" } @for chapter in &audit.ledger.chapters { option value=(chapter.name) { (chapter.title) } } } }
            button type="reset" { "Clear" }
            output aria-live="polite" { (claims.len()) " claims" }
        }
    }
}

/// What an article looks up.
struct Context<'a> {
    audit: &'a Audit,
    proofs: &'a Proofs,
    statements: &'a Statements<'a>,
    used_by: &'a BTreeMap<&'a str, Vec<&'a str>>,
    rests_on: &'a BTreeMap<String, BTreeSet<String>>,
}

impl Context<'_> {
    fn article(&self, claim: &ClaimRecord) -> Result<Markup, ReportError> {
        let id = claim.id.as_str();
        let figures = self
            .audit
            .figures
            .iter()
            .filter(|f| f.claims.iter().any(|c| c == id));
        let figures: Vec<&str> = figures.map(|figure| figure.id.as_str()).collect();
        Ok(html! {
            article.claim id={ "claim-" (id) } data-kind=(claim.kind) data-status=(claim.status.name()) data-chapter=(claim.chapter) {
                header {
                    h4 { (words(&claim.title)) }
                    (chip(claim.status))
                }
                p.meta {
                    a href=(source::link(&claim.path, self.line(&claim.path, "pub const CLAIM"))) { code { (id) } }
                    " · " (claim.kind) " · "
                    @if super::is_of_paper(claim) { "the paper’s, " (claim.source_place) } @else { (claim.source_place) "’s" }
                }
                div.math tabindex="0" role="group" aria-label="Formula" { (PreEscaped(to_mathml(&claim.math)?)) }
                @if !claim.given.is_empty() { p.given { (words(&claim.given)) " …" } }
                (parts(claim))
                @if let Some(why) = &claim.evidence.not_run { p.why { "Not run: " (super::prose(why)) "." } }
                @if let Some(why) = &claim.evidence.error { p.why { "The check could not be carried out: " (why) } }
                @for trouble in &claim.troubles { p.why { (super::prose(trouble)) } }
                (evidence(claim))
                @if !claim.controls.is_empty() { (controls(claim)) }
                @if !claim.theorems().is_empty() {
                    details.block { summary { (claim.theorems().len()) " formal " (plural(claim.theorems().len(), "statement")) ", as Coq prints " (if claim.theorems().len() == 1 { "it" } else { "them" }) }
                        @for theorem in claim.theorems() { (self.statements.theorem(theorem, self.audit, self.proofs)) }
                    }
                }
                p.links {
                    @if !figures.is_empty() { span { "Shown in " (list(figures.iter().map(|id| html! { a href={ "#figure-" (id) } { (id) } }))) } }
                    @if !claim.uses.is_empty() { span { "Uses " (list(claim.uses.iter().map(|id| claim_link(id)))) } }
                    @if let Some(users) = self.used_by.get(id) { span { "Used by " (list(users.iter().map(|id| claim_link(id)))) } }
                    @if let Some(others) = self.rests_on.get(id) { span { "Its proofs name those of " (list(others.iter().map(|id| claim_link(id)))) } }
                }
            }
        })
    }

    /// The line of a source on which this text stands; its first if there is none.
    fn line(&self, path: &str, text: &str) -> usize {
        let source = self.audit.sources.iter().find(|source| source.path == path);
        let line = source.and_then(|s| s.text.lines().position(|line| line.contains(text)));
        line.map_or(1, |line| line + 1)
    }
}

fn list(items: impl Iterator<Item = Markup>) -> Markup {
    html! { @for (index, item) in items.enumerate() { @if index > 0 { ", " } (item) } }
}

fn plural(number: usize, word: &str) -> String {
    if number == 1 {
        word.to_owned()
    } else {
        format!("{word}s")
    }
}

fn parts(claim: &ClaimRecord) -> Markup {
    html! {
        ol.parts {
            @for part in &claim.parts {
                li {
                    span.says { (words(&part.says)) "." }
                    span.support {
                        (chip(part.status))
                        @for theorem in &part.theorems { " " code.theorem { (theorem) } }
                        @for finding in &part.findings {
                            " "
                            // What was not run has no row to lead to.
                            @if claim.evidence.findings.iter().any(|f| f.id == *finding) { a.finding href={ "#finding-" (claim.id) "-" (finding) } { (finding) } }
                            @else { span.finding { (finding) } }
                        }
                    }
                }
            }
        }
    }
}

fn evidence(claim: &ClaimRecord) -> Markup {
    let evidence = &claim.evidence;
    html! {
        @if !evidence.findings.is_empty() {
            details.block {
                summary {
                    (evidence.findings.len()) " " (plural(evidence.findings.len(), "finding")) " over " (claim.cases()) " cases"
                    @if let Some(tightest) = claim.tightest().filter(|f| f.residual != Some(0.0)) { ", nearest to its tolerance: " (scientific(tightest.residual)) " of " (scientific(Some(tightest.tolerance))) }
                    @else { ", every one exact" }
                    ", " (super::duration(claim.seconds))
                }
                div.scroll tabindex="0" role="region" aria-label={ "Findings of " (claim.id) } {
                    table { thead { tr { th scope="col" { "finding" } th scope="col" { "what was checked" } th.n scope="col" { "cases" } th.n scope="col" { "largest residual" } th.n scope="col" { "tolerance" } th scope="col" { "" span.hidden { "outcome" } } } }
                    tbody { @for finding in &evidence.findings { (row(claim, finding)) } } }
                }
                (values("Computed", &evidence.values))
                (values("Measured, with confidence intervals where they are named", &evidence.measured))
            }
        }
    }
}

fn row(claim: &ClaimRecord, finding: &FindingRecord) -> Markup {
    html! {
        tr id={ "finding-" (claim.id) "-" (finding.id) } {
            th scope="row" { code { (finding.id) } }
            td { (words(&finding.what)) @if !finding.worst_case.is_empty() { span.small { " worst at " (finding.worst_case) } } }
            td.n { (finding.cases) }
            td.n { (scientific(finding.residual)) }
            td.n { @if finding.tolerance == 0.0 { "exactly" } @else { (scientific(Some(finding.tolerance))) } }
            td { @if finding.holds { span.yes { "holds" } } @else { (chip(Status::Failed)) } }
        }
    }
}

fn values(heading: &str, values: &[ValueRecord]) -> Markup {
    html! {
        @if !values.is_empty() {
            p.small.caption { (heading) }
            dl.values { @for value in values { div { dt { (value.name) } dd { (value.shown) } } } }
        }
    }
}

fn controls(claim: &ClaimRecord) -> Markup {
    let broken = |control: &ControlRecord| {
        html! {
            @if let Some(error) = &control.error { (error) }
            @else { (list(control.broken.iter().map(|id| html! { code { (id) } }))) }
        }
    };
    html! {
        details.block {
            summary { (claim.rejected()) " of " (claim.controls.len()) " controls rejected" }
            div.scroll tabindex="0" role="region" aria-label={ "Controls of " (claim.id) } {
                table { thead { tr { th scope="col" { "false neighbour" } th scope="col" { "must break" } th scope="col" { "broke" } th scope="col" { "" span.hidden { "outcome" } } } }
                tbody { @for control in &claim.controls {
                    tr {
                        th scope="row" { (words(&control.what)) }
                        td { (list(control.breaks.iter().map(|id| html! { code { (id) } }))) }
                        td { (broken(control)) }
                        td { @if control.rejected() { span.yes { "rejected" } } @else if claim.evidence.not_run.is_some() { (chip(Status::NotRun)) } @else { (chip(Status::Failed)) } }
                    }
                } } }
            }
        }
    }
}
