//! What can go wrong.

/// Why the report could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A formula could not be converted.
    #[error("formula `{formula}`: {message}")]
    Formula {
        /// The LaTeX.
        formula: String,
        /// What is wrong with it.
        message: String,
    },
    /// A closed form was asked for outside its domain.
    #[error(transparent)]
    Theory(#[from] ufm_theory::TheoryError),
    /// A value does not serialise.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}
