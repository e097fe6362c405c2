//! Where the images of a series come from.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer, value::StrDeserializer},
};
use ufm_data::{
    DataError, DataSet,
    folder::{self, Colour, Fit, Form, ImageFolder},
};
use ufm_networks::study::Corpus;

/// A data set by its name, or folders of images.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// One of those that are known.
    Named(Corpus),
    /// PNG and JPEG, one folder a class, or lists of paths and labels.
    Folders(Folders),
}

/// Folders of images for training and for test, and what their images are brought to. Paths are relative to the folder of the file that names them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Folders {
    /// One folder a class; with a list, where its paths begin.
    train: PathBuf,
    /// The same for the samples that are measured.
    test: PathBuf,
    /// Lines `path label`, as ImageNet-LT has them.
    #[serde(default)]
    train_list: Option<PathBuf>,
    #[serde(default)]
    test_list: Option<PathBuf>,
    width: u32,
    height: u32,
    #[serde(with = "FitWords", default = "exact")]
    fit: Fit,
    #[serde(with = "ColourWords", default = "rgb")]
    colour: Colour,
}

/// The words for [`Fit`], without which it is exact.
#[derive(Deserialize)]
#[serde(remote = "Fit", rename_all = "kebab-case")]
enum FitWords {
    Exact,
    Stretch,
    Crop,
}

fn exact() -> Fit {
    Fit::Exact
}

/// The words for [`Colour`], without which images are read in colour.
#[derive(Deserialize)]
#[serde(remote = "Colour", rename_all = "kebab-case")]
enum ColourWords {
    Grey,
    Rgb,
}

fn rgb() -> Colour {
    Colour::Rgb
}

impl Source {
    /// The samples; `named` is the folder of the files of a known data set, `beside` the folder of the file of the series.
    ///
    /// # Errors
    /// [`DataError`] if files are not there or not as they must be.
    pub fn load(
        &self,
        named: Option<&Path>,
        checkout: &Path,
        beside: &Path,
    ) -> Result<DataSet, DataError> {
        match self {
            Self::Named(corpus) => corpus.find(named, checkout),
            Self::Folders(folders) => folders.load(beside),
        }
    }
}

impl Folders {
    fn load(&self, beside: &Path) -> Result<DataSet, DataError> {
        let form = Form::new(self.width, self.height, self.fit, self.colour)?;
        let part = |root: &Path, list: &Option<PathBuf>| match list {
            Some(list) => ImageFolder::from_list(&beside.join(root), &beside.join(list)),
            None => ImageFolder::open(&beside.join(root)),
        };
        folder::data_set(
            "images",
            &part(&self.train, &self.train_list)?,
            &part(&self.test, &self.test_list)?,
            &form,
        )
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Source;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "the name of a data set, or a table with the folders `train` and `test`",
                )
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Source, E> {
                Corpus::deserialize(StrDeserializer::new(name)).map(Source::Named)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Source, A::Error> {
                Folders::deserialize(MapAccessDeserializer::new(map)).map(Source::Folders)
            }
        }
        from.deserialize_any(Either)
    }
}
