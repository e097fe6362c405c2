//! The claims by chapter, one module per claim. The chapters are those of `ufm-theory`, of the formal proofs and of the figures.

use crate::Chapter;

/// The claims of a chapter, each after those it uses, and their tests, from one list of its modules: so that no claim is written and then not
/// tested. (That every module is on the list is a test too.)
macro_rules! register {
    ($($module:ident),* $(,)?) => {
        /// The claims of this chapter; a claim comes after those it uses.
        pub const CLAIMS: &[&crate::Claim] = &[$(&$module::CLAIM),*];

        #[cfg(test)]
        mod tests {
            $(mod $module {
                use super::super::$module::CLAIM;

                #[test]
                fn stands() {
                    crate::testing::assert_stands(&CLAIM);
                }
            })*
        }
    };
}
pub(crate) use register;

pub mod cross_entropy;
pub mod exact_flow;
pub mod features;
pub mod modes;
pub mod networks;
pub mod spectrum;
pub mod terminal;
pub mod test_time;
pub mod windows;

/// The chapters in reading order: a claim uses only claims of its own and of earlier ones.
pub const CHAPTERS: &[Chapter] = &[
    Chapter {
        name: "spectrum",
        title: "The spectrum of the labels",
        claims: spectrum::CLAIMS,
    },
    Chapter {
        name: "modes",
        title: "One mode: its growth, and when it is learned",
        claims: modes::CLAIMS,
    },
    Chapter {
        name: "windows",
        title: "Learning windows: how far apart modes are learned, and what weights do to that",
        claims: windows::CLAIMS,
    },
    Chapter {
        name: "exact_flow",
        title: "The exact re-weighted flow, which leaves the row space of the labels",
        claims: exact_flow::CLAIMS,
    },
    Chapter {
        name: "terminal",
        title: "The terminal phase: what training ends at, and the benefit before it",
        claims: terminal::CLAIMS,
    },
    Chapter {
        name: "features",
        title: "Features that samples share",
        claims: features::CLAIMS,
    },
    Chapter {
        name: "cross_entropy",
        title: "The cross-entropy in place of the squared loss",
        claims: cross_entropy::CLAIMS,
    },
    Chapter {
        name: "test_time",
        title: "Test time: samples that the model was not trained on",
        claims: test_time::CLAIMS,
    },
    Chapter {
        name: "networks",
        title: "Real data: networks in training, and data before it",
        claims: networks::CLAIMS,
    },
];
