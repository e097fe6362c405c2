//! Networks that only this engine has: their derivatives; and of all that they learn, and give the same bits.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{batch, image, narrow, numbers, objective, plan};
use serde_json::json;
use ufm_burn::BurnEngine;
use ufm_networks::{
    NetworkError,
    architecture::{Architecture, ImageSize},
    engine::Engine,
    loss::Loss,
    training::train_on,
};

/// Along a direction through each parameter vector by itself, half random and half along the gradient so that there is something to see.
#[test]
fn derivatives_are_those_of_differences() {
    for architecture in [Architecture::Residual, Architecture::VisionTransformer] {
        for channels in [1, 3] {
            let image = image(8, 12, channels);
            let plan = plan(architecture, narrow(architecture));
            let mut network = BurnEngine::default().network(&plan, image, 10, 2).unwrap();
            let (images, labels) = batch(image, 20);
            let objective = objective(Loss::CrossEntropy);
            let (_, gradient) = network.gradient(&images, &labels, &objective);
            let sizes: Vec<usize> = gradient.iter().map(Vec::len).collect();
            for place in 0..sizes.len() {
                let mut direction: Vec<Vec<f32>> = sizes.iter().map(|&n| vec![0.0; n]).collect();
                let along = unit(&gradient[place]);
                let random: Vec<f32> = numbers(sizes[place], place as u32)
                    .iter()
                    .map(|x| 2.0 * x - 1.0)
                    .collect();
                let pairs = along.iter().zip(unit(&random));
                direction[place] = pairs.map(|(a, b)| a + b).collect();
                let expected: f64 = direction[place]
                    .iter()
                    .zip(&gradient[place])
                    .map(|(a, b)| f64::from(a * b))
                    .sum();
                let by = 2e-3;
                let mut value = |by| {
                    network.shift(&direction, by).unwrap();
                    let (value, _) = network.gradient(&images, &labels, &objective);
                    network.shift(&direction, -by).unwrap();
                    value
                };
                let found = (value(by) - value(-by)) / (2.0 * f64::from(by));
                // A derivative below a thousandth drowns in the rounding of the logits.
                let apart = (found - expected).abs() / expected.abs().max(1e-2);
                assert!(
                    apart < 0.03,
                    "{architecture:?}, parameter {place}: {found} {expected}"
                );
            }
        }
    }
}

fn unit(vector: &[f32]) -> Vec<f32> {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter().map(|x| x / norm.max(1e-20)).collect()
}

#[test]
fn every_network_learns_the_digits() {
    let data = ufm_data::digits::load(0).unwrap();
    for (architecture, settings) in [
        (Architecture::Linear, json!({})),
        (Architecture::Mlp, json!({ "width": 24 })),
        (Architecture::SmallCnn, json!({ "width": 4 })),
        (Architecture::Cnn, json!({ "width": 4 })),
        (
            Architecture::Residual,
            json!({ "width": 8, "optimiser": "adam", "learning-rate": 0.003 }),
        ),
        (
            Architecture::VisionTransformer,
            json!({ "width": 16, "optimiser": "adam", "learning-rate": 0.003 }),
        ),
    ] {
        let mut settings = settings;
        settings["steps"] = json!(300);
        settings["moments"] = json!([]);
        let plan = plan(architecture, settings);
        let engine = BurnEngine::default();
        let run = train_on(&engine, &plan, &data, (1.0, 1), |_| true);
        let run = run.unwrap().unwrap();
        let [first, last] = [0, 300].map(|step| run.at(step).unwrap().clone());
        let accuracy = last.test.balanced_accuracy(|_| true);
        println!(
            "{architecture:?}: {} → {}, {accuracy}",
            first.loss, last.loss
        );
        assert!(last.loss < 0.5 * first.loss, "{architecture:?}");
        assert!(accuracy > 0.65, "{architecture:?}: {accuracy}");
    }
}

#[test]
fn the_same_bits_again_and_on_any_number_of_threads() {
    let data = ufm_data::digits::load(0).unwrap();
    for architecture in Architecture::ALL {
        for optimiser in ["sgd", "adam"] {
            let mut changes = narrow(architecture);
            changes["optimiser"] = json!(optimiser);
            changes["learning-rate"] = json!(0.01);
            changes["batch"] = json!(64);
            let plan = plan(architecture, changes);
            let run = |threads| {
                let engine = BurnEngine::with_threads(threads);
                let run = train_on(&engine, &plan, &data, (0.5, 4), |_| true);
                run.unwrap().unwrap()
            };
            let first = run(1);
            for threads in [1, 2, 2, 3] {
                assert!(run(threads) == first, "{architecture:?}, {threads} threads");
            }
        }
    }
}

/// Larger than the digits, so that kernels share out their work.
#[test]
fn the_same_bits_on_images_of_three_colours() {
    for architecture in [
        Architecture::Cnn,
        Architecture::Residual,
        Architecture::VisionTransformer,
    ] {
        let (plan, image) = (plan(architecture, json!({})), image(32, 32, 3));
        let (images, labels) = batch(image, 64);
        let logits = |threads| {
            let engine = BurnEngine::with_threads(threads);
            let mut model = engine.model(&plan, image, 10, 1).unwrap();
            for _ in 0..2 {
                model.step(&images, &labels, &objective(Loss::CrossEntropy));
            }
            model.logits(&images).clone()
        };
        let first = logits(1);
        assert!(first.values().iter().all(|x| x.is_finite()));
        for threads in [1, 2] {
            assert!(
                logits(threads) == first,
                "{architecture:?}, {threads} threads"
            );
        }
    }
}

#[test]
fn networks_that_do_not_fit_are_refused() {
    for (architecture, changes, image, words) in [
        (Architecture::Cnn, json!({}), image(3, 3, 1), "no pixel"),
        (Architecture::Residual, json!({}), image(8, 1, 1), "halved"),
        (
            Architecture::VisionTransformer,
            json!({}),
            image(9, 8, 1),
            "multiple of 4",
        ),
        (
            Architecture::VisionTransformer,
            json!({ "width": 10 }),
            image(8, 8, 1),
            "heads",
        ),
        (
            Architecture::Residual,
            json!({ "width": 9000 }),
            image(8, 8, 1),
            "2²⁸",
        ),
        (
            Architecture::Mlp,
            json!({ "width": 10_000 }),
            image(160, 160, 1),
            "2²⁸",
        ),
    ] {
        refused(&plan(architecture, changes), image, words);
    }
}

fn refused(plan: &ufm_networks::plan::Plan, image: ImageSize, words: &str) {
    let engine = BurnEngine::default();
    let error = engine.check(plan, image, 10).unwrap_err();
    assert!(matches!(error, NetworkError::Engine { .. }));
    assert!(error.to_string().contains(words), "{error}");
    assert!(engine.model(plan, image, 10, 1).is_err());
}

#[test]
fn what_runs_are_kept_under_names_sources_and_libraries() {
    let program = BurnEngine::default().program();
    for words in ["\nburn-flex ", "\ngemm ", "fn transformer"] {
        assert!(program.contains(words), "{words}");
    }
    assert!(!program.contains("\nclap "));
}
