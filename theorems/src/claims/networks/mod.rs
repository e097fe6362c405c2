//! Real data: networks in training, and data before it.

pub mod data_growth;
pub mod mnist_advantage_fades;
pub mod mnist_both_learned;
pub mod mnist_early_lift;
pub mod mnist_majority_first;
pub mod mnist_stopping;
pub mod network_advantage_fades;
pub mod network_early_lift;
pub mod network_majority_first;
pub mod network_margins;
pub mod network_spectral_order;
pub mod network_stopping;

crate::claims::register![
    network_majority_first,
    network_early_lift,
    network_advantage_fades,
    network_stopping,
    network_margins,
    network_spectral_order,
    data_growth,
    mnist_majority_first,
    mnist_early_lift,
    mnist_both_learned,
    mnist_advantage_fades,
    mnist_stopping,
];
