//! Long studies: networks trained for hours, whose tables are kept under version control with what they cost.

use std::{fs, path::Path, time::Instant};

use ufm_networks::{engine::Engine, experiment::Share};
use ufm_support::{files::remove_leftovers, lock::Lock, machine};

use crate::{
    Built, Cost, Figure, FigureError, Laboratory, Manifest, Parameters, Progress, Reads,
    assemble::{render, write},
};

/// What a study is gathered on, for the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Name of the processor.
    pub processor: String,
    /// The day, as in 2026-11-30.
    pub day: String,
}

impl Machine {
    /// This one, today.
    pub fn here() -> Self {
        Self {
            processor: machine::processor(),
            day: machine::now().chars().take(10).collect(),
        }
    }
}

/// How a study is gathered: by what, where, which part of it, on what.
#[derive(Clone, Copy)]
pub struct Gathering<'a> {
    /// What computes the networks.
    pub engine: &'a dyn Engine,
    /// Where table, drawing and manifest go.
    pub folder: &'a Path,
    /// Which runs to train.
    pub share: Share,
    /// For the manifest.
    pub machine: &'a Machine,
}

/// Trains what `store` of the laboratory does not hold of the series that a figure is drawn from; if then all runs are there, writes table,
/// drawing and cost into `folder`. The runs of one share are trained only; the last share to end finds those of the others in a store that they
/// have in common, or to which they were copied, and gathers them.
///
/// # Errors
/// [`FigureError::Refused`] if the figure is drawn from no long study, [`FigureError::NotRead`] if its data are not at hand,
/// [`ufm_networks::NetworkError::Stopped`] while runs of other shares are missing; as for [`crate::build`].
pub fn study(
    figure: &'static Figure,
    parameters: &Parameters,
    laboratory: &Laboratory,
    gathering: &Gathering<'_>,
    progress: &dyn Progress,
) -> Result<Built, FigureError> {
    let Gathering {
        engine,
        folder,
        share,
        machine,
    } = *gathering;
    let Reads::Table(corpus) = figure.reads else {
        return Err(FigureError::Refused(format!(
            "{} is drawn from no long study: `cargo xtask figures {}` computes it",
            figure.id, figure.id
        )));
    };
    fs::create_dir_all(folder).map_err(FigureError::io(folder))?;
    let _lock = Lock::take(folder)?;
    remove_leftovers(folder)?;
    let manifest = Manifest::load(folder)?;
    let begin = Instant::now();
    let (inputs, seconds) =
        laboratory.run_series(figure, corpus, parameters, (engine, share), progress)?;
    let cost = Cost {
        runs: inputs.series().iter().map(|(_, found)| found.runs()).sum(),
        seconds: seconds.round(),
        processor: machine.processor.clone(),
        day: machine.day.clone(),
    };
    let csv = (figure.table)(parameters, &inputs)
        .and_then(|table| table.to_csv())
        .map_err(FigureError::of(figure.id))?;
    let values = parameters.of(figure.parameters())?;
    let rendered =
        render(figure, csv, values, Some(cost), begin).map_err(FigureError::of(figure.id))?;
    progress.finished(figure, rendered.elapsed);
    let built = write(folder, manifest, vec![rendered])?;
    built.into_iter().next().ok_or(FigureError::NoRows)
}
