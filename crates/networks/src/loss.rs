//! Losses of a batch of logits, weighted and shifted by class.

use serde::{Deserialize, Serialize};

use crate::layers::Matrix;

/// What is minimised: the mean over samples of `ω_y` times one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax cross-entropy `−ln p_y`, the loss of the paper's experiment.
    CrossEntropy,
    /// `½‖ℓ − (e_y − 1/k)‖²`: simplex-encoded labels, the loss of the paper's theory.
    Squared,
}

/// What a step makes smaller: the mean over samples of `ω_y` times the loss of the logits plus `ι_c`.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// The loss.
    pub loss: Loss,
    /// A weight `ω_c` for each class.
    pub weights: Vec<f64>,
    /// What is added to each logit while training, `ι_c = τ ln(n_c/N)` of logit adjustment (Menon et al. 2021); zeros for none.
    pub offsets: Vec<f64>,
}

impl Objective {
    /// Weights alone.
    pub fn weighted(loss: Loss, weights: Vec<f64>) -> Self {
        Self {
            loss,
            offsets: vec![0.0; weights.len()],
            weights,
        }
    }

    /// The mean over the rows of `logits`, and its derivative by them. `labels` has one class for each row. Sums run in double precision.
    pub fn value_and_derivative(&self, logits: &Matrix, labels: &[u8]) -> (f64, Matrix) {
        self.part(logits, labels, logits.nrows())
    }

    /// The same of some samples of a batch: their part of the mean over `batch` samples, and its derivative by their logits.
    pub fn part(&self, logits: &Matrix, labels: &[u8], batch: usize) -> (f64, Matrix) {
        let k = logits.ncols();
        let mut by_logits = Matrix::zeros(logits.nrows(), k);
        let mut sum = 0.0;
        let mut by = vec![0.0_f64; k];
        let offsets: Vec<f32> = self.offsets.iter().map(|&offset| offset as f32).collect();
        let mut row = vec![0.0_f32; k];
        for ((logits, out), &label) in logits.rows().zip(by_logits.rows_mut()).zip(labels) {
            for (value, (logit, offset)) in row.iter_mut().zip(logits.iter().zip(&offsets)) {
                *value = logit + offset;
            }
            let label = usize::from(label);
            let weight = self.weights[label] / batch as f64;
            sum += weight
                * match self.loss {
                    Loss::CrossEntropy => {
                        let largest = row.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
                        let mut total = 0.0;
                        for (by, &logit) in by.iter_mut().zip(&row) {
                            *by = f64::from(logit - largest).exp();
                            total += *by;
                        }
                        by.iter_mut().for_each(|by| *by /= total);
                        by[label] -= 1.0;
                        total.ln() - f64::from(row[label] - largest)
                    }
                    Loss::Squared => {
                        for (class, (by, &logit)) in by.iter_mut().zip(&row).enumerate() {
                            let target = f64::from(u8::from(class == label)) - 1.0 / k as f64;
                            *by = f64::from(logit) - target;
                        }
                        0.5 * by.iter().map(|by| by * by).sum::<f64>()
                    }
                };
            for (out, by) in out.iter_mut().zip(&by) {
                *out = (weight * by) as f32;
            }
        }
        (sum, by_logits)
    }
}
