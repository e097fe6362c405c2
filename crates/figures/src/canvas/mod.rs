//! Drawing: pages, panels, lines, markers and legends in one style.
//!
//! Lengths are points (1/72 inch) on the printed page. Plotters rounds coordinates to whole units, so the canvas
//! is twenty times larger than the page and scaled back by the SVG's `viewBox`.

mod axis;
mod marks;
mod panel;

pub use axis::{Axis, exponent, short};
pub use marks::{Entry, Marker, Pen, legend};
pub use panel::Panel;

use plotters::{
    coord::Shift,
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

    /// Majority modes and classes.
    pub const BLUE: RGBColor = RGBColor(0, 114, 178);
    /// Minority modes and classes.
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
    /// Series that are none of the modes, such as exponents of the weights.
    pub const SERIES: [RGBColor; 5] = [BLUE, GREEN, VERMILLION, PURPLE, ORANGE];
}

/// A part of the page.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// Where a text sits relative to its point: horizontally and vertically.
pub type Anchor = (text_anchor::HPos, text_anchor::VPos);

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
    (horizontal, vertical): Anchor,
) -> Result<(), FigureError> {
    let anchored = style.pos(text_anchor::Pos::new(horizontal, vertical));
    area.draw(&Text::new(words.to_owned(), (units(x), units(y)), anchored))
        .map_err(FigureError::drawing)
}

/// Left-aligned, vertically centred.
pub const LEFT: Anchor = (text_anchor::HPos::Left, text_anchor::VPos::Center);
/// Text centred on its point both ways.
pub const CENTRE: Anchor = (text_anchor::HPos::Center, text_anchor::VPos::Center);
/// Right-aligned, vertically centred.
pub const RIGHT: Anchor = (text_anchor::HPos::Right, text_anchor::VPos::Center);

/// Width of a line in canvas units.
fn stroke(points: f64) -> u32 {
    units(points).max(1).unsigned_abs()
}
