//! The programs of the Coq distribution.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

use crate::ProofError;

/// How to install what the proofs need on Debian.
pub const INSTALL: &str = "apt-get install --no-install-recommends coq libcoq-coquelicot libcoq-mathcomp-algebra libcoq-interval";

/// The logical name of the folder of proofs.
pub const LIBRARY: &str = "UFM";

/// Version of the installed Coq.
///
/// # Errors
/// [`ProofError::NotInstalled`] if there is none.
pub fn version() -> Result<String, ProofError> {
    let output = run("coqc", Command::new("coqc").arg("--print-version"))?;
    let text = text_of(&output);
    Ok(text.split_whitespace().next().unwrap_or("").to_owned())
}

/// Names of all compiled files of the installed libraries.
///
/// # Errors
/// If `coqc` cannot be started.
pub fn library_stems() -> Result<BTreeSet<String>, ProofError> {
    let output = run("coqc", Command::new("coqc").arg("-where"))?;
    let mut stems = BTreeSet::new();
    let mut places = vec![PathBuf::from(text_of(&output).trim())];
    while let Some(place) = places.pop() {
        for entry in fs::read_dir(&place).map_err(ProofError::io(&place))? {
            let path = entry.map_err(ProofError::io(&place))?.path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|extension| extension == "vo") {
                stems.extend(
                    path.file_stem()
                        .map(|stem| stem.to_string_lossy().into_owned()),
                );
            }
        }
    }
    Ok(stems)
}

/// A folder of `.v` files that are compiled in place.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
}

/// The outcome of compiling one file.
#[derive(Debug)]
pub struct Compiled {
    /// What `coqc` printed.
    pub output: String,
    /// Whether it succeeded.
    pub success: bool,
    /// How long it took.
    pub elapsed: Duration,
}

impl Workspace {
    /// Copies every `.v` file of `sources`, which lie below `root`, into the empty folder `folder`, in the
    /// same subfolders.
    ///
    /// # Errors
    /// If a file cannot be copied.
    pub fn new(folder: &Path, root: &Path, sources: &[PathBuf]) -> Result<Self, ProofError> {
        for source in sources {
            let target = folder.join(source.strip_prefix(root).unwrap_or(source));
            let parent = target.parent().unwrap_or(folder);
            fs::create_dir_all(parent).map_err(ProofError::io(parent))?;
            fs::copy(source, &target).map_err(ProofError::io(source))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Files (paths below the folder, without `.v`), each after those it requires.
    ///
    /// # Errors
    /// If `coqdep` fails, for instance because a file requires itself in a circle.
    pub fn sorted(&self, names: &[String]) -> Result<Vec<String>, ProofError> {
        let mut command = self.command("coqdep");
        command.arg("-sort");
        command.args(names.iter().map(|name| format!("{name}.v")));
        let output = run("coqdep", &mut command)?;
        if !output.status.success() {
            return Err(ProofError::Tool {
                program: "coqdep",
                output: text_of(&output),
            });
        }
        Ok(String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .map(|file| {
                file.trim_end_matches(".v")
                    .trim_start_matches("./")
                    .to_owned()
            })
            .collect())
    }

    /// Compiles `name.v`.
    ///
    /// # Errors
    /// If `coqc` cannot be started; a file that does not compile is no error here.
    pub fn compile(&self, name: &str) -> Result<Compiled, ProofError> {
        let begin = Instant::now();
        let mut command = self.command("coqc");
        command.args(["-q", "-w", "-all"]).arg(format!("{name}.v"));
        let output = run("coqc", &mut command)?;
        Ok(Compiled {
            output: text_of(&output),
            success: output.status.success(),
            elapsed: begin.elapsed(),
        })
    }

    /// Writes `name.v` and compiles it.
    ///
    /// # Errors
    /// As [`Self::compile`], or if it cannot be written.
    pub fn compile_text(&self, name: &str, text: &str) -> Result<Compiled, ProofError> {
        let path = self.folder.join(format!("{name}.v"));
        fs::write(&path, text).map_err(ProofError::io(path))?;
        self.compile(name)
    }

    /// Has the kernel check the compiled modules again (`coqchk`), admitting the libraries they
    /// require; the report lists every axiom of the global context.
    ///
    /// # Errors
    /// If `coqchk` cannot be started; a module that it rejects is no error here.
    pub fn check_kernel(&self, names: &[String]) -> Result<Compiled, ProofError> {
        let begin = Instant::now();
        let mut command = self.command("coqchk");
        command.args(["-silent", "-o"]);
        for name in names {
            command.arg("-norec").arg(qualified(name));
        }
        let output = run("coqchk", &mut command)?;
        Ok(Compiled {
            output: text_of(&output),
            success: output.status.success(),
            elapsed: begin.elapsed(),
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).args(["-Q", ".", LIBRARY]);
        command
    }
}

/// The logical name of the file `unit`, a path below the folder of proofs without `.v`.
///
/// ```
/// use ufm_proofs::toolchain::qualified;
/// assert_eq!(qualified("windows/Window"), "UFM.windows.Window");
/// ```
pub fn qualified(unit: &str) -> String {
    format!("{LIBRARY}.{}", unit.replace('/', "."))
}

fn run(program: &'static str, command: &mut Command) -> Result<Output, ProofError> {
    command.output().map_err(|source| {
        if source.kind() == std::io::ErrorKind::NotFound {
            ProofError::NotInstalled { program }
        } else {
            ProofError::io(program)(source)
        }
    })
}

fn text_of(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text
}
