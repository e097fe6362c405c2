//! What gradient flow and gradient descent share: preparation and bookkeeping.

use crate::{
    Frame, Initialisation, Problem, SimulationError,
    crossing::{Watch, root},
    field::Field,
    loss::Loss,
    measure::{Meter, factors},
    trajectory::{Moment, Statistics, Trajectory},
};

/// The right-hand side and the unknowns at time zero.
pub(crate) fn prepare(
    problem: &Problem,
    initialisation: &Initialisation,
    frame: Option<Frame>,
    projected: bool,
) -> Result<(Field, Vec<f64>), SimulationError> {
    let frame = frame.unwrap_or(initialisation.frame_for(problem));
    let (coordinates, initial) = initialisation.begin(problem, Some(frame))?;
    let field = Field::new(coordinates, projected);
    match problem.loss() {
        Loss::Squared => Ok((field, initial)),
        Loss::CrossEntropy { .. } if projected => Err(SimulationError::NeedsSquaredLoss),
        Loss::CrossEntropy { .. } if frame == Frame::Scatter => Err(SimulationError::NeedsSamples),
        Loss::CrossEntropy { smoothing } => Ok((field.with_cross_entropy(smoothing), initial)),
    }
}

/// # Errors
/// Unless the tolerance lies between `1e-12` and `1e-2`.
pub(crate) fn check_tolerance(tolerance: f64) -> Result<(), SimulationError> {
    if (1e-12..=1e-2).contains(&tolerance) {
        Ok(())
    } else {
        Err(SimulationError::Tolerance(tolerance))
    }
}

/// # Errors
/// Unless `end` is positive, the times increase from 0 to `end` and the fractions lie between 0 and 1.
pub(crate) fn check_request(
    times: &[f64],
    end: f64,
    fractions: &[f64],
) -> Result<(), SimulationError> {
    if !(end.is_finite() && end > 0.0) {
        return Err(SimulationError::FinalTime(end));
    }
    let mut earliest = 0.0;
    for (position, &time) in times.iter().enumerate() {
        if !(time >= earliest && time <= end) {
            return Err(SimulationError::RecordTime {
                position,
                time,
                end,
            });
        }
        earliest = time;
    }
    match fractions.iter().find(|&&f| !(f > 0.0 && f < 1.0)) {
        Some(&fraction) => Err(ufm_theory::TheoryError::Fraction(fraction).into()),
        None => Ok(()),
    }
}

/// Collects the trajectory while a simulation advances step by step.
#[derive(Debug)]
pub(crate) struct Recorder<'a> {
    meter: Meter<'a>,
    field: &'a Field,
    loss: Loss,
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
            loss: problem.loss(),
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
        if self.loss != Loss::Squared {
            moment.loss = self.field.cross_entropy(y);
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
                root(before, now, |time| {
                    Ok(meter.fraction(&interpolate(time)?, mode) - fraction)
                })
            },
        )
    }

    pub(crate) fn finish(self, y: &[f64], statistics: Statistics) -> Trajectory {
        Trajectory {
            moments: self.moments,
            crossings: self.watch.into_crossings(),
            end: factors(&self.field.coordinates, y),
            statistics,
        }
    }
}
