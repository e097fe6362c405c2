//! Data sets and imbalances.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use rand_distr::{Distribution, StandardNormal};
use ufm_data::{DataSet, long_tail_counts, step_counts, subsample};
use ufm_networks::study::Corpus;

/// Rows of features with their classes.
pub struct Samples {
    pub features: Vec<Vec<f32>>,
    pub labels: Vec<usize>,
}

/// Where samples come from.
enum Source {
    Images(DataSet),
    /// All samples of each class, of which so many are held out.
    Table {
        classes: Vec<Vec<Vec<f32>>>,
        test: usize,
    },
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
    /// Training and held-out samples of a seed, centred with the training mean; those of a table in units of the training deviation too.
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
            Source::Table { classes, test } => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                let empty = || Samples {
                    features: Vec::new(),
                    labels: Vec::new(),
                };
                let (mut train, mut held_out) = (empty(), empty());
                for (class, (rows, &count)) in classes.iter().zip(&self.counts).enumerate() {
                    let mut order: Vec<usize> = (0..rows.len()).collect();
                    for i in (1..order.len()).rev() {
                        order.swap(i, (random.next_u64() % (i as u64 + 1)) as usize);
                    }
                    for (place, &row) in order.iter().take(count + test).enumerate() {
                        let part = if place < count {
                            &mut train
                        } else {
                            &mut held_out
                        };
                        part.features.push(rows[row].clone());
                        part.labels.push(class);
                    }
                }
                (train, held_out)
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
            if matches!(self.source, Source::Table { .. }) {
                let squares: f32 = train.features.iter().map(|x| x[j] * x[j]).sum();
                let deviation = (squares / train.features.len() as f32).sqrt();
                let unit = if deviation > 0.0 { deviation } else { 1.0 };
                for x in train.features.iter_mut().chain(&mut test.features) {
                    x[j] /= unit;
                }
            }
        }
        Ok((train, test))
    }
}

/// What is studied: without arguments digits and mixing, `mnist` or `cifar10` what is at hand of these, else the path of a table whose column `label` is the class.
pub fn all(arguments: &[String]) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    if arguments.is_empty() {
        let steps = [(120, 10.0), (120, 40.0)];
        problems.extend(of_images(Corpus::Digits, &steps, (120, 30.0))?);
        problems.extend([0.02, 0.1, 0.5].map(mixing));
    }
    for argument in arguments {
        match argument.as_str() {
            "mnist" => {
                problems.extend(of_images(Corpus::Mnist, &[(600, 20.0)], (1000, 100.0))?);
            }
            "cifar10" => {
                problems.extend(of_images(Corpus::Cifar10, &[(1000, 20.0)], (1500, 100.0))?);
            }
            path => problems.push(table(&PathBuf::from(path))?),
        }
    }
    Ok(problems)
}

fn mixing(alpha: f64) -> Problem {
    let mut counts = vec![100; 5];
    counts.extend([5; 5]);
    Problem {
        name: format!("mixing α={alpha} R=20"),
        counts,
        source: Source::Mixing {
            alpha,
            private: 200,
        },
    }
}

/// Two groups, the first five classes the majority, and a long tail: each with the samples of its largest class and its ratio.
fn of_images(
    corpus: Corpus,
    steps: &[(usize, f64)],
    (largest, ratio): (usize, f64),
) -> Result<Vec<Problem>> {
    let checkout = ufm_support::workspace::root().unwrap_or_default();
    let data = corpus.find(None, &checkout)?;
    let available = data.train.class_counts();
    let mut profiles = Vec::new();
    for &(samples, ratio) in steps {
        let counts = step_counts(&available, &[0, 1, 2, 3, 4], samples, ratio)?;
        profiles.push((format!("{corpus} step R={ratio}"), counts));
    }
    let counts = long_tail_counts(&available, largest, ratio)?;
    profiles.push((format!("{corpus} tail R={ratio}"), counts));
    let problem = |(name, counts)| Problem {
        name,
        counts,
        source: Source::Images(data.clone()),
    };
    Ok(profiles.into_iter().map(problem).collect())
}

/// How many times more samples majority classes of a table have.
const TABLE_RATIO: usize = 10;

/// Two groups of classes: the later half are minority classes. A third of the smallest class is held out of each, at most [`TEST`] samples.
fn table(path: &std::path::Path) -> Result<Problem> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let headings = reader.headers()?.clone();
    let label = headings.iter().position(|name| name == "label");
    let Some(label) = label else {
        bail!("{}: there is no column `label`", path.display())
    };
    let mut classes: std::collections::BTreeMap<String, Vec<Vec<f32>>> = Default::default();
    for record in reader.records() {
        let record = record?;
        let features = (0..record.len()).filter(|&column| column != label);
        let features = features.map(|column| record[column].parse::<f32>());
        let features = features.collect::<Result<_, _>>()?;
        classes
            .entry(record[label].to_owned())
            .or_default()
            .push(features);
    }
    let classes: Vec<Vec<Vec<f32>>> = classes.into_values().collect();
    let smallest = classes.iter().map(Vec::len).min().unwrap_or(0);
    let test = (smallest / 3).min(TEST);
    let large = smallest - test;
    ensure!(
        classes.len() > 1 && large >= TABLE_RATIO,
        "{}: there must be two classes or more, of {TABLE_RATIO} samples or more beside those held out",
        path.display()
    );
    let majority = classes.len().div_ceil(2);
    let counts = (0..classes.len())
        .map(|class| {
            if class < majority {
                large
            } else {
                (large / TABLE_RATIO).max(1)
            }
        })
        .collect();
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Problem {
        name: format!("{name} step R={TABLE_RATIO}"),
        counts,
        source: Source::Table { classes, test },
    })
}
