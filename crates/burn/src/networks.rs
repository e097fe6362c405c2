//! The networks as functions of their parameters, which are plain vectors: what a network is, apart from how it is trained.
//!
//! Images come with the channels of a pixel side by side. Weights of a convolution are stored as [`ufm_networks::layers::Affine`] stores them, `9C × O`
//! with the nine neighbours row by row, so that the parameters of a chain are those of [`ufm_networks::model::Network`], in its order.

use burn_tensor::{
    Tensor,
    activation::{gelu, relu, softmax},
    module::{avg_pool2d, conv2d, layer_norm, max_pool2d},
    ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions},
};
use ufm_networks::{
    NetworkError,
    architecture::{Architecture, ImageSize, Layer},
};

/// Pairs of convolutions in each of the two stages of a residual network.
const PAIRS: usize = 2;
/// The second convolution of a pair begins this much smaller than others, so that a pair begins near the identity: without normalisation signals would
/// otherwise grow from pair to pair.
const QUIET: f32 = 0.1;
/// Pixels on a side of a patch of a vision transformer.
const PATCH: usize = 4;
/// Its blocks.
const BLOCKS: usize = 2;
/// Its heads of attention.
const HEADS: usize = 4;
/// Outputs of the first layer of a block's perceptron, for each value of a patch.
const EXPANSION: usize = 2;
/// Added to variances before they divide.
const EPSILON: f64 = 1e-5;
/// The largest network that is made, in parameters: a gibibyte.
const LARGEST: usize = 1 << 28;

/// The name of this engine in messages and digests.
pub(crate) const NAME: &str = "burn";

/// A vector of parameters: its length, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) length: usize,
    pub(crate) start: Start,
}

/// Where a parameter begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Start {
    /// Uniform in `±bound`.
    Uniform(f32),
    /// One number.
    Constant(f32),
}

/// A network without the values of its parameters.
pub(crate) struct Design {
    pub(crate) parameters: Vec<Parameter>,
    body: Body,
    image: ImageSize,
    gelu: fn(Tensor<2>) -> Tensor<2>,
}

enum Body {
    Chain {
        layers: Vec<(Layer, Affine)>,
        head: Affine,
    },
    Residual {
        first: Affine,
        stages: [Vec<[Affine; 2]>; 2],
        /// Between the stages, pixel by pixel: to twice as many channels.
        between: Affine,
        head: Affine,
    },
    Transformer {
        embedding: Affine,
        /// A row for each patch.
        positions: usize,
        blocks: Vec<Block>,
        last: Norm,
        head: Affine,
    },
}

/// An affine map whose weights are parameter `at`, its biases the next.
#[derive(Clone, Copy)]
struct Affine {
    at: usize,
    inputs: usize,
    outputs: usize,
}

/// A normalisation whose factors are parameter `at`, its shifts the next.
#[derive(Clone, Copy)]
struct Norm {
    at: usize,
}

struct Block {
    before_attention: Norm,
    query: Affine,
    key: Affine,
    value: Affine,
    out: Affine,
    before_perceptron: Norm,
    up: Affine,
    down: Affine,
}

/// Collects parameters in their order.
#[derive(Default)]
struct Builder(Vec<Parameter>);

impl Builder {
    /// Weights and biases uniform in `±scale/√(inputs)`, as [`ufm_networks::model::Network::new`] draws them for `scale = 1`.
    fn affine(&mut self, inputs: usize, outputs: usize, scale: f32) -> Affine {
        let start = Start::Uniform(scale / (inputs as f32).sqrt());
        let at = self.push(inputs.saturating_mul(outputs), start);
        self.push(outputs, start);
        Affine {
            at,
            inputs,
            outputs,
        }
    }

    /// Weights uniform in `±scale·√6/√(inputs)`, which with rectifiers keeps the size of signals for `scale = 1` (He et al. 2015); biases zero.
    fn rectified(&mut self, inputs: usize, outputs: usize, scale: f32) -> Affine {
        let start = Start::Uniform(scale * (6.0 / inputs as f32).sqrt());
        let at = self.push(inputs.saturating_mul(outputs), start);
        self.push(outputs, Start::Constant(0.0));
        Affine {
            at,
            inputs,
            outputs,
        }
    }

    fn norm(&mut self, values: usize) -> Norm {
        let at = self.push(values, Start::Constant(1.0));
        self.push(values, Start::Constant(0.0));
        Norm { at }
    }

    fn push(&mut self, length: usize, start: Start) -> usize {
        self.0.push(Parameter { length, start });
        self.0.len() - 1
    }
}

impl Design {
    /// Of a network of a plan.
    ///
    /// # Errors
    /// [`NetworkError::Engine`] if images or width do not fit it.
    pub(crate) fn new(
        architecture: Architecture,
        width: Option<usize>,
        image: ImageSize,
        classes: usize,
    ) -> Result<Self, NetworkError> {
        let refuse = |why| NetworkError::Engine {
            engine: NAME,
            architecture: architecture.name(),
            why,
        };
        let mut builder = Builder::default();
        let wide = width.or(architecture.default_width()).unwrap_or(0);
        let body = match architecture.chain(Some(wide.min(LARGEST))) {
            Some(chain) => chain_of(&chain, image, classes, &mut builder),
            None if architecture == Architecture::Residual => {
                residual(wide, image, classes, &mut builder)
            }
            None => transformer(wide, image, classes, &mut builder),
        }
        .map_err(refuse)?;
        let sum = |all: usize, parameter: &Parameter| all.saturating_add(parameter.length);
        if builder.0.iter().fold(0, sum) > LARGEST {
            return Err(refuse("it would have more than 2²⁸ parameters"));
        }
        Ok(Self {
            parameters: builder.0,
            body,
            image,
            gelu,
        })
    }

    /// With the GELU written out, for devices whose own has the derivative of another function: see [`gelu_of_erf`].
    #[cfg(feature = "wgpu")]
    pub(crate) fn with_gelu_of_erf(self) -> Self {
        Self {
            gelu: gelu_of_erf,
            ..self
        }
    }

    /// Logits, one row for each image; `images` has one row for each, `values` the parameters in order.
    pub(crate) fn logits(&self, values: &[Tensor<1>], images: Tensor<2>) -> Tensor<2> {
        match &self.body {
            Body::Chain { layers, head } => {
                let mut x = Between::Pixels(self.pixels(images));
                for (layer, map) in layers {
                    x = match *layer {
                        Layer::Convolution { pooled, .. } => {
                            let y = map.neighbours(values, x.pixels(self.image));
                            // The maximum and the rectifier commute; the rectifier has less to do behind it.
                            Between::Pixels(relu(if pooled { largest(y) } else { y }))
                        }
                        Layer::Dense { .. } => Between::Rows(relu(map.rows(values, x.rows()))),
                    };
                }
                head.rows(values, x.rows())
            }
            Body::Residual {
                first,
                stages: [before, behind],
                between,
                head,
            } => {
                let mut x = relu(first.neighbours(values, self.pixels(images)));
                x = pairs(values, x, before);
                x = between.each_pixel(values, mean(x));
                x = pairs(values, x, behind);
                let [batch, channels, height, width] = x.dims();
                let means = x.reshape([batch, channels, height * width]).mean_dim(2);
                head.rows(values, means.reshape([batch, channels]))
            }
            Body::Transformer {
                embedding,
                positions,
                blocks,
                last,
                head,
            } => {
                let (patches, batch) = self.patches(images);
                let x = embedding.rows(values, patches);
                let [all, wide] = x.dims();
                let number = all / batch;
                let positions = values[*positions].clone().reshape([1, number, wide]);
                let x = x.reshape([batch, number, wide]) + positions;
                let mut x = x.reshape([all, wide]);
                for block in blocks {
                    x = block.apply(values, x, batch, self.gelu);
                }
                let x = last.apply(values, x).reshape([batch, number, wide]);
                head.rows(values, x.mean_dim(1).reshape([batch, wide]))
            }
        }
    }

    /// Images with their channels outside, as convolutions of burn read them.
    fn pixels(&self, images: Tensor<2>) -> Tensor<4> {
        let [batch, _] = images.dims();
        let ImageSize {
            height,
            width,
            channels,
        } = self.image;
        if channels == 1 {
            return images.reshape([batch, 1, height, width]);
        }
        let pixels = images.reshape([batch, height, width, channels]);
        pixels.permute([0, 3, 1, 2])
    }

    /// A row for each patch, its pixels row by row; and how many images.
    fn patches(&self, images: Tensor<2>) -> (Tensor<2>, usize) {
        let [batch, _] = images.dims();
        let (rows, columns) = (self.image.height / PATCH, self.image.width / PATCH);
        let line = PATCH * self.image.channels;
        let lines = images.reshape([batch, rows, PATCH, columns, line]);
        let patches = lines.permute([0, 1, 3, 2, 4]);
        (
            patches.reshape([batch * rows * columns, PATCH * line]),
            batch,
        )
    }
}

fn chain_of(
    chain: &[Layer],
    image: ImageSize,
    classes: usize,
    builder: &mut Builder,
) -> Result<Body, &'static str> {
    let (mut height, mut width, mut channels) = (image.height, image.width, image.channels);
    let mut layers = Vec::with_capacity(chain.len());
    for &layer in chain {
        let map = match layer {
            Layer::Convolution {
                channels: outputs,
                pooled,
            } => {
                let map = builder.affine(channels.saturating_mul(9), outputs, 1.0);
                if pooled {
                    (height, width) = (height / 2, width / 2);
                }
                map
            }
            Layer::Dense { outputs } => {
                let inputs = (height * width).saturating_mul(channels);
                (height, width) = (1, 1);
                builder.affine(inputs, outputs, 1.0)
            }
        };
        channels = map.outputs;
        layers.push((layer, map));
    }
    let features = (height * width).saturating_mul(channels);
    if features == 0 {
        return Err("its maxima leave no pixel of such small images");
    }
    let head = builder.affine(features, classes, 1.0);
    Ok(Body::Chain { layers, head })
}

fn residual(
    width: usize,
    image: ImageSize,
    classes: usize,
    builder: &mut Builder,
) -> Result<Body, &'static str> {
    if image.height < 2 || image.width < 2 {
        return Err("its images are halved, and these have a side of one pixel");
    }
    let twice = width.saturating_mul(2);
    let nine = |channels: usize| channels.saturating_mul(9);
    let pairs = |builder: &mut Builder, channels| -> Vec<[Affine; 2]> {
        let mut pair =
            || [1.0, QUIET].map(|scale| builder.rectified(nine(channels), channels, scale));
        (0..PAIRS).map(|_| pair()).collect()
    };
    let first = builder.rectified(nine(image.channels), width, 1.0);
    let before = pairs(builder, width);
    let between = builder.rectified(width, twice, 1.0);
    let behind = pairs(builder, twice);
    Ok(Body::Residual {
        first,
        stages: [before, behind],
        between,
        head: builder.affine(twice, classes, 1.0),
    })
}

fn transformer(
    width: usize,
    image: ImageSize,
    classes: usize,
    builder: &mut Builder,
) -> Result<Body, &'static str> {
    if !image.height.is_multiple_of(PATCH) || !image.width.is_multiple_of(PATCH) {
        return Err("its patches are 4 × 4 pixels, and a side of these images is no multiple of 4");
    }
    if !width.is_multiple_of(HEADS) {
        return Err("its width must be a multiple of 4, the heads of its attention");
    }
    let patches = image.values() / (PATCH * PATCH * image.channels);
    let embedding = builder.affine(PATCH * PATCH * image.channels, width, 1.0);
    let start = Start::Uniform(1.0 / (width as f32).sqrt());
    let positions = builder.push(patches.saturating_mul(width), start);
    let hidden = width.saturating_mul(EXPANSION);
    let blocks = (0..BLOCKS).map(|_| Block {
        before_attention: builder.norm(width),
        query: builder.affine(width, width, 1.0),
        key: builder.affine(width, width, 1.0),
        value: builder.affine(width, width, 1.0),
        out: builder.affine(width, width, 1.0),
        before_perceptron: builder.norm(width),
        up: builder.affine(width, hidden, 1.0),
        down: builder.affine(hidden, width, 1.0),
    });
    Ok(Body::Transformer {
        embedding,
        positions,
        blocks: blocks.collect(),
        last: builder.norm(width),
        head: builder.affine(width, classes, 1.0),
    })
}

/// What passes from layer to layer of a chain.
enum Between {
    /// Batch × channels × height × width.
    Pixels(Tensor<4>),
    /// Batch × values.
    Rows(Tensor<2>),
}

impl Between {
    /// A fully connected layer reads the channels of a pixel side by side.
    fn rows(self) -> Tensor<2> {
        match self {
            Self::Pixels(x) => {
                let [batch, channels, height, width] = x.dims();
                let inside = x.permute([0, 2, 3, 1]);
                inside.reshape([batch, channels * height * width])
            }
            Self::Rows(x) => x,
        }
    }

    /// A convolution behind a fully connected layer, which no network here has, would read an image of its values.
    fn pixels(self, image: ImageSize) -> Tensor<4> {
        match self {
            Self::Pixels(x) => x,
            Self::Rows(x) => {
                let [batch, _] = x.dims();
                x.reshape([batch, image.channels, image.height, image.width])
            }
        }
    }
}

impl Affine {
    fn bias<const D: usize>(self, values: &[Tensor<1>], shape: [usize; D]) -> Tensor<D> {
        values[self.at + 1].clone().reshape(shape)
    }

    /// Row by row.
    fn rows(self, values: &[Tensor<1>], x: Tensor<2>) -> Tensor<2> {
        let weight = values[self.at].clone().reshape([self.inputs, self.outputs]);
        x.matmul(weight) + self.bias(values, [1, self.outputs])
    }

    /// The convolution of `3 × 3` neighbourhoods, zeros outside the image.
    fn neighbours(self, values: &[Tensor<1>], x: Tensor<4>) -> Tensor<4> {
        let stored = [3, 3, self.inputs / 9, self.outputs];
        let weight = values[self.at].clone().reshape(stored);
        let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        let bias = Some(values[self.at + 1].clone());
        conv2d(x, weight.permute([3, 2, 0, 1]), bias, options)
    }

    /// Pixel by pixel.
    fn each_pixel(self, values: &[Tensor<1>], x: Tensor<4>) -> Tensor<4> {
        let stored = [1, 1, self.inputs, self.outputs];
        let weight = values[self.at].clone().reshape(stored);
        let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
        let bias = Some(values[self.at + 1].clone());
        conv2d(x, weight.permute([3, 2, 0, 1]), bias, options)
    }
}

impl Norm {
    /// Row by row: mean zero and variance one, then a factor and a shift.
    fn apply(self, values: &[Tensor<1>], x: Tensor<2>) -> Tensor<2> {
        let (factor, shift) = (values[self.at].clone(), values[self.at + 1].clone());
        layer_norm(x, factor, Some(shift), EPSILON)
    }
}

impl Block {
    /// `x` has a row for each patch of each image.
    fn apply(
        &self,
        values: &[Tensor<1>],
        x: Tensor<2>,
        batch: usize,
        gelu: fn(Tensor<2>) -> Tensor<2>,
    ) -> Tensor<2> {
        let [all, wide] = x.dims();
        let (number, each) = (all / batch, wide / HEADS);
        let read = self.before_attention.apply(values, x.clone());
        let heads = |map: Affine| {
            let rows = map.rows(values, read.clone());
            let heads = rows.reshape([batch, number, HEADS, each]);
            heads.permute([0, 2, 1, 3])
        };
        let scores = heads(self.query).matmul(heads(self.key).swap_dims(2, 3));
        let shares = softmax(scores * (each as f32).sqrt().recip(), 3);
        let seen = shares.matmul(heads(self.value)).permute([0, 2, 1, 3]);
        let x = x + self.out.rows(values, seen.reshape([all, wide]));
        let read = self.before_perceptron.apply(values, x.clone());
        let hidden = gelu(self.up.rows(values, read));
        x + self.down.rows(values, hidden)
    }
}

/// `x·Φ(x)`. Of devices other than the processor burn 0.22 computes this for the value, but for the derivative that of its approximation by tanh, which is up to
/// `5·10⁻⁴` off.
#[cfg(feature = "wgpu")]
fn gelu_of_erf(x: Tensor<2>) -> Tensor<2> {
    x.clone() * ((x * std::f32::consts::FRAC_1_SQRT_2).erf() + 1.0) * 0.5
}

/// Pairs of convolutions, each added to what it reads.
fn pairs(values: &[Tensor<1>], mut x: Tensor<4>, pairs: &[[Affine; 2]]) -> Tensor<4> {
    for [first, second] in pairs {
        let inner = relu(first.neighbours(values, x.clone()));
        x = relu(x + second.neighbours(values, inner));
    }
    x
}

/// The largest of each `2 × 2` block; an odd last row or column is left out.
fn largest(x: Tensor<4>) -> Tensor<4> {
    max_pool2d(x, MaxPoolOptions::new([2, 2]))
}

/// The mean of each `2 × 2` block; an odd last row or column is left out.
fn mean(x: Tensor<4>) -> Tensor<4> {
    avg_pool2d(x, AvgPoolOptions::new([2, 2]))
}
