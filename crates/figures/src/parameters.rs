//! Parameters: a TOML file with one table per figure, every value checked as it is read.

use std::path::Path;

use serde::{Deserialize, Serialize};
use ufm_networks::{series::Series, study::Study};
use ufm_support::{
    files::read_text,
    messages::{plain, shortened},
    names::did_you_mean,
};

use crate::{
    FigureError,
    figures::{
        cross_entropy, cross_entropy_late, cross_entropy_times, data_growth, early_benefit,
        exact_window, exact_window_chart, flattening_exponent, label_svd, learning_window,
        long_tail_growth, mode_dynamics, remedies, test_time, test_time_chart, window_vs_gamma,
    },
    studies,
};

/// The parameters that come with the program, the same text as `figures/parameters.toml`.
pub const DEFAULTS: &str = include_str!("../../../figures/parameters.toml");

/// The largest parameter file that is read, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// Parameters of every figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    /// Of `label-svd`.
    pub label_svd: label_svd::Parameters,
    /// Of `mode-dynamics`.
    pub mode_dynamics: mode_dynamics::Parameters,
    /// Of `learning-window`.
    pub learning_window: learning_window::Parameters,
    /// Of `early-benefit`.
    pub early_benefit: early_benefit::Parameters,
    /// Of `exact-window`.
    pub exact_window: exact_window::Parameters,
    /// Of `exact-window-chart`.
    pub exact_window_chart: exact_window_chart::Parameters,
    /// Of `window-vs-gamma`.
    pub window_vs_gamma: window_vs_gamma::Parameters,
    /// Of `long-tail-growth`.
    pub long_tail_growth: long_tail_growth::Parameters,
    /// Of `flattening-exponent`.
    pub flattening_exponent: flattening_exponent::Parameters,
    /// Of `cross-entropy`.
    pub cross_entropy: cross_entropy::Parameters,
    /// Of `cross-entropy-times`.
    pub cross_entropy_times: cross_entropy_times::Parameters,
    /// Of `cross-entropy-late`.
    pub cross_entropy_late: cross_entropy_late::Parameters,
    /// Of `remedies`.
    pub remedies: remedies::Parameters,
    /// Of `test-time`.
    pub test_time: test_time::Parameters,
    /// Of `test-time-chart`.
    pub test_time_chart: test_time_chart::Parameters,
    /// Of `digits-growth`.
    pub digits_growth: data_growth::Parameters,
    /// Of `mnist-growth`.
    pub mnist_growth: data_growth::Parameters,
    /// Of the figures of networks on the UCI digits.
    #[serde(deserialize_with = "studies::bounded")]
    pub digits: Study,
    /// Of the figures of networks on MNIST.
    #[serde(deserialize_with = "studies::bounded")]
    pub mnist: Study,
    /// Of `mnist-ratio`.
    #[serde(deserialize_with = "studies::bounded_series")]
    pub mnist_ratio: Series,
    /// Of `mnist-remedies`.
    #[serde(deserialize_with = "studies::bounded_series")]
    pub mnist_remedies: Series,
    /// Of `mnist-interpolation`.
    #[serde(deserialize_with = "studies::bounded_series")]
    pub mnist_interpolation: Series,
    /// Of `digits-width`.
    #[serde(deserialize_with = "studies::bounded_series")]
    pub digits_width: Series,
    /// Of `cifar10-accuracy`.
    #[serde(deserialize_with = "studies::bounded_series")]
    pub cifar10_accuracy: Series,
    /// Of `cifar10-architectures`.
    #[serde(deserialize_with = "studies::bounded_series")]
    pub cifar10_architectures: Series,
}

impl Parameters {
    /// The series of the long study that a figure is drawn from.
    ///
    /// # Errors
    /// [`FigureError::UnknownFigure`] if it is drawn from none.
    pub fn series(&self, id: &str) -> Result<&Series, FigureError> {
        match id {
            "mnist-ratio" => Ok(&self.mnist_ratio),
            "mnist-remedies" => Ok(&self.mnist_remedies),
            "mnist-interpolation" => Ok(&self.mnist_interpolation),
            "digits-width" => Ok(&self.digits_width),
            "cifar10-accuracy" => Ok(&self.cifar10_accuracy),
            "cifar10-architectures" => Ok(&self.cifar10_architectures),
            _ => Err(FigureError::UnknownFigure {
                id: id.to_owned(),
                hint: " that is drawn from a long study".to_owned(),
            }),
        }
    }
}

impl Parameters {
    /// The parameters that come with the program, [`DEFAULTS`].
    ///
    /// # Errors
    /// None: a test reads them.
    pub fn defaults() -> Result<Self, FigureError> {
        parse(DEFAULTS, "the default parameters")
    }

    /// The parameters in `file`. Every figure needs its table there, and every table all its keys.
    ///
    /// # Errors
    /// [`FigureError::Io`] if it cannot be read, [`FigureError::Parameters`] with line and column if
    /// something in it is not allowed.
    pub fn load(file: &Path) -> Result<Self, FigureError> {
        let text = read_text(file, LARGEST_FILE)?;
        parse(&text, &file.display().to_string())
    }

    /// The same with overrides of the form `figure.key=value`, the value read as TOML.
    ///
    /// ```
    /// use ufm_figures::Parameters;
    /// let defaults = Parameters::defaults()?;
    /// let changed = defaults.clone().with(&["label-svd.ratio=9".into()])?;
    /// assert_ne!(changed, defaults);
    /// assert!(defaults.with(&["label-svd.ratio=0.5".into()]).is_err());
    /// # Ok::<(), ufm_figures::FigureError>(())
    /// ```
    ///
    /// # Errors
    /// [`FigureError::Parameters`] if one is malformed, names something unknown, or is not allowed.
    pub fn with(self, overrides: &[String]) -> Result<Self, FigureError> {
        overrides
            .iter()
            .try_fold(self, |parameters, text| parameters.with_one(text))
    }

    fn with_one(self, text: &str) -> Result<Self, FigureError> {
        let refuse = |message: String| FigureError::Parameters {
            place: format!("--set {}", shortened(text)),
            message: plain(&message),
        };
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| refuse("expected figure.key=value".into()))?;
        let (figure, key) = path
            .trim()
            .split_once('.')
            .ok_or_else(|| refuse("expected figure.key=value".into()))?;
        let mut tree = toml::Table::try_from(&self).map_err(|e| refuse(e.to_string()))?;
        let known: Vec<String> = tree.keys().cloned().collect();
        let Some(mut table) = tree.get_mut(figure).and_then(toml::Value::as_table_mut) else {
            return Err(refuse(format!(
                "there is no figure `{figure}`{}",
                did_you_mean(figure, known.iter().map(String::as_str))
            )));
        };
        // A key may lead through inner tables, as in `digits.plan.steps`.
        let (inner, key) = key
            .rsplit_once('.')
            .map_or((None, key), |(inner, key)| (Some(inner), key));
        let mut place = figure.to_owned();
        for name in inner.into_iter().flat_map(|inner| inner.split('.')) {
            let keys: Vec<String> = table.keys().cloned().collect();
            table = table
                .get_mut(name)
                .and_then(toml::Value::as_table_mut)
                .ok_or_else(|| {
                    refuse(format!(
                        "{place} has no table `{name}`{}",
                        did_you_mean(name, keys.iter().map(String::as_str))
                    ))
                })?;
            place = format!("{place}.{name}");
        }
        let keys: Vec<String> = table.keys().cloned().collect();
        let Some(slot) = table.get_mut(key) else {
            return Err(refuse(format!(
                "{place} has no parameter `{key}`{}; it has {}",
                did_you_mean(key, keys.iter().map(String::as_str)),
                keys.join(", ")
            )));
        };
        if value.contains(['\n', '\r']) {
            return Err(refuse("expected one value, on one line".into()));
        }
        let document: toml::Table = toml::from_str(&format!("value = {value}"))
            .map_err(|error| refuse(format!("`{value}` is no TOML value: {}", error.message())))?;
        if let Some(value) = document.get("value") {
            *slot = value.clone();
        }
        tree.try_into()
            .map_err(|error: toml::de::Error| refuse(error.message().to_owned()))
    }

    /// The parameters of one figure as TOML.
    ///
    /// # Errors
    /// [`FigureError::UnknownFigure`] if there is no such figure.
    pub fn of(&self, figure: &str) -> Result<toml::Table, FigureError> {
        let tree = toml::Table::try_from(self).map_err(|error| FigureError::Parameters {
            place: figure.to_owned(),
            message: error.to_string(),
        })?;
        match tree.get(figure) {
            Some(toml::Value::Table(table)) => Ok(table.clone()),
            _ => Err(FigureError::UnknownFigure {
                id: figure.to_owned(),
                hint: did_you_mean(figure, tree.keys().map(String::as_str)),
            }),
        }
    }
}

/// Reads a parameter file; an error says line, column, what was found and what is allowed.
fn parse(text: &str, place: &str) -> Result<Parameters, FigureError> {
    toml::from_str(text).map_err(|error| FigureError::Parameters {
        place: place.to_owned(),
        message: plain(&error.to_string()),
    })
}
