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
    Ok(mathml)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_formula_of_a_claim_is_understood() {
        for claim in ufm_theorems::claims() {
            let mathml = to_mathml(claim.math);
            assert!(
                mathml.is_ok(),
                "{}: {}",
                claim.id,
                mathml.unwrap_err_or_default()
            );
        }
    }

    trait OrDefault {
        fn unwrap_err_or_default(self) -> String;
    }

    impl OrDefault for Result<String, ReportError> {
        fn unwrap_err_or_default(self) -> String {
            self.err().map(|error| error.to_string()).unwrap_or_default()
        }
    }
}
