//! Margins on training samples and on new ones.

use crate::{plan::Plan, training::Checkpoint};

/// The margin of a class: its own logit less the mean of the others, of the mean logits of the samples of each class, column by column as in
/// [`Checkpoint::logits`]. Not a number for a class or a matrix that is none.
///
/// ```
/// use ufm_networks::margins::margin;
/// assert_eq!(margin(&[3.0, 1.0, -1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0], 3, 0), 3.0);
/// assert!(margin(&[1.0, 0.0], 1, 0).is_nan());
/// ```
pub fn margin(logits: &[f64], classes: usize, class: usize) -> f64 {
    match logits.get(class * classes..(class + 1) * classes) {
        Some(column) if classes > 1 && class < classes => {
            let others = column.iter().sum::<f64>() - column[class];
            column[class] - others / (classes as f64 - 1.0)
        }
        _ => f64::NAN,
    }
}

/// What is *kept* on new data, test margin over training margin, mean over the classes of a group. In the model with shared features it is
/// `αn/(αn + 1 − α)` at every time and for any weights ([`ufm_theory::test_time`]).
pub fn kept(plan: &Plan, majority: bool) -> impl Fn(&Checkpoint) -> f64 + '_ {
    move |moment| {
        let classes = moment.test.classes();
        let parts = (0..classes)
            .filter(|&class| plan.is_majority(class) == majority)
            .map(|class| {
                margin(&moment.test_logits, classes, class) / margin(&moment.logits, classes, class)
            });
        let (sum, number) = parts.fold((0.0, 0.0), |(sum, n), part| (sum + part, n + 1.0));
        sum / number
    }
}
