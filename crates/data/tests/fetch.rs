//! Downloads from a server on loopback that behaves well or badly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ufm_data::{
    DataError,
    fetch::{Done, Patience, download, take_from},
    mnist::FILES,
};

mod server;

use server::{Manner, Server, entries};

/// Half a second without a byte is too long here.
const PATIENCE: Patience = Patience {
    idle: Duration::from_millis(500),
    file: Duration::from_secs(20),
};

/// A server of MNIST's files.
fn start(manner: Manner, folder: PathBuf) -> Server {
    Server::start(manner, folder, |name| {
        let found = FILES.iter().find(|file| file.name == name);
        found.map_or(0, |file| file.bytes as usize)
    })
}

/// The four files, where this machine has them.
fn published() -> Option<PathBuf> {
    let found = ufm_data::mnist::locate(
        None,
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")),
    );
    if found.is_err() {
        println!("skipped: MNIST is not at hand (UFM_DATA)");
    }
    found.ok()
}

/// What a server of this manner leads to; nothing may be left behind.
fn refused(manner: Manner) -> String {
    let folder = tempfile::tempdir().unwrap();
    let server = start(manner, folder.path().join("nothing"));
    let begin = Instant::now();
    let error = download(folder.path(), &[&server.address], PATIENCE, &mut |_| true).unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(10), "{error}");
    assert_eq!(entries(folder.path()), [] as [&str; 0], "{error}");
    assert!(matches!(error, DataError::NoMirror { .. }), "{error}");
    assert!(
        error.to_string().contains(FILES[0].name) && error.to_string().contains(&server.address),
        "{error}"
    );
    error.to_string()
}

#[test]
fn bad_mirrors_are_refused_and_leave_nothing() {
    assert!(refused(Manner::NotFound).contains("404"));
    refused(Manner::Truncate);
    let stalled = refused(Manner::Stall);
    assert!(stalled.contains("timeout"), "{stalled}");
    let wrong = refused(Manner::WrongBytes);
    assert!(wrong.contains("SHA-256 is"), "{wrong}");
    let endless = refused(Manner::Endless);
    assert!(
        endless.contains("more than 9912422 bytes, expected 9912422"),
        "{endless}"
    );
}

#[test]
fn a_circle_of_redirects_ends() {
    // A server that sends back to itself: its address is known only once it listens.
    let error = refused(Manner::Redirect("/"));
    assert!(error.to_lowercase().contains("redirect"), "{error}");
}

#[test]
fn a_mirror_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let error = download(folder.path(), &[&closed], PATIENCE, &mut |_| true).unwrap_err();
    assert!(error.to_string().contains(&closed), "{error}");
    assert_eq!(entries(folder.path()), [] as [&str; 0]);
}

#[test]
fn the_second_mirror_is_used_when_the_first_fails_and_files_that_are_right_are_kept() {
    let Some(published) = published() else { return };
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("data/mnist");
    let bad = start(Manner::WrongBytes, published.clone());
    let good = start(Manner::Good, published.clone());
    let mut last = None;
    let mirrors = [bad.address.as_str(), good.address.as_str()];
    let done = download(&target, &mirrors, PATIENCE, &mut |progress| {
        last = Some(progress);
        true
    })
    .unwrap();
    assert!(
        done.iter()
            .all(|(path, done)| path.exists() && *done == Done::Written)
    );
    assert_eq!((bad.requests(), good.requests()), (4, 4));
    assert_eq!(entries(&target).len(), 4);
    let last = last.unwrap();
    assert_eq!((last.file, last.bytes), (FILES[3].name, last.total));
    // One file is damaged: it alone is fetched again.
    fs::write(target.join(FILES[1].name), "x").unwrap();
    let done = download(&target, &[&good.address], PATIENCE, &mut |_| true).unwrap();
    let written: Vec<bool> = done
        .iter()
        .map(|(_, done)| *done == Done::Written)
        .collect();
    assert_eq!(written, [false, true, false, false]);
    assert_eq!(good.requests(), 5);
    ufm_data::mnist::load(&target).unwrap();
}

#[test]
fn an_interrupted_download_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(Manner::WrongBytes, folder.path().join("nothing"));
    let mirrors = [server.address.as_str(), server.address.as_str()];
    let error = download(folder.path(), &mirrors, PATIENCE, &mut |progress| {
        progress.bytes < 1_000_000
    })
    .unwrap_err();
    assert!(matches!(error, DataError::Interrupted { .. }), "{error}");
    assert_eq!(server.requests(), 1);
    assert_eq!(entries(folder.path()), [] as [&str; 0]);
}

#[test]
fn redirects_are_followed() {
    let Some(published) = published() else { return };
    let good = start(Manner::Good, published.clone());
    let to: &'static str = Box::leak(format!("{}moved/", good.address).into_boxed_str());
    let moving = start(Manner::Redirect(to), published);
    let folder = tempfile::tempdir().unwrap();
    download(folder.path(), &[&moving.address], PATIENCE, &mut |_| true).unwrap();
    assert_eq!(entries(folder.path()).len(), 4);
}

#[test]
fn files_are_taken_from_a_folder_with_the_same_check() {
    let (from, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let error = take_from(into.path(), from.path(), &mut |_| true).unwrap_err();
    assert!(error.to_string().contains(FILES[0].name), "{error}");
    fs::write(
        from.path().join(FILES[0].name),
        vec![0; FILES[0].bytes as usize],
    )
    .unwrap();
    let error = take_from(into.path(), from.path(), &mut |_| true).unwrap_err();
    assert!(matches!(error, DataError::Checksum { .. }), "{error}");
    fs::write(from.path().join(FILES[0].name), "short").unwrap();
    let error = take_from(into.path(), from.path(), &mut |_| true).unwrap_err();
    assert!(
        error.to_string().contains("5 bytes, expected 9912422"),
        "{error}"
    );
    assert_eq!(entries(into.path()), [] as [&str; 0]);
    let Some(published) = published() else { return };
    take_from(into.path(), &published, &mut |_| true).unwrap();
    assert_eq!(entries(into.path()).len(), 4);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let error = download(&folder.path().join("file/data"), &[], PATIENCE, &mut |_| {
        true
    })
    .unwrap_err();
    assert!(matches!(error, DataError::Io { .. }), "{error}");
}
