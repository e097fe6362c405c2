//! Names of classes, numbered as they come.

use std::collections::HashMap;

/// From names to indices.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    /// The index of a name, new or not.
    pub(super) fn index(&mut self, name: &str) -> usize {
        let next = self.0.len();
        match self.0.get(name) {
            Some(&index) => index,
            None => {
                self.0.insert(name.to_owned(), next);
                next
            }
        }
    }

    /// The names by index.
    pub(super) fn list(self) -> Vec<String> {
        let mut list: Vec<(String, usize)> = self.0.into_iter().collect();
        list.sort_by_key(|(_, index)| *index);
        list.into_iter().map(|(name, _)| name).collect()
    }
}
