//! Layers with their derivatives: 3 × 3 convolution, 2 × 2 maximum, rectifier, affine map.
//!
//! Images are stored sample by sample, row by row, with the channels of a pixel side by side, so that a convolution is one
//! matrix product: the `3·3·C` values around each output pixel form a row of a matrix with `batch·height·width` rows, and the weights a
//! `9C × O` matrix. All matrix products are `faer`'s, in single precision and in one thread: the same input gives the
//! same bits, however many networks are trained at once.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};

use crate::architecture::ImageSize;

/// A matrix in single precision, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// All zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            values: vec![0.0; rows * columns],
        }
    }

    /// Of the given values, filled up with zeros or cut to the size.
    pub fn from_values(rows: usize, columns: usize, mut values: Vec<f32>) -> Self {
        values.resize(rows * columns, 0.0);
        Self {
            rows,
            columns,
            values,
        }
    }

    /// The number of rows.
    pub fn nrows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn ncols(&self) -> usize {
        self.columns
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values, to be changed.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Gives it another number of rows; their values are whatever was there, or zero.
    pub fn set_rows(&mut self, rows: usize) {
        self.rows = rows;
        self.values.resize(rows * self.columns, 0.0);
    }

    /// Sets every value to zero.
    pub fn clear(&mut self) {
        self.values.fill(0.0);
    }

    /// The rows, one slice each.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.columns.max(1))
    }

    /// The rows, to be changed.
    pub fn rows_mut(&mut self) -> std::slice::ChunksExactMut<'_, f32> {
        self.values.chunks_exact_mut(self.columns.max(1))
    }

    fn view(&self) -> MatRef<'_, f32> {
        MatRef::from_row_major_slice(&self.values, self.rows, self.columns)
    }

    fn view_mut(&mut self) -> MatMut<'_, f32> {
        MatMut::from_row_major_slice_mut(&mut self.values, self.rows, self.columns)
    }
}

/// Adds `a b` to what `y` holds, or puts it in its place.
fn product(y: &mut Matrix, how: Accum, a: MatRef<'_, f32>, b: MatRef<'_, f32>) {
    matmul(y.view_mut(), how, a, b, 1.0, Par::Seq);
}

/// Sizes of a batch of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Images.
    pub batch: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// Values of a pixel.
    pub channels: usize,
}

impl Shape {
    /// One image.
    pub fn one(image: ImageSize) -> Self {
        Self {
            batch: 1,
            height: image.height,
            width: image.width,
            channels: image.channels,
        }
    }

    /// Pixels of the whole batch.
    pub fn pixels(&self) -> usize {
        self.batch * self.height * self.width
    }

    /// Values of the whole batch.
    pub fn values(&self) -> usize {
        self.pixels() * self.channels
    }
}

/// An affine map of rows: `Y = X W + 1 bᵀ`. A convolution is one, of the rows that [`patches`] makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Affine {
    /// `W`, inputs × outputs.
    pub weight: Matrix,
    /// `b`, one value for each output.
    pub bias: Vec<f32>,
}

impl Affine {
    /// All zeros.
    pub fn zeros(inputs: usize, outputs: usize) -> Self {
        Self {
            weight: Matrix::zeros(inputs, outputs),
            bias: vec![0.0; outputs],
        }
    }

    /// `Y = X W + 1 bᵀ`, with as many rows as `X`.
    pub fn forward(&self, x: &Matrix, y: &mut Matrix) {
        y.set_rows(x.nrows());
        for row in y.rows_mut() {
            row.copy_from_slice(&self.bias);
        }
        product(y, Accum::Add, x.view(), self.weight.view());
    }

    /// From the derivative of the loss by `Y`: adds its derivative by `W` and `b` to `gradient`.
    pub fn add_gradient(gradient: &mut Affine, x: &Matrix, by_y: &Matrix) {
        let weight = &mut gradient.weight;
        product(weight, Accum::Add, x.view().transpose(), by_y.view());
        for row in by_y.rows() {
            for (sum, value) in gradient.bias.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }

    /// From the derivative of the loss by `Y`: its derivative by `X`.
    pub fn backward(&self, by_y: &Matrix, by_x: &mut Matrix) {
        by_x.set_rows(by_y.nrows());
        let weight = self.weight.view().transpose();
        product(by_x, Accum::Replace, by_y.view(), weight);
    }

    /// Sets every parameter to zero.
    pub fn clear(&mut self) {
        self.weight.clear();
        self.bias.fill(0.0);
    }

    /// All parameters, weights first, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        self.weight.values_mut().iter_mut().chain(&mut self.bias)
    }

    /// All parameters, weights first.
    pub fn values(&self) -> impl Iterator<Item = &f32> {
        self.weight.values().iter().chain(&self.bias)
    }
}

/// The `3 × 3` neighbourhoods of all pixels, zeros outside the image: into `rows`, `pixels × 9C`.
pub fn patches(x: &[f32], shape: Shape, rows: &mut Matrix) {
    rows.set_rows(shape.pixels());
    // Copies of a length known to the compiler are several times as fast.
    match shape.channels {
        1 => patches_of::<1>(x, shape, rows),
        16 => patches_of::<16>(x, shape, rows),
        32 => patches_of::<32>(x, shape, rows),
        _ => {
            rows.clear();
            let c = shape.channels;
            let rows = rows.values_mut();
            for_each_run(shape, |row, patch, image, length| {
                let (to, from) = (row * 9 * c + patch * c, image * c);
                rows[to..to + length * c].copy_from_slice(&x[from..from + length * c]);
            });
        }
    }
}

/// [`patches`] of `C` channels.
fn patches_of<const C: usize>(x: &[f32], shape: Shape, rows: &mut Matrix) {
    let Shape { height, width, .. } = shape;
    let (x, _) = x.as_chunks::<C>();
    let (to, _) = rows.values_mut().as_chunks_mut::<C>();
    // Each pixel has nine neighbours of `C` values.
    for (pixel, to) in to.chunks_exact_mut(9).enumerate() {
        let (line, column) = (pixel / width, pixel % width);
        let y = line % height;
        for (dy, to) in to.chunks_exact_mut(3).enumerate() {
            if y + dy == 0 || y + dy > height {
                to.fill([0.0; C]);
                continue;
            }
            // The middle one; `line + dy ≥ 1` as `y + dy ≥ 1`.
            let from = (line + dy - 1) * width + column;
            to[0] = if column > 0 { x[from - 1] } else { [0.0; C] };
            to[1] = x[from];
            to[2] = if column + 1 < width {
                x[from + 1]
            } else {
                [0.0; C]
            };
        }
    }
}

/// The transpose of [`patches`]: every entry of a neighbourhood is added to the pixel it came from, in `by_x`.
pub fn gather(by_patches: &Matrix, shape: Shape, by_x: &mut Vec<f32>) {
    by_x.clear();
    by_x.resize(shape.values(), 0.0);
    let c = shape.channels;
    let rows = by_patches.values();
    for_each_run(shape, |row, patch, image, length| {
        let (from, to) = (row * 9 * c + patch * c, image * c);
        for (sum, value) in by_x[to..to + length * c].iter_mut().zip(&rows[from..]) {
            *sum += value;
        }
    });
}

/// Calls `visit(pixel, position in its neighbourhood, first pixel found there, how many in a row)` for every row of every
/// neighbourhood, less what lies outside the image.
fn for_each_run(shape: Shape, mut visit: impl FnMut(usize, usize, usize, usize)) {
    let Shape { height, width, .. } = shape;
    for image in 0..shape.batch {
        for y in 0..height {
            for dy in 0..3 {
                // Row `y + dy − 1` of the image.
                if y + dy == 0 || y + dy > height {
                    continue;
                }
                let line = (image * height + y + dy - 1) * width;
                for x in 0..width {
                    let first = x.saturating_sub(1);
                    let last = (x + 1).min(width - 1);
                    let skipped = first + 1 - x;
                    visit(
                        (image * height + y) * width + x,
                        3 * dy + skipped,
                        line + first,
                        last + 1 - first,
                    );
                }
            }
        }
    }
}

/// The largest of each `2 × 2` block, or zero if all are negative, and where it was found: the maximum and the rectifier at
/// once, as they commute. An odd last row or column is left out.
pub fn pool(x: &[f32], shape: Shape, values: &mut Vec<f32>, origins: &mut Vec<u32>) -> Shape {
    let pooled = Shape {
        height: shape.height / 2,
        width: shape.width / 2,
        ..shape
    };
    let c = shape.channels;
    values.clear();
    values.resize(pooled.values(), 0.0);
    origins.clear();
    origins.resize(pooled.values(), u32::MAX);
    let blocks = values.chunks_exact_mut(c).zip(origins.chunks_exact_mut(c));
    for (block, (values, origins)) in blocks.enumerate() {
        let (line, column) = (block / pooled.width, block % pooled.width);
        let (image, y) = (line / pooled.height, line % pooled.height);
        let upper = (image * shape.height + 2 * y) * shape.width + 2 * column;
        let firsts = [
            upper,
            upper + 1,
            upper + shape.width,
            upper + shape.width + 1,
        ]
        .map(|p| p * c);
        let pixels = firsts.map(|first| &x[first..][..c]);
        let firsts = firsts.map(|first| first as u32);
        // Neither a branch nor a sum that is checked, so that it is done in vectors: a third of the time.
        for (channel, (value, origin)) in values.iter_mut().zip(origins).enumerate() {
            let (mut largest, mut from) = (0.0, u32::MAX);
            for (pixel, first) in pixels.iter().zip(firsts) {
                let larger = pixel[channel] > largest;
                largest = if larger { pixel[channel] } else { largest };
                from = if larger {
                    first.wrapping_add(channel as u32)
                } else {
                    from
                };
            }
            (*value, *origin) = (largest, from);
        }
    }
    pooled
}

/// From the derivative by the output of [`pool`]: that by its input, whose size `by_input` has.
pub fn unpool(by_output: &[f32], origins: &[u32], by_input: &mut Matrix) {
    by_input.clear();
    let by_input = by_input.values_mut();
    for (by, &origin) in by_output.iter().zip(origins) {
        if let Some(target) = by_input.get_mut(origin as usize) {
            *target += by;
        }
    }
}

/// The rectifier, `max(x, 0)`, in place.
pub fn rectify(x: &mut [f32]) {
    for value in x {
        *value = value.max(0.0);
    }
}

/// Copies the derivative by the output of [`rectify`], with zero where the output is zero.
pub fn unrectify(by_output: &[f32], output: &[f32], by_input: &mut Matrix) {
    let by = by_output.iter().zip(output);
    for (to, (&by, &value)) in by_input.values_mut().iter_mut().zip(by) {
        *to = if value <= 0.0 { 0.0 } else { by };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        batch: 2,
        height: 4,
        width: 5,
        channels: 3,
    };

    fn numbers(n: usize) -> Vec<f32> {
        (0..n)
            .map(|i| ((i * 7919 + 13) % 101) as f32 / 50.0 - 1.0)
            .collect()
    }

    #[test]
    fn patches_are_the_neighbours_with_zeros_outside() {
        let x = numbers(SHAPE.values());
        let mut rows = Matrix::from_values(SHAPE.pixels(), 27, vec![f32::NAN; 27 * SHAPE.pixels()]);
        patches(&x, SHAPE, &mut rows);
        for b in 0..2 {
            for y in 0..4_i32 {
                for column in 0..5_i32 {
                    for (dy, dx, c) in (0..27).map(|i| (i / 9, i / 3 % 3, i % 3)) {
                        let (iy, ix) = (y + dy - 1, column + dx - 1);
                        let inside = (0..4).contains(&iy) && (0..5).contains(&ix);
                        let expected = if inside {
                            x[((b * 4 + iy as usize) * 5 + ix as usize) * 3 + c as usize]
                        } else {
                            0.0
                        };
                        let row = (b * 4 + y as usize) * 5 + column as usize;
                        assert_eq!(
                            rows.values()[row * 27 + (dy * 9 + dx * 3 + c) as usize],
                            expected
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn channels_with_a_copy_of_their_own_give_the_same_patches() {
        for channels in [1, 16, 32] {
            for (height, width) in [(4, 5), (1, 1), (3, 1)] {
                let shape = Shape {
                    height,
                    width,
                    channels,
                    ..SHAPE
                };
                let x = numbers(shape.values());
                let mut found = Matrix::zeros(0, 9 * channels);
                patches(&x, shape, &mut found);
                let mut wanted = vec![0.0; 9 * shape.values()];
                for_each_run(shape, |row, patch, image, length| {
                    for i in 0..length * channels {
                        wanted[(row * 9 + patch) * channels + i] = x[image * channels + i];
                    }
                });
                assert_eq!(found.values(), wanted, "{shape:?}");
            }
        }
    }

    #[test]
    fn gather_is_the_transpose_of_patches() {
        let (x, g) = (numbers(SHAPE.values()), numbers(SHAPE.pixels() * 27));
        let g = Matrix::from_values(SHAPE.pixels(), 27, g);
        let mut p = Matrix::zeros(0, 27);
        patches(&x, SHAPE, &mut p);
        let left: f32 = p.values().iter().zip(g.values()).map(|(a, b)| a * b).sum();
        let mut by_x = Vec::new();
        gather(&g, SHAPE, &mut by_x);
        let right: f32 = by_x.iter().zip(&x).map(|(a, b)| a * b).sum();
        assert!((left - right).abs() < 1e-3, "{left} {right}");
    }

    #[test]
    fn pooling_keeps_the_largest_positive_value_and_where_it_was() {
        let x = numbers(SHAPE.values());
        let (mut values, mut origins) = (Vec::new(), Vec::new());
        let pooled = pool(&x, SHAPE, &mut values, &mut origins);
        assert_eq!((pooled.height, pooled.width), (2, 2));
        for (value, origin) in values.iter().zip(&origins) {
            if *origin == u32::MAX {
                assert_eq!(*value, 0.0);
            } else {
                assert_eq!(*value, x[*origin as usize]);
            }
        }
        let largest = [0, 3, 15, 18].map(|i| x[i]).into_iter().fold(0.0, f32::max);
        assert_eq!(values[0], largest);
        let mut back = Matrix::from_values(SHAPE.pixels(), 3, vec![f32::NAN; x.len()]);
        unpool(&vec![1.0; values.len()], &origins, &mut back);
        let found = origins.iter().filter(|o| **o != u32::MAX).count();
        assert_eq!(back.values().iter().sum::<f32>(), found as f32);
    }
}
