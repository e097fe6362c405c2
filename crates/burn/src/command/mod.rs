//! The command: reads a series, trains what is not kept, writes one table.

mod error;
mod file;
mod progress;
mod source;
mod study;
mod table;

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    str::FromStr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Parser;
use ufm_data::DataSet;
use ufm_networks::{
    NetworkError,
    architecture::ImageSize,
    engine::{Engine, Layers},
    experiment::{Experiment, Handle, Means},
};
use ufm_support::{
    files::replace,
    print::{self, say, warn},
    workspace,
};

use crate::{BurnEngine, mixed::Mixed};
pub use error::CommandError;
pub use file::SeriesFile;
pub use source::{Folders, Source};

/// Trains networks of any architecture on imbalanced data with weights n^(-gamma), a series of experiments at a time, and writes one table.
#[derive(Debug, Parser)]
#[command(
    name = "ufm-burn",
    version,
    after_help = "A series is a TOML file: what all members share, and how each differs.\n\n  \
    data = \"digits\"                # or \"mnist\" or \"cifar10\", from the folder of --data; or images of your own, below\n  \
    gammas = [0, 1]                # weight exponents: samples of a class of n weigh n^(-gamma)\n  \
    seeds = [1, 2]                 # each draws samples, initial weights and the order of samples\n\n  \
    [plan]                         # of every member\n  \
    architecture = \"cnn\"           # linear, mlp, small-cnn, cnn, residual, vision-transformer\n  \
    width = 16                     # optional: channels of the first convolution, outputs of a layer, values of a patch\n  \
    loss = \"cross-entropy\"         # or \"squared\"\n  \
    optimiser = \"sgd\"              # or \"adam\"\n  \
    learning-rate = 0.1\n  \
    batch = 64\n  \
    steps = 500\n  \
    majority = [0, 1, 2, 3, 4]     # the other classes are the minority\n  \
    majority-samples = 120         # training samples of a majority class; a minority class keeps this / ratio\n  \
    ratio = 10\n  \
    # optional: profile = \"long-tailed\", or \"all\" without majority-samples and ratio for all samples there are; test-samples, measured-samples, moments = [1, 10, 100], shuffled-labels,\n  \
    # remedy = { adjustment = 1.0, deferred = 100, sampling = \"class-balanced\" }\n\n  \
    [[members]]\n  \
    label = \"CNN\"\n\n  \
    [[members]]\n  \
    label = \"transformer, Adam\"\n  \
    set = { architecture = \"vision-transformer\", optimiser = \"adam\", learning-rate = 0.001, width = 32 }\n  \
    gammas = [0, 0.5, 1]           # optional, of its own\n\n\
    Images of your own, PNG and JPEG, one folder a class, or lists of lines `path label` as of ImageNet-LT; up to 256 classes; paths from the folder of the series:\n\n  \
    data = { train = \"flowers/train\", test = \"flowers/test\", width = 32, height = 32, fit = \"crop\", colour = \"rgb\" }\n  \
    data = { train = \"imagenet\", train-list = \"LT_train.txt\", test = \"imagenet\", test-list = \"LT_test.txt\", width = 64, height = 64, fit = \"stretch\" }\n\n\
    Without fit all images must have that size; without colour they are read as rgb, the other choice is \"grey\".\n\n\
    The table has a row for every member, exponent, seed and measured step: balanced accuracy of the majority classes, of the minority classes and of all, and\n\
    the accuracy of the worst class, on test samples; and of majority and minority on training samples. It is written when all runs are there, all at once.\n\n\
    Every finished run is kept, under a digest of all it depends on: the same command goes on where it was stopped (Ctrl-C), and a run that two series share is\n\
    trained once. Parts on several machines need one --store that all see; whichever part finds all runs there writes the table.\n\n\
    Examples:\n  \
    ufm-burn crates/burn/examples/digits-architectures.toml --out digits.csv\n  \
    ufm-burn series.toml --data data/mnist --engine mixed --out mnist.csv\n  \
    ufm-burn series.toml --data data/mnist --share 1/4 --store runs\n  \
    ufm-burn --study cifar10-architectures --engine mixed # of the checkout: table, drawing and cost into its figures/\n\n\
    Exit codes: 0 done (of a part: its runs are kept); 1 stopped before the end, the same command goes on, or the output could not be written; 2 the command\n\
    could not be carried out."
)]
pub struct Arguments {
    /// The series, TOML.
    #[arg(
        value_name = "SERIES.toml",
        required_unless_present = "study",
        conflicts_with = "study"
    )]
    series: Option<PathBuf>,
    /// Instead of a file, the series of a figure of the checkout that is drawn from a long study, with the parameters of figures/parameters.toml; table,
    /// drawing and cost go to figures/. `cargo xtask study` lists them.
    #[arg(long, value_name = "ID", conflicts_with = "out")]
    study: Option<String>,
    /// Folder of the files of MNIST or CIFAR-10 [default: where UFM_DATA says, else data/mnist, data/cifar10 or data of the checkout].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the table goes [default: standard output].
    #[arg(long, value_name = "TABLE.csv")]
    out: Option<PathBuf>,
    /// Train part I of N of the runs of each member.
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    share: Share,
    /// Where finished runs are kept [default: target/networks of the checkout].
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Train every run again; each that is kept is replaced when the new one is finished.
    #[arg(long)]
    fresh: bool,
    /// Threads, at most 1024 [default: one per core].
    #[arg(long, value_name = "T", value_parser = threads)]
    threads: Option<NonZeroUsize>,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Choice::Burn)]
    engine: Choice,
}

/// What computes networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    /// burn, all of them.
    Burn,
    /// linear, mlp, small-cnn and cnn by the layers over faer, which are faster; the others by burn.
    Mixed,
    /// burn on a graphics processor, one run at a time; needs a build with --features wgpu.
    Wgpu,
}

/// Part `I` of `N`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    number: usize,
    of: usize,
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        parts
            .and_then(|(i, n)| Some((i.parse::<usize>().ok()?, n.parse::<usize>().ok()?)))
            .filter(|&(number, of)| 1 <= number && number <= of)
            .map(|(number, of)| Self { number, of })
            .ok_or_else(|| "expected I/N with whole numbers 1 ≤ I ≤ N, such as 3/8".to_owned())
    }
}

/// From 1 to 1024: more than any machine this is for has cores, and what a system lets a program start.
fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|threads: &NonZeroUsize| threads.get() <= 1024)
        .ok_or_else(|| "expected a whole number from 1 to 1024".to_owned())
}

/// How far a command got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is done, or all of a part.
    Done,
    /// It stopped before its end and has said how to go on.
    Unfinished,
}

/// Reads the command line, does what it says, and turns the result into an exit code.
pub fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Unfinished) => ExitCode::from(1),
        Err(CommandError::Output(error)) => print::end(&error),
        Err(error) => {
            warn(format_args!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

/// Carries out the command.
///
/// # Errors
/// [`CommandError`] if it could not be carried out.
pub fn run(arguments: &Arguments) -> Result<Outcome, CommandError> {
    let store = match &arguments.store {
        Some(folder) => folder.clone(),
        None => workspace::target()?.join("networks"),
    };
    match (&arguments.study, &arguments.series) {
        (Some(id), _) => {
            let study = study::Study::find(id)?;
            let (outer, engine) = engine(arguments, study.most_runs()?)?;
            let request = study::Request {
                data: arguments.data.as_deref(),
                store,
                fresh: arguments.fresh,
                share: arguments.share,
            };
            let pool = pool(outer)?;
            let interrupt = Interrupt::listen()?;
            pool.install(|| {
                study::run(
                    &study,
                    &request,
                    engine.chosen(arguments.engine),
                    &interrupt,
                )
            })
        }
        (None, Some(file)) => run_file(arguments, file, &store),
        (None, None) => Err(CommandError::Argument(
            "nothing to train: name the file of a series, or --study ID".to_owned(),
        )),
    }
}

/// Trains the series of a file.
fn run_file(arguments: &Arguments, file: &Path, store: &Path) -> Result<Outcome, CommandError> {
    let SeriesFile { source, series } = SeriesFile::load(file)?;
    let wrong = |error: NetworkError| CommandError::Series {
        path: file.to_owned(),
        message: error.to_string(),
    };
    let experiments = series.experiments().map_err(wrong)?;
    if let Some(out) = &arguments.out {
        writable(out)?;
    }
    let checkout = workspace::root().unwrap_or_default();
    let named = arguments.data.as_deref();
    if let (Some(folder), Source::Folders(_)) = (named, &source) {
        return Err(CommandError::Argument(format!(
            "--data {}: the series names its folders of images itself",
            folder.display()
        )));
    }
    let beside = file.parent().unwrap_or(Path::new(""));
    let data = source.load(named, &checkout, beside)?;
    series.check(&data).map_err(wrong)?;
    let (outer, engine) = engine(arguments, most_runs(&experiments))?;
    check(&engine.burn, &experiments, &data).map_err(wrong)?;
    let Share { number, of } = arguments.share;
    let means = Means {
        engine: engine.chosen(arguments.engine),
        store: Some(store),
        again: arguments.fresh,
        share: ufm_networks::experiment::Share::new(number - 1, of)?,
    };
    let pool = pool(outer)?;
    let handle = Arc::new(Handle::default());
    let interrupt = Interrupt::listen()?;
    interrupt.watch(&handle);
    let steps = series.steps().map_err(wrong)?;
    let shown = progress::show(steps, &handle);
    let results = pool.install(|| series.run(&means, &data, &handle));
    drop(shown);
    match results {
        Ok(results) => {
            let text = table::csv(&results)?;
            match &arguments.out {
                Some(out) => {
                    replace(out, text.as_bytes())?;
                    let runs: usize = results.iter().map(|(_, found)| found.runs()).sum();
                    say(format_args!("{}: {runs} runs", out.display()))?;
                }
                None => say(text.trim_end())?,
            }
            Ok(Outcome::Done)
        }
        Err(NetworkError::Stopped { done, all }) => {
            part_is_done(arguments.share, (done, all), store, &interrupt)
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs at a time, and both engines with the threads of each run.
fn engine(arguments: &Arguments, runs: usize) -> Result<(usize, Mixed), CommandError> {
    let (outer, burn) = match arguments.engine {
        Choice::Wgpu => (1, graphics()?),
        Choice::Burn | Choice::Mixed => {
            let (outer, inner) = share_out(arguments.threads, runs);
            (outer, BurnEngine::with_threads(inner))
        }
    };
    if let Some(adapter) = burn.adapter() {
        warn(format_args!("on {adapter}"));
    }
    let layers = Layers;
    Ok((outer, Mixed { layers, burn }))
}

#[cfg(feature = "wgpu")]
fn graphics() -> Result<BurnEngine, CommandError> {
    Ok(BurnEngine::wgpu()?)
}

#[cfg(not(feature = "wgpu"))]
fn graphics() -> Result<BurnEngine, CommandError> {
    Err(CommandError::Argument(
        "--engine wgpu: this program was built without graphics processors; build it with: cargo run --release --manifest-path crates/burn/Cargo.toml \
         --features wgpu"
            .to_owned(),
    ))
}

impl Mixed {
    fn chosen(&self, choice: Choice) -> &dyn Engine {
        match choice {
            Choice::Mixed => self,
            Choice::Burn | Choice::Wgpu => &self.burn,
        }
    }
}

fn pool(threads: usize) -> Result<rayon::ThreadPool, CommandError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build()
        .map_err(|error| CommandError::Start(error.to_string()))
}

/// What is said of runs that are kept while others are missing: a part is done, or the command was stopped.
fn part_is_done(
    Share { number, of }: Share,
    (done, all): (usize, usize),
    store: &Path,
    interrupt: &Interrupt,
) -> Result<Outcome, CommandError> {
    let kept = format!("{done} of {all} runs are kept in {}", store.display());
    if of > 1 && !interrupt.seen() {
        say(format_args!(
            "part {number}/{of} is done: {kept}; the part that finds all writes the table"
        ))?;
        return Ok(Outcome::Done);
    }
    warn(format_args!("stopped: {kept}; the same command goes on"));
    Ok(Outcome::Unfinished)
}

/// Refuses a table that could not be written before hours are spent on it.
fn writable(out: &Path) -> Result<(), CommandError> {
    if out.is_dir() {
        return Err(CommandError::Argument(format!(
            "--out {}: it is a folder; expected the name of a file",
            out.display()
        )));
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => Err(CommandError::Argument(format!(
            "--out {}: there is no folder {}",
            out.display(),
            folder.display()
        ))),
        None => Ok(()),
    }
}

/// Networks that an engine does not have are refused before any other is trained.
fn check(
    burn: &BurnEngine,
    experiments: &[Experiment],
    data: &DataSet,
) -> Result<(), NetworkError> {
    let (image, classes) = (ImageSize::of(&data.train), data.train.classes());
    experiments
        .iter()
        .try_for_each(|experiment| burn.check(&experiment.plan, image, classes))
}

/// The most runs that a member has.
fn most_runs(experiments: &[Experiment]) -> usize {
    let runs = experiments
        .iter()
        .map(|experiment| experiment.gammas.len() * experiment.seeds.len());
    runs.max().unwrap_or(1)
}

/// Runs at a time, and threads of each: several threads to a run only where there are fewer runs than threads.
fn share_out(threads: Option<NonZeroUsize>, runs: usize) -> (usize, usize) {
    let threads = threads.map_or_else(rayon::current_num_threads, NonZeroUsize::get);
    let outer = runs.clamp(1, threads);
    (outer, threads / outer)
}

/// On Ctrl-C runs stop at their next step.
struct Interrupt {
    seen: Arc<AtomicBool>,
    /// What is stopped, once there is something.
    watched: Arc<OnceLock<Arc<Handle>>>,
}

impl Interrupt {
    fn listen() -> Result<Self, CommandError> {
        let this = Self {
            seen: Arc::default(),
            watched: Arc::default(),
        };
        let (seen, watched) = (Arc::clone(&this.seen), Arc::clone(&this.watched));
        ctrlc::set_handler(move || {
            seen.store(true, Ordering::SeqCst);
            if let Some(handle) = watched.get() {
                handle.stop();
            }
        })
        .map_err(|error| CommandError::Start(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(this)
    }

    /// Of all that is trained: a command trains one series.
    fn watch(&self, handle: &Arc<Handle>) {
        self.watched.get_or_init(|| Arc::clone(handle));
        if self.seen() {
            handle.stop();
        }
    }

    fn seen(&self) -> bool {
        self.seen.load(Ordering::SeqCst)
    }
}
