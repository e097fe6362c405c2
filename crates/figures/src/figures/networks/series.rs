//! The table of a series of experiments, of which each figure of a long study draws something else.

use plotters::style::RGBColor;
use ufm_data::DataSet;
use ufm_networks::{
    experiment::{Experiment, Results},
    margins::kept,
    plan::{Plan, Remedy},
    study::Corpus,
    training::Checkpoint,
};
use ufm_theory::{
    features::ClassSums,
    problem::{ClassProfile, Weighting},
    spectrum::Mode,
};

use super::interval_of;
use crate::{
    FigureError, Inputs, Table,
    canvas::{Entry, Panel, Pen, palette},
    table::each_once,
};

/// Test accuracy, mean over the classes of a group, over all classes, and that of the class where it is lowest.
pub(super) const MAJORITY: &str = "majority";
/// Of the minority classes.
pub(super) const MINORITY: &str = "minority";
/// Over all classes.
pub(super) const BALANCED: &str = "balanced";
/// Of the class where it is lowest.
pub(super) const WORST: &str = "worst class";
/// Accuracy on training samples, mean over the classes of a group.
pub(super) const FIT_MAJORITY: &str = "majority, training";
/// Of the minority classes.
pub(super) const FIT_MINORITY: &str = "minority, training";
/// Minority test accuracy above that of the same seed without weights.
pub(super) const ADVANTAGE: &str = "advantage";
/// At the step that is best for the other seeds.
pub(super) const BEST_BALANCED: &str = "balanced, best stop";
/// Of the worst class, at the step at which it is best for the other seeds.
pub(super) const BEST_WORST: &str = "worst class, best stop";
/// Part of the training margin that test samples keep, mean over the classes of a group.
pub(super) const KEPT_MAJORITY: &str = "margin kept, majority";
/// Of the minority classes.
pub(super) const KEPT_MINORITY: &str = "margin kept, minority";
/// Logarithm of the step at which the minority reaches half of its test accuracy over that of the majority.
pub(super) const TIMES: &str = "ln of times, minority/majority";
/// What growth rates before training say of it.
pub(super) const FORETOLD: &str = "ln of times, foretold";

/// The table of the series of a figure.
///
/// One row for each member, exponent, recorded step and measure, with the mean over seeds and half the width of the 95 % confidence interval. What belongs
/// to no step stands at the last.
pub(super) fn table(
    id: &'static str,
    inputs: &Inputs,
    corpus: Corpus,
) -> Result<Table, FigureError> {
    let mut table = Table::new(&[
        "member",
        "γ",
        "step",
        "measure",
        "mean",
        "half-width",
        "seeds",
    ]);
    let data = inputs.samples(corpus)?;
    for (member, results) in inputs.series() {
        let plan = &results.experiment.plan;
        let last = results.steps().last().copied().unwrap_or(0);
        // Growth rates know of weights alone.
        let sums = if plan.remedy == Remedy::default() {
            sums(results, data)?
        } else {
            Vec::new()
        };
        for &gamma in &results.experiment.gammas {
            let mut push = |step: usize, measure: &str, values: &[f64]| {
                let found = interval_of(id, values)?;
                table.push([
                    member.as_str().into(),
                    gamma.into(),
                    step.into(),
                    measure.into(),
                    found.mean.into(),
                    found.half_width.into(),
                    found.n.into(),
                ]);
                Ok::<(), FigureError>(())
            };
            over_time(results, gamma, &mut push)?;
            at_the_end(results, gamma, &mut push)?;
            if !sums.is_empty() {
                push(last, FORETOLD, &foretold(plan, &sums, gamma)?)?;
            }
        }
    }
    Ok(table)
}

/// A number read off a moment of a run.
type Measure = dyn Fn(&Checkpoint) -> f64;

type Push<'a> = dyn FnMut(usize, &str, &[f64]) -> Result<(), FigureError> + 'a;

fn group(results: &Results, majority: bool) -> impl Fn(usize) -> bool + '_ {
    move |class| results.experiment.plan.is_majority(class) == majority
}

fn minority(results: &Results) -> impl Fn(&Checkpoint) -> f64 + '_ {
    move |moment| moment.test.balanced_accuracy(group(results, false))
}

fn worst(moment: &Checkpoint) -> f64 {
    (0..moment.test.classes())
        .filter_map(|class| moment.test.recall(class))
        .fold(1.0, f64::min)
}

fn over_time(results: &Results, gamma: f64, push: &mut Push<'_>) -> Result<(), FigureError> {
    let unweighted = results.experiment.gammas.contains(&0.0);
    for step in results.steps().into_iter().filter(|&step| step > 0) {
        let mut of = |measure: &str, read: &dyn Fn(&Checkpoint) -> f64| {
            push(step, measure, &results.values(gamma, step, read))
        };
        of(MAJORITY, &|m| {
            m.test.balanced_accuracy(group(results, true))
        })?;
        of(MINORITY, &minority(results))?;
        of(BALANCED, &|m| m.test.balanced_accuracy(|_| true))?;
        of(WORST, &worst)?;
        of(FIT_MAJORITY, &|m| {
            m.train.balanced_accuracy(group(results, true))
        })?;
        of(FIT_MINORITY, &|m| {
            m.train.balanced_accuracy(group(results, false))
        })?;
        if unweighted && gamma != 0.0 {
            let with = results.values(gamma, step, minority(results));
            let without = results.values(0.0, step, minority(results));
            let above: Vec<f64> = with.iter().zip(&without).map(|(a, b)| a - b).collect();
            push(step, ADVANTAGE, &above)?;
        }
    }
    Ok(())
}

fn at_the_end(results: &Results, gamma: f64, push: &mut Push<'_>) -> Result<(), FigureError> {
    let last = results.steps().last().copied().unwrap_or(0);
    let classes = results
        .of(gamma)
        .next()
        .and_then(|run| run.moments.first())
        .map_or(0, |moment| moment.test.classes());
    for class in 0..classes {
        let recall = |moment: &Checkpoint| moment.test.recall(class).unwrap_or(f64::NAN);
        push(
            last,
            &format!("class {class}"),
            &results.values(gamma, last, recall),
        )?;
    }
    let balanced = |moment: &Checkpoint| moment.test.balanced_accuracy(|_| true);
    let measures: [&Measure; 2] = [&balanced, &worst];
    for (name, measure) in [BEST_BALANCED, BEST_WORST].into_iter().zip(measures) {
        let steps = results.steps_left_out(|run| run(gamma, measure));
        let mean = steps.iter().sum::<usize>() / steps.len().max(1);
        push(mean, name, &results.at_steps(gamma, &steps, measure))?;
    }
    for (name, majority) in [(KEPT_MAJORITY, true), (KEPT_MINORITY, false)] {
        let plan = &results.experiment.plan;
        push(
            last,
            name,
            &results.values(gamma, last, kept(plan, majority)),
        )?;
    }
    let half = |majority| {
        results.ln_times(gamma, 0.5, move |m| {
            m.test.balanced_accuracy(group(results, majority))
        })
    };
    let ratios: Vec<f64> = half(false)
        .iter()
        .zip(half(true))
        .map(|(minority, majority)| minority - majority)
        .collect();
    push(last, TIMES, &ratios)
}

/// The sums of each class's images less their common mean, for each seed: all that growth before training depends on.
fn sums(results: &Results, data: &DataSet) -> Result<Vec<ClassSums>, FigureError> {
    let Experiment { plan, seeds, .. } = &results.experiment;
    let refuse = |error: ufm_data::DataError| FigureError::Refused(error.to_string());
    seeds
        .iter()
        .map(|&seed| {
            let (train, _) = plan.samples(data, seed)?;
            Ok(ufm_data::class_sums(&train).map_err(refuse)?.centred())
        })
        .collect()
}

/// For each seed `ln` of the majority's growth rate along the labels over the minority's, before training.
fn foretold(plan: &Plan, sums: &[ClassSums], gamma: f64) -> Result<Vec<f64>, FigureError> {
    sums.iter()
        .map(|sums| {
            let profile = ClassProfile::from_counts(sums.counts())?;
            let weights = Weighting::power(gamma)?.class_weights(&profile)?;
            let rates = sums.label_rates(&weights, |class| plan.is_majority(class))?;
            let ln = |mode| {
                let found = rates.iter().find(|(m, _)| *m == mode);
                found.map_or(f64::NAN, |(_, rate)| rate.ln())
            };
            Ok(ln(Mode::Majority) - ln(Mode::Minority))
        })
        .collect()
}

/// One measure of a member and exponent over the steps: step, mean, half the width of the interval.
pub(super) fn curve(table: &Table, member: &str, gamma: f64, measure: &str) -> Vec<[f64; 3]> {
    table
        .select(&[("member", member), ("measure", measure)])
        .filter(|row| row.number("γ") == gamma)
        .map(|row| {
            [
                row.number("step"),
                row.number("mean"),
                row.number("half-width"),
            ]
        })
        .collect()
}

/// The exponents of a member, in order.
pub(super) fn exponents(table: &Table, member: &str) -> Vec<f64> {
    let of = [("member", member)];
    each_once(table.select(&of).map(|row| row.number("γ")))
}

/// Draws curves over the steps, cut off at `ends`; with `bands` the intervals behind all of them.
pub(super) fn draw_curves(
    panel: &mut Panel<'_, '_>,
    curves: &[(Vec<[f64; 3]>, RGBColor)],
    ends: (f64, f64),
    bands: bool,
) -> Result<(), FigureError> {
    let within = |value: f64| value.clamp(ends.0, ends.1);
    for (points, color) in curves.iter().filter(|_| bands) {
        let band: Vec<(f64, f64, f64)> = points
            .iter()
            .map(|&[x, mean, half]| (x, within(mean - half), within(mean + half)))
            .collect();
        panel.band(&band, *color)?;
    }
    for (points, color) in curves {
        let line = points.iter().map(|&[x, mean, _]| (x, within(mean)));
        panel.line(line, Pen::solid(*color, 1.3))?;
    }
    Ok(())
}

/// The part of a curve from a step on.
pub(super) fn from(step: f64, points: Vec<[f64; 3]>) -> Vec<[f64; 3]> {
    points.into_iter().filter(|p| p[0] >= step).collect()
}

/// The colour of the curve in this place.
pub(super) fn color(place: usize) -> RGBColor {
    [
        palette::BLACK,
        palette::BLUE,
        palette::GREEN,
        palette::ORANGE,
        palette::VERMILLION,
        palette::PURPLE,
    ][place % 6]
}

/// A bar from one end of an interval to the other, cut off at `ends`.
pub(super) fn bar(
    panel: &mut Panel<'_, '_>,
    x: f64,
    [_, mean, half]: [f64; 3],
    ends: (f64, f64),
    color: RGBColor,
) -> Result<(), FigureError> {
    let within = |value: f64| value.clamp(ends.0, ends.1);
    let bar = [(x, within(mean - half)), (x, within(mean + half))];
    panel.line(bar, Pen::solid(color, 0.7))
}

/// What curves are of, with their colours, for a legend.
pub(super) fn entries<S: AsRef<str>>(names: &[S]) -> Vec<Entry<'_>> {
    (0..)
        .map(color)
        .zip(names)
        .map(|(color, name)| Entry {
            words: name.as_ref(),
            color,
            pen: Some(Pen::solid(color, 1.3)),
            marker: None,
        })
        .collect()
}
