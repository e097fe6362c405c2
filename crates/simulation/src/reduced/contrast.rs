//! The contrast mode of a STEP problem under the exact flow: three numbers, as logarithms.
//!
//! From a spectral start `W` moves along `u` in the contrast direction, and the features along one row that is constant on
//! groups: `w` and the sample values `a` (majority), `b` (minority). With `α = √N_maj·a`, `β = √N_min·b` and the targets
//! `Z₁ = √(k_min R n/k)`, `Z₂ = √(k_maj n/k)` (so `Z₁² + Z₂² = σ²`),
//!
//! ```text
//! ẇ = ω_maj (Z₁ − wα) α + ω_min (Z₂ − wβ) β,   α̇ = ω_maj w (Z₁ − wα),   β̇ = ω_min w (Z₂ − wβ),
//! ```
//!
//! and `w² − α² − β²` is conserved. The unknowns are `ln w`, `ln α`, `ln β`, and time is in units of the early
//! growth time `1/√(g₁² + g₂²)`, `g₁ = ω_maj Z₁`, `g₂ = ω_min Z₂`.
//! Source: this project.

use nalgebra::{Matrix3, Vector3};
use ufm_theory::{
    problem::{Start, StepProfile},
    spectrum::{Mode, StepSpectrum},
};

use super::extrapolation::System;

/// The system and its start.
#[derive(Debug, Clone)]
pub(super) struct Contrast {
    /// `ln Z₁`, `ln Z₂`.
    pub(super) ln_targets: [f64; 2],
    /// `Z₁²/σ²`, `Z₂²/σ²`.
    shares: [f64; 2],
    /// `g₁`, `g₂` in units of `√(g₁² + g₂²)`.
    pub(super) rates: [f64; 2],
    /// `ln √(g₁² + g₂²)`.
    pub(super) ln_unit: f64,
    /// `ln w`, `ln α`, `ln β` at time zero.
    pub(super) initial: Vector3<f64>,
}

impl Contrast {
    pub(super) fn new(step: &StepProfile, ln_weights: [f64; 2], start: &Start) -> Self {
        let (majority, minority) = (step.majority() as f64, step.minority() as f64);
        let ln_size = step.minority_size().ln() - (step.classes() as f64).ln();
        let ln_targets = [
            0.5 * (minority.ln() + step.ratio().ln() + ln_size),
            0.5 * (majority.ln() + ln_size),
        ];
        let ln_sigma = StepSpectrum::weighted(step, ln_weights).ln_sigma(Mode::Contrast);
        let ln_shares = ln_targets.map(|ln_target| ln_target - ln_sigma);
        let ln_rates = [ln_weights[0] + ln_targets[0], ln_weights[1] + ln_targets[1]];
        let largest = ln_rates[0].max(ln_rates[1]);
        let ln_unit = largest
            + (ln_rates[0] - largest)
                .exp()
                .hypot((ln_rates[1] - largest).exp())
                .ln();
        let ln_classifier = 0.5 * start.ln_initial_amplitude(ln_sigma);
        Self {
            ln_targets,
            shares: ln_shares.map(|ln_share| (2.0 * ln_share).exp()),
            rates: ln_rates.map(|ln_rate| (ln_rate - ln_unit).exp()),
            ln_unit,
            initial: Vector3::new(
                ln_classifier,
                ln_classifier + ln_shares[0],
                ln_classifier + ln_shares[1],
            ),
        }
    }

    /// `ln` of the logit over its target, on majority and minority samples.
    pub(super) fn ln_samples(&self, y: &Vector3<f64>) -> [f64; 2] {
        [
            y[0] + y[1] - self.ln_targets[0],
            y[0] + y[2] - self.ln_targets[1],
        ]
    }

    /// `ln(s/σ)`, `s` the amplitude of the mode: the mean of the two logits over their targets, by shares of `σ²`.
    pub(super) fn ln_fraction(&self, y: &Vector3<f64>) -> f64 {
        let samples = self.ln_samples(y);
        let largest = samples[0].max(samples[1]);
        let mean = self.shares[0] * (samples[0] - largest).exp()
            + self.shares[1] * (samples[1] - largest).exp();
        largest + mean.ln()
    }

    /// The derivative by the system's time when the residual of each group's samples is `pull` times that at the start, in
    /// units of `√(g₁² + g₂²)`.
    pub(super) fn drive(y: &Vector3<f64>, pull: [f64; 2]) -> Vector3<f64> {
        let mut velocity = Vector3::zeros();
        for (group, pull) in pull.into_iter().enumerate() {
            let relative = (y[0] - y[group + 1]).exp();
            velocity[0] += pull / relative;
            velocity[group + 1] = pull * relative;
        }
        velocity
    }

    /// The derivative of [`Self::drive`], `slope` that of `pull` by the logarithm of the group's logit.
    pub(super) fn drive_jacobian(
        y: &Vector3<f64>,
        pull: [f64; 2],
        slope: [f64; 2],
    ) -> Matrix3<f64> {
        let mut jacobian = Matrix3::zeros();
        for (group, (pull, slope)) in pull.into_iter().zip(slope).enumerate() {
            let own = group + 1;
            let relative = (y[0] - y[own]).exp();
            jacobian[(0, 0)] += (slope - pull) / relative;
            jacobian[(0, own)] = (slope + pull) / relative;
            jacobian[(own, 0)] = (slope + pull) * relative;
            jacobian[(own, own)] = (slope - pull) * relative;
        }
        jacobian
    }

    fn pull(&self, y: &Vector3<f64>) -> [f64; 2] {
        let samples = self.ln_samples(y);
        [0, 1].map(|group| -self.rates[group] * samples[group].exp_m1())
    }
}

impl System<3> for Contrast {
    fn initial(&self) -> Vector3<f64> {
        self.initial
    }

    fn unit(&self) -> f64 {
        (-self.ln_unit).exp()
    }

    fn nonlinear(&self, y: &Vector3<f64>) -> Vec<(f64, f64)> {
        let velocity = self.velocity(y);
        let samples = self.ln_samples(y);
        (0..2)
            .map(|group| (samples[group], velocity[0] + velocity[group + 1]))
            .collect()
    }

    fn imbalance(&self, y: &Vector3<f64>) -> f64 {
        1.0 - (2.0 * (y[1] - y[0])).exp() - (2.0 * (y[2] - y[0])).exp()
    }

    fn velocity(&self, y: &Vector3<f64>) -> Vector3<f64> {
        Self::drive(y, self.pull(y))
    }

    fn jacobian(&self, y: &Vector3<f64>) -> Matrix3<f64> {
        let samples = self.ln_samples(y);
        let slope = [0, 1].map(|group| -self.rates[group] * samples[group].exp());
        Self::drive_jacobian(y, self.pull(y), slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn system(majority: usize, minority: usize, ratio: f64, gamma: f64, start: Start) -> Contrast {
        Contrast::new(
            &StepProfile::new(majority, minority, ratio).unwrap(),
            [-gamma * ratio.ln(), 0.0],
            &start,
        )
    }

    proptest! {
        #[test]
        fn the_start_is_balanced_and_at_its_fraction(
            majority in 1_usize..20, minority in 1_usize..20, ln_ratio in 0.0..27.0_f64,
            gamma in -1.0..2.0_f64, delta in 0.1..400.0_f64,
        ) {
            let contrast = system(majority, minority, ln_ratio.exp(), gamma, Start::scaled(delta).unwrap());
            prop_assert!(contrast.imbalance(&contrast.initial).abs() < 1e-12);
            prop_assert!((contrast.ln_fraction(&contrast.initial) + 2.0 * delta).abs() < 1e-11);
            prop_assert!((contrast.shares[0] + contrast.shares[1] - 1.0).abs() < 1e-12);
            prop_assert!((contrast.rates[0].hypot(contrast.rates[1]) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn the_jacobian_is_the_derivative(
            ln_ratio in 0.0..5.0_f64, gamma in 0.0..1.0_f64, l in -2.0..1.0_f64, m in -2.0..1.0_f64, n in -2.0..1.0_f64,
        ) {
            let contrast = system(3, 2, ln_ratio.exp(), gamma, Start::scaled(1.0).unwrap());
            let y = Vector3::new(l, m, n);
            let jacobian = contrast.jacobian(&y);
            for j in 0..3 {
                let step = Vector3::ith(j, 1e-6);
                let slope = (contrast.velocity(&(y + step)) - contrast.velocity(&(y - step))) / 2e-6;
                prop_assert!((slope - jacobian.column(j)).amax() < 1e-6 * (1.0 + jacobian.amax()));
            }
        }

        #[test]
        fn the_invariant_does_not_change(
            ln_ratio in 0.0..5.0_f64, gamma in 0.0..1.0_f64, l in -2.0..1.0_f64, m in -2.0..1.0_f64, n in -2.0..1.0_f64,
        ) {
            let contrast = system(2, 5, ln_ratio.exp(), gamma, Start::scaled(1.0).unwrap());
            let y = Vector3::new(l, m, n);
            let v = contrast.velocity(&y);
            let terms = [0, 1, 2].map(|i| (2.0 * y[i]).exp() * v[i]);
            let size = terms.iter().map(|t| t.abs()).sum::<f64>();
            prop_assert!((terms[0] - terms[1] - terms[2]).abs() < 1e-13 * size);
        }
    }

    #[test]
    fn the_imbalance_is_relative_to_the_classifier() {
        let contrast = system(2, 3, 10.0, 0.5, Start::scaled(1.0).unwrap());
        let at = |w: f64, a: f64, b: f64| contrast.imbalance(&Vector3::new(w.ln(), a.ln(), b.ln()));
        assert!(at(5.0, 3.0, 4.0).abs() < 1e-14);
        assert!((at(2.0, 1.0, 1.0) - 0.5).abs() < 1e-14);
        assert!((at(1.0, 1.0, 2.0) + 4.0).abs() < 1e-14);
    }

    #[test]
    fn logits_grow_at_the_rates_that_bound_the_steps() {
        let contrast = system(2, 3, 10.0, 0.5, Start::scaled(1.0).unwrap());
        let y = Vector3::new(-0.6, -0.3, -0.9);
        let along = 1e-5 * contrast.velocity(&y);
        let (after, before) = (
            contrast.ln_samples(&(y + along)),
            contrast.ln_samples(&(y - along)),
        );
        let found = contrast.nonlinear(&y);
        assert_eq!(found.len(), 2);
        for (group, (ln_size, rate)) in found.into_iter().enumerate() {
            assert_eq!(ln_size, contrast.ln_samples(&y)[group]);
            assert!((rate - (after[group] - before[group]) / 2e-5).abs() < 1e-8);
        }
    }
}
