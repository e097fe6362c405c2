//! Inputs networks: what figures of real data read beside parameters.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::{Path, PathBuf},
    sync::Arc,
};

use ufm_data::DataSet;
use ufm_networks::{
    experiment::{Handle, Means, Results},
    study::{Corpus, Study, StudyPart},
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
    /// Train everything again; each run that is kept is replaced when the new one is finished.
    pub fresh: bool,
}

/// What one figure reads beside its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Nothing: it is about the theory.
    Nothing,
    /// Samples; nothing is trained.
    Samples(Corpus),
    /// An experiment with networks.
    Networks(Corpus, StudyPart),
}

impl Reads {
    /// The data set it needs, if any.
    pub fn source(self) -> Option<Corpus> {
        match self {
            Self::Nothing => None,
            Self::Samples(source) | Self::Networks(source, _) => Some(source),
        }
    }
}

/// Data sets and finished experiments.
#[derive(Debug, Default)]
pub struct Inputs {
    samples: BTreeMap<Corpus, DataSet>,
    results: BTreeMap<(Corpus, StudyPart), Results>,
    quick: bool,
}

impl Inputs {
    /// The samples of a data set that was read.
    ///
    /// # Errors
    /// [`FigureError::NotRead`] if it was not read.
    pub fn samples(&self, source: Corpus) -> Result<&DataSet, FigureError> {
        self.samples.get(&source).ok_or(FigureError::NotRead {
            data: source.name(),
        })
    }

    /// The results of one experiment.
    ///
    /// # Errors
    /// [`FigureError::NotTrained`] if it was not run.
    pub fn results(&self, source: Corpus, part: StudyPart) -> Result<&Results, FigureError> {
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
        figure.reads.source() != Some(Corpus::Mnist) || self.mnist.is_some()
    }

    /// Reads every data set and runs every experiment that `figures` read, one after the other, each on all threads.
    ///
    /// # Errors
    /// If data cannot be read, a plan is out of its domain, or training fails or is stopped.
    pub fn prepare(
        &self,
        figures: &[&Figure],
        parameters: &Parameters,
        progress: &dyn Progress,
    ) -> Result<Inputs, FigureError> {
        let mut inputs = self.read(figures, parameters)?;
        self.train(&mut inputs, figures, parameters, progress)?;
        Ok(inputs)
    }

    /// Reads every data set that `figures` read and checks every experiment; trains nothing.
    pub(crate) fn read(
        &self,
        figures: &[&Figure],
        parameters: &Parameters,
    ) -> Result<Inputs, FigureError> {
        let mut inputs = Inputs {
            quick: self.quick,
            ..Inputs::default()
        };
        for figure in figures {
            let Some(source) = figure.reads.source() else {
                continue;
            };
            if let Entry::Vacant(vacant) = inputs.samples.entry(source) {
                vacant.insert(self.load(source)?);
            }
        }
        for (source, part) in experiments(figures) {
            study(parameters, source)
                .experiment(part, self.quick)
                .check(inputs.samples(source)?)
                .map_err(FigureError::network(source.name()))?;
        }
        Ok(inputs)
    }

    /// Runs every experiment that `figures` read on the samples that were read.
    pub(crate) fn train(
        &self,
        inputs: &mut Inputs,
        figures: &[&Figure],
        parameters: &Parameters,
        progress: &dyn Progress,
    ) -> Result<(), FigureError> {
        for (source, part) in experiments(figures) {
            let experiment = study(parameters, source).experiment(part, self.quick);
            let control = Arc::new(Handle::default());
            let what = match part {
                StudyPart::Accuracy => format!("training on {source}"),
                StudyPart::Spectrum => format!("training on {source}, squared loss"),
                StudyPart::Sweep => format!("training on {source}, more exponents"),
            };
            progress.training(&what, experiment.steps(), &control);
            let means = Means {
                again: self.fresh,
                ..Means::kept_in(self.store.as_deref())
            };
            let results = experiment.run_by(&means, inputs.samples(source)?, &control);
            let results = results.map_err(FigureError::network(source.name()))?;
            inputs.results.insert((source, part), results);
        }
        Ok(())
    }

    fn load(&self, source: Corpus) -> Result<DataSet, FigureError> {
        let loaded = match source {
            Corpus::Digits => ufm_data::digits::load(DIGITS_SPLIT),
            Corpus::Mnist => ufm_data::mnist::load(self.mnist.as_deref().unwrap_or(Path::new("."))),
        };
        loaded.map_err(|error| FigureError::network(source.name())(error.into()))
    }
}

/// The experiments that `figures` read, each once, in a fixed order.
fn experiments(figures: &[&Figure]) -> BTreeSet<(Corpus, StudyPart)> {
    figures
        .iter()
        .filter_map(|figure| match figure.reads {
            Reads::Networks(source, part) => Some((source, part)),
            Reads::Nothing | Reads::Samples(_) => None,
        })
        .collect()
}

/// The study of a data set.
pub fn study(parameters: &Parameters, source: Corpus) -> &Study {
    match source {
        Corpus::Digits => &parameters.digits,
        Corpus::Mnist => &parameters.mnist,
    }
}
