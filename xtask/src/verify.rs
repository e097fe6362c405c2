//! `verify`: the status of every claim, computed.

use anyhow::{Result, bail};
use rayon::prelude::*;
use serde_json::{Value, json};
use ufm_proofs::Ledger;
use ufm_support::{
    names::nearest,
    print::{OutputError, say},
    tables::{row, table},
};
use ufm_theorems::{Claim, Part, Status, Verdict, six_digits};

use crate::{
    cli::{PagesMode, VerifyArgs},
    exit::Outcome,
    pages, progress, workspace,
};

/// Checks the claims named, or all, and prints what was found.
pub fn run(arguments: &VerifyArgs) -> Result<Outcome> {
    let claims = select(&arguments.ids)?;
    let proofs = Proofs::load()?;
    let verdicts = verify_all(&claims);
    let sound = verdicts.iter().all(|verdict| is_sound(verdict, &proofs));
    if arguments.json {
        let evidence: Vec<Value> = verdicts.iter().map(|v| as_json(v, &proofs)).collect();
        say(format_args!("{}", serde_json::to_string_pretty(&evidence)?))?;
    } else {
        print_table(&verdicts, &proofs)?;
    }
    let pages_are_right = match arguments.pages {
        None => true,
        Some(PagesMode::Write) => pages::write(&verdicts, &proofs).map(|()| true)?,
        Some(PagesMode::Check) => pages::check(&verdicts, &proofs)?,
    };
    Ok(if sound && pages_are_right {
        Outcome::Fine
    } else {
        Outcome::Wanting
    })
}

/// The claims of the given ids, all if there are none.
fn select(ids: &[String]) -> Result<Vec<&'static Claim>> {
    if ids.is_empty() {
        return Ok(ufm_theorems::claims().collect());
    }
    ids.iter()
        .map(|id| match ufm_theorems::find(id) {
            Some(claim) => Ok(claim),
            None => match nearest(id, ufm_theorems::claims().map(|claim| claim.id)) {
                Some(near) => bail!("there is no claim `{id}`; did you mean `{near}`?"),
                None => bail!("there is no claim `{id}`; `cargo xtask list` shows all"),
            },
        })
        .collect()
}

fn verify_all(claims: &[&'static Claim]) -> Vec<Verdict> {
    let bar = progress::bar("claims", claims.len());
    let verdicts = claims
        .par_iter()
        .map(|&claim| {
            let verdict = ufm_theorems::verify(claim);
            bar.set_message(claim.id);
            bar.inc(1);
            verdict
        })
        .collect();
    bar.finish_and_clear();
    verdicts
}

/// Whether nothing is wrong with the evidence and no part fails: parts that are missing or could not be run are said to be so.
fn is_sound(verdict: &Verdict, proofs: &Proofs) -> bool {
    verdict.troubles().is_empty() && proofs.status(verdict) != Status::Failed
}

/// What is known here about the formal proofs of claims.
pub struct Proofs {
    ledger: Option<Ledger>,
    statements: String,
}

impl Proofs {
    /// Reads the ledger of the last `prove`, if it is about the proofs as they are, and the statements that it has written.
    pub fn load() -> Result<Self> {
        let folder = workspace::proofs()?;
        let ledger = Ledger::load(&workspace::ledger()?)?;
        let statements = std::fs::read_to_string(folder.join(STATEMENTS)).unwrap_or_default();
        Ok(Self {
            ledger: ledger.filter(|ledger| ledger.is_about(&folder)),
            statements,
        })
    }

    /// Whether the proofs have been run on the files as they are.
    pub fn are_known(&self) -> bool {
        self.ledger.is_some()
    }

    /// Whether the audit accepts this theorem; `None` where the proofs have not been run on the files as they are.
    fn accepts(&self, theorem: &str) -> Option<bool> {
        self.ledger.as_ref().map(|ledger| ledger.proves(theorem))
    }

    /// The status of a claim.
    pub fn status(&self, verdict: &Verdict) -> Status {
        verdict.status(&|theorem| self.accepts(theorem))
    }

    /// The status of a part of it.
    pub fn status_of(&self, verdict: &Verdict, part: &Part) -> Status {
        verdict.status_of(part, &|theorem| self.accepts(theorem))
    }

    /// A link to what Coq says that the theorem states.
    pub fn link(&self, theorem: &str) -> String {
        let heading = format!("theorem {theorem}");
        let line = self.statements.lines().position(|line| line == heading);
        let line = line.map_or_else(String::new, |line| format!("#L{}", line + 1));
        format!("[{theorem}](theorems/coq/{STATEMENTS}{line})")
    }
}

/// What `prove` keeps of the theorems cited, in the folder of the proofs.
pub const STATEMENTS: &str = "statements.txt";

/// How many parts have which status.
fn parts(verdict: &Verdict, proofs: &Proofs) -> String {
    let all = verdict.claim.parts.iter();
    let found: Vec<Status> = all.map(|part| proofs.status_of(verdict, part)).collect();
    let counted = Status::ALL.into_iter().filter_map(|status| {
        let number = found.iter().filter(|s| **s == status).count();
        (number > 0).then(|| format!("{number} {}", status.name()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn print_table(verdicts: &[Verdict], proofs: &Proofs) -> Result<(), OutputError> {
    let mut shown = table([
        "claim",
        "kind",
        "source",
        "cases",
        "residual",
        "tolerance",
        "controls",
        "parts",
        "status",
        "seconds",
    ]);
    for verdict in verdicts {
        let claim = verdict.claim;
        let tightest = verdict.evidence.as_ref().ok().and_then(|e| e.tightest());
        let number = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.1e}"));
        let cases = verdict.evidence.as_ref().map_or(0, |e| e.cases());
        let cells = [
            claim.id.to_owned(),
            claim.kind.name().to_owned(),
            claim.source.name().to_owned(),
            cases.to_string(),
            number(tightest.map(|f| f.residual())),
            number(tightest.map(|f| f.tolerance())),
            controls(verdict),
            parts(verdict, proofs),
            proofs.status(verdict).name().to_owned(),
            format!("{:.2}", verdict.elapsed.as_secs_f64()),
        ];
        shown.add_row(row(&cells, |column| matches!(column, 3..=5 | 9)));
    }
    say(format_args!("{shown}"))?;
    say(format_args!(
        "residual and tolerance are those of the finding closest to its tolerance; 0 is an exact condition"
    ))?;
    for verdict in verdicts.iter().filter(|v| !is_sound(v, proofs)) {
        print_trouble(verdict, proofs)?;
    }
    let counted = Status::ALL.into_iter().filter_map(|status| {
        let number = verdicts.iter().filter(|v| proofs.status(v) == status);
        let number = number.count();
        (number > 0).then(|| format!("{number} {}", status.name()))
    });
    let counted = counted.collect::<Vec<_>>().join(", ");
    for verdict in verdicts {
        if let Some(why) = verdict.absence() {
            say(format_args!("{}: not run: {why}", verdict.claim.id))?;
        }
    }
    let claims = if verdicts.len() == 1 {
        "claim"
    } else {
        "claims"
    };
    say(format_args!("{} {claims}: {counted}", verdicts.len()))?;
    if !proofs.are_known() {
        say(format_args!(
            "formal proofs: run `cargo xtask prove` (needs Coq) to have them checked here"
        ))?;
    }
    Ok(())
}

/// How many controls break all that they name, of how many.
pub fn controls(verdict: &Verdict) -> String {
    format!("{}/{} rejected", verdict.rejected(), verdict.controls.len())
}

fn print_trouble(verdict: &Verdict, proofs: &Proofs) -> Result<(), OutputError> {
    say(format_args!("\n{}:", verdict.claim.id))?;
    for trouble in verdict.troubles() {
        say(format_args!("  {trouble}"))?;
    }
    for theorem in verdict.claim.theorems() {
        if proofs.accepts(theorem) == Some(false) {
            say(format_args!("  {theorem}: the audit does not accept it"))?;
        }
    }
    Ok(())
}

fn as_json(verdict: &Verdict, proofs: &Proofs) -> Value {
    let claim = verdict.claim;
    let evidence = match &verdict.evidence {
        Err(error) => json!({ "error": error.to_string() }),
        Ok(evidence) => json!({
            "findings": evidence.findings().iter().map(|f| json!({
                "id": f.id(),
                "what": f.what(),
                "cases": f.cases(),
                "residual": f.residual(),
                "tolerance": f.tolerance(),
                "worst_case": f.worst_case(),
                "holds": f.holds(),
            })).collect::<Vec<_>>(),
            "values": evidence.values().iter().map(|(name, value)| json!({
                "name": name,
                "value": value,
                "shown": six_digits(*value),
            })).collect::<Vec<_>>(),
            "measured": evidence.measurements().iter().map(|(name, value)| json!({
                "name": name,
                "value": value,
                "shown": six_digits(*value),
            })).collect::<Vec<_>>(),
        }),
    };
    let controls = claim.controls.iter().zip(&verdict.controls).enumerate();
    let controls = controls.map(|(index, (control, found))| {
        json!({
            "what": control.what,
            "breaks": control.breaks,
            "broken": verdict.broken_by(index),
            "error": found.as_ref().err().map(ToString::to_string),
        })
    });
    json!({
        "id": claim.id,
        "title": claim.title,
        "statement": claim.statement(),
        "given": claim.given,
        "parts": claim.parts.iter().map(|part| json!({
            "says": part.says,
            "theorems": part.theorems,
            "findings": part.findings,
            "status": proofs.status_of(verdict, part).name(),
        })).collect::<Vec<_>>(),
        "kind": claim.kind.name(),
        "source": claim.source.name(),
        "source_place": claim.source.place(),
        "chapter": ufm_theorems::chapter_of(claim.id).map(|chapter| chapter.name),
        "uses": claim.uses,
        "evidence": evidence,
        "controls": controls.collect::<Vec<_>>(),
        "status": proofs.status(verdict).name(),
        "seconds": verdict.elapsed.as_secs_f64(),
    })
}
