//! Shared features: descent on explicit samples against free features of effective counts and weights, and what fresh samples see.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use ufm_simulation::{
    Initialisation, Loss, Problem, Simulation, SimulationError,
    samples::{Cells, SampleDescent, Samples},
};
use ufm_theory::{
    features::Sharing,
    problem::{ClassProfile, NoiseShare, Start, StepProfile, Weighting},
    test_time::{FreshLogits, LabelNoise, generalisation_factor},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any counts, exponent and share, both losses: the same logits step for step, and on fresh samples the factor of them.
    #[test]
    fn shared_features_train_as_free_ones_of_other_counts_and_weights(
        counts in prop::collection::vec(1_usize..12, 2..5), gamma in -0.3..1.3_f64, alpha in 0.02..0.98_f64,
        cross_entropy: bool,
    ) {
        let profile = ClassProfile::from_counts(&counts).unwrap();
        let sharing = Sharing::new(alpha).unwrap();
        let weighting = Weighting::power(gamma).unwrap();
        let loss = if cross_entropy { Loss::CROSS_ENTROPY } else { Loss::Squared };
        let start = Start::plain(3.0).unwrap();
        let problem = Problem::new(&profile, weighting).unwrap().with_loss(loss).unwrap().with_sharing(sharing).unwrap();
        let (step, times) = (0.02, [0.0, 1.0, 3.0, 6.0]);
        let free = Simulation::new(&problem, Initialisation::spectral(start)).descent(step).at(&times).unwrap();

        let train = Samples::orthonormal(&counts, sharing).unwrap();
        let weights = weighting.class_weights(&profile).unwrap();
        let descent = SampleDescent::new(&train, &weights, loss, step).unwrap().from_class_means(&start, sharing).unwrap();
        let laid_out = descent.at(&times, &train.shared_parts(sharing)).unwrap();
        for (free, laid_out) in free.moments.iter().zip(&laid_out) {
            prop_assert_eq!(free.time, laid_out.time);
            let by_class = free.class_logits();
            for (i, &label) in train.labels().iter().enumerate() {
                let difference = (laid_out.training.logits.column(i) - by_class.column(label)).amax();
                prop_assert!(difference < 1e-11, "{difference:e} at {}", free.time);
            }
            for (class, &n) in profile.sizes().iter().enumerate() {
                let factor = generalisation_factor(n, sharing);
                prop_assert!((factor - problem.generalisation_factors()[class]).abs() < 1e-14);
                let stated = factor * by_class.column(class);
                let difference = (laid_out.fresh.logits.column(class) - stated).amax();
                prop_assert!(difference < 1e-11, "{difference:e} at {}", free.time);
            }
        }
    }
}

#[test]
fn step_problems_stay_step_and_keep_their_cheap_solvers() {
    let step = StepProfile::new(2, 3, 40.0)
        .unwrap()
        .with_minority_size(5.0)
        .unwrap();
    let start = || Initialisation::spectral(Start::scaled(12.0).unwrap());
    for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
        let problem = Problem::step(&step, Weighting::power(0.7).unwrap())
            .unwrap()
            .with_sharing(Sharing::new(0.3).unwrap())
            .unwrap()
            .with_loss(loss)
            .unwrap();
        let cheap = Simulation::new(&problem, start());
        let run = cheap.run(6).unwrap();
        assert_eq!(run.solver, ufm_simulation::Solver::Reduced);
        let times: Vec<f64> = run.moments.iter().map(|moment| moment.time).collect();
        let matrices = cheap.matrices().at(&times).unwrap();
        for (a, b) in run.moments.iter().zip(&matrices.moments) {
            assert!((a.class_logits() - b.class_logits()).amax() < 1e-6);
        }
    }
}

#[test]
fn all_shared_is_one_sample_a_class() {
    let step = StepProfile::halves(4, 1e12).unwrap();
    let problem = Problem::step(&step, Weighting::power(1.0).unwrap())
        .unwrap()
        .with_sharing(Sharing::FULL)
        .unwrap();
    assert_eq!(problem.profile().sizes(), [1.0; 4]);
    // n ω = R·R⁻¹ and 1: all modes at once.
    let run = Simulation::new(
        &problem,
        Initialisation::spectral(Start::plain(20.0).unwrap()),
    )
    .run(0)
    .unwrap();
    assert!(run.window().unwrap().relative < 1e-9);
    assert_eq!(problem.generalisation_factors(), [1.0; 4]);
    assert_eq!(
        problem.with_sharing(Sharing::NONE),
        Err(SimulationError::Shared)
    );
}

#[test]
fn what_cannot_be_descended_is_refused() {
    let sharing = Sharing::new(0.5).unwrap();
    let train = Samples::orthonormal(&[3, 2], sharing).unwrap();
    let new = |weights: &[f64], step| SampleDescent::new(&train, weights, Loss::Squared, step);
    assert!(matches!(new(&[1.0], 0.1), Err(SimulationError::Theory(_))));
    assert!(matches!(
        new(&[1.0, f64::NAN], 0.1),
        Err(SimulationError::Theory(_))
    ));
    assert!(matches!(
        new(&[1.0, 1.0], 0.0),
        Err(SimulationError::StepSize(_))
    ));
    assert!(Samples::draw(&[3, 0], sharing, 5, 1).is_err());
    assert!(Samples::draw(&[3, 1], sharing, 0, 1).is_err());
    for counts in [[1 << 40, 1], [usize::MAX, usize::MAX]] {
        let too_large = |result| matches!(result, Err(SimulationError::SamplesTooLarge(_)));
        assert!(too_large(Samples::draw(&counts, sharing, 2000, 1)));
        assert!(too_large(Samples::orthonormal(&counts, sharing)));
    }
    // It is the product of rows and columns that has a bound.
    let many = Samples::draw(&[1 << 14, 1], sharing, 1 << 14, 1);
    assert!(matches!(many, Err(SimulationError::SamplesTooLarge(numbers)) if numbers > 2.6e8));
    let slow = new(&[1.0, 1.0], 1e-9).unwrap();
    assert!(matches!(
        slow.at(&[1.0], &train),
        Err(SimulationError::TooManySteps { .. })
    ));
    assert!(train.relabelled(vec![2; 5]).is_err());
    let descent = new(&[1.0, 1.0], 50.0).unwrap().gaussian(0.1, 3, 7).unwrap();
    assert!(matches!(
        descent.at(&[5000.0], &train),
        Err(SimulationError::Diverged(_))
    ));
    let other = Samples::orthonormal(&[3, 3], sharing).unwrap();
    assert!(matches!(
        descent.at(&[1.0], &other),
        Err(SimulationError::Theory(_))
    ));
    assert!(matches!(
        descent.at(&[2.0, 1.0], &train),
        Err(SimulationError::RecordTime { position: 1, .. })
    ));
}

fn noise(shares: &[f64]) -> LabelNoise {
    let shares: Vec<NoiseShare> = shares
        .iter()
        .map(|&s| NoiseShare::new(s).unwrap())
        .collect();
    LabelNoise::of_classes(&shares)
}

/// Cells of whole sizes, laid out sample by sample: the same logits step for step, under both losses, weighted or not.
#[test]
fn cells_train_as_their_samples_do() {
    let sharing = Sharing::new(0.3).unwrap();
    let profile = ClassProfile::from_counts(&[8, 4]).unwrap();
    let cells = Cells::new(&profile, sharing, &noise(&[0.5, 0.5])).unwrap();
    let sizes: Vec<f64> = cells.cells().iter().map(|cell| cell.size).collect();
    assert_eq!(sizes, [6.0, 2.0, 1.0, 3.0]);
    let laid_out: Vec<usize> = (0..4).flat_map(|i| vec![i; sizes[i] as usize]).collect();
    let labels = laid_out.iter().map(|&i| cells.cells()[i].label).collect();
    let samples = Samples::orthonormal(&[8, 4], sharing)
        .unwrap()
        .relabelled(labels)
        .unwrap();
    assert_eq!(samples.counts(), [7, 5]);
    let weighting = Weighting::power(0.7).unwrap();
    let weights = weighting.class_weights(cells.observed()).unwrap();
    for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
        let times = [0.0, 1.0, 3.0, 9.0];
        let one = SampleDescent::new(&samples, &weights, loss, 0.02)
            .unwrap()
            .from_growth(3.0)
            .unwrap();
        let one = one.at(&times, &samples.shared_parts(sharing)).unwrap();
        let other = cells
            .descent(weighting, loss, 0.02)
            .unwrap()
            .from_growth(3.0)
            .unwrap();
        let other = other
            .at(&times, &cells.samples().shared_parts(sharing))
            .unwrap();
        // A moment of other samples, and one that was measured on others than the shared parts.
        assert!(cells.logits(&one[0]).is_err());
        let on_itself = cells.descent(weighting, loss, 0.02).unwrap();
        let on_itself = on_itself.at(&[1.0], cells.samples()).unwrap();
        assert!(cells.logits(&on_itself[0]).is_err());
        for (one, other) in one.iter().zip(&other) {
            for (i, &cell) in laid_out.iter().enumerate() {
                let difference = one.training.logits.column(i) - other.training.logits.column(cell);
                assert!(difference.amax() < 1e-12, "{:e}", difference.amax());
            }
            assert!((&one.fresh.logits - &other.fresh.logits).amax() < 1e-12);
            // What is remembered, sample by sample: the same second moments.
            let logits = cells.logits(other).unwrap();
            let remembered = logits.remembered();
            let mut sum = nalgebra::DMatrix::zeros(2, 2);
            for (i, &cell) in laid_out.iter().enumerate() {
                let own = one.training.logits.column(i)
                    - one.fresh.logits.column(cells.cells()[cell].class);
                sum += &own * own.transpose();
            }
            assert!((remembered * remembered.transpose() - sum).amax() < 1e-12);
        }
    }
}

/// The end has a closed form, and so has the beginning where classes are alike.
#[test]
fn noisy_labels_begin_and_end_in_closed_form() {
    let sharing = Sharing::new(0.3).unwrap();
    let profile = ClassProfile::from_counts(&[8, 8, 8]).unwrap();
    let noise = noise(&[0.3; 3]);
    let cells = Cells::new(&profile, sharing, &noise).unwrap();
    for gamma in [0.0, 1.0] {
        let weighting = Weighting::power(gamma).unwrap();
        let unit = cells.shortest_time(weighting).unwrap();
        let found = cells
            .flow(weighting, Loss::Squared, 6.0, &[unit, 600.0 * unit])
            .unwrap();
        let end = FreshLogits::at_the_end(&profile, sharing, &noise).unwrap();
        assert!((found[1].shared() - end.shared()).amax() < 1e-6);
        assert!((found[1].remembered() - end.remembered()).amax() < 1e-6);
        let weights = weighting.class_weights(cells.observed()).unwrap();
        let early = FreshLogits::early(&profile, sharing, &noise, &weights).unwrap();
        let factor = found[0].shared()[(0, 0)] / early.shared()[(0, 0)];
        assert!((found[0].shared() / factor - early.shared()).amax() < 1e-3);
        assert!((found[0].remembered() / factor - early.remembered()).amax() < 1e-3);
    }
}

/// While everything grows its steps, a twenty-fifth of the shortest time, are as good as steps that are twenty times shorter.
#[test]
fn the_flow_of_noisy_labels_is_that_of_short_steps() {
    let profile = ClassProfile::from_counts(&[8, 2]).unwrap();
    let cells = Cells::new(&profile, Sharing::new(0.3).unwrap(), &noise(&[0.3; 2])).unwrap();
    let weighting = Weighting::vanilla();
    let unit = cells.shortest_time(weighting).unwrap();
    let fresh = cells.samples().shared_parts(Sharing::new(0.3).unwrap());
    let short = cells
        .descent(weighting, Loss::Squared, unit / 500.0)
        .unwrap();
    let short = short
        .from_growth(6.0)
        .unwrap()
        .at(&[3.0 * unit], &fresh)
        .unwrap();
    let short = cells.logits(&short[0]).unwrap();
    let flow = cells
        .flow(weighting, Loss::Squared, 6.0, &[3.0 * unit])
        .unwrap();
    let growth = flow[0].shared().norm() / short.shared().norm();
    assert!((growth - 1.0).abs() < 0.1, "{growth}");
}

/// One over `√Σ_a [α (Σ_b n_ab ω_b)² + (1−α) Σ_b n_ab ω_b²]`, of unequal classes, shares and weights.
#[test]
fn the_shortest_time_of_noisy_labels_is_the_sum_it_is_said_to_be() {
    let profile = ClassProfile::from_counts(&[40, 9, 2]).unwrap();
    let noise = noise(&[0.3, 0.1, 0.6]);
    for alpha in [0.0, 0.2, 1.0] {
        let sharing = Sharing::new(alpha).unwrap();
        let cells = Cells::new(&profile, sharing, &noise).unwrap();
        for gamma in [0.0, 0.7] {
            let weighting = Weighting::power(gamma).unwrap();
            let weights = weighting.class_weights(cells.observed()).unwrap();
            let sum: f64 = (0..3)
                .map(|a| {
                    let of = || cells.cells().iter().filter(|cell| cell.class == a);
                    let together: f64 = of().map(|cell| cell.size * weights[cell.label]).sum();
                    let apart: f64 = of()
                        .map(|cell| cell.size * weights[cell.label].powi(2))
                        .sum();
                    alpha * together * together + (1.0 - alpha) * apart
                })
                .sum();
            let found = cells.shortest_time(weighting).unwrap();
            assert!((found * sum.sqrt() - 1.0).abs() < 1e-13, "{alpha} {gamma}");
        }
    }
}

#[test]
fn noisy_labels_are_nested_and_as_many_as_said() {
    let samples = Samples::draw(&[2000, 1000], Sharing::NONE, 1, 1).unwrap();
    let wrong = |eta: f64, seed: u64| -> Vec<bool> {
        let noisy = samples.with_noise(&noise(&[eta, 0.0]), seed).unwrap();
        assert_eq!(noisy.features(), samples.features());
        noisy
            .labels()
            .iter()
            .zip(samples.labels())
            .map(|(a, b)| a != b)
            .collect()
    };
    let (less, more) = (wrong(0.2, 3), wrong(0.4, 3));
    assert!(less.iter().zip(&more).all(|(less, more)| !less || *more));
    let count = |wrong: &[bool]| wrong.iter().filter(|wrong| **wrong).count();
    assert!((150..250).contains(&count(&less)) && (340..460).contains(&count(&more)));
    assert!(!more[2000..].contains(&true));
    assert_ne!(wrong(0.4, 4), more);
    assert_eq!(count(&wrong(0.0, 3)), 0);
}

/// Logits are a product of two layers, each of the size `e^(−δ)`; and labels encoded as a simplex are one-hot ones, centred.
#[test]
fn starts_have_the_size_they_are_said_to_have() {
    let sharing = Sharing::new(0.4).unwrap();
    let train = Samples::orthonormal(&[5, 2, 1], sharing).unwrap();
    let logits = |loss, delta: f64, random: bool| {
        let descent = SampleDescent::new(&train, &[1.0, 2.0, 3.0], loss, 0.01).unwrap();
        let start = if random {
            descent.gaussian(delta, 4, 9)
        } else {
            descent.from_growth(delta)
        };
        let moments = start.unwrap().at(&[0.0], &train).unwrap();
        moments[0].training.logits.clone()
    };
    for random in [false, true] {
        let (large, small) = (
            logits(Loss::Squared, 0.5, random),
            logits(Loss::Squared, 2.0, random),
        );
        assert!((&large * f64::exp(-3.0) - &small).amax() < 1e-14 * large.amax());
        let entropy = logits(Loss::CROSS_ENTROPY, 0.5, random);
        assert!((entropy - &large).amax() < 1e-13 * large.amax());
    }
}

/// A hundred thousand million products of numbers are a minute's work.
#[test]
fn the_work_of_a_descent_has_a_bound() {
    let train = Samples::orthonormal(&[240, 120], Sharing::FULL).unwrap();
    let descent = SampleDescent::new(&train, &[1.0; 2], Loss::Squared, 1e-9).unwrap();
    for (dimension, steps) in [(1, 771_604), (2, 385_802), (0, 771_604)] {
        let descent = descent.clone().gaussian(1.0, dimension, 1).unwrap();
        assert_eq!(
            descent.at(&[1.0], &train).err(),
            Some(SimulationError::TooManySteps { steps, time: 0.0 })
        );
    }
}

/// The private part of a sample has the length √(1−α) on average: `p'` squares of variance `(1−α)/p'`, so to `√(2/(p' N))`.
#[test]
fn private_parts_have_the_share_they_are_said_to_have() {
    let (sharing, private) = (Sharing::new(0.3).unwrap(), 50);
    let drawn = Samples::draw(&[40, 60], sharing, private, 7).unwrap();
    let rows = drawn.features().rows(2, private);
    let (mean, expected) = (rows.norm_squared() / 100.0, 0.7);
    assert!(
        (mean / expected - 1.0).abs() < 5.0 * (2.0 / 5000.0_f64).sqrt(),
        "{mean}"
    );
    let shared = drawn.features().rows(0, 2);
    for (sample, class) in drawn.labels().iter().enumerate() {
        assert!((shared[(*class, sample)].powi(2) - 0.3).abs() < 1e-15);
        assert_eq!(shared[(1 - class, sample)], 0.0);
    }
}

#[test]
fn numbers_of_samples_that_are_none_are_refused() {
    let samples = Samples::orthonormal(&[2, 1], Sharing::NONE).unwrap();
    let descent = || SampleDescent::new(&samples, &[1.0; 2], Loss::Squared, 0.1).unwrap();
    for bad in [vec![1.0; 2], vec![1.0, 0.0, 1.0], vec![f64::NAN; 3]] {
        assert!(matches!(
            descent().counted(&bad),
            Err(SimulationError::Theory(_))
        ));
    }
    assert!(samples.with_noise(&noise(&[0.1; 3]), 1).is_err());
    let profile = ClassProfile::from_counts(&[2, 1]).unwrap();
    assert!(Cells::new(&profile, Sharing::NONE, &noise(&[0.1])).is_err());
    let cells = Cells::new(&profile, Sharing::NONE, &noise(&[0.1; 2])).unwrap();
    let moment = descent().at(&[0.0], &samples).unwrap();
    assert!(cells.logits(&moment[0]).is_err());
    // As many columns as there are cells, but measured on the cells themselves.
    let of_cells = cells
        .descent(Weighting::vanilla(), Loss::Squared, 0.1)
        .unwrap();
    let moment = of_cells.at(&[0.0], cells.samples()).unwrap();
    assert_eq!(moment[0].training.logits.ncols(), cells.cells().len());
    assert!(cells.logits(&moment[0]).is_err());
    // The flow is descent in steps of a twenty-fifth of the shortest time, measured on what is shared.
    let times = [0.0, 0.7, 1.9];
    let weighting = Weighting::power(0.5).unwrap();
    let found = cells.flow(weighting, Loss::Squared, 2.0, &times).unwrap();
    let step = cells.shortest_time(weighting).unwrap() / 25.0;
    let steps = cells
        .descent(weighting, Loss::Squared, step)
        .unwrap()
        .from_growth(2.0)
        .unwrap();
    let moments = steps
        .at(&times, &cells.samples().shared_parts(Sharing::NONE))
        .unwrap();
    for (found, moment) in found.iter().zip(&moments) {
        assert_eq!(found.shared(), cells.logits(moment).unwrap().shared());
    }
}
