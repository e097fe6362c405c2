//! The logits of a network learn majority directions before minority directions, and `γ = 1` evens them out better than `γ = ½`.
//!
//! UCI digits, `R = 10`, a small convolutional network with *squared loss* on simplex-encoded labels. Along the singular directions of
//! the label matrix, the training logits reach a quarter of `σ` for the majority and for the minority. Without weights the ratio of
//! these steps exceeds `√R`, what free features give in the limit. With weights it is nearer to one at `γ = 1` than at `γ = ½`:
//! features of images are shared among samples, for which the flattening exponent is 1 (`constrained-features`), not free. Source: this project.

use crate::{
    CheckError, Claim, Control, Evidence, Kind, Part, Source,
    networks::{Data, digits, ln_delay, test},
};
use ufm_networks::{
    statistics::{Interval, Paired},
    study::StudyPart,
};

/// The claim.
pub const CLAIM: Claim = Claim {
    id: "network-spectral-order",
    title: "Networks: order of singular directions",
    given: "On digits at R = 10 with squared loss, minority directions of the logits reach σ/4 later than majority directions",
    math: r"\frac{t_\mathrm{min}}{t_\mathrm{maj}}>\sqrt R\ (\gamma=0),\qquad \Bigl|\ln\frac{t_\mathrm{min}}{t_\mathrm{maj}}\Bigr|_{\gamma=1}<\Bigl|\ln\frac{t_\mathrm{min}}{t_\mathrm{maj}}\Bigr|_{\gamma=1/2}",
    parts: &[
        Part {
            says: "by a factor above √R without weights",
            theorems: &[],
            findings: &["beyond-root"],
        },
        Part {
            says: "by a factor nearer to 1 for γ = 1 than for γ = ½",
            theorems: &[],
            findings: &["nearer-one"],
        },
    ],
    kind: Kind::Empirical,
    source: Source::Project,
    uses: &["majority-first", "constrained-features"],
    check: || evidence(Data::Imbalanced, 1.0, 0.5),
    controls: &[
        Control {
            what: "nearer to 1 for γ = ½ than for γ = 1",
            breaks: &["nearer-one"],
            check: || evidence(Data::Imbalanced, 0.5, 1.0),
        },
        Control {
            what: "on balanced data, by a factor above √10",
            breaks: &["beyond-root", "nearer-one"],
            check: || evidence(Data::Balanced, 1.0, 0.5),
        },
    ],
};

/// Everything the statement says, of given data and of the exponents said to be better and worse.
fn evidence(data: Data, better: f64, worse: f64) -> Result<Evidence, CheckError> {
    let results = digits(StudyPart::Spectrum, data)?;
    let ln_ratio = |gamma| ln_delay(&results, gamma);
    let mut evidence = Evidence::new();
    let vanilla = ln_ratio(0.0);
    let free = vec![10_f64.ln() / 2.0; vanilla.len()];
    test(
        &mut evidence,
        "beyond-root",
        "γ = 0: ln of the factor above ln √10",
        &Paired::above(&vanilla, &free)?,
    );
    let distance = |gamma| -> Vec<f64> { ln_ratio(gamma).iter().map(|ln| ln.abs()).collect() };
    let what = format!("|ln of the factor|, γ = {worse} above γ = {better}");
    test(
        &mut evidence,
        "nearer-one",
        &what,
        &Paired::above(&distance(worse), &distance(better))?,
    );
    for gamma in [0.0, 0.5, 1.0] {
        let found = Interval::of(&ln_ratio(gamma))?;
        evidence.measured(
            format!("γ = {gamma}: factor, geometric mean"),
            found.mean.exp(),
        );
        evidence.measured(
            format!("γ = {gamma}: half-width of its ln"),
            found.half_width,
        );
    }
    Ok(evidence)
}
