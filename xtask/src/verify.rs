//! `verify`: the status of every claim, computed.

use anyhow::{Result, bail};
use rayon::prelude::*;
use ufm_support::{
    names::nearest,
    print::{OutputError, say},
    tables::{row, table},
};
use ufm_theorems::{
    Claim, Status, Verdict,
    ledger::{ClaimRecord, Ledger},
};

use crate::{
    cli::{PagesMode, VerifyArgs},
    exit::Outcome,
    kept, pages, progress, workspace,
};

/// Checks the claims named, or all, keeps what was found of all, and prints it.
pub fn run(arguments: &VerifyArgs) -> Result<Outcome> {
    let claims = select(&arguments.ids)?;
    let proofs = Proofs::load()?;
    let watch = kept::Watch::start(kept::VERIFY)?;
    let ledger = Ledger::of(&verify_all(&claims), &|theorem| proofs.accepts(theorem));
    if arguments.ids.is_empty() {
        watch.keep(&ledger)?;
    }
    let sound = ledger.claims.iter().all(ClaimRecord::is_sound);
    if arguments.json {
        say(format_args!("{}", serde_json::to_string_pretty(&ledger)?))?;
    } else {
        print_table(&ledger.claims, &proofs)?;
    }
    let pages_are_right = match arguments.pages {
        None => true,
        Some(PagesMode::Write) => pages::write(&ledger, &proofs).map(|()| true)?,
        Some(PagesMode::Check) => pages::check(&ledger, &proofs)?,
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

/// What is known here about the formal proofs of claims.
pub struct Proofs {
    ledger: Option<ufm_proofs::Ledger>,
    statements: String,
}

impl Proofs {
    /// Reads the ledger of the last `prove`, if it is about the proofs as they are, and the statements that it has written.
    pub fn load() -> Result<Self> {
        let folder = workspace::proofs()?;
        let ledger = ufm_proofs::Ledger::load(&workspace::ledger()?)?;
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
    pub fn accepts(&self, theorem: &str) -> Option<bool> {
        self.ledger.as_ref().map(|ledger| ledger.proves(theorem))
    }

    /// The ledger, if the proofs have been run on the files as they are.
    pub fn ledger(&self) -> Option<&ufm_proofs::Ledger> {
        self.ledger.as_ref()
    }

    /// What theorems and definitions say, as it is kept.
    pub fn statements(&self) -> &str {
        &self.statements
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

/// How many there are of each status, best first.
fn counted(found: impl Iterator<Item = Status> + Clone) -> String {
    let counted = Status::ALL.into_iter().filter_map(|status| {
        let number = found.clone().filter(|s| *s == status).count();
        (number > 0).then(|| format!("{number} {}", status.name()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn print_table(claims: &[ClaimRecord], proofs: &Proofs) -> Result<(), OutputError> {
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
    for claim in claims {
        let tightest = claim.tightest();
        let residual = |x: Option<f64>| format!("{:.1e}", x.unwrap_or(f64::INFINITY));
        let dash = || "–".to_owned();
        let cells = [
            claim.id.clone(),
            claim.kind.clone(),
            claim.source.clone(),
            claim.cases().to_string(),
            tightest.map_or_else(dash, |f| residual(f.residual)),
            tightest.map_or_else(dash, |f| residual(Some(f.tolerance))),
            controls(claim),
            counted(claim.parts.iter().map(|part| part.status)),
            claim.status.name().to_owned(),
            format!("{:.2}", claim.seconds),
        ];
        shown.add_row(row(&cells, |column| matches!(column, 3..=5 | 9)));
    }
    say(format_args!("{shown}"))?;
    say(format_args!(
        "residual and tolerance are those of the finding closest to its tolerance; 0 is an exact condition"
    ))?;
    for claim in claims.iter().filter(|claim| !claim.is_sound()) {
        print_trouble(claim, proofs)?;
    }
    for claim in claims {
        if let Some(why) = &claim.evidence.not_run {
            say(format_args!("{}: not run: {why}", claim.id))?;
        }
    }
    say(format_args!(
        "{} {}: {}",
        claims.len(),
        if claims.len() == 1 { "claim" } else { "claims" },
        counted(claims.iter().map(|claim| claim.status))
    ))?;
    if !proofs.are_known() {
        say(format_args!(
            "formal proofs: run `cargo xtask prove` (needs Coq) to have them checked here"
        ))?;
    }
    Ok(())
}

/// How many controls break all that they name, of how many.
pub fn controls(claim: &ClaimRecord) -> String {
    format!("{}/{} rejected", claim.rejected(), claim.controls.len())
}

fn print_trouble(claim: &ClaimRecord, proofs: &Proofs) -> Result<(), OutputError> {
    say(format_args!("\n{}:", claim.id))?;
    for trouble in &claim.troubles {
        say(format_args!("  {trouble}"))?;
    }
    for theorem in claim.theorems() {
        if proofs.accepts(theorem) == Some(false) {
            say(format_args!("  {theorem}: the audit does not accept it"))?;
        }
    }
    Ok(())
}
