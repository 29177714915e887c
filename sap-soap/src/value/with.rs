//! For `#[serde(with = "…")]`: the types of ABAP in the user's own structures, where initial becomes `None`.
//!
//! ```
//! use sap_soap::value::{Row, from_row, with};
//!
//! #[derive(serde::Deserialize)]
//! struct Item {
//!     #[serde(rename = "Bldat", with = "with::date")]
//!     posted: Option<jiff::civil::Date>,
//!     #[serde(rename = "Menge", with = "with::decimal")]
//!     quantity: Option<rust_decimal::Decimal>,
//! }
//!
//! let row: Row = [("Bldat", "0000-00-00"), ("Menge", "12.5-")].into_iter().collect();
//! let item: Item = from_row(&row)?;
//! assert_eq!(item.posted, None);
//! assert_eq!(item.quantity, Some("-12.5".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Text, borrowed where the source allows it.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    struct Text;

    impl<'de> Visitor<'de> for Text {
        type Value = Cow<'de, str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text")
        }

        fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
            Ok(Cow::Borrowed(v))
        }

        fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
            Ok(Cow::Owned(v.to_owned()))
        }
    }

    deserializer.deserialize_str(Text)
}

macro_rules! module {
    ($(#[$doc:meta])* $name:ident, $t:ty, $read:path, $write:expr) => {
        $(#[$doc])*
        pub mod $name {
            use serde::de::{Deserializer, Error as _};
            use serde::ser::Serializer;

            /// Reads the field.
            ///
            /// # Errors
            /// The text is none of this type.
            pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$t, D::Error> {
                $read(&super::text(deserializer)?).map_err(D::Error::custom)
            }

            /// Writes the field.
            ///
            /// # Errors
            /// The serializer's own.
            pub fn serialize<S: Serializer>(value: &$t, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn(&$t) -> String = $write;
                serializer.serialize_str(&write(value))
            }
        }
    };
}

module! {
    /// DATS as `Option<jiff::civil::Date>`; `None` is `0000-00-00`.
    date, Option<jiff::civil::Date>, crate::value::cell::date,
    |date| date.map_or_else(|| "0000-00-00".to_owned(), |d| d.to_string())
}
module! {
    /// TIMS as `Option<Time>`; `None` is empty.
    time, Option<crate::value::Time>, crate::value::cell::time,
    |time| time.map_or_else(String::new, |t| t.to_string())
}
module! {
    /// A timestamp as `Option<jiff::Timestamp>`; `None` is empty.
    timestamp, Option<jiff::Timestamp>, crate::value::cell::timestamp,
    |at| at.map_or_else(String::new, |t| t.to_string())
}
module! {
    /// DEC, CURR and QUAN as `Option<Decimal>`; `None` is empty.
    decimal, Option<rust_decimal::Decimal>, crate::value::cell::decimal,
    |number| number.map_or_else(String::new, |n| n.to_string())
}
module! {
    /// INT and NUMC as `Option<i64>`; `None` is empty.
    integer, Option<i64>, crate::value::cell::integer,
    |number| number.map_or_else(String::new, |n| n.to_string())
}
module! {
    /// A flag as `bool`, written as `X` or empty.
    flag, bool, crate::value::cell::flag,
    |set| if *set { "X".to_owned() } else { String::new() }
}
module! {
    /// RAW and XSTRING as `Vec<u8>`.
    raw, Vec<u8>, crate::value::cell::raw,
    |bytes| crate::value::cell::raw_text(bytes)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use crate::value::{Row, from_row, to_row};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct All {
        #[serde(with = "super::date")]
        date: Option<jiff::civil::Date>,
        #[serde(with = "super::time")]
        time: Option<crate::value::Time>,
        #[serde(with = "super::timestamp")]
        at: Option<jiff::Timestamp>,
        #[serde(with = "super::decimal")]
        sum: Option<rust_decimal::Decimal>,
        #[serde(with = "super::integer")]
        count: Option<i64>,
        #[serde(with = "super::flag")]
        flag: bool,
        #[serde(with = "super::raw")]
        raw: Vec<u8>,
    }

    #[test]
    fn every_type_goes_there_and_back() {
        let fields = [
            ("Date", "2024-05-17"),
            ("Time", "24:00:00"),
            ("At", "2021-05-05T19:07:05Z"),
            ("Sum", "-12.50"),
            ("Count", "7"),
            ("Flag", "X"),
            ("Raw", "AAE="),
        ];
        let row: Row = fields.into_iter().collect();
        assert_eq!(to_row(&from_row::<All>(&row).unwrap()).unwrap(), row);
        let fields = [
            ("Date", "0000-00-00"),
            ("Time", ""),
            ("At", ""),
            ("Sum", ""),
            ("Count", ""),
            ("Flag", ""),
            ("Raw", ""),
        ];
        let row: Row = fields.into_iter().collect();
        assert_eq!(to_row(&from_row::<All>(&row).unwrap()).unwrap(), row);
    }
}
