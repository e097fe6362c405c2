//! Products of lists, numbered.

use serde::{Serialize, Serializer};
use ufm_simulation::Loss;
use ufm_support::digest;

use super::point::{Flow, Method, Point, StartKey, loss_name};

/// The largest number of points of a configuration.
pub const MAX_POINTS: u64 = 100_000_000;

fn names<S: Serializer>(losses: &[Loss], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(losses.iter().map(|&loss| loss_name(loss)))
}

/// One product of lists; the flows vary fastest, the splits slowest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grid {
    /// Majority and minority classes.
    pub splits: Vec<(usize, usize)>,
    /// Imbalance ratios.
    pub ratios: Vec<f64>,
    /// Weight exponents.
    pub gammas: Vec<f64>,
    /// Scales of the start.
    pub deltas: Vec<f64>,
    /// Losses.
    #[serde(serialize_with = "names")]
    pub losses: Vec<Loss>,
    /// Starts, a gaussian one for each seed.
    pub starts: Vec<StartKey>,
    /// Flows.
    pub flows: Vec<Flow>,
    /// Samples of a minority class.
    pub minority_size: f64,
    /// The solver.
    pub solver: Method,
}

impl Grid {
    fn sizes(&self) -> [usize; 7] {
        [
            self.splits.len(),
            self.ratios.len(),
            self.gammas.len(),
            self.deltas.len(),
            self.losses.len(),
            self.starts.len(),
            self.flows.len(),
        ]
    }

    /// Number of points; `None` if it does not fit.
    fn total(&self) -> Option<u64> {
        self.sizes()
            .iter()
            .try_fold(1_u64, |product, &size| product.checked_mul(size as u64))
    }

    /// The point at `place` in this grid, numbered `index`.
    fn point(&self, place: u64, index: u64) -> Point {
        let mut rest = place;
        let mut digits = [0; 7];
        for (digit, size) in digits.iter_mut().zip(self.sizes()).rev() {
            *digit = (rest % size as u64) as usize;
            rest /= size as u64;
        }
        Point {
            index,
            split: self.splits[digits[0]],
            minority_size: self.minority_size,
            ratio: self.ratios[digits[1]],
            gamma: self.gammas[digits[2]],
            delta: self.deltas[digits[3]],
            loss: self.losses[digits[4]],
            start: self.starts[digits[5]],
            flow: self.flows[digits[6]],
            solver: self.solver,
        }
    }
}

/// All grids of a configuration, one after another. Points are made as they are asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Grids {
    grids: Vec<Grid>,
    #[serde(skip)]
    totals: Vec<u64>,
}

impl Grids {
    /// `None` if there are more than [`MAX_POINTS`] points.
    pub(super) fn new(grids: Vec<Grid>) -> Option<Self> {
        let totals: Vec<u64> = grids.iter().map(Grid::total).collect::<Option<_>>()?;
        let total = totals
            .iter()
            .try_fold(0_u64, |sum, &n| sum.checked_add(n))?;
        (total <= MAX_POINTS).then_some(Self { grids, totals })
    }

    /// The grids.
    pub fn grids(&self) -> &[Grid] {
        &self.grids
    }

    /// Number of points.
    pub fn total(&self) -> u64 {
        self.totals.iter().sum()
    }

    /// The point of a number below [`Self::total`], `None` above.
    pub fn point(&self, index: u64) -> Option<Point> {
        let mut place = index;
        for (grid, &total) in self.grids.iter().zip(&self.totals) {
            if place < total {
                return Some(grid.point(place, index));
            }
            place -= total;
        }
        None
    }

    /// SHA-256 of what the configuration means: comments, layout and the way a range is written do not matter.
    pub fn sha256(&self) -> String {
        // Serialising finite numbers, strings and lists to memory cannot fail.
        digest::of(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use crate::sweep::Config;

    #[test]
    fn numbers_and_points_are_one_to_one() {
        let text = "[[grid]]\nclasses = [4, 6]\nsplits = [[1, 2]]\nratios = [1, 2]\ngammas = [0, 1]\ndeltas = [3, 4, 5]\n\
            starts = [\"scaled\", \"gaussian\"]\nseeds = [5, 3]\nflows = [\"projected\", \"exact\"]\n\
            [[grid]]\nclasses = [4]\nratios = [1]\ngammas = [7]\ndeltas = [3]\n";
        let grids = Config::parse(text).unwrap();
        assert_eq!(grids.total(), 3 * 2 * 2 * 3 * 3 * 2 + 1);
        let mut seen: Vec<String> = (0..grids.total())
            .map(|index| {
                let point = grids.point(index).unwrap();
                assert_eq!(point.index, index);
                format!("{:?}", super::Point { index: 0, ..point })
            })
            .collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len() as u64, grids.total());
        assert_eq!(grids.point(grids.total()), None);
    }

    #[test]
    fn the_hash_is_of_the_meaning() {
        let parse = |text: &str| Config::parse(text).unwrap().sha256();
        let grid = "[[grid]]\nclasses = [4]\nratios = [1, 2, 3]\ngammas = [0]\ndeltas = [3]\n";
        let same = grid.replace("[1, 2, 3]", "{ from = 1.0, to = 3, points = 3 } # linear");
        assert_eq!(parse(grid), parse(&same));
        assert_ne!(parse(grid), parse(&grid.replace("[0]", "[-0.5]")));
        assert_ne!(parse(grid), parse(&grid.replace("[1, 2, 3]", "[1, 3, 2]")));
    }
}
