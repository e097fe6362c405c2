//! One run: a network trained from a seed, measured at chosen steps.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};
use ufm_data::{DataSet, Samples};
use ufm_theory::problem::{ClassProfile, Normalisation, Weighting};

use crate::{NetworkError, metrics::Confusion, model::Network, optimiser::State, plan::Plan};

/// A finished run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Weight exponent: samples of class `c` weigh `∝ n_c^(−γ)`, mean one over the training samples.
    pub gamma: f64,
    /// Draws training samples, initial weights and the order of samples; equal for runs that differ in `γ` only.
    pub seed: u64,
    /// What was measured, by increasing step.
    pub moments: Vec<Moment>,
}

/// What is measured of a network after some steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Steps done.
    pub step: usize,
    /// The objective, weights included, on the whole training set.
    pub loss: f64,
    /// On the training samples.
    pub train: Confusion,
    /// On the test samples.
    pub test: Confusion,
    /// Mean logits of the training samples of each class, class by class: a `k × k` matrix in column-major order.
    pub logits: Vec<f64>,
}

impl Run {
    /// The measurement after `step` steps, or the last one before.
    pub fn at(&self, step: usize) -> Option<&Moment> {
        self.moments.iter().rev().find(|moment| moment.step <= step)
    }
}

/// Images of one forward pass when measuring.
const CHUNK: usize = 64;

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
    let profile = ClassProfile::from_counts(&train.class_counts())?;
    let weights = Weighting::power(gamma)?
        .normalised(Normalisation::SampleMeanOne)
        .class_weights(&profile)?;
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
            let moment = measure(plan, &network, step, (&train, &labels), &test, &weights);
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
        let (logits, trace) = network.forward(&images);
        let (_, by_logits) = plan
            .loss
            .value_and_derivative(&logits, &batch_labels, &weights);
        let gradients = network.backward(&trace, &by_logits);
        state.step(&mut network, &gradients);
        if !progress(step + 1) {
            return Ok(None);
        }
    }
    Ok(Some(run))
}

fn measure(
    plan: &Plan,
    network: &Network,
    step: usize,
    (train, labels): (&Samples, &[u8]),
    test: &Samples,
    weights: &[f64],
) -> Moment {
    let k = train.classes();
    let pixels = train.height() * train.width();
    let mut moment = Moment {
        step,
        loss: 0.0,
        train: Confusion::empty(k),
        test: Confusion::empty(k),
        logits: vec![0.0; k * k],
    };
    for (images, labels) in train
        .pixels()
        .chunks(CHUNK * pixels)
        .zip(labels.chunks(CHUNK))
    {
        let logits = network.logits(images);
        let (loss, _) = plan.loss.value_and_derivative(&logits, labels, weights);
        moment.loss += loss * labels.len() as f64 / train.len() as f64;
        for (row, &label) in logits.rows().zip(labels) {
            let label = usize::from(label);
            moment.train.count(label, largest(row));
            for (sum, &logit) in moment.logits[label * k..].iter_mut().zip(row) {
                *sum += f64::from(logit);
            }
        }
    }
    for label in 0..k {
        let samples = f64::from(moment.train.samples(label)).max(1.0);
        for sum in &mut moment.logits[label * k..(label + 1) * k] {
            *sum /= samples;
        }
    }
    for (images, labels) in test
        .pixels()
        .chunks(CHUNK * pixels)
        .zip(test.labels().chunks(CHUNK))
    {
        for (row, &label) in network.logits(images).rows().zip(labels) {
            moment.test.count(usize::from(label), largest(row));
        }
    }
    moment
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
