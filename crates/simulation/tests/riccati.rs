//! The closed form of the vanilla flow against integration, the logistic closed form, and at its ends.

#![allow(clippy::unwrap_used)] // test helpers

use nalgebra::DMatrix;
use proptest::prelude::*;
use ufm_simulation::{
    Frame, GradientFlow, Initialisation, Moment, Problem, RiccatiFlow, SimulationError,
};
use ufm_theory::{
    modes::ModeDynamics,
    problem::{ClassProfile, Normalisation, Start, StepProfile, Weighting},
};

fn problem(counts: &[usize], gamma: f64) -> Problem {
    let profile = ClassProfile::from_counts(counts).unwrap();
    Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap()
}

/// Largest difference of amplitudes (relative to each where it has grown), logits, residuals and margins.
fn difference(a: &Moment, b: &Moment) -> f64 {
    let mut worst = (a.residual - b.residual).abs();
    let logits = a.class_logits.amax();
    let pairs = a.amplitudes.iter().zip(&b.amplitudes);
    worst = pairs.fold(worst, |worst, (x, y)| worst.max((x - y).abs() / logits));
    worst = worst.max((&a.class_logits - &b.class_logits).amax() / logits);
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
        let flow = RiccatiFlow::new(&problem, &start).unwrap();
        let fastest = delta / (*counts.iter().max().unwrap() as f64).sqrt();
        let times = [0.0, 0.5 * fastest, fastest, 0.6 * delta, 1.3 * delta];
        let mut ordered = times.to_vec();
        ordered.sort_by(f64::total_cmp);
        let full = GradientFlow::new(&problem, start).frame(Frame::Full).tolerance(1e-11).run(&ordered, 1.5 * delta).unwrap();
        for moment in &full.moments {
            let solved = flow.at(moment.time).unwrap();
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
        let start = if scaled { Start::scaled(delta) } else { Start::spectral(delta) }.unwrap();
        let flow = RiccatiFlow::new(&problem, &Initialisation::spectral(start)).unwrap();
        let time = tau * delta * (-tau * ln_ratio / 2.0).exp();
        let moment = flow.at(time).unwrap();
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
        let flow = RiccatiFlow::new(&problem, &start).unwrap();
        let integrated = GradientFlow::new(&problem, start)
            .run(&[0.0], 1e-9)
            .unwrap();
        let worst = difference(&integrated.moments[0], &flow.at(0.0).unwrap());
        assert!(worst < 1e-11, "{delta}: {worst:e}"); // sizes of e^(−2δ), from their logarithms
        for late in [3.0 * delta + 20.0, 1e6, 1e300] {
            let moment = flow.at(late).unwrap();
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
    let flow = RiccatiFlow::new(&small, &start).unwrap();
    for (mode, sigma) in small.singular_values().iter().enumerate() {
        let before = flow.at(0.9 * delta / sigma).unwrap().fractions[mode];
        let after = flow.at(1.1 * delta / sigma).unwrap().fractions[mode];
        assert!(
            before.abs() < 1e-6 && (after - 1.0).abs() < 1e-6,
            "{mode}: {before} {after}"
        );
    }
    // A million times the samples, by the spectral start alone.
    let spectral = Initialisation::spectral(Start::spectral(delta).unwrap());
    let flow = RiccatiFlow::new(&problem, &spectral).unwrap();
    let moment = flow.at(0.5 * delta).unwrap();
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
        let flow = RiccatiFlow::new(&problem, &start).unwrap();
        flow.at(time).unwrap().class_logits
    };
    assert!((at(0.0, 1.5) - at(0.5, 6.0)).amax() < 1e-13); // ω = 1 and ¼
}

#[test]
fn what_it_cannot_solve_is_refused() {
    let vanilla = problem(&[5, 2, 2], 0.0);
    let balanced = Initialisation::balanced(3.0, 0).unwrap();
    let refused = RiccatiFlow::new(&problem(&[5, 2, 2], 0.5), &balanced);
    assert_eq!(refused.err(), Some(SimulationError::UnequalWeights));
    for unbalanced in [
        Initialisation::gaussian(3.0, 0).unwrap(),
        Initialisation::gaussian_scatter(3.0, 0).unwrap(),
    ] {
        let refused = RiccatiFlow::new(&vanilla, &unbalanced);
        assert!(matches!(refused, Err(SimulationError::Unbalanced(_))));
    }
    let flow = RiccatiFlow::new(&vanilla, &balanced).unwrap();
    for time in [-1.0, f64::NAN, f64::INFINITY, f64::MAX] {
        assert!(matches!(flow.at(time), Err(SimulationError::Time(_))));
    }
    // From zero nothing moves.
    let zero = Initialisation::matrices(DMatrix::zeros(3, 2), DMatrix::zeros(2, 9)).unwrap();
    let flow = RiccatiFlow::new(&vanilla, &zero).unwrap();
    assert!((flow.at(5.0).unwrap().residual - 1.0).abs() < 1e-15);
}
