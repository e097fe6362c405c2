//! A long study of the workspace: the series of one of its figures, with table, drawing and cost written where `cargo xtask study` writes those of its own.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ufm_figures::{
    Figure, FigureError, Gathering, Laboratory, Machine, Parameters, Progress, Reads,
};
use ufm_networks::{
    NetworkError,
    engine::Engine,
    experiment::{Handle, Share},
};
use ufm_support::{print::say, workspace};

use super::{CommandError, Interrupt, Outcome, part_is_done, progress};

/// What is asked of a study.
pub(super) struct Request<'a> {
    pub(super) id: &'a str,
    pub(super) data: Option<&'a Path>,
    pub(super) store: PathBuf,
    pub(super) fresh: bool,
    pub(super) share: super::Share,
}

/// The figure, if it is drawn from a long study.
fn find(id: &str) -> Result<&'static Figure, CommandError> {
    let figure = ufm_figures::find(id)?;
    match figure.reads {
        Reads::Table(_) => Ok(figure),
        _ => Err(CommandError::Argument(format!(
            "--study {id}: the figure is drawn from no long study; `cargo xtask study` lists those that are"
        ))),
    }
}

/// How many steps and runs at a time: the most runs of a member.
pub(super) fn runs(id: &str) -> Result<usize, CommandError> {
    let experiments = parameters()?
        .series(find(id)?.id)?
        .experiments()
        .map_err(CommandError::Training)?;
    Ok(super::most_runs(&experiments))
}

fn parameters() -> Result<Parameters, CommandError> {
    let file = workspace::root()?.join("figures/parameters.toml");
    Ok(Parameters::load(&file)?)
}

/// Trains and writes it.
pub(super) fn run(
    request: Request<'_>,
    engine: &dyn Engine,
    interrupt: &Interrupt,
) -> Result<Outcome, CommandError> {
    let root = workspace::root()?;
    let (figure, parameters) = (find(request.id)?, parameters()?);
    let folder = root.join("figures");
    let laboratory = Laboratory {
        mnist: ufm_data::mnist::locate(request.data, &root).ok(),
        cifar10: ufm_data::cifar10::locate(request.data, &root).ok(),
        store: Some(request.store.clone()),
        fresh: request.fresh,
        ..Laboratory::default()
    };
    let gathering = Gathering {
        engine,
        folder: &folder,
        share: Share::new(request.share.number - 1, request.share.of)?,
        machine: &Machine::here(),
    };
    let shown = Shown {
        interrupt,
        lines: Mutex::new(None),
    };
    let built = ufm_figures::study(figure, &parameters, &laboratory, &gathering, &shown);
    drop(shown);
    match built {
        Ok(built) => {
            say(format_args!(
                "wrote {} to {}",
                built.files.join("  "),
                folder.display()
            ))?;
            Ok(Outcome::Done)
        }
        Err(error) => match stopped(&error) {
            Some((done, all)) => {
                part_is_done(request.share, (done, all), &request.store, interrupt)
            }
            None => Err(error.into()),
        },
    }
}

/// Runs that are kept, of all, if training stopped before its end.
fn stopped(error: &FigureError) -> Option<(usize, usize)> {
    match error {
        FigureError::Network(NetworkError::Stopped { done, all }) => Some((*done, *all)),
        FigureError::In { source, .. } => stopped(source),
        _ => None,
    }
}

/// Shows how far training is.
struct Shown<'a> {
    interrupt: &'a Interrupt,
    lines: Mutex<Option<progress::Shown>>,
}

impl Progress for Shown<'_> {
    fn finished(&self, _: &Figure, _: Duration) {}

    fn training(&self, _: &str, steps: usize, control: &Arc<Handle>) {
        self.interrupt.watch(control);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        *lines = Some(progress::show(steps, control));
    }
}
