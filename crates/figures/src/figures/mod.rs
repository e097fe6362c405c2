//! One module per figure.

pub mod cross_entropy;
pub mod cross_entropy_late;
pub mod cross_entropy_times;
pub mod data_growth;
pub mod early_benefit;
pub mod exact_window;
pub mod exact_window_chart;
pub mod flattening_exponent;
pub mod label_svd;
pub mod learning_window;
pub mod long_tail_growth;
pub mod mode_dynamics;
pub mod networks;
pub mod remedies;
pub mod test_time;
pub mod test_time_chart;
pub mod window_vs_gamma;

use ufm_support::names::did_you_mean;

use crate::{FigureError, Inputs, Parameters, Reads, Table};

/// A figure: what it is called, what it shows, how it is computed and drawn.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Identifier, `kebab-case`: its name on the command line and of its files.
    pub id: &'static str,
    /// Title of the figure, a few words.
    pub title: &'static str,
    /// What one sees, as under a figure in a paper.
    pub caption: &'static str,
    /// The claims it shows, by id.
    pub claims: &'static [&'static str],
    /// What it reads beside its parameters.
    pub reads: Reads,
    /// Computes the table of the figure from parameters and data.
    pub table: fn(&Parameters, &Inputs) -> Result<Table, FigureError>,
    /// Draws the table, as SVG in points.
    pub draw: fn(&Table) -> Result<String, FigureError>,
    /// Draws the pictures of an animation, if it has one.
    pub frames: Option<Frames>,
}

/// Draws a table as several pictures of one size, each as SVG in points.
pub type Frames = fn(&Table) -> Result<Vec<String>, FigureError>;

impl Figure {
    /// The table of the parameter file that it reads: its own, or that of the experiment.
    pub fn parameters(&self) -> &'static str {
        match self.reads {
            Reads::Networks(source, _) => source.name(),
            Reads::Nothing | Reads::Samples(_) | Reads::Table(_) => self.id,
        }
    }
}

/// Every figure of this crate, in reading order.
pub fn all() -> &'static [Figure] {
    &[
        label_svd::FIGURE,
        mode_dynamics::FIGURE,
        learning_window::FIGURE,
        early_benefit::FIGURE,
        window_vs_gamma::FIGURE,
        exact_window::FIGURE,
        exact_window_chart::FIGURE,
        long_tail_growth::FIGURE,
        flattening_exponent::FIGURE,
        cross_entropy::FIGURE,
        cross_entropy_times::FIGURE,
        cross_entropy_late::FIGURE,
        remedies::FIGURE,
        test_time::FIGURE,
        test_time_chart::FIGURE,
        data_growth::DIGITS,
        networks::accuracy::DIGITS,
        networks::confusion::DIGITS,
        networks::spectrum::DIGITS,
        networks::stopping::DIGITS,
        data_growth::MNIST,
        networks::accuracy::MNIST,
        networks::confusion::MNIST,
        networks::spectrum::MNIST,
        networks::stopping::MNIST,
        networks::interpolation::MNIST,
        networks::ratio::MNIST,
        networks::remedies::MNIST,
        networks::width::DIGITS,
        networks::colour::CIFAR10,
        networks::architectures::CIFAR10,
    ]
}

/// The figure of the given id.
///
/// # Errors
/// [`FigureError::UnknownFigure`], with the nearest id if one is near.
pub fn find(id: &str) -> Result<&'static Figure, FigureError> {
    all().iter().find(|figure| figure.id == id).ok_or_else(|| {
        let known: Vec<&str> = all().iter().map(|figure| figure.id).collect();
        let hint = match did_you_mean(id, known.iter().copied()) {
            none if none.is_empty() => format!("; there are {}", known.join(", ")),
            hint => hint,
        };
        FigureError::UnknownFigure {
            id: id.to_owned(),
            hint,
        }
    })
}
