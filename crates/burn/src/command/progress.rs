//! How far the series is, on standard error: one line drawn again and again on a terminal, a line every few seconds elsewhere.

use std::{
    io::{IsTerminal as _, Write as _, stderr},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use ufm_networks::experiment::Handle;
use ufm_support::print::warn;

/// Between two lines of a log, and between two drawings.
const LINE: Duration = Duration::from_secs(5);
const DRAWING: Duration = Duration::from_millis(200);

/// Shows it until it is dropped.
pub(super) struct Shown {
    end: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Begins to show how many of `all` steps are done.
pub(super) fn show(all: usize, handle: &Arc<Handle>) -> Shown {
    let (end, ended) = mpsc::channel::<()>();
    let handle = Arc::clone(handle);
    let thread = thread::spawn(move || {
        let begin = Instant::now();
        let terminal = stderr().is_terminal();
        let every = if terminal { DRAWING } else { LINE };
        while ended.recv_timeout(every) == Err(mpsc::RecvTimeoutError::Timeout) {
            let words = words(handle.steps(), all, begin.elapsed());
            if terminal {
                let _ = write!(stderr(), "\r\x1b[2K{words}");
            } else {
                warn(words);
            }
        }
        if terminal {
            let _ = write!(stderr(), "\r\x1b[2K");
        }
    });
    Shown {
        end: Some(end),
        thread: Some(thread),
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn words(done: usize, all: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let mut words = format!("{done} of {all} steps, {seconds:.0} s");
    if 0 < done && done < all {
        let left = seconds * (all - done) as f64 / done as f64;
        words.push_str(&format!(", about {left:.0} s left"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_estimated_from_what_is_done() {
        let minute = Duration::from_secs(60);
        assert_eq!(words(0, 8, minute), "0 of 8 steps, 60 s");
        assert_eq!(words(6, 8, minute), "6 of 8 steps, 60 s, about 20 s left");
        assert_eq!(words(8, 8, minute), "8 of 8 steps, 60 s");
    }
}
