//! What a check has computed.

use std::fmt::Write as _;

use ufm_data::DataError;
use ufm_networks::NetworkError;
use ufm_simulation::SimulationError;
use ufm_theory::TheoryError;

/// The outcome of a check: findings that decide, and computed values worth showing.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    findings: Vec<Finding>,
    values: Vec<(String, f64)>,
    measured: Vec<(String, f64)>,
}

impl Evidence {
    /// No findings yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reports a computed value. It decides nothing; it is shown and kept in the snapshot.
    pub fn report(&mut self, name: impl Into<String>, value: f64) {
        self.values.push((name.into(), value));
    }

    /// Reports a value that depends on the machine in its last digits, and through chaos in more of them: a statistic of trained
    /// networks. It is shown, but not part of [`Self::stable_summary`].
    pub fn measured(&mut self, name: impl Into<String>, value: f64) {
        self.measured.push((name.into(), value));
    }

    /// The values of [`Self::measured`], in order.
    pub fn measurements(&self) -> &[(String, f64)] {
        &self.measured
    }

    /// Whether there are findings and every one of them holds.
    pub fn holds(&self) -> bool {
        !self.findings.is_empty() && self.findings.iter().all(Finding::holds)
    }

    /// The finding of this id.
    pub fn finding(&self, id: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.id == id)
    }

    /// The findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The reported values, in order.
    pub fn values(&self) -> &[(String, f64)] {
        &self.values
    }

    /// The finding closest to its tolerance, or furthest beyond it.
    pub fn tightest(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .max_by(|a, b| a.severity().total_cmp(&b.severity()))
    }

    /// The parts that are the same on every machine: what was checked, over how many cases, to what
    /// tolerance, whether it held, and the reported values to six significant digits.
    pub fn stable_summary(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let verdict = if finding.holds() { "holds" } else { "FAILS" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{verdict} {}: {} [{} cases, {}]",
                finding.id,
                finding.what,
                finding.cases,
                if finding.tolerance == 0.0 {
                    "exactly".to_owned()
                } else {
                    format!("tolerance {:e}", finding.tolerance)
                }
            );
        }
        for (name, value) in &self.values {
            let _ = writeln!(text, "{name} = {}", six_digits(*value));
        }
        text
    }
}

/// One thing checked over many cases: the largest residual against a stated tolerance.
#[derive(Debug, Clone)]
pub struct Finding {
    id: &'static str,
    what: String,
    tolerance: f64,
    cases: usize,
    residual: f64,
    worst_case: String,
}

impl Finding {
    /// A quantity that must not exceed `tolerance` in modulus in any case. By `id`, unlike any other of its evidence, parts of a claim say
    /// what they rest on and controls what they break.
    pub fn within(id: &'static str, tolerance: f64, what: impl Into<String>) -> Self {
        Self {
            id,
            what: what.into(),
            tolerance,
            cases: 0,
            residual: 0.0,
            worst_case: String::new(),
        }
    }

    /// A condition that must hold in every case; the residual counts the cases where it does not.
    pub fn always(id: &'static str, what: impl Into<String>) -> Self {
        Self::within(id, 0.0, what)
    }

    /// Records the residual of one case. A residual that is not a number is the worst there is.
    pub fn observe(&mut self, case: impl FnOnce() -> String, residual: f64) {
        let residual = if residual.is_nan() {
            f64::INFINITY
        } else {
            residual.abs()
        };
        if self.cases == 0 || residual > self.residual {
            self.residual = residual;
            self.worst_case = case();
        }
        self.cases += 1;
    }

    /// Records whether the condition holds in one case.
    pub fn require(&mut self, case: impl FnOnce() -> String, holds: bool) {
        if !holds {
            if self.residual == 0.0 {
                self.worst_case = case();
            }
            self.residual += 1.0;
        }
        self.cases += 1;
    }

    /// Whether at least one case was seen and none exceeded the tolerance.
    pub fn holds(&self) -> bool {
        self.cases > 0 && self.residual <= self.tolerance
    }

    /// Short name, `kebab-case`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What was checked.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Number of cases.
    pub fn cases(&self) -> usize {
        self.cases
    }

    /// Largest residual; for a condition, the number of cases in which it failed.
    pub fn residual(&self) -> f64 {
        self.residual
    }

    /// The tolerance.
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The case with the largest residual, or the first in which a condition failed.
    pub fn worst_case(&self) -> &str {
        &self.worst_case
    }

    /// Residual in units of the tolerance; infinite if an exact condition failed or nothing was seen.
    pub fn severity(&self) -> f64 {
        severity(self.cases, self.residual, self.tolerance)
    }
}

/// [`Finding::severity`] from its numbers.
pub(crate) fn severity(cases: usize, residual: f64, tolerance: f64) -> f64 {
    if cases == 0 {
        f64::INFINITY
    } else if residual == 0.0 {
        0.0
    } else {
        residual / tolerance
    }
}

/// A check that could not be carried out; neither acceptance nor rejection.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// What it needs is not at hand, and that is no fault: why, and what to do.
    #[error("{0}")]
    NotRun(String),
    /// From the closed forms.
    #[error(transparent)]
    Theory(#[from] TheoryError),
    /// From an integration.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// From training networks.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Data could not be read or are not what was asked for.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The parameters of the experiments could not be read.
    #[error("figures/parameters.toml: {0}")]
    Parameters(String),
    /// A mode did not reach its half amplitude within the time integrated.
    #[error("{0} was not reached within the time integrated")]
    NotReached(String),
}

impl CheckError {
    /// Whether files of data are not there: then nothing has been found, neither for the claim nor against it.
    pub fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::NotRun(_) | Self::Data(DataError::NotFound { .. })
        )
    }
}

/// Six significant digits: what is the same on every machine.
pub fn six_digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    if (1e-4..1e7).contains(&rounded.abs()) {
        format!("{rounded}")
    } else {
        format!("{rounded:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_seen_is_not_evidence() {
        assert!(!Evidence::new().holds());
        let mut evidence = Evidence::new();
        evidence.push(Finding::within("empty", 1.0, "no case"));
        assert!(!evidence.holds());
    }

    #[test]
    fn not_a_number_never_holds() {
        let mut finding = Finding::within("wide", f64::MAX, "anything");
        finding.observe(String::new, f64::NAN);
        assert!(!finding.holds());
    }

    #[test]
    fn conditions_count_their_failures() {
        let mut finding = Finding::always("positive", "positive");
        for x in [1, -1, 2, -2] {
            finding.require(|| format!("x = {x}"), x > 0);
        }
        assert!(!finding.holds());
        assert_eq!((finding.cases(), finding.residual()), (4, 2.0));
        assert_eq!(finding.worst_case(), "x = -1");
    }

    #[test]
    fn what_is_put_in_is_what_is_read() {
        let mut evidence = Evidence::new();
        let mut near = Finding::within("near", 2.0, "a distance");
        for (case, residual) in [("first", -1.5), ("as far", 1.5), ("nearer", 1.0)] {
            near.observe(|| case.into(), residual);
        }
        assert_eq!((near.id(), near.what()), ("near", "a distance"));
        assert_eq!((near.cases(), near.tolerance()), (3, 2.0));
        assert_eq!((near.residual(), near.worst_case()), (1.5, "first"));
        evidence.push(near);
        evidence.report("value", 0.25);
        evidence.measured("statistic", 0.125);
        assert!(evidence.holds());
        assert_eq!(evidence.values(), [("value".to_owned(), 0.25)]);
        assert_eq!(evidence.measurements(), [("statistic".to_owned(), 0.125)]);
        let kept = "holds near: a distance [3 cases, tolerance 2e0]\nvalue = 0.25\n";
        assert_eq!(evidence.stable_summary(), kept);
    }

    #[test]
    fn the_tightest_is_the_one_nearest_to_its_tolerance() {
        let finding = |id, tolerance, residuals: &[f64]| {
            let mut finding = Finding::within(id, tolerance, "");
            residuals
                .iter()
                .for_each(|r| finding.observe(String::new, *r));
            finding
        };
        let mut evidence = Evidence::new();
        assert!(evidence.tightest().is_none());
        for (next, severity, tightest) in [
            (finding("exact", 0.0, &[0.0]), 0.0, "exact"),
            (finding("half", 4.0, &[2.0]), 0.5, "half"),
            (finding("tenth", 1e-3, &[1e-4]), 0.1, "half"),
            (finding("beyond", 2.0, &[5.0]), 2.5, "beyond"),
            (finding("unseen", 1.0, &[]), f64::INFINITY, "unseen"),
        ] {
            assert!(next.severity() == severity || (next.severity() - severity).abs() < 1e-15);
            evidence.push(next);
            assert_eq!(evidence.tightest().map(Finding::id), Some(tightest));
        }
        // An exact condition that fails is beyond every tolerance.
        assert_eq!(finding("exact", 0.0, &[1.0]).severity(), f64::INFINITY);
    }

    #[test]
    fn digits() {
        assert_eq!(six_digits(0.0), "0");
        assert_eq!(six_digits(f64::INFINITY), "inf");
        assert_eq!(six_digits(0.123_456_789), "0.123457");
        assert_eq!(six_digits(-1.5e-9), "-1.5e-9");
        assert_eq!(six_digits(2.0), "2");
    }
}
