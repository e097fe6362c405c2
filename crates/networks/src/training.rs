//! One run: a network trained from a seed, measured at chosen steps.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};
use ufm_data::{DataSet, Samples};

use crate::{
    NetworkError,
    architecture::ImageSize,
    engine::{Engine, Layers, Model},
    layers::Matrix,
    loss::Objective,
    metrics::Confusion,
    plan::{Plan, Sampling},
};

/// A finished run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Weight exponent: samples of class `c` weigh `∝ n_c^(−γ)`, mean one over the training samples.
    pub gamma: f64,
    /// Draws training samples, initial weights and the order of samples; equal for runs that differ in `γ` only.
    pub seed: u64,
    /// What was measured, by increasing step.
    pub moments: Vec<Checkpoint>,
}

/// What is measured of a network after some steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Steps done.
    pub step: usize,
    /// The objective, weights included: that of the whole training set, estimated from the samples of each class that are measured.
    pub loss: f64,
    /// On the training samples that the plan measures.
    pub train: Confusion,
    /// On the test samples.
    pub test: Confusion,
    /// Mean logits of the measured training samples of each class, class by class: a `k × k` matrix in column-major order.
    pub logits: Vec<f64>,
    /// The same of the test samples.
    pub test_logits: Vec<f64>,
}

impl Run {
    /// The measurement after `step` steps, or the last one before.
    pub fn at(&self, step: usize) -> Option<&Checkpoint> {
        self.moments.iter().rev().find(|moment| moment.step <= step)
    }
}

/// Trains one network with the layers of this crate; else as [`train_on`].
///
/// # Errors
/// As for [`train_on`].
pub fn train(
    plan: &Plan,
    data: &DataSet,
    gamma: f64,
    seed: u64,
    progress: impl FnMut(usize) -> bool,
) -> Result<Option<Run>, NetworkError> {
    train_on(&Layers, plan, data, (gamma, seed), progress)
}

/// Trains one network.
///
/// `progress` is called after every step with the number of steps done and stops the run by returning false, in which case
/// there is no result. The same engine, plan, data, exponent and seed give the same bits.
///
/// # Errors
/// [`NetworkError::Diverged`] if the loss is no longer finite, and the errors of [`Plan::check`], [`Plan::samples`] and [`Engine::model`].
pub fn train_on(
    engine: &dyn Engine,
    plan: &Plan,
    data: &DataSet,
    (gamma, seed): (f64, u64),
    mut progress: impl FnMut(usize) -> bool,
) -> Result<Option<Run>, NetworkError> {
    plan.check(&data.train)?;
    let (train, test) = plan.samples(data, seed)?;
    let objective = plan.objective(&data.train, gamma)?;
    // Until weights that are deferred begin.
    let unweighted = Objective {
        weights: vec![1.0; objective.weights.len()],
        ..objective.clone()
    };
    let deferred = plan.remedy.deferred.map_or(0, |step| step.get());
    let mut labels = train.labels().to_vec();
    if plan.shuffled_labels {
        shuffle(&mut labels, &mut stream(seed, 3));
    }
    let image = ImageSize::of(&train);
    let mut model = engine.model(plan, image, train.classes(), seed)?;
    let measured = Measured::new(plan, (&train, &labels), &test, &objective.weights)?;
    let mut order = Order::new(plan.remedy.sampling, &labels, stream(seed, 2));
    let mut record = plan.record().into_iter().peekable();
    let mut run = Run {
        gamma,
        seed,
        moments: Vec::new(),
    };
    let mut images = vec![0.0; plan.batch.get() * image.values()];
    let mut batch_labels = vec![0; plan.batch.get()];
    for step in 0..=plan.steps.get() {
        if record.next_if_eq(&step).is_some() {
            let moment = measured.moment(step, model.as_mut(), &objective);
            if !moment.loss.is_finite() {
                return Err(NetworkError::Diverged { step, gamma, seed });
            }
            run.moments.push(moment);
        }
        if step == plan.steps.get() {
            break;
        }
        let places = images.chunks_exact_mut(image.values());
        for (image, label) in places.zip(&mut batch_labels) {
            let sample = order.draw();
            image.copy_from_slice(train.image(sample));
            *label = labels[sample];
        }
        let now = if step < deferred {
            &unweighted
        } else {
            &objective
        };
        model.step(&images, &batch_labels, now);
        if !progress(step + 1) {
            return Ok(None);
        }
    }
    Ok(Some(run))
}

/// What is measured: some training samples with their labels, and test samples.
struct Measured<'a> {
    train: Samples,
    labels: Vec<u8>,
    test: &'a Samples,
    /// Of a sample of each class in the objective: its weight, times how many samples it stands for.
    weights: Vec<f64>,
    /// Samples that are trained on.
    trained: usize,
}

impl<'a> Measured<'a> {
    /// The first samples of each label, as many as the plan says.
    fn new(
        plan: &Plan,
        (train, labels): (&Samples, &[u8]),
        test: &'a Samples,
        weights: &[f64],
    ) -> Result<Self, NetworkError> {
        let kept = plan.measured(labels, train.classes());
        let labels: Vec<u8> = kept.iter().map(|&i| labels[i]).collect();
        let mut found = vec![0_usize; train.classes()];
        labels
            .iter()
            .for_each(|&label| found[usize::from(label)] += 1);
        let all = train.class_counts();
        let stands_for = all.iter().zip(&found).map(|(&n, &m)| n as f64 / m as f64);
        Ok(Self {
            weights: weights.iter().zip(stands_for).map(|(w, n)| w * n).collect(),
            trained: train.len(),
            train: train.select(&kept)?,
            labels,
            test,
        })
    }

    fn moment(&self, step: usize, model: &mut dyn Model, objective: &Objective) -> Checkpoint {
        let k = self.train.classes();
        // Each sample stands for several, with their weights; offsets are those of training.
        let standing = Objective {
            weights: self.weights.clone(),
            ..objective.clone()
        };
        let mut loss = 0.0;
        let mut train = Means::empty(k);
        each_pass(model, &self.train, &self.labels, |logits, labels| {
            loss += standing.part(logits, labels, self.trained).0;
            train.add(logits, labels);
        });
        let mut test = Means::empty(k);
        let labels = self.test.labels();
        each_pass(model, self.test, labels, |logits, labels| {
            test.add(logits, labels);
        });
        let ((train, logits), (test, test_logits)) = (train.finish(), test.finish());
        Checkpoint {
            step,
            loss,
            train,
            test,
            logits,
            test_logits,
        }
    }
}

/// What logits say of samples: whom they are taken for, and sums for each class.
struct Means {
    confusion: Confusion,
    sums: Vec<f64>,
}

impl Means {
    fn empty(classes: usize) -> Self {
        Self {
            confusion: Confusion::empty(classes),
            sums: vec![0.0; classes * classes],
        }
    }

    fn add(&mut self, logits: &Matrix, labels: &[u8]) {
        let k = logits.ncols();
        for (row, &label) in logits.rows().zip(labels) {
            let label = usize::from(label);
            self.confusion.count(label, largest(row));
            for (sum, &logit) in self.sums[label * k..].iter_mut().zip(row) {
                *sum += f64::from(logit);
            }
        }
    }

    fn finish(mut self) -> (Confusion, Vec<f64>) {
        let k = self.confusion.classes();
        for label in 0..k {
            let samples = f64::from(self.confusion.samples(label)).max(1.0);
            for sum in &mut self.sums[label * k..(label + 1) * k] {
                *sum /= samples;
            }
        }
        (self.confusion, self.sums)
    }
}

/// The logits of all samples with their labels, one pass after another.
fn each_pass(
    model: &mut dyn Model,
    samples: &Samples,
    labels: &[u8],
    mut visit: impl FnMut(&Matrix, &[u8]),
) {
    let pass = model.images_of_a_pass();
    let images = samples
        .pixels()
        .chunks(pass * ImageSize::of(samples).values());
    for (images, labels) in images.zip(labels.chunks(pass)) {
        visit(model.logits(images), labels);
    }
}

/// The first of the largest.
fn largest(row: &[f32]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, &logit) in row.iter().enumerate() {
        if logit > best.1 {
            best = (class, logit);
        }
    }
    best.0
}

/// An independent stream of random numbers of one seed; [`crate::model::Network::new`] uses stream 1.
fn stream(seed: u64, number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}

/// Fisher and Yates.
fn shuffle<T>(values: &mut [T], rng: &mut ChaCha8Rng) {
    for i in (1..values.len()).rev() {
        // The bias of a 64-bit remainder is below 2⁻³², far from anything that could be seen here.
        values.swap(i, (rng.next_u64() % (i as u64 + 1)) as usize);
    }
}

/// The order in which samples are drawn.
struct Order {
    /// One pool for each class, or one of all samples.
    pools: Vec<Pool>,
    rng: ChaCha8Rng,
}

/// One permutation of some samples after another.
struct Pool {
    samples: Vec<usize>,
    next: usize,
}

impl Pool {
    fn new(samples: Vec<usize>) -> Self {
        Self {
            next: samples.len(),
            samples,
        }
    }

    fn draw(&mut self, rng: &mut ChaCha8Rng) -> usize {
        if self.next >= self.samples.len() {
            shuffle(&mut self.samples, rng);
            self.next = 0;
        }
        self.next += 1;
        self.samples[self.next - 1]
    }
}

impl Order {
    fn new(sampling: Sampling, labels: &[u8], rng: ChaCha8Rng) -> Self {
        let pools = match sampling {
            Sampling::Shuffled => vec![Pool::new((0..labels.len()).collect())],
            Sampling::ClassBalanced => {
                let classes = labels.iter().copied().max().map_or(0, usize::from) + 1;
                let of = |class: usize| -> Vec<usize> {
                    (0..labels.len())
                        .filter(|&i| usize::from(labels[i]) == class)
                        .collect()
                };
                let pools = (0..classes).map(of).filter(|samples| !samples.is_empty());
                pools.map(Pool::new).collect()
            }
        };
        Self { pools, rng }
    }

    fn draw(&mut self) -> usize {
        let pool = match self.pools.len() {
            1 => 0,
            several => (self.rng.next_u64() % several as u64) as usize,
        };
        self.pools[pool].draw(&mut self.rng)
    }
}
