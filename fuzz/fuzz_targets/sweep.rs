//! Configurations of sweeps and names of shards: an error with a place, or grids whose points are numbered without gaps.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ufm_cli::sweep::{Config, Shard};

fuzz_target!(|text: &str| {
    if let Ok(shard) = text.parse::<Shard>() {
        assert!(1 <= shard.number() && shard.number() <= shard.of());
        assert_eq!(shard.to_string().parse(), Ok(shard));
    }
    match Config::parse(text) {
        Ok(grids) => {
            let total = grids.total();
            assert!(grids.point(total).is_none());
            for index in [0, total / 2, total.saturating_sub(1)] {
                assert_eq!(grids.point(index).map(|point| point.index), (index < total).then_some(index));
            }
        }
        Err(message) => assert!(message.contains("line "), "{message}"),
    }
});
