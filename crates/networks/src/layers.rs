//! Layers with their derivatives: 3 × 3 convolution, 2 × 2 maximum, rectifier, affine map.
//!
//! Images are stored sample by sample, row by row, with the channels of a pixel side by side, so that a convolution is one
//! matrix product: the `3·3·C` values around each output pixel form a row of a matrix with `batch·height·width` rows, and the weights a
//! `9C × O` matrix. All matrix products are `faer`'s, in single precision and in one thread: the same input gives the
//! same bits, however many networks are trained at once.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};

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

    /// All values, row by row.
    pub fn into_values(self) -> Vec<f32> {
        self.values
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

/// Adds `a b` to `sum`.
fn add_product(sum: &mut Matrix, a: MatRef<'_, f32>, b: MatRef<'_, f32>) {
    matmul(sum.view_mut(), Accum::Add, a, b, 1.0, Par::Seq);
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

    /// `X W + 1 bᵀ`.
    pub fn forward(&self, x: &Matrix) -> Matrix {
        let rows = self.bias.repeat(x.nrows());
        let mut y = Matrix::from_values(x.nrows(), self.bias.len(), rows);
        add_product(&mut y, x.view(), self.weight.view());
        y
    }

    /// From the derivative of the loss by `Y`: its derivative by `W` and `b`.
    pub fn gradient(&self, x: &Matrix, by_y: &Matrix) -> Affine {
        let mut gradient = Affine::zeros(self.weight.nrows(), self.weight.ncols());
        add_product(&mut gradient.weight, x.view().transpose(), by_y.view());
        for row in by_y.rows() {
            for (sum, value) in gradient.bias.iter_mut().zip(row) {
                *sum += value;
            }
        }
        gradient
    }

    /// From the derivative of the loss by `Y`: its derivative by `X`.
    pub fn backward(&self, by_y: &Matrix) -> Matrix {
        let mut by_x = Matrix::zeros(by_y.nrows(), self.weight.nrows());
        add_product(&mut by_x, by_y.view(), self.weight.view().transpose());
        by_x
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

/// The `3 × 3` neighbourhoods of all pixels, zeros outside the image: `pixels × 9C`.
pub fn patches(x: &[f32], shape: Shape) -> Matrix {
    let c = shape.channels;
    let mut rows = vec![0.0; shape.pixels() * 9 * c];
    for_each_run(shape, |row, patch, image, length| {
        let (to, from) = (row * 9 * c + patch * c, image * c);
        rows[to..to + length * c].copy_from_slice(&x[from..from + length * c]);
    });
    Matrix::from_values(shape.pixels(), 9 * c, rows)
}

/// The transpose of [`patches`]: adds every entry of a neighbourhood to the pixel it came from.
pub fn gather(by_patches: &Matrix, shape: Shape) -> Vec<f32> {
    let c = shape.channels;
    let mut by_x = vec![0.0; shape.values()];
    let rows = by_patches.values();
    for_each_run(shape, |row, patch, image, length| {
        let (from, to) = (row * 9 * c + patch * c, image * c);
        for (sum, value) in by_x[to..to + length * c].iter_mut().zip(&rows[from..]) {
            *sum += value;
        }
    });
    by_x
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
pub fn pool(x: &[f32], shape: Shape) -> (Vec<f32>, Vec<u32>, Shape) {
    let pooled = Shape {
        height: shape.height / 2,
        width: shape.width / 2,
        ..shape
    };
    let c = shape.channels;
    let mut values = vec![0.0_f32; pooled.values()];
    let mut origins = vec![u32::MAX; pooled.values()];
    let mut at = 0;
    for image in 0..pooled.batch {
        for y in 0..pooled.height {
            for x_out in 0..pooled.width {
                let (values, origins) = (&mut values[at..at + c], &mut origins[at..at + c]);
                at += c;
                for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let pixel = (image * shape.height + 2 * y + dy) * shape.width + 2 * x_out + dx;
                    let candidates = &x[pixel * c..(pixel + 1) * c];
                    for (channel, candidate) in candidates.iter().enumerate() {
                        if *candidate > values[channel] {
                            values[channel] = *candidate;
                            origins[channel] = (pixel * c + channel) as u32;
                        }
                    }
                }
            }
        }
    }
    (values, origins, pooled)
}

/// From the derivative by the output of [`pool`]: that by its input, of `values` numbers.
pub fn unpool(by_output: &[f32], origins: &[u32], values: usize) -> Vec<f32> {
    let mut by_input = vec![0.0; values];
    for (by, &origin) in by_output.iter().zip(origins) {
        if let Some(target) = by_input.get_mut(origin as usize) {
            *target += by;
        }
    }
    by_input
}

/// The rectifier, `max(x, 0)`, in place.
pub fn rectify(x: &mut [f32]) {
    for value in x {
        *value = value.max(0.0);
    }
}

/// Sets the derivative to zero where the output of [`rectify`] is.
pub fn unrectify(by_output: &mut [f32], output: &[f32]) {
    for (by, &value) in by_output.iter_mut().zip(output) {
        if value <= 0.0 {
            *by = 0.0;
        }
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
        let rows = patches(&x, SHAPE);
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
    fn gather_is_the_transpose_of_patches() {
        let (x, g) = (numbers(SHAPE.values()), numbers(SHAPE.pixels() * 27));
        let g = Matrix::from_values(SHAPE.pixels(), 27, g);
        let p = patches(&x, SHAPE);
        let left: f32 = p.values().iter().zip(g.values()).map(|(a, b)| a * b).sum();
        let right: f32 = gather(&g, SHAPE).iter().zip(&x).map(|(a, b)| a * b).sum();
        assert!((left - right).abs() < 1e-3, "{left} {right}");
    }

    #[test]
    fn pooling_keeps_the_largest_positive_value_and_where_it_was() {
        let x = numbers(SHAPE.values());
        let (values, origins, pooled) = pool(&x, SHAPE);
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
        let back = unpool(&vec![1.0; values.len()], &origins, x.len());
        let found = origins.iter().filter(|o| **o != u32::MAX).count();
        assert_eq!(back.iter().sum::<f32>(), found as f32);
    }
}
