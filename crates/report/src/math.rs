//! LaTeX to MathML, when the page is built: the page needs no script for its formulas.

use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, push_mathml};

use crate::ReportError;

/// A formula as MathML, set on a line of its own.
///
/// ```
/// assert!(ufm_report::math::to_mathml(r"\frac{1}{\sigma\lambda}")?.contains("<mfrac>"));
/// assert!(ufm_report::math::to_mathml(r"\nosuchmacro").is_err());
/// # Ok::<(), ufm_report::ReportError>(())
/// ```
///
/// # Errors
/// [`ReportError::Formula`] if any of it is not understood: the converter itself only marks that in what it returns.
pub fn to_mathml(formula: &str) -> Result<String, ReportError> {
    let wrong = |message: String| ReportError::Formula {
        formula: formula.to_owned(),
        message,
    };
    let storage = Storage::new();
    let config = RenderConfig {
        display_mode: DisplayMode::Block,
        ..RenderConfig::default()
    };
    let mut mathml = String::new();
    push_mathml(&mut mathml, Parser::new(formula, &storage), config)
        .map_err(|error| wrong(error.to_string()))?;
    if mathml.contains("<merror") {
        return Err(wrong("a macro in it is not known".into()));
    }
    // The converter escapes its own entity for a space.
    Ok(mathml.replace("&amp;nbsp;", "\u{a0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_formula_of_a_claim_is_understood() {
        for claim in ufm_theorems::claims() {
            match to_mathml(claim.math) {
                Ok(mathml) => assert!(!mathml.contains("&amp;"), "{}: {mathml}", claim.id),
                Err(error) => assert_eq!(error.to_string(), "", "{}", claim.id),
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error_wherever_it_stands() {
        for formula in [
            r"\nosuchmacro",
            r"a+\frac{\nosuchmacro}{2}",
            r"\frac{1",
            r"\begin{cases}a",
        ] {
            assert!(to_mathml(formula).is_err(), "{formula}");
        }
    }
}
