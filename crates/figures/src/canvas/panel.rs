//! Panels: axes, and what is drawn between them.

use plotters::prelude::*;

use super::{
    Anchor, Area, Axis, Entry, LEFT, Marker, Pen, SMALL, TEXT, UNITS, legend, palette, stroke,
    text, units, write,
};
use crate::FigureError;

type PlottersChart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

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
        if let Some(fault) = x.fault().or_else(|| y.fault()) {
            return Err(FigureError::Drawing(fault));
        }
        // Panels above each other keep one left edge: room for four characters at least.
        let left = y
            .longest_word()
            .map_or(3.0, |longest| 8.0 + 4.3 * longest.max(4) as f64)
            + if y.label.is_empty() { 0.0 } else { 15.0 };
        let bottom = if x.longest_word().is_some() {
            13.0
        } else {
            3.0
        } + if x.label.is_empty() { 0.0 } else { 12.0 };
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
        self.area(points, tint(color))
    }

    /// A filled band between two curves given at the same abscissae, in just this colour.
    ///
    /// # Errors
    /// If the drawing fails.
    pub fn area(&mut self, points: &[(f64, f64, f64)], color: RGBColor) -> Result<(), FigureError> {
        let lower = points.iter().map(|&(x, low, _)| (x, low));
        let upper = points.iter().rev().map(|&(x, _, high)| (x, high));
        let outline: Vec<(f64, f64)> = lower.chain(upper).collect();
        self.chart
            .draw_series(std::iter::once(Polygon::new(outline, color.filled())))
            .map(|_| ())
            .map_err(FigureError::drawing)
    }

    /// Markers at the points inside the panel.
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
            if !self.x.contains(point.0) || !self.y.contains(point.1) {
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
        anchor: Anchor,
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

/// The colour, thinned with white.
fn tint(color: RGBColor) -> RGBColor {
    let mix = |c: u8| (255.0 + 0.25 * (f64::from(c) - 255.0)).round() as u8;
    RGBColor(mix(color.0), mix(color.1), mix(color.2))
}
