//! The closed form of the vanilla flow against integration, the logistic closed form, and at its ends.

#![allow(clippy::unwrap_used)] // test helpers

use nalgebra::DMatrix;
use proptest::prelude::*;
use ufm_simulation::{Initialisation, Moment, Problem, Simulation, SimulationError, Solver};
use ufm_theory::{
    modes::ModeDynamics,
    problem::{ClassProfile, Normalisation, Start, StepProfile, Weighting},
};

fn problem(counts: &[usize], gamma: f64) -> Problem {
    let profile = ClassProfile::from_counts(counts).unwrap();
    Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap()
}

/// The closed form at one time.
fn state(flow: &Simulation<'_>, time: f64) -> Moment {
    let run = flow.clone().watch_fractions(&[]).at(&[time]).unwrap();
    assert_eq!(run.solver, Solver::Riccati);
    run.moments[0].clone()
}

/// Largest difference of amplitudes (relative to each where it has grown), logits, residuals and margins.
fn difference(a: &Moment, b: &Moment) -> f64 {
    let mut worst = (a.residual - b.residual).abs();
    let logits = a.class_logits().amax();
    let pairs = a.amplitudes.iter().zip(&b.amplitudes);
    worst = pairs.fold(worst, |worst, (x, y)| worst.max((x - y).abs() / logits));
    worst = worst.max((a.class_logits() - b.class_logits()).amax() / logits);
    for (x, y) in a.groups.iter().zip(&b.groups) {
        worst = worst.max((x.residual - y.residual).abs());
        if let (Some(x), Some(y)) = (x.margin, y.margin) {
            worst = worst.max((x - y).abs() / logits);
        }
    }
    worst
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn it_is_the_integrated_flow_from_balanced_starts(
        counts in prop::collection::vec(1_usize..30, 2..6), delta in 0.05..40.0_f64, extra in 0_usize..4, seed: u64,
    ) {
        let problem = problem(&counts, 0.0);
        let start = Initialisation::balanced(delta, seed).unwrap().with_dimension(counts.len() - 1 + extra);
        let flow = Simulation::new(&problem, start.clone()).solver(Solver::Riccati);
        let fastest = delta / (*counts.iter().max().unwrap() as f64).sqrt();
        let times = [0.0, 0.5 * fastest, fastest, 0.6 * delta, 1.3 * delta];
        let mut ordered = times.to_vec();
        ordered.sort_by(f64::total_cmp);
        let full = Simulation::new(&problem, start).solver(Solver::Samples).tolerance(1e-11).until(1.5 * delta).at(&ordered).unwrap();
        for moment in &full.moments {
            let solved = state(&flow, moment.time);
            let worst = difference(moment, &solved);
            prop_assert!(worst < 1e-8, "t = {}: {worst:e}", moment.time);
        }
    }

    #[test]
    fn it_is_the_logistic_solution_from_spectral_starts(
        majority in 1_usize..5, minority in 1_usize..5, ln_ratio in 0.0..27.0_f64, delta in 14.0..350.0_f64,
        tau in 0.0..2.0_f64, scaled: bool,
    ) {
        let step = StepProfile::new(majority, minority, ln_ratio.exp()).unwrap();
        let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
        let start = if scaled { Start::scaled(delta) } else { Start::plain(delta) }.unwrap();
        let flow = Simulation::new(&problem, Initialisation::spectral(start)).solver(Solver::Riccati);
        let time = tau * delta * (-tau * ln_ratio / 2.0).exp();
        let moment = state(&flow, time);
        for (sigma, found) in problem.singular_values().iter().zip(&moment.ln_fractions) {
            let mode = ModeDynamics::new(sigma.ln(), 0.0, &start).unwrap();
            let expected = mode.ln_amplitude(time) - sigma.ln();
            prop_assert!((found - expected).abs() < 1e-10 * (1.0 + sigma * time), "{found} {expected}");
        }
    }
}

#[test]
fn it_starts_at_the_start_and_ends_at_the_labels() {
    let problem = problem(&[1000, 30, 4, 4], 0.0);
    for delta in [1.0, 30.0, 300.0, 350.0] {
        let start = Initialisation::balanced(delta, 3)
            .unwrap()
            .with_dimension(6);
        let flow = Simulation::new(&problem, start.clone()).solver(Solver::Riccati);
        let integrated = Simulation::new(&problem, start)
            .matrices()
            .until(1e-9)
            .at(&[0.0])
            .unwrap();
        let worst = difference(&integrated.moments[0], &state(&flow, 0.0));
        assert!(worst < 1e-11, "{delta}: {worst:e}"); // sizes of e^(−2δ), from their logarithms
        for late in [3.0 * delta + 20.0, 1e6, 1e300] {
            let moment = state(&flow, late);
            // What is not in the labels is forgotten like 1/t.
            let size = problem.profile().total().sqrt() * moment.residual;
            assert!(size < 1.0 / late + 1e-11, "{delta} {late} {size:e}");
            assert!(moment.groups.iter().all(|g| g.accuracy == Some(1.0)));
            assert!(moment.imbalance < 1e-10);
        }
    }
}

/// At `δ = 300` every mode is learned at its time `1/σ`, a window of four orders of magnitude, from a start without relation to the labels.
#[test]
fn learning_times_of_tiny_starts() {
    let step = StepProfile::halves(4, 1e8).unwrap();
    let problem = Problem::step(&step, Weighting::vanilla()).unwrap();
    let delta = 300.0;
    let counts = ClassProfile::from_counts(&[10_000, 10_000, 1, 1]).unwrap();
    let small = Problem::new(&counts, Weighting::vanilla()).unwrap();
    let start = Initialisation::balanced(delta, 11).unwrap();
    let flow = Simulation::new(&small, start).solver(Solver::Riccati);
    for (mode, sigma) in small.singular_values().iter().enumerate() {
        let before = state(&flow, 0.9 * delta / sigma).fractions[mode];
        let after = state(&flow, 1.1 * delta / sigma).fractions[mode];
        assert!(
            before.abs() < 1e-6 && (after - 1.0).abs() < 1e-6,
            "{mode}: {before} {after}"
        );
    }
    // A million times the samples, by the spectral start alone.
    let spectral = Initialisation::spectral(Start::plain(delta).unwrap());
    let flow = Simulation::new(&problem, spectral).solver(Solver::Riccati);
    let moment = state(&flow, 0.5 * delta);
    assert!((moment.fractions[0] - 1.0).abs() < 1e-12 && moment.fractions[2] < 1e-100);
}

#[test]
fn a_common_weight_rescales_time() {
    let start = Initialisation::balanced(4.0, 1).unwrap();
    let at = |gamma: f64, time: f64| {
        let profile = ClassProfile::from_counts(&[16, 16, 16]).unwrap();
        let weighting = Weighting::power(gamma)
            .unwrap()
            .normalised(Normalisation::Raw);
        let problem = Problem::new(&profile, weighting).unwrap();
        let flow = Simulation::new(&problem, start.clone()).solver(Solver::Riccati);
        state(&flow, time).class_logits()
    };
    assert!((at(0.0, 1.5) - at(0.5, 6.0)).amax() < 1e-13); // ω = 1 and ¼
}

#[test]
fn what_it_cannot_solve_is_refused() {
    let vanilla = problem(&[5, 2, 2], 0.0);
    let balanced = Initialisation::balanced(3.0, 0).unwrap();
    let refused = |problem: &Problem, start: &Initialisation| {
        let flow = Simulation::new(problem, start.clone()).solver(Solver::Riccati);
        flow.at(&[1.0]).unwrap_err()
    };
    let reweighted = problem(&[5, 2, 2], 0.5);
    assert_eq!(
        refused(&reweighted, &balanced),
        SimulationError::UnequalWeights
    );
    for unbalanced in [
        Initialisation::gaussian(3.0, 0).unwrap(),
        Initialisation::gaussian_scatter(3.0, 0).unwrap(),
    ] {
        assert!(matches!(
            refused(&vanilla, &unbalanced),
            SimulationError::Unbalanced(_)
        ));
    }
    let flow = Simulation::new(&vanilla, balanced).solver(Solver::Riccati);
    for time in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            flow.at(&[time]),
            Err(SimulationError::RecordTime { .. })
        ));
    }
    assert!(matches!(
        flow.at(&[f64::MAX]),
        Err(SimulationError::Time(_))
    ));
    // From zero nothing moves.
    let zero = Initialisation::matrices(DMatrix::zeros(3, 2), DMatrix::zeros(2, 9)).unwrap();
    let flow = Simulation::new(&vanilla, zero).solver(Solver::Riccati);
    assert!((state(&flow, 5.0).residual - 1.0).abs() < 1e-15);
}
