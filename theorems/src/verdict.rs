//! The computed status of a claim.

use std::time::{Duration, Instant};

use crate::{CheckError, Claim, Evidence};

/// What running a claim's check and its controls has shown.
#[derive(Debug)]
pub struct Verdict {
    /// The claim.
    pub claim: &'static Claim,
    /// The evidence of its check, or why there is none.
    pub evidence: Result<Evidence, CheckError>,
    /// For each control, in order: whether the check rejected it, or why it could not say.
    pub rejected: Vec<Result<bool, CheckError>>,
    /// Wall-clock time of the check and its controls.
    pub elapsed: Duration,
}

/// The status of a claim; computed, never typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The check holds and every control was rejected.
    Holds,
    /// The check does not hold.
    Fails,
    /// The check holds, but it also accepts a false neighbour, so it shows nothing.
    Toothless,
    /// The check or a control could not be carried out.
    Error,
    /// What the check needs, data that are not part of the repository, is not at hand here.
    NotRun,
}

impl Status {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "FAILS",
            Self::Toothless => "TOOTHLESS",
            Self::Error => "ERROR",
            Self::NotRun => "not run",
        }
    }
}

/// Runs the check of `claim` and all its controls.
pub fn verify(claim: &'static Claim) -> Verdict {
    let begin = Instant::now();
    let evidence = (claim.check)();
    let rejected = claim
        .controls
        .iter()
        .map(|control| (control.check)().map(|evidence| !evidence.holds()))
        .collect();
    Verdict {
        claim,
        evidence,
        rejected,
        elapsed: begin.elapsed(),
    }
}

impl Verdict {
    /// The status.
    pub fn status(&self) -> Status {
        let evidence = match &self.evidence {
            Ok(evidence) => evidence,
            Err(CheckError::NotRun(_)) => return Status::NotRun,
            Err(_) => return Status::Error,
        };
        if !evidence.holds() {
            Status::Fails
        } else if self.rejected.iter().any(Result::is_err) {
            Status::Error
        } else if self.rejected.is_empty() || self.rejected.iter().any(|r| matches!(r, Ok(false))) {
            Status::Toothless
        } else {
            Status::Holds
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Control, Finding, Kind, Source};

    fn holding() -> Result<Evidence, CheckError> {
        let mut finding = Finding::always("true");
        finding.require(String::new, true);
        let mut evidence = Evidence::new();
        evidence.push(finding);
        Ok(evidence)
    }

    fn failing() -> Result<Evidence, CheckError> {
        Ok(Evidence::new())
    }

    fn erring() -> Result<Evidence, CheckError> {
        Err(CheckError::NotReached("nothing".into()))
    }

    fn not_run() -> Result<Evidence, CheckError> {
        Err(CheckError::NotRun("no data here".into()))
    }

    const fn claim(check: crate::Check, controls: &'static [Control]) -> Claim {
        Claim {
            id: "example",
            title: "",
            statement: "",
            kind: Kind::Theorem,
            source: Source::Project,
            uses: &[],
            proofs: &[],
            check,
            controls,
        }
    }

    #[test]
    fn status_is_computed_from_check_and_controls() {
        const REJECTED: &[Control] = &[Control {
            what: "",
            check: failing,
        }];
        const ACCEPTED: &[Control] = &[Control {
            what: "",
            check: holding,
        }];
        const ERRING: &[Control] = &[Control {
            what: "",
            check: erring,
        }];
        static HOLDS: Claim = claim(holding, REJECTED);
        static FAILS: Claim = claim(failing, REJECTED);
        static TOOTHLESS: Claim = claim(holding, ACCEPTED);
        static UNCONTROLLED: Claim = claim(holding, &[]);
        static ERROR: Claim = claim(erring, REJECTED);
        static CONTROL_ERROR: Claim = claim(holding, ERRING);
        static NOT_RUN: Claim = claim(not_run, REJECTED);
        for (claim, status) in [
            (&HOLDS, Status::Holds),
            (&FAILS, Status::Fails),
            (&TOOTHLESS, Status::Toothless),
            (&UNCONTROLLED, Status::Toothless),
            (&ERROR, Status::Error),
            (&CONTROL_ERROR, Status::Error),
            (&NOT_RUN, Status::NotRun),
        ] {
            assert_eq!(verify(claim).status(), status);
        }
    }
}
