//! The networks: 3 × 3 convolutions with rectifiers and 2 × 2 maxima, then one affine map to the logits.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};

use crate::{
    layers::{Affine, Matrix, Shape, gather, patches, pool, rectify, unpool, unrectify},
    loss::Loss,
};

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

/// The buffers of a pass through one network, forward and back, kept from pass to pass.
#[derive(Debug)]
pub struct Workspace {
    stages: Vec<Stage>,
    features: Matrix,
    logits: Matrix,
    /// By the values between two layers.
    by_values: Vec<f32>,
    by_features: Matrix,
}

/// Of one convolution.
#[derive(Debug)]
struct Stage {
    input: Shape,
    patches: Matrix,
    /// What the convolution gives, with the rectifier applied where no maximum follows.
    output: Matrix,
    /// Of the maximum.
    pooled: Vec<f32>,
    origins: Vec<u32>,
    by_patches: Matrix,
    by_output: Matrix,
}

/// Neighbourhoods of a pass, in bytes: what stays in the second-level cache of a core while it is read again.
const CACHED: usize = 640 << 10;

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

    /// Buffers for passes through this network.
    pub fn workspace(&self) -> Workspace {
        let (mut channels, mut height, mut width) = (1, self.height, self.width);
        let mut stages = Vec::with_capacity(self.pools.len());
        for (layer, &pooled) in self.layers.iter().zip(&self.pools) {
            let outputs = layer.bias.len();
            stages.push(Stage {
                input: Shape {
                    batch: 0,
                    height,
                    width,
                    channels,
                },
                patches: Matrix::zeros(0, 9 * channels),
                output: Matrix::zeros(0, outputs),
                pooled: Vec::new(),
                origins: Vec::new(),
                by_patches: Matrix::zeros(0, 9 * channels),
                by_output: Matrix::zeros(0, outputs),
            });
            channels = outputs;
            if pooled {
                (height, width) = (height / 2, width / 2);
            }
        }
        let features = self.head().weight.nrows();
        Workspace {
            stages,
            features: Matrix::zeros(0, features),
            logits: Matrix::zeros(0, self.head().bias.len()),
            by_values: Vec::new(),
            by_features: Matrix::zeros(0, features),
        }
    }

    /// The number of images of one pass that is fastest: their largest neighbourhoods fit in a core's cache. At most 64.
    pub fn images_of_a_pass(&self) -> usize {
        let (mut pixels, mut largest) = (self.height * self.width, 1);
        for (layer, &pooled) in self.layers.iter().zip(&self.pools) {
            largest = largest.max(pixels * layer.weight.nrows());
            if pooled {
                pixels /= 4;
            }
        }
        (CACHED / (largest * size_of::<f32>())).clamp(1, 64)
    }

    /// Logits, one row for each image; `images` holds whole images, pixel by pixel. [`Self::backward`] starts from what is left in
    /// the workspace.
    pub fn forward<'a>(&self, images: &[f32], workspace: &'a mut Workspace) -> &'a Matrix {
        let batch = images.len() / (self.height * self.width).max(1);
        let Workspace {
            stages,
            features,
            logits,
            ..
        } = workspace;
        let mut values = images;
        for ((layer, &pooled), stage) in self.layers.iter().zip(&self.pools).zip(stages) {
            stage.input.batch = batch;
            patches(values, stage.input, &mut stage.patches);
            layer.forward(&stage.patches, &mut stage.output);
            values = if pooled {
                let output = Shape {
                    channels: layer.bias.len(),
                    ..stage.input
                };
                let from = stage.output.values();
                pool(from, output, &mut stage.pooled, &mut stage.origins);
                &stage.pooled
            } else {
                rectify(stage.output.values_mut());
                stage.output.values()
            };
        }
        features.set_rows(batch);
        features.values_mut().copy_from_slice(values);
        self.head().forward(features, logits);
        logits
    }

    /// From the derivative of the loss by the logits of the last [`Self::forward`]: adds that by every parameter to `gradients`, which
    /// are in the order of [`Self::layers`].
    pub fn backward(
        &self,
        workspace: &mut Workspace,
        by_logits: &Matrix,
        gradients: &mut [Affine],
    ) {
        let Workspace {
            stages,
            features,
            by_values,
            by_features,
            ..
        } = workspace;
        let last = self.pools.len();
        Affine::add_gradient(&mut gradients[last], features, by_logits);
        self.head().backward(by_logits, by_features);
        by_values.clear();
        by_values.extend_from_slice(by_features.values());
        for (i, stage) in stages.iter_mut().enumerate().rev() {
            stage.by_output.set_rows(stage.input.pixels());
            if self.pools[i] {
                unpool(by_values, &stage.origins, &mut stage.by_output);
            } else {
                unrectify(by_values, stage.output.values(), &mut stage.by_output);
            }
            Affine::add_gradient(&mut gradients[i], &stage.patches, &stage.by_output);
            if i > 0 {
                self.layers[i].backward(&stage.by_output, &mut stage.by_patches);
                gather(&stage.by_patches, stage.input, by_values);
            }
        }
    }

    /// The mean weighted loss of a batch; `gradients` becomes its derivative by every parameter, in the order of [`Self::layers`].
    ///
    /// In passes of [`Self::images_of_a_pass`] images.
    pub fn gradient(
        &self,
        (images, labels): (&[f32], &[u8]),
        loss: Loss,
        weights: &[f64],
        workspace: &mut Workspace,
        gradients: &mut [Affine],
    ) -> f64 {
        gradients.iter_mut().for_each(Affine::clear);
        let (pass, pixels) = (self.images_of_a_pass(), self.height * self.width);
        let mut sum = 0.0;
        for (images, some) in images.chunks(pass * pixels).zip(labels.chunks(pass)) {
            let logits = self.forward(images, workspace);
            let (value, by_logits) = loss.part(logits, some, weights, labels.len());
            sum += value;
            self.backward(workspace, &by_logits, gradients);
        }
        sum
    }

    /// Zeros, as many as there are parameters, in the order of [`Self::layers`].
    pub fn zeros(&self) -> Vec<Affine> {
        let zero = |layer: &Affine| Affine::zeros(layer.weight.nrows(), layer.weight.ncols());
        self.layers.iter().map(zero).collect()
    }

    /// Logits, one row for each image, in one pass with buffers of its own.
    pub fn logits(&self, images: &[f32]) -> Matrix {
        let mut workspace = self.workspace();
        self.forward(images, &mut workspace);
        workspace.logits
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
