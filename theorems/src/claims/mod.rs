//! One module per claim.

use crate::Claim;

/// Declares the claim modules, the registry and the tests from one list, so that no claim can be
/// written and then not be tested.
macro_rules! claims {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every claim; a claim comes after those it uses.
        pub const CLAIMS: &[&Claim] = &[$(&$module::CLAIM),*];

        #[cfg(test)]
        mod tests {
            $(mod $module {
                #[test]
                fn holds() {
                    let claim = &crate::claims::$module::CLAIM;
                    crate::testing::assert_holds(claim);
                }

                #[test]
                fn controls_are_rejected() {
                    crate::testing::assert_controls_rejected(&crate::claims::$module::CLAIM);
                }
            })*
        }
    };
}

claims![
    step_spectrum,
    logistic_solution,
    mode_decoupling,
    learning_time_limit,
    majority_first,
    vanilla_window,
    effective_weights,
    flattening,
    window_bound,
    split_window,
    equalising_exponent,
    optimal_exponent,
    reversed_order,
    scaled_start,
    simulated_windows,
    terminal_interpolation,
    balancedness,
    terminal_geometry,
    early_benefit,
    scatter_reduction,
    riccati_solution,
    exact_reduction,
    terminal_layers,
    exact_window_bound,
    exact_window,
    exact_window_closes,
    descent_order,
    growth_rates,
    growth_flat,
    constrained_features,
    cross_entropy_growth,
    cross_entropy_reduction,
    cross_entropy_groups,
    cross_entropy_window,
    cross_entropy_late,
    network_majority_first,
    network_early_lift,
    network_advantage_fades,
    network_stopping,
    network_spectral_order,
    data_growth,
];
