//! The rules against definitions on all samples, and the gradient rule against the integrator.

use super::*;
use crate::{Simulation, loss};
use ufm_theory::problem::{ClassProfile, Start, StepProfile, Weighting};

const COUNTS: [usize; 4] = [4, 3, 2, 1];

fn problem(loss: Loss) -> Problem {
    let profile = ClassProfile::from_counts(&COUNTS).unwrap();
    let weighting = Weighting::power(0.7).unwrap();
    Problem::new(&profile, weighting)
        .unwrap()
        .with_loss(loss)
        .unwrap()
}

/// A state that is constant on classes, and `W`, `H` with all samples laid out.
fn state(problem: &Problem) -> (Layers, DMatrix<f64>, Vec<usize>) {
    let classifier = DMatrix::from_fn(4, 5, |i, l| (1.0 + (3 * i + 7 * l + i * l) as f64).sin());
    let means = DMatrix::from_fn(5, 4, |l, c| {
        (2.0 + (5 * l + 11 * c + 2 * l * c) as f64).cos()
    });
    let classes = ufm_theory::spectrum::labels::sample_classes(&COUNTS);
    let laid_out = means.select_columns(&classes);
    let mut features = means;
    for (mut column, n) in features.column_iter_mut().zip(problem.profile().sizes()) {
        column *= n.sqrt();
    }
    let layers = Layers {
        classifier,
        features,
    };
    (layers, laid_out, classes)
}

/// Velocity of `H` on all samples from that of `F`.
fn laid_out(velocity: &DMatrix<f64>, roots: &[f64], classes: &[usize]) -> DMatrix<f64> {
    let mut means = velocity.clone();
    for (mut column, root) in means.column_iter_mut().zip(roots) {
        column /= *root;
    }
    means.select_columns(classes)
}

#[test]
fn every_rule_is_its_definition_on_all_samples() {
    for loss in [Loss::Squared, Loss::CrossEntropy { smoothing: 0.1 }] {
        let problem = problem(loss);
        let (at, h, classes) = state(&problem);
        let weights: Vec<f64> = classes
            .iter()
            .map(|&c| problem.class_weights()[c])
            .collect();
        let start = Initialisation::spectral(Start::plain(1.0).unwrap());
        let descent = Descent::new(&problem, start, Rule::Gradient, 0.1);
        let pull = Pull::new(&descent).unwrap();
        let gradient = |weights: &[f64]| match loss {
            Loss::Squared => {
                let z = ufm_theory::spectrum::labels::simplex_encoded_labels(&COUNTS);
                loss::gradient(&z, &at.classifier, &h, weights)
            }
            Loss::CrossEntropy { smoothing } => {
                let y = DMatrix::from_fn(4, classes.len(), |c, i| {
                    smoothing / 4.0
                        + if classes[i] == c {
                            1.0 - smoothing
                        } else {
                            0.0
                        }
                });
                loss::cross_entropy_gradient(&y, &at.classifier, &h, weights)
            }
        };
        for rule in Rule::ALL {
            let (w, h) = gradient(&weights);
            let (expected_w, expected_h) = match rule {
                Rule::Gradient => (-w, -h),
                Rule::Sign => (-w.map(f64::signum), -h.map(f64::signum)),
                Rule::Spectral => {
                    // Another way: A (AᵀA)^(−½) on the range of AᵀA.
                    let polar = |m: DMatrix<f64>| {
                        let eigen = (m.transpose() * &m).symmetric_eigen();
                        let root = eigen
                            .eigenvalues
                            .map(|x| if x > 1e-10 { x.sqrt().recip() } else { 0.0 });
                        let v = &eigen.eigenvectors;
                        &m * v * DMatrix::from_diagonal(&root) * v.transpose()
                    };
                    (-polar(w), -polar(h))
                }
                Rule::ClassNormalised => {
                    let (mut sum_w, mut sum_h) = (w * 0.0, h * 0.0);
                    for class in 0..4 {
                        let only: Vec<f64> = classes
                            .iter()
                            .map(|&c| if c == class { 3.0 } else { 0.0 }) // any weight
                            .collect();
                        let (w, h) = gradient(&only);
                        let length = w.norm().hypot(h.norm());
                        sum_w -= w / length;
                        sum_h -= h / length;
                    }
                    (sum_w, sum_h)
                }
            };
            let found = rule.velocity(&at, &pull.residual(&at, true), &pull);
            let found_h = laid_out(&found.features, &pull.roots, &classes);
            assert!(
                (found.classifier - expected_w).amax() < 1e-11,
                "{rule:?}, {loss:?}"
            );
            assert!((found_h - expected_h).amax() < 1e-11, "{rule:?}, {loss:?}");
        }
    }
}

/// By finite differences of the loss of the scaled logits.
#[test]
fn scaled_logits_are_descended() {
    let problem = problem(Loss::CROSS_ENTROPY);
    let (at, _, _) = state(&problem);
    let start = Initialisation::spectral(Start::plain(1.0).unwrap());
    let scaling = VectorScaling::new(0.8, -0.4).unwrap();
    let descent = Descent::new(&problem, start, Rule::Gradient, 0.1).scaled(scaling);
    let pull = Pull::new(&descent).unwrap();
    let loss = |at: &Layers| -> f64 {
        let (n, total) = (problem.profile().sizes(), problem.profile().total());
        (0..4)
            .map(|c| {
                let logits = &at.classifier * at.features.column(c) / n[c].sqrt();
                let adjusted: Vec<f64> = (0..4)
                    .map(|j| (n[j] / n[0]).powf(-0.4) * logits[j] + 0.8 * (n[j] / total).ln())
                    .collect();
                let sum: f64 = adjusted.iter().map(|x| x.exp()).sum();
                n[c] * problem.class_weights()[c] * (sum.ln() - adjusted[c])
            })
            .sum()
    };
    let velocity = Rule::Gradient.velocity(&at, &pull.residual(&at, true), &pull);
    for i in 0..20 {
        let slope = |matrix: fn(&mut Layers) -> &mut DMatrix<f64>| {
            let shifted = |by: f64| {
                let mut moved = at.clone();
                matrix(&mut moved)[i] += by;
                loss(&moved)
            };
            (shifted(1e-5) - shifted(-1e-5)) / 2e-5
        };
        assert!((slope(|at| &mut at.classifier) + velocity.classifier[i]).abs() < 1e-7);
        assert!((slope(|at| &mut at.features) + velocity.features[i]).abs() < 1e-7);
    }
}

#[test]
fn the_gradient_rule_is_gradient_flow() {
    let step = StepProfile::halves(4, 10.0).unwrap();
    let start = Initialisation::spectral(Start::plain(5.0).unwrap());
    for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
        for projected in [false, true] {
            if projected && loss != Loss::Squared {
                continue;
            }
            let problem = Problem::step(&step, Weighting::power(0.5).unwrap())
                .unwrap()
                .with_loss(loss)
                .unwrap();
            let descent = Descent::new(&problem, start.clone(), Rule::Gradient, 1e-2);
            let flow = Simulation::new(&problem, start.clone()).matrices();
            let (descent, flow) = if projected {
                (descent.projected(), flow.projected())
            } else {
                (descent, flow)
            };
            let run = descent.run(20.0).unwrap();
            // It ends with the step in which the last mode rose through half.
            let last = run.half_amplitude_times.iter().map(|t| t.unwrap());
            let last = last.fold(0.0, f64::max);
            assert!(last <= run.end && run.end < last + 1.5e-2);
            let found = run.half_amplitude_times;
            let expected = flow.at(&[]).unwrap().half_amplitude_times();
            for (a, b) in found.iter().zip(&expected) {
                assert!((a.unwrap() - b.unwrap()).abs() < 1e-4, "{loss:?}");
            }
        }
    }
}

#[test]
fn what_is_not_allowed_is_refused() {
    let problem = problem(Loss::Squared);
    let spectral = Initialisation::spectral(Start::plain(1.0).unwrap());
    let descent = |eta| Descent::new(&problem, spectral.clone(), Rule::Sign, eta);
    assert!(matches!(
        descent(0.0).run(1.0),
        Err(SimulationError::StepSize(_))
    ));
    assert!(matches!(
        descent(1e-9).run(1.0),
        Err(SimulationError::TooManySteps { .. })
    ));
    assert!(matches!(
        descent(0.1).run(f64::NAN),
        Err(SimulationError::FinalTime(_))
    ));
    let adjusted = descent(0.1).scaled(VectorScaling::adjustment(1.0).unwrap());
    assert_eq!(adjusted.run(1.0), Err(SimulationError::NeedsCrossEntropy));
    let random = Initialisation::gaussian(1.0, 0).unwrap();
    let descent = Descent::new(&problem, random, Rule::Sign, 0.1);
    assert_eq!(descent.run(1.0), Err(SimulationError::NotClassConstant));
}

#[test]
fn steps_and_ends_have_bounds() {
    let problem = problem(Loss::Squared);
    let start = Initialisation::spectral(Start::plain(2.0).unwrap());
    let descent = |size| Descent::new(&problem, start.clone(), Rule::Sign, size);
    for size in [0.0, -1.0, f64::INFINITY] {
        assert_eq!(descent(size).run(1.0), Err(SimulationError::StepSize(size)));
    }
    for end in [0.0, -1.0, f64::INFINITY] {
        assert_eq!(descent(0.1).run(end), Err(SimulationError::FinalTime(end)));
    }
    let steps = 100_000_000;
    assert_eq!(
        descent(1e-8).run(1.1),
        Err(SimulationError::TooManySteps { steps, time: 0.0 })
    );
}

/// Of a rule that takes plain steps, followed step by step: times lie on the line between the steps around them, and it ends with the last of them.
#[test]
fn half_amplitudes_are_interpolated_between_steps() {
    let problem = problem(Loss::Squared);
    let eta = 0.05;
    let start = Initialisation::spectral(Start::plain(1.0).unwrap());
    let descent = Descent::new(&problem, start, Rule::ClassNormalised, eta);
    let pull = Pull::new(&descent).unwrap();
    let mut state = pull.start(&descent.start).unwrap();
    let mut seen = vec![pull.fractions(&state)];
    for _ in 0..2000 {
        let velocity = descent
            .rule
            .velocity(&state, &pull.residual(&state, true), &pull);
        state = state.moved(eta, &velocity);
        seen.push(pull.fractions(&state));
    }
    let rise = |mode: usize| {
        let step = (0..2000).find(|&step| seen[step + 1][mode] >= 0.5 && seen[step][mode] < 0.5);
        step.map(|step| {
            let [a, b] = [seen[step][mode], seen[step + 1][mode]];
            (step + 1, eta * (step as f64 + (0.5 - a) / (b - a)))
        })
    };
    let rises: Vec<(usize, f64)> = (0..3).map(|mode| rise(mode).unwrap()).collect();
    let last = rises.iter().map(|(step, _)| *step).max().unwrap();
    let run = descent.run(1e3).unwrap();
    assert_eq!((run.steps, run.end), (last, last as f64 * eta));
    assert_eq!(run.fractions, seen[last]);
    for (found, (_, expected)) in run.half_amplitude_times.iter().zip(&rises) {
        assert!((found.unwrap() - expected).abs() < 1e-12);
    }
    let times = rises.iter().map(|(_, time)| *time);
    let (first, end) = (
        times.clone().fold(f64::MAX, f64::min),
        times.fold(0.0, f64::max),
    );
    assert!((run.window().unwrap() - (end / first - 1.0)).abs() < 1e-12);
    // Stopped before, modes that have not risen have no time, and there is no window.
    let early = descent.run(0.5 * (first + end)).unwrap();
    assert!(early.half_amplitude_times.iter().any(Option::is_some));
    assert_eq!(early.window(), None);
    assert_eq!(early.steps as f64, (0.5 * (first + end) / eta).round());
    assert_eq!(early.end, early.steps as f64 * eta);
}

/// A mode that starts above half does not rise through it, and is not waited for.
#[test]
fn a_mode_that_starts_above_half_has_no_time() {
    let problem = problem(Loss::Squared);
    let smallest = problem.singular_values()[2];
    let start = Start::plain(-0.5 * (0.51 * smallest).ln()).unwrap();
    let start = Initialisation::spectral(start);
    let run = Descent::new(&problem, start, Rule::ClassNormalised, 0.05)
        .run(1e3)
        .unwrap();
    let times = &run.half_amplitude_times;
    assert!(times[0].is_some() && times[1].is_some(), "{times:?}");
    assert_eq!((times[2], run.window()), (None, None));
    assert!(run.end < 10.0, "{}", run.end);
}

/// Weights count from the step whose middle lies beyond their time.
#[test]
fn weights_begin_at_the_nearest_step() {
    let problem = problem(Loss::Squared);
    let start = Initialisation::spectral(Start::plain(1.0).unwrap());
    let descent = Descent::new(&problem, start, Rule::Gradient, 0.1).weights_from(1.0);
    let pull = Pull::new(&descent).unwrap();
    let state = pull.start(&descent.start).unwrap();
    let moved = |time| descent.step(&pull, &state, time).classifier;
    let weighted = descent
        .clone()
        .weights_from(0.0)
        .step(&pull, &state, 0.0)
        .classifier;
    let plain = descent
        .clone()
        .weights_from(9.0)
        .step(&pull, &state, 0.0)
        .classifier;
    assert_ne!(weighted, plain);
    // To the bit: at the middle itself they do not count yet.
    let halves = Descent {
        step_size: 0.5,
        weights_from: 0.75,
        ..descent.clone()
    };
    let unweighted = Descent {
        weights_from: 9.0,
        ..halves.clone()
    };
    let [at_middle, without] =
        [&halves, &unweighted].map(|d| d.step(&pull, &state, 0.5).classifier);
    assert_eq!(at_middle, without);
    for (time, expected) in [
        (0.9, &plain),
        (0.949, &plain),
        (0.951, &weighted),
        (1.0, &weighted),
    ] {
        assert_eq!(&moved(time), expected, "{time}");
    }
}

/// What is learned to the last digit pulls nowhere.
#[test]
fn a_class_without_a_residual_does_not_move() {
    let problem = problem(Loss::Squared);
    let (at, _, _) = state(&problem);
    let start = Initialisation::spectral(Start::plain(1.0).unwrap());
    let descent = Descent::new(&problem, start, Rule::ClassNormalised, 0.1);
    let pull = Pull::new(&descent).unwrap();
    let mut residual = pull.residual(&at, true);
    residual.column_mut(2).fill(0.0);
    let velocity = Rule::ClassNormalised.velocity(&at, &residual, &pull);
    assert_eq!(velocity.features.column(2).amax(), 0.0);
    let others = velocity.features.column(0).amax() + velocity.classifier.amax();
    assert!(others.is_finite() && others > 0.0);
}
