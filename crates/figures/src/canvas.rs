//! Drawing: pages, panels, lines, markers and legends in one style.
//!
//! Lengths are points (1/72 inch) on the printed page. Plotters rounds coordinates to whole units, so the canvas
//! is [`UNITS`] times larger than the page and scaled back by the SVG's `viewBox`.

use plotters::{
    coord::{
        Shift,
        ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
    },
    prelude::*,
    style::{FontStyle, register_font, text_anchor},
};

use crate::{FigureError, export::FONT};

/// Canvas units per point.
const UNITS: f64 = 20.0;

/// Size of axis labels and legends.
pub const TEXT: f64 = 8.0;
/// Size of tick labels.
pub const SMALL: f64 = 7.0;
/// Width of one column of a two-column paper.
pub const COLUMN: f64 = 252.0;
/// Width of the text of a two-column paper.
pub const FULL: f64 = 516.0;

/// Colours that stay apart for colour-blind readers (Okabe and Ito, *Color Universal Design*, 2008).
pub mod palette {
    use plotters::style::RGBColor;

    /// Majority.
    pub const BLUE: RGBColor = RGBColor(0, 114, 178);
    /// Minority.
    pub const VERMILLION: RGBColor = RGBColor(213, 94, 0);
    /// Contrast of the two.
    pub const GREEN: RGBColor = RGBColor(0, 158, 115);
    /// A fourth series.
    pub const PURPLE: RGBColor = RGBColor(204, 121, 167);
    /// A fifth series.
    pub const ORANGE: RGBColor = RGBColor(230, 159, 0);
    /// References and bounds.
    pub const BLACK: RGBColor = RGBColor(0, 0, 0);
    /// Annotations.
    pub const GREY: RGBColor = RGBColor(110, 110, 110);
    /// Grid lines.
    pub const FAINT: RGBColor = RGBColor(226, 226, 226);
}

/// A part of the page.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type PlottersChart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

/// Points to canvas units.
pub fn units(points: f64) -> i32 {
    (points * UNITS).round() as i32
}

/// Draws a page of `width × height` points and returns it as SVG.
///
/// # Errors
/// If the drawing fails.
pub fn page(
    width: f64,
    height: f64,
    draw: impl FnOnce(&Area<'_>) -> Result<(), FigureError>,
) -> Result<String, FigureError> {
    // A second registration of the same font is harmless.
    for (style, data) in [
        (FontStyle::Normal, dejavu::sans::regular()),
        (FontStyle::Bold, dejavu::sans::bold()),
    ] {
        register_font(FONT, style, data)
            .map_err(|_| FigureError::Drawing("the embedded font is not valid".into()))?;
    }
    let size = (units(width).unsigned_abs(), units(height).unsigned_abs());
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE).map_err(FigureError::drawing)?;
        draw(&area)?;
        area.present().map_err(FigureError::drawing)?;
    }
    let body = svg
        .find('>')
        .and_then(|end| svg.get(end + 1..))
        .ok_or_else(|| FigureError::Drawing("the backend wrote no SVG".into()))?;
    Ok(format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" xmlns=\"http://www.w3.org/2000/svg\">{body}",
        size.0, size.1
    ))
}

/// Text of the given size in points.
pub fn text(size: f64, color: RGBColor) -> TextStyle<'static> {
    // Plotters takes the height of a line and writes a font size 1.24 times smaller.
    (FONT, size * UNITS * 1.24).into_font().color(&color)
}

/// Writes text at `(x, y)` points from the upper left corner of `area`.
///
/// # Errors
/// If the drawing fails.
pub fn write(
    area: &Area<'_>,
    words: &str,
    (x, y): (f64, f64),
    style: TextStyle<'static>,
    (horizontal, vertical): (text_anchor::HPos, text_anchor::VPos),
) -> Result<(), FigureError> {
    let anchored = style.pos(text_anchor::Pos::new(horizontal, vertical));
    area.draw(&Text::new(words.to_owned(), (units(x), units(y)), anchored))
        .map_err(FigureError::drawing)
}

/// Left-aligned, vertically centred.
pub const LEFT: (text_anchor::HPos, text_anchor::VPos) =
    (text_anchor::HPos::Left, text_anchor::VPos::Center);
/// Centred both ways.
pub const CENTRE: (text_anchor::HPos, text_anchor::VPos) =
    (text_anchor::HPos::Center, text_anchor::VPos::Center);
/// Right-aligned, vertically centred.
pub const RIGHT: (text_anchor::HPos, text_anchor::VPos) =
    (text_anchor::HPos::Right, text_anchor::VPos::Center);

/// One axis: where it begins and ends, and its ticks.
#[derive(Debug, Clone)]
pub struct Axis {
    label: String,
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<(f64, String)>,
}

impl Axis {
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

    /// A linear axis with about five ticks at round values.
    pub fn automatic(label: &str, low: f64, high: f64) -> Self {
        let step = round_step((high - low) / 5.0);
        let ticks: Vec<f64> = ((low / step).ceil() as i64..=(high / step).floor() as i64)
            .map(|i| i as f64 * step)
            .collect();
        Self::linear(label, low, high, &ticks)
    }

    /// A logarithmic axis with ticks at powers of ten.
    pub fn logarithmic(label: &str, low: f64, high: f64) -> Self {
        let exponents = low.log10().ceil() as i32..=high.log10().floor() as i32;
        Self {
            label: label.to_owned(),
            low: low.log10(),
            high: high.log10(),
            logarithmic: true,
            ticks: exponents
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

    /// The same without words at its ticks.
    pub fn unlabelled(mut self) -> Self {
        self.label.clear();
        for tick in &mut self.ticks {
            tick.1.clear();
        }
        self
    }

    /// The part of a segment whose ordinate lies on this axis; `across` is the other axis.
    fn cut(
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

/// A panel with axes; everything drawn in it is in axis values.
pub struct Panel<'a, 'b> {
    chart: PlottersChart<'a, 'b>,
    x: Axis,
    y: Axis,
}

impl<'a, 'b> Panel<'a, 'b> {
    /// A panel that fills `area`, with a title above the axes.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn new(area: &'a Area<'b>, title: &str, x: Axis, y: Axis) -> Result<Self, FigureError> {
        let has = |axis: &Axis| axis.ticks.iter().any(|(_, word)| !word.is_empty());
        let widest = y
            .ticks
            .iter()
            .map(|(_, word)| word.chars().count())
            .max()
            .unwrap_or(0)
            .max(4); // panels above each other keep one left edge
        let left = if has(&y) {
            8.0 + 4.3 * widest as f64
        } else {
            3.0
        } + if y.label.is_empty() { 0.0 } else { 15.0 };
        let bottom = if has(&x) { 13.0 } else { 3.0 } + if x.label.is_empty() { 0.0 } else { 12.0 };
        if !title.is_empty() {
            write(
                area,
                title,
                (left + 3.0, 7.0),
                text(TEXT, palette::BLACK),
                LEFT,
            )?;
        }
        let mut chart = ChartBuilder::on(area)
            .margin_top(units(if title.is_empty() { 5.0 } else { 15.0 }))
            .margin_right(units(10.0))
            .margin_left(units(3.0))
            .set_label_area_size(LabelAreaPosition::Left, units(left))
            .set_label_area_size(LabelAreaPosition::Bottom, units(bottom))
            .build_cartesian_2d(x.clone(), y.clone())
            .map_err(FigureError::drawing)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(palette::FAINT.stroke_width(stroke(0.5)))
            .axis_style(palette::GREY.stroke_width(stroke(0.6)))
            .label_style(text(SMALL, palette::BLACK))
            .axis_desc_style(text(TEXT, palette::BLACK))
            .x_desc(x.label.clone())
            .y_desc(y.label.clone())
            .set_all_tick_mark_size(units(2.0))
            .draw()
            .map_err(FigureError::drawing)?;
        Ok(Self { chart, x, y })
    }

    /// A line through the points, cut at the edges of the panel; points that are not numbers are left out.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn line(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        pen: Pen,
    ) -> Result<(), FigureError> {
        let points: Vec<(f64, f64)> = points
            .into_iter()
            .filter(|(x, y)| !x.is_nan() && !y.is_nan())
            .collect();
        let mut stretch: Vec<(f64, f64)> = Vec::new();
        for pair in points.windows(2) {
            match self.y.cut(pair[0], pair[1], &self.x) {
                None => self.polyline(std::mem::take(&mut stretch), pen)?,
                Some((from, to)) => {
                    if stretch.last() != Some(&from) {
                        self.polyline(std::mem::take(&mut stretch), pen)?;
                        stretch.push(from);
                    }
                    stretch.push(to);
                }
            }
        }
        self.polyline(stretch, pen)
    }

    fn polyline(&mut self, placed: Vec<(f64, f64)>, pen: Pen) -> Result<(), FigureError> {
        if placed.is_empty() {
            return Ok(());
        }
        let style = pen.style();
        match pen.dash {
            None => self
                .chart
                .draw_series(LineSeries::new(placed, style))
                .map(|_| ()),
            Some((on, off)) => self
                .chart
                .draw_series(DashedLineSeries::new(placed, units(on), units(off), style))
                .map(|_| ()),
        }
        .map_err(FigureError::drawing)
    }

    /// A filled band between two curves given at the same abscissae, in an opaque tint: transparency would need
    /// several graphics states in the PDF, which its writer puts in another order on every run.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn band(&mut self, points: &[(f64, f64, f64)], color: RGBColor) -> Result<(), FigureError> {
        let lower = points.iter().map(|&(x, low, _)| (x, low));
        let upper = points.iter().rev().map(|&(x, _, high)| (x, high));
        let outline: Vec<(f64, f64)> = lower.chain(upper).collect();
        self.chart
            .draw_series(std::iter::once(Polygon::new(outline, tint(color).filled())))
            .map(|_| ())
            .map_err(FigureError::drawing)
    }

    /// Markers at the points.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn markers(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        marker: Marker,
        color: RGBColor,
    ) -> Result<(), FigureError> {
        let plotting = self.chart.plotting_area();
        for point in points {
            if point.0.is_nan() || point.1.is_nan() {
                continue;
            }
            let centre = plotting.map_coordinate(&point);
            let (left, top) = plotting.get_base_pixel();
            let area = plotting.strip_coord_spec();
            let at = (centre.0 - left, centre.1 - top);
            marker.draw(&area, at, color)?;
        }
        Ok(())
    }

    /// A vertical line across the panel.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn vertical(&mut self, x: f64, pen: Pen) -> Result<(), FigureError> {
        let ends = self.y.range();
        self.polyline(vec![(x, ends.start), (x, ends.end)], pen)
    }

    /// A horizontal line across the panel.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn horizontal(&mut self, y: f64, pen: Pen) -> Result<(), FigureError> {
        let ends = self.x.range();
        self.polyline(vec![(ends.start, y), (ends.end, y)], pen)
    }

    /// Words at a point in axis values, moved by `shift` points (right, down).
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn annotate(
        &self,
        words: &str,
        at: (f64, f64),
        shift: (f64, f64),
        color: RGBColor,
        anchor: (text_anchor::HPos, text_anchor::VPos),
    ) -> Result<(), FigureError> {
        let plotting = self.chart.plotting_area();
        let (left, top) = plotting.get_base_pixel();
        let (x, y) = plotting.map_coordinate(&at);
        write(
            &plotting.strip_coord_spec(),
            words,
            (
                f64::from(x - left) / UNITS + shift.0,
                f64::from(y - top) / UNITS + shift.1,
            ),
            text(SMALL, color),
            anchor,
        )
    }

    /// A legend whose upper left corner is at the given fractions of the panel's width and height.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn legend(&self, at: (f64, f64), entries: &[Entry<'_>]) -> Result<(), FigureError> {
        let area = self.chart.plotting_area().strip_coord_spec();
        let (width, height) = area.dim_in_pixel();
        let corner = (
            f64::from(width) / UNITS * at.0,
            f64::from(height) / UNITS * at.1,
        );
        legend(&area, corner, entries)
    }
}

/// A legend entry: words, and how the series is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The words.
    pub words: &'a str,
    /// Its colour.
    pub color: RGBColor,
    /// Its line, if it has one.
    pub pen: Option<Pen>,
    /// Its marker, if it has one.
    pub marker: Option<Marker>,
}

/// Draws a legend with its upper left corner at `(x, y)` points.
///
/// # Errors
/// If the drawing fails.
pub fn legend(
    area: &Area<'_>,
    (x, y): (f64, f64),
    entries: &[Entry<'_>],
) -> Result<(), FigureError> {
    for (row, entry) in entries.iter().enumerate() {
        let middle = y + 5.0 + 10.0 * row as f64;
        let place = |dx: f64| (units(x + dx), units(middle));
        if let Some(pen) = entry.pen {
            for (from, to) in pen.dashes(15.0) {
                area.draw(&PathElement::new(vec![place(from), place(to)], pen.style()))
                    .map_err(FigureError::drawing)?;
            }
        }
        if let Some(marker) = entry.marker {
            marker.draw(area, place(7.5), entry.color)?;
        }
        write(
            area,
            entry.words,
            (x + 19.0, middle),
            text(SMALL, palette::BLACK),
            LEFT,
        )?;
    }
    Ok(())
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    color: RGBColor,
    width: f64,
    dash: Option<(f64, f64)>,
}

impl Pen {
    /// A solid line of `width` points.
    pub const fn solid(color: RGBColor, width: f64) -> Self {
        Self {
            color,
            width,
            dash: None,
        }
    }

    /// A dashed line: `on` and `off` points.
    pub const fn dashed(color: RGBColor, width: f64, on: f64, off: f64) -> Self {
        Self {
            color,
            width,
            dash: Some((on, off)),
        }
    }

    /// The drawn stretches of a line of `length` points.
    fn dashes(&self, length: f64) -> Vec<(f64, f64)> {
        let Some((on, off)) = self.dash else {
            return vec![(0.0, length)];
        };
        let count = (length / (on + off)).ceil() as i32;
        (0..count)
            .map(|i| f64::from(i) * (on + off))
            .map(|from| (from, (from + on).min(length)))
            .collect()
    }

    fn style(&self) -> ShapeStyle {
        self.color.stroke_width(stroke(self.width))
    }
}

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A filled disc.
    Disc,
    /// A ring.
    Ring,
    /// A filled triangle.
    Triangle,
    /// A filled square.
    Square,
}

impl Marker {
    fn draw(self, area: &Area<'_>, (x, y): (i32, i32), color: RGBColor) -> Result<(), FigureError> {
        let r = units(2.0);
        match self {
            Self::Disc => area.draw(&Circle::new((x, y), r, color.filled())),
            Self::Ring => {
                area.draw(&Circle::new((x, y), r, WHITE.filled()))
                    .map_err(FigureError::drawing)?;
                area.draw(&Circle::new((x, y), r, color.stroke_width(stroke(1.0))))
            }
            Self::Triangle => area.draw(&TriangleMarker::new((x, y), units(2.6), color.filled())),
            Self::Square => {
                let h = units(1.8);
                area.draw(&Rectangle::new(
                    [(x - h, y - h), (x + h, y + h)],
                    color.filled(),
                ))
            }
        }
        .map_err(FigureError::drawing)
    }
}

/// The colour, thinned with white.
fn tint(color: RGBColor) -> RGBColor {
    let mix = |c: u8| (255.0 + 0.25 * (f64::from(c) - 255.0)).round() as u8;
    RGBColor(mix(color.0), mix(color.1), mix(color.2))
}

fn stroke(points: f64) -> u32 {
    units(points).max(1).unsigned_abs()
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
