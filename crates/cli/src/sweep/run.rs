//! Computing the points of a shard, in parallel.

use std::{
    fs::File,
    io::{IsTerminal as _, Write as _},
    num::NonZeroUsize,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use ufm_support::print::{say, warn};

use super::{
    Config, Grids, Shard,
    folder::{Folder, Sidecar},
    row,
};
use crate::{CliError, Outcome, cli::SweepArgs};

/// Set by Ctrl-C: no new point is begun.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

pub(super) fn run(arguments: &SweepArgs) -> Result<Outcome, CliError> {
    let Some(config) = &arguments.config else {
        return Ok(Outcome::Done); // never: required without a subcommand
    };
    let grids = Config::load(config)?;
    let shard = arguments.shard;
    let path = arguments
        .out
        .clone()
        .unwrap_or_else(|| default_folder(shard));
    let mut folder = Folder::open(&path, Sidecar::new(&grids, shard))?;
    let all = shard.indices(grids.total()).count();
    if folder.is_finished()? {
        say(format_args!(
            "{}: all {all} points are there already",
            folder.rows().display()
        ))?;
        return Ok(Outcome::Done);
    }
    let (found, file) = folder.resume(&grids, shard)?;
    if found.dropped > 0 {
        warn(format_args!(
            "dropped a torn last line of {} bytes",
            found.dropped
        ));
    }
    let open: Vec<u64> = shard
        .indices(grids.total())
        .zip(&found.done)
        .filter_map(|(index, done)| (!done).then_some(index))
        .collect();
    let before = all - open.len();
    catch_interrupts()?;
    let begin = Instant::now();
    let work = Work {
        grids: &grids,
        file: Mutex::new(Ok(file)),
        bar: bar(all, before),
        begun: AtomicUsize::new(0),
        stop_after: arguments.stop_after.map_or(usize::MAX, NonZeroUsize::get),
        done: AtomicUsize::new(0),
        failed: AtomicUsize::new(found.failed as usize),
    };
    pool(arguments.threads)?.install(|| {
        open.par_iter()
            .with_max_len(1)
            .for_each(|&index| work.compute(index));
    });
    work.bar.finish_and_clear();
    let (done, failed) = (work.done.into_inner(), work.failed.into_inner());
    work.file
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .map_err(CliError::io(&path))?;
    let seconds = begin.elapsed().as_secs_f64();
    let rate = format!(
        "{done} new in {seconds:.2} s, {:.0} per second",
        done as f64 / seconds
    );
    if before + done < all {
        say(format_args!(
            "{}: stopped with {} of {all} points done ({rate}); the same command goes on",
            path.display(),
            before + done
        ))?;
        return Ok(Outcome::Unfinished);
    }
    folder.finish()?;
    say(format_args!(
        "{}: shard {shard}, {all} points ({rate}), {}",
        folder.rows().display(),
        match failed {
            0 => "all with a result".to_owned(),
            n => format!("{n} without a result: see their status"),
        }
    ))?;
    Ok(Outcome::Done)
}

struct Work<'a> {
    grids: &'a Grids,
    file: Mutex<std::io::Result<File>>,
    bar: ProgressBar,
    begun: AtomicUsize,
    stop_after: usize,
    done: AtomicUsize,
    failed: AtomicUsize,
}

impl Work<'_> {
    fn compute(&self, index: u64) {
        if INTERRUPTED.load(Ordering::Relaxed)
            || self.begun.fetch_add(1, Ordering::Relaxed) >= self.stop_after
        {
            return;
        }
        let Some(point) = self.grids.point(index) else {
            return;
        };
        let line = row::line(&point);
        // One write for one line: an interruption tears the last line at most.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(open) = file.as_mut() {
            match open.write_all(row::sealed(&line).as_bytes()) {
                Ok(()) => {
                    self.done.fetch_add(1, Ordering::Relaxed);
                    if row::is_of(&line, &point) != Some(true) {
                        self.failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Err(error) => {
                    *file = Err(error);
                    INTERRUPTED.store(true, Ordering::Relaxed);
                }
            }
        }
        drop(file);
        self.bar.inc(1);
    }
}

fn default_folder(shard: Shard) -> PathBuf {
    match shard.of() {
        1 => "sweep".into(),
        of => format!("sweep-{}-of-{of}", shard.number()).into(),
    }
}

/// The first interruption stops the sweep after the points under way; the second at once, which loses those.
fn catch_interrupts() -> Result<(), CliError> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
        warn("stopping after the points under way; interrupt again to stop at once");
    })
    .map_err(|error| CliError::Start(error.to_string()))
}

fn pool(threads: Option<NonZeroUsize>) -> Result<rayon::ThreadPool, CliError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, NonZeroUsize::get))
        .build()
        .map_err(|error| CliError::Start(error.to_string()))
}

/// On standard error, drawn only where there is a terminal to draw on.
fn bar(total: usize, before: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64).with_position(before as u64);
    if let Ok(style) =
        ProgressStyle::with_template("{elapsed:>4} [{bar:30}] {pos}/{len} {per_sec} ({eta} left)")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
