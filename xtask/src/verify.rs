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
use ufm_theorems::{Claim, Status, Verdict, six_digits};

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
    let sound = verdicts
        .iter()
        .all(|verdict| matches!(verdict.status(), Status::Holds | Status::NotRun));
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
    let bar = progress::bar(claims.len());
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

/// What is known here about the formal proofs of claims.
pub struct Proofs {
    ledger: Option<Ledger>,
    current: bool,
}

impl Proofs {
    /// Reads the ledger of the last `prove`, and whether the proofs have changed since.
    pub fn load() -> Result<Self> {
        let ledger = Ledger::load(&workspace::ledger()?)?;
        let folder = workspace::proofs()?;
        let current = ledger
            .as_ref()
            .is_some_and(|ledger| ledger.is_about(&folder));
        Ok(Self { ledger, current })
    }

    /// Whether the proofs have been run on the files as they are.
    pub fn are_known(&self) -> bool {
        self.current
    }

    /// In a word or two: whether the formal proofs of `claim` went through here.
    pub fn status(&self, claim: &Claim) -> String {
        match (&self.ledger, claim.proofs) {
            (_, []) => "–".to_owned(),
            (None, _) => "not run".to_owned(),
            (Some(_), _) if !self.current => "out of date".to_owned(),
            (Some(ledger), proofs) => {
                let proved = proofs.iter().filter(|name| ledger.proves(name)).count();
                if proved == proofs.len() {
                    format!("{proved} theorem{}", if proved == 1 { "" } else { "s" })
                } else {
                    format!("FAILS ({proved} of {})", proofs.len())
                }
            }
        }
    }
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
        "formal proof",
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
            proofs.status(claim),
            verdict.status().name().to_owned(),
            format!("{:.2}", verdict.elapsed.as_secs_f64()),
        ];
        shown.add_row(row(&cells, |column| matches!(column, 3..=5 | 9)));
    }
    say(format_args!("{shown}"))?;
    say(format_args!(
        "residual and tolerance are those of the finding closest to its tolerance; 0 is an exact condition"
    ))?;
    for verdict in verdicts.iter().filter(|v| v.status() != Status::Holds) {
        print_trouble(verdict)?;
    }
    let holding = verdicts
        .iter()
        .filter(|v| v.status() == Status::Holds)
        .count();
    say(format_args!("{holding} of {} claims hold", verdicts.len()))?;
    let not_run = verdicts.iter().filter(|v| v.status() == Status::NotRun);
    match not_run.count() {
        0 => {}
        n => say(format_args!(
            "{n} are not run, which says nothing about them"
        ))?,
    }
    if !proofs.are_known() {
        say(format_args!(
            "formal proofs: run `cargo xtask prove` (needs Coq) to have them checked here"
        ))?;
    }
    Ok(())
}

/// How many controls were rejected, of how many.
pub fn controls(verdict: &Verdict) -> String {
    let rejected = verdict
        .rejected
        .iter()
        .filter(|r| matches!(r, Ok(true)))
        .count();
    format!("{rejected}/{} rejected", verdict.rejected.len())
}

fn print_trouble(verdict: &Verdict) -> Result<(), OutputError> {
    say(format_args!(
        "\n{}: {}",
        verdict.claim.id,
        verdict.status().name()
    ))?;
    match &verdict.evidence {
        Err(error) => say(format_args!("  {error}"))?,
        Ok(evidence) => {
            for finding in evidence.findings().iter().filter(|f| !f.holds()) {
                say(format_args!(
                    "  {}: residual {:e}, allowed {:e}, worst at {}",
                    finding.what(),
                    finding.residual(),
                    finding.tolerance(),
                    finding.worst_case()
                ))?;
            }
        }
    }
    for (control, rejected) in verdict.claim.controls.iter().zip(&verdict.rejected) {
        match rejected {
            Ok(true) => {}
            Ok(false) => say(format_args!(
                "  the check accepts the false statement \"{}\"",
                control.what
            ))?,
            Err(error) => say(format_args!("  control \"{}\": {error}", control.what))?,
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
    json!({
        "id": claim.id,
        "title": claim.title,
        "statement": claim.statement,
        "kind": claim.kind.name(),
        "source": claim.source.name(),
        "source_place": claim.source.place(),
        "chapter": ufm_theorems::chapter_of(claim.id).map(|chapter| chapter.name),
        "uses": claim.uses,
        "proofs": claim.proofs,
        "formal_proof": proofs.status(claim),
        "evidence": evidence,
        "controls": claim.controls.iter().zip(&verdict.rejected).map(|(control, rejected)| json!({
            "what": control.what,
            "rejected": rejected.as_ref().ok(),
            "error": rejected.as_ref().err().map(ToString::to_string),
        })).collect::<Vec<_>>(),
        "status": verdict.status().name(),
        "seconds": verdict.elapsed.as_secs_f64(),
    })
}
