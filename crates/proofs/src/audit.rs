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

/// Axioms of the primitive integers and floats that the interval tactic computes with. Allowed in link
/// files, which only compare numbers, and nowhere else.
pub fn is_computation_axiom(axiom: &str) -> bool {
    [
        "PrimInt63.",
        "PrimFloat.",
        "FloatAxioms.",
        "Uint63.",
        "Sint63.",
        "Uint63Axioms.",
        "FloatOps.",
        "Int63.",
    ]
    .iter()
    .any(|prefix| axiom.starts_with(prefix))
}

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
const AXIOMS: &str = "@@ axioms";

/// A Coq file that prints statement and axioms of the theorems `names` (`File.theorem`) of the file with the logical name
/// `module`.
pub fn script(module: &str, names: &[String]) -> String {
    let mut script = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(script, "From Coq Require Import Reals.");
    let _ = writeln!(script, "Require {module}.");
    let _ = writeln!(script, "Open Scope R_scope.\nSet Printing Width 100.");
    for name in names {
        let theorem = name.rsplit('.').next().unwrap_or(name);
        let _ = writeln!(script, "Goal True. idtac \"{MARK}{name}\". Abort.");
        let _ = writeln!(script, "Check @{module}.{theorem}.");
        let _ = writeln!(script, "Goal True. idtac \"{AXIOMS}\". Abort.");
        let _ = writeln!(script, "Print Assumptions {module}.{theorem}.");
    }
    script
}

/// Reads what [`script`] made Coq print.
pub fn parse(output: &str) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    let mut in_axioms = false;
    for line in output.lines() {
        if let Some(name) = line.strip_prefix(MARK) {
            reports.push(Report {
                name: name.to_owned(),
                statement: String::new(),
                axioms: Vec::new(),
            });
            in_axioms = false;
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
