//! Closed-form evaluation and spectra.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion_group! writes undocumented items; a benchmark may panic"
)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ufm_theory::{
    modes::ModeDynamics,
    problem::{ClassProfile, ImbalanceRatio, Start, StepProfile, Weighting},
    spectrum::{LabelSvd, Mode, StepSpectrum},
    windows,
};

fn closed_forms(c: &mut Criterion) {
    let mode = ModeDynamics::new(2.0_f64.ln(), 0.0, &Start::plain(8.0).unwrap()).unwrap();
    c.bench_function("amplitude of one mode at one time", |b| {
        b.iter(|| mode.amplitude(black_box(4.0)));
    });
    let ratio = ImbalanceRatio::new(100.0).unwrap();
    c.bench_function("reweighted window, formula", |b| {
        b.iter(|| windows::reweighted_relative(black_box(ratio)));
    });
    let step = StepProfile::halves(10, 100.0).unwrap();
    let weighting = Weighting::power(0.5).unwrap();
    c.bench_function("window from the spectrum, k = 10", |b| {
        b.iter(|| windows::limiting(&StepSpectrum::new(black_box(&step), &weighting)));
    });
    let spectrum = StepSpectrum::new(&step, &weighting);
    let start = Start::scaled(8.0).unwrap();
    c.bench_function("half-amplitude time of a mode", |b| {
        b.iter(|| {
            ModeDynamics::of_step(black_box(&spectrum), Mode::Contrast, &start)
                .unwrap()
                .half_amplitude_time()
        });
    });
}

fn spectra(c: &mut Criterion) {
    let mut group = c.benchmark_group("label decomposition");
    for classes in [10, 100] {
        let step = StepProfile::halves(classes, 100.0).unwrap();
        group.bench_with_input(
            BenchmarkId::new("STEP, closed form", classes),
            &step,
            |b, s| {
                b.iter(|| LabelSvd::step(black_box(s)));
            },
        );
        let tail = ClassProfile::long_tail(classes, 1e4, 100.0).unwrap();
        group.bench_with_input(BenchmarkId::new("any profile", classes), &tail, |b, p| {
            b.iter(|| LabelSvd::new(black_box(p)));
        });
    }
    group.finish();
}

criterion_group!(benches, closed_forms, spectra);
criterion_main!(benches);
