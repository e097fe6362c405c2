//! One run: a network trained from a seed, measured at chosen steps.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};
use ufm_data::{DataSet, Samples};

use crate::{
    NetworkError,
    layers::Matrix,
    loss::Loss,
    metrics::Confusion,
    model::{Network, Workspace},
    optimiser::State,
    plan::Plan,
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
}

impl Run {
    /// The measurement after `step` steps, or the last one before.
    pub fn at(&self, step: usize) -> Option<&Checkpoint> {
        self.moments.iter().rev().find(|moment| moment.step <= step)
    }
}

/// Trains one network.
///
/// `progress` is called after every step with the number of steps done and stops the run by returning false, in which case
/// there is no result. In one thread; the same plan, data, exponent and seed give the same bits.
///
/// # Errors
/// [`NetworkError::Diverged`] if the loss is no longer finite, and
/// the errors of [`Plan::samples`].
pub fn train(
    plan: &Plan,
    data: &DataSet,
    gamma: f64,
    seed: u64,
    mut progress: impl FnMut(usize) -> bool,
) -> Result<Option<Run>, NetworkError> {
    let (train, test) = plan.samples(data, seed)?;
    let weights = plan.class_weights(&data.train, gamma)?;
    let mut labels = train.labels().to_vec();
    if plan.shuffled_labels {
        shuffle(&mut labels, &mut stream(seed, 3));
    }
    let pixels = train.height() * train.width();
    let mut network = Network::new(
        plan.architecture,
        train.height(),
        train.width(),
        train.classes(),
        seed,
    );
    let mut state = State::new(plan.optimiser, plan.learning_rate.get(), &network);
    let (mut workspace, mut gradients) = (network.workspace(), network.zeros());
    let measured = Measured::new(plan, (&train, &labels), &test, &weights)?;
    let mut order = Order::new(train.len(), stream(seed, 2));
    let mut record = plan.record().into_iter().peekable();
    let mut run = Run {
        gamma,
        seed,
        moments: Vec::new(),
    };
    let mut images = vec![0.0; plan.batch.get() * pixels];
    let mut batch_labels = vec![0; plan.batch.get()];
    for step in 0..=plan.steps.get() {
        if record.next_if_eq(&step).is_some() {
            let moment = measured.moment(step, &network, plan.loss, &mut workspace);
            if !moment.loss.is_finite() {
                return Err(NetworkError::Diverged { step, gamma, seed });
            }
            run.moments.push(moment);
        }
        if step == plan.steps.get() {
            break;
        }
        for (image, label) in images.chunks_exact_mut(pixels).zip(&mut batch_labels) {
            let sample = order.draw();
            image.copy_from_slice(train.image(sample));
            *label = labels[sample];
        }
        let batch = (&images[..], &batch_labels[..]);
        network.gradient(batch, plan.loss, &weights, &mut workspace, &mut gradients);
        state.step(&mut network, &gradients);
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

    fn moment(
        &self,
        step: usize,
        network: &Network,
        loss: Loss,
        workspace: &mut Workspace,
    ) -> Checkpoint {
        let k = self.train.classes();
        let mut moment = Checkpoint {
            step,
            loss: 0.0,
            train: Confusion::empty(k),
            test: Confusion::empty(k),
            logits: vec![0.0; k * k],
        };
        each_pass(
            network,
            &self.train,
            &self.labels,
            workspace,
            |logits, labels| {
                let (part, _) = loss.part(logits, labels, &self.weights, self.trained);
                moment.loss += part;
                for (row, &label) in logits.rows().zip(labels) {
                    let label = usize::from(label);
                    moment.train.count(label, largest(row));
                    for (sum, &logit) in moment.logits[label * k..].iter_mut().zip(row) {
                        *sum += f64::from(logit);
                    }
                }
            },
        );
        for label in 0..k {
            let samples = f64::from(moment.train.samples(label)).max(1.0);
            for sum in &mut moment.logits[label * k..(label + 1) * k] {
                *sum /= samples;
            }
        }
        let labels = self.test.labels();
        each_pass(network, self.test, labels, workspace, |logits, labels| {
            for (row, &label) in logits.rows().zip(labels) {
                moment.test.count(usize::from(label), largest(row));
            }
        });
        moment
    }
}

/// The logits of all samples with their labels, one pass after another.
fn each_pass(
    network: &Network,
    samples: &Samples,
    labels: &[u8],
    workspace: &mut Workspace,
    mut visit: impl FnMut(&Matrix, &[u8]),
) {
    let pass = network.images_of_a_pass();
    let pixels = samples.height() * samples.width();
    let images = samples.pixels().chunks(pass * pixels);
    for (images, labels) in images.zip(labels.chunks(pass)) {
        visit(network.forward(images, workspace), labels);
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

/// An independent stream of random numbers of one seed; [`Network::new`] uses stream 1.
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

/// One permutation of the samples after another.
struct Order {
    samples: Vec<usize>,
    next: usize,
    rng: ChaCha8Rng,
}

impl Order {
    fn new(samples: usize, rng: ChaCha8Rng) -> Self {
        Self {
            samples: (0..samples).collect(),
            next: samples,
            rng,
        }
    }

    fn draw(&mut self) -> usize {
        if self.next >= self.samples.len() {
            shuffle(&mut self.samples, &mut self.rng);
            self.next = 0;
        }
        self.next += 1;
        self.samples[self.next - 1]
    }
}
