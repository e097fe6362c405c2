//! Seeded shuffles: the same on every machine and with every version of the random-number crates
//! that keeps ChaCha8 what it is.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// What a shuffle is for, so that one seed gives unrelated shuffles for unrelated ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Splitting a data set into train and test.
    Split,
    /// Taking a subset of the training samples.
    Subset,
}

/// `items` of one class in an order that depends on the seed, the purpose, the class and their number.
pub(crate) fn shuffled(
    mut items: Vec<usize>,
    seed: u64,
    purpose: Purpose,
    class: usize,
) -> Vec<usize> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let offset: u64 = match purpose {
        Purpose::Split => 1 << 32,
        Purpose::Subset => 0,
    };
    generator.set_stream(offset + class as u64);
    for last in (1..items.len()).rev() {
        items.swap(last, below(last as u64 + 1, &mut generator) as usize);
    }
    items
}

/// A uniform number below `bound ≥ 1`, by rejection: no bias, no dependence on the word size.
fn below(bound: u64, generator: &mut ChaCha8Rng) -> u64 {
    let whole = u64::MAX - u64::MAX % bound;
    loop {
        let word = generator.next_u64();
        if word < whole {
            return word % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_is_a_permutation_and_this_one_for_ever() {
        let shuffle = |seed, purpose, class| shuffled((0..8).collect(), seed, purpose, class);
        let one = shuffle(0, Purpose::Subset, 0);
        let mut sorted = one.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..8).collect::<Vec<_>>());
        // Printed subsets stay reproducible only while this does not change.
        assert_eq!(one, [3, 6, 0, 5, 1, 7, 2, 4]);
        assert_ne!(one, shuffle(1, Purpose::Subset, 0));
        assert_ne!(one, shuffle(0, Purpose::Subset, 1));
        assert_ne!(one, shuffle(0, Purpose::Split, 0));
    }

    #[test]
    fn every_place_is_reached_equally_often() {
        let mut seen = [[0_u32; 4]; 4];
        for seed in 0..4000 {
            for (place, item) in shuffled((0..4).collect(), seed, Purpose::Subset, 3)
                .into_iter()
                .enumerate()
            {
                seen[place][item] += 1;
            }
        }
        // 1000 expected, standard deviation 27.
        assert!(
            seen.iter().flatten().all(|n| (850..1150).contains(n)),
            "{seen:?}"
        );
    }
}
