//! Which exponent a data set asks for, from its features, before any training: `cargo run --package ufm-theory --example features`
//!
//! Here the features are made up: a part that a class shares, and a part of each sample's own.

use std::{error::Error, io, io::Write as _};

use ufm_theory::{
    features::{ClassSums, Sharing, flattening_exponent},
    problem::{StepProfile, Weighting},
};

fn main() -> Result<(), Box<dyn Error>> {
    let step = StepProfile::halves(4, 10.0)?.with_minority_size(5.0)?;
    let counts = step.profile().counts()?;
    let samples: usize = counts.iter().sum();
    let mut out = io::stdout().lock();
    writeln!(out, "{counts:?} samples of {} classes", counts.len())?;
    writeln!(
        out,
        "{:>8}  {:>24}  {:>24}  {:>11}",
        "shared α", "ρ_max/ρ_min at γ = 0, ½, 1", "γ of the least, by sums", "closed form"
    )?;
    for alpha in [0.0, 0.01, 0.1, 1.0_f64] {
        let mut sums = ClassSums::empty(counts.len() + samples, counts.len())?;
        let labels = counts
            .iter()
            .enumerate()
            .flat_map(|(c, &n)| std::iter::repeat_n(c, n));
        for (index, label) in labels.enumerate() {
            let mut sample = vec![0.0; counts.len() + samples];
            sample[label] = alpha.sqrt();
            sample[counts.len() + index] = (1.0 - alpha).sqrt();
            sums.add(label, &sample)?;
        }
        let mut spreads = Vec::new();
        for gamma in [0.0, 0.5, 1.0] {
            let weights = Weighting::power(gamma)?.class_weights(&step.profile())?;
            spreads.push(format!("{:.3}", sums.growth(&weights)?.ln_spread().exp()));
        }
        let least = sums
            .least_spread()?
            .map_or(f64::NAN, |minimum| minimum.gamma);
        let closed = flattening_exponent(&step, Sharing::new(alpha)?);
        writeln!(
            out,
            "{alpha:>8}  {:>26}  {least:>24.5}  {closed:>11.5}",
            spreads.join(", ")
        )?;
    }
    Ok(())
}
