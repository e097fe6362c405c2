//! `data`: fetch MNIST, and show which samples an imbalanced subset takes.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use ufm_data::{
    DataSet,
    fetch::{Done, MIRRORS, Patience, Progress, download, take_from},
    mnist::FILES,
};
use ufm_support::{
    print::say,
    tables::{row, table},
};

use crate::{
    cli::{DataArgs, DataCommand, MnistArgs, SamplesArgs, SourceName},
    exit::Outcome,
    workspace,
};

/// Set by Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Carries out one of the commands about data.
pub fn run(arguments: &DataArgs) -> Result<Outcome> {
    match &arguments.command {
        DataCommand::Mnist(arguments) => mnist(arguments),
        DataCommand::Samples(arguments) => samples(arguments),
    }
}

fn mnist(arguments: &MnistArgs) -> Result<Outcome> {
    let folder = match &arguments.into {
        Some(folder) => folder.clone(),
        None => workspace::root()?.join("data/mnist"),
    };
    let total = FILES.iter().map(|file| file.bytes).sum();
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(
        "{elapsed:>4} [{bar:30}] {bytes}/{total_bytes} {msg} ({eta} left)",
    ) {
        bar.set_style(style.progress_chars("=> "));
    }
    let mut show = |progress: Progress| {
        let before: u64 = FILES
            .iter()
            .take_while(|file| file.name != progress.file)
            .map(|file| file.bytes)
            .sum();
        bar.set_message(progress.file);
        bar.set_position(before + progress.bytes);
        !INTERRUPTED.load(Ordering::Relaxed)
    };
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    let done = match &arguments.from {
        Some(from) => take_from(&folder, from, &mut show),
        None => download(&folder, &MIRRORS, Patience::default(), &mut show),
    };
    bar.finish_and_clear();
    for (path, done) in done? {
        let word = match done {
            Done::Kept => "there already",
            Done::Written => "written, SHA-256 as published",
        };
        say(format_args!("{}: {word}", path.display()))?;
    }
    Ok(Outcome::Fine)
}

fn samples(arguments: &SamplesArgs) -> Result<Outcome> {
    let data = match arguments.data_set {
        SourceName::Digits if arguments.data.is_some() => {
            bail!("--data is for mnist: the digits are part of the program")
        }
        SourceName::Digits => ufm_data::digits::load(ufm_figures::DIGITS_SPLIT)?,
        SourceName::Mnist => {
            let folder = ufm_data::mnist::locate(arguments.data.as_deref(), &workspace::root()?)?;
            ufm_data::mnist::load(&folder)?
        }
    };
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
