use std::sync::{Arc, LazyLock};

use super::Pattern;

/// The rules that a schema adds to a simple type, of all levels of derivation together.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Facets {
    /// Exact length: characters, bytes of a binary type, entries of a list.
    pub length: Option<u32>,
    /// Smallest length.
    pub min_length: Option<u32>,
    /// Largest length.
    pub max_length: Option<u32>,
    /// Digits before and after the point together.
    pub total_digits: Option<u32>,
    /// Digits after the point.
    pub fraction_digits: Option<u32>,
    /// Smallest value and whether it belongs to the range.
    pub min: Option<(Arc<str>, bool)>,
    /// Largest value and whether it belongs to the range.
    pub max: Option<(Arc<str>, bool)>,
    /// The only values there are; empty: no such rule.
    pub enumeration: Arc<Vec<Arc<str>>>,
    /// Each level must be matched by one of its patterns; empty: no such rule.
    pub patterns: Vec<Arc<Vec<Pattern>>>,
    /// `whiteSpace` as given: `preserve`, `replace` or `collapse`.
    pub white_space: Option<Arc<str>>,
}

/// What most types share: no allocation for each.
static NO_VALUES: LazyLock<Arc<Vec<Arc<str>>>> = LazyLock::new(Arc::default);

impl Default for Facets {
    fn default() -> Self {
        Self {
            length: None,
            min_length: None,
            max_length: None,
            total_digits: None,
            fraction_digits: None,
            min: None,
            max: None,
            enumeration: Arc::clone(&NO_VALUES),
            patterns: Vec::new(),
            white_space: None,
        }
    }
}

impl Facets {
    /// The facets of a type with these facets of its own, derived from a base with facets.
    pub(crate) fn derive(&self, base: &Self) -> Self {
        Self {
            length: self.length.or(base.length),
            min_length: self.min_length.or(base.min_length),
            max_length: self.max_length.or(base.max_length),
            total_digits: self.total_digits.or(base.total_digits),
            fraction_digits: self.fraction_digits.or(base.fraction_digits),
            min: self.min.clone().or_else(|| base.min.clone()),
            max: self.max.clone().or_else(|| base.max.clone()),
            enumeration: if self.enumeration.is_empty() {
                Arc::clone(&base.enumeration)
            } else {
                Arc::clone(&self.enumeration)
            },
            patterns: base.patterns.iter().chain(&self.patterns).cloned().collect(),
            white_space: self.white_space.clone().or_else(|| base.white_space.clone()),
        }
    }

    /// The largest number of characters, by `length` or `maxLength`.
    pub fn longest(&self) -> Option<u32> {
        self.length.or(self.max_length)
    }

    /// The smallest number of characters, by `length` or `minLength`.
    pub fn shortest(&self) -> u32 {
        self.length.or(self.min_length).unwrap_or(0)
    }
}
