//! What holds from any start, on any class profile.

#![allow(clippy::unwrap_used)] // test helpers

use nalgebra::DMatrix;
use proptest::prelude::*;
use ufm_simulation::{Initialisation, Problem, Simulation, SimulationError, Solver};
use ufm_theory::problem::{ClassProfile, Start, StepProfile, Weighting};

fn problem(counts: &[usize], gamma: f64) -> Problem {
    let profile = ClassProfile::from_counts(counts).unwrap();
    Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn loss_falls_and_imbalance_is_conserved(
        counts in prop::collection::vec(1_usize..30, 2..6),
        gamma in 0.0..1.0_f64, delta in 0.2..40.0_f64, extra in 0_usize..4, seed: u64,
    ) {
        let problem = problem(&counts, gamma);
        let start = Initialisation::gaussian(delta, seed).unwrap().with_dimension(counts.len() - 1 + extra);
        let times: Vec<f64> = (0..=30).map(|i| (f64::from(i) * delta / 10.0).min(3.0 * delta)).collect();
        let trajectory = Simulation::new(&problem, start).matrices().until(3.0 * delta).at(&times).unwrap();
        for pair in trajectory.moments.windows(2) {
            prop_assert!(pair[1].loss <= pair[0].loss * (1.0 + 1e-7) + 1e-12);
        }
        let scale = 1.0 + problem.singular_values()[0] + trajectory.moments[0].imbalance;
        for moment in &trajectory.moments {
            prop_assert!(moment.imbalance_drift < 1e-6 * scale, "{}", moment.imbalance_drift);
        }
    }

    #[test]
    fn spectral_starts_interpolate_on_any_profile(
        counts in prop::collection::vec(1_usize..60, 2..6), gamma in 0.0..0.6_f64, delta in 0.5..60.0_f64,
    ) {
        let problem = problem(&counts, gamma);
        let start = Initialisation::spectral(Start::plain(delta).unwrap());
        let end = 200.0 + 30.0 * delta;
        let trajectory = Simulation::new(&problem, start).matrices().tolerance(1e-6).until(end).at(&[end]).unwrap();
        prop_assert!(trajectory.moments[0].residual < 1e-5);
        prop_assert!(trajectory.moments[0].groups.iter().all(|g| g.accuracy == Some(1.0)));
    }
}

#[test]
fn a_random_start_learns_the_labels_of_every_sample() {
    let step = StepProfile::halves(4, 50.0).unwrap();
    let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
    let start = Initialisation::gaussian(6.0, 1).unwrap().with_dimension(8);
    let trajectory = Simulation::new(&problem, start)
        .matrices()
        .until(40.0)
        .at(&[0.0, 1.5, 40.0])
        .unwrap();
    let accuracy =
        |moment: usize, group: usize| trajectory.moments[moment].groups[group].accuracy.unwrap();
    assert!(accuracy(0, 0) < 0.6);
    assert_eq!(accuracy(1, 0), 1.0); // majority first
    assert!(accuracy(1, 1) < 1.0);
    assert_eq!(accuracy(2, 1), 1.0);
    assert!(trajectory.moments[2].imbalance > 0.0);
}

#[test]
fn a_tiny_random_start_keeps_every_mode() {
    let step = StepProfile::halves(4, 100.0).unwrap();
    let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
    let start = Initialisation::gaussian(60.0, 3).unwrap().with_dimension(5);
    let trajectory = Simulation::new(&problem, start)
        .matrices()
        .until(120.0)
        .at(&[120.0])
        .unwrap();
    for (time, rate) in trajectory
        .half_amplitude_times()
        .iter()
        .zip([10.0, 50.5_f64.sqrt(), 1.0])
    {
        assert!((time.unwrap() * rate / 60.0 - 1.0).abs() < 0.05); // δ/σ up to O(1/δ)
    }
    assert!(trajectory.moments[0].residual < 1e-9);
}

#[test]
fn given_matrices_are_the_start_and_shapes_are_checked() {
    let problem = problem(&[3, 2, 1], 0.5);
    let w = DMatrix::from_fn(3, 2, |i, j| 0.1 * (i as f64 - j as f64));
    let h = DMatrix::from_fn(2, 6, |i, j| 0.05 * (i + j) as f64);
    let start = Initialisation::matrices(w.clone(), h.clone()).unwrap();
    let trajectory = Simulation::new(&problem, start)
        .matrices()
        .until(1e-9)
        .at(&[0.0])
        .unwrap();
    assert!((&trajectory.factors().unwrap().classifier - &w).amax() < 1e-8);
    assert!((&trajectory.factors().unwrap().features - &h).amax() < 1e-8);
    let logits = &w * &h;
    let class_one = (logits.column(3) + logits.column(4)) / 2.0;
    assert!((trajectory.moments[0].class_logits().column(1) - class_one).amax() < 1e-15);
    let wrong = Initialisation::matrices(w, DMatrix::zeros(2, 5)).unwrap();
    assert!(matches!(
        Simulation::new(&problem, wrong)
            .matrices()
            .until(1.0)
            .at(&[]),
        Err(SimulationError::InitialShape { .. })
    ));
}

#[test]
fn descent_approaches_the_flow_at_first_order() {
    let step = StepProfile::halves(4, 10.0).unwrap();
    let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
    let start = Initialisation::spectral(Start::plain(4.0).unwrap());
    let flow = Simulation::new(&problem, start.clone())
        .matrices()
        .until(8.0)
        .at(&[4.0])
        .unwrap();
    let errors: Vec<f64> = [0.02, 0.01, 0.005, 0.0025]
        .iter()
        .map(|&step_size| {
            let descent = Simulation::new(&problem, start.clone())
                .descent(step_size)
                .until(8.0)
                .at(&[4.0])
                .unwrap();
            let a = descent.moments[0]
                .fractions
                .iter()
                .zip(&flow.moments[0].fractions);
            a.fold(0.0, |worst: f64, (x, y)| worst.max((x - y).abs()))
        })
        .collect();
    for pair in errors.windows(2) {
        let slope = (pair[0] / pair[1]).log2();
        assert!(
            (slope - 1.0).abs() < 0.05,
            "slope {slope}, errors {errors:?}"
        );
    }
}

#[test]
fn requests_out_of_bounds_are_refused() {
    let problem = problem(&[5, 2], 0.0);
    let start = Initialisation::spectral(Start::plain(3.0).unwrap());
    let flow = Simulation::new(&problem, start.clone()).matrices();
    assert!(matches!(
        flow.clone().until(3.0).at(&[2.0, 1.0]),
        Err(SimulationError::RecordTime { position: 1, .. })
    ));
    assert!(matches!(
        flow.clone().until(3.0).at(&[4.0]),
        Err(SimulationError::RecordTime { position: 0, .. })
    ));
    assert!(matches!(
        flow.clone().until(f64::NAN).at(&[]),
        Err(SimulationError::FinalTime(_))
    ));
    assert!(matches!(
        flow.clone().tolerance(0.0).until(1.0).at(&[]),
        Err(SimulationError::Tolerance(_))
    ));
    assert!(
        flow.clone()
            .watch_fractions(&[1.0])
            .until(1.0)
            .at(&[])
            .is_err()
    );
    assert!(matches!(
        flow.clone().max_steps(2).until(50.0).at(&[]),
        Err(SimulationError::TooManySteps { .. })
    ));
    let narrow = start.clone().with_dimension(0);
    assert!(matches!(
        Simulation::new(&problem, narrow)
            .matrices()
            .until(1.0)
            .at(&[]),
        Err(SimulationError::Dimension { .. })
    ));
    let tiny = Initialisation::spectral(Start::plain(400.0).unwrap());
    assert!(matches!(
        Simulation::new(&problem, tiny)
            .matrices()
            .until(1.0)
            .at(&[]),
        Err(SimulationError::Scale(_))
    ));
    let random = Initialisation::gaussian(3.0, 0).unwrap();
    assert_eq!(
        Simulation::new(&problem, random)
            .solver(Solver::ClassMeans)
            .until(1.0)
            .at(&[]),
        Err(SimulationError::NotClassConstant)
    );
    assert!(matches!(
        Simulation::new(&problem, start)
            .descent(100.0)
            .until(1e5)
            .at(&[]),
        Err(SimulationError::Diverged(_))
    ));
}

#[test]
fn unreached_modes_have_no_time() {
    let problem = problem(&[50, 1, 1], 0.0);
    let start = Initialisation::spectral(Start::plain(20.0).unwrap());
    let trajectory = Simulation::new(&problem, start)
        .matrices()
        .at(&[0.0, 0.0, 8.0, 8.0])
        .unwrap();
    assert_eq!(trajectory.moments.len(), 4);
    let times = trajectory.half_amplitude_times();
    assert!(times[0].is_some() && times[1].is_none());
}

#[test]
fn repeated_singular_values_cross_together() {
    let step = StepProfile::halves(8, 9.0).unwrap();
    let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
    let start = Initialisation::spectral(Start::plain(5.0).unwrap());
    let times = Simulation::new(&problem, start)
        .matrices()
        .until(12.0)
        .at(&[])
        .unwrap()
        .half_amplitude_times();
    for (a, b) in [(0, 1), (1, 2), (4, 5), (5, 6)] {
        assert!((times[a].unwrap() - times[b].unwrap()).abs() < 1e-12);
    }
}

#[test]
fn profiles_of_any_spread_are_integrated() {
    let start = Initialisation::spectral(Start::plain(60.0).unwrap());
    let run = |sizes: Vec<f64>| {
        let profile = ClassProfile::from_sizes(sizes).unwrap();
        let problem = Problem::new(&profile, Weighting::power(0.5).unwrap()).unwrap();
        Simulation::new(&problem, start.clone())
            .matrices()
            .until(100.0)
            .at(&[0.0, 100.0])
    };
    let trajectory = run(vec![1000.0, 30.5, 30.5, 1.0]).unwrap();
    assert!(trajectory.moments[1].residual < 1e-9);
    assert!(
        trajectory
            .half_amplitude_times()
            .iter()
            .all(Option::is_some)
    );
    // Singular values from 1e6 to 1.5: a frame for each, and amplitudes right relative to themselves.
    let profile = ClassProfile::from_sizes(vec![1e12, 3e5, 3.0, 2.0]).unwrap();
    let problem = Problem::new(&profile, Weighting::power(0.5).unwrap()).unwrap();
    let early = Simulation::new(&problem, start).matrices().at(&[0.0, 20.0]);
    let moments = early.unwrap().moments;
    for (mode, sigma) in problem.singular_values().iter().enumerate() {
        let begun = moments[0].ln_fractions[mode];
        assert!((begun + 120.0 + sigma.ln()).abs() < 1e-10, "{begun}");
        // At γ = ½ every early growth rate is √n_min: both layers grow by e^(√2 t), and what they share by a sum over four modes.
        let grown = moments[1].ln_fractions[mode] - begun;
        let rate = 2.0 * 2.0_f64.sqrt() * 20.0;
        assert!(grown > 1.0 && grown < rate + 4.0_f64.ln(), "{grown}");
    }
}
