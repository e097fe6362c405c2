//! From the unknowns of the spectral frame to what a [`Moment`] reports.

use nalgebra::DMatrix;

use crate::{
    matrices::{
        amplitude::{amplitude, ln_amplitude, normalise},
        frame::Coordinates,
    },
    numerics::linear::{add_scaled, dot, product},
    trajectory::{ClassLogits, Factors, GroupMoment, Leakage, Moment},
};

/// Differences between coordinates of two classes below this are rounding.
const ROUNDING: f64 = 1e-12;

/// Measures the unknowns of one simulation.
#[derive(Debug)]
pub(crate) struct Meter<'a> {
    coordinates: &'a Coordinates,
    groups: &'a [usize],
    group_count: usize,
    initial_imbalance: DMatrix<f64>,
}

/// Sums over the samples of one group.
#[derive(Debug, Clone, Default)]
struct Sums {
    samples: f64,
    residual: f64,
    labels: f64,
    correct: f64,
    margin: f64,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(
        coordinates: &'a Coordinates,
        groups: &'a [usize],
        group_count: usize,
        initial: &[f64],
    ) -> Self {
        Self {
            coordinates,
            groups,
            group_count,
            initial_imbalance: imbalance(coordinates, initial),
        }
    }

    /// `s_i/σ_i`.
    pub(crate) fn fraction(&self, y: &[f64], mode: usize) -> f64 {
        let (size, cosine) = amplitude(self.coordinates, y, mode);
        size * cosine / self.coordinates.target[mode]
    }

    pub(crate) fn moment(&self, time: f64, y: &[f64]) -> Moment {
        let coordinates = self.coordinates;
        let amplitudes: Vec<(f64, f64)> = (0..coordinates.rank())
            .map(|mode| amplitude(coordinates, y, mode))
            .collect();
        let over_sigma = |f: &dyn Fn(f64, f64, f64) -> f64| -> Vec<f64> {
            let modes = amplitudes.iter().zip(&coordinates.target);
            modes
                .map(|(&(size, cosine), &sigma)| f(size, cosine, sigma))
                .collect()
        };
        let mut sums = vec![Sums::default(); self.group_count];
        let (loss, class_logits) = self.residuals(y, &mut sums);
        let laid_out = self.accuracies(y, &mut sums);
        let total = |field: fn(&Sums) -> f64| sums.iter().map(field).sum::<f64>();
        let imbalance = imbalance(coordinates, y);
        let leakage = leakage(coordinates, y);
        let fractions = over_sigma(&|size, cosine, sigma| size * cosine / sigma);
        Moment {
            time,
            angle: angle(&fractions, &coordinates.target, leakage),
            amplitudes: over_sigma(&|size, cosine, _| size * cosine),
            fractions,
            ln_fractions: (0..coordinates.rank())
                .map(|mode| ln_amplitude(coordinates, y, mode) - coordinates.target[mode].ln())
                .collect(),
            leakage,
            loss,
            residual: (total(|s| s.residual) / total(|s| s.labels)).sqrt(),
            groups: sums
                .iter()
                .map(|s| GroupMoment {
                    residual: (s.residual / s.labels).sqrt(),
                    accuracy: laid_out.then_some(s.correct / s.samples),
                    margin: laid_out.then_some(s.margin / s.samples),
                })
                .collect(),
            contrast_samples: None,
            logits: ClassLogits::Matrix(class_logits),
            imbalance: imbalance.norm(),
            imbalance_drift: (imbalance - &self.initial_imbalance).norm(),
        }
    }

    /// Adds squared residuals by group; the loss, and the mean logits of each class.
    ///
    /// Logits are held by their coordinates along `[U, 1/√k]`, in which the mean residual of class `y` is `u(y) − W̃h̄_y`; what
    /// differs within a class adds `‖W̃f‖²` for each of its columns `f`.
    fn residuals(&self, y: &[f64], sums: &mut [Sums]) -> (f64, DMatrix<f64>) {
        let coordinates = self.coordinates;
        let (classes, dimension) = (coordinates.classes(), coordinates.dimension);
        let (w, h) = y.split_at(classes * dimension);
        let left = &coordinates.left;
        let label_square = 1.0 - 1.0 / classes as f64;
        let mean = product(
            &DMatrix::from_row_slice(classes, dimension, w),
            &DMatrix::from_row_slice(dimension, classes, &coordinates.means(h)),
        );
        let mut loss = 0.0;
        for (class, &count) in coordinates.sizes.iter().enumerate() {
            let label = |i| {
                if i < classes - 1 {
                    left[(class, i)]
                } else {
                    0.0
                }
            };
            let residual: f64 = (0..classes)
                .map(|i| (label(i) - mean[(i, class)]).powi(2))
                .sum();
            loss += 0.5 * count * coordinates.class_weights[class] * residual;
            let group = &mut sums[self.groups[class]];
            group.samples += count;
            group.residual += count * residual;
            group.labels += count * label_square;
        }
        for (class, first, count) in coordinates.within_classes() {
            let mut residual = 0.0;
            let mut logits = vec![0.0; count];
            for row in w.chunks_exact(dimension) {
                logits.fill(0.0);
                for (l, weight) in row.iter().enumerate() {
                    add_scaled(
                        &mut logits,
                        *weight,
                        &h[l * coordinates.columns + first..][..count],
                    );
                }
                residual += dot(&logits, &logits);
            }
            loss += 0.5 * coordinates.class_weights[class] * residual;
            sums[self.groups[class]].residual += residual;
        }
        (loss, product(left, &mean))
    }

    /// Adds correct samples and margins by group; `false` if there are no samples to look at.
    ///
    /// Two logits differ by `Σ_i (u_i(y) − u_i(c)) (W̃h)_i`: a large mode that does not tell the two classes apart drops out
    /// before rounding can hide a small one that does.
    fn accuracies(&self, y: &[f64], sums: &mut [Sums]) -> bool {
        let coordinates = self.coordinates;
        let (classes, dimension) = (coordinates.classes(), coordinates.dimension);
        let (w, h) = y.split_at(classes * dimension);
        let (Some(features), Some(samples)) =
            (coordinates.samples(h), coordinates.sample_classes())
        else {
            return false;
        };
        let differences = class_differences(&coordinates.left);
        let mut feature = vec![0.0; dimension];
        let mut logit = vec![0.0; classes];
        for (column, &(class, count)) in samples.iter().enumerate() {
            for (l, value) in feature.iter_mut().enumerate() {
                *value = features[l * samples.len() + column];
            }
            for (row, value) in logit.iter_mut().enumerate() {
                *value = dot(&w[row * dimension..][..dimension], &feature);
            }
            let margin = (0..classes)
                .filter(|&other| other != class)
                .map(|other| dot(&differences[class * classes + other], &logit))
                .fold(f64::INFINITY, f64::min);
            let group = &mut sums[self.groups[class]];
            group.margin += count * margin;
            if margin > 0.0 {
                group.correct += count;
            }
        }
        true
    }
}

/// `W` and `H` of the given unknowns.
pub(crate) fn factors(coordinates: &Coordinates, y: &[f64]) -> Factors {
    let (classes, dimension) = (coordinates.classes(), coordinates.dimension);
    let (w, h) = y.split_at(classes * dimension);
    let (features, samples) = match (coordinates.samples(h), coordinates.sample_classes()) {
        (Some(features), Some(samples)) => (
            features,
            samples.into_iter().map(|(class, _)| class).collect(),
        ),
        _ => (coordinates.means(h), (0..classes).collect::<Vec<_>>()),
    };
    Factors {
        classifier: product(
            &coordinates.left,
            &DMatrix::from_row_slice(classes, dimension, w),
        ),
        features: DMatrix::from_row_slice(dimension, samples.len(), &features),
        classes: samples,
    }
}

/// `u(y) − u(c)` for every ordered pair of classes.
fn class_differences(left: &DMatrix<f64>) -> Vec<Vec<f64>> {
    let classes = left.nrows();
    let pair = |y: usize, c: usize| {
        (0..classes)
            .map(|i| {
                let difference = left[(y, i)] - left[(c, i)];
                if difference.abs() < ROUNDING {
                    0.0
                } else {
                    difference
                }
            })
            .collect()
    };
    (0..classes * classes)
        .map(|index| pair(index / classes, index % classes))
        .collect()
}

/// All of `L̃ = W̃H̃` but the diagonal that holds the amplitudes.
pub(crate) fn leakage(coordinates: &Coordinates, y: &[f64]) -> Leakage {
    let (classes, dimension) = (coordinates.classes(), coordinates.dimension);
    let (w, h) = y.split_at(classes * dimension);
    let (mut w, mut h) = (w.to_vec(), h.to_vec());
    let size = normalise(&mut w) * normalise(&mut h);
    let (mut modes, mut rest) = (0.0, 0.0);
    let mut logits = vec![0.0; coordinates.columns];
    for (i, row) in w.chunks_exact(dimension).enumerate() {
        logits.fill(0.0);
        for (l, weight) in row.iter().enumerate() {
            add_scaled(&mut logits, *weight, &h[l * coordinates.columns..]);
        }
        if i < coordinates.rank() {
            modes += logits[i] * logits[i];
            logits[i] = 0.0;
        }
        rest += dot(&logits, &logits);
    }
    let samples: f64 = coordinates.sizes.iter().sum();
    let labels = (samples * (1.0 - 1.0 / classes as f64)).sqrt();
    Leakage {
        of_labels: size * rest.sqrt() / labels,
        of_logits: if rest > 0.0 {
            (rest / (modes + rest)).sqrt()
        } else {
            0.0
        },
    }
}

/// Between `Σ s_i u_i v_iᵀ` with what leaks beside it, and `Σ σ_i u_i v_iᵀ`.
pub(crate) fn angle(fractions: &[f64], sigma: &[f64], leakage: Leakage) -> f64 {
    let labels: f64 = sigma.iter().map(|sigma| sigma * sigma).sum();
    let mean = (fractions.iter().zip(sigma))
        .map(|(fraction, sigma)| fraction * sigma * sigma)
        .sum::<f64>()
        / labels;
    let across: f64 = (fractions.iter().zip(sigma))
        .map(|(fraction, sigma)| ((fraction - mean) * sigma).powi(2))
        .sum();
    let across = (across / labels + leakage.of_labels.powi(2)).sqrt();
    across.atan2(mean)
}

/// `WᵀW − HHᵀ`, `d × d`: the same in any orthonormal frame.
pub(crate) fn imbalance(coordinates: &Coordinates, y: &[f64]) -> DMatrix<f64> {
    let (classes, dimension) = (coordinates.classes(), coordinates.dimension);
    let (w, h) = y.split_at(classes * dimension);
    DMatrix::from_fn(dimension, dimension, |a, b| {
        let classifier: f64 = w.chunks_exact(dimension).map(|row| row[a] * row[b]).sum();
        let row = |l: usize| &h[l * coordinates.columns..][..coordinates.columns];
        classifier - dot(row(a), row(b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, loss, matrices::Frame};
    use ufm_theory::{
        problem::{ClassProfile, Weighting},
        spectrum::labels,
    };

    const COUNTS: [usize; 4] = [7, 4, 1, 2];
    const GROUPS: [usize; 4] = [0, 1, 0, 1];
    const DIMENSION: usize = 5;

    fn problem() -> Problem {
        let profile = ClassProfile::from_counts(&COUNTS).unwrap();
        Problem::new(&profile, Weighting::power(0.7).unwrap()).unwrap()
    }

    /// `W`, `H`, and both in the frame.
    fn state(coordinates: &Coordinates, seed: f64) -> (DMatrix<f64>, DMatrix<f64>, Vec<f64>) {
        let wave = |rows, columns, seed: f64| {
            DMatrix::from_fn(rows, columns, |i, j| {
                (seed * (1 + i * columns + j) as f64).sin()
            })
        };
        let (w, h) = (wave(4, DIMENSION, seed), wave(DIMENSION, 14, seed + 1.0));
        let in_frame = coordinates.classifier_in_frame(&w).transpose();
        let mut y = in_frame.as_slice().to_vec();
        y.extend(coordinates.features_in_frame(h.transpose().as_slice()));
        (w, h, y)
    }

    fn assert_close(found: f64, expected: f64, what: &str) {
        assert!(
            (found - expected).abs() < 1e-12 * (1.0 + expected.abs()),
            "{what}: {found} against {expected}"
        );
    }

    #[test]
    fn a_moment_is_that_of_the_plain_matrices() {
        let problem = problem();
        let coordinates = Coordinates::new(&problem, DIMENSION, Frame::Full).unwrap();
        let (w_start, h_start, start) = state(&coordinates, 2.0);
        let (w, h, y) = state(&coordinates, 3.3);
        let meter = Meter::new(&coordinates, &GROUPS, 2, &start);
        let found = meter.moment(1.5, &y);
        let (z, l) = (labels::simplex_encoded_labels(&COUNTS), &w * &h);
        let classes = labels::sample_classes(&COUNTS);
        let weights: Vec<f64> = (classes.iter())
            .map(|&class| problem.class_weights()[class])
            .collect();

        let plain_loss = loss::weighted_squared_loss(&z, &w, &h, &weights);
        assert_close(found.loss, plain_loss, "loss");
        assert_close(found.residual, (&z - &l).norm() / z.norm(), "residual");
        assert_close(
            found.angle,
            (l.dot(&z) / l.norm() / z.norm()).acos(),
            "angle",
        );
        let imbalance = |w: &DMatrix<f64>, h: &DMatrix<f64>| w.transpose() * w - h * h.transpose();
        let (now, before) = (imbalance(&w, &h), imbalance(&w_start, &h_start));
        assert_close(found.imbalance, now.norm(), "imbalance");
        assert_close(found.imbalance_drift, (now - before).norm(), "drift");
        assert_eq!(meter.moment(0.0, &start).imbalance_drift, 0.0);

        let (u, v) = (problem.svd().left(), problem.svd().right(&COUNTS).unwrap());
        let amplitudes = (u.transpose() * &l * &v).diagonal();
        for (mode, &sigma) in problem.singular_values().iter().enumerate() {
            let s = amplitudes[mode];
            assert_close(found.amplitudes[mode], s, "amplitude");
            assert_close(found.fractions[mode], s / sigma, "fraction");
            assert_close(meter.fraction(&y, mode), s / sigma, "fraction");
            let ln = (s / sigma).abs().ln();
            assert_close(found.ln_fractions[mode], ln, "logarithm");
        }
        let outside = &l - u * DMatrix::from_diagonal(&amplitudes) * v.transpose();
        let leakage = found.leakage;
        assert_close(leakage.of_labels, outside.norm() / z.norm(), "leakage");
        assert_close(leakage.of_logits, outside.norm() / l.norm(), "leakage");

        for (group, found) in found.groups.iter().enumerate() {
            let of_group: Vec<usize> = (0..classes.len())
                .filter(|&i| GROUPS[classes[i]] == group)
                .collect();
            let (z, l) = (z.select_columns(&of_group), l.select_columns(&of_group));
            assert_close(found.residual, (&z - &l).norm() / z.norm(), "of a group");
            let margins = l.column_iter().zip(&of_group).map(|(logits, &i)| {
                let others = (0..4).filter(|&c| c != classes[i]).map(|c| logits[c]);
                logits[classes[i]] - others.fold(f64::MIN, f64::max)
            });
            let margins: Vec<f64> = margins.collect();
            let samples = margins.len() as f64;
            let correct = margins.iter().filter(|&&margin| margin > 0.0).count() as f64;
            assert_eq!(found.accuracy, Some(correct / samples));
            let mean = margins.iter().sum::<f64>() / samples;
            assert_close(found.margin.unwrap(), mean, "margin");
        }
    }

    #[test]
    fn at_the_origin_every_logit_is_tied_and_nothing_leaks() {
        let problem = problem();
        for frame in [Frame::Full, Frame::ClassConstant] {
            let coordinates = Coordinates::new(&problem, DIMENSION, frame).unwrap();
            let y = vec![0.0; coordinates.unknowns()];
            let found = Meter::new(&coordinates, &GROUPS, 2, &y).moment(0.0, &y);
            assert_eq!(found.accuracies(), Some(vec![0.0, 0.0]));
            for group in &found.groups {
                assert_eq!(group.margin, Some(0.0));
                assert_close(group.residual, 1.0, "residual");
            }
            assert_eq!(found.leakage.of_labels, 0.0);
            assert_eq!(found.leakage.of_logits, 0.0);
        }
    }

    #[test]
    fn classes_differ_by_what_is_not_rounding() {
        let left = DMatrix::from_row_slice(
            3,
            3,
            &[
                0.5,
                ROUNDING,
                0.0,
                0.25,
                0.0,
                0.0,
                0.25,
                0.9 * ROUNDING,
                1.0,
            ],
        );
        let differences = class_differences(&left);
        assert_eq!(differences[1], [0.25, ROUNDING, 0.0]); // of the first and the second
        assert_eq!(differences[5], [0.0, 0.0, -1.0]);
        assert_eq!(differences[8], [0.0; 3]);
    }
}
