//! Folders of figures: built twice the same, and every kind of tampering found.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{collections::BTreeMap, fs, path::Path};

use ufm_figures::{
    Difference, Figure, FigureError, Inputs, Laboratory, MANIFEST, Manifest, Parameters, Reads,
    Table, all, build, check, find,
};

/// Two figures that are quick to build.
fn quick() -> Vec<&'static ufm_figures::Figure> {
    ["label-svd", "window-vs-gamma"]
        .map(|id| find(id).unwrap())
        .to_vec()
}

/// The figures that need no trained network and no file.
fn without_networks() -> Vec<&'static Figure> {
    all()
        .iter()
        .filter(|figure| !matches!(figure.reads, Reads::Networks(..)))
        .filter(|figure| Laboratory::default().can_make(figure))
        .collect()
}

/// What they read.
fn their_inputs(parameters: &Parameters) -> Inputs {
    Laboratory::default()
        .prepare(&without_networks(), parameters, &())
        .unwrap()
}

/// The figures of the digits, trained for a few steps on two seeds.
fn digits() -> (Vec<&'static Figure>, Parameters, Laboratory) {
    let figures = all()
        .iter()
        .filter(|figure| figure.parameters() == "digits")
        .collect();
    let overrides = [
        "digits.plan.steps=20",
        "digits.quick.steps=12",
        "digits.gammas=[0.0, 0.5, 1.0]",
    ]
    .map(str::to_owned);
    let laboratory = Laboratory {
        quick: true,
        ..Laboratory::default()
    };
    (
        figures,
        Parameters::defaults().unwrap().with(&overrides).unwrap(),
        laboratory,
    )
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap() != "timings.toml")
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

fn differences(folder: &Path) -> Vec<Difference> {
    check(
        &quick(),
        &Parameters::defaults().unwrap(),
        &Laboratory::default(),
        folder,
        &(),
    )
    .unwrap()
}

/// A folder with the quick figures in it.
fn built() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    build(
        &quick(),
        &Parameters::defaults().unwrap(),
        &Laboratory::default(),
        folder.path(),
        &(),
    )
    .unwrap();
    folder
}

/// Builds on one thread and on two and compares every byte.
fn same_on_one_thread_and_on_two(
    figures: &[&'static Figure],
    parameters: &Parameters,
    laboratory: &Laboratory,
) {
    let on_threads = |threads| {
        let folder = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| build(figures, parameters, laboratory, folder.path(), &()))
            .unwrap();
        contents(folder.path())
    };
    let (one, two) = (on_threads(1), on_threads(2));
    let animated = figures
        .iter()
        .filter(|figure| figure.frames.is_some())
        .count();
    assert_eq!(one.len(), 4 * figures.len() + animated + 1);
    for (name, bytes) in &one {
        assert!(
            two[name] == *bytes,
            "{name} differs between one thread and two"
        );
    }
}

#[test]
fn every_figure_has_the_same_bytes_on_one_thread_and_on_two() {
    let parameters = Parameters::defaults().unwrap();
    same_on_one_thread_and_on_two(&without_networks(), &parameters, &Laboratory::default());
}

#[test]
fn figures_of_networks_have_the_same_bytes_on_one_thread_and_on_two() {
    let (figures, parameters, laboratory) = digits();
    assert_eq!(figures.len(), 4);
    same_on_one_thread_and_on_two(&figures, &parameters, &laboratory);
}

#[test]
fn figures_without_data_are_skipped_and_the_manifest_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let figures = [find("label-svd").unwrap(), find("mnist-accuracy").unwrap()];
    let parameters = Parameters::defaults().unwrap();
    let built = build(
        &figures,
        &parameters,
        &Laboratory::default(),
        folder.path(),
        &(),
    )
    .unwrap();
    assert_eq!(built.len(), 1);
    assert_eq!(
        Manifest::load(folder.path()).unwrap().skipped,
        ["mnist-accuracy"]
    );
    let laboratory = Laboratory {
        mnist: Some(folder.path().join("nowhere")),
        ..Laboratory::default()
    };
    let error = build(&figures, &parameters, &laboratory, folder.path(), &()).unwrap_err();
    assert!(error.to_string().starts_with("mnist: "), "{error}");
}

#[test]
fn shortened_runs_are_marked() {
    let (figures, parameters, laboratory) = digits();
    let folder = tempfile::tempdir().unwrap();
    build(&figures, &parameters, &laboratory, folder.path(), &()).unwrap();
    let manifest = Manifest::load(folder.path()).unwrap();
    assert_eq!(
        manifest.figures["digits-stopping"].parameters["shortened"].as_bool(),
        Some(true)
    );
    let csv = fs::read_to_string(folder.path().join("digits-accuracy.csv")).unwrap();
    let svg = (find("digits-accuracy").unwrap().draw)(&Table::from_csv(&csv).unwrap()).unwrap();
    assert!(svg.contains("QUICK RUN"));
}

#[test]
fn a_fresh_folder_has_no_differences_and_a_manifest() {
    let folder = built();
    assert_eq!(differences(folder.path()), []);
    let manifest = Manifest::load(folder.path()).unwrap();
    let entry = &manifest.figures["window-vs-gamma"];
    assert_eq!(entry.files.len(), 4);
    assert!(entry.parameters.contains_key("ratios") && !entry.claims.is_empty());
}

#[test]
fn building_one_figure_keeps_the_others_in_the_manifest() {
    let folder = built();
    let parameters = Parameters::defaults().unwrap();
    build(
        &[find("label-svd").unwrap()],
        &parameters,
        &Laboratory::default(),
        folder.path(),
        &(),
    )
    .unwrap();
    assert_eq!(differences(folder.path()), []);
}

#[test]
fn tampering_is_found_and_located() {
    let tamper = |name: &str, change: &dyn Fn(&Path)| {
        let folder = built();
        change(&folder.path().join(name));
        let found = differences(folder.path());
        assert!(!found.is_empty(), "a change to {name} was not found");
        found.iter().map(|d| format!("{d}\n")).collect::<String>()
    };
    let edit = |from: &'static str, to: &'static str| {
        move |path: &Path| {
            let text = fs::read_to_string(path).unwrap();
            assert!(text.contains(from), "{from}");
            fs::write(path, text.replacen(from, to, 1)).unwrap();
        }
    };
    let text = tamper(
        "window-vs-gamma.csv",
        &edit("10,0,2.16228,", "10,0,2.16229,"),
    );
    assert!(
        text.contains("line 2, column ΔT: is 2.16229, should be 2.16228"),
        "{text}"
    );
    let text = tamper("window-vs-gamma.csv", &|path| {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, &text[..text.len() / 2]).unwrap();
    });
    assert!(text.contains("window-vs-gamma.csv: "), "{text}");
    let text = tamper("label-svd.png", &|path| fs::remove_file(path).unwrap());
    assert!(text.contains("label-svd.png: is missing"), "{text}");
    let text = tamper("label-svd.svg", &edit("#d55e00", "#d55e01"));
    assert!(text.contains("label-svd.svg: differs from byte"), "{text}");
    let text = tamper(MANIFEST, &edit("sha256 = \"", "sha256 = \"0"));
    assert!(text.contains("records another SHA-256"), "{text}");
    let text = tamper(MANIFEST, &edit("classes = 6", "classes = 8"));
    assert!(
        text.contains("was made with classes = 8, now it is 6"),
        "{text}"
    );
    let text = tamper(MANIFEST, &|path| fs::remove_file(path).unwrap());
    assert!(text.contains("does not mention label-svd"), "{text}");
    let text = tamper("label-svd.csv", &|path| {
        fs::write(path.with_file_name("old-figure.pdf"), "x").unwrap();
    });
    assert!(
        text.contains("old-figure.pdf: belongs to no figure"),
        "{text}"
    );
}

#[test]
fn other_parameters_are_a_difference() {
    let folder = built();
    let other = Parameters::defaults()
        .unwrap()
        .with(&["label-svd.ratio=4".into()])
        .unwrap();
    let found = check(&quick(), &other, &Laboratory::default(), folder.path(), &()).unwrap();
    assert!(
        found
            .iter()
            .any(|d| d.what.contains("ratio = 5, now it is 4")),
        "{found:?}"
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_one_error_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not-a-folder");
    fs::write(&file, "").unwrap();
    let parameters = Parameters::defaults().unwrap();
    let error = build(
        &quick(),
        &parameters,
        &Laboratory::default(),
        &file.join("figures"),
        &(),
    )
    .unwrap_err();
    assert!(matches!(error, FigureError::Io { .. }), "{error}");
    assert!(error.to_string().contains("not-a-folder"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_manifest_that_is_none_is_refused_before_anything_is_written() {
    let folder = built();
    let manifest = folder.path().join(MANIFEST);
    fs::write(&manifest, "figures = 3").unwrap();
    let before = contents(folder.path());
    let parameters = Parameters::defaults().unwrap();
    let error = build(
        &quick(),
        &parameters,
        &Laboratory::default(),
        folder.path(),
        &(),
    )
    .unwrap_err();
    assert!(matches!(error, FigureError::Manifest { .. }), "{error}");
    assert_eq!(contents(folder.path()), before);
}

#[test]
fn every_picture_is_drawn_from_the_csv_alone_with_glyphs_for_every_character() {
    let parameters = Parameters::defaults().unwrap();
    let inputs = their_inputs(&parameters);
    for figure in without_networks() {
        let csv = (figure.table)(&parameters, &inputs)
            .unwrap()
            .to_csv()
            .unwrap();
        let svg = (figure.draw)(&Table::from_csv(&csv).unwrap()).unwrap();
        let words: String = svg
            .split('<')
            .filter(|part| part.starts_with("text"))
            .filter_map(|part| part.split_once('>').map(|(_, words)| words))
            .collect();
        assert!(!words.is_empty(), "{} has no words", figure.id);
        assert_eq!(
            ufm_figures::missing_glyphs(&words.replace('\n', "")),
            [],
            "{}",
            figure.id
        );
        // Transparency would make the PDF differ from run to run.
        assert!(
            svg.split("opacity=\"")
                .skip(1)
                .all(|rest| rest.starts_with("1\"") || rest.starts_with("0\"")),
            "{} uses transparency",
            figure.id
        );
    }
}

#[test]
fn tables_are_what_they_were() {
    let parameters = Parameters::defaults().unwrap();
    let inputs = their_inputs(&parameters);
    for figure in without_networks() {
        let table = (figure.table)(&parameters, &inputs).unwrap();
        let csv = table.to_csv().unwrap();
        // First, last and every hundredth row: numbers rounded to what is stable across machines.
        let lines: Vec<&str> = csv.lines().collect();
        let sample: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(i, _)| *i < 3 || i % 100 == 0 || *i == lines.len() - 1)
            .map(|(_, line)| *line)
            .collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(figure.id, format!("{} rows\n{}", table.len(), sample.join("\n")));
        });
    }
}

#[test]
fn what_a_killed_build_has_left_is_named_by_the_check_and_removed_by_the_next_build() {
    let folder = built();
    let left = folder.path().join(".ufm-abc123.part");
    fs::write(&left, "half of a picture").unwrap();
    let found = differences(folder.path());
    assert_eq!(found.len(), 1);
    assert!(
        found[0].to_string().contains(".ufm-abc123.part: is left"),
        "{}",
        found[0]
    );
    build(
        &quick(),
        &Parameters::defaults().unwrap(),
        &Laboratory::default(),
        folder.path(),
        &(),
    )
    .unwrap();
    assert!(!left.exists());
    assert_eq!(differences(folder.path()), []);
}
