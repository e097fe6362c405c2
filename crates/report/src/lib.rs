//! The audit report: one page on which a reviewer sees what is claimed, what supports it, and can touch it.
//!
//! [`Audit`] is everything the page shows, as plain data that other commands have computed; [`files`] makes of it a self-contained folder: the page,
//! its figures, the sources it cites, the ledger and the metadata. Nothing on it is typed that could be computed, and nothing depends on how many
//! claims, figures or proofs there are.
//!
//! | module | what it holds |
//! |---|---|
//! | [`audit`] | what the page shows |
//! | [`page`] | the page, section by section |
//! | [`math`] | LaTeX to MathML |
//! | [`dependencies`] | which claim's proof rests on which |
//! | [`explore`] | the closed forms that the page's script repeats, at points where it is compared with them |
//! | [`picture`] | figures with coordinates rounded for the screen |
//! | [`metadata`] | RO-Crate |
//!
//! ```
//! assert!(ufm_report::math::to_mathml(r"\sqrt R - 1")?.contains("<msqrt>"));
//! # Ok::<(), ufm_report::ReportError>(())
//! ```

pub mod audit;
pub mod dependencies;
mod error;
pub mod explore;
pub mod math;
pub mod metadata;
pub mod page;
pub mod picture;

pub use audit::Audit;
pub use error::ReportError;

use std::collections::BTreeMap;

/// The page's script, style and closed forms.
const STYLE: &str = include_str!("../assets/page.css");
const SCRIPT: &str = include_str!("../assets/page.js");
const EXPLORE: &str = include_str!("../assets/explore.js");

/// Name of the page.
pub const INDEX: &str = "index.html";
/// Name of the ledger beside it.
pub const LEDGER: &str = "ledger.json";

/// Every file of the folder, by its path in it.
///
/// # Errors
/// [`ReportError`] if a formula is not understood or a value does not serialise.
pub fn files(audit: &Audit) -> Result<BTreeMap<String, Vec<u8>>, ReportError> {
    let mut files = BTreeMap::new();
    for figure in &audit.figures {
        for file in &figure.files {
            let content = match file.name.ends_with(".svg") {
                true => picture::rounded(&String::from_utf8_lossy(&file.content)).into_bytes(),
                false => file.content.clone(),
            };
            files.insert(format!("figures/{}", file.name), content);
        }
    }
    let ledger = serde_json::to_string(&audit.ledger)?;
    files.insert(LEDGER.into(), ledger.into_bytes());
    files.insert("page.css".into(), STYLE.into());
    files.insert("explore.js".into(), EXPLORE.into());
    files.insert("page.js".into(), SCRIPT.into());
    let index = page::render(audit)?;
    for source in &audit.sources {
        let path = page::source::path(&source.path);
        let linked = page::source::linked(&source.path, &index);
        if !linked.is_empty() {
            files.insert(path, page::source::render(source, &linked).into_bytes());
        }
    }
    files.insert(INDEX.into(), index.into_bytes());
    let metadata = metadata::describe(audit, &files)?;
    files.insert(metadata::NAME.into(), metadata.into_bytes());
    Ok(files)
}
