//! Which claim rests on which, drawn: chapters from top to bottom, in each the claims after those they use.

use std::collections::BTreeMap;

use maud::{Markup, html};
use ufm_theorems::{Status, ledger::Ledger};

use crate::{Audit, dependencies::Proofs};

const WIDTH: f64 = 1120.0;
const BAND: f64 = 128.0;
const LETTER: f64 = 6.9;
const NODE: f64 = 26.0;
const BETWEEN: f64 = 14.0;
const ROW: f64 = 58.0;
const PADDING: f64 = 22.0;

/// Where a claim is drawn.
struct Node<'a> {
    id: &'a str,
    title: &'a str,
    status: Status,
    x: f64,
    y: f64,
    width: f64,
}

/// A chapter: its title, where it begins and where it ends.
type Band<'a> = (&'a str, f64, f64);

/// The section.
pub fn section(audit: &Audit, proofs: &Proofs) -> Markup {
    let ledger = &audit.ledger;
    let rests_on = proofs.between(ledger);
    let (nodes, bands, height) = layout(ledger);
    let statements = ledger.claims.iter();
    let statements =
        statements.flat_map(|c| c.uses.iter().map(|used| (used.as_str(), c.id.as_str())));
    let statements: Vec<(&str, &str)> = statements.collect();
    let of_proofs = rests_on.iter();
    let of_proofs =
        of_proofs.flat_map(|(id, others)| others.iter().map(|o| (o.as_str(), id.as_str())));
    let of_proofs: Vec<(&str, &str)> = of_proofs.collect();
    let place: BTreeMap<&str, &Node> = nodes.iter().map(|node| (node.id, node)).collect();
    html! {
        section id="graph" aria-labelledby="graph-h" {
            h2.head id="graph-h" { "Dependencies" }
            p { "What each claim rests on, above it. A claim’s own statement names those it " em { "uses" } "; its formal proof may name theorems of others. Point at a claim, or move to it with the keyboard, to see all it rests on and all that rests on it." }
            p.legend {
                label { input type="checkbox" name="statement" checked; span.swatch.statement {} (statements.len()) " uses of statements" }
                label { input type="checkbox" name="proof" checked; span.swatch.proof {} (of_proofs.len()) " uses in proofs" }
            }
            div.graph.scroll tabindex="0" role="region" aria-label="Dependency graph; every claim below says the same in words" {
                svg viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) {
                    @for (title, top, bottom) in &bands {
                        rect.band x="0" y=(top) width=(WIDTH) height=(bottom - top) {}
                        @for (index, line) in wrapped(title, 19).iter().enumerate() {
                            text.band-title x="12" y=(top + 26.0 + 15.0 * index as f64) { (line) }
                        }
                    }
                    @for (kind, edges) in [("proof", &of_proofs), ("statement", &statements)] {
                        @for (from, to) in edges {
                            @if let (Some(a), Some(b)) = (place.get(from), place.get(to)) {
                                path class={ "edge " (kind) } data-from=(from) data-to=(to) d=(curve(a, b, kind == "proof")) {}
                            }
                        }
                    }
                    @for node in &nodes {
                        a.node href={ "#claim-" (node.id) } data-id=(node.id) data-status=(node.status.name()) {
                            title { (node.title) " (" (node.status.name()) ")" }
                            rect x=(n(node.x)) y=(n(node.y)) width=(n(node.width)) height=(NODE) rx="5" {}
                            text x=(n(node.x + node.width / 2.0)) y=(n(node.y + 17.0)) text-anchor="middle" { (node.id) }
                        }
                    }
                }
            }
        }
    }
}

fn n(value: f64) -> String {
    format!("{value:.1}")
}

/// From below one node to above the other, or around the side within a row.
fn curve(from: &Node, to: &Node, shifted: bool) -> String {
    let shift = if shifted { 7.0 } else { 0.0 };
    let (x1, x2) = (
        from.x + from.width / 2.0 + shift,
        to.x + to.width / 2.0 + shift,
    );
    if to.y > from.y {
        let (y1, y2) = (from.y + NODE, to.y);
        let bend = ((y2 - y1) * 0.5).min(60.0);
        format!(
            "M{x1:.1} {y1:.1}C{x1:.1} {:.1} {x2:.1} {:.1} {x2:.1} {y2:.1}",
            y1 + bend,
            y2 - bend
        )
    } else {
        // A proof may name what comes later or stands beside it: from above to above.
        let (y1, y2) = (from.y, to.y);
        format!(
            "M{x1:.1} {y1:.1}C{x1:.1} {:.1} {x2:.1} {:.1} {x2:.1} {y2:.1}",
            y1 - 26.0,
            y2 - 26.0
        )
    }
}

/// Nodes, bands (title, top, bottom) and the height of all.
fn layout(ledger: &Ledger) -> (Vec<Node<'_>>, Vec<Band<'_>>, f64) {
    let mut nodes: Vec<Node> = Vec::new();
    let mut bands = Vec::new();
    let mut centre: BTreeMap<&str, f64> = BTreeMap::new();
    let mut y = 0.0;
    for chapter in &ledger.chapters {
        let members: Vec<_> = (ledger.claims.iter())
            .filter(|claim| claim.chapter == chapter.name)
            .collect();
        if members.is_empty() {
            continue;
        }
        let mut depth: BTreeMap<&str, usize> = BTreeMap::new();
        for claim in &members {
            let above = claim
                .uses
                .iter()
                .filter_map(|used| depth.get(used.as_str()));
            let own = above.max().map_or(0, |deepest| deepest + 1);
            depth.insert(&claim.id, own);
        }
        let top = y;
        y += PADDING;
        let deepest = depth.values().copied().max().unwrap_or(0);
        for level in 0..=deepest {
            let mut row: Vec<_> = members
                .iter()
                .filter(|c| depth[c.id.as_str()] == level)
                .collect();
            // Below the middle of what it uses, so that edges cross little.
            let wanted = |uses: &[String]| {
                let above: Vec<f64> = uses
                    .iter()
                    .filter_map(|u| centre.get(u.as_str()).copied())
                    .collect();
                match above.len() {
                    0 => WIDTH / 2.0,
                    number => above.iter().sum::<f64>() / number as f64,
                }
            };
            row.sort_by(|a, b| wanted(&a.uses).total_cmp(&wanted(&b.uses)));
            for line in lines(&row, |c| width(&c.id)) {
                let total: f64 = line.iter().map(|c| width(&c.id) + BETWEEN).sum::<f64>() - BETWEEN;
                let gap = ((WIDTH - BAND - 16.0 - total) / line.len() as f64).min(96.0);
                let mut x = BAND + (WIDTH - BAND - total - gap * (line.len() as f64 - 1.0)) / 2.0;
                for claim in line {
                    let width = width(&claim.id);
                    centre.insert(&claim.id, x + width / 2.0);
                    nodes.push(Node {
                        id: &claim.id,
                        title: &claim.title,
                        status: claim.status,
                        x,
                        y,
                        width,
                    });
                    x += width + BETWEEN + gap;
                }
                y += ROW;
            }
        }
        y += PADDING - (ROW - NODE);
        bands.push((chapter.title.as_str(), top, y));
        y += 6.0;
    }
    (nodes, bands, y)
}

fn width(id: &str) -> f64 {
    18.0 + LETTER * id.chars().count() as f64
}

/// The items of a row over as many lines as they need.
fn lines<T>(row: &[T], width: impl Fn(&T) -> f64) -> Vec<&[T]> {
    let room = WIDTH - BAND - 16.0;
    let total: f64 = row.iter().map(|item| width(item) + BETWEEN).sum();
    let number = (total / room).ceil().max(1.0) as usize;
    // One more where names of different lengths do not divide evenly.
    let fits = |size: usize| {
        row.chunks(size.max(1))
            .all(|line| line.iter().map(|i| width(i) + BETWEEN).sum::<f64>() <= room)
    };
    let mut size = row.len().div_ceil(number).max(1);
    while size > 1 && !fits(size) {
        size -= 1;
    }
    row.chunks(size).collect()
}

/// A title in lines of at most about this many letters.
fn wrapped(title: &str, letters: usize) -> Vec<String> {
    let short = title.split([':', ',']).next().unwrap_or(title);
    let mut lines: Vec<String> = Vec::new();
    for word in short.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also with three times as many claims, all on the canvas and none on another.
    #[test]
    fn every_claim_has_its_own_place() {
        let mut ledger = Ledger::unchecked("", &|_| None);
        let more: Vec<_> = (0..2)
            .flat_map(|copy| {
                ledger.claims.iter().map(move |claim| {
                    let mut claim = claim.clone();
                    claim.id = format!("{}-{copy}", claim.id);
                    claim
                })
            })
            .collect();
        ledger.claims.extend(more);
        let (nodes, bands, height) = layout(&ledger);
        assert_eq!(nodes.len(), ledger.claims.len());
        assert!(!bands.is_empty());
        for (index, a) in nodes.iter().enumerate() {
            assert!(
                a.x >= BAND && a.x + a.width <= WIDTH && a.y + NODE <= height,
                "{}",
                a.id
            );
            for b in &nodes[..index] {
                let apart =
                    a.x + a.width <= b.x || b.x + b.width <= a.x || (a.y - b.y).abs() >= NODE;
                assert!(apart, "{} on {}", a.id, b.id);
            }
        }
    }
}
