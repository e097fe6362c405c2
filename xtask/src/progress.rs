//! Progress on standard error: a bar where there is a terminal to draw on, a line now and then where there is none.

use std::{
    cell::Cell,
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use ufm_support::print::warn;

/// Between two lines of a log.
const EVERY: Duration = Duration::from_secs(30);

/// Progress as lines, the first at once.
pub struct Lines {
    what: String,
    total: usize,
    last: Cell<Option<Instant>>,
    silent: bool,
}

impl Lines {
    /// Of `total` steps of something; silent where a bar is drawn.
    pub fn new(what: &str, total: usize) -> Self {
        Self {
            what: what.to_owned(),
            total,
            last: Cell::new(None),
            silent: std::io::stderr().is_terminal(),
        }
    }

    /// Says how many steps are done, if the last line is old enough.
    pub fn tell(&self, done: usize) {
        let old = self.last.get().is_none_or(|last| last.elapsed() >= EVERY);
        if old && !self.silent {
            self.last.set(Some(Instant::now()));
            warn(format_args!(
                "{}: {done} of {} steps",
                self.what, self.total
            ));
        }
    }
}

/// A bar of `total` steps.
pub fn bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) =
        ProgressStyle::with_template("{elapsed:>4} [{bar:30}] {pos}/{len} {msg} ({eta} left)")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
