//! Parameter files: what is refused, and how the message reads.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use ufm_figures::{DEFAULTS, FigureError, Parameters};

/// The message for the default parameters with one line replaced.
fn refused(line: &str, by: &str) -> String {
    let text = DEFAULTS.replacen(line, by, 1);
    assert_ne!(text, DEFAULTS, "{line} is not in the defaults");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, text).unwrap();
    let message = Parameters::load(&file).unwrap_err().to_string();
    assert!(message.contains("mine.toml"), "{message}");
    message
}

#[test]
fn the_defaults_are_allowed() {
    let defaults = Parameters::defaults().unwrap();
    for figure in ufm_figures::all() {
        assert!(!defaults.of(figure.parameters()).unwrap().is_empty());
    }
}

#[test]
fn unknown_keys_are_errors_with_line_and_column() {
    let message = refused("delta = 8.0", "delta = 8.0\nspeed = 3");
    assert!(message.contains("unknown field `speed`"), "{message}");
    assert!(
        message.contains("line ") && message.contains("column "),
        "{message}"
    );
    let message = refused("[label-svd]", "[label-sdv]");
    assert!(
        message.contains("label-sdv") && message.contains("`label-svd`"),
        "{message}"
    );
}

#[test]
fn values_outside_the_domain_are_errors_that_say_what_is_allowed() {
    for (line, by, allowed) in [
        ("delta = 8.0", "delta = 0", "above 0"),
        ("delta = 8.0", "delta = nan", "finite"),
        ("delta = 8.0", "delta = 1e4", "at most 350"),
        ("delta = 8.0", "delta = \"big\"", "expected a number"),
        ("gamma = 0.5", "gamma = inf", "finite"),
        ("classes = 6", "classes = 5", "even"),
        ("classes = 6", "classes = 2", "from 4"),
        ("ratio = 5", "ratio = 0.5", "at least 1"),
        (
            "ratios = [10, 100, 1000, 1e6]",
            "ratios = [10, -1]",
            "at least 1",
        ),
    ] {
        let message = refused(line, by);
        assert!(message.contains(allowed), "{by}: {message}");
        assert!(message.contains("line "), "{by}: {message}");
    }
}

#[test]
fn malformed_toml_is_an_error_with_line_and_column() {
    let message = refused("delta = 8.0", "delta = = 8");
    assert!(
        message.contains("line ") && message.contains("column "),
        "{message}"
    );
}

#[test]
fn a_missing_key_or_file_is_an_error() {
    let message = refused("delta = 8.0\n", "\n");
    assert!(message.contains("missing field `delta`"), "{message}");
    assert!(matches!(
        Parameters::load("/nowhere/at/all.toml".as_ref()),
        Err(FigureError::Io { .. })
    ));
}

#[test]
fn overrides() {
    let with = |text: &str| Parameters::defaults().unwrap().with(&[text.to_owned()]);
    assert!(with("mode-dynamics.ratio=1000").is_ok());
    assert!(with("early-benefit.seeds=[7]").is_ok());
    for (text, says) in [
        ("mode-dynamics.ratio", "figure.key=value"),
        ("ratio=3", "figure.key=value"),
        ("mode-dynamic.ratio=3", "did you mean `mode-dynamics`?"),
        ("mode-dynamics.ratoi=3", "did you mean `ratio`?"),
        ("mode-dynamics.ratio=0.1", "at least 1"),
        ("mode-dynamics.ratio=", "no TOML value"),
    ] {
        let message = with(text).unwrap_err().to_string();
        assert!(message.contains(says), "{text}: {message}");
    }
}
