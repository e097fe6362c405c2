//! Trained networks: what figures of real data read beside parameters.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use ufm_data::DataSet;
use ufm_networks::{
    experiment::{Control, Results},
    study::{Part, Source, Study},
};

use crate::{Figure, FigureError, Parameters, Progress};

/// Seed of the split of the digits into training and test samples.
pub const DIGITS_SPLIT: u64 = 0;

/// Where real data and finished runs are, and how much to train.
#[derive(Debug, Clone, Default)]
pub struct Laboratory {
    /// The folder of MNIST's files; without it the figures of MNIST are skipped.
    pub mnist: Option<PathBuf>,
    /// Where finished runs are kept; without it nothing is.
    pub store: Option<PathBuf>,
    /// Fewer seeds and steps.
    pub quick: bool,
}

/// Finished experiments.
#[derive(Debug, Default)]
pub struct Trained {
    results: BTreeMap<(Source, Part), Results>,
    quick: bool,
}

impl Trained {
    /// The results of one experiment.
    ///
    /// # Errors
    /// [`FigureError::NotTrained`] if it was not run.
    pub fn get(&self, source: Source, part: Part) -> Result<&Results, FigureError> {
        self.results
            .get(&(source, part))
            .ok_or(FigureError::NotTrained {
                data: source.name(),
            })
    }

    /// Whether these are shortened runs.
    pub fn quick(&self) -> bool {
        self.quick
    }
}

impl Laboratory {
    /// Whether the data of a figure are at hand.
    pub fn can_make(&self, figure: &Figure) -> bool {
        !matches!(figure.network, Some((Source::Mnist, _))) || self.mnist.is_some()
    }

    /// Runs every experiment that `figures` read, one after the other, each on all threads.
    ///
    /// # Errors
    /// If data cannot be read, a plan is out of its domain, or training fails or is stopped.
    pub fn train(
        &self,
        figures: &[&Figure],
        parameters: &Parameters,
        progress: &dyn Progress,
    ) -> Result<Trained, FigureError> {
        let mut wanted: Vec<(Source, Part)> =
            figures.iter().filter_map(|figure| figure.network).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut trained = Trained {
            results: BTreeMap::new(),
            quick: self.quick,
        };
        let mut data: Option<(Source, DataSet)> = None;
        for (source, part) in wanted {
            let loaded = match data.take() {
                Some((found, loaded)) if found == source => loaded,
                _ => self.load(source)?,
            };
            let experiment = study(parameters, source).experiment(part, self.quick);
            let control = Arc::new(Control::default());
            let what = match part {
                Part::Accuracy => format!("training on {source}"),
                Part::Spectrum => format!("training on {source}, squared loss"),
            };
            progress.training(&what, experiment.steps(), &control);
            let results = experiment
                .run(&loaded, self.store.as_deref(), &control)
                .map_err(FigureError::network(source.name()))?;
            trained.results.insert((source, part), results);
            data = Some((source, loaded));
        }
        Ok(trained)
    }

    fn load(&self, source: Source) -> Result<DataSet, FigureError> {
        let loaded = match source {
            Source::Digits => ufm_data::digits::load(DIGITS_SPLIT),
            Source::Mnist => ufm_data::mnist::load(self.mnist.as_deref().unwrap_or(Path::new("."))),
        };
        loaded.map_err(|error| FigureError::network(source.name())(error.into()))
    }
}

/// The study of a data set.
pub fn study(parameters: &Parameters, source: Source) -> &Study {
    match source {
        Source::Digits => &parameters.digits,
        Source::Mnist => &parameters.mnist,
    }
}
