//! Lists of images.

use std::path::{Component, Path};

use ufm_data::folder::{MAX_CLASSES, parse_list};

/// An error with a line, or paths that stay below their folder and labels within their bound.
pub(crate) fn list(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match parse_list(Path::new("list.txt"), text) {
        Ok(images) => {
            assert!(!images.is_empty() && images.len() <= text.lines().count());
            for (path, class) in images {
                assert!(class < MAX_CLASSES && !path.as_os_str().is_empty());
                let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
                assert!(path.components().all(inside), "{path:?}");
            }
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("list.txt"), "{message}");
            assert!(message.len() < 10_000, "{message}");
        }
    }
}
