//! The result in one picture, drawn from the closed forms.

use maud::{Markup, PreEscaped, html};
use ufm_theory::{
    TheoryError,
    modes::{ModeDynamics, learning_time},
    problem::{Start, StepProfile, Weighting},
    spectrum::{Mode, StepSpectrum},
    windows,
};

/// Classes, ratio, scale and exponents of the picture.
const CLASSES: usize = 10;
pub const RATIO: f64 = 100.0;
const DELTA: f64 = 12.0;
const GAMMAS: [f64; 2] = [0.0, 0.5];
/// Right end of the time axis, in units of `δ`.
const END: f64 = 1.6;

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 34.0;
const BOTTOM: f64 = 205.0;
const TOP: f64 = 46.0;

/// The windows of the two panels.
pub fn windows() -> Result<[f64; 2], TheoryError> {
    let step = StepProfile::halves(CLASSES, RATIO)?;
    let [vanilla, reweighted] = GAMMAS.map(|gamma| {
        let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
        Ok::<_, TheoryError>(windows::limiting(&spectrum).relative)
    });
    Ok([vanilla?, reweighted?])
}

/// Two panels, without and with weights, and what is seen in them.
pub fn figure() -> Result<Markup, TheoryError> {
    let [vanilla, reweighted] = windows()?;
    let panels = [
        panel("Without weights, γ = 0", vanilla, GAMMAS[0])?,
        panel("With weights, γ = ½", reweighted, GAMMAS[1])?,
    ];
    Ok(html! {
        figure.hero {
            div.panels role="img" aria-label={
                "Learned share of each singular direction over time. At imbalance ratio " (RATIO) ", without weights the majority is learned long before the minority, relative window "
                (format!("{vanilla:.2}")) "; with weights at about the same time, relative window " (format!("{reweighted:.2}")) "."
            } {
                @for panel in panels { (panel) }
            }
            figcaption {
                "Share of each singular direction of the labels that is learned, over gradient-flow time in units of " i { "δ" } "; "
                (CLASSES) " classes, half of them with " (RATIO) " times the samples. Shaded: from the first half learned to the last, the "
                i { "learning window" } ". Drawn from the closed forms."
            }
        }
    })
}

fn panel(title: &str, window: f64, gamma: f64) -> Result<Markup, TheoryError> {
    let step = StepProfile::halves(CLASSES, RATIO)?;
    let spectrum = StepSpectrum::new(&step, &Weighting::power(gamma)?);
    let start = Start::scaled(DELTA)?;
    let x = |t: f64| LEFT + (WIDTH - LEFT - 20.0) * t / END;
    let y = |f: f64| BOTTOM - (BOTTOM - TOP) * f;
    let mut curves = Vec::new();
    let (mut first, mut last) = (f64::INFINITY, 0.0_f64);
    for mode in Mode::ALL {
        let dynamics = ModeDynamics::of_step(&spectrum, mode, &start)?;
        let mut path = String::new();
        for point in 0..=200 {
            let t = END * f64::from(point) / 200.0;
            let command = if point == 0 { 'M' } else { 'L' };
            path += &format!(
                "{command}{:.1} {:.1}",
                x(t),
                y(dynamics.fraction(t * DELTA))
            );
        }
        let half = learning_time::limiting(&spectrum, mode);
        (first, last) = (first.min(half), last.max(half));
        curves.push((mode.name(), path, half));
    }
    let ticks = [0.0, 0.5, 1.0, 1.5];
    Ok(html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-hidden="true" {
            text.h x=(LEFT) y="16" { (title) }
            text.big x=(LEFT) y="35" { "learning window " (format!("{window:.2}")) }
            rect.window x=(format!("{:.1}", x(first))) y=(TOP) width=(format!("{:.1}", (x(last) - x(first)).max(1.0))) height=(BOTTOM - TOP) {}
            line.axis x1=(LEFT) x2=(x(END)) y1=(BOTTOM) y2=(BOTTOM) {}
            @for tick in ticks {
                line.axis x1=(x(tick)) x2=(x(tick)) y1=(BOTTOM) y2=(BOTTOM + 4.0) {}
                text.tick x=(x(tick)) y=(BOTTOM + 17.0) text-anchor="middle" { (tick) }
            }
            @for level in [0.0, 1.0] { text.tick x=(LEFT - 7.0) y=(y(level) + 4.0) text-anchor="end" { (level) } }
            text.tick x=(x(END)) y=(BOTTOM + 32.0) text-anchor="end" { "time / δ" }
            @for (name, path, _) in &curves { (PreEscaped(format!("<path class=\"mode {name}\" d=\"{path}\"/>"))) }
            @for (index, (name, _, _)) in curves.iter().enumerate() {
                text class={ "key " (name) } x=(x(END) - 4.0) y=(y(0.42) + 18.0 * index as f64) text-anchor="end" { (name) }
            }
        }
    })
}
