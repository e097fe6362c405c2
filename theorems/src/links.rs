//! Which formal definitions are compared with which functions, and where.
//!
//! The theorems in `theorems/coq/` are about definitions of Coq's real numbers; the claims here are about Rust
//! functions. Each entry evaluates a function on a grid; `cargo xtask prove` has Coq prove that the definition,
//! imported from the file its theorems are in, takes the same values.

use ufm_proofs::link::{Link, Point, exact_real};
use ufm_theory::{
    TheoryError,
    features::{self, Sharing},
    modes::{ModeDynamics, learning_time},
    problem::{ImbalanceRatio, Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
    test_time,
    windows::{self, MinorityShare},
};

/// Every comparison, evaluated.
///
/// # Errors
/// None in practice: every point lies inside the domain of its function.
pub fn formal_links() -> Result<Vec<Link>, TheoryError> {
    let mut links = windows()?;
    links.extend(rates()?);
    links.extend(spectra()?);
    links.extend(dynamics()?);
    links.push(shared_features()?);
    links.extend(fresh_samples()?);
    Ok(links)
}

/// A few roundings of double precision.
const ROUNDING: f64 = 1e-15;
/// Where the Rust side goes through logarithms, whose own rounding is multiplied by `ln R` or `2δ`.
const THROUGH_LOGARITHMS: f64 = 1e-13;

const RATIOS: [f64; 7] = [1.0, 1.5, 10.0, 100.0, 1000.0, 1e6, 1e12];
const EXPONENTS: [f64; 6] = [-0.5, 0.0, 0.25, 0.5, 1.0, 1.5];

fn link(
    definition: &str,
    function: &str,
    unfold: &[&str],
    tolerance: f64,
    points: Vec<(String, f64)>,
) -> Link {
    Link {
        definition: definition.to_owned(),
        function: function.to_owned(),
        imports: [
            "Window",
            "WindowSplit",
            "Logistic",
            "LearningTime",
            "EffectiveRates",
            "Sharing",
        ]
        .map(str::to_owned)
        .to_vec(),
        unfold: unfold.iter().map(|&name| name.to_owned()).collect(),
        points: points
            .into_iter()
            .map(|(term, value)| Point { term, value })
            .collect(),
        tolerance,
    }
}

/// A number as a Coq term; one that is none becomes a name that Coq does not know, and says.
fn real(value: f64) -> String {
    exact_real(value).unwrap_or_else(|| format!("no_real_number_is {value}"))
}

fn windows() -> Result<Vec<Link>, TheoryError> {
    let mut halves = Vec::new();
    let mut split = Vec::new();
    for r in RATIOS {
        let ratio = ImbalanceRatio::new(r)?;
        halves.push((
            format!("win {}", real(r)),
            windows::reweighted_relative(ratio),
        ));
        for p in [0.1, 0.5, 0.85] {
            split.push((
                format!("win_split {} {}", real(p), real(r)),
                windows::reweighted_relative_split(ratio, MinorityShare::new(p)?),
            ));
        }
    }
    Ok(vec![
        link(
            "Window.win",
            "windows::reweighted_relative",
            &["win"],
            ROUNDING,
            halves,
        ),
        link(
            "WindowSplit.win_split",
            "windows::reweighted_relative_split",
            &["win_split"],
            ROUNDING,
            split,
        ),
    ])
}

fn rates() -> Result<Vec<Link>, TheoryError> {
    let (mut majority, mut middle, mut split) = (Vec::new(), Vec::new(), Vec::new());
    for r in RATIOS {
        for gamma in EXPONENTS {
            let weighting = Weighting::power(gamma)?;
            let arguments = format!("{} {}", real(r), real(gamma));
            let halves = StepSpectrum::new(&StepProfile::halves(4, r)?, &weighting);
            majority.push((format!("rate_maj {arguments}"), halves.rate(Mode::Majority)));
            middle.push((format!("rate_mid {arguments}"), halves.rate(Mode::Contrast)));
            let eighth = StepSpectrum::new(&StepProfile::new(7, 1, r)?, &weighting);
            split.push((
                format!("rate_mid_split {} {arguments}", real(0.125)),
                eighth.rate(Mode::Contrast),
            ));
        }
    }
    let unfold = ["Rpower"];
    Ok(vec![
        link(
            "Window.rate_maj",
            "StepSpectrum::rate(Majority)",
            &[&["rate_maj"], &unfold[..]].concat(),
            THROUGH_LOGARITHMS,
            majority,
        ),
        link(
            "Window.rate_mid",
            "StepSpectrum::rate(Contrast)",
            &[&["rate_mid"], &unfold[..]].concat(),
            THROUGH_LOGARITHMS,
            middle,
        ),
        link(
            "WindowSplit.rate_mid_split",
            "StepSpectrum::rate(Contrast), split 7 + 1",
            &[&["rate_mid_split"], &unfold[..]].concat(),
            THROUGH_LOGARITHMS,
            split,
        ),
    ])
}

fn shared_features() -> Result<Link, TheoryError> {
    let mut points = Vec::new();
    for alpha in [0.0, 0.0625, 0.5, 1.0] {
        for m in [1.0, 50.0] {
            for r in [1.5, 10.0, 1e6] {
                let step = StepProfile::halves(4, r)?.with_minority_size(m)?;
                points.push((
                    format!("gamma_star {} {} {}", real(alpha), real(m), real(r)),
                    features::flattening_exponent(&step, Sharing::new(alpha)?),
                ));
            }
        }
    }
    let unfold = ["gamma_star", "gain"];
    let function = "features::flattening_exponent";
    Ok(link(
        "Sharing.gamma_star",
        function,
        &unfold,
        THROUGH_LOGARITHMS,
        points,
    ))
}

fn fresh_samples() -> Result<Vec<Link>, TheoryError> {
    let (mut sizes, mut factors) = (Vec::new(), Vec::new());
    for alpha in [0.0, 0.0625, 0.5, 1.0] {
        let sharing = Sharing::new(alpha)?;
        for n in [1.0, 5.0, 50.0, 1e6] {
            let place = format!("{} {}", real(alpha), real(n));
            sizes.push((
                format!("effective_size {place}"),
                test_time::effective_size(n, sharing),
            ));
            factors.push((
                format!("factor {place}"),
                test_time::generalisation_factor(n, sharing),
            ));
        }
    }
    Ok(vec![
        link(
            "TestTime.effective_size",
            "test_time::effective_size",
            &["effective_size", "gain"],
            ROUNDING,
            sizes,
        ),
        link(
            "TestTime.factor",
            "test_time::generalisation_factor",
            &["factor", "gain"],
            ROUNDING,
            factors,
        ),
    ])
}

fn spectra() -> Result<Vec<Link>, TheoryError> {
    let (mut sigma, mut lambda) = (Vec::new(), Vec::new());
    for (k_maj, k_min) in [(2_u8, 2_u8), (10, 10), (3, 17), (9, 1)] {
        for r in RATIOS {
            let step = StepProfile::new(k_maj.into(), k_min.into(), r)?;
            let vanilla = StepSpectrum::new(&step, &Weighting::vanilla());
            let split = format!("{k_maj} {k_min} {}", real(r));
            sigma.push((
                format!("step_sigma_mid {split}"),
                vanilla.sigma(Mode::Contrast),
            ));
            for gamma in EXPONENTS {
                let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
                lambda.push((
                    format!("step_lambda_mid {split} {}", real(gamma)),
                    spectrum.lambda(Mode::Contrast),
                ));
            }
        }
    }
    Ok(vec![
        link(
            "EffectiveRates.step_sigma_mid",
            "StepSpectrum::sigma(Contrast)",
            &["step_sigma_mid"],
            THROUGH_LOGARITHMS,
            sigma,
        ),
        link(
            "EffectiveRates.step_lambda_mid",
            "StepSpectrum::lambda(Contrast)",
            &["step_lambda_mid", "Rpower"],
            THROUGH_LOGARITHMS,
            lambda,
        ),
    ])
}

fn dynamics() -> Result<Vec<Link>, TheoryError> {
    let (mut amplitude, mut half, mut limit) = (Vec::new(), Vec::new(), Vec::new());
    for (sigma, lambda) in [
        (1.0_f64, 1.0_f64),
        (10.0, 1.0),
        (7.125, 0.0625),
        (1000.0, 0.001),
    ] {
        let mode = format!("{} {}", real(sigma), real(lambda));
        for delta in [0.5, 1.0, 4.0, 16.0, 400.0] {
            let dynamics = ModeDynamics::new(sigma.ln(), lambda.ln(), &Start::plain(delta)?)?;
            let start = format!("{mode} (s0_plain {})", real(delta));
            half.push((format!("t_half {start}"), dynamics.half_amplitude_time()));
            if delta < 50.0 {
                for tau in [0.0, 0.5, 1.0, 1.25] {
                    let t = tau * delta / (sigma * lambda);
                    amplitude.push((format!("s {start} {}", real(t)), dynamics.amplitude(t)));
                }
            }
        }
    }
    let mut groups = Vec::new();
    for r in RATIOS {
        let step = StepProfile::halves(4, r)?;
        let spectrum = StepSpectrum::new(&step, &Weighting::power(0.5)?);
        for delta in [0.5, 1.0, 4.0, 16.0, 400.0] {
            let dynamics =
                ModeDynamics::of_step(&spectrum, Mode::Majority, &Start::scaled(delta)?)?;
            groups.push((
                format!("group_half {}", real(delta)),
                dynamics.half_amplitude_time(),
            ));
        }
        let (sigma, lambda) = (
            spectrum.sigma(Mode::Contrast),
            spectrum.lambda(Mode::Contrast),
        );
        limit.push((
            format!("learning_time {} {}", real(sigma), real(lambda)),
            learning_time::limiting(&spectrum, Mode::Contrast),
        ));
    }
    Ok(vec![
        link(
            "Logistic.s",
            "ModeDynamics::amplitude",
            &["s", "s0_plain"],
            THROUGH_LOGARITHMS,
            amplitude,
        ),
        link(
            "Logistic.t_half",
            "ModeDynamics::half_amplitude_time",
            &["t_half", "s0_plain"],
            THROUGH_LOGARITHMS,
            half,
        ),
        link(
            "LearningTime.learning_time",
            "learning_time::limiting",
            &["learning_time"],
            THROUGH_LOGARITHMS,
            limit,
        ),
        link(
            "ExactWindow.group_half",
            "ModeDynamics::half_amplitude_time, majority at γ = ½",
            &["group_half"],
            THROUGH_LOGARITHMS,
            groups,
        ),
    ])
}
