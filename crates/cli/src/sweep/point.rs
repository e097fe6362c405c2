//! One point of a grid.

use serde::{Deserialize, Serialize};
use ufm_simulation::Loss;

/// The flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// Gradient flow.
    Exact,
    /// Gradient flow kept in the row space of the labels.
    Projected,
}

/// How the times are found where there is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Closed forms and coupled numbers where they are exact, else [`Self::Matrices`].
    #[default]
    Reduced,
    /// `W` and `H`, one column a class and, from gaussian starts, factors of the within-class scatter.
    Matrices,
    /// `W` and `H`, one column a sample.
    Samples,
}

/// The start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartKey {
    /// Every mode at the same amplitude.
    Plain,
    /// Every mode at the same fraction of its singular value.
    Scaled,
    /// Independent normal entries, drawn from a seed.
    Gaussian(u64),
}

/// One problem and where it starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Its number among all points of the configuration, from 0.
    pub index: u64,
    /// Majority and minority classes.
    pub split: (usize, usize),
    /// Samples of a minority class.
    pub minority_size: f64,
    /// Imbalance ratio `R`.
    pub ratio: f64,
    /// Weight exponent `γ`.
    pub gamma: f64,
    /// Scale `δ` of the start.
    pub delta: f64,
    /// The loss.
    pub loss: Loss,
    /// The start.
    pub start: StartKey,
    /// The flow.
    pub flow: Flow,
    /// The solver.
    pub solver: Method,
}

/// The word for a loss in configurations and rows.
pub(super) const fn loss_name(loss: Loss) -> &'static str {
    match loss {
        Loss::Squared => "squared",
        Loss::CrossEntropy { .. } => "cross-entropy",
    }
}

/// Columns of [`Point::cells`].
pub(super) const PARAMETERS: [&str; 12] = [
    "index",
    "k_majority",
    "k_minority",
    "minority_size",
    "ratio",
    "gamma",
    "delta",
    "loss",
    "start",
    "seed",
    "flow",
    "solver",
];

impl Point {
    /// What a row says before any result.
    pub(super) fn cells(&self) -> [String; 12] {
        let (start, seed) = match self.start {
            StartKey::Plain => ("plain", String::new()),
            StartKey::Scaled => ("scaled", String::new()),
            StartKey::Gaussian(seed) => ("gaussian", seed.to_string()),
        };
        let flow = match self.flow {
            Flow::Exact => "exact",
            Flow::Projected => "projected",
        };
        [
            self.index.to_string(),
            self.split.0.to_string(),
            self.split.1.to_string(),
            format!("{:?}", self.minority_size),
            format!("{:?}", self.ratio),
            format!("{:?}", self.gamma),
            format!("{:?}", self.delta),
            loss_name(self.loss).to_owned(),
            start.to_owned(),
            seed,
            flow.to_owned(),
            if self.solver == Method::Samples {
                "samples"
            } else if self.needs_matrices() {
                "matrices"
            } else {
                "reduced"
            }
            .to_owned(),
        ]
    }

    /// Whether matrices are integrated: asked for, or because nothing smaller is exact.
    pub fn needs_matrices(&self) -> bool {
        self.solver != Method::Reduced || matches!(self.start, StartKey::Gaussian(_))
    }
}
