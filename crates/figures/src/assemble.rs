//! Building figures into a folder.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use rayon::prelude::*;

use crate::{Entry, Figure, FigureError, FileEntry, MANIFEST, Manifest, Parameters, Table, export};

/// Name of the file of run times, which is never committed.
const TIMINGS: &str = "timings.toml";

/// Hears what a build is doing; called from several threads.
pub trait Progress: Sync {
    /// A figure is computed and drawn.
    fn finished(&self, figure: &Figure);
}

impl Progress for () {
    fn finished(&self, _: &Figure) {}
}

/// What a build has written.
#[derive(Debug, Clone)]
pub struct Built {
    /// The figure.
    pub id: &'static str,
    /// Names of its files in the folder.
    pub files: Vec<String>,
    /// Time to compute and draw it.
    pub elapsed: Duration,
}

/// A figure in memory.
pub(crate) struct Rendered {
    pub(crate) figure: &'static Figure,
    pub(crate) entry: Entry,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) elapsed: Duration,
}

/// Computes and draws `figures` in parallel, then writes all their files, the manifest and the run times into
/// `folder`. Nothing is written unless every figure succeeds; each file is written beside its place and
/// then renamed, the manifest last.
///
/// # Errors
/// If a figure cannot be computed or drawn, or the folder not be written.
pub fn build(
    figures: &[&'static Figure],
    parameters: &Parameters,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Vec<Built>, FigureError> {
    fs::create_dir_all(folder).map_err(FigureError::io(folder))?;
    let mut manifest = Manifest::load(folder)?;
    let rendered = render_all(figures, parameters, progress)?;
    for figure in &rendered {
        for (name, content) in &figure.files {
            write(folder, name, content)?;
        }
        manifest
            .figures
            .insert(figure.figure.id.to_owned(), figure.entry.clone());
    }
    write(folder, MANIFEST, manifest.to_toml()?.as_bytes())?;
    write_timings(folder, &rendered)?;
    Ok(rendered
        .into_iter()
        .map(|figure| Built {
            id: figure.figure.id,
            files: figure.files.into_keys().collect(),
            elapsed: figure.elapsed,
        })
        .collect())
}

/// Computes and draws `figures`; the result does not depend on the number of threads.
pub(crate) fn render_all(
    figures: &[&'static Figure],
    parameters: &Parameters,
    progress: &dyn Progress,
) -> Result<Vec<Rendered>, FigureError> {
    figures
        .par_iter()
        .map(|&figure| {
            let rendered = render(figure, parameters);
            progress.finished(figure);
            rendered
        })
        .collect()
}

fn render(figure: &'static Figure, parameters: &Parameters) -> Result<Rendered, FigureError> {
    let begin = Instant::now();
    let csv = (figure.table)(parameters)?.to_csv()?;
    // Drawn from what the CSV says, not from what was in memory before rounding.
    let pictures = export::pictures(&(figure.draw)(&Table::from_csv(&csv)?)?)?;
    let files: BTreeMap<String, Vec<u8>> = [
        ("csv", csv.into_bytes()),
        ("svg", pictures.svg),
        ("png", pictures.png),
        ("pdf", pictures.pdf),
    ]
    .into_iter()
    .map(|(extension, content)| (format!("{}.{extension}", figure.id), content))
    .collect();
    let entry = Entry {
        title: figure.title.to_owned(),
        claims: figure.claims.iter().map(|&id| id.to_owned()).collect(),
        versions: versions(),
        parameters: parameters.of(figure.id)?,
        files: files
            .iter()
            .map(|(name, content)| (name.clone(), FileEntry::of(content)))
            .collect(),
    };
    Ok(Rendered {
        figure,
        entry,
        files,
        elapsed: begin.elapsed(),
    })
}

/// The crates that make a figure; they share the workspace's version.
fn versions() -> BTreeMap<String, String> {
    ["ufm-theory", "ufm-simulation", "ufm-figures"]
        .into_iter()
        .map(|name| (name.to_owned(), env!("CARGO_PKG_VERSION").to_owned()))
        .collect()
}

/// Writes `folder/name` atomically.
fn write(folder: &Path, name: &str, content: &[u8]) -> Result<(), FigureError> {
    let path = folder.join(name);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(FigureError::io(folder))?;
    file.write_all(content).map_err(FigureError::io(&path))?;
    // A temporary file is private; a figure is not.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))
            .map_err(FigureError::io(&path))?;
    }
    file.persist(&path)
        .map(|_| ())
        .map_err(|error| FigureError::io(&path)(error.error))
}

fn write_timings(folder: &Path, rendered: &[Rendered]) -> Result<(), FigureError> {
    let mut timings: toml::Table = fs::read_to_string(folder.join(TIMINGS))
        .ok()
        .and_then(|text| toml::from_str(&text).ok())
        .unwrap_or_default();
    for figure in rendered {
        let seconds = (figure.elapsed.as_secs_f64() * 1e3).round() / 1e3;
        timings.insert(figure.figure.id.to_owned(), toml::Value::Float(seconds));
    }
    write(
        folder,
        TIMINGS,
        format!("# Seconds to compute and draw each figure on this machine.\n{timings}").as_bytes(),
    )
}
