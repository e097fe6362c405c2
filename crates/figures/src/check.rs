//! Comparing a folder of figures with what would be built.

use std::{collections::BTreeSet, fmt, fs, path::Path};

use ufm_support::files::{leftovers, read_if_any};

use crate::{
    Figure, FigureError, Laboratory, MANIFEST, Manifest, Parameters, Progress,
    assemble::{Rendered, render_all},
};

/// One way in which a folder differs from what would be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The figure it belongs to; none for a file that belongs to no figure.
    pub figure: Option<&'static str>,
    /// Name of the file that differs.
    pub file: String,
    /// How it differs, in words.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

/// Recomputes `figures` in memory and compares them with `folder`, which stays as it is. Figures whose data are not at
/// hand are not looked at.
///
/// # Errors
/// If a figure cannot be computed or drawn, or the folder not be read.
pub fn check(
    figures: &[&'static Figure],
    parameters: &Parameters,
    laboratory: &Laboratory,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Vec<Difference>, FigureError> {
    let manifest = Manifest::load(folder)?;
    let rendered = render_all(figures, parameters, laboratory, progress)?;
    let mut differences = Vec::new();
    for figure in &rendered {
        compare_files(figure, folder, &mut differences)?;
        compare_entry(figure, &manifest, &mut differences);
    }
    find_strangers(folder, &mut differences)?;
    Ok(differences)
}

fn compare_files(
    rendered: &Rendered,
    folder: &Path,
    differences: &mut Vec<Difference>,
) -> Result<(), FigureError> {
    for (name, wanted) in &rendered.files {
        let path = folder.join(name);
        let what = match read_if_any(&path)? {
            None => "is missing".to_owned(),
            Some(found) if found == *wanted => continue,
            Some(found) if name.ends_with(".csv") => first_difference(
                &String::from_utf8_lossy(&found),
                &String::from_utf8_lossy(wanted),
            ),
            Some(found) => match found.iter().zip(wanted).position(|(a, b)| a != b) {
                Some(byte) => format!("differs from byte {byte} on"),
                None => format!("has {} bytes, should have {}", found.len(), wanted.len()),
            },
        };
        differences.push(Difference {
            figure: Some(rendered.figure.id),
            file: name.clone(),
            what,
        });
    }
    Ok(())
}

/// Where two CSV texts first differ, and by how much.
fn first_difference(found: &str, wanted: &str) -> String {
    let columns: Vec<&str> = wanted.lines().next().unwrap_or("").split(',').collect();
    for (index, (is, should)) in found.lines().zip(wanted.lines()).enumerate() {
        if is == should {
            continue;
        }
        let mut cells = is.split(',').zip(should.split(',')).enumerate();
        if let Some((column, (a, b))) = cells.find(|(_, (a, b))| a != b) {
            let name = columns.get(column).copied().unwrap_or("?");
            let by = match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) if b != 0.0 => format!(" (relative difference {:.1e})", a / b - 1.0),
                _ => String::new(),
            };
            return format!(
                "line {}, column {name}: is {a}, should be {b}{by}",
                index + 1
            );
        }
        return format!("line {}: is `{is}`, should be `{should}`", index + 1);
    }
    format!(
        "has {} lines, should have {}",
        found.lines().count(),
        wanted.lines().count()
    )
}

fn compare_entry(rendered: &Rendered, manifest: &Manifest, differences: &mut Vec<Difference>) {
    let id = rendered.figure.id;
    let mut differ = |what: String| {
        differences.push(Difference {
            figure: Some(id),
            file: MANIFEST.to_owned(),
            what,
        });
    };
    let Some(entry) = manifest.figures.get(id) else {
        differ(format!("does not mention {id}"));
        return;
    };
    let wanted = &rendered.entry;
    for (key, value) in &wanted.parameters {
        match entry.parameters.get(key) {
            Some(found) if found == value => {}
            Some(found) => differ(format!(
                "{id} was made with {key} = {found}, now it is {value}"
            )),
            None => differ(format!("{id} was made without the parameter {key}")),
        }
    }
    for (name, file) in &wanted.files {
        if entry.files.get(name) != Some(file) {
            differ(format!("records another SHA-256 or size for {name}"));
        }
    }
    let rest = (&entry.title, &entry.claims, &entry.versions);
    if rest != (&wanted.title, &wanted.claims, &wanted.versions) {
        differ(format!(
            "records another title, other claims or other versions for {id}"
        ));
    }
    if entry.parameters.len() > wanted.parameters.len() || entry.files.len() > wanted.files.len() {
        differ(format!(
            "records parameters or files that {id} does not have"
        ));
    }
}

/// Pictures and tables in the folder that belong to no figure.
fn find_strangers(folder: &Path, differences: &mut Vec<Difference>) -> Result<(), FigureError> {
    let ids: BTreeSet<&str> = crate::all().iter().map(|figure| figure.id).collect();
    if !folder.is_dir() {
        return Ok(());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(FigureError::io(folder))? {
        let entry = entry.map_err(FigureError::io(folder))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for left in leftovers(folder)? {
        differences.push(Difference {
            figure: None,
            file: left
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            what: "is left of a build that was killed; the next build removes it".to_owned(),
        });
    }
    for name in names {
        let Some((stem, extension)) = name.rsplit_once('.') else {
            continue;
        };
        if matches!(extension, "csv" | "svg" | "png" | "pdf" | "gif") && !ids.contains(stem) {
            differences.push(Difference {
                figure: None,
                file: name.clone(),
                what: "belongs to no figure; remove it".to_owned(),
            });
        }
    }
    Ok(())
}
