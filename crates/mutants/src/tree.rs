//! A copy of the checkout whose mathematics holds every mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::list::Mutant;
use crate::weave::{alone, weave};

/// Where everything is built.
pub struct Tree {
    from: PathBuf,
    /// The copy's root.
    pub root: PathBuf,
}

impl Tree {
    /// Copies what git knows of `from` to `root`, with the crate that chooses a mutant, which the packages of the mutants come to need.
    ///
    /// # Errors
    /// If git or the disk fails.
    pub fn copy(from: &Path, root: &Path, mutants: &[Mutant]) -> Result<Self> {
        let listed = Command::new("git")
            .args(["ls-files", "-z"])
            .current_dir(from)
            .output()?;
        ensure!(
            listed.status.success(),
            "git ls-files failed in {}",
            from.display()
        );
        let tree = Self {
            from: from.to_owned(),
            root: root.to_owned(),
        };
        let mutated: BTreeSet<&str> = mutants.iter().map(|m| m.file.as_str()).collect();
        for file in String::from_utf8(listed.stdout)?.split_terminator('\0') {
            // What is mutated is written by `weave`; what was deleted but is still in the index is passed over.
            if !mutated.contains(file) && from.join(file).is_file() {
                tree.write(file, &fs::read(from.join(file))?)?;
            }
        }
        tree.write(
            "crates/chosen/src/lib.rs",
            include_bytes!("../chosen/lib.rs"),
        )?;
        let manifest = "[package]\nname = \"chosen\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
        tree.write("crates/chosen/Cargo.toml", manifest.as_bytes())?;
        let workspace = tree.edit("Cargo.toml", |manifest| {
            let members = manifest["workspace"]["members"].as_array_mut();
            members
                .context("the workspace's members are a list")?
                .push("crates/chosen");
            Ok(())
        });
        workspace?;
        for folder in folders(mutants) {
            let path = Path::new(&folder)
                .components()
                .map(|_| "../")
                .collect::<String>()
                + "crates/chosen";
            tree.edit(&format!("{folder}/Cargo.toml"), |manifest| {
                manifest["dependencies"]["chosen"]["path"] = toml_edit::value(path.clone());
                Ok(())
            })?;
        }
        Ok(tree)
    }

    /// Writes the mutants into their files, except those left out, and returns the numbers of those written.
    ///
    /// # Errors
    /// If a file is no Rust, or the disk fails.
    pub fn weave(&self, mutants: &[Mutant], left_out: &BTreeSet<usize>) -> Result<BTreeSet<usize>> {
        let mut files: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
        for mutant in mutants {
            let of_file = files.entry(&mutant.file).or_default();
            if !left_out.contains(&mutant.number) {
                of_file.push(mutant);
            }
        }
        let mut woven = BTreeSet::new();
        for (file, mutants) in files {
            let source = fs::read_to_string(self.from.join(file))?;
            let (text, numbers) = weave(&source, &mutants).with_context(|| file.to_owned())?;
            self.write(file, text.as_bytes())?;
            woven.extend(numbers);
        }
        Ok(woven)
    }

    /// With which cargo builds here, so that what does not change is built once.
    pub fn variables(&self) -> [(&'static str, OsString); 2] {
        [
            ("CARGO_TARGET_DIR", self.root.join("target").into()),
            ("RUSTFLAGS", "--cap-lints allow".into()),
        ]
    }

    /// What is done while the mutant's file holds that mutant alone.
    ///
    /// # Errors
    /// If the disk fails, or what is done.
    pub fn with<T>(&self, mutant: &Mutant, done: impl FnOnce() -> Result<T>) -> Result<T> {
        let source = fs::read_to_string(self.from.join(&mutant.file))?;
        self.write(&mutant.file, alone(&source, mutant).as_bytes())?;
        let found = done();
        self.write(&mutant.file, source.as_bytes())?;
        found
    }

    /// A file that is the same stays untouched, so that cargo builds nothing again.
    fn write(&self, file: &str, content: &[u8]) -> Result<()> {
        let path = self.root.join(file);
        if fs::read(&path).is_ok_and(|old| old == content) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(&path, content).with_context(|| path.display().to_string())
    }

    fn edit(
        &self,
        file: &str,
        change: impl Fn(&mut toml_edit::DocumentMut) -> Result<()>,
    ) -> Result<()> {
        let mut manifest = fs::read_to_string(self.from.join(file))?
            .parse()
            .context(file.to_owned())?;
        change(&mut manifest)?;
        self.write(file, manifest.to_string().as_bytes())
    }
}

/// The folders of the packages that have mutants.
fn folders(mutants: &[Mutant]) -> BTreeSet<String> {
    mutants
        .iter()
        .filter_map(|m| m.file.split_once("/src/"))
        .map(|(folder, _)| folder.to_owned())
        .collect()
}
