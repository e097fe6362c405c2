//! One row for every member, exponent, seed and measured step.

use ufm_networks::{metrics::Confusion, series::SeriesResults};

/// The headings.
const HEADINGS: [&str; 10] = [
    "member",
    "gamma",
    "seed",
    "step",
    "majority",
    "minority",
    "balanced",
    "worst-class",
    "train-majority",
    "train-minority",
];

/// The table as CSV.
pub(super) fn csv(results: &SeriesResults) -> Result<String, csv::Error> {
    let mut table = csv::WriterBuilder::new().from_writer(Vec::new());
    table.write_record(HEADINGS)?;
    for (member, found) in results {
        let plan = &found.experiment.plan;
        for &gamma in &found.experiment.gammas {
            for run in found.of(gamma) {
                for moment in &run.moments {
                    let (test, train) = (&moment.test, &moment.train);
                    let majority = |c: &Confusion| c.balanced_accuracy(|k| plan.is_majority(k));
                    let minority = |c: &Confusion| c.balanced_accuracy(|k| !plan.is_majority(k));
                    let numbers = [
                        majority(test),
                        minority(test),
                        test.balanced_accuracy(|_| true),
                        worst(test),
                        majority(train),
                        minority(train),
                    ];
                    let mut row = vec![
                        member.clone(),
                        gamma.to_string(),
                        run.seed.to_string(),
                        moment.step.to_string(),
                    ];
                    row.extend(numbers.map(|number| number.to_string()));
                    table.write_record(row)?;
                }
            }
        }
    }
    let bytes = table.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The least accuracy of a class; not a number if no class has samples.
fn worst(confusion: &Confusion) -> f64 {
    let recalls = (0..confusion.classes()).filter_map(|class| confusion.recall(class));
    recalls.fold(f64::NAN, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_class_is_the_one_with_the_least_accuracy() {
        let mut confusion = Confusion::empty(3);
        assert!(worst(&confusion).is_nan());
        for (label, predicted) in [(0, 0), (0, 0), (0, 1), (0, 0), (1, 1), (1, 0)] {
            confusion.count(label, predicted);
        }
        assert_eq!(worst(&confusion), 0.5);
    }
}
