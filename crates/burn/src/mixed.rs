//! Each network by the engine that is fastest at it.

use ufm_networks::{
    NetworkError,
    architecture::ImageSize,
    engine::{Engine, Layers, Model},
    plan::Plan,
};

use crate::BurnEngine;

/// Chains of layers by [`Layers`], other networks by burn.
pub(crate) struct Mixed {
    pub(crate) layers: Layers,
    pub(crate) burn: BurnEngine,
}

impl Engine for Mixed {
    fn name(&self) -> &'static str {
        "mixed"
    }

    fn program(&self) -> String {
        self.burn.program()
    }

    fn model(
        &self,
        plan: &Plan,
        image: ImageSize,
        classes: usize,
        seed: u64,
    ) -> Result<Box<dyn Model>, NetworkError> {
        let engine: &dyn Engine = match plan.architecture.chain(None) {
            Some(_) => &self.layers,
            None => &self.burn,
        };
        engine.model(plan, image, classes, seed)
    }
}
