//! Rows that look like the one before. The rows of one table of SAP's repeat the same tags in the same order, so once a
//! row is read, the next one is compared with it tag by tag: no name is looked up, no text is copied.
//!
//! Only what is exactly the same counts: a start tag, text, the end tag, for each field, and nothing between. Whatever else
//! may stand there (an attribute, a comment, a blank, another order, a field more or less, a prefix, an error) is no match,
//! and then the general way reads the row from its beginning as if nothing had happened. It alone decides what a reply means
//! and what is wrong with it.

use memchr::{memchr, memchr2};

use super::names::Names;
use super::{Cell, Kind, Tape};
use crate::response::limits::Limits;
use crate::response::xml::{Ahead, clean};

/// A tag, compared as a number as far as it goes.
#[derive(Debug)]
struct Tag {
    head: u128,
    mask: u128,
    /// What is longer than [`Tag::HEAD`] bytes.
    rest: Box<[u8]>,
    len: usize,
}

impl Tag {
    const HEAD: usize = size_of::<u128>();

    fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut head = [0; Self::HEAD];
        let mut mask = [0; Self::HEAD];
        for ((head, mask), byte) in head.iter_mut().zip(&mut mask).zip(bytes) {
            *head = *byte;
            *mask = 0xff;
        }
        Self {
            head: u128::from_le_bytes(head),
            mask: u128::from_le_bytes(mask),
            rest: bytes.get(Self::HEAD..).unwrap_or_default().into(),
            len: bytes.len(),
        }
    }

    /// Where the tag ends that begins at `at`; `None` if it is another one, or too near to the end of what is there.
    #[inline]
    fn end(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let window = bytes.get(at..)?.first_chunk::<{ Self::HEAD }>()?;
        if u128::from_le_bytes(*window) & self.mask != self.head {
            return None;
        }
        if !self.rest.is_empty() && !bytes[at + Self::HEAD..].starts_with(&self.rest) {
            return None;
        }
        Some(at + self.len)
    }
}

#[derive(Debug)]
struct Field {
    open: Tag,
    close: Tag,
    empty: Tag,
}

impl Field {
    fn new(name: &str) -> Self {
        Self {
            open: Tag::new(&format!("<{name}>")),
            close: Tag::new(&format!("</{name}>")),
            empty: Tag::new(&format!("<{name}/>")),
        }
    }
}

/// What the rows of a table look like.
#[derive(Debug)]
pub(super) struct Pattern {
    table: usize,
    row: Field,
    fields: Vec<Field>,
    /// The row's cells, and those of the row before: only texts and kinds change.
    cells: Vec<Cell>,
    /// The cells are the tape's for the moment.
    lent: bool,
    /// How often a pattern was learned, and how often it held.
    learned: u64,
    held: u64,
}

impl Pattern {
    /// Learning costs more than reading a row: tables whose rows differ all the time are not learned again and again.
    const CHANCES: u64 = 8;
    const ROWS_A_CHANCE: u64 = 64;

    fn worth_learning(&self) -> bool {
        self.learned < Self::CHANCES + self.held / Self::ROWS_A_CHANCE
    }

    /// Compares what stands ahead; gives where the row ends. Texts with references go to `text`.
    fn compare(&mut self, ahead: &Ahead<'_>, limits: &Limits, text: &mut String) -> Option<usize> {
        let Ahead { buf, at, characters } = *ahead;
        let bytes = buf.as_bytes();
        let mut at = self.row.open.end(bytes, at)?;
        let mut size = self.cells.len() * Tape::CELL;
        for (field, cell) in self.fields.iter().zip(self.cells.get_mut(1..)?) {
            let Some(from) = field.open.end(bytes, at) else {
                at = field.empty.end(bytes, at)?;
                cell.kind = Kind::Ahead;
                cell.text = (0, 0);
                continue;
            };
            let mut to = from + memchr2(b'<', b'&', &bytes[from..])?;
            let references = bytes[to] == b'&';
            if references {
                to += memchr(b'<', &bytes[to..])?;
            }
            at = field.close.end(bytes, to)?;
            if to - from > limits.text {
                return None;
            }
            let (kind, from, to) = if references {
                let begin = text.len();
                clean(&buf[from..to], characters, text).ok()?;
                (Kind::Leaf, begin, text.len())
            } else {
                (Kind::Ahead, from, to)
            };
            size += to - from;
            cell.kind = kind;
            cell.text = (u32::try_from(from).ok()?, u32::try_from(to).ok()?);
        }
        let end = self.row.close.end(bytes, at)?;
        (size <= limits.row).then_some(end)
    }
}

impl Tape {
    /// Remembers what the row looks like that was just read, for [`Tape::repeated`].
    pub(in crate::response) fn learn(&mut self, table: usize) {
        #[cfg(test)]
        if self.never_learns {
            return;
        }
        let [row, fields @ ..] = &self.cells[..] else {
            return;
        };
        let (mut learned, mut held) = (0, 0);
        if let Some(known) = &self.pattern {
            let same = known.table == table
                && known.cells.len() == self.cells.len()
                && known.cells.iter().zip(&self.cells).all(|(a, b)| a.name == b.name);
            if same || !known.worth_learning() {
                return;
            }
            (learned, held) = (known.learned, known.held);
        }
        let name = |cell: &Cell| &*self.names.list[cell.name as usize];
        let plain = |cell: &Cell| {
            let special = cell.name == Names::ITEM || cell.name == Names::TEXT || name(cell).starts_with('@');
            cell.kind == Kind::Leaf && cell.same == 0 && !cell.again && !special
        };
        if row.kind != Kind::Struct || fields.is_empty() || !fields.iter().all(plain) {
            return;
        }
        self.pattern = Some(Box::new(Pattern {
            table,
            row: Field::new(name(row)),
            fields: fields.iter().map(|field| Field::new(name(field))).collect(),
            cells: self.cells.clone(),
            lent: false,
            learned: learned + 1,
            held,
        }));
    }

    /// Takes the row that stands ahead if it looks like the one before, and says where it ends. `None`: nothing was done.
    pub(in crate::response) fn repeated(
        &mut self,
        table: usize,
        ahead: &Ahead<'_>,
        limits: &Limits,
    ) -> Option<usize> {
        let pattern = self.pattern.as_mut().filter(|known| known.table == table)?;
        let end = pattern.compare(ahead, limits, &mut self.text);
        if end.is_none() {
            self.text.clear();
            return None;
        }
        std::mem::swap(&mut self.cells, &mut pattern.cells);
        pattern.lent = true;
        pattern.held += 1;
        end
    }

    /// Gives the cells of a repeated row back; `false`: the row was none.
    pub(super) fn give_back(&mut self) -> bool {
        match &mut self.pattern {
            Some(pattern) if pattern.lent => {
                std::mem::swap(&mut self.cells, &mut pattern.cells);
                pattern.lent = false;
                true
            }
            Some(_) | None => false,
        }
    }

    /// How many rows were taken as repeated ones.
    #[cfg(test)]
    pub(in crate::response) fn repeated_rows(&self) -> u64 {
        self.pattern.as_ref().map_or(0, |pattern| pattern.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_itself_only() {
        for name in ["A", "Mblnr", "ExactlyThirteen1", "ALongNameOfAFieldThatGoesOn"] {
            let tag = Tag::new(&format!("<{name}>"));
            let text = format!("..<{name}>0123456789abcdef");
            assert_eq!(tag.end(text.as_bytes(), 2), Some(4 + name.len()), "{name}");
            assert_eq!(tag.end(text.as_bytes(), 1), None);
            for other in [
                format!("..<{name} >0123456789abcdef"),
                format!("..<{name}x>0123456789abcdef"),
                format!("..<{}>0123456789abcdef", name.to_lowercase()),
            ] {
                assert_eq!(tag.end(other.as_bytes(), 2), None, "{other}");
            }
            let cut = format!("<{name}>");
            let whole = tag.end(cut.as_bytes(), 0);
            assert!(whole.is_none() || cut.len() >= Tag::HEAD, "never past the end");
            assert_eq!(tag.end(b"", 0), None);
            assert_eq!(tag.end(b"<", 7), None);
        }
    }
}
