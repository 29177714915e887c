use std::collections::HashMap;

use crate::response::ReadErrorKind;
use crate::value::{Name, TEXT_FIELD};

/// The name of a table's entries.
const ITEM: &str = "item";

/// The names that occur in a reply, each held once and numbered.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) list: Vec<Name>,
    numbers: HashMap<Name, u32>,
    limit: usize,
}

impl Names {
    pub(super) fn new(limit: usize) -> Self {
        let mut names = Self {
            list: Vec::new(),
            numbers: HashMap::new(),
            limit,
        };
        names.add(ITEM);
        names.add(TEXT_FIELD);
        names
    }

    pub(super) const ITEM: u32 = 0;
    pub(super) const TEXT: u32 = 1;

    fn add(&mut self, name: &str) -> u32 {
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name = Name::from(name);
        self.list.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// The number of a name; `guess` is the one that is likely.
    #[inline]
    pub(super) fn number(&mut self, name: &str, guess: u32) -> Result<u32, ReadErrorKind> {
        if self
            .list
            .get(guess as usize)
            .is_some_and(|guessed| guessed == name)
        {
            return Ok(guess);
        }
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        if self.list.len() >= self.limit {
            return Err(ReadErrorKind::Limit("different names"));
        }
        Ok(self.add(name))
    }
}
