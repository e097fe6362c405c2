//! Advice for people.

use std::fmt::Write as _;

use ufm_support::{
    names::{quoted, some},
    tables::{CellAlignment, row, table},
};
use ufm_theory::windows::least_spread::RANGE;

use ufm_advice::{
    Advice, Scaling,
    advice::{Class, EXPONENTS, FACTOR, Groups, View},
};

use crate::tables::number;

/// Most classes shown one by one.
const SHOWN: usize = 30;

/// All of it as text.
pub fn text(advice: &Advice) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = classes(&mut out, advice);
    let _ = times(
        &mut out,
        "free features (every sample its own)",
        &advice.free,
    );
    if let Some(groups) = &advice.groups {
        let _ = modes(&mut out, groups);
    }
    if let Some(given) = &advice.given {
        let _ = times(
            &mut out,
            &format!("the given features ({} of them)", given.dimension),
            &given.view,
        );
        if given.constant > 0 {
            let _ = writeln!(
                out,
                "note: {} of the features are the same in every sample",
                given.constant
            );
        }
        if given.mean_share > 0.5 && given.scaling == Scaling::Raw {
            let _ = writeln!(
                out,
                "note: {:.0} % of the features' squared norm is their common mean, which drives the exponent towards 1; if training\n\
                 centres them, say --features centred or standardised",
                100.0 * given.mean_share
            );
        }
    }
    let _ = verdict(&mut out, advice);
    out
}

fn classes(out: &mut String, advice: &Advice) -> std::fmt::Result {
    let gamma = advice.recommended.gamma;
    let factors = advice
        .classes
        .iter()
        .any(|class| class.test_factor.is_some());
    let mut shown = table(
        ["class", "samples", "weight, γ = ½", "weight, γ = 1"]
            .map(String::from)
            .into_iter()
            .chain((!EXPONENTS.contains(&gamma)).then(|| format!("weight, γ = {gamma:.3}")))
            .chain(factors.then(|| "test/train margin".to_owned()))
            .collect::<Vec<_>>(),
    );
    for class in advice.classes.iter().take(SHOWN) {
        let mut cells = vec![quoted(&class.name), class.samples.to_string()];
        let weights = class.weights;
        cells.extend([weights.square_root, weights.inverse_frequency].map(number));
        if !EXPONENTS.contains(&gamma) {
            cells.push(number(weights.recommended));
        }
        if factors {
            cells.push(class.test_factor.map_or("–".to_owned(), number));
        }
        shown.add_row(row(&cells, |column| column >= 1));
    }
    writeln!(out, "{shown}")?;
    let more = advice.classes.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "and {more} more classes (--json shows all)")?;
    }
    writeln!(
        out,
        "{} classes, imbalance ratio {}; weights are per sample, with mean 1 over the samples",
        advice.classes.len(),
        number(advice.imbalance_ratio)
    )?;
    if factors {
        writeln!(
            out,
            "test/train margin: by leaving one out, how much of a class's training margin a linear model keeps on fresh samples of it, as far as samples\n\
             are a part shared by the class and a part of their own; weights do not change it"
        )?;
        short_of_samples(out, advice)?;
    }
    Ok(())
}

/// A number of samples: in digits as long as they are few.
fn whole(samples: f64) -> String {
    if samples < 1e9 {
        format!("{samples:.0}")
    } else {
        format!("{samples:.1e}")
    }
}

/// At most so many classes are said to be short of samples.
const SHORT: usize = 3;

/// What weights will not mend: the classes that lose most on fresh samples, and how many samples would.
fn short_of_samples(out: &mut String, advice: &Advice) -> std::fmt::Result {
    let mut short: Vec<(f64, f64, &Class)> = advice
        .classes
        .iter()
        .filter_map(|class| Some((class.test_factor?, class.samples_for_factor?, class)))
        .collect();
    short.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (factor, samples, class) in short.iter().take(SHORT) {
        writeln!(
            out,
            "no weights mend this: class {} has {} samples, and its margin on new data ends near {:.0} % of that on its own; about {} samples like these\n\
             would make it {:.0} %",
            class.name,
            class.samples,
            100.0 * factor,
            whole(samples.ceil()),
            100.0 * FACTOR
        )?;
    }
    let more = short.len().saturating_sub(SHORT);
    if more > 0 {
        writeln!(
            out,
            "and {more} more classes below {:.0} % (--json shows all)",
            100.0 * FACTOR
        )?;
    }
    Ok(())
}

fn times(out: &mut String, what: &str, view: &View) -> std::fmt::Result {
    writeln!(
        out,
        "\nLearning times under {what}; 1 is the first direction without weights:"
    )?;
    let mut shown = table(
        [
            "γ",
            "first learned",
            "last learned",
            "last / first",
            "relative window",
            "mostly learned last",
        ]
        .map(String::from),
    );
    for times in &view.times {
        let last = if times.last_classes.is_empty() {
            "– (all together)".to_owned()
        } else {
            some(&times.last_classes, 6)
        };
        let cells = [
            number(times.gamma),
            number(times.first()),
            number(times.last()),
            number(times.last() / times.first()),
            number(if times.relative_window < 1e-9 {
                0.0
            } else {
                times.relative_window
            }),
            last,
        ];
        let mut cells = row(&cells, |_| true);
        if let Some(cell) = cells.pop() {
            cells.push(cell.set_alignment(CellAlignment::Left));
        }
        shown.add_row(cells);
    }
    writeln!(out, "{shown}")?;
    match view.equalising_exponent {
        Some(gamma) => writeln!(out, "speeds are closest together at γ = {}", number(gamma))?,
        None => writeln!(
            out,
            "no exponent is better than another: the classes are of one size, or there is one direction only"
        )?,
    }
    if view.at_end_of_range {
        writeln!(
            out,
            "note: that is an end of the range searched, {} to {}: powers of the class size do not equalise these features",
            RANGE.0, RANGE.1
        )?;
    }
    if view.never_learned > 0 {
        writeln!(
            out,
            "note: {} directions of the labels are not in these features and are never learned",
            view.never_learned
        )?;
    }
    Ok(())
}

fn modes(out: &mut String, groups: &Groups) -> std::fmt::Result {
    writeln!(
        out,
        "\nBy mode, free features; majority classes: {}{}",
        some(&groups.majority, 12),
        if groups.approximate {
            " (each group as if of its mean size)"
        } else {
            ""
        }
    )?;
    let mut shown = table(
        [
            "mode",
            "directions",
            "γ = 0",
            "γ = ½",
            "γ = 1",
            "γ = ½, projected",
            "γ = 1, projected",
        ]
        .map(String::from),
    );
    for mode in &groups.modes {
        let cells: Vec<String> = [mode.mode.to_owned(), mode.directions.to_string()]
            .into_iter()
            .chain(
                mode.exact
                    .iter()
                    .chain(&mode.projected[1..])
                    .map(|&time| number(time)),
            )
            .collect();
        shown.add_row(row(&cells, |column| column >= 1));
    }
    writeln!(out, "{shown}")?;
    writeln!(
        out,
        "majority: differences among majority classes; contrast: majority against minority; minority: differences among minority\n\
         classes. Projected: 1/(σλ), the flow kept in the row space of the labels, as in the paper"
    )
}

fn verdict(out: &mut String, advice: &Advice) -> std::fmt::Result {
    let best = &advice.recommended;
    let [first, last] = best.learned;
    writeln!(out, "\nAdvice")?;
    if advice.imbalance_ratio == 1.0 {
        writeln!(out, "  weights: none needed, the classes are of one size")?;
    } else {
        writeln!(
            out,
            "  weights: n^(-{}) per sample{}",
            number(best.gamma),
            match advice.given.as_ref().map(|given| given.view.equalising_exponent) {
                Some(Some(equal)) if equal < best.gamma => format!(
                    "; equal speeds would be n^(-{}), but held-out accuracy has asked for no less than inverse frequency",
                    number(equal)
                ),
                Some(_) => ", from these features".to_owned(),
                None => ", as for features that the samples of a class share; give the features to find out".to_owned(),
            }
        )?;
    }
    if advice.given.is_none() {
        writeln!(
            out,
            "  stop:    when is in the features, too; the tables above are of free ones"
        )?;
    } else if last <= first * 1.01 {
        writeln!(
            out,
            "  stop:    once the first classes are learned: all directions are learned together"
        )?;
    } else {
        writeln!(
            out,
            "  stop:    not before {} times the moment the first direction is learned, when the last is",
            number(last / first)
        )?;
    }
    if advice.given.is_some() && best.unweighted_last > last * 1.01 {
        writeln!(
            out,
            "           and not after {} times that moment, when training without weights has learned all of it too",
            number(best.unweighted_last / first)
        )?;
    }
    for note in &best.notes {
        writeln!(out, "  note:    {note}")?;
    }
    writeln!(out, "\nAssumed")?;
    for assumption in &advice.assumptions {
        writeln!(out, "  - {assumption}")?;
    }
    Ok(())
}
