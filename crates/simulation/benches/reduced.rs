//! Half-amplitude times of the exact reweighted flow: every sample integrated, one feature per class, and the
//! reduced system. `k = 4`, `γ = ½`, scaled start at `δ = 8`.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ufm_simulation::{Frame, GradientFlow, Initialisation, Problem, ReducedFlow, SimulationError};
use ufm_theory::{profile::StepProfile, start::Start, weights::Weighting};

fn matrices(ratio: f64, frame: Frame) -> Result<Vec<Option<f64>>, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::power(0.5)?)?;
    let start = Initialisation::spectral(Start::scaled(8.0)?);
    let trajectory = GradientFlow::new(&problem, start)
        .frame(frame)
        .run(&[], 16.0)?;
    Ok(trajectory.half_amplitude_times())
}

fn reduced(ratio: f64) -> Result<f64, SimulationError> {
    let step = StepProfile::halves(4, ratio)?;
    let flow = ReducedFlow::new(&step, Weighting::power(0.5)?, Start::scaled(8.0)?)?;
    Ok(flow.window()?.relative)
}

fn flows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exact reweighted flow");
    group.sample_size(10);
    for ratio in [1e1, 1e2, 1e3, 1e4] {
        group.bench_with_input(BenchmarkId::new("every sample", ratio), &ratio, |b, &r| {
            b.iter(|| matrices(r, Frame::Full));
        });
        group.bench_with_input(
            BenchmarkId::new("class by class", ratio),
            &ratio,
            |b, &r| {
                b.iter(|| matrices(r, Frame::ClassConstant));
            },
        );
    }
    for ratio in [1e1, 1e2, 1e3, 1e4, 1e9, 1e12] {
        group.bench_with_input(BenchmarkId::new("reduced", ratio), &ratio, |b, &r| {
            b.iter(|| reduced(r));
        });
    }
    group.finish();
}

criterion_group!(benches, flows);
criterion_main!(benches);
