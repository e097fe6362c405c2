//! Axes: from values to places, and the words at their ticks.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// One axis: where it begins and ends, and its ticks.
#[derive(Debug, Clone)]
pub struct Axis {
    pub(super) label: String,
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// The longest word at a tick, in characters; none if there are no words.
    pub(super) fn longest_word(&self) -> Option<usize> {
        let words = self.ticks.iter().map(|(_, word)| word.chars().count());
        words.filter(|&length| length > 0).max()
    }

    /// A linear axis with ticks at the given values.
    pub fn linear(label: &str, low: f64, high: f64, ticks: &[f64]) -> Self {
        Self {
            label: label.to_owned(),
            low,
            high,
            logarithmic: false,
            ticks: ticks.iter().map(|&x| (x, plain(x))).collect(),
        }
    }

    /// A linear axis of things that have names: the first at 0, the next at 1.
    pub fn named(label: &str, names: &[&str]) -> Self {
        let ticks: Vec<(f64, &str)> = (0..).map(f64::from).zip(names.iter().copied()).collect();
        Self::linear(label, -0.6, names.len() as f64 - 0.4, &[]).with_ticks(&ticks)
    }

    /// What is wrong with it, if anything: ends that are not finite, or not in order, as zero on a logarithmic axis makes them.
    pub(super) fn fault(&self) -> Option<String> {
        let spans = self.low.is_finite() && self.high.is_finite() && self.low < self.high;
        let scale = if self.logarithmic { "10^" } else { "" };
        (!spans).then(|| {
            format!(
                "the axis \"{}\" cannot reach from {scale}{:e} to {scale}{:e}",
                self.label, self.low, self.high
            )
        })
    }

    /// A linear axis with about five ticks at round values; without ticks if it spans nothing.
    pub fn automatic(label: &str, low: f64, high: f64) -> Self {
        if !(low.is_finite() && high.is_finite() && low < high) {
            return Self::linear(label, low, high, &[]);
        }
        let step = round_step((high - low) / 5.0);
        let ticks: Vec<f64> = ((low / step).ceil() as i64..=(high / step).floor() as i64)
            .map(|i| i as f64 * step)
            .collect();
        Self::linear(label, low, high, &ticks)
    }

    /// A logarithmic axis with ticks at powers of ten.
    pub fn logarithmic(label: &str, low: f64, high: f64) -> Self {
        // Decades between numbers above 0 are at most 632; of others there would be two thousand million.
        let decades: Vec<i32> = if low > 0.0 && high < f64::INFINITY {
            (low.log10().ceil() as i32..=high.log10().floor() as i32).collect()
        } else {
            Vec::new()
        };
        Self {
            label: label.to_owned(),
            low: low.log10(),
            high: high.log10(),
            logarithmic: true,
            ticks: decades
                .into_iter()
                .map(|e| (10_f64.powi(e), format!("10{}", superscript(e))))
                .collect(),
        }
    }

    /// The same with every `n`-th of its ticks, from the last one down.
    pub fn every(mut self, n: usize) -> Self {
        let last = self.ticks.len().saturating_sub(1);
        let mut position = 0..;
        self.ticks.retain(|_| {
            position
                .next()
                .is_some_and(|i| (last - i).is_multiple_of(n.max(1)))
        });
        self
    }

    /// The same with other words at its ticks.
    pub fn with_ticks(mut self, ticks: &[(f64, &str)]) -> Self {
        self.ticks = ticks
            .iter()
            .map(|&(x, word)| (x, word.to_owned()))
            .collect();
        self
    }

    /// Whether the value lies on the axis; not if it is not a number.
    pub(super) fn contains(&self, value: f64) -> bool {
        let margin = 1e-9 * (self.high - self.low);
        (self.low - margin..=self.high + margin).contains(&self.position(value))
    }

    /// The part of a segment whose ordinate lies on this axis; `across` is the other axis.
    pub(super) fn cut(
        &self,
        from: (f64, f64),
        to: (f64, f64),
        across: &Self,
    ) -> Option<((f64, f64), (f64, f64))> {
        let (a, b) = (self.position(from.1), self.position(to.1));
        let outside = |v: f64| v < self.low || v > self.high;
        if outside(a) && outside(b) {
            return None;
        }
        // Where the straight line on paper leaves the panel.
        let edge = |inner: (f64, f64), outer: (f64, f64)| {
            let (y0, y1) = (self.position(inner.1), self.position(outer.1));
            let limit = if y1 < self.low { self.low } else { self.high };
            let share = if y1.is_finite() {
                (limit - y0) / (y1 - y0)
            } else {
                0.0
            };
            let (x0, x1) = (across.position(inner.0), across.position(outer.0));
            (across.value(x0 + share * (x1 - x0)), self.value(limit))
        };
        Some((
            if outside(a) { edge(to, from) } else { from },
            if outside(b) { edge(from, to) } else { to },
        ))
    }

    fn value(&self, position: f64) -> f64 {
        if self.logarithmic {
            10_f64.powf(position)
        } else {
            position
        }
    }

    fn position(&self, value: f64) -> f64 {
        if self.logarithmic {
            value.log10()
        } else {
            value
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        let share = (self.position(*value) - self.low) / (self.high - self.low);
        // Far outside the panel is as good as two panel widths outside, and does not overflow.
        let pixels = share.clamp(-2.0, 3.0) * f64::from(last - first);
        first + pixels.round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<f64> {
        self.ticks.iter().map(|(value, _)| *value).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.value(self.low)..self.value(self.high)
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(value: &f64) -> String {
        plain(*value)
    }

    fn format_ext(&self, value: &f64) -> String {
        self.ticks
            .iter()
            .find(|(tick, _)| tick == value)
            .map(|(_, word)| word.clone())
            .unwrap_or_default()
    }
}

/// The round number (1, 2 or 5 times a power of ten) nearest above `raw`.
fn round_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= raw * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// A number without accidents of binary representation.
fn plain(value: f64) -> String {
    let rounded: f64 = format!("{value:.9}").parse().unwrap_or(value);
    if rounded == 0.0 {
        "0".into()
    } else {
        rounded.to_string()
    }
    .replace('-', "−")
}

/// A number for a legend: powers of ten from 10⁵ on are written as such.
pub fn short(value: f64) -> String {
    let exponent = value.log10();
    if exponent >= 5.0 && exponent.fract() == 0.0 {
        format!("10{}", superscript(exponent as i32))
    } else {
        plain(value)
    }
}

/// Words for an exponent of the weights, as in `γ = ½`.
pub fn exponent(gamma: f64) -> String {
    if gamma == 0.5 {
        "γ = ½".to_owned()
    } else {
        format!("γ = {}", plain(gamma))
    }
}

fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => digit
                .to_digit(10)
                .and_then(|d| char::from_u32(0x2070 + d))
                .unwrap_or(digit),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks() {
        assert_eq!(superscript(-120), "⁻¹²⁰");
        assert_eq!(superscript(4), "⁴");
        assert_eq!(plain(0.1 + 0.2), "0.3");
        assert_eq!(plain(-0.5), "−0.5");
        assert_eq!(round_step(0.21), 0.5);
        assert_eq!(round_step(20.0), 20.0);
    }
}
