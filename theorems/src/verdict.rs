//! The computed status of a claim and of its parts.
//!
//! The one place where it is decided what rejects a false statement: a control breaks a finding if the check, applied to the false
//! statement, makes the same finding over at least one case and it does not hold.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{CheckError, Claim, Control, Evidence, Finding, Part};

/// What running a claim's check and its controls has shown.
#[derive(Debug)]
pub struct Verdict {
    /// The claim.
    pub claim: &'static Claim,
    /// The evidence of its check, or why there is none.
    pub evidence: Result<Evidence, CheckError>,
    /// The evidence of each control, in order, or why there is none.
    pub controls: Vec<Result<Evidence, CheckError>>,
    /// Wall-clock time of the check and its controls.
    pub elapsed: Duration,
}

/// The status of a part or of a claim; computed, never typed. From best to worst: a claim is what its worst part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Status {
    /// Every theorem cited is accepted by the audit of the formal proofs, and every finding named holds.
    Proved,
    /// No theorem is cited; every finding named holds, and controls break each of them.
    Tested,
    /// What supports it has not been run here: Coq is absent or has not been asked, or the data are.
    NotRun,
    /// Nothing supports it.
    Missing,
    /// A theorem is not accepted, a finding does not hold, or no control breaks it.
    Failed,
}

impl Status {
    /// Every status, from best to worst.
    pub const ALL: [Self; 5] = [
        Self::Proved,
        Self::Tested,
        Self::NotRun,
        Self::Missing,
        Self::Failed,
    ];

    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Tested => "tested",
            Self::NotRun => "not run",
            Self::Missing => "missing",
            Self::Failed => "FAILED",
        }
    }

    /// What is known of a theorem: whether the audit accepts it, `None` where it has not been run.
    pub(crate) fn of_theorem(accepted: Option<bool>) -> Self {
        match accepted {
            Some(true) => Self::Proved,
            Some(false) => Self::Failed,
            None => Self::NotRun,
        }
    }

    /// That of a claim: of its worst part, and failed if there are troubles, unless it is for want of data that nothing was found.
    pub(crate) fn of_claim(parts: impl Iterator<Item = Self>, troubled: bool) -> Self {
        match parts.max().unwrap_or(Self::Missing) {
            Self::NotRun => Self::NotRun,
            _ if troubled => Self::Failed,
            worst => worst,
        }
    }
}

impl From<Status> for &'static str {
    fn from(status: Status) -> Self {
        status.name()
    }
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|status| status.name() == name);
        known.ok_or_else(|| format!("there is no status `{name}`"))
    }
}

/// Runs the check of `claim` and all its controls.
pub fn verify(claim: &'static Claim) -> Verdict {
    let begin = Instant::now();
    let evidence = (claim.check)();
    let controls = claim.controls.iter().map(|control| (control.check)());
    Verdict {
        claim,
        evidence,
        controls: controls.collect(),
        elapsed: begin.elapsed(),
    }
}

/// Whether a control that must break some findings and has broken others rejects what is false about it.
pub(crate) fn rejects<T: PartialEq>(breaks: &[T], broken: &[T]) -> bool {
    !breaks.is_empty() && breaks.iter().all(|id| broken.contains(id))
}

/// Whether `evidence`, of a false statement, breaks the finding `id`.
fn breaks(evidence: &Evidence, id: &str) -> bool {
    let broken = |finding: &Finding| finding.cases() > 0 && !finding.holds();
    evidence.finding(id).is_some_and(broken)
}

impl Verdict {
    /// Why the check has not been run, if it is for want of data.
    pub fn absence(&self) -> Option<&CheckError> {
        self.evidence.as_ref().err().filter(|e| e.is_absence())
    }

    /// The status of the claim, that of its worst part, given what is known of theorems: whether the audit accepts one of this name, `None`
    /// where it has not been run.
    pub fn status(&self, accepted: &dyn Fn(&str) -> Option<bool>) -> Status {
        let parts = self.claim.parts.iter();
        let parts = parts.map(|part| self.status_of(part, accepted));
        Status::of_claim(parts, !self.troubles().is_empty())
    }

    /// The status of one of its parts.
    pub fn status_of(&self, part: &Part, accepted: &dyn Fn(&str) -> Option<bool>) -> Status {
        let theorems = part.theorems.iter();
        let theorems = theorems.map(|name| Status::of_theorem(accepted(name)));
        let findings = part.findings.iter().map(|id| self.status_of_finding(id));
        match theorems.chain(findings).max() {
            None => Status::Missing,
            Some(Status::Tested) if !part.theorems.is_empty() => Status::Proved,
            Some(worst) => worst,
        }
    }

    fn status_of_finding(&self, id: &str) -> Status {
        let absent = |result: &Result<_, CheckError>| matches!(result, Err(e) if e.is_absence());
        let evidence = match &self.evidence {
            Ok(evidence) => evidence,
            Err(error) if error.is_absence() => return Status::NotRun,
            Err(_) => return Status::Failed,
        };
        let named = || self.controls_naming(id);
        if !evidence.finding(id).is_some_and(Finding::holds) {
            Status::Failed
        } else if named().any(|(_, result)| absent(result)) {
            Status::NotRun
        } else if named().next().is_some()
            && named().all(|(_, result)| result.as_ref().is_ok_and(|e| breaks(e, id)))
        {
            Status::Tested
        } else {
            Status::Failed
        }
    }

    /// The controls that say they break the finding `id`, with their evidence.
    fn controls_naming<'a>(
        &'a self,
        id: &'a str,
    ) -> impl Iterator<Item = (&'static Control, &'a Result<Evidence, CheckError>)> {
        let all = self.claim.controls.iter().zip(&self.controls);
        all.filter(move |(control, _)| control.breaks.contains(&id))
    }

    /// The findings that the control of this number breaks.
    pub fn broken_by(&self, control: usize) -> Vec<&'static str> {
        let evidence = self.controls.get(control).and_then(|c| c.as_ref().ok());
        let findings = evidence.map_or(&[][..], Evidence::findings).iter();
        let ids = findings.map(Finding::id);
        ids.filter(|id| evidence.is_some_and(|e| breaks(e, id)))
            .collect()
    }

    /// How many controls break all that they name.
    pub fn rejected(&self) -> usize {
        let controls = self.claim.controls.iter().enumerate();
        let does =
            |(index, control): &(usize, &Control)| rejects(control.breaks, &self.broken_by(*index));
        controls.filter(does).count()
    }

    /// Everything that keeps the evidence from standing, in words; what could not be run for want of data is not among it.
    pub fn troubles(&self) -> Vec<String> {
        let mut troubles = Vec::new();
        match &self.evidence {
            Err(error) if error.is_absence() => {}
            Err(error) => troubles.push(format!("the check: {error}")),
            Ok(evidence) => self.trouble_with_findings(evidence, &mut troubles),
        }
        for (control, result) in self.claim.controls.iter().zip(&self.controls) {
            let what = control.what;
            if control.breaks.is_empty() {
                troubles.push(format!(
                    "control \"{what}\": does not say which finding it breaks"
                ));
            }
            match result {
                Err(error) if error.is_absence() => {}
                Err(error) => troubles.push(format!("control \"{what}\": {error}")),
                Ok(found) => {
                    let kept = control.breaks.iter().filter(|id| !breaks(found, id));
                    troubles.extend(
                        kept.map(|id| format!("control \"{what}\": does not break `{id}`")),
                    );
                }
            }
        }
        troubles
    }

    fn trouble_with_findings(&self, evidence: &Evidence, troubles: &mut Vec<String>) {
        let findings = evidence.findings();
        if findings.is_empty() {
            troubles.push("the check makes no finding".into());
        }
        for (index, finding) in findings.iter().enumerate() {
            let id = finding.id();
            if findings[..index].iter().any(|other| other.id() == id) {
                troubles.push(format!("two findings are called `{id}`"));
            }
            if !finding.holds() {
                troubles.push(format!(
                    "`{id}`, {}: residual {:e}, allowed {:e}, {} cases, worst at {}",
                    finding.what(),
                    finding.residual(),
                    finding.tolerance(),
                    finding.cases(),
                    finding.worst_case()
                ));
            }
            if self.controls_naming(id).next().is_none() {
                troubles.push(format!("`{id}`: no control breaks it"));
            }
            if !(self.claim.parts.iter()).any(|part| part.findings.contains(&id)) {
                troubles.push(format!("`{id}`: no part of the statement names it"));
            }
        }
        let unknown = |id: &&&str| evidence.finding(id).is_none();
        for part in self.claim.parts {
            let says = part.says;
            troubles.extend(
                (part.findings.iter().filter(unknown))
                    .map(|id| format!("part \"{says}\": the check makes no finding `{id}`")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_back_from_its_word() {
        let words = Status::ALL.map(<&str>::from);
        assert_eq!(words, ["proved", "tested", "not run", "missing", "FAILED"]);
        for (status, word) in Status::ALL.into_iter().zip(words) {
            assert_eq!(Status::try_from(word.to_owned()), Ok(status));
        }
        assert!(Status::try_from("Proved".to_owned()).is_err());
    }

    #[test]
    fn a_claim_is_what_its_worst_part_is_and_fails_by_what_was_run() {
        let of = |parts: &[Status], troubled| Status::of_claim(parts.iter().copied(), troubled);
        let parts = [Status::Proved, Status::Tested];
        assert_eq!(of(&parts, false), Status::Tested);
        assert_eq!(of(&parts, true), Status::Failed);
        assert_eq!(of(&[], false), Status::Missing);
        // Nothing was found for want of data: no trouble.
        let not_run = [Status::NotRun, Status::Proved];
        assert_eq!(of(&not_run, true), Status::NotRun);
        assert_eq!(of(&not_run, false), Status::NotRun);
    }
}
