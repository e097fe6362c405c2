//! What is asked of a simulation: who solves it, what is refused, and where it ends.

#![allow(clippy::unwrap_used)] // test helpers

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, SimulationError, Solver};
use ufm_theory::{
    TheoryError,
    problem::{ClassProfile, Start, StepProfile, Weighting},
};

fn step(gamma: f64) -> Problem {
    let step = StepProfile::halves(4, 9.0).unwrap();
    Problem::step(&step, Weighting::power(gamma).unwrap()).unwrap()
}

fn long_tail(gamma: f64) -> Problem {
    let profile = ClassProfile::from_counts(&[9, 4, 2]).unwrap();
    Problem::new(&profile, Weighting::power(gamma).unwrap()).unwrap()
}

fn smoothed(problem: Problem, smoothing: f64) -> Problem {
    problem.with_loss(Loss::CrossEntropy { smoothing }).unwrap()
}

fn spectral(delta: f64) -> Initialisation {
    Initialisation::spectral(Start::plain(delta).unwrap())
}

#[test]
fn the_solver_is_the_cheapest_that_is_exact() {
    use Solver::{ClassMeans, Logistic, Reduced, Riccati, Samples, Scatters};
    let balanced = Initialisation::balanced(3.0, 1).unwrap();
    let random = Initialisation::gaussian(3.0, 1).unwrap();
    // Of both profiles, with equal weights and with others: of the flow and of its projection.
    for (start, squared) in [
        // e^(−δ) below every σ.
        (
            &spectral(3.0),
            [
                [Logistic, Logistic],
                [Reduced, Logistic],
                [Logistic, ClassMeans],
                [ClassMeans; 2],
            ],
        ),
        (
            &balanced,
            [
                [Riccati, Scatters],
                [Scatters; 2],
                [Riccati, Scatters],
                [Scatters; 2],
            ],
        ),
        (&random, [[Scatters; 2]; 4]),
    ] {
        for (problem, expected) in [step(0.0), step(0.5), long_tail(0.0), long_tail(0.5)]
            .iter()
            .zip(squared)
        {
            let flow = Simulation::new(problem, start.clone());
            let found = [flow.chosen(), flow.clone().projected().chosen()];
            assert_eq!(found, expected, "{start:?}");
            // Asked, there is no choice.
            assert_eq!(flow.clone().solver(Samples).chosen(), Samples);
            let frame = if start.clone() == balanced || *start == random {
                Scatters
            } else {
                ClassMeans
            };
            assert_eq!(flow.clone().matrices().chosen(), frame);
            assert_eq!(flow.descent(0.1).chosen(), frame);
        }
    }
    // A start above the smallest singular value, a half, or at it: no mode has to grow there, and nothing is known in closed form.
    let small = StepProfile::halves(4, 9.0)
        .unwrap()
        .with_minority_size(0.25)
        .unwrap();
    let small = Problem::step(&small, Weighting::vanilla()).unwrap();
    let at = 0.5 * std::f64::consts::LN_2;
    for (delta, solver) in [(0.2, ClassMeans), (at, ClassMeans), (0.4, Logistic)] {
        assert_eq!(
            Simulation::new(&small, spectral(delta)).chosen(),
            solver,
            "{delta}"
        );
    }
    for (problem, start, solver) in [
        (smoothed(step(0.5), 0.0), spectral(3.0), Reduced),
        (smoothed(step(0.5), 0.1), spectral(3.0), ClassMeans),
        (smoothed(long_tail(0.5), 0.0), spectral(3.0), ClassMeans),
        (smoothed(step(0.0), 0.0), balanced, Samples),
        (smoothed(step(0.0), 0.0), random, Samples),
    ] {
        assert_eq!(Simulation::new(&problem, start).chosen(), solver);
    }
}

#[test]
fn a_solver_that_does_not_fit_is_refused() {
    let (plain, entropy) = (step(0.0), smoothed(step(0.0), 0.0));
    let asked = |problem, solver| {
        Simulation::new(problem, spectral(3.0))
            .solver(solver)
            .until(1.0)
    };
    assert_eq!(
        asked(&entropy, Solver::Logistic).at(&[]),
        Err(SimulationError::NeedsSquaredLoss)
    );
    for solver in [Solver::Logistic, Solver::Reduced, Solver::Riccati] {
        assert_eq!(
            asked(&plain, solver).descent(0.1).at(&[]),
            Err(SimulationError::FlowOnly(solver))
        );
    }
    for solver in [Solver::Reduced, Solver::Riccati] {
        assert_eq!(
            asked(&plain, solver).projected().at(&[]),
            Err(SimulationError::FlowOnly(solver))
        );
    }
    assert!(asked(&plain, Solver::Logistic).projected().at(&[]).is_ok());
}

#[test]
fn ends_fractions_and_steps_have_bounds() {
    let problem = step(0.5);
    let flow = Simulation::new(&problem, spectral(3.0));
    for end in [0.0, -1.0, f64::INFINITY] {
        assert_eq!(
            flow.clone().until(end).at(&[]),
            Err(SimulationError::FinalTime(end))
        );
        assert_eq!(
            flow.clone().until(end).run(2),
            Err(SimulationError::FinalTime(end))
        );
    }
    assert!(matches!(
        flow.at(&[1.0, f64::INFINITY]),
        Err(SimulationError::RecordTime { position: 1, .. })
    ));
    // The state at the start is a fair question.
    assert_eq!(flow.at(&[0.0, 0.0]).unwrap().moments.len(), 2);
    for fraction in [0.0, 1.0, f64::NAN] {
        for flow in [
            flow.clone(),
            flow.clone().matrices(),
            flow.clone().projected(),
            flow.clone().descent(0.1),
        ] {
            let refused = flow.until(1.0).watch_fractions(&[0.5, fraction]).at(&[]);
            assert!(matches!(
                refused,
                Err(SimulationError::Theory(TheoryError::Fraction(_)))
            ));
        }
    }
    // A hundred million of descent, unless it is said otherwise; as many as are allowed may be taken.
    let descent = |size: f64| Simulation::new(&problem, spectral(3.0)).descent(size);
    assert_eq!(
        descent(1e-6).until(101.0).at(&[]),
        Err(SimulationError::TooManySteps {
            steps: 100_000_000,
            time: 0.0
        })
    );
    let of_ten = descent(0.1).max_steps(10);
    assert_eq!(
        of_ten.clone().until(1.0).at(&[]).unwrap().statistics.steps,
        10
    );
    assert_eq!(
        of_ten.until(1.5).at(&[]),
        Err(SimulationError::TooManySteps {
            steps: 10,
            time: 0.0
        })
    );
    for size in [0.0, -0.1, f64::INFINITY, f64::NAN] {
        let refused = descent(size).until(1.0).at(&[]);
        assert!(
            matches!(refused, Err(SimulationError::StepSize(_))),
            "{size}"
        );
    }
}

#[test]
fn without_an_end_moments_go_half_as_far_again_as_learning() {
    for problem in [step(0.0), step(0.5)] {
        let flow = Simulation::new(&problem, spectral(6.0));
        let learned = flow.at(&[]).unwrap();
        let last = learned
            .half_amplitude_times()
            .into_iter()
            .flatten()
            .fold(0.0, f64::max);
        assert_eq!(learned.end, last);
        let run = flow.run(3).unwrap();
        let times: Vec<f64> = run.moments.iter().map(|moment| moment.time).collect();
        for (time, share) in times.iter().zip([0.0, 0.5, 1.0, 1.5]) {
            assert!((time - share * last).abs() < 1e-12 * last, "{times:?}");
        }
    }
    // Where nothing is to be learned: the unit in which ends are reckoned.
    let balanced =
        Problem::step(&StepProfile::halves(4, 1.0).unwrap(), Weighting::vanilla()).unwrap();
    let learned = Simulation::new(&balanced, spectral(0.1)).run(2).unwrap();
    assert_eq!(learned.half_amplitude_times(), [None; 3]);
    assert_eq!(learned.moments[2].time, balanced.shortest_time());
}

#[test]
fn what_a_run_has_cost_is_counted() {
    let problem = long_tail(0.5);
    let flow = Simulation::new(&problem, spectral(6.0)).matrices();
    let cost = flow.clone().until(10.0).at(&[5.0]).unwrap().statistics;
    // Two modes of three classes: W̃ and H̃ of class means.
    assert_eq!(cost.unknowns, flow.at(&[0.0]).unwrap().statistics.unknowns);
    // Eleven evaluations a step at least; each of the few times that is looked for in a step takes some more.
    let least = 11 * (cost.steps + cost.rejected);
    assert!(
        cost.steps > 10 && (least..20 * least).contains(&cost.evaluations),
        "{cost:?}"
    );
    let reduced = |times: &[f64]| {
        let problem = step(0.5);
        Simulation::new(&problem, spectral(6.0))
            .until(10.0)
            .at(times)
            .unwrap()
            .statistics
    };
    assert!(reduced(&[]).steps > 10);
    assert_eq!(reduced(&[]), reduced(&[10.0]));
}
