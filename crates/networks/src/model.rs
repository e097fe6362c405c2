//! The networks: 3 × 3 convolutions with rectifiers and 2 × 2 maxima, then one affine map to the logits.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};

use crate::layers::{Affine, Matrix, Shape, gather, patches, pool, rectify, unpool, unrectify};

/// Which network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Three convolutions, 16-32-64 channels, the first two followed by a maximum: the paper's "3-layer CNN" as far as it is described.
    Cnn,
    /// Two convolutions, 16-32 channels, the first followed by a maximum, for images of 8 × 8 pixels.
    SmallCnn,
}

impl Architecture {
    /// Output channels of each convolution, and whether a maximum follows.
    fn convolutions(self) -> &'static [(usize, bool)] {
        match self {
            Self::Cnn => &[(16, true), (32, true), (64, false)],
            Self::SmallCnn => &[(16, true), (32, false)],
        }
    }
}

/// A network for grey images of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    height: usize,
    width: usize,
    pools: Vec<bool>,
    layers: Vec<Affine>,
}

/// What the backward pass needs to know of the forward pass.
pub struct Trace {
    stages: Vec<Stage>,
    features: Matrix,
}

struct Stage {
    input: Shape,
    output: Shape,
    patches: Matrix,
    /// Of the maximum.
    origins: Option<Vec<u32>>,
    /// Of the rectifier, where no maximum follows; else empty.
    rectified: Vec<f32>,
}

impl Network {
    /// Weights and biases uniform in `±1/√(inputs)`, the usual default, drawn from `seed`.
    pub fn new(
        architecture: Architecture,
        height: usize,
        width: usize,
        classes: usize,
        seed: u64,
    ) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(1);
        let (mut channels, mut rows, mut columns) = (1, height, width);
        let mut layers = Vec::new();
        let mut pools = Vec::new();
        for &(out, pooled) in architecture.convolutions() {
            layers.push(uniform(9 * channels, out, &mut rng));
            pools.push(pooled);
            channels = out;
            if pooled {
                (rows, columns) = (rows / 2, columns / 2);
            }
        }
        layers.push(uniform(channels * rows * columns, classes, &mut rng));
        Self {
            height,
            width,
            pools,
            layers,
        }
    }

    /// The parameters, convolutions first.
    pub fn layers(&self) -> &[Affine] {
        &self.layers
    }

    /// The parameters, to be changed.
    pub fn layers_mut(&mut self) -> &mut [Affine] {
        &mut self.layers
    }

    /// The number of trained values.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.values().count()).sum()
    }

    /// Logits, one row for each image; `images` holds whole images, pixel by pixel.
    pub fn logits(&self, images: &[f32]) -> Matrix {
        self.run(images, None)
    }

    /// Logits, and what [`Self::backward`] needs.
    pub fn forward(&self, images: &[f32]) -> (Matrix, Trace) {
        let mut trace = Trace {
            stages: Vec::with_capacity(self.pools.len()),
            features: Matrix::zeros(0, 0),
        };
        let logits = self.run(images, Some(&mut trace));
        (logits, trace)
    }

    fn run(&self, images: &[f32], mut trace: Option<&mut Trace>) -> Matrix {
        let batch = images.len() / (self.height * self.width).max(1);
        let mut shape = Shape {
            batch,
            height: self.height,
            width: self.width,
            channels: 1,
        };
        let mut values = images[..shape.values()].to_vec();
        for (layer, &pooled) in self.layers.iter().zip(&self.pools) {
            let input = shape;
            let patches = patches(&values, input);
            values = layer.forward(&patches).into_values();
            shape.channels = layer.bias.len();
            let output = shape;
            let mut origins = None;
            if pooled {
                let (largest, found, smaller) = pool(&values, shape);
                (values, shape, origins) = (largest, smaller, Some(found));
            } else {
                rectify(&mut values);
            }
            if let Some(trace) = trace.as_deref_mut() {
                trace.stages.push(Stage {
                    input,
                    output,
                    patches,
                    rectified: if pooled { Vec::new() } else { values.clone() },
                    origins,
                });
            }
        }
        let features = Matrix::from_values(batch, shape.values() / batch.max(1), values);
        let logits = self.head().forward(&features);
        if let Some(trace) = trace {
            trace.features = features;
        }
        logits
    }

    /// From the derivative of the loss by the logits: that by every parameter, in the order of [`Self::layers`].
    pub fn backward(&self, trace: &Trace, by_logits: &Matrix) -> Vec<Affine> {
        let head = self.head();
        let mut gradients = vec![head.gradient(&trace.features, by_logits)];
        let mut by_values = head.backward(by_logits).into_values();
        for (i, stage) in trace.stages.iter().enumerate().rev() {
            let layer = &self.layers[i];
            by_values = match &stage.origins {
                Some(origins) => unpool(&by_values, origins, stage.output.values()),
                None => {
                    unrectify(&mut by_values, &stage.rectified);
                    by_values
                }
            };
            let by_output =
                Matrix::from_values(stage.output.pixels(), stage.output.channels, by_values);
            gradients.push(layer.gradient(&stage.patches, &by_output));
            by_values = if i > 0 {
                gather(&layer.backward(&by_output), stage.input)
            } else {
                Vec::new()
            };
        }
        gradients.reverse();
        gradients
    }

    fn head(&self) -> &Affine {
        &self.layers[self.pools.len()]
    }
}

fn uniform(inputs: usize, outputs: usize, rng: &mut ChaCha8Rng) -> Affine {
    let bound = 1.0 / (inputs as f32).sqrt();
    // 24 random bits give every value of a fixed grid with equal probability.
    let mut draw = || bound * (2.0 * ((rng.next_u32() >> 8) as f32 / (1 << 24) as f32) - 1.0);
    let mut layer = Affine::zeros(inputs, outputs);
    layer.values_mut().for_each(|value| *value = draw());
    layer
}
