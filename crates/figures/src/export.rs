//! From one SVG to the formats of a figure, the same bytes everywhere.
//!
//! No system font is read: text is set in DejaVu Sans, which is part of the program, and becomes outlines in
//! every format, so a figure looks the same on every machine.

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
    /// One page of the size of the figure.
    pub pdf: Vec<u8>,
}

/// Resolution of the PNG.
const PNG_DPI: f32 = 300.0;

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
    let options = usvg::Options {
        font_family: FONT.to_owned(),
        fontdb: fonts(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(FigureError::drawing)?;
    let outlined = tree.to_string(&usvg::WriteOptions {
        coordinates_precision: 2,
        transforms_precision: 5,
        indent: usvg::Indent::None,
        ..usvg::WriteOptions::default()
    });
    Ok(Pictures {
        svg: outlined.into_bytes(),
        png: png(&tree)?,
        pdf: svg2pdf::to_pdf(
            &tree,
            svg2pdf::ConversionOptions {
                embed_text: false,
                ..svg2pdf::ConversionOptions::default()
            },
            svg2pdf::PageOptions {
                dpi: POINTS_PER_INCH,
            },
        )
        .map_err(FigureError::drawing)?,
    })
}

fn png(tree: &usvg::Tree) -> Result<Vec<u8>, FigureError> {
    let scale = PNG_DPI / POINTS_PER_INCH;
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
    pixels.encode_png().map_err(FigureError::drawing)
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
