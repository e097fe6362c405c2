//! The flow of the cross-entropy against independent knowledge of it.
#![allow(clippy::unwrap_used)]

use nalgebra::DMatrix;
use ufm_simulation::{Initialisation, Loss, Problem, Simulation, SimulationError, Solver};
use ufm_theory::{
    problem::{ClassProfile, Shape, Start, StepProfile, Weighting},
    spectrum::{Mode, labels::step_modes},
};

fn step(ratio: f64, gamma: f64) -> Problem {
    let step = StepProfile::halves(4, ratio).unwrap();
    cross_entropy(Problem::step(&step, Weighting::power(gamma).unwrap()).unwrap())
}

fn cross_entropy(problem: Problem) -> Problem {
    problem.with_loss(Loss::CROSS_ENTROPY).unwrap()
}

/// The flow in five numbers.
fn reduced<'a>(problem: &'a Problem, start: Start) -> Simulation<'a> {
    Simulation::new(problem, Initialisation::spectral(start)).solver(Solver::Reduced)
}

/// Two balanced classes: one mode, `x = s/σ` the difference of the two logits. With `p = 1/(1 + e^x)` it obeys
/// `ẋ = 2σ·2px`: between `x₀` and `x₁` passes the time `∫ (1 + e^x)/(4σx) dx`.
#[test]
fn two_classes_obey_the_scalar_equation() {
    let problem = cross_entropy(
        Problem::new(
            &ClassProfile::from_counts(&[8, 8]).unwrap(),
            Weighting::vanilla(),
        )
        .unwrap(),
    );
    let sigma = problem.singular_values()[0];
    let start = Start::scaled(5.0).unwrap();
    let run = Simulation::new(&problem, Initialisation::spectral(start))
        .matrices()
        .until(2.0)
        .at(&[2.0])
        .unwrap();
    let (low, high) = ((-10.0_f64).exp(), 0.5_f64);
    let panels = 20_000; // Simpson in ln x
    let width = (high / low).ln() / f64::from(panels);
    let mut time = 0.0;
    for i in 0..=panels {
        let x = low * (width * f64::from(i)).exp();
        let weight = if i == 0 || i == panels {
            1.0
        } else {
            2.0 + 2.0 * f64::from(i % 2)
        };
        time += weight * width / 3.0 * (1.0 + x.exp()) / (4.0 * sigma);
    }
    let found = run.half_amplitude_times()[0].unwrap();
    assert!((found - time).abs() < 1e-8, "{found} against {time}");
}

/// While all logits are tiny both losses run alike, from starts far below rounding too.
#[test]
fn starts_like_the_squared_loss() {
    for delta in [20.0, 60.0, 300.0] {
        for gamma in [0.0, 0.5, 1.0] {
            let problem = step(100.0, gamma);
            let start = Start::plain(delta).unwrap();
            let early = 0.3 * delta / 10.0; // amplitudes below e^(−1.4 δ)
            let flow = Simulation::new(&problem, Initialisation::spectral(start)).matrices();
            let cross = flow.clone().until(early).at(&[early]).unwrap();
            let squared = problem.clone().with_loss(Loss::Squared).unwrap();
            let square = Simulation::new(&squared, Initialisation::spectral(start))
                .matrices()
                .until(early)
                .at(&[early])
                .unwrap();
            for (a, b) in cross.moments[0]
                .ln_fractions
                .iter()
                .zip(&square.moments[0].ln_fractions)
            {
                assert!(
                    (a - b).abs() < 1e-7,
                    "δ = {delta}, γ = {gamma}: {a} against {b}"
                );
            }
        }
    }
}

/// The loss falls, and tends to that of perfect prediction.
#[test]
fn the_loss_falls() {
    let problem = step(10.0, 0.5);
    let times: Vec<f64> = (0..50).map(|i| 4.0 * f64::from(i)).collect();
    let run = Simulation::new(
        &problem,
        Initialisation::spectral(Start::plain(4.0).unwrap()),
    )
    .matrices()
    .until(196.0)
    .at(&times)
    .unwrap();
    assert!(
        run.moments
            .windows(2)
            .all(|pair| pair[1].loss < pair[0].loss * (1.0 + 1e-12))
    );
    assert!(run.moments[49].loss < 0.02 * run.moments[0].loss);
    let expected = 2.0 * 10.0_f64.sqrt() * 4.0_f64.ln() + 2.0 * 4.0_f64.ln();
    assert!((run.moments[0].loss - expected).abs() < 0.01);
}

/// Times of escape do not depend on the tolerance: no rounding seeds a mode.
#[test]
fn half_amplitudes_converge_with_the_tolerance() {
    for (gamma, delta) in [(0.0, 12.0), (0.0, 30.0), (0.5, 30.0)] {
        let problem = step(10.0, gamma);
        let flow = Simulation::new(
            &problem,
            Initialisation::spectral(Start::plain(delta).unwrap()),
        )
        .matrices();
        let times = |tolerance| {
            let run = flow
                .clone()
                .tolerance(tolerance)
                .until(1.5 * delta)
                .at(&[])
                .unwrap();
            run.half_amplitude_times()
        };
        for (a, b) in times(1e-8).iter().zip(times(1e-11)) {
            let (a, b) = (a.unwrap(), b.unwrap());
            assert!(
                (a / b - 1.0).abs() < 1e-6,
                "γ = {gamma}, δ = {delta}: {a} against {b}"
            );
        }
    }
}

/// Late, by plain matrices: `W` and one feature a class, in the logarithm of time by the classical Runge–Kutta method, residuals summed from the
/// other classes so that nothing cancels.
fn by_matrices(problem: &Problem, start: Start, times: &[f64]) -> Vec<DMatrix<f64>> {
    let counts = problem.profile().sizes();
    let zero = Simulation::new(problem, Initialisation::spectral(start)).solver(Solver::ClassMeans);
    let begin = zero.until(1e-12).at(&[]).unwrap();
    let begin = begin.factors().unwrap().clone();
    let slope = |(w, h): &(DMatrix<f64>, DMatrix<f64>)| {
        let logits = w * h;
        let k = logits.nrows();
        let mut residual = DMatrix::zeros(k, k);
        for class in 0..k {
            let size = |j: usize| (logits[(j, class)] - logits[(class, class)]).exp();
            let sum: f64 = (0..k).map(size).sum();
            for j in (0..k).filter(|&j| j != class) {
                residual[(j, class)] = -problem.class_weights()[class] * size(j) / sum;
            }
            residual[(class, class)] = -residual.column(class).sum();
        }
        let mut summed = residual.clone();
        for (mut column, n) in summed.column_iter_mut().zip(counts) {
            column *= *n;
        }
        (summed * h.transpose(), w.transpose() * residual)
    };
    let moved = |y: &(DMatrix<f64>, DMatrix<f64>), v: &(DMatrix<f64>, DMatrix<f64>), by: f64| {
        (&y.0 + &v.0 * by, &y.1 + &v.1 * by)
    };
    // Time runs as e^s − 1.
    let mut y = (begin.classifier, begin.features);
    let mut s = 0.0_f64;
    let mut logits = Vec::new();
    for time in times {
        let steps = (((1.0 + time).ln() - s) * 4000.0).ceil();
        let length = ((1.0 + time).ln() - s) / steps;
        for _ in 0..steps as usize {
            let (a_t, b_t, d_t) = (s.exp(), (s + 0.5 * length).exp(), (s + length).exp());
            let a = slope(&y);
            let b = slope(&moved(&y, &a, 0.5 * length * a_t));
            let c = slope(&moved(&y, &b, 0.5 * length * b_t));
            let d = slope(&moved(&y, &c, length * b_t));
            for (v, weight) in [(a, a_t), (b, 2.0 * b_t), (c, 2.0 * b_t), (d, d_t)] {
                y = moved(&y, &v, length * weight / 6.0);
            }
            s += length;
        }
        logits.push(&y.0 * &y.1);
    }
    logits
}

#[test]
fn late_logits_and_their_angle_are_those_of_plain_matrices() {
    let times = [10.0, 1e3, 1e5];
    for (ratio, gamma, delta) in [(10.0, 0.0, 2.0), (100.0, 0.5, 2.0), (10.0, 1.0, 4.0)] {
        let problem = step(ratio, gamma);
        let start = Start::plain(delta).unwrap();
        let run = Simulation::new(&problem, Initialisation::spectral(start))
            .matrices()
            .tolerance(1e-11)
            .until(1e5)
            .at(&times)
            .unwrap();
        let labels = DMatrix::<f64>::identity(4, 4).add_scalar(-0.25);
        for (moment, logits) in run.moments.iter().zip(by_matrices(&problem, start, &times)) {
            let dot = |a: &DMatrix<f64>, b: &DMatrix<f64>| -> f64 {
                let columns = a
                    .column_iter()
                    .zip(b.column_iter())
                    .zip(problem.profile().sizes());
                columns.map(|((a, b), n)| n * a.dot(&b)).sum()
            };
            let cosine =
                dot(&logits, &labels) / (dot(&logits, &logits) * dot(&labels, &labels)).sqrt();
            let case = format!("R = {ratio}, γ = {gamma}, t = {}", moment.time);
            assert!(
                (cosine.acos() - moment.angle).abs() < 1e-6,
                "{case}: {} {}",
                cosine.acos(),
                moment.angle
            );
            let majority = logits[(0, 0)] - logits[(1, 0)];
            assert!(
                (majority / moment.fractions[0] - 1.0).abs() < 1e-6,
                "{case}"
            );
        }
    }
}

#[test]
fn bad_options_are_refused() {
    let problem = step(10.0, 0.0);
    let flow = Simulation::new(
        &problem,
        Initialisation::spectral(Start::plain(4.0).unwrap()),
    )
    .matrices();
    for smoothing in [1.0, f64::NAN] {
        assert!(matches!(
            problem.clone().with_loss(Loss::CrossEntropy { smoothing }),
            Err(SimulationError::Smoothing(_))
        ));
    }
    assert!(flow.clone().tolerance(0.5).until(1.0).at(&[]).is_err());
    assert!(flow.clone().max_steps(3).until(1.0).at(&[]).is_err());
    assert!(flow.clone().until(1.0).at(&[2.0]).is_err());
}

/// The five numbers are the flow of the matrices: half-amplitude times, fractions and angles.
#[test]
fn the_reduced_flow_is_the_flow() {
    let mut compared = 0;
    for (majority, minority) in [(2, 2), (3, 2), (2, 5), (1, 3), (3, 1), (1, 1)] {
        for (ratio, gamma, delta) in [
            (10.0, 0.5, 1.0),
            (100.0, 0.0, 4.0),
            (100.0, 1.0, 4.0),
            (1000.0, 0.5, 16.0),
        ] {
            for shape in [Shape::Plain, Shape::Scaled] {
                let step = StepProfile::new(majority, minority, ratio).unwrap();
                let weighting = Weighting::power(gamma).unwrap();
                let start = Start::new(shape, delta).unwrap();
                let problem = cross_entropy(Problem::step(&step, weighting).unwrap());
                let end = 20.0 * delta;
                let times: Vec<f64> = (0..=10).map(|i| end * f64::from(i) / 10.0).collect();
                let matrices = Simulation::new(&problem, Initialisation::spectral(start))
                    .matrices()
                    .tolerance(1e-11)
                    .until(end)
                    .at(&times)
                    .unwrap();
                let reduced = reduced(&problem, start).at(&times).unwrap();
                for (index, mode) in step_modes(&step).into_iter().enumerate() {
                    let case = format!(
                        "{majority} + {minority}, R = {ratio}, γ = {gamma}, {shape:?}, {mode:?}"
                    );
                    match (
                        matrices.half_amplitude_times()[index],
                        reduced.half_time(mode),
                    ) {
                        (Some(a), Some(b)) => {
                            assert!((a / b - 1.0).abs() < 1e-8, "{case}: {a}, {b}")
                        }
                        (a, b) => assert_eq!(a, b, "{case}"),
                    }
                    for (a, b) in matrices.moments.iter().zip(&reduced.moments) {
                        let (a, b) = (a.ln_fractions[index], b.ln_fractions[index]);
                        assert!((a - b).abs() < 1e-7, "{case}: {a}, {b}");
                        compared += 1;
                    }
                }
                for (a, b) in matrices.moments.iter().zip(&reduced.moments) {
                    assert!((a.angle - b.angle).abs() < 1e-7);
                    let spread = |x: f64, y: f64| (x - y).abs() / (1.0 + x.abs());
                    assert!(spread(a.loss, b.loss) < 1e-7);
                    assert!(spread(a.residual, b.residual) < 1e-7);
                    assert!(spread(a.leakage.of_labels, b.leakage.of_labels) < 1e-7);
                    assert!((a.class_logits() - b.class_logits()).amax() < 1e-6);
                    for (a, b) in a.groups.iter().zip(&b.groups) {
                        assert!(spread(a.residual, b.residual) < 1e-7);
                        assert!(spread(a.margin.unwrap(), b.margin.unwrap()) < 1e-7);
                        assert_eq!(a.accuracy, b.accuracy);
                    }
                }
            }
        }
    }
    assert!(compared > 1000);
}

/// Steps that jump over the saturation would show no error: times over many scales, where all rates are nearly equal, tend to a line.
#[test]
fn no_step_of_the_reduced_flow_jumps_over_the_saturation() {
    let step = StepProfile::new(5, 2, 2.0).unwrap();
    let problem = cross_entropy(Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap());
    let time = |delta: f64| {
        let start = Start::scaled(delta).unwrap();
        let half = reduced(&problem, start).at(&[]).unwrap();
        Mode::ALL.map(|mode| half.half_time(mode).unwrap() - delta)
    };
    let settled = time(40.0);
    for delta in 41..=400 {
        for (found, settled) in time(f64::from(delta)).iter().zip(settled) {
            assert!(
                (found - settled).abs() < 1e-8,
                "δ = {delta}: {found}, {settled}"
            );
        }
    }
}

/// Where matrices do not reach: many classes, small starts, large ratios, long times.
#[test]
fn the_reduced_flow_goes_far() {
    let step = StepProfile::new(300, 700, 1e12).unwrap();
    for gamma in [0.0, 0.5, 1.0] {
        let weighting = Weighting::power(gamma).unwrap();
        let problem = cross_entropy(Problem::step(&step, weighting).unwrap());
        let flow = reduced(&problem, Start::plain(400.0).unwrap());
        let half = flow.clone().until(1e12).at(&[]).unwrap();
        assert!(half.drift.unwrap() < 1e-7 && half.statistics.steps < 5000);
        assert!(half.half_time(Mode::Majority).is_some());
        assert!(half.half_time(Mode::Minority).is_some());
        let late = flow.at(&[1e150, 1e300]).unwrap();
        assert!(late.drift.unwrap() < 1e-7);
        let growth = |mode| {
            let index = late.position(mode).unwrap();
            late.moments[1].fractions[index] - late.moments[0].fractions[index]
        };
        assert!(Mode::ALL.iter().all(|&mode| growth(mode) > 0.0));
        let minority = growth(Mode::Minority);
        assert!((minority - 150.0 * 10.0_f64.ln()).abs() < 2.0, "{minority}"); // like ln t
    }
}

#[test]
fn bad_requests_of_the_reduced_flow_are_errors() {
    let step = StepProfile::halves(4, 10.0).unwrap();
    let problem = cross_entropy(Problem::step(&step, Weighting::vanilla()).unwrap());
    let flow = |delta| reduced(&problem, Start::scaled(delta).unwrap());
    // Starts above half: never crosses it.
    assert_eq!(flow(0.3).until(1.0).at(&[]).unwrap().unlearned(), [0, 1, 2]);
    assert!(flow(1.0).at(&[2.0, 1.0]).is_err());
    assert!(flow(1.0).at(&[f64::NAN]).is_err());
    assert!(flow(1.0).tolerance(0.5).at(&[1.0]).is_err());
    assert!(flow(1.0).max_steps(3).at(&[10.0]).is_err());
    let early = flow(1.0).until(0.1).at(&[]).unwrap();
    assert_eq!((early.unlearned().len(), early.window()), (3, None));
    let smoothed = problem
        .clone()
        .with_loss(Loss::CrossEntropy { smoothing: 0.1 })
        .unwrap();
    assert_eq!(
        reduced(&smoothed, Start::scaled(1.0).unwrap()).at(&[1.0]),
        Err(SimulationError::NotReducible)
    );
}

/// One problem through one door: from a spectral start the flow sample by sample is the flow class by class.
#[test]
fn sample_by_sample_from_a_spectral_start_is_class_by_class() {
    let profile = ufm_theory::problem::ClassProfile::from_counts(&[9, 4, 2]).unwrap();
    let plain = Problem::new(&profile, Weighting::power(0.5).unwrap()).unwrap();
    let problem = cross_entropy(plain);
    let start = Start::scaled(6.0).unwrap();
    let flow = |frame| {
        let start = Initialisation::spectral(start);
        let flow = Simulation::new(&problem, start).solver(frame);
        flow.clone().until(16.0).at(&[8.0]).unwrap()
    };
    let by_sample = flow(Solver::Samples);
    let by_class = flow(Solver::ClassMeans);
    for mode in 0..2 {
        let times = [
            by_sample.half_amplitude_times()[mode].unwrap(),
            by_class.half_amplitude_times()[mode].unwrap(),
        ];
        // Integrations at tolerance 1e-9, over a growth by e^12.
        assert!((times[0] / times[1] - 1.0).abs() < 1e-6, "{times:?}");
    }
    let losses = [by_sample.moments[0].loss, by_class.moments[0].loss];
    assert!((losses[0] / losses[1] - 1.0).abs() < 1e-6, "{losses:?}");
}

#[test]
fn what_the_cross_entropy_does_not_have_is_refused() {
    use ufm_simulation::{Initialisation, Loss, Problem, Simulation, SimulationError, Solver};
    let profile = ufm_theory::problem::ClassProfile::from_counts(&[9, 4, 2]).unwrap();
    let squared = Problem::new(&profile, Weighting::power(0.5).unwrap()).unwrap();
    let smoothed = squared
        .clone()
        .with_loss(Loss::CrossEntropy { smoothing: 1.0 });
    assert_eq!(smoothed, Err(SimulationError::Smoothing(1.0)));
    let loss = Loss::CrossEntropy { smoothing: 0.0 };
    let problem = squared.with_loss(loss).unwrap();
    let start = Initialisation::gaussian(4.0, 1).unwrap();
    let by_scatter = Simulation::new(&problem, start.clone()).solver(Solver::Scatters);
    assert_eq!(
        by_scatter.until(1.0).at(&[]),
        Err(SimulationError::NeedsSamples)
    );
    // The projected flow is one of the squared loss.
    let projected = Simulation::new(&problem, start).matrices().projected();
    assert_eq!(
        projected.until(1.0).at(&[]),
        Err(SimulationError::NeedsSquaredLoss)
    );
}
