//! Test time: samples that the model was not trained on.

pub mod benefit_interval;
pub mod generalisation_factor;
pub mod label_noise;
pub mod largest_advantage;
pub mod shared_as_free;
pub mod stop_early_at_test;
pub mod test_accuracy;

crate::claims::register![
    shared_as_free,
    generalisation_factor,
    benefit_interval,
    largest_advantage,
    test_accuracy,
    stop_early_at_test,
    label_noise,
];
