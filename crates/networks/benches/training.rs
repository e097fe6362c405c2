//! One training step of each network, batch 64: forward, backward, update.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ufm_networks::{
    architecture::{Architecture, ImageSize},
    loss::{Loss, Objective},
    model::Network,
    optimiser::{Optimiser, State},
};

const BATCH: usize = 64;

fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("training step, batch 64");
    group.sample_size(20);
    for (name, architecture, side, channels) in [
        ("small CNN, 8 × 8", Architecture::SmallCnn, 8, 1),
        ("CNN, 28 × 28", Architecture::Cnn, 28, 1),
        ("CNN, 32 × 32 × 3", Architecture::Cnn, 32, 3),
        ("MLP, 32 × 32 × 3", Architecture::Mlp, 32, 3),
    ] {
        let image = ImageSize {
            height: side,
            width: side,
            channels,
        };
        let images: Vec<f32> = (0..BATCH * image.values())
            .map(|i| ((i * 7919) % 1009) as f32 / 1009.0)
            .collect();
        let labels: Vec<u8> = (0..BATCH).map(|i| (i % 10) as u8).collect();
        let objective = Objective::weighted(Loss::CrossEntropy, vec![1.0; 10]);
        let Ok(mut network) = Network::new(architecture, None, image, 10, 1) else {
            continue;
        };
        let (mut workspace, mut gradients) = (network.workspace(), network.zeros());
        let mut state = State::new(Optimiser::Sgd, 1e-3, &network);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let batch = (black_box(&images[..]), &labels[..]);
                network.gradient(batch, &objective, &mut workspace, &mut gradients);
                state.step(&mut network, &gradients);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
