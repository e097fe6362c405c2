//! Other remedies for class imbalance on the same model: what each does to when modes are learned.
//!
//! STEP labels, `n_min = 1`, equal halves; half-amplitude times from small starts, and their relative window `T_last/T_first − 1`:
//!
//! | remedy | module | relative window | as `R → ∞` |
//! |---|---|---|---|
//! | none | [`crate::windows::vanilla_relative`] | `√R − 1` | unbounded |
//! | weights `n_c^(−½)` | [`crate::windows::reweighted_relative`] | `√(2(R+1))/(√R+1) − 1` | `√2 − 1` |
//! | logit adjustment, any `τ` | [`vector_scaling`] | of the groups `√R − 1`, as without | unbounded |
//! | multiplicative factors `(n_c/n_max)^κ` | [`vector_scaling`] | of early growth, of the groups `R^(½+κ) − 1` | unbounded for `κ > −½` |
//! | both, `τ = 1` and `κ = −½` | [`vector_scaling`] | of early growth 0, any counts | 0 |
//! | weights from a time on | [`deferred`] | at least `τ₁√R − 1` | unbounded |
//! | spectral descent (Muon) | [`spectral_descent`] | `R^(¼) − 1`, majority last | unbounded |
//! | a unit gradient for each class | [`class_normalised`] | simulated only; no counts in the gradient | grows |
//!
//! All but the second row are this project's computations on methods of others, which each module names. Weights that a loss gives to training
//! samples are known to fade at convergence: for separable data under losses with exponential tails the direction of the solution does not depend
//! on them (Byrd & Lipton, arXiv:1812.03372, seen in networks; Xu et al., arXiv:2103.15209; Zhai et al., arXiv:2201.12293, for regression too),
//! while losses with polynomial tails keep them (Wang et al., arXiv:2112.12986). [`crate::terminal`] is that of this model.

pub mod class_normalised;
pub mod deferred;
pub mod spectral_descent;
pub mod vector_scaling;
