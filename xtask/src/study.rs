//! `study`: train the networks of a long study, or list what there is.

use anyhow::{Context as _, Result, bail};
use ufm_figures::{
    Figure, FigureError, Gathering, Laboratory, Machine, Manifest, Parameters, Reads,
};
use ufm_networks::{NetworkError, engine::Layers, experiment::Share, study::Corpus};
use ufm_support::{
    print::say,
    tables::{row, table},
};

use crate::{
    cli::StudyArgs,
    exit::Outcome,
    figures::{Bar, laboratory, parameters, stop_on_interrupt},
    workspace,
};

/// Trains the studies named, or lists all.
pub fn run(arguments: &StudyArgs) -> Result<Outcome> {
    let root = workspace::root()?;
    let parameters = parameters(arguments.config.as_deref(), &arguments.set)?;
    let folder = match &arguments.out {
        Some(folder) => folder.clone(),
        None => root.join("figures"),
    };
    let share = arguments
        .share
        .as_deref()
        .map_or(Ok(Share::ALL), parse_share)?;
    if arguments.ids.is_empty() {
        return list(&parameters, &Manifest::load(&folder)?);
    }
    let figures: Vec<&'static Figure> = arguments
        .ids
        .iter()
        .map(|id| find(id))
        .collect::<Result<_>>()?;
    let (laboratory, _) = laboratory(arguments.data.as_deref())?;
    for figure in &figures {
        if let Reads::Table(corpus) = figure.reads {
            at_hand(corpus, &laboratory)?;
        }
    }
    let laboratory = Laboratory {
        fresh: arguments.fresh,
        ..laboratory
    };
    stop_on_interrupt()?;
    let gathering = Gathering {
        engine: &Layers,
        folder: &folder,
        share,
        machine: &Machine::here(),
    };
    let bar = Bar::new(figures.len());
    for figure in figures {
        let built = ufm_figures::study(figure, &parameters, &laboratory, &gathering, &bar)
            .map_err(|error| elsewhere(figure.id, error))?;
        say(format_args!(
            "wrote {} to {}",
            built.files.join("  "),
            folder.display()
        ))?;
    }
    Ok(Outcome::Fine)
}

/// Networks that this program does not have are trained by the command of another workspace, which is named.
fn elsewhere(id: &str, error: FigureError) -> anyhow::Error {
    let of_engine = matches!(
        error.cause(),
        FigureError::Network(NetworkError::Engine { .. })
    );
    let error = anyhow::Error::from(error);
    if of_engine {
        error.context(format!(
            "crates/burn trains this study: cargo run --release --manifest-path crates/burn/Cargo.toml -- --study {id} --engine mixed"
        ))
    } else {
        error
    }
}

/// Refuses a study whose data are not at hand.
fn at_hand(corpus: Corpus, laboratory: &Laboratory) -> Result<()> {
    let folder = match corpus {
        Corpus::Digits => return Ok(()),
        Corpus::Mnist => &laboratory.mnist,
        Corpus::Cifar10 => &laboratory.cifar10,
    };
    if folder.is_none() {
        bail!("the files of {corpus} are not at hand; fetch them with: cargo xtask data {corpus}");
    }
    Ok(())
}

/// The figure of a long study.
fn find(id: &str) -> Result<&'static Figure> {
    let figure = ufm_figures::find(id)?;
    match figure.reads {
        Reads::Table(_) => Ok(figure),
        _ => bail!(
            "{id} is drawn from no long study; `cargo xtask figures {id}` computes it. There are {}",
            studies()
                .map(|figure| figure.id)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

fn studies() -> impl Iterator<Item = &'static Figure> {
    ufm_figures::all()
        .iter()
        .filter(|figure| matches!(figure.reads, Reads::Table(_)))
}

/// `3/8`, counted from 1.
fn parse_share(text: &str) -> Result<Share> {
    text.split_once('/')
        .and_then(|(index, count)| {
            let (index, count): (usize, usize) = (index.parse().ok()?, count.parse().ok()?);
            (count <= 10_000).then_some((index.checked_sub(1)?, count))
        })
        .and_then(|(index, count)| Share::new(index, count).ok())
        .with_context(|| {
            format!("--share {text}: it must be I/N with I from 1 to N and N at most 10000, as 3/8")
        })
}

fn list(parameters: &Parameters, manifest: &Manifest) -> Result<Outcome> {
    let mut shown = table([
        "study",
        "runs",
        "steps of all",
        "its table took",
        "on",
        "what it shows",
    ]);
    for figure in studies() {
        let series = parameters.series(figure.id)?;
        let experiments = series.experiments()?;
        let runs: usize = experiments
            .iter()
            .map(|experiment| experiment.gammas.len() * experiment.seeds.len())
            .sum();
        let cost = manifest
            .figures
            .get(figure.id)
            .and_then(|entry| entry.study.as_ref());
        let took = cost.map_or("no table here".to_owned(), |cost| {
            format!("{:.0} processor minutes", cost.seconds / 60.0)
        });
        let on = cost.map_or(String::new(), |cost| {
            format!("{}, {}", cost.processor, cost.day)
        });
        shown.add_row(row(
            &[
                figure.id.to_owned(),
                runs.to_string(),
                series.steps()?.to_string(),
                took,
                on,
                figure.title.to_owned(),
            ],
            |column| column == 1 || column == 2,
        ));
    }
    say(format_args!("{shown}"))?;
    Ok(Outcome::Fine)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_share_is_counted_from_one() {
        assert_eq!(parse_share("3/8").unwrap(), Share::new(2, 8).unwrap());
        for text in ["0/8", "9/8", "1", "a/b", "1/0", "-1/3", "1/100000"] {
            let error = parse_share(text).unwrap_err().to_string();
            assert!(error.contains("from 1 to N"), "{error}");
        }
    }
}
