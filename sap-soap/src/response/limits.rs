use super::ReadErrorKind;

/// Bounds on what a reply may hold, so that a hostile or broken one costs little memory. A bound that is passed is an error
/// that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Levels of elements. Default 64.
    pub depth: usize,
    /// Attributes of one element. Default 64.
    pub attributes: usize,
    /// Bytes of one name. Default 256.
    pub name: usize,
    /// Different names. Default 5,000.
    pub names: usize,
    /// Bytes of one tag, attributes included. Default 64 KiB.
    pub tag: usize,
    /// Bytes of the text of one field. Default 2 MiB; raise it for documents sent as base64.
    pub text: usize,
    /// Bytes of one streamed row, nested tables included. Default 6 MiB.
    pub row: usize,
    /// Bytes of everything that is held because it is not streamed: the other parameters, the header, a fault. Default 64 MiB.
    pub held: usize,
    /// Bytes of the reply, inflated and as UTF-8. Default 4 GiB, some 12 million rows.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            attributes: 64,
            name: 256,
            names: 5_000,
            tag: 64 << 10,
            text: 2 << 20,
            row: 6 << 20,
            held: 64 << 20,
            total: 4 << 30,
        }
    }
}

/// What to do with characters that XML 1.0 forbids (U+0000 to U+001F without tab and line ends, written raw or as `&#x1;`)
/// and with bytes that are no character of the reply's encoding. SAP sends what its users typed, so both occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// The reply is refused with an error that names the field.
    #[default]
    Refuse,
    /// Each one is replaced by this character.
    Replace(char),
}

impl Characters {
    pub(super) fn instead_of(self, code: u32) -> Result<char, ReadErrorKind> {
        match self {
            Self::Refuse => Err(ReadErrorKind::Character(code)),
            Self::Replace(c) => Ok(c),
        }
    }
}
