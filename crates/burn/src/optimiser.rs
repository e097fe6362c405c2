//! From gradients to steps, as [`ufm_networks::optimiser`] makes them.

use burn_tensor::Tensor;
use ufm_networks::optimiser::Optimiser;

/// A rule with what it remembers.
pub(crate) struct State {
    rate: f32,
    adam: Option<Moments>,
}

struct Moments {
    steps: i32,
    /// Of each parameter, from the first step on.
    of: Vec<(Tensor<1>, Tensor<1>)>,
}

const DECAY: (f32, f32) = (0.9, 0.999);

impl State {
    /// At the first step, for these parameters.
    pub(crate) fn new(optimiser: Optimiser, rate: f64, values: &[Tensor<1>]) -> Self {
        let zeros = |value: &Tensor<1>| (value.zeros_like(), value.zeros_like());
        Self {
            rate: rate as f32,
            adam: (optimiser == Optimiser::Adam).then(|| Moments {
                steps: 0,
                of: values.iter().map(zeros).collect(),
            }),
        }
    }

    /// One step; `gradients` in the order of the parameters.
    pub(crate) fn step(&mut self, values: &mut [Tensor<1>], gradients: Vec<Tensor<1>>) {
        let rate = self.rate;
        let Some(moments) = &mut self.adam else {
            for (value, gradient) in values.iter_mut().zip(gradients) {
                *value = value.clone() + gradient * -rate;
            }
            return;
        };
        moments.steps = moments.steps.saturating_add(1);
        let correction = |decay: f32| 1.0 - decay.powi(moments.steps);
        let scale = (correction(DECAY.0), correction(DECAY.1));
        let states = gradients.into_iter().zip(&mut moments.of);
        for (value, (gradient, (first, second))) in values.iter_mut().zip(states) {
            let square = gradient.clone() * gradient.clone();
            *first = first.clone() + (gradient - first.clone()) * (1.0 - DECAY.0);
            *second = second.clone() + (square - second.clone()) * (1.0 - DECAY.1);
            let speed = (second.clone() / scale.1).sqrt() + 1e-8_f32;
            *value = value.clone() - first.clone() / scale.0 * rate / speed;
        }
    }
}
