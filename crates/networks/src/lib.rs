//! Real networks on real data: what the theory says of singular directions, seen on images.
//!
//! A [`plan::Plan`] says what to train and on which imbalanced subset; [`training::train`] gives one run, an
//! [`experiment::Experiment`] every weight exponent with every seed, in parallel and resumable. Runs hold what was measured at
//! chosen steps: loss, confusion matrices on training and test samples, class means of the logits. [`metrics`] turns these into
//! accuracies of groups and into the spectrum of the logits along the singular directions of the labels, [`statistics`] into means with
//! confidence intervals and paired tests over seeds. A [`study::Study`] names the experiments of one data set, a
//! [`series::Series`] several that differ in one setting.
//!
//! What computes a network is an [`engine::Engine`]. The one of this crate is small ([`layers`], [`model`]): a convolution is one matrix
//! product of `faer`, everything else a few loops, checked against differences. It trains the three-convolution network of the paper several times as fast as
//! the deep-learning libraries for Rust that were tried, which is what makes confidence intervals affordable on two cores.
//!
//! *Time* is steps of the optimiser. Weights `ω_c ∝ n_c^(−γ)` have mean one over the training samples.
//!
//! ```
//! use ufm_networks::{architecture::Architecture, experiment::{Handle, Experiment}, loss::Loss, optimiser::Optimiser, plan::{Plan, Profile, Remedy}};
//! use ufm_theory::problem::{Batch, ImbalanceRatio, LearningRate, Samples, Steps};
//! let data = ufm_data::digits::load(0)?;
//! let plan = Plan {
//!     architecture: Architecture::SmallCnn,
//!     width: None,
//!     loss: Loss::CrossEntropy,
//!     optimiser: Optimiser::Sgd,
//!     learning_rate: LearningRate::new(0.1)?,
//!     batch: Batch::new(32.0)?,
//!     steps: Steps::new(40.0)?,
//!     profile: Profile::Step,
//!     majority: vec![0, 1, 2, 3, 4],
//!     majority_samples: Some(Samples::new(100.0)?),
//!     ratio: Some(ImbalanceRatio::new(10.0)?),
//!     test_samples: Some(Samples::new(20.0)?),
//!     measured_samples: None,
//!     moments: None,
//!     shuffled_labels: false,
//!     remedy: Remedy::default(),
//! };
//! let experiment = Experiment { plan, gammas: vec![0.0, 1.0], seeds: vec![1, 2, 3] };
//! let results = experiment.run(&data, None, &Handle::default())?;
//! let minority = |gamma| results.interval(gamma, 40, |m| m.test.balanced_accuracy(|class| class >= 5));
//! assert!(minority(1.0)?.mean > minority(0.0)?.mean);
//! # Ok::<(), ufm_networks::NetworkError>(())
//! ```

pub mod architecture;
pub mod engine;
mod error;
pub mod experiment;
pub mod layers;
pub mod loss;
pub mod margins;
pub mod metrics;
pub mod model;
pub mod optimiser;
pub mod plan;
pub mod series;
pub mod statistics;
pub mod study;
pub mod training;

pub use error::NetworkError;
