//! Whole configurations, drawn from all that is allowed: every point has finite times in their order, or a sentence that says why not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::f64::consts::SQRT_2;

use proptest::prelude::*;
use ufm_cli::sweep::{Config, Point, StartKey, solve};
use ufm_simulation::Loss;

/// Numbers over all orders of magnitude from one to `10^decades`.
fn logarithmic(decades: f64) -> impl Strategy<Value = f64> {
    (0.0..decades).prop_map(|power| 10_f64.powf(power))
}

prop_compose! {
    /// A grid of a few points, as a file says it; matrices are left to small ones, which the next test draws.
    fn configuration()(
        split in (1_usize..400, 1_usize..400),
        ratio in logarithmic(30.0),
        gamma in prop_oneof![Just(0.0), Just(0.5), -3.0..3.0],
        delta in 0.5..350.0,
        size in logarithmic(6.0),
        cross_entropy: bool,
        flow in prop_oneof![Just("exact"), Just("projected")],
    ) -> String {
        let (loss, flow) = if cross_entropy { ("cross-entropy", "exact") } else { ("squared", flow) };
        format!(
            "[[grid]]\nclasses = [{}]\nsplits = [[{}, {}]]\nratios = [1, {ratio:?}]\ngammas = [{gamma:?}]\ndeltas = [{delta:?}]\n\
             losses = [\"{loss}\"]\nstarts = [\"plain\", \"scaled\"]\nflows = [\"{flow}\"]\nminority-size = {size:?}\n",
            2 * split.0, split.0, split.1 + usize::from(split.0 == split.1)
        )
    }
}

fn check(point: &Point) {
    let times = match solve(point) {
        Ok(times) => times,
        Err(failure) => {
            let message = failure.to_string();
            assert!(!message.is_empty() && message.len() < 500, "{message}");
            return;
        }
    };
    let (first, last) = (times.first().unwrap(), times.last().unwrap());
    for (_, time) in [first, last] {
        assert!(time.is_finite() && time > 0.0, "{point:?}: {times:?}");
    }
    assert!(first.1 <= last.1, "{point:?}: {times:?}");
    let squared = point.loss == Loss::Squared && point.start == StartKey::Scaled;
    // Without weights the majority is not after the minority.
    if let (true, true, Some(majority), Some(minority)) = (
        squared,
        point.gamma == 0.0,
        times.of.majority,
        times.of.minority,
    ) {
        assert!(
            majority.1 <= minority.0 * (1.0 + 1e-9),
            "{point:?}: {times:?}"
        );
    }
    // The bound of the paper, which both flows obey from the scaled start.
    if squared && point.gamma == 0.5 && point.split.0 == point.split.1 && point.split.0 > 1 {
        let window = last.1 / first.1 - 1.0;
        assert!(window <= SQRT_2 - 1.0 + 1e-9, "{point:?}: {window}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_point_has_times_or_says_why_not(text in configuration()) {
        let grids = Config::parse(&text).map_err(TestCaseError::fail)?;
        for index in 0..grids.total() {
            check(&grids.point(index).unwrap());
        }
    }

    #[test]
    fn so_has_every_point_on_matrices(
        classes in 1_usize..4, ratio in 1_u32..30, gamma in -1.0..2.0, delta in 1.0..12.0, seed: u32, start in 0..3_usize,
    ) {
        let start = ["starts = [\"plain\"]", "starts = [\"scaled\"]\nflows = [\"exact\", \"projected\"]", "starts = [\"gaussian\"]"][start];
        let seeds = if start.contains("gaussian") { format!("seeds = [{seed}]\n") } else { String::new() };
        let text = format!(
            "[[grid]]\nclasses = [{}]\nratios = [{ratio}]\ngammas = [{gamma:?}]\ndeltas = [{delta:?}]\n{start}\n{seeds}solver = \"matrices\"\n",
            2 * classes
        );
        let grids = Config::parse(&text).map_err(TestCaseError::fail)?;
        for index in 0..grids.total() {
            check(&grids.point(index).unwrap());
        }
    }
}

proptest! {
    /// What a message lists can be pasted after a flag.
    #[test]
    fn names_are_read_as_they_are_listed(names in prop::collection::vec("[ -~é]{1,12}", 1..6)) {
        let listed: Vec<String> = names.iter().map(|name| ufm_support::names::quoted(name)).collect();
        prop_assert_eq!(ufm_support::names::list(&listed.join(", ")), Ok(names));
    }
}
