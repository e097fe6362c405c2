//! From gradients to steps.

use serde::{Deserialize, Serialize};

use crate::{layers::Affine, model::Network};

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimiser {
    /// Stochastic gradient descent: a step of gradient flow for small step sizes.
    Sgd,
    /// Adam with decay rates 0.9 and 0.999 and `ε = 1e-8` (Kingma and Ba, 2015).
    Adam,
}

/// A rule with what it remembers.
pub struct State {
    rate: f64,
    adam: Option<Moments>,
}

struct Moments {
    steps: i32,
    first: Vec<Affine>,
    second: Vec<Affine>,
}

const DECAY: (f32, f32) = (0.9, 0.999);

impl State {
    /// At the first step, for the parameters of `network`.
    pub fn new(optimiser: Optimiser, rate: f64, network: &Network) -> Self {
        Self {
            rate,
            adam: (optimiser == Optimiser::Adam).then(|| Moments {
                steps: 0,
                first: network.zeros(),
                second: network.zeros(),
            }),
        }
    }

    /// One step; `gradients` in the order of [`Network::layers`].
    pub fn step(&mut self, network: &mut Network, gradients: &[Affine]) {
        let layers = network.layers_mut();
        let Some(moments) = &mut self.adam else {
            let rate = -self.rate as f32;
            for (layer, gradient) in layers.iter_mut().zip(gradients) {
                for (value, gradient) in layer.values_mut().zip(gradient.values()) {
                    *value += rate * gradient;
                }
            }
            return;
        };
        moments.steps = moments.steps.saturating_add(1);
        let correction = |decay: f32| 1.0 - decay.powi(moments.steps);
        let scale = (correction(DECAY.0), correction(DECAY.1));
        let rate = self.rate as f32;
        let update = |value: &mut f32, gradient: f32, first: &mut f32, second: &mut f32| {
            *first += (1.0 - DECAY.0) * (gradient - *first);
            *second += (1.0 - DECAY.1) * (gradient * gradient - *second);
            *value -= rate * (*first / scale.0) / ((*second / scale.1).sqrt() + 1e-8);
        };
        let states = moments.first.iter_mut().zip(&mut moments.second);
        for ((layer, gradient), (first, second)) in layers.iter_mut().zip(gradients).zip(states) {
            let moments = first.values_mut().zip(second.values_mut());
            for ((value, gradient), (first, second)) in
                layer.values_mut().zip(gradient.values()).zip(moments)
            {
                update(value, *gradient, first, second);
            }
        }
    }
}
