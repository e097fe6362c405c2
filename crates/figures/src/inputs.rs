//! Inputs networks: what figures of real data read beside parameters.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::{Path, PathBuf},
    sync::Arc,
};

use ufm_data::DataSet;
use ufm_networks::{
    NetworkError,
    architecture::ImageSize,
    engine::Engine,
    experiment::{Handle, Means, Results, Share},
    series::{Series, SeriesResults},
    study::{Corpus, Study, StudyPart},
};

use crate::{Figure, FigureError, Parameters, Progress};

/// Where real data and finished runs are, and how much to train.
#[derive(Debug, Clone, Default)]
pub struct Laboratory {
    /// The folder of MNIST's files; without it the figures of MNIST are skipped.
    pub mnist: Option<PathBuf>,
    /// The folder of CIFAR-10's files; only long studies read them.
    pub cifar10: Option<PathBuf>,
    /// The folder of the tables that long studies have computed; without it the figures drawn from them are skipped.
    pub tables: Option<PathBuf>,
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
    /// The table of a long study of a series of experiments; [`crate::study`] computes it.
    Table(Corpus),
}

impl Reads {
    /// The data set it needs, if any; tables of long studies need none to be drawn.
    pub fn source(self) -> Option<Corpus> {
        match self {
            Self::Nothing | Self::Table(_) => None,
            Self::Samples(source) | Self::Networks(source, _) => Some(source),
        }
    }
}

/// Data sets and finished experiments.
#[derive(Debug, Default)]
pub struct Inputs {
    samples: BTreeMap<Corpus, DataSet>,
    results: BTreeMap<(Corpus, StudyPart), Results>,
    series: SeriesResults,
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

    /// The results of the series of a long study.
    pub fn series(&self) -> &SeriesResults {
        &self.series
    }

    /// Whether these are shortened runs.
    pub fn quick(&self) -> bool {
        self.quick
    }
}

impl Laboratory {
    /// Whether the data of a figure are at hand.
    pub fn can_make(&self, figure: &Figure) -> bool {
        match figure.reads {
            Reads::Table(_) => self.table(figure).is_some_and(|path| path.is_file()),
            reads => self.has(reads.source()),
        }
    }

    /// Whether a data set is at hand.
    fn has(&self, source: Option<Corpus>) -> bool {
        match source {
            None | Some(Corpus::Digits) => true,
            Some(Corpus::Mnist) => self.mnist.is_some(),
            Some(Corpus::Cifar10) => self.cifar10.is_some(),
        }
    }

    /// The file of the table that a long study has computed.
    pub(crate) fn table(&self, figure: &Figure) -> Option<PathBuf> {
        let name = format!("{}.csv", figure.id);
        self.tables.as_ref().map(|folder| folder.join(name))
    }

    /// Reads the data of a long study and trains a share of its series; the seconds that the runs took, one after the other.
    pub(crate) fn run_series(
        &self,
        figure: &Figure,
        corpus: Corpus,
        parameters: &Parameters,
        (engine, share): (&dyn Engine, Share),
        progress: &dyn Progress,
    ) -> Result<(Inputs, f64), FigureError> {
        let series = parameters.series(figure.id)?;
        if !self.has(Some(corpus)) {
            return Err(FigureError::NotRead {
                data: corpus.name(),
            });
        }
        let data = self.load(corpus)?;
        let named = FigureError::network;
        let steps = series.steps().map_err(named(figure.id))?;
        makes(engine, series, &data).map_err(named(figure.id))?;
        let control = Arc::new(Handle::default());
        progress.training(&format!("training for {}", figure.id), steps, &control);
        let means = Means {
            engine,
            store: self.store.as_deref(),
            again: self.fresh,
            share,
        };
        let results = series.run(&means, &data, &control);
        let inputs = Inputs {
            series: results.map_err(named(figure.id))?,
            samples: BTreeMap::from([(corpus, data)]),
            ..Inputs::default()
        };
        Ok((inputs, control.seconds()))
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
            study(parameters, source)?
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
            let experiment = study(parameters, source)?.experiment(part, self.quick);
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
        let folder = match source {
            Corpus::Digits => None,
            Corpus::Mnist => self.mnist.as_deref(),
            Corpus::Cifar10 => self.cifar10.as_deref(),
        };
        let loaded = source.load(folder.unwrap_or(Path::new(".")));
        loaded.map_err(|error| FigureError::network(source.name())(error.into()))
    }
}

/// Refuses a series of which the engine does not have every network, before any is trained.
fn makes(engine: &dyn Engine, series: &Series, data: &DataSet) -> Result<(), NetworkError> {
    let (image, classes) = (ImageSize::of(&data.train), data.train.classes());
    series.experiments()?.iter().try_for_each(|experiment| {
        engine
            .model(&experiment.plan, image, classes, 0)
            .map(|_| ())
    })
}

/// The experiments that `figures` read, each once, in a fixed order.
fn experiments(figures: &[&Figure]) -> BTreeSet<(Corpus, StudyPart)> {
    figures
        .iter()
        .filter_map(|figure| match figure.reads {
            Reads::Networks(source, part) => Some((source, part)),
            Reads::Nothing | Reads::Samples(_) | Reads::Table(_) => None,
        })
        .collect()
}

/// The study of a data set that has one.
///
/// # Errors
/// [`FigureError::NotTrained`] for the others, which only long studies read.
pub fn study(parameters: &Parameters, source: Corpus) -> Result<&Study, FigureError> {
    match source {
        Corpus::Digits => Ok(&parameters.digits),
        Corpus::Mnist => Ok(&parameters.mnist),
        Corpus::Cifar10 => Err(FigureError::NotTrained {
            data: source.name(),
        }),
    }
}
