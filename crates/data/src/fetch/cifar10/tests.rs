//! Downloads of a small stand-in for the archive, and files taken from folders.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use lzma_rust2::{XzOptions, XzWriter};

use super::*;

#[path = "../../../tests/server/mod.rs"]
mod server;

use server::{Manner, Server, entries as names};

/// Half a second without a byte is too long here.
const PATIENCE: Patience = Patience {
    idle: Duration::from_millis(500),
    file: Duration::from_secs(20),
};

/// How large the stand-in for the archive is said to be.
const SAID: usize = 100_000;

/// Six small files under the published names, and what each holds.
fn release() -> (Files, Vec<Vec<u8>>) {
    let contents: Vec<Vec<u8>> = (0..FILES.len())
        .map(|at| (0..5000 + at).map(|i| (i * (at + 3)) as u8).collect())
        .collect();
    let files = std::array::from_fn(|at| File {
        name: FILES[at].name,
        bytes: contents[at].len() as u64,
        sha256: ufm_support::digest::of(&contents[at]).leak(),
    });
    (files, contents)
}

fn archive<'a>(inner: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let packer = GzEncoder::new(Vec::new(), Compression::fast());
    let mut tar = tar::Builder::new(packer);
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        let path = format!("{INSIDE}/{name}");
        tar.append_data(&mut header, path, bytes).unwrap();
    };
    add("readme.html", b"not taken");
    for (name, bytes) in inner {
        add(name, bytes);
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn whole(contents: &[Vec<u8>]) -> Vec<u8> {
    archive(
        FILES
            .iter()
            .map(|file| file.name)
            .zip(contents.iter().map(Vec::as_slice)),
    )
}

fn written(done: &[(PathBuf, Done)]) -> Vec<Done> {
    done.iter().map(|(_, done)| *done).collect()
}

/// A folder with an archive of these bytes, and its server.
fn serving(manner: Manner, bytes: &[u8]) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(ARCHIVE), bytes).unwrap();
    let server = Server::start(manner, folder.path().to_owned(), |_| SAID);
    (folder, server)
}

#[test]
fn the_archive_is_unpacked_and_what_is_right_is_kept() {
    let (files, contents) = release();
    let (_bad, bad) = serving(Manner::WrongBytes, b"");
    let (_good, good) = serving(Manner::Good, &whole(&contents));
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("data/cifar10");
    let mut heard = 0;
    let mut get = |mirrors: &[&str]| {
        download_these(&folder, &files, mirrors, PATIENCE, &mut |progress| {
            assert_eq!((progress.file, progress.total), (ARCHIVE, ARCHIVE_BYTES));
            heard = progress.bytes;
            true
        })
    };
    let done = get(&[&bad.address, &good.address]).unwrap();
    assert_eq!(written(&done), [Done::Written; 6]);
    for ((path, _), content) in done.iter().zip(&contents) {
        assert_eq!(&fs::read(path).unwrap(), content);
    }
    assert_eq!(names(&folder).len(), 6);
    // One file is damaged: it alone is written again.
    fs::write(folder.join(FILES[2].name), "x").unwrap();
    let mut expected = [Done::Kept; 6];
    expected[2] = Done::Written;
    assert_eq!(written(&get(&[&good.address]).unwrap()), expected);
    assert_eq!((bad.requests(), good.requests()), (1, 2));
    // All are right: nobody is asked.
    assert_eq!(written(&get(&[]).unwrap()), [Done::Kept; 6]);
    assert!(heard > 0);
}

#[test]
fn redirects_are_followed() {
    let (files, contents) = release();
    let (_good, good) = serving(Manner::Good, &whole(&contents));
    let to: &'static str = format!("{}moved/", good.address).leak();
    let (_moving, moving) = serving(Manner::Redirect(to), b"");
    let folder = tempfile::tempdir().unwrap();
    let mirrors = [moving.address.as_str()];
    download_these(folder.path(), &files, &mirrors, PATIENCE, &mut |_| true).unwrap();
    assert_eq!(names(folder.path()).len(), 6);
}

#[test]
fn bad_mirrors_and_archives_are_refused_and_leave_nothing() {
    let (files, contents) = release();
    let good = whole(&contents);
    let lacking = archive([(FILES[0].name, contents[0].as_slice())]);
    let swapped = {
        let mut contents = contents.clone();
        contents[4] = vec![0; contents[4].len()];
        whole(&contents)
    };
    let longer = {
        let mut contents = contents.clone();
        contents[5].push(0);
        whole(&contents)
    };
    for (manner, bytes, words) in [
        (Manner::NotFound, &good[..], "404"),
        (Manner::Truncate, &good, ""),
        (Manner::Stall, &good, "timeout"),
        (Manner::WrongBytes, &good, "invalid gzip header"),
        (Manner::Endless, &good, "invalid gzip header"),
        (Manner::Redirect("/"), &good, "redirect"),
        (Manner::Good, b"", ""),
        (Manner::Good, b"<html>no such file</html>", "gzip header"),
        (Manner::Good, &good[..good.len() / 2], ""),
        (Manner::Good, &lacking, "holds no data_batch_2.bin"),
        (Manner::Good, &swapped, "data_batch_5.bin: SHA-256 is"),
        (
            Manner::Good,
            &longer,
            "test_batch.bin: more than 5005 bytes, expected 5005",
        ),
    ] {
        let (_folder, server) = serving(manner, bytes);
        let folder = tempfile::tempdir().unwrap();
        let mirrors = [server.address.as_str()];
        let result = download_these(folder.path(), &files, &mirrors, PATIENCE, &mut |_| true);
        let error = result.unwrap_err();
        assert_eq!(names(folder.path()), [] as [&str; 0], "{error}");
        let message = error.to_string();
        assert!(matches!(error, DataError::NoMirror { .. }), "{message}");
        assert!(
            message.to_lowercase().contains(&words.to_lowercase()),
            "{message}"
        );
        assert!(message.contains(&server.address), "{message}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    let error = download_these(nowhere.path(), &files, &[], PATIENCE, &mut |_| true);
    assert!(error.unwrap_err().to_string().contains("no mirror to try"));
}

#[test]
fn an_interrupted_download_leaves_nothing() {
    let (files, contents) = release();
    let (_folder, server) = serving(Manner::Good, &whole(&contents));
    let folder = tempfile::tempdir().unwrap();
    let mirrors = [server.address.as_str(); 2];
    let stop = &mut |_: Progress| false;
    let error = download_these(folder.path(), &files, &mirrors, PATIENCE, stop).unwrap_err();
    assert!(matches!(error, DataError::Interrupted { .. }), "{error}");
    assert_eq!(server.requests(), 1);
    assert_eq!(names(folder.path()), [] as [&str; 0]);
}

fn xz(plain: &[u8]) -> Vec<u8> {
    let mut packer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    packer.write_all(plain).unwrap();
    packer.finish().unwrap()
}

#[test]
fn files_are_taken_from_a_folder_with_the_same_check() {
    let (files, contents) = release();
    let from = tempfile::tempdir().unwrap();
    let place = tempfile::tempdir().unwrap();
    let into = place.path().join("cifar10");
    let take = || take_these(&into, &files, from.path(), &mut |_| true);
    let write = |name: &str, bytes: &[u8]| fs::write(from.path().join(name), bytes).unwrap();
    let refused = |words: &str| {
        let message = take().unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
        let left = if into.exists() { names(&into) } else { vec![] };
        assert_eq!(left, [] as [&str; 0], "{message}");
    };
    refused("looked for data_batch_1.bin");
    write(FILES[1].name, b"short");
    refused("looked for test_batch.bin");
    let packed = format!("{}.xz", FILES[5].name);
    write(&packed, &xz(&contents[5]));
    refused("data_batch_2.bin: 5 bytes, expected 5001");
    write(FILES[1].name, &vec![0; 5001]);
    refused("data_batch_2.bin: SHA-256 is");
    write(FILES[1].name, &contents[1]);
    // Damage in the packed file.
    let mut broken = xz(&contents[5]);
    broken.truncate(broken.len() / 2);
    write(&packed, &broken);
    let error = take().unwrap_err();
    assert!(matches!(error, DataError::DamagedXz { .. }), "{error}");
    assert_eq!(names(&into), [FILES[1].name]);
    write(&packed, &xz(&contents[5]));
    use Done::{Absent, Kept, Written};
    let done = take().unwrap();
    assert_eq!(
        written(&done),
        [Absent, Kept, Absent, Absent, Absent, Written]
    );
    assert_eq!(fs::read(&done[5].0).unwrap(), contents[5]);
    // What the archive makes when it is unpacked by hand, then the archive itself.
    fs::create_dir(from.path().join(INSIDE)).unwrap();
    fs::write(from.path().join(INSIDE).join(FILES[3].name), &contents[3]).unwrap();
    let done = take().unwrap();
    assert_eq!(
        written(&done),
        [Absent, Kept, Absent, Written, Absent, Kept]
    );
    write(ARCHIVE, b"no archive");
    let message = take().unwrap_err().to_string();
    assert!(message.contains(ARCHIVE), "{message}");
    write(ARCHIVE, &whole(&contents));
    let done = take().unwrap();
    assert_eq!(
        written(&done),
        [Written, Kept, Written, Kept, Written, Kept]
    );
    assert_eq!(names(&into).len(), 6);
    // Nothing is left to take.
    fs::remove_file(from.path().join(ARCHIVE)).unwrap();
    assert_eq!(written(&take().unwrap()), [Kept; 6]);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), "").unwrap();
    let folder = place.path().join("file/data");
    let error = download(&folder, &[], PATIENCE, &mut |_| true).unwrap_err();
    assert!(matches!(error, DataError::Io { .. }), "{error}");
}
