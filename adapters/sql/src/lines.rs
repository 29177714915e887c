//! Rows on their way into a table: any number of them in one bound JSON list, see [`Dialect::rows`](crate::dialect::Dialect::rows).

use crate::dialect::Kind;

/// What a line's field may be.
pub(crate) trait Cell {
    /// What its column holds.
    const KIND: Kind;
}

impl Cell for String {
    const KIND: Kind = Kind::Text;
}

impl Cell for &str {
    const KIND: Kind = Kind::Text;
}

impl Cell for u32 {
    const KIND: Kind = Kind::Int;
}

impl Cell for u64 {
    const KIND: Kind = Kind::Int;
}

impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
}

/// A struct that is one row of such a list: its fields are the columns, in their order. A row travels as a JSON array, because
/// a value is found there by counting; in an object, databases compare name by name.
macro_rules! line {
    ($(#[$meta:meta])* $seen:vis struct $name:ident { $($column:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug)]
        $seen struct $name {
            $($column: $type,)*
        }

        impl $name {
            pub(crate) const COLUMNS: &'static [$crate::dialect::Column] = &[$($crate::dialect::Column {
                name: stringify!($column),
                kind: <$type as $crate::lines::Cell>::KIND,
            }),*];
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut row = serde::Serializer::serialize_seq(serializer, Some(Self::COLUMNS.len()))?;
                $(serde::ser::SerializeSeq::serialize_element(&mut row, &self.$column)?;)*
                serde::ser::SerializeSeq::end(row)
            }
        }
    };
}
pub(crate) use line;
