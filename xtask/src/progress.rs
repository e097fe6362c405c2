//! Progress on standard error: a bar where there is a terminal to draw on, a line now and then where there is none.

use std::{
    io::IsTerminal as _,
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use ufm_support::print::warn;

/// Before the first line of a log, and between two of them.
const FIRST: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(200);

/// A bar of `total` steps of something, or of an unknown number for 0. Dropped or finished it says no more.
pub fn bar(what: &'static str, total: usize) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) =
        ProgressStyle::with_template("{elapsed:>4} [{bar:30}] {pos}/{len} {msg} ({eta} left)")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(TICK);
    if !std::io::stderr().is_terminal() {
        log(what, &bar);
    }
    bar
}

/// Says now and then how far a bar is, until it is finished or gone.
fn log(what: &'static str, bar: &ProgressBar) {
    let bar = bar.downgrade();
    let begin = Instant::now();
    let mut next = begin + FIRST;
    thread::spawn(move || {
        while let Some(bar) = bar.upgrade().filter(|bar| !bar.is_finished()) {
            if Instant::now() >= next {
                next += EVERY;
                let (done, total) = (bar.position(), bar.length().unwrap_or(0));
                let counted = match total {
                    0 => String::new(),
                    _ => format!(" {done} of {total},"),
                };
                let seconds = begin.elapsed().as_secs();
                warn(format_args!(
                    "{what}:{counted} {seconds} s, {}",
                    bar.message()
                ));
            }
            drop(bar);
            thread::sleep(TICK);
        }
    });
}
