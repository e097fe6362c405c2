//! `figures`: rebuild them, or say how they differ from what would be rebuilt.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, Weak},
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use ufm_figures::{Difference, Figure, Laboratory, Parameters, Reads};
use ufm_networks::experiment::Handle;
use ufm_report::audit::FigureRun;
use ufm_support::{
    print::say,
    tables::{row, table},
};

use crate::{cli::FiguresArgs, exit::Outcome, kept, progress, workspace};

/// Builds or checks the figures named, or all.
pub fn run(arguments: &FiguresArgs) -> Result<Outcome> {
    let figures = select(&arguments.ids)?;
    let parameters = parameters(arguments.config.as_deref(), &arguments.set)?;
    let folder = match &arguments.out {
        Some(folder) => folder.clone(),
        None if arguments.quick => workspace::target()?.join("figures-quick"),
        None => workspace::root()?.join("figures"),
    };
    let (laboratory, missing) = laboratory(arguments.data.as_deref())?;
    let laboratory = Laboratory {
        quick: arguments.quick,
        fresh: arguments.fresh,
        ..laboratory
    };
    stop_on_interrupt()?;
    let watch = kept::Watch::start(kept::FIGURES)?;
    let bar = Bar::new(figures.len());
    let (outcome, differences) = if arguments.check {
        check(&figures, &parameters, &laboratory, folder, &bar, arguments)
    } else {
        build(&figures, &parameters, &laboratory, folder, &bar).map(|outcome| (outcome, Vec::new()))
    }?;
    if is_of_the_checkout(arguments) {
        watch.keep(&runs(&bar, &laboratory, &differences)?)?;
    }
    let skipped = |table: bool| -> Vec<&str> {
        figures
            .iter()
            .filter(|figure| !laboratory.can_make(figure))
            .filter(|figure| matches!(figure.reads, Reads::Table(_)) == table)
            .map(|figure| figure.id)
            .collect()
    };
    if let (Some(missing), false) = (missing, skipped(false).is_empty()) {
        say(format_args!(
            "skipped {}: {missing}",
            skipped(false).join(", ")
        ))?;
    }
    let tables = skipped(true);
    if !tables.is_empty() {
        say(format_args!(
            "skipped {}: there is no table of these long studies; train with: cargo xtask study {}",
            tables.join(", "),
            tables.join(" ")
        ))?;
    }
    Ok(outcome)
}

/// The parameters of a file, the checkout's where none is named, with what is set otherwise.
pub fn parameters(config: Option<&Path>, set: &[String]) -> Result<Parameters> {
    let file = match config {
        Some(file) => file.to_owned(),
        None => workspace::root()?.join("figures/parameters.toml"),
    };
    Ok(Parameters::load(&file)?.with(set)?)
}

/// Whether it was about the figures under version control, made with their parameters.
fn is_of_the_checkout(arguments: &FiguresArgs) -> bool {
    let FiguresArgs {
        out, config, set, ..
    } = arguments;
    out.is_none() && config.is_none() && set.is_empty() && !arguments.quick
}

/// How each figure came about, those of an earlier run on the same sources included.
fn runs(bar: &Bar, laboratory: &Laboratory, differences: &[Difference]) -> Result<Vec<FigureRun>> {
    let mut runs = kept::load::<Vec<FigureRun>>(kept::FIGURES)?
        .result
        .unwrap_or_default();
    let trained = bar.trained(laboratory);
    let finished = bar.finished.lock().map(|list| list.clone());
    for (id, elapsed) in finished.unwrap_or_default() {
        let figure = ufm_figures::find(id)?;
        runs.retain(|run| run.id != id);
        let of = |d: &&Difference| d.figure == Some(id);
        runs.push(FigureRun {
            id: id.to_owned(),
            recomputed: match figure.reads {
                Reads::Nothing | Reads::Samples(_) => true,
                Reads::Networks(..) => trained,
                Reads::Table(_) => false,
            },
            seconds: elapsed.as_secs_f64(),
            differences: differences
                .iter()
                .filter(of)
                .map(ToString::to_string)
                .collect(),
        });
    }
    Ok(runs)
}

/// Where data and finished runs are, and why MNIST is missing if it is. A folder named on the command line or in the
/// environment must be right; only its absence everywhere is no error.
pub fn laboratory(data: Option<&Path>) -> Result<(Laboratory, Option<String>)> {
    let named = data.is_some() || ufm_data::mnist::variable().is_some();
    // Outside a checkout there is no data/ to look into.
    let checkout = workspace::root().unwrap_or_default();
    let cifar10 = ufm_data::cifar10::locate(data, &checkout).ok();
    let (mnist, missing) = match ufm_data::mnist::locate(data, &checkout) {
        Ok(folder) => (Some(folder), None),
        Err(error) if named && cifar10.is_none() => return Err(error.into()),
        Err(_) => (
            None,
            Some(
                "the files of MNIST are not at hand; fetch them with: cargo xtask data mnist"
                    .to_owned(),
            ),
        ),
    };
    let laboratory = Laboratory {
        mnist,
        cifar10,
        tables: workspace::root().ok().map(|root| root.join("figures")),
        store: Some(ufm_networks::study::store()),
        quick: false,
        fresh: false,
    };
    Ok((laboratory, missing))
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
    laboratory: &Laboratory,
    folder: PathBuf,
    bar: &Bar,
) -> Result<Outcome> {
    let built = ufm_figures::build(figures, parameters, laboratory, &folder, bar)?;
    bar.figures.finish_and_clear();
    let mut shown = table(["figure", "files", "seconds"]);
    for figure in &built {
        shown.add_row(row(
            &[
                figure.id.to_owned(),
                figure.files.join("  "),
                format!("{:.2}", figure.elapsed.as_secs_f64()),
            ],
            |column| column == 2,
        ));
    }
    say(format_args!("{shown}"))?;
    say(format_args!(
        "wrote them and {} to {}",
        ufm_figures::MANIFEST,
        folder.display()
    ))?;
    Ok(Outcome::Fine)
}

fn check(
    figures: &[&'static Figure],
    parameters: &Parameters,
    laboratory: &Laboratory,
    folder: PathBuf,
    bar: &Bar,
    arguments: &FiguresArgs,
) -> Result<(Outcome, Vec<Difference>)> {
    let differences = ufm_figures::check(figures, parameters, laboratory, &folder, bar)?;
    bar.figures.finish_and_clear();
    if differences.is_empty() {
        let made = || figures.iter().filter(|figure| laboratory.can_make(figure));
        let redrawn: Vec<&str> = made()
            .filter(|figure| matches!(figure.reads, Reads::Table(_)))
            .map(|figure| figure.id)
            .collect();
        say(format_args!(
            "{} figures in {} are what their parameters make them, byte for byte",
            made().count(),
            folder.display()
        ))?;
        if !redrawn.is_empty() {
            say(format_args!(
                "of these {} were redrawn from the tables of long studies, which `cargo xtask study` computes: {}",
                redrawn.len(),
                redrawn.join(", ")
            ))?;
        }
        return Ok((Outcome::Fine, differences));
    }
    for difference in &differences {
        say(format_args!("{difference}"))?;
    }
    let mut ids: Vec<&str> = differences.iter().filter_map(|d| d.figure).collect();
    ids.dedup();
    if !ids.is_empty() {
        say(format_args!(
            "\nmend with: cargo xtask figures {}{}",
            ids.join(" "),
            options(arguments)
        ))?;
    }
    Ok((Outcome::Wanting, differences))
}

/// The options that a mending command has to repeat.
fn options(arguments: &FiguresArgs) -> String {
    let mut text = String::new();
    for (name, path) in [
        ("--out", &arguments.out),
        ("--config", &arguments.config),
        ("--data", &arguments.data),
    ] {
        if let Some(path) = path {
            text.push_str(&format!(" {name} {}", path.display()));
        }
    }
    for set in &arguments.set {
        text.push_str(&format!(" --set {set}"));
    }
    text
}

/// Bars for figures and, while networks are trained, for steps; and what there was to hear.
pub struct Bar {
    figures: ProgressBar,
    begin: SystemTime,
    finished: Mutex<Vec<(&'static str, Duration)>>,
}

impl Bar {
    /// For so many figures.
    pub fn new(figures: usize) -> Self {
        Self {
            figures: progress::bar("figures", figures),
            begin: SystemTime::now(),
            finished: Mutex::default(),
        }
    }

    /// Whether a network was trained since: then a run was kept.
    fn trained(&self, laboratory: &Laboratory) -> bool {
        let folder = laboratory.store.as_deref().map(std::fs::read_dir);
        let mut entries = folder.into_iter().flatten().flatten().flatten();
        entries.any(|entry| {
            let written = entry.metadata().and_then(|about| about.modified());
            written.is_ok_and(|written| written >= self.begin)
        })
    }
}

impl ufm_figures::Progress for Bar {
    fn finished(&self, figure: &Figure, elapsed: Duration) {
        if let (Ok(mut finished), Ok(figure)) = (self.finished.lock(), ufm_figures::find(figure.id))
        {
            finished.push((figure.id, elapsed));
        }
        self.figures.set_message(figure.id);
        self.figures.inc(1);
    }

    fn training(&self, what: &str, steps: usize, control: &Arc<Handle>) {
        if let Ok(mut running) = RUNNING.get_or_init(Mutex::default).lock() {
            *running = Arc::downgrade(control);
        }
        let bar = progress::bar("steps", steps);
        bar.set_message(what.to_owned());
        let control = Arc::downgrade(control);
        // Ends when the experiment drops its handle.
        std::thread::spawn(move || {
            while let Some(control) = control.upgrade() {
                bar.set_position(control.steps() as u64);
                drop(control);
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
            bar.finish_and_clear();
        });
    }
}

/// The experiment that runs now.
static RUNNING: OnceLock<Mutex<Weak<Handle>>> = OnceLock::new();

/// On Ctrl-C running experiments stop at their next step, finished runs are kept, and the command says so; a
/// command that trains nothing at the moment ends at once, having written nothing.
pub fn stop_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let running = RUNNING.get_or_init(Mutex::default).lock();
        match running.ok().and_then(|running| running.upgrade()) {
            Some(control) => control.stop(),
            None => std::process::exit(130),
        }
    })
    .context("cannot listen for Ctrl-C")
}
