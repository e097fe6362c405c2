//! Gradient descent, step by step, against the same steps on plain matrices.

#![allow(clippy::unwrap_used)] // test helpers

use nalgebra::{DMatrix, SVD};
use ufm_simulation::{Initialisation, Problem, Simulation};
use ufm_theory::{
    problem::{ClassProfile, Weighting},
    spectrum::labels::simplex_encoded_labels,
};

const COUNTS: [usize; 3] = [9, 4, 1];
const ETA: f64 = 0.07;

struct Plain {
    labels: DMatrix<f64>,
    weights: Vec<f64>,
    states: Vec<[DMatrix<f64>; 2]>,
}

impl Plain {
    /// From the given `W` and `H`, after 0, 1, … steps.
    fn new(problem: &Problem, start: [DMatrix<f64>; 2], steps: usize) -> Self {
        let class = COUNTS
            .iter()
            .enumerate()
            .flat_map(|(class, &n)| vec![class; n]);
        let weights: Vec<f64> = class.map(|class| problem.class_weights()[class]).collect();
        let labels = simplex_encoded_labels(&COUNTS);
        let mut states = vec![start];
        for step in 0..steps {
            let [w, h] = &states[step];
            let mut residual = &labels - w * h;
            for (mut column, weight) in residual.column_iter_mut().zip(&weights) {
                column *= *weight;
            }
            states.push([
                w + &residual * h.transpose() * ETA,
                h + w.transpose() * residual * ETA,
            ]);
        }
        Self {
            labels,
            weights,
            states,
        }
    }

    /// `s_i/σ_i` of matrices between two steps.
    fn fraction(&self, mode: usize, step: usize, share: f64) -> f64 {
        let svd = SVD::new(self.labels.clone(), true, true);
        let (u, v) = (svd.u.unwrap(), svd.v_t.unwrap());
        let between =
            |i: usize| &self.states[step][i] * (1.0 - share) + &self.states[step + 1][i] * share;
        let logits = between(0) * between(1);
        (u.column(mode).transpose() * logits * v.row(mode).transpose())[0]
            / svd.singular_values[mode]
    }

    /// When a mode rises through a fraction, on a line between two steps.
    fn crossing(&self, mode: usize, fraction: f64) -> f64 {
        let step = (0..)
            .find(|&step| self.fraction(mode, step, 1.0) > fraction)
            .unwrap();
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if self.fraction(mode, step, middle) > fraction {
                high = middle
            } else {
                low = middle
            }
        }
        (step as f64 + low) * ETA
    }
}

#[test]
fn descent_is_its_steps() {
    let profile = ClassProfile::from_counts(&COUNTS).unwrap();
    let problem = Problem::new(&profile, Weighting::power(0.5).unwrap()).unwrap();
    let svd = SVD::new(simplex_encoded_labels(&COUNTS), true, true);
    let small = f64::exp(-2.0);
    let start = [
        svd.u.unwrap().columns(0, 2) * small,
        svd.v_t.unwrap().rows(0, 2) * small,
    ];
    let plain = Plain::new(&problem, start.clone(), 60);
    assert_eq!(plain.weights.len(), 14);
    let [w, h] = start;
    let descent = Simulation::new(&problem, Initialisation::matrices(w, h).unwrap()).descent(ETA);
    // The nearest step to each time, and a whole number of steps.
    let times = [0.0, 0.3 * ETA, 0.6 * ETA, 17.4 * ETA, 40.0 * ETA];
    let run = descent.clone().until(40.3 * ETA).at(&times).unwrap();
    assert_eq!((run.statistics.steps, run.statistics.evaluations), (40, 40));
    assert!((run.end - 40.0 * ETA).abs() < 1e-14);
    for (moment, step) in run.moments.iter().zip([0, 0, 1, 17, 40]) {
        assert!(
            (moment.time - f64::from(step) * ETA).abs() < 1e-14,
            "{}",
            moment.time
        );
        let [w, h] = &plain.states[usize::try_from(step).unwrap()];
        let logits = w * h;
        let first_of_class = [0, COUNTS[0], COUNTS[0] + COUNTS[1]];
        for (class, &sample) in first_of_class.iter().enumerate() {
            let found = moment.class_logits().column(class) - logits.column(sample);
            assert!(found.amax() < 1e-12, "step {step}, class {class}");
        }
    }
    let factors = run.factors().unwrap();
    assert!((&factors.classifier - &plain.states[40][0]).amax() < 1e-12);
    assert!((&factors.features - &plain.states[40][1]).amax() < 1e-12);
    // Without an end it stops where every mode has risen through the fractions.
    let learned = descent.watch_fractions(&[0.25, 0.5]).at(&[]).unwrap();
    let mut last = 0.0_f64;
    for crossing in &learned.crossings {
        let expected = plain.crossing(crossing.mode, crossing.fraction);
        assert!(
            (crossing.time.unwrap() - expected).abs() < 1e-10,
            "{crossing:?} {expected}"
        );
        last = last.max(expected);
    }
    assert_eq!(learned.crossings.len(), 4);
    assert_eq!(learned.statistics.steps as f64, (last / ETA).ceil());
    assert!((learned.end - (last / ETA).ceil() * ETA).abs() < 1e-12);
}
