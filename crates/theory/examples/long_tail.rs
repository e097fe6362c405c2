//! Class counts of a long tail → when its directions are learned, without weights and with `γ = ½`:
//! `cargo run --package ufm-theory --example long_tail -- 5000 4000 500 50`

use std::{env, error::Error, io, io::Write as _};

use ufm_theory::{
    exact_flow::GrowthRates,
    problem::{ClassProfile, Weighting},
};

fn main() -> Result<(), Box<dyn Error>> {
    let counts: Vec<usize> = env::args()
        .skip(1)
        .map(|word| word.parse())
        .collect::<Result<_, _>>()?;
    let profile = match counts.as_slice() {
        [] => ClassProfile::long_tail(10, 5000.0, 100.0)?.rounded(),
        counts => ClassProfile::from_counts(counts)?,
    };
    let times = |gamma| -> Result<Vec<f64>, Box<dyn Error>> {
        let rates = GrowthRates::new(&profile, &Weighting::power(gamma)?);
        // 1/ρ, in units of δ, for weights of which the smallest class has 1.
        Ok(rates
            .ln_rates()
            .iter()
            .map(|ln_rate| (-ln_rate).exp())
            .collect())
    };
    let mut out = io::stdout().lock();
    writeln!(out, "counts: {:?}", profile.counts()?)?;
    writeln!(
        out,
        "{:>9}  {:>12}  {:>8}",
        "direction", "no weights", "γ = ½"
    )?;
    for (index, (vanilla, reweighted)) in times(0.0)?.iter().zip(times(0.5)?).enumerate() {
        writeln!(out, "{:>9}  {vanilla:>12.5}  {reweighted:>8.5}", index + 1)?;
    }
    Ok(())
}
