//! Full against reduced, `k = 4`: what the exact flow costs by every sample, and by what does not grow with `N`.
//!
//! - From a spectral start (`γ = ½`, `δ = 8`): every sample, one feature per class, and the three-number system.
//! - The cross-entropy from the same start, `k = 10`: one feature per class, and the five-number system.
//! - From random starts (`γ = ½`, `d = 8`, `δ = 4`, to 0.8 δ): every sample, and class means with within-class scatters.
//! - Vanilla from a balanced random start, at 1.2 δ: scatters integrated, and the closed form; both after the same setup.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ufm_simulation::{Initialisation, Loss, Problem, Simulation, SimulationError, Solver};
use ufm_theory::problem::{Start, StepProfile, Weighting};

fn matrices(ratio: f64, frame: Solver) -> Result<Vec<Option<f64>>, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::power(0.5)?)?;
    let start = Initialisation::spectral(Start::scaled(8.0)?);
    let trajectory = Simulation::new(&problem, start)
        .solver(frame)
        .until(16.0)
        .at(&[])?;
    Ok(trajectory.half_amplitude_times())
}

fn reduced(classes: usize, ratio: f64) -> Result<f64, SimulationError> {
    let step = StepProfile::halves(classes, ratio)?;
    few_numbers(&Problem::step(&step, Weighting::power(0.5)?)?)
}

fn few_numbers(problem: &Problem) -> Result<f64, SimulationError> {
    let start = Initialisation::spectral(Start::scaled(8.0)?);
    let run = Simulation::new(problem, start)
        .solver(Solver::Reduced)
        .at(&[])?;
    Ok(run.window().map_or(f64::NAN, |window| window.relative))
}

fn flows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exact reweighted flow");
    group.sample_size(10);
    for ratio in [1e1, 1e2, 1e3, 1e4] {
        group.bench_with_input(BenchmarkId::new("every sample", ratio), &ratio, |b, &r| {
            b.iter(|| matrices(r, Solver::Samples));
        });
        group.bench_with_input(
            BenchmarkId::new("class by class", ratio),
            &ratio,
            |b, &r| {
                b.iter(|| matrices(r, Solver::ClassMeans));
            },
        );
    }
    for ratio in [1e1, 1e2, 1e3, 1e4, 1e9, 1e12] {
        group.bench_with_input(BenchmarkId::new("reduced", ratio), &ratio, |b, &r| {
            b.iter(|| reduced(4, r));
        });
    }
    group.bench_function(BenchmarkId::new("reduced, k = 1000", 1e9), |b| {
        b.iter(|| reduced(1000, 1e9));
    });
    group.finish();
}

fn cross_entropy(ratio: f64) -> Result<Vec<Option<f64>>, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(10, ratio)?, Weighting::power(0.5)?)?
        .with_loss(Loss::CROSS_ENTROPY)?;
    let run = Simulation::new(&problem, Initialisation::spectral(Start::scaled(8.0)?))
        .matrices()
        .until(16.0)
        .at(&[])?;
    Ok(run.half_amplitude_times())
}

fn cross_entropy_reduced(classes: usize, ratio: f64) -> Result<f64, SimulationError> {
    let step = StepProfile::halves(classes, ratio)?;
    let problem = Problem::step(&step, Weighting::power(0.5)?)?;
    few_numbers(&problem.with_loss(Loss::CROSS_ENTROPY)?)
}

fn cross_entropies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cross-entropy");
    group.sample_size(10);
    for ratio in [1e1, 1e2, 1e3, 1e4] {
        group.bench_with_input(
            BenchmarkId::new("class by class", ratio),
            &ratio,
            |b, &r| {
                b.iter(|| cross_entropy(r));
            },
        );
        group.bench_with_input(BenchmarkId::new("reduced", ratio), &ratio, |b, &r| {
            b.iter(|| cross_entropy_reduced(10, r));
        });
    }
    group.bench_function(BenchmarkId::new("reduced, k = 1000", 1e9), |b| {
        b.iter(|| cross_entropy_reduced(1000, 1e9));
    });
    group.finish();
}

fn integrated(
    ratio: f64,
    gamma: f64,
    start: Initialisation,
    frame: Solver,
    end: f64,
) -> Result<f64, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::power(gamma)?)?;
    let trajectory = Simulation::new(&problem, start.with_dimension(8))
        .solver(frame)
        .until(end)
        .at(&[end])?;
    Ok(trajectory.moments[0].loss)
}

fn random_starts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exact flow from a random start");
    group.sample_size(10);
    for ratio in [1e1, 1e2, 1e3, 1e4] {
        for (name, frame) in [
            ("every sample", Solver::Samples),
            ("scatter", Solver::Scatters),
        ] {
            group.bench_with_input(BenchmarkId::new(name, ratio), &ratio, |b, &r| {
                b.iter(|| integrated(r, 0.5, Initialisation::gaussian(4.0, 1)?, frame, 3.2));
            });
        }
        // The scatter drawn by its law: no sample is drawn either.
        group.bench_with_input(BenchmarkId::new("scatter drawn", ratio), &ratio, |b, &r| {
            let start = || Initialisation::gaussian_scatter(4.0, 1);
            b.iter(|| integrated(r, 0.5, start()?, Solver::Scatters, 3.2));
        });
    }
    group.finish();
}

fn closed_form(ratio: f64) -> Result<f64, SimulationError> {
    let problem = Problem::step(&StepProfile::halves(4, ratio)?, Weighting::vanilla())?;
    let start = Initialisation::balanced(4.0, 1)?.with_dimension(8);
    Ok(Simulation::new(&problem, start)
        .solver(Solver::Riccati)
        .watch_fractions(&[])
        .at(&[4.8])?
        .moments[0]
        .loss)
}

fn vanilla(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("vanilla flow from a balanced start");
    group.sample_size(10);
    for ratio in [1e1, 1e2, 1e3, 1e4] {
        group.bench_with_input(BenchmarkId::new("scatter", ratio), &ratio, |b, &r| {
            let start = || Initialisation::balanced(4.0, 1);
            b.iter(|| integrated(r, 0.0, start()?, Solver::Scatters, 4.8));
        });
        group.bench_with_input(BenchmarkId::new("closed form", ratio), &ratio, |b, &r| {
            b.iter(|| closed_form(r));
        });
    }
    group.finish();
}

criterion_group!(benches, flows, cross_entropies, random_starts, vanilla);
criterion_main!(benches);
