use std::fmt;

/// Why parameters cannot be written as a request. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A value does not fit: `ItStatus[3].Vbeln: 11 characters, at most 10`. Entries of tables are counted from 0.
    #[error("{}{found}, {expected}", place(path))]
    Value {
        /// Where the value stands in the parameters.
        path: String,
        /// What it is.
        found: String,
        /// What the schema asks for.
        expected: String,
    },
    /// A field that the schema does not know: `ItStatus[3].Vbelm: unknown field, the nearest is Vbeln`.
    #[error("{}unknown field{}", place(path), nearest.as_ref().map(|n| format!(", the nearest is {n}")).unwrap_or_default())]
    UnknownField {
        /// Where the field stands in the parameters.
        path: String,
        /// The most similar field that the schema knows there.
        nearest: Option<String>,
    },
    /// The operation cannot be called.
    #[error("{operation} cannot be called: {reason}")]
    Operation {
        /// The operation.
        operation: String,
        /// Why.
        reason: String,
    },
    /// The caller's own `Serialize` failed, or made something that has no form in XML.
    #[error("{}{message}", place(path))]
    Serialize {
        /// Where.
        path: String,
        /// What it said.
        message: String,
    },
}

/// Where it is, as the beginning of a sentence; nothing for the parameters as a whole.
fn place(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}

impl EncodeError {
    pub(super) fn value(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Value {
            path: String::new(),
            found: found.into(),
            expected: expected.into(),
        }
    }

    /// Where in the parameters; empty for the parameters as a whole and for an operation.
    pub fn path(&self) -> &str {
        match self {
            Self::Value { path, .. } | Self::UnknownField { path, .. } | Self::Serialize { path, .. } => path,
            Self::Operation { .. } => "",
        }
    }

    /// Adds the name of the field in which this happened. Paths grow from the inside, so that they cost nothing as long as
    /// all is well.
    pub(super) fn in_field(self, name: &str) -> Self {
        self.map_path(|path| match path.as_bytes().first() {
            None => name.to_owned(),
            Some(b'[') => format!("{name}{path}"),
            Some(_) => format!("{name}.{path}"),
        })
    }

    /// Adds the number of the entry in which this happened.
    pub(super) fn in_entry(self, index: u64) -> Self {
        self.map_path(|path| match path.as_bytes().first() {
            None | Some(b'[') => format!("[{index}]{path}"),
            Some(_) => format!("[{index}].{path}"),
        })
    }

    fn map_path(mut self, change: impl FnOnce(&str) -> String) -> Self {
        match &mut self {
            Self::Value { path, .. } | Self::UnknownField { path, .. } | Self::Serialize { path, .. } => {
                *path = change(path)
            }
            Self::Operation { .. } => {}
        }
        self
    }
}

impl serde::ser::Error for EncodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Serialize {
            path: String::new(),
            message: message.to_string(),
        }
    }
}

impl From<EncodeError> for std::io::Error {
    fn from(error: EncodeError) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_grow_from_the_inside() {
        let error = EncodeError::value("11 characters", "at most 10")
            .in_field("Vbeln")
            .in_entry(3)
            .in_field("ItStatus");
        assert_eq!(error.to_string(), "ItStatus[3].Vbeln: 11 characters, at most 10");
        let error = EncodeError::value("text", "a structure")
            .in_entry(0)
            .in_field("T");
        assert_eq!(error.to_string(), "T[0]: text, a structure");
        assert_eq!(
            EncodeError::value("text", "a structure").to_string(),
            "text, a structure"
        );
    }
}
