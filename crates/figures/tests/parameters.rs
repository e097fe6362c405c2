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
fn a_list_out_of_its_bounds_is_refused_where_it_stands() {
    let message = refused("gammas = [0.0, 0.5, 1.0]", "gammas = []");
    assert!(
        message.contains("line ") && message.contains("1 to 5 are"),
        "{message}"
    );
}

#[test]
fn an_endless_file_is_refused() {
    let error = Parameters::load("/dev/zero".as_ref()).unwrap_err();
    assert!(
        error.to_string().contains("at most 1048576 are read"),
        "{error}"
    );
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
        ("mode-dynamics.ratio=3\nother = 4", "on one line"),
        ("long-tail-growth.gammas=[1000]", "from -100 to 100"),
        ("long-tail-growth.gammas=[1e308]", "gamma = 1e308"),
        ("long-tail-growth.gammas=[]", "1 to 5"),
        ("window-vs-gamma.gamma-to=1e18", "from -100 to 100"),
        (
            "flattening-exponent.minority-samples=[1e-320]",
            "from 1e-100",
        ),
        (
            "exact-window.deltas=[1, 2, 3, 4, 5, 6]",
            "a list of 6 values is not allowed: 1 to 5 are",
        ),
        (
            "early-benefit.seeds=[1, 1]",
            "value 2 of the list occurs before",
        ),
        ("early-benefit.seeds=[-1]", "from 0 to 4294967295"),
    ] {
        let message = with(text).unwrap_err().to_string();
        assert!(message.contains(says), "{text}: {message}");
    }
}
