//! What a run needs of whatever computes networks: [`crate::training`], resuming, metrics, statistics and figures know nothing else of it.

use crate::{
    NetworkError,
    architecture::ImageSize,
    layers::{Affine, Matrix},
    loss::Objective,
    model::{Network, Workspace},
    optimiser::State,
    plan::Plan,
};

/// Makes networks.
pub trait Engine: Sync {
    /// Its name, which is also part of the digest under which runs are kept.
    fn name(&self) -> &'static str;

    /// Text that changes whenever what it computes may change, beside the program of this crate.
    fn program(&self) -> String;

    /// The network of a plan, at its first step, drawn from `seed`.
    ///
    /// # Errors
    /// [`NetworkError::Engine`] if it has no such network.
    fn model(
        &self,
        plan: &Plan,
        image: ImageSize,
        classes: usize,
        seed: u64,
    ) -> Result<Box<dyn Model>, NetworkError>;
}

/// A network with the state of its optimiser.
pub trait Model {
    /// The number of images whose logits are computed fastest at a time.
    fn images_of_a_pass(&self) -> usize;

    /// Logits, one row for each image; `images` holds whole images, value by value.
    fn logits(&mut self, images: &[f32]) -> &Matrix;

    /// One step on a batch.
    fn step(&mut self, images: &[f32], labels: &[u8], objective: &Objective);
}

/// The layers of this crate, over `faer`: chains of convolutions and fully connected layers, in one thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layers;

impl Engine for Layers {
    fn name(&self) -> &'static str {
        "layers"
    }

    fn program(&self) -> String {
        String::new() // that of this crate, which is digested anyway
    }

    fn model(
        &self,
        plan: &Plan,
        image: ImageSize,
        classes: usize,
        seed: u64,
    ) -> Result<Box<dyn Model>, NetworkError> {
        let width = plan.width.map(|width| width.get());
        let network = Network::new(plan.architecture, width, image, classes, seed)?;
        Ok(Box::new(Trained {
            state: State::new(plan.optimiser, plan.learning_rate.get(), &network),
            workspace: network.workspace(),
            gradients: network.zeros(),
            network,
        }))
    }
}

struct Trained {
    network: Network,
    state: State,
    workspace: Workspace,
    gradients: Vec<Affine>,
}

impl Model for Trained {
    fn images_of_a_pass(&self) -> usize {
        self.network.images_of_a_pass()
    }

    fn logits(&mut self, images: &[f32]) -> &Matrix {
        self.network.forward(images, &mut self.workspace)
    }

    fn step(&mut self, images: &[f32], labels: &[u8], objective: &Objective) {
        let (workspace, gradients) = (&mut self.workspace, &mut self.gradients);
        self.network
            .gradient((images, labels), objective, workspace, gradients);
        self.state.step(&mut self.network, &self.gradients);
    }
}
