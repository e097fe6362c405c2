//! From one SVG to the formats of a figure, the same bytes everywhere.
//!
//! No system font is read: text is set in DejaVu Sans, which is part of the program. It becomes outlines in SVG and PNG; a PDF carries the glyphs it uses, so
//! that its words can be searched and copied. A figure looks the same on every machine.

use std::sync::{Arc, OnceLock};

use resvg::{tiny_skia, usvg};

use crate::FigureError;

/// The pictures of a figure.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// Scalable vector graphics, text as outlines.
    pub svg: Vec<u8>,
    /// Bitmap at 300 dots per inch.
    pub png: Vec<u8>,
    /// One page of the size of the figure, with text and the part of its typeface that it uses.
    pub pdf: Vec<u8>,
}

/// Resolution of the PNG.
const PNG_DPI: f32 = 300.0;

/// Resolution of animations.
const GIF_DPI: f32 = 144.0;

/// Points to an inch: the unit of a figure's SVG.
const POINTS_PER_INCH: f32 = 72.0;

/// The name the embedded font goes by.
pub const FONT: &str = "DejaVu Sans";

fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut database = usvg::fontdb::Database::new();
            database.load_font_data(dejavu::sans::regular().to_vec());
            database.load_font_data(dejavu::sans::bold().to_vec());
            Arc::new(database)
        })
        .clone()
}

/// Makes every format from an SVG whose user unit is a point.
///
/// # Errors
/// [`FigureError::Drawing`] if the SVG is not valid or too large to render.
pub fn pictures(svg: &str) -> Result<Pictures, FigureError> {
    let tree = parse(svg)?;
    let outlined = tree.to_string(&usvg::WriteOptions {
        coordinates_precision: 2,
        transforms_precision: 5,
        indent: usvg::Indent::None,
        ..usvg::WriteOptions::default()
    });
    Ok(Pictures {
        svg: outlined.into_bytes(),
        png: pixels(&tree, PNG_DPI)?
            .encode_png()
            .map_err(FigureError::drawing)?,
        pdf: svg2pdf::to_pdf(
            &tree,
            svg2pdf::ConversionOptions::default(),
            svg2pdf::PageOptions {
                dpi: POINTS_PER_INCH,
            },
        )
        .map_err(FigureError::drawing)?,
    })
}

fn parse(svg: &str) -> Result<usvg::Tree, FigureError> {
    let options = usvg::Options {
        font_family: FONT.to_owned(),
        fontdb: fonts(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(svg, &options).map_err(FigureError::drawing)
}

fn pixels(tree: &usvg::Tree, dpi: f32) -> Result<tiny_skia::Pixmap, FigureError> {
    let scale = dpi / POINTS_PER_INCH;
    let size = tree.size();
    let (width, height) = (size.width() * scale, size.height() * scale);
    let mut pixels = tiny_skia::Pixmap::new(width.round() as u32, height.round() as u32)
        .ok_or_else(|| FigureError::Drawing(format!("no room for {width} × {height} pixels")))?;
    pixels.fill(tiny_skia::Color::WHITE);
    resvg::render(
        tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    Ok(pixels)
}

/// An endless animated GIF of pictures of one size, 0.7 seconds each and the last one two.
///
/// # Errors
/// [`FigureError::Drawing`] if there is no picture, one is not valid SVG, or they differ in size.
pub fn animation(svgs: &[String]) -> Result<Vec<u8>, FigureError> {
    let mut encoder: Option<gif::Encoder<Vec<u8>>> = None;
    for (i, svg) in svgs.iter().enumerate() {
        let picture = pixels(&parse(svg)?, GIF_DPI)?;
        let side = |length: u32| u16::try_from(length).map_err(FigureError::drawing);
        let (width, height) = (side(picture.width())?, side(picture.height())?);
        let encoder = match &mut encoder {
            Some(encoder) => encoder,
            none => {
                let mut new = gif::Encoder::new(Vec::new(), width, height, &[])
                    .map_err(FigureError::drawing)?;
                new.set_repeat(gif::Repeat::Infinite)
                    .map_err(FigureError::drawing)?;
                none.insert(new)
            }
        };
        let mut frame = gif::Frame::from_rgba_speed(width, height, &mut picture.take(), 10);
        frame.delay = if i + 1 == svgs.len() { 200 } else { 70 };
        encoder.write_frame(&frame).map_err(FigureError::drawing)?;
    }
    encoder
        .ok_or_else(|| FigureError::Drawing("an animation needs a picture".into()))?
        .into_inner()
        .map_err(FigureError::drawing)
}

/// The characters of `text` that the embedded font has no glyph for: they would show as boxes.
///
/// ```
/// assert!(ufm_figures::missing_glyphs("σ/√R → τ = t/δ, ΔT ≤ ½").is_empty());
/// assert_eq!(ufm_figures::missing_glyphs("a\u{4e2d}"), ['\u{4e2d}']);
/// ```
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let Ok(face) = ttf_parser::Face::parse(dejavu::sans::regular(), 0) else {
        return text.chars().collect();
    };
    text.chars()
        .filter(|&c| face.glyph_index(c).is_none())
        .collect()
}
