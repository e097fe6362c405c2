//! The integrated flow against the closed forms, where there are some, and against what must hold without.

#![allow(clippy::unwrap_used)] // test helpers

use ufm_simulation::{Initialisation, Problem, Simulation, Solver, Trajectory};
use ufm_theory::{
    modes::ModeDynamics,
    problem::{Start, StepProfile, Weighting},
    spectrum::{StepSpectrum, labels::step_modes},
    terminal,
};

fn weighting(gamma: f64) -> Weighting {
    Weighting::power(gamma).unwrap()
}

/// The logistic solution of each mode, with the effective weights of `gamma`.
fn logistic(step: &StepProfile, gamma: f64, start: &Start) -> Vec<ModeDynamics> {
    let spectrum = StepSpectrum::new(step, &weighting(gamma));
    step_modes(step)
        .into_iter()
        .map(|mode| ModeDynamics::of_step(&spectrum, mode, start).unwrap())
        .collect()
}

/// Largest relative error of `ln s`, of `s` and of the half-amplitude times against the logistic solutions.
fn departure(trajectory: &Trajectory, modes: &[ModeDynamics]) -> (f64, f64, f64) {
    let (mut ln_error, mut error) = (0.0_f64, 0.0_f64);
    for moment in &trajectory.moments {
        for (i, mode) in modes.iter().enumerate() {
            let expected = mode.ln_amplitude(moment.time) - mode.ln_amplitude(1e9);
            ln_error = ln_error.max((moment.ln_fractions[i] - expected).abs());
            error = error.max((moment.fractions[i] - mode.fraction(moment.time)).abs());
        }
    }
    let times = trajectory.half_amplitude_times();
    let time_error = modes
        .iter()
        .zip(&times)
        .fold(0.0, |worst: f64, (mode, time)| {
            worst.max((time.unwrap() / mode.half_amplitude_time() - 1.0).abs())
        });
    (ln_error, error, time_error)
}

#[test]
fn vanilla_flow_is_the_logistic_solution_at_the_start_in_between_and_at_the_end() {
    for (classes, ratio) in [(4, 10.0), (4, 100.0), (4, 1000.0), (20, 10.0), (20, 1000.0)] {
        for delta in [1.0, 8.0, 60.0] {
            let step = StepProfile::halves(classes, ratio).unwrap();
            let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
            let start = Start::plain(delta).unwrap();
            let modes = logistic(&step, 0.0, &start);
            let end = 2.0 * delta + 10.0;
            let middle = modes[0].half_amplitude_time();
            let trajectory = Simulation::new(&problem, Initialisation::spectral(start))
                .matrices()
                .until(end)
                .at(&[0.0, middle, delta, end])
                .unwrap();
            let (ln_error, error, time_error) = departure(&trajectory, &modes);
            let case = format!("k = {classes}, R = {ratio}, delta = {delta}");
            assert!(
                ln_error < 1e-7 && error < 1e-7,
                "{case}: {ln_error:e}, {error:e}"
            );
            assert!(time_error < 1e-9, "{case}: {time_error:e}");
            let last = &trajectory.moments[3];
            assert!(last.residual < 1e-7 && (last.groups[0].margin.unwrap() - 1.0).abs() < 1e-6);
            assert!(
                trajectory
                    .moments
                    .iter()
                    .all(|m| m.leakage.of_logits < 1e-12)
            );
        }
    }
}

#[test]
fn projected_reweighted_flow_is_logistic_with_effective_weights() {
    for ratio in [10.0, 1000.0] {
        for gamma in [0.5, 1.0] {
            let step = StepProfile::new(3, 2, ratio).unwrap();
            let problem = Problem::step(&step, weighting(gamma)).unwrap();
            let start = Start::plain(60.0).unwrap();
            let modes = logistic(&step, gamma, &start);
            let end = 2.0
                * modes
                    .iter()
                    .fold(0.0, |t: f64, m| t.max(m.half_amplitude_time()));
            let trajectory = Simulation::new(&problem, Initialisation::spectral(start))
                .matrices()
                .projected()
                .until(end)
                .at(&[0.0, 0.3 * end, end])
                .unwrap();
            let (ln_error, error, time_error) = departure(&trajectory, &modes);
            assert!(
                ln_error < 1e-7 && error < 1e-7,
                "R = {ratio}: {ln_error:e}, {error:e}"
            );
            assert!(time_error < 1e-9, "R = {ratio}: {time_error:e}");
        }
    }
}

#[test]
fn three_hundred_is_an_ordinary_scale() {
    let step = StepProfile::halves(4, 100.0).unwrap();
    for gamma in [0.0, 0.5] {
        let problem = Problem::step(&step, weighting(gamma)).unwrap();
        for start in [Start::plain(300.0).unwrap(), Start::scaled(300.0).unwrap()] {
            let modes = logistic(&step, gamma, &start);
            let trajectory = Simulation::new(&problem, Initialisation::spectral(start))
                .matrices()
                .projected()
                .until(600.0)
                .at(&[0.0, 150.0])
                .unwrap();
            let (ln_error, _, time_error) = departure(&trajectory, &modes);
            assert!(ln_error < 1e-6, "{ln_error:e}");
            assert!(time_error < 1e-9, "{time_error:e}");
        }
    }
}

#[test]
fn rotating_the_inner_dimension_changes_no_logit() {
    let step = StepProfile::halves(4, 30.0).unwrap();
    let problem = Problem::step(&step, weighting(0.5)).unwrap();
    let start = Initialisation::spectral(Start::plain(60.0).unwrap());
    let times = [20.0, 60.0, 90.0];
    let plain = Simulation::new(&problem, start.clone())
        .matrices()
        .until(90.0)
        .at(&times)
        .unwrap();
    let wide = Simulation::new(&problem, start.with_dimension(7).rotated(11))
        .matrices()
        .until(90.0)
        .at(&times)
        .unwrap();
    for (a, b) in plain.moments.iter().zip(&wide.moments) {
        for (x, y) in a.ln_fractions.iter().zip(&b.ln_fractions) {
            assert!((x - y).abs() < 1e-6, "{x} against {y}");
        }
        assert!((a.class_logits() - b.class_logits()).amax() < 1e-6);
    }
    for (a, b) in plain
        .half_amplitude_times()
        .iter()
        .zip(wide.half_amplitude_times())
    {
        assert!((a.unwrap() / b.unwrap() - 1.0).abs() < 1e-8);
    }
}

#[test]
fn exact_reweighted_flow_leaks_in_the_contrast_mode_only() {
    let step = StepProfile::halves(6, 100.0).unwrap();
    let problem = Problem::step(&step, weighting(0.5)).unwrap();
    let start = Start::scaled(8.0).unwrap();
    let modes = logistic(&step, 0.5, &start);
    let trajectory = Simulation::new(&problem, Initialisation::spectral(start))
        .matrices()
        .until(200.0)
        .at(&[0.0, 4.0, 8.0, 9.0, 200.0])
        .unwrap();
    for moment in &trajectory.moments {
        for i in [0, 1, 3, 4] {
            assert!((moment.fractions[i] - modes[i].fraction(moment.time)).abs() < 1e-6);
        }
    }
    let groups = trajectory.moments.iter().flat_map(|m| &m.groups);
    assert!(groups.into_iter().all(|group| group.accuracy == Some(1.0)));
    let leak: Vec<f64> = trajectory
        .moments
        .iter()
        .map(|m| m.leakage.of_logits)
        .collect();
    assert_eq!(leak[0], 0.0);
    assert!(leak[1] > 0.2 && leak[3] > 0.03, "{leak:?}");
    assert!(leak[4] < 1e-9, "{leak:?}");
    let times = trajectory.half_amplitude_times();
    let contrast = times[2].unwrap();
    assert!((contrast / times[4].unwrap() - 1.11099).abs() < 1e-4); // slower, but
    assert!(contrast < 0.95 * modes[2].half_amplitude_time()); // faster than projected
}

#[test]
fn both_flows_end_at_the_same_weights_and_features() {
    let step = StepProfile::halves(4, 20.0).unwrap();
    for gamma in [0.0, 0.5] {
        let problem = Problem::step(&step, weighting(gamma)).unwrap();
        let start = Initialisation::spectral(Start::plain(10.0).unwrap()).with_dimension(6);
        let trajectory = Simulation::new(&problem, start.rotated(5))
            .matrices()
            .until(60.0)
            .at(&[60.0])
            .unwrap();
        let (w, h) = (
            &trajectory.factors().unwrap().classifier,
            &trajectory.factors().unwrap().features,
        );
        let classifier = terminal::classifier_gram(problem.svd());
        let features = terminal::feature_gram_by_class(problem.svd());
        assert!((w * w.transpose() - classifier).amax() < 1e-7);
        assert!((h.transpose() * h - features).amax() < 1e-7);
        assert!(trajectory.moments[0].loss < 1e-14);
    }
}

#[test]
fn every_sample_or_one_per_class_is_the_same_flow() {
    let step = StepProfile::new(2, 3, 40.0).unwrap();
    let problem = Problem::step(&step, weighting(0.5)).unwrap();
    let start = Initialisation::spectral(Start::plain(20.0).unwrap());
    let run = |frame| {
        Simulation::new(&problem, start.clone())
            .solver(frame)
            .until(60.0)
            .at(&[0.0, 15.0, 22.0, 60.0])
            .unwrap()
    };
    let (small, full) = (run(Solver::ClassMeans), run(Solver::Samples));
    assert_eq!(full.statistics.unknowns, 4 * (5 + 83));
    assert_eq!(small.statistics.steps, full.statistics.steps);
    for (a, b) in small.moments.iter().zip(&full.moments) {
        for (x, y) in a.ln_fractions.iter().zip(&b.ln_fractions) {
            assert!((x - y).abs() < 1e-9);
        }
        assert!((a.leakage.of_logits - b.leakage.of_logits).abs() < 1e-9);
        assert!((a.loss - b.loss).abs() < 1e-10 * (1.0 + a.loss));
        assert!((a.class_logits() - b.class_logits()).amax() < 1e-9);
        assert!((a.groups[1].margin.unwrap() - b.groups[1].margin.unwrap()).abs() < 1e-9);
    }
    assert_eq!(full.factors().unwrap().features.ncols(), 83);
    for (column, &class) in full.factors().unwrap().classes.iter().enumerate() {
        let difference = full.factors().unwrap().features.column(column)
            - small.factors().unwrap().features.column(class);
        assert!(difference.amax() < 1e-9);
    }
}

#[test]
fn runs_repeat_bit_by_bit() {
    let step = StepProfile::halves(4, 10.0).unwrap();
    let problem = Problem::step(&step, weighting(0.5)).unwrap();
    let run = || {
        let start = Initialisation::gaussian(3.0, 9).unwrap().with_dimension(6);
        Simulation::new(&problem, start)
            .matrices()
            .until(8.0)
            .at(&[1.0, 5.0])
            .unwrap()
    };
    let other_thread = std::thread::scope(|scope| scope.spawn(run).join().unwrap());
    assert_eq!(run(), other_thread);
}

#[test]
fn every_watched_fraction_is_located() {
    let step = StepProfile::halves(4, 10.0).unwrap();
    let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
    let start = Start::plain(5.0).unwrap();
    let modes = logistic(&step, 0.0, &start);
    let fractions = [1e-3, 0.1, 0.9, 0.999];
    let trajectory = Simulation::new(&problem, Initialisation::spectral(start))
        .matrices()
        .watch_fractions(&fractions)
        .until(20.0)
        .at(&[])
        .unwrap();
    for fraction in fractions {
        for (mode, time) in modes.iter().zip(trajectory.crossing_times(fraction)) {
            let expected = mode.time_to_fraction(fraction).unwrap();
            assert!((time.unwrap() / expected - 1.0).abs() < 1e-8);
        }
    }
    assert_eq!(trajectory.half_amplitude_times(), [None; 3]);
}

/// Relative windows `T_contrast/T_minority − 1` of the exact flow at `γ = ½` from the scaled start, from a separate
/// integration of the three reduced unknowns in logarithmic coordinates (relative tolerance 1e-8, another program).
#[test]
fn exact_windows_agree_with_the_reduced_system() {
    let scales = [0.5, 2.0, 8.0, 64.0];
    let windows = [
        (2.0, [0.01544, 0.01348, 0.00444, 0.00056]),
        (100.0, [0.32079, 0.31603, 0.11099, 0.01389]),
        (1e4, [0.41274, 0.40604, 0.17986, 0.02252]),
        (1e6, [0.41420, 0.41400, 0.23930, 0.03004]),
    ];
    for (ratio, row) in windows {
        let step = StepProfile::halves(4, ratio).unwrap();
        let problem = Problem::step(&step, weighting(0.5)).unwrap();
        for (delta, expected) in scales.into_iter().zip(row) {
            let start = Initialisation::spectral(Start::scaled(delta).unwrap());
            let trajectory = Simulation::new(&problem, start)
                .matrices()
                .until(2.0 * delta + 2.0)
                .at(&[])
                .unwrap();
            let times = trajectory.half_amplitude_times();
            let window = times[1].unwrap() / times[2].unwrap() - 1.0;
            assert!(
                (window - expected).abs() < 6e-6,
                "R = {ratio}, delta = {delta}: {window}"
            );
        }
    }
}
