//! `prove`: the formal proofs, compiled and audited.

use anyhow::Result;
use ufm_proofs::{Ledger, Options, audit};
use ufm_support::{
    print::{OutputError, say},
    tables::table,
};

use crate::{cli::ProveArgs, exit::Outcome, kept, progress, verify::STATEMENTS, workspace};

/// Proves everything, writes the ledger and prints what was found.
pub fn run(arguments: &ProveArgs) -> Result<Outcome> {
    let required: Vec<String> = ufm_theorems::claims()
        .flat_map(|claim| claim.theorems())
        .map(str::to_owned)
        .collect();
    let folder = workspace::proofs()?;
    let links = ufm_theorems::formal_links()?;
    let options = Options {
        folder: &folder,
        required: &required,
        links: &links,
    };
    let watch = kept::Watch::start(kept::PROVE)?;
    let bar = Bar(progress::bar("proofs", 0));
    let mut ledger = ufm_proofs::prove(&options, &bar)?;
    bar.0.finish_and_clear();
    let path = folder.join(STATEMENTS);
    let said = ledger.statements(&required);
    if arguments.accept {
        ufm_support::files::replace(&path, said.as_bytes())?;
    } else {
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        ledger.findings.extend(difference(&kept, &said));
    }
    ledger.save(&workspace::ledger()?)?;
    watch.keep(&())?;
    if arguments.json {
        say(format_args!("{}", serde_json::to_string_pretty(&ledger)?))?;
    } else {
        print(&ledger)?;
    }
    Ok(if ledger.findings.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Wanting
    })
}

/// What differs between the kept statements and those of this run: the entries that are in one only.
fn difference(kept: &str, said: &str) -> Option<ufm_proofs::Objection> {
    let entries = |text: &str| -> Vec<String> { text.split("\n\n").map(str::to_owned).collect() };
    let (before, now) = (entries(kept), entries(said));
    let mut what = String::new();
    for (sign, these, others) in [('-', &before, &now), ('+', &now, &before)] {
        for line in these
            .iter()
            .filter(|entry| !others.contains(entry))
            .flat_map(|entry| entry.lines())
        {
            what += &format!("\n{sign} {line}");
        }
    }
    (kept != said).then(|| ufm_proofs::Objection {
        at: format!("theorems/coq/{STATEMENTS}"),
        what: format!("theorems or definitions say something else than is kept (`--accept` keeps what they say now):{what}"),
    })
}

struct Bar(indicatif::ProgressBar);

impl ufm_proofs::Progress for Bar {
    fn step(&self, done: usize, total: usize, what: &str) {
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
        self.0.set_message(what.to_owned());
    }
}

fn print(ledger: &Ledger) -> Result<(), OutputError> {
    let mut claims = table(["claim", "theorem", "file", "axioms", "seconds", "status"]);
    for claim in ufm_theorems::claims() {
        for (index, name) in claim.theorems().into_iter().enumerate() {
            let id = if index == 0 { claim.id } else { "" };
            let row = match ledger.theorems.get(name) {
                None => [
                    claim.id.into(),
                    name.into(),
                    "–".into(),
                    "–".into(),
                    "–".into(),
                    "MISSING".into(),
                ],
                Some(record) => [
                    id.to_owned(),
                    name.split('.').next_back().unwrap_or(name).to_owned(),
                    record.file.clone(),
                    axioms(&record.axioms),
                    seconds(ledger, &record.file),
                    if record.proved {
                        "proved"
                    } else {
                        "NOT PROVED"
                    }
                    .to_owned(),
                ],
            };
            claims.add_row(row);
        }
    }
    say(format_args!("{claims}"))?;
    say(format_args!(
        "seconds: of the whole file. Axioms: A excluded middle, B the three of the standard real numbers:"
    ))?;
    for (axiom, why) in audit::ALLOWED_AXIOMS {
        say(format_args!("  {axiom}: {why}"))?;
    }
    let mut links = table([
        "formal definition",
        "compared with",
        "points",
        "within",
        "status",
    ]);
    for link in &ledger.links {
        links.add_row([
            link.definition.clone(),
            link.function.clone(),
            link.points.to_string(),
            format!("{:.0e}", link.tolerance),
            if link.agrees { "agrees" } else { "DIFFERS" }.to_owned(),
        ]);
    }
    say(format_args!("\n{links}"))?;
    for finding in &ledger.findings {
        say(format_args!("\n{}: {}", finding.at, finding.what))?;
    }
    let refutations = ledger
        .theorems
        .values()
        .filter(|record| record.proved && record.file.starts_with("controls"))
        .count();
    let proved = ledger
        .theorems
        .values()
        .filter(|record| record.proved)
        .count();
    say(format_args!(
        "Coq {}: {proved} of {} theorems proved, {refutations} of them refuting false neighbours; {} objections{}",
        ledger.coq,
        ledger.theorems.len(),
        ledger.findings.len(),
        if ledger.kernel_checked {
            ", checked again by coqchk"
        } else {
            ""
        }
    ))
}

/// The axioms in short.
fn axioms(names: &[String]) -> String {
    let classic = names.iter().any(|name| name == audit::EXCLUDED_MIDDLE);
    let reals = names.iter().any(|name| name != audit::EXCLUDED_MIDDLE);
    match (classic, reals) {
        (false, false) => "none",
        (true, false) => "A",
        (false, true) => "B",
        (true, true) => "A B",
    }
    .to_owned()
}

fn seconds(ledger: &Ledger, file: &str) -> String {
    ledger
        .files
        .iter()
        .find(|record| record.path == file)
        .map_or_else(|| "–".to_owned(), |record| format!("{:.1}", record.seconds))
}
