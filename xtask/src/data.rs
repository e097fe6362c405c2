//! `data`: fetch MNIST and CIFAR-10, and show which samples an imbalanced subset takes.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use ufm_data::{
    DataSet, cifar10,
    fetch::{self, Done, Patience, Progress},
    mnist,
};
use ufm_networks::study::Corpus;
use ufm_support::{
    print::say,
    tables::{row, table},
};

use crate::{
    cli::{DataArgs, DataCommand, FetchArgs, SamplesArgs, SourceName},
    exit::Outcome,
    workspace,
};

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Carries out one of the commands about data.
pub fn run(arguments: &DataArgs) -> Result<Outcome> {
    match &arguments.command {
        DataCommand::Mnist(arguments) => fetch_mnist(arguments),
        DataCommand::Cifar10(arguments) => fetch_cifar10(arguments),
        DataCommand::Samples(arguments) => samples(arguments),
    }
}

/// Files and what was done about each.
type Fetched = Result<Vec<(std::path::PathBuf, Done)>, ufm_data::DataError>;

fn fetch_mnist(arguments: &FetchArgs) -> Result<Outcome> {
    let files = mnist::FILES.map(|file| (file.name, file.bytes));
    fetched(arguments, "mnist", &files, |into, show| {
        match &arguments.from {
            Some(from) => fetch::take_from(into, from, show),
            None => fetch::download(into, &fetch::MIRRORS, Patience::default(), show),
        }
    })
}

fn fetch_cifar10(arguments: &FetchArgs) -> Result<Outcome> {
    use fetch::cifar10::{ARCHIVE, ARCHIVE_BYTES, MIRRORS, PATIENCE, download, take_from};
    let archive = [(ARCHIVE, ARCHIVE_BYTES)];
    let six = cifar10::FILES.map(|file| (file.name, file.bytes));
    // What is under way: the archive, or the files one by one.
    let files: &[_] = match &arguments.from {
        Some(from) if !from.join(ARCHIVE).is_file() => &six,
        _ => &archive,
    };
    fetched(arguments, "cifar10", files, |into, show| {
        match &arguments.from {
            Some(from) => take_from(into, from, show),
            None => download(into, &MIRRORS, PATIENCE, show),
        }
    })
}

/// Fetches files, by name and size, into a folder of `data/` or the one asked for, and shows how far it is.
fn fetched(
    arguments: &FetchArgs,
    name: &str,
    files: &[(&str, u64)],
    get: impl FnOnce(&Path, &mut dyn FnMut(Progress) -> bool) -> Fetched,
) -> Result<Outcome> {
    let folder = match &arguments.into {
        Some(folder) => folder.clone(),
        None => workspace::root()?.join("data").join(name),
    };
    let bar = ProgressBar::new(files.iter().map(|file| file.1).sum());
    if let Ok(style) = ProgressStyle::with_template(
        "{elapsed:>4} [{bar:30}] {bytes}/{total_bytes} {msg} ({eta} left)",
    ) {
        bar.set_style(style.progress_chars("=> "));
    }
    let mut show = |progress: Progress| {
        let before: u64 = files
            .iter()
            .take_while(|file| file.0 != progress.file)
            .map(|file| file.1)
            .sum();
        bar.set_message(progress.file);
        bar.set_position(before + progress.bytes);
        !INTERRUPTED.load(Ordering::Relaxed)
    };
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    let done = get(&folder, &mut show);
    bar.finish_and_clear();
    for (path, done) in done? {
        let word = match done {
            Done::Kept => "there already",
            Done::Written => "written, SHA-256 as published",
            Done::Absent => "missing, and not needed",
        };
        say(format_args!("{}: {word}", path.display()))?;
    }
    Ok(Outcome::Fine)
}

fn samples(arguments: &SamplesArgs) -> Result<Outcome> {
    let corpus = match arguments.data_set {
        SourceName::Digits if arguments.data.is_some() => {
            bail!("--data is for mnist and cifar10: the digits are part of the program")
        }
        SourceName::Digits => Corpus::Digits,
        SourceName::Mnist => Corpus::Mnist,
        SourceName::Cifar10 => Corpus::Cifar10,
    };
    let data = corpus.find(arguments.data.as_deref(), &workspace::root()?)?;
    let DataSet { name, train, .. } = &data;
    let available = train.class_counts();
    let counts = ufm_data::step_counts(
        &available,
        &arguments.majority,
        arguments.samples,
        arguments.ratio,
    )?;
    let taken = ufm_data::subsample(train, &counts, arguments.seed)?;
    let of = |class: usize| {
        taken
            .iter()
            .copied()
            .filter(move |&sample| usize::from(train.labels()[sample]) == class)
            .collect::<Vec<usize>>()
    };
    if arguments.json {
        let classes: Vec<_> = (0..counts.len())
            .map(|class| json!({ "class": class, "available": available[class], "taken": of(class) }))
            .collect();
        let shown = json!({ "data_set": name, "seed": arguments.seed, "classes": classes });
        say(format_args!("{}", serde_json::to_string_pretty(&shown)?))?;
        return Ok(Outcome::Fine);
    }
    let mut shown = table([
        "class",
        "available",
        "taken",
        "training samples, counted from 0",
    ]);
    for (class, count) in counts.iter().enumerate() {
        let indices: Vec<String> = of(class).iter().take(8).map(usize::to_string).collect();
        let more = if *count > 8 { " …" } else { "" };
        shown.add_row(row(
            &[
                class.to_string(),
                available[class].to_string(),
                count.to_string(),
                indices.join(" ") + more,
            ],
            |column| column < 3,
        ));
    }
    say(format_args!("{name}, seed {}\n{shown}", arguments.seed))?;
    say(format_args!("--json prints every index"))?;
    Ok(Outcome::Fine)
}
