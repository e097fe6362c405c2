//! The whole run.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    FileRecord, Finding, Ledger, LinkRecord, ProofError, TheoremRecord, audit,
    ledger::sha256_of,
    link::{self, Link},
    source::{self, Reading},
    toolchain::{self, Workspace},
};

/// What to prove.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// The folder of proofs; its `.v` files and those of its subfolder `controls` are compiled.
    pub folder: &'a Path,
    /// Theorems that somebody relies on, as `File.theorem`; each must be there and be proved.
    pub required: &'a [String],
    /// Comparisons with computed numbers.
    pub links: &'a [Link],
    /// Whether `coqchk` checks the compiled files again.
    pub kernel: bool,
}

/// Hears what a run is doing.
pub trait Progress {
    /// `done` of `total` steps are done and `what` begins.
    fn step(&self, done: usize, total: usize, what: &str);
}

impl Progress for () {
    fn step(&self, _: usize, _: usize, _: &str) {}
}

/// Every `.v` file of `folder` and of its subfolder `controls`, sorted.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>, ProofError> {
    let mut found = Vec::new();
    for place in [folder.to_owned(), folder.join("controls")] {
        if !place.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&place).map_err(ProofError::io(&place))? {
            let path = entry.map_err(ProofError::io(&place))?.path();
            if path.extension().is_some_and(|extension| extension == "v") {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(ProofError::Empty(folder.to_owned()));
    }
    found.sort();
    Ok(found)
}

/// Compiles, audits and compares, from nothing, and says what it found.
///
/// # Errors
/// If Coq is not installed or a file cannot be read or written. A proof that does not compile, or that
/// the audit objects to, is not an error but a [`Finding`].
pub fn prove(options: &Options<'_>, progress: &dyn Progress) -> Result<Ledger, ProofError> {
    let coq = toolchain::version()?;
    let sources = sources(options.folder)?;
    let scratch = tempfile::tempdir().map_err(ProofError::io("temporary folder"))?;
    let workspace = Workspace::new(scratch.path(), &sources)?;
    let mut findings = Vec::new();

    let mut readings: BTreeMap<String, (String, Reading)> = BTreeMap::new();
    for path in &sources {
        let text = fs::read_to_string(path).map_err(ProofError::io(path))?;
        let relative = path.strip_prefix(options.folder).unwrap_or(path);
        let relative = relative.to_string_lossy().into_owned();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        readings.insert(name, (relative, source::read(&text)));
    }

    let order = workspace.sorted(&readings.keys().cloned().collect::<Vec<_>>())?;
    let total = order.len() + options.links.len() + 1 + usize::from(options.kernel);
    let (mut files, mut sound) = (Vec::new(), Vec::new());
    for (done, name) in order.iter().enumerate() {
        let Some((path, reading)) = readings.get(name) else {
            continue;
        };
        progress.step(done, total, path);
        let compiled = workspace.compile(name)?;
        if !compiled.success {
            findings.push(Finding {
                at: path.clone(),
                what: format!("does not compile: {}", compiled.output.trim()),
            });
        }
        findings.extend(reading.objections.iter().map(|objection| Finding {
            at: format!("{path}:{}", objection.line),
            what: objection.what.clone(),
        }));
        if compiled.success && reading.objections.is_empty() {
            sound.push(name.clone());
        }
        files.push(FileRecord {
            path: path.clone(),
            sha256: sha256_of(&options.folder.join(path))?,
            seconds: compiled.elapsed.as_secs_f64(),
        });
    }

    progress.step(order.len(), total, "axioms of every theorem");
    let theorems = audit_theorems(&workspace, &readings, &sound, &mut findings)?;
    for required in options.required {
        if !theorems.contains_key(required) {
            findings.push(Finding {
                at: required.clone(),
                what: "a claim relies on this theorem, but there is none of this name".into(),
            });
        }
    }

    let mut links = Vec::new();
    for (index, link) in options.links.iter().enumerate() {
        progress.step(order.len() + 1 + index, total, &link.definition);
        links.push(compare(&workspace, link, index, &mut findings)?);
    }

    if options.kernel {
        progress.step(total - 1, total, "coqchk");
        check_kernel(&workspace, &sound, &mut findings)?;
    }
    Ok(Ledger {
        coq,
        kernel_checked: options.kernel,
        files,
        theorems,
        links,
        findings,
    })
}

fn audit_theorems(
    workspace: &Workspace,
    readings: &BTreeMap<String, (String, Reading)>,
    sound: &[String],
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<String, TheoremRecord>, ProofError> {
    let mut theorems = BTreeMap::new();
    for (name, (path, reading)) in readings {
        for statement in reading.statements.iter().filter(|s| s.is_result()) {
            theorems.insert(
                format!("{name}.{}", statement.name),
                TheoremRecord {
                    file: path.clone(),
                    line: statement.line,
                    statement: String::new(),
                    axioms: Vec::new(),
                    proved: false,
                },
            );
        }
    }
    let audited: Vec<String> = theorems
        .keys()
        .filter(|name| {
            name.split('.')
                .next()
                .is_some_and(|file| sound.iter().any(|s| s == file))
        })
        .cloned()
        .collect();
    if audited.is_empty() {
        return Ok(theorems);
    }
    let compiled = workspace.compile_text("UfmAudit", &audit::script(&audited))?;
    if !compiled.success {
        findings.push(Finding {
            at: "audit".into(),
            what: format!("a stated theorem is not there: {}", compiled.output.trim()),
        });
        return Ok(theorems);
    }
    for report in audit::parse(&compiled.output) {
        let Some(record) = theorems.get_mut(&report.name) else {
            continue;
        };
        let stray: Vec<&String> = report
            .axioms
            .iter()
            .filter(|a| !audit::is_allowed(a))
            .collect();
        for axiom in &stray {
            findings.push(Finding {
                at: report.name.clone(),
                what: format!("rests on `{axiom}`, which is not on the allow-list"),
            });
        }
        record.proved = stray.is_empty();
        record.statement = report.statement;
        record.axioms = report.axioms;
    }
    Ok(theorems)
}

fn compare(
    workspace: &Workspace,
    link: &Link,
    index: usize,
    findings: &mut Vec<Finding>,
) -> Result<LinkRecord, ProofError> {
    let outcome = match link::script(link) {
        None => Err("a computed value is not finite".to_owned()),
        Some(script) => {
            let compiled = workspace.compile_text(&format!("UfmLink{index}"), &script)?;
            if compiled.success {
                Ok(())
            } else {
                Err(compiled.output)
            }
        }
    };
    if let Err(why) = &outcome {
        findings.push(Finding {
            at: link.definition.clone(),
            what: format!("does not agree with {}: {}", link.function, why.trim()),
        });
    }
    Ok(LinkRecord {
        definition: link.definition.clone(),
        function: link.function.clone(),
        points: link.points.len(),
        tolerance: link.tolerance,
        agrees: outcome.is_ok(),
    })
}

fn check_kernel(
    workspace: &Workspace,
    sound: &[String],
    findings: &mut Vec<Finding>,
) -> Result<(), ProofError> {
    let checked = workspace.check_kernel(sound)?;
    if !checked.success {
        findings.push(Finding {
            at: "coqchk".into(),
            what: checked.output.trim().to_owned(),
        });
    }
    Ok(())
}
