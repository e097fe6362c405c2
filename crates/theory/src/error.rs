//! Everything that can be wrong with the input of this crate.

/// A value outside the domain of the theory: what was given and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TheoryError {
    /// The imbalance ratio is below one or not finite.
    #[error("imbalance ratio R = {} is not allowed: R must be a finite number, at least 1", short(*.0))]
    ImbalanceRatio(f64),
    /// The weight exponent is not finite.
    #[error("weight exponent gamma = {} is not allowed: it must be a finite number", short(*.0))]
    Exponent(f64),
    /// The initialisation scale is not a positive finite number.
    #[error("initialisation scale delta = {} is not allowed: it must be finite and above 0", short(*.0))]
    Scale(f64),
    /// A number outside its domain.
    #[error("{what}{space}{} is not allowed: {allowed}", short(*found), space = if what.is_empty() { "" } else { " " })]
    Domain {
        /// What the number is; may be empty.
        what: &'static str,
        /// The number that was given.
        found: f64,
        /// The domain, in words.
        allowed: String,
    },
    /// A list is empty or too long.
    #[error("a list of {found} values is not allowed: 1 to {most} are")]
    ListLength {
        /// How many values were given.
        found: usize,
        /// How many are allowed.
        most: usize,
    },
    /// A value occurs twice in a list; its second place, from 1.
    #[error("value {0} of the list occurs before: values must be different")]
    Repeated(usize),
    /// A group of classes is empty.
    #[error(
        "a STEP profile with {majority} majority and {minority} minority classes is not allowed: each group needs at least 1 class"
    )]
    EmptyGroup {
        /// Number of majority classes asked for.
        majority: usize,
        /// Number of minority classes asked for.
        minority: usize,
    },
    /// Equal halves asked of an odd number of classes, or of fewer than two.
    #[error("k = {0} classes cannot be split into equal halves: k must be even and at least 2")]
    OddClasses(usize),
    /// Fewer than two classes.
    #[error("a profile of {0} classes is not allowed: at least 2 are needed")]
    TooFewClasses(usize),
    /// A class size is not a positive finite number.
    #[error("class {class} has size {}: sizes must be finite and above 0", short(*size))]
    ClassSize {
        /// Index of the class, from 0.
        class: usize,
        /// Size of that class.
        size: f64,
    },
    /// Samples are to be laid out but a class size is not a whole number.
    #[error(
        "class {class} has size {}, which is no whole number of samples (at most {max})",
        short(*size),
        max = crate::problem::MAX_COUNT
    )]
    NotACount {
        /// Index of the class, from 0.
        class: usize,
        /// Size of that class.
        size: f64,
    },
    /// A weight is too large or too small for double precision.
    #[error(
        "the weight of class {class} is e^{ln_weight}, beyond double precision: use a smaller |gamma|, or the logarithmic weights"
    )]
    WeightRange {
        /// Index of the class, from 0.
        class: usize,
        /// Natural logarithm of its weight.
        ln_weight: f64,
    },
    /// The initial amplitude is not below the amplitude to be learned.
    #[error(
        "the initial amplitude e^{ln_initial} is not below the singular value e^{ln_sigma}: use a larger delta"
    )]
    StartAboveTarget {
        /// Natural logarithm of the initial amplitude.
        ln_initial: f64,
        /// Natural logarithm of the singular value.
        ln_sigma: f64,
    },
    /// The initial amplitude is not below half of the amplitude to be learned.
    #[error(
        "the initial amplitude is e^{ln_fraction} of the singular value, not below half of it: use a larger delta"
    )]
    StartAboveHalf {
        /// Natural logarithm of the initial amplitude over the singular value.
        ln_fraction: f64,
    },
    /// A fraction of the final amplitude outside the open unit interval.
    #[error("fraction {} is not allowed: it must lie strictly between 0 and 1", short(*.0))]
    Fraction(f64),
    /// A share outside the unit interval.
    #[error("share alpha = {} of common features is not allowed: it must lie between 0 and 1", short(*.0))]
    Sharing(f64),
    /// A label that names no class.
    #[error(
        "sample {sample} has label {label}: labels must be below the number of classes, {classes}"
    )]
    Label {
        /// Index of the sample, from 0.
        sample: usize,
        /// The label it has.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A sample has a feature that is not a finite number.
    #[error("sample {0} has a feature that is not finite")]
    Feature(usize),
    /// A number of classes, rows or columns does not fit.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// The count that fits.
        expected: usize,
        /// The count found.
        found: usize,
    },
    /// The rotations of a singular value decomposition do not end.
    #[error("the singular value decomposition of the class sums of {0} classes does not converge")]
    NoConvergence(usize),
}

/// A number in a message: as it is where that takes few digits, else with an exponent.
fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() || (1e-6..1e15).contains(&value.abs()) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}
