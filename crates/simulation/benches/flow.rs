//! One full gradient flow: vanilla, four classes, `δ = 8`, every sample integrated.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ufm_simulation::{Frame, GradientFlow, Initialisation, Problem, SimulationError, Trajectory};
use ufm_theory::problem::{Start, StepProfile, Weighting};

fn flow(ratio: f64) -> Result<Trajectory, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::vanilla())?;
    let start = Initialisation::spectral(Start::spectral(8.0)?);
    GradientFlow::new(&problem, start)
        .frame(Frame::Full)
        .run(&[], 16.0)
}

fn full_flow(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("full flow");
    group.sample_size(10);
    for ratio in [10.0, 100.0, 1000.0] {
        group.bench_with_input(
            BenchmarkId::from_parameter(ratio),
            &ratio,
            |bencher, &ratio| {
                bencher.iter(|| flow(ratio));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, full_flow);
criterion_main!(benches);
