//! The reduced flow against the full one, against an independent table of windows, and at the extremes.

#![allow(clippy::unwrap_used)] // test helpers

use ufm_simulation::{Initialisation, Problem, Simulation, SimulationError, Solver, Trajectory};
use ufm_theory::{
    TheoryError,
    problem::{Shape, Start, StepProfile, Weighting},
    spectrum::Mode,
    windows,
};

fn problem(step: &StepProfile, gamma: f64) -> Problem {
    Problem::step(step, Weighting::power(gamma).unwrap()).unwrap()
}

fn reduced<'a>(problem: &'a Problem, start: Start) -> Simulation<'a> {
    Simulation::new(problem, Initialisation::spectral(start)).solver(Solver::Reduced)
}

fn learned(step: &StepProfile, gamma: f64, start: Start) -> Trajectory {
    reduced(&problem(step, gamma), start).at(&[]).unwrap()
}

/// Largest difference of half-amplitude times (relative) and of `ln(s/σ)` at a few times.
fn departure(step: &StepProfile, gamma: f64, start: Start, frame: Solver) -> (f64, f64) {
    let problem = problem(step, gamma);
    let half = reduced(&problem, start).at(&[]).unwrap();
    let drift = half.drift.unwrap();
    assert!(drift < 1e-8, "drift {drift:e}");
    let end = 1.2 * half.end;
    let times: Vec<f64> = (0..=12).map(|i| f64::from(i) / 12.0 * end).collect();
    let full = Simulation::new(&problem, Initialisation::spectral(start))
        .solver(frame)
        .tolerance(1e-11)
        .until(end)
        .at(&times)
        .unwrap();
    let (mut of_times, mut of_fractions) = (0.0_f64, 0.0_f64);
    let pairs = full
        .half_amplitude_times()
        .into_iter()
        .zip(half.half_amplitude_times());
    for (a, b) in pairs {
        of_times = of_times.max((a.unwrap() / b.unwrap() - 1.0).abs());
    }
    let few = reduced(&problem, start).at(&times).unwrap();
    for (a, b) in full.moments.iter().zip(&few.moments) {
        for (x, y) in a.ln_fractions.iter().zip(&b.ln_fractions) {
            of_fractions = of_fractions.max((x - y).abs());
        }
        let close = |x: f64, y: f64| assert!((x - y).abs() < 1e-6 * (1.0 + x.abs()), "{x}, {y}");
        close(a.loss, b.loss);
        close(a.residual, b.residual);
        close(a.angle, b.angle);
        close(a.leakage.of_labels, b.leakage.of_labels);
        close(a.leakage.of_logits, b.leakage.of_logits);
        assert!((a.class_logits() - b.class_logits()).amax() < 1e-6);
        for (x, y) in a.groups.iter().zip(&b.groups) {
            close(x.residual, y.residual);
            close(x.margin.unwrap(), y.margin.unwrap());
            assert_eq!(x.accuracy, y.accuracy);
        }
    }
    (of_times, of_fractions)
}

#[test]
fn the_reduced_flow_is_the_full_one() {
    for (majority, minority) in [(2, 2), (1, 3), (5, 2), (1, 1)] {
        for (ratio, gamma, delta) in [
            (10.0, 0.5, 4.0),
            (100.0, 0.5, 20.0),
            (100.0, 1.0, 3.0),
            (30.0, 0.0, 8.0),
            (7.5, -0.3, 2.0),
            (1000.0, 0.25, 1.0),
        ] {
            for shape in [Shape::Plain, Shape::Scaled] {
                let step = StepProfile::new(majority, minority, ratio).unwrap();
                let start = Start::new(shape, delta).unwrap();
                let (times, fractions) = departure(&step, gamma, start, Solver::ClassMeans);
                let case =
                    format!("{majority} + {minority}, R = {ratio}, γ = {gamma}, δ = {delta}");
                assert!(times < 1e-8, "{case}: times differ by {times:e}");
                assert!(
                    fractions < 1e-7,
                    "{case}: ln fractions differ by {fractions:e}"
                );
            }
        }
    }
}

#[test]
fn the_reduced_flow_is_the_full_one_sample_by_sample() {
    let step = StepProfile::new(2, 3, 20.0)
        .unwrap()
        .with_minority_size(3.0)
        .unwrap();
    let (times, fractions) = departure(&step, 0.5, Start::scaled(5.0).unwrap(), Solver::Samples);
    assert!(times < 1e-8 && fractions < 1e-7, "{times:e}, {fractions:e}");
}

/// Relative windows at `γ = ½`, equal halves, scaled start, to five decimals. Computed independently, by an adaptive
/// Runge–Kutta method in logarithmic coordinates with tolerance `1e-8`. Columns: `δ` as in [`DELTAS`].
const WINDOWS: [(f64, [f64; 8], f64); 6] = [
    (
        2.0,
        [
            0.01544, 0.01585, 0.01348, 0.00857, 0.00444, 0.00222, 0.00056, 0.00014,
        ],
        0.01461,
    ),
    (
        10.0,
        [
            0.13601, 0.14551, 0.12954, 0.08437, 0.04392, 0.02198, 0.00549, 0.00137,
        ],
        0.12689,
    ),
    (
        100.0,
        [
            0.32079, 0.34772, 0.31603, 0.21195, 0.11099, 0.05555, 0.01389, 0.00347,
        ],
        0.29206,
    ),
    (
        1e4,
        [
            0.41274, 0.41313, 0.40604, 0.32744, 0.17986, 0.09010, 0.02252, 0.00563,
        ],
        0.40028,
    ),
    (
        1e6,
        [
            0.41420, 0.41420, 0.41400, 0.39221, 0.23930, 0.12018, 0.03004, 0.00751,
        ],
        0.41280,
    ),
    (
        1e9,
        [
            0.41421, 0.41421, 0.41421, 0.41394, 0.32406, 0.16491, 0.04123, 0.01031,
        ],
        0.41417,
    ),
];
const DELTAS: [f64; 8] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0];

#[test]
fn windows_to_five_decimals() {
    let mut worst = 0.0_f64;
    for (ratio, windows, projected) in WINDOWS {
        for (delta, expected) in DELTAS.into_iter().zip(windows) {
            let step = StepProfile::halves(4, ratio).unwrap();
            let run = learned(&step, 0.5, Start::scaled(delta).unwrap());
            let found = run.window().unwrap().relative;
            worst = worst.max((found - expected).abs());
            assert!(
                (found - expected).abs() < 0.51e-5,
                "R = {ratio:e}, δ = {delta}: {found:.8}, expected {expected}"
            );
        }
        let formula =
            windows::reweighted_relative(ufm_theory::problem::ImbalanceRatio::new(ratio).unwrap());
        assert!((formula - projected).abs() < 0.51e-5);
    }
    println!("largest difference {worst:e}");
}

#[test]
fn extremes_are_finite_and_cheap() {
    for ratio in [1.0, 1e9, 1e12, 1e15] {
        for delta in [0.5, 8.0, 400.0, 1e5] {
            for gamma in [0.0, 0.5, 1.0] {
                for shape in [Shape::Plain, Shape::Scaled] {
                    let step = StepProfile::halves(1000, ratio).unwrap();
                    let start = Start::new(shape, delta).unwrap();
                    let half = learned(&step, gamma, start);
                    let case = format!("R = {ratio:e}, δ = {delta}, γ = {gamma}, {shape:?}");
                    let window = half.window().unwrap();
                    assert!(
                        window.relative.is_finite() && window.spread.is_finite(),
                        "{case}"
                    );
                    assert!(
                        half.statistics.steps < 2000,
                        "{case}: {:?}",
                        half.statistics
                    );
                    // Steps are as exact as ln w is large.
                    let allowed = 1e-10 * delta.max(100.0);
                    let drift = half.drift.unwrap();
                    assert!(drift < allowed, "{case}: {drift:e}");
                }
            }
        }
    }
}

#[test]
fn without_imbalance_there_is_no_window_and_the_contrast_is_logistic() {
    let start = Start::scaled(9.0).unwrap();
    let balanced = learned(&StepProfile::halves(6, 1.0).unwrap(), 0.5, start);
    assert!(balanced.window().unwrap().relative.abs() < 1e-9);
    let vanilla = learned(&StepProfile::halves(6, 50.0).unwrap(), 0.0, start);
    let found = vanilla.window().unwrap();
    assert!((found.relative - (50_f64.sqrt() - 1.0)).abs() < 1e-9);
    let ends = [found.first, found.last].map(|mode| vanilla.step_modes()[mode]);
    assert_eq!(ends, [Mode::Majority, Mode::Minority]);
}

#[test]
fn the_plain_start_can_have_a_larger_window() {
    let half = learned(
        &StepProfile::halves(4, 100.0).unwrap(),
        0.5,
        Start::plain(4.0).unwrap(),
    );
    let times = Mode::ALL.map(|mode| half.half_time(mode).unwrap() / 4.0);
    for (found, expected) in times.into_iter().zip([1.2878, 1.4634, 1.0000]) {
        assert!((found - expected).abs() < 5e-5, "{times:?}");
    }
}

#[test]
fn the_minority_logit_overshoots() {
    let problem = problem(&StepProfile::halves(4, 1e4).unwrap(), 0.5);
    let flow = reduced(&problem, Start::scaled(8.0).unwrap());
    let times: Vec<f64> = (0..200).map(|i| 0.1 * f64::from(i)).collect();
    let run = flow.at(&times).unwrap();
    let moments = &run.moments;
    let highest = moments
        .iter()
        .map(|m| m.contrast_samples.unwrap()[1])
        .fold(0.0, f64::max);
    assert!(highest > 1.0 && highest < 2.0, "{highest}");
    let end = moments.last().unwrap();
    assert!((end.fractions[run.position(Mode::Contrast).unwrap()] - 1.0).abs() < 1e-3);
}

#[test]
fn bad_input_is_refused() {
    let step = StepProfile::halves(4, 100.0).unwrap();
    let start = |delta| Start::scaled(delta).unwrap();
    let problem = problem(&step, 0.5);
    // Above half from the start: no mode rises through it.
    let near = reduced(&problem, start(0.3)).until(5.0).at(&[]).unwrap();
    assert_eq!(near.unlearned(), [0, 1, 2]);
    let flow = reduced(&problem, start(3.0));
    assert!(matches!(
        flow.at(&[1.0, 0.5]),
        Err(SimulationError::RecordTime { position: 1, .. })
    ));
    assert!(matches!(
        flow.at(&[f64::NAN]),
        Err(SimulationError::RecordTime { .. })
    ));
    assert!(flow.clone().tolerance(1.0).at(&[1.0]).is_err());
    assert!(matches!(
        flow.clone().max_steps(3).at(&[]),
        Err(SimulationError::TooManySteps { steps: 3, .. })
    ));
    for refused in [
        flow.clone().projected(),
        flow.clone().descent(0.1),
        flow.clone().projected().solver(Solver::Riccati),
    ] {
        assert!(matches!(
            refused.at(&[1.0]),
            Err(SimulationError::FlowOnly(_))
        ));
    }
    let random = Initialisation::gaussian(3.0, 1).unwrap();
    for (solver, error) in [
        (Solver::Reduced, SimulationError::NotReducible),
        (Solver::Logistic, SimulationError::NotLogistic),
    ] {
        let run = Simulation::new(&problem, random.clone()).solver(solver);
        assert_eq!(run.at(&[1.0]), Err(error));
    }
    let huge = Weighting::power(1e3).unwrap();
    assert!(Problem::step(&step, huge).is_err());
    let high = Start::plain(0.3).unwrap(); // e^(−0.6) above σ = ½
    let tiny = step.with_minority_size(0.25).unwrap();
    let problem = Problem::step(&tiny, Weighting::vanilla()).unwrap();
    assert!(matches!(
        reduced(&problem, high).at(&[1.0]),
        Err(SimulationError::Theory(
            TheoryError::StartAboveTarget { .. }
        ))
    ));
    let run = Simulation::new(&problem, Initialisation::spectral(high));
    assert_eq!(run.chosen(), Solver::ClassMeans); // integration does not mind
    assert!(run.at(&[1.0]).is_ok());
}
