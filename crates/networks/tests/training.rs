//! Networks, losses and runs: derivatives against differences, repeatability, resuming, bad plans.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::sync::atomic::{AtomicUsize, Ordering};

use ufm_data::{DataSet, digits};
use ufm_networks::{
    NetworkError,
    architecture::{Architecture, ImageSize},
    experiment::{Experiment, Handle, Means, Share},
    layers::Affine,
    loss::{Loss, Objective},
    model::Network,
    optimiser::{Optimiser, State},
    plan::{Plan, Profile, Remedy, Sampling},
    training::train,
};
use ufm_theory::problem::{Batch, ImbalanceRatio, LearningRate, Samples, Steps};

fn plan() -> Plan {
    Plan {
        architecture: Architecture::SmallCnn,
        width: None,
        loss: Loss::CrossEntropy,
        optimiser: Optimiser::Sgd,
        learning_rate: LearningRate::new(0.1).unwrap(),
        batch: Batch::new(16.0).unwrap(),
        steps: Steps::new(12.0).unwrap(),
        profile: Profile::Step,
        majority: vec![0, 1, 2, 3, 4],
        majority_samples: Some(Samples::new(30.0).unwrap()),
        ratio: Some(ImbalanceRatio::new(10.0).unwrap()),
        test_samples: Some(Samples::new(5.0).unwrap()),
        measured_samples: None,
        moments: None,
        shuffled_labels: false,
        remedy: Remedy::default(),
    }
}

fn data() -> DataSet {
    digits::load(0).unwrap()
}

fn experiment() -> Experiment {
    Experiment {
        plan: plan(),
        gammas: vec![0.5, 0.0],
        seeds: vec![3, 1, 2],
    }
}

fn size(side: usize, channels: usize) -> ImageSize {
    ImageSize {
        height: side,
        width: side,
        channels,
    }
}

/// `f(w + h d) − f(w − h d)` over `2h` against the gradient, along random directions `d`.
fn derivative_is_right(architecture: Architecture, image: ImageSize, loss: Loss) {
    let labels: Vec<u8> = (0..6).map(|i| i % 3).collect();
    let objective = Objective {
        loss,
        weights: vec![0.5, 1.0, 2.5],
        offsets: vec![0.0, -0.5, 0.25],
    };
    let images: Vec<f32> = (0..6 * image.values())
        .map(|i| ((i * 7919 + 31) % 1009) as f32 / 1009.0)
        .collect();
    let network = Network::new(architecture, None, image, 3, 5).unwrap();
    let value = |network: &Network| {
        objective
            .value_and_derivative(&network.logits(&images), &labels)
            .0
    };
    let (mut workspace, mut gradient) = (network.workspace(), network.zeros());
    let batch = (&images[..], &labels[..]);
    let found = network.gradient(batch, &objective, &mut workspace, &mut gradient);
    assert!((found - value(&network)).abs() < 1e-6);
    // Buffers that were used before make no difference.
    let first = gradient.clone();
    network.gradient(batch, &objective, &mut workspace, &mut gradient);
    assert!(first == gradient);
    for (layer, direction) in gradient.iter().enumerate() {
        // The direction of the gradient of one layer: the derivative is its squared norm.
        let norm: f64 = direction.values().map(|g| f64::from(*g).powi(2)).sum();
        let norm = norm.sqrt();
        assert!(norm > 1e-4, "layer {layer} has no gradient");
        let h = 1e-3;
        let moved = |sign: f64| {
            let mut network = network.clone();
            for (value, g) in network.layers_mut()[layer]
                .values_mut()
                .zip(direction.values())
            {
                *value += (sign * h * f64::from(*g) / norm) as f32;
            }
            value(&network)
        };
        let slope = (moved(1.0) - moved(-1.0)) / (2.0 * h);
        // Single precision, and rectifiers that switch between the two points: a percent or two.
        assert!(
            (slope / norm - 1.0).abs() < 0.01,
            "layer {layer}: {slope} against {norm}"
        );
    }
}

#[test]
fn derivatives_agree_with_differences() {
    for loss in [Loss::CrossEntropy, Loss::Squared] {
        for (architecture, side, channels) in [
            (Architecture::Linear, 6, 1),
            (Architecture::Mlp, 6, 3),
            (Architecture::Cnn, 12, 1),
            (Architecture::Cnn, 8, 3),
            (Architecture::SmallCnn, 8, 1),
        ] {
            derivative_is_right(architecture, size(side, channels), loss);
        }
    }
}

#[test]
fn a_convolution_is_equivariant_under_shifts() {
    // Two images with one bright pixel, far from the border: features move along, so logits of a network
    // whose last map is constant are equal.
    let mut network = Network::new(Architecture::SmallCnn, None, size(20, 1), 2, 1).unwrap();
    let head = network.layers_mut().last_mut().unwrap();
    head.values_mut().for_each(|value| *value = 0.25);
    let bright = |pixel: usize| (0..400).map(move |i| f32::from(u8::from(i == pixel)));
    let images: Vec<f32> = bright(8 * 20 + 8).chain(bright(10 * 20 + 12)).collect();
    let logits = network.logits(&images);
    let rows: Vec<&[f32]> = logits.rows().collect();
    assert!((rows[0][0] - rows[1][0]).abs() < 1e-4, "{rows:?}");
}

#[test]
fn adam_moves_every_parameter_by_the_rate_at_first() {
    let mut network = Network::new(Architecture::SmallCnn, None, size(8, 1), 2, 1).unwrap();
    let before = network.clone();
    let mut gradients: Vec<Affine> = network.layers().to_vec();
    gradients
        .iter_mut()
        .for_each(|g| g.values_mut().for_each(|v| *v = 7.0));
    State::new(Optimiser::Adam, 1e-3, &network).step(&mut network, &gradients);
    for (a, b) in network.layers().iter().zip(before.layers()) {
        for (a, b) in a.values().zip(b.values()) {
            assert!((b - a - 1e-3).abs() < 1e-6);
        }
    }
}

#[test]
fn both_optimisers_and_losses_learn() {
    let data = data();
    for loss in [Loss::CrossEntropy, Loss::Squared] {
        for (optimiser, learning_rate) in [(Optimiser::Sgd, 0.1), (Optimiser::Adam, 2e-3)] {
            let plan = Plan {
                loss,
                optimiser,
                learning_rate: LearningRate::new(learning_rate).unwrap(),
                steps: Steps::new(150.0).unwrap(),
                ratio: Some(ImbalanceRatio::new(1.0).unwrap()),
                ..plan()
            };
            let run = train(&plan, &data, 0.0, 1, |_| true).unwrap().unwrap();
            let (first, last) = (&run.moments[0], run.moments.last().unwrap());
            assert!(last.loss < 0.7 * first.loss, "{loss:?} {optimiser:?}");
            assert!(
                last.train.accuracy() > 0.7,
                "{loss:?} {optimiser:?} {}",
                last.train.accuracy()
            );
            assert_eq!(last.test.samples(9), 5);
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let data = data();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| experiment().run(&data, None, &Handle::default()).unwrap())
    };
    let (one, two) = (with(1), with(2));
    assert!(one == two);
    assert_eq!(one.experiment.gammas, [0.0, 0.5]);
    assert_eq!(
        one.of(0.5).map(|run| run.seed).collect::<Vec<_>>(),
        [3, 1, 2]
    );
    assert_eq!(one.steps(), plan().record());
    // Runs of one seed start from the same network and samples.
    let start = |gamma| one.values(gamma, 0, |moment| moment.test.accuracy());
    assert_eq!(start(0.0), start(0.5));
    let p = one
        .compare(0.5, 0.0, 12, |moment| moment.loss)
        .unwrap()
        .p_value;
    assert!((0.0..=1.0).contains(&p));
}

#[test]
fn an_interrupted_experiment_continues_and_gives_the_same() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    let whole = experiment().run(&data, None, &Handle::default()).unwrap();
    let control = Handle::default();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let stopped = pool.install(|| {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while control.steps() < 30 {
                    std::thread::yield_now();
                }
                control.stop();
            });
            experiment().run(&data, Some(folder.path()), &control)
        })
    });
    let kept = std::fs::read_dir(folder.path()).unwrap().count();
    match stopped {
        Err(NetworkError::Stopped { done, all: 6 }) => {
            assert!(done < 6 && kept == done, "{done} {kept}");
        }
        other => assert!(other.is_ok() && kept == 6), // it was faster than the signal
    }
    // A damaged file is not taken for a run.
    if let Some(entry) = std::fs::read_dir(folder.path()).unwrap().next() {
        std::fs::write(entry.unwrap().path(), "{\"gamma\": 0.0").unwrap();
    }
    let continued = experiment()
        .run(&data, Some(folder.path()), &Handle::default())
        .unwrap();
    assert!(continued == whole);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
    let again = experiment()
        .run(&data, Some(folder.path()), &Handle::default())
        .unwrap();
    assert!(again == whole);
}

#[test]
fn kept_runs_of_another_plan_are_not_taken() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    experiment()
        .run(&data, Some(folder.path()), &Handle::default())
        .unwrap();
    let mut other = experiment();
    other.plan.learning_rate = LearningRate::new(0.05).unwrap();
    other
        .run(&data, Some(folder.path()), &Handle::default())
        .unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 12);
}

#[test]
fn a_run_can_be_stopped() {
    let steps = AtomicUsize::new(0);
    let run = train(&plan(), &data(), 0.0, 1, |_| {
        steps.fetch_add(1, Ordering::Relaxed) < 4
    })
    .unwrap();
    assert!(run.is_none());
    assert_eq!(steps.load(Ordering::Relaxed), 5);
}

/// Each setting of a plan is refused where it is read, and says what is allowed.
#[test]
fn settings_out_of_their_domain_are_errors() {
    let tree = serde_json::to_value(plan()).unwrap();
    for (name, value) in [
        ("learning-rate", serde_json::json!(0.0)),
        ("learning-rate", serde_json::json!(-1)),
        ("batch", serde_json::json!(0)),
        ("batch", serde_json::json!(1_000_000_000)),
        ("steps", serde_json::json!(0)),
        ("steps", serde_json::json!(2.5)),
        ("ratio", serde_json::json!(0.5)),
        ("majority-samples", serde_json::json!(0)),
        ("test-samples", serde_json::json!(0)),
    ] {
        let mut changed = tree.clone();
        changed[name] = value;
        let error = serde_json::from_value::<Plan>(changed).unwrap_err();
        assert!(
            error.to_string().contains("is not allowed"),
            "{name}: {error}"
        );
    }
    let data = data();
    let mut many = plan();
    many.majority_samples = Some(Samples::new(1e6).unwrap());
    assert!(matches!(
        train(&many, &data, 0.0, 1, |_| true),
        Err(NetworkError::Data(_))
    ));
    let error = train(&plan(), &data, f64::NAN, 1, |_| true).unwrap_err();
    assert!(matches!(error, NetworkError::Theory(_)), "{error}");
}

#[test]
fn divergence_is_an_error_that_says_where() {
    let plan = Plan {
        learning_rate: LearningRate::new(1e9).unwrap(),
        loss: Loss::Squared,
        steps: Steps::new(40.0).unwrap(),
        ..plan()
    };
    let error = train(&plan, &data(), 0.5, 7, |_| true).unwrap_err();
    assert!(error.to_string().contains("γ = 0.5, seed 7"), "{error}");
}

#[test]
fn a_plan_may_say_when_to_measure() {
    let steps = |steps: &[f64]| Some(steps.iter().map(|&s| Steps::new(s).unwrap()).collect());
    let listed = Plan {
        moments: steps(&[5.0, 3.0, 5.0, 12.0, 100.0]),
        ..plan()
    };
    assert_eq!(listed.record(), [0, 3, 5, 12]);
    assert_eq!(plan().record(), [0, 1, 2, 4, 6, 8, 11, 12]);
    let one = Plan {
        steps: Steps::new(1.0).unwrap(),
        ..plan()
    };
    assert_eq!(one.record(), [0, 1]);
}

#[test]
fn measuring_fewer_training_samples_changes_nothing_but_what_is_measured() {
    let data = data();
    let with = |samples: Option<f64>| {
        let plan = Plan {
            measured_samples: samples.map(|n| Samples::new(n).unwrap()),
            ..plan()
        };
        train(&plan, &data, 1.0, 1, |_| true).unwrap().unwrap()
    };
    let (all, enough, few) = (with(None), with(Some(30.0)), with(Some(2.0)));
    assert_eq!(all, enough);
    for (all, few) in all.moments.iter().zip(&few.moments) {
        assert_eq!((all.step, &all.test), (few.step, &few.test));
        assert_eq!((all.train.samples(0), all.train.samples(9)), (30, 3));
        assert_eq!((few.train.samples(0), few.train.samples(9)), (2, 2));
        // An estimate of the same objective: before training all samples have nearly the same loss.
        if all.step == 0 {
            assert!(
                (all.loss / few.loss - 1.0).abs() < 0.02,
                "{} {}",
                all.loss,
                few.loss
            );
        }
    }
}

#[test]
fn a_seed_is_measured_where_the_others_are_best() {
    let results = experiment().run(&data(), None, &Handle::default()).unwrap();
    let measure = |moment: &ufm_networks::training::Checkpoint| moment.train.accuracy();
    let steps = results.steps_left_out(|run| run(0.0, &measure));
    let values = results.at_steps(0.0, &steps, measure);
    for (place, (&step, value)) in steps.iter().zip(&values).enumerate() {
        let others = |step| -> f64 {
            let mut values = results.values(0.0, step, measure);
            values.remove(place);
            values.iter().sum()
        };
        assert!(
            results
                .steps()
                .into_iter()
                .all(|other| others(other) <= others(step))
        );
        assert_eq!(*value, results.values(0.0, step, measure)[place]);
    }
    assert_eq!(steps.len(), 3);
}

#[test]
fn shares_of_several_machines_give_what_one_gives() {
    let (data, folder) = (data(), tempfile::tempdir().unwrap());
    let whole = experiment().run(&data, None, &Handle::default()).unwrap();
    let share = |index| Means {
        share: Share::new(index, 2).unwrap(),
        ..Means::kept_in(Some(folder.path()))
    };
    let first = experiment().run_by(&share(0), &data, &Handle::default());
    assert!(matches!(
        first,
        Err(NetworkError::Stopped { done: 3, all: 6 })
    ));
    let handle = Handle::default();
    let both = experiment().run_by(&share(1), &data, &handle).unwrap();
    assert!(both == whole && handle.seconds() >= 0.0);
    assert!(Share::new(2, 2).is_err());
}

#[test]
fn remedies_do_what_they_say() {
    let data = data();
    let run = |remedy, gamma| {
        let plan = Plan { remedy, ..plan() };
        train(&plan, &data, gamma, 1, |_| true).unwrap().unwrap()
    };
    let remedy = |value: serde_json::Value| serde_json::from_value::<Remedy>(value).unwrap();
    let same = |a: &ufm_networks::training::Run, b: &ufm_networks::training::Run, step| {
        a.at(step).unwrap().test_logits == b.at(step).unwrap().test_logits
    };
    // Deferred weights are none at first and weights then.
    let (none, weighted) = (run(Remedy::default(), 0.0), run(Remedy::default(), 1.0));
    let deferred = run(remedy(serde_json::json!({ "deferred": 6 })), 1.0);
    assert!(same(&deferred, &none, 6) && !same(&deferred, &none, 8));
    assert!(!same(&deferred, &weighted, 6));
    // An adjustment by nothing is none, and with τ = 1 the minority's logits are above those without.
    let nothing = run(remedy(serde_json::json!({ "adjustment": 0 })), 0.0);
    assert!(same(&nothing, &none, 12));
    let adjusted = run(remedy(serde_json::json!({ "adjustment": 1 })), 0.0);
    let minority = |run: &ufm_networks::training::Run| -> f64 {
        let logits = &run.at(12).unwrap().test_logits;
        (0..10).map(|of| logits[of * 10 + 7]).sum()
    };
    assert!(minority(&adjusted) > minority(&none));
    // Balanced sampling draws the minority as often as the majority, as weights γ = 1 do on average.
    let balanced = run(
        remedy(serde_json::json!({ "sampling": "class-balanced" })),
        0.0,
    );
    assert!(minority(&balanced) > minority(&none));
    assert_eq!(remedy(serde_json::json!({})).sampling, Sampling::Shuffled);
    assert!(serde_json::from_value::<Remedy>(serde_json::json!({ "tau": 1 })).is_err());
}

#[test]
fn settings_that_do_not_go_together_are_errors() {
    let data = data();
    let count = |n| Some(ufm_theory::problem::Count::new(n).unwrap());
    let linear = Plan {
        architecture: Architecture::Linear,
        width: count(4.0),
        ..plan()
    };
    let late = Plan {
        remedy: Remedy {
            deferred: Some(plan().steps),
            ..Remedy::default()
        },
        ..plan()
    };
    let elsewhere = Plan {
        architecture: Architecture::VisionTransformer,
        ..plan()
    };
    for (plan, expected) in [
        (linear, "width: the network `linear` has none"),
        (late, "remedy.deferred: it must be below the 12 steps"),
        (
            elsewhere,
            "`layers` cannot make the network `vision-transformer`",
        ),
    ] {
        let error = train(&plan, &data, 0.0, 1, |_| true).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let tail = Plan {
        profile: Profile::LongTailed,
        majority_samples: Some(Samples::new(100.0).unwrap()),
        ..plan()
    };
    let counts = tail.counts(&data.train).unwrap();
    assert_eq!((counts[0], counts[9]), (100, 10));
    assert!(counts.is_sorted_by(|a, b| a > b));
    assert!(tail.step_profile(&data).is_err());
}

#[test]
fn all_samples_are_taken_where_the_plan_says_so() {
    let data = data();
    let all = Plan {
        profile: Profile::All,
        majority_samples: None,
        ratio: None,
        ..plan()
    };
    assert_eq!(all.counts(&data.train).unwrap(), data.train.class_counts());
    let (train_samples, _) = all.samples(&data, 1).unwrap();
    assert_eq!(train_samples.len(), data.train.len());
    let run = train(&all, &data, 1.0, 1, |_| true).unwrap().unwrap();
    assert_eq!(run.moments.last().map(|moment| moment.step), Some(12));

    // Samples without one class: no weight could be given it.
    let present: Vec<usize> = (0..data.train.len())
        .filter(|&i| data.train.labels()[i] != 3)
        .collect();
    let lacking = data.train.select(&present).unwrap();
    let sizes = Some(Samples::new(30.0).unwrap());
    let ratio = Some(ImbalanceRatio::new(2.0).unwrap());
    let step = plan();
    for (plan, expected) in [
        (
            Plan {
                majority_samples: sizes,
                ..all.clone()
            },
            "majority-samples: the profile `all`",
        ),
        (
            Plan {
                ratio,
                ..all.clone()
            },
            "ratio: the profile `all`",
        ),
        (
            Plan {
                ratio: None,
                ..step.clone()
            },
            "ratio: missing",
        ),
        (
            Plan {
                majority_samples: None,
                ..step
            },
            "majority-samples: missing",
        ),
        (
            Plan {
                majority: vec![1, 1],
                ..all.clone()
            },
            "named only once",
        ),
        (all, "class 3 has no training sample"),
    ] {
        let error = plan.counts(&lacking).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_width_is_the_width() {
    let parameters = |architecture, width| {
        Network::new(architecture, width, size(8, 1), 10, 1)
            .unwrap()
            .parameters()
    };
    assert_eq!(parameters(Architecture::Linear, None), 65 * 10);
    assert_eq!(
        parameters(Architecture::Mlp, Some(5)),
        65 * 5 + 6 * 5 + 6 * 10
    );
    assert_eq!(
        parameters(Architecture::SmallCnn, Some(1)),
        10 + 10 * 2 + (2 * 16 + 1) * 10
    );
    assert_eq!(
        parameters(Architecture::Cnn, None),
        parameters(Architecture::Cnn, Some(16))
    );
    let small = Network::new(Architecture::Cnn, None, size(3, 1), 10, 1).unwrap_err();
    assert!(small.to_string().contains("no pixel"), "{small}");
}
