//! Chains of layers: 3 × 3 convolutions with rectifiers and 2 × 2 maxima, fully connected layers with rectifiers, then one affine map to the logits.

use crate::{
    NetworkError,
    architecture::{Architecture, ImageSize, Layer},
    layers::{Affine, Matrix, Shape, gather, patches, pool, rectify, unpool, unrectify},
    loss::Objective,
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// A network for images of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    image: ImageSize,
    chain: Vec<Layer>,
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

/// Of one layer before the last.
#[derive(Debug)]
struct Stage {
    /// Of what it reads; a fully connected layer reads an image as one pixel.
    input: Shape,
    /// What the affine map reads: neighbourhoods of pixels, or whole images.
    patches: Matrix,
    /// What the affine map gives, with the rectifier applied where no maximum follows.
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
    /// Weights and biases uniform in `±1/√(inputs)`, the usual default, drawn from `seed`; `width` as in [`Architecture::chain`].
    ///
    /// # Errors
    /// [`NetworkError::Engine`] if it is no chain of layers, or a maximum would leave no pixel.
    pub fn new(
        architecture: Architecture,
        width: Option<usize>,
        image: ImageSize,
        classes: usize,
        seed: u64,
    ) -> Result<Self, NetworkError> {
        let refuse = |why| NetworkError::Engine {
            engine: "layers",
            architecture: architecture.name(),
            why,
        };
        let chain = architecture
            .chain(width)
            .ok_or_else(|| refuse("it is no chain of convolutions and fully connected layers"))?;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(1);
        let mut layers = Vec::with_capacity(chain.len() + 1);
        let mut shape = Shape::one(image);
        for &layer in &chain {
            let (read, given) = through(layer, shape);
            layers.push(uniform(inputs(layer, read), outputs(layer), &mut rng));
            shape = given;
        }
        if shape.values() == 0 {
            return Err(refuse("its maxima leave no pixel of such small images"));
        }
        layers.push(uniform(shape.values(), classes, &mut rng));
        Ok(Self {
            image,
            chain,
            layers,
        })
    }

    /// The parameters, layer by layer.
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
        let mut shape = Shape::one(self.image);
        let mut stages = Vec::with_capacity(self.chain.len());
        for &layer in &self.chain {
            let (read, given) = through(layer, shape);
            stages.push(Stage {
                input: Shape { batch: 0, ..read },
                patches: Matrix::zeros(0, inputs(layer, read)),
                output: Matrix::zeros(0, outputs(layer)),
                pooled: Vec::new(),
                origins: Vec::new(),
                by_patches: Matrix::zeros(0, inputs(layer, read)),
                by_output: Matrix::zeros(0, outputs(layer)),
            });
            shape = given;
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
        let (mut shape, mut largest) = (Shape::one(self.image), 1);
        for &layer in &self.chain {
            let (read, given) = through(layer, shape);
            largest = largest.max(read.pixels() * inputs(layer, read));
            shape = given;
        }
        (CACHED / (largest * size_of::<f32>())).clamp(1, 64)
    }

    /// Logits, one row for each image; `images` holds whole images, value by value. [`Self::backward`] starts from what is left in
    /// the workspace.
    pub fn forward<'a>(&self, images: &[f32], workspace: &'a mut Workspace) -> &'a Matrix {
        let batch = images.len() / self.image.values().max(1);
        let Workspace {
            stages,
            features,
            logits,
            ..
        } = workspace;
        let mut values = images;
        for ((map, &layer), stage) in self.layers.iter().zip(&self.chain).zip(stages) {
            stage.input.batch = batch;
            match layer {
                Layer::Convolution { .. } => patches(values, stage.input, &mut stage.patches),
                Layer::Dense { .. } => {
                    stage.patches.set_rows(batch);
                    stage.patches.values_mut().copy_from_slice(values);
                }
            }
            map.forward(&stage.patches, &mut stage.output);
            values = if pooled(layer) {
                let output = Shape {
                    channels: map.bias.len(),
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
        let last = self.chain.len();
        Affine::add_gradient(&mut gradients[last], features, by_logits);
        self.head().backward(by_logits, by_features);
        by_values.clear();
        by_values.extend_from_slice(by_features.values());
        for (i, stage) in stages.iter_mut().enumerate().rev() {
            stage.by_output.set_rows(stage.input.pixels());
            if pooled(self.chain[i]) {
                unpool(by_values, &stage.origins, &mut stage.by_output);
            } else {
                unrectify(by_values, stage.output.values(), &mut stage.by_output);
            }
            Affine::add_gradient(&mut gradients[i], &stage.patches, &stage.by_output);
            if i > 0 {
                self.layers[i].backward(&stage.by_output, &mut stage.by_patches);
                match self.chain[i] {
                    Layer::Convolution { .. } => {
                        gather(&stage.by_patches, stage.input, by_values);
                    }
                    Layer::Dense { .. } => {
                        by_values.clear();
                        by_values.extend_from_slice(stage.by_patches.values());
                    }
                }
            }
        }
    }

    /// The objective on a batch; `gradients` becomes its derivative by every parameter, in the order of [`Self::layers`].
    ///
    /// In passes of [`Self::images_of_a_pass`] images.
    pub fn gradient(
        &self,
        (images, labels): (&[f32], &[u8]),
        objective: &Objective,
        workspace: &mut Workspace,
        gradients: &mut [Affine],
    ) -> f64 {
        gradients.iter_mut().for_each(Affine::clear);
        let (pass, values) = (self.images_of_a_pass(), self.image.values());
        let mut sum = 0.0;
        for (images, some) in images.chunks(pass * values).zip(labels.chunks(pass)) {
            let logits = self.forward(images, workspace);
            let (value, by_logits) = objective.part(logits, some, labels.len());
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
        &self.layers[self.chain.len()]
    }
}

/// The shape that a layer reads, given that of the images before it, and the shape it gives, of one image each.
fn through(layer: Layer, before: Shape) -> (Shape, Shape) {
    match layer {
        Layer::Convolution { channels, pooled } => {
            let halves = if pooled { 2 } else { 1 };
            let given = Shape {
                height: before.height / halves,
                width: before.width / halves,
                channels,
                ..before
            };
            (before, given)
        }
        Layer::Dense { outputs } => {
            let whole = |channels| Shape {
                height: 1,
                width: 1,
                channels,
                ..before
            };
            (whole(before.values()), whole(outputs))
        }
    }
}

/// Of the affine map of a layer that reads pixels of this shape.
fn inputs(layer: Layer, read: Shape) -> usize {
    match layer {
        Layer::Convolution { .. } => 9 * read.channels,
        Layer::Dense { .. } => read.channels,
    }
}

fn outputs(layer: Layer) -> usize {
    match layer {
        Layer::Convolution { channels, .. } => channels,
        Layer::Dense { outputs } => outputs,
    }
}

fn pooled(layer: Layer) -> bool {
    matches!(layer, Layer::Convolution { pooled: true, .. })
}

fn uniform(inputs: usize, outputs: usize, rng: &mut ChaCha8Rng) -> Affine {
    let bound = 1.0 / (inputs as f32).sqrt();
    // 24 random bits give every value of a fixed grid with equal probability.
    let mut draw = || bound * (2.0 * ((rng.next_u32() >> 8) as f32 / (1 << 24) as f32) - 1.0);
    let mut layer = Affine::zeros(inputs, outputs);
    layer.values_mut().for_each(|value| *value = draw());
    layer
}
