//! What can be seen in a `.v` file without running Coq.

/// A statement: `Theorem`, `Corollary`, `Proposition`, `Lemma`, `Fact` or `Remark`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name.
    pub name: String,
    /// The word it is introduced with.
    pub keyword: String,
    /// Line of that word, from 1.
    pub line: usize,
}

impl Statement {
    /// Whether it is a result of its own (a theorem or corollary) rather than a step towards one.
    pub fn is_result(&self) -> bool {
        matches!(
            self.keyword.as_str(),
            "Theorem" | "Corollary" | "Proposition"
        )
    }
}

/// Something in a file that an audit does not let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// What reading a file has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Statements, in order.
    pub statements: Vec<Statement>,
    /// Names of definitions and inductive types, in order.
    pub definitions: Vec<String>,
    /// Objections, in order.
    pub objections: Vec<Objection>,
}

/// Words that end or introduce something unproved, wherever they stand.
const FORBIDDEN: [&str; 11] = [
    "Admitted",
    "admit",
    "give_up",
    "Axiom",
    "Axioms",
    "Parameter",
    "Parameters",
    "Conjecture",
    "Conjectures",
    "bypass_check",
    "native_cast_no_check",
];

/// Checks of the kernel that must stay on, and plugins that could turn them off.
const FORBIDDEN_SETTINGS: [&str; 5] = [
    "Guard Checking",
    "Positivity Checking",
    "Universe Checking",
    "ML Module",
    "Type In Type",
];

/// Words that assume something; harmless inside a section, an axiom outside.
const ASSUMING: [&str; 5] = [
    "Variable",
    "Variables",
    "Hypothesis",
    "Hypotheses",
    "Context",
];

/// The commands a file may use: what ordinary proofs need. Tactics begin in lower case. So no modules,
/// `Include`, `Abort`, `Load`, `Declare`, `Fail`, plugins, extraction or load paths. Notations are harmless: what
/// a theorem says is printed without those of its file.
const COMMANDS: [&str; 34] = [
    "Proof",
    "Qed",
    "Defined",
    "Theorem",
    "Corollary",
    "Proposition",
    "Lemma",
    "Fact",
    "Remark",
    "Definition",
    "Fixpoint",
    "Inductive",
    "Variant",
    "Record",
    "Let",
    "Section",
    "End",
    "Variable",
    "Variables",
    "Hypothesis",
    "Hypotheses",
    "Context",
    "From",
    "Require",
    "Import",
    "Open",
    "Close",
    "Notation",
    "Infix",
    "Set",
    "Unset",
    "Implicit",
    "Ltac",
    "Local",
];

/// Commands of two words of which the first alone is not allowed: the tactics `field` and `ring` for a structure
/// that a section assumes.
const PAIRS: [&str; 2] = ["Add Field", "Add Ring"];

/// The settings a file may change.
const SETTINGS: [&str; 3] = [
    "Set Implicit Arguments",
    "Unset Strict Implicit",
    "Unset Printing Implicit Defensive",
];

/// Names of the real numbers that nothing here may be called by.
const TAKEN: [&str; 17] = [
    "R", "Rlt", "Rle", "Rgt", "Rge", "Rplus", "Rmult", "Rminus", "Ropp", "Rinv", "Rdiv", "Rabs",
    "eq", "not", "ex", "True", "False",
];

const DEFINING: [&str; 5] = ["Definition", "Fixpoint", "Inductive", "Variant", "Record"];

const STATEMENTS: [&str; 6] = [
    "Theorem",
    "Corollary",
    "Proposition",
    "Lemma",
    "Fact",
    "Remark",
];

/// Reads the text of a `.v` file.
///
/// ```
/// let reading = ufm_proofs::source::read("Theorem t : 1 = 1. Proof. Admitted. (* Axiom *)");
/// assert_eq!(reading.statements[0].name, "t");
/// // As a word and as a command; the comment does not count.
/// assert_eq!(reading.objections.len(), 2);
/// assert!(reading.objections.iter().all(|objection| objection.what.contains("Admitted")));
/// ```
pub fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let mut section_depth = 0_usize;
    for (line, sentence) in sentences(&blank_comments_and_strings(text)) {
        let words: Vec<&str> = sentence
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\''))
            .filter(|word| !word.is_empty())
            .collect();
        let object = |what: String| Objection { line, what };
        for word in FORBIDDEN {
            if words.contains(&word) {
                reading
                    .objections
                    .push(object(format!("`{word}` is not allowed")));
            }
        }
        let spaced = words.join(" ");
        for setting in FORBIDDEN_SETTINGS {
            if spaced.contains(setting) {
                reading
                    .objections
                    .push(object(format!("`{setting}` is not allowed")));
            }
        }
        let bare = sentence.trim_start_matches(|c: char| c.is_whitespace() || "-+*{}".contains(c));
        if bare.starts_with('#') {
            reading
                .objections
                .push(object("attributes are not allowed".into()));
        }
        if sentence.chars().any(|c| !c.is_ascii() && c != '²') {
            reading.objections.push(object(
                "letters other than ASCII are not allowed outside comments".into(),
            ));
        }
        let first = bare
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .next()
            .unwrap_or("");
        let pair = words.get(..2).map(|pair| pair.join(" "));
        let known =
            COMMANDS.contains(&first) || pair.is_some_and(|pair| PAIRS.contains(&pair.as_str()));
        if first.starts_with(char::is_uppercase) && !known {
            reading.objections.push(object(format!(
                "`{first}` is not among the commands allowed"
            )));
        }
        if matches!(first, "Set" | "Unset") && !SETTINGS.contains(&spaced.as_str()) {
            reading.objections.push(object(format!(
                "`{spaced}` is not among the settings allowed"
            )));
        }
        if first == "Local"
            && !matches!(words.get(1).copied(), Some(word) if COMMANDS.contains(&word))
        {
            reading.objections.push(object(format!(
                "`{spaced}` is not among the commands allowed"
            )));
        }
        let mut head = words.iter().copied().skip_while(|word| {
            matches!(
                *word,
                "Local"
                    | "Global"
                    | "Program"
                    | "Polymorphic"
                    | "Monomorphic"
                    | "Cumulative"
                    | "Private"
                    | "Time"
            )
        });
        match head.next() {
            Some("Section") => section_depth += 1,
            Some("End") => section_depth = section_depth.saturating_sub(1),
            // `End` closes modules too, so a module counts as a level; hypotheses directly inside one
            // would slip through here and are caught by the kernel's own list of axioms.
            Some("Module") if !spaced.contains("Import") => section_depth += 1,
            Some(word) if ASSUMING.contains(&word) && section_depth == 0 => {
                reading
                    .objections
                    .push(object(format!("`{word}` outside a section is an axiom")));
            }
            Some(word) if DEFINING.contains(&word) || word == "Notation" => {
                let name = head.next().unwrap_or("");
                if TAKEN.contains(&name) {
                    reading.objections.push(object(format!(
                        "`{name}` is the name of something standard"
                    )));
                }
                if word != "Notation" {
                    reading.definitions.push(name.to_owned());
                }
            }
            Some(word) if STATEMENTS.contains(&word) => {
                if let Some(name) = head.next() {
                    reading.statements.push(Statement {
                        name: name.to_owned(),
                        keyword: word.to_owned(),
                        line,
                    });
                }
            }
            _ => {}
        }
    }
    reading
}

/// The text with comments (they nest) and string literals replaced by spaces; lines stay.
fn blank_comments_and_strings(text: &str) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let (mut depth, mut in_string) = (0_usize, false);
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if c == '"' {
            in_string = !in_string;
            blanked.push(' ');
        } else if !in_string && c == '(' && next == Some('*') {
            depth += 1;
            chars.next();
            blanked.push_str("  ");
        } else if !in_string && depth > 0 && c == '*' && next == Some(')') {
            depth -= 1;
            chars.next();
            blanked.push_str("  ");
        } else if c == '\n' {
            blanked.push('\n');
        } else if in_string || depth > 0 {
            blanked.push(' ');
        } else {
            blanked.push(c);
        }
    }
    blanked
}

/// Sentences end with a full stop before white space or the end; each with the line it starts on.
fn sentences(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut current, mut start, mut line) = (String::new(), 1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if current.trim().is_empty() {
            start = line;
        }
        if c == '\n' {
            line += 1;
        }
        current.push(c);
        if c == '.' && chars.peek().is_none_or(|next| next.is_whitespace()) {
            found.push((start, std::mem::take(&mut current)));
        }
    }
    if !current.trim().is_empty() {
        found.push((start, current));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn statements_are_found_with_their_lines() {
        let text = "(* Theorem no : x. *)\nSection A.\nVariable x : nat.\nLocal Lemma step_1 : x = x.\nProof. reflexivity. Qed.\nEnd A.\nTheorem main' n : n = n.\n";
        let reading = read(text);
        let found: Vec<_> = reading
            .statements
            .iter()
            .map(|s| (s.name.as_str(), s.line, s.is_result()))
            .collect();
        assert_eq!(found, [("step_1", 4, false), ("main'", 7, true)]);
        assert!(reading.objections.is_empty(), "{:?}", reading.objections);
    }

    #[test]
    fn each_way_of_assuming_is_seen() {
        for (text, word) in [
            ("Theorem t : 1 = 2. Proof. Admitted.", "Admitted"),
            ("Theorem t : 1 = 2. Proof. admit. Qed.", "admit"),
            ("Axiom a : 1 = 2.", "Axiom"),
            ("Parameter p : nat.", "Parameter"),
            ("Hypothesis h : 1 = 2.", "Hypothesis"),
            ("Section S. End S. Variable v : nat.", "Variable"),
            ("Local Context (n : nat).", "Context"),
            ("Unset Guard Checking.", "Guard Checking"),
            (
                "#[bypass_check(guard)] Fixpoint f (n : nat) : nat := f n.",
                "bypass_check",
            ),
            ("Declare ML Module \"x\".", "ML Module"),
        ] {
            let objections = read(text).objections;
            assert!(
                objections.iter().any(|o| o.what.contains(word)),
                "{text}: {objections:?}"
            );
        }
    }

    #[test]
    fn comments_and_strings_do_not_count() {
        let text = "(* Axiom (* nested Admitted. *) still *) Definition s := \"Axiom. (*\". Lemma l : True. Proof. exact I. Qed.";
        let reading = read(text);
        assert!(reading.objections.is_empty());
        assert_eq!(reading.statements.len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panicking(text in ".{0,200}") {
            let _ = read(&text);
        }
    }
}
