//! What gradient flow and gradient descent share: preparation and bookkeeping.

use ufm_theory::numerics::root::rising_root;

use crate::{
    Initialisation, Loss, Problem, SimulationError, Solver,
    matrices::{
        Frame,
        field::Field,
        measure::{Meter, factors},
        watch::Watch,
    },
    numerics::CLOSED,
    trajectory::{Moment, Statistics, Trajectory},
};

/// The right-hand side and the unknowns at time zero.
pub(crate) fn prepare(
    problem: &Problem,
    start: &Initialisation,
    frame: Frame,
    projected: bool,
) -> Result<(Field, Vec<f64>), SimulationError> {
    let (coordinates, initial) = start.begin(problem, frame)?;
    match problem.loss() {
        Loss::Squared => Ok((Field::new(coordinates, projected), initial)),
        Loss::CrossEntropy { .. } if projected => Err(SimulationError::NeedsSquaredLoss),
        Loss::CrossEntropy { .. } if frame == Frame::Scatter => Err(SimulationError::NeedsSamples),
        Loss::CrossEntropy { smoothing } => {
            Ok((Field::cross_entropy(coordinates, smoothing), initial))
        }
    }
}

/// Collects the trajectory while a simulation advances step by step.
#[derive(Debug)]
pub(crate) struct Recorder<'a> {
    meter: Meter<'a>,
    field: &'a Field,
    problem: &'a Problem,
    times: &'a [f64],
    moments: Vec<Moment>,
    watch: Watch,
}

impl<'a> Recorder<'a> {
    /// Records the requested times that are zero.
    pub(crate) fn new(
        problem: &'a Problem,
        field: &'a Field,
        times: &'a [f64],
        fractions: &[f64],
        initial: &[f64],
    ) -> Self {
        let coordinates = &field.coordinates;
        let meter = Meter::new(
            coordinates,
            problem.groups(),
            problem.group_count(),
            initial,
        );
        let fraction = |mode| meter.fraction(initial, mode);
        let watch = Watch::new(fractions, (0..coordinates.rank()).map(fraction).collect());
        let mut recorder = Self {
            meter,
            field,
            problem,
            times,
            moments: Vec::new(),
            watch,
        };
        while recorder.next_time().is_some_and(|time| time <= 0.0) {
            recorder.record(0.0, initial);
        }
        recorder
    }

    /// The next time to be recorded.
    pub(crate) fn next_time(&self) -> Option<f64> {
        self.times.get(self.moments.len()).copied()
    }

    /// Records the given unknowns as the next moment.
    pub(crate) fn record(&mut self, time: f64, y: &[f64]) {
        let mut moment = self.meter.moment(time, y);
        if let Some(loss) = self.field.loss(y) {
            moment.loss = loss;
        }
        self.moments.push(moment);
    }

    /// Looks for crossings between `before` and `now`, where the unknowns are `y`, on an interpolation between them.
    pub(crate) fn observe(
        &mut self,
        before: f64,
        now: f64,
        y: &[f64],
        mut interpolate: impl FnMut(f64) -> Result<Vec<f64>, SimulationError>,
    ) -> Result<(), SimulationError> {
        let meter = &self.meter;
        self.watch.observe(
            |mode| meter.fraction(y, mode),
            |mode, fraction| {
                rising_root((before, now), CLOSED, |time| {
                    Ok(meter.fraction(&interpolate(time)?, mode) - fraction)
                })
            },
        )
    }

    /// Whether nothing is left to wait for.
    pub(crate) fn complete(&self) -> bool {
        self.watch.complete()
    }

    pub(crate) fn finish(
        self,
        solver: Solver,
        end: f64,
        y: &[f64],
        statistics: Statistics,
    ) -> Trajectory {
        Trajectory {
            solver,
            end,
            moments: self.moments,
            crossings: self.watch.into_crossings(),
            factors: Some(factors(&self.field.coordinates, y)),
            drift: None,
            statistics,
            modes: self.problem.step_modes(),
        }
    }
}
