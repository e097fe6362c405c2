//! The engine: networks that begin, step and are measured as those of [`ufm_networks::engine::Layers`].

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, LazyLock, Mutex, PoisonError, mpsc},
};

use burn_tensor::{Device, Tensor, TensorData};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use rayon::{ThreadPool, ThreadPoolBuilder};
use ufm_networks::{
    NetworkError,
    architecture::ImageSize,
    engine::{Engine, Model},
    experiment::libraries,
    layers::Matrix,
    loss::Objective,
    model,
    plan::Plan,
};

use crate::{
    networks::{Design, NAME, Start},
    optimiser::State,
};

/// Images whose logits are computed at a time.
const PASS: usize = 64;

/// Networks over burn.
///
/// ```
/// use ufm_burn::BurnEngine;
/// use ufm_networks::{architecture::{Architecture, ImageSize}, engine::Engine, plan::Plan};
/// let plan: Plan = serde_json::from_value(serde_json::json!({
///     "architecture": "vision-transformer", "width": 8, "loss": "cross-entropy", "optimiser": "adam", "learning-rate": 0.001, "batch": 4, "steps": 1,
///     "majority": [0], "majority-samples": 2, "ratio": 2.0
/// }))?;
/// let image = ImageSize { height: 8, width: 8, channels: 1 };
/// let mut model = BurnEngine::default().model(&plan, image, 10, 1)?;
/// assert_eq!(model.logits(&[0.5; 2 * 64]).nrows(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BurnEngine {
    device: Device,
    /// What computes, where it is not the processor: its bits are others.
    adapter: Option<String>,
    threads: usize,
}

impl Default for BurnEngine {
    /// On the processor, each network in one thread: runs are trained side by side.
    fn default() -> Self {
        Self::with_threads(1)
    }
}

impl BurnEngine {
    /// On the processor, each network in `threads` threads. The bits do not depend on it, as far as was tried.
    pub fn with_threads(threads: usize) -> Self {
        Self {
            device: Device::flex(),
            adapter: None,
            threads: threads.max(1),
        }
    }

    /// On a graphics processor, by wgpu: the one it prefers, or that which `CUBECL_WGPU_DEFAULT_DEVICE` names, such as `IntegratedGpu(0)`, or `Cpu` for
    /// a Vulkan driver in software. Drivers need not give the same bits twice.
    ///
    /// # Errors
    /// [`NetworkError::Backend`] if there is none that can be used.
    #[cfg(feature = "wgpu")]
    pub fn wgpu() -> Result<Self, NetworkError> {
        let (device, adapter) = crate::graphics::device()?;
        Ok(Self {
            device,
            adapter: Some(adapter),
            threads: 1,
        })
    }

    /// Name and driver of the graphics processor, if one computes.
    pub fn adapter(&self) -> Option<&str> {
        self.adapter.as_deref()
    }

    /// Refuses what [`Engine::model`] would, and makes nothing.
    ///
    /// # Errors
    /// [`NetworkError::Engine`] if images or width do not fit the network.
    pub fn check(&self, plan: &Plan, image: ImageSize, classes: usize) -> Result<(), NetworkError> {
        Design::new(plan.architecture, width(plan), image, classes).map(|_| ())
    }

    /// The network of a plan, drawn from `seed`, without an optimiser.
    ///
    /// A chain of layers begins with the parameters of [`model::Network::new`]; others are drawn the same way.
    ///
    /// # Errors
    /// As for [`Self::check`].
    pub fn network(
        &self,
        plan: &Plan,
        image: ImageSize,
        classes: usize,
        seed: u64,
    ) -> Result<BurnNetwork, NetworkError> {
        let design = Design::new(plan.architecture, width(plan), image, classes)?;
        #[cfg(feature = "wgpu")]
        let design = match self.adapter {
            Some(_) => design.with_gelu_of_erf(),
            None => design,
        };
        let start: Vec<Vec<f32>> = if plan.architecture.chain(None).is_some() {
            let network =
                model::Network::new(plan.architecture, width(plan), image, classes, seed)?;
            let layers = network.layers().iter();
            layers
                .flat_map(|layer| [layer.weight.values().to_vec(), layer.bias.clone()])
                .collect()
        } else {
            drawn(&design, seed)
        };
        let values = start.into_iter().map(|values| self.vector(values));
        Ok(BurnNetwork {
            values: values.collect(),
            design,
            image,
            device: self.device.clone(),
        })
    }

    fn vector(&self, values: Vec<f32>) -> Tensor<1> {
        let length = values.len();
        Tensor::from_data(TensorData::new(values, [length]), &self.device)
    }
}

fn width(plan: &Plan) -> Option<usize> {
    plan.width.map(|width| width.get())
}

/// The parameters as they begin, from the stream of random numbers that [`model::Network::new`] uses.
fn drawn(design: &Design, seed: u64) -> Vec<Vec<f32>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(1);
    // 24 random bits give every value of a fixed grid with equal probability.
    let mut draw = || 2.0 * ((rng.next_u32() >> 8) as f32 / (1 << 24) as f32) - 1.0;
    let parameters = design.parameters.iter();
    parameters
        .map(|parameter| match parameter.start {
            Start::Uniform(bound) => (0..parameter.length).map(|_| bound * draw()).collect(),
            Start::Constant(value) => vec![value; parameter.length],
        })
        .collect()
}

/// A network over burn with its parameters.
pub struct BurnNetwork {
    design: Design,
    values: Vec<Tensor<1>>,
    image: ImageSize,
    device: Device,
}

impl BurnNetwork {
    /// The parameters, a vector for each; of a chain of layers weights and biases in turn, each as [`ufm_networks::layers::Affine`] stores them.
    pub fn parameters(&self) -> Vec<Vec<f32>> {
        self.values
            .iter()
            .map(|value| read(value.clone()))
            .collect()
    }

    /// Adds `by` times a direction, which has the sizes of [`Self::parameters`], to the parameters.
    ///
    /// # Errors
    /// [`NetworkError::Sample`] if it has not.
    pub fn shift(&mut self, direction: &[Vec<f32>], by: f32) -> Result<(), NetworkError> {
        let lengths = self.design.parameters.iter().map(|p| p.length);
        if !lengths.eq(direction.iter().map(Vec::len)) {
            return Err(NetworkError::Sample(
                "a direction needs as many numbers as there are parameters",
            ));
        }
        for (value, along) in self.values.iter_mut().zip(direction) {
            let along = TensorData::new(along.clone(), [along.len()]);
            *value = value.clone() + Tensor::from_data(along, &self.device) * by;
        }
        Ok(())
    }

    /// Logits, one row for each image; `images` holds whole images, value by value.
    pub fn logits(&self, images: &[f32]) -> Matrix {
        matrix(self.design.logits(&self.values, self.rows(images)))
    }

    /// The objective on a batch, and its derivative by every parameter.
    pub fn gradient(
        &self,
        images: &[f32],
        labels: &[u8],
        objective: &Objective,
    ) -> (f64, Vec<Vec<f32>>) {
        let (value, gradients) = self.derivative(images, labels, objective);
        (value, gradients.into_iter().map(read).collect())
    }

    /// The derivative by the logits is the objective's own, in double precision; burn goes on from there.
    fn derivative(
        &self,
        images: &[f32],
        labels: &[u8],
        objective: &Objective,
    ) -> (f64, Vec<Tensor<1>>) {
        let values = self.values.iter();
        let tracked: Vec<Tensor<1>> = values
            .map(|value| value.clone().autodiff().require_grad())
            .collect();
        let logits = self.design.logits(&tracked, self.rows(images).autodiff());
        let (value, by) = objective.value_and_derivative(&matrix(logits.clone().inner()), labels);
        let sizes = [by.nrows(), by.ncols()];
        let by = TensorData::new(by.values().to_vec(), sizes);
        let by: Tensor<2> = Tensor::from_data(by, &self.device).autodiff();
        let mut found = (logits * by).sum().backward();
        let gradients = tracked.iter().map(|value| {
            let gradient = value.grad_remove(&mut found);
            gradient.unwrap_or_else(|| value.clone().inner().zeros_like())
        });
        (value, gradients.collect())
    }

    fn rows(&self, images: &[f32]) -> Tensor<2> {
        let values = self.image.values().max(1);
        let whole = images.len() / values;
        let data = images[..whole * values].to_vec();
        Tensor::from_data(TensorData::new(data, [whole, values]), &self.device)
    }
}

/// A tensor's values. Reading fails only where a device is lost, of which nobody is left to tell: what comes then is no number, and ends the run.
fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let length = tensor.shape().num_elements();
    let data = tensor.try_into_data().ok();
    let values = data.and_then(|data| data.try_into_vec().ok());
    values.unwrap_or_else(|| vec![f32::NAN; length])
}

fn matrix(tensor: Tensor<2>) -> Matrix {
    let [rows, columns] = tensor.dims();
    Matrix::from_values(rows, columns, read(tensor))
}

/// The text that decides what is computed, with the entries of the lock file of all that burn calls.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let mut text = [
        include_str!("engine.rs"),
        include_str!("networks.rs"),
        include_str!("optimiser.rs"),
    ]
    .concat();
    let lock = include_str!("../Cargo.lock");
    text.extend(libraries(lock, &["burn-tensor", "rand_chacha", "rayon"]));
    text
});

impl Engine for BurnEngine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn program(&self) -> String {
        match &self.adapter {
            None => PROGRAM.clone(),
            Some(adapter) => format!("{}{adapter}", *PROGRAM),
        }
    }

    fn model(
        &self,
        plan: &Plan,
        image: ImageSize,
        classes: usize,
        seed: u64,
    ) -> Result<Box<dyn Model>, NetworkError> {
        let network = self.network(plan, image, classes, seed)?;
        let rate = plan.learning_rate.get();
        let threads = ThreadPoolBuilder::new().num_threads(self.threads);
        Ok(Box::new(Trained {
            threads: threads
                .build()
                .map_err(|error| NetworkError::Backend(error.to_string()))?,
            logits: Matrix::zeros(0, classes),
            state: Arc::new(Mutex::new(Learner {
                optimiser: State::new(plan.optimiser, rate, &network.values),
                network,
            })),
        }))
    }
}

/// A network with its optimiser.
struct Learner {
    network: BurnNetwork,
    optimiser: State,
}

/// A network with threads of its own.
///
/// Burn's kernels are parallel loops of rayon, and so is an experiment over its runs. On one pool of threads a kernel that waits for its last piece
/// would take up another run, and come back when that is finished. Here the thread of the run waits, and does nothing else.
struct Trained {
    threads: ThreadPool,
    state: Arc<Mutex<Learner>>,
    logits: Matrix,
}

impl Trained {
    /// Does `work` on the threads of this network. A panic there is one here.
    fn on_own_threads<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Learner) -> T + Send + 'static,
    ) -> T {
        let (tell, hear) = mpsc::sync_channel(1);
        let state = Arc::clone(&self.state);
        self.threads.spawn(move || {
            let done = catch_unwind(AssertUnwindSafe(|| {
                work(&mut state.lock().unwrap_or_else(PoisonError::into_inner))
            }));
            // Received below, always.
            let _ = tell.send(done);
        });
        let done = hear.recv();
        match done.unwrap_or_else(|gone| Err(Box::new(gone))) {
            Ok(value) => value,
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl Model for Trained {
    fn images_of_a_pass(&self) -> usize {
        PASS
    }

    fn logits(&mut self, images: &[f32]) -> &Matrix {
        let images = images.to_vec();
        self.logits = self.on_own_threads(move |learner| learner.network.logits(&images));
        &self.logits
    }

    fn step(&mut self, images: &[f32], labels: &[u8], objective: &Objective) {
        let (images, labels, objective) = (images.to_vec(), labels.to_vec(), objective.clone());
        self.on_own_threads(move |Learner { network, optimiser }| {
            let (_, gradients) = network.derivative(&images, &labels, &objective);
            optimiser.step(&mut network.values, gradients);
        });
    }
}
