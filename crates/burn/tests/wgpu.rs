//! On a graphics processor, which may be a Vulkan driver in software, networks compute what they compute on the processor. Where there is none, this fails.

#![cfg(feature = "wgpu")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{apart_along_steps, batch, difference, image, narrow, objective, plan};
use ufm_burn::BurnEngine;
use ufm_networks::{architecture::Architecture, engine::Engine, loss::Loss};

/// Of logits and of the derivative by each parameter vector, relative to its largest number: sums run in another order, and drivers may contract and
/// approximate exponentials. Seen were 3e-7, and 1e-5 of derivatives, on llvmpipe.
const TOLERANCE: f32 = 1e-4;

#[test]
fn same_weights_give_the_same_logits_and_gradients() {
    let (there, here) = (BurnEngine::wgpu().unwrap(), BurnEngine::default());
    println!("on {}", there.adapter().unwrap());
    let mut largest = (0.0_f32, 0.0_f32);
    for architecture in Architecture::ALL {
        for (channels, loss) in [(1, Loss::CrossEntropy), (3, Loss::Squared)] {
            let image = image(8, 12, channels);
            let plan = plan(architecture, narrow(architecture));
            let network = |engine: &BurnEngine| engine.network(&plan, image, 10, 3).unwrap();
            let (found, wanted) = (network(&there), network(&here));
            assert_eq!(found.parameters(), wanted.parameters());
            let (images, labels) = batch(image, 9);
            let logits = difference(
                found.logits(&images).values(),
                wanted.logits(&images).values(),
            );
            largest.0 = largest.0.max(logits);
            assert!(
                logits < TOLERANCE,
                "{architecture:?}, {channels} channels: {logits}"
            );
            let objective = objective(loss);
            let (_, found) = found.gradient(&images, &labels, &objective);
            let (_, wanted) = wanted.gradient(&images, &labels, &objective);
            // The derivative by the biases of an attention's keys is zero: what is found of it is rounding, and held against the others.
            let all = wanted.iter().flatten().fold(0.0_f32, |a, b| a.max(b.abs()));
            for (place, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                let one = wanted.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
                let apart = difference(found, wanted) * one / one.max(1e-3 * all);
                largest.1 = largest.1.max(apart);
                assert!(
                    apart < TOLERANCE,
                    "{architecture:?}, {channels} channels, parameter {place}: {apart}"
                );
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
    let (there, here) = (BurnEngine::wgpu().unwrap(), BurnEngine::default());
    let mut largest = 0.0_f32;
    for architecture in Architecture::ALL {
        for (optimiser, rate) in [("sgd", 0.1), ("adam", 0.002)] {
            let engines: [&dyn Engine; 2] = [&there, &here];
            let apart = apart_along_steps(
                engines,
                architecture,
                (optimiser, rate),
                image(8, 8, 1),
                TOLERANCE,
            );
            largest = largest.max(apart);
        }
    }
    println!("logits differ by at most {largest:e} within ten steps");
}

/// Kept runs of one processor are not taken for those of another.
#[test]
fn its_runs_are_its_own() {
    let there = BurnEngine::wgpu().unwrap();
    assert_ne!(there.program(), BurnEngine::default().program());
    assert!(there.program().ends_with(there.adapter().unwrap()));
}
