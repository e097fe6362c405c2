//! The folder's description of itself: RO-Crate.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{Audit, ReportError};

/// Name of the file.
pub const NAME: &str = "ro-crate-metadata.json";

/// The version of RO-Crate: its context and its profile.
const CONTEXT: &str = "https://w3id.org/ro/crate/1.2/context";
const PROFILE: &str = "https://w3id.org/ro/crate/1.2";
const PAPER: &str = "https://arxiv.org/abs/2601.12011";
const LICENCES: [(&str, &str); 2] = [
    ("https://spdx.org/licenses/MIT", "MIT License"),
    ("https://spdx.org/licenses/Apache-2.0", "Apache License 2.0"),
];

/// The description of these files, by path in the folder.
///
/// # Errors
/// [`ReportError::Json`] if it does not serialise; it does.
pub fn describe(audit: &Audit, files: &BTreeMap<String, Vec<u8>>) -> Result<String, ReportError> {
    let titles: BTreeMap<&str, &str> = audit
        .figures
        .iter()
        .flat_map(|figure| {
            figure
                .files
                .iter()
                .map(|file| (file.name.as_str(), figure.title.as_str()))
        })
        .collect();
    let parts: Vec<Value> = files.keys().map(|path| reference(path)).collect();
    let actions: Vec<Value> = audit
        .commands
        .iter()
        .filter(|c| c.run.is_some())
        .map(|c| reference(&action_id(c.line)))
        .collect();
    let mut graph = vec![
        json!({
            "@id": NAME,
            "@type": "CreativeWork",
            "about": reference("./"),
            "conformsTo": reference(PROFILE),
        }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": "Audit of claims, figures and proofs: why loss re-weighting works if you stop early",
            "description": format!("What is claimed, what supports it: {} claims and {} figures, with the commands that computed them.", audit.ledger.claims.len(), audit.figures.len()),
            "datePublished": audit.made.finished.get(..10).unwrap_or(&audit.made.finished),
            "license": reference(LICENCES[0].0),
            "creator": reference("#authors"),
            "citation": reference(PAPER),
            "mentions": actions,
            "hasPart": parts,
        }),
        json!({ "@id": "#authors", "@type": "Organization", "name": "The ufm-reweighting authors" }),
        json!({
            "@id": PAPER,
            "@type": "ScholarlyArticle",
            "name": "Why Loss Re-weighting Works If You Stop Early: Training Dynamics of Unconstrained Features",
            "author": "Zhao and Thrampoulidis",
        }),
        json!({
            "@id": "#workspace",
            "@type": "SoftwareApplication",
            "name": "ufm-reweighting, a Rust workspace",
            "url": PAPER,
            "version": audit.made.commit.clone().unwrap_or_else(|| "unknown".into()),
            "softwareRequirements": audit.made.toolchain,
        }),
    ];
    graph.extend(LICENCES.map(|(id, name)| json!({ "@id": id, "@type": "CreativeWork", "name": name, "description": format!("{name}: the workspace is under it, or the other, at the user's choice.") })));
    for (path, content) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut file = json!({
            "@id": path,
            "@type": "File",
            "name": titles.get(name).map_or_else(|| name.to_owned(), |title| format!("{title} ({name})")),
            "encodingFormat": format_of(path),
            "contentSize": content.len().to_string(),
            "sha256": ufm_support::digest::of(content),
        });
        if path == crate::INDEX {
            file["name"] = json!("The audit report");
        }
        graph.push(file);
    }
    for command in &audit.commands {
        let Some(run) = &command.run else { continue };
        graph.push(json!({
            "@id": action_id(command.line),
            "@type": "CreateAction",
            "name": command.line,
            "description": format!("{}; {:.1} s on {} threads; {}", command.computes, run.seconds, run.circumstances.threads, command.state.name()),
            "endTime": run.circumstances.finished,
            "instrument": reference("#workspace"),
            "agent": reference("#authors"),
            "object": [],
            "result": [reference(crate::LEDGER)],
        }));
    }
    let text = serde_json::to_string_pretty(&json!({ "@context": CONTEXT, "@graph": graph }))?;
    Ok(text + "\n")
}

fn reference(id: &str) -> Value {
    json!({ "@id": id })
}

fn action_id(line: &str) -> String {
    format!("#{}", line.replace(' ', "-"))
}

fn format_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("csv") => "text/csv",
        Some("pdf") => "application/pdf",
        Some("gif") => "image/gif",
        _ => "application/octet-stream",
    }
}
