//! What the page's script computes from its sliders, computed here at fixed points: the page embeds both, and a browser compares them.

use serde::Serialize;
use ufm_theory::{
    TheoryError,
    features::{self, Sharing},
    modes::{ModeDynamics, learning_time},
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
    test_time, windows,
};

/// A setting of the sliders.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Setting {
    /// Number of classes.
    pub classes: usize,
    /// Number of majority classes.
    pub majority: usize,
    /// Imbalance ratio.
    pub ratio: f64,
    /// Weight exponent.
    pub gamma: f64,
    /// Scale of the start.
    pub delta: f64,
    /// Share of a feature that is common to its class.
    pub alpha: f64,
    /// Samples of a minority class, at test time.
    pub samples: f64,
}

/// Where the sliders stand when the page opens.
pub const DEFAULT: Setting = Setting {
    classes: 10,
    majority: 5,
    ratio: 100.0,
    gamma: 0.5,
    delta: 8.0,
    alpha: 0.1,
    samples: 10.0,
};

/// Times, in units of `δ/(σλ)` of the minority, at which curves are compared.
pub const MOMENTS: [f64; 7] = [0.0, 0.1, 0.3, 0.7, 1.0, 1.2, 2.0];

/// What the theory says of one mode.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModeValues {
    /// `majority`, `contrast` or `minority`.
    pub mode: &'static str,
    /// `σ`.
    pub sigma: f64,
    /// `λ`.
    pub lambda: f64,
    /// `1/(σλ)`, the learning time in the limit, in units of `δ`.
    pub limit: f64,
    /// The half-amplitude time from the plain start, in units of `δ`.
    pub half: f64,
    /// `s/σ` at [`MOMENTS`].
    pub fractions: Vec<f64>,
}

/// What the theory says of one group of classes at test time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupValues {
    /// `g(n)`.
    pub factor: f64,
    /// Training margins over the other classes of the group at [`MOMENTS`].
    pub training: Vec<f64>,
    /// The same of a fresh sample.
    pub fresh: Vec<f64>,
}

/// What the theory says at one setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Values {
    /// The setting.
    pub setting: Setting,
    /// [`MOMENTS`].
    pub moments: [f64; 7],
    /// The modes that there are.
    pub modes: Vec<ModeValues>,
    /// The relative window in the limit.
    pub window: f64,
    /// The relative window of half-amplitude times from the plain start.
    pub window_at_scale: f64,
    /// What weights `n^(−½)` cannot exceed: `1/√p − 1` for a share `p` of minority classes.
    pub supremum: f64,
    /// `γ*`, at which features that share `α` have equal rates.
    pub flat: f64,
    /// The majority at test time.
    pub majority: GroupValues,
    /// The minority at test time.
    pub minority: GroupValues,
}

/// The theory at a setting.
///
/// # Errors
/// [`TheoryError`] outside the domain of the closed forms.
pub fn at(setting: Setting) -> Result<Values, TheoryError> {
    let minority = setting.classes.saturating_sub(setting.majority);
    let step = StepProfile::new(setting.majority, minority, setting.ratio)?;
    let weighting = Weighting::power(setting.gamma)?;
    let spectrum = StepSpectrum::new(&step, &weighting);
    let start = Start::plain(setting.delta)?;
    let modes = spectrum.modes().map(|mode| {
        let dynamics = ModeDynamics::of_step(&spectrum, mode, &start)?;
        let fraction = |moment: &f64| dynamics.fraction(moment * setting.delta);
        Ok(ModeValues {
            mode: mode.name(),
            sigma: spectrum.sigma(mode),
            lambda: spectrum.lambda(mode),
            limit: learning_time::limiting(&spectrum, mode),
            half: learning_time::normalised(&spectrum, mode, &start)?,
            fractions: MOMENTS.iter().map(fraction).collect(),
        })
    });
    let share = windows::MinorityShare::new(minority as f64 / setting.classes as f64)?;
    let sharing = Sharing::new(setting.alpha)?;
    let sized = step.with_minority_size(setting.samples)?;
    Ok(Values {
        setting,
        moments: MOMENTS,
        modes: modes.collect::<Result<_, TheoryError>>()?,
        window: windows::limiting(&spectrum).relative,
        window_at_scale: windows::at_scale(&spectrum, &start)?.relative,
        supremum: windows::supremum_split(share),
        flat: features::flattening_exponent(&sized, sharing),
        majority: group(setting, &sized, &weighting, sharing, Mode::Majority)?,
        minority: group(setting, &sized, &weighting, sharing, Mode::Minority)?,
    })
}

/// One group of classes at test time: a logistic law of rate `ρ_c = n_c ω_c √s_c` with end `1/√s_c`, `σ` of a class of the effective size, time in units of `δ/ρ` of the minority.
fn group(
    setting: Setting,
    step: &StepProfile,
    weighting: &Weighting,
    sharing: Sharing,
    mode: Mode,
) -> Result<GroupValues, TheoryError> {
    let size = match mode {
        Mode::Majority => step.majority_size(),
        _ => step.minority_size(),
    };
    let ln_rate = |mode| features::step_ln_rate(step, weighting, sharing, mode);
    let ln_target = 0.5 * test_time::effective_size(size, sharing).ln();
    let ln_relative = ln_rate(mode) - ln_rate(Mode::Minority);
    let start = Start::plain(setting.delta)?;
    let dynamics = ModeDynamics::new(ln_target, ln_relative - ln_target, &start)?;
    let training: Vec<f64> = MOMENTS
        .iter()
        .map(|moment| dynamics.fraction(moment * setting.delta))
        .collect();
    let factor = test_time::generalisation_factor(size, sharing);
    Ok(GroupValues {
        factor,
        fresh: training.iter().map(|margin| factor * margin).collect(),
        training,
    })
}

/// The theory at the settings where the page's script is compared with it: the first one and corners of the sliders around it.
///
/// # Errors
/// [`TheoryError`] outside the domain of the closed forms.
pub fn points() -> Result<Vec<Values>, TheoryError> {
    let mut points = vec![at(DEFAULT)?];
    for (classes, majority) in [(4, 2), (40, 33)] {
        for ratio in [1.0, 10.0, 1e6] {
            for (gamma, alpha) in [(0.0, 0.0), (0.5, 0.02), (1.0, 0.5), (1.5, 1.0)] {
                for (delta, samples) in [(1.0, 2.0), (20.0, 100.0)] {
                    points.push(at(Setting {
                        classes,
                        majority,
                        ratio,
                        gamma,
                        delta,
                        alpha,
                        samples,
                    })?);
                }
            }
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn the_points_hold_what_claims_say() {
        for values in points().unwrap() {
            if values.setting.gamma == 0.5 {
                assert!(values.window < values.supremum, "{:?}", values.setting);
            }
            assert!(values.majority.factor >= values.minority.factor);
        }
    }
}
