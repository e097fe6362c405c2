//! The flow of the weighted cross-entropy of a STEP problem: five numbers, as logarithms.
//!
//! From a spectral start the flow keeps the symmetries of the problem. At a sample of group `g`, of `k_g` classes, the logits are those
//! of the contrast, `r_g` times their target, and those within the group, `x_g` times theirs: with `r = r_g`, `x = x_g` and the
//! probabilities over `e^(logit)` of another class of the group,
//!
//! ```text
//! own class eˣ,   each of the k_g − 1 others 1,   each of the k − k_g classes of the other group e^(−D),   D = (r − x)/k_g.
//! ```
//!
//! With `S` their sum the residual along the contrast is `q = k e^(−D)/S` times that at zero logits, and within the group
//! `h = (k_g + (k − k_g) e^(−D))/S` times: both 1 at the start, and positive for ever. So `w`, `α`, `β` of the contrast ([`super::contrast`]) move
//! with `q_g` in the place of `1 − r_g`, and `ẋ_g = 2 ρ_g x_g h_g`. No term is a difference: relative precision does not
//! end with the residual. Source: this project.

use nalgebra::{Matrix3, SMatrix, SVector, Vector3};
use ufm_theory::{
    problem::{Start, StepProfile},
    spectrum::{Mode, StepSpectrum},
};

use super::{Reduction, contrast::Contrast, extrapolation::System, moment::Side};
use crate::SimulationError;

/// `ln w`, `ln α`, `ln β`, `ln x₁`, `ln x₂`.
pub(super) type State = SVector<f64, 5>;

/// The system and its start.
#[derive(Debug, Clone)]
pub(super) struct SymmetricSoftmax {
    contrast: Contrast,
    groups: [Group; 2],
}

/// The modes within a group.
#[derive(Debug, Clone)]
struct Group {
    /// `k_g`; a group of one class has no such mode.
    classes: f64,
    /// `k − k_g`.
    others: f64,
    /// `ρ_g` per unit of the system's time.
    rate: f64,
    /// `ln x_g` at time zero.
    ln_initial: f64,
    /// `ln` of the squared length of these modes in the labels: their number times `σ²`.
    ln_mass: f64,
}

/// The residuals of a group over those at zero logits, and their derivatives by `r` and `x`.
struct Residual {
    contrast: f64,
    contrast_by: [f64; 2],
    within: f64,
    within_by: [f64; 2],
}

impl Group {
    /// At logits `r` and `x`, not negative. Everything over `eˣ`, which may overflow.
    fn residual(&self, r: f64, x: f64) -> Residual {
        let (own, all) = (self.classes, self.classes + self.others);
        let other = ((x - r) / own - x).exp(); // e^(−D − x)
        let same = (-x).exp();
        let sum = 1.0 + (own - 1.0) * same + self.others * other;
        let other_by = [-other / own, other * (1.0 / own - 1.0)];
        let sum_by = [
            self.others * other_by[0],
            self.others * other_by[1] - (own - 1.0) * same,
        ];
        let rest = own * same + self.others * other;
        let rest_by = [
            self.others * other_by[0],
            self.others * other_by[1] - own * same,
        ];
        let by = |value: f64, value_by: [f64; 2]| {
            [0, 1].map(|i| (value_by[i] - value / sum * sum_by[i]) / sum)
        };
        Residual {
            contrast: all * other / sum,
            contrast_by: by(other, other_by).map(|slope| all * slope),
            within: rest / sum,
            within_by: by(rest, rest_by),
        }
    }
}

impl SymmetricSoftmax {
    pub(super) fn new(step: &StepProfile, ln_weights: [f64; 2], start: &Start) -> Self {
        let contrast = Contrast::new(step, ln_weights, start);
        let spectrum = StepSpectrum::weighted(step, ln_weights);
        let all = step.classes() as f64;
        let group = |mode, classes: usize| {
            let ln_sigma = spectrum.ln_sigma(mode);
            Group {
                classes: classes as f64,
                others: all - classes as f64,
                rate: (spectrum.ln_rate(mode) - contrast.ln_unit).exp(),
                ln_initial: -start.ln_growth(ln_sigma),
                ln_mass: (classes as f64 - 1.0).ln() + 2.0 * ln_sigma,
            }
        };
        Self {
            groups: [
                group(Mode::Majority, step.majority()),
                group(Mode::Minority, step.minority()),
            ],
            contrast,
        }
    }

    fn contrast_part(y: &State) -> Vector3<f64> {
        y.fixed_rows::<3>(0).into_owned()
    }

    /// `r` and `x` of a group.
    fn logits(&self, y: &State, group: usize) -> [f64; 2] {
        let samples = self.contrast.ln_samples(&Self::contrast_part(y));
        let within = if self.groups[group].classes > 1.0 {
            y[3 + group].exp()
        } else {
            0.0
        };
        [samples[group].exp(), within]
    }

    fn residuals(&self, y: &State) -> [Residual; 2] {
        [0, 1].map(|group| {
            let [r, x] = self.logits(y, group);
            self.groups[group].residual(r, x)
        })
    }

    /// The angle between the logits and the labels: that between the four numbers `r₁, r₂, x₁, x₂` and four equal ones, each weighed by
    /// its part of the labels.
    fn logits_angle(&self, y: &State) -> f64 {
        let ln_masses = [0, 1].map(|group| 2.0 * self.contrast.ln_targets[group]);
        let parts = [0, 1].map(|group| {
            (
                self.logits(y, group),
                ln_masses[group],
                self.groups[group].ln_mass,
            )
        });
        let largest = parts
            .iter()
            .flat_map(|&(_, contrast, within)| [contrast, within])
            .fold(f64::NEG_INFINITY, f64::max);
        let numbers: Vec<(f64, f64)> = parts
            .iter()
            .flat_map(|&([r, x], contrast, within)| [(r, contrast), (x, within)])
            .map(|(value, ln_mass)| (value, (ln_mass - largest).exp()))
            .collect();
        let total: f64 = numbers.iter().map(|(_, mass)| mass).sum();
        let mean = numbers
            .iter()
            .map(|(value, mass)| value * mass)
            .sum::<f64>()
            / total;
        let variance = numbers
            .iter()
            .map(|(value, mass)| (value - mean) * (value - mean) * mass)
            .sum::<f64>()
            / total;
        variance.sqrt().atan2(mean)
    }
}

impl Reduction<5> for SymmetricSoftmax {
    /// Without weights the contrast may wait exponentially long.
    const LATEST: f64 = 1e300;

    fn ln_fraction(&self, mode: Mode, _: f64, y: &State) -> f64 {
        match mode {
            Mode::Majority => y[3],
            Mode::Contrast => self.contrast.ln_fraction(&Self::contrast_part(y)),
            Mode::Minority => y[4],
        }
    }

    fn time_to(&self, _: Mode, _: f64) -> Result<Option<f64>, SimulationError> {
        Ok(None)
    }

    fn sides(&self, _: f64, y: &State) -> [Side; 2] {
        let contrast = self.contrast.ln_samples(&Self::contrast_part(y));
        [0, 1].map(|group| Side {
            ln_contrast: contrast[group],
            ln_within: (self.groups[group].classes > 1.0).then_some(y[3 + group]),
        })
    }

    fn angle(&self, y: &State) -> Option<f64> {
        Some(self.logits_angle(y))
    }

    fn ln_classifier(&self, y: &State) -> f64 {
        y[0]
    }
}

impl System<5> for SymmetricSoftmax {
    fn initial(&self) -> State {
        let start = self.contrast.initial;
        let within = [0, 1].map(|group| {
            if self.groups[group].classes > 1.0 {
                self.groups[group].ln_initial
            } else {
                0.0
            }
        });
        State::from([start[0], start[1], start[2], within[0], within[1]])
    }

    fn unit(&self) -> f64 {
        self.contrast.unit()
    }

    fn imbalance(&self, y: &State) -> f64 {
        self.contrast.imbalance(&Self::contrast_part(y))
    }

    fn nonlinear(&self, y: &State) -> Vec<(f64, f64)> {
        let velocity = self.velocity(y);
        let samples = self.contrast.ln_samples(&Self::contrast_part(y));
        let contrast = (0..2).map(|group| (samples[group], velocity[0] + velocity[group + 1]));
        let within = (3..5).map(|index| (y[index], velocity[index]));
        contrast.chain(within).collect()
    }

    fn velocity(&self, y: &State) -> State {
        let residuals = self.residuals(y);
        let pull = [0, 1].map(|group| self.contrast.rates[group] * residuals[group].contrast);
        let contrast = Contrast::drive(&Self::contrast_part(y), pull);
        let mut velocity = State::zeros();
        velocity.fixed_rows_mut::<3>(0).copy_from(&contrast);
        for (index, (group, residual)) in self.groups.iter().zip(&residuals).enumerate() {
            if group.classes > 1.0 {
                velocity[3 + index] = 2.0 * group.rate * residual.within;
            }
        }
        velocity
    }

    fn jacobian(&self, y: &State) -> SMatrix<f64, 5, 5> {
        let residuals = self.residuals(y);
        let logits = [0, 1].map(|group| self.logits(y, group));
        let rates = self.contrast.rates;
        let pull = [0, 1].map(|g| rates[g] * residuals[g].contrast);
        let slope = [0, 1].map(|g| rates[g] * residuals[g].contrast_by[0] * logits[g][0]);
        let part = Self::contrast_part(y);
        let contrast: Matrix3<f64> = Contrast::drive_jacobian(&part, pull, slope);
        let mut jacobian = SMatrix::<f64, 5, 5>::zeros();
        jacobian.fixed_view_mut::<3, 3>(0, 0).copy_from(&contrast);
        for (index, (group, residual)) in self.groups.iter().zip(&residuals).enumerate() {
            if group.classes <= 1.0 {
                continue;
            }
            let [r, x] = logits[index];
            let (own, within) = (1 + index, 3 + index);
            let relative = (y[0] - y[own]).exp();
            let by_x = rates[index] * residual.contrast_by[1] * x;
            jacobian[(0, within)] = by_x / relative;
            jacobian[(own, within)] = by_x * relative;
            let by_r = 2.0 * group.rate * residual.within_by[0] * r;
            jacobian[(within, 0)] = by_r;
            jacobian[(within, own)] = by_r;
            jacobian[(within, within)] = 2.0 * group.rate * residual.within_by[1] * x;
        }
        jacobian
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ufm_theory::problem::Weighting;

    use super::*;
    use crate::{
        Initialisation, Loss, Problem, Simulation, Solver,
        reduced::tests::assert_keeps_its_imbalance,
    };

    fn system(majority: usize, minority: usize, ratio: f64, gamma: f64) -> SymmetricSoftmax {
        SymmetricSoftmax::new(
            &StepProfile::new(majority, minority, ratio).unwrap(),
            [-gamma * ratio.ln(), 0.0],
            &Start::scaled(1.0).unwrap(),
        )
    }

    proptest! {
        #[test]
        fn the_jacobian_is_the_derivative(
            majority in 1_usize..6, minority in 1_usize..6, ln_ratio in 0.0..5.0_f64, gamma in 0.0..1.0_f64,
            l in -2.0..1.0_f64, m in -2.0..1.0_f64, n in -2.0..1.0_f64, x in -2.0..1.5_f64, z in -2.0..1.5_f64,
        ) {
            let softmax = system(majority, minority, ln_ratio.exp(), gamma);
            let y = State::from([l, m, n, x, z]);
            let jacobian = softmax.jacobian(&y);
            for j in 0..5 {
                let mut step = State::zeros();
                step[j] = 1e-6;
                let slope = (softmax.velocity(&(y + step)) - softmax.velocity(&(y - step))) / 2e-6;
                prop_assert!((slope - jacobian.column(j)).amax() < 1e-6 * (1.0 + jacobian.amax()));
            }
        }

        /// The residuals are those of the softmax, written out.
        #[test]
        fn residuals_are_those_of_the_softmax(
            classes in 1_usize..7, others in 1_usize..7, r in 0.0..5.0_f64, x in 0.0..5.0_f64,
        ) {
            let x = if classes > 1 { x } else { 0.0 };
            let (own, other) = (classes as f64, others as f64);
            let all = own + other;
            let group = Group { classes: own, others: other, rate: 1.0, ln_initial: 0.0, ln_mass: 0.0 };
            let target = (other / (own * all)).sqrt();
            let contrast: Vec<f64> = (0..classes + others)
                .map(|c| if c < classes { target } else { -(own / (other * all)).sqrt() })
                .collect();
            let logits: Vec<f64> = (0..classes + others)
                .map(|c| {
                    let within = if c == 0 { 1.0 - 1.0 / own } else if c < classes { -1.0 / own } else { 0.0 };
                    r * target * contrast[c] + x * within
                })
                .collect();
            let sum: f64 = logits.iter().map(|z| z.exp()).sum();
            let residual = |c: usize| f64::from(c == 0) - logits[c].exp() / sum;
            let along: f64 = contrast.iter().enumerate().map(|(c, u)| u * residual(c)).sum();
            let found = group.residual(r, x);
            prop_assert!((found.contrast - along / target).abs() < 1e-12 * (1.0 + 1.0 / target));
            if classes > 1 {
                prop_assert!((found.within - (residual(0) - residual(1))).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn residuals_far_out_keep_their_relative_precision() {
        let softmax = system(3, 3, 10.0, 0.5);
        let near = softmax.groups[0].residual(600.0, 600.0);
        let far = softmax.groups[0].residual(700.0, 700.0);
        assert!((near.within / far.within / 100.0_f64.exp() - 1.0).abs() < 1e-12);
        assert!((near.contrast / far.contrast / 100.0_f64.exp() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_group_of_one_class_has_nothing_within() {
        let softmax = system(1, 3, 10.0, 0.5);
        let y = State::from([-1.0, -1.2, -1.5, -0.7, -0.4]);
        assert_eq!(softmax.initial()[3], 0.0);
        assert!(softmax.initial()[4] < 0.0);
        assert_eq!(softmax.logits(&y, 0)[1], 0.0);
        assert_eq!(softmax.velocity(&y)[3], 0.0);
        let within = softmax.sides(0.0, &y).map(|side| side.ln_within);
        assert_eq!(within, [None, Some(-0.4)]);
    }

    /// Squared lengths of the parts of the labels, in majority samples of a class: `n (1 − 1/k)` a class, of which all but one class's `n` a group is within it.
    #[test]
    fn angles_of_logits_weigh_each_part_as_the_labels_do() {
        let (majority, minority) = (2.0, 3.0);
        for ratio in [1.0, 10.0, 1e300] {
            let softmax = system(2, 3, ratio, 0.5);
            let zeros = SymmetricSoftmax::contrast_part(&State::zeros());
            let contrast = softmax.contrast.ln_samples(&zeros);
            // `r` and `x` are 1: along the labels.
            let mut y = State::from([0.0, -contrast[0], -contrast[1], 0.0, 0.0]);
            assert!(softmax.angle(&y).unwrap() < 1e-7);
            y[3] = 2.0_f64.ln();
            let all = 0.8 * (majority + minority / ratio);
            let doubled = (majority - 1.0) / all;
            let tangent = (doubled * (1.0 - doubled)).sqrt() / (1.0 + doubled);
            assert!((softmax.angle(&y).unwrap() - tangent.atan()).abs() < 1e-14);
        }
    }

    #[test]
    fn logits_grow_at_the_rates_that_bound_the_steps() {
        let softmax = system(2, 3, 10.0, 0.5);
        let y = State::from([-0.6, -0.3, -0.9, -0.2, -0.5]);
        let logarithms = |y: &State| {
            let samples = softmax
                .contrast
                .ln_samples(&SymmetricSoftmax::contrast_part(y));
            [samples[0], samples[1], y[3], y[4]]
        };
        let along = 1e-5 * softmax.velocity(&y);
        let (after, before) = (logarithms(&(y + along)), logarithms(&(y - along)));
        let found = softmax.nonlinear(&y);
        assert_eq!(found.len(), 4);
        for (i, (ln_size, rate)) in found.into_iter().enumerate() {
            assert_eq!(ln_size, logarithms(&y)[i]);
            assert!((rate - (after[i] - before[i]) / 2e-5).abs() < 1e-8);
        }
    }

    fn problem(step: &StepProfile) -> Problem {
        let problem = Problem::step(step, Weighting::power(0.5).unwrap()).unwrap();
        problem
            .with_loss(Loss::CrossEntropy { smoothing: 0.0 })
            .unwrap()
    }

    #[test]
    fn an_unbalanced_start_stays_as_unbalanced_as_it_is() {
        let step = StepProfile::new(2, 3, 10.0).unwrap();
        let problem = problem(&step);
        let start = Start::scaled(1.0).unwrap();
        let mut system = SymmetricSoftmax::new(&step, problem.step_ln_weights(&step), &start);
        system.contrast.initial[1] += 0.4;
        let start = system.contrast.initial;
        assert_keeps_its_imbalance(&system, start, &problem, &step);
    }

    /// Every figure of the logits from the matrices themselves.
    #[test]
    fn the_flow_and_what_is_measured_are_those_of_matrices() {
        for (majority, minority) in [(2, 3), (1, 2)] {
            let step = StepProfile::new(majority, minority, 10.0).unwrap();
            let problem = problem(&step);
            let start = Initialisation::spectral(Start::scaled(1.0).unwrap());
            let flow = Simulation::new(&problem, start).watch_fractions(&[]);
            let times = [0.0, 0.5, 1.5, 4.0];
            let [reduced, full] = [Solver::Reduced, Solver::ClassMeans]
                .map(|solver| flow.clone().solver(solver).at(&times).unwrap().moments);
            let close =
                |x: f64, y: f64| assert!((x - y).abs() < 1e-6 * (1.0 + x.abs()), "{x}, {y}");
            for (a, b) in reduced.iter().zip(&full) {
                close(a.loss, b.loss);
                close(a.residual, b.residual);
                close(a.angle, b.angle);
                close(a.leakage.of_labels, b.leakage.of_labels);
                assert!((a.class_logits() - b.class_logits()).amax() < 1e-6);
                for (x, y) in a.amplitudes.iter().zip(&b.amplitudes) {
                    close(*x, *y);
                }
                for (x, y) in a.groups.iter().zip(&b.groups) {
                    close(x.margin.unwrap(), y.margin.unwrap());
                    close(x.residual, y.residual);
                }
            }
        }
    }
}
