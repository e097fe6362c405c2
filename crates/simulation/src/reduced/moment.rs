//! What a [`Moment`] reports, from the logits of a majority and of a minority sample.
//!
//! A sample of a group of `k_g` classes has the contrast logits `r` times their target and those within its group `x` times theirs. With
//! `k_o` other classes the squared lengths of the two targets are `k_o/(k_g k)` and `1 − 1/k_g`; logits are `r k_o/(k_g k) + x (1 − 1/k_g)` for
//! its class, `x` less for the others of the group and `−r/k` for those outside.

use nalgebra::DMatrix;
use ufm_theory::{
    problem::StepProfile,
    spectrum::{Mode, StepSpectrum},
};

use crate::{
    Loss, Problem,
    matrices::measure::angle,
    trajectory::{ClassLogits, GroupMoment, Leakage, Moment},
};

/// The logits of the samples of one group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    /// `ln r`.
    pub ln_contrast: f64,
    /// `ln x`; a group of one class has no such logits.
    pub ln_within: Option<f64>,
}

impl Side {
    fn within(self) -> f64 {
        self.ln_within.map_or(0.0, f64::exp)
    }
}

/// The reduced flow at one time.
pub(super) struct State<'a> {
    pub time: f64,
    pub ln_fraction: &'a dyn Fn(Mode) -> f64,
    pub sides: [Side; 2],
    pub angle: Option<f64>,
    /// `w² − N_maj a² − N_min b²`.
    pub imbalance: f64,
}

/// The logits of every class, as six numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GroupLogits {
    classes: [usize; 2],
    /// By group: the own class, the others of the group, the other group.
    values: [[f64; 3]; 2],
}

impl GroupLogits {
    /// `k × k`: column `c` holds the logits of class `c`.
    pub(crate) fn matrix(&self) -> DMatrix<f64> {
        let group = |class: usize| usize::from(class >= self.classes[0]);
        let classes = self.classes[0] + self.classes[1];
        DMatrix::from_fn(classes, classes, |row, column| {
            let [own, same, other] = self.values[group(column)];
            if row == column {
                own
            } else if group(row) == group(column) {
                same
            } else {
                other
            }
        })
    }
}

/// Measures one problem.
pub(super) struct Measure<'a> {
    problem: &'a Problem,
    modes: Vec<Mode>,
    spectrum: StepSpectrum,
    classes: [usize; 2],
    /// `N`.
    samples: f64,
}

impl<'a> Measure<'a> {
    pub(super) fn new(problem: &'a Problem, step: &StepProfile) -> Self {
        Self {
            problem,
            modes: problem.step_modes(),
            spectrum: StepSpectrum::weighted(step, problem.step_ln_weights(step)),
            classes: [step.majority(), step.minority()],
            samples: problem.profile().sizes().iter().sum(),
        }
    }

    pub(super) fn moment(&self, state: &State<'_>) -> Moment {
        let ln_fractions: Vec<f64> = self
            .modes
            .iter()
            .map(|&mode| (state.ln_fraction)(mode))
            .collect();
        let fractions: Vec<f64> = ln_fractions.iter().map(|ln| ln.exp()).collect();
        let amplitudes = ln_fractions.iter().zip(&self.modes);
        let sigma = |mode: &Mode| self.spectrum.sigma(*mode);
        let leakage = self.leakage(state, &fractions);
        let (loss, residual, groups) = self.groups(state);
        Moment {
            time: state.time,
            amplitudes: amplitudes
                .map(|(ln, &mode)| (ln + self.spectrum.ln_sigma(mode)).exp())
                .collect(),
            angle: state.angle.unwrap_or_else(|| {
                let sigmas: Vec<f64> = self.modes.iter().map(sigma).collect();
                angle(&fractions, &sigmas, leakage)
            }),
            fractions,
            ln_fractions,
            leakage,
            loss,
            residual,
            groups,
            contrast_samples: Some(state.sides.map(|side| side.ln_contrast.exp())),
            logits: ClassLogits::Groups(self.logits(state)),
            imbalance: state.imbalance.abs(),
            imbalance_drift: state.imbalance.abs(),
        }
    }

    /// `k_g` and `k_o` of a group.
    fn sizes(&self, group: usize) -> (f64, f64) {
        (self.classes[group] as f64, self.classes[1 - group] as f64)
    }

    fn logits(&self, state: &State<'_>) -> GroupLogits {
        let values = [0, 1].map(|group| {
            let (own, other) = self.sizes(group);
            let (r, x) = (
                state.sides[group].ln_contrast.exp(),
                state.sides[group].within(),
            );
            let contrast = r * other / (own * (own + other));
            [
                contrast + x * (1.0 - 1.0 / own),
                contrast - x / own,
                -r / (own + other),
            ]
        });
        GroupLogits {
            classes: self.classes,
            values,
        }
    }

    /// What the two groups' contrast logits have besides their mean.
    fn leakage(&self, state: &State<'_>, fractions: &[f64]) -> Leakage {
        let all = (self.classes[0] + self.classes[1]) as f64;
        let contrast = (state.ln_fraction)(Mode::Contrast).exp();
        let sizes = [
            self.spectrum.sigma(Mode::Majority),
            self.spectrum.sigma(Mode::Minority),
        ];
        let rest: f64 = [0, 1]
            .into_iter()
            .map(|group| {
                let (_, other) = self.sizes(group);
                let length = sizes[group] * sizes[group] * other / all; // n_g k_o/k
                length * (state.sides[group].ln_contrast.exp() - contrast).powi(2)
            })
            .sum();
        let modes = fractions.iter().zip(&self.modes);
        let modes: f64 = modes
            .map(|(fraction, &mode)| (fraction * self.spectrum.sigma(mode)).powi(2))
            .sum();
        Leakage {
            of_labels: (rest / (self.samples * (1.0 - 1.0 / all))).sqrt(),
            of_logits: if rest > 0.0 {
                (rest / (modes + rest)).sqrt()
            } else {
                0.0
            },
        }
    }

    /// The loss, the residual of all, and what is reported of each group of the problem.
    fn groups(&self, state: &State<'_>) -> (f64, f64, Vec<GroupMoment>) {
        let all = (self.classes[0] + self.classes[1]) as f64;
        let sides = [0, 1].map(|group| self.side(group, state.sides[group]));
        let mut sums = vec![[0.0; 4]; self.problem.group_count()];
        let mut loss = 0.0;
        let classes = self
            .problem
            .profile()
            .sizes()
            .iter()
            .zip(self.problem.class_weights());
        for (class, (size, weight)) in classes.enumerate() {
            let side = &sides[usize::from(class >= self.classes[0])];
            loss += size * weight * side.loss;
            let correct = if side.margin > 0.0 { 1.0 } else { 0.0 };
            let terms = [1.0, side.residual, correct, side.margin];
            for (sum, term) in sums[self.problem.groups()[class]].iter_mut().zip(terms) {
                *sum += size * term;
            }
        }
        let residual: f64 = sums.iter().map(|[_, residual, ..]| residual).sum();
        let labels = |samples: f64| samples * (1.0 - 1.0 / all); // ‖Z‖² of so many
        let groups = sums
            .iter()
            .map(|&[samples, residual, correct, margin]| GroupMoment {
                residual: (residual / labels(samples)).sqrt(),
                accuracy: Some(correct / samples),
                margin: Some(margin / samples),
            });
        let residual = (residual / labels(self.samples)).sqrt();
        (loss, residual, groups.collect())
    }

    fn side(&self, group: usize, side: Side) -> Sample {
        let (own, other) = self.sizes(group);
        let (r, x) = (side.ln_contrast.exp(), side.within());
        let outside = (r + (own - 1.0) * x) / own;
        let residual = side.ln_contrast.exp_m1().powi(2) * other / (own * (own + other))
            + side.ln_within.map_or(0.0, |ln| ln.exp_m1().powi(2)) * (1.0 - 1.0 / own);
        Sample {
            residual,
            margin: if own > 1.0 { x.min(outside) } else { outside },
            loss: match self.problem.loss() {
                Loss::Squared => 0.5 * residual,
                Loss::CrossEntropy { .. } => {
                    ((own - 1.0) * (-x).exp() + other * (-outside).exp()).ln_1p()
                }
            },
        }
    }
}

/// A sample of one group.
struct Sample {
    /// `‖z − Wh‖²`.
    residual: f64,
    margin: f64,
    /// Without its weight.
    loss: f64,
}

#[cfg(test)]
mod tests {
    use ufm_theory::problem::{Start, StepProfile, Weighting};

    use crate::{Initialisation, Problem, Simulation, Solver};

    fn at_the_start(delta: f64) -> crate::Moment {
        let step = StepProfile::new(2, 3, 10.0).unwrap();
        let problem = Problem::step(&step, Weighting::power(0.5).unwrap()).unwrap();
        let start = Initialisation::spectral(Start::scaled(delta).unwrap());
        let flow = Simulation::new(&problem, start).solver(Solver::Reduced);
        let moment = flow.at(&[0.0]).unwrap().moments[0].clone();
        let sigmas = problem.singular_values();
        for (i, sigma) in sigmas.iter().enumerate() {
            assert!((moment.amplitudes[i] - moment.fractions[i] * sigma).abs() < 1e-12);
        }
        moment
    }

    #[test]
    fn amplitudes_start_at_their_fraction_of_the_singular_values() {
        let moment = at_the_start(1.0);
        let start = (-2.0_f64).exp();
        assert!(moment.fractions.iter().all(|f| (f - start).abs() < 1e-12));
        assert!((moment.residual - (1.0 - start)).abs() < 1e-12);
        assert_eq!(moment.accuracies(), Some(vec![1.0; 2]));
    }

    #[test]
    fn logits_below_every_double_are_a_tie_and_leak_nothing() {
        let moment = at_the_start(400.0);
        assert_eq!(moment.fractions, [0.0; 4]);
        assert_eq!(moment.leakage.of_logits, 0.0);
        assert_eq!(moment.accuracies(), Some(vec![0.0; 2]));
    }
}
