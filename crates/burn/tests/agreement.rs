//! Chains of layers: this engine and the layers over faer compute the same.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{apart_along_steps, batch, difference, image, narrow, objective, plan};
use ufm_burn::BurnEngine;
use ufm_networks::{
    architecture::Architecture,
    engine::{Engine, Layers},
    loss::Loss,
    model::Network,
};

const CHAINS: [Architecture; 4] = [
    Architecture::Linear,
    Architecture::Mlp,
    Architecture::SmallCnn,
    Architecture::Cnn,
];

/// Of logits and of the derivative by each parameter vector, relative to its largest number: single precision rounds to 6e-8, and sums
/// run in another order. Seen were 7e-7.
const TOLERANCE: f32 = 1e-5;

/// Of logits after up to ten steps, though rounding grows along the way and Adam divides by the size of small gradients. Seen were 4e-7.
const AFTER_STEPS: f32 = 1e-5;

#[test]
fn same_weights_give_the_same_logits_and_gradients() {
    let mut largest = (0.0_f32, 0.0_f32);
    // With an odd last row and column, which maxima leave out.
    for image in [
        image(8, 8, 1),
        image(8, 8, 3),
        image(13, 10, 1),
        image(13, 10, 3),
    ] {
        for architecture in CHAINS {
            for loss in [Loss::CrossEntropy, Loss::Squared] {
                let plan = plan(architecture, narrow(architecture));
                let width = plan.width.map(|width| width.get());
                let here = BurnEngine::default().network(&plan, image, 10, 3).unwrap();
                let there = Network::new(architecture, width, image, 10, 3).unwrap();
                let expected: Vec<Vec<f32>> = there
                    .layers()
                    .iter()
                    .flat_map(|layer| [layer.weight.values().to_vec(), layer.bias.clone()])
                    .collect();
                assert_eq!(here.parameters(), expected);

                let (images, labels) = batch(image, 9);
                let logits = difference(
                    here.logits(&images).values(),
                    there.logits(&images).values(),
                );
                largest.0 = largest.0.max(logits);
                assert!(logits < TOLERANCE, "{architecture:?} {image:?}: {logits}");

                let objective = objective(loss);
                let (value, found) = here.gradient(&images, &labels, &objective);
                let (mut workspace, mut wanted) = (there.workspace(), there.zeros());
                let batch = (&images[..], &labels[..]);
                let other = there.gradient(batch, &objective, &mut workspace, &mut wanted);
                assert!(
                    (value - other).abs() < 1e-5 * other.abs(),
                    "{value} {other}"
                );
                let wanted = wanted
                    .iter()
                    .flat_map(|layer| [layer.weight.values(), &layer.bias[..]]);
                for (place, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                    let apart = difference(found, wanted);
                    largest.1 = largest.1.max(apart);
                    assert!(
                        apart < TOLERANCE,
                        "{architecture:?} {image:?} {loss:?}, parameter {place}: {apart}"
                    );
                }
            }
        }
    }
    println!(
        "logits differ by at most {:e}, gradients by {:e}",
        largest.0, largest.1
    );
}

#[test]
fn steps_stay_together() {
    let mut largest = 0.0_f32;
    for architecture in CHAINS {
        for (optimiser, rate) in [("sgd", 0.1), ("adam", 0.002)] {
            for channels in [1, 3] {
                let engines: [&dyn Engine; 2] = [&BurnEngine::default(), &Layers];
                let apart = apart_along_steps(
                    engines,
                    architecture,
                    (optimiser, rate),
                    image(12, 12, channels),
                    AFTER_STEPS,
                );
                largest = largest.max(apart);
            }
        }
    }
    println!("logits differ by at most {largest:e} within ten steps");
}

/// As `steps_stay_together` is about steps that do something.
#[test]
fn steps_change_logits() {
    let plan = plan(Architecture::Cnn, narrow(Architecture::Cnn));
    let image = image(12, 12, 1);
    let mut model = BurnEngine::default().model(&plan, image, 10, 5).unwrap();
    let (images, labels) = batch(image, 16);
    let before = model.logits(&images).clone();
    model.step(&images, &labels, &objective(Loss::CrossEntropy));
    assert!(difference(model.logits(&images).values(), before.values()) > 1e-3);
}
