//! Differences within classes, reduced to a factor of their scatter.
//!
//! Let `F` (`d × M`) be the columns of `H̃` that differ within classes of one weight `ω`. Labels are zero there, so
//! `Ḟ = −ω W̃ᵀW̃ F`, and `W̃` meets them in `−ω W̃ F Fᵀ` alone: the flow sees no more of them than their within-class scatter
//! `F Fᵀ` (`d × d`). With `F = L Q`, `Q Qᵀ = I`, the factor `L` (`d × min(d, M)`) follows the equation of `F`, its scatter is that of
//! `F`, and `L(t) Q` is `F(t)`: an exact reduction whose cost does not depend on the number of samples, and which loses no sample.
//! The factor and not the scatter is integrated: it keeps the scatter positive and has half its exponents. Classes of one weight
//! but of several groups have a factor for each, so that groups can be told apart in what is measured.
//!
//! If `F` is random with independent normal entries nobody need draw it: `L` is triangular with entries `χ` on and normal
//! below the diagonal (Bartlett 1933, *On the theory of statistical regression*).

use std::ops::Range;

use nalgebra::DMatrix;

use crate::{Problem, SimulationError, start::random::Gaussian};

/// The blocks of one problem.
#[derive(Debug, Clone)]
pub(crate) struct Scatter {
    blocks: Vec<Block>,
    /// Sample counts, if the samples can be laid out again.
    counts: Option<Vec<usize>>,
}

/// The within-class differences of the classes of one weight and one group.
#[derive(Debug, Clone)]
struct Block {
    /// The first of the classes.
    class: usize,
    /// Number of columns of `F`.
    members: usize,
    /// Those columns, among the within-class columns of the full frame.
    places: Vec<Range<usize>>,
    /// Number of columns of `L`.
    columns: usize,
    /// `Qᵀ`, `M × columns`.
    basis: Option<DMatrix<f64>>,
}

impl Scatter {
    pub(crate) fn new(problem: &Problem, dimension: usize) -> Result<Self, SimulationError> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut first = 0;
        let of = |class: usize| (problem.class_weights()[class], problem.groups()[class]);
        for (class, count) in problem.profile().counts()?.into_iter().enumerate() {
            let place = first..first + count - 1;
            first = place.end;
            match blocks.iter_mut().find(|block| of(block.class) == of(class)) {
                Some(block) => block.places.push(place),
                None => blocks.push(Block {
                    class,
                    members: 0,
                    places: vec![place],
                    columns: 0,
                    basis: None,
                }),
            }
        }
        for block in &mut blocks {
            block.members = block.places.iter().map(Range::len).sum();
            block.columns = block.members.min(dimension);
        }
        blocks.retain(|block| block.members > 0);
        Ok(Self {
            blocks,
            counts: None,
        })
    }

    /// Columns of all factors.
    pub(crate) fn columns(&self) -> usize {
        self.blocks.iter().map(|block| block.columns).sum()
    }

    /// A class and the number of columns of each factor.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (usize, usize)> {
        self.blocks.iter().map(|block| (block.class, block.columns))
    }

    /// Sample counts, if the samples can be laid out again.
    pub(crate) fn counts(&self) -> Option<&[usize]> {
        self.counts.as_deref()
    }

    /// One row of all factors taken back to the within-class columns of the full frame.
    pub(crate) fn laid_out(&self, factors: &[f64]) -> Vec<f64> {
        let total = self.blocks.iter().map(|block| block.members).sum();
        let mut row = vec![0.0; total];
        let mut first = 0;
        for block in &self.blocks {
            let factor = &factors[first..first + block.columns];
            first += block.columns;
            let Some(basis) = &block.basis else { continue };
            for (member, place) in block.places.iter().cloned().flatten().enumerate() {
                row[place] = basis
                    .row(member)
                    .iter()
                    .zip(factor)
                    .map(|(q, l)| q * l)
                    .sum();
            }
        }
        row
    }

    /// The factors of given within-class columns of the full frame, row by row, and from now on the way back.
    pub(crate) fn condense(&mut self, rows: &[&[f64]], counts: &[usize]) -> Vec<Vec<f64>> {
        self.counts = Some(counts.to_vec());
        let mut factors = vec![Vec::with_capacity(self.columns()); rows.len()];
        for block in &mut self.blocks {
            let places: Vec<usize> = block.places.iter().cloned().flatten().collect();
            let transposed = DMatrix::from_fn(block.members, rows.len(), |m, l| rows[l][places[m]]);
            let size = match transposed.amax() {
                size if size > 0.0 => size, // squares of e^(−350) do not underflow by much, but why risk it
                _ => 1.0,
            };
            let qr = (transposed / size).qr();
            append(&mut factors, &(qr.r() * size));
            block.basis = Some(qr.q());
        }
        factors
    }

    /// The factors of independent normal numbers, row by row: `Qᵀ` is not drawn.
    pub(crate) fn draw(&self, random: &mut Gaussian, dimension: usize) -> Vec<Vec<f64>> {
        let mut factors = vec![Vec::with_capacity(self.columns()); dimension];
        for block in &self.blocks {
            append(
                &mut factors,
                &random.triangle(block.members, block.columns, dimension),
            );
        }
        factors
    }
}

/// Appends `Lᵀ`, whose column `l` belongs to row `l` of `H̃`.
fn append(factors: &mut [Vec<f64>], transposed: &DMatrix<f64>) {
    for (row, column) in factors.iter_mut().zip(transposed.column_iter()) {
        row.extend(column.iter());
    }
}
