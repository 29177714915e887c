//! The UUID by which an idempotent service recognises a call that is made again.

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The identity of a call to an idempotent service: a UUID (RFC 9562) in the message header of its parameters. SAP answers the
/// same one again with what it answered first.
///
/// A caller who must still know it after a crash derives it from a key of his own ([`MessageId::from_bytes`]) or stores its text
/// before the call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId([u8; 16]);

impl MessageId {
    /// A new one (version 4), from the operating system's random numbers.
    pub fn random() -> Self {
        // The standard library's hasher is keyed by the operating system with 128 bits, and its output is a pseudorandom function of
        // that key: no crate is needed for 122 bits that nobody else has.
        let half = || RandomState::new().build_hasher().finish().to_be_bytes();
        let mut bytes = [0; 16];
        let (first, second) = bytes.split_at_mut(8);
        first.copy_from_slice(&half());
        second.copy_from_slice(&half());
        Self::versioned(bytes, 4)
    }

    /// The one that belongs to a key of your own (version 8): 16 bytes of a hash, say, over what the call is about. Six bits of them
    /// are overwritten. The same bytes always give the same id, so a call can be repeated under its id by who knows the key.
    pub fn from_bytes(key: [u8; 16]) -> Self {
        Self::versioned(key, 8)
    }

    fn versioned(mut bytes: [u8; 16], version: u8) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | (version << 4);
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is no UUID: 32 hexadecimal digits, with or without hyphens at their places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {0:?}, expected a UUID such as 0195e0c2-9a4b-4c5d-8e6f-a0b1c2d3e4f5")]
pub struct ParseMessageIdError(String);

impl FromStr for MessageId {
    type Err = ParseMessageIdError;

    /// Takes any UUID, of any version.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseMessageIdError(text.to_owned());
        let hyphens: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
        let placed = hyphens.is_empty() || hyphens == [8, 13, 18, 23];
        if !placed || digits.len() != 32 {
            return Err(wrong());
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
                return Err(wrong());
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn random_ids_differ_and_are_of_version_4() {
        let ids: HashSet<MessageId> = std::iter::repeat_with(MessageId::random).take(10_000).collect();
        assert_eq!(ids.len(), 10_000);
        for id in ids.iter().take(100).map(ToString::to_string) {
            assert_eq!(&id[14..15], "4", "{id}");
            assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
        }
        // No bit that is free stands still.
        let or = ids.iter().fold(0, |bits, id| bits | u128::from_be_bytes(id.0));
        let and = ids
            .iter()
            .fold(u128::MAX, |bits, id| bits & u128::from_be_bytes(id.0));
        let fixed = 0xf000_c000_0000_0000_0000;
        assert_eq!((or & !and) | fixed, u128::MAX);
    }

    #[test]
    fn a_key_gives_its_id_and_text_gives_it_back() {
        let id = MessageId::from_bytes([0xff; 16]);
        assert_eq!(id.to_string(), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        assert_eq!(id, MessageId::from_bytes([0xff; 16]));
        for text in [id.to_string(), id.to_string().replace('-', "").to_uppercase()] {
            assert_eq!(text.parse(), Ok(id));
        }
        for wrong in [
            "",
            "x",
            "ffffffff-ffff-8fff-bfff-fffffffffff",
            "ffffffffffff8fffbfffffffffffff-fff",
            "gfffffff-ffff-8fff-bfff-ffffffffffff",
            "수수수수수수수수수수수",
        ] {
            assert!(wrong.parse::<MessageId>().is_err(), "{wrong}");
        }
    }
}
