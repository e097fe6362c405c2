//! The flow of the cross-entropy against independent knowledge of it.
#![allow(clippy::unwrap_used)]

use ufm_simulation::{CrossEntropyFlow, GradientFlow, Initialisation, Problem, SimulationError};
use ufm_theory::{
    profile::{ClassProfile, StepProfile},
    start::Start,
    weights::Weighting,
};

fn step(ratio: f64, gamma: f64) -> Problem {
    let step = StepProfile::halves(4, ratio).unwrap();
    Problem::step(&step, Weighting::power(gamma).unwrap()).unwrap()
}

/// Two balanced classes: one mode, `x = s/σ` the difference of the two logits. With `p = 1/(1 + e^x)` it obeys
/// `ẋ = 2σ·2px`: between `x₀` and `x₁` passes the time `∫ (1 + e^x)/(4σx) dx`.
#[test]
fn two_classes_obey_the_scalar_equation() {
    let problem = Problem::new(
        &ClassProfile::from_counts(&[8, 8]).unwrap(),
        Weighting::vanilla(),
    )
    .unwrap();
    let sigma = problem.singular_values()[0];
    let start = Start::scaled(5.0).unwrap();
    let run = CrossEntropyFlow::new(&problem, start)
        .run(&[2.0], 2.0)
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
    let found = run.half_amplitude_times[0].unwrap();
    assert!((found - time).abs() < 1e-8, "{found} against {time}");
}

/// While all logits are tiny both losses run alike, from starts far below rounding too.
#[test]
fn starts_like_the_squared_loss() {
    for delta in [20.0, 60.0, 300.0] {
        for gamma in [0.0, 0.5, 1.0] {
            let problem = step(100.0, gamma);
            let start = Start::spectral(delta).unwrap();
            let early = 0.3 * delta / 10.0; // amplitudes below e^(−1.4 δ)
            let flow = CrossEntropyFlow::new(&problem, start);
            let cross = flow.run(&[early], early).unwrap();
            let square = GradientFlow::new(&problem, Initialisation::spectral(start))
                .run(&[early], early)
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
    let run = CrossEntropyFlow::new(&problem, Start::spectral(4.0).unwrap())
        .run(&times, 196.0)
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
        let flow = CrossEntropyFlow::new(&problem, Start::spectral(delta).unwrap());
        let times = |tolerance| {
            let run = flow
                .clone()
                .tolerance(tolerance)
                .run(&[], 1.5 * delta)
                .unwrap();
            run.half_amplitude_times
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

#[test]
fn bad_options_are_refused() {
    let problem = step(10.0, 0.0);
    let flow = CrossEntropyFlow::new(&problem, Start::spectral(4.0).unwrap());
    assert!(matches!(
        flow.clone().label_smoothing(1.0),
        Err(SimulationError::Smoothing(_))
    ));
    assert!(flow.clone().label_smoothing(f64::NAN).is_err());
    assert!(flow.clone().tolerance(0.5).run(&[], 1.0).is_err());
    assert!(flow.clone().max_steps(3).run(&[], 1.0).is_err());
    assert!(flow.run(&[2.0], 1.0).is_err());
}
