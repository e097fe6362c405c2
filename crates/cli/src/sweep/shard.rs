//! Which part of a sweep.

use std::{fmt, str::FromStr};

/// The largest number of shards: an array job of Slurm has fewer tasks.
const MOST: u32 = 1_000_000;

/// Part `I` of `N`: the points whose index is `I − 1` modulo `N`.
///
/// ```
/// use ufm_cli::sweep::Shard;
/// let shard: Shard = "2/3".parse()?;
/// assert_eq!(shard.indices(8).collect::<Vec<_>>(), [1, 4, 7]);
/// assert!("1/1000001".parse::<Shard>().is_err());
/// assert!("0/3".parse::<Shard>().is_err() && "4/3".parse::<Shard>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// `I`, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// `N`.
    pub fn of(self) -> u32 {
        self.of
    }

    /// The indices of its points among `total`, increasing.
    pub fn indices(self, total: u64) -> impl Iterator<Item = u64> {
        (u64::from(self.number - 1)..total).step_by(self.of as usize)
    }

    /// Whether the point is one of its own.
    pub fn holds(self, index: u64) -> bool {
        index % u64::from(self.of) == u64::from(self.number - 1)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse::<u32>().ok()?, n.parse::<u32>().ok()?)));
        match parts {
            Some((number, of)) if 1 <= number && number <= of && of <= MOST => {
                Ok(Self { number, of })
            }
            _ => Err(format!(
                "`{text}` is no shard: expected I/N with whole numbers 1 ≤ I ≤ N ≤ {MOST}, such as 3/8"
            )),
        }
    }
}
