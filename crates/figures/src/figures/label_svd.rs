//! The label matrix of a STEP problem and its factors `Z = U Σ Vᵀ`.

use plotters::{
    prelude::{Rectangle, Text},
    style::{Color as _, RGBColor},
};
use serde::{Deserialize, Serialize};
use ufm_theory::{
    problem::{Count, EvenClasses, StepProfile, TabulatedRatio},
    spectrum::{
        LabelSvd,
        labels::{sample_classes, simplex_encoded_labels},
    },
};

use super::Figure;
use crate::{
    FigureError, Reads, Table,
    canvas::{self, Area, CENTRE, FULL, LEFT, RIGHT, SMALL, TEXT, palette, units},
};

/// `label-svd`: the label matrix and its singular value decomposition.
pub const FIGURE: Figure = Figure {
    id: ID,
    title: "The label matrix and its singular value decomposition",
    caption: "Simplex-encoded labels Z (k × N) of a STEP problem and the factors of Z = UΣVᵀ. The left singular vectors \
              separate into differences among majority classes, the contrast of majority against minority, and \
              differences among minority classes; a right singular vector is constant on each class.",
    claims: &["step-spectrum"],
    reads: Reads::Nothing,
    table: |parameters, _| table(&parameters.label_svd),
    draw,
    frames: None,
};

const ID: &str = "label-svd";

/// Parameters of the figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    classes: EvenClasses,
    ratio: TabulatedRatio,
    minority_samples: Count,
}

fn table(parameters: &Parameters) -> Result<Table, FigureError> {
    let step = StepProfile::halves(parameters.classes.get(), parameters.ratio.get())
        .and_then(|step| step.with_minority_size(parameters.minority_samples.get() as f64))?;
    let counts = step.profile().counts()?;
    let samples: usize = counts.iter().sum();
    if samples > MOST_SAMPLES {
        return Err(FigureError::Refused(format!(
            "{samples} samples are too many to draw: at most {MOST_SAMPLES}"
        )));
    }
    let svd = LabelSvd::step(&step);
    let right = svd.right(&counts)?;
    let mut table = Table::new(&["matrix", "row", "column", "value"]);
    let mut add = |name: &str, matrix: &nalgebra::DMatrix<f64>| {
        for row in 0..matrix.nrows() {
            for column in 0..matrix.ncols() {
                let value = matrix[(row, column)];
                table.push([name.into(), row.into(), column.into(), value.into()]);
            }
        }
    };
    add("Z", &simplex_encoded_labels(&counts));
    add("U", svd.left());
    add(
        "Σ",
        &nalgebra::DMatrix::from_diagonal(svd.singular_values()),
    );
    add("Vᵀ", &right.transpose());
    for (sample, class) in sample_classes(&counts).into_iter().enumerate() {
        table.push([
            "class of sample".into(),
            0_usize.into(),
            sample.into(),
            class.into(),
        ]);
    }
    Ok(table)
}

/// More columns would be thinner than a printed dot.
const MOST_SAMPLES: usize = 400;

/// A matrix of the table.
struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<(usize, usize, f64)>,
    largest: f64,
}

fn matrix(table: &Table, name: &str) -> Matrix {
    let values: Vec<(usize, usize, f64)> = table
        .select(&[("matrix", name)])
        .map(|row| {
            (
                row.number("row") as usize,
                row.number("column") as usize,
                row.number("value"),
            )
        })
        .collect();
    Matrix {
        rows: values.iter().map(|v| v.0 + 1).max().unwrap_or(0),
        columns: values.iter().map(|v| v.1 + 1).max().unwrap_or(0),
        largest: values.iter().map(|v| v.2.abs()).fold(0.0, f64::max),
        values,
    }
}

fn draw(table: &Table) -> Result<String, FigureError> {
    let [z, u, s, v] = ["Z", "U", "Σ", "Vᵀ"].map(|name| matrix(table, name));
    let boundaries = class_boundaries(table);
    let (cell, wide) = (14.0, 128.0);
    let top = 24.0;
    let (height_z, height_s) = (cell * z.rows as f64, cell * s.rows as f64);
    canvas::page(FULL, top + height_z + 26.0, |page| {
        let spot = |x: f64, width: f64, height: f64| Spot {
            x,
            y: top,
            width,
            height,
        };
        let spot_z = spot(16.0, wide, height_z);
        let spot_u = spot(spot_z.x + wide + 20.0, cell * u.columns as f64, height_z);
        let spot_s = spot(
            spot_u.x + spot_u.width + 12.0,
            cell * s.columns as f64,
            height_s,
        );
        let spot_v = spot(spot_s.x + spot_s.width + 12.0, wide, height_s);
        for (name, m, spot) in [
            ("Z", &z, &spot_z),
            ("U", &u, &spot_u),
            ("Σ", &s, &spot_s),
            ("Vᵀ", &v, &spot_v),
        ] {
            title(page, name, spot, m)?;
            heat_map(page, m, spot)?;
        }
        for (spot, m) in [(&spot_z, &z), (&spot_v, &v)] {
            class_lines(page, &boundaries, spot, m)?;
        }
        for row in 0..z.rows {
            label(
                page,
                &format!("{}", row + 1),
                (spot_z.x - 4.0, top + cell * (row as f64 + 0.5)),
                RIGHT,
            )?;
        }
        let below = top + height_z + 8.0;
        label(
            page,
            "samples, class by class",
            (spot_z.x + wide / 2.0, below),
            CENTRE,
        )?;
        label(
            page,
            "samples, class by class",
            (spot_v.x + wide / 2.0, top + height_s + 8.0),
            CENTRE,
        )?;
        equation_sign(page, "=", (spot_u.x - 10.0, top + height_z / 2.0))?;
        singular_values(page, &s, &spot_s)?;
        color_bar(page, spot_v.x + wide + 10.0, top, height_s)
    })
}

/// A rectangle on the page, in points.
struct Spot {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

fn title(page: &Area<'_>, name: &str, spot: &Spot, m: &Matrix) -> Result<(), FigureError> {
    canvas::write(
        page,
        &format!("{name}  ({} × {})", m.rows, m.columns),
        (spot.x, 10.0),
        canvas::text(TEXT, palette::BLACK),
        LEFT,
    )
}

/// Entries as colours, relative to the largest of the matrix, on white for zero.
fn heat_map(page: &Area<'_>, m: &Matrix, spot: &Spot) -> Result<(), FigureError> {
    let (w, h) = (spot.width / m.columns as f64, spot.height / m.rows as f64);
    // Equal neighbours become one rectangle: no hairlines between them, and a smaller file.
    for run in m.values.chunk_by(|a, b| a.0 == b.0 && a.2 == b.2) {
        let (row, from, value) = run[0];
        let (x, y) = (spot.x + w * from as f64, spot.y + h * row as f64);
        let right = x + w * run.len() as f64;
        let corners = [(units(x), units(y)), (units(right), units(y + h))];
        let fill = diverging(value / m.largest).filled();
        page.draw(&Rectangle::new(corners, fill))
            .map_err(FigureError::drawing)?;
    }
    let corners = [
        (units(spot.x), units(spot.y)),
        (units(spot.x + spot.width), units(spot.y + spot.height)),
    ];
    let frame = palette::GREY.stroke_width(units(0.5).unsigned_abs());
    page.draw(&Rectangle::new(corners, frame))
        .map_err(FigureError::drawing)
}

/// From blue (−1) over white (0) to vermillion (1); both ends differ in lightness from white alike.
fn diverging(value: f64) -> RGBColor {
    let end = if value < 0.0 {
        palette::BLUE
    } else {
        palette::VERMILLION
    };
    let share = value.abs().clamp(0.0, 1.0);
    let mix = |c: u8| (255.0 + share * (f64::from(c) - 255.0)).round() as u8;
    RGBColor(mix(end.0), mix(end.1), mix(end.2))
}

/// The columns at which a new class begins.
fn class_boundaries(table: &Table) -> Vec<usize> {
    let classes: Vec<f64> = table
        .select(&[("matrix", "class of sample")])
        .map(|row| row.number("value"))
        .collect();
    (1..classes.len())
        .filter(|&i| classes[i] != classes[i - 1])
        .collect()
}

fn class_lines(
    page: &Area<'_>,
    boundaries: &[usize],
    spot: &Spot,
    m: &Matrix,
) -> Result<(), FigureError> {
    for &column in boundaries {
        let x = units(spot.x + spot.width * column as f64 / m.columns as f64);
        let ends = vec![(x, units(spot.y)), (x, units(spot.y + spot.height))];
        let pen = palette::GREY.stroke_width(units(0.25).unsigned_abs());
        page.draw(&plotters::prelude::PathElement::new(ends, pen))
            .map_err(FigureError::drawing)?;
    }
    Ok(())
}

fn singular_values(page: &Area<'_>, s: &Matrix, spot: &Spot) -> Result<(), FigureError> {
    let cell = spot.width / s.columns as f64;
    for &(row, column, value) in s.values.iter().filter(|v| v.0 == v.1) {
        let at = (
            units(spot.x + cell * (column as f64 + 0.5)),
            units(spot.y + cell * (row as f64 + 0.5)),
        );
        let color = if value > 0.6 * s.largest {
            plotters::style::WHITE
        } else {
            palette::BLACK
        };
        let style = canvas::text(5.6, color)
            .pos(plotters::style::text_anchor::Pos::new(CENTRE.0, CENTRE.1));
        page.draw(&Text::new(format!("{value:.2}"), at, style))
            .map_err(FigureError::drawing)?;
    }
    Ok(())
}

fn equation_sign(page: &Area<'_>, sign: &str, at: (f64, f64)) -> Result<(), FigureError> {
    canvas::write(page, sign, at, canvas::text(10.0, palette::BLACK), CENTRE)
}

fn label(
    page: &Area<'_>,
    words: &str,
    at: (f64, f64),
    anchor: canvas::Anchor,
) -> Result<(), FigureError> {
    canvas::write(page, words, at, canvas::text(SMALL, palette::BLACK), anchor)
}

fn color_bar(page: &Area<'_>, x: f64, y: f64, height: f64) -> Result<(), FigureError> {
    let steps = 40;
    let h = height / f64::from(steps);
    for step in 0..steps {
        let value = 1.0 - 2.0 * (f64::from(step) + 0.5) / f64::from(steps);
        let top = y + h * f64::from(step);
        let corners = [(units(x), units(top)), (units(x + 7.0), units(top + h))];
        page.draw(&Rectangle::new(corners, diverging(value).filled()))
            .map_err(FigureError::drawing)?;
    }
    for (words, at) in [("+max", 0.0), ("0", 0.5), ("−max", 1.0)] {
        label(page, words, (x + 10.0, y + at * height), LEFT)?;
    }
    Ok(())
}
