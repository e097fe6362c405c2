//! The ledger: every claim with what was found of it, as plain data.
//!
//! One schema, numbered: it is what `cargo xtask verify --json` prints and keeps, what `README.md` and `CLAIMS.md` are written from, and what the
//! audit report shows. Fields are described here, and by name in `crates/report/LEDGER.md`. A reader refuses another number, and a field it does not know.
//!
//! ```
//! use ufm_theorems::ledger::Ledger;
//! let claim = ufm_theorems::find("flattening").expect("registered");
//! let ledger = Ledger::of(&[ufm_theorems::verify(claim)], &|_| None);
//! let read: Ledger = serde_json::from_str(&serde_json::to_string(&ledger)?)?;
//! assert_eq!(read.claims[0].id, "flattening");
//! assert_eq!(read, ledger);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::{
    CHAPTERS, CheckError, Claim, Evidence, Status, Verdict, chapter_of, evidence::severity,
    six_digits, verdict::rejects,
};

/// The number of this schema: one more whenever a field changes.
pub const SCHEMA: u32 = 1;

/// Claims and what was found of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// [`SCHEMA`] of the program that wrote it.
    pub schema: u32,
    /// The chapters in reading order.
    pub chapters: Vec<ChapterRecord>,
    /// The claims in reading order, each after those it uses.
    pub claims: Vec<ClaimRecord>,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChapterRecord {
    /// Its folder.
    pub name: String,
    /// A few words.
    pub title: String,
}

/// A claim, what it states and what was found of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRecord {
    /// Its identifier.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Name of its chapter.
    pub chapter: String,
    /// `theorem`, `limit`, `numerical` or `empirical`.
    pub kind: String,
    /// `paper` or `project`.
    pub source: String,
    /// Where in the paper it is, or whose it is otherwise.
    pub source_place: String,
    /// Where its module is, from the root of the workspace.
    pub path: String,
    /// The hypotheses that all parts share.
    pub given: String,
    /// The statement as a formula, in LaTeX.
    pub math: String,
    /// The whole statement in words.
    pub statement: String,
    /// Its parts.
    pub parts: Vec<PartRecord>,
    /// The claims it rests on, by id.
    pub uses: Vec<String>,
    /// What its check has computed.
    pub evidence: EvidenceRecord,
    /// The false neighbours put through the same check.
    pub controls: Vec<ControlRecord>,
    /// Everything that keeps the evidence from standing.
    pub troubles: Vec<String>,
    /// Its status: that of its worst part, `FAILED` if there are troubles.
    pub status: Status,
    /// Wall-clock seconds of the check and its controls.
    pub seconds: f64,
}

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartRecord {
    /// The part in words, to be read after the hypotheses.
    pub says: String,
    /// The machine-checked theorems that say it, as `File.theorem`.
    pub theorems: Vec<String>,
    /// The findings that test it.
    pub findings: Vec<String>,
    /// Its status if the audit of the formal proofs accepts every theorem it cites.
    pub if_accepted: Status,
    /// Its status with what is known of them.
    pub status: Status,
}

/// What a check has computed; nothing where it was not run or could not be carried out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRecord {
    /// Why it was not run, if so.
    pub not_run: Option<String>,
    /// Why it could not be carried out, if so.
    pub error: Option<String>,
    /// The findings, which decide.
    pub findings: Vec<FindingRecord>,
    /// Computed values worth showing.
    pub values: Vec<ValueRecord>,
    /// Statistics that depend on the machine in their last digits, intervals among them.
    pub measured: Vec<ValueRecord>,
}

/// One thing checked over many cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRecord {
    /// Its name within the claim.
    pub id: String,
    /// What was checked.
    pub what: String,
    /// Number of cases.
    pub cases: usize,
    /// Largest residual, or the number of cases in which a condition failed; `null` if it is infinite.
    pub residual: Option<f64>,
    /// What is allowed; 0 for a condition.
    pub tolerance: f64,
    /// The case of the largest residual.
    pub worst_case: String,
    /// Whether it holds.
    pub holds: bool,
}

/// A computed value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRecord {
    /// What it is.
    pub name: String,
    /// The value; `null` if it is not finite.
    pub value: Option<f64>,
    /// Its six leading digits.
    pub shown: String,
}

/// A false neighbour, and what it broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlRecord {
    /// What is false about it.
    pub what: String,
    /// The findings it must break.
    pub breaks: Vec<String>,
    /// The findings it broke.
    pub broken: Vec<String>,
    /// Why it could not be carried out, if so.
    pub error: Option<String>,
}

impl ControlRecord {
    /// Whether it broke all that it must.
    pub fn rejected(&self) -> bool {
        rejects(&self.breaks, &self.broken)
    }
}

/// What is known of a theorem: whether the audit accepts it, `None` where it has not been run.
pub type Accepted<'a> = dyn Fn(&str) -> Option<bool> + 'a;

impl Ledger {
    /// The ledger of these verdicts.
    pub fn of(verdicts: &[Verdict], accepted: &Accepted) -> Self {
        let claims = verdicts.iter().map(|v| ClaimRecord::of(v, accepted));
        Self {
            schema: SCHEMA,
            chapters: CHAPTERS
                .iter()
                .map(|chapter| ChapterRecord {
                    name: chapter.name.to_owned(),
                    title: chapter.title.to_owned(),
                })
                .collect(),
            claims: claims.collect(),
        }
    }

    /// The ledger of all claims where no check has been run, and why not.
    pub fn unchecked(why: &str, accepted: &Accepted) -> Self {
        let claims = crate::claims().map(|claim| {
            let not_run = || Err(CheckError::NotRun(why.to_owned()));
            Verdict {
                claim,
                evidence: not_run(),
                controls: claim.controls.iter().map(|_| not_run()).collect(),
                elapsed: std::time::Duration::ZERO,
            }
        });
        Self::of(&claims.collect::<Vec<_>>(), accepted)
    }

    /// The same evidence, judged by what is known of the theorems now.
    pub fn judged(mut self, accepted: &Accepted) -> Self {
        for claim in &mut self.claims {
            claim.judge(accepted);
        }
        self
    }
}

impl ClaimRecord {
    /// What a verdict says.
    pub fn of(verdict: &Verdict, accepted: &Accepted) -> Self {
        let claim = verdict.claim;
        let chapter = chapter_of(claim.id);
        let mut record = Self {
            id: claim.id.to_owned(),
            title: claim.title.to_owned(),
            chapter: chapter.map_or("", |c| c.name).to_owned(),
            kind: claim.kind.name().to_owned(),
            source: claim.source.name().to_owned(),
            source_place: claim.source.place().to_owned(),
            path: chapter.map_or_else(String::new, |c| c.path(claim.id)),
            given: claim.given.to_owned(),
            math: claim.math.to_owned(),
            statement: claim.statement(),
            parts: parts(claim, verdict),
            uses: owned(claim.uses),
            evidence: evidence(&verdict.evidence),
            controls: controls(verdict),
            troubles: verdict.troubles(),
            status: Status::Missing,
            seconds: verdict.elapsed.as_secs_f64(),
        };
        record.judge(accepted);
        record
    }

    /// Sets the status of every part, and its own, by the rules of [`Verdict::status`].
    fn judge(&mut self, accepted: &Accepted) {
        for part in &mut self.parts {
            let theorems = part.theorems.iter();
            let theorems = theorems.map(|name| Status::of_theorem(accepted(name)));
            part.status = theorems.fold(part.if_accepted, Status::max);
        }
        let parts = self.parts.iter().map(|part| part.status);
        self.status = Status::of_claim(parts, !self.troubles.is_empty());
    }

    /// Number of cases over all findings.
    pub fn cases(&self) -> usize {
        self.evidence.findings.iter().map(|f| f.cases).sum()
    }

    /// The finding closest to its tolerance, or furthest beyond it.
    pub fn tightest(&self) -> Option<&FindingRecord> {
        let severity =
            |f: &FindingRecord| severity(f.cases, f.residual.unwrap_or(f64::INFINITY), f.tolerance);
        let findings = self.evidence.findings.iter();
        findings.max_by(|a, b| severity(a).total_cmp(&severity(b)))
    }

    /// How many controls break all that they name.
    pub fn rejected(&self) -> usize {
        self.controls.iter().filter(|c| c.rejected()).count()
    }

    /// Whether nothing is wrong with it: parts that are missing or could not be run are no fault.
    pub fn is_sound(&self) -> bool {
        self.troubles.is_empty() && self.status != Status::Failed
    }

    /// Every theorem that a part cites, in order, each once.
    pub fn theorems(&self) -> Vec<&str> {
        let mut cited: Vec<&str> = Vec::new();
        for theorem in self.parts.iter().flat_map(|part| &part.theorems) {
            if !cited.contains(&theorem.as_str()) {
                cited.push(theorem);
            }
        }
        cited
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn parts(claim: &Claim, verdict: &Verdict) -> Vec<PartRecord> {
    let parts = claim.parts.iter().map(|part| PartRecord {
        says: part.says.to_owned(),
        theorems: owned(part.theorems),
        findings: owned(part.findings),
        if_accepted: verdict.status_of(part, &|_| Some(true)),
        status: Status::Missing,
    });
    parts.collect()
}

fn evidence(found: &Result<Evidence, CheckError>) -> EvidenceRecord {
    let values = |list: &[(String, f64)]| {
        let records = list.iter().map(|(name, value)| ValueRecord {
            name: name.clone(),
            value: finite(*value),
            shown: six_digits(*value),
        });
        records.collect()
    };
    match found {
        Err(error) if error.is_absence() => EvidenceRecord {
            not_run: Some(error.to_string()),
            ..EvidenceRecord::default()
        },
        Err(error) => EvidenceRecord {
            error: Some(error.to_string()),
            ..EvidenceRecord::default()
        },
        Ok(evidence) => EvidenceRecord {
            not_run: None,
            error: None,
            findings: evidence
                .findings()
                .iter()
                .map(|finding| FindingRecord {
                    id: finding.id().to_owned(),
                    what: finding.what().to_owned(),
                    cases: finding.cases(),
                    residual: finite(finding.residual()),
                    tolerance: finding.tolerance(),
                    worst_case: finding.worst_case().to_owned(),
                    holds: finding.holds(),
                })
                .collect(),
            values: values(evidence.values()),
            measured: values(evidence.measurements()),
        },
    }
}

fn controls(verdict: &Verdict) -> Vec<ControlRecord> {
    let controls = verdict.claim.controls.iter().zip(&verdict.controls);
    let records = controls
        .enumerate()
        .map(|(index, (control, found))| ControlRecord {
            what: control.what.to_owned(),
            breaks: owned(control.breaks),
            broken: owned(&verdict.broken_by(index)),
            error: found.as_ref().err().map(ToString::to_string),
        });
    records.collect()
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// Judged by the record alone, or by the verdict: the same, whatever is known of the theorems.
    #[test]
    fn a_record_has_the_status_of_its_verdict() {
        let ids = ["window-bound", "early-benefit", "equalising-exponent"];
        let verdicts = ids.map(|id| crate::verify(crate::find(id).unwrap()));
        let ledger = Ledger::of(&verdicts, &|_| None);
        let ways: [&Accepted; 4] = [&|_| None, &|_| Some(true), &|_| Some(false), &|name| {
            Some(name.starts_with("Main."))
        }];
        for accepted in ways {
            let judged = ledger.clone().judged(accepted);
            for (record, verdict) in judged.claims.iter().zip(&verdicts) {
                assert_eq!(record.status, verdict.status(accepted), "{}", record.id);
                for (part, of) in record.parts.iter().zip(verdict.claim.parts) {
                    assert_eq!(part.status, verdict.status_of(of, accepted));
                }
                let tightest = verdict.evidence.as_ref().unwrap().tightest().unwrap();
                assert_eq!(record.tightest().unwrap().id, tightest.id());
                assert_eq!(record.rejected(), verdict.rejected());
            }
        }
    }

    #[test]
    fn what_no_check_has_seen_is_not_run_unless_it_is_all_proof() {
        let ledger = Ledger::unchecked("nobody asked", &|_| Some(true));
        assert_eq!(ledger.claims.len(), crate::claims().count());
        for claim in &ledger.claims {
            let tested = claim.parts.iter().any(|part| !part.findings.is_empty());
            assert_eq!(claim.status == Status::NotRun, tested, "{}", claim.id);
            assert_eq!(claim.evidence.not_run.as_deref(), Some("nobody asked"));
        }
    }
}
