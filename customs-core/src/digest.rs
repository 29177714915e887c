//! A digest over a list of texts.

use sha2::{Digest as _, Sha256};

/// A SHA-256 over texts, each preceded by its length, so that no two lists of texts look the same.
#[derive(Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Adds a text.
    pub(crate) fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    /// The first 32 hexadecimal characters.
    pub(crate) fn hex(self) -> String {
        let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
        let bytes = self.0.finalize();
        let mut text = String::with_capacity(32);
        text.extend(
            bytes
                .iter()
                .take(16)
                .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]),
        );
        text
    }
}

impl<'a> FromIterator<&'a str> for Digest {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut digest = Self::default();
        texts.into_iter().for_each(|text| digest.add(text));
        digest
    }
}
