//! The configuration file of a sweep.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use ufm_simulation::{Loss, MAX_UNKNOWNS, start::MAX_DELTA};
use ufm_support::{files::read_text, messages::plain};
use ufm_theory::problem::{ClassSize, Exponent, ImbalanceRatio, Scale};

use super::{
    axis::{Axis, EvenClasses, List, Seed, Split, Value},
    grid::{Grid, Grids, MAX_POINTS},
    point::{Flow, Method, StartKey},
};
use crate::CliError;

/// The largest configuration that is read, in bytes.
const LARGEST_FILE: u64 = 1 << 16;

/// One or more grids, as they stand in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    grid: Vec<Spanned<Table>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    classes: Option<List<EvenClasses>>,
    splits: Option<List<Split>>,
    ratios: Axis<ImbalanceRatio>,
    gammas: Axis<Exponent>,
    deltas: Axis<Scale>,
    losses: Option<List<LossName>>,
    starts: Option<List<StartName>>,
    flows: Option<List<Flow>>,
    seeds: Option<List<Seed>>,
    minority_size: Option<Value<ClassSize>>,
    #[serde(default)]
    solver: Method,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StartName {
    Plain,
    Scaled,
    Gaussian,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LossName {
    Squared,
    CrossEntropy,
}

impl LossName {
    const fn loss(self) -> Loss {
        match self {
            Self::Squared => Loss::Squared,
            Self::CrossEntropy => Loss::CROSS_ENTROPY,
        }
    }
}

impl Config {
    /// The grids of the file.
    ///
    /// # Errors
    /// [`CliError::Io`] if it cannot be read, [`CliError::Config`] with line and column if something in it is not allowed.
    pub fn load(file: &Path) -> Result<Grids, CliError> {
        let text = read_text(file, LARGEST_FILE)?;
        Self::parse(&text).map_err(|message| CliError::Config {
            path: file.to_owned(),
            message,
        })
    }

    /// The grids of a text.
    ///
    /// ```
    /// use ufm_cli::sweep::Config;
    /// let grids = Config::parse("[[grid]]\nclasses = [4]\nratios = [1, 10]\ngammas = [0, 0.5]\ndeltas = [8]\n")?;
    /// assert_eq!(grids.total(), 4);
    /// assert!(Config::parse("[[grid]]\nclasses = [5]").unwrap_err().contains("line 2"));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// A message with line and column.
    pub fn parse(text: &str) -> Result<Grids, String> {
        let config: Self = toml::from_str(text).map_err(|error| plain(&error.to_string()))?;
        let mut grids = Vec::with_capacity(config.grid.len());
        for table in config.grid {
            let start = table.span().start;
            grids.push(table.into_inner().grid().map_err(|message| {
                let line = 1 + text[..start].matches('\n').count();
                let column = start - text[..start].rfind('\n').map_or(0, |at| at + 1) + 1;
                format!("the grid at line {line}, column {column}: {message}")
            })?);
        }
        if grids.is_empty() {
            return Err(
                "line 1, column 1: there is no grid: expected at least one [[grid]]".into(),
            );
        }
        Grids::new(grids).ok_or_else(|| {
            format!("line 1, column 1: there are too many points: at most {MAX_POINTS}")
        })
    }
}

impl Table {
    fn grid(self) -> Result<Grid, String> {
        let halves = self.classes.map_or_else(Vec::new, |list| list.0);
        let mut splits: Vec<(usize, usize)> = halves.iter().map(|k| (k.0 / 2, k.0 / 2)).collect();
        for split in self.splits.map_or_else(Vec::new, |list| list.0) {
            if splits.contains(&(split.0, split.1)) {
                return Err(format!(
                    "the split [{}, {}] is given twice, by `classes` and `splits`",
                    split.0, split.1
                ));
            }
            splits.push((split.0, split.1));
        }
        if splits.is_empty() {
            return Err("missing `classes` (equal halves) or `splits`".into());
        }
        let names = self
            .starts
            .map_or_else(|| vec![StartName::Scaled], |list| list.0);
        let gaussian = names.contains(&StartName::Gaussian);
        let seeds = match (self.seeds, gaussian) {
            (Some(seeds), true) => seeds.0,
            (None, true) => {
                return Err("gaussian starts need `seeds`, such as seeds = [0, 1]".into());
            }
            (None, false) => Vec::new(),
            (Some(_), false) => {
                return Err(
                    "`seeds` are for starts = [\"gaussian\"] only, and no start here is".into(),
                );
            }
        };
        let starts = names
            .iter()
            .flat_map(|name| match name {
                StartName::Plain => vec![StartKey::Plain],
                StartName::Scaled => vec![StartKey::Scaled],
                StartName::Gaussian => seeds
                    .iter()
                    .map(|seed| StartKey::Gaussian(seed.0))
                    .collect(),
            })
            .collect();
        let grid = Grid {
            splits,
            ratios: self.ratios.0,
            gammas: self.gammas.0,
            deltas: self.deltas.0,
            losses: self.losses.map_or_else(
                || vec![Loss::Squared],
                |list| list.0.into_iter().map(LossName::loss).collect(),
            ),
            starts,
            flows: self.flows.map_or_else(|| vec![Flow::Exact], |list| list.0),
            minority_size: self.minority_size.map_or(1.0, |size| size.0),
            solver: self.solver,
        };
        check(&grid, gaussian)?;
        Ok(grid)
    }
}

/// What can only be said of several values together.
fn check(grid: &Grid, gaussian: bool) -> Result<(), String> {
    let cross_entropy = grid.losses.contains(&Loss::CROSS_ENTROPY);
    if cross_entropy && grid.flows.contains(&Flow::Projected) {
        return Err(
            "the projected flow is one of the squared loss: put the cross-entropy into a [[grid]] of its own, without flows = [\"projected\"]"
                .into(),
        );
    }
    let samples = grid.solver == Method::Samples;
    if (gaussian || grid.solver != Method::Reduced)
        && let Some(delta) = grid.deltas.iter().find(|&&delta| delta > MAX_DELTA)
    {
        return Err(format!(
            "delta = {delta:?} is not allowed with gaussian starts, solver = \"matrices\" or \"samples\": at most {MAX_DELTA}"
        ));
    }
    for &(majority, minority) in &grid.splits {
        // Class by class: W (k × d) and H (d × k) with d = k − 1.
        let k = majority + minority;
        let unknowns = (2 * k).saturating_mul(k - 1);
        if (gaussian || grid.solver != Method::Reduced) && unknowns > MAX_UNKNOWNS {
            return Err(format!(
                "split [{majority}, {minority}] has {unknowns} unknowns on matrices: at most {MAX_UNKNOWNS}; solver = \"reduced\" has no such limit"
            ));
        }
    }
    if !gaussian && !samples {
        return Ok(());
    }
    for &(majority, minority) in &grid.splits {
        for &ratio in &grid.ratios {
            let sizes = [ratio * grid.minority_size, grid.minority_size];
            if sizes
                .iter()
                .any(|size| size.fract() != 0.0 || *size > f64::from(u32::MAX))
            {
                return Err(format!(
                    "gaussian starts and solver = \"samples\" lay out samples, and R = {ratio:?} with minority-size = {:?} gives classes of {:?} and {:?}: choose whole sizes",
                    grid.minority_size, sizes[0], sizes[1]
                ));
            }
            let k = (majority + minority) as f64;
            let samples = sizes[0] * majority as f64 + sizes[1] * minority as f64;
            let unknowns = (k + samples) * (k - 1.0);
            if unknowns > MAX_UNKNOWNS as f64 {
                return Err(format!(
                    "split [{majority}, {minority}] with R = {ratio:?} has {unknowns:?} unknowns with every sample laid out: at most {MAX_UNKNOWNS}"
                ));
            }
        }
    }
    Ok(())
}
