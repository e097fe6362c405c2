//! A long study of the workspace: the series of one of its figures, with table, drawing and cost written where `cargo xtask study` writes those of its own.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
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

/// A figure that is drawn from a long study, and the parameters of the checkout.
pub(super) struct Study {
    figure: &'static Figure,
    parameters: Parameters,
}

/// How it is to be trained.
pub(super) struct Request<'a> {
    pub(super) data: Option<&'a Path>,
    pub(super) store: PathBuf,
    pub(super) fresh: bool,
    pub(super) share: super::Share,
}

impl Study {
    /// That of the figure of this id.
    pub(super) fn find(id: &str) -> Result<Self, CommandError> {
        let figure = ufm_figures::find(id)?;
        if !matches!(figure.reads, Reads::Table(_)) {
            return Err(CommandError::Argument(format!(
                "--study {id}: the figure is drawn from no long study; `cargo xtask study` lists those that are"
            )));
        }
        let file = workspace::root()?.join("figures/parameters.toml");
        let parameters = Parameters::load(&file)?;
        Ok(Self { figure, parameters })
    }

    /// The most runs that a member has.
    pub(super) fn most_runs(&self) -> Result<usize, CommandError> {
        let series = self.parameters.series(self.figure.id)?;
        Ok(super::most_runs(&series.experiments()?))
    }
}

/// Trains and writes it.
pub(super) fn run(
    study: &Study,
    request: &Request<'_>,
    engine: &dyn Engine,
    interrupt: &Interrupt,
) -> Result<Outcome, CommandError> {
    let root = workspace::root()?;
    let Study { figure, parameters } = study;
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
        lines: OnceLock::new(),
    };
    let built = ufm_figures::study(figure, parameters, &laboratory, &gathering, &shown);
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
        Err(error) => match error.cause() {
            &FigureError::Network(NetworkError::Stopped { done, all }) => {
                part_is_done(request.share, (done, all), &request.store, interrupt)
            }
            _ => Err(error.into()),
        },
    }
}

/// Shows how far training is.
struct Shown<'a> {
    interrupt: &'a Interrupt,
    lines: OnceLock<progress::Shown>,
}

impl Progress for Shown<'_> {
    fn finished(&self, _: &Figure, _: Duration) {}

    fn training(&self, _: &str, steps: usize, control: &Arc<Handle>) {
        self.interrupt.watch(control);
        self.lines.get_or_init(|| progress::show(steps, control));
    }
}
