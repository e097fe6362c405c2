//! Building figures into a folder.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rayon::prelude::*;
use ufm_networks::experiment::Handle;
use ufm_support::{
    files::{read_if_any, read_text, remove_leftovers, replace_set},
    lock::Lock,
};

use crate::{
    Cost, Entry, Figure, FigureError, FileEntry, Inputs, Laboratory, MANIFEST, Manifest,
    Parameters, Reads, Table, export,
};

/// Name of the file of run times, which is never committed.
const TIMINGS: &str = "timings.toml";

/// The largest table of a long study that is read, in bytes.
const LARGEST_TABLE: u64 = 16 << 20;

/// Hears what a build is doing; called from several threads.
pub trait Progress: Sync {
    /// A figure is computed and drawn, in this time.
    fn finished(&self, figure: &Figure, elapsed: Duration);

    /// Networks are trained: what for, the steps of all runs together, and the handle to follow and to stop them.
    fn training(&self, what: &str, steps: usize, control: &Arc<Handle>) {
        let _ = (what, steps, control);
    }
}

impl Progress for () {
    fn finished(&self, _: &Figure, _: Duration) {}
}

/// What a build has written.
#[derive(Debug, Clone)]
pub struct Built {
    /// Id of the figure.
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
/// `folder`, which is held meanwhile. Nothing is written unless every figure succeeds: all files are written beside their
/// places and then renamed, the manifest last, so that one interrupted between two renames is found by [`crate::check`]. What
/// killed builds have left is removed. Figures whose data are not at hand are left out, and the manifest lists them as skipped.
///
/// Whatever can be refused is refused before anything is trained: the folder, the manifest in it, data, plans, and the
/// parameters of every figure that needs no network.
///
/// # Errors
/// If a figure cannot be computed or drawn, or the folder not be written, or another build is at work in it.
pub fn build(
    figures: &[&'static Figure],
    parameters: &Parameters,
    laboratory: &Laboratory,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Vec<Built>, FigureError> {
    // Made and held first, so that a folder that cannot be written is known before minutes of work; gone again after an error.
    let new = !folder.exists();
    fs::create_dir_all(folder).map_err(FigureError::io(folder))?;
    let built = build_into(figures, parameters, laboratory, folder, progress);
    if new && built.is_err() {
        let _ = fs::remove_dir(folder); // if empty
    }
    built
}

fn build_into(
    figures: &[&'static Figure],
    parameters: &Parameters,
    laboratory: &Laboratory,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Vec<Built>, FigureError> {
    let _lock = Lock::take(folder)?;
    remove_leftovers(folder)?;
    let mut manifest = Manifest::load(folder)?;
    let rendered = render_all(figures, parameters, laboratory, progress)?;
    // What is here of a figure whose data are not at hand stays, and so does the manifest's word on it.
    let missing = |figure: &&&Figure| {
        !laboratory.can_make(figure) && !manifest.figures.contains_key(figure.id)
    };
    manifest.skipped = figures
        .iter()
        .filter(missing)
        .map(|figure| figure.id.to_owned())
        .collect();
    write(folder, manifest, rendered)
}

/// Writes figures into a folder that is held, the manifest last.
pub(crate) fn write(
    folder: &Path,
    mut manifest: Manifest,
    rendered: Vec<Rendered>,
) -> Result<Vec<Built>, FigureError> {
    for figure in &rendered {
        manifest
            .figures
            .insert(figure.figure.id.to_owned(), figure.entry.clone());
    }
    let (timings, manifest) = (timings(folder, &rendered), manifest.to_toml()?);
    let files = rendered.iter().flat_map(|figure| &figure.files);
    replace_set(
        folder,
        files
            .map(|(name, content)| (name.as_str(), content.as_slice()))
            .chain([
                (TIMINGS, timings.as_bytes()),
                (MANIFEST, manifest.as_bytes()),
            ]),
    )?;
    Ok(rendered
        .into_iter()
        .map(|figure| Built {
            id: figure.figure.id,
            files: figure.files.into_keys().collect(),
            elapsed: figure.elapsed,
        })
        .collect())
}

/// Reads the data that `figures` need, then computes and draws those whose data are at hand: first the ones without
/// networks, so that a parameter they refuse is refused before anything is trained. The result does not depend on the number of threads.
pub(crate) fn render_all(
    figures: &[&'static Figure],
    parameters: &Parameters,
    laboratory: &Laboratory,
    progress: &dyn Progress,
) -> Result<Vec<Rendered>, FigureError> {
    let figures: Vec<&'static Figure> = figures
        .iter()
        .copied()
        .filter(|figure| laboratory.can_make(figure))
        .collect();
    let mut inputs = laboratory.read(&figures, parameters)?;
    let draw = |trained: bool, inputs: &Inputs| {
        figures
            .par_iter()
            .enumerate()
            .filter(|(_, figure)| matches!(figure.reads, Reads::Networks(..)) == trained)
            .map(|(place, &figure)| {
                let rendered = match figure.reads {
                    Reads::Table(_) => redraw(figure, parameters, laboratory),
                    _ => compute(figure, parameters, inputs),
                };
                let rendered = rendered.map_err(FigureError::of(figure.id))?;
                progress.finished(figure, rendered.elapsed);
                Ok((place, rendered))
            })
            .collect::<Result<Vec<_>, FigureError>>()
    };
    let mut rendered = draw(false, &inputs)?;
    laboratory.train(&mut inputs, &figures, parameters, progress)?;
    rendered.extend(draw(true, &inputs)?);
    rendered.sort_by_key(|(place, _)| *place);
    Ok(rendered.into_iter().map(|(_, figure)| figure).collect())
}

/// Computes the table of a figure and draws it.
fn compute(
    figure: &'static Figure,
    parameters: &Parameters,
    inputs: &Inputs,
) -> Result<Rendered, FigureError> {
    let begin = Instant::now();
    let csv = (figure.table)(parameters, inputs)?.to_csv()?;
    let mut values = parameters.of(figure.parameters())?;
    if matches!(figure.reads, Reads::Networks(..)) {
        values.insert("shortened".into(), inputs.quick().into());
    }
    render(figure, csv, values, None, begin)
}

/// Draws the table that a long study has computed, if it did so with these parameters.
fn redraw(
    figure: &'static Figure,
    parameters: &Parameters,
    laboratory: &Laboratory,
) -> Result<Rendered, FigureError> {
    let begin = Instant::now();
    let path = laboratory.table(figure).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("."));
    let csv = read_text(&path, LARGEST_TABLE)?;
    let values = parameters.of(figure.parameters())?;
    let manifest = Manifest::load(folder)?;
    let entry = manifest.figures.get(figure.id);
    let study = match entry {
        Some(entry) if entry.parameters == values => entry.study.clone(),
        _ => None,
    };
    match study {
        Some(study) => render(figure, csv, values, Some(study), begin),
        None => Err(FigureError::Refused(format!(
            "{} is not the table of a study with these parameters; `cargo xtask study {}` trains it",
            path.display(),
            figure.id
        ))),
    }
}

/// Draws a table and says where it comes from.
pub(crate) fn render(
    figure: &'static Figure,
    csv: String,
    parameters: toml::Table,
    study: Option<Cost>,
    begin: Instant,
) -> Result<Rendered, FigureError> {
    // Drawn from what the CSV says, not from what was in memory before rounding.
    let table = Table::from_csv(&csv)?;
    let pictures = export::pictures(&(figure.draw)(&table)?)?;
    let animation = match figure.frames {
        Some(frames) => Some(("gif", export::animation(&frames(&table)?)?)),
        None => None,
    };
    let files: BTreeMap<String, Vec<u8>> = [
        ("csv", csv.into_bytes()),
        ("svg", pictures.svg),
        ("png", pictures.png),
        ("pdf", pictures.pdf),
    ]
    .into_iter()
    .chain(animation)
    .map(|(extension, content)| (format!("{}.{extension}", figure.id), content))
    .collect();
    let entry = Entry {
        title: figure.title.to_owned(),
        claims: figure.claims.iter().map(|&id| id.to_owned()).collect(),
        versions: versions(figure),
        parameters,
        study,
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
fn versions(figure: &Figure) -> BTreeMap<String, String> {
    let others: &[&str] = match figure.reads {
        Reads::Nothing => &["ufm-simulation"],
        Reads::Samples(_) => &["ufm-data"],
        Reads::Networks(..) | Reads::Table(_) => &["ufm-data", "ufm-networks"],
    };
    ["ufm-theory", "ufm-figures"]
        .into_iter()
        .chain(others.iter().copied())
        .map(|name| (name.to_owned(), env!("CARGO_PKG_VERSION").to_owned()))
        .collect()
}

/// The file of run times: what it says of other figures, and these.
fn timings(folder: &Path, rendered: &[Rendered]) -> String {
    let mut timings: toml::Table = read_if_any(&folder.join(TIMINGS))
        .ok()
        .flatten()
        .and_then(|text| toml::from_slice(&text).ok())
        .unwrap_or_default();
    for figure in rendered {
        let seconds = (figure.elapsed.as_secs_f64() * 1e3).round() / 1e3;
        timings.insert(figure.figure.id.to_owned(), toml::Value::Float(seconds));
    }
    format!("# Seconds to compute and draw each figure on this machine.\n{timings}")
}
