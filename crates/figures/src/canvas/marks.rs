//! Pens, markers and legends.

use plotters::prelude::*;

use super::{Area, LEFT, SMALL, palette, stroke, text, units, write};
use crate::FigureError;

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    color: RGBColor,
    width: f64,
    pub(super) dash: Option<(f64, f64)>,
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

    pub(super) fn style(&self) -> ShapeStyle {
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
    pub(super) fn draw(
        self,
        area: &Area<'_>,
        (x, y): (i32, i32),
        color: RGBColor,
    ) -> Result<(), FigureError> {
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

/// A legend entry: words, and how the series is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// What the legend says of the series.
    pub words: &'a str,
    /// Colour of the line and the marker.
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
