//! `figures`: rebuild them, or say how they differ from what would be rebuilt.

use std::path::PathBuf;

use anyhow::Result;
use indicatif::ProgressBar;
use ufm_figures::{Figure, Parameters};

use crate::{
    cli::FiguresArgs,
    exit::Outcome,
    progress,
    verify::{right_aligned, table},
    workspace,
};

/// Builds or checks the figures named, or all.
pub fn run(arguments: &FiguresArgs) -> Result<Outcome> {
    let figures = select(&arguments.ids)?;
    let file = arguments
        .config
        .clone()
        .unwrap_or_else(|| workspace::root().join("figures/parameters.toml"));
    let parameters = Parameters::load(&file)?.with(&arguments.set)?;
    let folder = arguments
        .out
        .clone()
        .unwrap_or_else(|| workspace::root().join("figures"));
    let bar = Bar(progress::bar(figures.len()));
    if arguments.check {
        check(&figures, &parameters, folder, &bar, arguments)
    } else {
        build(&figures, &parameters, folder, &bar)
    }
}

/// The figures of the given ids, all if there are none.
fn select(ids: &[String]) -> Result<Vec<&'static Figure>> {
    if ids.is_empty() {
        return Ok(ufm_figures::all().iter().collect());
    }
    let mut figures: Vec<&'static Figure> = Vec::new();
    for id in ids {
        let figure = ufm_figures::find(id)?;
        if !figures.iter().any(|known| known.id == figure.id) {
            figures.push(figure);
        }
    }
    Ok(figures)
}

fn build(
    figures: &[&'static Figure],
    parameters: &Parameters,
    folder: PathBuf,
    bar: &Bar,
) -> Result<Outcome> {
    let built = ufm_figures::build(figures, parameters, &folder, bar)?;
    bar.0.finish_and_clear();
    let mut shown = table(&["figure", "files", "seconds"]);
    for figure in &built {
        shown.add_row(right_aligned(
            &[
                figure.id.to_owned(),
                figure.files.join("  "),
                format!("{:.2}", figure.elapsed.as_secs_f64()),
            ],
            &[2],
        ));
    }
    println!("{shown}");
    println!(
        "wrote them and {} to {}",
        ufm_figures::MANIFEST,
        folder.display()
    );
    Ok(Outcome::Fine)
}

fn check(
    figures: &[&'static Figure],
    parameters: &Parameters,
    folder: PathBuf,
    bar: &Bar,
    arguments: &FiguresArgs,
) -> Result<Outcome> {
    let differences = ufm_figures::check(figures, parameters, &folder, bar)?;
    bar.0.finish_and_clear();
    if differences.is_empty() {
        println!(
            "{} figures in {} are what their parameters make them, byte for byte",
            figures.len(),
            folder.display()
        );
        return Ok(Outcome::Fine);
    }
    for difference in &differences {
        println!("{difference}");
    }
    let mut ids: Vec<&str> = differences.iter().filter_map(|d| d.figure).collect();
    ids.dedup();
    if !ids.is_empty() {
        println!(
            "\nmend with: cargo xtask figures {}{}",
            ids.join(" "),
            options(arguments)
        );
    }
    Ok(Outcome::Wanting)
}

/// The options that a mending command has to repeat.
fn options(arguments: &FiguresArgs) -> String {
    let mut text = String::new();
    for (name, path) in [("--out", &arguments.out), ("--config", &arguments.config)] {
        if let Some(path) = path {
            text.push_str(&format!(" {name} {}", path.display()));
        }
    }
    for set in &arguments.set {
        text.push_str(&format!(" --set {set}"));
    }
    text
}

struct Bar(ProgressBar);

impl ufm_figures::Progress for Bar {
    fn finished(&self, figure: &Figure) {
        self.0.set_message(figure.id);
        self.0.inc(1);
    }
}
