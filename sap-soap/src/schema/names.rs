use std::sync::Arc;

/// Keyed by a random number per process, like the standard one, and faster on short keys.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// Namespace and local name of `{namespace}name`, `prefix:name` (whose namespace is not known) or `name`.
pub(crate) fn split(name: &str) -> (Option<&str>, &str) {
    let name = name.trim_ascii();
    match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((namespace, local)) => (Some(namespace), local),
        None => (None, name.rsplit(':').next().unwrap_or(name)),
    }
}

/// An interned string. [`Sym::EMPTY`] is `""`, which as a namespace means "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Sym(u32);

impl Sym {
    pub(crate) const EMPTY: Self = Self(0);
}

/// A name with its namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct QName {
    pub(crate) ns: Sym,
    pub(crate) local: Sym,
}

/// Each distinct string once; names are compared and hashed as numbers while documents are parsed.
#[derive(Debug)]
pub(crate) struct Interner {
    index: HashMap<Arc<str>, Sym>,
    strings: Vec<Arc<str>>,
}

impl Default for Interner {
    fn default() -> Self {
        let empty: Arc<str> = "".into();
        Self {
            index: std::iter::once((Arc::clone(&empty), Sym::EMPTY)).collect(),
            strings: vec![empty],
        }
    }
}

impl Interner {
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        if let Some(sym) = self.index.get(text) {
            return *sym;
        }
        // Bounded by `Limits::components`, far below u32.
        let sym = Sym(u32::try_from(self.strings.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        self.strings.push(Arc::clone(&text));
        self.index.insert(text, sym);
        sym
    }

    /// Keeps a string that hardly occurs twice, documentation say, without looking for it.
    pub(crate) fn push(&mut self, text: &str) -> Sym {
        let sym = Sym(u32::try_from(self.strings.len()).unwrap_or(u32::MAX));
        self.strings.push(text.into());
        sym
    }

    pub(crate) fn get(&self, sym: Sym) -> &Arc<str> {
        // Every `Sym` comes from `intern`; the fallback is the empty string.
        self.strings.get(sym.0 as usize).unwrap_or(&self.strings[0])
    }

    /// `None` for the empty namespace.
    pub(crate) fn namespace(&self, sym: Sym) -> Option<Arc<str>> {
        (sym != Sym::EMPTY).then(|| Arc::clone(self.get(sym)))
    }

    pub(crate) fn display(&self, name: QName) -> String {
        if name.ns == Sym::EMPTY {
            self.get(name.local).to_string()
        } else {
            format!("{{{}}}{}", self.get(name.ns), self.get(name.local))
        }
    }
}
