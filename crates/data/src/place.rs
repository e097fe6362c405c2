//! Where the files of a data set are looked for: one rule for all of them.

use std::path::{Path, PathBuf};

use crate::DataError;

/// The environment variable that names a folder of data: that of one data set, or one that holds a folder for each.
pub const VARIABLE: &str = "UFM_DATA";

/// The folder that the environment variable [`VARIABLE`] names, if it names one: empty means unset.
///
/// ```
/// use ufm_data::mnist::{VARIABLE, variable};
/// assert_eq!(variable().is_some(), std::env::var_os(VARIABLE).is_some_and(|value| !value.is_empty()));
/// ```
pub fn variable() -> Option<PathBuf> {
    std::env::var_os(VARIABLE)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// A data set that is files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its name, for people.
    pub title: &'static str,
    /// The name of its folder, and of the command that fetches it.
    pub folder: &'static str,
}

/// MNIST.
pub(crate) const MNIST: Place = Place {
    title: "MNIST",
    folder: "mnist",
};
/// CIFAR-10.
pub(crate) const CIFAR10: Place = Place {
    title: "CIFAR-10",
    folder: "cifar10",
};
const ALL: [Place; 2] = [MNIST, CIFAR10];

impl Place {
    /// The error of a file that is in none of these folders.
    pub(crate) fn not_found(self, file: &'static str, looked_at: Vec<PathBuf>) -> DataError {
        DataError::NotFound {
            data_set: self.title,
            command: self.folder,
            file,
            looked_at,
        }
    }

    /// The first folder that lacks nothing. One that is named is the data set's own, or holds it as a folder of its name, or
    /// is called like another data set and lies beside it; without any, `data` of the checkout.
    pub(crate) fn locate(
        self,
        named: Option<&Path>,
        checkout: &Path,
        missing: impl Fn(&Path) -> Vec<&'static str>,
    ) -> Result<PathBuf, DataError> {
        let data = checkout.join("data");
        let looked_at = match named {
            Some(named) => self.within(named),
            None => vec![data.join(self.folder), data],
        };
        let mut fewest: Vec<&str> = Vec::new();
        for folder in &looked_at {
            let lacks = missing(folder);
            if lacks.is_empty() {
                return Ok(folder.clone());
            }
            if fewest.is_empty() || lacks.len() < fewest.len() {
                fewest = lacks;
            }
        }
        Err(self.not_found(fewest.first().copied().unwrap_or_default(), looked_at))
    }

    fn within(self, named: &Path) -> Vec<PathBuf> {
        let mut folders = vec![named.to_owned(), named.join(self.folder)];
        let of_another = |name: &std::ffi::OsStr| {
            ALL.iter()
                .any(|other| *other != self && name == other.folder)
        };
        if named.file_name().is_some_and(of_another)
            && let Some(parent) = named.parent()
        {
            folders.push(parent.join(self.folder));
        }
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_is_its_own_or_holds_the_data_set_or_lies_beside_it() {
        let folders = |place: Place, named: &str| -> Vec<String> {
            let shown = place.within(Path::new(named)).into_iter();
            shown.map(|path| path.display().to_string()).collect()
        };
        for (place, named, expected) in [
            (MNIST, "/x/mnist", &["/x/mnist", "/x/mnist/mnist"][..]),
            (MNIST, "/x", &["/x", "/x/mnist"]),
            (
                MNIST,
                "/x/cifar10",
                &["/x/cifar10", "/x/cifar10/mnist", "/x/mnist"],
            ),
            (
                CIFAR10,
                "/x/mnist/",
                &["/x/mnist/", "/x/mnist/cifar10", "/x/cifar10"],
            ),
            (CIFAR10, "mnist", &["mnist", "mnist/cifar10", "cifar10"]),
            (CIFAR10, "..", &["..", "../cifar10"]),
            (CIFAR10, "/", &["/", "/cifar10"]),
        ] {
            assert_eq!(folders(place, named), expected, "{named}");
        }
    }

    #[test]
    fn what_is_missed_is_told_of_the_folder_that_lacks_least() {
        let lacks = |folder: &Path| match folder.ends_with("cifar10") {
            true => vec!["b"],
            false => vec!["a", "b"],
        };
        let error = CIFAR10.locate(Some(Path::new("/x")), Path::new(""), lacks);
        let message = error.unwrap_err().to_string();
        assert_eq!(
            message,
            "no CIFAR-10: looked for b in /x, /x/cifar10; fetch it with: cargo xtask data cifar10"
        );
    }
}
