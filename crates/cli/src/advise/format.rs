//! Weights in the notation of the libraries that take them.

use std::fmt::Write as _;

use ufm_advice::{Advice, advice::Class};

use crate::cli::{Format, Mean};

/// The line to paste, with what to know as comments.
pub fn text(advice: &Advice, format: Format, mean: Mean) -> String {
    let weight = |class: &Class| match mean {
        Mean::Samples => class.weights.recommended,
        Mean::Classes => class.weights.recommended_class_mean,
    };
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut out, advice, format, mean, weight);
    out
}

fn write(
    out: &mut String,
    advice: &Advice,
    format: Format,
    mean: Mean,
    weight: impl Fn(&Class) -> f64,
) -> std::fmt::Result {
    let over = match mean {
        Mean::Samples => "samples",
        Mean::Classes => "classes",
    };
    writeln!(
        out,
        "# n^(-{:.4}) for each class of n samples, mean 1 over the {over}; {}",
        advice.recommended.gamma,
        if advice.given.is_some() {
            "from the features, and no less than 1"
        } else {
            "from the counts alone, as for features that a class shares"
        }
    )?;
    let list: Vec<String> = advice
        .classes
        .iter()
        .map(|class| number(weight(class)))
        .collect();
    let list = list.join(", ");
    let names: Vec<String> = advice
        .classes
        .iter()
        .map(|class| name(&class.name))
        .collect();
    let order = format!("# order of the classes: {}", names.join(", "));
    match format {
        Format::Torch => {
            writeln!(out, "{order}")?;
            writeln!(
                out,
                "# CrossEntropyLoss(weight=…) divides by the weights in the batch: only their ratios matter there; for the weighted mean over samples use\n\
                 # (CrossEntropyLoss(weight=class_weight, reduction=\"none\")(logits, y)).mean()"
            )?;
            writeln!(
                out,
                "class_weight = torch.tensor([{list}], dtype=torch.float32)"
            )?;
        }
        Format::Catboost => {
            writeln!(out, "{order}")?;
            writeln!(
                out,
                "# boosted trees are no gradient flow of a linear layer: the rule is carried over, not the theory"
            )?;
            writeln!(out, "class_weights = [{list}]")?;
        }
        Format::Ultralytics => {
            writeln!(out, "{order}")?;
            writeln!(
                out,
                "# for classification: a weighted CrossEntropyLoss in a custom trainer. Detectors and segmenters train one binary loss a class, which\n\
                 # this theory does not cover: do not carry these weights over to them unseen"
            )?;
            writeln!(out, "class_weights = [{list}]")?;
        }
        Format::Sklearn | Format::Table | Format::Json => {
            let entries: Vec<String> = advice
                .classes
                .iter()
                .zip(&names)
                .map(|(class, name)| format!("{name}: {}", number(weight(class))))
                .collect();
            writeln!(
                out,
                "# solvers that run to convergence (lbfgs, liblinear) see only its trade with the penalty: stop early, or use SGDClassifier"
            )?;
            writeln!(out, "class_weight = {{{}}}", entries.join(", "))?;
        }
    }
    for note in &advice.recommended.notes {
        writeln!(out, "# {note}")?;
    }
    Ok(())
}

/// Nine digits: single precision, which is what libraries keep of it.
fn number(weight: f64) -> String {
    format!("{weight:.8e}")
        .parse::<f64>()
        .map_or_else(|_| weight.to_string(), |rounded| rounded.to_string())
}

/// A class as Python writes it: a whole number as that, anything else as a string.
fn name(class: &str) -> String {
    match class.parse::<i128>() {
        Ok(number) if number.to_string() == class => class.to_owned(),
        // The escapes of JSON are Python's too.
        _ => serde_json::to_string(class).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_what_they_are() {
        assert_eq!(name("-7"), "-7");
        assert_eq!(name("007"), "\"007\"");
        assert_eq!(name("1.0"), "\"1.0\"");
        assert_eq!(name("a \"b\""), r#""a \"b\"""#);
        assert_eq!(number(1.0 / 3.0), "0.333333333");
    }
}
