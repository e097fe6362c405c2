//! Plans and batches of the tests.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "tests may panic, and each uses a part of this"
)]

use serde_json::{Value, json};
use ufm_networks::{
    architecture::{Architecture, ImageSize},
    engine::Engine,
    loss::{Loss, Objective},
    plan::Plan,
};

/// A plan of small runs on the digits, with some settings changed.
pub fn plan(architecture: Architecture, changes: Value) -> Plan {
    let mut plan = json!({
        "architecture": architecture.name(), "loss": "cross-entropy", "optimiser": "sgd", "learning-rate": 0.1, "batch": 16, "steps": 8,
        "majority": [0, 1, 2, 3, 4], "majority-samples": 60, "ratio": 5.0
    });
    let changes = changes.as_object().unwrap().clone();
    plan.as_object_mut().unwrap().extend(changes);
    serde_json::from_value(plan).unwrap()
}

/// Widths that make every network small.
pub fn narrow(architecture: Architecture) -> Value {
    match architecture {
        Architecture::Linear => json!({}),
        Architecture::Mlp => json!({ "width": 12 }),
        Architecture::SmallCnn | Architecture::Cnn | Architecture::Residual => {
            json!({ "width": 4 })
        }
        Architecture::VisionTransformer => json!({ "width": 8 }),
    }
}

pub fn image(height: usize, width: usize, channels: usize) -> ImageSize {
    ImageSize {
        height,
        width,
        channels,
    }
}

/// Numbers in `[0, 1)` that look random.
pub fn numbers(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    (0..n).map(|_| next()).collect()
}

/// Images, a third of their values zero as in real ones, with labels of all ten classes.
pub fn batch(image: ImageSize, images: usize) -> (Vec<f32>, Vec<u8>) {
    let values = numbers(images * image.values(), 7);
    let values = values.into_iter().map(|x| (1.5 * x - 0.5).max(0.0));
    let labels = (0..images).map(|i| (i * 7 % 10) as u8);
    (values.collect(), labels.collect())
}

/// Weights and offsets that differ from class to class.
pub fn objective(loss: Loss) -> Objective {
    Objective {
        loss,
        weights: (0..10).map(|class| 0.2 + 0.3 * f64::from(class)).collect(),
        offsets: (0..10).map(|class| -0.4 * f64::from(class % 4)).collect(),
    }
}

/// The largest difference, relative to the largest number.
pub fn difference(found: &[f32], wanted: &[f32]) -> f32 {
    assert_eq!(found.len(), wanted.len());
    let scale = wanted.iter().fold(f32::MIN_POSITIVE, |a, b| a.max(b.abs()));
    let pairs = found.iter().zip(wanted);
    pairs.fold(0.0, |a, (x, y)| {
        let apart = (x - y).abs() / scale;
        if apart.is_nan() { apart } else { a.max(apart) }
    })
}

/// The largest difference between the logits of two engines along ten steps from the same weights, relative to the largest logit; below `tolerance` at each step.
pub fn apart_along_steps(
    [here, there]: [&dyn Engine; 2],
    architecture: Architecture,
    (optimiser, rate): (&str, f64),
    image: ImageSize,
    tolerance: f32,
) -> f32 {
    let mut changes = narrow(architecture);
    changes["optimiser"] = json!(optimiser);
    changes["learning-rate"] = json!(rate);
    let plan = plan(architecture, changes);
    let model = |engine: &dyn Engine| engine.model(&plan, image, 10, 5).unwrap();
    let (mut found, mut wanted) = (model(here), model(there));
    let (images, labels) = batch(image, 16);
    let objective = objective(Loss::CrossEntropy);
    let mut largest = 0.0_f32;
    for step in 1..=10 {
        found.step(&images, &labels, &objective);
        wanted.step(&images, &labels, &objective);
        let expected = wanted.logits(&images).clone();
        let apart = difference(found.logits(&images).values(), expected.values());
        largest = largest.max(apart);
        assert!(
            apart < tolerance,
            "{architecture:?} {optimiser} step {step}: {apart}"
        );
    }
    largest
}
