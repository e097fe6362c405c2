//! The whole run.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::{
    FileRecord, Ledger, LinkRecord, Objection, ProofError, TheoremRecord,
    audit::{self, Question},
    link::{self, Link},
    source::{self, Reading, Statement},
    toolchain::{self, Compiled, Workspace},
};

/// What to prove.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// The folder of proofs; its `.v` files and those of its subfolders are compiled.
    pub folder: &'a Path,
    /// Theorems that somebody relies on, as `File.theorem`; each must be there and be proved.
    pub required: &'a [String],
    /// Comparisons with computed numbers.
    pub links: &'a [Link],
}

/// Hears what a run is doing.
pub trait Progress {
    /// `done` of `total` steps are done and `what` begins.
    fn step(&self, done: usize, total: usize, what: &str);
}

impl Progress for () {
    fn step(&self, _: usize, _: usize, _: &str) {}
}

/// Every `.v` file of `folder` and of its subfolders, sorted.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>, ProofError> {
    let mut found = Vec::new();
    let mut places = vec![folder.to_owned()];
    while let Some(place) = places.pop() {
        for entry in fs::read_dir(&place).map_err(ProofError::io(&place))? {
            let path = entry.map_err(ProofError::io(&place))?.path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|extension| extension == "v") {
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
/// the audit objects to, is not an error but a [`Objection`].
pub fn prove(options: &Options<'_>, progress: &dyn Progress) -> Result<Ledger, ProofError> {
    let coq = toolchain::version()?;
    let sources = sources(options.folder)?;
    let scratch = tempfile::tempdir().map_err(ProofError::io("temporary folder"))?;
    let workspace = Workspace::new(scratch.path(), options.folder, &sources)?;
    let mut findings = Vec::new();

    let library = toolchain::library_stems()?;
    let mut readings: BTreeMap<String, (String, Reading)> = BTreeMap::new();
    for path in &sources {
        let text = fs::read_to_string(path).map_err(ProofError::io(path))?;
        let relative = path.strip_prefix(options.folder).unwrap_or(path);
        let relative = relative.to_string_lossy().into_owned();
        let unit = relative.trim_end_matches(".v").to_owned();
        if let Some(twin) = readings.keys().find(|other| stem(other) == stem(&unit)) {
            findings.push(Objection {
                at: relative.clone(),
                what: format!("has the name of {twin}.v: a citation must say which file it means"),
            });
        }
        if library.contains(stem(&unit)) {
            findings.push(Objection {
                at: relative.clone(),
                what:
                    "has the name of a file of Coq's libraries, whose axioms it could pass off as"
                        .into(),
            });
        }
        readings.insert(unit, (relative, source::read(&text)));
    }

    let order = workspace.sorted(&readings.keys().cloned().collect::<Vec<_>>())?;
    let total = order.len() + 1 + 1;
    let mut compiled = compile_all(&workspace, &order, total, progress)?;
    let (mut files, mut sound) = (Vec::new(), Vec::new());
    for name in &order {
        let (Some((path, reading)), Some(compiled)) = (readings.get(name), compiled.remove(name))
        else {
            continue;
        };
        if !compiled.success {
            findings.push(Objection {
                at: path.clone(),
                what: format!("does not compile: {}", compiled.output.trim()),
            });
        }
        findings.extend(reading.objections.iter().map(|objection| Objection {
            at: format!("{path}:{}", objection.line),
            what: objection.what.clone(),
        }));
        if compiled.success && reading.objections.is_empty() {
            sound.push(name.clone());
        }
        files.push(FileRecord {
            path: path.clone(),
            sha256: ufm_support::digest::of_file(&options.folder.join(path))?,
            seconds: compiled.elapsed.as_secs_f64(),
        });
    }

    progress.step(order.len(), total, "axioms of every theorem, comparisons");
    let (audits, comparisons) = rayon::join(
        || audit_files(&workspace, &readings, &sound, options.required),
        || compare_all(&workspace, options.links),
    );
    let audits = audits?;
    let theorems = collect_theorems(&readings, &audits, &mut findings);
    let definitions = audits
        .iter()
        .flatten()
        .flat_map(|output| audit::definitions(output))
        .collect();
    for required in options.required {
        if !theorems.contains_key(required) {
            findings.push(Objection {
                at: required.clone(),
                what: "a claim relies on this theorem, but there is none of this name".into(),
            });
        }
    }
    let mut links = Vec::new();
    for (link, finding) in comparisons? {
        links.push(link);
        findings.extend(finding);
    }

    progress.step(total - 1, total, "coqchk");
    check_kernel(&workspace, &sound, &mut findings)?;
    Ok(Ledger {
        coq,
        kernel_checked: true,
        files,
        theorems,
        definitions,
        links,
        findings,
    })
}

/// Every file compiled, those that need nothing uncompiled side by side. `order` lists each file after those it
/// requires.
fn compile_all(
    workspace: &Workspace,
    order: &[String],
    total: usize,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, Compiled>, ProofError> {
    let needs = workspace.dependencies(order)?;
    let mut compiled = BTreeMap::new();
    let mut waiting: Vec<&String> = order.iter().collect();
    while let Some(first) = waiting.first() {
        progress.step(compiled.len(), total, &format!("{first}.v"));
        let (mut ready, later): (Vec<&String>, Vec<&String>) = waiting.iter().partition(|name| {
            needs
                .get(**name)
                .is_none_or(|needed| needed.iter().all(|file| compiled.contains_key(file)))
        });
        // A file that waits for one that is not there: the compiler says what is wrong.
        if ready.is_empty() {
            ready.clone_from(&waiting);
            waiting.clear();
        } else {
            waiting = later;
        }
        let wave = ready
            .par_iter()
            .map(|name| Ok(((*name).clone(), workspace.compile(name)?)))
            .collect::<Result<Vec<_>, ProofError>>()?;
        compiled.extend(wave);
    }
    Ok(compiled)
}

/// The file's own name, by which its theorems are cited.
fn stem(unit: &str) -> &str {
    unit.rsplit('/').next().unwrap_or(unit)
}

/// The results (theorems, corollaries, propositions) that a file states, as `File.theorem`.
fn results<'a>(
    unit: &'a str,
    reading: &'a Reading,
) -> impl Iterator<Item = (String, &'a Statement)> {
    let results = reading.statements.iter().filter(|s| s.is_result());
    results.map(move |statement| (format!("{}.{}", stem(unit), statement.name), statement))
}

/// What Coq prints about the definitions and results of the sound files, in a few processes a thread, and together about the axioms of those that nobody
/// relies on; where a group fails, or rests on what is not allowed, file by file and one by one, so that the fault of one is not that of others.
fn audit_files(
    workspace: &Workspace,
    readings: &BTreeMap<String, (String, Reading)>,
    sound: &[String],
    required: &[String],
) -> Result<Vec<Result<String, String>>, ProofError> {
    let modules: Vec<String> = sound
        .iter()
        .map(|unit| toolchain::qualified(unit))
        .collect();
    let questions: Vec<Question> = sound
        .iter()
        .filter_map(|unit| readings.get(unit).map(|(_, reading)| (unit, reading)))
        .map(|(unit, reading)| {
            let (theorems, others) = results(unit, reading)
                .map(|(name, _)| name)
                .partition(|name| required.contains(name));
            let definitions = reading.definitions.iter();
            Question {
                module: toolchain::qualified(unit),
                theorems,
                others,
                definitions: definitions
                    .map(|name| format!("{}.{name}", stem(unit)))
                    .collect(),
            }
        })
        .collect();
    // Some files take far longer than others; a few groups a thread even that out, and each costs a few seconds of loading all.
    let size = questions
        .len()
        .div_ceil(GROUPS * rayon::current_num_threads())
        .max(1);
    let ask = |name: String, group: &[Question]| -> Result<Result<String, String>, ProofError> {
        let compiled = workspace.compile_text(&name, &audit::script(&modules, group))?;
        Ok(if compiled.success {
            Ok(compiled.output)
        } else {
            Err(compiled.output)
        })
    };
    let groups: Vec<(usize, &[Question])> = questions.chunks(size).enumerate().collect();
    let answers = groups
        .par_iter()
        .with_max_len(1)
        .map(|&(index, group)| {
            let together = ask(format!("UfmAudit{index}"), group)?;
            if together.as_ref().is_ok_and(|output| all_allowed(output)) {
                return Ok(vec![together]);
            }
            let one_by_one = group.iter().cloned().map(Question::one_by_one).enumerate();
            one_by_one
                .map(|(within, one)| ask(format!("UfmAudit{index}_{within}"), &[one]))
                .collect()
        })
        .collect::<Result<Vec<_>, ProofError>>()?;
    Ok(answers.into_iter().flatten().collect())
}

/// Whether all that the theorems rest on is allowed.
fn all_allowed(output: &str) -> bool {
    audit::parse(output)
        .iter()
        .flat_map(|report| &report.axioms)
        .all(|axiom| audit::is_allowed(axiom))
}

/// Groups of files asked about together, for each thread.
const GROUPS: usize = 4;

/// Every stated result with its file, and what the kernel says about it.
fn collect_theorems(
    readings: &BTreeMap<String, (String, Reading)>,
    audits: &[Result<String, String>],
    findings: &mut Vec<Objection>,
) -> BTreeMap<String, TheoremRecord> {
    let mut theorems = BTreeMap::new();
    for (name, (path, reading)) in readings {
        for (full_name, statement) in results(name, reading) {
            let record = TheoremRecord {
                file: path.clone(),
                line: statement.line,
                statement: String::new(),
                axioms: Vec::new(),
                proved: false,
            };
            theorems.insert(full_name, record);
        }
    }
    for audit in audits {
        let reports = audit
            .as_ref()
            .map(|output| audit::parse(output))
            .unwrap_or_else(|output| {
                findings.push(Objection {
                    at: "audit".into(),
                    what: format!("a stated theorem is not there: {}", output.trim()),
                });
                Vec::new()
            });
        for report in reports {
            let Some(record) = theorems.get_mut(&report.name) else {
                continue;
            };
            let stray = report
                .axioms
                .iter()
                .filter(|axiom| !audit::is_allowed(axiom));
            let before = findings.len();
            findings.extend(stray.map(|axiom| Objection {
                at: report.name.clone(),
                what: format!("rests on `{axiom}`, which is not on the allow-list"),
            }));
            record.proved = findings.len() == before;
            record.statement = report.statement;
            record.axioms = report.axioms;
        }
    }
    theorems
}

/// Every comparison in order, with the objection if it fails; run in parallel.
fn compare_all(
    workspace: &Workspace,
    links: &[Link],
) -> Result<Vec<(LinkRecord, Option<Objection>)>, ProofError> {
    links
        .par_iter()
        .enumerate()
        .map(|(index, link)| compare(workspace, link, index))
        .collect()
}

fn compare(
    workspace: &Workspace,
    link: &Link,
    index: usize,
) -> Result<(LinkRecord, Option<Objection>), ProofError> {
    let objection = match link::script(link) {
        None => Some("a computed value is not finite".to_owned()),
        Some(script) => {
            let compiled = workspace.compile_text(&format!("UfmLink{index}"), &script)?;
            if compiled.success {
                stray_axiom(&compiled.output, link.points.is_empty())
            } else {
                Some(compiled.output)
            }
        }
    };
    let record = LinkRecord {
        definition: link.definition.clone(),
        function: link.function.clone(),
        points: link.points.len(),
        tolerance: link.tolerance,
        agrees: objection.is_none(),
    };
    let finding = objection.map(|why| Objection {
        at: link.definition.clone(),
        what: format!("does not agree with {}: {}", link.function, why.trim()),
    });
    Ok((record, finding))
}

/// What is wrong with the axioms that a comparison printed.
fn stray_axiom(output: &str, empty: bool) -> Option<String> {
    let reports = audit::parse(output);
    if reports.is_empty() && !empty {
        return Some("the axioms of the comparison were not printed".into());
    }
    let stray = reports
        .into_iter()
        .flat_map(|report| report.axioms)
        .find(|axiom| !audit::is_allowed(axiom) && !audit::is_of_machine_numbers(axiom))?;
    Some(format!(
        "the comparison rests on `{stray}`, which is not on the allow-list"
    ))
}

fn check_kernel(
    workspace: &Workspace,
    sound: &[String],
    findings: &mut Vec<Objection>,
) -> Result<(), ProofError> {
    let checked = workspace.check_kernel(sound)?;
    if !checked.success {
        findings.push(Objection {
            at: "coqchk".into(),
            what: checked.output.trim().to_owned(),
        });
    } else if !sound.is_empty() {
        let found = audit::unsafe_in(&checked.output);
        findings.extend(found.into_iter().map(|what| Objection {
            at: "coqchk".into(),
            what,
        }));
    }
    Ok(())
}
