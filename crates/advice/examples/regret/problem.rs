//! Data sets and imbalances.

use anyhow::Result;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use ufm_data::{DataSet, digits, long_tail_counts, step_counts, subsample};

/// Rows of features with their classes.
pub struct Samples {
    pub features: Vec<Vec<f32>>,
    pub labels: Vec<usize>,
}

/// Where samples come from.
enum Source {
    Images(DataSet),
    /// A shared part `α` and Gaussian private parts in so many dimensions.
    Mixing {
        alpha: f64,
        private: usize,
    },
}

/// A data set with an imbalance.
pub struct Problem {
    pub name: String,
    pub counts: Vec<usize>,
    source: Source,
}

/// Test samples of each class.
const TEST: usize = 100;

impl Problem {
    /// Training and held-out samples of a seed, centred with the training mean.
    pub fn draw(&self, seed: u64) -> Result<(Samples, Samples)> {
        let (mut train, mut test) = match &self.source {
            Source::Images(data) => {
                let taken = subsample(&data.train, &self.counts, seed)?;
                let part = |samples: &ufm_data::Samples,
                            indices: &mut dyn Iterator<Item = usize>| {
                    let (mut features, mut labels) = (Vec::new(), Vec::new());
                    for i in indices {
                        features.push(samples.image(i).to_vec());
                        labels.push(usize::from(samples.labels()[i]));
                    }
                    Samples { features, labels }
                };
                let mut seen = vec![0; data.test.classes()];
                let kept: Vec<usize> = (0..data.test.len())
                    .filter(|&i| {
                        let seen = &mut seen[usize::from(data.test.labels()[i])];
                        *seen += 1;
                        *seen <= TEST
                    })
                    .collect();
                (
                    part(&data.train, &mut taken.into_iter()),
                    part(&data.test, &mut kept.into_iter()),
                )
            }
            Source::Mixing { alpha, private } => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                let mut part = |counts: &[usize]| {
                    let (mut features, mut labels) = (Vec::new(), Vec::new());
                    for (class, &n) in counts.iter().enumerate() {
                        for _ in 0..n {
                            let mut x = vec![0.0_f32; counts.len() + private];
                            x[class] = alpha.sqrt() as f32;
                            let size = ((1.0 - alpha) / *private as f64).sqrt();
                            for entry in &mut x[counts.len()..] {
                                let normal: f64 = StandardNormal.sample(&mut random);
                                *entry = (size * normal) as f32;
                            }
                            features.push(x);
                            labels.push(class);
                        }
                    }
                    Samples { features, labels }
                };
                let train = part(&self.counts);
                (train, part(&vec![TEST; self.counts.len()]))
            }
        };
        let dimension = train.features[0].len();
        for j in 0..dimension {
            let sum: f64 = train.features.iter().map(|x| f64::from(x[j])).sum();
            let mean = (sum / train.features.len() as f64) as f32;
            for x in train.features.iter_mut().chain(&mut test.features) {
                x[j] -= mean;
            }
        }
        Ok((train, test))
    }
}

/// All that are studied.
pub fn all(mnist: Option<&std::path::Path>) -> Result<Vec<Problem>> {
    let first_five = [0, 1, 2, 3, 4];
    let mut problems = Vec::new();
    let digits = || digits::load(0);
    let available = digits()?.train.class_counts();
    for ratio in [10.0, 40.0] {
        problems.push(Problem {
            name: format!("digits step R={ratio}"),
            counts: step_counts(&available, &first_five, 120, ratio)?,
            source: Source::Images(digits()?),
        });
    }
    problems.push(Problem {
        name: "digits tail R=30".into(),
        counts: long_tail_counts(&available, 120, 30.0)?,
        source: Source::Images(digits()?),
    });
    for (alpha, private) in [(0.02, 200), (0.1, 200), (0.5, 200)] {
        let mut counts = vec![100; 5];
        counts.extend([5; 5]);
        problems.push(Problem {
            name: format!("mixing α={alpha} R=20"),
            counts,
            source: Source::Mixing { alpha, private },
        });
    }
    if let Some(folder) = mnist {
        let data = ufm_data::mnist::load(folder)?;
        let available = data.train.class_counts();
        problems.push(Problem {
            name: "mnist step R=20".into(),
            counts: step_counts(&available, &first_five, 600, 20.0)?,
            source: Source::Images(data.clone()),
        });
        problems.push(Problem {
            name: "mnist tail R=100".into(),
            counts: long_tail_counts(&available, 1000, 100.0)?,
            source: Source::Images(data),
        });
    }
    Ok(problems)
}
