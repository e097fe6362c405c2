//! Work on a list by several threads, with a line now and then of how far it is.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Result;
use ufm_support::print::warn;

const EVERY: Duration = Duration::from_secs(30);

/// `work` of each item, in their order; the first error ends it.
///
/// # Errors
/// The first of `work`.
pub fn map<T: Send, U: Send>(
    what: &str,
    jobs: usize,
    items: Vec<T>,
    work: impl Fn(usize, T) -> Result<U> + Sync,
) -> Result<Vec<U>> {
    let total = items.len();
    let queue = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new((Vec::with_capacity(total), Instant::now()));
    warn(format_args!("{what}: 0 of {total}"));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.max(1))
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let Some((index, item)) = queue.lock().expect("no thread panics").next()
                        else {
                            return Ok(());
                        };
                        let result = work(index, item).inspect_err(|_| {
                            queue
                                .lock()
                                .expect("no thread panics")
                                .by_ref()
                                .for_each(drop);
                        })?;
                        let mut done = done.lock().expect("no thread panics");
                        done.0.push((index, result));
                        if done.1.elapsed() >= EVERY {
                            done.1 = Instant::now();
                            warn(format_args!("{what}: {} of {total}", done.0.len()));
                        }
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("no thread panics"))
    })?;
    let (mut results, _) = done.into_inner().expect("no thread panics");
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
