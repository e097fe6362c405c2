//! Parameter values, which carry their domains ([`ufm_theory::problem`]).

pub use ufm_theory::problem::{
    Count, EvenClasses, Exponent, ImbalanceRatio as Ratio, Positive, SimulatedScale as Delta,
};
