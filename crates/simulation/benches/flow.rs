//! One full gradient flow: vanilla, four classes, `δ = 8`, every sample integrated.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ufm_simulation::{Initialisation, Problem, Simulation, SimulationError, Solver, Trajectory};
use ufm_theory::problem::{Start, StepProfile, Weighting};

fn flow(ratio: f64) -> Result<Trajectory, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::vanilla())?;
    let start = Initialisation::spectral(Start::plain(8.0)?);
    Simulation::new(&problem, start)
        .matrices()
        .solver(Solver::Samples)
        .until(16.0)
        .at(&[])
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
