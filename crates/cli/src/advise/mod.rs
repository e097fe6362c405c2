//! `ufm advise`.
use crate::{CliError, Outcome, cli::AdviseArgs};
/// Stub.
///
/// # Errors
/// None.
pub fn run(_: &AdviseArgs) -> Result<Outcome, CliError> { Ok(Outcome::Done) }
