//! How far apart modes are learned, without weights and with `γ = ½`, in closed form: `cargo run --package ufm-theory --example windows`

use ufm_theory::{
    TheoryError,
    problem::{StepProfile, Weighting},
    spectrum::StepSpectrum,
    windows,
};

fn main() -> Result<(), TheoryError> {
    println!("{:>6}  {:>12}  {:>8}", "R", "no weights", "γ = ½");
    for exponent in 0..=12 {
        let ratio = 10_f64.powi(exponent);
        let step = StepProfile::halves(10, ratio)?;
        let window = |gamma| -> Result<f64, TheoryError> {
            let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
            Ok(windows::limiting(&spectrum).relative)
        };
        println!(
            "{ratio:>6.0e}  {:>12.3}  {:>8.6}",
            window(0.0)?,
            window(0.5)?
        );
    }
    println!("bound for γ = ½ at every R: {:.6}", windows::SUPREMUM);
    Ok(())
}
