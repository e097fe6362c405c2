//! Asking the kernel what a theorem says and rests on.

use std::fmt::Write as _;

/// The axioms a proof may rest on, each with the reason.
pub const ALLOWED_AXIOMS: [(&str, &str); 4] = [
    (
        "ClassicalDedekindReals.sig_not_dec",
        "the standard library's real numbers are built on it",
    ),
    (
        "ClassicalDedekindReals.sig_forall_dec",
        "the standard library's real numbers are built on it",
    ),
    (
        "FunctionalExtensionality.functional_extensionality_dep",
        "the standard library's real numbers are built on it",
    ),
    (
        "Classical_Prop.classic",
        "excluded middle: used by the standard library's analysis and by Coquelicot",
    ),
];

/// Whether a theorem may rest on `axiom`.
pub fn is_allowed(axiom: &str) -> bool {
    ALLOWED_AXIOMS.iter().any(|(name, _)| *name == axiom)
}

/// What the kernel says about one theorem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `File.theorem`.
    pub name: String,
    /// Its statement, as Coq prints it.
    pub statement: String,
    /// The axioms it rests on, sorted.
    pub axioms: Vec<String>,
}

const MARK: &str = "@@ theorem ";
const DEFINITION: &str = "@@ definition ";
const AXIOMS: &str = "@@ axioms";

/// What to ask of one file.
#[derive(Debug, Clone)]
pub struct Question {
    /// Logical name of the file.
    pub module: String,
    /// Its theorems, as `File.theorem`.
    pub theorems: Vec<String>,
    /// Its definitions, as `File.definition`.
    pub definitions: Vec<String>,
}

/// A Coq file that prints the definitions, and statement and axioms of the theorems, that `questions` name. Every
/// one of `modules` is loaded and none imported, so that no notation of theirs changes what is printed, and
/// the same is printed whichever files are asked about together.
pub fn script(modules: &[String], questions: &[Question]) -> String {
    let mut script = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(script, "From Coq Require Import Reals.");
    let _ = writeln!(script, "Require {}.", modules.join(" "));
    let _ = writeln!(script, "Open Scope R_scope.\nSet Printing Width 100.");
    for question in questions {
        let module = &question.module;
        for name in &question.definitions {
            let own = name.rsplit('.').next().unwrap_or(name);
            let _ = writeln!(script, "Goal True. idtac \"{DEFINITION}{name}\". Abort.");
            let _ = writeln!(script, "Print {module}.{own}.");
        }
        for name in &question.theorems {
            let own = name.rsplit('.').next().unwrap_or(name);
            let _ = writeln!(script, "Goal True. idtac \"{MARK}{name}\". Abort.");
            let _ = writeln!(script, "Check @{module}.{own}.");
            let _ = writeln!(script, "Goal True. idtac \"{AXIOMS}\". Abort.");
            let _ = writeln!(script, "Print Assumptions {module}.{own}.");
        }
    }
    script
}

/// What `coqchk -o` (its output) shows that must not be: axioms of this development, and anything whose
/// checks were turned off. A report that is not understood is an objection too.
pub fn unsafe_in(output: &str) -> Vec<String> {
    const UNSAFE: [&str; 3] = [
        "type-in-type",
        "unsafe (co)fixpoints",
        "positivity is assumed",
    ];
    let (mut section, mut seen, mut found) = ("", 0, Vec::new());
    for line in output.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix("* ") {
            let (name, value) = title.rsplit_once(':').unwrap_or((title, ""));
            section = name;
            if UNSAFE.iter().any(|what| name.contains(what)) || name == "Axioms" {
                seen += 1;
            }
            if name == "Theory" && value.trim() != "Set is predicative" {
                found.push(title.to_owned());
            }
        } else if !line.is_empty() {
            if UNSAFE.iter().any(|what| section.contains(what)) {
                found.push(format!("{line}: {section}"));
            } else if section == "Axioms" && line.starts_with("UFM.") {
                found.push(format!("`{line}` is an axiom of this development"));
            }
        }
    }
    if seen != UNSAFE.len() + 1 {
        found.push(format!("coqchk's report is not understood: {output}"));
    }
    found
}

/// The definitions that [`script`] made Coq print, by name.
pub fn definitions(output: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in output.lines() {
        if let Some(name) = line.strip_prefix(DEFINITION) {
            found.push((name.to_owned(), String::new()));
            inside = true;
        } else if line.starts_with("@@ ") {
            inside = false;
        } else if let (true, Some((_, text))) = (inside, found.last_mut()) {
            if !line.trim().is_empty() {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
    }
    found
}

/// Reads what [`script`] made Coq print.
pub fn parse(output: &str) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    let (mut in_axioms, mut in_definition) = (false, false);
    for line in output.lines() {
        if let Some(name) = line.strip_prefix(MARK) {
            reports.push(Report {
                name: name.to_owned(),
                statement: String::new(),
                axioms: Vec::new(),
            });
            in_axioms = false;
            in_definition = false;
        } else if line.starts_with(DEFINITION) {
            in_definition = true;
        } else if in_definition {
        } else if line == AXIOMS {
            in_axioms = true;
        } else if let Some(report) = reports.last_mut() {
            if in_axioms {
                report.axioms.extend(axiom_on(line));
            } else if !line.trim().is_empty() {
                if !report.statement.is_empty() {
                    report.statement.push('\n');
                }
                report.statement.push_str(line.trim_end());
            }
        }
    }
    for report in &mut reports {
        report.axioms.sort();
        report.axioms.dedup();
    }
    reports
}

/// The axiom a line of `Print Assumptions` introduces. Types continue on indented lines; any other
/// line that is not understood counts as an axiom, so that nothing passes unseen.
fn axiom_on(line: &str) -> Option<String> {
    let quiet = line.trim().is_empty()
        || line.starts_with(char::is_whitespace)
        || matches!(
            line,
            "Axioms:" | "Section Variables:" | "Closed under the global context"
        );
    (!quiet).then(|| line.split(" :").next().unwrap_or(line).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_parsed() {
        let output = "@@ theorem Window.a\nWindow.a\n     : forall r : R,\n       1 <= r\n@@ axioms\nAxioms:\nClassical_Prop.classic : forall P : Prop, P \\/ ~ P\nClassicalDedekindReals.sig_forall_dec\n  : forall P : nat -> Prop,\n    True\n@@ theorem Gram.b\nGram.b : 1 = 1\n@@ axioms\nClosed under the global context\n";
        let reports = parse(output);
        assert_eq!(reports.len(), 2);
        assert_eq!(
            reports[0].statement,
            "Window.a\n     : forall r : R,\n       1 <= r"
        );
        assert_eq!(
            reports[0].axioms,
            [
                "ClassicalDedekindReals.sig_forall_dec",
                "Classical_Prop.classic"
            ]
        );
        assert!(reports[0].axioms.iter().all(|axiom| is_allowed(axiom)));
        assert!(reports[1].axioms.is_empty());
    }

    #[test]
    fn what_is_not_understood_counts_as_an_axiom() {
        let output = "@@ theorem A.a\nA.a : False\n@@ axioms\nAxioms:\nbad : False\nA.f relies on an unsafe hierarchy.\n";
        let axioms = &parse(output)[0].axioms;
        assert_eq!(axioms.len(), 2);
        assert!(!axioms.iter().any(|axiom| is_allowed(axiom)));
    }
}
