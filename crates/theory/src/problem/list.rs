//! Lists that a user may give.

use crate::TheoryError;

/// Different values of a domain, from one to `MOST` of them: bounded and checked where a file is read.
///
/// ```
/// use ufm_theory::{TheoryError, problem::List};
/// let gammas: List<f64, 3> = vec![0.0, 0.5].try_into()?;
/// assert_eq!(gammas.get(), [0.0, 0.5]);
/// assert_eq!(List::<f64, 3>::try_from(vec![]), Err(TheoryError::ListLength { found: 0, most: 3 }));
/// assert!(List::<f64, 3>::try_from(vec![0.5, 0.5]).is_err());
/// # Ok::<(), TheoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        try_from = "Vec<T>",
        into = "Vec<T>",
        bound(
            serialize = "T: Clone + serde::Serialize",
            deserialize = "T: PartialEq + serde::Deserialize<'de>"
        )
    )
)]
pub struct List<T, const MOST: usize>(Vec<T>);

impl<T, const MOST: usize> List<T, MOST> {
    /// The values, in the order given.
    pub fn get(&self) -> &[T] {
        &self.0
    }

    /// The values, in the order given.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T: PartialEq, const MOST: usize> TryFrom<Vec<T>> for List<T, MOST> {
    type Error = TheoryError;

    fn try_from(values: Vec<T>) -> Result<Self, TheoryError> {
        let found = values.len();
        if !(1..=MOST).contains(&found) {
            return Err(TheoryError::ListLength { found, most: MOST });
        }
        match (1..found).find(|&i| values[..i].contains(&values[i])) {
            Some(repeated) => Err(TheoryError::Repeated(repeated + 1)),
            None => Ok(Self(values)),
        }
    }
}

impl<T, const MOST: usize> From<List<T, MOST>> for Vec<T> {
    fn from(list: List<T, MOST>) -> Self {
        list.0
    }
}

impl<'a, T, const MOST: usize> IntoIterator for &'a List<T, MOST> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_repetitions() {
        let list = |values: &[u8]| List::<u8, 2>::try_from(values.to_vec());
        assert!(list(&[1]).is_ok() && list(&[1, 2]).is_ok());
        assert_eq!(
            list(&[]),
            Err(TheoryError::ListLength { found: 0, most: 2 })
        );
        assert_eq!(
            list(&[1, 2, 3]),
            Err(TheoryError::ListLength { found: 3, most: 2 })
        );
        assert_eq!(list(&[7, 7]), Err(TheoryError::Repeated(2)));
    }

    #[test]
    fn values_come_back_in_the_order_given() {
        let list = List::<u8, 3>::try_from(vec![3, 1, 2]).unwrap();
        let mut visited = Vec::new();
        for value in &list {
            visited.push(*value);
        }
        assert_eq!(visited, [3, 1, 2]);
        assert_eq!(Vec::from(list), [3, 1, 2]);
    }
}
