//! The ways to find a trajectory.

use crate::matrices::Frame;

/// How a trajectory is found, from the cheapest to the one that assumes least. Where two are exact they agree; that is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Solver {
    /// A logistic function per mode, nothing integrated, at any `δ`. Squared loss, from spectral starts, where no mode meets another: one weight for
    /// all classes, or the projected flow of a STEP problem.
    Logistic,
    /// The closed form of a matrix Riccati equation, at any time. Squared loss, one weight for all classes, a balanced start (`WᵀW = HHᵀ`), random or not.
    Riccati,
    /// A few coupled numbers, whatever `k` and `N`, at any `δ`: two logistic modes and three numbers under the squared loss, five under the
    /// cross-entropy. Gradient flow of STEP problems from spectral starts.
    Reduced,
    /// Matrices with one feature vector per class: `k d` unknowns in `H`, and sizes need not be whole. Exact from spectral starts, which are constant
    /// on classes: what differs within a class stays exactly zero.
    ClassMeans,
    /// Matrices of class means and, for the classes of one weight and group, a factor of their within-class scatter: at most `k d` and `d²` unknowns
    /// in `H` a factor, whatever `N`. Squared loss, any start: the flow depends on no more.
    Scatters,
    /// Matrices with one feature vector per sample: all `N d` unknowns in `H`. Any loss, any start.
    Samples,
}

impl Solver {
    /// What a solver on matrices carries along.
    pub(crate) const fn frame(self) -> Option<Frame> {
        match self {
            Self::Logistic | Self::Riccati | Self::Reduced => None,
            Self::ClassMeans => Some(Frame::ClassConstant),
            Self::Scatters => Some(Frame::Scatter),
            Self::Samples => Some(Frame::Full),
        }
    }
}
