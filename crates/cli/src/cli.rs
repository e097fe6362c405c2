//! The command line, in one place with its help.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::sweep::Shard;

/// Loss weights for imbalanced classes: what the theory advises, and the model over grids of parameters.
#[derive(Debug, Parser)]
#[command(
    name = "ufm",
    version,
    after_help = "Exit codes: 0 done; 1 stopped before the end, the same command goes on, or the output could not be written; 2 the command could not be carried out.\n\n\
        Start with:\n  \
        ufm advise --counts 5000,5000,500,500     which weights, and when to stop\n  \
        ufm sweep --config sweep.toml             learning times over a grid"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Which loss weights an imbalanced data set asks for, and when to stop training.
    Advise(AdviseArgs),
    /// Integrate the model at every point of a grid, in parallel, resumably, in shards.
    Sweep(SweepArgs),
}

/// Arguments of `advise`.
#[derive(Debug, Args)]
#[command(
    after_help = "Weights are n^(-gamma) for a class of n samples, scaled to mean 1 over the samples. With counts alone gamma is 1,\n\
    right for features that the samples of a class share; free features, one for every sample, would have 1/2, whatever the counts. With features the rates are the singular values\n\
    of Z*Omega*X^T, and gamma is chosen to bring them closest together, but no less than 1: held against training, less was not better on held-out samples.\n\n\
    Features may be the embedding of a pretrained network, which is what its last layer sees. With PyTorch, for a model that ends in `fc`:\n  \
    model.fc = torch.nn.Identity(); model.eval()\n  \
    with torch.no_grad(): batches = [(model(x).cpu().numpy(), y.numpy()) for x, y in loader]\n  \
    X, y = map(np.concatenate, zip(*batches)); np.savez(\"features.npz\", X=X, y=y)\n\n\
    Examples:\n  \
    ufm advise --counts 5000,5000,500,500\n  \
    ufm advise --counts 5012,4988,503,498 --majority 0,1     groups of about equal size\n  \
    ufm advise --npz features.npz --format torch             arrays X and y; a line to paste\n  \
    ufm advise --npy X.npy --labels y.npy                    two files, any real type, integers or strings\n  \
    ufm advise --csv features.csv --label species            one row per sample, a heading line\n  \
    ufm advise --csv features.csv --label species --ignore id --features standardised --json\n  \
    ufm advise --images train --resize 32x32                 PNG and JPEG, one folder per class\n  \
    ufm advise --idx data/mnist --features centred           images as features"
)]
pub struct AdviseArgs {
    /// Where the data are.
    #[command(flatten)]
    pub source: Source,
    /// Column of the classes.
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["counts", "npy", "npz", "images", "idx"])]
    pub label: Option<String>,
    /// Columns that are no features.
    #[arg(long, value_name = "COLUMN,…", conflicts_with_all = ["counts", "npy", "npz", "images", "idx"])]
    pub ignore: Vec<Names>,
    /// The labels that go with --npy: one for each row, integers or strings.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["counts", "csv", "npz", "images", "idx"])]
    pub labels: Option<PathBuf>,
    /// The arrays of --npz that are features and labels.
    #[arg(long, value_name = "FEATURES,LABELS", default_value = "X,y", conflicts_with_all = ["counts", "csv", "idx", "npy", "images"])]
    pub arrays: Names,
    /// Bring all images to this size first, without which all must have one size.
    #[arg(long, value_name = "WIDTHxHEIGHT", conflicts_with_all = ["counts", "csv", "npy", "npz", "idx"], value_parser = size)]
    pub resize: Option<(u32, u32)>,
    /// How the features reach the model: use what your training uses.
    #[arg(long, value_enum, default_value_t = Scaling::Raw, conflicts_with = "counts")]
    pub features: Scaling,
    /// The majority classes, by name (with --counts: 0, 1, …): names the modes as if each group had its mean size. Not needed if there are
    /// two sizes only. A name with a comma stands in quotation marks.
    #[arg(long, value_name = "CLASS,…")]
    pub majority: Vec<Names>,
    /// What to print: tables, JSON, or the weights alone in the notation of a library, with what to know as comments.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Which multiple of the weights, in the notation of a library: mean 1 over the samples (the default), or over the classes.
    #[arg(long, value_enum)]
    pub mean: Option<Mean>,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// Names separated by commas, one with commas of its own in quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl std::str::FromStr for Names {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        ufm_support::names::list(text).map(Self)
    }
}

/// Where the data of `advise` are.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Source {
    /// Samples of each class, separated by commas.
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    pub counts: Vec<u32>,
    /// Table with a heading line and one row per sample: features, and the class in the column named by --label.
    #[arg(long, value_name = "FILE", requires = "label")]
    pub csv: Option<PathBuf>,
    /// NumPy array of features, samples × features, float16 to float64, integers or bool; streamed. Needs --labels.
    #[arg(long, value_name = "FILE", requires = "labels")]
    pub npy: Option<PathBuf>,
    /// NumPy archive of features and labels, compressed or not; see --arrays.
    #[arg(long, value_name = "FILE")]
    pub npz: Option<PathBuf>,
    /// Folder with one folder of PNG or JPEG images per class; features are pixels.
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// Folder of a data set in MNIST's format: four IDX files under MNIST's names, of which the training images are the features.
    #[arg(long, value_name = "DIR")]
    pub idx: Option<PathBuf>,
}

/// `32x32`.
fn size(text: &str) -> Result<(u32, u32), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .filter(|&(width, height)| (1..=4096).contains(&width) && (1..=4096).contains(&height))
        .ok_or_else(|| "expected WIDTHxHEIGHT, as 32x32, each from 1 to 4096".to_owned())
}

/// What `advise` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for people.
    Table,
    /// All of it as JSON.
    Json,
    /// A tensor for `CrossEntropyLoss(weight=…)`.
    Torch,
    /// A dict for `class_weight`, of scikit-learn and, with integer classes, Keras.
    Sklearn,
    /// A list for `class_weights` of CatBoost.
    Catboost,
    /// A list for Ultralytics classifiers, with what detectors need instead.
    Ultralytics,
}

/// Over what weights have mean 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mean {
    /// Over the samples: the loss keeps its scale where it is divided by their number.
    Samples,
    /// Over the classes.
    Classes,
}

/// What is done to features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scaling {
    /// Nothing.
    Raw,
    /// The mean over all samples is subtracted.
    Centred,
    /// Centred, then each column divided by its standard deviation; constant columns are left out.
    Standardised,
}

/// From 1 to 1024: more than any machine this is for has cores, and what a system lets a program start.
fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .ok()
        .filter(|threads: &NonZeroUsize| threads.get() <= 1024)
        .ok_or_else(|| "expected a whole number from 1 to 1024".to_owned())
}

/// From 1 on: a sweep that is to compute nothing is none.
fn points(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| "expected a whole number from 1 on".to_owned())
}

impl From<Scaling> for ufm_advice::Scaling {
    fn from(scaling: Scaling) -> Self {
        match scaling {
            Scaling::Raw => Self::Raw,
            Scaling::Centred => Self::Centred,
            Scaling::Standardised => Self::Standardised,
        }
    }
}

/// Arguments of `sweep`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "A configuration holds one or more grids; each is the product of its lists, and rows are numbered through them in order:\n\n  \
    [[grid]]\n  \
    classes = [4, 10]               # equal halves of majority and minority classes; and/or\n  \
    splits = [[2, 8]]               # [majority, minority] classes\n  \
    ratios = { from = 1, to = 1e6, points = 7, spacing = \"log\" }      # or a list: [1, 10, 100]\n  \
    gammas = [0, 0.5, 1]\n  \
    deltas = [8, 16]\n  \
    losses = [\"squared\"]            # \"squared\", \"cross-entropy\" (exact flow)\n  \
    starts = [\"scaled\"]             # \"plain\", \"scaled\", \"gaussian\" (whole class sizes)\n  \
    flows = [\"exact\"]               # \"exact\", \"projected\"\n  \
    seeds = [0, 1]                  # of gaussian starts, and needed for them only\n  \
    minority-size = 1               # optional\n  \
    solver = \"reduced\"              # optional; to compare: \"matrices\" (class by class), \"samples\" (every sample)\n\n\
    DIR then holds rows.csv, the same bytes on any number of threads and after any interruption, and sweep.json, which says what they are. A point\n\
    that fails says so in its row's `status`. Ctrl-C stops after the points under way; the same command goes on.\n\n\
    Examples:\n  \
    ufm sweep --config sweep.toml --out whole\n  \
    ufm sweep --config sweep.toml --shard 3/8 --out part-3        points 2, 10, 18, …\n  \
    ufm sweep merge part-* --out rows.csv\n\
    A Slurm array job does the same: crates/cli/slurm/sweep.sbatch."
)]
pub struct SweepArgs {
    /// Put shards together instead.
    #[command(subcommand)]
    pub command: Option<SweepCommand>,
    /// Configuration, TOML.
    #[arg(long, value_name = "FILE", required = true)]
    pub config: Option<PathBuf>,
    /// Part I of N of the points: those with index ≡ I − 1 modulo N.
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    pub shard: Shard,
    /// Folder of the results [default: sweep, or sweep-I-of-N].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads, at most 1024 [default: one per core].
    #[arg(long, value_name = "T", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Stop after about this many new points, as an interruption would.
    #[arg(long, value_name = "POINTS", value_parser = points)]
    pub stop_after: Option<NonZeroUsize>,
}

/// What else can be done with a sweep.
#[derive(Debug, Subcommand)]
pub enum SweepCommand {
    /// Put finished shards together: the file an unsharded run would have written, or an error that says what is missing.
    Merge(MergeArgs),
}

/// Arguments of `sweep merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Folders of the shards, all of one configuration.
    #[arg(value_name = "DIR", required = true)]
    pub folders: Vec<PathBuf>,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}
