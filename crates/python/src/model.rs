//! The model itself: closed forms, and the front door of the simulation.

use numpy::{IntoPyArray, PyArray1, PyArray2, ndarray::Array2};
use pyo3::{prelude::*, types::PyDict};
use ufm_simulation::{Initialisation, Loss, Problem, Simulation};
use ufm_theory::{
    exact_flow::GrowthRates,
    problem::{ClassProfile, Normalisation, Start, StepProfile, Weighting},
    spectrum::StepSpectrum,
    windows,
};

use crate::value_error;

/// `1/rate` of each direction, increasing, in units of the first without weights.
#[pyfunction]
pub fn learning_times(
    py: Python<'_>,
    counts: Vec<usize>,
    gamma: f64,
) -> PyResult<Bound<'_, PyArray1<f64>>> {
    let times = py.detach(|| {
        let profile = ClassProfile::from_counts(&counts)?;
        let weighted = Weighting::power(gamma)?.normalised(Normalisation::SampleMeanOne);
        let unit = GrowthRates::of_labels(&profile).ln_rates()[0];
        let rates = GrowthRates::new(&profile, &weighted);
        Ok::<Vec<f64>, ufm_theory::TheoryError>(
            rates
                .ln_rates()
                .iter()
                .map(|ln| (unit - ln).exp())
                .collect(),
        )
    });
    Ok(times.map_err(value_error)?.into_pyarray(py))
}

/// The relative window of the projected flow of STEP classes, as `δ → ∞`.
#[pyfunction]
pub fn window(ratio: f64, gamma: f64, majority: usize, minority: usize) -> PyResult<f64> {
    let relative = || {
        let step = StepProfile::new(majority, minority, ratio)?;
        let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
        Ok::<f64, ufm_theory::TheoryError>(windows::limiting(&spectrum).relative)
    };
    relative().map_err(value_error)
}

/// Gradient flow of the model, through `Simulation`.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
pub fn simulate<'py>(
    py: Python<'py>,
    counts: Vec<usize>,
    gamma: f64,
    loss: &str,
    smoothing: f64,
    start: &str,
    delta: f64,
    seed: u64,
    dimension: Option<usize>,
    until: Option<f64>,
    intervals: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let loss = match loss {
        "squared" => Loss::Squared,
        "cross-entropy" => Loss::CrossEntropy { smoothing },
        other => {
            return Err(value_error(format!(
                "loss={other:?} is not allowed: \"squared\" or \"cross-entropy\""
            )));
        }
    };
    let start = match start {
        "gaussian" => Initialisation::gaussian(delta, seed).map_err(value_error)?,
        "balanced" => Initialisation::balanced(delta, seed).map_err(value_error)?,
        "plain" => Initialisation::spectral(Start::plain(delta).map_err(value_error)?),
        "scaled" => Initialisation::spectral(Start::scaled(delta).map_err(value_error)?),
        other => {
            return Err(value_error(format!(
                "start={other:?} is not allowed: \"gaussian\", \"balanced\", \"plain\" or \"scaled\""
            )));
        }
    };
    let run = py
        .detach(|| {
            let profile = ClassProfile::from_counts(&counts)?;
            let problem = Problem::new(&profile, Weighting::power(gamma)?)?.with_loss(loss)?;
            let start = match dimension {
                Some(dimension) => start.with_dimension(dimension),
                None => start,
            };
            let simulation = Simulation::new(&problem, start);
            match until {
                Some(end) => simulation.until(end).run(intervals),
                None => simulation.run(intervals),
            }
        })
        .map_err(value_error)?;
    let moments = &run.moments;
    let shown = PyDict::new(py);
    let times: Vec<f64> = moments.iter().map(|m| m.time).collect();
    shown.set_item("times", times.into_pyarray(py))?;
    let rows = |of: &dyn Fn(&ufm_simulation::Moment) -> Vec<f64>| {
        let rows: Vec<Vec<f64>> = moments.iter().map(of).collect();
        table(py, &rows)
    };
    shown.set_item("fractions", rows(&|m| m.fractions.clone())?)?;
    let accuracies: Option<Vec<Vec<f64>>> = moments.iter().map(|m| m.accuracies()).collect();
    shown.set_item(
        "accuracies",
        accuracies.map(|rows| table(py, &rows)).transpose()?,
    )?;
    let losses: Vec<f64> = moments.iter().map(|m| m.loss).collect();
    shown.set_item("losses", losses.into_pyarray(py))?;
    let half: Vec<f64> = run
        .half_amplitude_times()
        .into_iter()
        .map(|time| time.unwrap_or(f64::NAN))
        .collect();
    shown.set_item("half_times", half.into_pyarray(py))?;
    shown.set_item("end", run.end)?;
    shown.set_item("window", run.window().map(|window| window.relative))?;
    shown.set_item("solver", format!("{:?}", run.solver))?;
    Ok(shown)
}

fn table<'py>(py: Python<'py>, rows: &[Vec<f64>]) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let shape = (rows.len(), rows.first().map_or(0, Vec::len));
    Array2::from_shape_vec(shape, rows.concat())
        .map(|table| table.into_pyarray(py))
        .map_err(value_error)
}
