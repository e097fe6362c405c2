//! Figures for the screen look as the figures do.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

const SCALE: f32 = 2.0;

fn drawn(svg: &str) -> Pixmap {
    let tree = Tree::from_str(svg, &Options::default()).unwrap();
    let size = tree.size();
    let (width, height) = (size.width() * SCALE, size.height() * SCALE);
    let mut pixels = Pixmap::new(width.ceil() as u32, height.ceil() as u32).unwrap();
    resvg::render(
        &tree,
        Transform::from_scale(SCALE, SCALE),
        &mut pixels.as_mut(),
    );
    pixels
}

#[test]
fn no_figure_looks_different() {
    let folder = ufm_support::workspace::root().unwrap().join("figures");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "svg") {
            continue;
        }
        let svg = std::fs::read_to_string(&path).unwrap();
        let short = ufm_report::picture::rounded(&svg);
        assert!(short.len() * 2 < svg.len(), "{}", path.display());
        let (is, should) = (drawn(&short), drawn(&svg));
        assert_eq!(is.data().len(), should.data().len());
        let differences = is
            .data()
            .iter()
            .zip(should.data())
            .map(|(a, b)| a.abs_diff(*b));
        let total: f64 = differences.clone().map(f64::from).sum();
        let mean = total / is.data().len() as f64;
        let much = differences.filter(|d| *d > 64).count() as f64 / is.data().len() as f64;
        assert!(
            mean < 0.3 && much < 1e-3,
            "{}: {mean}, {much}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen > 0);
}
