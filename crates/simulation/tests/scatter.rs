//! The flow reduced to class means and factors of the within-class scatter, against every sample integrated.

#![allow(clippy::unwrap_used)] // test helpers

use nalgebra::DMatrix;
use proptest::prelude::*;
use ufm_simulation::{Initialisation, Problem, Simulation, SimulationError, Solver, Trajectory};
use ufm_theory::problem::{ClassProfile, Start, StepProfile, Weighting};

fn problem(counts: &[usize], gamma: f64) -> Problem {
    let profile = ClassProfile::from_counts(counts).unwrap();
    Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap()
}

fn run(problem: &Problem, start: &Initialisation, frame: Solver, times: &[f64]) -> Trajectory {
    Simulation::new(problem, start.clone())
        .solver(frame)
        .until(*times.last().unwrap())
        .at(times)
        .unwrap()
}

/// Largest difference in anything that is reported, relative to what is largest of its kind.
fn difference(a: &Trajectory, b: &Trajectory) -> f64 {
    let mut worst = 0.0_f64;
    let mut see = |x: f64, y: f64, size: f64| worst = worst.max((x - y).abs() / size.max(1e-300));
    let loss = a.moments[0].loss;
    for (a, b) in a.moments.iter().zip(&b.moments) {
        let logits = a.class_logits().amax();
        for (x, y) in a.amplitudes.iter().zip(&b.amplitudes) {
            see(*x, *y, logits.max(x.abs()));
        }
        see(a.loss, b.loss, loss); // at convergence it is rounding
        see(a.residual, b.residual, 1.0);
        see(a.leakage.of_logits, b.leakage.of_logits, 1.0);
        // WᵀW − HHᵀ is what is left of two matrices of the logits' size.
        see(a.imbalance, b.imbalance, logits.max(a.imbalance));
        for (x, y) in a.groups.iter().zip(&b.groups) {
            see(x.residual, y.residual, 1.0);
            see(
                x.margin.unwrap(),
                y.margin.unwrap(),
                x.margin.unwrap().abs(),
            );
            see(x.accuracy.unwrap(), y.accuracy.unwrap(), 1.0);
        }
        let (a, b) = (a.class_logits(), b.class_logits());
        a.iter().zip(&b).for_each(|(x, y)| see(*x, *y, logits));
    }
    let entries = a
        .factors()
        .unwrap()
        .features
        .iter()
        .zip(b.factors().unwrap().features.iter());
    entries.for_each(|(x, y)| see(*x, *y, a.factors().unwrap().features.amax()));
    worst
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_reduction_is_the_full_flow(
        counts in prop::collection::vec(1_usize..40, 2..6),
        gamma in prop::sample::select(vec![0.0, 0.5, 1.0]), delta in 0.2..40.0_f64, extra in 0_usize..4, seed: u64,
        balanced: bool,
    ) {
        let problem = problem(&counts, gamma);
        let start = if balanced { Initialisation::balanced(delta, seed) } else { Initialisation::gaussian(delta, seed) };
        let start = start.unwrap().with_dimension(counts.len() - 1 + extra);
        let times = [0.0, 0.3 * delta, 0.7 * delta];
        let [full, reduced] = [Solver::Samples, Solver::Scatters].map(|frame| run(&problem, &start, frame, &times));
        prop_assert!(reduced.statistics.unknowns <= full.statistics.unknowns);
        let worst = difference(&full, &reduced);
        prop_assert!(worst < 1e-6, "{worst:e}");
    }
}

#[test]
fn the_cost_does_not_depend_on_the_number_of_samples() {
    let unknowns = |ratio: f64| {
        let step = StepProfile::halves(4, ratio).unwrap();
        let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
        let start = Initialisation::gaussian_scatter(8.0, 1)
            .unwrap()
            .with_dimension(6);
        let run = Simulation::new(&problem, start)
            .matrices()
            .until(16.0)
            .at(&[16.0])
            .unwrap();
        assert!(
            run.moments[0].residual < 1e-2,
            "{}",
            run.moments[0].residual
        );
        assert_eq!(run.moments[0].groups[0].accuracy, None);
        assert_eq!(run.factors().unwrap().features.shape(), (6, 4));
        run.statistics.unknowns
    };
    // W, class means, one factor for the majority; minority classes of one sample have no scatter.
    assert_eq!(unknowns(100.0), 6 * (4 + 4 + 6));
    assert_eq!(unknowns(1e4), unknowns(100.0));
}

/// Two thousand starts of the same law, drawn sample by sample and by their scatter: means of what depends on the scatter.
#[test]
fn a_start_drawn_by_its_scatter_has_the_law_of_one_drawn_by_samples() {
    let problem = problem(&[9, 4, 2], 0.0); // 12 within-class columns, d = 5
    let seeds = 0..2000_u64;
    let moments = |start: &dyn Fn(u64) -> Initialisation| {
        let mut sums = [0.0; 4];
        for seed in seeds.clone() {
            let flow = Simulation::new(&problem, start(seed).with_dimension(5)).matrices();
            let at_start = &flow.clone().until(1e-9).at(&[0.0]).unwrap().moments[0];
            let size = at_start.imbalance * f64::exp(2.0);
            let loss = at_start.loss - 0.5 * 15.0 * (1.0 - 1.0 / 3.0);
            let values = [size, size * size, loss, loss * loss];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value / 2000.0;
            }
        }
        sums
    };
    let drawn = moments(&|seed| Initialisation::gaussian(1.0, seed).unwrap());
    let in_law = moments(&|seed| Initialisation::gaussian_scatter(1.0, seed).unwrap());
    for i in [0, 2] {
        // Means differ by less than four standard errors of their difference.
        let deviation = (drawn[i + 1] - drawn[i] * drawn[i]).sqrt();
        let error = deviation * (2.0 / 2000.0_f64).sqrt();
        assert!(
            (drawn[i] - in_law[i]).abs() < 4.0 * error,
            "{drawn:?} {in_law:?}"
        );
    }
}

#[test]
fn frames_refuse_starts_they_cannot_carry() {
    let problem = problem(&[5, 2], 0.5);
    let start = Initialisation::gaussian_scatter(3.0, 0).unwrap();
    for frame in [Solver::Samples, Solver::ClassMeans] {
        let refused = Simulation::new(&problem, start.clone())
            .solver(frame)
            .until(1.0)
            .at(&[]);
        assert!(matches!(
            refused,
            Err(SimulationError::NoSamples | SimulationError::NotClassConstant)
        ));
    }
    assert!(Initialisation::gaussian_scatter(0.0, 0).is_err());
    assert!(Initialisation::balanced(f64::NAN, 0).is_err());
    let fractional = ClassProfile::from_sizes(vec![4.5, 2.0]).unwrap();
    let fractional = Problem::new(&fractional, Weighting::vanilla()).unwrap();
    assert!(
        Simulation::new(&fractional, start)
            .matrices()
            .until(1.0)
            .at(&[])
            .is_err()
    );
}

#[test]
fn a_spectral_start_has_no_scatter() {
    let problem = problem(&[30, 3, 3], 0.5);
    let start = Initialisation::spectral(Start::plain(20.0).unwrap());
    let times = [0.0, 12.0, 40.0];
    let [small, scatter] =
        [Solver::ClassMeans, Solver::Scatters].map(|frame| run(&problem, &start, frame, &times));
    for (a, b) in small.moments.iter().zip(&scatter.moments) {
        for (x, y) in a.ln_fractions.iter().zip(&b.ln_fractions) {
            assert!((x - y).abs() < 1e-9);
        }
    }
}

#[test]
fn a_balanced_start_is_balanced_and_stays_so() {
    let problem = problem(&[7, 3, 2], 0.5);
    let start = Initialisation::balanced(2.0, 5).unwrap().with_dimension(6);
    let trajectory = run(&problem, &start, Solver::Scatters, &[0.0, 10.0]);
    assert!(trajectory.moments[0].imbalance < 1e-16);
    assert!(trajectory.moments[1].imbalance < 1e-8);
    assert!(trajectory.moments[1].residual < 1e-2);
}

/// Features whose squares are no numbers are laid out again as they were given.
#[test]
fn tiny_features_keep_their_digits() {
    let problem = problem(&[4, 3, 1], 0.5);
    let w = DMatrix::from_fn(3, 2, |i, j| 0.1 * (1.0 + i as f64 - 2.0 * j as f64));
    let tiny = 2.0_f64.powi(-600);
    let h = DMatrix::from_fn(2, 8, |i, j| (1.0 + (5 * i + 3 * j) as f64).sin() * tiny);
    let start = Initialisation::matrices(w, h.clone()).unwrap();
    let run = Simulation::new(&problem, start)
        .matrices()
        .at(&[0.0])
        .unwrap();
    let found = &run.factors().unwrap().features / tiny;
    assert!((found - h / tiny).amax() < 1e-13);
}
