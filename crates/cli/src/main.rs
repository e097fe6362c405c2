//! `ufm`: advice on loss weights, and sweeps. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ufm_cli::main()
}
