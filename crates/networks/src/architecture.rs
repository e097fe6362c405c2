//! The networks by name, and their layers as every engine reads them.

use serde::{Deserialize, Serialize};

/// Which network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// One affine map from pixels to logits: it fits what can be separated by hyperplanes.
    Linear,
    /// Two fully connected layers with rectifiers, of equal width, 128 unless the plan says otherwise.
    Mlp,
    /// Two convolutions, 16-32 channels, the first followed by a maximum, for images of 8 × 8 pixels.
    SmallCnn,
    /// Three convolutions, 16-32-64 channels, the first two followed by a maximum: the paper's "3-layer CNN" as far as it is described.
    Cnn,
    /// A residual network without normalisation (He et al. 2016): a convolution, then pairs of convolutions that are added to what they read.
    Residual,
    /// A small vision transformer (Dosovitskiy et al. 2021): patches of 4 × 4 pixels, blocks of attention, the mean over patches.
    VisionTransformer,
}

/// The size of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSize {
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
}

impl ImageSize {
    /// Of the images of a set of samples.
    pub fn of(samples: &ufm_data::Samples) -> Self {
        Self {
            height: samples.height(),
            width: samples.width(),
            channels: samples.channels(),
        }
    }

    /// Values of an image.
    pub fn values(&self) -> usize {
        self.height * self.width * self.channels
    }
}

/// A layer before the last, which is always affine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// A convolution of `3 × 3` neighbourhoods, zeros outside the image, and a rectifier; the largest of each `2 × 2` block if `pooled`.
    Convolution {
        /// Output channels.
        channels: usize,
        /// Whether a maximum follows.
        pooled: bool,
    },
    /// A fully connected layer and a rectifier.
    Dense {
        /// Outputs.
        outputs: usize,
    },
}

impl Architecture {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Linear,
        Self::Mlp,
        Self::SmallCnn,
        Self::Cnn,
        Self::Residual,
        Self::VisionTransformer,
    ];

    /// Its name in parameter files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Mlp => "mlp",
            Self::SmallCnn => "small-cnn",
            Self::Cnn => "cnn",
            Self::Residual => "residual",
            Self::VisionTransformer => "vision-transformer",
        }
    }

    /// Its width where the plan says nothing: channels of the first convolution, outputs of a fully connected layer, or values of a patch. None for the
    /// linear map, which has no width.
    pub const fn default_width(self) -> Option<usize> {
        match self {
            Self::Linear => None,
            Self::Mlp => Some(128),
            Self::SmallCnn | Self::Cnn | Self::Residual => Some(16),
            Self::VisionTransformer => Some(64),
        }
    }

    /// The layers before the last, in order, for networks that are a chain of convolutions and fully connected layers; none for the others. Widths of
    /// convolutions are multiples of `width`.
    ///
    /// ```
    /// use ufm_networks::architecture::{Architecture, Layer};
    /// assert_eq!(Architecture::Linear.chain(None), Some(vec![]));
    /// let layers = Architecture::SmallCnn.chain(Some(4)).unwrap();
    /// assert_eq!(layers[1], Layer::Convolution { channels: 8, pooled: false });
    /// assert_eq!(Architecture::VisionTransformer.chain(None), None);
    /// ```
    pub fn chain(self, width: Option<usize>) -> Option<Vec<Layer>> {
        let width = width.or(self.default_width()).unwrap_or(0);
        let convolution = |times: usize, pooled| Layer::Convolution {
            channels: times * width,
            pooled,
        };
        match self {
            Self::Linear => Some(Vec::new()),
            Self::Mlp => Some(vec![Layer::Dense { outputs: width }; 2]),
            Self::SmallCnn => Some(vec![convolution(1, true), convolution(2, false)]),
            Self::Cnn => Some(vec![
                convolution(1, true),
                convolution(2, true),
                convolution(4, false),
            ]),
            Self::Residual | Self::VisionTransformer => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_parameter_files() -> Result<(), serde_json::Error> {
        for architecture in Architecture::ALL {
            let name = serde_json::Value::from(architecture.name());
            assert_eq!(serde_json::from_value::<Architecture>(name)?, architecture);
        }
        Ok(())
    }
}
