//! `ufm advise`: which loss weights a data set asks for, and when to stop.
//!
//! Times are `1/rate`, the limit of small starts; rates are the singular values of `ZΩ` for free features and of `ZΩXᵀ` for given ones
//! ([`ufm_theory::exact_flow::growth`], [`ufm_theory::features`]).

mod advice;
mod features;
mod growth;
mod input;
mod report;

pub use advice::{
    Advice, Class, EXPONENTS, GivenView, Groups, ModeTimes, Recommendation, Times, View, Weights,
    advise,
};
pub use features::{Accumulator, Columns};
pub use input::{DataSet, Features, Input};

use std::io::Write as _;

use crate::{CliError, Outcome, cli::AdviseArgs};

/// Carries out `ufm advise`.
///
/// # Errors
/// If the input is not allowed or standard output cannot be written.
pub fn run(arguments: &AdviseArgs) -> Result<Outcome, CliError> {
    let data = Input::of(arguments).read()?;
    let advice = advise(&data, &arguments.majority)?;
    let text = if arguments.json {
        // Names and numbers: serialising them cannot fail.
        serde_json::to_string_pretty(&advice).unwrap_or_default() + "\n"
    } else {
        report::text(&advice)
    };
    std::io::stdout()
        .write_all(text.as_bytes())
        .map(|()| Outcome::Done)
        .map_err(CliError::Output)
}
