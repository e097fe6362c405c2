//! The command line, in one place with its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Rebuild every figure, verify every claim, check every proof.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    after_help = "Exit codes: 0 all is well; 1 a figure differs, a claim or a proof does not hold, or the output could not be written; 2 the command could not be carried out.\n\n\
        Start with:\n  \
        cargo xtask list              what there is\n  \
        cargo xtask figures           rebuild every figure into figures/\n  \
        cargo xtask verify            check every claim and its controls\n  \
        cargo xtask prove             compile and audit the formal proofs (needs Coq)\n  \
        cargo xtask report            one page of all that these have found"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Rebuild figures: CSV (the data), SVG, PNG, PDF and the manifest.
    Figures(FiguresArgs),
    /// Train the networks of a long study, and write its table, which `figures` draws from then on.
    Study(StudyArgs),
    /// Check claims and their controls and print the evidence as a table.
    Verify(VerifyArgs),
    /// Compile the formal proofs, audit the axioms they rest on, compare them with the code.
    Prove(ProveArgs),
    /// Fetch the files of MNIST or CIFAR-10, or show which samples an imbalanced subset takes.
    Data(DataArgs),
    /// Build the documentation of every crate, its formulas set by KaTeX, into target/doc.
    Doc(DocArgs),
    /// Build the audit report out of what the other commands have computed: one page, into target/report.
    Report(ReportArgs),
    /// List figures and claims, and which figure shows which claim.
    List,
}

/// Arguments of `figures`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    cargo xtask figures                                    all of them, with figures/parameters.toml\n  \
    cargo xtask figures learning-window mode-dynamics      two of them\n  \
    cargo xtask figures --check                            recompute and compare; changes nothing\n  \
    cargo xtask figures mode-dynamics --set mode-dynamics.ratio=1000 --out /tmp/try\n  \
    cargo xtask figures --quick                            fewer seeds and steps for networks, into target/figures-quick\n  \
    cargo xtask figures digits-accuracy --set digits.plan.learning-rate=0.05 --out /tmp/try\n\n\
    Networks are trained once: finished runs are kept in target/networks, and an interrupted command continues from them.\n\
    Figures of MNIST need its four files: `--data DIR`, else the folder in UFM_DATA, else data/ of the checkout;\n\
    a folder so named is that of the files or holds it as `mnist`. `cargo xtask data mnist` fetches them. Without them everything else is built.")]
pub struct FiguresArgs {
    /// Figures to build; all if none is named. `cargo xtask list` shows the ids.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Recompute and name every difference from the files on disk, writing nothing; exit code 1 if any.
    #[arg(long)]
    pub check: bool,
    /// Folder to write to or to compare with [default: figures/].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Parameter file [default: figures/parameters.toml].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Override one parameter; the value is read as TOML. May be repeated.
    #[arg(long = "set", value_name = "FIGURE.KEY=VALUE")]
    pub set: Vec<String>,
    /// Folder of MNIST's four files.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Train fewer seeds for fewer steps (marked on the figures), and write to target/figures-quick.
    #[arg(long, conflicts_with = "check")]
    pub quick: bool,
    /// Train every network again that the figures need; each kept run is replaced when the new one is finished.
    #[arg(long)]
    pub fresh: bool,
}

/// Arguments of `study`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    cargo xtask study                                    which long studies there are, and what their tables have cost\n  \
    cargo xtask study mnist-ratio                        train what is missing of it, then write its table into figures/\n  \
    cargo xtask study mnist-ratio --share 3/8            the third of eight parts, as one job of an array\n  \
    cargo xtask study digits-width --set digits-width.seeds=[1,2,3] --out /tmp/try\n\n\
    Finished runs are kept in target/networks, and an interrupted study continues from them. Parts trained on several machines are\n\
    brought together by copying that folder, or by having it in common; the part that finds all others finished writes the table.")]
pub struct StudyArgs {
    /// The studies, by the ids of their figures; none to list them.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Train only the I-th of N parts of the runs, counted from 1.
    #[arg(long, value_name = "I/N")]
    pub share: Option<String>,
    /// Folder to write to [default: figures/].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Parameter file [default: figures/parameters.toml].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Override one parameter; the value is read as TOML. May be repeated.
    #[arg(long = "set", value_name = "FIGURE.KEY=VALUE")]
    pub set: Vec<String>,
    /// Folder of MNIST's four files.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Train every run again; each that is kept is replaced when the new one is finished.
    #[arg(long)]
    pub fresh: bool,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "A claim HOLDS if its check finds every residual within its stated tolerance and the same check rejects every\n\
    control, a nearby false statement. A check that accepts a false neighbour is TOOTHLESS and counts as failed. Claims on data that are not\n\
    at hand (MNIST: UFM_DATA, or data/ of the checkout) are NOT RUN, which counts neither way.\n\n\
    Examples:\n  \
    cargo xtask verify\n  \
    cargo xtask verify window-bound flattening\n  \
    cargo xtask verify --json > evidence.json"
)]
pub struct VerifyArgs {
    /// Claims to check; all if none is named. `cargo xtask list` shows the ids.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Print the evidence as JSON instead of a table.
    #[arg(long)]
    pub json: bool,
    /// Write CLAIMS.md and the headline claims of README.md, or check that they are up to date (exit code 1 if not).
    #[arg(long, value_enum, value_name = "MODE", conflicts_with_all = ["ids", "json"])]
    pub pages: Option<PagesMode>,
}

/// What to do with the generated pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PagesMode {
    /// Replace them.
    Write,
    /// Compare them.
    Check,
}

/// Arguments of `prove`.
#[derive(Debug, Args)]
pub struct ProveArgs {
    /// Keep in theorems/coq/statements.txt what cited theorems and definitions say now; without it a difference fails.
    #[arg(long)]
    pub accept: bool,
    /// Print the ledger as JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `doc`.
#[derive(Debug, Args)]
pub struct DocArgs {
    /// Open it in a browser.
    #[arg(long)]
    pub open: bool,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(
    after_help = "It shows what `figures`, `prove` and `verify` found when they were last run on the sources as they are, and says what is missing or stale.\n\n\
    Examples:\n  \
    cargo xtask report --open\n  \
    cargo xtask report --all       run figures --check, prove and verify first\n  \
    cargo xtask report --check     have a browser look at every section (needs Chromium, Node, npm and Python)"
)]
pub struct ReportArgs {
    /// Run `figures --check`, `prove` and `verify` first.
    #[arg(long)]
    pub all: bool,
    /// Have a browser look at every section afterwards, and a validator at the metadata; exit code 1 if they find anything.
    #[arg(long)]
    pub check: bool,
    /// Open it in a browser.
    #[arg(long)]
    pub open: bool,
    /// Folder to replace [default: target/report].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Arguments of `data`.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DataCommand,
}

/// The commands about data.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Fetch MNIST's four files from public mirrors, or take them from a folder; their SHA-256 is pinned.
    #[command(after_help = "Examples:\n  \
        cargo xtask data mnist                          into data/mnist of the checkout, which git ignores\n  \
        cargo xtask data mnist --from ~/Downloads       from a folder, with the same check\n\n\
        Files that are there and right are kept. An interrupted download leaves nothing behind; start it again.")]
    Mnist(FetchArgs),
    /// Fetch CIFAR-10's six files out of the published archive (170 MB), or take them from a folder; their SHA-256 is pinned.
    #[command(after_help = "Examples:\n  \
        cargo xtask data cifar10                        into data/cifar10 of the checkout, which git ignores\n  \
        cargo xtask data cifar10 --from ~/Downloads     from a folder, with the same check\n\n\
        The folder holds cifar-10-binary.tar.gz, or its files, unpacked or packed by xz. The test file and one training file are enough: the data set is named \
        by those there are. Files that are there and right are kept. An interrupted download leaves nothing behind; start it again.")]
    Cifar10(FetchArgs),
    /// Print which training samples an imbalanced subset takes.
    Samples(SamplesArgs),
}

/// Arguments of `data mnist` and `data cifar10`.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Take the files from this folder instead of the network.
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// Folder to write to [default: that of the data set in data/].
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}

/// A data set by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SourceName {
    /// The UCI digits, part of the program.
    Digits,
    /// MNIST.
    Mnist,
    /// CIFAR-10, of those training files that are at hand.
    Cifar10,
}

/// Arguments of `data samples`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    cargo xtask data samples digits --samples 120 --ratio 10 --seed 1")]
pub struct SamplesArgs {
    /// The data set.
    #[arg(value_enum)]
    pub data_set: SourceName,
    /// Majority classes; all others are minority classes.
    #[arg(long, value_delimiter = ',', default_value = "0,1,2,3,4")]
    pub majority: Vec<u8>,
    /// Samples of each majority class.
    #[arg(long, default_value_t = 120)]
    pub samples: usize,
    /// Imbalance ratio R, at least 1: minority classes keep this part of that.
    #[arg(long, default_value_t = 10.0)]
    pub ratio: f64,
    /// Seed of the choice.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder of the data set's files, or the folder that holds one for each data set.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print every index as JSON.
    #[arg(long)]
    pub json: bool,
}
