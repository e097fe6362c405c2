//! Asking the kernel what a theorem says and rests on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// The full name of the axiom of excluded middle.
pub const EXCLUDED_MIDDLE: &str = "Coq.Logic.Classical_Prop.classic";

/// The axioms a proof may rest on, by their full names, each with the reason.
pub const ALLOWED_AXIOMS: [(&str, &str); 4] = [
    (
        "Coq.Reals.ClassicalDedekindReals.sig_not_dec",
        "the standard library's real numbers are built on it",
    ),
    (
        "Coq.Reals.ClassicalDedekindReals.sig_forall_dec",
        "the standard library's real numbers are built on it",
    ),
    (
        "Coq.Logic.FunctionalExtensionality.functional_extensionality_dep",
        "the standard library's real numbers are built on it",
    ),
    (
        EXCLUDED_MIDDLE,
        "excluded middle: used by the standard library's analysis and by Coquelicot",
    ),
];

/// Whether a theorem may rest on `axiom`.
pub fn is_allowed(axiom: &str) -> bool {
    ALLOWED_AXIOMS.iter().any(|(name, _)| *name == axiom)
}

/// Axioms of the arithmetic by which `interval` computes: the processor's integers and floating-point numbers,
/// whose operations the kernel knows and whose laws the standard library assumes.
const MACHINE_NUMBERS: [&str; 5] = [
    "PrimInt63",
    "Uint63",
    "PrimFloat",
    "FloatAxioms",
    "FloatOps",
];

/// Whether a comparison with computed numbers may rest on `axiom`, besides those of every theorem. Module names
/// suffice: no file of this development has the name of one in a library, and none holds a module.
pub fn is_of_machine_numbers(axiom: &str) -> bool {
    axiom
        .split_once('.')
        .is_some_and(|(module, name)| MACHINE_NUMBERS.contains(&module) && !name.contains('.'))
}

/// What the kernel says about one theorem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `File.theorem`.
    pub name: String,
    /// Its statement, as Coq prints it.
    pub statement: String,
    /// The axioms it rests on, sorted; if asked about with others, those of all of them.
    pub axioms: Vec<String>,
}

const MARK: &str = "@@ theorem ";
const DEFINITION: &str = "@@ definition ";
const AXIOMS: &str = "@@ axioms";
const WITH_OTHERS: &str = "@@ axioms with others";
const OF_OTHERS: &str = "@@ axioms of the others";
const MEANS: &str = "@@ means ";

/// What to ask of one file.
#[derive(Debug, Clone)]
pub struct Question {
    /// Logical name of the file.
    pub module: String,
    /// The theorems whose axioms are asked for, as `File.theorem`.
    pub theorems: Vec<String>,
    /// Theorems of all questions whose axioms are asked for together: Coq takes about a second for each time it is asked.
    pub others: Vec<String>,
    /// Its definitions, as `File.definition`.
    pub definitions: Vec<String>,
}

impl Question {
    /// The same of each theorem by itself.
    pub fn one_by_one(mut self) -> Self {
        self.theorems.append(&mut self.others);
        self
    }
}

/// A Coq file that prints the definitions, and statement and axioms of the theorems, that `questions` name. Every
/// one of `modules` is loaded and none imported, so that no notation of theirs changes what is printed, and
/// the same is printed whichever files are asked about together.
pub fn script(modules: &[String], questions: &[Question]) -> String {
    let (mut script, mut others) = (String::new(), String::new());
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
        for name in &question.others {
            let own = name.rsplit('.').next().unwrap_or(name);
            let _ = writeln!(script, "Goal True. idtac \"{MARK}{name}\". Abort.");
            let _ = writeln!(script, "Check @{module}.{own}.");
            let _ = writeln!(script, "Goal True. idtac \"{WITH_OTHERS}\". Abort.");
            let _ = writeln!(others, "  let _ := @{module}.{own} in");
        }
    }
    if !others.is_empty() {
        let _ = writeln!(script, "Definition the_others : True :=\n{others}  I.");
        let _ = writeln!(script, "Goal True. idtac \"{OF_OTHERS}\". Abort.");
        let _ = writeln!(script, "Print Assumptions the_others.");
    }
    script.push_str(&locate());
    script
}

/// Commands that make Coq print the axioms that `term` rests on, to be read by [`parse`] under `name`.
pub fn assumptions(name: &str, term: &str) -> String {
    format!(
        "Goal True. idtac \"{MARK}{name}\". Abort.\nGoal True. idtac \"{AXIOMS}\". Abort.\nPrint Assumptions {term}.\n{}",
        locate()
    )
}

/// Commands that make Coq print what the short names of the allowed axioms mean where they are run: `Print
/// Assumptions` prints the shortest name only.
pub fn locate() -> String {
    let mut script = String::new();
    for (axiom, _) in ALLOWED_AXIOMS {
        for (at, _) in axiom.match_indices('.').chain([(usize::MAX, "")]) {
            let short = axiom.get(at.wrapping_add(1)..).unwrap_or(axiom);
            let _ = writeln!(script, "Goal True. idtac \"{MEANS}{short}\". Abort.");
            let _ = writeln!(script, "Locate Term {short}.");
        }
    }
    script
}

/// The full name of what each short name of [`locate`] means.
fn meanings(output: &str) -> BTreeMap<&str, &str> {
    let mut lines = output.lines();
    let mut found = BTreeMap::new();
    while let Some(line) = lines.next() {
        if let Some(short) = line.strip_prefix(MEANS) {
            let full = lines.next().and_then(|next| next.strip_prefix("Constant "));
            if let Some(full) = full.and_then(|full| full.split_whitespace().next()) {
                found.insert(short, full);
            }
        }
    }
    found
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
        } else if let (true, false, Some((_, text))) =
            (inside, line.trim().is_empty(), found.last_mut())
        {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    found
}

/// Reads what [`script`] made Coq print.
pub fn parse(output: &str) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    let full_names = meanings(output);
    let full_name = |short: String| match full_names.get(short.as_str()) {
        Some(&full) => full.to_owned(),
        None => short,
    };
    let (mut with_others, mut of_others) = (BTreeSet::new(), None);
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
        } else if line == OF_OTHERS {
            of_others = Some(Vec::new());
            in_definition = false;
        } else if line.starts_with(DEFINITION) || line.starts_with(MEANS) {
            in_definition = true;
        } else if in_definition {
        } else if line == AXIOMS {
            in_axioms = true;
        } else if line == WITH_OTHERS {
            with_others.insert(reports.len());
        } else if let Some(axioms) = &mut of_others {
            axioms.extend(axiom_on(line).map(full_name));
        } else if let Some(report) = reports.last_mut() {
            if in_axioms {
                report.axioms.extend(axiom_on(line).map(full_name));
            } else if !line.trim().is_empty() {
                if !report.statement.is_empty() {
                    report.statement.push('\n');
                }
                report.statement.push_str(line.trim_end());
            }
        }
    }
    // Nothing said of them is no answer.
    let of_others = of_others.unwrap_or_else(|| vec!["unknown".to_owned()]);
    for (position, report) in reports.iter_mut().enumerate() {
        if with_others.contains(&(position + 1)) {
            report.axioms.clone_from(&of_others);
        }
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
        let output = "@@ theorem Window.a\nWindow.a\n     : forall r : R,\n       1 <= r\n@@ axioms\nAxioms:\nClassical_Prop.classic : forall P : Prop, P \\/ ~ P\nClassicalDedekindReals.sig_forall_dec\n  : forall P : nat -> Prop,\n    True\n@@ theorem Gram.b\nGram.b : 1 = 1\n@@ axioms\nClosed under the global context\n@@ means Classical_Prop.classic\nConstant Coq.Logic.Classical_Prop.classic\n  (shorter name is classic)\n@@ means ClassicalDedekindReals.sig_forall_dec\nConstant Coq.Reals.ClassicalDedekindReals.sig_forall_dec\n";
        let reports = parse(output);
        assert_eq!(reports.len(), 2);
        assert_eq!(
            reports[0].statement,
            "Window.a\n     : forall r : R,\n       1 <= r"
        );
        assert_eq!(
            reports[0].axioms,
            [
                "Coq.Logic.Classical_Prop.classic",
                "Coq.Reals.ClassicalDedekindReals.sig_forall_dec"
            ]
        );
        assert!(reports[0].axioms.iter().all(|axiom| is_allowed(axiom)));
        assert!(reports[1].axioms.is_empty());
    }

    #[test]
    fn theorems_asked_about_together_rest_on_the_axioms_of_all() {
        let question = Question {
            module: "UFM.A".into(),
            theorems: vec!["A.a".into()],
            others: vec!["A.b".into(), "A.c".into()],
            definitions: vec!["A.d".into()],
        };
        let one_by_one = question.clone().one_by_one();
        assert_eq!(one_by_one.theorems, ["A.a", "A.b", "A.c"]);
        let asked = |question| {
            script(&[], &[question])
                .matches("Print Assumptions")
                .count()
        };
        assert_eq!([asked(question), asked(one_by_one)], [2, 3]);

        let others = "@@ theorem A.b\nA.b : 1 = 1\n@@ axioms with others\n@@ theorem A.c\nA.c : 2 = 2\n@@ axioms with others\n@@ definition A.d\nd = 1\n";
        let output = format!(
            "@@ theorem A.a\nA.a : 0 = 0\n@@ axioms\nClosed under the global context\n{others}@@ axioms of the others\nAxioms:\nbad : False\n@@ means classic\nConstant Coq.classic\n"
        );
        let found: Vec<(String, Vec<String>)> = parse(&output)
            .into_iter()
            .map(|report| (report.statement, report.axioms))
            .collect();
        let bad = vec!["bad".to_owned()];
        assert_eq!(
            found,
            [
                ("A.a : 0 = 0".to_owned(), vec![]),
                ("A.b : 1 = 1".to_owned(), bad.clone()),
                ("A.c : 2 = 2".to_owned(), bad)
            ]
        );
        // Asked about, but no answer: nothing is allowed.
        assert!(!is_allowed(&parse(others)[0].axioms[0]));
    }

    #[test]
    fn a_short_name_counts_for_what_it_means() {
        let report = |means: &str| {
            let output = format!(
                "@@ theorem A.a\nA.a : False\n@@ axioms\nAxioms:\nClassical_Prop.classic : False\n{means}"
            );
            parse(&output).remove(0).axioms
        };
        let standard =
            report("@@ means Classical_Prop.classic\nConstant Coq.Logic.Classical_Prop.classic\n");
        assert!(standard.iter().all(|axiom| is_allowed(axiom)));
        for means in [
            "",
            "@@ means Classical_Prop.classic\nConstant UFM.a.Classical_Prop.classic\n  Constant Coq.Logic.Classical_Prop.classic (shorter name to refer to it in current context is Logic.Classical_Prop.classic)\n",
        ] {
            assert!(!report(means).iter().any(|axiom| is_allowed(axiom)));
        }
    }

    #[test]
    fn machine_numbers_are_for_comparisons_only() {
        for axiom in ["PrimInt63.mul", "FloatAxioms.add_spec"] {
            assert!(is_of_machine_numbers(axiom) && !is_allowed(axiom));
        }
        for axiom in ["A.PrimInt63.mul", "Eqdep.Eq_rect_eq.eq_rect_eq", "Uint63"] {
            assert!(!is_of_machine_numbers(axiom));
        }
    }

    const REPORT: &str = "\nCONTEXT SUMMARY\n===============\n\n* Theory: Set is predicative\n  \n* Axioms:\n    Coq.Logic.Classical_Prop.classic\n  \n* Constants/Inductives relying on type-in-type: <none>\n  \n* Constants/Inductives relying on unsafe (co)fixpoints: <none>\n  \n* Inductives whose positivity is assumed: <none>\n  \n";

    #[test]
    fn a_report_of_unsafe_things_is_an_objection() {
        assert_eq!(unsafe_in(REPORT), Vec::<String>::new());
        for (good, bad, seen) in [
            (
                "Coq.Logic.Classical_Prop",
                "UFM.a.Classical_Prop",
                "UFM.a.Classical_Prop.classic",
            ),
            (
                "type-in-type: <none>",
                "type-in-type:\n    UFM.A.t",
                "UFM.A.t: ",
            ),
            ("fixpoints: <none>", "fixpoints:\n    Coq.A.f", "Coq.A.f: "),
            ("assumed: <none>", "assumed:\n    UFM.A.i", "UFM.A.i: "),
            ("is predicative", "is impredicative", "impredicative"),
            ("* Axioms:", "Axioms:", "not understood"),
            (
                "* Inductives whose positivity is assumed: <none>",
                "",
                "not understood",
            ),
        ] {
            let found = unsafe_in(&REPORT.replace(good, bad)).join("\n");
            assert!(found.contains(seen), "{bad}: {found}");
        }
        assert!(!unsafe_in("").is_empty());
    }

    #[test]
    fn what_is_not_understood_counts_as_an_axiom() {
        let output = "@@ theorem A.a\nA.a : False\n@@ axioms\nAxioms:\nbad : False\nA.f relies on an unsafe hierarchy.\n";
        let axioms = &parse(output)[0].axioms;
        assert_eq!(axioms.len(), 2);
        assert!(!axioms.iter().any(|axiom| is_allowed(axiom)));
    }
}
