//! One file with its mutants: alternatives are put around what they replace, and nothing that was written moves.
//!
//! Operators are exchanged in the tree of the expression: of `a * b * c` the first becomes `(a + b) * c`, where a change of the text alone would read `a + b * c`.
//!
//! A number in a comment, `/*m7*/` or `/*s7,8*/`, says in each line which mutant, or which expression's mutants, an error of the compiler there is about.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use proc_macro2::{LineColumn, Span};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

use crate::list::{At, Mutant};

/// The text with those of the mutants that fit, and their numbers. Constants are passed over: a choice is made when a program runs.
///
/// # Errors
/// If the text is no Rust.
pub fn weave(source: &str, mutants: &[&Mutant]) -> Result<(String, BTreeSet<usize>)> {
    let file = syn::parse_file(source)?;
    let mut by_start: BTreeMap<(At, &str), Vec<&Mutant>> = BTreeMap::new();
    for mutant in mutants {
        by_start
            .entry((mutant.span.start, &mutant.genre))
            .or_default()
            .push(mutant);
    }
    let mut weaver = Weaver {
        source,
        lines: offsets(source),
        mutants,
        by_start,
        constant: 0,
        edits: vec![],
        woven: BTreeSet::new(),
    };
    weaver.visit_file(&file);
    let Weaver {
        mut edits, woven, ..
    } = weaver;

    edits.sort_by(|a, b| (a.start, &a.order).cmp(&(b.start, &b.order)));
    let mut text = String::new();
    let mut done = 0;
    for edit in edits {
        text += &source[done..edit.start];
        text += &edit.text;
        done = edit.end;
    }
    text += &source[done..];
    Ok((text, woven))
}

/// The text with the mutant alone, as cargo-mutants changes it.
pub fn alone(source: &str, mutant: &Mutant) -> String {
    let lines = offsets(source);
    let offset = |at: At| lines[at.line - 1][at.column - 1];
    let [before, after] = [mutant.span.start, mutant.span.end].map(offset);
    format!(
        "{} {} {}",
        &source[..before],
        mutant.replacement,
        &source[after..]
    )
}

/// What stands at one place, from left to right: what closes there, of the shorter expression first and of two as long the one opened last; what
/// opens there, of the longer first; what replaces the text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Closes {
        length: usize,
        since: std::cmp::Reverse<usize>,
    },
    Opens {
        length: std::cmp::Reverse<usize>,
        since: usize,
    },
    Replaces,
}

struct Edit {
    start: usize,
    end: usize,
    order: Order,
    text: String,
}

struct Weaver<'a> {
    source: &'a str,
    /// The offset of each character, line by line.
    lines: Vec<Vec<usize>>,
    mutants: &'a [&'a Mutant],
    by_start: BTreeMap<(At, &'a str), Vec<&'a Mutant>>,
    /// How many constant items are around.
    constant: usize,
    edits: Vec<Edit>,
    woven: BTreeSet<usize>,
}

fn offsets(source: &str) -> Vec<Vec<usize>> {
    let line = |(begin, line): (usize, &str)| {
        let inside = line.char_indices().map(|(at, _)| begin + at);
        inside.chain([begin + line.len()]).collect()
    };
    let mut begin = 0;
    source
        .split_inclusive('\n')
        .map(|text| {
            let here = line((begin, text));
            begin += text.len();
            here
        })
        .collect()
}

fn at(position: LineColumn) -> At {
    At {
        line: position.line,
        column: position.column + 1,
    }
}

/// The mutants of one expression, for the compiler's errors.
fn site(mutants: &[&Mutant]) -> String {
    let numbers: Vec<String> = mutants.iter().map(|m| m.number.to_string()).collect();
    format!("/*s{}*/", numbers.join(","))
}

/// `if m(1) { … } else if m(2) { … } else`, a line each.
fn choices(mutants: &[&Mutant], of: impl Fn(&Mutant) -> String) -> String {
    let choice = |m: &&Mutant| {
        format!(
            "if ::chosen::m({}) {{ {} }} else /*m{}*/\n",
            m.number,
            of(m),
            m.number
        )
    };
    mutants.iter().map(choice).collect()
}

/// A condition that binds cannot be taken apart.
fn binds(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(e) => binds(&e.left) || binds(&e.right),
        _ => false,
    }
}

impl<'a> Weaver<'a> {
    fn starting(&self, span: Span, genre: &'a str) -> Vec<&'a Mutant> {
        self.by_start
            .get(&(at(span.start()), genre))
            .cloned()
            .unwrap_or_default()
    }

    fn range(&self, span: Span) -> (usize, usize) {
        let offset = |at: LineColumn| self.lines[at.line - 1][at.column];
        (offset(span.start()), offset(span.end()))
    }

    fn text(&self, span: Span) -> &'a str {
        let (start, end) = self.range(span);
        &self.source[start..end]
    }

    fn open(&mut self, at: usize, length: usize, text: String) {
        let since = self.edits.len();
        let order = Order::Opens {
            length: std::cmp::Reverse(length),
            since,
        };
        self.edits.push(Edit {
            start: at,
            end: at,
            order,
            text,
        });
    }

    fn close(&mut self, at: usize, length: usize, text: String) {
        let since = std::cmp::Reverse(self.edits.len());
        self.edits.push(Edit {
            start: at,
            end: at,
            order: Order::Closes { length, since },
            text,
        });
    }

    fn around(&mut self, span: Span, open: String, close: String) {
        let (start, end) = self.range(span);
        self.open(start, end - start, open);
        self.close(end, end - start, close);
    }

    fn replace(&mut self, span: Span, text: String) {
        let (start, end) = self.range(span);
        self.edits.push(Edit {
            start,
            end,
            order: Order::Replaces,
            text,
        });
    }

    fn take(&mut self, mutants: &[&Mutant]) {
        self.woven.extend(mutants.iter().map(|m| m.number));
    }

    fn within_constant(&mut self, constant: bool, visit: impl FnOnce(&mut Self)) {
        self.constant += usize::from(constant);
        visit(self);
        self.constant -= usize::from(constant);
    }

    /// Returns of other values, before all else in a function.
    fn body(&mut self, block: &syn::Block) {
        let end = at(block.brace_token.span.close().end());
        let ends_here = |m: &&&Mutant| {
            m.genre == "FnValue" && m.function.as_ref().is_some_and(|f| f.span.end == end)
        };
        let mutants: Vec<&Mutant> = self.mutants.iter().filter(ends_here).copied().collect();
        if mutants.is_empty() || self.constant > 0 {
            return;
        }
        let returns = |m: &&Mutant| {
            format!(
                "\nif ::chosen::m({}) {{ return {}; }} /*m{}*/",
                m.number, m.replacement, m.number
            )
        };
        let text: String = mutants.iter().map(returns).collect();
        let (_, begin) = self.range(block.brace_token.span.open());
        self.open(begin, usize::MAX, text + "\n");
        self.take(&mutants);
    }

    /// `a + b`: both sides are evaluated once, in order, and then joined in one way or another.
    fn joined(&mut self, e: &syn::ExprBinary, mutants: &[&Mutant]) {
        let op = self.text(e.op.span());
        // A comparison does not take its sides.
        let (before, read, between, after) = if compares(&e.op) {
            ("&(", "*", ") , &(", ")")
        } else {
            ("", "", " , ", "")
        };
        let join = |op: &str| format!("{read}__left {op} {read}__right");
        let here = site(mutants);
        let ways = choices(mutants, |m| join(&m.replacement));
        let text = format!(
            "{after}) {{ (__left, __right) => {here}\n{ways}{{ {} }} {here}\n }})",
            join(op)
        );
        self.around(e.span(), format!("(match ({before}"), text);
        self.replace(e.op.span(), between.to_owned());
    }

    /// `a && b`, whose right side is evaluated only if the left one does not decide.
    fn lazy(&mut self, e: &syn::ExprBinary, number: usize) {
        let goes_on = if matches!(e.op, BinOp::And(_)) {
            "!="
        } else {
            "=="
        };
        self.around(
            e.span(),
            "({ let __left = ".into(),
            "} else { __left } })".into(),
        );
        let text = format!("; if __left {goes_on} ::chosen::m({number}) /*m{number}*/ {{\n");
        self.replace(e.op.span(), text);
    }

    /// `a += b`.
    fn assigned(&mut self, e: &syn::ExprBinary, mutants: &[&Mutant]) {
        let way = |m: &&Mutant| format!("{} {} /*m{}*/\n", m.number, m.replacement, m.number);
        let ways: String = mutants.iter().map(way).collect();
        let (here, op) = (site(mutants), self.text(e.op.span()));
        let text = format!(" ; {here}\n{ways}; {op} {here})\n");
        self.around(e.span(), "::chosen::assign!(".into(), text);
        self.replace(e.op.span(), " , ".into());
    }

    fn binary(&mut self, e: &syn::ExprBinary) {
        let mutants = self.starting(e.op.span(), "BinaryOperator");
        match (&e.op, &mutants[..]) {
            (_, []) => return,
            (BinOp::And(_) | BinOp::Or(_), [mutant]) if !binds(&e.left) && !binds(&e.right) => {
                self.lazy(e, mutant.number);
            }
            (BinOp::And(_) | BinOp::Or(_), _) => return,
            _ if self.text(e.op.span()).ends_with('=') && !compares(&e.op) => {
                self.assigned(e, &mutants);
            }
            _ => self.joined(e, &mutants),
        }
        self.take(&mutants);
    }

    fn unary(&mut self, e: &syn::ExprUnary) {
        let mutants = self.starting(e.op.span(), "UnaryOperator");
        let [mutant] = mutants[..] else { return };
        let way = choices(&mutants, |_| "__one".into());
        let text = format!(
            ") {{ __one => {way}{{ {} __one }} /*m{}*/\n }})",
            self.text(e.op.span()),
            mutant.number
        );
        self.around(e.span(), "(match (".into(), text);
        self.replace(e.op.span(), " ".into());
        self.take(&mutants);
    }

    fn guard(&mut self, guard: &Expr) {
        let mutants = self.starting(guard.span(), "MatchArmGuard");
        if mutants.is_empty() || binds(guard) {
            return;
        }
        let ways = choices(&mutants, |m| m.replacement.clone());
        self.around(
            guard.span(),
            format!("({ways}{{ "),
            format!("}} {} \n)", site(&mutants)),
        );
        self.take(&mutants);
    }

    /// An arm that is deleted is one whose guard is false.
    fn arm(&mut self, arm: &syn::Arm) {
        let mutants = self.starting(arm.span(), "MatchArm");
        let [mutant] = mutants[..] else { return };
        let stays = format!("!::chosen::m({n}) /*m{n}*/\n", n = mutant.number);
        match &arm.guard {
            None => {
                let (_, end) = self.range(arm.pat.span());
                self.close(end, 0, format!(" if {stays}"));
            }
            Some((_, guard)) => {
                let (start, end) = self.range(guard.span());
                self.open(start, usize::MAX, format!("{stays} && ("));
                self.close(end, usize::MAX, ")".into());
            }
        }
        self.take(&mutants);
    }

    /// A field that is deleted has the value of the rest.
    fn fields(&mut self, e: &syn::ExprStruct) {
        let Some(rest) = &e.rest else { return };
        let rest = self.text(rest.span());
        for field in &e.fields {
            let mutants = self.starting(field.span(), "StructField");
            let ([mutant], syn::Member::Named(name)) = (&mutants[..], &field.member) else {
                continue;
            };
            let label = if field.colon_token.is_none() {
                format!("{name}: ")
            } else {
                String::new()
            };
            let n = mutant.number;
            let text =
                format!("{label} if ::chosen::m({n}) {{ ({rest}).{name} }} else {{ /*m{n}*/\n");
            self.around(field.expr.span(), text, " }".into());
            self.take(&mutants);
        }
    }
}

fn compares(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
    )
}

impl<'ast> Visit<'ast> for Weaver<'_> {
    fn visit_item_fn(&mut self, f: &'ast syn::ItemFn) {
        self.within_constant(f.sig.constness.is_some(), |weaver| {
            weaver.body(&f.block);
            visit::visit_item_fn(weaver, f);
        });
    }

    fn visit_impl_item_fn(&mut self, f: &'ast syn::ImplItemFn) {
        self.within_constant(f.sig.constness.is_some(), |weaver| {
            weaver.body(&f.block);
            visit::visit_impl_item_fn(weaver, f);
        });
    }

    fn visit_trait_item_fn(&mut self, f: &'ast syn::TraitItemFn) {
        if let Some(block) = &f.default {
            self.body(block);
        }
        visit::visit_trait_item_fn(self, f);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.within_constant(true, |weaver| visit::visit_item_const(weaver, item));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.within_constant(true, |weaver| visit::visit_item_static(weaver, item));
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.within_constant(true, |weaver| visit::visit_impl_item_const(weaver, item));
    }

    fn visit_type_array(&mut self, _: &'ast syn::TypeArray) {}

    fn visit_expr_repeat(&mut self, e: &'ast syn::ExprRepeat) {
        self.visit_expr(&e.expr);
    }

    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        if self.constant == 0 {
            self.binary(e);
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_unary(&mut self, e: &'ast syn::ExprUnary) {
        if self.constant == 0 {
            self.unary(e);
        }
        visit::visit_expr_unary(self, e);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if self.constant == 0 {
            if let Some((_, guard)) = &arm.guard {
                self.guard(guard);
            }
            self.arm(arm);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, e: &'ast syn::ExprStruct) {
        if self.constant == 0 {
            self.fields(e);
        }
        visit::visit_expr_struct(self, e);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::list::Function;
    use crate::list::Span as Place;

    /// One of each kind: two that cover the same text, chains that nest, sides that may not be evaluated, and what is assigned to a place that moves on.
    const SOURCE: &str = r#"
#[derive(Clone, Default)]
struct Pair { left: i64, right: i64 }

const STEP: i64 = 2 - 1;

fn value(a: i64, b: i64) -> i64 {
    let pair = Pair { left: a * b + 1 - STEP, ..Pair { left: 5, right: b } };
    let mut list = vec![pair.left, pair.right];
    let mut seen = 0;
    list[{ seen += 1; usize::from(seen > 1) }] -= a - b - 1;
    if a > 0 && { seen += 1; b > a } || seen == 7 { seen = -seen; }
    match (a, b) {
        (0, _) => list[0],
        (1, other) => other,
        (x, y) if x < y => list[1] + seen,
        _ => -list[0] / 2,
    }
}

fn main() {
    for a in -3..4 { for b in -3..4 { print!("{} ", value(a, b)); } }
}
"#;

    /// What is replaced: its genre, the text in front of it, itself, and its replacement.
    const MUTANTS: [(&str, &str, &str, &str); 18] = [
        ("FnValue", "-> i64 {\n    ", "let pair", "7"),
        ("BinaryOperator", "left: a ", "*", "+"),
        ("BinaryOperator", "a * b ", "+", "-"),
        ("BinaryOperator", "a * b + 1 ", "-", "*"),
        ("StructField", "Pair { ", "left: a * b + 1 - STEP,", ""),
        ("BinaryOperator", "seen ", "+=", "-="),
        ("BinaryOperator", "usize::from(seen ", ">", "=="),
        ("BinaryOperator", "}] ", "-=", "+="),
        ("BinaryOperator", "}] -= a ", "-", "+"),
        ("BinaryOperator", "if a > 0 ", "&&", "||"),
        ("BinaryOperator", "b > a } ", "||", "&&"),
        ("UnaryOperator", "seen = ", "-", ""),
        ("MatchArm", "list[0],\n        ", "(1, other) => other,", ""),
        ("MatchArmGuard", "(x, y) if ", "x < y", "true"),
        ("MatchArmGuard", "(x, y) if ", "x < y", "false"),
        ("BinaryOperator", "(x, y) if x ", "<", "<="),
        ("UnaryOperator", "_ => ", "-", ""),
        ("BinaryOperator", "const STEP: i64 = 2 ", "-", "+"),
    ];

    fn place(offset: usize) -> At {
        let before = &SOURCE[..offset];
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        At {
            line: line + 1,
            column: column + 1,
        }
    }

    /// The mutant and the text with it alone.
    fn mutant(number: usize) -> (Mutant, String) {
        let (genre, before, text, replacement) = MUTANTS[number - 1];
        let start = SOURCE.find(&format!("{before}{text}")).unwrap() + before.len();
        let body_end = SOURCE.find("\n}\n\nfn main").unwrap();
        let end = if genre == "FnValue" {
            body_end
        } else {
            start + text.len()
        };
        let mutant = Mutant {
            number,
            package: String::new(),
            file: String::new(),
            genre: genre.into(),
            replacement: replacement.into(),
            name: String::new(),
            span: Place {
                start: place(start),
                end: place(end),
            },
            function: Some(Function {
                span: Place {
                    start: place(0),
                    end: place(body_end + 2),
                },
                return_type: "-> i64".into(),
            }),
        };
        (
            mutant,
            format!("{}{replacement}{}", &SOURCE[..start], &SOURCE[end..]),
        )
    }

    fn compiled(folder: &Path, name: &str, source: &str, more: &[&str]) -> std::path::PathBuf {
        let file = folder.join(format!("{name}.rs"));
        std::fs::write(&file, source).unwrap();
        let status = Command::new("rustc")
            .args([
                "--edition",
                "2024",
                "--cap-lints",
                "allow",
                "-L",
                ".",
                "--crate-name",
                name,
            ])
            .args(more)
            .arg(&file)
            .current_dir(folder)
            .status();
        assert!(status.unwrap().success(), "{source}");
        folder.join(name)
    }

    fn printed(program: &Path, mutant: Option<usize>) -> String {
        let mut command = Command::new(program);
        command.envs(mutant.map(|number| ("MUTANT", number.to_string())));
        // One that divides by nothing or goes out of bounds says so in its status.
        let output = command.output().unwrap();
        format!(
            "{:?} {}",
            output.status.code(),
            String::from_utf8(output.stdout).unwrap()
        )
    }

    #[test]
    fn a_chosen_mutant_does_what_it_does_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (mutants, alone): (Vec<Mutant>, Vec<String>) = (1..=MUTANTS.len()).map(mutant).unzip();
        let (text, woven) = weave(SOURCE, &mutants.iter().collect::<Vec<_>>()).unwrap();
        let constant = MUTANTS.len();
        assert_eq!(
            woven,
            (1..constant).collect(),
            "all but that of the constant"
        );
        compiled(
            folder,
            "chosen",
            include_str!("../chosen/lib.rs"),
            &["--crate-type", "lib"],
        );
        let together = compiled(folder, "together", &text, &["--extern", "chosen"]);
        let plain = printed(&together, None);
        assert_eq!(
            plain,
            printed(&compiled(folder, "plain", SOURCE, &[]), None)
        );
        for (number, text) in (1..constant).zip(&alone) {
            let found = printed(&together, Some(number));
            let one = compiled(folder, "alone", text, &[]);
            assert_eq!(found, printed(&one, None), "{:?}", MUTANTS[number - 1]);
            assert_ne!(found, plain, "{:?}", MUTANTS[number - 1]);
            let written = super::alone(SOURCE, &mutants[number - 1]);
            let without_blanks = |text: &str| text.replace(char::is_whitespace, "");
            assert_eq!(without_blanks(&written), without_blanks(text));
        }
    }
}
