//! `ufm-burn`: series of experiments with networks over burn. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ufm_burn::command::main()
}
