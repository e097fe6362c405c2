//! Shared features: descent on explicit samples against free features of effective counts and weights, and what fresh samples see.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use ufm_simulation::{
    Initialisation, Loss, Problem, Simulation, SimulationError,
    samples::{SampleDescent, Samples},
};
use ufm_theory::{
    features::Sharing,
    problem::{ClassProfile, Start, StepProfile, Weighting},
    test_time::generalisation_factor,
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
