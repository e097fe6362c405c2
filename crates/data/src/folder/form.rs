//! What images are brought to.

use crate::DataError;

/// Longest side of an image that is decoded, in pixels.
pub const MAX_SIDE: u32 = 1 << 14;
/// Longest side that images are resized to, in pixels.
pub const MAX_RESIZED: u32 = 1 << 12;

/// What an image has for each pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One value. Of a coloured image it is the luminance `0.2126 R + 0.7152 G + 0.0722 B`, to a whole byte.
    Grey,
    /// Red, green and blue; three equal values of a grey image.
    Rgb,
}

impl Colour {
    /// Values of a pixel: 1 or 3.
    ///
    /// ```
    /// use ufm_data::folder::Colour;
    /// assert_eq!((Colour::Grey.channels(), Colour::Rgb.channels()), (1, 3));
    /// ```
    pub fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// How an image comes to have the size that all must have. Resizing is linear interpolation, over all pixels that a new one covers where the image
/// becomes smaller (the triangle filter of the crate `image`), before colours are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It must have it already.
    Exact,
    /// It is resized, whatever that does to its proportions.
    Stretch,
    /// The largest part in its middle that has the proportions of the new size is resized; where it cannot be in the very middle, it
    /// is half a pixel up or left of it.
    Crop,
}

/// What images are brought to: one size, grey or colour. Values are bytes (16 bits are rounded to 8, opacity is left out) scaled by 1/255, laid out as in
/// [`Samples`](crate::Samples).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    width: u32,
    height: u32,
    fit: Fit,
    colour: Colour,
}

impl Form {
    /// Images of `width × height` pixels.
    ///
    /// ```
    /// use ufm_data::folder::{Colour, Fit, Form};
    /// let form = Form::new(32, 24, Fit::Stretch, Colour::Rgb)?;
    /// assert_eq!((form.width(), form.height(), form.values()), (32, 24, 2304));
    /// let message = Form::new(32, 5000, Fit::Stretch, Colour::Rgb).unwrap_err().to_string();
    /// assert_eq!(message, "image height = 5000 is not allowed: it must be in 1 … 4096");
    /// # Ok::<(), ufm_data::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError::Domain`] if a side is not in 1 … [`MAX_RESIZED`], or [`MAX_SIDE`] where nothing is resized.
    pub fn new(width: u32, height: u32, fit: Fit, colour: Colour) -> Result<Self, DataError> {
        let most = match fit {
            Fit::Exact => MAX_SIDE,
            Fit::Stretch | Fit::Crop => MAX_RESIZED,
        };
        for (what, side) in [("image width", width), ("image height", height)] {
            if !(1..=most).contains(&side) {
                return Err(DataError::domain(what, side, format!("in 1 … {most}")));
            }
        }
        Ok(Self {
            width,
            height,
            fit,
            colour,
        })
    }

    /// Columns.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How images come to have this size.
    pub fn fit(&self) -> Fit {
        self.fit
    }

    /// Grey or colour.
    pub fn colour(&self) -> Colour {
        self.colour
    }

    /// Values of an image: `width · height · channels`.
    pub fn values(&self) -> usize {
        self.width as usize * self.height as usize * self.colour.channels()
    }
}
