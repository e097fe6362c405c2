//! Folders of images and lists of them, good and bad.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path};

use image::{GrayImage, Luma, Rgb, RgbImage};
use ufm_data::{
    DataError, ImageFault, Samples,
    folder::{Colour, Fit, Form, ImageFolder, data_set},
};

fn form(width: u32, height: u32, fit: Fit, colour: Colour) -> Form {
    Form::new(width, height, fit, colour).unwrap()
}

/// Any form: most tests are about files.
fn small() -> Form {
    form(2, 2, Fit::Stretch, Colour::Rgb)
}

fn write(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn picture(root: &Path, name: &str, value: u8) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    RgbImage::from_fn(4, 6, |x, y| Rgb([value, (x * 60) as u8, (y * 40) as u8]))
        .save(path)
        .unwrap();
}

/// Two classes of two images each.
fn pictures() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (i, name) in [
        "cat/a.png",
        "cat/b.PNG",
        "big dog/a b.jpg",
        "big dog/c.jpeg",
    ]
    .into_iter()
    .enumerate()
    {
        picture(root.path(), name, 50 * i as u8);
    }
    root
}

fn load(root: &Path) -> Result<Samples, DataError> {
    ImageFolder::open(root)?.load(&small())
}

#[test]
fn classes_are_folders_by_name_and_images_follow_by_name() {
    let root = pictures();
    for passed_over in [
        "cat/notes.txt",
        "cat/.hidden.png",
        "cat/inner/x.png",
        ".git/x.png",
        "x.png",
    ] {
        write(root.path(), passed_over, b"no image");
    }
    fs::create_dir(root.path().join("cat/folder.png")).unwrap();
    let folder = ImageFolder::open(root.path()).unwrap();
    assert_eq!(folder.classes(), ["big dog", "cat"]);
    assert_eq!((folder.len(), folder.class_counts()), (4, vec![2, 2]));
    let samples = folder.load(&small()).unwrap();
    assert_eq!(samples.labels(), [0, 0, 1, 1]);
    assert_eq!(
        (samples.height(), samples.width(), samples.channels()),
        (2, 2, 3)
    );
    assert_eq!(samples.image(3)[0], 50.0 / 255.0);
}

#[test]
fn every_form_is_taken() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("a")).unwrap();
    fs::create_dir(root.path().join("b")).unwrap();
    // Six columns: a black border on each side of a white square.
    let white = |x: u32| if (1..5).contains(&x) { 255 } else { 0 };
    GrayImage::from_fn(6, 4, |x, _| Luma([white(x)]))
        .save(root.path().join("a/0.png"))
        .unwrap();
    RgbImage::from_pixel(6, 4, Rgb([255, 0, 0]))
        .save(root.path().join("b/0.png"))
        .unwrap();
    let folder = ImageFolder::open(root.path()).unwrap();
    let load = |form: &Form| folder.load(form).unwrap();
    let exact = load(&folder.form().unwrap());
    assert_eq!((exact.height(), exact.width(), exact.channels()), (4, 6, 1));
    assert_eq!(exact.image(0)[..6], [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    // 0.2126 of red, to a whole byte.
    assert_eq!(exact.image(1)[0], 54.0 / 255.0);
    let crop = load(&form(2, 2, Fit::Crop, Colour::Rgb));
    assert_eq!(crop.image(0), [1.0; 12]);
    assert_eq!(crop.image(1)[..6], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let stretched = load(&form(2, 2, Fit::Stretch, Colour::Grey));
    assert!(stretched.image(0).iter().all(|&v| v > 0.5 && v < 0.9));
    let threads = |n| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .build()
            .unwrap()
    };
    let forms = form(5, 3, Fit::Crop, Colour::Rgb);
    assert_eq!(
        threads(1).install(|| load(&forms)),
        threads(3).install(|| load(&forms))
    );
}

#[test]
fn folders_that_are_none_are_told() {
    let root = tempfile::tempdir().unwrap();
    let message = || load(root.path()).unwrap_err().to_string();
    assert!(message().contains("holds no folders"), "{}", message());
    fs::create_dir(root.path().join("empty")).unwrap();
    assert!(
        message().contains("empty: holds no images"),
        "{}",
        message()
    );
    write(root.path(), "empty/a.gif", b"GIF89a");
    assert!(
        message().contains("empty: holds no images"),
        "{}",
        message()
    );
    let nowhere = load(&root.path().join("nowhere")).unwrap_err();
    assert!(matches!(nowhere, DataError::Io { .. }), "{nowhere}");
    let file = load(&root.path().join("empty/a.gif")).unwrap_err();
    assert!(matches!(file, DataError::Io { .. }), "{file}");
    // One class is none to tell from another.
    fs::remove_file(root.path().join("empty/a.gif")).unwrap();
    picture(root.path(), "empty/a.png", 1);
    assert!(message().contains("number of classes = 1"), "{}", message());
}

#[test]
fn images_that_cannot_be_used_are_named() {
    for (name, bytes) in [
        ("cat/c.png", &b"no image"[..]),
        ("cat/c.png", b""),
        ("cat/c.png", b"\x89PNG\r\n\x1a\n"),
        ("big dog/d.jpeg", b"\xff\xd8\xff broken"),
        ("big dog/d.JPG", b"GIF89a"),
    ] {
        let root = pictures();
        write(root.path(), name, bytes);
        let error = load(root.path()).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("1 of 5 images cannot be used, the first: "),
            "{message}"
        );
        assert!(message.contains(name), "{message}");
        let DataError::Images {
            first, broken: 1, ..
        } = error
        else {
            panic!("{message}")
        };
        assert!(matches!(first[0].fault, ImageFault::Unreadable(_)));
    }
    // Half of a good one.
    let root = pictures();
    let path = root.path().join("cat/a.png");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(
        load(root.path())
            .unwrap_err()
            .to_string()
            .contains("cat/a.png")
    );
}

#[test]
fn many_broken_images_are_counted_and_a_few_named() {
    let root = pictures();
    for i in 0..100 {
        write(root.path(), &format!("cat/x{i:02}.png"), b"x");
    }
    let folder = ImageFolder::open(root.path()).unwrap();
    let mut given = 0;
    let result = folder.each(&small(), |_, _| {
        given += 1;
        Ok::<(), DataError>(())
    });
    let message = result.unwrap_err().to_string();
    assert!(message.contains("100 of 104"), "{message}");
    assert!(
        message.contains("x04.png") && !message.contains("x05.png"),
        "{message}"
    );
    assert_eq!(given, 4);
    let only_broken = tempfile::tempdir().unwrap();
    write(only_broken.path(), "a/x.png", b"x");
    let folder = ImageFolder::open(only_broken.path()).unwrap();
    assert!(folder.form().unwrap_err().to_string().contains("1 of 1"));
}

#[test]
fn sizes_are_held_to_and_bounded() {
    let root = pictures();
    let folder = ImageFolder::open(root.path()).unwrap();
    let message = folder
        .load(&form(5, 6, Fit::Exact, Colour::Rgb))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("is 4 × 6 pixels, expected 5 × 6"),
        "{message}"
    );
    assert!(message.contains("4 of 4"), "{message}");
    GrayImage::new(16_385, 1)
        .save(root.path().join("cat/wide.png"))
        .unwrap();
    let message = load(root.path()).unwrap_err().to_string();
    assert!(
        message.contains("wide.png") && message.contains("at most 16384"),
        "{message}"
    );
    for (width, height, fit, most) in [
        (0, 4, Fit::Exact, "1 … 16384"),
        (4, 0, Fit::Crop, "1 … 4096"),
        (16_385, 4, Fit::Exact, "1 … 16384"),
        (4, 4_097, Fit::Stretch, "1 … 4096"),
    ] {
        let message = Form::new(width, height, fit, Colour::Grey)
            .unwrap_err()
            .to_string();
        assert!(message.contains(most), "{message}");
    }
    // 4096² · 3 values each: more than 42 of them are too many together.
    let list = "a.png 0\nb.png 1\n".repeat(22);
    write(root.path(), "list.txt", list.as_bytes());
    let images = ImageFolder::from_list(root.path(), &root.path().join("list.txt")).unwrap();
    let error = images
        .load(&form(4096, 4096, Fit::Stretch, Colour::Rgb))
        .unwrap_err();
    assert!(error.to_string().contains("at most 2147483648"), "{error}");
}

#[test]
fn lists_name_images_and_labels() {
    let root = pictures();
    let read = |lines: &str| {
        write(root.path(), "lists/list.txt", lines.as_bytes());
        let list = root.path().join("lists/list.txt");
        ImageFolder::from_list(root.path(), &list)?.load(&small())
    };
    let unix = read("cat/a.png 2\nbig dog/a b.jpg 0\ncat/b.PNG 2\n").unwrap();
    assert_eq!(unix.class_counts(), [1, 0, 2]);
    assert_eq!(unix.image(2)[0], 50.0 / 255.0);
    let windows = read("\u{feff}cat/a.png 2\r\n\r\nbig dog/a b.jpg\t0\r\n./cat/b.PNG 2").unwrap();
    assert_eq!(unix, windows);
    for (lines, words) in [
        (
            "cat/a.png 0\n/etc/passwd.png 1",
            "list.txt:2: `/etc/passwd.png` leaves",
        ),
        ("cat/a.png 0\n../x.png 1", "list.txt:2: `../x.png` leaves"),
        ("cat/a.png zero", "list.txt:1: label `zero`"),
        ("cat/a.gif 0", "list.txt:1: `cat/a.gif` is no image"),
        ("", "lists no images"),
        ("cat/a.png 0\ncat/z.png 1", "cat/z.png cannot be read"),
        ("cat/a.png 0\ncat/a\0.png 1", "1 of 2"),
        ("cat/a.png 0", "number of classes = 1"),
        (
            "cat/a.png 256",
            "number of classes = 257 is not allowed: it must be in 2 … 256",
        ),
    ] {
        let message = read(lines).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    }
    write(root.path(), "lists/list.txt", b"cat/a.png 0\n\xff.png 1\n");
    let list = root.path().join("lists/list.txt");
    for list in [
        &list,
        &root.path().join("nowhere.txt"),
        &root.path().to_owned(),
    ] {
        let error = ImageFolder::from_list(root.path(), list).unwrap_err();
        assert!(matches!(error, DataError::Io { .. }), "{error}");
    }
}

#[test]
fn two_parts_have_the_same_classes() {
    let (train, test) = (pictures(), pictures());
    let open = |root: &tempfile::TempDir| ImageFolder::open(root.path()).unwrap();
    let set = data_set("pictures", &open(&train), &open(&test), &small()).unwrap();
    assert_eq!((set.name.as_str(), &set.train), ("pictures", &set.test));
    fs::rename(test.path().join("cat"), test.path().join("cow")).unwrap();
    let error = data_set("pictures", &open(&train), &open(&test), &small()).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("class 1 is `cow`") && message.contains("`cat`"),
        "{message}"
    );
    // A class less is a class without images.
    fs::remove_dir_all(test.path().join("cow")).unwrap();
    let set = data_set("pictures", &open(&train), &open(&test), &small()).unwrap();
    assert_eq!(set.test.class_counts(), [2, 0]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_those_that_lead_nowhere_are_broken_images() {
    use std::os::unix::fs::symlink;
    let (root, other) = (pictures(), pictures());
    symlink(other.path().join("cat"), root.path().join("owl")).unwrap();
    assert_eq!(
        ImageFolder::open(root.path()).unwrap().class_counts(),
        [2, 2, 2]
    );
    symlink(root.path().join("nowhere"), root.path().join("cat/z.png")).unwrap();
    symlink("/dev/zero", root.path().join("cat/zero.png")).unwrap();
    let message = load(root.path()).unwrap_err().to_string();
    assert!(
        message.contains("1 of 7") && message.contains("z.png"),
        "{message}"
    );
    write(root.path(), "list.txt", b"cat/a.png 0\ncat/zero.png 1");
    let images = ImageFolder::from_list(root.path(), &root.path().join("list.txt")).unwrap();
    let message = images.load(&small()).unwrap_err().to_string();
    assert!(
        message.contains("zero.png cannot be read: it is no regular file"),
        "{message}"
    );
}
