//! Steps a second of both engines, one after the other in the same minute: MNIST's size, batch 64, SGD, weighted cross-entropy.
//!
//! `cargo bench --bench steps`; with words behind it, only networks whose name holds one of them.

use std::time::{Duration, Instant};

use ufm_burn::BurnEngine;
use ufm_networks::{
    NetworkError,
    architecture::{Architecture, ImageSize},
    engine::{Engine, Layers},
    loss::{Loss, Objective},
    plan::Plan,
};

const BATCH: usize = 64;
/// Of one measurement.
const LASTS: Duration = Duration::from_secs(3);
/// Measurements of everything; the fastest counts, as others share the processor.
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let image = ImageSize {
        height: 28,
        width: 28,
        channels: 1,
    };
    println!("network, engine, threads: steps a second");
    for architecture in Architecture::ALL {
        let name = architecture.name();
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let plan: Plan = serde_json::from_value(serde_json::json!({
            "architecture": name, "loss": "cross-entropy", "optimiser": "sgd", "learning-rate": 0.01, "batch": BATCH, "steps": 1,
            "majority": [0], "majority-samples": 1, "ratio": 1.0
        }))?;
        let (one, two) = (BurnEngine::with_threads(1), BurnEngine::with_threads(2));
        let mut engines: Vec<(&str, &dyn Engine, usize)> = vec![
            ("burn, one thread", &one, 1),
            ("burn, two threads", &two, 1),
            ("burn, two runs at once", &one, 2),
        ];
        if architecture.chain(None).is_some() {
            engines.push(("layers, one thread", &Layers, 1));
            engines.push(("layers, two runs at once", &Layers, 2));
        }
        let mut best = vec![0.0_f64; engines.len()];
        for _ in 0..ROUNDS {
            for (best, (_, engine, runs)) in best.iter_mut().zip(&engines) {
                *best = best.max(side_by_side(*engine, &plan, image, *runs)?);
            }
        }
        for (best, (engine, ..)) in best.iter().zip(&engines) {
            println!("{name}, {engine}: {best:.1}");
        }
    }
    Ok(())
}

/// Steps a second of several runs together.
fn side_by_side(
    engine: &dyn Engine,
    plan: &Plan,
    image: ImageSize,
    runs: usize,
) -> Result<f64, NetworkError> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..runs)
            .map(|_| scope.spawn(|| measured(engine, plan, image)))
            .collect();
        let rates = threads.into_iter().map(|thread| match thread.join() {
            Ok(rate) => rate,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        rates.sum()
    })
}

fn measured(engine: &dyn Engine, plan: &Plan, image: ImageSize) -> Result<f64, NetworkError> {
    let mut model = engine.model(plan, image, 10, 1)?;
    let images: Vec<f32> = (0..BATCH * image.values())
        .map(|i| ((i * 7919) % 1009) as f32 / 1009.0)
        .collect();
    let labels: Vec<u8> = (0..BATCH).map(|i| (i % 10) as u8).collect();
    let objective = Objective::weighted(Loss::CrossEntropy, (1..=10).map(f64::from).collect());
    model.step(&images, &labels, &objective);
    let (begin, mut steps) = (Instant::now(), 0);
    while begin.elapsed() < LASTS {
        model.step(&images, &labels, &objective);
        steps += 1;
    }
    Ok(f64::from(steps) / begin.elapsed().as_secs_f64())
}
