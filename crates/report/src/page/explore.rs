//! Sliders. What they start from is on the page without a script.

use maud::{Markup, PreEscaped, html};
use ufm_theory::windows;

use crate::{
    ReportError,
    explore::{self, DEFAULT, Values},
};

/// A slider: its name, label, ends, step and where it stands.
struct Slider {
    name: &'static str,
    label: &'static str,
    from: f64,
    to: f64,
    step: f64,
    value: f64,
}

fn sliders() -> [Slider; 7] {
    let slider = |name, label, from, to, step, value| Slider {
        name,
        label,
        from,
        to,
        step,
        value,
    };
    [
        slider(
            "classes",
            "classes k",
            4.0,
            40.0,
            1.0,
            DEFAULT.classes as f64,
        ),
        slider(
            "majority",
            "majority classes",
            1.0,
            39.0,
            1.0,
            DEFAULT.majority as f64,
        ),
        slider(
            "log-ratio",
            "imbalance ratio R",
            0.0,
            6.0,
            0.05,
            DEFAULT.ratio.log10(),
        ),
        slider("gamma", "weight exponent γ", 0.0, 1.5, 0.05, DEFAULT.gamma),
        slider(
            "delta",
            "scale of the start δ",
            1.0,
            20.0,
            0.5,
            DEFAULT.delta,
        ),
        slider(
            "alpha",
            "shared part α of a feature",
            0.0,
            1.0,
            0.01,
            DEFAULT.alpha,
        ),
        slider(
            "samples",
            "samples of a minority class m",
            1.0,
            200.0,
            1.0,
            DEFAULT.samples,
        ),
    ]
}

/// The section.
pub fn section() -> Result<Markup, ReportError> {
    let points = explore::points()?;
    // A `<` in a script element could end it.
    let embedded = serde_json::to_string(&points)?.replace('<', "\\u003c");
    let start = explore::at(DEFAULT)?;
    Ok(html! {
        section id="explore" aria-labelledby="explore-h" {
            h2.head id="explore-h" { "Explore" }
            p { "The closed forms of the projected flow from the plain start, minority samples weighing 1. Time is in units of "
                i { "δ" } " over the minority’s rate, so the minority is learned at about 1." }
            form.sliders aria-label="Parameters" {
                @for s in sliders() {
                    label { span { (s.label) } input type="range" name=(s.name) min=(s.from) max=(s.to) step=(s.step) value=(s.value); output { (shown(&s)) } }
                }
                div.presets role="group" aria-label="Exponents" {
                    button type="button" data-preset="vanilla" { "γ = 0" }
                    button type="button" data-preset="half" { "γ = ½" }
                    button type="button" data-preset="inverse" { "γ = 1" }
                    button type="button" data-preset="flat" { "γ = γ*" }
                }
            }
            div.plots {
                figure {
                    figcaption { strong { "Free features: share learned of each direction." } " Thin lines: without weights." }
                    div.plot id="plot-modes" {}
                }
                figure {
                    figcaption { strong { "Test time: margin over classes of the same group." } " Solid: a fresh sample. Dashed: a training sample." }
                    div.plot id="plot-margins" {}
                }
            }
            (numbers(&start))
            p.small { "At test time features share a part " i { "α" } " within a class and are otherwise their sample’s own. A fresh sample keeps the factor "
                i { "g(n) = αn/(αn + 1 − α)" } " of the training margin, whatever the weights: weights move when a margin is reached, never where it ends. Margins between the two groups are not drawn." }
            p.small.agreement { "Without a script the numbers are those of the page’s first setting. "
                output id="agreement" aria-live="off" {} }
            script type="application/json" id="explore-values" { (PreEscaped(embedded)) }
        }
    })
}

/// What the slider says beside it.
fn shown(slider: &Slider) -> String {
    match slider.name {
        "log-ratio" => format!("{:.0}", 10f64.powf(slider.value)),
        _ => slider.value.to_string(),
    }
}

/// The numbers of a setting, as the script writes them again.
fn numbers(values: &Values) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Numbers of this setting" {
            table.numbers id="numbers" {
                thead { tr { th scope="col" { "direction" } th.n scope="col" { "σ" } th.n scope="col" { "λ" } th.n scope="col" { "learned at, δ → ∞" } th.n scope="col" { "half-time / δ" } } }
                tbody { @for mode in &values.modes {
                    tr { th scope="row" { (mode.mode) } td.n { (digits(mode.sigma)) } td.n { (digits(mode.lambda)) } td.n { (digits(mode.limit)) } td.n { (digits(mode.half)) } }
                } }
            }
        }
        dl.facts id="outcome" {
            div { dt { "relative window, δ → ∞" } dd data-value="window" { (digits(values.window)) } }
            div { dt { "relative window at this δ" } dd data-value="windowAtScale" { (digits(values.window_at_scale)) } }
            div { dt { "bound at γ = ½ for this split" } dd data-value="supremum" { (digits(values.supremum)) } }
            div { dt { "γ* of equal rates at this α" } dd data-value="flat" { (digits(values.flat)) } }
            div { dt { "g(n) of the majority" } dd data-value="majority" { (digits(values.majority.factor)) } }
            div { dt { "g(n) of the minority" } dd data-value="minority" { (digits(values.minority.factor)) } }
        }
        p.small { "For equal halves the bound is √2 − 1 = " (digits(windows::SUPREMUM)) "." }
    }
}

/// Four significant digits, as the script has them.
fn digits(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e5).contains(&size) {
        return format!("{value:.2e}").replace('-', "−");
    }
    let before = if size == 0.0 {
        0.0
    } else {
        size.log10().floor()
    };
    format!("{value:.*}", (3.0 - before).max(0.0) as usize)
}
